"""表格逐行 One cell of a sheet people filled in, and what of its rows is wrong."""

from typing import NamedTuple

from audit.spreadsheet import bare_cell, is_error
from model import Fault
from report.text import plain

LONGEST_CELL = 2000


class Wrong(NamedTuple):
    """一行有误 `head` as the sheet writes it, None: the whole row is meant."""

    row: int
    head: str | None
    fault: Fault


def cell(text: str | None) -> str:
    """单元格文字 What somebody wrote. Raises Fault for a formula that came to nothing, and for words without end."""
    bare = bare_cell(plain(text or ""))
    if is_error(bare):
        raise Fault("fault.cell_error", text=bare)
    if len(bare) > LONGEST_CELL:
        raise Fault("fault.cell_too_long", longest=LONGEST_CELL)
    return bare
