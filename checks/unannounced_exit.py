"""外部链接无提示 A link leaves the site without a word of warning.

何为问题: 链接指向非政府网站时没有跳转提示，访问者不知已离开本网站。
怎样测量: 统计已读页面中指向本网站和政府域名以外的链接，经本站跳转页中转的不算；党政机关网站标识、找错平台等规定图标不算。提示多由脚本弹出，源码看不见。
反例: 页面没有任何脚本，直接链接到商业网站，点击即离开。
正例: 外部链接一律经本站跳转提示页；链接指向其他政府网站。
局限: 只要页面含有脚本（或内容页的脚本情况不明），就只提请人工点击核实；写在链接自身上的提示语读不到，只在全页没有脚本时才认定。
"""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import model
from checks.sight import ENTRY_TAGS, scripted
from model import (
    Evidence,
    Hit,
    Link,
    LinkPlace,
    LinkRelation,
    Moment,
    Observation,
    PageFacts,
    Subject,
    Unsure,
)

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True  # an exit may stand on a page that nobody has read
LOCUS = "exits"
REQUIRED = ("conac.cn", "kaipuyun.cn", "12377.cn")  # badges that a site must carry lead there
MOST = 8


class Params(model.Params):
    """参数 Hosts ending in one of `own` need no warning."""

    own: tuple[str, ...] = (".gov.cn", ".政务")


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 At most one answer for the whole site, with counts and examples."""
    own = [*map(_ascii, params.own), *REQUIRED]
    own += [
        _ascii(host.partition(":")[0].removeprefix("www."))
        for host in (subject.site.host, *subject.site.also)
    ]
    known: dict[str, bool] = {}
    exits: dict[str, tuple[PageFacts, Link]] = {}
    bare: dict[str, tuple[PageFacts, Link]] = {}
    for page in subject.pages:
        if not page.outcome.observed:
            continue
        leaving = [link for link in page.links if _may_leave(link) and not _is_own(link.url, own, known)]
        scriptless = bool(leaving) and _scriptless(page)
        for link in leaving:
            if link.url not in exits:
                exits[link.url] = (page, link)
            if scriptless:
                bare.setdefault(link.url, (page, link))
    if exits:
        yield _answer(subject, bare or exits, bool(bare))


def _may_leave(link: Link) -> bool:
    return (
        link.relation is LinkRelation.EXTERNAL
        and link.tag in ENTRY_TAGS
        and link.place is not LinkPlace.HIDDEN
        and link.url.startswith(("http://", "https://"))
    )


def _scriptless(page: PageFacts) -> bool:
    """Surely without a script; of content pages nobody knows those that stand in the page itself."""
    return page.build is not None and not page.rendered and not page.shell and not scripted(page)


def _is_own(url: str, own: list[str], known: dict[str, bool]) -> bool:
    host = _host(url)
    if host not in known:
        plain = _ascii(host)
        known[host] = not plain or any(
            plain == one.lstrip(".") or plain.endswith("." + one.lstrip(".")) for one in own
        )
    return known[host]


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _ascii(host: str) -> str:
    """Names in Chinese characters as browsers send them."""
    if host.isascii():
        return host.lower()
    try:
        lead = "." if host.startswith(".") else ""
        return lead + host.lstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _answer(observation: Observation, shown: dict[str, tuple[PageFacts, Link]], sure: bool) -> Hit:
    hosts = Counter(map(_host, shown))
    evidence = tuple(
        Evidence(
            snapshot_id=page.snapshot_id,
            url=page.final_url,
            quote=" ".join(part for part in (link.anchor, url) if part),
            shows="exit",
        )
        for url, (page, link) in list(shown.items())[:MOST]
    )
    return (Hit if sure else Unsure)(
        message_id=f"check.unannounced_exit.{'direct' if sure else 'maybe_prompted'}",
        params={
            "links": len(shown),
            "sites": len(hosts),
            "seen": "、".join(
                host for host, _ in sorted(hosts.items(), key=lambda one: (-one[1], one[0]))[:5]
            ),
        },
        evidence=evidence,
        locus=LOCUS,
        url=observation.site.home,
        measured=str(len(shown)),
        allowed="0",
        parents=tuple(dict.fromkeys(page.final_url for page, _ in shown.values()))[:20],
    )
