"""表格 Rows of the sheets people save: CSV in UTF-8 with or without mark, UTF-16 or GBK; commas, tabs or semicolons; or XLSX."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from audit.workbook import ERRORS, is_workbook, visible_sheets
from model import Fault

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 50_000
HEAD_ROWS = 10  # titles and dates may stand above the heads, not more than this
_OLD_BINARY = b"\xd0\xcf\x11\xe0"  # .xls, .et, and every workbook with a password

Row = dict[str, str | None]
BadRows = list[tuple[int, Fault]]
Heads = Mapping[str, tuple[str, ...]]
Line = tuple[int, list[str]]

_QUOTES = r"[\s\"'“”‘’＂＇`]*"
_FORMULA = r"(?=[=+\-@＝＋－＠−﹢﹣﹦﹫])"
ADDRESS = re.compile(r"[./。／]")  # instructions name the heads as well, with words below them
_ARMED = re.compile(rf"^'(?={_QUOTES}{_FORMULA[3:-1]})")
_ARMED_INSIDE = re.compile(rf"([;；]{_QUOTES})'{_FORMULA}")


class Sheet(NamedTuple):
    """表 `heads` the head over each field as it is written; `unknown` heads of no field; rows by their own numbers.

    `title` the name of the sheet within its workbook, None for a CSV.
    """

    heads: dict[str, str]
    unknown: tuple[str, ...]
    rows: list[tuple[int, Row]]
    title: str | None = None


def read_sheet(path: Path, heads: Heads, needed: str, telling: re.Pattern[str] = ADDRESS) -> Sheet:
    """读表 The rows under the heads, by the spreadsheet's own numbers. Hidden rows are rows; empty ones are none.

    `heads` gives the words people write over each field, compared without spaces and case. The heads stand in the first
    of the first ten rows that has one for `needed`; of a workbook the visible sheet is read that has such a row and
    below it cells in which `telling` is found (addresses). Without any, the Sheet is empty. Of two columns for one field
    the first counts. Raises Fault when it cannot be read, and when several visible sheets have such cells: none of them
    is dropped without a word.
    """
    content = content_of(path)
    if is_workbook(content):
        told = [
            _under_heads(lines, heads, needed, path)._replace(title=title)
            for title, lines in visible_sheets(content, path)
        ]
        headed = [one for one in told if one.heads]
        full = [one for one in headed if any(telling.search(row[needed] or "") for _, row in one.rows)]
        if len(full) > 1:
            names = "、".join(str(one.title) for one in full)
            raise Fault("fault.sheet_several", path=str(path), count=len(full), names=names)
        return next(iter(full or headed), Sheet({}, (), []))
    return _under_heads(_csv_lines(content, heads, path), heads, needed, path)


def lines_of(content: bytes, heads: Heads, path: Path) -> Iterator[tuple[str | None, Iterator[Line]]]:
    """各表之行 Name (None: a CSV) and lines of every visible sheet, as they are. `heads` tell what a CSV is parted by."""
    if is_workbook(content):
        yield from visible_sheets(content, path)
    else:
        yield None, _csv_lines(content, heads, path)


def bare_cell(text: str) -> str:
    """还原单元格 Without the apostrophes that our own sheets put where a formula would begin."""
    bare = _ARMED_INSIDE.sub(r"\1", _ARMED.sub("", text))
    return bare if bare == text else bare_cell(bare)


def is_error(cell: str) -> bool:
    """公式错误 Whether a formula stood here that came to nothing."""
    return cell.upper() in ERRORS


def content_of(path: Path) -> bytes:
    """文件内容 Raises Fault when it cannot be read, is too large, or is of a format of before 2007."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Fault("fault.sheet_too_large", path=str(path), megabytes=MAX_BYTES // 2**20)
        content = path.read_bytes()
    except OSError as error:
        raise Fault("fault.sheet_unreadable", path=str(path), reason=error.strerror or str(error)) from None
    if content.startswith(_OLD_BINARY):
        raise Fault("fault.sheet_old_format", path=str(path))
    return content


def _csv_lines(content: bytes, heads: Heads, path: Path) -> Iterator[Line]:
    text = _text(content)
    if "\0" in text or "\ufffd" in text or text.lstrip()[:1] == "<":
        raise Fault("fault.sheet_not_csv", path=str(path))
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, heads)))
    except csv.Error:
        raise Fault("fault.sheet_not_csv", path=str(path)) from None
    yield from enumerate(lines, start=1)


def _text(content: bytes) -> str:
    """Excel saves "Unicode text" as UTF-16 with a mark."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _delimiter(text: str, heads: Heads) -> str:
    """The comma, the tab or the semicolon: whichever parts one of the first lines into the most known heads."""
    first = text.splitlines()[:HEAD_ROWS]
    known = {
        mark: max((sum(_field(cell.strip('"'), heads) is not None for cell in line.split(mark)) for line in first), default=0)
        for mark in ",\t;"
    }  # fmt: skip
    return max(known, key=lambda mark: known[mark])


def _under_heads(lines: Iterable[Line], heads: Heads, needed: str, path: Path) -> Sheet:
    rest = iter(lines)
    top = list(islice(rest, HEAD_ROWS))
    has = [needed in {_field(cell, heads) for cell in cells} for _, cells in top]
    if not any(has):
        return Sheet({}, (), [])
    place = has.index(True)
    while place + 1 < len(has) and has[place + 1]:  # heads that are merged over two rows
        place += 1
    written = top[place][1]
    fields: list[str | None] = []
    for cell in written:
        field = _field(cell, heads)
        fields.append(field if field not in fields else None)
    known = {field: bare.strip() for field, bare in zip(fields, written, strict=True) if field}
    unknown = tuple(
        cell.strip() for field, cell in zip(fields, written, strict=True) if not field and cell.strip()
    )
    rows: list[tuple[int, Row]] = []
    for number, cells in [*top[place + 1 :], *rest]:
        if not any(cell.strip() for cell in cells):
            continue
        row: Row = dict.fromkeys(known, "")  # a short line has empty cells at its end
        row |= {field: cell for field, cell in zip(fields, cells, strict=False) if field}
        if (
            "".join((row[needed] or "").split()).lower() in heads[needed]
        ):  # the heads again, as on every page of a print
            continue
        if len(rows) == MAX_ROWS:
            raise Fault("fault.sheet_too_long", path=str(path), rows=MAX_ROWS)
        rows.append((number, row))
    return Sheet(known, unknown, rows)


def _field(head: str, heads: Heads) -> str | None:
    bare = re.sub(r"\s+", "", head).lower()
    return next((field for field, names in heads.items() if bare in names), None) if bare else None
