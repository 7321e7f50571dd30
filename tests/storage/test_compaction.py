"""Archive files made smaller: nothing that is needed is lost, whenever the program is killed."""

import os
import signal
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from model import CaseState, Retention
from storage import Store, open_store
from tests.storage import breaking, nouns, past
from tests.storage.conftest import Place
from tests.storage.past import ago, case, crawl, vote
from tests.storage.test_kill_and_full_disk import record_starts, whole_members

TERMS = Retention()
NOW = past.NOW
SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # where the databases differ in nothing
BIG = b"x" * 200 + os.urandom(3000)


def kept(store: Store) -> dict[str, list[bytes]]:
    return {run.id: [body for _, body in store.bodies(run.id)] for run in store.runs()}


def folder(place: Place) -> list[str]:
    return sorted(file.name for file in place.archive.iterdir())


def test_records_still_needed_are_copied_as_they_stand(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [b"first", BIG, b"second"])
    crawl(store, "R2", 890, [b"third", BIG + b"!"])
    crawl(store, "R3", 2, [b"first", b"third", b"second", b"new"])
    before = {place: member(store, place) for place in ("first", "second", "third")}
    done = store.clear(TERMS, NOW, "duwang/test").archive
    assert (done.rewritten, done.removed, done.damaged) == (2, 0, ())
    assert done.freed > 6000
    assert folder(place) == ["R1-kept-1.warc.gz", "R3.warc.gz"]  # two files made one
    assert kept(store) == {"R3": [b"first", b"third", b"second", b"new"]}
    assert {place: member(store, place) for place in ("first", "second", "third")} == before
    file = place.archive / "R1-kept-1.warc.gz"
    content, members = whole_members(file)
    assert content == file.read_bytes()
    assert record_starts(content) == members
    with file.open("rb") as stream:
        records = [
            (one.rec_type, one.rec_headers.get_header("WARC-Filename")) for one in ArchiveIterator(stream)
        ]
    assert records == [("warcinfo", file.name), *[("response", None)] * 3]


def member(store: Store, body: str) -> bytes:
    (found,) = [one for one, kept in store.bodies("R3") if kept == body.encode()]
    assert found.position is not None
    with (store.archive.folder / found.position.file).open("rb") as stream:
        stream.seek(found.position.offset)
        return stream.read(found.position.length)


@SQLITE
def test_a_file_with_little_dead_in_it_is_left_until_there_is_more(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [BIG, BIG + b"2", BIG + b"3", b"small"])
    crawl(store, "R2", 500, [BIG, BIG + b"2", BIG + b"3"])
    crawl(store, "R3", 2, [BIG])
    terms = Retention(keep_days=800)
    assert store.clear(terms, NOW, "duwang/test").archive.left == 1
    assert folder(place) == ["R1.warc.gz"]  # R2 and R3 brought nothing new
    assert store.clear(TERMS, NOW, "duwang/test").archive.rewritten == 1
    assert folder(place) == ["R1-kept-1.warc.gz"]
    crawl(store, "R4", 1, [b"other"])
    late = ago(-500)
    assert store.clear(TERMS, late, "duwang/test").archive.removed == 1
    assert folder(place) == ["R4.warc.gz"]


@SQLITE
def test_a_record_kept_again_and_again_moves_on(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [b"stays", BIG, BIG + b"2"])
    crawl(store, "R2", 600, [b"stays", BIG])
    crawl(store, "R3", 2, [b"stays"])
    store.clear(Retention(keep_days=700), NOW, "duwang/test")
    assert folder(place) == ["R1-kept-1.warc.gz"]
    store.clear(TERMS, NOW, "duwang/test")
    assert folder(place) == ["R1-kept-2.warc.gz"]
    assert kept(store) == {"R3": [b"stays"]}


@SQLITE
def test_a_file_with_a_damaged_record_is_left_and_named(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [b"stays", BIG, b"stays too"])
    crawl(store, "R2", 2, [b"stays too", b"stays"])
    file = place.archive / "R1.warc.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[:-30] + bytes(30))
    done = store.clear(TERMS, NOW, "duwang/test").archive
    assert (done.rewritten, done.freed, done.damaged) == (0, 0, ("R1.warc.gz",))
    assert folder(place) == ["R1.warc.gz"]
    file.write_bytes(whole)
    assert store.clear(TERMS, NOW, "duwang/test").archive.rewritten == 1
    assert kept(store) == {"R2": [b"stays too", b"stays"]}


@SQLITE
def test_a_file_that_is_not_there_is_told_of(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [b"stays", BIG])
    crawl(store, "R2", 2, [b"stays", b"here"])
    (place.archive / "R1.warc.gz").unlink()
    assert store.clear(TERMS, NOW, "duwang/test").archive.missing == 1
    found = store.examine_archive()
    assert (found.total, found.looked) == (2, 2)
    assert [(one.file, one.reason, one.count, one.run_id) for one in found.lost] == [
        ("R1.warc.gz", "missing", 1, "R2")
    ]


def test_a_crawl_that_meets_what_it_had_kept_goes_on_beside_a_clearing(store: Store, place: Place) -> None:
    """A body known from long ago vanishes between two batches, or even within one: it is kept again."""
    crawl(store, "R1", 900, [b"known", BIG])
    crawl(store, "R0", 3, [b"other"])
    store.begin_run(nouns.run("R2", started_at=ago(0)))
    with open_store(place.url, place.archive) as cleaner:
        from storage import evidence

        asked = evidence.unkept

        def late(*given: object) -> object:
            told = asked(*given)  # type: ignore[arg-type]
            if folder(place)[0] != "R0.warc.gz" or len(folder(place)) > 1:
                evidence.unkept = asked
                cleaner.clear(TERMS, NOW, "duwang/test")
            return told

        evidence.unkept = late  # type: ignore[assignment]
        try:
            store.keep([(nouns.snapshot(1, "R2"), b"known")])
        finally:
            evidence.unkept = asked
    assert kept(store) == {"R0": [b"other"], "R2": [b"known"]}


STEPS = (
    "run", "votes", "visits", "targets", "turns", "deliveries", "workers", "nights", "announce", "write", "point", "unlink",
    "forget", "shrink",
)  # fmt: skip


def killed_at(place: Place, name: str) -> bool:
    """Clears in a child that is killed at that step; False when it came to its end before."""

    def die(step: str) -> None:
        if step == name:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            with open_store(place.url, place.archive) as store:
                store.clear(TERMS, NOW, "duwang/test", step=die)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_killed_at_every_step(place: Place) -> None:
    """Each clearing but the last is killed, one step further on than the one before."""
    with place.again() as store:
        crawl(store, "R1", 900, [b"stays", BIG], faults=["/a/"])
        crawl(store, "R2", 880, [BIG + b"2", b"stays too"])
        crawl(store, "R3", 870, [BIG + b"3"])
        crawl(store, "R4", 800, [b"evidence"], faults=["/b/"])
        filed = case("/b/", CaseState.OPEN, (800, "R4", CaseState.OPEN))
        crawl(store, "R5", 2, [b"stays", b"stays too"], cases=[filed])
        vote(store, "R1", "http://far.example/", 900)
    wanted = {"R4": [b"evidence"], "R5": [b"stays", b"stays too"]}
    died = []
    for name in STEPS:
        if killed_at(place, name):
            died.append(name)
        with place.again() as store:
            found = kept(store)
            assert {run_id: found[run_id] for run_id in wanted} == wanted, name
            assert store.examine_archive().lost == ()
    assert died == list(STEPS)
    with place.again() as store:
        store.clear(TERMS, NOW, "duwang/test")
        assert kept(store) == wanted
        assert folder(place) == ["R1-kept-2.warc.gz", "R4.warc.gz"]
        assert store.clear(TERMS, NOW, "duwang/test").archive.removed == 0


def test_a_sqlite_file_gives_its_room_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/duwang.sqlite"
    with open_store(url, tmp_path / "archive") as store:
        crawl(store, "R1", 900, [b"%d" % number for number in range(400)])
        crawl(store, "R2", 2, [b"stays"])
        done = store.clear(TERMS, NOW, "duwang/test")
        assert done.database is not None and done.database > 100_000
        assert done.database_note is None


@SQLITE
def test_a_reader_under_way_finds_what_was_moved_meanwhile(store: Store, place: Place) -> None:
    crawl(store, "R1", 900, [b"one", BIG, b"two"])
    crawl(store, "R2", 2, [b"one", b"two", b"three"])
    looked = list(store.snapshots("R2"))
    reading = store.bodies("R2")
    before = next(reading)[1]
    with place.again() as cleaner:
        cleaner.clear(TERMS, NOW, "duwang/test")
    assert folder(place) == ["R1-kept-1.warc.gz", "R2.warc.gz"]
    assert [before, *(body for _, body in reading)] == [b"one", b"two", b"three"]
    assert [store.body(one) for one in looked] == [b"one", b"two", b"three"]
    (place.archive / "R1-kept-1.warc.gz").unlink()
    assert breaking.told(lambda: store.body(looked[0])).message_id == "fault.archive_missing"
    assert breaking.told(lambda: list(store.bodies("R2"))).message_id == "fault.archive_missing"
