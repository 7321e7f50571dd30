"""表格 Rows of the CSV files people save from a spreadsheet: UTF-8 with or without mark, or GBK; commas, tabs or semicolons."""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from model import Fault

MAX_BYTES = 16 * 1024 * 1024

Row = dict[str, str | None]
BadRows = list[tuple[int, Fault]]
Heads = Mapping[str, tuple[str, ...]]


def sheet_rows(sheet: Path, heads: Heads) -> tuple[set[str], list[tuple[int, Row]]]:
    """读表 The fields that have a head, and the rows that hold anything, by the spreadsheet's own numbers.

    The heads are row 1; `heads` gives the words people write over each field, compared without spaces. Raises
    Fault when the file cannot be read or is no CSV.
    """
    try:
        if sheet.stat().st_size > MAX_BYTES:
            raise Fault("fault.sheet_too_large", path=str(sheet), megabytes=MAX_BYTES // 2**20)
        content = sheet.read_bytes()
    except OSError as error:
        raise Fault("fault.sheet_unreadable", path=str(sheet), reason=error.strerror or str(error)) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise Fault("fault.sheet_not_csv", path=str(sheet))
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text, heads)))
    except csv.Error:
        raise Fault("fault.sheet_not_csv", path=str(sheet)) from None
    fields = [_field(cell, heads) for cell in lines[0]] if lines else []
    rows: list[tuple[int, Row]] = [
        (number, {field: cell for field, cell in zip(fields, line, strict=False) if field})
        for number, line in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in line)
    ]
    return {field for field in fields if field}, rows


def _delimiter(text: str, heads: Heads) -> str:
    """The comma, the tab or the semicolon: whichever parts the first line into the most known heads."""
    first = text.partition("\n")[0].strip("\r")
    known = {
        mark: sum(_field(cell.strip('"'), heads) is not None for cell in first.split(mark)) for mark in ",\t;"
    }
    return max(known, key=lambda mark: known[mark])


def _field(head: str, heads: Heads) -> str | None:
    bare = re.sub(r"\s+", "", head).lower()
    return next((field for field, names in heads.items() if bare in names), None)
