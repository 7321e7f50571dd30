"""租约 Who may crawl a host, or the machines of a shared platform: one run at a time, whoever else wants to.

A lease is void when its run is not running any more, when its process is known to be gone, or when nobody has
renewed it for too long by the server's clock. A transaction touches runs first, then leases, then errands.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from model import SHANGHAI, Fault, RunState, Site, lock_of
from storage.clock import clock, silent_since
from storage.process import is_gone
from storage.rows import insert_of
from storage.tables import arrangements, leases, runs

RENEWED_SECONDS = 20  # how often a holder is to renew
SILENT_SECONDS = 180  # not renewed for so long: void


class Holder(NamedTuple):
    """持有者 The run that holds a lease, where it runs, and since when it has it."""

    run_id: str
    machine: str
    since: datetime

    def refusal(self, lock: str) -> Fault:
        """拒绝 The one sentence for whoever came second."""
        return Fault(
            "fault.host_busy", exit_code=1, host=lock.partition(":")[2], run=self.run_id, machine=self.machine,
            since=f"{self.since.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        )  # fmt: skip


def lock_for(connection: Connection, site: Site) -> str:
    """互斥键 Of a site, by the platform its arrangement names, else by its host."""
    return lock_of(
        site,
        connection.scalar(select(arrangements.c.platform).where(arrangements.c.site_key == site.key)),
    )


def take(connection: Connection, lock: str, run_id: str) -> Holder | None:
    """取得 None: `run_id`, a run that is kept already, has the lease now. Else who has it."""
    void = _void_holder(connection, lock)
    if isinstance(void, Holder):
        return void
    now = clock(connection)
    row = {"lock": lock, "run_id": run_id, "taken_at": now, "heard_at": now}
    statement = insert_of(connection, leases).values(row)
    # only from the one that was seen to be void: somebody else may have been quicker
    replaced = statement.on_conflict_do_update(
        index_elements=[leases.c.lock], set_=row, where=leases.c.run_id == (void or run_id)
    ).returning(leases.c.lock)
    if connection.scalar(replaced) is not None:
        return None
    found = _void_holder(connection, lock)
    return found if isinstance(found, Holder) else Holder("?", "?", now)


def renew(connection: Connection, run_ids: Collection[str]) -> frozenset[str]:
    """续期 Those of `run_ids` whose lease is still theirs; the others must ask their host for nothing more."""
    if not run_ids:
        return frozenset()
    ours = leases.c.run_id.in_(sorted(run_ids))
    statement = update(leases).where(ours).values(heard_at=clock(connection)).returning(leases.c.run_id)
    return frozenset(connection.scalars(statement))


def release(connection: Connection, run_ids: Collection[str]) -> None:
    """归还 What these runs hold is anybody's."""
    if run_ids:
        connection.execute(delete(leases).where(leases.c.run_id.in_(sorted(run_ids))))


def _void_holder(connection: Connection, lock: str) -> Holder | str | None:
    """Who holds the lease; or the id of the run whose lease is void, which is ended here; None: nobody ever took it."""
    query = select(leases, runs.c.state, runs.c.pid, runs.c.machine)
    row = connection.execute(
        query.join(runs, runs.c.id == leases.c.run_id).where(leases.c.lock == lock)
    ).first()
    if row is None:
        return None
    if row.state == RunState.RUNNING.value:
        limit = silent_since(connection, SILENT_SECONDS)
        if not is_gone(row.pid, row.machine) and (limit is None or row.heard_at >= limit):
            return Holder(row.run_id, (row.machine or "?").partition("/")[0], row.taken_at)
        # A zombie that wakes up later finds that its run is over, and can finish nothing.
        still = (runs.c.id == row.run_id) & (runs.c.state == RunState.RUNNING.value)
        ended = {"state": RunState.INTERRUPTED.value, "reason": "interruption.worker_gone"}
        connection.execute(update(runs).where(still).values(ended))
    return str(row.run_id)
