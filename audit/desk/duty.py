"""值班读网 Signatures of those who read their unit's sites every day, and the days on which nobody did."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from audit.conclude import moment_of
from audit.desk.desk import Desk, open_desk, unit_named
from audit.desk.sight import Sight, midnight
from model import (
    SHANGHAI,
    AssessedUnit,
    Assessment,
    DossierEntry,
    Draft,
    EntryKind,
    Fault,
    Signature,
    WindowKind,
    body_of,
)
from model.duty import LONGEST_NOTE, LONGEST_SIGNER
from report.duty import DutyLine, DutyState, DutyTally
from report.text import plain
from storage import Store

_TRIES = 5  # in the morning many sign at once


class Asked(NamedTuple):
    """待签 A signature as somebody gives it; `signed_at` None: the hour was not told."""

    unit: str
    on: date
    signer: str
    signed_at: datetime | None = None
    note: str = ""


class Signed(NamedTuple):
    """签到结果 What was entered, and how many had been entered before, word for word."""

    entered: tuple[DossierEntry, ...]
    same: int


def duty_days(assessment: Assessment) -> tuple[date, date]:
    """读网起止 The first and the last day of the monitoring window, else of the assessment's period."""
    window = assessment.window(WindowKind.MONITOR)
    if window is None:
        return assessment.starts, assessment.ends
    return window.starts or assessment.starts, window.ends


def checked(desk: Desk, asked: Asked, now: datetime) -> Asked:
    """核对签到 With the unit's name as the assessment has it. Raises Fault (exit 3) for what cannot be: an unknown unit, a
    day outside the monitoring window or yet to come, a moment before its day, no name, words without end.
    """
    first, last = duty_days(desk.assessment)
    signer, note = plain(asked.signer), plain(asked.note)
    if not signer:
        raise Fault("fault.duty_nobody")
    if len(signer) > LONGEST_SIGNER or len(note) > LONGEST_NOTE:
        raise Fault("fault.duty_long", signer=LONGEST_SIGNER, note=LONGEST_NOTE)
    unit = unit_named(desk, asked.unit)
    if not first <= asked.on <= last:
        raise Fault("fault.duty_outside", day=asked.on, first=first, last=last)
    if midnight(asked.on) > now or (asked.signed_at and asked.signed_at > now):
        raise Fault("fault.duty_future", day=asked.on)
    if asked.signed_at and asked.signed_at < midnight(asked.on):
        raise Fault("fault.duty_before", day=asked.on)
    # to the minute, as sheets tell it: what is written and read again is the same signature
    signed_at = asked.signed_at and asked.signed_at.replace(second=0, microsecond=0)
    return Asked(unit, asked.on, signer, signed_at, note)


def sign(store: Store, assessment_id: str, asked: Sequence[Asked], by: str, now: datetime) -> Signed:
    """签到 All of them or none, each with what duwang saw by then. What stands in the dossier already is left alone.

    Raises Fault (exit 3) when one of them cannot be, see `checked`, or the assessment is closed.
    """
    for left in reversed(range(_TRIES)):
        desk = open_desk(store, assessment_id)
        if desk.closed:
            raise Fault("fault.assessment_closed", id=assessment_id)
        known = {_told(signature) for _, signature in signatures(desk)}
        wanted = [checked(desk, one, now) for one in asked]
        fresh = [one for one in dict.fromkeys(wanted) if one not in known]
        if not fresh:
            return Signed((), len(wanted))
        try:
            made = store.enter(desk.assessment.dossier, _drafts(store, desk, fresh, by, now), now, desk.last)
        except Fault as fault:
            if fault.message_id != "fault.dossier_overtaken" or not left:
                raise
        else:
            return Signed(tuple(made), len(wanted) - len(fresh))
    raise AssertionError("the last try returns or raises")


def signatures(desk: Desk) -> list[tuple[DossierEntry, Signature]]:
    """全部签到 In the order they were entered."""
    return desk.told(EntryKind.SIGNED, Signature)


def is_late(entry: DossierEntry, signature: Signature) -> bool:
    """补签 Whether it was entered when the day was over."""
    return entry.entered_at.astimezone(SHANGHAI).date() > signature.on


def duty_log(
    store: Store,
    desk: Desk,
    days: tuple[date, date],
    now: datetime,
    units: Iterable[str] | None = None,
    *,
    workdays: bool = False,
) -> list[DutyLine]:
    """读网记录 A line for each signature, and one for each day without any, by unit and day; not beyond today or the window.

    `workdays`: days off are asked of nobody; who signed on one all the same is told.
    """
    asked = days_asked(desk.assessment, days, now, workdays=workdays)
    wanted = [one for one in desk.assessment.units if units is None or one.name in units]
    sight = Sight(store, *days)
    signed: dict[tuple[str, date], list[tuple[DossierEntry, Signature]]] = {}
    for entry, signature in signatures(desk):
        signed.setdefault((signature.unit, signature.on), []).append((entry, signature))
    today = now.astimezone(SHANGHAI).date()
    lines: list[DutyLine] = []
    for unit in wanted:
        for on in _every_day(*days):
            there = signed.get((unit.name, on), [])
            if there or on in asked:
                lines += _lines(sight, unit, on, there, now, waiting=on == today)
    return lines


def duty_tallies(
    desk: Desk,
    days: tuple[date, date],
    now: datetime,
    units: Iterable[str] | None = None,
    *,
    workdays: bool = False,
) -> list[DutyTally]:
    """漏签统计 For each unit how many of the days that are over were signed, late, or missed, and which were. Today counts once it is signed."""
    asked = days_asked(desk.assessment, days, now, workdays=workdays)
    today = now.astimezone(SHANGHAI).date()
    first: dict[tuple[str, date], bool] = {}
    for entry, signature in signatures(desk):
        place = (signature.unit, signature.on)
        first[place] = first.get(place, True) and is_late(entry, signature)
    tallies = []
    for unit in desk.assessment.units:
        if units is not None and unit.name not in units:
            continue
        late = [first.get((unit.name, day)) for day in asked]
        missed = tuple(day for day, one in zip(asked, late, strict=True) if one is None and day < today)
        tallies.append(
            DutyTally(
                unit=unit.name,
                asked=len(missed) + len(late) - late.count(None),
                signed=late.count(False),
                late=late.count(True),
                missed=missed,
            )
        )
    return tallies


def days_asked(
    assessment: Assessment, days: tuple[date, date], now: datetime, *, workdays: bool = False
) -> tuple[date, ...]:
    """应签日 Of these days those within the monitoring window and not after today; `workdays`: working days alone."""
    first, last = duty_days(assessment)
    moment = moment_of(now)
    found = _every_day(max(first, days[0]), min(last, days[1], moment.today))
    return tuple(day for day in found if not workdays or moment.calendar.is_workday(day))


def _lines(
    sight: Sight,
    unit: AssessedUnit,
    on: date,
    there: Sequence[tuple[DossierEntry, Signature]],
    now: datetime,
    *,
    waiting: bool,
) -> list[DutyLine]:
    seen = sight.seen(unit, on, now)
    if not there:
        state = DutyState.WAITING if waiting else DutyState.MISSED
        return [DutyLine(on=on, unit=unit.name, state=state, seen=seen)]
    return [
        DutyLine(
            on=on,
            unit=unit.name,
            state=DutyState.LATE if is_late(entry, signature) else DutyState.SIGNED,
            signer=signature.signer,
            signed_at=signature.signed_at,
            entered_at=entry.entered_at,
            note=signature.note,
            # runs are cleared away after their term; what was seen when it was signed stays
            seen=seen if any(one.audits for one in seen.sites) else signature.seen,
            after=sight.came_after(unit, on, signature.seen.until),
        )
        for entry, signature in there
    ]


def _drafts(store: Store, desk: Desk, asked: Sequence[Asked], by: str, now: datetime) -> list[Draft]:
    days = [one.on for one in asked]
    sight = Sight(store, min(days), max(days))
    drafts = []
    for one in asked:
        unit = desk.assessment.unit(one.unit)
        assert unit is not None  # noqa: S101 - `checked` found it
        at = one.signed_at or midnight(one.on)
        signature = Signature(**one._asdict(), seen=sight.seen(unit, one.on, one.signed_at or now))
        drafts.append(Draft(kind=EntryKind.SIGNED, at=at, by=by, subject=one.unit, body=body_of(signature)))
    return drafts


def _told(signature: Signature) -> Asked:
    return Asked(signature.unit, signature.on, signature.signer, signature.signed_at, signature.note)


def _every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
