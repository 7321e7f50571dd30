"""存储速度 Snapshots a second kept with their bodies, and read back."""

import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.reading_speed import HOME, generated_pages
from model import FetchOutcome, Purpose, Rank, Run, Site, Snapshot
from storage import BatchSink, open_store

_AT = datetime(2026, 11, 20, tzinfo=UTC)


class StorageSpeed(NamedTuple):
    """存储速度 Seconds to keep and to read back all snapshots; megabytes of bodies and of the archive."""

    snapshots: int
    keep_seconds: float
    read_seconds: float
    body_mb: float
    archive_mb: float


def storage_speed(snapshots: int, seed: int, db_url: str | None = None) -> StorageSpeed:
    """量存储 Through the sink a crawl uses; a new SQLite file unless `db_url` names a database of its own for this."""
    pages = generated_pages(snapshots, seed)[:snapshots]
    run_id = f"bench-{time.time_ns()}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = db_url or f"sqlite:///{(folder / 'bench.sqlite3').as_posix()}"
        with closing(open_store(url, folder / "archive")) as store:
            store.begin_run(_run(run_id))
            began = time.perf_counter()
            sink = BatchSink(store)
            for number, (address, body) in enumerate(pages, start=1):
                # Every body unlike all others, also those of an earlier measurement in the same database.
                sink(_snapshot(run_id, number, address), body + f"<!-- {run_id} {number} -->".encode())
            sink.close()
            keep_seconds = time.perf_counter() - began
            began = time.perf_counter()
            body_bytes = sum(len(body) for _, body in store.bodies(run_id))
            read_seconds = time.perf_counter() - began
            store.interrupt_run(run_id, reason="bench")
        archive_bytes = sum(path.stat().st_size for path in (folder / "archive").iterdir())
    return StorageSpeed(len(pages), keep_seconds, read_seconds, body_bytes / 1e6, archive_bytes / 1e6)


def _run(run_id: str) -> Run:
    return Run(
        id=run_id,
        site=Site(home=HOME),
        pack_id="bench",
        pack_version="1",
        pack_digest="",
        as_of=_AT,
        started_at=_AT,
        version="bench",
    )


def _snapshot(run_id: str, number: int, url: str) -> Snapshot:
    return Snapshot(
        id=f"{run_id}/{number:06d}", run_id=run_id, url=url, final_url=url, purpose=Purpose.ARTICLE, rank=Rank.SURVEY,
        fetched_at=_AT, outcome=FetchOutcome.OK, status=200, headers={"content-type": "text/html", "server": "nginx"},
        elapsed_ms=5,
    )  # fmt: skip
