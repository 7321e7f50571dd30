"""Targets on others' hosts, on the wire: what those hosts see of us, and what the site's own crawl notices of them.

Other hosts are other addresses of loopback; pace and turns go by the address without its port.
"""

import gzip
import itertools
import os
import signal
import time
from typing import Any

import pytest

TASTE = [["Range", "bytes=0-1023"]]
DELAY = 0.3


@pytest.fixture
def others(origin_of: Any) -> Any:
    """`others(2, pages)`: a host at 127.0.0.2."""
    return lambda number, pages=None, **more: origin_of(pages, address=f"127.0.0.{number}", **more)


def outside(tools: Any, url: str, rank: int = 9, **more: Any) -> dict[str, Any]:
    return dict(tools.lead(url, rank, "probe", external=True, **more))


def gaps(origin: Any) -> list[float]:
    times = [seen.at for seen in origin.seen]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def held_until(held: list[bool], seen: Any) -> Any:
    """Answers only once that has been seen; `held` tells whether it was, in eight seconds at most."""

    def hold(handler: Any) -> None:
        until = time.monotonic() + 8
        while not seen() and time.monotonic() < until:
            time.sleep(0.02)
        held.append(bool(seen()))
        handler.answer(200, b"at last")

    return hold


def crawl_abroad(crawl_of: Any, seeds: list[dict[str, Any]], **more: Any) -> Any:
    pace = {"delay": more.pop("delay", DELAY), "concurrency": 1}
    return crawl_of(seeds, external_pace=pace, hosts=["127.0.0.1"], **more)


def test_no_host_sees_more_than_its_pace_and_the_sites_own_pages_do_not_wait(
    origin_of, others, crawl_of, tools
):
    """robots.txt, two ports of one host, a retry, a hop from one host to the other: all keep the distance."""
    own = origin_of()
    once, held = iter([503]), []
    first = others(
        2,
        {
            "/held": held_until(held, lambda: len(own.paths()) == 40),
            "/once": lambda h: h.answer(next(once, 200), b"up again"),
        },
    )
    second = others(2)
    third = others(3, {"/moved": lambda h: h.answer(302, Location=first.url("/ok/target"))})
    seeds = [outside(tools, first.url(path)) for path in ("/held", "/once", "/status/404")]
    seeds += [outside(tools, second.url("/ok/1")), outside(tools, third.url("/moved"))]
    seeds += [tools.lead(own.url(f"/ok/{n}")) for n in range(40)]
    got = crawl_abroad(crawl_of, seeds, turns={}, limits={"timeout_seconds": 20})

    wire = sorted([*first.seen, *second.seen], key=lambda seen: seen.at)
    distances = [later.at - earlier.at for earlier, later in itertools.pairwise(wire)]
    assert len(wire) == 2 + 6 and min(distances) >= DELAY, distances
    assert min(gaps(third)) >= DELAY
    assert held == [True], "the site's pages were all there while another host kept us waiting"
    assert got.outcome(first.url("/once")) == ("ok", None) and got.outcome(third.url("/moved")) == (
        "ok",
        None,
    )
    assert [a["status"] for a in got.of(first.url("/once"))["attempts"]] == [503, 200]
    assert got.of(third.url("/moved"))["final_url"] == first.url("/ok/target")
    assert (got.report["external_requests"], got.report["requests"]) == (7, 47)
    assert got.report["stop"] == "finished" and not got.report["left"]
    asked = [host for _, host, _ in got.turns]
    assert asked.count("127.0.0.2") == 8 and asked.count("127.0.0.3") == 2 and len(asked) == 10
    assert all(seen.headers["user-agent"].startswith("duwang/") for seen in wire)


def test_whose_turn_it_is_is_asked_before_every_request(others, crawl_of, tools):
    """Half a second to wait is waited on the way; a turn that lies far off is left, with all the host's targets."""
    soon, never = others(4), others(5)
    seeds = [outside(tools, soon.url(f"/ok/{n}")) for n in range(2)]
    seeds += [outside(tools, never.url(f"/ok/{n}")) for n in range(3)]
    got = crawl_abroad(crawl_of, seeds, delay=0, turns={"127.0.0.4": [0, 0.5, 0.5, 0], "127.0.0.5": [2000]})
    assert soon.paths() == ["/ok/0", "/ok/1"] and never.seen == []
    assert [wait for _, host, wait in got.turns if host == "127.0.0.4"] == [0, 0.5, 0.5, 0, 0]
    assert gaps(soon)[0] >= 0.95
    assert len(got.turns) == 5 + 1, "one answer of that kind is enough"
    assert got.left() == {(9, "host_stopped"): 3} and got.report["stop"] == "finished"
    assert got.report["external_requests"] == 2


def test_a_turn_that_comes_later_leaves_the_wire_to_others(others, crawl_of, tools):
    """More than five seconds is not waited on the wire; a budgeted second is all this crawl has."""
    busy, free = others(4), others(5)
    seeds = [outside(tools, busy.url("/ok/0")), outside(tools, free.url("/ok/0"))]
    got = crawl_abroad(crawl_of, seeds, delay=0, turns={"127.0.0.4": [30]}, limits={"max_seconds": 1})
    assert (busy.seen, free.paths()) == ([], ["/ok/0"])
    assert got.left() == {(9, "max_seconds"): 1}
    assert got.report["stop"] == "finished", "the site's own crawl was not cut off"


def test_only_the_beginning_of_others_pages_is_taken_and_kept(others, crawl_of, tools):
    long = b"<html><title>long</title>" + b"x" * 400_000
    packed = gzip.compress(b"<html><title>packed</title>" + bytes(range(256)) * 2000)
    origin = others(
        6,
        {
            "/long": long,
            "/packed": lambda h: h.answer(200, packed, Content_Encoding="gzip", Content_Type="text/html"),
            "/short": "<html><title>short</title>",
            "/gone": lambda h: h.answer(404, long),
            "/a.pdf": lambda h: h.answer(200, b"%PDF-1.7" + b"x" * 90_000, Content_Type="application/pdf"),
        },
    )
    seeds = [outside(tools, origin.url(path)) for path in ("/long", "/packed", "/short", "/gone")]
    seeds.append(outside(tools, origin.url("/a.pdf"), method="HEAD", headers=TASTE))
    got = crawl_abroad(crawl_of, seeds, delay=0, limits={"external_bytes": 20_000, "max_bytes": 2_000_000})
    cut = got.of(origin.url("/long"))
    assert (cut["outcome"], cut["cause"], cut["length"]) == ("ok", "cut_here", 20_000)
    assert cut["body"].startswith("<html><title>long") and cut["sha256"] == cut["attempts"][0]["sha256"]
    unpacked = got.of(origin.url("/packed"))
    assert (unpacked["outcome"], unpacked["cause"], unpacked["length"]) == ("ok", "cut_here", 20_000)
    assert unpacked["body"].startswith("<html><title>packed")
    assert got.outcome(origin.url("/short")) == ("ok", None)
    assert got.outcome(origin.url("/gone")) == ("gone", "status_404")
    assert got.of(origin.url("/gone"))["length"] == 20_000
    file = got.of(origin.url("/a.pdf"))
    assert (file["outcome"], file["cause"], file["sha256"]) == ("ok", None, None)
    (taste,) = file["attempts"]
    assert taste["leading"].startswith(b"%PDF-1.7".hex()) and taste["sha256"] and not taste["rendered"]


def test_a_target_of_others_that_is_longer_than_any_page_of_ours_may_be_is_there(others, crawl_of, tools):
    """A file behind a link that is asked for whole, because its address does not tell that it is one."""
    origin = others(6, {"/download": b"%PDF-1.7" + b"x" * 400_000})
    url = origin.url("/download")
    got = crawl_abroad(
        crawl_of,
        [outside(tools, url)],
        delay=0,
        limits={"external_bytes": 20_000, "max_bytes": 300_000},
    )
    assert (got.outcome(url), got.of(url)["length"], origin.paths()) == (
        ("ok", "cut_here"),
        20_000,
        ["/download"],
    )


def test_others_rules_are_obeyed_and_their_silence_is_believed_the_second_time(others, crawl_of, tools):
    """One time-out of robots.txt and one of the page: the host is left alone, and nobody else waits for it."""
    strict = others(7, robots="User-agent: *\nDisallow: /ok/no\n")
    silent = others(8, robots=tools._hang)
    brief = others(9, {"/hang": tools._hang})
    seeds = [outside(tools, silent.url(f"/hang?{n}")) for n in range(4)]
    seeds += [outside(tools, brief.url(path)) for path in ("/hang", "/ok/1", "/ok/2")]
    seeds += [outside(tools, strict.url(path)) for path in ("/ok/no", "/ok/yes")]
    got = crawl_abroad(crawl_of, seeds, delay=0.1)
    assert strict.paths() == ["/ok/yes"]
    assert got.outcome(strict.url("/ok/no")) == ("skipped_robots", "robots")
    assert [seen.path for seen in silent.seen] == ["/robots.txt", "/hang?0"]
    assert got.outcome(silent.url("/hang?0")) == ("unreachable", "timeout")
    assert len(got.of(silent.url("/hang?0"))["attempts"]) == 1
    assert brief.paths() == ["/hang", "/ok/1", "/ok/2", "/hang"] or brief.paths() == ["/hang", "/hang"]
    stops = {(one["host"], one["reason"]) for one in got.report["host_stops"]}
    assert ("127.0.0.8", "silent") in stops
    assert got.left()[9, "host_stopped"] >= 3 and got.report["stop"] == "finished"


def test_a_crawl_ends_in_time_whatever_still_waits_abroad(origin_of, others, crawl_of, tools):
    own, other = origin_of(), others(2)
    seeds = [tools.lead(own.url("/ok/1")), *(outside(tools, other.url(f"/ok/{n}")) for n in range(50))]
    got = crawl_abroad(crawl_of, seeds, delay=0.4, limits={"max_seconds": 1})
    assert got.report["stop"] == "finished" and got.of(own.url("/ok/1"))
    asked = len(other.paths())
    assert 1 <= asked <= 4 and got.left() == {(9, "max_seconds"): 50 - asked}


def test_pages_of_the_site_that_lead_off_it_take_turns_there_and_hold_up_nothing(
    origin_of, others, crawl_of, tools
):
    held: list[bool] = []
    other = others(3, {"/slow": held_until(held, lambda: len(own.paths()) == 13)})
    own = origin_of({"/out": lambda h: h.answer(302, Location=other.url(h.query["to"]))})
    seeds = [tools.lead(own.url(f"/out?to={path}")) for path in ("/slow", "/ok/1", "/ok/2")]
    seeds += [tools.lead(own.url(f"/ok/{n}")) for n in range(10)]
    got = crawl_abroad(crawl_of, seeds, turns={}, limits={"timeout_seconds": 20})
    ends = [one["final_url"] for one in got.snapshots if "/out" in one["url"]]
    assert sorted(ends) == sorted(other.url(path) for path in ("/slow", "/ok/1", "/ok/2"))
    assert min(gaps(other)) >= DELAY and len(other.seen) == 4
    assert held == [True]
    assert {host for _, host, _ in got.turns} == {"127.0.0.3"} and len(got.turns) == 4
    assert got.report["external_requests"] == 0, "they are spent from the budget of the page that leads there"


def test_second_looks_abroad_come_no_sooner_than_planned(others, crawl_of, tools):
    other = others(2)
    dead = other.url("/status/404")
    page = other.url("/status/404?page")
    other.pages["/lead"] = "LEAD " + __import__("json").dumps(outside(tools, dead, 8))
    got = crawl_abroad(
        crawl_of, [outside(tools, dead), outside(tools, other.url("/lead")), outside(tools, page)], delay=0.1
    )
    times = [seen.at for seen in other.seen if seen.path == "/status/404"]
    assert len(times) == 2 and times[1] - times[0] >= 1, "as long as the plan says"
    assert [one["rank"] for one in got.snapshots if one["url"] == dead] == [9, 8]
    assert got.report["external_requests"] == 4


def test_a_broken_list_of_turns_costs_the_links_and_not_the_crawl(origin_of, others, crawl_of, tools):
    own, other = origin_of(), others(2)
    seeds = [tools.lead(own.url("/ok/1")), outside(tools, other.url("/ok/1"))]
    got = crawl_abroad(crawl_of, seeds, turns={"127.0.0.2": ["broken"]})
    assert got.report["outcomes"] == {"ok": 1} and got.fault is None
    assert got.left() == {(9, "host_stopped"): 1} and other.seen == []


def test_ctrl_c_does_not_wait_for_a_turn_abroad(origin_of, others, tools, nest):
    """Four seconds are waited on the way, which is no reason to make a person wait."""
    own, other = origin_of(), others(4)
    seeds = [tools.lead(own.url("/ok/1")), outside(tools, other.url("/ok/1"))]
    pid = nest.start(tools.task_of(seeds, turns={"127.0.0.4": [4]}, hosts=["127.0.0.1"]))
    while not own.paths():
        time.sleep(0.02)
    time.sleep(0.3)
    os.kill(pid, signal.SIGINT)
    got = nest.end()
    assert got.report["stop"] == "interrupted" and other.seen == [] and got.stderr == ""
    assert got.left() == {(9, "interrupted"): 1} and got.of(own.url("/ok/1"))["outcome"] == "ok"


def test_nothing_is_sent_twice_to_a_host_that_hangs_up_on_kept_connections(others, crawl_of, tools):
    """Twisted would send such a GET again by itself, at once: past the pace, past the turn, counted by nobody."""

    def once(handler: Any) -> None:
        if getattr(handler, "served", False):
            handler.close_connection = True
        else:
            handler.served = True
            handler.answer(200, b"served")

    host = others(6, {"/robots.txt": once, "/a": once, "/b": once})
    got = crawl_abroad(crawl_of, [outside(tools, host.url(path)) for path in ("/a", "/b")])
    assert [got.outcome(host.url(path)) for path in ("/a", "/b")] == [("ok", None)] * 2
    assert host.paths() == ["/a", "/b"]
    assert [len(one["attempts"]) for one in got.snapshots] == [1, 1]


def test_others_who_cannot_say_what_they_allow_are_asked_for_nothing(others, crawl_of, tools):
    """Busy once: after the wait. Busy again, or a server error: not at all. Missing or forbidden: nothing is ruled out."""

    def busy(times: int, **headers: str) -> Any:
        left = [times]

        def robots(handler: Any) -> None:
            left[0] -= 1
            handler.answer(429, b"", **headers) if left[0] >= 0 else handler.answer(404)

        return robots

    def always(status: int) -> Any:
        return lambda handler: handler.answer(status, b"")

    once = others(2, robots=busy(1, Retry_After="1"))
    never = others(3, robots=busy(99))
    broken = others(4, robots=always(502))
    missing = others(5, robots=always(404))
    closed = others(6, robots=always(403))
    hours = others(7, robots=busy(99, Retry_After="9000"))
    seeds = [
        outside(tools, one.url(f"/ok/{n}"))
        for one in (once, never, broken, missing, closed, hours)
        for n in (1, 2)
    ]
    got = crawl_abroad(crawl_of, seeds, delay=0.1, back_off=[0.3, 0.3, 0.3])
    assert [seen.path for seen in once.seen] == ["/robots.txt", "/robots.txt", "/ok/1", "/ok/2"]
    assert gaps(once)[0] >= 0.95
    assert [seen.path for seen in never.seen] == ["/robots.txt", "/robots.txt"] and gaps(never)[0] >= 0.28
    assert [seen.path for seen in broken.seen] == ["/robots.txt"]
    assert missing.paths() == closed.paths() == ["/ok/1", "/ok/2"]
    assert [seen.path for seen in hours.seen] == ["/robots.txt"]
    for one in (never, broken):
        for n in (1, 2):
            assert got.outcome(one.url(f"/ok/{n}")) == ("skipped_robots", "robots_unreadable")
    assert got.report["robots_refused"] == [], "nobody said no"
    assert got.left() == {(9, "host_stopped"): 2}
    assert got.report["external_requests"] == 6


def test_a_name_that_leads_nowhere_is_asked_after_without_rest_for_every_target(crawl_of, tools):
    """Nobody is there who could need it: an old domain that 30 links lead to must not cost 30 rests, nor turns of others."""
    urls = [f"http://gone.invalid/{number}.html" for number in range(30)]
    got = crawl_abroad(
        crawl_of, [outside(tools, url) for url in urls], turns={}, delay=30, limits={"max_seconds": 25}
    )
    assert [got.outcome(url) for url in urls] == [("unreachable", "dns")] * 30
    assert all(len(got.of(url)["attempts"]) >= 2 for url in urls), "each was tried again by itself"
    assert got.left() == {} and {host for _, host, _ in got.turns} == {"gone.invalid"}
    assert len(got.turns) <= 3, "turns for its robots.txt, and for whoever knew nothing yet"
