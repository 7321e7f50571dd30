"""同场比较 An audit, its crawl alone, and other programs, in turn over one portal: all at a large one, the slow ones at a small one too.

A slow program is stopped at the large portal after a while, and counts by what it has asked for until then. That is in its
favour: such programs slow down as a site grows. The fastest of those that follow links is heard to its end.
"""

import argparse

from bench.performance.kept import Kept, Ran
from bench.performance.programs import AUDIT, BARE, FLOOR, LIVE, Program, programs
from bench.performance.race import race

LARGE, SMALL = "peers", "slow-peers"


def large(kept: Kept, words: argparse.Namespace) -> bool:
    """大网站"""
    chosen = programs(words.peers, words.programs)
    found = race(kept, LARGE, words.pages, words.seed, words.rounds, chosen, words.longest, words.cut)
    return _right(found, chosen)


def small(kept: Kept, words: argparse.Namespace) -> bool:
    """小网站 The slow ones, with ours in turn there too, and the floor."""
    chosen = [
        one
        for one in programs(words.peers, words.programs)
        if one.slow or one.name in (AUDIT, LIVE, BARE, FLOOR)
    ]
    if not any(one.slow for one in chosen):
        return True
    return _right(
        race(kept, SMALL, words.slow_pages, words.seed, words.rounds, chosen, words.longest), chosen
    )


def _right(found: list[Ran], chosen: list[Program]) -> bool:
    """Whether every run of ours found each planted dead target and no other; the crawl alone tells those that a status tells."""
    own = {one.name for one in chosen if one.own}
    return not any(
        one.failed or one.wrong or (one.program == AUDIT and one.missed)
        for one in found
        if one.program in own
    )
