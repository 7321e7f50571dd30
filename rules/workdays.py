"""工作日历 Working days of mainland China: holiday notices, a person's own file for other years, else an estimate."""

import os
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from chinese_calendar import constants
from pydantic import ValidationError

from model import Fault, Frozen, WorkCalendar
from rules.document import Document, read_document
from rules.estimated import estimated

FILE = "DUWANG_CALENDAR"  # the variable that names a person's own file
FIRST_YEAR = 2004  # of the notices at hand; documents of any year since then are counted exactly
_LONGEST = 60  # days of one span: longer is a slip of the pen


class YearNotice(Frozen):
    """节假日安排 One year's notice as a person wrote it down: weekdays that are free, weekend days that are worked."""

    document: str
    free: tuple[str, ...]
    worked: tuple[str, ...] = ()


class CalendarFile(Frozen):
    """日历文件 Notices by year; a year given here wins over the notices that come with duwang."""

    years: dict[int, YearNotice]


def work_calendar(first_year: int, last_year: int) -> WorkCalendar:
    """工作日历 Both years included. `years` holds only those whose holiday notice is known.

    For the others the statutory holidays are still taken out, without 调休, so `knows` is False and a deadline
    that falls in them is an estimate. The file that DUWANG_CALENDAR names adds years. Raises Fault `fault.calendar_*`.
    """
    return _calendar(first_year, last_year, os.environ.get(FILE) or None)


@cache
def _calendar(first_year: int, last_year: int, file: str | None) -> WorkCalendar:
    own = read_calendar(Path(file)) if file else {}
    noticed = {day.year for day in constants.holidays}
    known: set[int] = set()
    free: set[date] = set()
    worked: set[date] = set()
    for year in range(first_year, last_year + 1):
        if year in own:
            days_free, days_worked = own[year]
        elif year in noticed:
            days_free = {day for day in constants.holidays if day.year == year}
            days_worked = {day for day in constants.workdays if day.year == year}
        else:
            free |= estimated(year)
            continue
        known.add(year)
        free |= days_free
        worked |= days_worked
    return WorkCalendar(
        years=frozenset(known),
        holidays=frozenset(day for day in free if day.weekday() < 5),
        makeup_days=frozenset(day for day in worked if day.weekday() >= 5),
    )


def read_calendar(path: Path) -> dict[int, tuple[set[date], set[date]]]:
    """读入日历文件 Free and worked days by year. Raises Fault (exit 3) that names file, line, year and what is wrong."""
    try:
        document = read_document(path, path.name)
    except Fault as fault:  # said of rule files, which this is not
        reason = "unreadable" if fault.message_id == "fault.pack_unreadable" else "not_yaml"
        raise Fault(f"fault.calendar_{reason}", **fault.params) from fault
    try:
        entry = CalendarFile.model_validate(document.values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        line = document.line_of(tuple(first["loc"]))
        raise Fault("fault.calendar_field", file=document.file, line=line, field=field) from error
    return {year: _days(year, notice, document) for year, notice in entry.years.items()}


def _days(year: int, notice: YearNotice, document: Document) -> tuple[set[date], set[date]]:
    free = _spans(year, "free", notice.free, document)
    worked = _spans(year, "worked", notice.worked, document)
    for number, text in enumerate(notice.worked):
        if any(day.weekday() < 5 for day in _spans(year, "worked", (text,), document)):
            _refuse("weekday_worked", year, "worked", number, text, document)
        if _spans(year, "worked", (text,), document) & free:
            _refuse("both", year, "worked", number, text, document)
    return free, worked


def _spans(year: int, field: str, texts: tuple[str, ...], document: Document) -> set[date]:
    """Days of `2027-10-01` and of `2027-10-01/2027-10-07`, both ends included."""
    days: set[date] = set()
    for number, text in enumerate(texts):
        first, _, last = text.partition("/")
        try:
            start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError:
            _refuse("date", year, field, number, text, document)
            continue
        if start.year != year or end.year != year or not 0 <= (end - start).days < _LONGEST:
            _refuse("span", year, field, number, text, document)
        days |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return days


def _refuse(what: str, year: int, field: str, number: int, given: str, document: Document) -> None:
    line = document.line_of(("years", str(year), field, number))
    raise Fault(
        f"fault.calendar_{what}", file=document.file, line=line, year=year, field=field, given=given[:40]
    )
