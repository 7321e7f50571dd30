"""列表行 Groups of like rows, each row a titled link and perhaps a date outside it."""

import re
from dataclasses import dataclass, field
from datetime import date

from model import Dated, DateSource, LinkPlace
from reading.dates import Found, full_dates, month_day, plain, with_year
from reading.places import Places
from reading.tree import Node, squeeze

_ROW_TAGS = frozenset({"li", "tr", "dd", "dt"})
_STOP = frozenset({"body", "html", "form"})
_SKIP_PLACES = frozenset({LinkPlace.FOOTER, LinkPlace.CRUMBS, LinkPlace.HIDDEN})
_CLIMB = 25
_MAX_ANCHORS = 1500
_ROW_LINKS = 5
_MIN_TITLE = 2
_PAGER = re.compile(
    r"^(?:首页|尾页|末页|上一页|下一页|上页|下页|第一页|最后一页|更多|更多.{0,2}|more.{0,3}|\d{1,4}|[<>«»‹›.…]+|GO|跳转|确定|打印|关闭|返回.{0,6}|详细|详情|\[详细\]|查看详情|查看更多)$",
    re.I,
)
_PINNED = re.compile(r"置顶|\btop\b|\[顶\]")
_EDGE = re.compile(r"[\[(\s]*$")
_EDGE_END = re.compile(r"^[\])\s]*$")


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
        if len(title) < _MIN_TITLE or _PAGER.match(title):
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
    text = squeeze("".join(anchor.itertext()))
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
    """Rows go together under one parent; lists cut into several like `ul`s beside each other are one list."""
    above = parent.getparent()
    if parent.tag in ("ul", "ol", "tbody", "table", "dl") and above is not None:
        holder = above
        if parent.tag == "tbody" and holder.getparent() is not None:
            return (holder.getparent(), "table", node.tag, holder.get("class"))
        return (holder, parent.tag, node.tag, parent.get("class"))
    return (parent, node.tag)


def _outside(row: Row) -> str:
    parts: list[str] = []
    if row.node is row.anchor:
        parts.append(row.anchor.tail or "")
        return plain(" ".join(parts))
    _collect(row.node, row.anchor, parts)
    if row.node.tag in ("dt", "dd"):
        after = row.node.getnext()
        if after is not None and after.tag == "dd" and after.find(".//a") is None:
            parts.append(" ".join(after.itertext()))
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


def date_rows(group: Group, latest: date) -> None:
    """给行定日期 Dates of all rows of a group: full dates first, year-less ones from their neighbours' years."""
    shorts: dict[int, tuple[int, int, str]] = {}
    for index, row in enumerate(group.rows):
        found = _row_date(row.outside, latest)
        if found:
            row.dated = Dated(value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw)
            continue
        for part in row.outside.split("\x1f"):
            pair = month_day(part)
            if pair:
                shorts[index] = (*pair, part.strip())
                break
    if not group.dated and not shorts:
        _glued(group, latest)
    if not group.dated and not shorts:
        _split(group, latest)
    if shorts:
        _infer_years(group, shorts, latest)


def _row_date(outside: str, latest: date) -> Found | None:
    """The last full date outside the link that stands alone or at an edge of its own piece of text."""
    for part in reversed(outside.split("\x1f")):
        dates = full_dates(part, latest)
        if not dates:
            continue
        last = dates[-1]
        around = len(part) - (last.end - last.start)
        if around <= 24 or _EDGE_END.match(part[last.end :]) or _EDGE.match(part[: last.start][-3:]):
            return last
    return None


def _glued(group: Group, latest: date) -> None:
    """Dates glued to the end (or start) of the title: only when most rows have one, so no event date passes."""
    hits: list[tuple[Row, Found, str]] = []
    for row in group.rows:
        text = plain(squeeze("".join(row.anchor.itertext())))
        for found in full_dates(text, latest):
            at_end = _EDGE_END.match(text[found.end :])
            at_start = _EDGE.match(text[: found.start]) and found.start <= 2
            if (at_end or at_start) and found.end - found.start < len(text):
                rest = text[: found.start] if at_end else text[found.end :]
                hits.append((row, found, rest.strip(" \t([])")))
                break
    if len(hits) * 5 >= len(group.rows) * 3:
        for row, found, rest in hits:
            row.dated = Dated(value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw)
            if rest and not row.anchor.get("title"):
                row.title = rest


_DAY = re.compile(r"^\s*(3[01]|[12]\d|0?[1-9])日?\s*$")
_YEAR_MONTH = re.compile(r"^\s*((?:19|20)\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])月?\s*$")


def _split(group: Group, latest: date) -> None:
    """Day and year-month in two elements: `<b>15</b><span>2024-03</span>`."""
    for row in group.rows:
        texts = [*row.outside.split("\x1f")]
        if row.node is not row.anchor and len(list(row.anchor)):
            texts += [plain(text.strip()) for text in row.anchor.itertext() if text.strip()]
        days = [match for text in texts if (match := _DAY.match(text))]
        months = [match for text in texts if (match := _YEAR_MONTH.match(text))]
        if len(days) == 1 and len(months) == 1:
            try:
                value = date(int(months[0][1]), int(months[0][2]), int(days[0][1]))
            except ValueError:
                continue
            if value <= latest:
                row.dated = Dated(
                    value=value, source=DateSource.ROW, raw=f"{months[0][0].strip()} {days[0][0].strip()}"
                )


def _infer_years(group: Group, shorts: dict[int, tuple[int, int, str]], latest: date) -> None:
    """A month and day takes the year that keeps the list going down from the last dated row (or the fetch day).

    A row may be up to 31 days newer than the one above it (a pinned or misplaced row) and keep its year.
    """
    ceiling = latest
    for index, row in enumerate(group.rows):
        if row.dated.value:
            ceiling = row.dated.value
            continue
        if index not in shorts:
            continue
        month, day, raw = shorts[index]
        allowed = min(latest, date.fromordinal(ceiling.toordinal() + 31)) if index else latest
        value = with_year(month, day, allowed)
        if value:
            row.dated = Dated(value=value, source=DateSource.ROW, raw=raw, inferred_year=True)
            ceiling = min(ceiling, value) if index else value
