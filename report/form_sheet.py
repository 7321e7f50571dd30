"""填报表 A sheet for people to fill in, CSV or XLSX: heads, what is known already, and lists to choose from."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from model import Fault
from report.book import Cell, Sheet, write_book
from report.messages import Messages
from report.output import write_whole
from report.sheet import csv_text

# What people have yet to write: at length, or a day, which shows as ######## where it has no room.
_WIDE = {
    "reason": 30, "note": 30, "fault": 20, "url": 34, "source": 16, "on": 12, "opinion": 10, "reviewer": 10, "rater": 14,
    "recorder": 10,
}  # fmt: skip
_SPARE = 500  # rows below the last that offer the same choices


def write_form(
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    path: Path,
    messages: Messages,
    *,
    choices: Mapping[str, tuple[str, Sequence[str]]],
    items: Sequence[Sequence[Cell]] = (),
) -> None:
    """写填报表 By the ending: .csv (utf-8 with mark, CRLF) or .xlsx. `columns`: texts `form.<column>`. `choices`: for a
    column the family of labels and the values a cell may hold. `items`: a second sheet to look items up in, XLSX only.

    Raises Fault for another ending, and when it cannot write.
    """
    heads = [messages.text(f"form.{column}") for column in columns]
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise Fault("fault.form_ending", path=str(path))
    if ending == ".csv":
        write_whole(path, csv_text(heads, rows).encode("utf-8-sig"))
        return
    lists = {
        columns.index(column): tuple(messages.text(f"{family}.{value}") for value in values)
        for column, (family, values) in choices.items()
    }
    widths = [_WIDE.get(column, 0) for column in columns]
    sheets = [Sheet(name, heads, rows, widths, choices=lists, choice_rows=len(rows) + _SPARE)]
    if items:
        of_items = [messages.text(f"form.{column}") for column in ("item", "rule", "full", "pack")]
        sheets.append(Sheet(messages.text("form.items"), of_items, items))
    write_book(sheets, path)
