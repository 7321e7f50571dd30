"""The pure parts by tables, and the places where we lean on the insides of libraries."""

import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.answer import keep_headers, retry_after
from crawler.folded import fold, unfolded
from crawler.frontier import Frontier
from crawler.guard import PrivateAddress
from crawler.manners import Manners
from crawler.outcome import of_error, of_status, tries_left
from crawler.refusal import NotRendered, RobotsRefused
from crawler.ticket import Ticket, web_host
from model import FetchOutcome, Lead, Limits, Purpose, Rank, StopReason
from report.messages import LANGUAGES, Messages


@pytest.mark.parametrize(
    ("status", "size", "outcome"),
    [
        (200, 9, "ok"),
        (204, 0, "ok"),
        (206, 9, "ok"),
        (202, 9, "ok"),
        (202, 0, "blocked"),
        (304, 0, "ok"),
        (302, 0, "blocked"),
        (400, 9, "blocked"),
        (401, 9, "login"),
        (407, 9, "login"),
        (403, 9, "blocked"),
        (404, 9, "gone"),
        (410, 9, "gone"),
        (405, 9, "blocked"),
        (412, 9, "blocked"),
        (418, 9, "blocked"),
        (429, 9, "blocked"),
        (491, 0, "blocked"),
        (500, 9, "server_error"),
        (503, 9, "server_error"),
        (512, 9, "blocked"),
        (521, 833, "blocked"),
        (530, 9, "server_error"),
        (999, 9, "blocked"),
    ],
)
def test_status(status, size, outcome):
    assert of_status(status, size) == (FetchOutcome(outcome), None if outcome == "ok" else f"status_{status}")


def test_an_empty_202_to_head_says_nothing():
    assert of_status(202, 0, "HEAD") == (FetchOutcome.OK, None)


@pytest.mark.parametrize(
    ("error", "outcome", "cause", "tries"),
    [
        (CannotResolveHostError(), "unreachable", "dns", 1),
        (DownloadConnectionRefusedError(), "unreachable", "refused", 1),
        (DownloadTimeoutError(), "unreachable", "timeout", 2),
        (ResponseDataLossError(), "unreachable", "data_loss", 1),
        (DownloadFailedError(), "unreachable", "failed", 0),
        (ConnectionResetError(), "unreachable", "reset", 1),
        (OSError(), "unreachable", "network", 1),
        (UnicodeError("label too long"), "unreachable", "bad_url", 0),
        (RobotsRefused("no"), "skipped_robots", "robots", 0),
        (PrivateAddress("no"), "skipped_private", "private_address", 0),
        (NotRendered("render_timeout"), "not_rendered", "render_timeout", 0),
    ],
)
def test_error(error, outcome, cause, tries):
    assert of_error(error) == (FetchOutcome(outcome), cause)
    assert tries_left(FetchOutcome(outcome), cause, None) == tries


def test_only_what_may_pass_is_tried_again():
    worth = {status for status in range(200, 600) if tries_left(of_status(status, 1)[0], None, status)}
    assert worth == {408, 429, 500, 502, 503, 504, 522, 524}


def test_headers_are_capped_and_hold_no_cookie_value():
    raw = {b"X-%d" % n: [b"v"] for n in range(60)}
    raw |= {
        b"Set-Cookie": [b"JSESSIONID=s3cret; Path=/", b"pass=hush", b"JSESSIONID=again"],
        b"X-Ctl": [b"a\0b\r\nc"],
    }
    raw |= {b"Content-Type": [b"text/html"], b"X-Cn": ["网站".encode()], b"X-Gbk": ["网站".encode("gbk")]}
    kept = keep_headers(raw)
    assert len(kept) == 40 and kept["content-type"] == "text/html"
    assert kept["set-cookie"] == "JSESSIONID, pass"
    few = keep_headers({name: raw[name] for name in (b"X-Ctl", b"X-Cn", b"X-Gbk")})
    assert few == {"x-ctl": "a b c", "x-cn": "网站", "x-gbk": "网站".encode("gbk").decode("latin-1")}


def test_retry_after_is_seconds_or_a_date():
    now = datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC)
    assert retry_after({"retry-after": "7"}, now) == 7
    assert retry_after({"retry-after": "Sat, 21 Nov 2026 08:00:30 GMT"}, now) == 30
    assert retry_after({"retry-after": "Sat, 21 Nov 2020 08:00:30 GMT"}, now) == 0
    for unusable in (
        {},
        {"retry-after": ""},
        {"retry-after": "soon"},
        {"retry-after": "٣"},
        {"retry-after": "-1"},
    ):
        assert retry_after(unusable, now) in (None, 3)


def lead(url, rank=Rank.ARTICLE, **more):
    return Lead(url=url, purpose=Purpose.ARTICLE, rank=rank, **more)


def urls_taken(frontier, now=0.0):
    taken = []
    while (ticket := frontier.take(now)) is not None:
        taken.append(ticket.lead.url)
        frontier.done(ticket, failed=False, now=now)
    return taken


def test_what_counts_as_seen():
    frontier = Frontier(Limits(), 9)
    added = [
        lead("http://h/a"),
        lead("http://h/a#part"),
        lead("http://h/a", method="HEAD"),  # fetching tells more than probing
        lead("http://h/a", method="POST", body=b"1"),
        lead("http://h/a", method="POST", body=b"2"),
        lead("http://h/a", method="POST", body=b"1"),
        lead("http://h/a", render=True),
        lead("http://h/a#x", render=True),
        lead("http://h/a#x", render=True),
        lead("http://h/a", Rank.CONFIRM),
        lead("http://h/a", Rank.CONFIRM),
        lead("http://h/b", method="HEAD"),
        lead("http://h/b"),
        lead("mailto:a@b"),
    ]
    assert [frontier.add(one, depth=0, now=0) for one in added] == [
        *(True, False, False, True, True, False, True, True, False, True, False, True, True, False)
    ]


def test_a_page_that_was_probed_may_still_be_read_and_one_that_is_read_is_not_probed():
    def wanted(url, purpose, method="GET"):
        return Lead(url=url, purpose=purpose, rank=Rank.PROBE, method=method)

    frontier = Frontier(Limits(), 9)
    leads = [
        wanted("http://h/a", Purpose.PROBE),
        wanted("http://h/a", Purpose.PROBE),
        wanted("http://h/a", Purpose.PROBE, "HEAD"),
        wanted("http://h/a", Purpose.COLUMN),
        wanted("http://h/a", Purpose.LIST),
        wanted("http://h/b", Purpose.ARTICLE),
        wanted("http://h/b", Purpose.PROBE),
        wanted("http://h/b", Purpose.PROBE, "HEAD"),
    ]
    assert [frontier.add(one, depth=0, now=0) for one in leads] == [
        True,
        False,
        False,
        True,
        False,
        True,
        False,
        False,
    ]
    assert frontier.add(leads[0], depth=0, now=0, again=True), "once more, because it only set a cookie"


def test_hosts_share_nothing_but_the_order():
    frontier = Frontier(Limits(), 1)
    for url, rank in (("http://a/1", 5), ("http://a/2", 1), ("http://b/1", 3), ("http://a/3", 0)):
        frontier.add(lead(url, Rank(rank)), depth=0, now=0)
    first, second = frontier.take(0), frontier.take(0)
    assert (first.lead.url, second.lead.url) == ("http://a/3", "http://b/1")
    assert frontier.take(0) is None, "both hosts are busy"
    frontier.done(first, failed=False, now=0)
    assert frontier.take(0).lead.url == "http://a/2"


def test_a_retry_keeps_its_place_and_waits_its_time():
    frontier = Frontier(Limits(), 1)
    for n in range(3):
        frontier.add(lead(f"http://a/{n}"), depth=0, now=0)
    ticket = frontier.take(0)
    frontier.later(ticket, 5.0)
    assert frontier.wake_at() == 5.0
    second = frontier.take(1)
    assert second.lead.url == "http://a/1"
    frontier.done(second, failed=False, now=1)
    assert frontier.take(6) is ticket


def test_only_what_waits_is_taken_back_until_the_wire_is_closed():
    frontier = Frontier(Limits(), 1)
    for n in range(2):
        frontier.add(lead(f"http://a/{n}"), depth=0, now=0)
    ticket = frontier.take(0)
    ticket.tries.append(object())
    frontier.later(ticket, 1.0)
    assert frontier.take(2) is ticket
    assert frontier.take_back() == [], "it is on the wire and will be answered"
    frontier.later(ticket, 9.0)
    assert frontier.take_back() == [ticket] and frontier.waiting == 1
    other = frontier.take(9)
    other.tries.append(object())
    assert frontier.take_back(flying=True) == [other]


def test_a_million_links_are_counted_but_not_kept():
    frontier = Frontier(Limits(max_pages=50), 1)
    for n in range(10_200):
        frontier.add(lead(f"http://a/{n}", Rank.PROBE), depth=0, now=0)
    frontier.add(lead("http://a/list", Rank.LIST), depth=0, now=0)
    assert frontier.waiting <= 10_002
    assert urls_taken(frontier)[0] == "http://a/list"
    left = frontier.drain("max_pages")
    assert [(one.rank, one.reason, one.count) for one in left] == [(Rank.PROBE, "max_pages", 10_200 - 49)]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://H.gov.cn/a", "h.gov.cn"),
        ("https://user:pw@h.gov.cn:8443/a", "h.gov.cn:8443"),
        ("http://[::1]:80/", "[::1]:80"),
        ("http:///a", None),
        ("http://[::1/", None),
        ("http://h:port/", None),
        ("//h/a", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("javascript:void(0)", None),
    ],
)
def test_only_web_addresses_have_a_host(url, host):
    assert web_host(url) == host


def note_all(rows):
    manners = Manners()
    for number, (outcome, cause, sha256, size) in enumerate(rows, 1):
        stop = manners.note(
            "h", purpose=Purpose.PROBE, outcome=FetchOutcome(outcome), cause=cause, sha256=sha256, size=size
        )
        if stop:
            return stop.reason, number
    return None


FINE = [("ok", None, f"sha{n}", 9000) for n in range(12)]
SHORT = ("ok", None, "same", 200)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([*FINE, *[("blocked", "status_412", "x", 9)] * 3], ("refused", 15)),
        ([*FINE, *[("blocked", "status_403", "x", 9)] * 9], None),  # folders without an index
        ([*FINE, *[("blocked", "status_403", "x", 9)] * 10], ("refused", 22)),
        ([*FINE, *[("blocked", "redirect_scheme", None, 0)] * 8], None),
        ([*[("blocked", "status_412", "x", 9)] * 2, *FINE, *[("blocked", "status_412", "x", 9)] * 2], None),
        ([*FINE, *[SHORT] * 19], None),
        ([*FINE, *[SHORT] * 20], ("throttled", 32)),
        ([*FINE, *[SHORT, FINE[0]] * 60], None),  # half of all is not most
        ([SHORT, *FINE, *[SHORT] * 60], None),  # it was so from the start
        ([*FINE, *[("ok", None, "same", 5000)] * 60], None),  # long ones are a template
        ([*FINE, *[("gone", "status_404", "same", 200)] * 60], None),  # a 404 page is the same everywhere
        ([*FINE, *[("ok", None, None, 0)] * 60], None),  # answers to HEAD
    ],
)
def test_when_a_host_is_left_alone(rows, verdict):
    assert note_all(rows) == verdict


def test_second_looks_that_show_the_same_missing_page_are_no_throttling():
    """Two hundred dead targets of one large site are looked at again one after the other, all with the one page."""
    manners = Manners()

    def note(outcome, sha256, size, again=False):
        return manners.note(
            "h", purpose=Purpose.ARTICLE, outcome=FetchOutcome(outcome), cause=None, sha256=sha256, size=size,
            again=again,
        )  # fmt: skip

    assert not any(note("ok", f"sha{n}", 9000) for n in range(40))
    assert not any(note("soft404", "missing", 300) for _ in range(3))
    assert not any(note("soft404", "missing", 300, again=True) for _ in range(60))
    told = [note("ok", "wall", 300, again=True) for _ in range(30)]  # never seen at a first look
    assert [stop.reason for stop in told if stop] == ["throttled"]


def test_a_refused_made_up_address_counts_only_when_it_is_a_challenge():
    manners = Manners()

    def note(cause):
        return manners.note(
            "h", purpose=Purpose.SIBLING, outcome=FetchOutcome.BLOCKED, cause=cause, sha256="x", size=9
        )

    assert [note("status_403") for _ in range(12)] == [None] * 12 and not manners.slower("h")
    assert note("blocked") is None and manners.slower("h")
    assert note("blocked") is None
    assert note("blocked").reason == "refused" and not manners.slower("h"), "a host left alone needs no pace"


def test_what_was_made_up_is_never_left_over():
    frontier = Frontier(Limits(max_pages=1), 1)
    for purpose in (Purpose.SIBLING, Purpose.LIST):
        lead = Lead(url=f"http://h/{purpose}", purpose=purpose, rank=Rank.LIST)
        assert frontier.add(lead, depth=0, now=0.0)
    assert [(one.count, one.examples) for one in frontier.drain("max_pages")] == [(1, ("http://h/list",))]


_STOPS = ("challenge", "refused", "throttled", "silent", "asked_to_wait")


def test_every_value_has_its_words_in_both_languages():
    causes = [
        "dns",
        "refused",
        "reset",
        "timeout",
        "network",
        "protocol",
        "data_loss",
        "bad_url",
        "failed",
        "certificate",
        "tls_version",
        "tls",
        "private_address",
        "robots",
        "too_large",
        "too_large_unpacked",
        "cut_here",
        "headers_too_large",
        "cut_short",
        "slow",
        "badly_packed",
        "redirect_loop",
        "redirect_nowhere",
        "redirect_scheme",
        "redirect_private",
        "status_503_wait",
        "status",
        "no_browser",
        "render_timeout",
        "render_failed",
    ]
    left = [*(one.value for one in StopReason), "max_depth", "max_renders", "max_external", "no_browser"]
    wanted = [f"outcome.{one.value}" for one in FetchOutcome]
    wanted += [f"outcome.{one.value}.remedy" for one in FetchOutcome]
    wanted += [f"stop.{one.value}" for one in StopReason] + [f"rank.{one.name.lower()}" for one in Rank]
    wanted += [f"cause.{one}" for one in causes] + [f"left.{one}" for one in left]
    wanted += [f"host_stop.{one}" for one in _STOPS]
    wanted += [f"browser.{one}" for one in ("found", "none", "not_found", "not_launched", "switched_off")]
    wanted += ["fault.browser_required"]
    wanted += [f"fault.home.{one}" for one in ("dns", "refused", "reset", "timeout", "network", "protocol")]
    wanted += [f"fault.home.{one}" for one in ("failed", "bad_url", "certificate", "tls_version", "tls")]
    wanted += [f"fault.home.redirect_{one}" for one in ("loop", "nowhere", "scheme", "private")]
    wanted += ["fault.home.private_address"]
    for language in LANGUAGES:
        messages = Messages(language)
        assert [one for one in wanted if not messages.has(one)] == []
        assert "X" in messages.text("browser.none", tried="X")


def test_importing_the_room_loads_neither_scrapy_nor_playwright():
    code = "import crawler, sys; print([m for m in ('scrapy', 'twisted', 'playwright') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_the_cookie_code_still_has_what_we_replace():
    from scrapy.downloadermiddlewares import cookies

    from crawler.passage import keep_suffixes_offline

    assert callable(cookies._split_domain) and cookies._split_domain.suffix_list_urls
    keep_suffixes_offline()
    assert not cookies._split_domain.suffix_list_urls
    assert cookies._is_public_domain("gov.cn") and not cookies._is_public_domain("example.gov.cn")


def test_scrapy_still_has_the_insides_we_lean_on():
    from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
    from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
    from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
    from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

    assert callable(RobotsTxtMiddleware.robot_parser) and callable(RobotsTxtMiddleware._parse_robots)
    assert callable(RobotsTxtMiddleware.process_request_2)
    assert callable(HTTP11DownloadHandler.download_request)
    assert callable(HttpCompressionMiddleware.process_response) and callable(
        RedirectMiddleware.handle_referer
    )


def test_a_folded_lead_comes_back_as_it_was():
    url = "http://w.gov.cn/a.html#7"
    leads = [
        Lead(url=url, purpose="article", rank=6, found_on="http://w.gov.cn/"),
        Lead(url=url, purpose="list", rank=2, column="gzdt", render=True),
        Lead(url=url, purpose="probe", rank=7, method="HEAD", headers=(("Range", "bytes=0-1"),)),
        Lead(url=url, purpose="list", rank=4, method="POST", body=b"page=2"),
    ]
    for order, lead in enumerate(leads):
        for more in ({}, {"opinion": True}, {"anew": True}):
            ticket = Ticket(lead, "w.gov.cn", 3, order, lead.method, **more)
            back = unfolded((int(lead.rank), order, fold(ticket)), "w.gov.cn")
            assert asdict(back) == asdict(ticket)
            assert back.lead == lead and back.lead.model_dump() == lead.model_dump()
