"""正文 The main content of a page and its text."""

import re

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
_NAMED_TAGS = ("nav", "header", "footer")
_LIMIT_NODES = 4000


def content_node(root: Node, places: Places) -> Node | None:
    """正文容器 The element with a content class that holds the most text of its own; None when none is named so."""
    best: tuple[int, Node] | None = None
    for index, node in enumerate(root.iter("div", "td", "article", "section", "ucapcontent")):
        if index > _LIMIT_NODES:
            break
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if node.tag != "article" and (len(names) < 2 or not _CONTENT.search(names[:160])):
            continue
        if places.of(node) in _SKIP:
            continue
        size = sum(len(squeeze(all_text(p))) for p in node.iterchildren("p", "div", "span", "table"))
        size = size or len(squeeze(node.text or ""))
        if best is None or size > best[0] * 1.3:
            best = (size, node)
    return best[1] if best and best[0] > 0 else None


def texts(root: Node, places: Places) -> tuple[str, str]:
    """页面文字 All visible text, and the main part: no header, navigation, breadcrumb and footer."""

    def left_out(node: Node) -> bool:
        named = node.get("class") or node.get("id") or node.tag in _NAMED_TAGS
        return bool(named) and places.of(node) in _SKIP

    return both_texts(root, left_out)
