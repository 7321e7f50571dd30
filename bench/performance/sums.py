"""汇总 Medians of what was kept, and ratios pair by pair: a run of ours against the other program's run of the same round."""

from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

from bench.performance.kept import Ran

Value = Callable[[Ran], float]


class Ratio(NamedTuple):
    """比值 Of pairs: the median, the least and the greatest."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{_short(self.middle)} ({_short(self.least)}–{_short(self.most)})"


def of(rows: Iterable[Ran], program: str, pages: int | None = None) -> list[Ran]:
    """某程序的各次运行 Those that count."""
    return [
        one
        for one in rows
        if one.program == program and not one.failed and (pages is None or one.pages == pages)
    ]


def middle(rows: list[Ran], value: Value) -> float | None:
    """中位数"""
    return median(map(value, rows)) if rows else None


def ratio(rows: Iterable[Ran], one: str, other: str, value: Value) -> Ratio | None:
    """比值 `one` ÷ `other`, round by round. None without a pair."""
    rows = list(rows)
    theirs = {(ran.pages, ran.round): value(ran) for ran in of(rows, other)}
    pairs = [
        value(ran) / theirs[ran.pages, ran.round]
        for ran in of(rows, one)
        if theirs.get((ran.pages, ran.round))
    ]
    return Ratio(median(pairs), min(pairs), max(pairs)) if pairs else None


def speed(ran: Ran) -> float:
    """页/秒"""
    return ran.pages_per_second


def cpu(ran: Ran) -> float:
    """每千页 CPU 秒"""
    return ran.cpu_seconds / ran.got * 1000 if ran.got else 0.0


def a_page(ran: Ran) -> float:
    """每页毫秒 By the clock."""
    return ran.seconds / ran.got * 1000 if ran.got else 0.0


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
