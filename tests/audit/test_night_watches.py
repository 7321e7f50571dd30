"""Whose fault it was, and what a crew keeps an eye on: by tables."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from procrastinate.jobs import Job

from audit.lapses import Stopped, lapse_of, seems_our_network
from audit.queue_task import Comeback, PutBack
from audit.watches import IN_A_ROW, ClockWatch, NetworkWatch, SteadyClock, has_room, memory
from model import Errand, Fault
from report.messages import LANGUAGES, Messages
from tests.storage.breaking import small_disk

ERRAND = Errand(
    night_id="N1", site_key="a", lock="host:a", changed_at=datetime(2026, 11, 22, tzinfo=UTC), failures=1
)


@pytest.mark.parametrize(
    ("error", "failures", "interrupted", "wait"),
    [
        (Fault("fault.home.timeout", host="a"), 1, 0, 20.0),
        (Fault("fault.home.certificate", host="a"), 1, 0, 20.0),
        (Fault("fault.home.skipped_private", host="a"), 3, 0, 0.0),
        (Fault("fault.pack_unknown", name="x"), 3, 0, 0.0),
        (Fault("fault.database_unreachable", database="x", reason="?"), 0, 1, 10.0),
        (Fault("fault.storage_full", path="x"), 0, 1, 10.0),
        (Fault("fault.run_not_running", run="R1"), 0, 1, 10.0),
        (Fault("fault.host_busy", run="R1", host="a", machine="m", since="s"), 0, 0, 60.0),
        (Stopped("interruption.window_over"), 0, 1, 0.0),
        (asyncio.CancelledError(), 0, 1, 0.0),
        (ZeroDivisionError(), 2, 0, 10.0),
    ],
)
def test_whom_it_is_held_against(error: BaseException, failures: int, interrupted: int, wait: float) -> None:
    lapse = lapse_of(error, ERRAND, 10.0)
    assert (lapse.failures, lapse.interrupted, lapse.wait) == (failures, interrupted, wait)
    for language in LANGUAGES:
        if isinstance(error, Stopped | asyncio.CancelledError | ZeroDivisionError):
            assert "{" not in Messages(language).text(lapse.reason, **lapse.params)


@pytest.mark.parametrize(
    ("fault", "ours"),
    [("fault.home.dns", True), ("fault.home.timeout", True), ("fault.home.network", True), ("fault.home.certificate", False), ("fault.home.reset", False),
     ("fault.database_unreachable", False)],
)  # fmt: skip
def test_what_looks_like_our_own_network(fault: str, ours: bool) -> None:
    assert seems_our_network(Fault(fault)) is ours


def test_several_hosts_in_a_row_make_us_doubt_ourselves() -> None:
    watch = NetworkWatch()
    assert [watch.ill("host:a") for _ in range(5)] == [False] * 5, "one host alone says nothing"
    assert [watch.ill(f"host:{one}") for one in "bc"][-1] is (IN_A_ROW == 3)
    watch.blamed.append(ERRAND)
    watch.well("http://d.example/")
    assert not watch.blamed and watch.last_good == "http://d.example/" and not watch.ill("host:e")


def test_a_clock_that_was_set_is_noticed() -> None:
    now, steady = datetime(2026, 11, 22, 12, tzinfo=UTC), 1000.0
    watch = ClockWatch(lambda: now, lambda: steady)
    mark = watch.mark()
    now, steady = now + timedelta(seconds=500), steady + 500
    assert watch.moved(mark) == 0
    now += timedelta(hours=-1)
    assert watch.moved(mark) == -3600
    assert watch.moved(watch.mark()) == 0


def test_room_on_the_disk(tmp_path: Path) -> None:
    assert has_room(tmp_path / "not" / "there" / "yet")
    with small_disk(400) as folder:
        assert has_room(folder)
        (folder / "much").write_bytes(b"x" * 380_000)
        assert not has_room(folder)


def test_memory_is_told_where_it_can_be() -> None:
    assert memory() is None or memory() > 10_000_000  # type: ignore[operator]


def test_a_clock_that_is_set_moves_nothing_that_is_put_down_for_later() -> None:
    hour, seconds = datetime(2026, 11, 20, 12, tzinfo=UTC), [100.0]
    wall = [hour]
    clock = SteadyClock(lambda: wall[0], lambda: seconds[0])
    assert clock() == hour
    wall[0] += timedelta(hours=3)  # set; and four seconds pass
    seconds[0] += 4
    assert clock() == hour + timedelta(seconds=4)
    clock.compare(3 * 3600 - 6)  # the server says that by now it is six seconds past
    assert clock() == hour + timedelta(seconds=6)


def test_a_job_comes_again_by_the_clock_of_all_not_by_this_machines() -> None:
    hour = datetime(2026, 11, 20, 12, tzinfo=UTC)
    job = Job(id=7, queue="night", lock="host:a", queueing_lock="night/a", task_name="audit_site")
    again = Comeback(lambda: hour)
    for error, at, lock in (
        (PutBack("host:a"), hour, "host:a"),
        (PutBack("later:7", hour + timedelta(minutes=9)), hour + timedelta(minutes=9), "later:7"),
        (asyncio.CancelledError(), hour, None),
        (Fault("fault.database_unreachable"), hour + timedelta(seconds=60), "later:7"),
        (ZeroDivisionError(), hour + timedelta(seconds=300), "later:7"),
    ):
        told = again.get_retry_decision(exception=error, job=job)
        assert (told.retry_at, told.lock) == (at, lock)
