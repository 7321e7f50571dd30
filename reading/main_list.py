"""主列表 Which group of rows is the column's own list, and whether the list is there and empty."""

import re
from dataclasses import dataclass

from model import LinkPlace, LinkRelation
from reading.address import is_article_url
from reading.links import LinkPass
from reading.paging import Paging
from reading.rows import Group
from reading.tree import Node

_LIST_CLASS = re.compile(r"list|news|xxgk|gl_|lb|items?|data|result|result", re.I)
_MENU_TITLE = 9


@dataclass(slots=True)
class Choice:
    """选定 `group` None with `empty` False: the page holds no list at all."""

    group: Group | None
    empty: bool = False


def choose(
    groups: list[Group], links: LinkPass, paging: Paging | None, pager_node: Node | None, *, article: bool
) -> Choice:
    """选主列表 The largest guarded group: dated rows first, then the group a pager belongs to, then titles' bulk."""
    content = [group for group in groups if group.place not in (LinkPlace.HEADER, LinkPlace.NAVIGATION)]
    content = [group for group in content if not _is_menu(group, links)]
    if paging is not None and paging.total == 0:
        return Choice(None, empty=True)
    best = max(content, key=lambda group: _weight(group, links), default=None)
    if paging is not None and pager_node is not None and not article:
        near = _before(content, pager_node)
        if near is not None and (best is None or near.dated * 2 >= best.dated):
            return Choice(near)
        if best is None or not best.dated:
            return Choice(None, empty=True)
    if best is None:
        return Choice(None)
    if best.dated >= 1 and (best.dated * 2 >= len(best.rows) or best.dated >= 5):
        return Choice(best)
    if not article and len(best.rows) >= 8 and best.title_length >= 8:
        return Choice(best)
    return Choice(None)


def _weight(group: Group, links: LinkPass) -> tuple[int, float]:
    articles = 0
    for row in group.rows:
        link = links.of.get(row.anchor)
        articles += bool(link and is_article_url(link.url))
    return (group.dated, articles + len(group.rows) * min(group.title_length, 30) / 30)


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


def _before(groups: list[Group], pager: Node) -> Group | None:
    """The group that shares the closest ancestor with the pager (within four levels)."""
    node: Node | None = pager
    for _ in range(5):
        node = node.getparent() if node is not None else None
        if node is None or node.tag in ("body", "html"):
            return None
        inside = [group for group in groups if _contains(node, group.parent)]
        if inside:
            return max(inside, key=lambda group: (group.dated, len(group.rows)))
    return None


def _contains(outer: Node, inner: Node | None) -> bool:
    while inner is not None:
        if inner is outer:
            return True
        inner = inner.getparent()
    return False
