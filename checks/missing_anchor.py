"""锚点失效 A link names a part of a page that the page does not have.

何为问题: 链接指向页面内的某一处（网址中 # 之后的部分），目标页面没有这一处，点击后停在页首。
怎样测量: 只看整页读到的目标页面：页面内没有任何元素以该名称为 id 或 name 的认定。
反例: 链接为 guide.html#cailiao，该页没有名为 cailiao 的元素。
正例: 页面有该名称的元素；# 之后为空或为 top；由脚本处理的地址（#/…）。
局限: 由脚本生成内容的页面不判断；其他网站的页面只提请人工核实；目标打不开的由死链指标处理。默认的指标体系不查这一项。
"""

from collections.abc import Iterator

import model
from checks.dead_link import NO_ANCHOR
from checks.link_votes import Standing, tally
from model import Evidence, Hit, LinkCheck, LinkRelation, Moment, NoSubject, Subject, Unsure

SUBJECT = Subject.LINK
NEEDS = frozenset({"attempts"})
OWN = frozenset({LinkRelation.INTERNAL, LinkRelation.ATTACHMENT})
MOST = 10  # names that are told
MAX_PARENTS = 20


class Params(model.Params):
    """参数 `ask`: a missing part is only shown to a person, never held against the site."""

    ask: bool = False


def judge(subject: LinkCheck, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer per page, with all parts that links name and it lacks."""
    standing = tally(subject.attempts).standing
    if standing not in (Standing.ALIVE, Standing.INTERMITTENT):
        yield NoSubject()
        return
    if not subject.fragments:
        return
    sure = standing is Standing.ALIVE and subject.relation in OWN and not params.ask
    parents = tuple(dict.fromkeys(parent.url for parent in subject.found_on))
    yield (Hit if sure else Unsure)(
        message_id=f"check.missing_anchor.{'absent' if sure else 'seems_absent'}",
        params={
            "url": subject.url,
            "anchor": next((one.anchor for one in subject.found_on if one.anchor.strip()), NO_ANCHOR),
            "fragments": "、".join(f"#{one}" for one in subject.fragments[:MOST]),
            "count": len(subject.fragments),
            "parents": len(parents),
        },
        evidence=tuple(
            Evidence(
                snapshot_id=one.snapshot_id, url=one.url, quote=one.anchor or one.title, shows="parent_page"
            )
            for one in subject.found_on[:MAX_PARENTS]
        ),
        url=subject.url,
        measured=str(len(subject.fragments)),
        parents=parents,
    )
