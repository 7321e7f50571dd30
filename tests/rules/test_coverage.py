"""Every duty of the documents is answered, and coverage notices each way in which it might not be."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import checks
import cli
import rules
from gate.door import verbs
from model import (
    AnswerKind,
    Automation,
    Citation,
    Feature,
    Grade,
    Level,
    ManualEntry,
    Requirement,
    RequirementCoverage,
    Rule,
    RulePack,
    Section,
    Severity,
)
from report.coverage import coverage_heads, coverage_rows, fault_lines, total_heads, total_rows
from report.messages import LANGUAGES, Messages

PARAMS = checks.params_of(checks.ALL)
assert cli.VERBS, "whoever imports cli has the verbs hung"
VERBS = verbs()

# --- the packs that come with duwang ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def covered() -> RequirementCoverage:
    packs = [rules.load_pack(card.id, PARAMS) for card in rules.packs()]
    return rules.cover(
        packs, rules.requirements(), PARAMS, rules.named_cases(), VERBS, rules.proofs(), rules.named_tests()
    )


def test_every_duty_of_the_documents_is_answered_as_it_asks(covered: RequirementCoverage) -> None:
    assert covered.examples_seen
    assert not covered.faults, "\n".join(fault_lines(covered, Messages("en")))


def test_every_duty_stands_in_the_totals_once(covered: RequirementCoverage) -> None:
    totals = covered.totals()
    assert list(totals) == ["陕西2021", "台江2021", "温州2020", "塔城2020", "黑龙江2017"]
    assert [sum(found.values()) for found in totals.values()] == [31, 34, 38, 33, 143]


# --- broken copies -----------------------------------------------------------------------------------------

CITED = (Citation(document="某政办〔2021〕1号", clause="第三条", grade=Grade.S),)
CASES = {
    "stale_column/old": "fail",
    "stale_column/fresh": "pass",
    "stale_material/old": "fail",
    "stale_material/fresh": "pass",
    "stale_material/look": "unsure",
}
TOPIC = {"name": "财政"}
RULE = Rule(
    id="C21-A-01", section="A", title="动态栏目每月更新", basis=CITED, check="stale_column", params={"period": "P1M"},
    severity=Severity.DEDUCT, points=2, examples=("stale_column/old", "stale_column/fresh"), answers=("A1",),
)  # fmt: skip
EVIDENCE = Rule(
    id="C21-A-02", section="A", title="财政信息", basis=CITED, check="stale_material",
    params={"topic": TOPIC, "period": "P1M", "ask": True}, severity=Severity.ADVISE, answers=("S1",),
)  # fmt: skip
PERSON = ManualEntry(id="C21-A-03", section="A", title="组织领导", basis=CITED, answers=("M1",))
WORK = Feature(
    id="C21-A-04",
    title="重新判定",
    command="duwang judge --against last",
    basis=CITED,
    answers=("F1",),
)
PROOFS = {WORK.id: "tests/rules/test_coverage.py::test_a_pack_that_answers_everything"}
PACK = RulePack(
    id="county/sample", title="某县指标", version="1", document="某政办〔2021〕1号", level=Level.COUNTY,
    effective_from=date(2021, 1, 1), sections=(Section(id="A", title="甲"),), implements=("某文",),
    rules=(RULE, EVIDENCE), manual=(PERSON,), features=(WORK,),
)  # fmt: skip


def row(name: str, automation: Automation, check_type: str = "COL") -> Requirement:
    return Requirement(
        id=name, document="某文", clause=f"第{name}条", check_type=check_type, automation=automation
    )


ROWS = (
    row("A1", Automation.ALONE),
    row("S1", Automation.EVIDENCE),
    row("M1", Automation.PERSON, "MAN"),
    row("F1", Automation.ALONE, "WFL"),
)
FOREIGN = row("D1", Automation.ALONE, "SCR").model_copy(update={"document": "别的文"})


def cover(
    pack: RulePack = PACK,
    *others: RulePack,
    rows: tuple[Requirement, ...] = ROWS,
    cases: Mapping[str, str] | None = CASES,
    proofs: Mapping[str, str] = PROOFS,
) -> RequirementCoverage:
    foreign = any("D1" in one.answers for one in pack.rules)
    return rules.cover(
        [pack, *others],
        (*rows, FOREIGN) if foreign else rows,
        PARAMS,
        cases,
        VERBS,
        proofs,
        rules.named_tests(),
    )


def changed(entry: Any, **update: Any) -> RulePack:
    """The pack with one entry changed."""
    return PACK.model_copy(
        update={
            part: tuple(
                one.model_copy(update=update) if one.id == entry.id else one for one in getattr(PACK, part)
            )
            for part in ("rules", "manual", "features")
        }
    )


def without(entry: Any) -> RulePack:
    return changed(entry, answers=())


def test_a_pack_that_answers_everything() -> None:
    found = cover()
    assert found.faults == ()
    assert [one.kind for one in found.rows] == [
        AnswerKind.RULE, AnswerKind.EVIDENCE, AnswerKind.MANUAL, AnswerKind.FEATURE,
    ]  # fmt: skip
    (told,) = found.rows[0].answers
    assert (told.pack, told.entry, told.check) == ("county/sample", "C21-A-01", "stale_column")
    assert (told.failing, told.passing) == ("stale_column/old", "stale_column/fresh")
    assert found.rows[3].answers[0].command == "duwang judge --against last"
    assert found.rows[3].answers[0].test == PROOFS[WORK.id]


BROKEN = [
    pytest.param(without(RULE), "unanswered", {"row": "A1"}, id="a duty nothing answers"),
    pytest.param(without(PERSON), "unanswered", {"row": "M1"}, id="a duty for a person nothing lists"),
    pytest.param(changed(EVIDENCE, answers=("S1", "A9")), "unknown_row", {"row": "A9", "entry": "C21-A-02"},
                 id="an unknown duty"),
    pytest.param(changed(RULE, check="stale_colum"), "unknown_check", {"check": "stale_colum"}, id="an unknown check"),
    pytest.param(changed(RULE, examples=("stale_column/old", "stale_column/fresh", "stale_column/gone")),
                 "unknown_example", {"example": "stale_column/gone"}, id="an unknown example"),
    pytest.param(changed(RULE, examples=("stale_column/old", "stale_column/fresh", "stale_material/old")),
                 "unknown_example", {"example": "stale_material/old"}, id="an example of another check"),
    pytest.param(changed(RULE, examples=("stale_column/fresh",)), "no_failing", {"row": "A1"}, id="no failing example"),
    pytest.param(changed(RULE, examples=("stale_column/old",)), "no_passing", {"row": "A1"}, id="no passing example"),
    pytest.param(changed(WORK, command="duwang assess"), "unknown_command", {"command": "duwang assess"},
                 id="an unknown command"),
    pytest.param(changed(WORK, command="duwang rules"), "unknown_command", {"command": "duwang rules"},
                 id="a group of commands"),
    pytest.param(changed(WORK, command="duwang judge --blindly"), "unknown_command", {"entry": "C21-A-04"},
                 id="an unknown option"),
    pytest.param(without(WORK), "unanswered", {"row": "F1"}, id="work that no command does"),
    pytest.param(changed(EVIDENCE, params={"topic": TOPIC, "period": "P1M"}), "not_asking",
                 {"row": "S1", "entry": "C21-A-02"}, id="evidence that does not ask"),
    pytest.param(changed(RULE, answers=("A1", "S1")), "costs_points", {"row": "S1", "entry": "C21-A-01"},
                 id="evidence that costs points"),
    pytest.param(changed(RULE, answers=("A1", "M1")), "costs_points", {"row": "M1"},
                 id="a matter for a person that costs points"),
    pytest.param(changed(RULE, answers=(), id="C21-A-09").model_copy(update={"manual": (
        PERSON.model_copy(update={"answers": ("M1", "A1")}),)}), "answered_weakly", {"row": "A1"},
                 id="a matter for a machine left to a person"),
    pytest.param(changed(WORK, answers=("F1", "A1")).model_copy(update={"rules": (EVIDENCE,)}), "answered_weakly",
                 {"row": "A1"}, id="a matter for a machine told to be a command"),
    pytest.param(PACK.model_copy(update={"rules": (EVIDENCE, RULE.model_copy(update={"answers": ("A1", "D1")}))}),
                 "foreign_document", {"entry": "C21-A-01", "row": "D1", "document": "别的文"},
                 id="a duty of a document the pack does not implement"),
]  # fmt: skip


@pytest.mark.parametrize(("pack", "name", "params"), BROKEN)
def test_each_kind_of_fault_is_noticed(pack: RulePack, name: str, params: dict[str, str]) -> None:
    found = cover(pack)
    faults = [fault for fault in found.faults if fault.name == name]
    assert len(faults) == 1, found.faults
    assert {key: faults[0].params[key] for key in params} == params
    for language in LANGUAGES:
        for line in fault_lines(found, Messages(language)):
            assert "{" not in line and "coverage.fault" not in line


def test_nothing_else_is_amiss_in_a_broken_copy() -> None:
    for param in BROKEN:
        pack, name, _ = param.values
        assert isinstance(pack, RulePack)
        assert {fault.name for fault in cover(pack).faults} == {name}, param.id


def test_a_command_needs_a_test_that_shows_it_at_work() -> None:
    (fault,) = cover(proofs={}).faults
    assert (fault.name, fault.params["row"], fault.params["entry"]) == ("no_test", "F1", WORK.id)
    (fault,) = cover(proofs={WORK.id: "tests/rules/test_coverage.py::test_nothing"}).faults
    assert (fault.name, fault.params["test"]) == (
        "unknown_test",
        "tests/rules/test_coverage.py::test_nothing",
    )


def test_every_proof_is_of_a_feature() -> None:
    features = {one.id for card in rules.packs() for one in rules.load_pack(card.id, PARAMS).features}
    assert set(rules.proofs()) <= features


def test_an_unscored_rule_without_a_question_may_stand_for_evidence() -> None:
    assert not cover(changed(RULE, answers=("A1", "S1"), severity=Severity.ADVISE)).faults
    assert not cover(changed(RULE, answers=("A1", "S1"), verified=False)).faults


def test_work_that_needs_a_command_may_be_answered_by_a_rule() -> None:
    assert cover(changed(RULE, answers=("A1", "F1"))).rows[3].kind is AnswerKind.RULE


def test_the_strongest_of_several_answers_names_the_row() -> None:
    pack = changed(PERSON, answers=("M1", "A1", "S1"))
    found = cover(pack)
    assert found.faults == ()
    assert [(one.kind, len(one.answers)) for one in found.rows[:2]] == [
        (AnswerKind.RULE, 2),
        (AnswerKind.EVIDENCE, 2),
    ]


OVERLAY = PACK.model_copy(update={"id": "county/towns", "extends": PACK.id})


def test_what_an_overlay_inherits_is_told_of_its_base() -> None:
    found = cover(OVERLAY, PACK)
    assert {answer.pack for one in found.rows for answer in one.answers} == {PACK.id}
    assert [len(one.answers) for one in found.rows] == [1, 1, 1, 1]


def test_an_overlay_that_stops_asking_is_noticed() -> None:
    params = {"topic": TOPIC, "period": "P1M", "ask": False}
    changed_rules = (RULE, EVIDENCE.model_copy(update={"params": params}))
    (fault,) = cover(PACK, OVERLAY.model_copy(update={"rules": changed_rules})).faults
    assert (fault.name, fault.params["pack"]) == ("not_asking", "county/towns")


def test_without_the_source_tree_examples_are_not_judged_and_that_is_said() -> None:
    found = cover(changed(RULE, examples=()), cases=None)
    assert (found.faults, found.examples_seen) == ((), False)
    assert len(fault_lines(found, Messages("en"))) == 1
    assert rules.named_cases(Path("nowhere")) is None and rules.named_tests(Path("nowhere")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_tells_every_row_and_the_totals(language: str) -> None:
    messages, found = Messages(language), cover()
    rows = list(coverage_rows(found, messages))
    assert len(rows) == len(ROWS)
    assert {len(one) for one in rows} == {len(coverage_heads(messages))}
    totals = total_rows(found, messages)
    assert {len(one) for one in totals} == {len(total_heads(messages))}
    assert totals[-1][1:] == ("1", "1", "1", "1", "0", "4")
    for text in (*coverage_heads(messages), *total_heads(messages), *(cell for one in rows for cell in one)):
        assert not text.startswith(("answer.", "col.", "coverage."))
