"""进程 The workers of a run: started, killed, started again as a service manager would, and what each costs.

All that is read of a process is read in /proc; Linux only.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.country.verbs import MARK, World

_TICKS = os.sysconf("SC_CLK_TCK")
_START, _PARENT = 19, 1  # fields of proc(5)'s stat behind the name


class Sample(NamedTuple):
    """取样 Of one worker and all its children together. `at` monotonic seconds."""

    at: float
    name: str
    pid: int
    memory: int
    processes: int


@dataclass
class Worker:
    """工作进程 One place for a worker process: while it is wanted, it is started again when it ends."""

    name: str
    words: list[str]
    world: World
    more: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()  # words in front: unshare and its like
    process: "subprocess.Popen[bytes] | None" = None
    wanted: bool = False
    starts: int = 0
    ends: list[int] = field(default_factory=list)  # exit codes, negative for signals
    _again_at: float = 0.0

    @property
    def log(self) -> Path:
        return self.world.folder / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self) -> None:
        """启动"""
        self.wanted = True
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.before, *self.words],
                cwd=self.world.folder,
                env=self.world.environment(self.name, **self.more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def tend(self, rest: float = 2.0) -> None:
        """照看 Starts it again, `rest` seconds after it ended."""
        if self.process is None or self.process.poll() is None:
            return
        if not self._again_at:
            self.ends.append(self.process.returncode)
            self._again_at = time.monotonic() + rest
        elif self.wanted and time.monotonic() >= self._again_at:
            self._again_at = 0.0
            self.start()

    def kill(self) -> int | None:
        """杀死 As `kill -9`; returns the process that died."""
        pid = self.pid
        if pid is not None and self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        return pid

    def stop(self, patience: float = 60.0) -> int | None:
        """停下 As a service is stopped; its exit code, None when it had to be killed."""
        self.wanted = False
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                return None
        return self.process.returncode


class Meter:
    """计量 CPU seconds of all processes of a run, and memory of each worker with its children."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._spent: dict[tuple[int, str], float] = {}
        self.samples: list[Sample] = []

    @property
    def cpu(self) -> float:
        return sum(self._spent.values())

    def take(self, workers: Iterable[Worker]) -> None:
        """取样"""
        living = {pid: stat for pid in marked(f"{MARK}={self.mark}".encode()) if (stat := _stat(pid))}
        for pid, stat in living.items():
            self._spent[pid, stat[_START]] = sum(map(int, stat[11:13])) / _TICKS
        now = time.monotonic()
        for worker in workers:
            if worker.pid is None:
                continue
            own = _family(worker.pid, living)
            self.samples.append(Sample(now, worker.name, worker.pid, sum(map(_memory, own)), len(own)))


def marked(mark: bytes) -> list[int]:
    """同一轮的进程 Every process that has the mark in its environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def survivors(mark: str, patience: float = 0.0) -> list[int]:
    """残留 Processes of a run that are still there after `patience` seconds; this process itself is not counted."""
    until = time.monotonic() + patience
    while (left := _left(mark)) and time.monotonic() < until:
        time.sleep(0.2)
    return left


def command(pid: int) -> str:
    """命令行 For whoever has to find out what was left behind."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace").replace("\0", " ").strip()
    except OSError:
        return "gone"


def _left(mark: str) -> list[int]:
    return [
        pid
        for pid in marked(f"{MARK}={mark}".encode())
        if pid != os.getpid() and (stat := _stat(pid)) and stat[0] != "Z"
    ]


def _family(pid: int, living: dict[int, list[str]]) -> list[int]:
    found = [pid]
    for one in found:
        found += [child for child, stat in living.items() if int(stat[_PARENT]) == one and child not in found]
    return found


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _memory(pid: int) -> int:
    """What belongs to this process alone, so that what children share is not counted twice."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
