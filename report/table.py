"""表格 One table as a file, CSV or XLSX by its name. No cell is ever a formula."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from model import Fault
from report.book import Cell, Sheet, write_book
from report.output import write_whole
from report.sheet import csv_text

FORMS = (".csv", ".xlsx")


def form_of(path: Path) -> str:
    """格式 The ending, one of FORMS. Raises Fault (exit 3) for any other, before anything is gathered."""
    ending = path.suffix.lower()
    if ending not in FORMS:
        raise Fault("fault.table_form", path=str(path))
    return ending


def write_table(path: Path, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """写表格 CSV (utf-8 with mark, CRLF) or XLSX with `title` as its sheet's name. Returns the rows. Raises Fault when it cannot."""
    filled = list(rows)
    if form_of(path) == ".csv":
        write_whole(path, csv_text(heads, filled).encode("utf-8-sig"))
    else:
        write_book([Sheet(title, heads, filled)], path)
    return len(filled)
