"""The measure of reading counts every page once, tells kinds apart and finds the readers that take the time."""

from pathlib import Path

import reading
from bench.reading_shares import shares
from bench.reading_speed import folder_pages, reading_speed, stored
from model import PageKind

READING = Path(reading.__file__).parent
PAGES = Path(__file__).parent.parent.parent / "fixtures" / "pages" / "labelled"


def test_every_page_is_counted_once_under_its_kind() -> None:
    pages = stored([*folder_pages(PAGES, 20), ("http://bench.example/empty", b"<!-- nothing -->")])
    speed = reading_speed(pages)
    assert speed.pages == 21 == sum(share.pages for share in speed.kinds.values())
    assert speed.facts_seconds == sum(share.seconds for share in speed.kinds.values()) > 0
    assert speed.guide_seconds > 0
    assert PageKind.ARTICLE in speed.kinds
    assert speed.repaired == ()


def test_a_page_that_lxml_refuses_is_named() -> None:
    assert reading_speed(stored([("http://bench.example/a", b"<!doctype html>")])).repaired == (
        "http://bench.example/a",
    )


def test_the_time_goes_to_named_readers() -> None:
    found = shares(stored(folder_pages(PAGES, 30)))
    assert abs(sum(found.values()) - 1) < 1e-9
    # Which readers a sampled clock sees depends on the machine; that they are modules of `reading/` does not.
    modules = {str(file.relative_to(READING).with_suffix("")) for file in READING.rglob("*.py")}
    assert set(found) <= (modules - {"tree"}) | {"parse", "other"}
    assert len(set(found) & modules) >= 3
