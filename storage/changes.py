"""变化 What happened to cases of many sites, and their audits of a night or a span of time: light rows, no histories."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from model import CLOCK, CaseState, Deed, Dispute, Run, RunState
from storage.rows import noun_of, parts_of
from storage.tables import arrangements, case_events, cases, runs

LOOK_BACK = timedelta(days=120)  # an older score is no score to compare with
_STANDING = [state.value for state in CaseState if state.stands]


class Span(NamedTuple):
    """范围 All runs of a night and what the calendar did while it lasted, or what lies from `since` to `until`; of these
    sites, None: of all.
    """

    since: datetime
    until: datetime
    night: str | None = None
    site_keys: frozenset[str] | None = None


class Happening(NamedTuple):
    """案情变化 What was done to a case, and what it is by now."""

    fingerprint: str
    site_key: str
    rule_id: str
    locus: str
    deed: Deed
    before: CaseState | None
    state: CaseState
    now: CaseState


class Standing(NamedTuple):
    """期限 A case that stands, with the day it is to be mended by."""

    fingerprint: str
    site_key: str
    rule_id: str
    locus: str
    due: date


def happenings(connection: Connection, span: Span) -> list[Happening]:
    """案情变化 In order of time within a case."""
    query = select(
        cases.c.fingerprint, cases.c.site_key, cases.c.rule_id, cases.c.locus, case_events.c.deed,
        case_events.c.before, case_events.c.state, cases.c.state.label("now"),
    ).join(cases, cases.c.fingerprint == case_events.c.fingerprint)  # fmt: skip
    query = query.order_by(case_events.c.fingerprint, case_events.c.number)
    if span.night is not None:
        theirs = case_events.c.run_id.in_(select(runs.c.id).where(runs.c.night == span.night))
        query = query.where(or_(theirs, by_calendar(span.since, span.until)))
    else:
        query = query.where(case_events.c.at >= span.since, case_events.c.at <= span.until)
    return [
        Happening(
            row.fingerprint, row.site_key, row.rule_id, row.locus, Deed(row.deed),
            CaseState(row.before) if row.before else None, CaseState(row.state), CaseState(row.now),
        )
        for part in _of_sites(query, cases.c.site_key, span.site_keys)
        for row in connection.execute(part)
    ]  # fmt: skip


def by_calendar(since: datetime, until: datetime | None) -> ColumnElement[bool]:
    """到日自变 What became of cases because a day was over, and of no audit."""
    found = case_events.c.run_id.is_(None) & (case_events.c.by == CLOCK) & (case_events.c.at >= since)
    return found if until is None else found & (case_events.c.at < until)  # then the next night opened


def standing_until(
    connection: Connection, today: date, day: date, site_keys: frozenset[str] | None
) -> list[Standing]:
    """到期 Cases that stand and are to be mended by that day or were by an earlier one; not of sites retired by today."""
    query = select(cases.c.fingerprint, cases.c.site_key, cases.c.rule_id, cases.c.locus, cases.c.due).where(
        cases.c.state.in_(_STANDING), cases.c.due <= day, _in_service(today)
    )
    return [
        Standing(row.fingerprint, row.site_key, row.rule_id, row.locus, row.due)
        for part in _of_sites(query, cases.c.site_key, site_keys)
        for row in connection.execute(part)
    ]


def disputed(connection: Connection, today: date, site_keys: frozenset[str] | None) -> list[Standing]:
    """异议待复核 Cases with a dispute nobody has ruled on; `due` is the day by which to rule on it."""
    query = select(
        cases.c.fingerprint, cases.c.site_key, cases.c.rule_id, cases.c.locus, cases.c.dispute
    ).where(cases.c.dispute.is_not(None), _in_service(today))
    rows = [
        (row, Dispute.model_validate(row.dispute))
        for part in _of_sites(query, cases.c.site_key, site_keys)
        for row in connection.execute(part)
    ]
    return [
        Standing(row.fingerprint, row.site_key, row.rule_id, row.locus, told.due)
        for row, told in rows
        if told.result is None
    ]


def count_standing(connection: Connection, today: date, site_keys: frozenset[str] | None) -> int:
    """现存问题数"""
    query = select(func.count()).select_from(cases).where(cases.c.state.in_(_STANDING), _in_service(today))
    return sum(connection.scalar(part) or 0 for part in _of_sites(query, cases.c.site_key, site_keys))


def _in_service(today: date) -> ColumnElement[bool]:
    """Whether the case's site is still audited; one that is on no roster is nobody's to retire."""
    retired = select(arrangements.c.site_key).where(arrangements.c.retired_on <= today)
    return cases.c.site_key.not_in(retired)


def audits(connection: Connection, span: Span) -> dict[str, tuple[Run, Run | None]]:
    """检查 Each site's last finished audit within the span, and the last one before it by the same pack, if any."""
    last = _last(connection, _within(span), span.site_keys)
    found: dict[str, tuple[Run, Run | None]] = {}
    for part in parts_of(sorted(last)):
        earlier = and_(
            runs.c.started_at < span.since, runs.c.started_at >= span.since - LOOK_BACK,
            or_(runs.c.night.is_(None), runs.c.night != (span.night or "")),
        )  # fmt: skip
        before = _last(connection, earlier, frozenset(part), {key: last[key].pack_id for key in part})
        found |= {key: (last[key], before.get(key)) for key in part}
    return found


def _within(span: Span) -> ColumnElement[bool]:
    if span.night is not None:
        return runs.c.night == span.night
    return and_(runs.c.started_at >= span.since, runs.c.started_at <= span.until)


def _last(
    connection: Connection,
    within: ColumnElement[bool],
    site_keys: frozenset[str] | None,
    packs: dict[str, str] | None = None,
) -> dict[str, Run]:
    """Each site's last finished audit; a replay is none. `packs`: by this one of a site's packs."""
    finished = and_(within, runs.c.state == RunState.FINISHED.value, runs.c.replays.is_(None))
    by_pack = select(runs.c.site_key, runs.c.pack_id, func.max(runs.c.started_at).label("at")).where(finished)
    columns = [column for column in runs.columns if column.name not in ("report", "coverage")]
    newest: dict[str, Any] = {}
    for part in _of_sites(by_pack.group_by(runs.c.site_key, runs.c.pack_id), runs.c.site_key, site_keys):
        last = part.subquery()
        ours = and_(
            runs.c.site_key == last.c.site_key,
            runs.c.pack_id == last.c.pack_id,
            runs.c.started_at == last.c.at,
        )
        query = select(*columns).join(last, ours).where(finished).order_by(runs.c.started_at, runs.c.id)
        for row in connection.execute(query).mappings():
            if packs is None or packs[row["site_key"]] == row["pack_id"]:
                newest[row["site_key"]] = row
    return {key: noun_of(Run, row) for key, row in newest.items()}


def _of_sites(
    query: Select[Any], column: ColumnElement[str], site_keys: Collection[str] | None
) -> Iterator[Select[Any]]:
    if site_keys is None:
        yield query
        return
    for part in parts_of(sorted(site_keys), 500):
        yield query.where(column.in_(part))
