"""增长 One audit, its crawl alone and the floor at portals of several sizes whose pages are alike: what a page costs, and what is held in memory.

A size at which these were raced with others already is not run again: those runs count.
"""

import argparse

from bench.performance import peers
from bench.performance.kept import Kept, Ran
from bench.performance.programs import AUDIT, FLOOR, LIVE, programs
from bench.performance.race import race

PART = "growth"
PROGRAMS = (AUDIT, LIVE, FLOOR)
_LONGEST = 4 * 3600.0
_SMALL, _MIDDLE = 2_000, 20_000  # up to these sizes: all rounds, and two at most; above, one


def grown(kept: Kept, words: argparse.Namespace) -> bool:
    """增长曲线"""
    chosen = [one for one in programs(words.peers, words.programs) if one.name in PROGRAMS]
    raced = {one.pages for one in _raced(kept) if one.code == kept.code and one.program == AUDIT}
    right = True
    for size in sorted(int(one) for one in words.sizes.split(",") if one):
        if size in raced:
            continue
        rounds = words.rounds if size <= _SMALL else min(words.rounds, 2) if size <= _MIDDLE else 1
        for ran in race(kept, PART, size, words.seed, rounds, chosen, _LONGEST):
            ours = ran.program == AUDIT
            right = right and not (ours and (ran.failed or ran.wrong or ran.missed))
    return right


def rows(kept: Kept) -> list[Ran]:
    """各规模的运行 With those of the races, where they are of the same state of the code."""
    found = [*kept.rows(PART), *_raced(kept)]
    newest = max(found, key=lambda one: one.at, default=None)
    return [one for one in found if newest is not None and one.code == newest.code]


def _raced(kept: Kept) -> list[Ran]:
    return [one for part in (peers.LARGE, peers.SMALL) for one in kept.rows(part) if one.program in PROGRAMS]
