"""The simulated country is what its census says, its server keeps the census' word, and its log finds bad manners."""

import gzip
import http.client
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bench.country import logbook
from bench.country.books import Books, RunRow, doubled, overlapping
from bench.country.census import CLOSED, Plant, Robots, Temper, town
from bench.country.logbook import Asked
from bench.country.pages import DEAD_FILE, DEAD_OUTSIDE, DEAD_PAGE, pages
from bench.country.proof import alike
from bench.country.server import served
from bench.country.telling import machines_by_cpu, machines_by_pace
from bench.country.temper import Moods
from bench.country.truth import accuracy
from storage import open_store

TODAY = date(2026, 11, 20)
COUNTRY = [town(number) for number in range(1000)]


def test_the_shares_are_those_of_the_issue() -> None:
    tempers = Counter(one.temper for one in COUNTRY)
    assert 20 <= tempers[Temper.SLOW] <= 45
    assert 8 <= tempers[Temper.THROTTLING] <= 32
    assert 3 <= tempers[Temper.BROKEN] + tempers[Temper.RESETTING] + tempers[Temper.FLAPPING] <= 20
    assert 70 <= sum(one.gbk for one in COUNTRY) <= 130
    assert 30 <= sum(one.validators for one in COUNTRY) <= 70
    assert len({one.code for one in COUNTRY}) == len({one.host for one in COUNTRY}) == 1000
    assert max(Counter(one.platform for one in COUNTRY if one.platform).values()) == 4
    assert town(7) == town(7) and town(7, seed=2) != town(7)


def test_a_site_has_about_thirty_pages_and_in_them_what_was_planted() -> None:
    for one in COUNTRY[:60]:
        answers = pages(one, TODAY, 80)
        html = {path: answer.body.decode("gb18030" if one.gbk else "utf-8") for path, answer in answers.items()
                if answer.content_type == "text/html" and answer.status == 200}  # fmt: skip
        everything = "".join(html.values())
        assert 25 <= len(html) <= 50
        assert (DEAD_PAGE in everything) == (Plant.DEAD_LINK in one.plants)
        assert (DEAD_FILE in everything) == (Plant.DEAD_FILE in one.plants)
        assert (DEAD_OUTSIDE in everything) == (Plant.DEAD_OUTSIDE in one.plants)
        assert ("公开指南" not in everything) == (Plant.NO_GUIDE in one.plants)
        assert (f"网站标识码：{one.code}" not in everything) == (Plant.NO_MARK in one.plants)
        assert ("2025-" in html["/gzdt/"]) == (Plant.STALE in one.plants)
        assert ('<li><a href="/tjxx/2' not in html["/tjxx/"]) == (Plant.BLANK in one.plants)
        assert not {DEAD_PAGE, DEAD_FILE} & answers.keys()


def test_hosts_behave_by_what_they_were_asked_and_not_by_the_clock() -> None:
    def first(temper: Temper, count: int) -> list[int]:
        one = next(one for one in COUNTRY if one.temper is temper)
        moods = Moods(1)
        return [moods.manner(one, "/a1.html").status for _ in range(count)]

    assert first(Temper.QUICK, 30) == [200] * 30
    assert first(Temper.BROKEN, 3) == [503] * 3
    assert first(Temper.RESETTING, 5) == [0, 0, 0, 200, 200]
    assert first(Temper.FLAPPING, 3) == [500, 200, 200]
    throttling = next(one for one in COUNTRY if one.temper is Temper.THROTTLING)
    moods = Moods(1)
    again = [[moods.manner(throttling, f"/{page}.html").status for page in range(90)] for _ in range(2)]
    assert 3 <= again[0].count(429) <= 20 and again[1].count(429) == 0
    slow = next(one for one in COUNTRY if one.temper is Temper.SLOW)
    assert 1.0 <= Moods(1).manner(slow, "/").wait <= 2.0


def test_one_process_serves_every_name_and_writes_down_who_asked_what(tmp_path: Path) -> None:
    log = tmp_path / "log"
    packed = next(one for one in COUNTRY if one.packed and one.temper is Temper.QUICK)
    kept = next(one for one in COUNTRY if one.validators and one.temper is Temper.QUICK)
    closed = next(one for one in COUNTRY if one.robots is Robots.PART)
    with served(1000, 1, TODAY, log, 0.0) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

        def asked(host: str, path: str, **headers: str) -> tuple[int, bytes]:
            told = {"Host": f"{host}:{server.port}", "User-Agent": "duwang/1 (x; contact w1)", **headers}
            connection.request("GET", path, headers=told)
            answer = connection.getresponse()
            return answer.status, answer.read()

        status, body = asked(packed.host, "/")
        assert (status, gzip.decompress(body)) == (200, pages(packed, TODAY, server.port)["/"].body)
        connection.request("GET", "/", headers={"Host": kept.host})
        told = connection.getresponse()
        told.read()
        assert asked(kept.host, "/", **{"If-None-Match": told.headers["ETag"]}) == (304, b"")
        assert asked(closed.host, "/robots.txt")[1] == f"User-agent: *\nDisallow: {CLOSED}\n".encode()
        assert asked("www.o03.example", "/")[0] == 200
        assert asked("www.o03.example", DEAD_OUTSIDE)[0] == 404
        with pytest.raises(http.client.RemoteDisconnected):
            asked("www.nowhere.example", "/")
        connection.close()
    seen = list(logbook.read_log(log))
    assert [(one.host, one.path, one.status, one.who) for one in seen] == [
        (packed.host, "/", 200, "w1"),
        (kept.host, "/", 200, "-"),
        (kept.host, "/", 304, "w1"),
        (closed.host, "/robots.txt", 200, "w1"),
        ("www.o03.example", "/", 200, "w1"),
        ("www.o03.example", DEAD_OUTSIDE, 404, "w1"),
        ("www.nowhere.example", "/", 421, "w1"),
    ]
    assert all(one.answered >= one.came and abs(one.wall - time.time()) < 60 for one in seen)


def test_names_of_the_country_are_this_machine_and_all_others_are_nothing() -> None:
    program = """
import socket
def ask(name, family=0):
    try:
        return {one[4][0] for one in socket.getaddrinfo(name, 80, family, socket.SOCK_STREAM)}
    except socket.gaierror as error:
        return error.errno == socket.EAI_NONAME
print(ask("www.x00001.example"), ask("127.0.0.1"), ask("www.gov.cn"), ask("www.x00001.example", socket.AF_INET6))
"""
    names = Path(__file__).parents[2] / "bench" / "country" / "names"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(names), "DUWANG_COUNTRY": "x"},
    )  # fmt: skip
    assert told.stdout.split() == ["{'127.0.0.1'}", "{'127.0.0.1'}", "True", "True"]


def asked(*times: float, who: str = "w1", took: float = 0.02, status: int = 200) -> list[Asked]:
    return [Asked(at, at + took, at, 1, "a", "/", status, 0, who) for at in times]


def test_a_host_that_is_asked_too_fast_is_found_and_one_late_request_is_not() -> None:
    steady = asked(*(number * 0.2 for number in range(50)))
    doubled_up = asked(*(number * 0.1 for number in range(50)))
    held_up = asked(0.0, 0.39, 0.4, 0.6, 0.8)
    assert logbook.hasty({"a": steady, "b": doubled_up, "c": held_up}, {"a": 0.14, "b": 0.14, "c": 0.14}) == [
        logbook.Haste("b", pytest.approx(49 * 0.04), pytest.approx(4.9))
    ]


def test_requests_at_once_are_counted_and_a_wait_that_is_not_heeded_is_named() -> None:
    assert logbook.most_at_once(asked(0.0, 0.5, 1.0, took=0.4)) == 1
    assert logbook.most_at_once(asked(0.0, 0.1, 0.2, took=0.4)) == 3
    busy = asked(0.0, status=429)
    assert logbook.unheeded([*busy, *asked(0.3, 2.5)], 2.0, 0.5) == []
    assert logbook.unheeded([*busy, *asked(1.0)], 2.0, 0.5) == asked(1.0)
    late = [one._replace(connection=2) for one in asked(0.9, 1.1)]
    assert logbook.unheeded([*busy, late[0]], 2.0, 0.5) == []
    assert logbook.unheeded([*busy, *late], 2.0, 0.5) == late[1:]


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def run(id: str, site: str, starts: int, ends: int | None, state: str = "finished") -> RunRow:
    end = None if ends is None else NOON + timedelta(minutes=ends)
    return RunRow(id, site, state, NOON + timedelta(minutes=starts), end, "N", None, 1, None)


def test_what_is_lost_doubled_or_crawled_side_by_side_is_named() -> None:
    runs = [
        run("R1", "a", 0, 5),
        run("R2", "a", 6, 7),
        run("R3", "b", 4, 9),
        run("R4", "c", 0, None, "interrupted"),
    ]
    assert doubled(runs, {"a", "b", "c"}) == ["c: no finished run", "a: 2 finished runs"]
    assert overlapping(runs, {"a": "x", "b": "x"}, {}) == [
        "x: R3 began before R1 had ended", "x: R2 began before R3 had ended"
    ]  # fmt: skip
    again = [runs[3], run("R5", "c", 3, 4)]
    assert overlapping(again, {"c": "x"}, {}) == []
    assert overlapping(again, {"c": "x"}, {"R4": NOON + timedelta(minutes=4)}) == [
        "x: R5 began before R4 had ended"
    ]


def test_the_tables_of_today_can_be_asked_and_what_does_not_go_together_is_named(tmp_path: Path) -> None:
    """A misspelt column in any of the questions would fail here."""
    file = tmp_path / "x.sqlite3"
    open_store(f"sqlite:///{file.as_posix()}").close()
    books = Books(f"sqlite:///{file.as_posix()}")
    asked = (
        books.errands(),
        books.runs(),
        books.interruptions(),
        books.findings(80),
        books.worker_states(),
        books.untidy(),
    )
    assert asked == ([], [], [], {}, {}, []) and books.states() == {} and books.snapshots() == 0
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO leases (lock, run_id, taken_at, heard_at) VALUES ('host:a', 'R1', '2026-11-20', '2026-11-20')"
        )
        connection.execute(
            "INSERT INTO errands (night_id, site_key, lock, state, attempts, params, changed_at, failures, interrupted) "
            "VALUES ('N1', 'a', 'host:a', 'running', 1, '{}', '2026-11-20', 0, 0)"
        )
        connection.commit()
    assert books.untidy() == ["a lease that is still held: host:a, R1"]
    assert [(one.site_key, one.state) for one in books.errands()] == [("a", "running")]
    books.close()


def test_findings_are_compared_one_by_one_and_with_the_truth() -> None:
    one = next(one for one in COUNTRY if one.plants == {Plant.STALE} and one.temper is Temper.QUICK)
    stale = (one.code, "N19-UPDATE-01", f"http://{one.host}/gzdt/", "fail", "400")
    wrong = (one.code, "N19-LINK-02", f"http://{one.host}/", "fail", "404")
    assert accuracy([one], {one.code: [stale]}) == (1, 1, 0, [], [])
    assert accuracy([one], {one.code: [wrong]}) == (
        1, 0, 0, [f"{one.host}: N19-UPDATE-01 /gzdt/"], [f"{one.host}: N19-LINK-02 /"]
    )  # fmt: skip
    assert alike({one.code: [stale]}, {one.code: [stale]}, [one.code]).kept
    assert alike({one.code: [stale, stale]}, {one.code: [stale, wrong]}, [one.code]).wrong == [
        f"only here: {' '.join(stale)}", f"only there: {' '.join(wrong)}"
    ]  # fmt: skip


def test_the_projection_is_plain_arithmetic() -> None:
    told = {"cpu_a_site": 3.0, "requests_a_site": 50, "delay": 0.2, "mean_run": 40.0}
    assert machines_by_cpu(told, 15_000, 10, 100, cores=2) == pytest.approx(15_000 * 6.0 / (36_000 * 2 * 0.5))
    assert machines_by_pace(told, 15_000, 10, 100, delay=0.5, at_once=20) == pytest.approx(
        15_000 * 80.0 / (36_000 * 20)
    )
