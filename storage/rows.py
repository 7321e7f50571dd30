"""行 Model types into rows and back, by the names they share."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import JSON, Connection, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

from model import Finding, Frozen, Run, Site, Snapshot, Verdict

Noun = TypeVar("Noun", bound=Frozen)
Part = TypeVar("Part")

_EMPTY: dict[type, Callable[[], Any]] = {tuple: list, dict: dict, type(None): lambda: None}
ROWS = 200  # rows a statement: both databases limit its parameters


@cache
def _shared(kind: type[BaseModel], table: Table) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names of the fields a table keeps as they are, and of those it keeps as JSON."""
    # the fields' own names: a noun that is asked by a table's, which are more than mere texts, grows by a dict of its own
    shared = {name: table.columns[name] for name in kind.model_fields if name in table.columns}
    nested = frozenset(name for name, column in shared.items() if isinstance(column.type, JSON))
    return tuple(name for name in shared if name not in nested), nested


def row_of(noun: Frozen, table: Table, **more: Any) -> dict[str, Any]:
    """一行 The row of `table` that keeps `noun`; `more` gives the columns that are not fields of it."""
    plain, nested = _shared(type(noun), table)
    # most verdicts say nothing there, and whoever asks a noun for all of it makes it larger for good
    row: dict[str, Any] = {
        name: _EMPTY[type(value)]() for name in nested if _is_empty(value := getattr(noun, name))
    }
    if len(row) < len(nested):
        row |= noun.model_dump(mode="json", include=set(nested).difference(row))
    for name in plain:
        value = getattr(noun, name)
        row[name] = value.value if isinstance(value, Enum) else value
    row.update(more)
    return row


def _is_empty(value: object) -> bool:
    return not value and type(value) in _EMPTY


def noun_of(kind: type[Noun], row: RowMapping, **more: Any) -> Noun:
    """一词 The model value a row keeps. Raises ValidationError when the row was not written by this program."""
    values = {name: row[name] for name in _fields(kind, tuple(row))}
    return kind.model_validate(values | more)


@cache
def _fields(kind: type[BaseModel], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these columns are fields of it."""
    return tuple(name for name in columns if name in kind.model_fields)


def snapshot_of(row: RowMapping) -> Snapshot:
    """快照 A row of snapshots joined with bodies."""
    position = None
    if row["file"] is not None:
        position = {name: row[name] for name in ("file", "offset", "length")}
    return noun_of(Snapshot, row, position=position)


def finding_row(finding: Finding, table: Table, **more: Any) -> dict[str, Any]:
    return row_of(finding.verdict, table) | row_of(finding, table, **more)


def finding_of(row: RowMapping) -> Finding:
    return noun_of(Finding, row, verdict=noun_of(Verdict, row))


def run_row(run: Run, table: Table) -> dict[str, Any]:
    return row_of(run, table, site_key=run.site.key)


def site_row(site: Site, table: Table) -> dict[str, Any]:
    return row_of(site, table, key=site.key)


def parts_of(many: Iterable[Part], count: int = ROWS) -> Iterator[list[Part]]:
    """分批 As many as one statement takes, again and again."""
    rest = iter(many)
    while part := list(islice(rest, count)):
        yield part


def insert_of(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """插入 An insert that can say what happens to a row that is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
