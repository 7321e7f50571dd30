"""Bodies: once per SHA-256, read back whole, or a fault that names file and offset."""

import hashlib
from itertools import islice
from pathlib import Path
from unittest.mock import Mock

import pytest

from audit.replay import FIRST
from model import ArchivePosition, Fault, FetchOutcome, Purpose, Rank, Snapshot
from storage import Store, evidence
from storage.rows import snapshot_of
from tests.storage import nouns
from tests.storage.conftest import Place


@pytest.fixture
def run_store(store: Store) -> Store:
    store.begin_run(nouns.run())
    return store


def position(store: Store, snapshot_id: str) -> ArchivePosition:
    found = store.snapshot(snapshot_id).position
    assert found is not None
    return found


def test_a_body_is_kept_once_over_all_runs(run_store: Store, place: Place) -> None:
    run_store.keep(
        [(nouns.snapshot(1), b"same"), (nouns.snapshot(2), b"other"), (nouns.snapshot(3), b"same")]
    )
    run_store.keep([(nouns.snapshot(4), b"same")])
    run_store.begin_run(nouns.run("R2"))
    run_store.keep([(nouns.snapshot(1, "R2"), b"same")])
    again = position(run_store, "R1/1")
    assert [position(run_store, snapshot_id) for snapshot_id in ("R1/3", "R1/4", "R2/1")] == [again] * 3
    assert position(run_store, "R1/2") != again
    assert sorted(file.name for file in place.archive.iterdir()) == ["R1.warc.gz"]


def test_another_store_of_the_same_place_knows_the_body(run_store: Store, place: Place) -> None:
    run_store.keep([(nouns.snapshot(1), b"same")])
    second = place.again()
    second.begin_run(nouns.run("R2"))
    second.keep([(nouns.snapshot(1, "R2"), b"same"), (nouns.snapshot(2, "R2"), b"new")])
    assert position(run_store, "R2/1").file == "R1.warc.gz"
    assert position(run_store, "R2/2").file == "R2.warc.gz"
    assert run_store.body(run_store.snapshot("R2/2")) == b"new"


def test_snapshots_come_in_the_order_of_their_numbers(run_store: Store) -> None:
    numbers = [1200, 3, 20, 1, 100, *range(200, 1199)]
    run_store.keep([(nouns.snapshot(number), f"body {number % 7}".encode()) for number in numbers])
    assert [int(found.id[3:]) for found in run_store.snapshots("R1")] == sorted(numbers)
    assert [(int(found.id[3:]), body) for found, body in run_store.bodies("R1")] == [
        (number, f"body {number % 7}".encode()) for number in sorted(numbers)
    ]


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 270, 271])
def test_all_snapshots_come_however_many_there_are(run_store: Store, count: int) -> None:
    run_store.keep([(nouns.snapshot(number), b"") for number in range(1, count + 1)])
    assert [int(found.id[3:]) for found in run_store.snapshots("R1")] == list(range(1, count + 1))


def test_who_wants_the_first_snapshots_alone_does_not_wait_for_hundreds(
    run_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_store.keep([(nouns.snapshot(number), b"") for number in range(1, 200)])
    made = Mock(wraps=snapshot_of)
    monkeypatch.setattr(evidence, "snapshot_of", made)
    assert len(list(islice(run_store.snapshots("R1"), FIRST))) == FIRST
    assert made.call_count == FIRST


def test_a_fetch_without_a_body_needs_no_record(run_store: Store, place: Place) -> None:
    failed = nouns.snapshot(
        1, outcome=FetchOutcome.UNREACHABLE, cause="dns", status=None, headers={}, ip=None
    )
    probe = nouns.snapshot(2, purpose=Purpose.PROBE, rank=Rank.PROBE, method="HEAD")
    run_store.keep([(failed, b""), (probe, b"")])
    assert list(place.archive.iterdir()) == []
    assert list(run_store.bodies("R1")) == [(failed, b""), (probe, b"")]
    assert run_store.body(failed) == b""


def test_an_empty_page_that_was_fetched_is_evidence(run_store: Store) -> None:
    run_store.keep([(nouns.snapshot(1, sha256=hashlib.sha256(b"").hexdigest()), b"")])
    found = run_store.snapshot("R1/1")
    assert found.position is not None
    assert run_store.body(found) == b""


def test_an_empty_batch_is_nothing(run_store: Store) -> None:
    run_store.keep([])
    assert list(run_store.snapshots("R1")) == []


def test_a_wrong_digest_is_our_own_error(run_store: Store) -> None:
    with pytest.raises(ValueError, match="R1/1"):
        run_store.keep([(nouns.snapshot(1, sha256="0" * 64), b"page")])
    assert list(run_store.snapshots("R1")) == []


def test_a_snapshot_of_no_run_is_refused(store: Store) -> None:
    with pytest.raises(Fault) as told:
        store.keep([(nouns.snapshot(1), b"page")])
    assert told.value.message_id == "fault.run_unknown"


def test_a_body_is_found_for_a_snapshot_that_was_never_read_back(run_store: Store) -> None:
    run_store.keep([(nouns.snapshot(1), b"page")])
    sent = nouns.snapshot(1, sha256=hashlib.sha256(b"page").hexdigest())
    assert sent.position is None
    assert run_store.body(sent) == b"page"


def fault_of(store: Store, found: Snapshot) -> tuple[str, int, dict[str, object]]:
    with pytest.raises(Fault) as told:
        store.body(found)
    return told.value.message_id, told.value.exit_code, told.value.params


def test_a_missing_archive_file_is_named_with_the_offset(run_store: Store, place: Place) -> None:
    run_store.keep([(nouns.snapshot(1), b"page")])
    found = run_store.snapshot("R1/1")
    (place.archive / "R1.warc.gz").unlink()
    told = {"file": str(place.archive / "R1.warc.gz"), "offset": position(run_store, "R1/1").offset}
    assert fault_of(run_store, found) == ("fault.archive_missing", 1, told)
    with pytest.raises(Fault, match=r"fault\.archive_missing"):
        list(run_store.bodies("R1"))


def cut(file: Path, where: int) -> None:
    with file.open("r+b") as stream:
        stream.truncate(where + 20)


def overwrite(file: Path, where: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(where)
        stream.write(b"\xff" * 40)


def swap(file: Path, where: int) -> None:
    """Another whole record of the same run in its place."""
    content = file.read_bytes()
    file.write_bytes(content[:where] + content[: len(content) - where] + content)


@pytest.mark.parametrize("harm", [cut, overwrite, swap])
def test_a_damaged_archive_file_is_named_with_the_offset(run_store: Store, place: Place, harm) -> None:  # type: ignore[no-untyped-def]
    run_store.keep([(nouns.snapshot(1), b"page one"), (nouns.snapshot(2), b"page two")])
    where = position(run_store, "R1/2").offset
    harm(place.archive / "R1.warc.gz", where)
    told = {"file": str(place.archive / "R1.warc.gz"), "offset": where}
    assert run_store.body(run_store.snapshot("R1/1")) == b"page one"
    assert fault_of(run_store, run_store.snapshot("R1/2")) == ("fault.archive_damaged", 1, told)


@pytest.mark.parametrize("file", ["../outside.gz", "/etc/hostname", "sub/R1.warc.gz"])
def test_a_position_outside_the_archive_is_never_opened(run_store: Store, file: str) -> None:
    stray = ArchivePosition(file=file, offset=0, length=10)
    told = fault_of(run_store, nouns.snapshot(1, sha256="0" * 64, position=stray))
    assert told[0] == "fault.archive_damaged"
