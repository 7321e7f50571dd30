"""正文 The element that holds the main content of a page."""

import re
from functools import lru_cache
from itertools import islice
from typing import cast

from lxml import etree

from reading.places import Places
from reading.tree import Node, all_text, squeeze
from reading.walk import SKIPPED, Walk

_CONTENT = re.compile(
    r"TRS_Editor|TRS_UEDITOR|\bzoom\b|article|artcon|\bcontent\b|v_news_content|pages_content|xl_content|xlcontent|detail|zhengwen|"
    r"\bcont\b|text_?con|news_?con|con_?text|main_?text|ewb-article|bt-content|UCAP-CONTENT|\bNewsContent|view|xxgkContent",
    re.I,
)
_BELOW = etree.XPath("count(.//*)")
_LIMIT_NODES, _FEW = 4000, 100
_LIMIT_WEIGHED = (
    5_000_000  # characters and elements; containers nested a thousand deep hold the same ones again
)


def content_node(root: Node, places: Places) -> Node | None:
    """正文容器 The element with a content class that holds the most text of its own; None when none is named so."""
    best: tuple[int, Node] | None = None
    first: Node | None = None  # which is weighed only against another: most pages name one
    weighed = 0
    for index, node in enumerate(root.iter("div", "td", "article", "section", "ucapcontent")):
        if index > _LIMIT_NODES or weighed > _LIMIT_WEIGHED:
            break
        if node.tag != "article" and not _named(
            (node.get("class") or "")[:120], (node.get("id") or "")[:120]
        ):
            continue
        if places.of(node) in SKIPPED:
            continue
        if first is None:
            first = node
            continue
        if best is None:
            size, weighed = _weight(first)
            best = (size, first)
            if weighed > _LIMIT_WEIGHED:
                break
        size, more = _weight(node)
        weighed += more
        if size > best[0] * 1.3:
            best = (size, node)
    if best is None:
        return first if first is not None and _says(first) else None
    return best[1] if best[0] > 0 else None


_PARTS = ("p", "div", "span", "table")


def _weight(node: Node) -> tuple[int, int]:
    """Characters of its own, and how much was looked at for it."""
    size = weighed = 0
    for part in node.iterchildren(*_PARTS):
        text = all_text(part)
        weighed += len(text) + _below(part)
        size += len(squeeze(text))
    return size or len(squeeze(node.text or "")), weighed


def _says(node: Node) -> bool:
    """Whether it weighs anything."""
    return (
        any(squeeze(all_text(part)) for part in node.iterchildren(*_PARTS)) or squeeze(node.text or "") != ""
    )


def _below(node: Node) -> int:
    """How many elements: counted one by one while they are few, since a path takes long before it begins."""
    if not len(node):
        return 0
    few = sum([1 for _ in islice(node.iter("*"), _FEW)])
    return few - 1 if few < _FEW else int(cast("float", _BELOW(node)))


@lru_cache(maxsize=8192)
def _named(class_: str, id_: str) -> bool:
    return _CONTENT.search(f"{class_} {id_}") is not None


def words(root: Node, places: Places) -> str:
    """非链接文字 The main part of a page without what its links say."""
    return Walk(root, places, links=False).main_text()
