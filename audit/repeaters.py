"""屡查屡犯 Over a span of months: which findings came back after they were mended, and which stayed overdue period after period."""

import calendar
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from audit.ledger_view import is_fixed, is_new, named_sites
from model import SHANGHAI, Case, CaseEvent, CaseState, Deed, Fault, Finding, Site
from report.repeaters import PeriodLine, RepeatLine, Repeats
from storage import CaseQuery, Store

MOST_PERIODS = 120
_TAKEN_BACK = (CaseState.WAIVED, CaseState.WITHDRAWN)
_BACK = (Deed.FAILED_AGAIN, Deed.CONFIRMED, Deed.OPENED)


class Every(StrEnum):
    """周期"""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


def every_of(text: str) -> Every:
    """周期 Raises Fault (exit 3) for one that is not known."""
    if text not in tuple(Every):
        raise Fault("fault.repeat_every", text=text, known="、".join(Every))
    return Every(text)


def repeats(
    store: Store,
    since: date,
    until: date,
    every: Every = Every.MONTH,
    site_keys: Collection[str] | None = None,
    least: int = 2,
) -> Repeats:
    """屡查屡犯 From the one day to the other, both included; `least`: at the ends of so many periods a case was overdue.

    What was waived or withdrawn by the last day is nobody's repetition, nor are sites that were retired by then; a waiver that ends
    is no return. Raises Fault (exit 3) for a span that is reversed or has too many periods.
    """
    spans = list(periods(since, until, every))
    if not spans:
        raise Fault("fault.repeat_span", since=since, until=until)
    if len(spans) > MOST_PERIODS:
        raise Fault("fault.repeat_long", most=MOST_PERIODS)
    keys = None if site_keys is None else frozenset(site_keys)
    retired = {one.site.key for one in store.roster() if one.retired(until)}
    cases = [one for one in store.find_cases(CaseQuery(site_keys=keys)) if one.site_key not in retired]
    again = []
    for case in cases:
        if case.state_at(_end(until)) in _TAKEN_BACK:
            continue
        back = tuple(
            event.at.astimezone(SHANGHAI).date()
            for event in case.history
            if came_back(event) and _begin(since) <= event.at <= _end(until)
        )
        late = tuple(ends for _, ends in spans if overdue(case, ends))
        if back or len(late) >= least:
            again.append((case, back, late if len(late) >= least else ()))
    newest = store.newest_findings([case.fingerprint for case, _, _ in again])
    sites = named_sites(store, {case.site_key for case, _, _ in again})
    lines = [_line(*one, newest.get(one[0].fingerprint), sites.get(one[0].site_key), until) for one in again]
    return Repeats(
        periods=tuple(_period(cases, *span) for span in spans),
        lines=tuple(sorted(lines, key=lambda one: (one.unit, one.site, one.rule_id, one.place))),
    )


def periods(since: date, until: date, every: Every) -> Iterator[tuple[date, date]]:
    """各期 First and last days: weeks from Monday, months, quarters; the first and the last may be cut by the span."""
    day = since
    while day <= until:
        if every is Every.WEEK:
            ends = day + timedelta(days=6 - day.weekday())
        else:
            month = day.month if every is Every.MONTH else (day.month + 2) // 3 * 3
            ends = date(day.year, month, calendar.monthrange(day.year, month)[1])
        yield day, min(ends, until)
        day = ends + timedelta(days=1)


def came_back(event: CaseEvent) -> bool:
    """反弹 It was mended once, and failed again."""
    return event.state is CaseState.REOPENED and event.deed in _BACK


def overdue(case: Case, day: date) -> bool:
    """当日逾期 Whether it stood at the end of that day although its due day was over."""
    due = case.due_at(_end(day))
    return due is not None and day > due


def _period(cases: Sequence[Case], starts: date, ends: date) -> PeriodLine:
    events = [event for case in cases for event in case.history if _begin(starts) <= event.at <= _end(ends)]
    stood = [case for case in cases if (state := case.state_at(_end(ends))) and state.stands]
    return PeriodLine(
        starts=starts,
        ends=ends,
        new=sum(map(is_new, events)),
        back=sum(map(came_back, events)),
        mended=sum(map(is_fixed, events)),
        standing=len(stood),
        overdue=sum(overdue(case, ends) for case in stood),
    )


def _line(
    case: Case,
    back: tuple[date, ...],
    late: tuple[date, ...],
    finding: Finding | None,
    site: Site | None,
    until: date,
) -> RepeatLine:
    return RepeatLine(
        unit=(site.organiser or site.name or site.host) if site else case.site_key,
        site_key=case.site_key,
        site=(site.name or site.host) if site else case.site_key,
        finding=case.id,
        rule_id=case.rule_id,
        title=finding.title if finding else case.rule_id,
        place=(finding.verdict.subject_name or finding.verdict.url) if finding else case.locus,
        state=case.state_at(_end(until)) or case.state,
        back_on=back,
        overdue_at=late,
        due=case.due_at(_end(until)),
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, SHANGHAI)
