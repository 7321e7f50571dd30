"""置信区间 How many sites of a finite frame may fail, told from how many of a draw do: exact, by the hypergeometric distribution."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

CONFIDENCE = Decimal("0.95")


class Failing(NamedTuple):
    """不合格网站数 Of all sites of the frame, from `low` to `high`, both included."""

    low: int
    high: int


def failing(
    sites: int, size: int, failed: int, undecided: int = 0, confidence: Decimal = CONFIDENCE
) -> Failing:
    """置信区间 All numbers K of failing sites among `sites` that two one-sided tests, each at (1 − confidence) ÷ 2, do not refute when
    `failed` of `size` drawn ones fail.

    Of those `undecided` nobody knows: the lower end is reckoned as if none of them failed, the upper as if all did. Takes the
    draw as a simple random one. Raises ValueError for numbers that cannot be.
    """
    if not 0 <= failed <= failed + undecided <= size <= sites or not 0 < confidence < 1:
        raise ValueError(f"{failed} and {undecided} of {size} of {sites} at {confidence}")
    tail = (1 - Fraction(confidence)) / 2
    most = failed + undecided
    low = _first(failed, sites - size + failed, lambda all_: _at_least(sites, size, failed, all_) > tail)
    high = _last(most, sites - size + most, lambda all_: _at_most(sites, size, most, all_) > tail)
    return Failing(low, high)


def _at_most(sites: int, size: int, seen: int, all_: int) -> Fraction:
    """The chance that at most `seen` of the drawn ones fail when `all_` of the sites do."""
    first = max(0, size - (sites - all_))
    if seen < first:
        return Fraction(0)
    term = total = math.comb(all_, first) * math.comb(sites - all_, size - first)
    for count in range(first, min(seen, all_, size)):
        term = term * (all_ - count) * (size - count) // ((count + 1) * (sites - all_ - size + count + 1))
        total += term
    return Fraction(total, math.comb(sites, size))


def _at_least(sites: int, size: int, seen: int, all_: int) -> Fraction:
    return 1 - _at_most(sites, size, seen - 1, all_)


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The lowest number that holds; whatever follows one that holds does, and `high` does."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _last(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The highest number that holds; whatever goes before one that holds does, and `low` does."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
