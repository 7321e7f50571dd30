"""栏目对照 What the site's own menu calls its columns, and beside it what was found for each."""

import csv
import io
import unicodedata
from pathlib import Path
from typing import Any

from model import Column, ColumnForm, ColumnKind, Frozen, Site
from report.messages import Messages
from report.output import write_whole
from report.sheet import cell_text
from report.text import cause_text, label, plain, shorten

MAP_HEADS = ("url", "name", "kind", "detected", "source", "like", "form", "above")
_WIDEST_ENTRY = 34
_LONGEST_NAME = 40


class ColumnLine(Frozen):
    """一行 `entry` what the home page's menu calls it; `column` what was found for it.

    `told` how its place below another column is known; `note` why an entry has no column: head, home, article,
    outside, again, not_found. Depths count from 0.
    """

    entry: str | None = None
    entry_depth: int = 0
    column: Column | None = None
    depth: int = 0
    told: str | None = None
    above: str | None = None  # key of the column above
    note: str | None = None


class ColumnsView(Frozen):
    """栏目对照表 `menu` follows the home page's own menu, `elsewhere` the columns it does not lead to."""

    site: Site
    run_id: str
    home_seen: bool
    menu: tuple[ColumnLine, ...] = ()
    elsewhere: tuple[ColumnLine, ...] = ()


def columns_lines(view: ColumnsView, messages: Messages) -> list[str]:
    """打印栏目 One line an entry or column, the menu on the left, aligned for a terminal."""
    width = min(_WIDEST_ENTRY, max((_width(_entry(line)) for line in view.menu), default=0)) + 2
    counted = {line.column.key for line in (*view.menu, *view.elsewhere) if line.column}
    lines = [
        messages.text(
            "columns.head", name=plain(view.site.name or view.site.home), run=view.run_id, count=len(counted)
        )
    ]
    if not view.menu:
        lines.append(messages.text("columns.no_menu" if view.home_seen else "columns.no_home"))
    else:
        lines.append(_padded(messages.text("columns.menu"), width) + messages.text("columns.found"))
    lines += [_padded(_entry(line), width) + _found(line, messages) for line in view.menu]
    if view.elsewhere:
        lines += ["", messages.text("columns.elsewhere")]
        lines += [" " * 2 + _found(line, messages) for line in view.elsewhere]
    return lines


def columns_json(view: ColumnsView) -> dict[str, Any]:
    """栏目 JSON The same lines for programs; rows as counts, not as items."""
    return {
        "run": view.run_id,
        "site": view.site.key,
        "menu": [_fields(line) for line in view.menu],
        "elsewhere": [_fields(line) for line in view.elsewhere],
    }


def write_map(view: ColumnsView, path: Path, messages: Messages) -> int:
    """导出栏目映射 The columns as the sheet a person corrects. Returns the rows; raises Fault when it cannot write.

    The type is filled only where a person has already said it: what is left empty stays with detection.
    """
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow([messages.text(f"map.{name}") for name in MAP_HEADS])
    names = {line.column.key: line.column.name for line in (*view.menu, *view.elsewhere) if line.column}
    rows = {
        line.column.key: (line.column, line.above)
        for line in (*view.menu, *view.elsewhere)
        if line.column and line.column.form is not ColumnForm.LINK_OUT
    }
    for column, above in rows.values():
        told = column.kind_source == "override"
        sheet.writerow(
            cell_text(value)
            for value in (
                _address(column, view.site),
                column.name,
                label(messages, "kind", column.kind) if told else "",
                label(messages, "kind", column.kind),
                label(messages, "kind_source", column.kind_source or "none"),
                _like(column, messages),
                label(messages, "form", column.form),
                names.get(above or "", ""),
            )
        )
    write_whole(path, text.getvalue().encode("utf-8-sig"))
    return len(rows)


def _address(column: Column, site: Site) -> str:
    """The address to click; the site-relative one when the site answers under another host than the roster's."""
    return column.url if column.url.partition("://")[2].partition("/")[0].lower() == site.host else column.key


def _entry(line: ColumnLine) -> str:
    return "  " * line.entry_depth + shorten(plain(line.entry), 16) if line.entry else ""


def _found(line: ColumnLine, messages: Messages) -> str:
    column = line.column
    if column is None:
        return messages.text(f"columns.note.{line.note or 'not_found'}")
    name = shorten(plain(column.name), _LONGEST_NAME)
    if line.note == "again":
        return messages.text("columns.note.again", name=name)
    kind = label(messages, "kind", column.kind)
    source = label(messages, "kind_source", column.kind_source or "none")
    told = [messages.text("columns.kind", kind=kind, source=source)]
    if column.suggested:
        told.append(messages.text("columns.like", kinds=_like(column, messages)))
    if column.form is not ColumnForm.UNKNOWN or not column.unread:
        told.append(label(messages, "form", column.form))
    told += _state(column, messages)
    if line.told and line.told != "crumbs":
        told.append(messages.text(f"columns.told.{line.told}"))
    branch = "  " * (line.depth - 1) + "└ " if line.depth else ""
    return f"{branch}{name}　{messages.text('columns.join').join(told)}"


def _state(column: Column, messages: Messages) -> list[str]:
    """Rows, newest date, and whether it is blank, unread, or read through."""
    if column.unread:
        return [messages.text("columns.unread", cause=cause_text(column.unread, messages))]
    told = []
    if column.items is not None:
        if column.total is not None and column.total != len(column.items):
            told.append(messages.text("columns.rows_of", n=len(column.items), total=column.total))
        elif column.items:
            told.append(messages.text("columns.rows", n=len(column.items)))
    if column.newest:
        told.append(messages.text("columns.newest", day=str(column.newest)))
    elif column.page_date:
        told.append(messages.text("columns.page_date", day=str(column.page_date)))
    if column.blank:
        told.append(messages.text("columns.blank"))
    if column.items and column.complete:
        told.append(messages.text("columns.complete"))
    elif column.items:
        told.append(messages.text("columns.pages", n=column.pages_read))
    if column.bled_pages:
        told.append(messages.text("columns.bled", n=len(column.bled_pages)))
    if column.same_items_as:
        told.append(messages.text("columns.twin", key=plain(column.same_items_as[0])))
    return told


def _like(column: Column, messages: Messages) -> str:
    kinds = (label(messages, "kind", kind) for kind in column.suggested if kind is not ColumnKind.OTHER)
    return messages.text("columns.or").join(kinds)


def _fields(line: ColumnLine) -> dict[str, Any]:
    told: dict[str, Any] = line.model_dump(mode="json", exclude={"column"})
    column = line.column
    if column is None:
        return told | {"column": None}
    fields = column.model_dump(
        mode="json", exclude={"items", "snapshot_ids", "list_pages", "found_on", "elsewhere"}
    )
    fields |= {
        "rows": None if column.items is None else len(column.items),
        "newest": str(column.newest) if column.newest else None,
    }
    return told | {"column": fields}


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * max(1, width - _width(text))
