"""What goes after its days, and what never does: evidence that somebody may still ask for."""

from pathlib import Path

import pytest

from model import (
    CaseState,
    Clearance,
    Delivery,
    DeliveryState,
    Digest,
    Dispute,
    Errand,
    ErrandState,
    Night,
    Retention,
    Ruling,
    RulingResult,
)
from storage import Store, open_store
from tests.storage import breaking, nouns, past
from tests.storage.conftest import Place
from tests.storage.past import OTHER, SITE, ago, case, crawl, visit, vote

TERMS = Retention()
NOW = past.NOW
SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # where the databases differ in nothing


def cleared(done: Clearance) -> dict[str, int]:
    return {one.kind: one.count for one in done.cleared if one.count}


def both(store: Store, terms: Retention = TERMS) -> Clearance:
    """Clears after a dry run, which must have foretold all of it."""
    foretold = store.clear(terms, NOW, "duwang/test", dry=True)
    done = store.clear(terms, NOW, "duwang/test")
    assert foretold.dry and not done.dry
    assert foretold.database is None
    unlike = {"dry": False, "database": done.database, "database_note": done.database_note}
    assert foretold.model_copy(update=unlike) == done
    again = store.clear(terms, NOW, "duwang/test")
    assert cleared(again) == {} and again.archive.freed == 0
    return done


def left(store: Store) -> list[str]:
    return sorted(run.id for run in store.runs())


def test_what_nothing_rests_on_goes_with_all_that_was_its_own(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [b"one", b"shared"], faults=["/a/"])
    crawl(store, "R2", 800, [b"two", b"two more"], finish=False)
    crawl(store, "R3", 10, [b"shared", b"three"], faults=["/a/"])
    done = both(store)
    assert left(store) == ["R3"]
    assert cleared(done) == {"runs": 2, "snapshots": 4, "verdicts": 1, "findings": 1, "bodies": 3}
    assert (done.cleared[0].oldest, done.cleared[0].newest) == (ago(900), ago(800))
    assert done.kept == {}
    assert [body for _, body in store.bodies("R3")] == [b"shared", b"three"]
    # R2's file held nothing that is needed; of R1's one body is, in a file of its own now
    assert sorted(file.name for file in place.archive.iterdir()) == ["R1-kept-1.warc.gz", "R3.warc.gz"]
    assert (done.archive.removed, done.archive.rewritten) == (1, 1)


@SQLITE
def test_the_last_finished_audit_of_a_site_stays_with_the_crawl_it_replays(store: Store) -> None:
    crawl(store, "R1", 900, [b"one"])
    crawl(store, "O1", 700, [b"other"], site=OTHER)
    old = nouns.run("O1-1", site=OTHER, started_at=ago(699), replays="O1")
    store.begin_run(old)
    store.finish_run(old, [], [], [])
    crawl(store, "O2", 500, [b"begun"], site=OTHER, finish=False)
    done = both(store)
    assert left(store) == ["O1", "O1-1", "R1"]
    assert done.kept == {"newest": 2}


def test_evidence_of_a_case_that_is_not_settled_stays(store: Store) -> None:
    """Of each state: where it was first seen, where it was last seen, and what its history names."""
    states = {
        f"/{state.value}/": state
        for state in CaseState
        if state not in (CaseState.FIXED, CaseState.WITHDRAWN)
    }
    assert len(states) == 5
    filed, stay = [], []
    for number, (locus, state) in enumerate(states.items()):
        for step, faults in enumerate(([locus], [locus], [], [locus])):
            crawl(
                store,
                f"R{number}{step}",
                2000 - number * 10 - step,
                [b"%d %d" % (number, step)],
                faults=faults,
            )
        named = (2000, f"R{number}0", state), (1900, f"R{number}2", state)
        filed.append(case(locus, state, *named))
        stay += [f"R{number}{step}" for step in (0, 2, 3)]
    crawl(store, "RX", 1, [b"now"], cases=filed)
    done = both(store)
    assert left(store) == [*stay, "RX"]
    assert done.kept == {f"case_{state.value}": 3 for state in sorted(states.values())}
    assert [body for _, body in store.bodies("R00")] == [b"0 0"]
    assert done.archive.removed == 5


@SQLITE
def test_evidence_of_a_settled_case_stays_for_its_days(store: Store) -> None:
    filed = []
    for number, (state, days) in enumerate(
        [
            (CaseState.FIXED, 399), (CaseState.FIXED, 401), (CaseState.WITHDRAWN, 1099), (CaseState.WITHDRAWN, 1101),
        ]
    ):  # fmt: skip
        locus = f"/{number}/"
        crawl(store, f"R{number}", 2000 - number, [b"%d" % number], faults=[locus])
        filed.append(case(locus, state, (2000, f"R{number}", CaseState.OPEN), (days, None, state)))
    crawl(store, "RX", 1, [b"now"], cases=filed)
    done = both(store)
    assert left(store) == ["R0", "R2", "RX"]
    assert done.kept == {"case_fixed": 1, "case_withdrawn": 1}
    # the ledger itself stays, whole
    assert sorted(store.cases(SITE.key).values(), key=lambda one: one.locus) == filed


@SQLITE
def test_a_dispute_nobody_has_ruled_on_holds_the_evidence_of_a_case_that_was_fixed(store: Store) -> None:
    crawl(store, "R1", 2000, [b"seen"], faults=["/a/"])
    dispute = Dispute(by="甲", at=ago(1990), reason="有更新", due=ago(1985).date(), run_id="R1", evidence="")
    filed = case(
        "/a/", CaseState.FIXED, (2000, "R1", CaseState.OPEN), (1980, None, CaseState.FIXED), dispute=dispute
    )
    crawl(store, "R2", 1, [b"now"], cases=[filed])
    assert both(store).kept == {"case_disputed": 1}


@SQLITE
def test_an_audit_that_a_ruling_was_given_on_stays(store: Store) -> None:
    crawl(store, "R1", 2000, [b"seen"], faults=["/a/"])
    filed = case("/a/", CaseState.FIXED, (2000, "R1", CaseState.OPEN), (1500, None, CaseState.FIXED))
    crawl(store, "R2", 1, [b"now"], cases=[filed])
    ruling = Ruling(
        fingerprint=filed.fingerprint,
        run_id="R1",
        at=ago(1600),
        by="乙",
        result=RulingResult.UPHELD,
        reason="属实",
    )
    store.keep_case(filed, filed, [ruling])
    assert both(store).kept == {"ruling": 1}


@SQLITE
def test_what_evidence_cites_of_another_audit_stays(store: Store) -> None:
    crawl(store, "O1", 600, [b"cited"], site=OTHER)
    crawl(store, "O2", 590, [b"later"], site=OTHER)
    crawl(store, "O3", 5, [b"now"], site=OTHER)
    filed = case("/a/", CaseState.OPEN, (5, "R1", CaseState.OPEN))
    crawl(store, "R1", 5, [b"page"], faults=["/a/"], cites="O1/1", cases=[filed])
    assert both(store).kept == {"cited": 1}
    assert left(store) == ["O1", "O3", "R1"]


@SQLITE
def test_a_running_audit_is_never_touched_however_old(store: Store, place: Place) -> None:
    store.begin_run(nouns.run("R1", started_at=ago(900)))
    store.keep([(nouns.snapshot(1, "R1"), b"under way")])
    crawl(store, "R2", 1, [b"now"])
    assert both(store).kept == {"running": 1}
    store.keep([(nouns.snapshot(2, "R1"), b"and on")])
    assert [body for _, body in store.bodies("R1")] == [b"under way", b"and on"]


def test_votes_go_but_for_those_an_open_case_rests_on(store: Store) -> None:
    link, other = "http://far.example/gone", "http://far.example/else"
    crawl(store, "R1", 500, [b"page"], faults=[link])
    vote(store, "R1", link, 500)
    vote(store, "R9", link, 499)
    vote(store, "R9", other, 499)
    vote(store, "R9", other, 3)
    crawl(store, "R2", 1, [b"now"], cases=[case(link, CaseState.OPEN, (500, "R1", CaseState.OPEN))])
    # the target that lately had a vote is still of interest to others
    assert cleared(both(store)) == {"votes": 1, "targets": 1}
    kept = store.votes([link, other], until=ago(-3000))
    assert [one.at for one in kept[link]] == [ago(500), ago(499)]
    assert [one.at for one in kept[other]] == [ago(3)]


def test_visits_go_but_for_those_before_an_audit_that_stays(store: Store) -> None:
    crawl(store, "R1", 800, [b"seen"], faults=["/a/"])
    crawl(store, "R2", 1, [b"now"], cases=[case("/a/", CaseState.OPEN, (800, "R1", CaseState.OPEN))])
    for days in (900, 810, 790, 20):
        visit(store, SITE, days)
    visit(store, OTHER, 810)
    done = both(store)
    assert cleared(done) == {"visits": 3}
    assert [one.at for one in store.visits(SITE.key, ago(3000), NOW)] == [ago(810), ago(20)]


@SQLITE
def test_old_nights_go_with_their_errands(store: Store) -> None:
    for name, days in (("N1", 500), ("N2", 3)):
        errand = Errand(
            night_id=name, site_key=SITE.key, lock="host:a", state=ErrandState.WAITING, changed_at=ago(days)
        )
        store.keep_night(Night(id=name, begun_at=ago(days)), [errand])
    assert cleared(both(store)) == {"nights": 1, "errands": 1}


def test_one_clears_at_a_time(place: Place) -> None:
    first, second = place.again(), place.again()
    said = []

    def meanwhile(_step: str) -> None:
        if not said:
            said.append(breaking.told(lambda: second.clear(TERMS, NOW, "duwang/test")).message_id)

    first.clear(TERMS, NOW, "duwang/test", step=meanwhile)
    assert said == ["fault.upkeep_under_way"]
    second.clear(TERMS, NOW, "duwang/test")


@SQLITE
def test_the_folder_of_another_database_is_refused(store: Store, place: Place, tmp_path: Path) -> None:
    crawl(store, "R1", 900, [b"one"])
    crawl(store, "R2", 1, [b"two"])
    with open_store(place.url, tmp_path / "elsewhere") as wrong:
        fault = breaking.told(lambda: wrong.clear(TERMS, NOW, "duwang/test"))
    assert fault.message_id == "fault.archive_elsewhere"
    assert left(store) == ["R1", "R2"]


@SQLITE
def test_files_this_database_knows_nothing_of_are_left_alone(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [b"one"])
    crawl(store, "R2", 1, [b"two"])
    for name in ("R7.warc.gz", "R7-2.warc.gz", "R1.warc.gz.part", "notes.txt", "R1-x.warc.gz"):
        (place.archive / name).write_bytes(b"of somebody else")
    both(store)
    assert sorted(file.name for file in place.archive.iterdir()) == [
        "R1-x.warc.gz", "R1.warc.gz.part", "R2.warc.gz", "R7-2.warc.gz", "R7.warc.gz", "notes.txt",
    ]  # fmt: skip


def test_days_too_few_are_refused() -> None:
    with pytest.raises(ValueError, match="keep_days"):
        Retention(keep_days=1)


@SQLITE
def test_digests_go_but_for_those_that_still_wait(store: Store) -> None:
    digest = Digest(since=ago(500), until=ago(499), asked=1, done=1)
    for name, days, state in (
        ("old", 500, DeliveryState.DELIVERED),
        ("tried", 500, DeliveryState.GIVEN_UP),
        ("waits", 500, DeliveryState.WAITING),
        ("new", 3, DeliveryState.DELIVERED),
    ):
        store.put_deliveries(
            [
                Delivery(
                    id=name, channel="c", language="en", digest=digest, state=state, created_at=ago(days), next_at=NOW
                )
            ]
        )  # fmt: skip
    assert cleared(both(store)) == {"deliveries": 2}
    assert store.delivery("waits") and store.delivery("new") and not store.delivery("old")
