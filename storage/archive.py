"""存档 WARC files: written once by one run, read by position ever after."""

import contextlib
import hashlib
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from io import FileIO
from pathlib import Path

from model import ArchivePosition, Fault, Snapshot
from storage.breakdown import disk_fault
from storage.copies import Copies
from storage.record import body_of, body_record, info_record

ROTATE_AT = 1024**3  # bytes; ISO 28500 advises about 1 GB a file
_FOLDER_FAULT = "fault.archive_folder"


class Archive:
    """存档库 Reads bodies back. `folder` is one and the same for all programs that share a database, or one a machine:
    then `copies` holds what other machines kept first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.copies = Copies(folder)

    def holds(self, file: str) -> bool:
        """在此 Whether that file lies here, and not on another machine."""
        return (self.folder / file).exists()

    def prepare(self) -> None:
        """备好 Makes the folder and makes sure it can be written. Raises Fault."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_fault(error, self.folder, folder_fault=_FOLDER_FAULT) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise Fault(_FOLDER_FAULT, folder=str(self.folder), reason=os.strerror(13))

    def read(self, position: ArchivePosition, sha256: str) -> bytes:
        """读正文 The body at `position`. Raises Fault when the file is missing or no longer holds it."""
        return next(self.read_all([(position, sha256)]))

    def read_all(self, wanted: Iterable[tuple[ArchivePosition, str]]) -> Iterator[bytes]:
        """连读 The bodies at many positions, each file opened once. Raises Fault like `read`."""
        opened: dict[str, FileIO] = {}
        with contextlib.ExitStack() as stack:
            for position, sha256 in wanted:
                if position.file not in opened:
                    if len(opened) == 64:  # bodies known from as many earlier runs: start anew
                        stack.close()
                        opened.clear()
                    try:
                        opened[position.file] = stack.enter_context(self._open(position))
                    except Fault as fault:
                        copy = (
                            self.copies.read(sha256) if fault.message_id == "fault.archive_missing" else None
                        )
                        if copy is None:
                            raise
                        yield copy
                        continue
                yield self._read(opened[position.file], position, sha256)

    def record(self, position: ArchivePosition) -> bytes:
        """读记录 The bytes at `position` as they lie there. Raises Fault when the file is missing."""
        with self._open(position) as stream:
            stream.seek(position.offset)
            return stream.read(position.length)

    def _open(self, position: ArchivePosition) -> FileIO:
        path = self.folder / position.file
        if path.parent != self.folder:
            raise self._damaged(position)
        try:
            return FileIO(path)
        except OSError as error:
            raise Fault(
                "fault.archive_missing", exit_code=1, file=str(path), offset=position.offset
            ) from error

    def _read(self, stream: FileIO, position: ArchivePosition, sha256: str) -> bytes:
        try:
            stream.seek(position.offset)
            body = body_of(stream.read(position.length))
        except (OSError, ValueError) as error:
            raise self._damaged(position) from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise self._damaged(position)
        return body

    def _damaged(self, position: ArchivePosition) -> Fault:
        path = str(self.folder / position.file)
        return Fault("fault.archive_damaged", exit_code=1, file=path, offset=position.offset)


class ArchiveWriter:
    """写存档 Appends one run's bodies to files of its own, never to another run's. One thread at a time."""

    def __init__(self, folder: Path, run_id: str, software: str) -> None:
        self._folder = folder
        self._stem = re.sub(r"[^A-Za-z0-9._-]", "_", run_id)
        self._software = software
        self._number = 0
        self._stream: FileIO | None = None
        self._end = 0
        self._lock = threading.Lock()

    def write(
        self, batch: Iterable[tuple[Snapshot, bytes, str]], beside: Sequence[bytes] = ()
    ) -> list[ArchivePosition]:
        """写一批 Writes (snapshot, body, sha256) and waits for the disk. All of the batch or, on Fault, none.

        `beside`: records without a body that go behind them; nobody needs to find these again. Returns where bodies lie.
        """
        with self._lock:
            records = [body_record(snapshot, body, sha256) for snapshot, body, sha256 in batch]
            if not records and not beside:
                return []
            path = self._folder
            try:
                stream = self._current()
                path = Path(os.fsdecode(stream.name))
                self._append(stream, [*records, *beside])
            except OSError as error:
                raise disk_fault(error, path, folder_fault=_FOLDER_FAULT) from error
            positions = []
            for record in records:
                positions.append(ArchivePosition(file=path.name, offset=self._end, length=len(record)))
                self._end += len(record)
            self._end += sum(map(len, beside))
            return positions

    def close(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None

    def _append(self, stream: FileIO, records: list[bytes]) -> None:
        try:
            _write_whole(stream, b"".join(records))
        except OSError:
            # Cut off the part that reached the disk, so that the file ends with a whole record.
            with contextlib.suppress(OSError):
                stream.truncate(self._end)
                stream.seek(self._end)
            raise

    def _current(self) -> FileIO:
        if self._stream and self._end >= ROTATE_AT:
            self.close()
        if self._stream is None:
            stream = self._create()
            self._end = 0
            opening = info_record(Path(os.fsdecode(stream.name)).name, self._facts())
            try:
                self._append(stream, [opening])
            except OSError:
                stream.close()
                raise
            self._stream, self._end = stream, len(opening)
        return self._stream

    def _create(self) -> FileIO:
        while True:
            self._number += 1
            part = "" if self._number == 1 else f"-{self._number}"
            try:
                stream = FileIO(self._folder / f"{self._stem}{part}.warc.gz", "x")
            except FileExistsError:
                continue  # left by a run that was killed: it stays as it is
            sync_folder(self._folder)
            return stream

    def _facts(self) -> dict[str, str]:
        return {
            "software": self._software,
            "format": "WARC File Format 1.1",
            "robots": "obey",
            "isPartOf": self._stem,
        }


def _write_whole(stream: FileIO, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[stream.write(rest) :]
    os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
