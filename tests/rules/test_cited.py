"""Figures must be cited: what an overlay demands more or prices anew, and what vetoes and points may rest on."""

from pathlib import Path
from typing import Any

import pytest

import checks
import rules
from model import Fault, Grade, RulePack, Severity
from report.messages import LANGUAGES, Messages
from tests.audit.marking import CITED, fields, load

PARAMS = checks.params_of(checks.ALL)
READ = "basis: [{document: 某政办〔2026〕1号, clause: 二, grade: S}]"
HEARD = READ.replace("grade: S", "grade: M")
MEMORY = [CITED[0] | {"grade": "M"}]
HEAD = """\
id: county/overlay
title: 某县
version: "1"
document: 某政办〔2026〕1号
level: county
effective_from: 2026-01-01
extends: national/2019-check-indicators
"""


def told(fault: Fault) -> Fault:
    """The fault, once both languages can tell it with file, line, entry and field."""
    assert fault.exit_code == 3 and fault.params["line"] > 1 and fault.params["field"]
    for language in LANGUAGES:
        sentence = Messages(language).text(fault.message_id, **fault.params)
        assert "{" not in sentence and str(fault.params["entry"]) in sentence
        assert str(fault.params["field"]) in sentence
    return fault


def overlaid(folder: Path, *override: str) -> RulePack:
    lines = "".join(f"    {line}\n" for line in override)
    path = folder / "overlay.yaml"
    path.write_text(f"{HEAD}overrides:\n  -\n{lines}", "utf-8")
    return rules.load_pack(path, PARAMS)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("points: 9", "points"),
        ("cap: 9", "cap"),
        ("cap: null", "cap"),  # takes the limit away
        ("worth: 9", "worth"),
        ("params: {below: 9}", "params"),
        ("severity: veto", "severity"),
        ("severity: bonus", "severity"),
    ],
)
def test_what_is_demanded_more_needs_a_source(tmp_path: Path, change: str, field: str) -> None:
    name = "id: N19-UPDATE-06"
    with pytest.raises(Fault) as found:
        overlaid(tmp_path, name, change)
    fault = told(found.value)
    assert (fault.message_id, fault.params["field"], fault.params["line"]) == (
        "fault.pack_override_uncited", field, 11,
    )  # fmt: skip
    if field == "params":
        return
    with pytest.raises(Fault) as found:
        overlaid(tmp_path, name, change, HEARD)
    assert told(found.value).message_id == "fault.pack_override_recalled"


@pytest.mark.parametrize(
    "change",
    ["points: null", "severity: advise", "applies_to: {max_level: 2}", "credit: {note: 0.5}", "title: 政策文件未更新"],
)  # fmt: skip
def test_what_is_demanded_less_needs_none(tmp_path: Path, change: str) -> None:
    base = rules.load_pack(rules.DEFAULT_PACK, PARAMS).rule("N19-UPDATE-03")
    rule = overlaid(tmp_path, "id: N19-UPDATE-03", change).rule("N19-UPDATE-03")
    assert rule != base and rule.basis == base.basis


def test_what_is_now_demanded_stands_before_what_the_base_rests_on(tmp_path: Path) -> None:
    base = rules.load_pack(rules.DEFAULT_PACK, PARAMS).rule("N19-UPDATE-03")
    rule = overlaid(tmp_path, "id: N19-UPDATE-03", "params: {period: P3M}", READ).rule("N19-UPDATE-03")
    assert [one.document for one in rule.basis[:1]] == ["某政办〔2026〕1号"]
    assert (rule.basis[1:], rule.title, rule.title_en) == (base.basis, base.title, base.title_en)
    rule = overlaid(tmp_path, "id: N19-UPDATE-03", "title_en: Policies").rule("N19-UPDATE-03")
    assert (rule.title, rule.title_en) == (base.title, "Policies")


def test_a_scored_rule_cannot_be_changed_by_what_somebody_remembers(tmp_path: Path) -> None:
    with pytest.raises(Fault) as found:
        overlaid(tmp_path, "id: N19-UPDATE-03", "params: {period: P3M}", HEARD)
    assert told(found.value).message_id == "fault.pack_recalled_figure"


def test_a_veto_cannot_be_sharpened_by_what_somebody_remembers(tmp_path: Path) -> None:
    with pytest.raises(Fault) as found:
        overlaid(tmp_path, "id: N19-VETO-03", "params: {period: P7D}", HEARD)
    assert told(found.value).message_id == "fault.pack_recalled_veto"
    overlaid(tmp_path, "id: N19-VETO-03", "params: {period: P7D}", READ)


RULE: dict[str, Any] = {"id": "S-A-01", "section": "A", "points": 5}


def refused(folder: Path, *entries: dict[str, Any], **more: Any) -> Fault:
    with pytest.raises(Fault) as found:
        load(folder, more.pop("scoring", {}), more.pop("sections", [{"id": "A"}]), list(entries), **more)
    return told(found.value)


def test_a_figure_from_memory_beside_one_that_was_read_costs_nothing(tmp_path: Path) -> None:
    for basis in (CITED + MEMORY, MEMORY):
        fault = refused(tmp_path, RULE | {"basis": basis})
        assert (fault.message_id, fault.params["field"]) == ("fault.pack_recalled_figure", "basis")
        open_still = load(tmp_path, {}, [{"id": "A"}], [RULE | {"basis": basis, "verified": "false"}])
        assert not open_still.rules[0].scored
    unpriced = load(tmp_path, {}, [{"id": "A"}], [RULE | {"basis": CITED + MEMORY, "points": None}])
    assert unpriced.rules[0].verified


def test_a_veto_from_memory_suspects_nobody(tmp_path: Path) -> None:
    veto = {"id": "S-A-02", "section": "A", "severity": "veto", "basis": MEMORY}
    tally = {"id": "S-T-01", "title": "多个", "counts": ["S-A-01"], "at_least": 2, "basis": MEMORY}
    assert refused(tmp_path, RULE, veto).message_id == "fault.pack_recalled_veto"
    assert refused(tmp_path, RULE, tallies=[tally]).message_id == "fault.pack_recalled_veto"
    doubted = load(
        tmp_path, {}, [{"id": "A"}], [RULE, veto | {"verified": "false"}], tallies=[tally | {"verified": "false"}]
    )  # fmt: skip
    assert not doubted.tallies[0].verified
    beside = load(tmp_path, {}, [{"id": "A"}], [veto | {"basis": MEMORY + CITED}])
    assert beside.rules[0].severity is Severity.VETO


def test_no_bundled_rule_costs_points_by_memory() -> None:
    for card in rules.packs():
        pack = rules.load_pack(card.id, PARAMS, checks.subjects_of(checks.ALL))
        for rule in pack.rules:
            assert not rule.scored or all(one.grade is not Grade.M for one in rule.basis), rule.id


def test_what_the_check_cannot_choose_by_is_refused(tmp_path: Path) -> None:
    subjects = checks.subjects_of(checks.ALL)
    path = tmp_path / "scheme.yaml"
    for check, params, scope, fits in (
        ("stale_column", {"period": "P14D"}, {"relations": ["internal"]}, False),
        ("stale_column", {"period": "P14D"}, {"on_home": "true"}, False),
        ("stale_column", {"period": "P14D"}, {"column_kinds": ["news"], "max_level": 1}, True),
        ("dead_link", {}, {"max_level": 1}, False),
        ("stale_home", {"period": "P14D"}, {"column_kinds": ["news"]}, False),
        ("stale_home", {"period": "P14D"}, {"site_kinds": ["portal"]}, True),
    ):
        entry = RULE | {"check": check, "params": params, "applies_to": scope}
        if fits:
            load(tmp_path, {}, [{"id": "A"}], [entry])
            rules.load_pack(path, PARAMS, subjects)
            continue
        load(tmp_path, {}, [{"id": "A"}], [entry])  # without the subjects at hand nothing is said
        with pytest.raises(Fault) as found:
            rules.load_pack(path, PARAMS, subjects)
        fault = told(found.value)
        assert (fault.message_id, fault.params["check"]) == ("fault.pack_foreign_scope", check)
        assert fault.params["field"] == f"applies_to.{next(iter(scope))}"


FEATURE = {
    "id": "S-F-01",
    "title": "核对",
    "basis": CITED,
    "command": "duwang rules list --pack county/scheme",
}


def test_a_command_there_is_not_is_refused_where_verbs_are_known(tmp_path: Path) -> None:
    verbs = {"duwang rules list": frozenset({"--pack"})}
    path = tmp_path / "scheme.yaml"
    load(tmp_path, {}, [{"id": "A"}], [RULE], features=[FEATURE])
    rules.load_pack(path, PARAMS, None, verbs)
    for command in ("duwang rules", "duwang rules list --all", "duwang listen"):
        load(tmp_path, {}, [{"id": "A"}], [RULE], features=[FEATURE | {"command": command}])
        with pytest.raises(Fault) as found:
            rules.load_pack(path, PARAMS, None, verbs)
        assert told(found.value).message_id == "fault.pack_unknown_command"


BONUS = RULE | {"severity": "bonus"}
ODD = [
    ("a thousand years", {}, RULE | {"params": {"period": "P1000Y"}}, {}, "period_long", "params.period"),
    ("blank clause", {}, RULE | {"basis": [CITED[0] | {"clause": "　"}]}, {}, "text_blank", "basis.0.clause"),
    ("letters that show nothing", {}, RULE | {"title": "ㅤ"}, {}, "text_blank", "title"),
    ("empty document", {}, RULE, {"document": ""}, "text_blank", "document"),
    ("blank version", {}, RULE, {"version": " "}, "text_blank", "version"),
    ("blank name", {"bands": [{"name": " ", "at_least": 0}]}, RULE, {}, "text_blank", "scoring.bands.0.name"),
    ("invisible title", {}, RULE | {"title": "​"}, {}, "text_hidden", "title"),
    ("turned around", {}, RULE | {"title": "不‮格合"}, {}, "text_hidden", "title"),
    ("two lines", {}, RULE | {"title": "一\n二"}, {}, "text_hidden", "title"),
    ("a bell", {}, RULE | {"basis": [CITED[0] | {"quote": "扣\x075分"}]}, {}, "text_hidden", "basis.0.quote"),
    ("very long", {}, RULE | {"title": "长" * 201}, {}, "text_long", "title"),
    ("points over the full mark", {}, RULE | {"points": 101}, {}, "above", "points"),
    ("points over the section", {}, RULE | {"points": 9}, {"sections": [{"id": "A", "title": "A", "points": 8}]},
     "above", "points"),
    ("band out of reach", {"bands": [{"name": "优", "at_least": 101}, {"name": "差", "at_least": 0}]}, RULE, {},
     "above", "bands.0.at_least"),
    ("gate out of reach", {"bonus": {"above": 120, "most": 5}}, RULE, {}, "above", "bonus.above"),
    ("gate at the top", {"bonus": {"above": 100, "most": 5}}, RULE, {}, "above", "bonus.above"),
    ("bonus without a gate", {}, BONUS, {}, "bonus_shut", "points"),
    ("underlined figure", {}, RULE | {"points": "1_0"}, {}, "bad_value", "points"),
    ("full-width figure", {}, RULE | {"points": "５"}, {}, "bad_value", "points"),
    ("underlined full mark", {"base": "1_00"}, RULE, {}, "bad_value", "scoring.base"),
    ("underlined parameter", {}, RULE | {"check": "slow_page", "params": {"ms": "1_000"}}, {},
     "bad_value", "params.ms"),
    ("an id of ours", {}, RULE, {"id": rules.DEFAULT_PACK}, "taken", "id"),
    ("example of another check", {}, RULE | {"examples": ["dead_link/gone"]}, {}, "foreign_example", "examples"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scoring", "rule", "more", "message", "field"), [pytest.param(*one[1:], id=one[0]) for one in ODD]
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, scoring: Any, rule: dict[str, Any], more: dict[str, Any], message: str, field: str
) -> None:
    fault = refused(tmp_path, rule, scoring=scoring, **more)
    assert (fault.message_id, fault.params["field"]) == (f"fault.pack_{message}", field)


def test_what_looks_odd_and_is_meant_is_taken(tmp_path: Path) -> None:
    """Boundaries: a hundred years, 200 characters, points of the whole section, a bonus that is only told."""
    section = [{"id": "A", "title": "A", "points": 5}]
    for entry in (
        RULE | {"params": {"period": "P100Y"}},
        RULE | {"title": "长" * 200},
        RULE | {"title": "1_0"},
        BONUS | {"points": None},
        RULE | {"uncapped": "true", "points": 9},
    ):
        load(tmp_path, {}, section, [entry])
    for scoring in ({"bonus": {"at_least": 100, "most": 5}}, {"bands": [{"name": "差", "at_least": 0}]}):
        load(tmp_path, scoring, section, [RULE])
    assert fields({}, section, [RULE])["id"] not in {card.id for card in rules.packs()}
