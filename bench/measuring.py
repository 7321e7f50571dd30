"""量一个程序 Runs a program and tells what it cost: `python -m bench.measuring SECONDS OUT PROGRAM ARGS…` prints JSON.

A process of its own and a small one: where a large one starts a program, the system counts its memory as the program's.
"""

import json
import os
import subprocess
import sys
import threading
import time


def main(most_seconds: float, out: str, words: list[str]) -> None:
    with open(out, "wb") as told:  # noqa: PTH123 - pathlib is not small
        began = time.perf_counter()
        process = subprocess.Popen(words, stdout=told, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        watch = threading.Timer(most_seconds, process.kill)
        watch.daemon = True
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        watch.cancel()
        seconds = time.perf_counter() - began
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    print(json.dumps([seconds, usage.ru_utime + usage.ru_stime, kilobytes / 1024, code]))


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
