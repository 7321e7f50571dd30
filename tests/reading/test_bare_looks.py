"""Looks that only ask whether something is there: files by their first bytes, hosts, and the time a page took."""

from datetime import UTC, datetime, timedelta

from model import (
    Attempt,
    CrawlReport,
    FetchOutcome,
    HostFacts,
    LinkRelation,
    Moment,
    Observation,
    Purpose,
    Rank,
    Site,
    Snapshot,
    StopReason,
)
from reading import Guide, observe, read
from rules import column_directory

SITE = Site(home="http://www.x.example/")
AT = datetime(2021, 1, 13, 1, tzinfo=UTC)
DIRECTORY = column_directory()
HOME = """<title>某县</title><ul class="nav"><li><a href="/tzgg/">通知公告</a></ul>
<div class="con"><a href="/f/a.doc">申请表</a> <a href="/f/b.PDF">通知</a> <img src="/i/p.jpg"></div>"""
PAGE = (
    "<!DOCTYPE html><title>某页</title><p>"
    + "文件暂时无法提供下载。" * 30
    + '<a href="/else/x.html">另一页</a>'
)


def shot(number: int, path: str, purpose: Purpose = Purpose.COLUMN, **more: object) -> Snapshot:
    fields: dict[str, object] = {
        "id": f"r1/{number:06d}",
        "run_id": "r1",
        "url": f"http://www.x.example{path}",
        "final_url": f"http://www.x.example{path}",
        "purpose": purpose,
        "rank": Rank.HOME if purpose is Purpose.HOME else Rank.PROBE,
        "fetched_at": AT + timedelta(seconds=number),
        "outcome": FetchOutcome.OK,
        "status": 200,
        "headers": {"content-type": "text/html; charset=utf-8"},
        "elapsed_ms": 40 * number,
        "sha256": "0" * 64,
    }
    return Snapshot.model_validate(fields | more)


def tasted(number: int, path: str, *attempts: Attempt) -> Snapshot:
    return shot(number, path, Purpose.PROBE, sha256=None, status=206, attempts=attempts)


def attempt(leading: bytes, **more: object) -> Attempt:
    given = {"at": AT, "method": "GET", "outcome": FetchOutcome.OK, "status": 206, "leading": leading.hex()}
    return Attempt.model_validate(given | more)


def observed(*shots: tuple[Snapshot, str], hosts: tuple[HostFacts, ...] = ()) -> Observation:
    pairs = [(one, read(one, body.encode(), SITE, DIRECTORY)) for one, body in shots]
    report = CrawlReport(started_at=AT, ended_at=AT, stop=StopReason.FINISHED, hosts=hosts)
    return observe(SITE, Moment(as_of=AT), "r1", pairs, report, DIRECTORY)


def test_files_and_images_are_asked_for_their_first_bytes() -> None:
    """A server may say of a file that it is there, when only its head is asked for."""
    guide = Guide(SITE, DIRECTORY, Moment(as_of=AT), timedelta(days=400), True)
    leads = {one.url: one for one in guide.step(shot(1, "/", Purpose.HOME), HOME.encode()).leads}
    for path in ("/f/a.doc", "/f/b.PDF", "/i/p.jpg"):
        lead = leads[f"http://www.x.example{path}"]
        assert (lead.method, lead.purpose, dict(lead.headers)) == (
            "HEAD",
            Purpose.PROBE,
            {"Range": "bytes=0-1023"},
        )


def test_first_bytes_are_no_page_whatever_type_the_server_tells() -> None:
    taste = tasted(2, "/f/a.doc", attempt(b"\xd0\xcf\x11\xe0", content_type="text/html", size=9000))
    assert taste.bare
    found = observed((shot(1, "/", Purpose.HOME), HOME), (taste, ""))
    assert [page.url for page in found.pages] == ["http://www.x.example/"]
    (link,) = (one for one in found.links if one.relation is LinkRelation.ATTACHMENT and "a.doc" in one.url)
    (tried,) = link.attempts
    assert (tried.outcome, tried.leading, tried.size) == (FetchOutcome.OK, "d0cf11e0", 9000)
    assert not [one for one in found.coverage.unread if "a.doc" in one.url]


def test_a_page_in_the_place_of_a_file_leads_nowhere_and_is_no_page_of_the_site() -> None:
    tries = (attempt(b"<!DOCTYPE html>"), attempt(b"<!DOCTYPE html>", status=200))
    whole = shot(2, "/f/a.doc", Purpose.PROBE, attempts=tries)
    assert not whole.bare
    found = observed((shot(1, "/", Purpose.HOME), HOME), (whole, PAGE))
    assert [page.url for page in found.pages] == ["http://www.x.example/"]
    assert not [one for one in found.links if "/else/" in one.url]
    (link,) = (one for one in found.links if "a.doc" in one.url)
    assert [one.outcome for one in link.attempts] == [FetchOutcome.OK, FetchOutcome.OK]
    guide = Guide(SITE, DIRECTORY, Moment(as_of=AT), timedelta(days=400), True)
    assert not guide.step(whole, PAGE.encode()).leads


def test_a_page_that_says_the_file_is_gone_refines_the_last_look_only() -> None:
    gone = "<html><title>404 Not Found</title><h1>Not Found</h1>"
    tries = (attempt(b"<html><title>404"), attempt(b"<html><title>404", status=200))
    whole = shot(2, "/f/a.doc", Purpose.PROBE, attempts=tries)
    found = observed((shot(1, "/", Purpose.HOME), HOME), (whole, gone))
    (link,) = (one for one in found.links if "a.doc" in one.url)
    assert [one.outcome for one in link.attempts] == [FetchOutcome.OK, FetchOutcome.SOFT404]


def test_what_was_asked_about_hosts_reaches_the_checks() -> None:
    host = HostFacts(host="www.x.example", asked_at=AT, ipv6=())
    found = observed((shot(1, "/", Purpose.HOME), HOME), hosts=(host,))
    assert found.hosts == (host,)


def test_the_time_a_page_took_is_that_of_its_plain_look() -> None:
    plain = shot(1, "/", Purpose.HOME, elapsed_ms=700)
    drawn = shot(2, "/", Purpose.HOME, elapsed_ms=9000, rendered=True)
    assert observed((plain, HOME)).pages[0].elapsed_ms == 700
    (page,) = observed((plain, HOME), (drawn, HOME)).pages
    assert (page.rendered, page.elapsed_ms) == (True, 700)
    assert observed((drawn, HOME)).pages[0].elapsed_ms is None
