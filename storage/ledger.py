"""判定 Verdicts and findings: written with the end of their run, read in stable order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, Table, case, func, insert, select

from model import Case, CaseState, Finding, Outcome, Run, Verdict
from storage.casebook import only_one, span_of, write_cases
from storage.rows import finding_of, finding_row, noun_of, parts_of, row_of
from storage.tables import cases, findings, runs, verdicts

_TOGETHER = 1_000  # rows handed over at a time


def write_judgement(
    connection: Connection,
    run: Run,
    judged: Sequence[Verdict],
    found: Sequence[Finding],
    filed: Sequence[Case],
    read: Mapping[str, Case] | None = None,
) -> None:
    """写判定 All rows a finished run brings, in the caller's transaction. `read`: see `write_cases`."""
    _insert(
        connection,
        verdicts,
        (row_of(verdict, verdicts, run_id=run.id, number=number) for number, verdict in enumerate(judged)),
    )
    _insert(
        connection,
        findings,
        (
            finding_row(finding, findings, run_id=run.id, number=number, site_key=run.site.key)
            for number, finding in enumerate(found)
        ),
    )
    write_cases(connection, filed, read)


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
    newest = _newest(runs.c.filed if site_key is None else runs.c.filed & (findings.c.site_key == site_key))
    query = select(newest)
    if states is not None:
        query = query.where(newest.c.state.in_([state.value for state in states]))
    return _findings(connection, query.order_by(newest.c.site_key, newest.c.age, newest.c.number))


def read_finding(connection: Connection, prefix: str) -> Finding:
    newest = _newest(findings.c.fingerprint.between(*span_of(prefix)))
    found = _findings(connection, select(newest).order_by(newest.c.fingerprint).limit(6))
    only_one([finding.fingerprint for finding in found], prefix)
    return found[0]


def read_last_failure(connection: Connection, fingerprint: str) -> Finding | None:
    """最近不合格 The newest finding that saw it fail for certain, or suspected it; None when none is kept any more."""
    certain = (findings.c.outcome == Outcome.FAIL.value) | (findings.c.state == CaseState.SUSPECTED.value)
    newest = _newest((findings.c.fingerprint == fingerprint) & certain)
    return next(iter(_findings(connection, select(newest))), None)


def read_newest(connection: Connection, fingerprints: Collection[str]) -> dict[str, Finding]:
    """最近所见 Each fingerprint's newest finding, in the state its case has now."""
    found: dict[str, Finding] = {}
    for part in parts_of(sorted(fingerprints)):
        newest = _newest(findings.c.fingerprint.in_(part))
        found |= {one.fingerprint: one for one in _findings(connection, select(newest))}
    return found


def _newest(condition: ColumnElement[bool]) -> Subquery:
    """Each fingerprint's newest finding, in the state its case has now; `age` ranks the runs, those that filed first.

    Only a finished run has findings: they are written in the transaction that finishes it.
    """
    latest_first = (runs.c.filed.desc(), runs.c.started_at.desc(), runs.c.id.desc())
    nth = func.row_number().over(partition_by=findings.c.fingerprint, order_by=latest_first).label("nth")
    age = func.dense_rank().over(order_by=latest_first).label("age")
    others = [column for column in findings.columns if column.name not in ("state", "due")]
    state = func.coalesce(cases.c.state, findings.c.state).label("state")
    due = case((cases.c.fingerprint.is_(None), findings.c.due), else_=cases.c.due).label("due")
    ranked = (
        select(*others, state, due, nth, age)
        .join(runs, runs.c.id == findings.c.run_id)
        .join(cases, cases.c.fingerprint == findings.c.fingerprint, isouter=True)
        .where(condition)
        .subquery()
    )
    return select(ranked).where(ranked.c.nth == 1).subquery()


def _findings(connection: Connection, query: Select[Any]) -> list[Finding]:
    return [finding_of(row) for row in connection.execute(query).mappings()]


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """A part after the other: all at once, they would take more room than what they are made of."""
    for part in parts_of(rows, _TOGETHER):
        connection.execute(insert(table), part)
