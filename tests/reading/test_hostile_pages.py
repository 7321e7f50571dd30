"""No bytes make reading raise or hang."""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model import ColumnDirectory, FetchOutcome, Moment, PageFacts, Period, Site, Snapshot
from reading import Guide, read
from tests.reading.conftest import ROOT
from tests.reading.mutated_pages import mutated

SECONDS = 2.0


MEGABYTES = 300
PARTS = 4
PAGES = int(os.environ.get("DUWANG_MUTATED_PAGES", "800"))  # every change and every shape several times
MUTATED = Path(__file__).parent / "mutated_pages.py"


def told_by_child(part: int, *folders: Path) -> dict[str, Any]:
    """What a process of its own tells of its share of the mutated pages; it ends itself after two minutes of CPU."""
    words = [sys.executable, str(MUTATED), str(part), str(PARTS), str(PAGES), *map(str, folders)]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=400,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (120, 120)),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_pages(part: int) -> None:
    """Cut, bit-flipped, recoded and nested real pages (the small ones of the fixtures where there are no others)."""
    saved = Path(os.environ.get("DUWANG_REAL_SITES", ROOT.parent / "shared" / "real-sites"))
    told = told_by_child(
        part, *(place for place in (ROOT / "fixtures" / "pages", saved / "pages") if place.is_dir())
    )
    assert told["pages"] >= PAGES / PARTS
    assert told["slowest"] < SECONDS, told["slowest_name"]
    assert told["peak_mb"] < MEGABYTES
    assert told["links"] > 10 * PAGES / PARTS  # they are still read, not thrown away


def test_the_same_number_makes_the_same_page() -> None:
    sources = [b"<p>a</p>" * 50, b"<li><a href=x>y</a></li>" * 50]
    made = [mutated(sources, number) for number in range(100)]
    assert made == [mutated(sources, number) for number in range(100)]
    assert len(set(made)) > 90
    assert max(map(len, made)) > 100_000


HUGE = {
    "deep divs": b"<div>" * 10_000 + b"x",
    "deep lists with links": b"<ul><li><a href=x>" * 10_000 + b"x",
    "deep tables": b"<table><tr><td>" * 5_000 + b"<a href=y>z</a>",
    "five megabytes of text": b"<p>" + "公开".encode() * 900_000,
    "five megabytes of links": b"<a href='/a/b.html'>link text</a> " * 150_000,
    "five megabytes of attributes": b"<div class='" + b"nav " * 1_250_000 + b"'>x</div>",
    "five megabytes of comment": b"<!--" + b"-" * 5_000_000,
    "five megabytes of open tags": b"<" * 5_000_000,
    "five megabytes of script": b"<script>" + b"document.write('<a href=\"x" * 200_000,
    "five megabytes of spaces": b" " * 5_000_000 + "<p>页面不存在</p>".encode(),
    "five megabytes of dates": b"<li><a href=x>t</a>2020-01-01</li>" * 150_000,
    "five megabytes of digits": b"<p>" + b"1" * 5_000_000,
    "five megabytes of styles": b"<style>" + b"a{}" * 1_600_000,
    "five megabytes of noise": random.Random(1).randbytes(5_000_000),
    "five megabytes of nothing": b"\0" * 5_000_000,
    "open comments": b"<!--" * 1_200_000,
    "open unescapes": b"conac<script>" + b"unescape('" * 400_000,
    "a menu of half-written links": b"<script>document.write('<a href="
    + b"<a href='x" * 1_900
    + b"</script>",
    "variables without end": b"<script>document.write('href');" + b"a='" * 6_000 + b"</script>",
    "labels without dates": b"<p>" + "发布时间：".encode() * 300_000,
    "crumbs without end": "<div class=dqwz>当前位置：".encode() + b"<a href=x>y</a> &gt; " * 50_000,
    "many metas": b"<meta name=a content=b>" * 200_000,
    "many titles": b"<title>x</title>" * 200_000,
    "a title of megabytes": b"<title>" + b"x " * 2_000_000,
    "many bases": b"<base href='http://[bad'>" * 100_000,
    "pager calls": b"<script>" + b"createPageHTML(" * 300_000 + b"</script>",
    "quotes": b"<script>var a='" + b"\\'" * 2_000_000 + b"</script>",
    "one long line of brackets": b"<p>" + b"{{" * 2_000_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_and_deep_pages(
    name: str,
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
) -> None:
    taken = snapshot("http://rsj.example/huge/")
    started = time.process_time()
    Guide(site, directory, moment, Period.model_validate("P1Y")).step(taken, HUGE[name])
    between = time.process_time()
    made = read(taken, HUGE[name], site, directory)
    ended = time.process_time()
    assert between - started < SECONDS
    assert ended - between < SECONDS
    assert isinstance(made.outcome, FetchOutcome)
    assert len(made.text) <= 20_000
    assert len(made.links) <= 5_000


def test_what_lies_below_great_depth_is_lost_not_fatal(facts: Callable[..., PageFacts]) -> None:
    page = facts("<body><p>上面</p>" + "<div>" * 10_000 + "<a href='/deep'>深</a>")
    assert "上面" in page.text
