"""开库 Opens a database and brings it up to date, or says in one sentence why not."""

import os
from pathlib import Path

from model import Fault
from storage.breakdown import disk_fault
from storage.engine import Address, make_engine, read_address
from storage.schema import bring_up
from storage.store import Store

_FOLDER_FAULT = "fault.database_folder"


def open_store(db_url: str, archive: Path | None = None, *, create: bool = True) -> Store:
    """开库 A store at `db_url`: `sqlite:///folder/file.sqlite` or `postgresql://user@host/name`.

    `archive` is the folder of the WARC files: by default `archive` beside the SQLite file, and
    `duwang-data/archive` for PostgreSQL; programs on one machine that share a database share it too. With `create`
    False a SQLite file that is not there is a Fault instead of a new database. Raises Fault for everything
    else a person can mend; no message carries a password.
    """
    address = read_address(db_url)
    if address.file:
        _prepare_file(address, address.file, create=create)
    engine = make_engine(address)
    try:
        bring_up(address, engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(address, engine, archive or archive_beside(address))


def archive_beside(address: Address) -> Path:
    return address.file.parent / "archive" if address.file else Path("duwang-data") / "archive"


def _prepare_file(address: Address, file: Path, *, create: bool) -> None:
    if file.is_dir():
        raise Fault("fault.database_is_folder", database=address.shown)
    if not file.exists():
        if not create:
            raise Fault("fault.database_missing", database=address.shown)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_fault(error, file.parent, folder_fault=_FOLDER_FAULT) from error
    elif not os.access(file, os.R_OK | os.W_OK):
        raise Fault("fault.database_read_only", database=address.shown)
    # SQLite keeps its journal beside the file, so the folder must be writable even to read.
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise Fault(_FOLDER_FAULT, folder=str(file.parent), reason=os.strerror(13))
