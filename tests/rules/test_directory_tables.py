"""The tables that packs fill parameters from: no name stands for two things, and codes are what they should be."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import rules
from model import Level
from model.site import bare_name
from rules.document import read_document

DIRECTORY = Path(rules.__file__).parent / "directory"
NAMED = ("grassroots-fields", "statutory-items", "agencies", "divisions")


def entries(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_document(DIRECTORY / f"{name}.yaml", f"directory/{name}.yaml").values[
        "entries"
    ]
    return found


def names_of(entry: dict[str, Any]) -> list[str]:
    return [entry["name"], *entry.get("also", [])]


@pytest.mark.parametrize("table", NAMED)
def test_no_name_stands_for_two_entries_or_twice(table: str) -> None:
    counted = Counter(bare_name(name) for entry in entries(table) for name in names_of(entry))
    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("table", NAMED)
def test_names_are_written_without_stray_spaces_and_hold_two_characters(table: str) -> None:
    for entry in entries(table):
        for name in names_of(entry):
            assert name == name.strip()
            assert len(bare_name(name)) >= 2, name


def test_levels_are_levels_of_sites() -> None:
    given = {level for table in NAMED for entry in entries(table) for level in entry.get("levels", [])}
    assert given <= set(Level)


def test_there_are_twenty_six_fields() -> None:
    found = entries("grassroots-fields")
    assert len(found) == 26
    [poverty] = [entry for entry in found if entry["name"] == "扶贫"]
    assert "乡村振兴" in poverty["also"]
    text = (DIRECTORY / "grassroots-fields.yaml").read_text("utf-8")
    assert len(re.findall(r"# M$", text, re.M)) == 7  # the seven names that were not read on any live list


def test_the_regulations_items_are_told_apart_by_level() -> None:
    found = entries("statutory-items")
    everywhere = [entry for entry in found if "levels" not in entry]
    assert len(everywhere) == 14  # 第十五项 is 其他 and has no name

    def at(level: Level) -> list[str]:
        return [entry["name"] for entry in found if level in entry.get("levels", [])]

    assert at(Level.COUNTY) == at(Level.MUNICIPAL)
    assert len(at(Level.COUNTY)) == 7
    assert len(at(Level.TOWNSHIP)) == 7
    assert set(at(Level.COUNTY)) & set(at(Level.TOWNSHIP)) == {"社会救助"}


def test_every_provincial_division_stands_once() -> None:
    found = entries("divisions")
    assert len(found) == 34
    for field in ("code", "name", "short"):
        assert len({entry[field] for entry in found}) == 34, field
    assert all(re.fullmatch(r"\d{2}", entry["code"]) for entry in found)
    assert all(len(entry["short"]) == 1 for entry in found)
    assert [entry["code"] for entry in found] == sorted(entry["code"] for entry in found)


def test_an_area_code_belongs_to_one_division() -> None:
    found = entries("divisions")
    codes = Counter(phone for entry in found for phone in entry["phones"])
    assert [code for code, times in codes.items() if times > 1] == []
    assert all(re.fullmatch(r"0(10|2\d|[3-9]\d{2})", code) for code in codes), codes
    assert [entry["name"] for entry in found if not entry["phones"]] == [
        "台湾省",
        "香港特别行政区",
        "澳门特别行政区",
    ]


@pytest.mark.parametrize(
    ("phone", "short"),
    [
        ("0855", "黔"),
        ("0577", "浙"),
        ("0451", "黑"),
        ("0901", "新"),
        ("0915", "陕"),
        ("010", "京"),
        ("0558", "皖"),
    ],
)
def test_area_codes_of_known_places(phone: str, short: str) -> None:
    assert [entry["short"] for entry in entries("divisions") if phone in entry["phones"]] == [short]
