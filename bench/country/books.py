"""账目 What the database and the archive say after a night, and whether anything was lost or doubled.

Read with plain SQL on both databases, not through the program's own queries, so that a fault of those is found too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, create_engine, text

from model import Fault
from storage import open_store

Filed = tuple[str, str, str, str, str]  # site, rule, locus, outcome, measured


class RunRow(NamedTuple):
    """一次检查 `ended` None: it never came to its end."""

    id: str
    site_key: str
    state: str
    started: datetime
    ended: datetime | None
    night: str | None
    replays: str | None
    pid: int | None
    reason: str | None


class ErrandRow(NamedTuple):
    """一件差事"""

    site_key: str
    lock: str
    state: str
    attempts: int
    run_id: str | None
    worker: str | None
    reason: str | None


class InterruptionRow(NamedTuple):
    """一次中断"""

    site_key: str | None
    at: datetime
    reason: str
    run_id: str | None
    worker: str | None


class Books:
    """账目 Of one database."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, pool_pre_ping=True)

    def close(self) -> None:
        """合上"""
        self._engine.dispose()

    def errands(self) -> list[ErrandRow]:
        """差事 Of all nights."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                text("SELECT site_key, lock, state, attempts, run_id, worker, reason FROM errands")
            )
            return [ErrandRow(*row) for row in rows]

    def states(self) -> Counter[str]:
        """差事数 By state."""
        with self._engine.connect() as connection:
            rows = connection.execute(text("SELECT state, count(*) FROM errands GROUP BY state"))
            return Counter({state: count for state, count in rows})

    def runs(self) -> list[RunRow]:
        """检查 In the order of their beginning."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT id, site_key, state, started_at, ended_at, night, replays, pid, reason FROM runs ORDER BY started_at"
                )
            )
            return [
                RunRow(row[0], row[1], row[2], _moment(row[3]), _moment(row[4]) if row[4] else None, *row[5:])
                for row in rows
            ]

    def interruptions(self) -> list[InterruptionRow]:
        """中断"""
        with self._engine.connect() as connection:
            rows = connection.execute(
                text("SELECT site_key, at, reason, run_id, worker FROM interruptions ORDER BY number")
            )
            return [InterruptionRow(row[0], _moment(row[1]), *row[2:]) for row in rows]

    def worker_states(self) -> dict[str, str]:
        """工作进程状态 By name, as last told."""
        with self._engine.connect() as connection:
            rows = connection.execute(text("SELECT name, state FROM workers ORDER BY heard_at"))
            return {name: state for name, state in rows}

    def findings(self, port: int) -> dict[str, list[Filed]]:
        """问题 Of every site's finished crawls, in words that do not depend on the port of the country."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT f.site_key, f.rule_id, f.locus, f.outcome, f.measured FROM findings f "
                    "JOIN runs r ON r.id = f.run_id WHERE r.state = 'finished'"
                )
            )
            found: dict[str, list[Filed]] = defaultdict(list)
            for site, *rest in rows:
                words = (str(one or "").replace(f":{port}", "") for one in rest)
                found[site].append((site, *words))
        return {site: sorted(filed) for site, filed in found.items()}

    def untidy(self) -> list[str]:
        """不整 Everything in the tables that does not go together, in words. Nothing: all of it does."""
        with self._engine.connect() as connection:
            return [line for ask in _QUESTIONS for line in _answered(connection, *ask)] + _queue_left(
                connection
            )

    def snapshots(self) -> int:
        """快照数"""
        with self._engine.connect() as connection:
            return int(connection.scalar(text("SELECT count(*) FROM snapshots")) or 0)


# A question and the rows that may not be: each is named.
_QUESTIONS = (
    ("two findings of one run for one fingerprint",
     "SELECT run_id, fingerprint FROM findings GROUP BY run_id, fingerprint HAVING count(*) > 1"),
    ("a snapshot of no run", "SELECT s.id FROM snapshots s LEFT JOIN runs r ON r.id = s.run_id WHERE r.id IS NULL"),
    ("a snapshot whose body is nowhere",
     "SELECT s.id FROM snapshots s LEFT JOIN bodies b ON b.sha256 = s.sha256 WHERE s.sha256 IS NOT NULL AND b.sha256 IS NULL"),
    ("two snapshots with one number", "SELECT run_id, number FROM snapshots GROUP BY run_id, number HAVING count(*) > 1"),
    ("verdicts of a run that did not finish",
     "SELECT DISTINCT v.run_id FROM verdicts v JOIN runs r ON r.id = v.run_id WHERE r.state <> 'finished'"),
    ("findings of a run that did not finish",
     "SELECT DISTINCT f.run_id FROM findings f JOIN runs r ON r.id = f.run_id WHERE r.state <> 'finished'"),
    ("a finished run without verdicts",
     "SELECT r.id FROM runs r LEFT JOIN verdicts v ON v.run_id = r.id WHERE r.state = 'finished' AND v.run_id IS NULL"),
    ("a case without history",
     "SELECT c.fingerprint FROM cases c LEFT JOIN case_events e ON e.fingerprint = c.fingerprint WHERE e.fingerprint IS NULL"),
    ("a case whose last event says something else",
     "SELECT c.fingerprint, c.state, e.state FROM cases c JOIN case_events e ON e.fingerprint = c.fingerprint "
     "WHERE e.number = (SELECT max(number) FROM case_events x WHERE x.fingerprint = c.fingerprint) AND e.state <> c.state"),
    ("a history with a gap",
     "SELECT fingerprint FROM case_events GROUP BY fingerprint HAVING max(number) - min(number) + 1 <> count(*)"),
    ("an event by a run that did not finish",
     "SELECT e.fingerprint FROM case_events e JOIN runs r ON r.id = e.run_id WHERE r.state <> 'finished'"),
    ("a case of one night with more than one event",
     "SELECT fingerprint FROM case_events GROUP BY fingerprint HAVING count(*) > 1"),
    ("a run that still counts as running", "SELECT id FROM runs WHERE state = 'running'"),
    ("a lease that is still held", "SELECT lock, run_id FROM leases"),
)  # fmt: skip


def _answered(connection: Connection, what: str, asked: str) -> Iterator[str]:
    for row in connection.execute(text(asked)).all():
        yield f"{what}: {', '.join(map(str, row))}"


def _queue_left(connection: Connection) -> list[str]:
    """Jobs of the queue that nobody will do: only where the queue was opened."""
    if connection.dialect.name != "postgresql" or not connection.scalar(
        text("SELECT to_regclass('procrastinate_jobs')")
    ):
        return []
    rows = connection.execute(
        text("SELECT id, status FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'aborting')")
    )
    return [f"a job that is still {status}: {number}" for number, status in rows]


def doubled(runs: list[RunRow], sites: set[str]) -> list[str]:
    """丢失与重复 Sites without a finished crawl of the night, and those with more than one."""
    finished = Counter(one.site_key for one in runs if one.state == "finished" and one.replays is None)
    lost = [f"{site}: no finished run" for site in sorted(sites - finished.keys())]
    return lost + [f"{site}: {count} finished runs" for site, count in sorted(finished.items()) if count > 1]


def overlapping(runs: list[RunRow], lock: dict[str, str], killed: dict[str, datetime]) -> list[str]:
    """重叠 Pairs of crawls of one lock that ran at the same time. `killed`: when the process of a run died."""
    spans: dict[str, list[tuple[datetime, datetime | None, str]]] = defaultdict(list)
    for one in runs:
        if one.replays is None and one.site_key in lock:
            spans[lock[one.site_key]].append((one.started, one.ended or killed.get(one.id), one.id))
    found = []
    for name, known in spans.items():
        known.sort(key=lambda span: span[0])
        for before, after in pairwise(known):
            if before[1] is not None and after[0] < before[1]:
                found.append(f"{name}: {after[2]} began before {before[2]} had ended")
    return found


def unreadable(url: str, archive: Path, most: int) -> tuple[int, list[str]]:
    """读不出的正文 Reads the bodies of up to `most` runs, newest first, each against its SHA-256; how many, and what failed."""
    count, found = 0, []
    with closing(open_store(url, archive)) as store:
        for run in store.runs(limit=most):
            try:
                for _snapshot, body in store.bodies(run.id):
                    count += bool(body)
            except Fault as fault:
                found.append(f"{run.id}: {fault.message_id} {fault.params}")
    return count, found


def _moment(value: object) -> datetime:
    """SQLite gives text, PostgreSQL moments."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
