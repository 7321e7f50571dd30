"""The loop of a process ends with whatever its one coroutine ends with, also before there is one."""

import subprocess
import sys

SCRIPT = """
from crawler import run_loop

def main():
    raise ValueError("nothing to run")

try:
    run_loop(main)
except ValueError as fault:
    print(fault)
"""


def test_a_fault_before_the_first_step_ends_the_loop() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=True
    )
    assert told.stdout.strip() == "nothing to run"
