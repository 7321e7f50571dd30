"""工作簿 Rows of XLSX files: values only, nothing is evaluated, nothing outside the file is looked at, sizes are capped."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from model import Fault

MAX_UNPACKED = 96 * 1024 * 1024
MAX_PARTS = 2000
MAX_COLUMNS = 256
LAST_ROW = 1_048_576  # no sheet has more; a row that says it is further down is not gone to
NOT_COMPUTED = "#EMPTY!"  # a formula that no program has worked out yet
ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", NOT_COMPUTED})

Line = tuple[int, list[str]]
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,99}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_FORMULA_ALONE = re.compile(  # no value behind it; one that is said to be an empty text was worked out
    rb'<(?:\w+:)?c\s(?![^>]{0,200}t="str")[^>]{0,99}?r="([A-Z]{1,3}\d{1,7})"[^>]{0,200}>\s*<(?:\w+:)?f(?:\s[^>]{0,999})?(?:/>|>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


class _Marks(NamedTuple):
    """What a sheet says of its cells besides their values: merged ranges by first row, formulas without a value by row."""

    merged: list[tuple[int, int, int, int]]  # first column and row, last column and row
    alone: Mapping[int, set[int]]


class _Reader(ExcelReader):  # type: ignore[misc]
    """openpyxl makes a dozen objects of every shared text, and of ten thousand rows most of its time goes there."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = [
                    _shared(node) for _, node in iterparse(source) if node.tag == f"{{{SHEET_MAIN_NS}}}si"
                ]


def is_workbook(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def visible_sheets(content: bytes, path: Path) -> Iterator[tuple[str, Iterator[Line]]]:
    """可见工作表 Name and lines of every visible sheet, lines with their numbers: every cell as text, merged cells filled.

    Raises Fault when it is no workbook, unpacks to too much, or declares what no workbook needs.
    """
    try:
        parts = _parts(content, path)
        reader = _Reader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        reader.read()
        sheets = [
            one
            for one in reader.wb.worksheets
            if isinstance(one, ReadOnlyWorksheet) and one.sheet_state == "visible"
        ]
        for sheet in sheets:
            marks = _marks(parts, sheet._worksheet_path.lstrip("/"))
            yield str(sheet.title), _whole(_lines(sheet, marks), path)
    except Fault:
        raise
    except Exception:  # whatever a damaged file makes the library stumble over
        raise Fault("fault.sheet_not_workbook", path=str(path)) from None


def _whole(lines: Iterator[Line], path: Path) -> Iterator[Line]:
    try:
        yield from lines
    except Exception:
        raise Fault("fault.sheet_not_workbook", path=str(path)) from None


def cell_of(value: Any) -> str:
    """单元格文字 A value as people would type it: days as 2026-11-22, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _shared(node: Any) -> str:
    """A text without its looks: its own, then that of its runs; how it is pronounced stands beside them and is left out."""
    own, run = f"{{{SHEET_MAIN_NS}}}t", f"{{{SHEET_MAIN_NS}}}r"
    text = "".join(one.findtext(own) or "" for one in (node, *node.findall(run)))
    node.clear()
    return text.replace("x005F_", "")


def _parts(content: bytes, path: Path) -> zipfile.ZipFile:
    """The parts, after their sizes and beginnings were looked at. No part unpacks to more than it says."""
    parts = zipfile.ZipFile(io.BytesIO(content))
    told = parts.infolist()
    if len(told) > MAX_PARTS or sum(part.file_size for part in told) > MAX_UNPACKED:
        raise Fault("fault.sheet_unpacks_large", path=str(path), megabytes=MAX_UNPACKED // 2**20)
    for part in told:
        if part.filename.endswith((".xml", ".rels")):
            with parts.open(part) as file:
                if _DECLARES.search(file.read()):
                    raise Fault("fault.sheet_not_workbook", path=str(path))
    return parts


def _marks(parts: zipfile.ZipFile, name: str) -> _Marks:
    text = parts.read(name)
    merged = [range_boundaries(found.decode()) for found in _MERGED.findall(text)]
    alone: dict[int, set[int]] = {}
    for found in _FORMULA_ALONE.findall(text) if b"<f" in text or b":f" in text else ():
        column, row, *_ = range_boundaries(found.decode())
        alone.setdefault(row, set()).add(column)
    return _Marks(sorted(merged, key=lambda one: one[1]), alone)


def _lines(sheet: ReadOnlyWorksheet, marks: _Marks) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    waiting = list(reversed(marks.merged))
    open_ones: list[
        tuple[int, int, int, str]
    ] = []  # first and last column, last row, what the first cell holds
    rows = sheet.iter_rows(min_row=1, max_row=LAST_ROW, max_col=MAX_COLUMNS, values_only=True)
    gap: object = None
    for number, values in enumerate(rows, start=1):
        if values is gap:  # rows the file does not have are one and the same
            continue
        alone = marks.alone.get(number, ())
        if values.count(None) == len(values) and not alone:
            gap = values
            continue
        cells = _cells(values)
        for column in alone:
            if column <= MAX_COLUMNS:
                cells += [""] * (column - len(cells))
                cells[column - 1] = NOT_COMPUTED
        while waiting and waiting[-1][1] <= number:
            left, first, right, last = waiting.pop()
            if first == number and left <= len(cells):
                open_ones.append((left, min(right, MAX_COLUMNS), last, cells[left - 1]))
        open_ones = [one for one in open_ones if one[2] >= number]
        if len(open_ones) > MAX_COLUMNS:  # ranges that overlap: no program writes that
            raise ValueError("merged cells overlap")
        for left, right, _, value in open_ones:
            cells += [""] * (right - len(cells))
            for place in range(left - 1, right):
                cells[place] = cells[place] or value
        yield number, cells


def _cells(values: Sequence[Any]) -> list[str]:
    """As text, up to the last that holds anything."""
    cells: list[str] = []
    left = len(values) - values.count(None)
    for value in values:
        if not left:
            break
        left -= value is not None
        cells.append(value if type(value) is str else cell_of(value))
    return cells
