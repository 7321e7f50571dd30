"""No bytes make reading raise or hang."""

import random
import time
from collections.abc import Callable

import pytest

from model import ColumnDirectory, FetchOutcome, Moment, PageFacts, Period, Site, Snapshot
from reading import Guide, read

SECONDS = 2.0


def mutated(source: bytes, chance: random.Random) -> bytes:
    body = bytearray(source)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        match chance.randrange(7):
            case 0:
                del body[at:]
            case 1:
                for _ in range(60):
                    if body:
                        body[chance.randrange(len(body))] = chance.randrange(256)
            case 2:
                body[at:at] = b"\0" * chance.randint(1, 2000)
            case 3:
                body[at:at] = b"<div><ul><li>" * chance.randint(1, 3000)
            case 4:
                body[at:at] = b"<!--" + b"<a href='" * 50
            case 5:
                body[at:at] = bytes(chance.randrange(256) for _ in range(300))
            case 6:
                body[at:at] = body[: chance.randrange(len(body) + 1)]
    return bytes(body)


@pytest.mark.parametrize("part", range(6))
def test_three_hundred_mutated_pages(
    part: int,
    page_case: Callable[[str], str],
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
) -> None:
    chance = random.Random(part)
    sources = [page_case(name).encode() for name in ("trs_empty_list.html", "kaipuyun_list.html")]
    guide = Guide(site, directory, moment, Period.model_validate("P1Y"))
    for number in range(50):
        body = mutated(chance.choice(sources), chance)
        taken = snapshot(f"http://rsj.example/{part}/{number}/")
        started = time.process_time()
        guide.step(taken, body)
        read(taken, body, site, directory)
        assert time.process_time() - started < SECONDS, (part, number)


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
