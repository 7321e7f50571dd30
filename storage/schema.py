"""库结构 Brings a database to this program's schema, and tells what stands there."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, column, inspect, select, table, text

from model import Fault
from model.frozen import Frozen
from storage.breakdown import told
from storage.engine import OLDEST_POSTGRES, Address, make_engine, read_address
from storage.migrations import HEAD, VERSION_TABLE
from storage.tables import metadata

_ONE_AT_A_TIME = 0x64757761  # key of the PostgreSQL lock that keeps two programs from migrating at once


class DatabaseState(Frozen):
    """数据库状态 What stands at a database URL. `revision` None: nothing of ours yet. `size` in bytes."""

    database: str  # the file or the URL, without password
    dialect: str
    version: str
    exists: bool
    revision: str | None = None
    head: str = HEAD
    size: int = 0


def bring_up(address: Address, engine: Engine) -> None:
    """升级 Migrates up to this program's schema, in one transaction; nothing is written when it is already there.

    Raises Fault when the schema is newer than this program or the server too old.
    """
    with told(address):
        with engine.connect() as connection:
            _refuse_old_server(connection)
            if revision_of(connection) == HEAD:
                return
        migrating = make_engine(address, migrating=True)
        with migrating.execution_options(writes=True).begin() as connection:
            if not address.file:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            found = revision_of(connection)  # again: another program may have been quicker
            _refuse_foreign(connection, found, address)
            if found != HEAD:
                _upgrade(connection)


def revision_of(connection: Connection) -> str | None:
    """库版本 The revision a database stands at, None when it has none of our tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))


def describe(db_url: str) -> DatabaseState:
    """数据库现状 Tells dialect, version, revision and size; changes nothing. Raises Fault like `open_store`."""
    address = read_address(db_url)
    if address.file and not address.file.is_file():
        if address.file.is_dir():
            raise Fault("fault.database_is_folder", database=address.shown)
        return DatabaseState(
            database=address.shown, dialect="sqlite", version=sqlite3.sqlite_version, exists=False
        )
    engine = make_engine(address)
    try:
        with told(address), engine.connect() as connection:
            return DatabaseState(
                database=address.shown,
                dialect=engine.dialect.name,
                version=".".join(str(part) for part in engine.dialect.server_version_info or ()),
                exists=True,
                revision=revision_of(connection),
                size=_size(connection, address),
            )
    finally:
        engine.dispose()


def _size(connection: Connection, address: Address) -> int:
    if address.file:  # not the file's own size: what was written last still lies in the WAL beside it
        pages = connection.scalar(
            text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        )
        return int(pages or 0)
    return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def _refuse_old_server(connection: Connection) -> None:
    found: Any = connection.dialect.server_version_info
    if connection.dialect.name == "postgresql" and found < OLDEST_POSTGRES:
        raise Fault(
            "fault.database_too_old",
            found=".".join(str(part) for part in found),
            needed=".".join(str(part) for part in OLDEST_POSTGRES),
        )


def _refuse_foreign(connection: Connection, found: str | None, address: Address) -> None:
    if found is None:
        taken = set(metadata.tables) & set(inspect(connection).get_table_names())
        if taken:
            raise Fault("fault.database_taken", database=address.shown, tables=", ".join(sorted(taken)))
    elif found not in _known_revisions():
        raise Fault("fault.database_newer", database=address.shown, found=found, known=HEAD)


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Any:
    # Alembic takes 0.3 s to import and is needed only when there is something to migrate.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
