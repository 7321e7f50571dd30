"""日程 What is due in an assessment, by working days: its windows, the term for objections, what is done and who lacks."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from audit.conclude import moment_of
from audit.desk.appeals import appeals, term, term_over, undecided
from audit.desk.desk import Desk
from audit.desk.progress import self_checks
from model import (
    SHANGHAI,
    DueItem,
    EntryKind,
    Fault,
    Notice,
    NoticeKind,
    Publication,
    Published,
    ResultKind,
    Standing,
    UnitProgress,
    WindowKind,
)


def due_items(desk: Desk, at: datetime, units: Sequence[UnitProgress]) -> list[DueItem]:
    """日程 In order of the days on which they are due. `units`: see audit.desk.progress, as of the same moment.

    台江2021 四: monitoring, self-check by 11-30, sampling, 公示, three working days for objections, announcing.
    """
    seen = desk.until(at)
    found = [*_windows(seen, at, units), *_term(seen, at), *_reviews(seen, at), *_call(seen, at)]
    return sorted(found, key=lambda one: (one.due, one.begins or one.due))


def _item(
    what: str, begins: date | None, due: date, at: datetime, done_on: date | None = None, **more: Any
) -> DueItem:
    calendar, today = moment_of(at).calendar, moment_of(at).today
    if done_on is not None:
        standing = Standing.DONE if done_on <= due else Standing.DONE_LATE
    elif today > due:
        standing = Standing.OVERDUE
    else:
        standing = Standing.AHEAD if begins is not None and today < begins else Standing.DUE
    first, last = sorted((today, due))
    days = calendar.workdays_between(first, last)
    return DueItem(
        what=what, begins=begins, due=due, standing=standing, workdays=days, done_on=done_on,
        sure=calendar.knows(due) and calendar.knows(today), **more,
    )  # fmt: skip


def _windows(desk: Desk, at: datetime, units: Sequence[UnitProgress]) -> Iterator[DueItem]:
    for window in desk.assessment.windows:
        day, more = _state_of(window.kind, desk, at, units)
        item = _item(window.kind, window.starts, window.ends, at, day, **more)
        if window.kind is WindowKind.MONITOR and moment_of(at).today > window.ends:
            standing = Standing.LACKING if item.lacking else Standing.DONE
            over = None if item.lacking else window.ends
            item = item.model_copy(update={"standing": standing, "done_on": over})
        yield item


def _state_of(
    kind: WindowKind, desk: Desk, at: datetime, units: Sequence[UnitProgress]
) -> tuple[date | None, dict[str, Any]]:
    """When it was done, and who has done their part."""
    match kind:
        case WindowKind.MONITOR:
            return None, _parts(units, {one.unit for one in units if one.missed})
        case WindowKind.SELF_CHECK:
            days = self_checks(desk)
            lacking = {one.unit for one in units if one.unit not in days}
            return None if lacking else max(days.values(), default=None), _parts(units, lacking)
        case WindowKind.SAMPLING:
            window = desk.assessment.window(kind)
            begins = (window.starts if window else None) or desk.assessment.starts
            if moment_of(at).today < begins:
                return None, {}
            lacking = {one.unit for one in units if one.sampled < one.sites}
            return _frozen_on(desk, begins), _parts(units, lacking)
        case WindowKind.REPORT:
            return _published_on(desk, Published.REPORT), {}
        case WindowKind.PUBLICITY:
            return _published_on(desk, Published.RESULTS, ResultKind.DRAFT), {}
        case WindowKind.REVIEW:
            return _reviewed_on(desk, at), {}
        case WindowKind.ANNOUNCE:
            return _published_on(desk, Published.RESULTS, ResultKind.FINAL), {}


def _parts(units: Sequence[UnitProgress], lacking: set[str]) -> dict[str, Any]:
    names = tuple(one.unit for one in units if one.unit in lacking)
    return {"done": len(units) - len(names), "of": len(units), "lacking": names}


def _frozen_on(desk: Desk, begins: date) -> date | None:
    """The sample is worked up as soon as a result was frozen from it; one from before it began is none of it."""
    days = [one.at.astimezone(SHANGHAI).date() for one in desk.of(EntryKind.FROZEN)]
    return min((one for one in days if one >= begins), default=None)


def _published_on(desk: Desk, what: Published, kind: ResultKind | None = None) -> date | None:
    told = [one for _, one in desk.told(EntryKind.PUBLISHED, Publication) if one.what is what]
    return min((one.on for one in told if kind in (None, one.kind)), default=None)


def _reviewed_on(desk: Desk, at: datetime) -> date | None:
    """Every application has been ruled on, and none can come any more."""
    if undecided(desk) or not term_over(desk, at):
        return None
    ruled = [one.ruled_at.astimezone(SHANGHAI).date() for one in appeals(desk) if one.ruled_at]
    return max(ruled, default=term(desk, moment_of(at).today).last_day)


def _term(desk: Desk, at: datetime) -> Iterator[DueItem]:
    try:
        told = term(desk, moment_of(at).today)
    except Fault:  # nothing is up for it
        return
    over = told.last_day if moment_of(at).today > told.last_day else None
    yield _item("appeal_term", told.shown_on, told.last_day, at, over)


def _reviews(desk: Desk, at: datetime) -> Iterator[DueItem]:
    for one in undecided(desk):
        begins = one.said.applied_at.astimezone(SHANGHAI).date()
        if one.due is not None:
            yield _item("appeal", begins, one.due, at, lacking=(one.said.unit,), number=one.number)


def _call(desk: Desk, at: datetime) -> Iterator[DueItem]:
    """塔城2020 四（二）: 提前下发考核通知, on a day before what it announces."""
    for _, one in desk.told(EntryKind.NOTICE, Notice):
        if one.kind is NoticeKind.CALL and one.begins is not None:
            item = _item("call", None, one.begins, at, one.dated)
            standing = Standing.DONE_LATE if one.late else Standing.DONE
            yield item.model_copy(update={"standing": standing})
