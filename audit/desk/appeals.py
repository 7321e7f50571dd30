"""复核申请 The applications for review of an assessment, and the clock they go by."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import NamedTuple

from audit.conclude import moment_of
from audit.desk.desk import Desk
from audit.rulings import RULING_DAYS
from model import (
    SHANGHAI,
    Appeal,
    Appealed,
    AppealResult,
    AppealRuled,
    EntryKind,
    Fault,
    Publication,
    Published,
    Recheck,
    Result,
    ResultKind,
    WindowKind,
)


class Term(NamedTuple):
    """复核期 One may apply for review of `result` from `shown_on` to the end of `last_day`, Beijing time.

    `sure`: whether the holidays up to then are known; else they are reckoned by weekends alone.
    """

    result: Result
    shown_on: date
    last_day: date
    sure: bool


def appeals(desk: Desk) -> tuple[Appeal, ...]:
    """复核事项 All applications in the order of their numbers, with what came of each."""
    found: list[Appeal] = []
    for entry, said in desk.told(EntryKind.APPEALED, Appealed):
        found.append(
            Appeal(number=len(found) + 1, entry=entry.number, by=entry.by, entered_at=entry.entered_at, said=said)
        )  # fmt: skip
    for entry, recheck in desk.told(EntryKind.RECHECKED, Recheck):
        one = found[recheck.appeal - 1]
        found[recheck.appeal - 1] = one.model_copy(
            update={"rechecked": (*one.rechecked, (entry.number, recheck))}
        )
    admitted_at: dict[int, datetime] = {}
    for entry, ruled in desk.told(EntryKind.RULED, AppealRuled):
        told: dict[str, object] = {"admitted": (entry.number, ruled)}
        if ruled.result is AppealResult.ADMITTED:
            admitted_at[ruled.appeal] = entry.at
        else:
            told = {"ruled": (entry.number, ruled), "ruled_at": entry.at, "ruled_by": entry.by}
        found[ruled.appeal - 1] = found[ruled.appeal - 1].model_copy(update=told)
    return tuple(
        one.model_copy(update={"due": _due(desk, admitted_at.get(one.number, one.said.applied_at))})
        if one.state.awaits
        else one
        for one in found
    )


def appeal_numbered(desk: Desk, number: int) -> Appeal:
    """某号复核申请 Raises Fault (exit 3) when there is none of that number."""
    found = appeals(desk)
    if not 1 <= number <= len(found):
        raise Fault("fault.appeal_unknown", number=number, count=len(found))
    return found[number - 1]


def undecided(desk: Desk) -> tuple[Appeal, ...]:
    """未决定的复核 Those that still await a ruling; one that came late and was not admitted awaits none."""
    return tuple(one for one in appeals(desk) if one.state.awaits)


def last_day_of(shown_on: date, workdays: int) -> tuple[date, bool]:
    """申请截止日 The last day on which one may apply, and whether the holidays until then are known.

    台江2021 四（四）: 公示之日起3个工作日内. The day of 公示 is not counted (民法典 第二百零一条), the last one counts until
    24:00 (第二百零三条).
    """
    calendar = moment_of(datetime.combine(shown_on, time(12), SHANGHAI)).calendar
    last = calendar.add_workdays(shown_on, workdays)
    return last, calendar.knows(last)


def term(desk: Desk, on: date) -> Term:
    """复核期 Of the draft result that was up for 公示 on that day, the newest version first.

    Counted from the day on which that version was first published; where nobody has published one, from the first day
    of the window 公示. Raises Fault (exit 3) when nothing was up by then.
    """
    shown = sorted(_shown(desk), key=lambda one: (one.result.version, one.shown_on))
    if not shown:
        raise Fault("fault.appeal_nothing_shown", id=desk.assessment.id)
    by_then = [one for one in shown if one.shown_on <= on]
    if not by_then:
        raise Fault("fault.appeal_too_early", on=on, shown_on=shown[0].shown_on)
    return next(one for one in by_then if one.result.version == by_then[-1].result.version)


def term_over(desk: Desk, at: datetime) -> bool:
    """复核期已过 Whether nobody can apply in time any more for what is up for 公示; False when nothing is."""
    shown = list(_shown(desk))
    return bool(shown) and at.astimezone(SHANGHAI).date() > max(one.last_day for one in shown)


def _shown(desk: Desk) -> Iterator[Term]:
    drafts = {one.version: one for _, one in desk.told(EntryKind.FROZEN, Result) if one.kind is ResultKind.DRAFT}
    workdays = desk.assessment.appeal_workdays
    published = [
        one
        for _, one in desk.told(EntryKind.PUBLISHED, Publication)
        if one.what is Published.RESULTS and one.kind is ResultKind.DRAFT and one.version in drafts
    ]
    for one in published:
        last, sure = last_day_of(one.on, workdays)
        yield Term(drafts[one.version], one.on, one.until or last, sure)
    window = desk.assessment.window(WindowKind.PUBLICITY)
    if drafts and not published and window is not None and window.starts is not None:
        yield Term(drafts[max(drafts)], window.starts, *last_day_of(window.starts, workdays))


def _due(desk: Desk, since: datetime) -> date:
    """The end of the window 复核, else three working days from the day it came."""
    day = since.astimezone(SHANGHAI).date()
    window = desk.assessment.window(WindowKind.REVIEW)
    if window is not None and window.ends > day:
        return window.ends
    return moment_of(since).calendar.add_workdays(day, RULING_DAYS)
