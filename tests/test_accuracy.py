"""The accuracy gate: labelled pages read, measured and held against their floors; and the gate can fail."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench import accuracy
from bench.accuracy import Report, holds
from bench.accuracy_tables import NAMES, section
from bench.labels import BUNDLED, bundled, saved, saved_sites
from bench.measures import Measure, Read, facts_of, measured
from model import (
    Charset,
    ColumnKind,
    Dated,
    FetchOutcome,
    ItemList,
    ListItem,
    Mark,
    PageKind,
    SiteMarks,
)

ROOT = Path(__file__).parent.parent
TONGUES = {"accuracy.md": 0, "accuracy.zh-CN.md": 1}


@pytest.fixture(scope="module")
def read_pages() -> Read:
    return facts_of(bundled())


@pytest.fixture(scope="module")
def own() -> Report:
    return accuracy.report("bundled", bundled())


@pytest.fixture(scope="module")
def real() -> Report:
    place = saved_sites()
    if place is None:
        pytest.skip("the saved real sites are not here (DUWANG_REAL_SITES)")
    return accuracy.report("saved", saved(place))


def test_the_bundled_pages_hold_their_floors(own: Report) -> None:
    assert own.below == [], [one for one in own.measures if one.key in own.below]


@pytest.mark.real_sites
def test_the_saved_real_sites_hold_their_floors(real: Report) -> None:
    assert real.below == [], [one for one in real.measures if one.key in real.below]


@pytest.mark.parametrize("name", TONGUES)
def test_the_page_on_accuracy_shows_the_bundled_table(own: Report, name: str) -> None:
    shown = (ROOT / "docs" / name).read_text("utf-8")
    assert section(own, TONGUES[name]).strip() in shown, (
        "run ./dev accuracy --markdown and put its block there"
    )


@pytest.mark.real_sites
@pytest.mark.parametrize("name", TONGUES)
def test_the_page_on_accuracy_shows_the_table_of_real_sites(real: Report, name: str) -> None:
    shown = (ROOT / "docs" / name).read_text("utf-8")
    assert section(real, TONGUES[name]).strip() in shown, (
        "run ./dev accuracy --markdown and put its block there"
    )


def test_there_are_enough_labelled_pages_of_our_own() -> None:
    labels = bundled()
    assert len(labels) >= 40 and len({label.name for label in labels}) == len(labels)
    assert all(label.expect for label in labels)
    bodies = {label.body for label in labels}
    assert len(bodies) == len(labels) and max(map(len, bodies)) < 20_000
    labelled = {path.name for path in (BUNDLED / "labelled").iterdir()}
    assert labelled == {label.file.name for label in labels if label.file.parent.name == "labelled"}


def test_the_kinds_of_columns_are_known_ones() -> None:
    lines = [
        json.loads(line) for line in (BUNDLED / "saved_column_kinds.jsonl").read_text("utf-8").splitlines()
    ]
    assert {line["kind"] for line in lines} <= {kind.value for kind in ColumnKind}
    assert len({(line["site"], line["column"]) for line in lines}) == len(lines)


def test_every_measure_has_a_name_in_both_languages(own: Report) -> None:
    assert set(own.floors) <= set(NAMES)
    assert all(len(name) == 2 and all(name) for name in NAMES.values())


DAY = Dated(value=date(2021, 1, 1))
ROW = ListItem(title="x", url="http://x/")


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("lists", {"main_list": ItemList(items=(ROW,))}),
        ("lists", {"main_list": None}),
        ("empty", {"main_list": None}),
        ("filled", {"main_list": ItemList(items=()), "outcome": FetchOutcome.OK}),
        ("dates", {"dated": None}),
        ("dates", {"dated": DAY}),
        ("dateless", {"dated": DAY}),
        ("charset", {"charset": Charset(actual="big5hkscs")}),
        ("kind", {"kind": PageKind.OTHER}),
        ("outcome", {"outcome": FetchOutcome.TLS}),
        ("mark_site_code", {"marks": SiteMarks()}),
        ("mark_icp", {"marks": SiteMarks(icp=Mark(value="9", raw="9", source="text"))}),
        ("mark_absent", {"marks": SiteMarks(conac=Mark(value="x", raw="x", source="link"))}),
    ],
)  # fmt: skip
def test_a_reader_that_is_wrong_everywhere_is_right_nowhere(
    read_pages: Read, own: Report, key: str, wrong: dict[str, Any]
) -> None:
    spoilt = [(label, facts.model_copy(update=wrong)) for label, facts in read_pages]
    found = {one.key: one for one in measured(spoilt)}[key]
    pages = {one.key: one for one in own.measures}[key].labelled
    assert found.labelled == pages
    if key == "mark_absent":  # the other marks are still rightly absent
        assert found.right < pages
    else:
        assert found.right == 0 and len(found.misses) == pages
    assert not holds(found, own.floors[key])


@pytest.fixture(scope="module")
def spoilt_column() -> Callable[[list[Any]], list[Measure]]:
    (label,) = [label for label in bundled() if label.name == "labelled/list_one_row.html"]

    def made(told: list[Any]) -> list[Measure]:
        expect = {"column": told, "columns": {"/zwgk/rsxx/": "news"}}
        return measured(facts_of([replace(label, expect=expect)]))

    return made


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ([1, "2019-07-10", "2019-07-10"], 1),
        ([2, "2019-07-10", "2019-07-10"], 0),
        ([1, "2020-12-10", "2019-07-10"], 0),
        ([1, "2019-07-10", None], 0),
    ],
)
def test_a_column_is_right_in_all_or_not_at_all(
    spoilt_column: Callable[[list[Any]], list[Measure]], told: list[Any], right: int
) -> None:
    columns, kinds = spoilt_column(told)
    assert (columns.key, columns.labelled, columns.right) == ("columns", 1, right)
    assert (kinds.key, kinds.labelled, kinds.right) == ("column_kind", 1, 0), (
        "a person's word for it is no news"
    )
    assert [(miss.expected, miss.got) for miss in kinds.misses] == [("news", "personnel")]


@pytest.mark.parametrize(
    ("right", "labelled", "floor", "held"),
    [
        (41, 43, [41, 43], True),
        (42, 44, [41, 43], True),
        (43, 43, [41, 43], True),
        (40, 43, [41, 43], False),
        (41, 44, [41, 43], False),  # labels were added and are not met
        (40, 40, [41, 43], False),  # labels were taken away
        (41, 43, None, False),
    ],
)
def test_a_floor_holds_right_and_share(
    right: int, labelled: int, floor: list[int] | None, held: bool
) -> None:
    assert holds(Measure("lists", labelled, right), floor) is held


def test_a_measure_without_labels_and_one_without_a_floor_are_told(own: Report) -> None:
    none = replace(own, floors={**own.floors, "columns": [1, 1]})
    assert none.below == ["columns"]
    new = replace(own, floors={key: floor for key, floor in own.floors.items() if key != "kind"})
    assert new.below == ["kind"]


def test_the_command_tells_the_table_and_fails_below_a_floor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accuracy, "saved_sites", lambda: None)
    assert accuracy.main([]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^  page kind +\d+ +\d+ +\d+\.\d % +\d+/\d+$", told, re.M)
    assert "the saved real sites are not here" in told
    higher = re.sub(r"^kind = .*$", "kind = [1000, 1000]", accuracy.FLOORS.read_text("utf-8"), flags=re.M)
    (tmp_path / "floors.toml").write_text(higher, "utf-8")
    monkeypatch.setattr(accuracy, "FLOORS", tmp_path / "floors.toml")
    assert accuracy.main(["--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (
        found["below"] == ["kind"]
        and {"key", "labelled", "right", "share", "floor", "misses"} <= found["measures"][0].keys()
    )
    assert accuracy.main(["--files"]) == 1
    told = capsys.readouterr().out
    assert "BELOW ITS FLOOR" in told and "labelled/list_pinned.html: " in told


def test_the_verb_of_dev_is_this_program() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "bench", "accuracy", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "./dev accuracy" in said.stdout and "--files" in said.stdout
    assert "exec .venv/bin/python -m bench accuracy" in (ROOT / "dev").read_text("utf-8")
