"""拆开的日期 Dates whose parts stand in elements of their own: day and month in one, the year in another."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from reading.dates import month_day

_LONGEST = 24  # characters of a piece that can be part of a date
_DAY = re.compile(r"^\s*(3[01]|[12]\d|0?[1-9])\s*日?\s*$")
_MONTH = re.compile(r"^\s*(1[0-2]|0?[1-9])\s*月\s*$")
_YEAR = re.compile(r"^\s*((?:19|20)\d\d)\s*[-/.年]?\s*$")
_YEAR_MONTH = re.compile(r"^\s*((?:19|20)\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]?\s*$")
_DAY_FIRST = re.compile(
    r"^\s*(3[01]|[12]\d|0?[1-9])日?[\s/|,]+((?:19|20)\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])月?\s*$"
)
_YEAR_LAST = re.compile(
    r"^\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12]\d|0?[1-9])日?[\s/|,]+((?:19|20)\d\d)年?\s*$"
)
_PACKED = re.compile(r"^\s*[\[(]?\s*((?:19|20)\d\d)(0[1-9]|1[0-2])(3[01]|[12]\d|0[1-9])\s*[\])]?\s*$")
_SHORT_YEAR = re.compile(
    r"^\s*[\[(]?\s*(\d\d)([-/.])(1[0-2]|0[1-9])\2(3[01]|[12]\d|0[1-9])(?:\s+\d\d?:\d\d(?::\d\d)?)?\s*[\])]?\s*$"
)


class Pieced(NamedTuple):
    """拼出的日期 The day and the pieces it was told by, as they stand in the row."""

    day: date
    raw: str


def pieced(pieces: Sequence[str], latest: date) -> Pieced | None:
    """拼日期 One day told by neighbouring short pieces; None when none or several can be put together."""
    made: set[Pieced] = set()
    for index, piece in enumerate(pieces):
        if len(piece) > _LONGEST or not any(char.isdigit() for char in piece):
            continue
        near = [text for text in (*pieces[max(0, index - 2) : index], *pieces[index + 1 : index + 3])]
        found = _alone(piece) or _with_year(piece, near) or _with_month(piece, near)
        if found is not None and found.day <= latest:
            made.add(found)
    days = {found.day for found in made}
    return max(made, key=lambda found: len(found.raw)) if len(days) == 1 else None


def _alone(piece: str) -> Pieced | None:
    """`15 2024-03`, `03-15 2024`: all in one piece, the year last."""
    found = _DAY_FIRST.match(piece)
    if found:
        return _made(int(found[2]), int(found[3]), int(found[1]), piece)
    found = _YEAR_LAST.match(piece)
    return _made(int(found[3]), int(found[1]), int(found[2]), piece) if found else None


def _with_year(piece: str, near: Sequence[str]) -> Pieced | None:
    """`03-15` beside `2024`."""
    pair = month_day(piece)
    if pair is None:
        return None
    years = {int(found[1]): text for text in near if (found := _YEAR.match(text))}
    if len(years) != 1:
        return None
    ((year, text),) = years.items()
    return _made(year, *pair, f"{text.strip()} {piece.strip()}")


def _with_month(piece: str, near: Sequence[str]) -> Pieced | None:
    """`15` beside `2024-03`, or beside `3月` and `2024`."""
    day = _DAY.match(piece)
    if day is None:
        return None
    whole = [(int(found[1]), int(found[2]), text) for text in near if (found := _YEAR_MONTH.match(text))]
    if len(whole) == 1:
        return _made(whole[0][0], whole[0][1], int(day[1]), f"{whole[0][2].strip()} {piece.strip()}")
    months = [(int(found[1]), text) for text in near if (found := _MONTH.match(text))]
    years = [(int(found[1]), text) for text in near if (found := _YEAR.match(text))]
    if len(months) == 1 and len(years) == 1:
        raw = f"{years[0][1].strip()} {months[0][1].strip()} {piece.strip()}"
        return _made(years[0][0], months[0][0], int(day[1]), raw)
    return None


def month_and_day(pieces: Sequence[str]) -> tuple[int, int, str] | None:
    """月日分写 `15` beside `3月`, without a year: (month, day, raw)."""
    for index, piece in enumerate(pieces):
        day = _DAY.match(piece)
        if day is None or len(piece) > _LONGEST:
            continue
        for text in (*pieces[max(0, index - 1) : index], *pieces[index + 1 : index + 2]):
            month = _MONTH.match(text)
            if month and (made := _made(2000, int(month[1]), int(day[1]), f"{text.strip()} {piece.strip()}")):
                return made.day.month, made.day.day, made.raw
    return None


def packed(pieces: Sequence[str], latest: date) -> Pieced | None:
    """连写日期 `20240315` or `24-03-15` as a whole piece; for lists in which most rows have one."""
    for piece in reversed(pieces):
        found = _PACKED.match(piece)
        year = int(found[1]) if found else 0
        if found is None:
            found = _SHORT_YEAR.match(piece)
            if found is None:
                continue
            year, parts = 2000 + int(found[1]), (int(found[3]), int(found[4]))
        else:
            parts = (int(found[2]), int(found[3]))
        made = _made(year, *parts, piece.strip())
        if made is not None and made.day <= latest:
            return made
    return None


def _made(year: int, month: int, day: int, raw: str) -> Pieced | None:
    try:
        return Pieced(date(year, month, day), " ".join(raw.split()))
    except ValueError:
        return None
