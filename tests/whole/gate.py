"""Running the gate as a person would: a process, its output and its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def duwang(*words: str, cwd: Path, seconds: int = 110, **env: str) -> Said:
    """Run `duwang WORDS` in `cwd`. A traceback anywhere is a failure of ours, whatever the test asks about."""
    answer = subprocess.run(
        [sys.executable, "-m", "cli", *words], cwd=cwd, env=environment(env), timeout=seconds, check=False,
        capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said = Said(answer.returncode, answer.stdout, answer.stderr)
    assert "Traceback" not in said.out + said.err, said
    return said


def environment(more: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DUWANG_")}
    return kept | {"PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])} | more
