"""进展 How far an assessment has come: its windows, and of every unit what is done and what lacks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from audit.arrange import arranged
from audit.conclude import moment_of
from audit.desk.desk import Desk
from audit.desk.object_score import Bench, as_people_judge
from audit.desk.opinions import scanned, standing
from audit.desk.sampled import own
from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    EntryKind,
    Outcome,
    Run,
    Span,
    UnitProgress,
    WindowKind,
)
from storage import Store

SELF_CHECK = "自查"  # how the purpose of a 自查报告 is written
Spans = tuple[Span, ...]


def progress(store: Store, desk: Desk, at: datetime, unit: str | None = None) -> list[UnitProgress]:
    """各单位进展 As it stood at that moment; of one unit, or of all in their order (台江2021 四（一）（二）, 塔城2020 四（一）)."""
    seen = desk.until(at)
    bench = Bench(store, seen, at, {})
    gaps = missed_days(store, seen, at)
    checked = self_checks(seen)
    return [
        _of(bench, one, gaps, checked.get(one.name), at)
        for one in seen.assessment.units
        if unit in (None, one.name)
    ]


def self_checks(desk: Desk) -> dict[str, date]:
    """自查到位 By unit, the day on which its first self-check score or report came in."""
    found: dict[str, date] = {}
    told = [
        *((entry, one.unit) for entry, one in standing(desk, EntryKind.SELF_SCORE).values()),
        *(
            (entry, one.unit)
            for entry, one in standing(desk, EntryKind.FILED).values()
            if SELF_CHECK in one.purpose
        ),
    ]
    for entry, unit in told:
        day = entry.at.astimezone(SHANGHAI).date()
        found[unit] = min(day, found.get(unit, day))
    return found


def monitored(desk: Desk, at: datetime) -> tuple[date, date] | None:
    """监测时段 The days of the monitoring window that are over or under way by then; None: it has not begun, or there is none."""
    window = desk.assessment.window(WindowKind.MONITOR)
    if window is None:
        return None
    first = window.starts or desk.assessment.starts
    last = min(window.ends, moment_of(at).today)
    return (first, last) if first <= last else None


def missed_days(store: Store, desk: Desk, at: datetime) -> dict[str, Spans]:
    """漏检日期 By site, the days of monitoring so far on which no audit of it had been finished.

    A site that is to be audited every so many days misses a day only when the last audit lies further back than that.
    A day that is still under way is not missed yet.
    """
    keys = {key for unit in desk.assessment.units for key in unit.site_keys}
    span = monitored(desk, at)
    if span is None:
        return {key: () for key in keys}
    first, last = span
    if last == moment_of(at).today:
        last -= timedelta(days=1)
    groups = store.groups()
    every = {
        entry.site.key: arranged(entry, groups).every_days or 1
        for entry in store.roster()
        if entry.site.key in keys
    }
    longest = max(every.values(), default=1)
    since = datetime.combine(first - timedelta(days=longest), time.min, SHANGHAI)
    seen: dict[str, set[date]] = defaultdict(set)
    for key, moments in store.audited(keys, since, at).items():
        seen[key] = {one.astimezone(SHANGHAI).date() for one in moments}
    return {key: _spans(_missed(seen[key], first, last, every.get(key, 1))) for key in sorted(keys)}


def _missed(seen: set[date], first: date, last: date, every: int) -> list[date]:
    missed, day = [], first
    while day <= last:
        if not any(day - timedelta(days=back) in seen for back in range(every)):
            missed.append(day)
        day += timedelta(days=1)
    return missed


def _spans(days: list[date]) -> Spans:
    spans: list[Span] = []
    for day in days:
        if spans and day - spans[-1].last == timedelta(days=1):
            spans[-1] = Span(first=spans[-1].first, last=day)
        else:
            spans.append(Span(first=day, last=day))
    return tuple(spans)


def _of(
    bench: Bench, unit: AssessedUnit, gaps: dict[str, Spans], checked: date | None, at: datetime
) -> UnitProgress:
    span = monitored(bench.desk, at)
    days = max(0, (span[1] - span[0]).days + (span[1] != moment_of(at).today)) if span else 0
    missed = {key: gaps[key] for key in dict.fromkeys(unit.site_keys) if gaps.get(key)}
    doubts: list[str] = []
    sampled = set()
    for held in unit.objects:
        run = bench.run_of(unit, held.site_key) if held.site_key else None
        if run is not None:
            if run.score is not None:
                sampled.add(held.site_key)
            doubts += _doubts(bench, held, run)
    return UnitProgress(
        unit=unit.name,
        days=days,
        audited=days - len({day for spans in missed.values() for day in _days(spans)}),
        missed=missed,
        self_checked=checked,
        sites=len(set(unit.site_keys)),
        sampled=len(sampled),
        doubts=tuple(doubts),
        scans=tuple(one for one in scanned(bench.desk) if one.unit == unit.name),
    )


def _doubts(bench: Bench, held: AssessedObject, run: Run) -> list[str]:
    found = []
    for one in bench.store.findings(run_id=run.id):
        (verdict,) = own([one.verdict], held, run.site)
        judged, _ = as_people_judge(bench, run.site.key, verdict)
        if judged.outcome is Outcome.UNSURE and not judged.preview:
            found.append(one.id)
    return found


def _days(spans: Spans) -> Iterator[date]:
    for span in spans:
        yield from (span.first + timedelta(days=n) for n in range(span.days))
