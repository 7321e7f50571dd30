"""清理 Rows that go: counted, or taken away in small transactions, so that crawls under way hardly wait."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
)

from model import Cleared, DeliveryState, ErrandState, Retention, RunState
from storage.columns import PlainText, UtcDateTime
from storage.retention import Crawl, Selection
from storage.rows import insert_of, parts_of
from storage.tables import (
    bodies,
    deliveries,
    discards,
    errands,
    findings,
    leases,
    nights,
    runs,
    snapshots,
    targets,
    turns,
    verdicts,
    visits,
    votes,
    workers,
)

UNHEARD = timedelta(days=30)  # a worker that nobody has heard of for so long is of no interest
PAST = timedelta(days=1)  # a turn or claim so far back binds nobody
OF_A_RUN = (leases, findings, verdicts)

# Names that statements compare with: too many for a list of parameters.
_LOCAL = MetaData()
going_runs = Table("going_runs", _LOCAL, Column("name", PlainText, primary_key=True), prefixes=["TEMPORARY"])
spared_names = Table(
    "spared_names", _LOCAL, Column("name", PlainText, primary_key=True), prefixes=["TEMPORARY"]
)
spared_spans = Table(
    "spared_spans",
    _LOCAL,
    Column("site_key", PlainText, primary_key=True),
    Column("since", UtcDateTime, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    prefixes=["TEMPORARY"],
)


class Sort(NamedTuple):
    """一类 Rows of `table` that go where `where`: those of `size` values of the column `page` in one transaction."""

    table: Table
    where: ColumnElement[bool]
    page: Column[str]
    time: Column[datetime]
    size: int = 500


@contextmanager
def names_at_hand(connection: Connection, chosen: Selection) -> Iterator[None]:
    """备名 The names of a selection as tables of this connection alone."""
    with connection.begin():
        _LOCAL.create_all(connection)
        ids = (run_id for crawl in chosen.going for run_id in crawl.ids)
        for table, names in ((going_runs, ids), (spared_names, sorted(chosen.runs | chosen.targets))):
            for part in parts_of(names):
                connection.execute(insert(table), [{"name": name} for name in part])
        spans = (
            {"site_key": site_key, "since": since, "until": until}
            for site_key, some in chosen.visits.items()
            for since, until in _joined(some)
        )
        for rows in parts_of(spans):
            connection.execute(insert(spared_spans), rows)
    try:
        yield
    finally:
        with connection.begin():
            _LOCAL.drop_all(connection)


def sorts(terms: Retention, now: datetime) -> list[Sort]:
    """各类 What goes by its own age, unless it stands among the names at hand."""
    old = now - timedelta(days=terms.keep_days)
    old_votes = now - timedelta(days=terms.keep_votes_days)
    old_visits = now - timedelta(days=terms.keep_visits_days)
    spared = select(spared_names.c.name)
    span = spared_spans.c
    watched = exists().where(span.site_key == visits.c.site_key, visits.c.at.between(span.since, span.until))
    return [
        Sort(
            votes, and_(votes.c.at < old_votes, votes.c.key.not_in(spared), votes.c.run_id.not_in(spared)),
            votes.c.key, votes.c.at,
        ),
        Sort(
            visits, and_(visits.c.at < old_visits, not_(watched)), visits.c.site_key, visits.c.at,
            size=20,
        ),
        Sort(
            targets,
            and_(
                targets.c.claimed_at < old_votes, targets.c.free_at < now - PAST,
                or_(targets.c.asked_at.is_(None), targets.c.asked_at < old_votes),
            ),
            targets.c.key, targets.c.claimed_at,
        ),
        Sort(turns, turns.c.free_at < now - PAST, turns.c.key, turns.c.free_at),
        Sort(
            deliveries,
            and_(deliveries.c.created_at < old, deliveries.c.state != DeliveryState.WAITING.value),
            deliveries.c.id, deliveries.c.created_at,
        ),
        Sort(workers, workers.c.heard_at < now - UNHEARD, workers.c.id, workers.c.heard_at),
    ]  # fmt: skip


def past_nights(connection: Connection, before: datetime) -> list[str]:
    """旧夜 Nights begun before then, none of whose errands is running."""
    running = exists().where(errands.c.night_id == nights.c.id, errands.c.state == ErrandState.RUNNING.value)
    return list(connection.scalars(select(nights.c.id).where(nights.c.begun_at < before, not_(running))))


def counted(connection: Connection, sort: Sort) -> Cleared:
    """点数 How many rows of one sort go."""
    row = connection.execute(
        select(func.count(), func.min(sort.time), func.max(sort.time)).where(sort.where)
    ).one()
    return Cleared(kind=sort.table.name, count=row[0], oldest=row[1], newest=row[2])


def take_away(connection: Connection, sort: Sort) -> int:
    """清除 One sort, page by page."""
    taken, last = 0, ""
    while True:
        with connection.begin():
            query = select(sort.page).where(sort.where, sort.page > last).distinct()
            keys = list(connection.scalars(query.order_by(sort.page).limit(sort.size)))
            for part in parts_of(keys):
                taken += connection.execute(
                    delete(sort.table).where(sort.where, sort.page.in_(part))
                ).rowcount
        if len(keys) < sort.size:
            return taken
        last = keys[-1]


def count_runs(connection: Connection) -> Counter[str]:
    """点数 What goes with the runs of `going_runs`."""
    going = select(going_runs.c.name)
    found = Counter(
        {
            table.name: connection.scalar(
                select(func.count()).select_from(table).where(table.c.run_id.in_(going))
            )
            or 0
            for table in (snapshots, verdicts, findings)
        }
    )
    found["bodies"] = connection.scalar(select(func.count()).select_from(orphans().subquery())) or 0
    return found


def orphans() -> Select[tuple[str]]:
    """孤本 SHA-256 of the bodies that only runs of `going_runs` refer to."""
    going = select(going_runs.c.name)
    other = snapshots.alias("other")
    needed = exists().where(other.c.sha256 == snapshots.c.sha256, other.c.run_id.not_in(going))
    asked = select(snapshots.c.sha256).where(snapshots.c.run_id.in_(going), snapshots.c.sha256.is_not(None))
    return asked.where(not_(needed)).distinct()


def remove(connection: Connection, crawl: Crawl, files: Sequence[str], now: datetime) -> Counter[str]:
    """清除一次采集 A crawl and its replays, in one transaction with the bodies that nobody else refers to.

    Its archive `files` are noted as such that go when no body in them is needed. Nothing happens when one of the runs
    is running again or already gone.
    """
    gone: Counter[str] = Counter()
    with connection.begin():
        states = connection.scalars(select(runs.c.state).where(runs.c.id.in_(crawl.ids))).all()
        if not states or RunState.RUNNING.value in states:
            return gone
        kept = connection.scalars(
            select(snapshots.c.sha256)
            .where(snapshots.c.run_id == crawl.id, snapshots.c.sha256.is_not(None))
            .distinct()
        ).all()
        for table in OF_A_RUN:
            gone[table.name] += connection.execute(
                delete(table).where(table.c.run_id.in_(crawl.ids))
            ).rowcount
        gone["snapshots"] += connection.execute(
            delete(snapshots).where(snapshots.c.run_id.in_(crawl.ids))
        ).rowcount
        for part in parts_of(sorted(kept)):
            gone["bodies"] += _remove_bodies(connection, part)
        gone["runs"] += connection.execute(delete(runs).where(runs.c.replays == crawl.id)).rowcount
        gone["runs"] += connection.execute(delete(runs).where(runs.c.id == crawl.id)).rowcount
        discard(connection, files, now)
    return gone


def discard(connection: Connection, files: Sequence[str], now: datetime) -> None:
    """弃置 Archive files that go as soon as no body in them is needed."""
    for part in parts_of(files):
        rows = [{"file": file, "since": now} for file in part]
        connection.execute(insert_of(connection, discards).on_conflict_do_nothing(), rows)


def _remove_bodies(connection: Connection, digests: Sequence[str]) -> int:
    """Those that no snapshot refers to any more.

    On PostgreSQL a crawl may be about to refer to one of them: such a row is locked, and is passed over. So this never
    waits for a crawl; a crawl that waits for this finds the body gone and keeps it again.
    """
    free = list(digests)
    if connection.dialect.name == "postgresql":
        locked = select(bodies.c.sha256).where(bodies.c.sha256.in_(free)).order_by(bodies.c.sha256)
        free = list(connection.scalars(locked.with_for_update(skip_locked=True)))
    needed = exists().where(snapshots.c.sha256 == bodies.c.sha256)
    return connection.execute(delete(bodies).where(bodies.c.sha256.in_(free), not_(needed))).rowcount


def _joined(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Spans of one site that overlap, made one."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((since, until))
    return joined
