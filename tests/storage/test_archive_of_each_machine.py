"""Several machines, one database, and an archive on each machine's own disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from model import Fault, Snapshot
from storage import Store, open_store
from tests.storage import nouns
from tests.storage.conftest import Place

SAME, OURS, THEIRS = b"the same style sheet", b"a page of ours", b"a page of theirs"


class Machines(NamedTuple):
    ours: Store
    theirs: Store

    def collect(self) -> None:
        """As rsync brings files from their disk to ours."""
        for file in self.theirs.archive.folder.glob("*.warc.gz"):
            shutil.copy2(file, self.ours.archive.folder)


@pytest.fixture
def machines(place: Place, tmp_path: Path) -> Iterator[Machines]:
    with (
        open_store(place.url, tmp_path / "ours") as ours,
        open_store(place.url, tmp_path / "theirs") as theirs,
    ):
        yield Machines(ours, theirs)


def crawled(store: Store, run_id: str, *bodies: bytes) -> list[Snapshot]:
    store.begin_run(nouns.run(run_id))
    store.keep([(nouns.snapshot(number, run_id), body) for number, body in enumerate(bodies)])
    store.interrupt_run(run_id)
    return list(store.snapshots(run_id))


def read(store: Store, run_id: str) -> list[bytes]:
    return [body for _, body in store.bodies(run_id)]


def test_whoever_crawls_can_read_what_it_crawled_whoever_kept_it_first(machines: Machines) -> None:
    crawled(machines.theirs, "R1", SAME, THEIRS)
    snapshots = crawled(machines.ours, "R2", OURS, SAME, SAME)
    assert read(machines.ours, "R2") == [OURS, SAME, SAME]
    assert machines.ours.body(snapshots[1]) == SAME
    assert len(list((machines.ours.archive.folder / "copies").rglob("*"))) == 2  # one file in its folder
    assert not (machines.theirs.archive.folder / "copies").exists()


def test_what_was_not_collected_yet_is_missing_and_what_was_is_there(machines: Machines) -> None:
    crawled(machines.theirs, "R1", SAME, THEIRS)
    crawled(machines.ours, "R2", OURS, SAME)
    with pytest.raises(Fault, match="archive_missing"):
        read(machines.ours, "R1")
    with pytest.raises(Fault, match="archive_missing"):
        read(machines.theirs, "R2")
    machines.collect()
    assert read(machines.ours, "R1") == [SAME, THEIRS]
    shutil.rmtree(machines.ours.archive.folder / "copies")  # not needed any more
    assert read(machines.ours, "R2") == [OURS, SAME]


def test_a_file_that_is_collected_while_it_grows_is_good_as_far_as_it_goes(machines: Machines) -> None:
    theirs = machines.theirs
    theirs.begin_run(nouns.run("R1"))
    theirs.keep([(nouns.snapshot(0, "R1"), THEIRS)])
    machines.ours.archive.prepare()
    machines.collect()
    theirs.keep([(nouns.snapshot(1, "R1"), SAME)])
    first, second = theirs.snapshots("R1")
    assert machines.ours.body(first) == THEIRS
    with pytest.raises(Fault, match="archive_damaged"):
        machines.ours.body(second)
    machines.collect()
    assert machines.ours.body(second) == SAME


def test_a_spoiled_copy_is_no_copy(machines: Machines) -> None:
    crawled(machines.theirs, "R1", SAME)
    crawled(machines.ours, "R2", SAME)
    [copy] = [path for path in (machines.ours.archive.folder / "copies").rglob("*") if path.is_file()]
    copy.write_bytes(copy.read_bytes()[:-3])
    with pytest.raises(Fault, match="archive_missing"):
        read(machines.ours, "R2")


def test_in_a_shared_folder_nothing_is_copied(place: Place) -> None:
    with place.again() as one, place.again() as other:
        crawled(one, "R1", SAME)
        crawled(other, "R2", SAME, OURS)
        assert read(other, "R1") == [SAME]
        assert not (place.archive / "copies").exists()
