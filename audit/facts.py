"""事实 Stored snapshots read into page facts, on every core that is free."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from audit.kept_facts import KeptFacts, Read, may_keep
from audit.look import Look
from audit.orphans import end_with
from model import ColumnDirectory, Fault, PageFacts, Site, Snapshot
from storage import Archive, LaidSnapshots, Store

Pair = tuple[Snapshot, PageFacts]
WORTH_A_SECOND_CORE = (
    600  # snapshots with a body; a second process costs about as much as reading half of them
)
BATCH = 50
_AT_ONCE = 250  # snapshots looked up in the cache at a time


def facts_of(store: Store, run_id: str, site: Site, directory: ColumnDirectory) -> list[Pair]:
    """读出事实 Every snapshot of a run with its facts, in the order of fetching; what was read before is not read again.

    The order, and so everything made of it, is the same however many cores read.
    """
    found: dict[str, PageFacts] = {}
    snapshots: list[Snapshot] = []
    laid = LaidSnapshots(store.archive.folder.parent)
    with KeptFacts(store.archive.folder, site, directory) as kept:
        for batch in _batches(store.snapshots(run_id, passing=True), _AT_ONCE):
            found |= kept.of(batch)
            snapshots += (laid.lay(one, found.get(one.id)) for one in batch)
        try:
            _read(store, [one for one in snapshots if one.id not in found], kept, found, site, directory)
        except Fault as fault:
            if fault.message_id != "fault.archive_missing":
                raise
            # Records are moved into other files now and then (duwang gc): once more, from where they lie now.
            unread = [one for one in store.snapshots(run_id) if one.id not in found]
            _read(store, unread, kept, found, site, directory)
    return [(one, found.pop(one.id)) for one in snapshots]


def _read(
    store: Store, snapshots: Sequence[Snapshot], kept: KeptFacts, found: dict[str, PageFacts], site: Site,
    directory: ColumnDirectory,
) -> None:  # fmt: skip
    """A batch after the other, so that no more of them than one is in memory as it was read."""
    folder, workers = store.archive.folder, min(4, free_cores())
    full = [one for one in snapshots if may_keep(one)]
    if workers > 1 and len(full) >= WORTH_A_SECOND_CORE:
        for batch, unkept in _elsewhere(folder, full, workers, site, directory):
            found |= kept.of(batch) | kept.take(unkept)
        snapshots = [one for one in snapshots if one.id not in found]
    for batch in _batches(snapshots):
        found |= kept.take(read_batch(folder, batch, site))


def _elsewhere(
    folder: Path, snapshots: Sequence[Snapshot], workers: int, site: Site, directory: ColumnDirectory
) -> Iterator[tuple[Sequence[Snapshot], list[Read]]]:
    """Other processes read from the archive and keep what they read; what may not be kept comes with its batch."""
    # Spawned, not forked: by now this process has threads and a network loop behind it.
    spawn = get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, initializer=end_with, initargs=(os.getpid(),)) as pool:
        under_way = deque(
            (batch, pool.submit(keep_batch, folder, batch, site, directory)) for batch in _batches(snapshots)
        )
        while under_way:
            batch, future = under_way.popleft()
            yield batch, future.result()


def keep_batch(
    folder: Path, snapshots: Sequence[Snapshot], site: Site, directory: ColumnDirectory
) -> list[Read]:
    """读并存一批 Some snapshots' facts into the cache. Those that hold for no other time are given back."""
    read = read_batch(folder, snapshots, site)
    with KeptFacts(folder, site, directory) as kept:
        kept.keep(read)
    return [one for one in read if one.lasting is None]


def read_batch(folder: Path, snapshots: Sequence[Snapshot], site: Site) -> list[Read]:
    """读一批 Some snapshots with their facts, in order, as they are kept for the same bytes at any time (see kept_facts)."""
    wanted = [(one.position, one.sha256) for one in snapshots if one.position and one.sha256]
    bodies = Archive(folder).read_all(wanted)
    return [_read_one(one, next(bodies) if one.position and one.sha256 else b"", site) for one in snapshots]


def _read_one(snapshot: Snapshot, body: bytes, site: Site) -> Read:
    look = Look(snapshot, body, site)
    if may_keep(snapshot):
        with suppress(Exception):  # the crawl that wants it once more stumbles over it as well, and says so
            look.glance()
    return look.read()


def _batches(snapshots: Iterable[Snapshot], count: int = BATCH) -> Iterator[Sequence[Snapshot]]:
    rest = iter(snapshots)
    while batch := list(islice(rest, count)):
        yield batch


def free_cores() -> int:
    """可用核数 Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
