"""The harness of speed runs, tells what was planted, goes on where it was, and writes what was measured."""

import shutil
from pathlib import Path

import pytest

from bench.auditing import ROOT
from bench.performance import driver
from bench.performance.chart import chart
from bench.performance.demands import demands
from bench.performance.kept import Kept, Ran
from bench.performance.page import PAGES, markers
from bench.performance.profile import shares
from bench.performance.programs import programs
from bench.performance.race import race
from bench.performance.sums import ratio, speed
from bench.performance.tables import BLOCKS, block

_ASKS_ONCE = "import time, urllib.request; urllib.request.urlopen({home!r}).read(); time.sleep(60)"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in PAGES.values():
        shutil.copy(ROOT / "docs" / name, folder)
    return folder


def test_it_runs_tells_what_was_found_of_the_planted_and_writes_the_ratios(
    tmp_path: Path, docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--quick", "--only", "slow-peers", "--programs", "crawl,Scrapy", "--results", str(tmp_path / "kept"), "--write", "--docs", str(docs)]  # fmt: skip
    assert driver.main(words) == 0
    told = capsys.readouterr().out
    assert "10 of 12 dead found, 0 called dead wrongly" in told and "Scrapy" in told  # two answer 200
    text = (docs / PAGES["en"]).read_text("utf-8")
    assert "| **duwang: crawl, archive, reading beside it** |" in text and "| 10 / 12 | 0 |" in text
    kept = Kept(tmp_path / "kept")
    crawl, scrapy = kept.rows("slow-peers")
    assert f"| {crawl.pages_per_second / scrapy.pages_per_second:.2f} (" in text
    assert crawl.got == crawl.there == scrapy.got and crawl.peaks_mb and crawl.cpu_seconds > 0
    # what is kept is not run again
    assert driver.main(words) == 0
    assert len((tmp_path / "kept" / "runs.jsonl").read_text("utf-8").splitlines()) == 2


def ran(program: str, number: int, seconds: float, *, part: str = "peers", failed: str | None = None) -> Ran:
    return Ran(
        part, 100, 1, number, program, seconds=seconds, got=100, there=100, planted=3, found=3, peaks_mb=(50.0, 20.0), failed=failed
    )  # fmt: skip


def test_a_slow_program_is_stopped_and_counts_by_what_it_has_asked_for(tmp_path: Path) -> None:
    (one,) = [one for one in programs(None, "Scrapy")]
    slow = one._replace(
        words=lambda origin, folder: [
            *one.words(origin, folder)[:1],
            "-c",
            _ASKS_ONCE.format(home=origin.home),
        ]
    )
    (found,) = race(Kept(tmp_path), "peers", 100, 1, 1, [slow], cut=3.0)
    assert found.cut == 3.0 and not found.failed and found.got == 1 and 0.2 < found.pages_per_second < 0.4
    text = "\n".join(block("peers", Kept(tmp_path), "en"))
    assert "| 1, stopped after 3 s | – | – |" in text


def test_stacks_are_summed_by_what_the_code_is_for_and_a_part_that_was_not_looked_at_stays_as_it_stands(
    tmp_path: Path, docs: Path
) -> None:
    main = 'process 7:"python -m cli";<module> (cli.py:9);audit (audit/run.py:170)'
    stacks = [
        f"{main};_crawl (audit/run.py:171);_carry (crawler/wire.py:75);text_print (reading/text_print.py:5);sub (re/__init__.py:9) 4",
        f"{main};_crawl (audit/run.py:171);request (twisted/web/client.py:1);inner (contextlib.py:75) 3",
        f"{main};settle (audit/run.py:250);read_page (reading/reader.py:1) 2",
        'process 8:"python -c spawn";_find_and_load (<frozen importlib._bootstrap>:1);<module> (reading/tree.py:1) 1',
    ]
    assert shares(stacks) == {"text": 4, "network": 3, "settle": 2, "import": 1}
    before = (docs / PAGES["en"]).read_text("utf-8")
    words = ["--no-runs", "--results", str(tmp_path / "kept"), "--write", "--docs", str(docs)]
    assert driver.main(words) == 0
    after = (docs / PAGES["en"]).read_text("utf-8")
    begin, _ = markers("peers")
    assert after.split(begin)[1] == before.split(begin)[1]
    kept = Kept(tmp_path / "kept")
    kept.add(Ran("profile", 100, 1, 0, "audit", there=100, told={"shares": shares(stacks)}))
    assert driver.main(words) == 0
    assert "| reading: what is shown, its text and its print | 40.0% | – |" in (docs / PAGES["en"]).read_text(
        "utf-8"
    )


def test_a_ratio_is_made_of_runs_of_one_round() -> None:
    rows = [ran("audit", 0, 1.0), ran("floor", 0, 2.0), ran("audit", 1, 2.0), ran("floor", 1, 8.0), ran("audit", 2, 1.0)]  # fmt: skip
    found = ratio(rows, "audit", "floor", speed)
    assert found and (found.middle, found.least, found.most) == (3.0, 2.0, 4.0)
    assert ratio([*rows[:1], ran("floor", 0, 2.0, failed="stopped")], "audit", "floor", speed) is None


def test_what_another_state_of_the_code_did_counts_for_nothing(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.code = "old"
    kept.add(ran("audit", 0, 1.0))
    kept.code = "new"
    assert kept.has("peers", 100, 1, 0, "audit") is None
    kept.add(ran("audit", 0, 2.0))
    assert [one.seconds for one in Kept(tmp_path).rows("peers")] == [2.0]


def test_what_was_not_measured_is_neither_kept_nor_broken(tmp_path: Path) -> None:
    assert {one.holds for one in demands(Kept(tmp_path))} == {None}


@pytest.mark.parametrize("name", PAGES.values())
def test_the_page_has_a_place_for_every_part(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    assert all(text.count(mark) == 1 for part in BLOCKS for mark in markers(part))


def test_a_chart_holds_every_series() -> None:
    drawn = chart("speed", "pages/s", {"a": [(1000, 90.0), (10_000, 100.0)], "b": [(1000, 300.0)]})
    assert drawn.count("<polyline") == 2 and ">a 100<" in drawn and "<svg" in drawn
