"""故障 What a database or disk error means to a person: each becomes one Fault."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from model import Fault
from storage.engine import Address

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What a server that takes no connections now, and will in a while, says before it can say a SQLSTATE; servers speak
# the language they were set to.
_COMING_BACK = (
    "the database system is", "数据库系统", "not currently accepting connections", "too many clients",
    "remaining connection slots", "too many connections",
)  # fmt: skip
_SCARCE = 1024 * 1024  # fewer free bytes than this and an I/O error is put down to the full disk


@contextmanager
def told(address: Address) -> Iterator[None]:
    """说清 Turns errors of the driver into Faults; errors that are our own bugs pass through."""
    try:
        yield
    except DBAPIError as error:
        fault = _of_sqlite(error.orig, address) if address.file else _of_postgres(error, address)
        if fault is None:
            raise
        raise fault from error


def disk_fault(error: OSError, path: Path, *, folder_fault: str) -> Fault:
    """磁盘故障 An OSError while writing `path`: no room left, or a folder that cannot be written."""
    if error.errno in _NO_ROOM:
        return Fault("fault.storage_full", exit_code=1, path=str(path))
    return Fault(folder_fault, folder=str(path), reason=error.strerror or str(error))


def _of_sqlite(error: Any, address: Address) -> Fault | None:
    file = address.shown
    name: str = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Fault("fault.database_locked", exit_code=1, database=file)
    if name == "SQLITE_FULL":
        return Fault("fault.storage_full", exit_code=1, path=file)
    if name.startswith("SQLITE_CORRUPT"):
        return Fault("fault.database_corrupt", database=file)
    if name == "SQLITE_NOTADB":
        return Fault("fault.database_foreign_file", database=file)
    if name.startswith("SQLITE_CANTOPEN"):
        return Fault("fault.database_unopenable", database=file, reason=str(error))
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM")):
        return Fault("fault.database_read_only", database=file)
    if name.startswith("SQLITE_IOERR"):
        return _of_failed_io(name, address)
    return None


def _of_failed_io(name: str, address: Address) -> Fault:
    file = address.shown
    folder = (address.file or Path()).parent
    if folder.is_dir() and shutil.disk_usage(folder).free < _SCARCE:
        return Fault("fault.storage_full", exit_code=1, path=file)
    return Fault("fault.database_io", exit_code=1, database=file, reason=name)


def _of_postgres(error: DBAPIError, address: Address) -> Fault | None:
    state: str = getattr(error.orig, "sqlstate", None) or ""
    reason = _one_line(str(error.orig), address)
    shown = address.shown
    if state == "53100":
        return Fault("fault.storage_full", exit_code=1, path=shown)
    if state in (
        "55P03",
        "40P01",
        "40001",
    ):  # another one was in the way: nothing was written, so it may be tried again
        return Fault("fault.database_locked", exit_code=1, database=shown)
    if state in ("42501", "25006") or state.startswith(("28", "3D")):
        return Fault("fault.database_refused", database=shown, reason=reason)
    if state.startswith(("08", "57P", "53")):
        return Fault("fault.database_unreachable", exit_code=1, database=shown, reason=reason)
    if state or not isinstance(error, OperationalError | InterfaceError):
        return None
    if any(words in reason for words in _COMING_BACK):
        return Fault("fault.database_unreachable", exit_code=1, database=shown, reason=reason)
    if "FATAL" in reason:  # a server is there and said no: wrong password, unknown database or role
        return Fault("fault.database_refused", database=shown, reason=reason)
    return Fault("fault.database_unreachable", exit_code=1, database=shown, reason=reason)


def _one_line(text: str, address: Address) -> str:
    line = text.strip().splitlines()[0] if text.strip() else "?"
    return line.replace(address.password, "***") if address.password else line
