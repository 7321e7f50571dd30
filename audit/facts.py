"""事实 Stored snapshots read into page facts, on every core that is free."""

import logging
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from model import ColumnDirectory, FetchOutcome, PageFacts, PageKind, Site, Snapshot
from reading import READER_VERSION, read
from storage import Archive, Store

log = logging.getLogger("duwang.audit")

Pair = tuple[Snapshot, PageFacts]
WORTH_A_SECOND_CORE = 600  # snapshots; a second process costs about as much as reading half of them
BATCH = 50


def facts_of(store: Store, run_id: str, site: Site, directory: ColumnDirectory) -> list[Pair]:
    """读出事实 Every snapshot of a run with its facts, in the order of fetching.

    The workers are handed snapshots and read the bodies from the archive themselves. The order, and so
    everything made of it, is the same however many cores read.
    """
    snapshots = list(store.snapshots(run_id))
    workers = min(4, os.cpu_count() or 1)
    if workers == 1 or len(snapshots) < WORTH_A_SECOND_CORE:
        return read_batch(store.archive.folder, snapshots, site, directory)
    batches = [snapshots[start : start + BATCH] for start in range(0, len(snapshots), BATCH)]
    # Spawned, not forked: by now this process has threads and a network loop behind it.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(read_batch, store.archive.folder, batch, site, directory) for batch in batches]
        return list(chain.from_iterable(future.result() for future in futures))


def read_batch(
    folder: Path, snapshots: Sequence[Snapshot], site: Site, directory: ColumnDirectory
) -> list[Pair]:
    """读一批 Some snapshots with their facts, in order."""
    wanted = [(one.position, one.sha256) for one in snapshots if one.position and one.sha256]
    bodies = Archive(folder).read_all(wanted)
    return [
        (one, _facts(one, next(bodies) if one.position and one.sha256 else b"", site, directory))
        for one in snapshots
    ]


def _facts(snapshot: Snapshot, body: bytes, site: Site, directory: ColumnDirectory) -> PageFacts:
    try:
        return read(snapshot, body, site, directory)
    except Exception:
        # A page our reader stumbles over is one that was not read: named, logged, held against nobody.
        log.exception("reading failed on %s", snapshot.url, extra={"snapshot": snapshot.id})
        return PageFacts(
            snapshot_id=snapshot.id,
            url=snapshot.url,
            final_url=snapshot.final_url,
            purpose=snapshot.purpose,
            outcome=FetchOutcome.NOT_RENDERED,
            outcome_reason="reader_crashed",
            kind=PageKind.OTHER,
            rendered=snapshot.rendered,
            reader=READER_VERSION,
        )
