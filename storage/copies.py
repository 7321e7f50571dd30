"""副本 Bodies that an earlier run has kept on another machine's disk, kept here once more by whoever fetched them again.

Only where machines keep archives of their own: in one shared folder every file is at hand and nothing is copied.
"""

import contextlib
import hashlib
import os
import zlib
from pathlib import Path

from storage.breakdown import disk_fault

_FOLDER_FAULT = "fault.archive_folder"


class Copies:
    """副本 One file a body, found by its SHA-256; may be removed at any time once the files themselves are collected."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "copies"

    def keep(self, sha256: str, body: bytes) -> None:
        """存副本 Raises Fault when the disk is full or the folder cannot be written."""
        path = self._path(sha256)
        if path.exists():
            return
        part = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(zlib.compress(body, 1))
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise disk_fault(error, path.parent, folder_fault=_FOLDER_FAULT) from error

    def read(self, sha256: str) -> bytes | None:
        """读副本 None when there is none, or when it is not what it should be."""
        try:
            body = zlib.decompress(self._path(sha256).read_bytes())
        except (OSError, zlib.error):
            return None
        return body if hashlib.sha256(body).hexdigest() == sha256 else None

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256
