"""位置名 What the class and id of an element say of its place: whole words of a name only, and never a utility's."""

import re
from functools import lru_cache
from itertools import pairwise

from model import LinkPlace

Named = tuple[
    tuple[LinkPlace, bool], ...
]  # places in the order they are asked, and whether the word is a strong one

# A name must hold such letters at all before its words are looked at.
_LETTERS = {
    LinkPlace.CRUMBS: re.compile(
        r"dqwz|crumb|position|weizhi|\bpath\b|currpos|curmb|location|\bwz\b|\bmbx\b|mianbao|nowplace|dangqian|\bloc\b",
        re.I,
    ),
    LinkPlace.NAVIGATION: re.compile(
        r"(?:^|[-_\s]|[a-z])nav(?:i|bar|box|_|-|\s|\d|$|list|con|bg|wrap)|menu|daohang|\bdh\d*\b|left_?(?:box|side|bar|col|con|list|menu|nav)|\bzb_lb\b|"
        r"side_?bar|side_?menu|lanmu|\blm\b|subnav|tree|gkml|catalog",
        re.I,
    ),
    LinkPlace.FOOTER: re.compile(
        r"foot|bottom|copy_?right|banquan|dibu|yqlj|youqing|friend_?link|\bbq\b|\blj\b", re.I
    ),
    LinkPlace.HEADER: re.compile(
        r"\bhead(?:er|box|_|-|\b)|banner|\btop(?:bar|box|_|-|\b)|logo|search|sous|\btoolbar", re.I
    ),
}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CRUMBS = re.compile(
    r"dqwz\w*|mbx\w*|\w*(?:crumb|weizhi|mianbao|curmb|currpos|nowplace|dangqian)\w*|(?:bread|cur|current|now|my)?(?:position|location|path)|loc|wz"
)
_MENU = re.compile(
    r"\w*menu\w*|\w*daohang\w*|dh|nav|nav(?:i|bar|box|list|con|bg|wrap|ul|main)\w*|\w+nav|nav[a-z]"
)
_COLUMN = re.compile(
    r"left(?:box|side|bar|col|con|list)|sidebars?|\w*lanmu\w*|lm|(?<!s)z?tree(?:view|node|child|list|box)?|\w*gkml\w*|catalogs?|zblb"
)
_FOOTER = re.compile(
    r"\w*foot(?!prints?|ball|age|notes?|steps?|path|wear|hold|work|ing)\w*|copyrights?|\w*(?:banquan|dibu|yqlj|youqing|friendlinks?)\w*|bq|lj"
)
_BOTTOM = re.compile(r"bottom(?:bar|box|btn|con|nav|main|wrap|link)?s?")
_HEADER = re.compile(r"head(?:er\w*|box|top|bar|wrap|con|logo)?")
_UPPER = re.compile(r"top(?:bar|box|logo)?|banners?|\w*banner|(?!logout|login)\w*logo\w*|toolbars?|sous\w*|search(?:box|bar|form|btn|div|word|text|input|txt)?|(?!re)\w{1,3}search")  # fmt: skip
_OF_PAGE = frozenset(
    ["page", "site", "h", "g", "w", "web", "index", "main", "home", "sy", "wap", "mobile", "xxgk", "link", "links", "head", "header", "nav"]
)  # fmt: skip
_UTILITIES = frozenset(
    ["margin", "padding", "border", "has", "have", "no", "not", "with", "without", "hide", "show", "mt", "mb", "pt", "pb"]
)  # fmt: skip
_OF_HALVES = frozenset(["right", "left", "con", "box"])
_LINKS = frozenset(["bq", "lj", "friendlink", "friendlinks"])
_ADJUSTED = frozenset(["relative", "absolute", "fixed", "static", "sticky", "text"])
_OF_CONTENT = frozenset(
    ["article", "content", "news", "list", "lists", "detail", "card", "panel", "modal", "portlet", "table", "result", "results", "item", "items"]
)  # fmt: skip


@lru_cache(maxsize=8192)
def named(class_: str, id_: str) -> Named:
    """所称位置 Places the names of an element may tell: breadcrumb, menu, footer, header; () when they tell none."""
    found: dict[LinkPlace, bool] = {}
    for name in (*class_.split(), *id_.split()):
        near = {place for place, letters in _LETTERS.items() if letters.search(name)}
        for place, strong in _told(name) if near else ():
            if place in near:
                found[place] = found.get(place, False) or strong
    order = (LinkPlace.CRUMBS, LinkPlace.NAVIGATION, LinkPlace.FOOTER, LinkPlace.HEADER)
    return tuple((place, found[place]) for place in order if place in found)


def _told(name: str) -> list[tuple[LinkPlace, bool]]:
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or (len(words) > 1 and not _UTILITIES.isdisjoint(words)):
        return []
    first, pairs = words[0], ["".join(pair) for pair in pairwise(words)]
    content = not _OF_CONTENT.isdisjoint(words)
    told: list[tuple[LinkPlace, bool]] = []
    crumbs = [word for word in (*words, *pairs) if _CRUMBS.fullmatch(word)]
    if crumbs and not ("position" in words and not _ADJUSTED.isdisjoint(words)):
        told.append((LinkPlace.CRUMBS, True))
    if any(_MENU.fullmatch(word) for word in words):
        told.append((LinkPlace.NAVIGATION, not content and _OF_HALVES.isdisjoint(words)))
    elif any(_COLUMN.fullmatch(word) for word in (*words, *pairs)):
        told.append((LinkPlace.NAVIGATION, False))
    if any(_FOOTER.fullmatch(word) for word in (*words, *pairs)):
        told.append((LinkPlace.FOOTER, _LINKS.isdisjoint((*words, *pairs))))
    elif any(
        _BOTTOM.fullmatch(word) and (not index or first in _OF_PAGE) for index, word in enumerate(words)
    ):
        told.append((LinkPlace.FOOTER, False))
    if not content:
        heads = [index for index, word in enumerate(words) if _HEADER.fullmatch(word)]
        upper = [index for index, word in enumerate((*words, *pairs)) if _UPPER.fullmatch(word)]
        if heads:
            told.append((LinkPlace.HEADER, heads[0] == 0 or first in _OF_PAGE))
        elif any(words[index : index + 1] != ["top"] or not index or first in _OF_PAGE for index in upper):
            told.append((LinkPlace.HEADER, len(words) == 1))
    return told
