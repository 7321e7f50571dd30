"""维护 What keeps the store from growing for ever, and tells whether it can still be read."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, select, tuple_

from model import ArchivePosition, Backed, Clearance, Cleared, Fault, LostBodies, Retention, Soundness
from storage.archive import Archive
from storage.backup import back_up
from storage.breakdown import told
from storage.clearance import (
    count_runs,
    counted,
    names_at_hand,
    orphans,
    past_nights,
    remove,
    sorts,
    take_away,
)
from storage.compaction import Compactor, fates, files_of, foretold
from storage.engine import Address
from storage.exclusion import alone
from storage.ground import Ground
from storage.retention import Selection, choose
from storage.tables import bodies, errands, interruptions, nights, snapshots
from storage.vacuum import shrink

Step = Callable[[str], None]
_KINDS = ("runs", "snapshots", "verdicts", "findings", "bodies")
_PAGE = 2000


def clear(
    address: Address, engine: Engine, archive: Archive, terms: Retention, now: datetime, software: str,
    *, dry: bool, step: Step = lambda _name: None,
) -> Clearance:  # fmt: skip
    """清理 Takes away what is past its days, or with `dry` only tells of it: the same, as long as nothing changes meanwhile.

    Safe beside audits under way and whenever it is killed: what it left undone the next one does. Raises Fault while
    another program clears or backs up the same database, or when the archive folder is not that of this database.
    """
    with told(address), alone(address, engine):
        with engine.connect() as connection:
            _refuse_other_folder(connection, archive.folder)
            chosen = choose(connection, terms, now)
        files = files_of(archive.folder, [crawl.id for crawl in chosen.going])
        done = Clearance(
            dry=dry,
            at=now,
            before=now - timedelta(days=terms.keep_days),
            kept=dict(sorted(chosen.kept.items())),
        )
        with (
            engine.execution_options(writes=not dry).connect() as connection,
            names_at_hand(connection, chosen),
        ):
            if dry:
                return _foretell(connection, archive.folder, chosen, files, terms, done)
            return _do(address, engine, connection, archive, chosen, files, terms, done, software, step)


def _foretell(
    connection: Connection,
    folder: Path,
    chosen: Selection,
    files: dict[str, list[str]],
    terms: Retention,
    done: Clearance,
) -> Clearance:
    with connection.begin():
        rows = count_runs(connection)
        rows["runs"] = sum(len(crawl.ids) for crawl in chosen.going)
        others = [counted(connection, sort) for sort in sorts(terms, done.at)]
        past = _nights(connection, done.before)
        listed = [name for crawl in chosen.going for name in files[crawl.id]]
        fated = fates(connection, folder, listed, orphans())
    return done.model_copy(
        update={
            "cleared": _told(rows, chosen, [*others, *past]),
            "archive": foretold(fated, terms.compact_at),
        }
    )


def _do(
    address: Address, engine: Engine, connection: Connection, archive: Archive, chosen: Selection,
    files: dict[str, list[str]], terms: Retention, done: Clearance, software: str, step: Step,
) -> Clearance:  # fmt: skip
    rows: Counter[str] = Counter()
    for crawl in chosen.going:
        step("run")
        rows += remove(connection, crawl, files[crawl.id], done.at)
    others = []
    for sort in sorts(terms, done.at):
        step(sort.table.name)
        with connection.begin():
            kind = counted(connection, sort)
        others.append(kind.model_copy(update={"count": take_away(connection, sort)}))
    step("nights")
    with connection.begin():
        others += _nights(connection, done.before)
        past = past_nights(connection, done.before)
        connection.execute(delete(errands).where(errands.c.night_id.in_(past)))
        connection.execute(delete(nights).where(nights.c.id.in_(past)))
        connection.execute(delete(interruptions).where(interruptions.c.at < done.before))
    with connection.begin():
        fated = fates(connection, archive.folder)
    compacted = Compactor(connection, archive, software, done.at, step).compact(fated, terms.compact_at)
    step("shrink")
    freed, note = shrink(address, engine)
    return done.model_copy(
        update={
            "cleared": _told(rows, chosen, others), "archive": compacted, "database": freed, "database_note": note,
        }
    )  # fmt: skip


def _told(rows: Counter[str], chosen: Selection, others: list[Cleared]) -> tuple[Cleared, ...]:
    begun = [crawl.started_at for crawl in chosen.going]
    ages = {"oldest": min(begun), "newest": max(begun)} if begun else {}
    first = Cleared(kind="runs", count=rows["runs"], **ages)
    return (first, *(Cleared(kind=kind, count=rows[kind]) for kind in _KINDS[1:]), *others)


def _nights(connection: Connection, before: datetime) -> list[Cleared]:
    past = past_nights(connection, before)
    of_nights = connection.execute(
        select(func.count(), func.min(nights.c.begun_at), func.max(nights.c.begun_at)).where(
            nights.c.id.in_(past)
        )
    ).one()
    of_errands = connection.scalar(select(func.count()).where(errands.c.night_id.in_(past)))
    at = interruptions.c.at
    of_interruptions = connection.execute(
        select(func.count(), func.min(at), func.max(at)).where(at < before)
    ).one()
    return [
        Cleared(kind="nights", count=of_nights[0], oldest=of_nights[1], newest=of_nights[2]),
        Cleared(kind="errands", count=of_errands or 0),
        Cleared(
            kind="interruptions",
            count=of_interruptions[0],
            oldest=of_interruptions[1],
            newest=of_interruptions[2],
        ),
    ]


def _refuse_other_folder(connection: Connection, folder: Path) -> None:
    """An archive folder that holds none of the database's files is somebody else's, or a wrong name."""
    some = connection.scalars(select(bodies.c.file).distinct().limit(50)).all()
    if some and not any((folder / name).exists() for name in some):
        raise Fault("fault.archive_elsewhere", folder=str(folder), file=some[0])


def examine(engine: Engine, archive: Archive, at_most: int | None = None) -> Soundness:
    """核验 Reads bodies back, all or some `at_most` spread over all of them, and tells which cannot be."""
    with engine.connect() as connection:
        total = connection.scalar(select(func.count()).select_from(bodies)) or 0
    every = 1 if not at_most else max(1, -(-total // at_most))
    looked, number = 0, 0
    lost: dict[tuple[str, str], list[str]] = {}
    for page in _pages(engine):
        for place, sha256 in page:
            number += 1
            if (number - 1) % every:
                continue
            looked += 1
            try:
                archive.read(place, sha256)
            except Fault as fault:
                reason = fault.message_id.removeprefix("fault.archive_")
                lost.setdefault((place.file, reason), []).append(sha256)
    with engine.connect() as connection:
        named = [
            LostBodies(
                file=file,
                reason=reason,
                count=len(digests),
                run_id=connection.scalar(
                    select(func.max(snapshots.c.run_id)).where(snapshots.c.sha256 == digests[0])
                ),
            )
            for (file, reason), digests in sorted(lost.items())
        ]
    return Soundness(total=total, looked=looked, lost=tuple(named))


def _pages(engine: Engine) -> Iterator[list[tuple[ArchivePosition, str]]]:
    """Every body, in the order in which they lie on the disk."""
    place = (bodies.c.file, bodies.c.offset, bodies.c.sha256)
    last: tuple[str, int, str] = ("", 0, "")
    while True:
        query = select(bodies).where(tuple_(*place) > last).order_by(*place).limit(_PAGE)
        with engine.connect() as connection:
            rows = connection.execute(query).all()
        yield [
            (ArchivePosition(file=row.file, offset=row.offset, length=row.length), row.sha256) for row in rows
        ]
        if len(rows) < _PAGE:
            return
        last = (rows[-1].file, rows[-1].offset, rows[-1].sha256)


class Upkeep(Ground):
    """维护之库 What the store is asked for by those who look after it. Verbs of the Store."""

    archive: Archive

    def clear(
        self,
        terms: Retention,
        now: datetime,
        software: str,
        *,
        dry: bool = False,
        step: Step = lambda _name: None,
    ) -> Clearance:
        """清理 See `clear` of this module. `software` signs the archive files that are written anew."""
        return clear(self._address, self._engine, self.archive, terms, now, software, dry=dry, step=step)

    def examine_archive(self, at_most: int | None = None) -> Soundness:
        """核验 Whether every body, or some `at_most` of them, can be read back; changes nothing."""
        with told(self._address):
            return examine(self._engine, self.archive, at_most)

    def back_up(self, folder: Path, now: datetime, version: str, *, link: bool = False) -> Backed:
        """备份 See `storage.backup`. Audits may go on meanwhile."""
        return back_up(self._address, self._engine, self.archive, folder, now, version, link=link)
