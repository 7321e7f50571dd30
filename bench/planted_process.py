"""植样服务 The planted portal in a process of its own, so that serving it is not measured with whoever looks at it."""

import json
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fixtures.planted import Truth


class Planted(NamedTuple):
    """一行真值 As the truth file tells it."""

    mark: str
    url: str
    kind: str
    truth: Truth
    browser: bool
    parents: tuple[str, ...]


class PlantedProcess:
    """服务进程 `home` is its address, `planted` what stands on its pages."""

    def __init__(self, process: "subprocess.Popen[str]", truth: Path) -> None:
        self._process = process
        self.home = self._line()
        self.planted = tuple(_row(line) for line in truth.read_text("utf-8").splitlines())

    def requests(self) -> dict[str, int]:
        """请求数 By method, since the last `reset`."""
        told: dict[str, int] = json.loads(self._answer("requests"))
        return told

    def reset(self) -> None:
        """重来"""
        self._answer("reset")

    def _answer(self, word: str) -> str:
        print(word, file=self._process.stdin, flush=True)
        return self._line()

    def _line(self) -> str:
        line = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not line:
            raise RuntimeError("the process that serves the planted portal has ended")
        return line


@contextmanager
def planted(pages: int, seed: int, folder: Path, without: Collection[str] = ()) -> Iterator[PlantedProcess]:
    """起服务 For as long as the block runs; the truth file is written into `folder`."""
    truth = folder / "truth.jsonl"
    words = [sys.executable, "-m", "fixtures.planted", "--pages", str(pages), "--seed", str(seed), "--truth", str(truth),
             "--without", ",".join(sorted(without)), "--control"]  # fmt: skip
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield PlantedProcess(process, truth)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=10)


def _row(line: str) -> Planted:
    told = json.loads(line)
    return Planted(
        told["mark"], told["url"], told["kind"], Truth(told["truth"]), told["browser"], tuple(told["parents"])
    )
