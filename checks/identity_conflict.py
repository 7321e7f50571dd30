"""网站标识不一致 The identity marks of a site contradict each other.

何为问题: 元标签与页脚的网站标识码不同；标识码、ICP备案号、公安备案号、联系电话所属省份与网站所在省份不同；元标签中的网站名称、域名与网站不符。
怎样测量: 读首页的元标签与页脚，两两比对；地区只比到省级。网站所在省份取登记的行政区划代码，没有登记的取网站标识码。
反例: 页脚标识码 5226300001、元标签为 5226300002；标识码属贵州而备案号为川ICP备；SiteDomain 为别的政府网站的域名。
正例: 部门网站设在市政府域名下，用市政府的备案号；蜀ICP备与川公网安备同属四川；元标签域名不带 www；网站名称多写“门户网站”。
局限: 京ICP备、京公网安备（垂直管理单位可能沿用上级的）、电话区号（可能是技术支持单位的）、只从网站名称得知省份的、页面上链向元标签所写域名的、网站名称未登记的，只提请人工核实；国务院部门（bm）不比地区。
"""

from collections.abc import Iterator
from typing import Literal

import model
from checks.hosts import address_of, home_url, is_private, name_of
from checks.irregular_domain import readable
from checks.likeness import alike
from checks.regions import Division, by_code, by_letter, by_name, by_phone
from model import Evidence, Hit, Level, Mark, Moment, NoSubject, Observation, PageFacts, Subject, Unsure
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
CAPITAL = "11"  # ministries file there, and units under them may use their numbers
SHORTEST_POLICE = 12
WORDS_OF_SITES = (
    "首页",
    "门户网站",
    "官方网站",
    "网站",
    "门户",
    "官网",
    "网",
    "政府",
    "人民",
)  # at the end of a name


class Params(model.Params):
    """参数 `between`: which marks must agree."""

    between: Literal[
        "code_meta", "code_region", "icp_region", "police_region", "phone_region", "name_meta", "domain_meta"
    ]
    divisions: tuple[Division, ...] = ()


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer; NoSubject when one of the two marks is not there to be compared."""
    home = subject.home
    if home is None or not home.outcome.observed:
        yield _answer(Unsure, "unread", subject, params, "", "")
        return
    match params.between:
        case "code_meta":
            yield from _code_meta(subject, home, params)
        case "name_meta":
            yield from _name_meta(subject, home, params)
        case "domain_meta":
            yield from _domain_meta(subject, home, params)
        case _:
            yield from _region(subject, home, params)


def _code_meta(observation: Observation, home: PageFacts, params: Params) -> Iterator[Hit | NoSubject]:
    foot, meta = home.marks.site_code, home.marks.site_code_meta
    codes = [one.value.strip().casefold() for one in (foot, meta) if one is not None]
    if len(codes) < 2 or not all(len(one) == 10 and one[2:].isdigit() for one in codes):
        yield NoSubject()  # that a code lacks or is malformed is told by missing_site_mark
    elif codes[0] != codes[1]:
        yield _answer(Hit, "code_meta", observation, params, codes[0], codes[1], foot, meta)


def _region(observation: Observation, home: PageFacts, params: Params) -> Iterator[Hit | Unsure | NoSubject]:
    """The province of one mark against that of the site."""
    marks, divisions = home.marks, params.divisions
    code = marks.site_code or marks.site_code_meta
    told = (code.value if code else observation.site.site_code or "").strip().lower()
    if observation.site.level is Level.NATIONAL or told.startswith("bm") or not divisions:
        yield NoSubject()
        return
    declared = by_code(observation.site.division or "", divisions)
    mark, theirs = _mark_of(home, told, code, params)
    if params.between == "code_region":
        ours = declared or by_name(_names(observation, home), divisions)
        sure = declared is not None
        if ours is not None and len(told) == 10 and told.isdigit() and theirs is None:
            yield _answer(Unsure, "code_unknown", observation, params, told, ours.name, mark)
            return
    else:
        ours, sure = declared or by_code(told, divisions), True
    if ours is None or theirs is None or mark is None:
        yield NoSubject()
    elif theirs.code != ours.code:
        central = theirs.code == CAPITAL and params.between in ("icp_region", "police_region")
        doubtful = central or not sure or params.between == "phone_region"
        case = f"{params.between.removesuffix('_region')}_central" if central else params.between
        case = "code_name" if not sure else case
        seen = f"{mark.value}（{theirs.name}）"
        yield _answer(Unsure if doubtful else Hit, case, observation, params, seen, ours.name, mark, code)


def _mark_of(
    home: PageFacts, told: str, code: Mark | None, params: Params
) -> tuple[Mark | None, Division | None]:
    marks, divisions = home.marks, params.divisions
    match params.between:
        case "icp_region":
            return marks.icp, by_letter(marks.icp.value, divisions) if marks.icp else None
        case "police_region":
            digits = marks.police.value if marks.police else ""
            known = digits.isdigit() and len(digits) >= SHORTEST_POLICE
            return marks.police, by_code(digits, divisions) if known else None
        case "phone_region":
            phone = marks.phone or marks.contact
            return phone, by_phone(phone.value, divisions) if phone else None
        case _:
            shown = code or (Mark(value=told, raw=told, source="declared") if told else None)
            return shown, by_code(told, divisions)


def _names(observation: Observation, home: PageFacts) -> str:
    site, organiser = observation.site, home.marks.organiser
    parts = (site.name, site.organiser, home.title, organiser.value if organiser else "")
    return " ".join(one for one in parts if one)


def _name_meta(
    observation: Observation, home: PageFacts, params: Params
) -> Iterator[Hit | Unsure | NoSubject]:
    meta, site = home.marks.site_name_meta, observation.site
    shown = [home.title, home.marks.organiser.value if home.marks.organiser else ""]
    names = [one for one in (site.name, site.organiser, *shown) if one and len(_core(one)) >= 2]
    if meta is None or len(_core(meta.value)) < 2 or "sitename" in home.unfilled_metas or not names:
        yield NoSubject()
    elif not any(_same_name(meta.value, one) for one in names):
        sure = bool(site.name) and any(one in names for one in shown)
        case = "name_meta" if sure else "name_unsure"
        yield _answer(Hit if sure else Unsure, case, observation, params, meta.value, "、".join(names), meta)


def _core(name: str) -> str:
    """A name without what all sites are called: 台江县 of 台江县人民政府门户网站."""
    text = bare_name(name)
    for word in WORDS_OF_SITES:
        text = text.removesuffix(word)
    return text


def _same_name(one: str, other: str) -> bool:
    left, right = _core(one), _core(other)
    return left in right or right in left or alike(left, right)


def _domain_meta(
    observation: Observation, home: PageFacts, params: Params
) -> Iterator[Hit | Unsure | NoSubject]:
    meta = home.marks.site_domain_meta
    text = meta.value.strip().lower() if meta else ""
    told = readable(name_of(text if "//" in text else f"//{text}"))
    host = readable(name_of(home_url(observation)))
    dotted = "." in told and " " not in told
    if (
        meta is None
        or not dotted
        or address_of(host)
        or is_private(host)
        or "sitedomain" in home.unfilled_metas
    ):
        yield NoSubject()
        return
    others = (f"//{one}" for one in (observation.site.host, *observation.site.also))
    if any(_akin(told, readable(one)) for one in (host, *(name_of(one) for one in others))):
        return
    linked = any(_akin(readable(name_of(link.url)), told) for link in home.links)
    chinese = any(ord(letter) > 127 for letter in told)
    case = "domain_linked" if linked else "domain_chinese" if chinese else "domain_meta"
    yield _answer(Unsure if linked or chinese else Hit, case, observation, params, told, host, meta)


def _akin(one: str, other: str) -> bool:
    """Whether two hosts lie on one domain: the site's own, or the parent's platform that it stands on."""
    return bool(one) and bool(other) and _registered(one) == _registered(other)


def _registered(name: str) -> str:
    labels = name.removeprefix("www.").split(".")
    kept = 3 if labels[-2:] in (["gov", "cn"], ["com", "cn"], ["org", "cn"], ["net", "cn"]) else 2
    return ".".join(labels[-kept:])


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    params: Params,
    seen: str,
    expected: str,
    *marks: Mark | None,
) -> Hit:
    home = observation.home
    url = home_url(observation)
    shown = list(dict.fromkeys(mark.raw for mark in marks if mark is not None))
    return answer(
        message_id=f"check.identity_conflict.{case}",
        params={"seen": seen, "expected": expected},
        evidence=tuple(
            Evidence(snapshot_id=home.snapshot_id if home else None, url=url, quote=raw, shows="mark")
            for raw in shown
        ),
        locus=params.between,
        url=url,
        measured=seen or None,
        allowed=expected or None,
    )
