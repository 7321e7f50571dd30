"""行单元 Which element around a link is its row: the smallest part of the page that comes again and again."""

import re
from collections import Counter
from itertools import islice

from reading.dates import FULL, plain
from reading.tree import Node, beginning, squeeze

ROW_TAGS = frozenset({"li", "tr", "dd", "dt"})
_HOLDERS = frozenset({"ul", "ol", "table", "tbody", "dl"})
STOP = frozenset({"body", "html", "form"})
CLIMB = 25
_ROW_LINKS, _CARD_LINKS = 5, 3
_CELLS, _DAY_TEXT = 12, 24
_DAY = re.compile(r"\d[-/.月]\s?\d{1,2}(?!\d)")
_LEVELS, _ROW_TEXT = 4, 120
_ALIKE = 2  # like parts beside one that make it a unit


class Units:
    """单元簿 `counts` tells how many titled links stand below an element."""

    def __init__(self, counts: dict[Node, int]) -> None:
        self._counts = counts
        self._shapes: dict[Node, Counter[tuple[object, str]]] = {}

    def row_of(self, anchor: Node) -> Node:
        """所在行 The nearest li, tr, dd or dt with few links; else the part around the link that has like parts
        beside it; else the widest element around this link alone."""
        node = widest = anchor
        for _ in range(CLIMB):
            parent = node.getparent()
            if parent is None or parent.tag in STOP:
                break
            count = self._counts.get(parent, 0)
            if parent.tag in ROW_TAGS and count <= _ROW_LINKS:
                return (
                    node if count > 1 and node.tag == "td" and self._paired(parent) else self._whole(parent)
                )
            if (
                node.tag != "a"
                and self._alike(node, parent) >= _ALIKE
                and self._counts.get(node, 0) <= _CARD_LINKS
            ):
                return node
            if count == 1:
                widest = parent
            elif (
                parent.tag in _HOLDERS
                or count > _ROW_LINKS
                or (self._alike(node, parent) and not self._card(node, parent))
            ):
                break
            node = parent
        return widest

    def _card(self, node: Node, parent: Node) -> bool:
        """Whether like links beside each other are one card (kind and title), as others stand beside it."""
        above = parent.getparent()
        return (
            node.tag == "a"
            and self._counts.get(parent, 0) <= _CARD_LINKS
            and above is not None
            and above.tag != "html"
            and self._alike(parent, above) >= _ALIKE
        )

    def _paired(self, row: Node) -> bool:
        """Whether a table row holds several rows side by side: link, day, link, day."""
        kinds = ""
        for cell in islice(row.iterchildren("td"), _CELLS):
            if self._counts.get(cell, 0):
                kinds += "L"
            elif _DAY.search(beginning(cell)[:_DAY_TEXT]):
                kinds += "D"
        return len(kinds) >= 4 and kinds == "LD" * (len(kinds) // 2)

    def _whole(self, row: Node) -> Node:
        """A row told by a list or table of its own, one of many such beside each other, is that list or table."""
        node = row
        for _ in range(2):
            holder = node.getparent()
            if (
                holder is None
                or holder.tag not in _HOLDERS
                or self._counts.get(holder) != self._counts.get(row)
            ):
                return row  # no list or table of its own: other rows stand in it
            above = holder.getparent()
            if above is None:
                return row
            if holder.tag != "tbody":
                return holder if self._alike(holder, above) >= _ALIKE else row
            node = holder
        return row

    def _alike(self, node: Node, parent: Node) -> int:
        """How many like parts with links stand beside one."""
        return self._shape(parent)[_shape(node)] - 1

    def _shape(self, parent: Node) -> Counter[tuple[object, str]]:
        known = self._shapes.get(parent)
        if known is None:
            shapes = (_shape(child) for child in parent if self._counts.get(child, 0))
            known = self._shapes[parent] = Counter(shapes)
        return known


def beside_a_day(anchor: Node) -> bool:
    """行内有日期 Whether a link alone in its list or table row has a day beside it: no page number of a pager has."""
    node: Node | None = anchor
    for _ in range(_LEVELS):
        node = node.getparent() if node is not None else None
        if node is None:
            return False
        if node.tag in ROW_TAGS:
            pieces = [squeeze(str(text)) for text in islice(node.itertext(), _CELLS)]
            return (
                sum(len(text) for text in pieces) <= _ROW_TEXT
                and any(FULL.search(plain(text)) for text in pieces)
                and len(list(islice(node.iter("a"), 2))) == 1
            )
    return False


def _shape(node: Node) -> tuple[object, str]:
    """Tag and first class without its number; rows are told apart by further classes (first, odd, top)."""
    class_ = node.get("class")
    name = class_.split(None, 1) if class_ else None
    return node.tag, name[0].rstrip("0123456789")[:40] if name else ""
