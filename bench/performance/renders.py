"""渲染 So many pages drawn by one browser: pages a second and memory, hundred by hundred, as bench/renders.py measures them."""

import argparse

from bench.performance.kept import Kept
from bench.performance.told import by_module

PART = "renders"
COUNT, QUICK_COUNT = 500, 20


def rendered(kept: Kept, words: argparse.Namespace) -> bool:
    """渲染"""
    count = QUICK_COUNT if words.quick else COUNT
    return by_module(kept, PART, "bench.renders", [str(count)], count, words.seed)
