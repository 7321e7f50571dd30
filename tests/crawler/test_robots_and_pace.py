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
            pace.downloaded(Response("http://h/", status=status), request)
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


def busy_at_first(times, robots, **headers):
    """A robots.txt for which its host is too busy so many times."""
    left = [times]

    def answer(handler):
        left[0] -= 1
        if left[0] >= 0:
            handler.answer(429, b"busy", **headers)
        else:
            handler.answer(200, robots.encode())

    return answer


def test_a_host_too_busy_for_its_rules_is_left_alone_and_asked_for_them_again(origin_of, crawl_of, tools):
    rules = "User-agent: *\nDisallow: /private/\n"
    origin = origin_of(robots=busy_at_first(1, rules, Retry_After="1"))
    seeds = [tools.lead(origin.url(path)) for path in ("/ok/1", "/private/1", "/ok/2")]
    got = crawl_of(seeds)
    assert [seen.path for seen in origin.seen][:2] == ["/robots.txt", "/robots.txt"]
    assert sorted(origin.paths()) == ["/ok/1", "/ok/2"]
    assert gaps(origin)[0] >= 0.95
    assert got.outcome(origin.url("/private/1")) == ("skipped_robots", "robots")
    assert got.outcome(origin.url("/ok/1")) == got.outcome(origin.url("/ok/2")) == ("ok", None)
    assert got.report["requests"] == 2 and got.report["stop"] == "finished"


def test_a_site_that_never_gives_its_rules_is_read_all_the_same(origin_of, crawl_of, tools):
    origin = origin_of(robots=busy_at_first(9, ""))
    got = crawl_of([tools.lead(origin.url("/ok/1"))], back_off=[0.4, 0.4, 0.4])
    assert [seen.path for seen in origin.seen] == ["/robots.txt", "/robots.txt", "/ok/1"]
    assert min(gaps(origin)) >= 0.38, "each time it is left alone first"
    assert got.outcome(origin.url("/ok/1")) == ("ok", None)


def test_a_site_whose_rules_tell_us_to_stay_away_for_hours_is_left_alone(origin_of, crawl_of, tools):
    origin = origin_of(robots=busy_at_first(9, "", Retry_After="9000"))
    got = crawl_of([tools.lead(origin.url(f"/ok/{n}")) for n in range(3)])
    assert [seen.path for seen in origin.seen] == ["/robots.txt"]
    assert [(one["host"], one["reason"]) for one in got.report["host_stops"]] == [
        (origin.host, "asked_to_wait")
    ]
    assert got.left() == {(5, "host_stopped"): 3} and got.snapshots == []


def test_what_was_handed_over_when_a_pause_begins_is_held_back(origin_of, crawl_of, tools):
    """The second request waits in line for its delay already when the first one is told to wait."""
    answers = iter([lambda h: h.answer(429, Retry_After="2")])
    origin = origin_of({"/any/": lambda h: next(answers, lambda h: h.answer(200, b"up again"))(h)})
    paths = ["/any/1", "/any/2", "/any/3"]
    got = crawl_of([tools.lead(origin.url(path)) for path in paths], pace={"delay": 0.6, "concurrency": 3})
    assert gaps(origin)[1] >= 1.9, gaps(origin)
    assert sorted(origin.paths()) == sorted([*paths, origin.paths()[0]])
    assert {one["outcome"] for one in got.snapshots} == {"ok"} and len(got.snapshots) == 3
    assert got.report["requests"] == 4, "what was held back was not asked"
