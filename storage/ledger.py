"""台账 Verdicts, findings and cases: written with the end of their run, read in stable order."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, Table, delete, func, insert, select, true

from model import Case, CaseEvent, CaseState, Fault, Finding, Run, Verdict
from storage.rows import finding_of, finding_row, noun_of, row_of
from storage.tables import case_events, cases, findings, runs, verdicts

_PREFIX = re.compile(r"^(?:F-)?([0-9a-f]{4,64})$", re.IGNORECASE)


def write_judgement(
    connection: Connection,
    run: Run,
    judged: Sequence[Verdict],
    found: Sequence[Finding],
    filed: Sequence[Case],
) -> None:
    """写判定 All rows a finished run brings, in the caller's transaction."""
    _insert(
        connection,
        verdicts,
        [row_of(verdict, verdicts, run_id=run.id, number=number) for number, verdict in enumerate(judged)],
    )
    _insert(
        connection,
        findings,
        [
            finding_row(finding, findings, run_id=run.id, number=number, site_key=run.site.key)
            for number, finding in enumerate(found)
        ],
    )
    write_cases(connection, filed)


def write_cases(connection: Connection, filed: Sequence[Case]) -> None:
    """写台账 Each case as it now stands, with its whole history, in place of what stood there."""
    prints = [case.fingerprint for case in filed]
    for start in range(0, len(prints), 500):
        some = prints[start : start + 500]
        connection.execute(delete(case_events).where(case_events.c.fingerprint.in_(some)))
        connection.execute(delete(cases).where(cases.c.fingerprint.in_(some)))
    _insert(connection, cases, [row_of(case, cases) for case in filed])
    _insert(
        connection,
        case_events,
        [
            row_of(event, case_events, fingerprint=case.fingerprint, number=number)
            for case in filed
            for number, event in enumerate(case.history)
        ],
    )


def read_verdicts(connection: Connection, run_id: str) -> list[Verdict]:
    query = select(verdicts).where(verdicts.c.run_id == run_id).order_by(verdicts.c.number)
    return [noun_of(Verdict, row) for row in connection.execute(query).mappings()]


def read_findings(
    connection: Connection, run_id: str | None, site_key: str | None, states: Collection[CaseState] | None
) -> list[Finding]:
    if run_id is not None:
        query = select(findings).where(findings.c.run_id == run_id)
        if site_key is not None:
            query = query.where(findings.c.site_key == site_key)
        if states is not None:
            query = query.where(findings.c.state.in_([state.value for state in states]))
        return _findings(connection, query.order_by(findings.c.number))
    newest = _newest(true() if site_key is None else findings.c.site_key == site_key)
    query = select(newest)
    if states is not None:
        query = query.where(newest.c.state.in_([state.value for state in states]))
    return _findings(connection, query.order_by(newest.c.site_key, newest.c.age, newest.c.number))


def read_finding(connection: Connection, prefix: str) -> Finding:
    digits = _PREFIX.match(prefix.strip())
    if digits is None:
        raise Fault("fault.finding_unknown", finding=prefix)
    first = digits[1].lower()
    # A range and not LIKE, which PostgreSQL's index cannot serve in every collation; g follows every hex digit.
    newest = _newest(findings.c.fingerprint.between(first, first + "g"))
    found = _findings(connection, select(newest).order_by(newest.c.fingerprint).limit(6))
    if not found:
        raise Fault("fault.finding_unknown", finding=prefix)
    if len(found) > 1:
        some = ", ".join(f"F-{finding.fingerprint[:16]}" for finding in found[:5])
        raise Fault("fault.finding_ambiguous", finding=prefix, candidates=some)
    return found[0]


def read_cases(connection: Connection, site_key: str) -> dict[str, Case]:
    history: dict[str, list[CaseEvent]] = {}
    events = (
        select(case_events)
        .join(cases, cases.c.fingerprint == case_events.c.fingerprint)
        .where(cases.c.site_key == site_key)
        .order_by(case_events.c.fingerprint, case_events.c.number)
    )
    for row in connection.execute(events).mappings():
        history.setdefault(row["fingerprint"], []).append(noun_of(CaseEvent, row))
    query = (
        select(cases).where(cases.c.site_key == site_key).order_by(cases.c.first_seen, cases.c.fingerprint)
    )
    return {
        row["fingerprint"]: noun_of(Case, row, history=tuple(history.get(row["fingerprint"], ())))
        for row in connection.execute(query).mappings()
    }


def _newest(condition: ColumnElement[bool]) -> Subquery:
    """Each fingerprint's newest finding, in the state its case has now; `age` ranks the runs.

    Only a finished run has findings: they are written in the transaction that finishes it.
    """
    latest_first = (runs.c.started_at.desc(), runs.c.id.desc())
    nth = func.row_number().over(partition_by=findings.c.fingerprint, order_by=latest_first).label("nth")
    age = func.dense_rank().over(order_by=latest_first).label("age")
    others = [column for column in findings.columns if column.name != "state"]
    ranked = (
        select(*others, func.coalesce(cases.c.state, findings.c.state).label("state"), nth, age)
        .join(runs, runs.c.id == findings.c.run_id)
        .join(cases, cases.c.fingerprint == findings.c.fingerprint, isouter=True)
        .where(condition)
        .subquery()
    )
    return select(ranked).where(ranked.c.nth == 1).subquery()


def _findings(connection: Connection, query: Select[Any]) -> list[Finding]:
    return [finding_of(row) for row in connection.execute(query).mappings()]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
