"""独占 What only one program may do at a time on one database: clearing away, backing up. Audits are not kept from anything."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from model import Fault
from storage.breakdown import disk_fault, told
from storage.engine import Address

_KEY = 0x6B656570  # of the PostgreSQL lock; the second half of it is the schema, for several may share a database


@contextmanager
def alone(address: Address, engine: Engine) -> Iterator[None]:
    """独占 Held until the end, or until this program dies however it dies. Raises Fault while another one holds it."""
    if address.file:
        with _file_lock(address, address.file):
            yield
    else:
        with _server_lock(address, engine):
            yield


@contextmanager
def _file_lock(address: Address, database: Path) -> Iterator[None]:
    # Beside the database: closing the database's own file would drop the locks SQLite holds on it.
    path = database.with_name(database.name + ".upkeep")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise disk_fault(error, path, folder_fault="fault.database_folder") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Fault("fault.upkeep_under_way", exit_code=1, database=address.shown) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _server_lock(address: Address, engine: Engine) -> Iterator[None]:
    with told(address), engine.connect() as connection:
        # Of the session, not of a transaction: a connection of its own, with nothing open on it meanwhile.
        taken = text("SELECT pg_try_advisory_lock(:key, hashtext(current_schema()))")
        won = connection.scalar(taken, {"key": _KEY})
        connection.commit()
        if not won:
            raise Fault("fault.upkeep_under_way", exit_code=1, database=address.shown)
        try:
            yield
        finally:
            try:
                connection.execute(
                    text("SELECT pg_advisory_unlock(:key, hashtext(current_schema()))"), {"key": _KEY}
                )
                connection.commit()
            except DBAPIError:
                connection.invalidate()  # the lock goes with the connection
