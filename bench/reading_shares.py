"""阅读分摊 Which module of `reading/` the time goes to, by looking every few milliseconds at what runs."""

import signal
from collections import Counter
from pathlib import Path
from types import FrameType

import reading
from bench.reading_speed import Stored
from reading import read
from rules import column_directory

_ROOT = str(Path(reading.__file__).parent) + "/"
_EVERY = 0.001  # seconds of CPU; the kernel's clock may make it four times that
_ENOUGH, _MOST_ROUNDS = 1500, 8
_TOOLS = frozenset({"tree"})  # its time is that of the reader that uses it


def shares(pages: list[Stored]) -> dict[str, float]:
    """分摊 Share of CPU time by reader, largest first. Nothing on systems without interval timers."""
    if not hasattr(signal, "setitimer"):
        return {}
    seen: Counter[str] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        seen[_reader(frame)] += 1

    directory = column_directory()
    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        for _ in range(_MOST_ROUNDS):
            for snapshot, body, site in pages:
                read(snapshot, body, site, directory)
            if seen.total() >= _ENOUGH:
                break
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return {name: count / seen.total() for name, count in seen.most_common()}


def _reader(frame: FrameType | None) -> str:
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(_ROOT):
            module = code.co_filename.removeprefix(_ROOT).removesuffix(".py")
            if code.co_name in ("parse", "_tree", "_repaired"):
                return "parse"
            if module not in _TOOLS:
                return module
        frame = frame.f_back
    return "other"
