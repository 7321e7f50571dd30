"""Packs that are nothing but a scoring scheme, and verdicts by hand to be scored under them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import checks
import rules
from model import Outcome, RulePack, Verdict

PARAMS = checks.params_of(checks.ALL)
CITED = [{"document": "某政办〔2020〕1号", "clause": "附件", "grade": "S"}]
BANDS = [
    {"name": "优秀", "at_least": 90},
    {"name": "良好", "at_least": 80},
    {"name": "合格", "at_least": 60},
    {"name": "不合格", "at_least": 0},
]
PASS_AT_60 = [BANDS[2], BANDS[3]]
P, F, U, NA = Outcome.PASS, Outcome.FAIL, Outcome.UNSURE, Outcome.NOT_APPLICABLE


def fields(
    scoring: dict[str, Any], sections: list[dict[str, Any]], entries: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """What the file of a pack says; rules are filled up with what does not matter to the score."""
    filled = [
        {"title": entry["id"], "basis": CITED, "check": "stale_column", "params": {"period": "P14D"},
         "severity": "deduct"} | entry
        for entry in entries
    ]  # fmt: skip
    return {
        "id": "county/scheme", "title": "计分", "version": "1", "document": "某政办〔2020〕1号", "level": "county",
        "effective_from": "2019-01-01", "scoring": scoring, "rules": filled,
        "sections": [{"title": section["id"]} | section for section in sections],
    } | more  # fmt: skip


def load(folder: Path, *parts: Any, **more: Any) -> RulePack:
    """The pack as the loader takes it from a file."""
    path = folder / "scheme.yaml"
    path.write_text(json.dumps(fields(*parts, **more), ensure_ascii=False, indent=1), "utf-8")
    return rules.load_pack(path, PARAMS)


def verdict(pack: RulePack, rule_id: str, outcome: Outcome, place: int = 0, credit: str = "") -> Verdict:
    rule = pack.rule(rule_id)
    return Verdict(
        rule_id=rule_id, check=rule.check, section=rule.section, severity=rule.severity, locus=f"/{place}/",
        outcome=outcome, message_id="x", params={"credit": credit} if credit else {}, preview=rule.preview,
    )  # fmt: skip


def verdicts(pack: RulePack, **outcomes: str) -> list[Verdict]:
    """By rule (`T_A_01="fp?-"`): f fail, p pass, ? unsure, - not applicable. Rules not named pass."""
    letters = {"f": F, "p": P, "?": U, "-": NA}
    return [
        verdict(pack, rule.id, letters[letter], place)
        for rule in pack.rules
        for place, letter in enumerate(outcomes.get(rule.id.replace("-", "_"), "p"))
    ]


def ends(score: Any) -> tuple[Decimal, Decimal]:
    return score.low, score.high
