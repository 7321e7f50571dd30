"""Who is visited when: weeks that pass in a moment under a fixed clock, kept in a real store."""

import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from audit.availability import Clock, watch
from audit.probe import Request, probe
from audit.visit_slots import slots, upcoming
from model import SHANGHAI, FetchOutcome, Site, Visit
from storage import Store, engine, open_store

MONDAY = datetime(2026, 11, 16, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class FixedClock(Clock):
    """Time passes only while nobody is on the way."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def rest(self, seconds: float, arrivals: "SimpleQueue[Any]", running: int) -> Any:
        if running:
            return arrivals.get(timeout=30)
        self.at += timedelta(seconds=max(seconds, 0.001))
        return None


def site(number: int, host: str | None = None) -> Site:
    return Site(home=f"http://{host or f'www.s{number}.gov.cn'}/", site_code=f"{3607330000 + number}")


def opened(one: Site, at: datetime, **more: Any) -> Visit:
    fields = {"outcome": FetchOutcome.OK, "status": 200, "elapsed_ms": 300, **more}
    return Visit(site_key=one.key, url=one.home, at=at, **fields)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'kept.sqlite3'}", tmp_path / "archive") as store:
        yield store


def kept(store: Store, one: Site) -> list[Visit]:
    return store.visits(one.key, MONDAY - 400 * DAY, MONDAY + 400 * DAY)


def numbers(store: Store, one: Site, per_day: int = 24) -> list[tuple[date, int]]:
    """The slots that a site's kept visits lie in."""
    found = []
    for visit in kept(store, one):
        at = visit.at.astimezone(SHANGHAI)
        found.append(
            (at.date(), int((at - at.replace(hour=0, minute=0, second=0, microsecond=0)) / (DAY / per_day)))
        )
    return found


@pytest.mark.parametrize("per_day", [20, 24, 29])
def test_a_day_is_cut_into_slots_with_one_moment_each(per_day: int) -> None:
    found = slots("3607330001", MONDAY.date(), per_day)
    assert len(found) == per_day
    assert found[0].begins == MONDAY and abs(found[-1].ends - MONDAY - DAY) < timedelta(milliseconds=1)
    for one in found:
        assert (
            one.begins + 0.09 * (one.ends - one.begins) < one.at < one.ends - 0.09 * (one.ends - one.begins)
        )
    gaps = [after.at - before.at for before, after in pairwise(found)]
    assert min(gaps) >= 0.19 * DAY / per_day, "no two visits so near that one hitch fails both"


def test_moments_are_the_sites_own_and_always_the_same() -> None:
    def shares(key: str, day: date) -> list[float]:
        return [(one.at - one.begins) / (one.ends - one.begins) for one in slots(key, day, 24)]

    mine = shares("3607330001", MONDAY.date())
    assert mine == shares("3607330001", MONDAY.date())
    assert mine != shares("3607330002", MONDAY.date()) and mine != shares("3607330001", MONDAY.date() + DAY)
    assert max(mine) - min(mine) > 0.4, "spread, not at the same minute of every hour"


def test_slots_go_on_from_the_present_one() -> None:
    coming = upcoming("a", MONDAY + 23.5 * HOUR, 24)
    assert [next(coming).begins for _ in range(3)] == [MONDAY + 23 * HOUR, MONDAY + DAY, MONDAY + DAY + HOUR]


def test_a_week_of_two_sites_is_visited_once_a_slot(store: Store) -> None:
    clock, told = FixedClock(), Counter[str]()
    two = [site(1), site(2)]
    made = watch(
        two, lambda one: opened(one, clock.at), store, until=MONDAY + 7 * DAY, clock=clock,
        tell=lambda one, _visit: told.update([one.key]),
    )  # fmt: skip
    assert made == 2 * 7 * 24
    every = [((MONDAY + days * DAY).date(), hour) for days in range(7) for hour in range(24)]
    for one in two:
        assert numbers(store, one) == every
        assert told[one.key] == 168
    assert len({visit.at for one in two for visit in kept(store, one)}) == made, (
        "never all at the same moment"
    )


def test_whoever_is_stopped_keeps_all_and_whoever_begins_again_repeats_nothing(store: Store) -> None:
    clock = FixedClock(MONDAY + 6 * HOUR)
    two = [site(1), site(2)]
    until = MONDAY + DAY

    def until_noon(_one: Site, _visit: Visit) -> None:
        if clock.at >= MONDAY + 12.5 * HOUR:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(two, lambda one: opened(one, clock.at), store, until=until, clock=clock, tell=until_noon)
    before = {one.key: kept(store, one) for one in two}
    assert 13 <= sum(len(visits) for visits in before.values()) <= 14
    watch(two, lambda one: opened(one, clock.at), store, until=until, clock=clock)
    for one in two:
        assert kept(store, one)[: len(before[one.key])] == before[one.key]
        assert numbers(store, one) == [(MONDAY.date(), hour) for hour in range(6, 24)]


def test_two_programs_on_one_database_share_the_slots(store: Store, tmp_path: Path) -> None:
    one, clock = site(1), FixedClock()
    watch([one], lambda found: opened(found, clock.at), store, until=MONDAY + DAY, clock=clock)
    with open_store(f"sqlite:///{tmp_path / 'kept.sqlite3'}", tmp_path / "archive") as again:
        second = FixedClock()
        assert (
            watch([one], lambda found: opened(found, second.at), again, until=MONDAY + DAY, clock=second) == 0
        )
    assert len(kept(store, one)) == 24


def test_what_was_slept_through_is_not_made_up_for(store: Store) -> None:
    one, clock = site(1), FixedClock()

    def sleepy(found: Site) -> Visit:
        visit = opened(found, clock.at)
        if MONDAY + 8 * HOUR < clock.at < MONDAY + 9 * HOUR:
            clock.at += 5 * HOUR  # a lid was shut
        return visit

    watch([one], sleepy, store, until=MONDAY + DAY, clock=clock)
    hours = [hour for _, hour in numbers(store, one)]
    assert hours[:9] == list(range(9)) and set(range(9, 13)).isdisjoint(hours)
    assert len(hours) == len(set(hours)) and hours[-10:] == list(range(14, 24))


def test_one_visit_each_at_once_but_never_two_to_one_host(store: Store) -> None:
    together = threading.Barrier(3)  # one of each host must be on the way at the same time
    active: Counter[str] = Counter()
    most: Counter[str] = Counter()
    guard = threading.Lock()

    def visiting(one: Site) -> Visit:
        with guard:
            active[one.host] += 1
            most[one.host] = max(most[one.host], active[one.host])
        together.wait(20)
        with guard:
            active[one.host] -= 1
        return opened(one, MONDAY)

    sites = [site(number, f"www.h{number % 3}.gov.cn") for number in range(6)]
    assert watch(sites, visiting, store, until=None) == 6
    assert most == {"www.h0.gov.cn": 1, "www.h1.gov.cn": 1, "www.h2.gov.cn": 1}
    assert [len(kept(store, one)) for one in sites] == [1] * 6


def test_a_database_that_is_locked_for_hours_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 20)
    one, clock = site(1), FixedClock()
    other = sqlite3.connect(tmp_path / "kept.sqlite3", isolation_level=None, check_same_thread=False)

    def visiting(found: Site) -> Visit:
        if clock.at.hour == 3:
            other.execute("BEGIN IMMEDIATE")
        if clock.at.hour == 5:
            assert len(kept(store, one)) == 3, "nothing could be kept for two hours"
            other.execute("ROLLBACK")
        return opened(found, clock.at)

    with open_store(f"sqlite:///{tmp_path / 'kept.sqlite3'}", tmp_path / "archive") as store:
        assert watch([one], visiting, store, until=MONDAY + 8 * HOUR, clock=clock) == 8
        assert [hour for _, hour in numbers(store, one)] == list(range(8))
    other.close()


def test_our_own_error_in_a_visit_accuses_nobody_and_ends_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    clock, two = FixedClock(), [site(1), site(2)]

    def broken_once(one: Site) -> Visit:
        if one.key == two[0].key and clock.at.hour == 1:
            raise ZeroDivisionError(one.key)
        return opened(one, clock.at)

    assert watch(two, broken_once, store, until=MONDAY + 4 * HOUR, clock=clock) == 7
    assert [hour for _, hour in numbers(store, two[0])] == [0, 2, 3]
    assert [hour for _, hour in numbers(store, two[1])] == [0, 1, 2, 3]
    assert "ZeroDivisionError" in caplog.text and two[0].home in caplog.text


def test_a_service_that_is_stopped_ends_as_when_a_person_stops_it(store: Store) -> None:
    before = signal.getsignal(signal.SIGTERM)
    request = Request(sites=(site(1),), span=7 * DAY)
    probed = probe(request, store, lambda _site, _seen: None, lambda: signal.raise_signal(signal.SIGTERM))
    assert probed.stopped and probed.visits == 0 and not probed.all_ours
    assert signal.getsignal(signal.SIGTERM) == before


class _Dropped:
    """Its finalizer runs wherever Python drops it; what is raised in there is lost."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_a_stop_that_comes_while_python_tidies_up_is_heard(store: Store) -> None:
    request = Request(sites=(site(1),), span=7 * DAY)
    probed = probe(request, store, lambda _site, _seen: None, lambda: _Dropped() and None)
    assert probed.stopped and probed.visits == 0


def test_a_second_stop_is_at_once(store: Store) -> None:
    def twice() -> None:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    assert probe(Request(sites=(site(1),), span=7 * DAY), store, lambda _site, _seen: None, twice).stopped
