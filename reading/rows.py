"""列表行 Groups of like rows, each row a titled link and perhaps a date outside it."""

import re
from dataclasses import dataclass, field

from model import Dated, LinkPlace
from reading.dates import plain
from reading.places import Places
from reading.tree import Node, all_text, beginning, squeeze

_ROW_TAGS = frozenset({"li", "tr", "dd", "dt"})
_HOLDERS = frozenset({"ul", "ol", "table", "dl"})
_STOP = frozenset({"body", "html", "form"})
_SKIP_PLACES = frozenset({LinkPlace.FOOTER, LinkPlace.CRUMBS, LinkPlace.HIDDEN})
_CLIMB = 25
_MAX_ANCHORS = 1500
_ROW_LINKS = 5
_MIN_TITLE = 2
_PAGER = re.compile(
    r"^(?:首页|尾页|末页|上一页|下一页|上页|下页|第一页|最后一页|更多|更多.{0,2}|more.{0,3}|\d{1,4}|GO|跳转|确定|打印|关闭|返回.{0,6}|详细|详情|\[详细\]|查看详情|查看更多)$",
    re.I,
)
_PINNED = re.compile(r"置顶|\btop\b|\[顶\]")


@dataclass(slots=True)
class Row:
    """一行 `outside` is the row's text without its title; `date` is filled by `date_rows`."""

    node: Node
    anchor: Node
    title: str
    outside: str
    order: int
    dated: Dated = field(default_factory=Dated)
    pinned: bool = False


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


def groups_of(root: Node, places: Places) -> list[Group]:
    """成组 All groups of rows outside footer, breadcrumb and hidden parts, in document order."""
    anchors: list[tuple[Node, str]] = []
    counts: dict[Node, int] = {}
    for anchor in root.iter("a"):
        title = _title(anchor)
        if len(title) < _MIN_TITLE or _PAGER.match(title.strip("[]【】<>«»›‹ .·")):
            continue
        if places.of(anchor) in _SKIP_PLACES:
            continue
        anchors.append((anchor, title))
        if len(anchors) >= _MAX_ANCHORS:
            break
        node = anchor.getparent()
        steps = 0
        while node is not None and steps < _CLIMB:
            counts[node] = counts.get(node, 0) + 1
            node, steps = node.getparent(), steps + 1
    found: dict[tuple[object, ...], Group] = {}
    seen_rows: dict[Node, Row] = {}
    for order, (anchor, title) in enumerate(anchors):
        node = _row_of(anchor, counts)
        known = seen_rows.get(node)
        if known is not None:
            if len(title) > len(known.title) * 1.5:
                known.anchor, known.title = anchor, title
            continue
        row = Row(node, anchor, title, "", order)
        seen_rows[node] = row
        parent = node.getparent()
        if parent is None:
            continue
        key = _group_key(node, parent)
        if key not in found:
            found[key] = Group(parent, places.of(node))
        found[key].rows.append(row)
    for group in found.values():
        for row in group.rows:
            row.outside = _outside(row)
            row.pinned = bool(_PINNED.search(row.outside))
    return list(found.values())


def _title(anchor: Node) -> str:
    text = squeeze(beginning(anchor))
    title = squeeze(anchor.get("title") or "")
    if title and (len(title) > len(text) or not text) and not title.startswith("http"):
        return title
    return text


def _row_of(anchor: Node, counts: dict[Node, int]) -> Node:
    """The row is the nearest li/tr/dd/dt with few links, else the widest element around this link alone."""
    node: Node = anchor
    widest = anchor
    steps = 0
    while steps < _CLIMB:
        parent = node.getparent()
        if parent is None or parent.tag in _STOP:
            break
        count = counts.get(parent, 0)
        if parent.tag in _ROW_TAGS and count <= _ROW_LINKS:
            return parent
        if count == 1:
            widest = parent
        elif parent.tag in ("ul", "ol", "table", "tbody", "dl") or count > _ROW_LINKS:
            break
        node, steps = parent, steps + 1
    return widest


def _group_key(node: Node, parent: Node) -> tuple[object, ...]:
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
    if first is None or first.getparent() is not second.getparent() or first.tag not in _HOLDERS:
        return False
    if (
        first.tag != second.tag
        or first.get("class") != second.get("class")
        or first.get("id") != second.get("id")
    ):
        return False
    above, below = last.rows[-1].dated.value, group.rows[0].dated.value
    if above is None or below is None:
        return above is below and len(last.rows) >= 2 and first.tag != "dl"
    return below <= above


def _outside(row: Row) -> str:
    parts: list[str] = []
    if row.node is row.anchor:
        parts.append(row.anchor.tail or "")
        return plain(" ".join(parts))
    _collect(row.node, row.anchor, parts)
    if row.node.tag in ("dt", "dd"):
        after = row.node.getnext()
        if after is not None and after.tag == "dd" and after.find(".//a") is None:
            parts.append(all_text(after))
    return plain("\x1f".join(part.strip() for part in parts if part.strip()))


def _collect(node: Node, skip: Node, parts: list[str]) -> None:
    stack: list[Node | str] = [node]
    first = True
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            parts.append(current)
            continue
        if not first and current.tail:
            stack.append(current.tail)
        if current is not skip and current.tag not in ("script", "style"):
            stack.extend(reversed(current))
            if current.text:
                stack.append(current.text)
        first = False
