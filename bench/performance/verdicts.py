"""先判 What share of a full crawl's requests decides the verdicts of freshness, required columns and empty ones, as bench/verdict_first.py measures it."""

import argparse

from bench.performance.kept import Kept
from bench.performance.told import by_module

PART = "verdict-first"


def compared(kept: Kept, words: argparse.Namespace) -> bool:
    """比较"""
    return by_module(kept, PART, "bench.verdict_first", [], 0, words.seed)
