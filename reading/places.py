"""位置 Where on the page an element stands, told by its ancestors' tags, classes and ids."""

import re
from functools import lru_cache

from model import LinkPlace
from reading.tree import Node, is_hiding

_FOOTER = re.compile(r"foot|bottom|copy_?right|banquan|dibu|yqlj|youqing|friend_?link|\bbq\b|\blj\b", re.I)
_CRUMBS = re.compile(
    r"dqwz|crumb|position|weizhi|\bpath\b|currpos|curmb|location|\bwz\b|\bmbx\b|mianbao|nowplace|dangqian|\bloc\b",
    re.I,
)
_NAVIGATION = re.compile(
    r"(?:^|[-_\s]|[a-z])nav(?:i|bar|box|_|-|\s|\d|$|list|con|bg|wrap)|menu|daohang|\bdh\d*\b|left_?(?:box|side|bar|col|con|list|menu|nav)|\bzb_lb\b|"
    r"side_?bar|side_?menu|lanmu|\blm\b|subnav|tree|gkml|catalog",
    re.I,
)
_HEADER = re.compile(
    r"\bhead(?:er|box|_|-|\b)|banner|\btop(?:bar|box|_|-|\b)|logo|search|sous|\btoolbar", re.I
)
_PATTERNS = (
    (LinkPlace.CRUMBS, _CRUMBS),
    (LinkPlace.NAVIGATION, _NAVIGATION),
    (LinkPlace.FOOTER, _FOOTER),
    (LinkPlace.HEADER, _HEADER),
)
_TAGS = {
    "footer": LinkPlace.FOOTER,
    "nav": LinkPlace.NAVIGATION,
    "header": LinkPlace.HEADER,
}
_BODY = frozenset({"html", "body"})
_MAX_CLASS = 200


class Places:
    """位置簿 Answers for one page, remembered per element so that each is looked at once."""

    def __init__(self) -> None:
        self._known: dict[Node, LinkPlace] = {}

    def of(self, node: Node) -> LinkPlace:
        chain: list[Node] = []
        current: Node | None = node
        place = LinkPlace.OTHER
        while current is not None:
            known = self._known.get(current)
            if known is not None:
                place = known
                break
            chain.append(current)
            current = current.getparent()
        for element in reversed(chain):
            place = _within(place, element)
            self._known[element] = place
        return place


def _within(outer: LinkPlace, element: Node) -> LinkPlace:
    """An element inherits its parent's place unless it names a stronger one."""
    if outer is LinkPlace.HIDDEN:
        return outer
    own = _own(element)
    if own is LinkPlace.HIDDEN:
        # a drop-down menu and a breadcrumb are hidden for looks, not to deceive
        return outer if outer in (LinkPlace.NAVIGATION, LinkPlace.HEADER, LinkPlace.CRUMBS) else own
    if own is None or outer in (LinkPlace.FOOTER, LinkPlace.CRUMBS, LinkPlace.NAVIGATION):
        return outer
    return own


def _own(element: Node) -> LinkPlace | None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _BODY:
        return None
    named = _named(element.get("class") or "", element.get("id") or "")
    if named is not LinkPlace.CRUMBS and is_hiding(element):
        return LinkPlace.HIDDEN
    return named or _TAGS.get(tag)


@lru_cache(maxsize=8192)
def _named(class_: str, id_: str) -> LinkPlace | None:
    """The place an element's own names tell; the same names come again on every page of a site."""
    names = f"{class_[:_MAX_CLASS]} {id_[:_MAX_CLASS]}"
    for place, pattern in _PATTERNS:
        if pattern.search(names):
            return place
    return None
