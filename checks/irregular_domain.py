"""域名不规范 The site's host name is not of the form its kind must have.

何为问题: 域名不以 .gov.cn 或 .政务 结尾；门户网站不在 www 之下；只能以 IP 地址访问；栏目、业务系统用了别的域名。
怎样测量: 看首页跳转之后所在的主机名；栏目另用域名的，看导航中指向外站的栏目。
反例: 网站域名为 xx.com；门户网站为 portal.x.gov.cn；网站为 http://120.1.2.3/。
正例: www.x.gov.cn；县政府网站设在市政府域名的路径下；.com 旧域名跳转到 .gov.cn；部门网站 jyj.x.gov.cn。
局限: 门户网站用不带 www 的域名（带 www 的可能同样能访问）、未说明网站类型的、学校医院等可能不承担行政职能的单位、导航指向的外站是否属于本站，只提请人工核实；内网地址不判定；注册、主域名、闲置域名无从得知。
"""

import re
from collections.abc import Iterator
from typing import Literal

import model
from checks.hosts import address_of, home_url, is_private, name_of
from model import (
    ColumnForm,
    Evidence,
    Hit,
    LinkPlace,
    LinkRelation,
    Moment,
    NoSubject,
    Observation,
    SiteKind,
    Subject,
    Unsure,
)

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
WEB = ("http:", "https:")
# units that may have no administrative function, and then may not use .gov.cn
INSTITUTION = re.compile(
    "学校|大学|学院|中学|小学|幼儿园|医院|图书馆|博物馆|文化馆|档案馆|科技馆|研究[所院]|中心|公司"
)
MOST = 20  # foreign parts told of one by one


class Params(model.Params):
    """参数 `fault`: suffix (not .gov.cn or .政务), portal_www (a portal not at www), bare_ip, foreign_service (a part of the
    site on another domain)."""

    fault: Literal["suffix", "portal_www", "bare_ip", "foreign_service"]
    suffixes: tuple[str, ...] = (".gov.cn", ".政务")


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer on the host; of foreign parts one each, by column key or address."""
    url = home_url(subject)
    name = readable(name_of(url))
    if not name or is_private(name):
        yield NoSubject()
        return
    if params.fault == "bare_ip":
        if address_of(name):
            yield _answer(Hit, "bare_ip", params, name, url)
        return
    if address_of(name):
        yield NoSubject()
    elif params.fault == "suffix":
        yield from _suffix(subject, params, name, url)
    elif params.fault == "portal_www":
        yield from _portal(subject, params, name, url)
    else:
        yield from _foreign(subject, params, name)


def readable(name: str) -> str:
    """域名原文 A host name with its Chinese labels as they are read, not as they are sent."""
    if "xn--" not in name:
        return name
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name


def is_official(name: str, suffixes: tuple[str, ...]) -> bool:
    """是否规范后缀 Whether a host name ends as a government site's must."""
    return any(name.endswith(one) for one in suffixes)


def _suffix(observation: Observation, params: Params, name: str, url: str) -> Iterator[Hit | Unsure]:
    if is_official(name, params.suffixes):
        return
    others = (observation.site.host, *observation.site.also)
    official = next((one for one in others if is_official(_host(one), params.suffixes)), None)
    if official is not None:
        yield _answer(Unsure, "suffix_also", params, name, url, other=_host(official))
        return
    site = observation.site
    told = f"{site.name or ''}{site.organiser or ''}"
    if not told and observation.home is not None:
        organiser = observation.home.marks.organiser
        told = observation.home.title + (organiser.value if organiser else "")
    institution = site.kind is not SiteKind.PORTAL and bool(INSTITUTION.search(told))
    yield _answer(
        Unsure if institution else Hit,
        "suffix_institution" if institution else "suffix",
        params, name, url,
    )  # fmt: skip


def _portal(
    observation: Observation, params: Params, name: str, url: str
) -> Iterator[Hit | Unsure | NoSubject]:
    site = observation.site
    if site.kind not in (None, SiteKind.PORTAL) or not name.endswith(".gov.cn"):
        yield NoSubject()
        return
    hosts = (name, _host(site.host), *(_host(one) for one in site.also))
    if any(one.startswith("www.") for one in hosts):
        return
    bare = name.removesuffix(".gov.cn").count(".") == 0
    if bare:
        yield _answer(Unsure, "www_untried", params, name, url)
    elif site.kind is None:
        yield _answer(Unsure, "kind_unknown", params, name, url)
    else:
        yield _answer(Hit, "portal_www", params, name, url)


def _foreign(observation: Observation, params: Params, name: str) -> Iterator[Hit | NoSubject]:
    """Parts that the menu names and that lie elsewhere than on any government domain."""
    own = {name, _host(observation.site.host), *(_host(one) for one in observation.site.also)}
    parts = {
        column.url: (column.key, column.name)
        for column in observation.columns
        if column.form is ColumnForm.LINK_OUT
    }
    home = observation.home
    for link in (*home.navigation, *home.links) if home is not None else ():
        if link.relation is LinkRelation.EXTERNAL and link.place is LinkPlace.NAVIGATION and link.anchor:
            parts.setdefault(link.url, (link.url, link.anchor))
    found = 0
    for url, (locus, called) in sorted(parts.items()):
        host = readable(name_of(url))
        if not host or not url.lower().startswith(WEB) or host in own or is_official(host, params.suffixes):
            continue
        found += 1
        if found <= MOST:
            yield _answer(Unsure, "foreign_service", params, host, url, called=called, locus=locus)
    if not found and not observation.coverage.complete:
        yield NoSubject()  # not all menus were seen: nothing found is no pass


def _host(text: str) -> str:
    return readable(name_of(text if "//" in text else f"//{text}"))


def _answer(
    answer: type[Hit],
    case: str,
    params: Params,
    name: str,
    url: str,
    *,
    called: str = "",
    other: str = "",
    locus: str | None = None,
) -> Hit:
    return answer(
        message_id=f"check.irregular_domain.{case}",
        params={"host": name, "column": called, "other": other, "suffixes": "、".join(params.suffixes)},
        evidence=(Evidence(url=url, quote=called or name, shows="column" if called else "host_name"),),
        locus=locus or params.fault,
        subject_name=called or None,
        url=url,
        measured=name,
        allowed="www.□□□.gov.cn" if params.fault == "portal_www" else "、".join(params.suffixes),
    )
