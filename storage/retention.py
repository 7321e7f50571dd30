"""保留 Which audits are past their days, and which of those stay all the same, because something rests on them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, func, select

from model import CaseState, Outcome, Retention, RunState
from storage.rows import parts_of
from storage.tables import case_events, cases, findings, rulings, runs
from storage.targets import key_of

WATCHED = timedelta(days=31)  # how far before an audit its verdicts look at visits
_CLOSED = (CaseState.FIXED.value, CaseState.WITHDRAWN.value)


@dataclass(frozen=True)
class Crawl:
    """一次采集 A crawl that is past its days, with the replays that were filed with it."""

    id: str
    site_key: str
    started_at: datetime
    as_of: datetime
    replays: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.id, *self.replays)


@dataclass
class Selection:
    """取舍 What goes, oldest first; how many stay, by reason; and what is spared for their sake.

    `runs` that rest on evidence, `targets` keys of addresses whose votes an open case rests on, `visits` spans by site.
    """

    going: list[Crawl] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    runs: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    visits: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)


def choose(connection: Connection, terms: Retention, now: datetime) -> Selection:
    """取舍 Reads alone. An audit goes when it began before its days, has ended, and nothing rests on it:

    it is not the last finished one of its site, no case that is open, suspected, disputed, waived, or was closed
    within its days names it or was first or last seen in it, no ruling was given on it, no such evidence cites it.
    """
    before = now - timedelta(days=terms.keep_days)
    crawls = _crawls(connection, before)
    crawl_of = {run_id: crawl.id for crawl in crawls for run_id in crawl.ids}
    found = Selection()
    running = (runs.c.state == RunState.RUNNING.value) & (runs.c.started_at < before)
    if count := connection.scalar(select(func.count()).select_from(runs).where(running)):
        found.kept["running"] = count
    if not crawls:
        return found
    reasons: dict[str, str] = {}

    def spare(run_id: str | None, reason: str) -> None:
        if run_id in crawl_of:
            reasons.setdefault(crawl_of[run_id], reason)

    for site_key in connection.scalars(select(runs.c.site_key).distinct()).all():
        spare(_newest(connection, site_key), "newest")
    for run_id in connection.scalars(select(rulings.c.run_id).distinct()):
        spare(run_id, "ruling")
    for site_key in connection.scalars(select(cases.c.site_key).distinct()).all():
        standing = dict(_standing(connection, site_key, terms, now))
        if standing:
            _spare_evidence(connection, site_key, standing, spare, found.targets)
    for crawl in crawls:
        if reason := reasons.get(crawl.id):
            found.kept[reason] += 1
            found.runs.update(crawl.ids)
            span = (crawl.as_of - WATCHED, max(crawl.as_of, crawl.started_at))
            found.visits.setdefault(crawl.site_key, []).append(span)
        else:
            found.going.append(crawl)
    return found


def _crawls(connection: Connection, before: datetime) -> list[Crawl]:
    columns = (runs.c.id, runs.c.site_key, runs.c.started_at, runs.c.as_of, runs.c.replays)
    old = select(*columns).where(runs.c.started_at < before, runs.c.state != RunState.RUNNING.value)
    rows = connection.execute(old.order_by(runs.c.started_at, runs.c.id)).all()
    replays: dict[str, list[str]] = {}
    for row in rows:
        if row.replays is not None:
            replays.setdefault(row.replays, []).append(row.id)
    # One that is replayed by a younger run stays with it.
    younger = select(runs.c.replays).where(runs.c.replays.is_not(None), runs.c.started_at >= before)
    needed = set(connection.scalars(younger))
    return [
        Crawl(row.id, row.site_key, row.started_at, row.as_of, tuple(replays.get(row.id, ())))
        for row in rows
        if row.replays is None and row.id not in needed
    ]


def _newest(connection: Connection, site_key: str) -> str | None:
    last = select(runs.c.id).where(runs.c.site_key == site_key, runs.c.state == RunState.FINISHED.value)
    return connection.scalar(last.order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(1))


def _standing(
    connection: Connection, site_key: str, terms: Retention, now: datetime
) -> Iterator[tuple[str, str]]:
    """Fingerprints of the cases whose evidence must stay, each with the reason."""
    query = (
        select(cases.c.fingerprint, cases.c.state, cases.c.dispute, func.max(case_events.c.at).label("last"))
        .join(case_events, case_events.c.fingerprint == cases.c.fingerprint, isouter=True)
        .where(cases.c.site_key == site_key)
        .group_by(cases.c.fingerprint)
    )
    days = {CaseState.FIXED.value: terms.keep_days, CaseState.WITHDRAWN.value: terms.keep_evidence_days}
    for row in connection.execute(query):
        disputed = row.dispute is not None and row.dispute.get("result") is None
        if row.state not in _CLOSED or disputed:
            yield row.fingerprint, f"case_{CaseState.DISPUTED.value if disputed else row.state}"
        elif row.last is not None and row.last >= now - timedelta(days=days[row.state]):
            yield row.fingerprint, f"case_{row.state}"


def _spare_evidence(
    connection: Connection,
    site_key: str,
    standing: dict[str, str],
    spare: Callable[[str | None, str], None],
    keys: set[str],
) -> None:
    """Runs that a standing case names, those in which it was first and last seen, and what their evidence cites."""
    named = (
        select(case_events.c.fingerprint, case_events.c.run_id)
        .join(cases, cases.c.fingerprint == case_events.c.fingerprint)
        .where(cases.c.site_key == site_key, case_events.c.run_id.is_not(None))
    )
    for row in connection.execute(named):
        if row.fingerprint in standing:
            spare(row.run_id, standing[row.fingerprint])
    seen = (
        select(findings.c.fingerprint, findings.c.run_id, findings.c.number, findings.c.outcome)
        .join(runs, runs.c.id == findings.c.run_id)
        .where(findings.c.site_key == site_key)
        .order_by(findings.c.fingerprint, runs.c.started_at, runs.c.id)
    )
    places = []
    for fingerprint, rows in groupby(connection.execute(seen), attrgetter("fingerprint")):
        looks = list(rows)
        if fingerprint not in standing:
            continue
        failed = [look for look in looks if look.outcome == Outcome.FAIL.value]
        for look in {looks[0], looks[-1], *failed[:1], *failed[-1:]}:
            spare(look.run_id, standing[fingerprint])
            places.append((look.run_id, look.number))
    for part in parts_of(places):
        wanted = set(part)
        told = select(
            findings.c.run_id, findings.c.number, findings.c.locus, findings.c.url, findings.c.evidence
        ).where(findings.c.run_id.in_({run_id for run_id, _ in part}))
        for place in connection.execute(told):
            if (place.run_id, place.number) not in wanted:
                continue
            addresses = {place.locus, place.url, *(one["url"] for one in place.evidence)}
            keys.update(key_of(address) for address in addresses if "://" in address)
            for one in place.evidence:
                spare((one.get("snapshot_id") or "").rpartition("/")[0] or None, "cited")
