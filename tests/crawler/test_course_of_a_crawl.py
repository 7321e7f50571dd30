"""Order, budgets, second looks, stops and left-overs, against real servers."""

import itertools
import json
import os
import signal
import time


def leading_to(*leads):
    return "\n".join(f"LEAD {json.dumps(one)}" for one in leads)


def test_a_budget_is_spent_verdict_first(origin_of, crawl_of, tools):
    origin = origin_of()
    url, lead = origin.url, tools.lead
    origin.pages["/"] = leading_to(
        *(lead(url(f"/ok/probe{n}"), 7, "probe") for n in range(30)),
        *(lead(url(f"/ok/survey{n}"), 6) for n in range(2)),
        lead(url("/list"), 2, "list"),
        lead(url("/ok/column"), 1, "column"),
        lead(url("/ok/list#top"), 2, "list"),
        lead(url("/ok/list"), 2, "list"),
        lead(url("/"), 0, "home"),
    )
    origin.pages["/list"] = leading_to(lead(url("/ok/next"), 4, "list"), lead(url("/ok/open"), 3, "list"))
    got = crawl_of([lead(url("/"), 0, "home")], limits={"max_pages": 10}, pace={"concurrency": 1})

    assert origin.paths() == [
        "/",
        "/ok/column",
        "/list",
        "/ok/list",
        "/ok/open",
        "/ok/next",
        "/ok/survey0",
        "/ok/survey1",
        "/ok/probe0",
        "/ok/probe1",
    ]
    assert got.report["stop"] == "max_pages" and got.report["requests"] == 10
    assert got.left() == {(7, "max_pages"): 28}
    assert got.report["left"][0]["examples"] == [url(f"/ok/probe{n}") for n in range(2, 22)]
    assert got.progress[0]["fetched"] == 1 and got.progress[0]["url"] == url("/")
    assert all(one["waiting"] >= 0 for one in got.progress)


def test_second_looks_come_last_a_second_later_and_out_of_their_own_reserve(origin_of, crawl_of, tools):
    origin = origin_of()
    url, lead = origin.url, tools.lead
    seeds = [lead(url("/status/404?a"), 1), lead(url("/status/404?b"), 1)]
    seeds += [lead(url(f"/ok/{n}"), 6) for n in range(50)]
    got = crawl_of(seeds, confirm=True, limits={"max_pages": 40})

    assert got.report["stop"] == "max_pages" and got.report["requests"] == 40
    assert sorted(origin.paths()[-2:]) == ["/status/404?a", "/status/404?b"]
    for mark in "ab":
        times = [seen.at for seen in origin.seen if seen.path == f"/status/404?{mark}"]
        assert len(times) == 2 and times[1] - times[0] >= 1
    looks = [one["rank"] for one in got.snapshots if one["outcome"] == "gone"]
    assert sorted(looks) == [1, 1, 8, 8]
    assert got.left() == {(6, "max_pages"): 14}


def test_a_crawl_waits_for_its_second_looks_and_counts_depth(origin_of, crawl_of, tools):
    origin = origin_of()
    url, lead = origin.url, tools.lead
    origin.pages |= {
        "/0": leading_to(lead(url("/1"))),
        "/1": leading_to(lead(url("/2")), lead(url("/n1"), 4), lead(url("/status/404"), 7, "probe")),
        "/n1": leading_to(lead(url("/n2"), 4)),
        "/n2": leading_to(lead(url("/n3"), 4)),
        "/n3": "the next pages of a list lie no deeper",
    }
    began = time.monotonic()
    got = crawl_of([lead(url("/0"))], confirm=True, limits={"max_depth": 1})
    assert origin.paths() == ["/0", "/1", "/n1", "/n2", "/n3"]
    assert got.left() == {(5, "max_depth"): 1, (7, "max_depth"): 1}
    assert got.report["stop"] == "finished"

    got = crawl_of([lead(url("/status/404"), 7, "probe")], confirm=True)
    assert [one["rank"] for one in got.snapshots] == [7, 8]
    assert got.seconds >= 1 and time.monotonic() - began < 30
    assert got.report["outcomes"] == {"gone": 2}


def test_the_time_budget_ends_a_crawl(origin_of, crawl_of, tools):
    origin = origin_of()
    seeds = [tools.lead(origin.url(f"/slow/0.3/{n}"), 2) for n in range(40)]
    got = crawl_of(seeds, limits={"max_seconds": 1}, pace={"concurrency": 1})
    assert got.report["stop"] == "max_seconds"
    assert 1 <= len(got.snapshots) <= 5
    assert got.left() == {(2, "max_seconds"): 40 - len(got.snapshots)}


def test_ctrl_c_keeps_what_was_fetched_and_what_waits_for_a_retry(origin_of, tools, nest):
    origin = origin_of()
    seeds = [tools.lead(origin.url("/status/500"), 0)]
    seeds += [tools.lead(origin.url(f"/slow/0.2/{n}"), 1) for n in range(200)]
    for number in (signal.SIGINT, signal.SIGTERM):
        origin.seen.clear()
        pid = nest.start(tools.task_of(seeds, pace={"concurrency": 1, "delay": 0.6}))
        while len(origin.paths()) < 2:
            time.sleep(0.02)
        os.kill(pid, number)
        got = nest.end()
        assert got.report["stop"] == "interrupted"
        assert got.stderr == ""
        kept = [one["url"] for one in got.snapshots]
        asked = {origin.url(path) for path in origin.paths()}
        assert asked == set(kept) and len(kept) < 20
        assert sum(got.left().values()) == 201 - len(kept)
        assert {reason for _, reason in got.left()} == {"interrupted"}


def test_a_second_ctrl_c_ends_at_once(origin_of, tools, nest):
    origin = origin_of()
    seeds = [tools.lead(origin.url("/ok/1"), 1), tools.lead(origin.url("/slow/7/"), 1)]
    pid = nest.start(tools.task_of(seeds, limits={"timeout_seconds": 30}))
    while len(origin.paths()) < 2:
        time.sleep(0.02)
    time.sleep(0.3)
    os.kill(pid, signal.SIGINT)
    time.sleep(0.3)
    began = time.monotonic()
    os.kill(pid, signal.SIGINT)  # the first one waits for what is under way
    got = nest.end()
    assert time.monotonic() - began < 4
    assert [one["url"] for one in got.snapshots] == [origin.url("/ok/1")]
    assert got.report["stop"] == "interrupted" and got.left() == {(1, "interrupted"): 1}


def test_a_sink_that_fails_ends_the_crawl_with_its_fault(origin_of, crawl_of, tools):
    origin = origin_of()
    got = crawl_of([tools.lead(origin.url(f"/ok/{n}")) for n in range(30)], sink_fails_at=3)
    assert got.fault == {"id": "fault.disk_full", "exit_code": 1, "params": {}}
    assert len(got.snapshots) == 3 and len(origin.paths()) <= 6


def test_a_host_that_refuses_is_left_alone_and_others_go_on(origin_of, crawl_of, tools):
    refusing, fine = origin_of(), origin_of()
    seeds = [tools.lead(refusing.url(f"/status/412?{n}"), 2) for n in range(20)]
    seeds += [tools.lead(fine.url(f"/ok/{n}"), 6) for n in range(4)]  # they share the slot that was slowed
    got = crawl_of(seeds, hosts=[refusing.host], pace={"concurrency": 1})
    assert got.report["host_stops"] == [{"host": refusing.host, "reason": "refused", "after_requests": 3}]
    assert got.report["stop"] == "host_stopped"
    assert len(refusing.paths()) == 3 and len(fine.paths()) == 4
    assert got.left() == {(2, "host_stopped"): 17}


def test_a_challenge_slows_the_crawl_until_the_host_answers_well_again(origin_of, crawl_of, tools):
    """The challenge comes with status 200 or 404: only reading the body can tell it."""
    wary = origin_of(
        {"/c/": "OUTCOME blocked", "/g/": lambda handler: handler.answer(404, b"OUTCOME blocked")}
    )
    paths = ("/ok/1", "/c/1", "/g/1", *(f"/ok/{n}" for n in range(2, 7)))
    got = crawl_of(
        [tools.lead(wary.url(path), 2) for path in paths], hosts=[wary.host], pace={"concurrency": 1}
    )
    times = [seen.at for seen in wary.seen if seen.path != "/robots.txt"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps[0] < 0.3 and gaps[1] >= 0.45 and gaps[2] >= 0.95, gaps
    assert all(gap < 0.3 for gap in gaps[-2:]), gaps
    assert got.report["outcomes"] == {"ok": 6, "blocked": 2} and not got.report["host_stops"]


def test_a_busy_host_is_given_time_with_or_without_its_asking(origin_of, crawl_of, tools):
    busy = origin_of({"/b/": lambda handler: handler.answer(429)})
    crawl_of(
        [tools.lead(busy.url("/b/1"), 2), tools.lead(busy.url("/ok/1"), 3)],
        pace={"concurrency": 1},
        back_off=[0.1] * 3,
    )
    times = [seen.at for seen in busy.seen if seen.path != "/robots.txt"]
    assert times[1] - times[0] >= 0.45, "the next request, whatever it asks for, comes later"


def test_a_challenge_on_the_home_page_ends_it_at_once(origin_of, crawl_of, tools):
    origin = origin_of({"/": "OUTCOME blocked"})
    seeds = [tools.lead(origin.url("/"), 0, "home"), tools.lead(origin.url("/ok/1"), 5)]
    got = crawl_of(seeds, hosts=[origin.host], pace={"concurrency": 1})
    assert [one["reason"] for one in got.report["host_stops"]] == ["challenge"]
    assert got.report["outcomes"] == {"blocked": 1} and origin.paths() == ["/"]
    assert got.of(origin.url("/"))["outcome"] == "ok", "the snapshot keeps what was on the wire"


def test_one_short_text_for_everything_is_throttling(origin_of, crawl_of, tools):
    count = iter(range(10_000))

    def flips(handler):
        handler.answer(200, b"busy" if next(count) >= 15 else b"article " + handler.path.encode())

    origin = origin_of({"/a/": flips})
    seeds = [tools.lead(origin.url(f"/a/{n}"), 5) for n in range(80)]
    got = crawl_of(seeds, hosts=[origin.host], pace={"concurrency": 1})
    assert got.report["host_stops"] == [{"host": origin.host, "reason": "throttled", "after_requests": 35}]
    assert got.left() == {(5, "host_stopped"): 45}


def test_a_site_of_short_identical_shells_is_not_throttling(origin_of, crawl_of, tools):
    origin = origin_of({"/a/": lambda handler: handler.answer(200, b"<div id=app></div>")})
    got = crawl_of([tools.lead(origin.url(f"/a/{n}"), 5) for n in range(60)], hosts=[origin.host])
    assert len(got.snapshots) == 60 and not got.report["host_stops"]
