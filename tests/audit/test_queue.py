"""The queue: the ledger decides, a job only carries."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

pytest.importorskip("procrastinate")

from audit import queue
from audit.queue_line import PatientLine, PickyJobs
from audit.queue_upkeep import Upkeep
from model import SHANGHAI, Errand, Hours, Night, RosterEntry, Site, Terms
from model.night import Arrangement
from storage import Lapse, conninfo
from tests.audit.queued import Hands, Place, database

pytestmark = pytest.mark.pg


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with database() as url:
        place = Place(url, tmp_path_factory.mktemp("queue"))
        yield place
        place.close()


@pytest.fixture
def place(ground: Place) -> Place:
    ground.clear()
    return ground


def look_after(
    place: Place,
    hands: Hands,
    times: int = 1,
    worker: int | None = None,
    over: Callable[[Night], None] = lambda _night: None,
) -> None:
    async def look() -> None:
        line = PatientLine(conninfo(place.url) or "", 5)
        await line.open_async()
        upkeep = Upkeep(place.store, line, lambda: hands.now, 20, lambda: (), over)
        for _ in range(times):
            await upkeep.look_after(worker)
        await line.close_async()

    asyncio.run(look())


def test_every_waiting_errand_gets_one_job_the_longest_row_first(place: Place) -> None:
    alone, *shared = place.site("a.cn"), *(place.site(f"p{n}.cn", platform="云") for n in range(3))
    place.night(alone, *shared)
    assert queue.defer_night(place.url) == 4
    assert queue.defer_night(place.url) == 0
    assert place.jobs() == [(f"p{n}.cn", "todo", "platform:云") for n in range(3)] + [
        ("a.cn", "todo", "host:a.cn")
    ]


def test_every_errand_is_done_once_and_no_job_is_left(place: Place) -> None:
    place.night(*(place.site(f"s{n}.cn") for n in range(6)))
    queue.defer_night(place.url)
    hands = Hands(place)
    hands.work(concurrency=3)
    assert sorted(hands.done) == [f"s{n}.cn" for n in range(6)]
    assert set(place.states().values()) == {"done"}
    assert place.jobs() == []
    look_after(place, hands)
    assert place.store.night("N1").ended_at is not None


def test_sites_of_one_platform_are_never_done_side_by_side(place: Place) -> None:
    place.night(
        *(place.site(f"p{n}.cn", platform="云") for n in range(3)), place.site("a.cn"), place.site("b.cn")
    )
    queue.defer_night(place.url)
    hands = Hands(place, seconds=0.1)
    hands.work(concurrency=4)
    # what its lock held back is found by the next look: a worker stays, these hands go
    hands.work(concurrency=4)
    hands.work(concurrency=4)
    assert sorted(hands.done) == ["a.cn", "b.cn", "p0.cn", "p1.cn", "p2.cn"]
    assert not any(pair <= {"p0.cn", "p1.cn", "p2.cn"} for pair in hands.side_by_side)
    assert frozenset({"a.cn", "b.cn"}) in hands.side_by_side


def test_jobs_of_an_old_night_are_retired_before_new_ones_wait_behind_them(place: Place) -> None:
    entry = place.site("a.cn")
    old = place.night(entry, night_id="N0")
    queue.defer_night(place.url)
    place.store.open_night(
        old.model_copy(update={"id": "N1"}),
        [Errand(night_id="N1", site_key="a.cn", lock=entry.lock, changed_at=place.now)],
        closed=["N0"],
        now=place.now,
    )
    assert queue.defer_night(place.url) == 1
    assert place.jobs() == [("a.cn", "todo", "host:a.cn")]
    hands = Hands(place)
    hands.work()
    assert (place.states("N0"), place.states("N1")) == ({"a.cn": "put_off"}, {"a.cn": "done"})


def test_what_a_person_asks_for_comes_first_and_once(place: Place) -> None:
    first, second = place.site("a.cn"), place.site("b.cn")
    place.night(first, second)
    queue.defer_night(place.url)
    asked = queue.ask(place.url, place.store, second.site, second, Terms(packs=("county/own",)))
    again = queue.ask(place.url, place.store, second.site, second, Terms())
    assert not asked.already
    assert (again.already, again.running, again.night_id) == (True, False, asked.night_id)
    hands = Hands(place)
    hands.work()
    assert hands.done == ["b.cn", "a.cn", "b.cn"]
    assert hands.packs[0] == ("county/own",)
    assert hands.packs[2] != ("county/own",)
    night = place.store.night(asked.night_id)
    assert (night.asked, night.full, night.ended_at is not None) == (True, True, True)


def test_a_site_that_is_asked_for_while_it_is_audited_is_not_queued_again(place: Place) -> None:
    entry = place.site("a.cn")
    asked = queue.ask(place.url, place.store, entry.site, entry, Terms())
    place.taken_by(place.stranger(silent=0))
    again = queue.ask(place.url, place.store, entry.site, entry, Terms())
    assert (again.running, again.night_id) == (True, asked.night_id)


def test_a_site_that_is_on_no_roster_comes_along_with_its_job(place: Place) -> None:
    site = Site(home="http://elsewhere.cn/", name="别处")
    asked = queue.ask(place.url, place.store, site, None, Terms())
    hands = Hands(place)
    hands.work()
    assert hands.done == ["elsewhere.cn"]
    assert place.states(asked.night_id) == {"elsewhere.cn": "done"}
    assert place.store.sites() == []


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("UPDATE errands SET state = 'given_up'", "given_up"),  # lost with its worker once too often
        ("UPDATE errands SET changed_at = now() - interval '2 minutes'", "put_off"),
    ],
)
def test_a_request_that_nobody_will_do_any_more_is_closed(place: Place, change: str, state: str) -> None:
    entry = place.site("a.cn")
    asked = queue.ask(place.url, place.store, entry.site, entry, Terms())
    hands = Hands(place)
    place.sql.execute(change)
    look_after(place, hands)
    if state == "put_off":
        assert place.store.night(asked.night_id).ended_at is None  # its job is there
        place.sql.execute("DELETE FROM procrastinate_jobs")
        look_after(place, hands)
    assert place.states(asked.night_id) == {"a.cn": state}
    assert place.store.night(asked.night_id).ended_at is not None
    assert place.jobs() == []


def test_a_job_whose_errand_waits_no_more_does_nothing(place: Place) -> None:
    place.night(*(place.site(f"{state}.cn") for state in ("done", "given_up", "put_off", "running")))
    queue.defer_night(place.url)
    for state in ("done", "given_up", "put_off", "running"):
        place.sql.execute("UPDATE errands SET state = %s WHERE site_key = %s", [state, f"{state}.cn"])
    hands = Hands(place)
    hands.work(concurrency=4)
    assert (hands.done, place.jobs()) == ([], [])


def test_a_failed_site_comes_again_later_and_holds_up_nobody_of_its_platform(place: Place) -> None:
    place.night(place.site("p0.cn", platform="云"), place.site("p1.cn", platform="云"))
    queue.defer_night(place.url)
    hands = Hands(place)
    hands.act = lambda errand: hands.fail(errand) if errand.site_key == "p0.cn" else hands.finish(errand)
    hands.work()
    assert hands.done == ["p0.cn", "p1.cn"]
    assert place.states() == {"p0.cn": "waiting", "p1.cn": "done"}
    [(site, state, lock)] = place.jobs()
    assert (site, state, lock.startswith("later:")) == ("p0.cn", "todo", True)
    place.sql.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    hands.now, hands.act = place.later(3601), hands.finish
    hands.work()
    assert place.states() == {"p0.cn": "done", "p1.cn": "done"}


def test_a_site_that_fails_too_often_is_given_up(place: Place) -> None:
    place.night(place.site("a.cn"))
    queue.defer_night(place.url)
    hands = Hands(place)
    hands.act = lambda errand: hands.fail(errand, wait=0)
    hands.work()
    assert hands.done == ["a.cn"] * 3
    assert (place.states(), place.jobs()) == ({"a.cn": "given_up"}, [])


def test_a_worker_that_stops_gives_its_jobs_to_others(place: Place) -> None:
    place.night(place.site("a.cn"))
    queue.defer_night(place.url)
    hands = Hands(place, seconds=30)
    hands.work(cancel_when=lambda: bool(hands.done))
    assert (place.states(), place.jobs()) == ({"a.cn": "waiting"}, [("a.cn", "todo", "host:a.cn")])
    assert [one.reason for one in place.store.interruptions()] == ["interruption.stopped"]


def test_nothing_is_begun_when_the_window_is_over(place: Place) -> None:
    place.night(place.site("a.cn"), place.site("b.cn"), ends_at=place.later(60))
    queue.defer_night(place.url)
    hands = Hands(place)
    hands.now = place.later(61)
    hands.work()
    assert (hands.done, place.states()) == ([], {"a.cn": "put_off", "b.cn": "put_off"})
    assert place.jobs() == []


def test_a_crawl_that_outlasts_the_window_is_stopped_and_put_off(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.queue_task.LAST_MINUTES", 0)
    ends_at = datetime.now(UTC) + timedelta(minutes=5)
    place.night(place.site("a.cn"), ends_at=ends_at)
    queue.defer_night(place.url)
    hands = Hands(place, seconds=30)
    hands.now = ends_at - timedelta(seconds=0.3)
    hands.work()
    assert (hands.done, place.states(), place.jobs()) == (["a.cn"], {"a.cn": "put_off"}, [])


def test_upkeep_closes_a_window_that_no_worker_came_across(place: Place) -> None:
    place.night(place.site("a.cn"), ends_at=place.later(60))
    queue.defer_night(place.url)
    hands = Hands(place)
    hands.now = place.later(61)
    look_after(place, hands)
    assert (place.states(), place.jobs()) == ({"a.cn": "put_off"}, [])


def test_a_site_is_begun_within_its_hours_only(place: Place) -> None:
    here = place.now.astimezone(SHANGHAI)
    shut = Hours(starts=time((here.hour + 2) % 24), ends=time((here.hour + 3) % 24))
    place.night(place.site("a.cn", hours=shut), place.site("b.cn"))
    queue.defer_night(place.url)
    hands = Hands(place)
    hands.work()
    assert hands.done == ["b.cn"]
    row = place.sql.execute("SELECT scheduled_at FROM procrastinate_jobs").fetchone()
    assert row
    assert row[0].astimezone(SHANGHAI).hour == shut.starts.hour
    place.sql.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    hands.now = row[0]
    hands.work()
    assert hands.done == ["b.cn", "a.cn"]


def test_a_site_that_left_the_roster_is_not_audited(place: Place) -> None:
    entry = place.site("a.cn")
    place.night(entry, place.site("b.cn"))
    queue.defer_night(place.url)
    retired = entry.arrangement.model_copy(update={"retired_on": place.now.date()})
    place.store.keep_roster([RosterEntry(site=entry.site, arrangement=retired)])
    hands = Hands(place)
    hands.work()
    assert (hands.done, place.states()) == (["b.cn"], {"a.cn": "given_up", "b.cn": "done"})
    assert place.store.errands("N1")[0].reason == "interruption.off_roster"


@pytest.mark.parametrize(
    ("state", "silent", "after"),
    [
        ("waiting", 60, [("a.cn", "todo", "host:a.cn")]),  # its worker was killed
        ("waiting", 0, [("a.cn", "doing", "host:a.cn")]),  # it is just about to begin
        (
            "running",
            60,
            [("a.cn", "doing", "host:a.cn")],
        ),  # it is being done: only the queue has not heard of it
        ("done", 60, []),
        ("given_up", 60, []),
    ],
)
def test_a_job_of_a_silent_worker(
    place: Place, state: str, silent: int, after: list[tuple[str, str, str]]
) -> None:
    place.night(place.site("a.cn"), place.site("z.cn"))
    queue.defer_night(place.url)
    place.sql.execute("UPDATE errands SET state = 'given_up' WHERE site_key = 'z.cn'")
    place.taken_by(place.stranger(silent))
    alive = place.store.workers()
    assert alive == []
    place.sql.execute(
        "UPDATE errands SET state = %s, worker = %s WHERE site_key = 'a.cn'", [state, "far/b/1/7"]
    )
    place.sql.execute(
        "INSERT INTO workers (id, name, machine, pid, begun_at, heard_at, state, params, concurrency, done)"
        " VALUES ('far/b/1/7', 'far', 'far', 7, now(), now(), 'working', '{}', 1, 0)"
    )
    look_after(place, Hands(place))
    assert place.jobs() == after


def test_who_may_not_take_anything_leaves_it_to_others(place: Place) -> None:
    place.night(place.site("a.cn"))
    queue.defer_night(place.url)
    worker = place.stranger(silent=0)
    fit = iter([False, True])

    async def fetch() -> list[str | None]:
        line = PatientLine(conninfo(place.url) or "", 5)
        await line.open_async()
        jobs = PickyJobs(line, lambda: next(fit))
        found = [await jobs.fetch_job(None, worker) for _ in range(2)]
        await line.close_async()
        return [one and one.lock for one in found]

    assert asyncio.run(fetch()) == [None, "host:a.cn"]


def test_a_lost_job_is_made_anew_and_one_gone_astray_comes_back(place: Place) -> None:
    place.night(place.site("a.cn"))
    queue.defer_night(place.url)
    place.sql.execute("DELETE FROM procrastinate_jobs")
    hands = Hands(place)
    look_after(place, hands)
    assert place.jobs() == [("a.cn", "todo", "host:a.cn")]
    mine = place.stranger(silent=0)
    place.taken_by(mine)  # and the answer was lost
    look_after(place, hands, worker=mine)
    assert place.jobs() == [("a.cn", "doing", "host:a.cn")]
    look_after(place, hands, times=2, worker=mine)
    assert place.jobs() == [("a.cn", "todo", "host:a.cn")]


def test_an_errand_that_its_worker_dropped_is_given_back(place: Place) -> None:
    place.night(place.site("a.cn"), place.site("b.cn"))
    for errand in place.store.errands("N1"):
        place.store.take_errand(errand, "me", place.now)
    place.sql.execute(
        "INSERT INTO workers (id, name, machine, pid, begun_at, heard_at, state, params, concurrency, done)"
        " VALUES ('me', 'me', 'far', 7, now(), now(), 'working', '{}', 2, 0)"
    )

    async def look(times: int, worker: int | None) -> None:
        line = PatientLine(conninfo(place.url) or "", 5)
        await line.open_async()
        upkeep = Upkeep(
            place.store, line, lambda: place.now, 20, lambda: (), crew="me", busy=lambda: ["b.cn"]
        )
        for _ in range(times):
            await upkeep.look_after(worker)
        await line.close_async()

    asyncio.run(look(1, 1))
    assert place.states() == {"a.cn": "running", "b.cn": "running"}  # it may be about to begin
    asyncio.run(look(2, 1))
    assert place.states() == {"a.cn": "waiting", "b.cn": "running"}
    [errand] = [one for one in place.store.errands("N1") if one.site_key == "a.cn"]
    place.store.take_errand(errand, "me", place.now)
    asyncio.run(look(1, None))  # it has just begun: whatever stands there is from before
    assert place.states() == {"a.cn": "waiting", "b.cn": "running"}


def test_what_was_asked_for_is_not_lost_with_the_line(place: Place) -> None:
    entry = place.site("a.cn")
    asked = queue.ask(place.url, place.store, entry.site, entry, Terms(packs=("county/own",)))
    [errand] = place.store.errands(asked.night_id)
    running = place.store.take_errand(errand, "me", place.now)
    assert running
    hands = Hands(place)
    hands.work()  # the job came again while the errand still stood as being done
    assert hands.done == []
    place.store.give_back(running, Lapse("interruption.stopped", {}), place.now)
    place.sql.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    hands.work()
    assert (hands.done, hands.packs) == (["a.cn"], [("county/own",)])
    assert place.states(asked.night_id) == {"a.cn": "done"}


def test_two_who_look_after_the_same_make_no_job_twice(place: Place) -> None:
    place.night(*(place.site(f"s{n}.cn") for n in range(20)))

    async def both() -> None:
        lines = [PatientLine(conninfo(place.url) or "", 5) for _ in range(2)]
        for line in lines:
            await line.open_async()
        await asyncio.gather(
            *(Upkeep(place.store, line, lambda: place.now, 20, lambda: ()).look_after() for line in lines)
        )
        for line in lines:
            await line.close_async()

    asyncio.run(both())
    assert len(place.jobs()) == 20


def test_a_night_that_is_over_is_told_once(place: Place) -> None:
    told: list[str] = []
    place.night(place.site("a.cn"), ends_at=place.later(60))
    hands = Hands(place)
    look_after(place, hands, over=lambda night: told.append(night.id))
    hands.now = place.later(61)
    look_after(place, hands, times=2, over=lambda night: told.append(night.id))
    assert told == ["N1"]


def test_what_was_asked_for_once_goes_over_what_is_arranged() -> None:
    from audit.arrange import overlaid

    arranged = Arrangement(site_key="a.cn", packs=("national/2019",), delay=1.0, channels=("x",))
    found = overlaid(arranged, Terms(packs=("county/own",), max_pages=5))
    assert (found.packs, found.delay, found.max_pages, found.channels) == (("county/own",), 1.0, 5, ("x",))
