"""证据 Snapshots and bodies: rows written after the bytes are safe, read back in the order of fetching."""

import hashlib
from collections.abc import Iterator, Sequence
from operator import itemgetter

from sqlalchemy import Connection, Engine, insert, select

from model import ArchivePosition, Fault, Snapshot
from storage.archive import Archive, ArchiveWriter
from storage.rows import insert_of, row_of, snapshot_of
from storage.tables import bodies, snapshots

_PAGE = 500  # rows fetched at a time, so that a slow reader holds no transaction open
_JOINED = select(snapshots, bodies.c.file, bodies.c.offset, bodies.c.length).join(
    bodies, bodies.c.sha256 == snapshots.c.sha256, isouter=True
)


def stamp(snapshot: Snapshot, body: bytes) -> Snapshot:
    """记摘要 The snapshot with its body's SHA-256 and size. ValueError when it already carries another one."""
    if snapshot.sha256 is None and not body:
        return snapshot
    digest = hashlib.sha256(body).hexdigest()
    if snapshot.sha256 not in (None, digest):
        raise ValueError(f"{snapshot.id}: sha256 is not that of its body")
    return snapshot.model_copy(update={"sha256": digest, "size": len(body)})


def unkept(
    connection: Connection, batch: Sequence[tuple[Snapshot, bytes]]
) -> list[tuple[Snapshot, bytes, str]]:
    """未存正文 Those of the batch, once per SHA-256, whose body the archive does not hold yet."""
    first = {snapshot.sha256: (snapshot, body) for snapshot, body in reversed(batch) if snapshot.sha256}
    kept = set(connection.scalars(select(bodies.c.sha256).where(bodies.c.sha256.in_(first))))
    new = {snapshot.id for digest, (snapshot, _) in first.items() if digest not in kept}
    return [
        (snapshot, body, snapshot.sha256)
        for snapshot, body in batch
        if snapshot.id in new and snapshot.sha256
    ]


def keep(engine: Engine, writer: ArchiveWriter, batch: Sequence[tuple[Snapshot, bytes]]) -> None:
    """存一批 First the bytes, on the disk; then the rows, in one transaction."""
    stamped = [(stamp(snapshot, body), body) for snapshot, body in batch]
    with engine.connect() as connection:
        new = unkept(connection, stamped)
    positions = writer.write(new)
    with engine.execution_options(writes=True).begin() as connection:
        if new:
            rows = [
                row_of(position, bodies, sha256=digest)
                for (_, _, digest), position in zip(new, positions, strict=True)
            ]
            # Another crawl may have kept the same body meanwhile; its copy stands. Two crawls that write the
            # same bodies must do so in one order, or PostgreSQL ends one of them as a deadlock.
            rows.sort(key=itemgetter("sha256"))
            connection.execute(insert_of(connection, bodies).on_conflict_do_nothing(), rows)
        connection.execute(
            insert(snapshots),
            [row_of(snapshot, snapshots, number=_number_of(snapshot)) for snapshot, _ in stamped],
        )


def read_snapshot(engine: Engine, snapshot_id: str) -> Snapshot:
    with engine.connect() as connection:
        row = connection.execute(_JOINED.where(snapshots.c.id == snapshot_id)).mappings().first()
    if row is None:
        raise Fault("fault.snapshot_unknown", snapshot=snapshot_id)
    return snapshot_of(row)


def read_snapshots(engine: Engine, run_id: str) -> Iterator[list[Snapshot]]:
    """快照分页 Pages of a run's snapshots in id order."""
    last = -1
    while True:
        query = _JOINED.where(snapshots.c.run_id == run_id, snapshots.c.number > last)
        with engine.connect() as connection:
            rows = connection.execute(query.order_by(snapshots.c.number).limit(_PAGE)).mappings().all()
        if rows:
            yield [snapshot_of(row) for row in rows]
        if len(rows) < _PAGE:
            return
        last = rows[-1]["number"]


def read_bodies(archive: Archive, pages: Iterator[list[Snapshot]]) -> Iterator[tuple[Snapshot, bytes]]:
    """快照与正文 Every snapshot with its body (b"" when there is none), in id order."""
    for page in pages:
        kept = archive.read_all(
            (snapshot.position, snapshot.sha256) for snapshot in page if snapshot.position and snapshot.sha256
        )
        for snapshot in page:
            yield snapshot, next(kept) if snapshot.position else b""


def place_of(engine: Engine, snapshot: Snapshot) -> tuple[ArchivePosition, str] | None:
    """存档位置 Where a snapshot's body lies, and its SHA-256; None when it has no body."""
    if snapshot.sha256 is None:
        return None
    found = snapshot if snapshot.position else read_snapshot(engine, snapshot.id)
    return (found.position, snapshot.sha256) if found.position else None


def _number_of(snapshot: Snapshot) -> int:
    return int(snapshot.id.rpartition("/")[2])
