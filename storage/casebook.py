"""台账 Cases with their histories, and rulings: changed only by whoever saw them as they are."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select

from model import Case, CaseEvent, CaseState, Deed, Fault, Frozen, Ruling
from storage.rows import noun_of, parts_of, row_of
from storage.tables import case_events, cases, rulings
from storage.targets import upsert

_PREFIX = re.compile(r"^(?:F-)?([0-9a-f]{4,64})$", re.IGNORECASE)
_STANDING = [state.value for state in CaseState if state.stands]


class CaseQuery(Frozen):
    """台账查询 Which cases are asked for; None asks about nothing.

    `deeds`: to which one of these happened after `since` and not after `until`. `overdue_on`: those that stand on that
    day although their due day is over. `disputed`: only those with a dispute that nobody has ruled on.
    """

    site_keys: frozenset[str] | None = None
    states: frozenset[CaseState] | None = None
    deeds: frozenset[Deed] | None = None
    since: datetime | None = None
    until: datetime | None = None
    overdue_on: date | None = None
    disputed: bool = False


def write_cases(
    connection: Connection, filed: Sequence[Case], read: Mapping[str, Case] | None = None
) -> None:
    """写台账 Each case as it now stands, and what was added to its history.

    `read` tells the cases as they were when these were reckoned from them: where one has changed since (a person
    waived it meanwhile), nothing is written and Fault `fault.case_overtaken` is raised, so that nobody's change is lost.
    """
    for part in parts_of(sorted(filed, key=lambda one: one.fingerprint)):
        prints = [one.fingerprint for one in part]
        ours = select(cases).where(cases.c.fingerprint.in_(prints)).order_by(cases.c.fingerprint)
        there = {
            row["fingerprint"]: noun_of(Case, row)
            for row in connection.execute(ours.with_for_update()).mappings()
        }
        told = _events_told(connection, prints)
        for one in part:
            if read is not None and not _as_read(
                read.get(one.fingerprint), there.get(one.fingerprint), told.get(one.fingerprint, 0)
            ):
                raise Fault("fault.case_overtaken", exit_code=1, finding=one.id)
        connection.execute(upsert(connection, cases, replaced=None), [row_of(one, cases) for one in part])
        added = [
            row_of(event, case_events, fingerprint=one.fingerprint, number=number)
            for one in part
            for number, event in enumerate(one.history)
            if number >= told.get(one.fingerprint, 0)
        ]
        if added:
            connection.execute(insert(case_events), added)


def _events_told(connection: Connection, prints: Collection[str]) -> dict[str, int]:
    query = (
        select(case_events.c.fingerprint, func.count())
        .where(case_events.c.fingerprint.in_(prints))
        .group_by(case_events.c.fingerprint)
    )
    return {fingerprint: count for fingerprint, count in connection.execute(query)}


def _as_read(read: Case | None, there: Case | None, told: int) -> bool:
    if read is None or there is None:
        return read is there
    return read.model_copy(update={"history": ()}) == there and len(read.history) == told


def read_cases(connection: Connection, asked: CaseQuery) -> list[Case]:
    """读台账 With their whole histories, by site, then the oldest first."""
    wanted = _wanted(asked)
    query = select(cases).order_by(cases.c.site_key, cases.c.first_seen, cases.c.fingerprint)
    events = (
        select(case_events)
        .join(cases, cases.c.fingerprint == case_events.c.fingerprint)
        .order_by(case_events.c.fingerprint, case_events.c.number)
    )
    found = _cases(connection, query.where(wanted), events.where(wanted))
    return [one for one in found if one.disputed or not asked.disputed]


def read_case(connection: Connection, fingerprint: str) -> Case | None:
    """一个台账条目 None when nothing was filed under that fingerprint."""
    query = select(cases).where(cases.c.fingerprint == fingerprint)
    events = select(case_events).where(case_events.c.fingerprint == fingerprint)
    return next(iter(_cases(connection, query, events.order_by(case_events.c.number))), None)


def read_case_named(connection: Connection, prefix: str) -> Case:
    """一个台账条目 By `F-…` or the first hex digits of its fingerprint. Raises Fault like `Store.finding`."""
    query = select(cases.c.fingerprint).where(cases.c.fingerprint.between(*span_of(prefix)))
    found = connection.scalars(query.order_by(cases.c.fingerprint).limit(6)).all()
    case = read_case(connection, only_one(found, prefix))
    assert case is not None  # noqa: S101 - one transaction sees one state
    return case


def span_of(prefix: str) -> tuple[str, str]:
    """首尾 The first and the last fingerprint that a person may mean. Raises Fault `fault.finding_unknown`."""
    digits = _PREFIX.match(prefix.strip())
    if digits is None:
        raise Fault("fault.finding_unknown", finding=prefix)
    first = digits[1].lower()
    # A range and not LIKE, which PostgreSQL's index cannot serve in every collation; g follows every hex digit.
    return first, first + "g"


def only_one(found: Sequence[str], prefix: str) -> str:
    """唯一 The fingerprint that was meant. Raises Fault `fault.finding_unknown` or `fault.finding_ambiguous`."""
    if not found:
        raise Fault("fault.finding_unknown", finding=prefix)
    if len(found) > 1:
        some = ", ".join(f"F-{one[:16]}" for one in found[:5])
        raise Fault("fault.finding_ambiguous", finding=prefix, candidates=some)
    return found[0]


def _cases(connection: Connection, query: Select[Any], events: Select[Any]) -> list[Case]:
    history: dict[str, list[CaseEvent]] = {}
    for row in connection.execute(events).mappings():
        history.setdefault(row["fingerprint"], []).append(noun_of(CaseEvent, row))
    return [
        noun_of(Case, row, history=tuple(history.get(row["fingerprint"], ())))
        for row in connection.execute(query).mappings()
    ]


def _wanted(asked: CaseQuery) -> ColumnElement[bool]:
    told: list[ColumnElement[bool]] = []
    if asked.site_keys is not None:
        told.append(cases.c.site_key.in_(sorted(asked.site_keys)))
    if asked.states is not None:
        told.append(cases.c.state.in_(sorted(asked.states)))
    if asked.disputed:
        told.append(cases.c.dispute.is_not(None))
    if asked.overdue_on is not None:
        told += [cases.c.state.in_(_STANDING), cases.c.due < asked.overdue_on]
    if asked.deeds is not None:
        happened: list[ColumnElement[bool]] = [case_events.c.deed.in_(sorted(asked.deeds))]
        if asked.since is not None:
            happened.append(case_events.c.at > asked.since)
        if asked.until is not None:
            happened.append(case_events.c.at <= asked.until)
        told.append(cases.c.fingerprint.in_(select(case_events.c.fingerprint).where(*happened)))
    return and_(True, *told)


def write_ruling(connection: Connection, ruling: Ruling) -> None:
    """写复核决定"""
    connection.execute(insert(rulings).values(row_of(ruling, rulings)))


def read_rulings(
    connection: Connection, fingerprints: Collection[str] | None, run_ids: Collection[str] | None
) -> list[Ruling]:
    """读复核决定 In order of time."""
    query = select(rulings).order_by(rulings.c.at, rulings.c.fingerprint)
    if fingerprints is not None:
        query = query.where(rulings.c.fingerprint.in_(sorted(fingerprints)))
    if run_ids is not None:
        query = query.where(rulings.c.run_id.in_(sorted(run_ids)))
    return [noun_of(Ruling, row) for row in connection.execute(query).mappings()]
