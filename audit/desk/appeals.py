"""复核申请 The applications for review of an assessment, and the clock they go by."""

from collections.abc import Iterable, Iterator
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

    `sure`: whether the holidays up to then are known; else they are reckoned by weekends alone. `workdays` it takes;
    None: a page that was put up tells a later day than the assessment does.
    """

    result: Result
    shown_on: date
    last_day: date
    sure: bool
    workdays: int | None = None

    def late(self, at: datetime) -> bool:
        """逾期 The last day counts until 24:00."""
        return at.astimezone(SHANGHAI).date() > self.last_day


def appeals(desk: Desk) -> tuple[Appeal, ...]:
    """复核事项 All applications in the order of their numbers, with what came of each."""
    found = {
        said.number: Appeal(entry=entry.number, by=entry.by, entered_at=entry.entered_at, said=said)
        for entry, said in desk.told(EntryKind.APPEALED, Appealed)
    }
    since = {number: one.said.applied_at for number, one in found.items()}
    for entry, recheck in desk.told(EntryKind.RECHECKED, Recheck):
        if one := found.get(recheck.appeal):
            rechecked = (*one.rechecked, (entry.number, recheck))
            found[one.number] = one.model_copy(update={"rechecked": rechecked})
    for entry, ruled in desk.told(EntryKind.RULED, AppealRuled):
        if one := found.get(ruled.appeal):
            told: dict[str, object] = {
                "ruled": (entry.number, ruled),
                "ruled_at": entry.at,
                "ruled_by": entry.by,
            }
            if ruled.result is AppealResult.ADMITTED:
                told, since[one.number] = {"admitted": (entry.number, ruled)}, entry.at
            found[one.number] = one.model_copy(update=told)
    return tuple(
        one.model_copy(update={"due": _due(desk, since[number])}) if one.state.awaits else one
        for number, one in sorted(found.items())
    )


def appeal_numbered(desk: Desk, number: int) -> Appeal:
    """某号复核申请 Raises Fault (exit 3) when there is none of that number."""
    found = appeals(desk)
    for one in found:
        if one.number == number:
            return one
    raise Fault("fault.appeal_unknown", number=number, count=len(found))


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
    of the window 公示. The latest last day that holds for it. Raises Fault (exit 3) when nothing was up by then.
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
    return bool(shown) and all(one.late(at) for one in shown)


def _shown(desk: Desk) -> Iterator[Term]:
    drafts = {
        one.version: one for _, one in desk.told(EntryKind.FROZEN, Result) if one.kind is ResultKind.DRAFT
    }
    workdays = desk.assessment.appeal_workdays
    pages: dict[int, list[Publication]] = {}
    for _, one in desk.told(EntryKind.PUBLISHED, Publication):
        if one.what is Published.RESULTS and one.kind is ResultKind.DRAFT and one.version in drafts:
            pages.setdefault(one.version, []).append(one)
    for version, found in pages.items():
        yield _term(drafts[version], min(one.on for one in found), workdays, [one.until for one in found])
    window = desk.assessment.window(WindowKind.PUBLICITY)
    if drafts and not pages and window is not None and window.starts is not None:
        yield _term(drafts[max(drafts)], window.starts, workdays, [])


def _term(result: Result, on: date, workdays: int, told: Iterable[date | None]) -> Term:
    """What units were told on any page holds, and so does a longer term by which the assessment was amended since."""
    last, sure = last_day_of(on, workdays)
    until = max([last, *(one for one in told if one is not None)])
    return Term(result, on, until, sure or until > last, workdays if until == last else None)


def _due(desk: Desk, since: datetime) -> date:
    """The end of the window 复核, else three working days from the day it came."""
    day = since.astimezone(SHANGHAI).date()
    window = desk.assessment.window(WindowKind.REVIEW)
    if window is not None and window.ends > day:
        return window.ends
    return moment_of(since).calendar.add_workdays(day, RULING_DAYS)
