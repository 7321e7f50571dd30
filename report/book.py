"""工作簿 Sheets as one XLSX file for Excel, WPS and LibreOffice. No cell is ever a formula or a link.

What a stranger wrote is a string cell whatever it looks like; one that would wake up as a formula when somebody edits
it carries the mark that keeps it text. Figures and days are figures and days, so that people can sort and add them.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from model import SHANGHAI
from report.output import write_whole
from report.text import plain

Cell = str | int | Decimal | date | datetime | None

MOST_ROWS = 1_048_576  # of one sheet, its head among them
_LONGEST_CELL = 32_000  # a cell holds 32,767 UTF-16 units
_LONGEST_NAME = 31  # of a sheet, in UTF-16 units
_WIDEST, _NARROWEST, _WIDTH_ROWS = 34, 6, 500  # widths are those of the first rows: none are held back
_MINUTE = 16  # characters of 2026-11-21 09:00
_LINE_POINTS, _MOST_LINES = 15, 12  # a cell that needs more lines than that is read where it is edited
# What a program would take for a formula, a figure or a day as soon as somebody edits the cell.
_WAKES = re.compile(r"[\s\"'“”‘’＂＇`]*[=+\-@＝＋－＠−﹢﹣﹦﹫]|[\d.,/:%-]+$")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


class Sheet(NamedTuple):
    """工作表 `heads` above `rows`, each row as many cells as heads; `widths` in half-width characters, 0: by content.

    `choices`: by column the words its cells may hold, offered as a list in the first `choice_rows` rows.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    choices: Mapping[int, Sequence[str]] = {}
    choice_rows: int = 0


def write_book(sheets: Sequence[Sheet], path: Path) -> None:
    """写工作簿 Raises Fault when the file cannot be written."""
    write_whole(path, render_book(sheets))


def render_book(sheets: Sequence[Sheet]) -> bytes:
    """工作簿内容 The XLSX file: frozen heads with filters, wrapped text, the same memory for any number of rows."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )  # fmt: skip
    look = {"valign": "top", "text_wrap": True}
    formats = _Formats(
        head=book.add_format({"bold": True, "valign": "vcenter", "text_wrap": True, "bg_color": "#E8EDF3", "bottom": 1}),
        text=book.add_format(look),
        guarded=book.add_format(look | {"quote_prefix": True}),
        figure=book.add_format(look),
        day=book.add_format(look | {"num_format": "yyyy-mm-dd"}),
        minute=book.add_format(look | {"num_format": "yyyy-mm-dd hh:mm"}),
    )  # fmt: skip
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book.add_worksheet(_name(sheet.name, taken)), sheet, formats)
    # The moment of writing would make other bytes of the same findings.
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the format has no time zone
    book.close()
    return content.getvalue()


class _Formats(NamedTuple):
    head: Format
    text: Format
    guarded: Format
    figure: Format
    day: Format
    minute: Format


def _write_sheet(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    rows = iter(sheet.rows)
    first = list(islice(rows, _WIDTH_ROWS))
    widths = [
        (sheet.widths[place] if place < len(sheet.widths) else 0)
        or _fitting(head, [row[place] for row in first])
        for place, head in enumerate(sheet.heads)
    ]
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(8)  # A3
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for place, head in enumerate(sheet.heads):
        page.write_string(0, place, plain(head), formats.head)
    count = 0
    for count, row in enumerate(chain(first, rows), start=1):
        if count >= MOST_ROWS:
            raise ValueError("more rows than a sheet holds")
        page.set_row(count, _height(row, widths))
        for place, value in enumerate(row):
            _write_cell(page, count, place, value, formats)
    for place, words in sheet.choices.items():
        page.data_validation(1, place, sheet.choice_rows, place, {"validate": "list", "source": list(words)})
    last = len(sheet.heads) - 1
    page.autofilter(0, 0, count, last)
    page.ignore_errors({"number_stored_as_text": _area(count, last)})  # codes are text, and no mistake


def _write_cell(page: Worksheet, row: int, place: int, value: Cell, formats: _Formats) -> None:
    if value is None or value == "":
        page.write_blank(row, place, None, formats.text)
    elif isinstance(value, datetime):
        page.write_datetime(row, place, value.astimezone(SHANGHAI).replace(tzinfo=None), formats.minute)
    elif isinstance(value, date):
        page.write_datetime(row, place, value, formats.day)
    elif isinstance(value, int | Decimal):
        page.write_number(row, place, value, formats.figure)
    else:
        text = _cut(plain(value))
        page.write_string(row, place, text, formats.guarded if _WAKES.match(text) else formats.text)


def _cut(text: str) -> str:
    return text.encode("utf-16-le")[: _LONGEST_CELL * 2].decode("utf-16-le", "ignore")


def _name(wanted: str, taken: set[str]) -> str:
    """A name a sheet may have: no forbidden character, no apostrophe at an end, not too long, not there before."""
    bare = _NOT_IN_NAMES.sub("_", plain(wanted)).strip("'") or "Sheet"
    for number in range(1, 1000):
        suffix = f"~{number}" if number > 1 else ""
        units = (_LONGEST_NAME - len(suffix)) * 2
        name = bare.encode("utf-16-le")[:units].decode("utf-16-le", "ignore").strip("'") + suffix
        if name.casefold() not in taken and name.casefold() != "history":
            taken.add(name.casefold())
            return name
    raise ValueError("too many sheets of one name")


def _fitting(head: str, cells: Iterable[Cell]) -> int:
    """A width in which heads stand on one line and most texts on a few."""
    longest = max((_length(value) for value in cells if value is not None), default=0)
    return max(
        _NARROWEST, min(_WIDEST, max(_cells(head) + 4, longest + 2))
    )  # the filter's arrow takes its room


def _height(row: Sequence[Cell], widths: Sequence[int]) -> float:
    """Points a row needs for its longest cell: not every program fits rows to wrapped text by itself."""
    lines = 1
    for value, width in zip(row, widths, strict=True):
        if isinstance(value, str):
            lines = max(lines, -(-_cells(value) // max(width - 1, 1)))
    return _LINE_POINTS * min(lines, _MOST_LINES)


def _length(value: Cell) -> int:
    return _MINUTE if isinstance(value, datetime) else _cells(str(value))  # as it is shown, to the minute


def _cells(text: str) -> int:
    """Half-width characters a text takes: a Chinese one is two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text[:1000])


def _area(rows: int, last: int) -> str:
    letters = ""
    place = last + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return f"A1:{letters}{rows + 1}"
