"""卷宗之库 Entries of dossiers: added at their ends, all of them or none, and read back in order. Papers beside them."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from model import DossierEntry, Draft, EntryKind, Fault, Paper, entered
from storage.ground import Ground
from storage.rows import insert_of, noun_of, parts_of, row_of
from storage.tables import entries, papers

_TRIES = 5  # others may enter something between our look at the end and our own entry


class Dossiers(Ground):
    """卷宗之库 No verb changes an entry or takes one away."""

    def dossiers(self) -> list[str]:
        """各卷宗 Names, in order."""
        with self._reading() as connection:
            return list(connection.scalars(select(entries.c.dossier).distinct().order_by(entries.c.dossier)))

    def entries(
        self,
        dossier: str,
        kinds: Collection[EntryKind] | None = None,
        subject: str | None = None,
        *,
        behind: int = 0,
        most: int | None = None,
    ) -> list[DossierEntry]:
        """记录 In the order they were entered: all, or of these kinds, or about this subject; `most` `behind` a number."""
        query = select(entries).where(entries.c.dossier == dossier, entries.c.number > behind)
        query = query.order_by(entries.c.number).limit(most)
        if kinds is not None:
            query = query.where(entries.c.kind.in_(sorted(kinds)))
        if subject is not None:
            query = query.where(entries.c.subject == subject)
        with self._reading() as connection:
            return [noun_of(DossierEntry, row) for row in connection.execute(query).mappings()]

    def enter(
        self, dossier: str, drafts: Sequence[Draft], now: datetime, after: int | None = None
    ) -> list[DossierEntry]:
        """入卷 All of them at the end of the dossier, or none.

        `after`: number of the last entry the drafts were made in sight of; Fault when another has come since. None:
        whatever others enter meanwhile does not matter.
        """
        for left in reversed(range(_TRIES)):
            try:
                with self._writing() as connection:
                    _wait_in_line(connection, dossier)
                    last = _last(connection, dossier)
                    if after is not None and after != (last.number if last else 0):
                        raise Fault("fault.dossier_overtaken", dossier=dossier)
                    made: list[DossierEntry] = []
                    for draft in drafts:
                        last = entered(draft, dossier, last, now)
                        made.append(last)
                    for part in parts_of(made):
                        connection.execute(insert(entries), [row_of(one, entries) for one in part])
                    return made
            except IntegrityError:  # somebody else was quicker
                if not left:
                    raise Fault("fault.dossier_overtaken", dossier=dossier) from None
        raise AssertionError("the last try returns or raises")

    def keep_paper(self, name: str, content: bytes, now: datetime) -> Paper:
        """收材料 Its bytes, once for all who hand in the same."""
        paper = Paper(sha256=hashlib.sha256(content).hexdigest(), name=name, size=len(content))
        with self._writing() as connection:
            statement = insert_of(connection, papers).values(
                sha256=paper.sha256, size=paper.size, content=content, kept_at=now
            )
            connection.execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))
        return paper

    def paper(self, sha256: str) -> bytes:
        """取材料 Raises Fault when nobody handed in such a file."""
        with self._reading() as connection:
            content = connection.scalar(select(papers.c.content).where(papers.c.sha256 == sha256))
        if content is None:
            raise Fault("fault.paper_unknown", sha256=sha256)
        return bytes(content)


def _wait_in_line(connection: Connection, dossier: str) -> None:
    """Many at once come one after the other, instead of all writing the same number and all but one beginning anew."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(dossier))))


def _last(connection: Connection, dossier: str) -> DossierEntry | None:
    newest = select(func.max(entries.c.number)).where(entries.c.dossier == dossier).scalar_subquery()
    query = select(entries).where(entries.c.dossier == dossier, entries.c.number == newest)
    row = connection.execute(query).mappings().first()
    return noun_of(DossierEntry, row) if row else None
