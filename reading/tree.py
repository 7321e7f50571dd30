"""树 One lxml tree a page, made so that no page can raise or hang."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import cast

from lxml import etree

Node = etree._Element

_HEAD_CHARACTERS, _TAIL_CHARACTERS = 1_000_000, 200_000
_REPAIRED_CHARACTERS = 20_000  # Python's own parser takes quadratic time over comments that never close
_EMPTY = b"<html><body></body></html>"


def parse(text: str) -> Node:
    """解析 The tree of an HTML text; an empty page when nothing can be made of it. Comments are dropped."""
    clean = re.sub(r"^\s*<\?xml[^>]*>", "", text.replace("\0", ""))
    root = _tree(clean.encode("utf-8", "replace"))
    if root is None and clean.strip():
        root = _tree(_repaired(clean))
    return root if root is not None else etree.fromstring(_EMPTY, _parser())


def shortened(text: str) -> str:
    """截短 A page of megabytes keeps its head and its tail (the footer), so that none can hold up a crawl."""
    if len(text) <= _HEAD_CHARACTERS + _TAIL_CHARACTERS:
        return text
    return text[:_HEAD_CHARACTERS] + "\n" + text[-_TAIL_CHARACTERS:]


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
        return BeautifulSoup(text[:_REPAIRED_CHARACTERS], "html.parser").encode("utf-8")
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
_BREAK = "\x1e"  # between blocks; a line break of the source is only a space
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def squeeze(text: str) -> str:
    """压缩空白 Every run of white space, wide or not, as one space."""
    if "\u200b" in text or "\ufeff" in text:
        text = text.replace("\u200b", " ").replace("\ufeff", " ")
    return " ".join(text.split())


def all_text(node: Node) -> str:
    """全部文字 All text below an element, scripts included."""
    return "".join(cast("Iterator[str]", node.itertext()))


_BEGINNING = 2000  # characters
_BEGINNING_STEPS = 400  # elements entered or left


def beginning(node: Node) -> str:
    """开头文字 The text below an element as far as a title or an anchor can go.

    Links that are never closed nest, each holding the rest of the page; reading all of it for each of them
    would take hours.
    """
    if not len(node):
        return (node.text or "")[:_BEGINNING]
    parts: list[str] = []
    size = 0
    for event, element in islice(etree.iterwalk(node, events=("start", "end")), _BEGINNING_STEPS):
        part = element.text if event == "start" else element.tail if element is not node else None
        if part:
            parts.append(part[:_BEGINNING])
            size += len(parts[-1])
            if size > _BEGINNING:
                break
    return "".join(parts)


def is_hiding(node: Node) -> bool:
    """是否隐藏 Whether the element itself is taken out of sight by its own style or attribute."""
    style = node.get("style")
    return (style is not None and _hides(style)) or node.get("hidden") is not None


@lru_cache(maxsize=4096)
def _hides(style: str) -> bool:
    """Pages pasted from a word processor repeat a few long styles thousands of times."""
    return _HIDING.search(style) is not None


def visible_text(node: Node) -> str:
    """可见文字 Text a person sees below `node`: no scripts, no hidden parts; one line a block."""
    return both_texts(node, None)[0]


def opening_text(node: Node, enough: int) -> str:
    """开头可见文字 Visible text from the top until at least `enough` characters of it are seen, or all there is."""
    parts: list[str] = []
    stack: list[Node | str | None] = []
    seen = 0
    _open(node, stack)
    while stack and seen < enough:
        current = stack.pop()
        if isinstance(current, str):
            parts.append(current)
            seen += len(squeeze(current))
        elif current is not None:
            if current.tail:
                stack.append(current.tail)
            if isinstance(current.tag, str) and current.tag not in _SILENT and not is_hiding(current):
                _open(current, stack)
    return _lines(parts)


def both_texts(node: Node, left_out: Callable[[Node], bool] | None) -> tuple[str, str]:
    """两种文字 All visible text, and that without the parts `left_out` names; one walk, no recursion."""
    every: list[str] = []
    main: list[str] = []
    stack: list[Node | str | None] = []  # None: the end of a part that is left out
    inside = True
    _open(node, stack)
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            every.append(current)
            if inside:
                main.append(current)
        elif current is None:
            inside = True
        else:
            tail = current.tail
            if tail:
                stack.append(tail)
            tag = current.tag
            if tag in _SILENT or is_hiding(current) or not isinstance(tag, str):
                continue
            if inside and left_out is not None and left_out(current):
                inside = False
                stack.append(None)
            _open(current, stack)
    return _lines(every), _lines(main) if left_out is not None else ""


def _open(node: Node, stack: list[Node | str | None]) -> None:
    """Put an element's text and children on the stack, set off by breaks when it is a block."""
    block = node.tag in _BLOCK
    if block:
        stack.append(_BREAK)
    stack.extend(reversed(node))
    if node.text:
        stack.append(node.text)
    if block:
        stack.append(_BREAK)


def _lines(parts: list[str]) -> str:
    """One space between words, one line a block, no empty lines."""
    lines = [squeeze(line) for line in "".join(parts).split(_BREAK) if line and not line.isspace()]
    return "\n".join([line for line in lines if line])
