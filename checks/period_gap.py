"""周期性公开缺期 A month, quarter, half or year of a periodic publication is missing.

何为问题: 应按月、季、半年或年公开的内容（例如每月财政收支）缺了一期或几期。
怎样测量: 监测时间点之前、留出公开期限之后的各期逐一核对：先按标题所写的期（2021年3月、一季度、1-6月），标题未写期的按条目日期归入刚结束或当期的一期；预算一类在期初公开的（begins），期限自一期开始之日起算；累计数（1-3月）只算其最末一期。
反例: 按月公开，期限一个月，监测时间点 2021-07-15，列表读到 2020 年 6 月之前，12 期中没有 2021-02、2021-04。
正例: 2 月数据以“1-2月”合并公开；迟发但已补上；最近一期仍在公开期限内；1 月本年度预算尚未到期。
局限: 列表未读到应查首期、有条目既未写期又无可信日期、缺的各期可能含在累计数内、内容为一页正文、有关栏目或入口未读到的，只提请人工核实。
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import model
from checks.material import Material, date_of, find, gathered, trusted_day
from checks.spans import Every, due_spans, first_day, last_day, span_name, spans_in, with_year, years_in
from checks.unseen import hidden, menu_seen
from model import Evidence, Hit, Moment, NoSubject, Observation, Period, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
MOST_EVIDENCE = 8
AHEAD = timedelta(days=92)  # a plan may be published so long before its span begins


class Params(model.Params):
    """参数 One item for `every` month, quarter, half or year, `span` back from the moment; the last `lag` is still in time.

    `begins`: what looks ahead, as a budget does, is due `lag` after its span begins, not after it ends.
    `since`, `until`: first and last day of the duty. `ask`: evidence rule, always for a person.
    """

    topic: Topic
    every: Every
    span: Period = Period(months=12)
    lag: Period = Period(months=1)
    begins: bool = False
    since: date | None = None
    until: date | None = None
    ask: bool = False


class Filled(NamedTuple):
    """已公开各期 Spans that surely have an item, spans that perhaps have one, and items that may belong to any."""

    sure: set[int]
    perhaps: set[int]
    loose: int


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer that names all spans without an item; nothing when each has one."""
    today, every = moment.today, params.every
    due = [
        span
        for span in due_spans(every, params.span, params.lag, today, params.begins)
        if (params.since is None or first_day(span, every) >= params.since)
        and (params.until is None or last_day(span, every) <= params.until)
    ]
    if not due:
        yield NoSubject()
        return
    material = find(subject, params.topic)
    filled = _filled(subject, material, params, due, today)
    gaps = [span for span in due if span not in filled.sure]
    if params.ask:
        case = "ask_full" if not gaps else "ask_gaps" if material.amount else "ask_not_found"
        yield _answer(Unsure, case, subject, material, params, due, gaps, today)
        return
    if not gaps:
        return
    if all(span in filled.perhaps for span in gaps):
        yield _answer(Unsure, "cumulative", subject, material, params, due, gaps, today)
    elif filled.loose:
        yield _answer(Unsure, "unreadable", subject, material, params, due, gaps, today, loose=filled.loose)
    elif material.singles:
        yield _answer(Unsure, "in_text", subject, material, params, due, gaps, today)
    elif blind := hidden(subject, material, _from(gaps[0], params)):
        yield _answer(
            Unsure, "hidden", subject, material, params, due, gaps, today,
            blind.evidence, hidden_by=blind.reason, seen=blind.seen,
        )  # fmt: skip
    else:
        firm = [span for span in gaps if span not in filled.perhaps]
        yield _answer(Hit, "gap", subject, material, params, due, firm, today)


def _filled(subject: Observation, material: Material, params: Params, due: list[int], today: date) -> Filled:
    """Which spans have an item. What tells no span by its title is dealt out by its date."""
    every = params.every
    sure: set[int] = set()
    perhaps: set[int] = set()
    untold: list[date] = []
    loose = 0
    titled = [
        (with_year(row.item.title, row.column.name if row.column else ""), date_of(subject, row, today))
        for row in material.rows
    ]
    titled += [(page.title, page.dated) for page in material.pages if page.dated is not None]
    loose += sum(
        1 for page in material.pages if page.dated is None and not spans_in(page.title, None, every)[0]
    )
    for title, dated in titled:
        # Without a year in its title, an item is about what was over on its day; a plan is not.
        plan = params.begins and not years_in(title)
        told, included = spans_in(title, None if plan else dated.value, every)
        sure |= told
        perhaps |= included
        if not told and not included:
            day = trusted_day(dated, today)
            untold += [day] if day else []
            loose += day is None
    untold.sort()
    for span in due:
        if span in sure:
            continue
        latest = last_day(span, every) if params.begins else params.lag.after(last_day(span, every))
        inside = [day for day in untold if _from(span, params) <= day <= latest]
        if inside:
            sure.add(span)
            untold.remove(inside[0])
    return Filled(sure, perhaps, loose)


def _from(span: int, params: Params) -> date:
    """The first day on which the item of a span may be published."""
    begun = first_day(span, params.every)
    return begun - AHEAD if params.begins else begun


def _answer(
    answer: type[Hit],
    case: str,
    subject: Observation,
    material: Material,
    params: Params,
    due: list[int],
    gaps: list[int],
    today: date,
    more: tuple[Evidence, ...] = (),
    **told: str | int,
) -> Hit:
    name, every = params.topic.name, params.every
    evidence = gathered(subject, material, today) or menu_seen(subject)
    return answer(
        message_id=f"check.period_gap.{case}",
        params={
            "name": name,
            "gaps": "、".join(span_name(span, every) for span in gaps),
            "missing": len(gaps),
            "due": len(due),
            "first": span_name(due[0], every),
            "last": span_name(due[-1], every),
            "found": material.amount,
            **told,
        },
        evidence=tuple(dict.fromkeys((*evidence[: MOST_EVIDENCE - len(more)], *more))),
        locus=name,
        subject_name=name,
        url=material.columns[0].url if material.columns else subject.site.home,
        measured=f"{len(gaps)}/{len(due)}",
        allowed="0",
    )
