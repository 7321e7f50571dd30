"""主列表 Which group of rows is the column's own list, and whether the list is there and empty."""

import re
from dataclasses import dataclass
from itertools import islice

from model import LinkPlace, LinkRelation
from reading.address import is_article_url
from reading.emptiness import empty_beside
from reading.links import LinkPass
from reading.paging import Paging
from reading.rows import Group
from reading.side_boxes import is_beside
from reading.tree import Node, beginning, squeeze

_MENU_TITLE = 9
_PAGER_LEVELS = 5
_UNDATED_ROWS = 5
_SENTENCE = 12  # characters of a title that says what a document is about, on average
_FEW = 5
_MANY = 15  # dated rows: no box of a landing page holds as many
_TABLE_LEVELS, _TABLE_ROWS = 2, 3
_WORD = re.compile(r"\w")
_HEADING, _HEADING_LEVELS = 20, 3
_MORE = re.compile(r"(?:查看)?更多.{0,3}$|\+?more\W*$|[>》+]+$", re.I)
_FURNITURE = (LinkPlace.HEADER, LinkPlace.NAVIGATION, LinkPlace.FOOTER, LinkPlace.CRUMBS)


@dataclass(slots=True)
class Choice:
    """选定 `group` None with `empty` False: the page holds no list of its own. `bare`: an empty list's container was seen."""

    group: Group | None
    empty: bool = False
    bare: bool = False


def content_groups(groups: list[Group]) -> list[Group]:
    """内容区的组 Groups outside header and menus; dated rows are content whatever their container is called."""
    return [group for group in groups if group.place not in _FURNITURE or group.dated >= 2]


def heading_of(group: Group) -> str | None:
    """组标题 The short text right before a group, as boxes are headed; None when there is none."""
    node: Node | None = group.parent
    for _ in range(_HEADING_LEVELS):
        if node is None or node.tag in ("body", "html"):
            return None
        before = node.getprevious()
        if before is not None and isinstance(before.tag, str):
            text = _MORE.sub("", squeeze(beginning(before))).strip()
            return text if 0 < len(text) <= _HEADING else None
        node = node.getparent()
    return None


def choose(
    groups: list[Group],
    links: LinkPass,
    paging: Paging | None,
    pager: Node | None,
    hint: re.Pattern[str] | None = None,
) -> Choice:
    """选主列表 The group a pager belongs to, else the one that holds most of the page's rows.

    Several like groups without a pager are a landing page, not a list. A pager with nothing beside it is an
    empty list, unless the page itself tells a total above zero (then a script fills it). `hint` is how the
    content system names the containers of its lists.
    """
    content = content_groups(groups)
    hinted = [group for group in content if hint is not None and _named(group.parent, hint)]
    if not hinted:
        content = [group for group in content if not is_beside(group, heading_of(group))]
    own = [group for group in hinted or content if not group.lone and not _is_menu(group, links)]
    if paging is not None and pager is not None:
        return _paged(content, own, links, paging, pager)
    if paging is not None and paging.total == 0:
        return Choice(None, empty=True)
    best = max(own, key=lambda group: _weight(group, links), default=None)
    return Choice(best if best is not None and _leads(best, own, links) else None)


def _paged(content: list[Group], own: list[Group], links: LinkPass, paging: Paging, pager: Node) -> Choice:
    """On a page with a pager: the rows that stand closest to it, or nothing."""
    best = max(own, key=lambda group: _weight(group, links), default=None)
    around = Around(pager)
    if paging.total == 0:
        shown = [group for group in own if group.dated and around.level(group.parent) == 1]
        if shown:
            return Choice(max(shown, key=lambda group: group.dated))
        return Choice(None, empty=paging.style != "text" or not _tabled(pager))
    nearest = min((level for group in own if (level := around.level(group.parent))), default=None)
    if not paging.total and empty_beside(pager, links.places, nearest):
        return Choice(None, empty=True, bare=True)
    lone = [group for group in content if group.lone and group.dated]
    near = around.closest(own) or around.closest(lone) or (around.closest(content) if paging.total else None)
    if near is None and paging.total:
        told = [group for group in own if len(group.rows) == paging.total]
        near = told[0] if len(told) == 1 else None
    beside = around.closest([group for group in (*own, *lone) if group.dated])
    if beside is not None and (
        near is None or near.dated or around.level(beside.parent) == around.level(near.parent)
    ):
        return Choice(beside)
    if near is not None and (best is None or near.dated * 2 >= best.dated):
        return Choice(near)
    if best is None or not best.dated:
        return Choice(None, empty=not paging.total)
    return Choice(best)


def _tabled(pager: Node) -> bool:
    """Whether a table beside a pager shows rows of words without links: what a total of nothing contradicts."""
    outer: Node | None = pager
    for _ in range(_TABLE_LEVELS):
        outer = outer.getparent() if outer is not None else None
        if outer is None or outer.tag in ("body", "html"):
            return False
        for table in islice(outer.iter("table"), _FEW):
            full = (
                row
                for row in islice(table.iter("tr"), _MANY)
                if row.find("td/a") is None
                and sum(1 for cell in row.iter("td") if _WORD.search(squeeze(beginning(cell)))) >= 2
            )
            if table not in pager.iterancestors() and sum(1 for _ in full) >= _TABLE_ROWS:
                return True
    return False


def _leads(best: Group, own: list[Group], links: LinkPass) -> bool:
    """Whether one group is the page's list: most of the dated rows, or of the links to content pages."""
    dated = sum(group.dated for group in own)
    rows = sum(len(group.rows) for group in own)
    scattered = best.dated < _FEW and dated > best.dated
    most = len(best.rows) * 3 >= rows or best.dated >= _MANY
    if best.dated * 2 >= len(best.rows) and best.dated * 2 > dated and most:
        return not scattered
    if best.dated or len(best.rows) < _UNDATED_ROWS or len(best.rows) * 2 < rows:
        return False
    return _articles(best, links) * 2 > len(best.rows) or (
        best.title_length >= _SENTENCE and _inner(best, links) * 2 > len(best.rows)
    )


def _named(parent: Node, hint: re.Pattern[str]) -> bool:
    """Whether the container of a group, or what holds it, has the name the system gives its lists."""
    for node in (parent, parent.getparent()):
        if node is not None and hint.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
    return False


def _weight(group: Group, links: LinkPass) -> tuple[int, float]:
    return (group.dated, _articles(group, links) + len(group.rows) * min(group.title_length, 30) / 30)


def _articles(group: Group, links: LinkPass) -> int:
    found = (links.of.get(row.anchor) for row in group.rows)
    return sum(1 for link in found if link is not None and is_article_url(link.url))


def _inner(group: Group, links: LinkPass) -> int:
    """Rows that lead to pages of the site itself, or to files."""
    found = (links.of.get(row.anchor) for row in group.rows)
    own = (LinkRelation.INTERNAL, LinkRelation.ATTACHMENT)
    return sum(1 for link in found if link is not None and link.relation in own)


def _is_menu(group: Group, links: LinkPass) -> bool:
    """Short undated names that lead to column pages, not to content, are a menu whatever its class says."""
    if group.dated or group.title_length > _MENU_TITLE:
        return False
    targets = [link for row in group.rows if (link := links.of.get(row.anchor)) is not None]
    columns = sum(
        1
        for link in targets
        if link.relation in (LinkRelation.EXTERNAL, LinkRelation.SCRIPT_ONLY) or not is_article_url(link.url)
    )
    return columns * 2 > len(targets)


class Around:
    """翻页周围 How many levels up from a pager an element's and the pager's common ancestor stands; each asked once."""

    def __init__(self, pager: Node) -> None:
        self._known: dict[Node, int] = {}
        outer: Node | None = pager
        for level in range(1, _PAGER_LEVELS + 1):
            outer = outer.getparent() if outer is not None else None
            if outer is None or outer.tag in ("body", "html"):
                break
            self._known[outer] = level

    def level(self, node: Node) -> int:
        """0: nothing near the pager holds it."""
        chain: list[Node] = []
        current: Node | None = node
        while current is not None and current not in self._known:
            chain.append(current)
            current = current.getparent()
        level = self._known[current] if current is not None else 0
        for passed in chain:
            self._known[passed] = level
        return level

    def closest(self, groups: list[Group]) -> Group | None:
        """The best of the groups that stand closest."""
        near = [(level, group) for group in groups if (level := self.level(group.parent))]
        first = min((level for level, _ in near), default=0)
        inside = [group for level, group in near if level == first]
        return max(inside, key=lambda group: (group.dated, len(group.rows)), default=None)
