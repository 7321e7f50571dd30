"""票 What was seen of a target, by whichever run: kept as it came, read back in order of time."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, select, text

from model import Attempt, FetchOutcome, Purpose, RunState
from storage.rows import insert_of, parts_of
from storage.tables import runs, snapshots, votes
from storage.targets import ANSWER_HOURS, answered, key_of

_LOCK = 0x64757662  # key of the PostgreSQL lock between those who keep votes and one who closes the count


def keep(connection: Connection, run_id: str, kept: Sequence[tuple[str, Attempt]]) -> None:
    """投票 Votes of a run, in one transaction with what they mean for when their targets may be asked again."""
    now = _stamp(connection, shared=True)
    for part in parts_of(kept):
        rows = [
            {
                "key": key_of(url), "run_id": run_id, "at": attempt.at, "kept_at": now, "url": url,
                "attempt": attempt.model_dump(mode="json", exclude_defaults=True),
            }
            for url, attempt in part
        ]  # fmt: skip
        connection.execute(insert_of(connection, votes).on_conflict_do_nothing(), rows)
    answered(connection, run_id, kept)


def close(connection: Connection) -> datetime:
    """封票 The moment up to which all votes are in: none that is still being kept can come to lie before it."""
    return _stamp(connection, shared=False)


def read(
    connection: Connection, urls: Collection[str], *, until: datetime, except_run: str | None
) -> dict[str, tuple[Attempt, ...]]:
    """计票 Votes kept up to `until` by other runs than `except_run`; of one kept twice, the later word counts."""
    found: dict[str, dict[tuple[str, datetime], Attempt]] = {}
    for part in parts_of(sorted(set(urls))):
        names = {key_of(url): url for url in part}
        query = select(votes.c.key, votes.c.run_id, votes.c.at, votes.c.attempt)
        query = query.where(votes.c.key.in_(names), votes.c.kept_at <= until)
        if except_run is not None:
            query = query.where(votes.c.run_id != except_run)
        for row in connection.execute(query.order_by(votes.c.at, votes.c.run_id, votes.c.kept_at)):
            mine = found.setdefault(names[row.key], {})
            mine[row.run_id, row.at] = Attempt.model_validate(row.attempt)
    return {url: tuple(mine.values()) for url, mine in sorted(found.items())}


def seen_by_others(connection: Connection, urls: Collection[str], run_id: str, now: datetime) -> set[str]:
    """别人已采 Those of `urls` that a finished run fetched well lately as pages of its own; each becomes a vote of that run."""
    answers: dict[str, tuple[str, Attempt]] = {}
    for part in parts_of(sorted(urls)):
        query = (
            select(
                snapshots.c.url, snapshots.c.run_id, snapshots.c.id, snapshots.c.fetched_at, snapshots.c.status,
                snapshots.c.elapsed_ms, snapshots.c.final_url, snapshots.c.sha256, snapshots.c.rendered,
            )
            .join(runs, runs.c.id == snapshots.c.run_id)
            .where(
                snapshots.c.url.in_(part),
                snapshots.c.outcome == FetchOutcome.OK.value,
                snapshots.c.method == "GET",
                snapshots.c.purpose != Purpose.SIBLING.value,
                snapshots.c.fetched_at > now - timedelta(hours=ANSWER_HOURS),
                snapshots.c.run_id != run_id,
                runs.c.state == RunState.FINISHED.value,  # what it found amiss after all is among its votes
            )
            .order_by(snapshots.c.fetched_at)
        )  # fmt: skip
        for row in connection.execute(query):
            answers[row.url] = row.run_id, Attempt(
                at=row.fetched_at, method="GET", outcome=FetchOutcome.OK, status=row.status, sha256=row.sha256,
                elapsed_ms=row.elapsed_ms, snapshot_id=row.id, final_url=row.final_url, rendered=row.rendered,
            )  # fmt: skip
    for holder in sorted({holder for holder, _ in answers.values()}):
        keep(connection, holder, [(url, one) for url, (run, one) in answers.items() if run == holder])
    return set(answers)


def prune(connection: Connection, before: datetime) -> int:
    """清旧票 Votes of looks before then; returns how many went."""
    return connection.execute(delete(votes).where(votes.c.at < before)).rowcount


def _stamp(connection: Connection, *, shared: bool) -> datetime:
    """Now, told in such a way that whoever is told later is later: SQLite has one writer at a time, PostgreSQL a lock."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    lock = func.pg_advisory_xact_lock_shared(_LOCK) if shared else func.pg_advisory_xact_lock(_LOCK)
    connection.execute(select(lock))
    told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return told.astimezone(UTC)
