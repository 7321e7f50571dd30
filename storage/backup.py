"""备份 A copy that can be restored: first the database as of one moment, then the archive files its rows point to.

The manifest is written last, and only then what earlier backups left is removed: a backup that broke off leaves the
one before it whole. Archive files never change once their audit has ended, so only new ones are copied.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine, text

from model import Backed, BackupFile, Fault, Manifest
from storage import pg_tools
from storage.archive import Archive, sync_folder
from storage.breakdown import disk_fault, told
from storage.compaction import SUFFIX
from storage.engine import Address
from storage.exclusion import alone

MANIFEST = "manifest.json"
ARCHIVE = "archive"  # the folder within a backup
_PIECE = 1024 * 1024
_EXTENTS = 'SELECT file, MAX("offset" + length) FROM bodies GROUP BY file ORDER BY file'
_RUNNING = "SELECT id FROM runs WHERE state = 'running'"


def back_up(
    address: Address,
    engine: Engine,
    archive: Archive,
    folder: Path,
    now: datetime,
    version: str,
    *,
    link: bool = False,
) -> Backed:
    """备份 Into `folder`, again and again; audits may go on meanwhile. `link`: hard links instead of copies.

    Raises Fault when the folder cannot be written, a tool is missing, or another program clears or backs up.
    """
    with told(address), alone(address, engine), _disk(folder):
        before = read_manifest(folder) if (folder / MANIFEST).exists() else None
        (folder / ARCHIVE).mkdir(parents=True, exist_ok=True)
        database = (
            folder / f"duwang-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{'.sqlite3' if address.file else '.dump'}"
        )
        if address.file:
            wanted = _copy_sqlite(engine, database)
        else:
            pg_tools.dump(address, database)
            with engine.connect() as connection:
                # Asked after the dump: rows may have come, and none can have gone, for this keeps clearing away.
                running = set(connection.scalars(text(_RUNNING)))
                wanted = _wanted(connection.execute(text(_EXTENTS)).all(), running)
        known = {one.name: one for one in before.archive} if before else {}
        kept, missing, copied, copied_bytes = [], [], 0, 0
        for name, length in wanted:
            source, target = archive.folder / name, folder / ARCHIVE / name
            try:
                size = source.stat().st_size if length is None else length
            except FileNotFoundError:
                missing.append(name)
                continue
            there = known.get(name)
            if there is None or there.size != size or _size(target) != size:
                there = copy_file(source, target, length, link=link and length is None)
                copied, copied_bytes = copied + 1, copied_bytes + there.size
            kept.append(there)
        sync_folder(folder / ARCHIVE)
        manifest = Manifest(
            dialect="sqlite" if address.file else "postgresql", made_at=now, version=version,
            database=hashed(database, database.name), archive=tuple(kept), missing=tuple(missing),
        )  # fmt: skip
        _write(folder, manifest)
        removed = _tidy(folder, before, manifest) if before else 0
    return Backed(
        folder=str(folder), manifest=manifest, copied=copied, copied_bytes=copied_bytes, removed=removed
    )


def read_manifest(folder: Path) -> Manifest:
    """读清单 Raises Fault when there is none, or none that this program understands."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise Fault("fault.backup_none", folder=str(folder)) from None
    except (OSError, ValidationError) as error:
        raise Fault("fault.backup_manifest", file=str(path), reason=type(error).__name__) from error


def copy_file(source: Path, target: Path, length: int | None = None, *, link: bool = False) -> BackupFile:
    """复制 A file, or its first `length` bytes; there whole or not at all, and on the disk."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    if link:
        os.link(source, part)
        part.replace(target)
        return hashed(target, target.name)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as stream, part.open("wb") as out:
        while piece := stream.read(_PIECE if length is None else min(_PIECE, length - size)):
            digest.update(piece)
            out.write(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    return BackupFile(name=target.name, size=size, sha256=digest.hexdigest())


def hashed(path: Path, name: str) -> BackupFile:
    """摘要 A file as it now lies on the disk."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return BackupFile(name=name, size=path.stat().st_size, sha256=digest)


def _copy_sqlite(engine: Engine, target: Path) -> list[tuple[str, int | None]]:
    """The database as of one moment, and the archive files that copy knows of."""
    target.unlink(missing_ok=True)
    raw = engine.raw_connection()
    try:
        source: Any = raw.driver_connection
        with contextlib.closing(sqlite3.connect(target)) as copy:
            source.backup(copy)  # all pages in one step: writers go on in the journal meanwhile
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
            running = {row[0] for row in copy.execute(_RUNNING)}
            wanted = _wanted(copy.execute(_EXTENTS).fetchall(), running)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise Fault("fault.storage_full", exit_code=1, path=str(target)) from error
        raise Fault("fault.backup_folder", folder=str(target.parent), reason=str(error)) from error
    finally:
        raw.close()
    with target.open("rb+") as stream:
        os.fsync(stream.fileno())
    return wanted


def _wanted(extents: Iterable[Any], running: set[str]) -> list[tuple[str, int | None]]:
    """File names, each with the length to be copied: of an audit under way the part that rows point to, else all."""

    def length(name: str, end: Any) -> int | None:
        stem = name.removesuffix(SUFFIX)
        first, _, number = stem.rpartition("-")
        return int(end) if stem in running or (number.isdigit() and first in running) else None

    return [(name, length(name, end)) for name, end in extents]


def _write(folder: Path, manifest: Manifest) -> None:
    part = folder / (MANIFEST + ".part")
    words = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    with part.open("w", encoding="utf-8") as out:
        out.write(words)
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder / MANIFEST)
    sync_folder(folder)


def _tidy(folder: Path, before: Manifest, now: Manifest) -> int:
    """What the backup before this one held and this one does not. Nobody else's files are touched."""
    gone = {one.name for one in before.archive} - {one.name for one in now.archive}
    paths = [folder / ARCHIVE / name for name in sorted(gone)]
    if before.database.name != now.database.name:
        paths.append(folder / before.database.name)
    for path in paths:
        if path.parent in (
            folder,
            folder / ARCHIVE,
        ):  # a manifest is a file like any other: trust no name in it
            path.unlink(missing_ok=True)
    return len(paths)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = Path(os.fsdecode(error.filename)) if error.filename else folder
        raise disk_fault(error, place, folder_fault="fault.backup_folder") from error
