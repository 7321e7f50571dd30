"""逐行回应 What a person is told when rows of a sheet are wrong, or its columns unknown."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gate.terminal import complain
from gate.words import say
from model import Fault
from report.text import plain

if TYPE_CHECKING:
    from audit.desk.rows import Wrong

_MOST_TOLD = 50


def refuse(path: Path, wrong: "Sequence[Wrong]") -> NoReturn:
    """退回 Every wrong row, as far as anybody would read them; then a Fault (exit 3)."""
    for one in wrong[:_MOST_TOLD]:
        reason = say(one.fault.message_id, **one.fault.params)
        if one.head:
            complain(say("sites.bad_cell", row=one.row, head=plain(one.head), reason=reason))
        else:
            complain(say("sites.bad_row", row=one.row, reason=reason))
    if len(wrong) > _MOST_TOLD:
        complain(say("sheet.refused_more", count=len(wrong) - _MOST_TOLD))
    raise Fault("fault.sheet_rows", path=str(path), count=len({one.row for one in wrong}))


def tell_read(title: str | None, unknown: Sequence[str]) -> None:
    """所读 Which sheet of a workbook was read, and the columns that were left aside."""
    if title is not None:
        print(say("sites.read_sheet", name=plain(title)))
    if unknown:
        print(say("sheet.unknown_heads", heads=plain(say("roster.join").join(unknown))))
