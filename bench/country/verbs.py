"""命令 The program's own verbs, called as a person or a service would, in the country's world of names."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
MARK = "DUWANG_COUNTRY"  # in the environment of every process of a run: by it they are known, and no others
_NAMES = Path(__file__).parent / "names"


@dataclass(frozen=True)
class World:
    """环境 What every process of one run is told. `mark` is the run's own; `control` a web address that answers."""

    mark: str
    database: str
    archive: Path
    control: str
    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    def environment(self, name: str, **more: str) -> dict[str, str]:
        """环境变量 For the process called `name`: the visitor's name in the country's log."""
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(_NAMES), str(ROOT))),
            "PYTHONUTF8": "1",
            MARK: self.mark,
            "DUWANG_DB": self.database,
            "DUWANG_ARCHIVE": str(self.archive),
            "DUWANG_CONTACT": name,
            "DUWANG_CONTROL": self.control,
            "DUWANG_LANG": "en",
            **self.more,
            **more,
        }


def words(*verb: str) -> list[str]:
    """命令行"""
    return [sys.executable, "-m", "cli", *verb]


def called(world: World, *verb: str, codes: tuple[int, ...] = (0,)) -> str:
    """调用 Runs a verb to its end and gives what it printed. RuntimeError when it ended otherwise than by `codes`."""
    told = subprocess.run(
        words(*verb),
        cwd=world.folder,
        env=world.environment("driver"),
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode not in codes:
        raise RuntimeError(
            f"duwang {' '.join(verb)} ended with {told.returncode}: {(told.stderr or told.stdout).strip()[-1500:]}"
        )
    return told.stdout


def status(world: World) -> dict[str, Any]:
    """现状 As `duwang status --json` tells it."""
    found: dict[str, Any] = json.loads(called(world, "status", "--json", codes=(0, 1, 2)))
    return found
