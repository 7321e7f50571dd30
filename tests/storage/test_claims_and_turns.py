"""Who asks for a target, and when a host may be asked: one answer, whoever else asks at the same time."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TypeVar

import pytest

from model import Attempt, FetchOutcome
from storage import Store, this_machine
from tests.storage import nouns
from tests.storage.conftest import Place

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
Got = TypeVar("Got")
A, B, C = "http://a.example/", "http://b.example/x?中", "http://c.example/"


def minutes(many: float) -> datetime:
    return NOW + timedelta(minutes=many)


def look(outcome: FetchOutcome = FetchOutcome.OK, at: datetime = NOW, **more: object) -> Attempt:
    return Attempt.model_validate({"at": at, "method": "GET", "outcome": outcome} | more)


def test_a_target_is_claimed_by_one_run_only(store: Store) -> None:
    assert store.claim([A, B], "R1", NOW) == {A, B}
    assert store.claim([A, B, C], "R2", NOW) == {C}
    assert store.claim([], "R2", NOW) == frozenset()


def test_a_run_that_asks_twice_keeps_its_claim(store: Store) -> None:
    assert store.claim([A], "R1", NOW) == {A}
    assert store.claim([A], "R1", minutes(1)) == {A}


def test_a_claim_nobody_renews_runs_out(store: Store) -> None:
    store.claim([A, B], "R1", NOW)
    assert store.claim([A], "R2", minutes(29)) == frozenset()
    assert store.claim([A], "R2", minutes(30)) == {A}
    store.renew_claims("R1", minutes(29))
    assert store.claim([A, B], "R3", minutes(58)) == frozenset()
    assert store.claim([B], "R3", minutes(59)) == {B}


def test_a_claim_that_ran_out_is_not_renewed_over_its_new_holder(store: Store) -> None:
    store.claim([A], "R1", NOW)
    assert store.claim([A], "R2", minutes(31)) == {A}
    store.renew_claims("R1", minutes(32))
    store.release_claims("R1", minutes(32))
    assert store.claim([A], "R3", minutes(33)) == frozenset()


def test_what_a_run_gives_up_is_anybodys(store: Store) -> None:
    store.claim([A, B], "R1", NOW)
    store.keep_votes("R1", [(A, look())])
    store.release_claims("R1", minutes(1))
    assert store.claim([A, B], "R2", minutes(1)) == {B}


@pytest.mark.parametrize("end", ["fail", "interrupt"])
def test_claims_of_a_run_that_ended_are_void(store: Store, end: str) -> None:
    run = store.begin_run(nouns.run("R1"))
    store.claim([A], run.id, NOW)
    assert store.claim([A], "R2", NOW) == frozenset()
    store.fail_run(run.id, "known") if end == "fail" else store.interrupt_run(run.id)
    assert store.claim([A], "R2", NOW) == {A}


def test_claims_of_a_run_whose_process_is_gone_are_void(store: Store) -> None:
    child = subprocess.Popen([sys.executable, "-S", "-c", ""])
    child.wait()
    store.begin_run(nouns.run("dead", pid=child.pid, machine=this_machine()))
    store.begin_run(nouns.run("far", pid=child.pid, machine="elsewhere/boot/1"))
    store.claim([A], "dead", NOW)
    store.claim([B], "far", NOW)
    assert store.claim([A, B], "R2", NOW) == {A}  # of another machine nobody here can tell


@pytest.mark.parametrize(
    ("outcome", "hours"),
    [
        (FetchOutcome.OK, 20),
        (FetchOutcome.GONE, 20),
        (FetchOutcome.BLOCKED, 20),
        (FetchOutcome.SERVER_ERROR, 6),
        (FetchOutcome.UNREACHABLE, 6),
    ],
)
def test_an_answer_holds_for_its_time(store: Store, outcome: FetchOutcome, hours: int) -> None:
    store.claim([A], "R1", NOW)
    store.keep_votes("R1", [(A, look(outcome))])
    assert store.claim([A], "R2", minutes(60 * hours - 1)) == frozenset()
    assert store.claim([A], "R2", minutes(60 * hours)) == {A}


def test_the_newest_answer_says_how_long_it_holds(store: Store) -> None:
    seen = [look(FetchOutcome.OK, minutes(5)), look(FetchOutcome.UNREACHABLE, NOW)]
    store.keep_votes("R1", [(A, one) for one in seen])
    store.keep_votes("R1", [(A, look(FetchOutcome.UNREACHABLE, minutes(-5)))])
    assert store.claim([A], "R2", minutes(60 * 19)) == frozenset()


def test_a_withdrawn_answer_is_none(store: Store) -> None:
    store.keep_votes("R1", [(A, look(FetchOutcome.UNREACHABLE))])
    store.keep_votes("R1", [(A, look(FetchOutcome.UNREACHABLE, withdrawn="our_network"))])
    assert store.claim([A], "R2", minutes(1)) == {A}


def test_an_answer_nobody_claimed_for_counts_too(store: Store) -> None:
    store.keep_votes("R1", [(A, look(FetchOutcome.GONE))])
    assert store.claim([A], "R2", minutes(1)) == frozenset()


def test_a_page_another_site_has_just_fetched_is_not_asked_for(store: Store) -> None:
    pages = {
        "well": nouns.snapshot(1, fetched_at=NOW),
        "refused": nouns.snapshot(2, fetched_at=NOW, outcome=FetchOutcome.BLOCKED, status=403),
        "made up": nouns.snapshot(3, fetched_at=NOW, purpose="sibling"),
        "long ago": nouns.snapshot(4, fetched_at=minutes(-60 * 21)),
        "only its head": nouns.snapshot(5, fetched_at=NOW, method="HEAD"),
        "amiss after all": nouns.snapshot(6, fetched_at=NOW),
    }
    run = store.begin_run(nouns.run())
    store.keep([(one, b"body") for one in pages.values()])
    store.keep_votes(run.id, [(pages["amiss after all"].url, look(FetchOutcome.SOFT404))])
    urls = {one.url: name for name, one in pages.items()}
    store.begin_run(nouns.run("R0"))
    assert {urls[url] for url in store.claim(urls, "R0", minutes(1))} == set(pages.keys()) - {
        "amiss after all"
    }
    store.release_claims("R0", minutes(1))  # while it ran, nobody knew what it would make of them
    store.finish_run(run, [], [], [])
    store.begin_run(nouns.run("R2"))
    asked = store.claim(urls, "R2", minutes(1))
    assert {urls[url] for url in asked} == {"refused", "made up", "long ago", "only its head"}
    told = store.votes(urls, until=store.close_votes(), except_run="R2")
    assert {urls[url]: [(one.outcome, one.snapshot_id) for one in seen] for url, seen in told.items()} == {
        "well": [(FetchOutcome.OK, "R1/1")],
        "amiss after all": [(FetchOutcome.SOFT404, None)],
    }
    assert store.claim([pages["well"].url], "R3", minutes(60 * 19)) == frozenset()
    assert store.claim([pages["well"].url], "R3", minutes(60 * 21)) == {pages["well"].url}


def test_a_host_is_one_callers_turn_at_a_time(store: Store) -> None:
    assert store.turn("a.example", 2.0, NOW) == 0.0
    assert store.turn("b.example", 2.0, NOW) == 0.0
    assert store.turn("a.example", 2.0, NOW + timedelta(seconds=0.5)) == pytest.approx(1.5)
    assert store.turn("a.example", 2.0, NOW + timedelta(seconds=2)) == 0.0
    assert store.turn("a.example", 2.0, NOW + timedelta(seconds=3)) == pytest.approx(1.0)


def test_a_clock_that_ran_ahead_does_not_close_a_host_for_long(store: Store) -> None:
    store.turn("a.example", 2.0, NOW + timedelta(days=300))
    assert store.turn("a.example", 2.0, NOW) == 0.0


def test_addresses_of_any_length_and_kind_are_claimed(store: Store) -> None:
    odd = [
        "http://long.example/?" + "q" * 20_000,
        "http://half.example/\ud800",
        "http://nul.example/\x00",
        "",
    ]
    assert store.claim(odd, "R1", NOW) == set(odd)
    assert store.claim(odd, "R2", NOW) == frozenset()
    store.keep_votes("R1", [(url, look()) for url in odd])
    assert set(store.votes(odd, until=store.close_votes())) == set(odd)
    assert store.turn("h" * 5000, 1, NOW) == 0.0


def together(place: Place, many: int, work: Callable[[Store, str], Got]) -> list[Got]:
    """What each of some programs gets that do the same at the same moment, each with its own connection."""
    stores = [place.again() for _ in range(many)]
    barrier = Barrier(many)

    def one(number: int) -> Got:
        barrier.wait()
        return work(stores[number], f"R{number}")

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def test_programs_that_claim_at_once_share_the_targets_without_overlap(place: Place) -> None:
    urls = [f"http://h{number % 40}.example/{number}" for number in range(400)]

    def work(store: Store, run_id: str) -> Counter[str]:
        turned = urls if run_id in ("R0", "R2") else urls[::-1]
        return Counter(
            url for start in range(0, 400, 80) for url in store.claim(turned[start : start + 80], run_id, NOW)
        )

    claimed: Counter[str] = sum(together(place, 4, work), Counter())
    assert claimed == Counter(urls)


def test_programs_that_want_one_host_at_once_get_one_turn(place: Place) -> None:
    def work(store: Store, _run: str) -> list[float]:
        return [store.turn(f"h{number}.example", 5.0, NOW) for number in range(20)]

    waits = together(place, 4, work)
    for of_one_host in zip(*waits, strict=True):
        assert sorted(of_one_host) == [0.0, 5.0, 5.0, 5.0]
