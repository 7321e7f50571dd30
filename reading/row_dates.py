"""行日期 The date of each row: full dates first, year-less ones from their neighbours' years."""

import re
from datetime import date

from model import Dated, DateSource
from reading.dates import Found, full_dates, month_day, plain, with_year
from reading.rows import Group, Row
from reading.tree import beginning, squeeze

_EDGE = re.compile(r"[\[(\s]*$")
_EDGE_END = re.compile(r"^[\])\s]*$")


def date_rows(group: Group, latest: date) -> None:
    """给行定日期 Dates of all rows of a group: full dates first, year-less ones from their neighbours' years."""
    shorts: dict[int, tuple[int, int, str]] = {}
    for index, row in enumerate(group.rows):
        found = _row_date(row.outside, latest)
        if found:
            row.dated = Dated(value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw)
            continue
        for part in row.outside.split("\x1f"):
            pair = month_day(part)
            if pair:
                shorts[index] = (*pair, part.strip())
                break
    if not group.dated and not shorts:
        _glued(group, latest)
    if not group.dated and not shorts:
        _split(group, latest)
    if shorts:
        _infer_years(group, shorts, latest)


def _row_date(outside: str, latest: date) -> Found | None:
    """The last full date outside the link that stands alone or at an edge of its own piece of text."""
    for part in reversed(outside.split("\x1f")):
        dates = full_dates(part, latest)
        if not dates:
            continue
        last = dates[-1]
        around = len(part) - (last.end - last.start)
        if around <= 24 or _EDGE_END.match(part[last.end :]) or _EDGE.match(part[: last.start][-3:]):
            return last
    return None


def _glued(group: Group, latest: date) -> None:
    """Dates glued to the end (or start) of the title: only when most rows have one, so no event date passes."""
    hits: list[tuple[Row, Found, str]] = []
    for row in group.rows:
        text = plain(squeeze(beginning(row.anchor)))
        for found in full_dates(text, latest):
            at_end = _EDGE_END.match(text[found.end :])
            at_start = _EDGE.match(text[: found.start]) and found.start <= 2
            if (at_end or at_start) and found.end - found.start < len(text):
                rest = text[: found.start] if at_end else text[found.end :]
                hits.append((row, found, rest.strip(" \t([])")))
                break
    if len(hits) * 5 >= len(group.rows) * 3:
        for row, found, rest in hits:
            row.dated = Dated(value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw)
            if rest and not row.anchor.get("title"):
                row.title = rest


_DAY = re.compile(r"^\s*(3[01]|[12]\d|0?[1-9])日?\s*$")
_YEAR_MONTH = re.compile(r"^\s*((?:19|20)\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])月?\s*$")


def _split(group: Group, latest: date) -> None:
    """Day and year-month in two elements: `<b>15</b><span>2024-03</span>`."""
    for row in group.rows:
        texts = [*row.outside.split("\x1f")]
        if row.node is not row.anchor and len(list(row.anchor)):
            texts += [plain(text.strip()) for text in map(str, row.anchor.itertext()) if text.strip()]
        days = [match for text in texts if (match := _DAY.match(text))]
        months = [match for text in texts if (match := _YEAR_MONTH.match(text))]
        if len(days) == 1 and len(months) == 1:
            try:
                value = date(int(months[0][1]), int(months[0][2]), int(days[0][1]))
            except ValueError:
                continue
            if value <= latest:
                row.dated = Dated(
                    value=value, source=DateSource.ROW, raw=f"{months[0][0].strip()} {days[0][0].strip()}"
                )


_ADDRESS_DAY = re.compile(
    r"(?:/t|/|=)((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2]|[1-9](?=/))[-/]?(3[01]|[12]\d|0[1-9]|[1-9](?=/))(?=[_/.])"
)


def _address_day(row: Row, latest: date) -> date | None:
    """The day an address was made on: `/t20191122_21957317.html`, `/2020/1/3/`."""
    found = _ADDRESS_DAY.search(row.anchor.get("href") or "")
    try:
        value = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
    return value if value and value <= latest else None


def _infer_years(group: Group, shorts: dict[int, tuple[int, int, str]], latest: date) -> None:
    """A month and day takes the year that keeps the list going down from the last dated row (or the fetch day).

    A row may be up to 31 days newer than the one above it (a pinned or misplaced row) and keep its year.
    """
    ceiling = latest
    for index, row in enumerate(group.rows):
        if row.dated.value:
            ceiling = row.dated.value
            continue
        if index not in shorts:
            continue
        month, day, raw = shorts[index]
        told = _address_day(row, latest)
        if told and (told.month, told.day) == (month, day):
            # the row shows the very day its address was made on, so the address knows the year too
            row.dated = Dated(value=told, source=DateSource.ROW, raw=raw)
            ceiling = told if not index else min(ceiling, told)
            continue
        allowed = min(latest, date.fromordinal(ceiling.toordinal() + 31)) if index else latest
        value = with_year(month, day, allowed)
        if value:
            row.dated = Dated(value=value, source=DateSource.ROW, raw=raw, inferred_year=True)
            ceiling = min(ceiling, value) if index else value
