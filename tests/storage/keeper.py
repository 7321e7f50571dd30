"""A program that keeps runs until it is killed: `python keeper.py REPO URL ARCHIVE NAME SEED`."""

import random
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from storage import open_store
from tests.storage import nouns

PAGES, BATCHES, VERDICTS = 12, 4, 40  # of one run


def keep_runs(url: str, archive: Path, name: str, seed: int) -> None:
    chance = random.Random(seed)
    print("ready", flush=True)
    with open_store(url, archive) as store:
        for number in range(10_000):
            run = store.begin_run(nouns.run(f"{name}-{number}"))
            for batch in range(BATCHES):
                store.keep(
                    [
                        (
                            nouns.snapshot(batch * PAGES + page, run.id),
                            chance.randbytes(chance.randrange(1, 60_000)),
                        )
                        for page in range(PAGES)
                    ]
                )
            verdicts = [nouns.verdict(f"/{locus}/") for locus in range(VERDICTS)]
            findings = [nouns.finding(verdict, run.id) for verdict in verdicts]
            store.finish_run(run, verdicts, findings, [nouns.case(finding) for finding in findings])


if __name__ == "__main__":
    keep_runs(sys.argv[2], Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
