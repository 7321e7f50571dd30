"""主列表 Which group of rows is the column's own list, and whether the list is there and empty."""

import re
from dataclasses import dataclass

from model import LinkPlace, LinkRelation
from reading.address import is_article_url
from reading.links import LinkPass
from reading.paging import Paging
from reading.rows import Group
from reading.tree import Node, beginning, squeeze

_MENU_TITLE = 9
_PAGER_LEVELS = 5
_UNDATED_ROWS = 5
_FEW = 5
_HEADING, _HEADING_LEVELS = 20, 3
_MORE = re.compile(r"(?:查看)?更多.{0,3}$|\+?more\W*$|[>》+]+$", re.I)
_FURNITURE = (LinkPlace.HEADER, LinkPlace.NAVIGATION)


@dataclass(slots=True)
class Choice:
    """选定 `group` None with `empty` False: the page holds no list of its own."""

    group: Group | None
    empty: bool = False


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
    if paging is not None and paging.total == 0:
        return Choice(None, empty=True)
    content = content_groups(groups)
    hinted = [group for group in content if hint is not None and _named(group.parent, hint)]
    own = [group for group in hinted or content if not _is_menu(group, links)]
    best = max(own, key=lambda group: _weight(group, links), default=None)
    if paging is not None and pager is not None:
        near = _beside(own, pager) or (_beside(content, pager) if paging.total else None)
        if near is not None and (best is None or near.dated * 2 >= best.dated):
            return Choice(near)
        if best is None or not best.dated:
            return Choice(None, empty=not paging.total)
        return Choice(best)
    if best is None:
        return Choice(None)
    rows = sum(len(group.rows) for group in own)
    scattered = best.dated < _FEW and any(group.dated for group in own if group is not best)
    if best.dated * 2 >= len(best.rows) and len(best.rows) * 2 >= rows and not scattered:
        return Choice(best)
    articles = _articles(best, links)
    if (
        not best.dated
        and articles >= _UNDATED_ROWS
        and articles * 2 > len(best.rows)
        and len(best.rows) * 2 >= rows
    ):
        return Choice(best)
    return Choice(None)


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


def _beside(groups: list[Group], pager: Node) -> Group | None:
    """The group that shares the closest ancestor with the pager, a few levels up at most."""
    node: Node | None = pager
    for _ in range(_PAGER_LEVELS):
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
