"""收缩 A SQLite file gives back the room of what was cleared away, as far as that keeps nobody waiting."""

import shutil
from typing import Any

from sqlalchemy import Engine, func, select

from model import RunState
from storage.breakdown import told
from storage.engine import BUSY_MS, Address
from storage.tables import runs

PAGES = 1000  # given back at a time: some milliseconds, after which others may write
_INCREMENTAL = 2


def shrink(address: Address, engine: Engine) -> tuple[int | None, str | None]:
    """收缩 Bytes given back; or None and why not: `postgresql` (its autovacuum does it), `running`, `room`.

    A file made by an older duwang cannot give room back piece by piece. It is written anew once, which nobody else may
    write meanwhile, so only while no audit runs.
    """
    if address.file is None:
        return None, "postgresql"
    with told(address):
        raw = engine.raw_connection()
        try:
            connection: Any = raw.driver_connection
            before = _size(connection)
            if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != _INCREMENTAL:
                if why := _why_not_anew(address, engine):
                    return None, why
                connection.execute(f"PRAGMA auto_vacuum={_INCREMENTAL}")
                connection.execute("VACUUM")
            while connection.execute("PRAGMA freelist_count").fetchone()[0]:
                connection.execute(f"PRAGMA incremental_vacuum({PAGES})").fetchall()
            # The file itself shrinks with the next checkpoint. Nobody is kept waiting for it: while somebody reads, it
            # is left to a later one.
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            after = _size(connection)
        finally:
            raw.close()
    return max(before - after, 0), None


def _size(connection: Any) -> int:
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return pages * size


def _why_not_anew(address: Address, engine: Engine) -> str | None:
    file = address.file
    assert file is not None  # noqa: S101 - SQLite alone comes here
    with engine.connect() as connection:
        running = select(func.count()).select_from(runs).where(runs.c.state == RunState.RUNNING.value)
        if connection.scalar(running):
            return "running"
    return "room" if shutil.disk_usage(file.parent).free < 2 * file.stat().st_size else None
