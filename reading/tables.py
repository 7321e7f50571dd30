"""表格 What somebody who looks at a page could copy off it: its tables cell by cell, merged ones filled, and its lines."""

import re
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from reading.charset import decode
from reading.comments import without_comments
from reading.inert import without_inert
from reading.tree import Node, is_hiding, parse, squeeze
from reading.walk import Walk

Grid = tuple[tuple[str, ...], ...]

MOST_CELLS = 200_000  # of a page: merged cells that claim more are cut
_MOST_SPAN = 1000  # Fact: browsers heed no more columns, and rows no further than the table goes
_MOST_DEEP = 60  # tables within tables
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w\-:.]+)", re.I)
_UNREAD = frozenset({"script", "style", "noscript", "template"})


class PageTables(NamedTuple):
    """页面表格 `tables` in the order of the page, those within others too; `lines` all it shows; `meta` by name."""

    tables: tuple[Grid, ...]
    lines: tuple[str, ...]
    meta: dict[str, str]


def page_tables(body: bytes, content_type: str | None = None) -> PageTables:
    """读表格 Never raises: a page without any has none. What is hidden is not read."""
    told = _CHARSET.search(content_type or "")
    text, _ = decode(body, told.group(1) if told else None)
    root = parse(without_inert(without_comments(text)))
    left = [MOST_CELLS]
    tables = tuple(grid for rows in _tables(root) if (grid := _grid(rows, left)))
    return PageTables(tables, tuple(Walk(root).text().splitlines()), _meta(root))


def _meta(root: Node) -> dict[str, str]:
    return {
        name.lower(): content.strip()
        for node in root.iter("meta")
        if (name := node.get("name")) and (content := node.get("content"))
    }


def _tables(root: Node) -> Iterable[list[Node]]:
    """Rows of every table that can be seen, each told to the table right around it. Ancestors come first."""
    rows: dict[Node, list[Node]] = {}
    for table in root.iter("table"):
        if _in_sight(table, rows):
            rows[table] = []
    for row in root.iter("tr"):
        around = next(row.iterancestors("table"), None)
        if around in rows and not is_hiding(row):
            rows[around].append(row)
    return rows.values()


def _in_sight(table: Node, seen: Container[Node]) -> bool:
    """Up to the next table around it, of which it is known already."""
    if is_hiding(table):
        return False
    for node in table.iterancestors():
        if node.tag == "table":
            return node in seen
        if is_hiding(node):
            return False
    return True


def _grid(found: list[Node], left: list[int]) -> Grid:
    """Rows as wide as they are; a cell that spans several stands in each of them."""
    rows: list[tuple[str, ...]] = []
    hanging: dict[int, tuple[int, str]] = {}  # by column: rows still to go, and the text
    for row in found:
        cells: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th") or is_hiding(cell):
                continue
            _take_hanging(cells, hanging, left)
            text = squeeze("".join(_texts(cell)))
            down = _span(cell, "rowspan")
            for _ in range(min(_span(cell, "colspan"), left[0])):
                left[0] -= 1
                if down > 1:
                    hanging[len(cells)] = (down - 1, text)
                cells.append(text)
        _take_hanging(cells, hanging, left)
        rows.append(tuple(cells))
        if left[0] <= 0:
            break
    return tuple(rows)


def _take_hanging(cells: list[str], hanging: dict[int, tuple[int, str]], left: list[int]) -> None:
    """Cells of rows above that reach into this one, from where it stands on."""
    while (held := hanging.pop(len(cells), None)) is not None:
        rest, text = held
        left[0] -= 1
        if rest > 1:
            hanging[len(cells)] = (rest - 1, text)
        cells.append(text)


def _texts(node: Node, deep: int = 0) -> Iterator[str]:
    """Of a cell without what a table within it says: that is a table of its own."""
    yield node.text or ""
    for one in node:
        if isinstance(one.tag, str) and one.tag not in _UNREAD and one.tag != "table" and not is_hiding(one):
            if deep < _MOST_DEEP:
                yield from _texts(one, deep + 1)
            else:
                yield etree.tostring(one, method="text", encoding="unicode", with_tail=False)
        yield one.tail or ""


def _span(cell: Node, name: str) -> int:
    told = (cell.get(name) or "").strip()
    return min(max(int(told), 1), _MOST_SPAN) if told.isascii() and told.isdigit() else 1
