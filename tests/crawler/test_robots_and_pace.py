"""robots.txt under concurrency, Crawl-delay, and the pace of a host."""

import itertools
import time
from types import SimpleNamespace

from scrapy.core.downloader import Slot
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from crawler.pace import Pace


def slowly(text):
    def robots(handler):
        time.sleep(0.4)
        handler.answer(200, text.encode())

    return robots


def test_eight_requests_that_wait_for_robots_are_all_refused(origin_of, crawl_of, tools):
    origin = origin_of(robots=slowly("User-agent: *\nDisallow: /private/\n"))
    secret = [origin.url(f"/private/{n}") for n in range(8)]
    seeds = [tools.lead(url) for url in secret] + [tools.lead(origin.url("/ok/1"))]
    moved = origin.url(f"/to?u={origin.url('/private/moved')}")
    got = crawl_of([*seeds, tools.lead(moved)], pace={"concurrency": 8})
    assert origin.paths() == ["/ok/1", moved.removeprefix(origin.url(""))] or set(origin.paths()) == {
        "/ok/1",
        moved.removeprefix(origin.url("")),
    }
    assert [seen.path for seen in origin.seen].count("/robots.txt") == 1
    assert {got.outcome(url) for url in secret} == {("skipped_robots", "robots")}
    assert got.outcome(moved) == ("skipped_robots", "robots"), "a redirect does not get round it"
    assert sorted(got.report["robots_refused"]) == sorted([*secret, moved])
    assert got.report["requests"] == 2, "what was not asked costs nothing"


def test_rules_for_us_outrank_those_for_all(origin_of, crawl_of, tools):
    origin = origin_of(robots="User-agent: duwang\nDisallow: /ok/no\n\nUser-agent: *\nDisallow: /\n")
    got = crawl_of([tools.lead(origin.url("/ok/yes")), tools.lead(origin.url("/ok/no"))])
    assert got.report["outcomes"] == {"ok": 1, "skipped_robots": 1}
    assert origin.paths() == ["/ok/yes"]


def test_a_missing_or_broken_robots_txt_allows_everything(origin_of, crawl_of, tools):
    missing = origin_of(robots=lambda handler: handler.answer(404, b"Disallow: /"))
    failing = origin_of(robots=lambda handler: handler.answer(503, b"<html>busy</html>"))
    hanging = origin_of(robots=tools._hang)
    garbage = origin_of(robots=b"\xff\xfe\x00" * 900)
    origins = (missing, failing, hanging, garbage)
    got = crawl_of([tools.lead(one.url("/ok/")) for one in origins], limits={"timeout_seconds": 1})
    allowed = {one["url"] for one in got.snapshots if one["outcome"] == "ok"}
    assert allowed >= {failing.url("/ok/"), hanging.url("/ok/"), garbage.url("/ok/")}


def gaps(origin):
    times = [seen.at for seen in origin.seen]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_crawl_delay_holds_also_against_autothrottle_and_is_capped(origin_of, crawl_of, tools):
    origin = origin_of(robots="User-agent: *\nCrawl-delay: 900\n")
    got = crawl_of(
        [tools.lead(origin.url(f"/ok/{n}")) for n in range(4)],
        pace={"concurrency": 2, "autothrottle": True, "max_crawl_delay": 0.7},
    )
    assert len(got.snapshots) == 4
    assert all(0.45 <= gap < 2.5 for gap in gaps(origin)), gaps(origin)


def test_the_delay_of_the_plan_is_kept(origin_of, crawl_of, tools):
    origin = origin_of()
    crawl_of(
        [tools.lead(origin.url(f"/ok/{n}")) for n in range(5)], pace={"delay": 0.5, "autothrottle": True}
    )
    assert all(gap >= 0.33 for gap in gaps(origin)), gaps(origin)


def test_never_more_on_the_wire_than_the_plan_allows(origin_of, crawl_of, tools):
    now, most = [0], [0]

    def busy(handler):
        now[0] += 1
        most[0] = max(most[0], now[0])
        time.sleep(0.1)
        now[0] -= 1
        handler.answer(200, b"done")

    origin = origin_of({"/busy/": busy})
    crawl_of([tools.lead(origin.url(f"/busy/{n}")) for n in range(12)], pace={"concurrency": 3})
    assert most[0] == 3


def test_a_host_that_was_busy_once_is_asked_as_often_as_before_after_a_while():
    slot = Slot(concurrency=2, delay=0.5)
    downloader = SimpleNamespace(slots={"h": slot}, per_slot_settings={})
    crawler = get_crawler(settings_dict={"DOWNLOAD_DELAY": 0.5, "ROBOTSTXT_USER_AGENT": "duwang"})
    crawler.engine = SimpleNamespace(downloader=downloader)
    pace = Pace(crawler)
    request = Request("http://h/", meta={"download_slot": "h"})

    def answers(status, times=1):
        for _ in range(times):
            pace._response_downloaded(Response("http://h/", status=status), request)
        return slot.delay

    assert answers(200) == 0.5
    assert answers(429) == 1.0
    assert answers(429) == 2.0, "busy again: slower again"
    assert answers(200, 29) == 2.0
    assert answers(200) == 1.0, "thirty good answers in a row"
    assert answers(200, 29) == 1.0
    assert answers(429) == 2.0, "the row is broken"
    assert answers(200, 60) == 0.5, "as planned, and no faster"
    assert answers(200, 60) == 0.5
