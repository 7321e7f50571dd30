"""屡查屡犯 Units whose findings came back, or stayed overdue over several periods: rows of tables, for a 通报."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from model import CaseState, Frozen
from report.book import Cell, Sheet, write_book
from report.messages import Messages
from report.output import write_whole
from report.sheet import csv_text
from report.table import form_of
from report.text import label, plain

PERIOD_HEADS = ("period", "new", "back", "mended", "standing", "overdue")
UNIT_HEADS = ("unit", "sites", "came_back", "times", "overdue_long", "periods", "findings")
FINDING_HEADS = ("unit", "site", "finding", "title", "place", "state", "back_on", "overdue_at", "due")
_MOST_NAMED = 5


class PeriodLine(Frozen):
    """一期 What came, came back and was mended from `starts` to `ends`; what stood and was overdue when it ended."""

    starts: date
    ends: date
    new: int = 0
    back: int = 0
    mended: int = 0
    standing: int = 0
    overdue: int = 0


class RepeatLine(Frozen):
    """屡犯问题 One case: the days on which it came back, and the ends of periods at which it was overdue."""

    unit: str
    site_key: str
    site: str
    finding: str
    rule_id: str
    title: str
    place: str
    state: CaseState
    back_on: tuple[date, ...] = ()
    overdue_at: tuple[date, ...] = ()
    due: date | None = None


class Repeats(Frozen):
    """屡查屡犯 All periods of the span, then the cases by unit."""

    periods: tuple[PeriodLine, ...]
    lines: tuple[RepeatLine, ...]


def period_rows(periods: Iterable[PeriodLine], messages: Messages) -> Iterator[tuple[str, ...]]:
    """各期表"""
    for cells in _period_cells(periods, messages):
        yield tuple(_shown(one) for one in cells)


def unit_rows(lines: Sequence[RepeatLine], messages: Messages) -> Iterator[tuple[str, ...]]:
    """单位表 The worst first."""
    for cells in _unit_cells(lines, messages):
        yield tuple(_shown(one) for one in cells)


def repeats_json(found: Repeats) -> dict[str, Any]:
    """屡查屡犯 JSON"""
    return found.model_dump(mode="json")


def write_repeats(found: Repeats, path: Path, messages: Messages) -> int:
    """写屡犯表 By the ending: CSV holds the cases, XLSX periods, units and cases. Returns the cases. Raises Fault when it cannot."""
    heads = _heads(FINDING_HEADS, messages)
    cases = list(_finding_cells(found.lines, messages))
    if form_of(path) == ".csv":
        write_whole(path, csv_text(heads, cases).encode("utf-8-sig"))
        return len(cases)
    units = _unit_cells(found.lines, messages)
    periods = _period_cells(found.periods, messages)
    write_book(
        [
            Sheet(messages.text("repeat.sheet.units"), _heads(UNIT_HEADS, messages), units),
            Sheet(messages.text("repeat.sheet.findings"), heads, cases),
            Sheet(messages.text("repeat.sheet.periods"), _heads(PERIOD_HEADS, messages), periods),
        ],
        path,
    )
    return len(cases)


def _period_cells(periods: Iterable[PeriodLine], messages: Messages) -> Iterator[tuple[Cell, ...]]:
    for one in periods:
        period = messages.text("repeat.period", starts=one.starts, ends=one.ends)
        yield (period, one.new, one.back, one.mended, one.standing, one.overdue)


def _unit_cells(lines: Sequence[RepeatLine], messages: Messages) -> Iterator[tuple[Cell, ...]]:
    by_unit: dict[str, list[RepeatLine]] = {}
    for line in lines:
        by_unit.setdefault(line.unit, []).append(line)
    rows = [
        (
            unit,
            len({one.site_key for one in theirs}),
            sum(bool(one.back_on) for one in theirs),
            sum(len(one.back_on) for one in theirs),
            sum(bool(one.overdue_at) for one in theirs),
            max(len(one.overdue_at) for one in theirs),
            _named([one.finding for one in theirs], messages),
        )
        for unit, theirs in by_unit.items()
    ]
    yield from sorted(rows, key=lambda row: (-row[3] - row[4], row[0]))


def _finding_cells(lines: Iterable[RepeatLine], messages: Messages) -> Iterator[tuple[Cell, ...]]:
    for one in lines:
        yield (
            one.unit, one.site, one.finding, one.title, one.place, label(messages, "state", one.state),
            _days(one.back_on, messages), _days(one.overdue_at, messages), one.due,
        )  # fmt: skip


def _heads(names: Sequence[str], messages: Messages) -> list[str]:
    return [messages.text(f"repeat.col.{name}") for name in names]


def _days(days: Sequence[date], messages: Messages) -> str | None:
    return messages.text("repeat.join").join(str(day) for day in days) or None


def _named(findings: Sequence[str], messages: Messages) -> str:
    rest = ["…"] if len(findings) > _MOST_NAMED else []
    return messages.text("repeat.join").join([*findings[:_MOST_NAMED], *rest])


def _shown(cell: Cell) -> str:
    return "" if cell is None else plain(str(cell))
