"""量一个程序 Runs a program and tells what it cost: `python -m bench.measuring SECONDS OUT PROGRAM ARGS…` prints JSON.

A process of its own and a small one: where a large one starts a program, the system counts its memory as the program's.
On Linux the program's processes are looked at ten times a second, for the peak of each, the most of all together, and their CPU.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

EVERY = 0.1  # seconds between two looks
TICKS = os.sysconf("SC_CLK_TCK")


class Watched:
    """所见 By process: its peak in kB and its CPU seconds; `together`: the most that all of them held at one look."""

    def __init__(self, pid: int) -> None:
        self.peaks: dict[int, int] = {}
        self.spent: dict[int, float] = {}
        self.together = 0
        self._pid, self._ended = pid, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join(5)

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            held = 0
            for pid in _family(self._pid):
                now, peak = _memory(pid)
                held += now
                self.spent[pid] = max(_cpu_seconds(pid), self.spent.get(pid, 0.0))
                if peak:
                    self.peaks[pid] = max(peak, self.peaks.get(pid, 0))
            self.together = max(self.together, held)


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for task in os.listdir(f"/proc/{one}/task"):  # noqa: PTH208 - pathlib is not small
                with open(f"/proc/{one}/task/{task}/children") as told:  # noqa: PTH123
                    found += map(int, told.read().split())
        except OSError:
            continue
    return found


def _memory(pid: int) -> tuple[int, int]:
    """What it holds now and its peak, in kB; zeros when it has ended or the system does not tell."""
    now = peak = 0
    try:
        with open(f"/proc/{pid}/status") as told:  # noqa: PTH123
            for line in told:
                if line.startswith("VmHWM:"):
                    peak = int(line.split()[1])
                elif line.startswith("VmRSS:"):
                    now = int(line.split()[1])
    except OSError:
        return 0, 0
    return now, peak


def _cpu_seconds(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/stat") as told:  # noqa: PTH123
            user, system = told.read().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return (int(user) + int(system)) / TICKS


def main(most_seconds: float, out: str, words: list[str]) -> None:
    # its own session, so that what it has started ends with it
    with open(out, "wb") as told:  # noqa: PTH123
        began = time.perf_counter()
        process = subprocess.Popen(
            words, stdout=told, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True
        )
        watch = threading.Timer(most_seconds, _end, (process.pid,))
        watch.daemon = True
        watch.start()
        seen = Watched(process.pid)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            _end(process.pid)
            raise
        watch.cancel()
        seconds = time.perf_counter() - began
        seen.end()
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    peaks = sorted((peak / 1024 for peak in seen.peaks.values()), reverse=True)
    told_peak = kilobytes / 1024
    together = max(seen.together / 1024, told_peak)
    # a process that its parent did not wait for is not in the system's sum, one that lived between two looks not in ours
    spent = max(usage.ru_utime + usage.ru_stime, sum(seen.spent.values()))
    print(json.dumps([seconds, spent, told_peak, code, peaks or [told_peak], together]))


def _end(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
