"""What the demo finds is what `expected.csv` names: none missing, none extra, with a browser and without."""

import csv
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest

from model import Outcome, Verdict
from storage import open_store
from tests.whole.demo_server import audited_demo
from tests.whole.gate import duwang

TOLD = {Outcome.FAIL, Outcome.UNSURE, Outcome.BLOCKED, Outcome.NOT_OBSERVED, Outcome.CRASHED}
Key = tuple[str, str, str]


def expected(folder: Path, browser: str) -> set[Key]:
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["rule_id"], row["outcome"], row["locus"])
            for row in csv.DictReader(file)
            if row["browser"] in ("both", browser)
        }


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Verdict]]:
    """The verdicts of one demo run, made once for each way of running it; the one without is everybody's."""
    made: dict[str, list[Verdict]] = {}

    def run(browser: str) -> list[Verdict]:
        if browser not in made:
            if browser == "without":
                folder = audited_demo(tmp_path_factory, browser)
                said = (folder / "code").read_text("utf-8")
                assert said.startswith("0 "), said
                out = folder / "duwang-data"
            else:
                out = tmp_path_factory.mktemp(browser)
                answer = duwang("demo", "--out", str(out), cwd=out)
                assert answer.code == 0, answer
            with closing(open_store(f"sqlite:///{(out / 'duwang.sqlite3').as_posix()}")) as store:
                (record,) = store.runs()
                made[browser] = list(store.verdicts(record.id))
        return made[browser]

    return run


@pytest.mark.parametrize("browser", [pytest.param("with", marks=pytest.mark.browser), "without"])
def test_the_demo_finds_exactly_what_is_expected(
    verdicts: Callable[[str], list[Verdict]], demo_folder: Path, browser: str
) -> None:
    found = {
        (one.rule_id, str(one.outcome), one.locus)
        for one in verdicts(browser)
        if one.outcome in TOLD
        and not one.set_aside  # other sites and a week of visits are no part of the demo
    }
    wanted = expected(demo_folder, browser)
    assert (found - wanted, wanted - found) == (set(), set())


def test_every_dead_link_names_the_pages_that_show_it(
    verdicts: Callable[[str], list[Verdict]], portal: ModuleType
) -> None:
    def file_of(url: str) -> str:
        path = urlsplit(url).path
        return path + "index.html" if path.endswith("/") else path

    dead = {
        one.locus: {file_of(url) for url in one.parents}
        for one in verdicts("without")
        if one.outcome is Outcome.FAIL and one.check == "dead_link"
    }
    on = {one.where: set(one.on) for one in portal.PLANTED}
    assert dead == {where: on[where] for where in dead}
    assert len(dead) == 7
