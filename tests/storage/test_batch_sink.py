"""The sink: never blocks the crawl without need, keeps everything, tells the first write error."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from model import Fault, Snapshot
from storage import BatchSink, Store, open_store, sink
from tests.storage import nouns

Batch = Sequence[tuple[Snapshot, bytes]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/duwang.sqlite") as opened:
        opened.begin_run(nouns.run())
        yield opened


class Watched(Store):
    """A real store whose disk can be held up, and which remembers the size of every batch."""

    def __init__(self, real: Store) -> None:
        self.__dict__ = real.__dict__
        self.batches: list[int] = []
        self.disk = threading.Event()
        self.disk.set()
        self.error: BaseException | None = None

    def keep(self, batch: Batch) -> None:
        self.disk.wait(30)
        if self.error:
            raise self.error
        super().keep(batch)
        self.batches.append(len(batch))


def test_everything_given_is_kept_in_full_batches(store: Store) -> None:
    watched = Watched(store)
    watched.disk.clear()
    to_disk = BatchSink(watched)
    for number in range(125):
        to_disk(nouns.snapshot(number), b"page %d" % number)
    watched.disk.set()
    to_disk.close()
    assert [body for _, body in store.bodies("R1")] == [b"page %d" % number for number in range(125)]
    assert sum(watched.batches) == 125
    assert max(watched.batches) == 50
    assert len(watched.batches) <= 4
    assert not to_disk.failed
    assert not any(thread.name == "duwang-sink" for thread in threading.enumerate())


def test_a_lonely_snapshot_is_kept_after_a_second(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink, "BATCH_SECONDS", 0.2)
    to_disk = BatchSink(store)
    to_disk(nouns.snapshot(1), b"page")
    deadline = time.monotonic() + 10
    while not list(store.snapshots("R1")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [found.id for found in store.snapshots("R1")] == ["R1/1"]
    to_disk.close()


def test_a_batch_is_full_by_bytes_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink, "BATCH_BYTES", 10_000)
    watched = Watched(store)
    watched.disk.clear()
    to_disk = BatchSink(watched)
    for number in range(9):
        to_disk(nouns.snapshot(number), bytes([number]) * 4000)
    watched.disk.set()
    to_disk.close()
    assert sum(watched.batches) == 9
    assert max(watched.batches) == 3


def test_the_crawl_waits_only_while_too_much_is_queued(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink, "QUEUE_BYTES", 100_000)
    watched = Watched(store)
    watched.disk.clear()
    to_disk = BatchSink(watched)
    given = 0

    def crawl() -> None:
        nonlocal given
        for number in range(20):
            to_disk(nouns.snapshot(number), bytes([number]) * 20_000)
            given = number + 1

    crawling = threading.Thread(target=crawl)
    crawling.start()
    deadline = time.monotonic() + 10
    while given < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    assert given == 5  # 5 x (20,000 + a row) is the first sum above the limit
    watched.disk.set()
    crawling.join(10)
    to_disk.close()
    assert len(list(store.snapshots("R1"))) == 20


def test_one_body_larger_than_the_queue_gets_through(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink, "QUEUE_BYTES", 1000)
    to_disk = BatchSink(store)
    for number in range(3):
        to_disk(nouns.snapshot(number), bytes([number]) * 50_000)
    to_disk.close()
    assert len(list(store.snapshots("R1"))) == 3


def test_the_first_write_error_is_told_and_the_crawl_never_hangs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "QUEUE_BYTES", 1000)
    monkeypatch.setattr(sink, "BATCH_SECONDS", 0.05)
    watched = Watched(store)
    watched.error = Fault("fault.storage_full", exit_code=1, path="/x")
    to_disk = BatchSink(watched)
    for number in range(50):
        to_disk(nouns.snapshot(number), b"x" * 900)
    deadline = time.monotonic() + 10
    while not to_disk.failed and time.monotonic() < deadline:
        time.sleep(0.01)
    assert to_disk.failed
    to_disk(nouns.snapshot(99), b"dropped")
    with pytest.raises(Fault) as told:
        to_disk.close()
    assert told.value.message_id == "fault.storage_full"


def test_an_error_of_our_own_is_not_swallowed(store: Store) -> None:
    to_disk = BatchSink(store)
    to_disk(nouns.snapshot(1, sha256="0" * 64), b"not this body")
    with pytest.raises(ValueError, match="R1/1"):
        to_disk.close()


def test_closing_without_a_snapshot_is_quiet(store: Store) -> None:
    BatchSink(store).close()
