"""A program that keeps runs until it is killed: `python -m tests.storage.keeper URL ARCHIVE`.

It reads lines `NAME SEED STEPS SECONDS`, and for each forks a child that keeps runs named NAME-0, NAME-1 …,
lets it do STEPS steps and SECONDS more, kills it, and answers `killed`.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import alembic.command  # noqa: F401 - before the fork, so that a child spends its life keeping

from storage import open_store
from tests.storage import nouns

PAGES, BATCHES, VERDICTS = 8, 3, 20  # of one run
STEPS = 1 + BATCHES + 1  # begin, keep, finish


def keep_runs(url: str, archive: Path, name: str, seed: int, steps: int) -> None:
    """Writes one byte into `steps` after each step."""
    chance = random.Random(seed)
    with open_store(url, archive) as store:
        for number in range(10_000):
            run = store.begin_run(nouns.run(f"{name}-{number}"))
            os.write(steps, b".")
            for batch in range(BATCHES):
                pages = range(batch * PAGES, (batch + 1) * PAGES)
                store.keep(
                    [
                        (nouns.snapshot(page, run.id), chance.randbytes(chance.randrange(1, 40_000)))
                        for page in pages
                    ]
                )
                os.write(steps, b".")
            verdicts = [nouns.verdict(f"/{locus}/") for locus in range(VERDICTS)]
            findings = [nouns.finding(verdict, run.id) for verdict in verdicts]
            store.finish_run(run, verdicts, findings, [nouns.case(finding) for finding in findings])
            os.write(steps, b".")


def kill_one(url: str, archive: Path, name: str, seed: int, steps: int, seconds: float) -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            keep_runs(url, archive, name, seed, writer)
        finally:
            os._exit(1)
    os.close(writer)
    for _ in range(steps):
        assert os.read(reader, 1), "the keeper ended by itself"
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)


if __name__ == "__main__":
    for line in sys.stdin:
        name, seed, steps, seconds = line.split()
        kill_one(sys.argv[1], Path(sys.argv[2]), name, int(seed), int(steps), float(seconds))
        print("killed", flush=True)
