"""树 One lxml tree a page, made so that no page can raise or hang."""

import re

from lxml import etree

Node = etree._Element

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_CHARACTERS = 6_000_000
_EMPTY = b"<html><body></body></html>"


def parse(text: str) -> Node:
    """解析 The tree of an HTML text; an empty page when nothing can be made of it. Comments are dropped."""
    clean = _CONTROL.sub("", text[:_MAX_CHARACTERS])
    clean = re.sub(r"^\s*<\?xml[^>]*>", "", clean)
    root = _tree(clean.encode("utf-8"))
    if root is None and clean.strip():
        root = _tree(_repaired(clean))
    return root if root is not None else etree.fromstring(_EMPTY, _parser())


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)


def _tree(source: bytes) -> Node | None:
    try:
        root = etree.fromstring(source, _parser())
    except (etree.LxmlError, ValueError):
        return None
    return root if root is not None and isinstance(root.tag, str) else None


def _repaired(text: str) -> bytes:
    """What lxml refuses whole, BeautifulSoup with Python's own parser may still mend."""
    from bs4 import BeautifulSoup

    try:
        return BeautifulSoup(text[:500_000], "html.parser").encode("utf-8")
    except (RecursionError, ValueError, AssertionError):
        return _EMPTY


_SILENT = frozenset({"script", "style", "noscript", "template", "head", "title", "textarea", "option"})
_BLOCK = frozenset(
    {
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "td",
        "th",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "dl",
        "dt",
        "dd",
        "section",
        "article",
        "form",
        "header",
        "footer",
        "nav",
        "hr",
    }
)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACE = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")


def squeeze(text: str) -> str:
    """压缩空白 Every run of white space, wide or not, as one space."""
    return _SPACE.sub(" ", text).strip()


def is_hiding(node: Node) -> bool:
    """是否隐藏 Whether the element itself is taken out of sight by its own style or attribute."""
    style = node.get("style")
    return (style is not None and bool(_HIDING.search(style))) or node.get("hidden") is not None


def visible_text(node: Node, skip: frozenset[Node] | set[Node] = frozenset(), *, hidden: bool = False) -> str:
    """可见文字 Text a person sees below `node`: no scripts, no hidden parts, none of the nodes in `skip`.

    Walks without recursion. With `hidden` the display:none parts count too.
    """
    parts: list[str] = []
    stack: list[Node | str] = [node]
    first = True
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            parts.append(current)
            continue
        tag = current.tag
        if not first and current.tail:
            stack.append(current.tail)
        if isinstance(tag, str) and (first or tag not in _SILENT) and current not in skip:
            if first or hidden or not is_hiding(current):
                if tag in _BLOCK:
                    parts.append("\n")
                    stack.append("\n")
                stack.extend(reversed(current))
                if current.text:
                    stack.append(current.text)
        first = False
    return "".join(parts)
