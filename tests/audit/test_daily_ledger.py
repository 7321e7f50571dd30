"""日常台账: points entered during the year count in their own item, within what it may lose (塔城2020: 核减或核加相应分数)."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audit.score import score
from model import Adjustment
from tests.audit.marking import BANDS, load, verdicts

SECTIONS = [{"id": "A", "points": 60}, {"id": "B", "points": 40}]
RULES: list[dict[str, Any]] = [
    {"id": "T-A-01", "section": "A", "worth": 60, "points": 5},
    {"id": "T-B-01", "section": "B", "worth": 40, "points": 10},
]
MODE = {"mode": "points", "band_on": "integer", "bands": BANDS, "daily_ledger": True}


def entry(rule_id: str, points: str, on: str = "2020-06-01") -> Adjustment:
    return Adjustment(rule_id=rule_id, points=Decimal(points), on=date.fromisoformat(on), reason="日常检查")


@pytest.mark.parametrize(
    ("entered", "left"),
    [
        ([], "90"),
        ([entry("T-A-01", "-0.5")], "89.5"),
        ([entry("T-A-01", "-2"), entry("T-A-01", "-1")], "87"),
        ([entry("T-B-01", "4")], "94"),  # added back to the item that lost ten
        ([entry("T-B-01", "50")], "100"),  # gains no more than it lost
        ([entry("T-A-01", "7")], "90"),  # an item that lost nothing gains nothing
        ([entry("T-A-01", "-500")], "30"),  # loses no more than it is worth
        ([entry("T-A-01", "-3", on="2021-01-01")], "90"),  # entered after the day
        ([entry("T-X-01", "-3")], "90"),  # of an item the pack does not have
    ],
)
def test_entries_count_in_their_own_item(tmp_path: Path, entered: list[Adjustment], left: str) -> None:
    pack = load(tmp_path, MODE, SECTIONS, RULES)
    found = score(pack, verdicts(pack, T_B_01="f"), date(2020, 12, 31), entered=entered)
    assert (found.low, found.high) == (Decimal(left), Decimal(left))
    counted = [one for one in entered if one.on.year == 2020]
    assert ("daily" in [step.name for step in found.steps]) == bool(counted)


def test_89_5_is_graded_as_90(tmp_path: Path) -> None:
    pack = load(tmp_path, MODE, SECTIONS, RULES)
    found = score(pack, verdicts(pack, T_B_01="f"), entered=[entry("T-A-01", "-0.5")])
    assert (found.high, found.graded_high, found.band) == (Decimal("89.5"), Decimal(90), "优秀")


def test_a_pack_without_a_ledger_ignores_entries(tmp_path: Path) -> None:
    pack = load(tmp_path, {"mode": "points", "bands": BANDS}, SECTIONS, RULES)
    assert score(pack, verdicts(pack), entered=[entry("T-A-01", "-5")]).low == Decimal(100)


def test_entries_move_both_ends_of_a_range(tmp_path: Path) -> None:
    pack = load(tmp_path, MODE, SECTIONS, RULES)
    found = score(pack, verdicts(pack, T_B_01="?"), entered=[entry("T-B-01", "-35")])
    assert (found.low, found.high) == (Decimal(60), Decimal(65))
