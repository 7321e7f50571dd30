"""Fragments: parts of a page that links name, and that it does not have."""

from collections.abc import Callable

import pytest

from model import FetchOutcome, Link, LinkRelation, PageFacts
from reading.fragments import NOTHING, missing_fragments

TO = "http://rsj.example/long.html"
PLAIN = '<body><h2 id="part1">一</h2><a name="第二章">二</a><p id="a b">三</p></body>'


def links(*fragments: str) -> list[Link]:
    return [
        Link(url=TO, raw=f"long.html#{one}", relation=LinkRelation.INTERNAL, fragment=one)
        for one in fragments
    ]


@pytest.mark.parametrize(
    "fragment",
    ["part1", "第二章", "%E7%AC%AC%E4%BA%8C%E7%AB%A0", "%B5%DA%B6%FE%D5%C2", "a b", "a%20b", "", "top", "TOP",
     ":~:text=part", "text=x", "/route", "!/route", "page=2"],
)  # fmt: skip
def test_a_part_that_is_there_or_can_be_anything_is_not_missed(
    facts: Callable[..., PageFacts], fragment: str
) -> None:
    assert missing_fragments(links(fragment), [facts(PLAIN, TO)]) == {}


def test_parts_that_are_not_there_are_named(facts: Callable[..., PageFacts]) -> None:
    assert missing_fragments(links("part9", "Part1", "part1", "part9"), [facts(PLAIN, TO)]) == {
        TO: ("Part1", "part9")
    }
    assert missing_fragments(links("x"), [facts("<body><p>无</p></body>", TO)]) == {TO: ("x",)}


@pytest.mark.parametrize(
    ("name", "html", "outcome"),
    [
        ("a script may make parts", PLAIN + "<script>go()</script>", FetchOutcome.OK),
        ("a frame may hold them", PLAIN + "<iframe src='/f.html'></iframe>", FetchOutcome.OK),
        (
            "more parts than are kept",
            "<body>" + "".join(f"<p id=p{n}>x" for n in range(2100)),
            FetchOutcome.OK,
        ),
        ("not seen", PLAIN, FetchOutcome.BLOCKED),
    ],
)
def test_a_page_that_was_not_seen_whole_lacks_nothing(
    facts: Callable[..., PageFacts], name: str, html: str, outcome: FetchOutcome
) -> None:
    page = facts(html, TO, outcome=outcome, status=200 if outcome is FetchOutcome.OK else 403)
    assert page.anchors == ()
    assert missing_fragments(links("nowhere"), [page]) == {}


def test_a_target_that_was_not_read_lacks_nothing() -> None:
    assert missing_fragments(links("nowhere"), []) == {}


def test_two_looks_at_one_page_are_taken_together(facts: Callable[..., PageFacts]) -> None:
    one, other = facts('<p id="a">x</p>', TO), facts('<p id="b">x</p>', TO)
    assert missing_fragments(links("a", "b", "c"), [one, other]) == {TO: ("c",)}
    scripted = facts('<p id="b">x</p><script>go()</script>', TO)
    assert missing_fragments(links("c"), [one, scripted]) == {}
    assert NOTHING in one.anchors
