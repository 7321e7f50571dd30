"""目标 Who asks for what links lead to, and when a host may be asked: settled by one statement, whoever else asks."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from model import Attempt, FetchOutcome, RunState
from storage.process import is_gone
from storage.rows import insert_of, parts_of
from storage.tables import runs, targets, turns

CLAIM_MINUTES = 30  # a claim nobody renews is void after that
ANSWER_HOURS = 20  # an answer holds for one night: the next one asks again
FAULT_HOURS = 6  # a server that failed may be well by morning, so its failure is shared for less
LONGEST_TURN = timedelta(minutes=10)  # a turn further away than this was stamped by a clock that ran ahead

_FAULTS = (FetchOutcome.SERVER_ERROR, FetchOutcome.UNREACHABLE)


def key_of(address: str) -> str:
    """键 What a target or host is filed under."""
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def fresh_for(attempt: Attempt) -> timedelta:
    """有效期 How long nobody else need ask again: never as long as to the same hour of the next night."""
    if attempt.withdrawn is not None:
        return timedelta()
    return timedelta(hours=FAULT_HOURS if attempt.outcome in _FAULTS else ANSWER_HOURS)


def claim(connection: Connection, urls: Collection[str], run_id: str, now: datetime) -> set[str]:
    """认领 Those of `urls` that nobody has answered for lately and nobody living is asking for; now `run_id`'s.

    Void are claims that ran out, that this run made itself, and those of runs that ended or whose process is gone.
    """
    won: set[str] = set()
    for part in parts_of(sorted({key_of(url): url for url in urls}.items())):
        # in one order: two programs that claim the same targets would else lock each other out
        rows = [
            {
                "key": key, "url": url, "run_id": run_id, "claimed_at": now, "asked_at": None,
                "free_at": now + timedelta(minutes=CLAIM_MINUTES),
            }
            for key, url in part
        ]  # fmt: skip
        _free_claims_of_the_gone(connection, [key for key, _ in part], now)
        free = or_(targets.c.free_at <= now, targets.c.asked_at.is_(None) & (targets.c.run_id == run_id))
        names = dict(part)
        statement = upsert(connection, targets, replaced=free).returning(targets.c.key)
        won |= {names[key] for key in connection.scalars(statement, rows)}
    return won


def taken(connection: Connection, urls: Collection[str], now: datetime) -> set[str]:
    """已有回答 Those of `urls` that somebody has answered for, and whose answer still holds."""
    held = set()
    for part in parts_of(urls):
        names = {key_of(url): url for url in part}
        query = select(targets.c.key).where(
            targets.c.key.in_(names), targets.c.asked_at.is_not(None), targets.c.free_at > now
        )
        held |= {names[key] for key in connection.scalars(query)}
    return held


def renew(connection: Connection, run_id: str, now: datetime) -> None:
    """续期 The claims of a run that is still at work."""
    ours = (targets.c.run_id == run_id) & targets.c.asked_at.is_(None) & (targets.c.free_at > now)
    later = now + timedelta(minutes=CLAIM_MINUTES)
    connection.execute(update(targets).where(ours).values(free_at=later))


def release(connection: Connection, run_id: str, now: datetime) -> None:
    """放弃认领 What a run claimed and never asked for is anybody's again."""
    ours = (targets.c.run_id == run_id) & targets.c.asked_at.is_(None)
    connection.execute(update(targets).where(ours).values(free_at=now))


def answered(connection: Connection, run_id: str, answers: Sequence[tuple[str, Attempt]]) -> None:
    """已答 The newest answer of each target says until when nobody need ask again."""
    newest: dict[str, tuple[str, Attempt]] = {}
    for url, attempt in answers:
        key = key_of(url)
        if key not in newest or newest[key][1].at <= attempt.at:
            newest[key] = (url, attempt)
    for part in parts_of(sorted(newest.items())):
        rows = [
            {
                "key": key, "url": url, "run_id": run_id, "claimed_at": one.at, "asked_at": one.at,
                "free_at": one.at + fresh_for(one),
            }
            for key, (url, one) in part
        ]  # fmt: skip
        new = insert_of(connection, targets).excluded
        newer = or_(targets.c.asked_at.is_(None), targets.c.asked_at <= new.asked_at)
        connection.execute(upsert(connection, targets, replaced=newer), rows)


def turn(connection: Connection, host: str, delay: float, now: datetime) -> float:
    """轮到 0.0: the host is this caller's to ask now, and nobody else's for `delay` seconds; else seconds to wait."""
    key = key_of(host)
    row = {"key": key, "host": host, "free_at": now + timedelta(seconds=delay)}
    free = or_(turns.c.free_at <= now, turns.c.free_at > now + LONGEST_TURN)
    statement = upsert(connection, turns, replaced=free).returning(turns.c.key)
    if connection.scalar(statement, row) is not None:
        return 0.0
    until = connection.scalar(select(turns.c.free_at).where(turns.c.key == key))
    return max(0.001, (until - now).total_seconds()) if until else 0.001


def upsert(connection: Connection, table: Table, *, replaced: Any) -> postgresql.Insert | sqlite.Insert:
    """插入或替换 Rows that are not there yet, and those there that `replaced` allows to be replaced."""
    statement = insert_of(connection, table)
    index = list(table.primary_key.columns)
    values = {one.name: statement.excluded[one.name] for one in table.columns if not one.primary_key}
    return statement.on_conflict_do_update(index_elements=index, set_=values, where=replaced)


def _free_claims_of_the_gone(connection: Connection, keys: Collection[str], now: datetime) -> None:
    """Runs that hold a claim on one of these targets and will not ask for it any more."""
    held = targets.c.key.in_(keys) & targets.c.asked_at.is_(None) & (targets.c.free_at > now)
    query = select(runs.c.id, runs.c.state, runs.c.pid, runs.c.machine).distinct()
    holders = connection.execute(query.join(targets, targets.c.run_id == runs.c.id).where(held)).all()
    gone = [row.id for row in holders if row.state != RunState.RUNNING.value or is_gone(row.pid, row.machine)]
    if gone:
        connection.execute(update(targets).where(held, targets.c.run_id.in_(gone)).values(free_at=now))
