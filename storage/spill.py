"""搁置 Bytes that would fill the memory, laid into a file that nobody else sees and that goes with the process."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO


class Spill:
    """搁置处 `put` tells where; `get` gives it back. Where no file can be written, the bytes stay in memory."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0  # of what the file holds; what is laid down behind it is in memory
        self._kept = bytearray()
        if hasattr(os, "pread"):
            with contextlib.suppress(OSError):
                self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - as long as the pages

    def put(self, body: bytes) -> int:
        if self._file is not None and not self._kept:
            with contextlib.suppress(OSError):
                if self._file.write(body) == len(body):
                    self._end += len(body)
                    return self._end - len(body)
        self._kept += body  # no disk, or a full one: from here on in memory
        return self._end + len(self._kept) - len(body)

    def get(self, place: int, size: int) -> bytes:
        """取 Any piece of what was laid down. ValueError when the file does not give it back."""
        start = place - self._end
        if start >= 0 and self._kept:
            body = bytes(self._kept[start : start + size])
        else:
            body = os.pread(self._file.fileno(), size, place) if self._file is not None else b""
        if len(body) != size:
            raise ValueError("what was laid aside is gone")
        return body
