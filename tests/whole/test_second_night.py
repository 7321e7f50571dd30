"""The second night costs little and finds the same; what was not asked again accuses nobody and acquits nobody."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.answer import NOT_FOUND
from bench.changing import SLEEPING, Asked, ChangingPortal, Served, serving
from bench.one_night import DATABASE
from bench.portal import AS_OF
from bench.second_night import age, copy
from storage import open_store
from tests.whole.gate import duwang

WRONG = "/tjxx/202611/t20261114_100001.html"  # no ETag and no Last-Modified: only its length is told
NOT_YET, RIGHT = "发布时间：2099-11-14".encode(), "发布时间：2026-11-14".encode()

Told = dict[tuple[str, str], tuple[str, str | None]]


@pytest.fixture(scope="module")
def portal() -> ChangingPortal:
    portal = ChangingPortal(40)
    rewrite(portal, RIGHT, NOT_YET)
    return portal


def rewrite(portal: ChangingPortal, before: bytes, after: bytes) -> None:
    """The day that one article shows, without its length."""
    page = portal.answers[WRONG]
    assert page.body.count(before) == 1 and not portal.validators(WRONG)
    portal.answers[WRONG] = page._replace(body=page.body.replace(before, after))
    assert len(portal.answers[WRONG].body) == len(page.body)


@pytest.fixture(scope="module")
def served(portal: ChangingPortal) -> Iterator[Served]:
    with serving(portal) as server:
        yield server


def audited(served: Served, folder: Path, kind: str, nights: int = 0) -> tuple[Told, Asked, dict[str, Any]]:
    """What an audit of that night found, what it asked for, and the coverage it tells of."""
    served.asked()
    said = duwang(
        "audit", served.home, kind, "--json", "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
        "--as-of", (AS_OF + timedelta(days=nights)).isoformat(), "--db", f"sqlite:///{folder / DATABASE}", cwd=folder,
    )  # fmt: skip
    assert said.code in (0, 2), said
    told = said.json()
    verdicts = [one["verdict"] for one in told["findings"]]
    found = {(one["rule_id"], one["locus"]): (one["outcome"], one["measured"]) for one in verdicts}
    return found, served.asked(), told["run"]["coverage"]


@pytest.fixture(scope="module")
def nights(portal: ChangingPortal, served: Served, tmp_path_factory: pytest.TempPathFactory):
    """The first night, and the second one twice: incrementally, and wholly in a copy of the database."""
    own, whole = tmp_path_factory.mktemp("own"), tmp_path_factory.mktemp("nights") / "whole"
    first = audited(served, own, "--full")
    age(own, timedelta(days=1))
    assert not any(WRONG in one for one in portal.night())
    rewrite(portal, NOT_YET, RIGHT)
    copy(own, whole)
    return own, first, audited(served, own, "--incremental", 1), audited(served, whole, "--full", 1)


def test_the_second_night_finds_what_a_whole_crawl_finds(nights) -> None:
    _, (before, *_), (again, *_), (whole, *_) = nights
    assert again == whole
    due = {place for place in again if place[1] == f"/{SLEEPING}/" and again[place][0] == "fail"}
    assert due and not due & {place for place in before if before[place][0] == "fail"}, (
        "a column fell due this night"
    )


def test_what_was_mended_without_changing_its_length_is_found_mended(nights) -> None:
    own, (before, *_), (again, *_), _ = nights
    (place,) = [one for one in before if one[1] == WRONG]
    assert before[place][0] == "fail" and place not in again
    with closing(open_store(f"sqlite:///{own / DATABASE}")) as store:
        run = next(one for one in store.runs() if one.replays is None)
        (case,) = [one for one in store.cases(run.site.key).values() if one.locus == WRONG]
        assert case.history[-1].run_id == run.id and case.state == "fixed"


def test_the_second_night_costs_less(nights) -> None:
    own, (_, first, _), (_, again, coverage), (_, whole, _) = nights
    assert again.sent < 0.75 * first.sent and whole.sent > 0.95 * first.sent
    assert whole.unmodified == 0 and coverage["unmodified"] > 10
    with closing(open_store(f"sqlite:///{own / DATABASE}")) as store:
        looks = list(store.snapshots(next(run for run in store.runs() if run.replays is None).id))
    said = {one.url for one in looks if one.status == 304}
    read = {one.url for one in looks if one.status == 200} & said
    assert len(said) == again.unmodified == coverage["unmodified"] + len(read)
    assert len(read) == 1, "what leads to a missing target was asked for whole after all"
    assert coverage["carried"] == coverage["by_head"], "after one look everything is asked, if by its head"
    told = [page.read_text("utf-8") for page in own.glob("duwang-data/reports/*/report.html")]
    assert any(f"其中 {coverage['by_head']} 个只问过响应头" in page for page in told)


def test_what_was_not_asked_accuses_nobody(nights, portal, served) -> None:
    own, _, (before, _, _), _ = nights
    with (
        closing(sqlite3.connect(own / DATABASE)) as connection,
        connection,
    ):  # as if many nights had seen the same
        connection.execute(
            "UPDATE snapshots SET unchanged = 5, revisits = coalesce(revisits, id) WHERE outcome = 'ok'"
        )
    age(own, timedelta(days=1))
    removed = next(
        path
        for path in sorted(portal.answers)
        if path.startswith("/gzdt/") and "/t20" in path and portal.answers[path].status == 200
    )
    portal.answers[removed] = NOT_FOUND
    again, asked, coverage = audited(served, own, "--incremental", 2)
    assert coverage["carried"] > 20 and asked.requests < 100
    with closing(open_store(f"sqlite:///{own / DATABASE}")) as store:
        last, yesterday = [run for run in store.runs() if run.replays is None][:2]
        seen = {one.url: one for one in store.snapshots(last.id)}
        looked = {one.id: one for one in store.snapshots(yesterday.id)}
        one = seen[served.home.rstrip("/") + removed]
        origin = looked[one.revisits]
        assert (one.carried, one.fetched_at, one.sha256) == (True, origin.fetched_at, origin.sha256)
        assert store.body(one) and not any(
            seen[url].carried for url in (served.home, f"{served.home}gzdt/", f"{served.home}{SLEEPING}/")
        )
        events = [
            event
            for case in store.cases(last.site.key).values()
            for event in case.history
            if event.run_id == last.id
        ]
    assert {place for place in again if again[place][0] == "fail"} == {
        place for place in before if before[place][0] == "fail"
    }
    assert not any(locus == removed for _, locus in again)
    assert [event for event in events if event.state == "fixed"] == []
    text = (own / "duwang-data" / "reports" / last.id / "report.html").read_text("utf-8")
    assert f"{coverage['carried']} 个本次未再访问" in text


def test_everything_is_asked_when_a_person_wants_it(nights, portal, served) -> None:
    own, *_ = nights
    found, asked, coverage = audited(served, own, "--full", 2)
    assert (coverage["carried"], asked.unmodified) == (0, 0)
    assert any(locus.startswith("/gzdt/") and outcome == "fail" for (_, locus), (outcome, _) in found.items())
