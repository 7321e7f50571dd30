"""正文 The main content of a page and its text."""

import re
from functools import lru_cache
from typing import cast

from lxml import etree

from model import LinkPlace
from reading.places import Places
from reading.tree import Node, all_text, both_texts, squeeze

_CONTENT = re.compile(
    r"TRS_Editor|TRS_UEDITOR|\bzoom\b|article|artcon|\bcontent\b|v_news_content|pages_content|xl_content|xlcontent|detail|zhengwen|"
    r"\bcont\b|text_?con|news_?con|con_?text|main_?text|ewb-article|bt-content|UCAP-CONTENT|\bNewsContent|view|xxgkContent",
    re.I,
)
_SKIP = frozenset(
    {LinkPlace.FOOTER, LinkPlace.NAVIGATION, LinkPlace.HEADER, LinkPlace.CRUMBS, LinkPlace.HIDDEN}
)
_BELOW = etree.XPath("count(.//*)")
_NAMED_TAGS = ("nav", "header", "footer")
_LIMIT_NODES = 4000
_LIMIT_WEIGHED = (
    5_000_000  # characters and elements; containers nested a thousand deep hold the same ones again
)


def content_node(root: Node, places: Places) -> Node | None:
    """正文容器 The element with a content class that holds the most text of its own; None when none is named so."""
    best: tuple[int, Node] | None = None
    weighed = 0
    for index, node in enumerate(root.iter("div", "td", "article", "section", "ucapcontent")):
        if index > _LIMIT_NODES or weighed > _LIMIT_WEIGHED:
            break
        if node.tag != "article" and not _named(node.get("class") or "", node.get("id") or ""):
            continue
        if places.of(node) in _SKIP:
            continue
        size = 0
        for part in node.iterchildren("p", "div", "span", "table"):
            text = all_text(part)
            weighed += len(text) + int(cast("float", _BELOW(part)))
            size += len(squeeze(text))
        size = size or len(squeeze(node.text or ""))
        if best is None or size > best[0] * 1.3:
            best = (size, node)
    return best[1] if best and best[0] > 0 else None


@lru_cache(maxsize=8192)
def _named(class_: str, id_: str) -> bool:
    return _CONTENT.search(f"{class_[:120]} {id_[:120]}") is not None


def texts(root: Node, places: Places) -> tuple[str, str]:
    """页面文字 All visible text, and the main part: no header, navigation, breadcrumb and footer."""
    return both_texts(root, lambda node: _left_out(node, places))


def words(root: Node, places: Places) -> str:
    """非链接文字 The main part without what its links say."""
    return both_texts(root, lambda node: node.tag == "a" or _left_out(node, places))[1]


def _left_out(node: Node, places: Places) -> bool:
    named = node.get("class") or node.get("id") or node.tag in _NAMED_TAGS
    return bool(named) and places.of(node) in _SKIP
