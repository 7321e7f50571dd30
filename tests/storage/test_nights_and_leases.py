"""Nights, errands, workers and leases: every step is taken once, by one, and what the gone left is found."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from model import (
    Arrangement,
    Errand,
    ErrandState,
    Interruption,
    Night,
    RosterEntry,
    RunState,
    Site,
    WorkerSign,
    WorkerState,
    lock_of,
)
from storage import Lapse, Store, this_machine, this_worker
from storage.nights import MOST_FAILURES, MOST_INTERRUPTED
from tests.storage import nouns
from tests.storage.breaking import told
from tests.storage.conftest import Place

NOW = nouns.NOW
ME = this_worker()


def night(number: int = 1, **more: object) -> Night:
    return Night.model_validate({"id": f"N{number}", "begun_at": NOW, **more})


def errand(key: str = "a", night_id: str = "N1", **more: object) -> Errand:
    given = {"night_id": night_id, "site_key": key, "lock": f"host:{key}", "changed_at": NOW}
    return Errand.model_validate(given | more)


def opened(store: Store, *keys: str) -> list[Errand]:
    assert store.open_night(night(), [errand(key) for key in keys], (), NOW)
    return store.errands("N1")


def elsewhere(pid: int = 1) -> str:
    return f"other-host/boot/7/{pid}"


def before_the_reboot() -> str:
    host, _, start = this_machine().split("/")
    return f"{host}/00000000-0000-0000-0000-000000000000/{start}/{os.getpid()}"


def dead() -> str:
    """A worker of this machine whose process has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return f"{this_machine()}/{process.pid}"


def sign(worker: str, name: str = "w", **more: object) -> WorkerSign:
    given = {"id": worker, "name": name, "machine": "m", "pid": 1, "begun_at": NOW, "heard_at": NOW}
    return WorkerSign.model_validate(given | more)


def test_an_errand_goes_from_hand_to_hand_and_none_is_done_twice(store: Store) -> None:
    (first,) = opened(store, "a")
    mine = store.take_errand(first, ME, NOW)
    assert mine is not None and (mine.state, mine.attempts, mine.worker) == (ErrandState.RUNNING, 1, ME)
    assert store.take_errand(first, "another", NOW) is None
    store.begin_run(nouns.run("R1", night="N1"), "host:a")
    assert store.began_errand(mine, "R1")
    back = store.give_back(mine, Lapse("fault.home.dns", {"host": "a"}, 1, 0, wait=60), NOW)
    assert back is not None
    assert (back.state, back.failures, back.interrupted, back.reason) == ("waiting", 1, 0, "fault.home.dns")
    assert back.not_before == NOW + timedelta(seconds=60)
    assert store.run("R1").state is RunState.FAILED and store.renew_leases(["R1"]) == frozenset()
    assert store.give_back(mine, Lapse("interruption.stopped", {}), NOW) is None, "not its errand any more"
    again = store.take_errand(back, ME, NOW)
    assert again is not None and again.attempts == 2
    store.begin_run(nouns.run("R2", night="N1"), "host:a")
    zombie = told(lambda: store.finish_runs([(nouns.run("R2"), (), (), ())], mine))
    assert zombie.message_id == "fault.errand_not_running" and store.run("R2").state is RunState.RUNNING
    store.finish_runs([(nouns.run("R2"), (), (), ())], again)
    done = store.errand("N1", "a")
    assert done is not None and (done.state, done.run_id, done.reason) == (ErrandState.DONE, "R2", None)
    assert [(one.reason, one.run_id) for one in store.interruptions()] == [("fault.home.dns", "R1")]
    assert store.end_night("N1", NOW) and store.night("N1").ended_at is not None
    assert not store.end_night("N1", NOW), "only one ends it"


@pytest.mark.parametrize(
    ("lapse", "times"),
    [
        (Lapse("fault.home.dns", {}, 1, 0), MOST_FAILURES),
        (Lapse("interruption.crashed", {"error": "X"}, 2, 0), 2),
        (Lapse("interruption.stopped", {}), MOST_INTERRUPTED),
    ],
)
def test_what_was_tried_often_enough_is_given_up(store: Store, lapse: Lapse, times: int) -> None:
    (now,) = opened(store, "a")
    for number in range(1, times + 1):
        taken = store.take_errand(now, ME, NOW)
        assert taken is not None
        back = store.give_back(taken, lapse, NOW)
        assert back is not None
        assert back.state is (ErrandState.GIVEN_UP if number == times else ErrandState.WAITING)
        now = back
    assert len(store.interruptions()) == times


def test_who_finds_the_host_taken_waits_for_as_long_as_it_takes(store: Store) -> None:
    (now,) = opened(store, "a")
    for _ in range(MOST_INTERRUPTED + 2):
        taken = store.take_errand(now, ME, NOW)
        back = taken and store.give_back(taken, Lapse("fault.host_busy", {}, interrupted=0, wait=60), NOW)
        assert back is not None and back.state is ErrandState.WAITING
        now = back


def test_a_failure_that_was_ours_is_forgiven(store: Store) -> None:
    (now,) = opened(store, "a")
    for _ in range(MOST_FAILURES):
        taken = store.take_errand(now, ME, NOW)
        assert taken is not None
        now = store.give_back(taken, Lapse("fault.home.timeout", {}, 1, 0), NOW) or now
    assert now.state is ErrandState.GIVEN_UP
    again = store.forgive(now, "interruption.no_network", NOW)
    assert again is not None and (again.state, again.failures) == (ErrandState.WAITING, MOST_FAILURES - 1)
    assert store.forgive(now, "interruption.no_network", NOW) is None


@pytest.mark.parametrize("worker", [dead, before_the_reboot], ids=["killed", "rebooted"])
def test_what_the_gone_left_waits_again(store: Store, worker: object) -> None:
    left, living = opened(store, "a", "b")
    gone = worker()  # type: ignore[operator]
    taken = store.take_errand(left, gone, NOW)
    assert taken is not None and store.take_errand(living, ME, NOW)
    machine, _, pid = gone.rpartition("/")
    store.begin_run(
        nouns.run("R1", night="N1", pid=int(pid) if worker is dead else 1, machine=machine), "host:a"
    )
    store.began_errand(taken, "R1")
    (back,) = store.recover_errands(NOW)
    assert (back.site_key, back.state, back.reason) == ("a", "waiting", "interruption.worker_gone")
    assert store.run("R1").state is RunState.INTERRUPTED
    assert store.recover_errands(NOW) == []
    late = told(lambda: store.finish_runs([(nouns.run("R1"), (), (), ())], taken))
    assert late.message_id == "fault.run_not_running"
    assert [one.reason for one in store.interruptions()] == ["interruption.worker_gone"]


@pytest.mark.pg
def test_a_worker_elsewhere_is_gone_when_it_was_not_heard_of_for_long(pg_url: str, tmp_path: object) -> None:
    import psycopg

    from storage import open_store

    with open_store(pg_url) as store:
        quiet, heard = opened(store, "a", "b")
        store.keep_sign(sign(elsewhere(1)))
        store.keep_sign(sign(elsewhere(2), "v"))
        store.take_errand(quiet, elsewhere(1), NOW)
        store.take_errand(heard, elsewhere(2), NOW)
        assert store.recover_errands(NOW) == []
        with psycopg.connect(pg_url, autocommit=True) as connection:
            (since,) = connection.execute("SELECT now() - pg_postmaster_start_time()").fetchone() or (None,)
            assert since is not None
            if since < timedelta(seconds=100):
                pytest.skip("the server began a moment ago: nobody is taken for gone yet")
            connection.execute(
                "UPDATE workers SET heard_at = now() - interval '3 minutes' WHERE id = %s", [elsewhere(1)]
            )
        assert [one.site_key for one in store.recover_errands(NOW)] == ["a"]
        assert [one.state for one in store.workers()] == [WorkerState.WORKING, WorkerState.GONE]
        assert abs(store.clock_gap()) < 30


def test_nights_are_opened_once_and_the_old_one_is_over(store: Store) -> None:
    (one,) = opened(store, "a")
    assert not store.open_night(night(2), [errand("b", "N2")], (), NOW), "somebody opened one meanwhile"
    assert store.open_night(night(2), [errand("b", "N2")], ("N1",), NOW)
    off = store.errand("N1", "a")
    assert off is not None and (off.state, off.reason) == (ErrandState.PUT_OFF, "interruption.window_over")
    assert store.take_errand(one, ME, NOW) is None
    assert [one.id for one in store.nights(open_only=True)] == ["N2"]
    assert store.put_off("N2", NOW) == 1 and not store.end_night("N2", NOW)
    assert store.open_night(night(2), [errand("b", "N2"), errand("c", "N2")], (), NOW)
    assert [one.state for one in store.errands("N2")] == [ErrandState.WAITING] * 2, "taken up again"
    store.keep_night(night(3, asked=True), [errand("d", "N3")])
    assert [one.id for one in store.nights()] == ["N2", "N1"]
    assert [one.site_key for one in store.asked_errands(open_only=True)] == ["d"]
    assert told(lambda: store.night("N9")).message_id == "fault.night_unknown"


def test_one_run_holds_a_host_until_it_ends(place: Place) -> None:
    store, other = place.again(), place.again()
    store.begin_run(nouns.run("R1"), "host:a")
    refused = told(lambda: other.begin_run(nouns.run("R2"), "host:a"))
    assert refused.message_id == "fault.host_busy" and refused.params["run"] == "R1"
    assert [one.id for one in store.runs()] == ["R1"], "of the second nothing is kept"
    other.begin_run(nouns.run("R3"), "host:b")
    assert store.renew_leases(["R1", "R3", "R9"]) == {"R1", "R3"}
    store.interrupt_run("R1")
    other.begin_run(nouns.run("R2"), "host:a")


def test_the_lease_of_the_gone_is_void_and_their_run_is_over(store: Store) -> None:
    machine, _, pid = dead().rpartition("/")
    store.begin_run(nouns.run("R1", pid=int(pid), machine=machine), "host:a")
    store.begin_run(nouns.run("R2"), "host:a")
    assert (store.run("R1").state, store.run("R1").reason) == (
        RunState.INTERRUPTED,
        "interruption.worker_gone",
    )
    assert store.renew_leases(["R1", "R2"]) == {"R2"}


def test_of_many_that_want_a_host_at_once_one_gets_it(place: Place) -> None:
    store = place.again()

    def begin(number: int) -> bool:
        try:
            store.begin_run(nouns.run(f"R{number}"), "host:a")
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(begin, range(6))) == 1
    assert len(store.runs()) == 1


def test_sites_of_one_platform_share_a_lock(store: Store) -> None:
    one, two = Site(home="http://www.a.example/"), Site(home="http://a.example:8080/x/")
    assert (
        lock_of(Site(home="http://www.a.example./"))
        == lock_of(Site(home="http://a.example.:81/"))
        == lock_of(one)
    )
    assert store.lock_of(one) == store.lock_of(two) == lock_of(one) == "host:a.example"
    platform = Arrangement(site_key=one.key, platform="省集约化平台")
    store.keep_roster([RosterEntry(site=one, arrangement=platform)])
    assert store.lock_of(one) == "platform:省集约化平台"


def test_one_process_of_a_name_at_a_time(store: Store) -> None:
    assert store.sole_worker(sign(ME, "nightly")) is None
    assert store.sole_worker(sign(ME, "nightly")) is None, "the same one again"
    living = f"{this_machine().rpartition('/')[0]}//{os.getppid()}"
    other = store.sole_worker(sign(living, "nightly"))
    assert other is not None and other.id == ME
    store.forget_worker(ME)
    assert store.sole_worker(sign(dead(), "nightly")) is None
    assert store.sole_worker(sign(living, "nightly")) is None, "a dead one is in nobody's way"
    assert [one.id for one in store.workers()] == [living], (
        "nor is it told any more once another has its place"
    )


def test_interruptions_are_kept_the_latest_first(store: Store) -> None:
    for minutes in (1, 3, 2):
        at = NOW + timedelta(minutes=minutes)
        store.note(
            Interruption(night_id=None, site_key=None, at=at, reason=f"r{minutes}", params={"n": minutes})
        )
    assert [one.reason for one in store.interruptions()] == ["r3", "r2", "r1"]
    assert [one.reason for one in store.interruptions(since=NOW + timedelta(minutes=2), limit=1)] == ["r3"]
