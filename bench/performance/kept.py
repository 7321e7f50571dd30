"""留存结果 What was measured, a line of JSON for each run, so that a measurement that was broken off goes on where it was."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.auditing import ROOT, Cost

_FILE = "runs.jsonl"


@dataclass(frozen=True)
class Ran:
    """一次运行 One program once. `got`: pages of the portal it asked for; `failed`: why its figures do not count."""

    part: str
    pages: int
    seed: int
    round: int
    program: str
    version: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peaks_mb: tuple[float, ...] = ()
    together_mb: float = 0.0
    requests: int = 0
    got: int = 0
    there: int = 0  # pages the portal has
    planted: int = 0
    found: int = 0
    wrong: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    silent: int = 0  # of the dead: answer 200, so that no status tells
    origin: str = ""
    failed: str | None = None
    cut: float | None = (
        None  # seconds after which it was stopped; what it asked for until then counts, what it says of the dead is not known
    )
    told: dict[str, Any] = field(default_factory=dict)  # what else this program tells
    code: str = ""
    machine: str = ""
    load: float = 0.0
    at: str = ""

    @property
    def key(self) -> tuple[str, int, int, int, str, str]:
        return self.part, self.pages, self.seed, self.round, self.program, self.code

    @property
    def pages_per_second(self) -> float:
        return self.got / self.seconds if self.seconds else 0.0

    @property
    def peak_mb(self) -> float:
        return max(self.peaks_mb, default=0.0)


def costing(cost: Cost) -> dict[str, Any]:
    """开销字段 Those of a `Ran`."""
    return {
        "seconds": cost.seconds,
        "cpu_seconds": cost.cpu_seconds,
        "peaks_mb": tuple(round(one, 1) for one in cost.peaks_mb),
        "together_mb": round(cost.together_mb, 1),
    }


class Kept:
    """留存 Runs in a folder. Those of another state of the code stay in the file and are not looked at."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / _FILE
        self.code, self._machine = code(), machine()
        self._rows = list(self._read())

    def has(self, part: str, pages: int, seed: int, number: int, program: str) -> Ran | None:
        """是否已有 That run, if it was made with this state of the code."""
        wanted = (part, pages, seed, number, program, self.code)
        return next((one for one in self._rows if one.key == wanted), None)

    def add(self, ran: Ran) -> Ran:
        made = asdict(ran) | {
            "code": self.code,
            "machine": self._machine,
            "load": round(os.getloadavg()[0], 1),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(made, ensure_ascii=False) + "\n")
        kept = _ran(made)
        self._rows.append(kept)
        return kept

    def rows(self, part: str) -> list[Ran]:
        """某部分 Of the state of the code that this part was last measured with."""
        found = [one for one in self._rows if one.part == part]
        return [one for one in found if one.code == found[-1].code]

    def drop(self) -> None:
        """全部丢弃"""
        self._path.unlink(missing_ok=True)
        self._rows = []

    def _read(self) -> Iterator[Ran]:
        if self._path.exists():
            for line in self._path.read_text("utf-8").splitlines():
                yield _ran(json.loads(line))


def _ran(told: dict[str, Any]) -> Ran:
    lists = {name: tuple(told[name]) for name in ("peaks_mb", "wrong", "missed")}
    return Ran(**(told | lists))


def code() -> str:
    """代码状态 The commit, with a plus sign where a file differs from it."""
    told = _git("rev-parse", "--short", "HEAD")
    return told + ("+" if told and _git("status", "--porcelain", "--untracked-files=no") else "") or "?"


def machine() -> str:
    """机器"""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {usable} cores, {memory:.0f} GB, Python {platform.python_version()}"


def _git(*words: str) -> str:
    try:
        told = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""
