"""重判 A stored crawl judged again by the verb a person types: under one pack, and under five."""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.auditing import Cost, audit_words, budget, measured
from bench.origin import origin
from bench.performance.kept import Kept, Ran, costing
from rules import packs

PART = "rejudge"
FIVE = 5


def rejudged(kept: Kept, words: argparse.Namespace) -> bool:
    """重判 One crawl, then in turn one pack and five. Nothing is asked of a network."""
    pages, seed = words.pages, words.seed
    wanted = [
        (number, count)
        for number in range(words.rounds)
        for count in (1, FIVE)
        if not kept.has(PART, pages, seed, number, _name(count))
    ]
    print(f"\n{PART}: {pages} pages")
    if wanted:
        with (
            origin(pages, seed) as served,
            tempfile.TemporaryDirectory(prefix="duwang-bench-") as name,
        ):
            folder = Path(name)
            made = measured(audit_words(served.home, folder, budget(served.truth.pages)), folder)
            if made.code not in (0, 2):
                raise RuntimeError(f"the audit ended with exit code {made.code}")
            for number, count in wanted:
                kept.add(_once(folder, pages, seed, number, count, served.truth.pages))
    right = True
    for number in range(words.rounds):
        for count in (1, FIVE):
            ran = kept.has(PART, pages, seed, number, _name(count))
            if ran is None:
                continue
            right = right and not ran.failed
            print(
                f"  round {number + 1}  {ran.program:<8} {ran.seconds:6.1f} s  {ran.cpu_seconds:6.1f} CPU s  {ran.peak_mb:5.0f} MB  {ran.failed or ''}",
                flush=True,
            )
    return right


def _once(folder: Path, pages: int, seed: int, number: int, count: int, there: int) -> Ran:
    names = _packs(count)
    cost = _judge(folder, names)
    failed = f"exit code {cost.code}" if cost.code not in (0, 2) else None
    return Ran(
        PART, pages, seed, number, _name(count), there=there, got=there, failed=failed,
        told={"packs": names}, **costing(cost),
    )  # fmt: skip


def _judge(folder: Path, names: list[str]) -> Cost:
    packed = [word for name in names for word in ("--pack", name)]
    words = [sys.executable, "-m", "cli", "judge", "--db", f"sqlite:///{(folder / 'bench.sqlite3').as_posix()}", "--json",
             "--out", str(folder / "judged"), *packed]  # fmt: skip
    return measured(words, folder)


def _packs(count: int) -> list[str]:
    """The national pack first, then others that come with duwang, in their order."""
    found = [card.id for card in packs()]
    return sorted(found, key=lambda one: (not one.startswith("national"), found.index(one)))[:count]


def _name(count: int) -> str:
    return "one pack" if count == 1 else f"{count} packs"
