"""Killed at any moment, or out of room: what was kept stays whole, what was not is never taken for it."""

import errno
import hashlib
import os
import random
import resource
import sqlite3
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from model import Fault, RunState
from storage import BatchSink, Store, open_store
from tests.storage import breaking, keeper, nouns
from tests.storage.conftest import Place

REPO = Path(__file__).parent.parent.parent


def whole_members(file: Path) -> tuple[bytes, list[int]]:
    """The part of a gzip file up to its last whole member, and where each member begins."""
    content = file.read_bytes()
    starts, at = [], 0
    while at < len(content):
        member = zlib.decompressobj(31)
        try:
            member.decompress(content[at:])
        except zlib.error:
            break
        if not member.eof:
            break
        starts.append(at)
        at = len(content) - len(member.unused_data)
    return content[:at], starts


def record_starts(content: bytes) -> list[int]:
    """Where warcio finds records, their digests checked."""
    found = []
    records = ArchiveIterator(BytesIO(content), check_digests="raise")
    for record in records:
        record.content_stream().read()
        found.append(records.get_record_offset())
    return found


def test_killed_at_ten_moments(place: Place) -> None:
    chance = random.Random(20261121)
    moments = [(0, chance.uniform(0, 0.05)), *((number, chance.uniform(0, 0.03)) for number in range(9))]
    finished: set[str] = set()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.keeper", place.url, str(place.archive)],
        cwd=REPO,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as killer:
        assert killer.stdin is not None
        assert killer.stdout is not None
        for number, (steps, seconds) in enumerate(moments):
            killer.stdin.write(f"K{number} {number} {steps} {seconds}\n")
            killer.stdin.flush()
            assert killer.stdout.readline() == "killed\n"
            with place.again() as store:
                examine(store, place)
                now_finished = {run.id for run in store.runs() if run.state is RunState.FINISHED}
                assert now_finished >= finished
                finished = now_finished
        killer.stdin.close()
    # at least those that had told of all their steps
    sure = {f"K{number}-0" for number, (steps, _) in enumerate(moments) if steps >= keeper.STEPS}
    assert sure <= finished
    with place.again() as store:  # and the next run is as good as any
        run = store.begin_run(nouns.run("after"))
        store.keep([(nouns.snapshot(1, "after"), b"page")])
        store.finish_run(run, [], [], [])
        assert store.run("after").state is RunState.FINISHED


def examine(store: Store, place: Place) -> None:
    if place.url.startswith("sqlite"):
        with sqlite3.connect(place.url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
    store.mark_dead_runs()
    last = store.last_finished_run()
    assert last is None or last.state is RunState.FINISHED
    starts: dict[str, list[int]] = {}
    for file in place.archive.glob("*.warc.gz"):
        whole, members = whole_members(file)
        assert record_starts(whole) == members
        starts[file.name] = members
    for run in store.runs():
        assert run.state is not RunState.RUNNING
        kept = 0
        for snapshot, body in store.bodies(run.id):
            assert snapshot.position is not None
            assert hashlib.sha256(body).hexdigest() == snapshot.sha256
            assert snapshot.position.offset in starts[snapshot.position.file]
            kept += 1
        finished = run.state is RunState.FINISHED
        assert kept == keeper.PAGES * keeper.BATCHES if finished else kept % keeper.PAGES == 0
        expected = keeper.VERDICTS if finished else 0
        assert (len(store.verdicts(run.id)), len(store.findings(run_id=run.id))) == (expected, expected)


# no room


def fill(store: Store) -> Fault:
    """Keeps pages through a sink until there is no room; the Fault it ends with."""
    chance = random.Random(1)
    to_disk = BatchSink(store)
    number = 0
    while not to_disk.failed and number < 5000:
        number += 1
        to_disk(nouns.snapshot(number), chance.randbytes(20_000))
    return breaking.told(to_disk.close)


def assert_whole(store: Store, archive: Path) -> int:
    kept = 0
    for snapshot, body in store.bodies("R1"):
        assert hashlib.sha256(body).hexdigest() == snapshot.sha256
        kept += 1
    for file in archive.glob("*.warc.gz"):
        content, members = whole_members(file)
        assert content == file.read_bytes(), "the archive file must end with a whole record"
        assert record_starts(content) == members
    return kept


def test_a_full_archive_disk(tmp_path: Path) -> None:
    with (
        breaking.small_disk(4096) as disk,
        open_store(f"sqlite:///{tmp_path}/duwang.sqlite", disk / "archive") as store,
    ):
        store.begin_run(nouns.run())
        fault = fill(store)
        assert (fault.message_id, fault.exit_code) == ("fault.storage_full", 1)
        assert fault.params["path"] == str(disk / "archive" / "R1.warc.gz")
        assert assert_whole(store, disk / "archive") >= 50
        store.fail_run("R1", fault.message_id)
        assert store.last_finished_run() is None


def test_a_full_database_disk(tmp_path: Path) -> None:
    with breaking.small_disk(600) as disk:
        with open_store(f"sqlite:///{disk}/duwang.sqlite", tmp_path / "archive") as store:
            store.begin_run(nouns.run())
            fault = fill(store)
            assert (fault.message_id, fault.exit_code) == ("fault.storage_full", 1)
            assert fault.params["path"] == str(disk / "duwang.sqlite")
            assert assert_whole(store, tmp_path / "archive") >= 50
        with open_store(f"sqlite:///{disk}/duwang.sqlite", tmp_path / "archive") as store:
            assert assert_whole(store, tmp_path / "archive") >= 50
        with sqlite3.connect(disk / "duwang.sqlite") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


def test_a_new_database_on_a_full_disk(tmp_path: Path) -> None:
    with breaking.small_disk(40) as disk:
        fault = breaking.told(lambda: open_store(f"sqlite:///{disk}/duwang.sqlite", tmp_path / "archive"))
    assert (fault.message_id, fault.exit_code) == ("fault.storage_full", 1)


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """The same without root's rights: a limit on the size of files stands for the full disk."""
    with open_store(f"sqlite:///{tmp_path}/duwang.sqlite") as store:
        store.begin_run(nouns.run())
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, before[1]))
        try:
            fault = fill(store)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert (fault.message_id, fault.exit_code) == ("fault.storage_full", 1)
        assert assert_whole(store, tmp_path / "archive") >= 50
        store.keep([(nouns.snapshot(9999), b"there is room again")])
        assert store.body(store.snapshot("R1/9999")) == b"there is room again"


def test_an_archive_disk_that_fails_to_sync_keeps_no_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(f"sqlite:///{tmp_path}/duwang.sqlite") as store:
        store.begin_run(nouns.run())
        store.keep([(nouns.snapshot(1), b"page one")])

        def refuse(_: int) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", refuse)
            fault = breaking.told(lambda: store.keep([(nouns.snapshot(2), b"page two")]))
        assert (fault.message_id, fault.params["reason"]) == ("fault.archive_folder", os.strerror(errno.EIO))
        assert [snapshot.id for snapshot in store.snapshots("R1")] == ["R1/1"]
        assert assert_whole(store, tmp_path / "archive") == 1
