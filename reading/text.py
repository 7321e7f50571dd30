"""正文 The main content of a page and its text."""

import re

from model import LinkPlace
from reading.places import Places
from reading.tree import Node, is_hiding, squeeze, visible_text

_CONTENT = re.compile(
    r"TRS_Editor|TRS_UEDITOR|\bzoom\b|article|artcon|\bcontent\b|v_news_content|pages_content|xl_content|xlcontent|detail|zhengwen|"
    r"\bcont\b|text_?con|news_?con|con_?text|main_?text|ewb-article|bt-content|UCAP-CONTENT|\bNewsContent|view|xxgkContent",
    re.I,
)
_SKIP = frozenset(
    {LinkPlace.FOOTER, LinkPlace.NAVIGATION, LinkPlace.HEADER, LinkPlace.CRUMBS, LinkPlace.HIDDEN}
)
_MAX_TEXT = 20_000
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
        size = sum(
            len(squeeze("".join(p.itertext()))) for p in node.iterchildren("p", "div", "span", "table")
        )
        size = size or len(squeeze(node.text or ""))
        if best is None or size > best[0] * 1.3:
            best = (size, node)
    return best[1] if best and best[0] > 0 else None


def main_text(root: Node, places: Places) -> str:
    """主体文字 Visible text without header, navigation, breadcrumb, footer and hidden parts."""
    skipped: set[Node] = set()
    stack: list[Node] = [root]
    seen = 0
    while stack:
        node = stack.pop()
        seen += 1
        if seen > _LIMIT_NODES:
            break
        for child in node:
            if not isinstance(child.tag, str):
                continue
            if (
                child.get("class")
                or child.get("id")
                or child.get("style")
                or child.tag in ("nav", "header", "footer")
            ):
                if places.of(child) in _SKIP or is_hiding(child):
                    skipped.add(child)
                    continue
            stack.append(child)
    return squeeze_lines(visible_text(root, skipped))[:_MAX_TEXT]


def squeeze_lines(text: str) -> str:
    """规整行 One space between words, one line a block, no empty lines."""
    lines = (squeeze(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
