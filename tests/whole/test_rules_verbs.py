"""What answers which duty, and what an id of a pack stands for, through the gate."""

from pathlib import Path

import pytest

from rules import requirements
from tests.whole.gate import duwang


def test_coverage_lists_every_duty_and_agrees_with_its_exit_code(tmp_path: Path) -> None:
    said = duwang("rules", "coverage", "--json", "--lang", "en", cwd=tmp_path)
    found = said.json()
    assert [one["requirement"]["id"] for one in found["rows"]] == [row.id for row in requirements()]
    assert sum(sum(kinds.values()) for kinds in found["totals"].values()) == 279
    assert said.code == (3 if found["faults"] else 0)
    assert len(said.err.splitlines()) == (len(found["faults"]) + 1 if found["faults"] else 0)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_coverage_is_a_table_with_totals(tmp_path: Path, language: str) -> None:
    said = duwang("rules", "coverage", "--lang", language, cwd=tmp_path)
    lines = said.out.splitlines()
    assert sum(line.startswith("S4-") for line in lines) >= 143
    assert any(line.startswith("黑龙江2017\t") and line.endswith("\t143") for line in lines)
    assert "coverage." not in said.out and "answer." not in said.out


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        ("N19-UPDATE-01", ("14 天", "stale_column", "国办秘函〔2019〕19号", "整改办法")),
        ("HLJ17-SOE-02", ("period_gap", "S4-61", "案例（不合格）", "provincial/heilongjiang-2017")),
        ("TJ21-MANUAL-01", ("须人工评定", "S1-21", "county/taijiang-2021 ")),
        ("TJ21-FEATURE-01", ("duwang rules list", "S1-02")),
    ],
)
def test_an_id_is_found_in_whatever_pack_it_stands(
    tmp_path: Path, entry: str, parts: tuple[str, ...]
) -> None:
    said = duwang("rules", "show", entry, cwd=tmp_path)
    assert said.code == 0
    assert not [part for part in parts if part not in said.out]


def test_a_pack_lists_what_a_person_judges_and_what_the_program_does(tmp_path: Path) -> None:
    said = duwang("rules", "list", "--pack", "county/taijiang-2021", "--lang", "en", cwd=tmp_path)
    rows = {line.split("\t")[0]: line for line in said.out.splitlines()}
    assert rows["TJ21-MANUAL-01"].endswith("by a person")
    assert rows["TJ21-FEATURE-01"].endswith("feature duwang rules list --pack county/taijiang-2021")


def test_an_unknown_id_is_told_where_to_look(tmp_path: Path) -> None:
    said = duwang("rules", "show", "XX-NOPE-01", cwd=tmp_path)
    assert (said.code, "XX-NOPE-01" in said.err) == (3, True)
