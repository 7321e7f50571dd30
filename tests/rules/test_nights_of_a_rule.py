"""How many nights a rule asks for, and how many days a pack gives: an overlay may say so, within reason."""

from pathlib import Path

import pytest

import checks
from model import Fault, RulePack
from rules import load_pack, packs

PARAMS = checks.params_of(checks.ALL)
BASE = """\
id: county/base
title: 某县指标
version: "1"
document: 某政办〔2026〕1号
level: county
effective_from: 2026-01-01
mend_days: 10
sections: [{id: A, title: 信息发布}]
rules:
  - id: CB-A-01
    section: A
    title: 动态栏目每月更新
    basis: [{document: 某政办〔2026〕1号, clause: 第三条, grade: S}]
    check: stale_column
    params: {period: P1M}
    severity: deduct
    nights: 3
"""
OVERLAY = """\
id: county/overlay
title: 某镇加严
version: "1"
document: 某镇〔2026〕2号
level: township
effective_from: 2026-01-01
extends: base.yaml
"""


def laid(folder: Path, more: str = "") -> RulePack:
    (folder / "base.yaml").write_text(BASE, "utf-8")
    path = folder / "overlay.yaml"
    path.write_text(OVERLAY + more, "utf-8")
    return load_pack(path, PARAMS)


def override(line: str, *, cited: bool = False) -> str:
    basis = "\n    basis: [{document: 某镇〔2026〕2号, clause: 一, grade: S}]" if cited else ""
    return f"overrides:\n  - id: CB-A-01\n    {line}{basis}\n"


@pytest.mark.parametrize(
    ("more", "nights", "mend_days"),
    [
        ("", 3, 10),
        (override("nights: 5"), 5, 10),
        (override("nights: 1", cited=True), 1, 10),
        ("mend_days: 4\n", 3, 4),
        ("mend_days:\n", 3, None),
    ],
)
def test_an_overlay_inherits_or_changes_them(
    tmp_path: Path, more: str, nights: int, mend_days: int | None
) -> None:
    pack = laid(tmp_path, more)
    assert (pack.rule("CB-A-01").nights, pack.mend_days) == (nights, mend_days)


@pytest.mark.parametrize(
    ("more", "message_id"),
    [
        (override("nights: 2"), "fault.pack_override_uncited"),  # accuses sooner: who says so?
        (override("nights: 0"), "fault.pack_"),
        (override("nights: 31"), "fault.pack_"),
        ("mend_days: 0\n", "fault.pack_"),
    ],
)
def test_what_is_out_of_reason_is_refused(tmp_path: Path, more: str, message_id: str) -> None:
    with pytest.raises(Fault) as told:
        laid(tmp_path, more)
    assert told.value.message_id.startswith(message_id) and told.value.exit_code == 3


def test_bundled_packs_accuse_at_once_and_set_no_day() -> None:
    """No document that was read asks for several nights, and none sets a number of days for the country."""
    for card in packs():
        pack = load_pack(card.id, PARAMS)
        assert {rule.nights for rule in pack.rules} == {1} and pack.mend_days is None, card.id
