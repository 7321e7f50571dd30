"""证据 Snapshots and bodies: rows written after the bytes are safe, read back in the order of fetching."""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from sqlalchemy import Connection, Engine, select

from model import ArchivePosition, Fault, Snapshot
from model.frozen import slim
from storage.archive import Archive, ArchiveWriter
from storage.record import Origin, is_revisit, revisit_record
from storage.rows import insert_of, row_of, snapshot_of
from storage.tables import bodies, snapshots

MISSING = "fault.archive_missing"
_PAGE = 250  # rows fetched at a time, so that a slow reader holds no transaction open
_FEW = 20  # at first: many only want to see how the home page answered
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
    if snapshot.sha256 == digest and snapshot.size == len(body):
        return snapshot
    return snapshot.model_copy(update={"sha256": digest, "size": len(body)})


def unkept(
    connection: Connection, batch: Sequence[tuple[Snapshot, bytes]], archive: Archive
) -> list[tuple[Snapshot, bytes, str]]:
    """未存正文 Those of the batch, once per SHA-256, whose body no archive holds yet."""
    first = {snapshot.sha256: (snapshot, body) for snapshot, body in reversed(batch) if snapshot.sha256}
    kept = _at_hand(connection, {digest: body for digest, (_, body) in first.items()}, archive)
    new = {snapshot.id for digest, (snapshot, _) in first.items() if digest not in kept}
    return [
        (snapshot, body, snapshot.sha256)
        for snapshot, body in batch
        if snapshot.id in new and snapshot.sha256
    ]


def _at_hand(connection: Connection, wanted: Mapping[str, bytes], archive: Archive) -> set[str]:
    """Those that some archive holds; of what lies in another machine's there is a copy here from now on."""
    query = select(bodies.c.sha256, bodies.c.file).where(bodies.c.sha256.in_(wanted))
    kept = connection.execute(query).all()
    away = {file for file in {row.file for row in kept} if not archive.holds(file)}
    for row in kept:
        if row.file in away:
            archive.copies.keep(row.sha256, wanted[row.sha256])
    return {row.sha256 for row in kept}


def keep(
    engine: Engine, writer: ArchiveWriter, batch: Sequence[tuple[Snapshot, bytes]], archive: Archive
) -> None:
    """存一批 First the bytes, on the disk; then the rows, in one transaction."""
    stamped = [(stamp(snapshot, body), body) for snapshot, body in batch]
    with engine.connect() as connection:
        new = unkept(connection, stamped, archive)
        written = {snapshot.id for snapshot, _, _ in new}
        again = [one for one, _ in stamped if is_revisit(one) and one.id not in written]
        origins = _origins(connection, again)
    positions = writer.write(new, [revisit_record(one, origins.get(one.id)) for one in again])
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
            _at_hand(connection, {digest: body for _, body, digest in new}, archive)
        # A batch is given once more when the line broke before the database could say that it is kept.
        connection.execute(
            insert_of(connection, snapshots).on_conflict_do_nothing(index_elements=[snapshots.c.id]),
            [row_of(snapshot, snapshots, number=_number_of(snapshot)) for snapshot, _ in stamped],
        )


def _origins(connection: Connection, again: Sequence[Snapshot]) -> dict[str, Origin]:
    """By id of each revisit: the earliest look still known that brought its body, at the same address if there is one."""
    if not again:
        return {}
    digests = {one.sha256 for one in again}
    query = select(snapshots.c.sha256, snapshots.c.final_url, snapshots.c.fetched_at).where(
        snapshots.c.sha256.in_(digests), snapshots.c.revisits.is_(None), snapshots.c.rendered.is_(False)
    )
    places: dict[tuple[str, str], Origin] = {}
    bodies_of: dict[str, Origin] = {}
    for row in connection.execute(query.order_by(snapshots.c.fetched_at, snapshots.c.id)):
        origin = Origin(row.final_url, row.fetched_at)
        places.setdefault((row.sha256, row.final_url), origin)
        bodies_of.setdefault(row.sha256, origin)
    found = (
        (one.id, places.get((one.sha256 or "", one.final_url)) or bodies_of.get(one.sha256 or ""))
        for one in again
    )
    return {snapshot_id: origin for snapshot_id, origin in found if origin is not None}


def read_snapshot(engine: Engine, snapshot_id: str) -> Snapshot:
    with engine.connect() as connection:
        row = connection.execute(_JOINED.where(snapshots.c.id == snapshot_id)).mappings().first()
    if row is None:
        raise Fault("fault.snapshot_unknown", snapshot=snapshot_id)
    return snapshot_of(row)


def read_snapshots(engine: Engine, run_id: str, *, passing: bool = False) -> Iterator[list[Snapshot]]:
    """快照分页 Pages of a run's snapshots in id order. `passing`: none of them is held for long, so that no pains are taken over its size."""
    last, count = -1, _FEW
    known: dict[str, str] = {}
    while True:
        query = _JOINED.where(snapshots.c.run_id == run_id, snapshots.c.number > last)
        with engine.connect() as connection:
            rows = connection.execute(query.order_by(snapshots.c.number).limit(count)).mappings().all()
        if rows:
            yield [snapshot_of(row) if passing else slim(snapshot_of(row), known) for row in rows]
        if len(rows) < count:
            return
        last, count = rows[-1]["number"], _PAGE


def read_bodies(
    engine: Engine, archive: Archive, pages: Iterator[list[Snapshot]]
) -> Iterator[tuple[Snapshot, bytes]]:
    """快照与正文 Every snapshot with its body (b"" when there is none), in id order."""
    for page in pages:
        placed = [one for one in page if one.position and one.sha256]
        kept = archive.read_all((one.position, one.sha256) for one in placed if one.position and one.sha256)
        moved = False
        for snapshot in page:
            body = b""
            if snapshot.position and not moved:
                try:
                    body = next(kept)
                except Fault as fault:
                    if fault.message_id != MISSING:
                        raise
                    moved = True
            if snapshot.position and moved:
                body = read_body(engine, archive, snapshot)
            yield snapshot, body


def read_body(engine: Engine, archive: Archive, snapshot: Snapshot) -> bytes:
    """正文 Looked up once more when its file is gone: the record may just have been moved into another one."""
    place = place_of(engine, snapshot)
    if place is None:
        return b""
    try:
        return archive.read(*place)
    except Fault as fault:
        now = _moved(engine, snapshot) if fault.message_id == MISSING else None
        if now is None or now == place:
            raise
        return archive.read(*now)


def read_record(engine: Engine, archive: Archive, snapshot: Snapshot) -> bytes:
    """存档记录 As it lies in the archive; looked up once more when its file is gone."""
    place = place_of(engine, snapshot)
    if place is None:
        return b""
    try:
        return archive.record(place[0])
    except Fault:
        now = _moved(engine, snapshot)
        if now is None or now == place:
            raise
        return archive.record(now[0])


def place_of(engine: Engine, snapshot: Snapshot) -> tuple[ArchivePosition, str] | None:
    """存档位置 Where a snapshot's body lies, and its SHA-256; None when it has no body."""
    if snapshot.sha256 is None:
        return None
    found = snapshot if snapshot.position else read_snapshot(engine, snapshot.id)
    return (found.position, snapshot.sha256) if found.position else None


def _moved(engine: Engine, snapshot: Snapshot) -> tuple[ArchivePosition, str] | None:
    with contextlib.suppress(Fault):
        return place_of(engine, snapshot.model_copy(update={"position": None}))
    return None


def _number_of(snapshot: Snapshot) -> int:
    return int(snapshot.id.rpartition("/")[2])
