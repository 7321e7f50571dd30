"""A scoring scheme that does not hold together is refused with file, line, entry, field and the way to mend it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import rules
from audit.score import score
from model import (
    Band,
    BandOn,
    Blend,
    BlendPart,
    Bonus,
    CapAt,
    Fault,
    Ladder,
    LadderBy,
    LadderStep,
    NotApplicable,
    ScoringMode,
)
from report.messages import Messages
from tests.audit.marking import BANDS, CITED, PARAMS, fields, verdicts

A, B = {"id": "A"}, {"id": "B"}
RULE = {"id": "S-A-01", "section": "A", "points": 5, "worth": 10}
WEIGHED = RULE | {"weight": 1}
LADDER = {"id": "S-A-01", "section": "A", "worth": 10}


def steps(*pairs: tuple[Any, Any], by: str = "count") -> dict[str, Any]:
    return {
        "by": by,
        "steps": [{"keeps": keeps} | ({} if most is None else {"at_most": most}) for most, keeps in pairs],
    }


def blend(audit: Any, *others: tuple[str, Any]) -> dict[str, Any]:
    return {
        "audit": audit,
        "others": [{"id": name, "title": name, "weight": weight} for name, weight in others],
    }


def refused(folder: Path, scoring: Any, sections: Any, entries: Any, **more: Any) -> Fault:
    path = folder / "scheme.yaml"
    path.write_text(
        json.dumps(fields(scoring, sections, entries, **more), ensure_ascii=False, indent=1), "utf-8"
    )
    with pytest.raises(Fault) as found:
        rules.load_pack(path, PARAMS)
    fault = found.value
    assert (fault.exit_code, fault.params["file"]) == (3, str(path))
    for language in ("zh_CN", "en"):
        sentence = Messages(language).text(fault.message_id, **fault.params)
        assert str(path) in sentence and "{" not in sentence
    return fault


REFUSED: list[tuple[str, Any, Any, Any, str, str, str]] = [
    ("unknown mode", {"mode": "stars"}, [A], [RULE], "not_allowed", "county/scheme", "scoring.mode"),
    ("misspelt field", {"mod": "points"}, [A], [RULE], "unknown_field", "county/scheme", "scoring.mod"),
    ("item without worth", {"mode": "points"}, [A], [RULE | {"worth": None}], "lacks_for_mode", "S-A-01", "worth"),
    ("ratio without worth", {"mode": "ratio"}, [A], [RULE | {"worth": None}], "lacks_for_mode", "S-A-01", "worth"),
    ("rule without weight", {"mode": "weights"}, [A | {"weight": 1}], [RULE], "lacks_for_mode", "S-A-01", "weight"),
    ("section without weight", {"mode": "weights"}, [A], [WEIGHED], "lacks_for_mode", "A", "weight"),
    ("weight elsewhere", {"mode": "points"}, [A], [WEIGHED], "foreign_to_mode", "S-A-01", "weight"),
    ("section weight elsewhere", {}, [A | {"weight": 1}], [RULE], "foreign_to_mode", "A", "weight"),
    ("section points in ratio", {"mode": "ratio"}, [A | {"points": 9}], [RULE], "foreign_to_mode", "A", "points"),
    ("uncapped in ratio", {"mode": "ratio"}, [A], [RULE | {"uncapped": "true"}], "foreign_to_mode", "S-A-01", "uncapped"),
    ("cap at top in points", {"mode": "points", "cap_at": "top"}, [A], [RULE], "foreign_to_mode", "county/scheme", "cap_at"),
    ("weights over one", {"mode": "weights"}, [A | {"weight": "0.7"}, B | {"weight": "0.4"}], [WEIGHED], "sum_over", "county/scheme", "base"),
    ("weights inside over one", {"mode": "weights"}, [A | {"weight": 1}], [WEIGHED, WEIGHED | {"id": "S-A-02", "weight": "0.1"}],
     "sum_over", "A", "weight"),
    ("items over their section", {"mode": "points"}, [A | {"points": 9}], [RULE], "sum_over", "A", "points"),
    ("items over the full mark", {"mode": "points", "base": 9}, [A], [RULE], "sum_over", "county/scheme", "base"),
    ("points to spread unknown", {"not_applicable": "redistribute"}, [A], [RULE], "lacks_for_mode", "A", "points"),
    ("points to spread over base", {"not_applicable": "redistribute"}, [A | {"points": 101}], [RULE], "sum_over", "county/scheme", "base"),
    ("within what is not there", {}, [A | {"within": "Z"}], [RULE], "unknown_within", "A", "within"),
    ("within each other", {}, [A | {"within": "B"}, B | {"within": "A"}], [RULE], "within_cycle", "A", "within"),
    ("ladder and points", {}, [A], [LADDER | {"points": 1, "ladder": steps((0, 1), (None, 0))}], "one_of_two", "S-A-01", "ladder"),
    ("ladder of unknown worth", {}, [A], [LADDER | {"worth": None, "ladder": steps((0, 1), (None, 0))}], "missing_field", "S-A-01", "worth"),
    ("ladder without end", {}, [A], [LADDER | {"ladder": steps((0, 1), (5, 0))}], "ladder_broken", "S-A-01", "ladder.steps"),
    ("ladder that falls back", {}, [A], [LADDER | {"ladder": steps((0, "0.5"), (None, 1))}], "ladder_broken", "S-A-01", "ladder.steps"),
    ("ladder out of order", {}, [A], [LADDER | {"ladder": steps((5, 1), (2, "0.5"), (None, 0))}], "ladder_broken", "S-A-01", "ladder.steps"),
    ("ladder of one step", {}, [A], [LADDER | {"ladder": steps((None, 0))}], "ladder_broken", "S-A-01", "ladder.steps"),
    ("ladder in percent", {}, [A], [LADDER | {"ladder": steps((10, 1), (None, 0), by="share")}], "bad_value", "S-A-01", "ladder.steps.0.at_most"),
    ("keeps in percent", {}, [A], [LADDER | {"ladder": steps((0, 100), (None, 0))}], "bad_value", "S-A-01", "ladder.steps.0.keeps"),
    ("credit in percent", {"credit": {"explanatory_note": 80}}, [A], [RULE], "bad_value", "county/scheme", "scoring.credit.explanatory_note"),
    ("credit of a rule", {}, [A], [RULE | {"credit": {"explanatory_note": "1.5"}}], "bad_value", "S-A-01", "credit.explanatory_note"),
    ("gate twice", {"bonus": {"above": 80, "at_least": 80, "most": 30}}, [A], [RULE], "one_of_two", "county/scheme", "bonus"),
    ("no gate", {"bonus": {"most": 30}}, [A], [RULE], "one_of_two", "county/scheme", "bonus"),
    ("bonus without limit", {"bonus": {"above": 80}}, [A], [RULE], "missing_field", "county/scheme", "scoring.bonus.most"),
    ("veto above the full mark", {"veto_score": 101}, [A], [RULE], "sum_over", "county/scheme", "veto_score"),
    ("blend short of one", {"blend": blend("0.7", ("D", "0.2"))}, [A], [RULE], "blend_sum", "county/scheme", "blend"),
    ("blend of the same twice", {"blend": blend("0.4", ("D", "0.3"), ("D", "0.3"))}, [A], [RULE], "bad_value", "county/scheme", "blend.others"),
    ("no lowest band", {"bands": BANDS[:3]}, [A], [RULE], "band_gap", "county/scheme", "bands"),
    ("one band twice", {"bands": [*BANDS, BANDS[0] | {"name": "甲"}]}, [A], [RULE], "band_twice", "county/scheme", "bands.0"),
    ("band between whole points", {"band_on": "integer", "bands": [BANDS[3], {"name": "好", "at_least": "89.5"}]}, [A], [RULE],
     "bad_value", "county/scheme", "bands.1.at_least"),
    ("points below nothing", {}, [A], [RULE | {"points": -1}], "bad_value", "S-A-01", "points"),
    ("points beyond counting", {}, [A], [RULE | {"points": "1e999999"}], "bad_value", "S-A-01", "points"),
    ("points beyond splitting", {}, [A], [RULE | {"points": "1e-999999"}], "bad_value", "S-A-01", "points"),
    ("full mark beyond counting", {"base": "9e999999"}, [A], [RULE], "bad_value", "county/scheme", "scoring.base"),
    ("twelve levels", {}, [A, *({"id": f"A{n}", "within": f"A{n - 1}" if n else "A"} for n in range(11))], [RULE],
     "bad_value", "A9", "within"),
    ("rule over before it begins", {}, [A], [RULE | {"effective_from": "2020-07-01", "effective_to": "2020-06-30"}],
     "dates_reversed", "S-A-01", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scoring", "sections", "entries", "message", "entry", "field"),
    [pytest.param(*row[1:], id=row[0]) for row in REFUSED],
)
def test_a_broken_scheme_is_refused(
    tmp_path: Path, scoring: Any, sections: Any, entries: Any, message: str, entry: str, field: str
) -> None:
    fault = refused(tmp_path, scoring, sections, entries)
    assert (fault.message_id, fault.params["entry"]) == (f"fault.pack_{message}", entry)
    assert fault.params.get("field", "") == field
    assert fault.params["line"] > 1


def test_items_of_two_times_may_each_fill_the_section(tmp_path: Path) -> None:
    old, new = RULE | {"effective_to": "2020-06-30"}, RULE | {"id": "S-A-02", "effective_from": "2020-07-01"}
    path = tmp_path / "scheme.yaml"
    scheme = {"mode": "points", "base": 10}
    path.write_text(json.dumps(fields(scheme, [A | {"points": 10}], [old, new])), "utf-8")
    assert rules.load_pack(path, PARAMS).scoring.mode is ScoringMode.POINTS
    fault = refused(tmp_path, scheme, [A | {"points": 10}], [old, new | {"effective_from": "2020-06-30"}])
    assert (fault.message_id, fault.params["day"], fault.params["given"]) == (
        "fault.pack_sum_over",
        "2020-06-30",
        "20",
    )


def test_an_overlay_scores_the_rules_of_its_base_in_its_own_way(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        json.dumps(fields({"credit": {"explanatory_note": 1}}, [A], [RULE | {"worth": None}])), "utf-8"
    )
    more: dict[str, Any] = {"extends": "base.yaml", "id": "county/overlay"}
    change = {"id": "S-A-01", "worth": 20, "basis": CITED, "credit": {"explanatory_note": "0.8"}}
    path = tmp_path / "overlay.yaml"
    path.write_text(json.dumps(fields({"mode": "ratio"}, [], [], overrides=[change], **more)), "utf-8")
    pack = rules.load_pack(path, PARAMS)
    rule = pack.rule("S-A-01")
    assert (pack.scoring.mode, rule.points, rule.worth) == ("ratio", 5, 20)
    assert {name: str(share) for name, share in rule.credit.items()} == {"explanatory_note": "0.8"}
    fault = refused(tmp_path, {"mode": "ratio"}, [], [], overrides=[], **more)
    assert (fault.message_id, fault.params["entry"], fault.params["field"]) == (
        "fault.pack_lacks_for_mode", "S-A-01", "worth",
    )  # fmt: skip


DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", (DOCS / "packs.md").read_text("utf-8"), re.M | re.S)
PIECES = [block for block in BLOCKS if "\nscoring:" in f"\n{block}"]


@pytest.mark.parametrize("number", range(5))
def test_every_scheme_on_the_page_is_accepted(tmp_path: Path, number: int) -> None:
    assert len(PIECES) == 5
    assert PIECES[number] in (DOCS / "packs.zh-CN.md").read_text("utf-8")
    piece = yaml.load(PIECES[number], Loader=yaml.BaseLoader)  # noqa: S506 - plain text values, as packs are read
    filled = fields(piece["scoring"], piece["sections"], piece["rules"])
    path = tmp_path / "scheme.yaml"
    path.write_text(json.dumps(filled, ensure_ascii=False), "utf-8")
    pack = rules.load_pack(path, PARAMS)
    assert pack.scoring.mode == ["deduct", "deduct", "points", "weights", "ratio"][number]
    found = score(pack, verdicts(pack, **{rule.id.replace("-", "_"): "f" for rule in pack.rules}))
    assert 0 <= found.low <= found.high < pack.scoring.base


def test_the_page_names_every_word_of_a_scheme() -> None:
    for name in ("packs.md", "packs.zh-CN.md"):
        text = (DOCS / name).read_text("utf-8")
        for part in (Band, Blend, BlendPart, Bonus, Ladder, LadderStep):
            assert [field for field in part.model_fields if f"`{field}" not in text] == [], (name, part)
        for words in (BandOn, CapAt, LadderBy, NotApplicable, ScoringMode):
            assert [word for word in words if not re.search(rf"`(by: )?{word}`", text)] == [], (name, words)
