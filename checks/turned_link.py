"""外链变质 The target of a link seems no longer to be what the site linked to.

何为问题: 页面上的外部链接，原域名过期后被出售、停放或改作赌博、色情等用途，等于本网站链接有害内容。
怎样测量: 采集时打开外部链接的目标，只看它自己的标题、简介和正文，与停放、待售、博彩、色情网页的特征比对；以最近一次打开时所见为准。
反例: 目标标题为“该域名可出售”；目标是域名停放页；目标标题含多个博彩词语。
正例: 福彩、体彩官方网站；报道打击赌博、整治色情的文章；域名注册商自己的网站；前一次疑似、最近一次正常。
局限: 只提请人工核实，从不认定：词语相似不等于变质，页面内容须由人看过才能定；被拦截、打不开的目标看不到，由死链指标列出。
"""

from collections.abc import Iterator
from typing import Literal

import model
from checks.dead_link import NO_ANCHOR, vote_of
from model import Attempt, Evidence, LinkCheck, Moment, NoSubject, Subject, Unsure

SUBJECT = Subject.LINK
NEEDS = frozenset({"attempts"})
MAX_PARENTS = 20
Turn = Literal["for_sale", "parked", "gambling", "adult", "other_domain"]


class Params(model.Params):
    """参数 `turned`: what a target may have turned into."""

    turned: tuple[Turn, ...] = ("for_sale", "parked", "gambling", "adult")

    @property
    def seen_only(self) -> bool:
        return True


def judge(subject: LinkCheck, params: Params, moment: Moment) -> Iterator[Unsure | NoSubject]:
    """判定 At most one question per target, with every page that links to it."""
    seen = [one for one in subject.attempts if one.outcome.there and one.withdrawn is None]
    if not seen:
        yield NoSubject()
        return
    last = max(seen, key=lambda one: one.at)
    if last.turned is not None and last.turned.kind in params.turned:
        yield _question(subject, last, last.turned.kind, last.turned.quote)


def _question(link: LinkCheck, last: Attempt, kind: str, quote: str) -> Unsure:
    parents = tuple(dict.fromkeys(parent.url for parent in link.found_on))
    end = last.final_url or link.url
    return Unsure(
        message_id="check.turned_link.seems",
        params={
            "url": link.url,
            "anchor": next((parent.anchor for parent in link.found_on if parent.anchor.strip()), NO_ANCHOR),
            "turned": kind,
            "words": quote or "-",
            "final_url": end,
            "parents": len(parents),
        },
        evidence=(
            Evidence(snapshot_id=last.snapshot_id, url=end, quote=quote, shows="turned_words"),
            vote_of(link, last),
            *(
                Evidence(
                    snapshot_id=one.snapshot_id,
                    url=one.url,
                    quote=one.anchor or one.title,
                    shows="parent_page",
                )
                for one in link.found_on[:MAX_PARENTS]
            ),
        ),
        url=link.url,
        measured=kind,
        parents=parents,
    )
