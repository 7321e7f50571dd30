"""政策文件与解读未关联 A document and its interpretation do not link to each other, or lie too many days apart.

何为问题: 政策文件页没有通向其解读的链接，解读页没有通向所解读文件的链接；解读晚于文件超过规定的工作日；应解读的文件没有解读。
怎样测量: 解读按标题中的《》题名、“关于……的解读”所指题名和文号，与本站的政策文件配对；再看两页的链接（含相关文件、相关解读栏）是否指向对方，两页标明的发布日期相隔多少工作日。
反例: 本站有《某县人才办法》和题为“《某县人才办法》解读”的文章，本站其他解读都链向文件，这一篇没有。
正例: 解读页以“原文链接”链向文件的外站正本；解读所解读的是本站没有的上级文件；同一文件的另一篇解读按时发布。
局限: 本站没有一对文件和解读以链接相通的（链接可能由脚本生成）、一个题名对应几份文件的、页面写有“相关文件”“相关解读”而未见链接的，转发的文件，日期不是页面标明、可能是更新时间或工作日历未收录的，只提请人工核实；文件是否需要解读由人判断，没有解读的一律只提请核实。
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from pydantic import Field

import model
from checks.answers import asked
from checks.articles import Article, Articles, articles_of, since_of
from checks.issuers import is_own
from checks.once import once
from checks.pairing import Pair, linked, pairs_of
from model import Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
_BOX = re.compile(
    r"相关(?:政策|文件|链接|解读|信息|附件|阅读)|关联(?:文件|解读|阅读)|原文链接|政策原文|文件原文|解读链接"
)
_NORMATIVE = re.compile(
    r"(?:办法|规定|细则|规则|意见|措施|方案|规划|决定)(?:[(（].{1,8}[)）])?(?:》?的通知)?$"
)
_NO_POLICY = re.compile(
    r"任免|任职|免去|转发|表彰|会议|放假|值班|人事|批复|成立|调整.*(?:成员|领导)|征求意见|公示"
)


class Params(model.Params):
    """参数 `fault`: no_way_to_interpretation (document shows no link), no_way_to_document (interpretation shows none),
    late (interpretation more than `workdays` after its document), not_interpreted (a document without any)."""

    fault: Literal["no_way_to_interpretation", "no_way_to_document", "late", "not_interpreted"]
    workdays: int = Field(default=3, ge=0)
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each page of a pair that is at fault."""
    known = articles_of(subject)
    pairs = once(subject, _pairs)
    recent = {id(article) for article in since_of(known.all, params.since)}
    pairs = [pair for pair in pairs if id(pair.document) in recent and id(pair.interpretation) in recent]
    documents = [one for one in known.all if one.official and id(one) in recent]
    answers: Iterator[Hit | Unsure]
    if params.fault == "not_interpreted":
        read, answers = len(documents), _without(subject, documents, pairs)
    elif params.fault == "late":
        read, answers = len(pairs), _late(subject, pairs, params, moment)
    else:
        read, answers = len(pairs), _without_way(pairs, params, known)
    if params.ask:
        yield asked("unpaired_interpretation", params.fault, answers, read)
    elif read:
        yield from answers
    else:
        yield NoSubject()


def _pairs(observation: Observation) -> list[Pair]:
    return pairs_of(articles_of(observation))


def _without_way(pairs: list[Pair], params: Params, known: Articles) -> Iterator[Hit | Unsure]:
    """The page that lacks the way; every page at most once, and only when none of its counterparts is linked."""
    back = params.fault == "no_way_to_document"
    ends = [
        (pair.interpretation, pair.document) if back else (pair.document, pair.interpretation)
        for pair in pairs
    ]
    ways = [linked(start, end, known) for start, end in ends]
    done = {id(start) for (start, _), way in zip(ends, ways, strict=True) if way}
    for (start, end), pair in zip(ends, pairs, strict=True):
        if id(start) in done:
            continue
        done.add(id(start))
        several = {id(other.document) for other in pairs if other.interpretation is pair.interpretation}
        case = (
            "several"
            if len(several) > 1 or pair.vague
            else "box_empty"
            if _box(start)
            else None
            if any(ways)
            else "none_linked"
        )
        yield _answer(case or params.fault, Unsure if case else Hit, start, end, measured="0", allowed="1")


def _box(article: Article) -> bool:
    """Whether the page announces links that were not seen: a script may fill them in."""
    return bool(_BOX.search(article.page.text)) or any(
        _BOX.search(link.anchor) for link in article.page.links
    )


def _late(
    observation: Observation, pairs: list[Pair], params: Params, moment: Moment
) -> Iterator[Hit | Unsure]:
    """Of several interpretations of a document the first counts."""
    first: dict[int, Pair] = {}
    for pair in pairs:
        held = first.get(id(pair.document))
        if held is None or _day(pair.interpretation) < _day(held.interpretation):
            first[id(pair.document)] = pair
    for pair in first.values():
        start, end = _day(pair.document), _day(pair.interpretation)
        if date.max in (start, end):
            shown = pair.document if start == date.max else pair.interpretation
            yield _answer("undated", Unsure, pair.interpretation, pair.document, seen=shown.title)
            continue
        days = moment.calendar.workdays_between(start, end)
        if days <= params.workdays:
            continue
        sure = all(moment.calendar.knows(date(year, 1, 1)) for year in range(start.year, end.year + 1))
        case = "several" if pair.vague else None if is_own(observation, pair.document) else "not_own"
        case = case if sure or case else "estimated"
        if case is None and not (pair.interpretation.published and pair.document.published):
            case = "perhaps_updated"
        yield _answer(
            case or "late",
            Unsure if case else Hit,
            pair.interpretation,
            pair.document,
            measured=str(days),
            allowed=str(params.workdays),
            days=days,
            dates=(start, end),
        )


def _day(article: Article) -> date:
    return article.day.value if article.day and article.day.value else date.max


def _without(
    observation: Observation, documents: Iterable[Article], pairs: list[Pair]
) -> Iterator[Hit | Unsure]:
    """Documents of the kinds that are interpreted; whether this one must be is for a person to say."""
    told = {id(pair.document) for pair in pairs}
    for document in documents:
        title = document.title
        if id(document) in told or not _NORMATIVE.search(title) or _NO_POLICY.search(title):
            continue
        if is_own(observation, document) is not False:
            yield Unsure(**_fields("not_interpreted", document, document))


def _answer(
    case: str,
    answer: type[Hit],
    at: Article,
    other: Article,
    *,
    measured: str | None = None,
    allowed: str | None = None,
    days: int = 0,
    dates: tuple[date, date] | None = None,
    seen: str = "",
) -> Hit | Unsure:
    made = answer(**_fields(case, at, other))
    first, last = (day.isoformat() for day in dates) if dates else ("", "")
    params = made.params | {"days": days, "date": first, "shown": last, "most": allowed or "", "seen": seen}
    return made.model_copy(update={"params": params, "measured": measured, "allowed": allowed})


def _fields(case: str, at: Article, other: Article) -> dict[str, object]:
    evidence = (
        [at.seen("pair_page")] if at is other else [at.seen("pair_page"), other.seen("counterpart_page")]
    )
    return {
        "message_id": f"check.unpaired_interpretation.{case}",
        "params": {"title": at.title, "other": other.title, "url": other.page.url},
        "evidence": tuple(evidence),
        "locus": at.page.url,
        "subject_name": at.title,
        "url": at.page.url,
    }
