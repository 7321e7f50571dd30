"""看护 What a crew keeps an eye on beside its sites: its own network, its clock, its disk."""

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from model import Errand

MOST_JUMP = 60.0  # seconds: a clock that is off by more than this cannot stamp what it sees
IN_A_ROW = 3  # sites, on different hosts, that failed with nobody answering in between
_ROOM = 200 * 1024**2
_SHARE = 10  # of a small disk, this part of it will do

Now = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class ClockWatch:
    """看钟 Whether the clock on the wall went as fast as the one that nobody can set."""

    def __init__(self, now: Now = utc_now, steady: Callable[[], float] = time.monotonic) -> None:
        self._now, self._steady = now, steady

    def mark(self) -> float:
        """记下 A mark of how the two clocks stand now."""
        return self._now().timestamp() - self._steady()

    def moved(self, mark: float) -> int:
        """跳动 Seconds by which the clock was set, or the machine slept, since that mark; 0 when it is not worth telling."""
        moved = self.mark() - mark
        return round(moved) if abs(moved) > MOST_JUMP else 0


class SteadyClock:
    """稳钟 Now, as all programs of one database go by it: the server's clock, carried on by the one that nobody can set.

    So what is put down for later comes in time, even by a machine whose own clock has just been moved.
    """

    def __init__(self, now: Now = utc_now, steady: Callable[[], float] = time.monotonic) -> None:
        self._now, self._steady = now, steady
        self.compare(0.0)

    def compare(self, gap: float) -> None:
        """对时 `gap`: seconds by which this machine's clock is ahead of the server's, at this moment."""
        self._offset = self._now().timestamp() - gap - self._steady()

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self._offset + self._steady(), UTC)


class NetworkWatch:
    """看网 Several sites in a row, each on a host of its own, that nobody answered for: is it they, or we?"""

    def __init__(self) -> None:
        self._failed: list[str] = []
        self.blamed: list[Errand] = []  # those it was held against meanwhile
        self.last_good: str | None = None  # a home page that answered: the best control there is

    def well(self, home: str) -> None:
        self.clear()
        self.last_good = home

    def ill(self, lock: str) -> bool:
        """有疑 Notes a failure; True when it is time to ask somebody else."""
        if lock not in self._failed:
            self._failed.append(lock)
        return len(self._failed) >= IN_A_ROW

    def clear(self) -> None:
        self._failed.clear()
        self.blamed.clear()


def has_room(folder: Path) -> bool:
    """有空间 Whether the folder can be written, and has 200 MB left or, on a small disk, a tenth of it."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        disk = shutil.disk_usage(there)
    except OSError:
        return False
    return os.access(there, os.W_OK | os.X_OK) and disk.free >= min(_ROOM, disk.total // _SHARE)


def memory() -> int | None:
    """内存 Bytes this process holds; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
