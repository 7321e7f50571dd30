"""Workbooks as people and programs save them, made for tests: by openpyxl, and part by part where it would not."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def workbook(
    path: Path, rows: Sequence[Sequence[Any]], touch: Callable[[Worksheet], None] | None = None
) -> Path:
    """One sheet of these rows; `touch` may merge, hide or write more."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    if touch:
        touch(sheet)
    book.save(path)
    return path


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same workbook with one part changed: what no library writes."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            content = before.read(info)
            if info.filename == part:
                assert old in content
                content = content.replace(old, new)
            after.writestr(info.filename, content)
    path.write_bytes(made.getvalue())
    return path
