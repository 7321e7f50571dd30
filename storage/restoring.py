"""恢复 A backup made into a store again, where there is none: checked file by file before anything is written."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import delete, inspect, select, update

from model import BackupFile, ErrandState, Fault, Manifest, Restored, RunState
from storage import pg_tools
from storage.archive import sync_folder
from storage.backup import ARCHIVE, copy_file, hashed, read_manifest
from storage.breakdown import disk_fault, told
from storage.engine import Address, make_engine, read_address
from storage.opening import archive_beside, open_store
from storage.tables import errands, leases, metadata, runs, workers


def restore(
    folder: Path, db_url: str, archive: Path | None = None, tell: Callable[[str], None] = lambda _name: None
) -> Restored:
    """恢复 The backup in `folder` becomes the database at `db_url` and the files of `archive`.

    Neither may be there yet. What was under way when the backup was made is marked as interrupted. Raises Fault when
    the backup is damaged, is of another kind of database, or the place is taken; then nothing was written.
    """
    address = read_address(db_url)
    place = archive or archive_beside(address)
    manifest = read_manifest(folder)
    if (manifest.dialect == "sqlite") != (address.file is not None):
        raise Fault("fault.restore_dialect", dialect=manifest.dialect, database=address.shown)
    _refuse_taken(address, place, manifest)
    _check(folder, manifest, tell)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for one in manifest.archive:
            tell(one.name)
            _same(copy_file(folder / ARCHIVE / one.name, place / one.name), one, folder)
        sync_folder(place)
        if address.file:
            address.file.parent.mkdir(parents=True, exist_ok=True)
            # Last of all, and under its own name only when it is whole: without it there is no store.
            part = address.file.with_name(address.file.name + ".restoring")
            _same(copy_file(folder / manifest.database.name, part), manifest.database, folder)
            part.replace(address.file)
        else:
            pg_tools.restore(address, folder / manifest.database.name)
    except OSError as error:
        raise disk_fault(error, place, folder_fault="fault.archive_folder") from error
    return Restored(folder=str(folder), manifest=manifest, interrupted=_settle(db_url, place))


def _refuse_taken(address: Address, archive: Path, manifest: Manifest) -> None:
    if address.file:
        if address.file.exists():
            raise Fault("fault.restore_taken", place=address.shown)
    else:
        engine = make_engine(address)
        with told(address), engine.connect() as connection:
            taken = set(inspect(connection).get_table_names()) & {*metadata.tables}
        engine.dispose()
        if taken:
            raise Fault("fault.restore_taken", place=address.shown)
    ours = {one.name for one in manifest.archive}  # of a restoring that broke off
    if archive.exists() and any(entry.name.removesuffix(".part") not in ours for entry in archive.iterdir()):
        raise Fault("fault.restore_taken", place=str(archive))


def _check(folder: Path, manifest: Manifest, tell: Callable[[str], None]) -> None:
    named = [(folder, manifest.database), *((folder / ARCHIVE, one) for one in manifest.archive)]
    for place, one in named:
        tell(one.name)
        path = place / one.name
        if path.parent != place:
            raise Fault("fault.backup_damaged", file=str(path))
        try:
            found = hashed(path, one.name)
        except OSError as error:
            raise Fault("fault.backup_damaged", file=str(path)) from error
        _same(found, one, place)


def _same(found: BackupFile, wanted: BackupFile, place: Path) -> None:
    if (found.size, found.sha256) != (wanted.size, wanted.sha256):
        raise Fault("fault.backup_damaged", file=str(place / wanted.name))


def _settle(db_url: str, archive: Path) -> int:
    """Nobody goes on with what was under way elsewhere: audits are interrupted, errands wait, leases and workers go."""
    with open_store(db_url, archive) as store, store._writing() as connection:
        was_running = runs.c.state == RunState.RUNNING.value
        count = len(connection.scalars(select(runs.c.id).where(was_running)).all())
        ended = {"state": RunState.INTERRUPTED.value, "reason": "interruption.restored"}
        connection.execute(update(runs).where(was_running).values(ended))
        connection.execute(
            update(errands)
            .where(errands.c.state == ErrandState.RUNNING.value)
            .values(state=ErrandState.WAITING.value, worker=None)
        )
        connection.execute(delete(leases))
        connection.execute(delete(workers))
    return count
