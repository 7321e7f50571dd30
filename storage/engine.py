"""连接 From a database URL to an engine: SQLite and PostgreSQL, nothing else."""

import contextlib
import re
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from model import Fault
from storage.columns import write_json

BUSY_MS = 5000  # how long a writer waits for another one
CONNECT_SECONDS = 5
OLDEST_POSTGRES = (15,)
_DRIVERS = {"sqlite": ("sqlite", "sqlite+pysqlite"), "postgresql": ("postgresql", "postgresql+psycopg")}


@dataclass(frozen=True)
class Address:
    """数据库地址 A checked database URL. `file` only for SQLite; `shown` never carries a password."""

    url: URL
    file: Path | None

    @property
    def shown(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    @property
    def password(self) -> str | None:
        return str(self.url.password) if self.url.password else None


def read_address(db_url: str) -> Address:
    """读地址 Checks a database URL without touching it. Raises Fault for what is not one or is of another kind."""
    try:
        url = make_url(db_url)
    except (ArgumentError, ValueError):
        raise Fault("fault.database_url", url=_without_password(db_url)) from None
    dialect = url.get_backend_name()
    if url.drivername not in _DRIVERS.get(dialect, ()):
        raise Fault("fault.database_dialect", dialect=url.drivername)
    if dialect == "postgresql":
        return Address(url, None)
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise Fault("fault.database_url", url=_without_password(db_url))
    return Address(url, Path(url.database))


def make_engine(address: Address, *, migrating: bool = False) -> Engine:
    """造引擎 An engine whose write transactions take the lock at once (`execution_options(writes=True)`).

    `migrating`: foreign keys are off while tables are rebuilt. Raises Fault when the driver is not installed.
    """
    options: dict[str, Any] = {"json_serializer": write_json}
    if migrating:
        options["poolclass"] = NullPool
    if address.file:
        engine = create_engine(address.url, connect_args={"timeout": BUSY_MS / 1000}, **options)
        _prepare_sqlite(engine, foreign_keys=not migrating)
        return engine
    patience = {"connect_timeout": CONNECT_SECONDS}
    try:
        engine = create_engine(address.url, pool_pre_ping=True, connect_args=patience, **options)
    except ImportError:
        raise Fault("fault.database_driver", url=address.shown) from None
    _prepare_postgres(engine)
    return engine


def _prepare_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = (
            None  # transactions begin where `begin` below says, not at the first write
        )
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _give_room_back(connection)
        _journal_ahead(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot wait for the lock: SQLite refuses it outright.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _give_room_back(connection: sqlite3.Connection) -> None:
    # Only a file without any page can be told so for good; told to one that has pages, it would be a write.
    with contextlib.suppress(sqlite3.OperationalError):
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")


def _journal_ahead(connection: sqlite3.Connection) -> None:
    # The one statement that does not heed busy_timeout: while another program writes a database that has no
    # WAL yet, SQLite refuses the change of journal at once. So programs that open a new database together wait here.
    patience = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= patience:
                raise
        time.sleep(0.01)


def _prepare_postgres(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        connection.execute(f"SET lock_timeout = {BUSY_MS}")
        connection.commit()


def _without_password(text: str) -> str:
    return re.sub(r"(//[^:/@]*):.*@", r"\1:***@", text)
