"""Running the gate as a person would: a process, its output and its exit code."""

import json
import os
import subprocess
import sys
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.whole.nursery import Nursery


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def duwang(
    *words: str, cwd: Path, seconds: int = 110, alone: bool = False, stop_at: str | None = None, **env: str
) -> Said:
    """Run `duwang WORDS` in `cwd`. A traceback anywhere is a failure of ours, whatever the test asks about.

    `alone`: an interpreter of its own, with another order of its sets, instead of a child of the nursery.
    `stop_at`: stop it, as by Ctrl-C, as soon as it has said that.
    """
    run = _alone if alone else partial(_nursery().run, stop_at=stop_at)
    try:
        said = Said(*run(words, cwd, environment(env), seconds))
    except BaseException:  # whoever broke off in the middle leaves half an answer behind
        _nursery.cache_clear()
        raise
    assert "Traceback" not in said.out + said.err, said
    return said


def _alone(words: tuple[str, ...], cwd: Path, env: dict[str, str], seconds: int) -> tuple[int, str, str]:
    answer = subprocess.run(
        [sys.executable, "-m", "cli", *words], cwd=cwd, env=env, timeout=seconds, check=False,
        capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return answer.returncode, answer.stdout, answer.stderr


@cache
def _nursery() -> Nursery:
    return Nursery()


def environment(more: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DUWANG_")}
    # what pages of real sites link to is no business of a test: those that serve their own other sites say so
    return (
        kept
        | {"DUWANG_EXTERNAL": "0", "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
        | more
    )
