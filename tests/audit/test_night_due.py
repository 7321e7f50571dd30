"""Which sites are due tonight, told by tables: hours, slack, cycles, wrong clocks; and how a night is opened."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from audit.delivery import span_of_night
from audit.due import day_begins, due, window_end
from audit.night import chosen, open_night, refuse_wrong_clock, waiting_errands
from audit.rulings import waive
from gate.nights import hours
from model import (
    CLOCK,
    SHANGHAI,
    Arrangement,
    CaseState,
    Deed,
    ErrandState,
    Fault,
    Group,
    Hours,
    RosterEntry,
    Site,
)
from storage import Lapse, Store, open_store, this_worker
from tests.storage import nouns

NIGHT = Hours.model_validate({"starts": "20:00", "ends": "06:00"})
PACK = "national/2019-check-indicators"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=SHANGHAI)


def entry(name: str, **terms: object) -> RosterEntry:
    site = Site(home=f"http://www.{name}.example/")
    return RosterEntry(site=site, arrangement=Arrangement.model_validate({"site_key": site.key, **terms}))


A, B, C = entry("a"), entry("b"), entry("c")


@pytest.mark.parametrize(
    ("now", "window", "ends"),
    [
        ("22T22:00", NIGHT, "23T06:00"),
        ("23T05:59", NIGHT, "23T06:00"),
        ("22T20:00", Hours.model_validate({"starts": "20:00", "ends": "23:00"}), "22T23:00"),
        ("22T22:00", Hours.model_validate({"starts": "00:00", "ends": "00:00"}), None),
        ("22T22:00", None, None),
    ],
)
def test_when_the_hours_end(now: str, window: Hours | None, ends: str | None) -> None:
    assert window_end(at(now), window) == (at(ends) if ends else None)


@pytest.mark.parametrize(
    ("now", "window", "begins"),
    [
        ("22T22:00", NIGHT, "22T13:00"),  # closed for 14 hours, half of it before 20:00
        ("23T05:59", NIGHT, "22T13:00"),
        ("22T22:00", Hours.model_validate({"starts": "20:00", "ends": "16:00"}), "22T18:00"),
        ("22T22:00", Hours.model_validate({"starts": "08:00", "ends": "09:00"}), "21T20:30"),
        ("22T22:00", None, "22T10:00"),
    ],
)
def test_when_tonight_began(now: str, window: Hours | None, begins: str) -> None:
    assert day_begins(at(now), window) == at(begins)


@pytest.mark.parametrize(
    ("last", "terms", "is_due"),
    [
        (None, {}, True),
        ("21T23:50", {}, True),  # last night, ten minutes before it would be again
        ("22T05:59", {}, True),
        ("22T14:00", {}, False),  # a person audited it this afternoon
        ("22T21:00", {}, False),
        ("29T21:00", {}, True),  # stamped by a clock that ran ahead
        ("16T23:50", {"every_days": 7}, False),
        ("15T23:50", {"every_days": 7}, True),
        (None, {"retired_on": "2026-11-22"}, False),
        (None, {"retired_on": "2026-11-23"}, True),
    ],
)
def test_who_is_due(last: str | None, terms: dict[str, object], is_due: bool) -> None:
    one = entry("a", **terms)
    known = {(one.site.key, PACK): at(last)} if last else {}
    assert (due([one], (), known, at("22T22:00"), NIGHT) == [one]) is is_due


def test_those_that_waited_longest_come_first() -> None:
    last = {
        (A.site.key, PACK): at("21T21:00"),
        (B.site.key, PACK): at("20T21:00"),
        (C.site.key, "county/own"): at("22T21:00"),
    }
    assert due([A, B, C], (), last, at("22T22:00"), NIGHT) == [C, B, A], "C was audited under another pack"


def test_a_pack_that_is_not_there_keeps_no_site_from_its_errand() -> None:
    lost = entry("a", packs=("no/such-pack",))
    weekly = Group(name="organiser=县委办", every_days=7)
    assert due([lost], [weekly], {}, at("22T22:00"), NIGHT) == [lost]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/duwang.sqlite") as opened:
        opened.keep_roster([A, B, C])
        yield opened


def opened_at(store: Store, now: str, window: Hours | None = NIGHT, full: bool = False) -> str | None:
    night = open_night(store, store.roster(), at(now), window, full)
    return night.id if night else None


def finish(store: Store, night_id: str, one: RosterEntry, now: str) -> None:
    errand = store.errand(night_id, one.site.key)
    taken = errand and store.take_errand(errand, this_worker(), at(now))
    assert taken is not None
    run = nouns.run(f"R-{one.site.key}-{now}", site=one.site, started_at=at(now)).model_copy(
        update={"pack_id": PACK}
    )
    store.begin_run(run, one.lock)
    store.finish_runs([(run, (), (), ())], taken)


def left(store: Store, night_id: str) -> list[str]:
    return [one.site_key for one in waiting_errands(store, store.night(night_id))]


def test_a_night_goes_on_the_same_evening_and_a_new_one_begins_the_next(store: Store) -> None:
    first = opened_at(store, "22T20:00")
    assert first and left(store, first) == [one.site.key for one in (A, B, C)]
    finish(store, first, A, "22T20:10")
    assert opened_at(store, "22T21:00", full=True) == first and left(store, first) == [B.site.key, C.site.key]
    assert store.night(first).full and store.night(first).ends_at == at("23T06:00")
    store.keep_roster([entry("d")])
    opened_at(store, "22T22:00")
    assert left(store, first)[-1] == entry("d").site.key, "newly due"
    finish(store, first, B, "22T22:10")
    assert store.put_off(first, at("23T06:00")) == 2 and not store.end_night(first, at("23T06:00"))
    assert opened_at(store, "23T05:00") == first and len(left(store, first)) == 2, "taken up again"
    store.put_off(first, at("23T06:00"))
    second = opened_at(store, "23T20:00")
    assert second and second != first and store.night(first).ended_at == at("23T20:00")
    assert left(store, second) == [C.site.key, entry("d").site.key, A.site.key, B.site.key]
    assert {one.state for one in store.errands(first)} == {ErrandState.DONE, ErrandState.PUT_OFF}


def give_up(store: Store, night_id: str, one: RosterEntry, now: str) -> None:
    errand = store.errand(night_id, one.site.key)
    taken = errand and store.take_errand(errand, this_worker(), at(now))
    assert taken and store.give_back(
        taken, Lapse("fault.home.timeout", {}, failures=3, interrupted=0), at(now)
    )


def test_a_night_that_began_after_midnight_is_over_the_next_evening(store: Store) -> None:
    first = opened_at(store, "23T02:00")
    assert first
    finish(store, first, A, "23T02:00")
    give_up(store, first, B, "23T02:10")
    assert opened_at(store, "23T05:50") == first and left(store, first) == [C.site.key], "the same hours"
    second = opened_at(store, "23T21:05")
    assert second and second != first
    assert left(store, second) == [B.site.key, C.site.key, A.site.key], "nobody is skipped"


def test_what_is_due_again_within_a_night_without_hours_waits_again(store: Store) -> None:
    night = opened_at(store, "22T02:00", None)
    assert night
    finish(store, night, A, "22T02:10")
    give_up(store, night, B, "22T02:10")
    finish(store, night, C, "22T10:00")
    assert opened_at(store, "22T12:00", None) == night and left(store, night) == []
    assert opened_at(store, "22T20:00", None) == night and left(store, night) == [B.site.key, A.site.key]
    again = store.errand(night, B.site.key)
    assert again is not None and (again.failures, again.reason, again.attempts) == (0, None, 1)


def test_what_somebody_audited_by_hand_meanwhile_is_not_done_again(store: Store) -> None:
    night = opened_at(store, "22T20:00")
    assert night
    store.put_off(night, at("22T20:05"))
    by_hand = [
        nouns.run("R1", site=A.site, started_at=at("22T20:30")),
        nouns.run("R2", site=B.site, started_at=at("22T20:30")),
    ]
    for run, pack in zip(by_hand, (PACK, "county/own"), strict=True):
        run = run.model_copy(update={"pack_id": pack})
        store.begin_run(run)
        store.finish_runs([(run, (), (), ())])
    assert opened_at(store, "22T21:00") == night
    assert left(store, night) == [C.site.key, B.site.key], "B was audited under another pack"
    spared = store.errand(night, A.site.key)
    assert spared is not None and (spared.state, spared.run_id) == (ErrandState.DONE, "R1")


def test_a_waiver_ends_with_its_day_also_where_nobody_can_look(store: Store) -> None:
    store.keep_roster([entry("a", mend_days=1)])
    elsewhere = Site(home="http://www.by-hand.example/")  # on no roster
    for number, site in enumerate((A.site, B.site, elsewhere), 1):
        failed = nouns.finding(nouns.verdict(), f"R{number}", site)
        run = nouns.run(f"R{number}", site=site, started_at=at("21T22:00"))
        store.begin_run(run)
        store.finish_runs([(run, (failed.verdict,), (failed,), (nouns.case(failed, site),))])
        until = date(2026, 11, 30 if site is B.site else 22)
        waive(store, failed.fingerprint, by="王芳", reason="改版中", until=until, at=at("22T12:00"))

    def told(site: Site) -> tuple[CaseState, date | None]:
        (case,) = store.cases(site.key).values()
        return case.state, case.due

    first = opened_at(store, "22T23:50")
    assert {told(site)[0] for site in (A.site, B.site, elsewhere)} == {CaseState.WAIVED}, (
        "its last day is not over"
    )
    second = opened_at(store, "23T20:00")
    assert first and second and first != second
    assert told(A.site) == (CaseState.OPEN, date(2026, 11, 24)) and told(B.site)[0] is CaseState.WAIVED
    assert told(elsewhere)[0] is CaseState.OPEN
    mark = nouns.finding(nouns.verdict(), "R1", A.site).fingerprint
    last = store.cases(A.site.key)[mark].history[-1]
    assert (last.deed, last.by, last.run_id, last.at) == (Deed.EXPIRED, CLOCK, None, at("23T20:00"))
    give_up(store, second, A, "23T20:10")
    assert store.night_deeds(second) == {(Deed.EXPIRED, CaseState.OPEN): 2} and not store.night_deeds(first)
    heard = store.happenings(span_of_night(store, second, at("23T21:00")))
    assert {one.site_key for one in heard} == {A.site.key, elsewhere.key}
    opened_at(store, "23T22:00")
    assert len(store.cases(A.site.key)[mark].history) == 3, "once is enough"


def test_nothing_due_opens_nothing(store: Store) -> None:
    night = opened_at(store, "22T20:00")
    assert night
    for one in (A, B, C):
        finish(store, night, one, "22T20:10")
    assert store.end_night(night, at("22T21:00"))
    assert opened_at(store, "22T21:30") is None
    assert [one.id for one in store.nights()] == [night]


def test_sites_of_a_group(store: Store) -> None:
    mine = entry("m", group="重点")
    theirs = RosterEntry(site=A.site.model_copy(update={"organiser": "县委办"}), arrangement=A.arrangement)
    assert chosen([mine, theirs, B], ()) == [mine, theirs, B]
    assert chosen([mine, theirs, B], ("重点", "organiser=县委办")) == [mine, theirs]
    with pytest.raises(Fault, match="group_empty"):
        chosen([mine], ("重点", "无"))


def test_a_clock_behind_what_is_kept_is_refused(store: Store) -> None:
    store.begin_run(nouns.run("R1", started_at=at("22T20:00")))
    refuse_wrong_clock(store, at("22T19:56"))
    with pytest.raises(Fault, match="clock_behind"):
        refuse_wrong_clock(store, at("22T19:54"))


def test_hours_as_they_are_typed() -> None:
    now = at("22T21:30")
    assert hours("20:00-06:00", None, now) == NIGHT and hours(None, None, now) is None
    assert hours(None, "06:00", now) == Hours.model_validate({"starts": "21:30", "ends": "06:00"})
    for window, until in (("20:00-06:00", "06:00"), ("tonight", None), (None, "25:00")):
        with pytest.raises(Fault):
            hours(window, until, now)
    assert NIGHT.holds(now + timedelta(hours=1)) and not NIGHT.holds(at("22T12:00"))
