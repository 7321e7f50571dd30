"""The measure of judging counts what a check yields, and shows how its cost grows."""

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bench.judging import Judged, _timed, growth_lines, judged_lines
from model import CheckModule, Hit, Params, Subject


def figures(pages: int, seconds: float, crashed: int = 0) -> Judged:
    return Judged(
        pages=pages, columns=3, rows=60, links=9, rules=40, verdicts=500, crashed=crashed, seconds=seconds,
        by_pack={"a": seconds}, by_check={"stale_column": seconds}, read_mb=100, peak_mb=120,
    )  # fmt: skip


def test_growth_is_told_as_ratios_of_pages_and_seconds() -> None:
    lines = list(growth_lines([100, 200], lambda size: figures(size, size / 50)))
    assert "×" not in lines[1]
    assert lines[2].endswith("×2.00  ×2.00")


def test_crashes_are_not_hidden_by_good_figures() -> None:
    assert not any("crashed" in line for line in judged_lines(figures(100, 2.0)))
    lines = "\n".join(judged_lines(figures(100, 2.0, crashed=3)))
    assert "crashed      3" in lines and "250 subjects/s" in lines


def check(judge: Any) -> CheckModule:
    parts = {
        "SUBJECT": Subject.OBSERVATION,
        "NEEDS": frozenset(),
        "Params": Params,
        "ITEMWISE": True,
        "judge": judge,
    }
    return cast(CheckModule, SimpleNamespace(**parts))


def test_a_timed_check_answers_as_the_check_itself() -> None:
    spent: Counter[str] = Counter()

    def judge(subject: Any, params: Any, moment: Any) -> Any:
        yield Hit(message_id="x.hit", locus=str(sum(range(200_000))))

    moment: Any = None
    timed = _timed("x", check(judge), spent)
    assert [one.message_id for one in timed.judge(None, None, moment) if isinstance(one, Hit)] == ["x.hit"]
    assert spent["x"] > 0
    assert getattr(timed, "ITEMWISE", False)


def test_a_timed_check_that_crashes_crashes() -> None:
    spent: Counter[str] = Counter()

    def judge(subject: Any, params: Any, moment: Any) -> Any:
        raise ZeroDivisionError
        yield

    moment: Any = None
    with pytest.raises(ZeroDivisionError):
        _timed("x", check(judge), spent).judge(None, None, moment)
    assert "x" in spent
