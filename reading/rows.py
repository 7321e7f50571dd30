"""列表行 Groups of like rows, each row a titled link and perhaps a date outside it."""

import re
from dataclasses import dataclass, field

from model import Dated, LinkPlace
from reading.places import Places
from reading.row_anchors import Titled, are_dated, titled
from reading.row_texts import outside_of, pieces_in
from reading.row_units import CLIMB, ROW_TAGS, Units
from reading.tree import Node, beginning, squeeze

_HOLDERS = frozenset({"ul", "ol", "table", "dl"})
_SAME = 3  # rows that may show a repeated kind
_OPENS, _CLOSES = "[【〔(（", "]】〕)）"
_YEAR = re.compile(r"(?:19|20)\d\d\s?年?(?:\s?\d{1,2}\s?月)?")
_UNDATED = Dated()
_WRAPPED = 2  # elements around each part of a list that was cut
_PINNED = re.compile(r"置顶|\btop\b|\[顶\]")


@dataclass(slots=True)
class Row:
    """一行 `outside` is the row's text without its title; `dated` is filled by `date_rows`.

    `heading` is the element inside the link that holds the title, when the link holds more than that.
    """

    node: Node
    anchor: Node
    title: str
    outside: str
    order: int
    dated: Dated = _UNDATED
    pinned: bool = False
    heading: Node | None = None
    second: tuple[Node, str, Node | None] | None = None  # another link of the row that may be its title


@dataclass(slots=True)
class Group:
    """一组行 Rows of one shape under one parent, in document order."""

    parent: Node
    place: LinkPlace
    rows: list[Row] = field(default_factory=list)

    @property
    def dated(self) -> int:
        return sum(1 for row in self.rows if row.dated.value)

    @property
    def title_length(self) -> float:
        return sum(len(row.title) for row in self.rows) / len(self.rows)

    @property
    def lone(self) -> bool:
        """独一 One link outside any list or table: nothing says that it is a row."""
        return len(self.rows) == 1 and self.rows[0].node.tag not in ROW_TAGS


def groups_of(root: Node, places: Places) -> list[Group]:
    """成组 All groups of rows outside footer, breadcrumb and hidden parts, in document order.

    Parts only called footer or position count where their rows are dated.
    """
    found, aside = titled(root, places)
    groups = _grouped(found, places)
    if aside:
        dated = [
            group
            for group in _grouped(aside, places)
            if are_dated([row.outside, *pieces_in(row.anchor)] for row in group.rows)
        ]
        groups = sorted((*groups, *dated), key=lambda group: group.rows[0].order)
    return groups


def _grouped(links: list[Titled], places: Places) -> list[Group]:
    units = Units(_counted(links))
    found: dict[tuple[object, ...], Group] = {}
    seen_rows: dict[Node, Row] = {}
    for anchor, title, heading, order in links:
        node = units.row_of(anchor)
        known = seen_rows.get(node)
        if known is not None:
            kind = known.title[0] in _OPENS and known.title[-1] in _CLOSES
            if known.heading is None and (kind or len(title) > len(known.title) * 1.5):
                known.anchor, known.title, known.heading = anchor, title, heading
            elif known.second is None and title != known.title:
                known.second = anchor, title, heading
            continue
        row = Row(node, anchor, title, "", order, heading=heading)
        seen_rows[node] = row
        parent = node.getparent()
        if parent is None:
            continue
        key = _group_key(node, parent)
        if key not in found:
            found[key] = Group(parent, places.of(node))
        found[key].rows.append(row)
    for group in found.values():
        _retitle(group)
        for row in group.rows:
            row.outside = outside_of(row.node, row.anchor, row.heading)
            row.pinned = bool(_PINNED.search(row.outside))
    return list(found.values())


def _counted(links: list[Titled]) -> dict[Node, int]:
    """How many titled links stand below an element, as far as CLIMB levels up from each."""
    counts: dict[Node, int] = {}
    higher: dict[Node, int] = {}  # rows of one list are many: what holds the list is climbed to once
    for link in links:
        anchor = link.anchor
        counts[anchor] = counts.get(anchor, 0) + 1
        parent = anchor.getparent()
        if parent is None:
            continue
        counts[parent] = counts.get(parent, 0) + 1
        above = parent.getparent()
        if above is not None:
            higher[above] = higher.get(above, 0) + 1
    for above, below in higher.items():
        node: Node | None = above
        steps = 2
        while node is not None and steps < CLIMB:
            counts[node] = counts.get(node, 0) + below
            node, steps = node.getparent(), steps + 1
    return counts


def _retitle(group: Group) -> None:
    """Where the first links of rows say the same again and again (their kind), the second ones are the titles."""
    rows = [row for row in group.rows if row.second is not None and row.heading is None]
    if len(rows) < _SAME or len({row.title for row in rows}) * 2 > len(rows):
        return
    if len({row.second[1] for row in rows if row.second is not None}) * 2 > len(rows):
        for row in rows:
            if row.second is not None:
                row.anchor, row.title, row.heading = row.second


def _group_key(node: Node, parent: Node) -> tuple[object, ...]:
    above = parent.getparent()
    if node.tag == "td" and above is not None:
        return (above, node.tag)  # several rows side by side in one table row
    if parent.tag == "tbody" and parent.getparent() is not None:
        return (parent.getparent(), node.tag)
    return (parent, node.tag)


def joined(groups: list[Group]) -> list[Group]:
    """合并 A list cut into several like `ul`s beside each other is one list when its dates go on downwards.

    Tabs look the same, but each starts anew with its latest row.
    """
    made: list[Group] = []
    for group in groups:
        last = made[-1] if made else None
        if last is not None and _continues(last, group):
            last.rows.extend(group.rows)
        else:
            made.append(group)
    return made


def _continues(last: Group, group: Group) -> bool:
    first, second = last.rows[-1].node.getparent(), group.parent
    if first is None or first.tag not in _HOLDERS:
        return False
    wrapped = 0
    while first.getparent() is not second.getparent():
        if not _alike(first, second) or _headed(second) or wrapped >= _WRAPPED:
            return False
        above, beside = first.getparent(), second.getparent()
        if above is None or beside is None:
            return False
        first, second, wrapped = above, beside, wrapped + 1
    if first is second or not _alike(first, second) or _parted(first, second):
        return False
    earlier, later = last.rows[-1].dated.value, group.rows[0].dated.value
    if earlier is None or later is None:
        return earlier is later and len(last.rows) >= 2 and first.tag != "dl" and not wrapped
    return later <= earlier


def _alike(one: Node, other: Node) -> bool:
    return all(one.get(name) == other.get(name) for name in ("class", "id")) and one.tag == other.tag


def _headed(holder: Node) -> bool:
    """Whether words stand above a list within its wrapper: it is a box of its own."""
    return any(_says(node) for node in holder.itersiblings(preceding=True))


def _parted(first: Node, second: Node) -> bool:
    """Whether words other than a year stand between two parts: they are boxes, each with its name."""
    for node in second.itersiblings(preceding=True):
        if node is first:
            return False
        if _says(node):
            return True
    return True


def _says(node: Node) -> bool:
    text = (
        squeeze(beginning(node)) if isinstance(node.tag, str) and node.tag not in ("script", "style") else ""
    )
    return bool(text) and _YEAR.fullmatch(text) is None
