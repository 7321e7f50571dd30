"""工作进程 What processes that audit sites last told of themselves, and which of them are gone."""

import socket
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from model import WorkerSign, WorkerState
from storage.clock import clock, silent_since
from storage.process import is_gone
from storage.rows import noun_of, row_of
from storage.tables import workers
from storage.targets import upsert

SILENT_SECONDS = 120  # a worker elsewhere that was not heard of for so long is taken for gone
_KEPT = timedelta(days=14)


def keep(connection: Connection, sign: WorkerSign) -> None:
    """存信号 The worker is heard of now, by the database's clock."""
    row = row_of(sign, workers) | {"heard_at": clock(connection)}
    connection.execute(upsert(connection, workers, replaced=None), [row])


def read(connection: Connection) -> list[WorkerSign]:
    """读信号 By name; one that is gone is told as gone, whatever it said last."""
    limit = silent_since(connection, SILENT_SECONDS)
    found = [noun_of(WorkerSign, row) for row in connection.execute(select(workers)).mappings()]
    told = [
        one.model_copy(update={"state": WorkerState.GONE}) if _gone(one.id, one.heard_at, limit) else one
        for one in found
    ]
    return sorted(told, key=lambda one: (one.name, one.begun_at, one.id))


def gone(connection: Connection, ids: Collection[str]) -> set[str]:
    """已消失者 Those of these workers that surely work no more, or were not heard of for too long."""
    limit = silent_since(connection, SILENT_SECONDS)
    query = select(workers.c.id, workers.c.heard_at).where(workers.c.id.in_(sorted(ids)))
    heard = {row.id: row.heard_at for row in connection.execute(query)}
    return {one for one in ids if _gone(one, heard.get(one), limit)}


def sole(connection: Connection, sign: WorkerSign) -> WorkerSign | None:
    """独任 Keeps `sign`, in the place of those of that name that are gone, unless one lives: then that one. In a
    writing transaction.
    """
    others = [one for one in read(connection) if one.name == sign.name and one.id != sign.id]
    for other in others:
        if other.state is not WorkerState.GONE:
            return other
    connection.execute(delete(workers).where(workers.c.id.in_([one.id for one in others])))
    keep(connection, sign)
    return None


def forget(connection: Connection, worker_id: str | None, now: datetime) -> None:
    """除名 One that ended in good order, and those that have been gone for long."""
    over = workers.c.heard_at < now - _KEPT
    connection.execute(
        delete(workers).where(over if worker_id is None else over | (workers.c.id == worker_id))
    )


def _gone(worker_id: str, heard_at: datetime | None, limit: datetime | None) -> bool:
    machine, _, pid = worker_id.rpartition("/")
    if is_gone(int(pid) if pid.isdigit() else None, machine):
        return True
    if heard_at is None:  # it never told of itself: whether it lives is known on its own machine only
        return limit is not None and machine.partition("/")[0] != socket.gethostname()
    return limit is not None and heard_at < limit
