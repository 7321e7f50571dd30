"""封存之库 The rows of a finished run as they are sealed, and which runs no seal tells of."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, exists, select

from model import RUNS, EntryKind, RunState
from model.seal import moment_text
from storage.ground import Ground
from storage.tables import entries, findings, runs, snapshots, verdicts

_PAGE = 500
# What a seal of form 1 covers, written out: columns that come later are no part of it, or every old seal would break.
_VERDICT = (
    "rule_id", "check", "section", "severity", "locus", "subject_name", "url", "outcome", "message_id", "params",
    "evidence", "measured", "allowed", "newest", "overdue_days", "parents", "preview",
)  # fmt: skip
_COVERED: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "run": (runs, (
        "id", "site_key", "site", "pack_id", "pack_version", "pack_digest", "as_of", "started_at", "ended_at", "state",
        "replays", "version", "reader", "counts", "coverage", "score", "night", "filed",
    )),
    "verdicts": (verdicts, ("number", *_VERDICT)),
    "findings": (findings, (
        "number", "fingerprint", "site_key", *_VERDICT, "title", "title_en", "section_title", "section_title_en",
        "basis", "points", "state", "first_seen", "last_seen", "due",
    )),
    "snapshots": (snapshots, (
        "number", "id", "url", "final_url", "redirects", "purpose", "found_on", "method", "fetched_at", "outcome",
        "cause", "status", "headers", "rendered", "sha256", "size", "ip", "attempts", "sent", "revisits", "carried",
    )),
}  # fmt: skip


class Seals(Ground):
    """封存之库 Reads alone; seals are entries of the dossier RUNS."""

    def sealed_rows(self, run_id: str, part: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """封存行 Number and row of each row of a part (`model.seal.PARTS`), as plain JSON values, in order."""
        table, names = _COVERED[part]
        columns = [table.columns[name] for name in names]
        if table is runs:
            with self._reading() as connection:
                for row in connection.execute(select(*columns).where(runs.c.id == run_id)).mappings():
                    yield 0, _told(row)
            return
        last = -1
        while True:
            wanted = (table.c.run_id == run_id) & (table.c.number > last)
            with self._reading() as connection:
                query = select(*columns).where(wanted).order_by(table.c.number).limit(_PAGE)
                rows = connection.execute(query).mappings().all()
            for row in rows:
                yield row["number"], _told(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1]["number"]

    def unsealed(self, site_key: str | None = None, most: int | None = None) -> list[str]:
        """未封存 Ids of finished runs, of one site or of all, that no seal tells of; the latest first."""
        sealed = exists().where(
            entries.c.subject == runs.c.id,
            entries.c.dossier == RUNS,
            entries.c.kind == EntryKind.SEALED.value,
        )
        wanted: ColumnElement[bool] = (runs.c.state == RunState.FINISHED.value) & ~sealed
        if site_key is not None:
            wanted &= runs.c.site_key == site_key
        query = select(runs.c.id).where(wanted).order_by(runs.c.started_at.desc(), runs.c.id.desc())
        with self._reading() as connection:
            return list(connection.scalars(query.limit(most)))


def _told(row: RowMapping) -> dict[str, Any]:
    return {
        name: _PLAIN[type(value)](value) if type(value) in _PLAIN else value for name, value in row.items()
    }


_PLAIN: Mapping[type, Callable[[Any], str]] = {
    datetime: moment_text, date: date.isoformat, Decimal: str,
}  # fmt: skip
