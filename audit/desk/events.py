"""突发事件时限 What units enter of grave events: when it happened, the first authoritative word, the first press briefing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from audit.desk.desk import Desk, open_desk, unit_named
from model import SHANGHAI, DossierEntry, Draft, Emergency, EntryKind, Fault, body_of
from model.event import BRIEFING_WITHIN, LONGEST_NOTE, LONGEST_TITLE, LONGEST_URL, RELEASE_WITHIN
from report.events import EventLine, corrected, timing
from report.text import plain
from storage import Store

_TRIES = 5  # times it is looked at anew when somebody else enters something meanwhile


class Report(NamedTuple):
    """一次填报 What somebody tells now; None and "": nothing of it, what was told before stays.

    `happened_at` None: of the one event that is known by this title.
    """

    unit: str
    title: str
    happened_at: datetime | None = None
    released_at: datetime | None = None
    briefed_at: datetime | None = None
    release_url: str = ""
    briefing_url: str = ""
    note: str = ""


class Entered(NamedTuple):
    """填报结果 `changes`: what was known before and was corrected, with what it is now. `same`: reports that told nothing new."""

    entered: tuple[DossierEntry, ...] = ()
    changes: tuple[tuple[Emergency, Emergency], ...] = ()
    same: int = 0


def enter_events(store: Store, assessment_id: str, told: Sequence[Report], by: str, now: datetime) -> Entered:
    """填报 All of them or none. What was told of the same event before is completed, or corrected beside it.

    Raises Fault (exit 3) when one of them cannot be, see `merged`, or the assessment is closed.
    """
    for left in reversed(range(_TRIES)):
        desk = open_desk(store, assessment_id)
        if desk.closed:
            raise Fault("fault.assessment_closed", id=assessment_id)
        known = known_events(desk)
        fresh: list[Emergency] = []
        changes: list[tuple[Emergency, Emergency]] = []
        for report in told:
            event = merged(desk, known.values(), report, now)
            before = known.get(_key(event))
            if event != before:
                fresh.append(event)
                changes += [(before, event)] if before and corrected(before, event) else []
                known[_key(event)] = event
        if not fresh:
            return Entered(same=len(told))
        try:
            made = store.enter(desk.assessment.dossier, [_draft(one, by) for one in fresh], now, desk.last)
        except Fault as fault:
            if fault.message_id != "fault.dossier_overtaken" or not left:
                raise
        else:
            return Entered(tuple(made), tuple(changes), len(told) - len(fresh))
    raise AssertionError("the last try returns or raises")


def known_events(desk: Desk) -> dict[tuple[str, str, str], Emergency]:
    """已填报 Each event as it was last entered, by unit, title and day."""
    return {_key(event): event for _, event in desk.told(EntryKind.EVENT, Emergency)}


def merged(desk: Desk, known: Iterable[Emergency], report: Report, now: datetime) -> Emergency:
    """合并填报 The event as it is known by now, with what the report adds or corrects.

    Raises Fault (exit 3) for an unknown unit, no title, words without end, an event nobody knows the moment of, one outside the
    assessment's period, and moments that are yet to come or before the event.
    """
    unit, title = unit_named(desk, report.unit), plain(report.title)
    report = report._replace(note=plain(report.note))
    if not title:
        raise Fault("fault.event_untitled")
    if len(title) > LONGEST_TITLE or len(report.note) > LONGEST_NOTE:
        raise Fault("fault.event_long", title=LONGEST_TITLE, note=LONGEST_NOTE)
    for url in (report.release_url, report.briefing_url):
        if url and (len(url) > LONGEST_URL or not url.startswith(("http://", "https://"))):
            raise Fault("fault.event_url", url=url[:100])
    alike = [one for one in known if (one.unit, one.title) == (unit, title)]
    if report.happened_at is not None:
        day = report.happened_at.astimezone(SHANGHAI).date()
        alike = [one for one in alike if one.happened_at.astimezone(SHANGHAI).date() == day]
    if len(alike) > 1:
        raise Fault("fault.event_several", title=title)
    before = alike[0] if alike else None
    happened_at = report.happened_at or (before.happened_at if before else None)
    if happened_at is None:
        raise Fault("fault.event_when", title=title)
    event = (before or Emergency(unit=unit, title=title, happened_at=happened_at)).model_copy(
        update={field: value for field, value in report._asdict().items() if value}
        | {"unit": unit, "title": title, "happened_at": happened_at}
    )
    assessment = desk.assessment
    if not assessment.starts <= happened_at.astimezone(SHANGHAI).date() <= assessment.ends:
        raise Fault("fault.event_outside", title=title, first=assessment.starts, last=assessment.ends)
    for told in (event.happened_at, event.released_at, event.briefed_at):
        if told is not None and told > now:
            raise Fault("fault.event_future", title=title)
        if told is not None and told < event.happened_at:
            raise Fault("fault.event_before", title=title)
    return event


def event_lines(desk: Desk, now: datetime, units: Iterable[str] | None = None) -> list[EventLine]:
    """各事件 As last entered, by the moment it happened; what nobody entered is told as not entered."""
    history: dict[tuple[str, str, str], list[tuple[DossierEntry, Emergency]]] = {}
    for entry, event in desk.told(EntryKind.EVENT, Emergency):
        if units is None or event.unit in units:
            history.setdefault(_key(event), []).append((entry, event))
    lines = []
    for told in history.values():
        events = [event for _, event in told]
        last = events[-1]
        lines.append(
            EventLine(
                event=last,
                entries=tuple(entry.number for entry, _ in told),
                corrected=sum(bool(corrected(*pair)) for pair in pairwise(events)),
                release=timing(last.happened_at, last.released_at, RELEASE_WITHIN, now),
                briefing=timing(last.happened_at, last.briefed_at, BRIEFING_WITHIN, now),
            )
        )
    return sorted(lines, key=lambda one: (one.event.happened_at, one.event.unit, one.event.title))


def _draft(event: Emergency, by: str) -> Draft:
    return Draft(kind=EntryKind.EVENT, at=event.happened_at, by=by, subject=event.unit, body=body_of(event))


def _key(event: Emergency) -> tuple[str, str, str]:
    """An event's moment may be corrected within its day; the same words on another day are another event."""
    return event.unit, event.title, event.happened_at.astimezone(SHANGHAI).date().isoformat()
