"""What status tells, of a night as the database has it: counts, rate, the end, failures with remedy, interruptions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from audit.nightly import NightEnd, Order, check
from audit.status import night_view
from model import (
    Arrangement,
    Errand,
    ErrandState,
    Failing,
    Fault,
    Hours,
    Interruption,
    Night,
    RosterEntry,
    Site,
    WorkerSign,
    WorkerState,
)
from report.messages import LANGUAGES, Messages
from report.status import (
    failing_rows,
    interruption_rows,
    reason_rows,
    short_reason,
    status_lines,
    under_way_rows,
    worker_rows,
)
from storage import Lapse, Store, open_store, this_machine, this_worker
from tests.storage import nouns

NOW = nouns.NOW
EN = Messages("en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/duwang.sqlite") as opened:
        yield opened


def filled(store: Store, ends_at: datetime | None = None) -> None:
    """Ten sites: four done within half an hour, one running, one failed, one given up, three waiting; and one by hand."""
    sites = [Site(home=f"http://www.s{number}.example/", name=f"第{number}局") for number in range(10)]
    store.keep_roster([RosterEntry(site=one, arrangement=Arrangement(site_key=one.key)) for one in sites])
    begun = NOW - timedelta(hours=2)
    errands = [
        Errand(night_id="N1", site_key=one.key, lock=f"host:{one.host}", changed_at=begun) for one in sites
    ]
    store.open_night(Night(id="N1", begun_at=begun, ends_at=ends_at), errands, (), begun)
    me = this_worker()
    store.keep_sign(
        WorkerSign(id=me, name="w1", machine="m", pid=1, begun_at=begun, heard_at=NOW, memory=90 * 1024**2, done=4,
                   state=WorkerState.NO_SPACE, reason="fault.storage_full", params={"path": "/warc"})
    )  # fmt: skip
    gone = f"{this_machine().rpartition('/')[0]}/1/1"
    store.keep_sign(WorkerSign(id=gone, name="w0", machine="m", pid=1, begun_at=begun, heard_at=NOW))
    for number, errand in enumerate(errands[:7]):
        taken = store.take_errand(errand, me, NOW - timedelta(minutes=20))
        assert taken is not None
        if number >= 5:
            lapse = Lapse("fault.home.dns", {"host": f"s{number}"}, 1 if number == 5 else 3, 0, wait=600)
            store.give_back(taken, lapse, NOW)
            continue
        run = nouns.run(f"R{number}", site=sites[number], started_at=NOW - timedelta(minutes=20))
        store.begin_run(run, taken.lock)
        store.began_errand(taken, run.id)
        if number < 4:
            store.finish_runs([(run, (), (), ())], taken)
    store.keep([(nouns.snapshot(17, "R4"), b"x")])
    store.begin_run(nouns.run("R-hand", site=Site(home="http://www.other.example/")))
    store.note(
        Interruption(
            night_id=None,
            site_key=None,
            at=NOW,
            reason="interruption.wrong_clock",
            params={"seconds": 90},
            worker=me,
        )
    )


def test_a_night_that_is_under_way(store: Store) -> None:
    filled(store)
    view = night_view(store, NOW)
    assert view.night is not None and view.counts == {"waiting": 4, "running": 1, "done": 4, "given_up": 1}
    assert view.per_hour == 8.0 and view.expected == NOW + timedelta(minutes=37.5) and view.beyond == 0
    assert [(one.run_id, one.fetched, one.asked) for one in view.under_way] == [
        ("R-hand", 0, True),
        ("R4", 17, False),
    ] or [(one.run_id, one.fetched, one.asked) for one in view.under_way] == [
        ("R4", 17, False),
        ("R-hand", 0, True),
    ]
    assert [(one.site, one.state) for one in view.failing] == [("第6局", "given_up"), ("第5局", "waiting")]
    assert view.reasons == {"fault.home.dns": 2, "interruption.wrong_clock": 1}
    assert {one.name: one.state for one in view.workers} == {"w0": "gone", "w1": "no_space"}


def test_what_will_not_be_done_within_the_hours(store: Store) -> None:
    filled(store, ends_at=NOW + timedelta(minutes=15))
    assert night_view(store, NOW).beyond == 3
    assert night_view(store, NOW, "N1").night is not None
    with pytest.raises(Fault, match="night_unknown"):
        night_view(store, NOW, "N2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_told_in_words(store: Store, language: str) -> None:
    messages = Messages(language)
    assert list(status_lines(night_view(store, NOW), messages)) == [messages.text("status.none")]
    filled(store, ends_at=NOW + timedelta(minutes=15))
    view = night_view(store, NOW)
    told = list(status_lines(view, messages))
    for rows_of in (under_way_rows, failing_rows, worker_rows, reason_rows, interruption_rows):
        heads, rows = rows_of(view, messages)
        assert rows and all(len(row) == len(heads) for row in rows)
        told += [*heads, *(cell for row in rows for cell in row)]
    assert not [
        one
        for one in told
        if "{" in one or one.startswith(("status.", "errand.", "worker.", "fault.", "interruption."))
    ]
    if language == "en":
        assert "Beyond the hours: about 3 sites will be put off" in told
        assert (
            "disk full: No room is left on the disk to write /warc; free some space or choose another place and try again; what was kept so far is safe."
            in told
        )
        assert "There is no host s6; check the address, or the name resolution of this machine." in told


def test_every_reason_has_a_short_form() -> None:
    for language in LANGUAGES:
        messages = Messages(language)
        known = [one for one in messages._texts if one.startswith(("interruption.", "fault.home."))]
        plain_ones = [
            one for one in known if one not in ("fault.home.skipped_private", "fault.home.private_address")
        ]
        assert not [one for one in plain_ones if short_reason(one, messages) == one]


def test_when_a_night_may_not_begin(store: Store) -> None:
    noon = NOW.replace(hour=12)
    window = Hours.model_validate({"starts": "20:00", "ends": "06:00"})
    with pytest.raises(Fault, match="outside_window"):
        check(Order(window=window), store, noon)
    with pytest.raises(Fault, match="roster_empty"):
        check(Order(), store, noon)
    filled(store)
    check(Order(), store, NOW)
    with pytest.raises(Fault, match="clock_behind"):
        check(Order(), store, NOW - timedelta(days=1))
    check(Order(trust_clock=True), store, NOW - timedelta(days=1))


def test_how_a_night_ends() -> None:
    failing = Failing(site_key="a", site="a", state=ErrandState.GIVEN_UP, attempts=3, reason="fault.home.dns")
    assert NightEnd().exit_code == 0
    assert NightEnd(given_up=(failing,)).exit_code == 1
    assert NightEnd(given_up=(failing,), violated=True).exit_code == 2
    assert NightEnd(stopped="interruption.stopped").exit_code == 1
    assert NightEnd(stopped="interruption.window_over").exit_code == 0
