"""压实 Archive files nobody needs are removed; of those that are needed in part, that part is written into new ones.

A record is copied as it stands, whole gzip member by whole gzip member. The order is what makes it safe to be killed:
a new file is known as one that may go before its first byte is written; its bytes are on the disk before rows point to
them, all in one transaction; and only then the old files are removed. Whatever a killed program leaves behind is a
file known by name that no row points to: the next clearing takes it away.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from zlib import decompressobj
from zlib import error as ZlibError

from sqlalchemy import Connection, delete, func, select, update

from model import ArchivePosition, Compaction, Fault
from storage.archive import ROTATE_AT, Archive, sync_folder
from storage.breakdown import disk_fault
from storage.clearance import discard
from storage.record import info_record
from storage.rows import parts_of
from storage.tables import bodies, discards

SUFFIX = ".warc.gz"
ROWS_AT_ONCE = 20_000  # rows that one new file is pointed to in one transaction
_PARTS = 4  # of a run that are looked for when they are not in the folder: each holds 1 GiB
_MEMBER = 64 * 1024  # more than a file's opening record takes


@dataclass(frozen=True)
class Fate:
    """去留 What becomes of one file: `size` on the disk, `live` bytes and `rows` of bodies that are needed in it."""

    file: str
    size: int | None
    live: int
    rows: int
    dead: int = 0

    def kind(self, compact_at: float) -> str:
        if self.size is None:
            return "missing" if self.rows else "absent"
        if not self.rows:
            return "removed"
        return "rewritten" if self.dead and self.dead >= compact_at * self.size else "left"


def files_of(folder: Path, run_ids: Sequence[str]) -> dict[str, list[str]]:
    """各次检查的文件 Names that the archive files of these runs have: `R….warc.gz`, `R…-2.warc.gz` and so on.

    The first ones are named whether they are in the folder or not, because rows may point to them all the same.
    """
    found = {one: {one + SUFFIX, *(f"{one}-{part}{SUFFIX}" for part in range(2, _PARTS))} for one in run_ids}
    with contextlib.suppress(FileNotFoundError):
        for entry in os.scandir(folder):
            stem = entry.name.removesuffix(SUFFIX)
            first, dash, number = stem.rpartition("-")
            owner = stem if stem in found else first if dash and number.isdigit() else ""
            if entry.name != stem and owner in found:
                found[owner].add(entry.name)
    return {owner: sorted(files) for owner, files in found.items()}


def fates(
    connection: Connection, folder: Path, more: Sequence[str] = (), except_for: object = None
) -> list[Fate]:
    """去留 Of every file that is known as one that may go, and of `more`; bodies in `except_for` count as gone."""
    names = sorted({*connection.scalars(select(discards.c.file)), *more})
    found = []
    for part in parts_of(names):
        query = select(bodies.c.file, func.sum(bodies.c.length).label("live"), func.count().label("rows"))
        query = query.where(bodies.c.file.in_(part))
        if except_for is not None:
            query = query.where(bodies.c.sha256.not_in(except_for))  # type: ignore[arg-type]
        held = {row.file: row for row in connection.execute(query.group_by(bodies.c.file))}
        for name in part:
            live, rows = (int(held[name].live), held[name].rows) if name in held else (0, 0)
            size = _size_of(folder / name)
            dead = 0 if size is None else size - live if not rows else size - live - _opening(folder / name)
            found.append(Fate(name, size, live, rows, max(dead, 0)))
    return found


def foretold(fated: Sequence[Fate], compact_at: float) -> Compaction:
    """预告 What `compact` will do with these files."""
    kinds = [(one.kind(compact_at), one) for one in fated]
    return Compaction(
        removed=sum(kind == "removed" for kind, _ in kinds),
        rewritten=sum(kind == "rewritten" for kind, _ in kinds),
        freed=sum(one.dead for kind, one in kinds if kind in ("removed", "rewritten")),
        left=sum(kind == "left" and one.dead > 0 for kind, one in kinds),
        missing=sum(kind == "missing" for kind, _ in kinds),
    )


class Compactor:
    """压实 Does what was foretold. `step` is told of before each thing that another program could notice."""

    def __init__(
        self, connection: Connection, archive: Archive, software: str, now: datetime,
        step: Callable[[str], None] = lambda _name: None,
    ) -> None:  # fmt: skip
        self._connection = connection
        self._archive = archive
        self._software = software
        self._now = now
        self._step = step

    def compact(self, fated: Sequence[Fate], compact_at: float) -> Compaction:
        """压实 Returns what was done; files with a damaged record are left as they are, and named."""
        done = foretold(fated, compact_at)
        damaged: list[Fate] = []
        rewritten = [one for one in fated if one.kind(compact_at) == "rewritten"]
        for group in _groups(rewritten):
            damaged += self._rewrite(group)
        self.remove([one.file for one in fated if one.kind(compact_at) in ("removed", "absent")])
        return done.model_copy(
            update={
                "rewritten": done.rewritten - len(damaged),
                "freed": done.freed - sum(one.dead for one in damaged),
                "damaged": tuple(one.file for one in damaged),
            }
        )

    def remove(self, files: Sequence[str]) -> None:
        """删除 Files that no row points to, and then what was known of them."""
        folder = self._archive.folder
        for part in parts_of(files):
            with self._connection.begin():
                needed = set(
                    self._connection.scalars(select(bodies.c.file).where(bodies.c.file.in_(part)).distinct())
                )
            gone = [file for file in part if file not in needed]
            for file in gone:
                self._step("unlink")
                try:
                    (folder / file).unlink(missing_ok=True)
                except OSError as error:
                    raise disk_fault(error, folder, folder_fault="fault.archive_folder") from error
            if gone:
                with contextlib.suppress(FileNotFoundError):
                    sync_folder(folder)
            self._step("forget")
            with self._connection.begin():
                self._connection.execute(delete(discards).where(discards.c.file.in_(gone)))

    def _rewrite(self, group: Sequence[Fate]) -> list[Fate]:
        """Some files made one. Returns those that were left because a record in them is damaged."""
        with self._connection.begin():
            query = select(bodies).where(bodies.c.file.in_([one.file for one in group]))
            rows = self._connection.execute(query.order_by(bodies.c.file, bodies.c.offset)).all()
        places = [
            (ArchivePosition(file=row.file, offset=row.offset, length=row.length), row.sha256) for row in rows
        ]
        unsound = self._unsound(places)
        places = [place for place in places if place[0].file not in unsound]
        if places:
            new = self._name(group[0].file)
            self._step("announce")
            with self._connection.begin():
                discard(self._connection, [new], self._now)
            self._step("write")
            moved = self._copy(new, places)
            self._step("point")
            sources = sorted({place.file for place, _ in places})
            with self._connection.begin():
                for (old, sha256), offset in zip(places, moved, strict=True):
                    same = (
                        (bodies.c.sha256 == sha256)
                        & (bodies.c.file == old.file)
                        & (bodies.c.offset == old.offset)
                    )
                    self._connection.execute(update(bodies).where(same).values(file=new, offset=offset))
                discard(self._connection, sources, self._now)
            self.remove(sources)
        return [one for one in group if one.file in unsound]

    def _unsound(self, places: Sequence[tuple[ArchivePosition, str]]) -> set[str]:
        unsound: set[str] = set()
        for place, sha256 in places:
            if place.file in unsound:
                continue
            try:
                self._archive.read(place, sha256)
            except Fault:
                unsound.add(place.file)
        return unsound

    def _name(self, first: str) -> str:
        """`R…-kept-1`: after the first file whose records it holds, and how often they were moved."""
        stem = first.removesuffix(SUFFIX)
        before, kept, number = stem.rpartition("-kept-")
        stem, count = (before, int(number)) if kept and number.isdigit() else (stem, 0)
        while True:
            count += 1
            name = f"{stem}-kept-{count}{SUFFIX}"
            if not (self._archive.folder / name).exists():
                return name

    def _copy(self, new: str, places: Sequence[tuple[ArchivePosition, str]]) -> list[int]:
        """The records in a new file, on the disk; where each of them begins."""
        path = self._archive.folder / new
        facts = {
            "software": self._software,
            "format": "WARC File Format 1.1",
            "isPartOf": new.removesuffix(SUFFIX),
        }
        try:
            with FileIO(path, "x") as stream, contextlib.ExitStack() as stack:
                opening = info_record(new, facts)
                stream.write(opening)
                offsets, end, name, source = [], len(opening), "", None
                for place, _ in places:
                    if place.file != name or source is None:
                        stack.close()
                        name = place.file
                        source = stack.enter_context(FileIO(self._archive.folder / name))
                    source.seek(place.offset)
                    _write(stream, source.read(place.length))
                    offsets.append(end)
                    end += place.length
                os.fsync(stream.fileno())
            sync_folder(self._archive.folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()
            raise disk_fault(error, path, folder_fault="fault.archive_folder") from error
        return offsets


def _groups(files: Sequence[Fate]) -> Iterator[list[Fate]]:
    group: list[Fate] = []
    for one in files:
        live, rows = sum(each.live for each in group), sum(each.rows for each in group)
        if group and (live + one.live > ROTATE_AT or rows + one.rows > ROWS_AT_ONCE):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _write(stream: FileIO, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[stream.write(rest) :]


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _opening(path: Path) -> int:
    """Bytes of the record that opens a file: it is of use as long as any other is."""
    with contextlib.suppress(OSError, ZlibError), path.open("rb") as stream:
        block = stream.read(_MEMBER)
        member = decompressobj(31)
        member.decompress(block)
        if member.eof:
            return len(block) - len(member.unused_data)
    return 0
