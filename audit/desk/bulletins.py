"""通报素材 A period over all units: what stood, came up, was mended and came back, what is overdue, month by month.

And the announcement of an assessment, with the day before which it must be dated.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from audit.desk.noticing import STANDS, Sources, accuses, contested
from audit.digest_view import seen_failing
from audit.ledger_view import is_back, is_fixed, is_new
from model import (
    SHANGHAI,
    AssessedUnit,
    Assessment,
    Case,
    CaseState,
    Deed,
    Fault,
    Finding,
    Notice,
    NoticedFinding,
    NoticeKind,
    Outcome,
    Site,
    WindowKind,
)
from report.notice.bulletin import Period, Repeat, Tally, UnitLine
from report.view import place_of

_EXCUSED = (CaseState.DISPUTED, CaseState.WAIVED, CaseState.WITHDRAWN, CaseState.SUSPECTED)


class _Told(NamedTuple):
    """A case that may be told of, and what it rests on."""

    unit: str
    site: Site
    case: Case
    finding: Finding


def period_of(sources: Sources, since: datetime) -> Period:
    """通报时段 From `since` to the sources' moment. Cases that are disputed, waived or withdrawn by then are told nowhere.

    Raises Fault (exit 3) when the period is none.
    """
    until = sources.at
    if since >= until:
        raise Fault("fault.notice_period", since=f"{since:%Y-%m-%d}", until=f"{until:%Y-%m-%d}")
    lines: list[UnitLine] = []
    cases: list[_Told] = []
    for unit in sources.desk.assessment.units:
        own = list(_cases(sources, unit))
        cases += own
        keys = dict.fromkeys(key for _, key in sources.held(unit))
        lines.append(
            UnitLine(
                unit.name,
                len(keys),
                _tally(sources, own, since, until),
                tuple(_unseen(sources, unit, keys)),
            )
        )
    months = tuple(
        (_day(first), _tally(sources, cases, first, last)) for first, last in _months(since, until)
    )
    repeats = [one for told in cases if (one := _repeat(sources, told, since, until))]
    repeats.sort(key=lambda one: (-one.back, one.due or date.max, one.unit, place_of(one.finding)))
    return Period(since, until, tuple(lines), tuple(repeats), months)


def bulletin_of(period: Period, assessment: Assessment, dated: date, criticised: Sequence[str]) -> Notice:
    """通报 As it is entered. `criticised`: units that a person names (通报批评, 黑龙江2017 四（三）)."""
    units = tuple(one.name for one in assessment.units)
    told = {
        one.finding.fingerprint: NoticedFinding(
            finding=one.finding.id, fingerprint=one.finding.fingerprint, site_key=one.site.key,
            rule_id=one.finding.verdict.rule_id, run_id=one.finding.run_id, due=one.due,
        )
        for one in period.repeats
    }  # fmt: skip
    return Notice(
        kind=NoticeKind.BULLETIN, units=units, dated=dated, findings=tuple(told.values()),
        since=period.since, until=period.until, criticised=tuple(dict.fromkeys(criticised)),
    )  # fmt: skip


def call_of(assessment: Assessment, dated: date) -> Notice:
    """考核通知 As it is entered, with the day on which what it announces begins: it must be dated before (塔城2020 四（二）1)."""
    units = tuple(one.name for one in assessment.units)
    return Notice(kind=NoticeKind.CALL, units=units, dated=dated, begins=begins(assessment))


def begins(assessment: Assessment) -> date | None:
    """开始之日 Of the self-check or the sampling, whichever is first; a window without a first day counts by its last. None: neither is arranged."""
    windows = [assessment.window(kind) for kind in (WindowKind.SELF_CHECK, WindowKind.SAMPLING)]
    days = [one.starts or one.ends for one in windows if one is not None]
    return min(days, default=None)


def _cases(sources: Sources, unit: AssessedUnit) -> Iterator[_Told]:
    seen: set[str] = set()
    for held, key in sources.held(unit):
        site = sources.site(key, sources.audit(unit, key))
        cases = sources.store.cases(key)
        newest = sources.store.newest_findings(list(cases))
        for case in cases.values():
            found = newest.get(case.fingerprint)
            state = case.state_at(sources.at)
            if (
                found is None
                or state is None
                or state in _EXCUSED
                or case.fingerprint in seen
                or case.fingerprint in sources.appealed
                or contested(case, sources.at)
                or found.verdict.preview
            ):
                continue
            failed = seen_failing(sources.store, found)
            if failed.verdict.outcome is Outcome.FAIL and accuses(sources, unit, held, site, failed):
                seen.add(case.fingerprint)
                yield _Told(unit.name, site, case, failed)


def _unseen(sources: Sources, unit: AssessedUnit, keys: dict[str, None]) -> Iterator[str]:
    for key in keys:
        run = sources.audit(unit, key)
        if run is None or run.score is None:
            site = sources.site(key, run)
            yield site.name or site.host


def _tally(sources: Sources, told: Sequence[_Told], since: datetime, until: datetime) -> Tally:
    cases = [one.case for one in told]
    events = [event for case in cases for event in case.history if since < event.at <= until]
    stood = [one for one in told if one.case.state_at(until) in STANDS]
    return Tally(
        before=sum(one.state_at(since) in STANDS for one in cases),
        opened=sum(map(is_new, events)),
        fixed=sum(map(is_fixed, events)),
        reopened=sum(map(is_back, events)),
        standing=len(stood),
        overdue=sum(_late(_due(sources, one, until), until) for one in stood),
    )


def _repeat(sources: Sources, told: _Told, since: datetime, until: datetime) -> Repeat | None:
    case = told.case
    back = sum(since < event.at <= until and is_back(event) for event in case.history)
    due = _due(sources, told, until)
    late = case.state_at(until) in STANDS and _late(due, until)
    if not back and not late:
        return None
    count = sum(one.sent_at is not None for one in sources.earlier(told.unit, case.fingerprint))
    unchecked = late and not _late(due, min(told.finding.last_seen, until))
    return Repeat(told.unit, told.site, told.finding, back, count, due, late, unchecked)


def _due(sources: Sources, told: _Told, until: datetime) -> date | None:
    """整改时限 As the last order says that went to the unit since the fault came up; else the ledger's own.

    A ruling after that order may put it off, never bring it forward.
    """
    own = told.case.due_at(until)
    history = [one for one in told.case.history if one.at <= until]
    since = [one.at for one in history if one.state.stands and not (one.before and one.before.stands)]
    orders = [
        (one.sent_at, one.due)
        for one in sources.earlier(told.unit, told.case.fingerprint)
        if one.due and one.sent_at and since and since[-1] <= one.sent_at <= until
    ]
    if own is None or not orders:
        return own or (orders[-1][1] if orders else None)
    sent_at, due = orders[-1]
    ruled = any(one.deed is Deed.UPHELD and one.at > sent_at for one in history)
    return max(own, due) if ruled else due


def _late(due: date | None, until: datetime) -> bool:
    return due is not None and _day(until) > due


def _months(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From the first moment to the last of each month, the first and the last of them as far as the period goes."""
    first = since.astimezone(SHANGHAI)
    while first < until:
        following = datetime.combine(
            (first.date().replace(day=1) + timedelta(days=32)).replace(day=1), time(), SHANGHAI
        )
        yield first, min(following, until)
        first = following


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
