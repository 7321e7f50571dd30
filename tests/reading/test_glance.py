"""What is noted of a page tells the live pass exactly what the page itself would, also after it was kept."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.portal import AS_OF
from bench.reading_speed import HOME, folder_pages, generated_pages, stored
from model import FetchOutcome, LinkPlace, LinkRelation, Moment, Period, Purpose, Rank, Site, Snapshot
from reading import Contents, Glance, Guide, glance_in, glance_of, read, read_page, told_by, wants_page
from reading.view import Way
from rules import column_directory

FIXTURES = Path(__file__).parents[2] / "fixtures"
PURPOSES = (Purpose.HOME, Purpose.COLUMN, Purpose.LIST, Purpose.ARTICLE, Purpose.PROBE)
PAGES = [
    (one.snapshot.model_copy(update={"purpose": PURPOSES[min(number, 1 + number % 4)]}), one.body, one.site)
    for number, one in enumerate(stored([*generated_pages(120, 1)[:60], *folder_pages(FIXTURES, 200)]))
]


def test_a_glance_leads_where_the_page_leads() -> None:
    guides = {
        kind: Guide(Site(home=HOME), column_directory(), Moment(as_of=AS_OF), Period(months=12), sample=1)
        for kind in ("page", "glance", "kept")
    }
    for snapshot, body, site in PAGES:
        step = guides["page"].step(snapshot, body)
        if wants_page(snapshot):
            assert guides["glance"].step(snapshot, body) == guides["kept"].step(snapshot, body) == step
            continue
        glance = glance_of(Contents(snapshot, body, site))
        kept = glance_in(told_by(glance))
        assert kept == pickle.loads(pickle.dumps(glance)) == glance  # noqa: S301 - our own
        assert guides["glance"].take(snapshot, glance) == step, snapshot.url
        assert guides["kept"].take(snapshot, kept) == step, snapshot.url


def test_facts_of_a_page_that_was_glanced_at_are_its_facts() -> None:
    for snapshot, body, site in PAGES[:40]:
        page = Contents(snapshot, body, site)
        glance_of(page)
        assert read_page(page) == read(snapshot, body, site, column_directory())


@pytest.mark.parametrize("purpose", list(Purpose))
def test_only_answers_to_made_up_addresses_are_wanted_whole(purpose: Purpose) -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    snapshot = Snapshot(
        id="R/1", run_id="R", url=HOME, final_url=HOME, purpose=purpose, rank=Rank.HOME, fetched_at=at,
        outcome=FetchOutcome.OK, status=200,
    )  # fmt: skip
    assert wants_page(snapshot) is (purpose is Purpose.SIBLING)


WAYS = (
    Way("http://a.gov.cn/", LinkRelation.INTERNAL, "首页", LinkPlace.NAVIGATION),
    Way("http://a.gov.cn/?a=\n1", LinkRelation.EXTERNAL, '"两\r\n行"\u2028\\', LinkPlace.OTHER, "area"),
    Way("", LinkRelation.INTERNAL),
)


def test_links_cross_as_they_are_whatever_they_hold() -> None:
    bare = Glance(url=HOME, outcome=FetchOutcome.OK, is_html=True, sheet=WAYS)
    for links in ((), WAYS, WAYS[1:2], WAYS * 3):
        glance = bare.model_copy(update={"every_link": links, "shown": len(links)})
        found = glance_in(told_by(glance))
        assert found == glance and all(isinstance(one.place, LinkPlace) for one in found.every_link)


@pytest.mark.parametrize(
    "told",
    [
        b"", b"{", b'{"url":"http://a.cn/"}', b'{"url":"u","outcome":"ok","is_html":true}\n',
        b'{"url":"u","outcome":"ok","is_html":true}\n["u","internal","","else","a"]',
        b'{"url":"u","outcome":"ok","is_html":true}\n["u","internal","\xff","other","a"]',
    ],
)  # fmt: skip
def test_bytes_that_are_no_glance_are_told_apart(told: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        glance_in(told)


def test_words_that_cannot_be_written_are_not() -> None:
    glance = Glance(
        url=HOME, outcome=FetchOutcome.OK, is_html=True, every_link=(Way("u\udcff", WAYS[0].relation),)
    )
    with pytest.raises(UnicodeEncodeError):
        told_by(glance)
