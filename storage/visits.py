"""访问记录 Visits to home pages, kept as they went and read back in order of time."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from model import Visit
from storage.rows import insert_of, noun_of, parts_of, row_of
from storage.tables import visits


def keep(connection: Connection, kept: Sequence[Visit]) -> None:
    """存访问 Those not kept before; each with the moment it was kept, so that replays know no later ones."""
    now = datetime.now(UTC)
    for part in parts_of(kept):
        rows = [row_of(visit, visits, kept_at=now) for visit in part]
        connection.execute(insert_of(connection, visits).on_conflict_do_nothing(), rows)


def read(
    connection: Connection, site_key: str, since: datetime, until: datetime, kept_until: datetime | None
) -> list[Visit]:
    """取访问 From `since` to `until`, both included, as far as kept by `kept_until`; in order of time."""
    query = select(visits).where(visits.c.site_key == site_key, visits.c.at >= since, visits.c.at <= until)
    if kept_until is not None:
        query = query.where(visits.c.kept_at <= kept_until)
    return [noun_of(Visit, row) for row in connection.execute(query.order_by(visits.c.at)).mappings()]
