"""Manual entries, features, answered duties, shared tables and confirmed figures in a pack file."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

import checks
import rules
from model import Fault, Grade, RulePack
from report.messages import Messages
from rules import library, tables

PARAMS = checks.params_of(checks.ALL)
CITED = "basis: [{document: 某政办〔2021〕1号, clause: 第三条, grade: S}]"

PACK = f"""\
id: county/sample
title: 某县指标
version: "1"
document: 某政办〔2021〕1号
level: county
effective_from: 2021-01-01
sections:
  - {{id: A, title: 信息发布}}
rules:
  - id: C21-A-01
    section: A
    title: 领域专栏齐全
    {CITED}
    check: list_mismatch
    params:
      expected: {{table: fields, level: county}}
    severity: deduct
    points: 2
    answers: [S1-02, S1-03]
manual:
  - id: C21-M-01
    section: A
    title: 组织领导
    {CITED}
    answers: [S1-01]
features:
  - id: C21-F-01
    title: 按比例计入
    command: duwang compare
    {CITED}
    answers: [S1-20]
"""

FIELDS = """\
entries:
  - {name: 重大建设项目, also: [重点项目]}
  - {name: 公共资源交易, levels: [municipal, county]}
  - {name: 城市综合执法, levels: [municipal]}
"""

OVERLAY = """\
id: county/overlay
title: 某镇指标
version: "1"
document: 某政办〔2022〕2号
level: township
effective_from: 2022-01-01
extends: pack.yaml
overrides:
  - id: C21-A-01
    params: {expected: {table: fields}}
    answers: [S1-04]
    basis: [{document: 某政办〔2022〕2号, clause: 二, grade: S}]
manual:
  - {id: T22-M-01, section: A, title: 台账, basis: [{document: 某政办〔2022〕2号, clause: 一, grade: S}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the pack in it, and tables of its own."""
    shelf = tmp_path / "directory"
    shelf.mkdir()
    (shelf / "fields.yaml").write_text(FIELDS, "utf-8")
    (shelf / "columns.yaml").write_text("entries: []\n", "utf-8")
    monkeypatch.setattr(tables, "FOLDER", shelf)
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    return tmp_path


def loaded(folder: Path, text: str = PACK, name: str = "pack.yaml") -> RulePack:
    (folder / name).write_text(text, "utf-8")
    return rules.load_pack(folder / name, PARAMS)


def refused(folder: Path, text: str, name: str = "pack.yaml") -> Fault:
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(Fault) as found:
        rules.load_pack(folder / name, PARAMS)
    for language in ("zh_CN", "en"):
        assert "{" not in Messages(language).text(found.value.message_id, **found.value.params)
    assert found.value.exit_code == 3
    return found.value


def test_what_a_person_judges_and_what_the_program_does_stand_in_the_pack(folder: Path) -> None:
    pack = loaded(folder)
    assert [one.id for one in pack.manual] == ["C21-M-01"]
    assert [(one.id, one.command) for one in pack.features] == [("C21-F-01", "duwang compare")]
    assert pack.rule("C21-A-01").answers == ("S1-02", "S1-03")


def test_an_overlay_keeps_the_entries_of_its_base_before_its_own(folder: Path) -> None:
    pack = loaded(folder, OVERLAY, "overlay.yaml")
    assert [one.id for one in pack.manual] == ["C21-M-01", "T22-M-01"]
    assert [one.id for one in pack.features] == ["C21-F-01"]
    assert pack.rule("C21-A-01").answers == ("S1-02", "S1-03", "S1-04")


def names(pack: RulePack) -> list[str]:
    return [one["name"] for one in pack.rule("C21-A-01").params["expected"]]


def test_a_table_stands_for_its_entries_of_the_level(folder: Path) -> None:
    pack = loaded(folder)
    assert names(pack) == ["重大建设项目", "公共资源交易"]
    assert pack.rule("C21-A-01").params["expected"][0]["also"] == ["重点项目"]
    assert names(loaded(folder, OVERLAY, "overlay.yaml")) == ["重大建设项目", "公共资源交易", "城市综合执法"]


def test_a_table_may_stand_deep_in_the_parameters(folder: Path) -> None:
    text = PACK.replace("check: list_mismatch", "check: missing_element").replace(
        "expected: {table: fields, level: county}", "topic: {name: 领域}\n      elements: {table: fields}"
    )
    assert [one["name"] for one in loaded(folder, text).rule("C21-A-01").params["elements"]] == [
        "重大建设项目", "公共资源交易", "城市综合执法",
    ]  # fmt: skip


def test_the_digest_covers_the_tables_it_asks_for(folder: Path) -> None:
    before = loaded(folder).digest
    assert before != hashlib.sha256(PACK.encode()).hexdigest()
    (folder / "directory" / "fields.yaml").write_text(FIELDS.replace("重点项目", "重大项目"), "utf-8")
    assert loaded(folder).digest != before
    plain = PACK.replace("{table: fields, level: county}", "[{name: 甲}]")
    assert loaded(folder, plain).digest == hashlib.sha256(plain.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "message", "params"),
    [
        pytest.param("table: fields", "table: field", "pack_unknown_table",
                     {"line": 16, "entry": "C21-A-01", "table": "field", "known": "fields"}, id="unknown table"),
        pytest.param("table: fields", "table: ../../national/2019-check-indicators", "pack_unknown_table",
                     {"line": 16}, id="a path"),
        pytest.param("table: fields", "table: columns", "pack_unknown_table", {"line": 16}, id="no table"),
        pytest.param("level: county}", "level: state}", "pack_not_allowed",
                     {"line": 16, "entry": "C21-A-01", "given": "state"}, id="unknown level"),
        pytest.param("level: county}", "levels: county}", "pack_unknown_field",
                     {"line": 16, "entry": "C21-A-01"}, id="misspelt level"),
        pytest.param("[S1-02, S1-03]", "[S1-02, S9-03]", "pack_unknown_requirement",
                     {"line": 19, "entry": "C21-A-01", "field": "answers", "requirement": "S9-03"}, id="answer of a rule"),
        pytest.param("[S1-01]", "[S1-1]", "pack_unknown_requirement",
                     {"line": 25, "entry": "C21-M-01", "requirement": "S1-1"}, id="answer of a manual entry"),
        pytest.param("[S1-20]", "[S1-2O]", "pack_unknown_requirement",
                     {"line": 31, "entry": "C21-F-01"}, id="answer of a feature"),
        pytest.param("    section: A\n    title: 组织", "    section: B\n    title: 组织", "pack_unknown_section",
                     {"line": 22, "entry": "C21-M-01", "section": "B"}, id="section of a manual entry"),
        pytest.param("C21-M-01", "C21-A-01", "pack_id_twice", {"line": 21, "entry": "C21-A-01"}, id="rule and manual"),
        pytest.param("C21-F-01", "C21-M-01", "pack_id_twice", {"line": 27, "entry": "C21-M-01"}, id="manual and feature"),
        pytest.param("command: duwang compare", "command: rm", "pack_bad_value",
                     {"line": 29, "entry": "C21-F-01", "field": "command"}, id="no command of ours"),
        pytest.param("grade: S", "grade: M", "pack_recalled_figure", {"entry": "C21-A-01"}, id="recalled figure"),
    ],
)  # fmt: skip
def test_a_broken_entry_is_refused(
    folder: Path, old: str, new: str, message: str, params: dict[str, Any]
) -> None:
    assert old in PACK
    fault = refused(folder, PACK.replace(old, new, 1))
    assert fault.message_id == f"fault.{message}"
    assert {name: fault.params[name] for name in params} == params


def test_an_id_of_the_base_may_not_return_as_another_kind_of_entry(folder: Path) -> None:
    fault = refused(folder, OVERLAY.replace("T22-M-01", "C21-F-01"), "overlay.yaml")
    assert (fault.message_id, fault.params["entry"]) == ("fault.pack_id_twice", "C21-F-01")


@pytest.mark.parametrize(
    ("table", "message", "params"),
    [
        ("entries: []\n", "pack_bad_value", {"file": "directory/fields.yaml"}),
        ("entries:\n  - 甲\n", "pack_bad_value", {"file": "directory/fields.yaml", "line": 2}),
        (
            "entries:\n  - {name: 甲, levels: [state]}\n",
            "pack_not_allowed",
            {"file": "directory/fields.yaml", "line": 2},
        ),
        (
            "entries:\n  - {name: 甲, levels: [municipal]}\n",
            "pack_table_empty",
            {"line": 16, "level": "county"},
        ),
        ("entries:\n  - {name: 甲, alias: [乙]}\n", "pack_unknown_field", {"line": 16, "entry": "C21-A-01"}),
    ],
)
def test_a_broken_table_is_refused(folder: Path, table: str, message: str, params: dict[str, Any]) -> None:
    (folder / "directory" / "fields.yaml").write_text(table, "utf-8")
    fault = refused(folder, PACK)
    assert fault.message_id == f"fault.{message}"
    assert {name: fault.params[name] for name in params} == params


UNREAD = PACK.replace("points: 2", "points: 2\n    verified: false").replace("grade: S", "grade: M", 1)
CONFIRMED = OVERLAY.replace(
    "    answers: [S1-04]\n",
    "    verified: true\n",
)


def test_an_overlay_confirms_a_figure_by_what_was_read(folder: Path) -> None:
    assert not loaded(folder, UNREAD).rule("C21-A-01").scored
    rule = loaded(folder, CONFIRMED, "overlay.yaml").rule("C21-A-01")
    assert rule.scored
    assert [citation.grade for citation in rule.basis] == [Grade.S, Grade.M]  # what was read stands first


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("grade: S}]\nmanual", "grade: M}]\nmanual", "pack_confirmed_unread"),
        (
            "    basis: [{document: 某政办〔2022〕2号, clause: 二, grade: S}]\nmanual",
            "manual",
            "pack_confirmed_unread",
        ),
        ("verified: true", "verified: false", "pack_not_allowed"),
        ("verified: true", "verified: true\n    section: B", "pack_unknown_field"),
        ("    verified: true\n", "", None),
    ],
)
def test_nothing_is_confirmed_by_a_wish(folder: Path, old: str, new: str, message: str | None) -> None:
    assert old in CONFIRMED
    (folder / "pack.yaml").write_text(UNREAD, "utf-8")
    text = CONFIRMED.replace(old, new, 1)
    if message is None:  # citing alone confirms nothing
        assert not loaded(folder, text, "overlay.yaml").rule("C21-A-01").scored
    else:
        fault = refused(folder, text, "overlay.yaml")
        assert (fault.message_id, fault.params["entry"]) == (f"fault.{message}", "C21-A-01")


def test_a_variant_extends_a_bundled_pack_by_its_id(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "ROOT", folder)
    shelf = folder / "county"
    shelf.mkdir()
    (shelf / "sample.yaml").write_text(PACK, "utf-8")
    (shelf / "sample-towns.yaml").write_text(OVERLAY.replace("pack.yaml", "county/sample"), "utf-8")
    pack = rules.load_pack("county/sample-towns", PARAMS)
    assert len(names(pack)) == 3
    assert pack.extends == "county/sample"


def test_every_row_of_the_list_of_duties_is_read() -> None:
    rows = rules.requirements()
    assert len(rows) == len({row.id for row in rows}) == 279
    assert all(row.document and row.clause and row.check_type for row in rows)
