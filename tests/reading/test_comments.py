"""Links in comments: nobody sees them, so they are kept apart from those a page shows."""

from collections.abc import Callable

from model import (
    ColumnDirectory,
    CrawlReport,
    LinkRelation,
    Moment,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import Guide, observe, read
from reading.comments import commented_links, without_comments

HOME = "http://rsj.example/"
HTML = """<html><body><a href="/seen.html">看得见</a><!-- <a class="x" href="/left.html">旧微博</a>
<a href="/seen.html">也在注释里</a><a href="http://other.cn/">外</a> --><!--[if IE]><a href="/ie.html">条件</a><![endif]--></body></html>"""


def test_what_a_comment_holds_and_what_is_left_without_it() -> None:
    assert commented_links("a<!-- <a href='/x'>旧</a> -->b<!--<a title=1 href=\"/y\" >新</a>") == [
        ("/x", "旧")
    ]
    assert without_comments("a<!-- x -->b<!--[if IE]>c<![endif]-->d") == "ab<!--[if IE]>c<![endif]-->d"
    assert without_comments("a<!--b") == "a<!--b"


def test_a_megabyte_of_unclosed_comments_is_read_at_once() -> None:
    text = "<!-- <a href='/x'>" * 60_000
    assert (commented_links(text), without_comments(text)) == ([], text)


def test_a_target_some_page_shows_is_that_pages_link(
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
    snapshot: Callable[..., Snapshot],
) -> None:
    shot = snapshot(HOME, purpose=Purpose.HOME)
    facts = read(shot, HTML.encode(), site, directory)
    found = observe(site, moment, "R1", [(shot, facts)], report, directory)
    relations = {link.url.removeprefix("http://rsj.example"): link.relation for link in found.links}
    assert relations["/seen.html"] is LinkRelation.INTERNAL
    assert relations["/left.html"] is LinkRelation.COMMENTED
    assert "http://other.cn/" not in relations


def test_a_commented_target_is_only_probed(
    site: Site, directory: ColumnDirectory, moment: Moment, snapshot: Callable[..., Snapshot]
) -> None:
    guide = Guide(site, directory, moment, Period.model_validate("P1Y"))
    leads = guide.step(snapshot(HOME, purpose=Purpose.HOME), HTML.encode()).leads
    told = {lead.url.removeprefix("http://rsj.example"): (lead.rank, lead.method) for lead in leads}
    assert told["/left.html"] == (Rank.PROBE, "HEAD")
    assert told["/seen.html"] == (Rank.SURVEY, "GET")


def test_a_folder_and_its_index_page_are_one_parent(
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
    snapshot: Callable[..., Snapshot],
) -> None:
    """Seen in the demo's own sheet: "3 pages link to it" where two did."""
    pages = []
    for number, path in enumerate(("", "a/", "a/index.html", "a/index_1.html"), start=1):
        shot = snapshot(HOME + path, purpose=Purpose.LIST, id=f"R1/{number:06d}")
        pages.append(
            (shot, read(shot, b'<html><body><a href="/gone.html">x</a></body></html>', site, directory))
        )
    (link,) = observe(site, moment, "R1", pages, report, directory).links
    assert [one.url.removeprefix(HOME) for one in link.found_on] == ["", "a/", "a/index_1.html"]
