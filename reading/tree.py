"""树 One lxml tree a page, made so that no page can raise or hang."""

import re
import threading
from functools import lru_cache
from itertools import islice

from lxml import etree

Node = etree._Element

_HEAD_CHARACTERS, _TAIL_CHARACTERS = 1_000_000, 200_000
_REPAIRED_CHARACTERS = 20_000  # Python's own parser takes quadratic time over comments that never close
_EMPTY = b"<html><body></body></html>"
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_OF_THREAD = threading.local()


def parse(text: str) -> Node:
    """解析 The tree of an HTML text; an empty page when nothing can be made of it. Comments are dropped."""
    clean = text.replace("\0", "")
    if (told := _DECLARATION.match(clean)) is not None:
        clean = clean[told.end() :]
    root = _tree(clean.encode("utf-8", "replace"))
    if root is None and clean.strip():
        root = _tree(_repaired(clean))
    return root if root is not None else etree.fromstring(_EMPTY, _parser())


def is_refused(text: str) -> bool:
    """是否整页拒收 Whether lxml makes nothing of a text that holds something, so that BeautifulSoup must mend it."""
    return bool(text.strip()) and _tree(text.replace("\0", "").encode("utf-8", "replace")) is None


def shortened(text: str) -> str:
    """截短 A page of megabytes keeps its head and its tail (the footer), so that none can hold up a crawl."""
    if len(text) <= _HEAD_CHARACTERS + _TAIL_CHARACTERS:
        return text
    return text[:_HEAD_CHARACTERS] + "\n" + text[-_TAIL_CHARACTERS:]


def curtailed(body: bytes) -> bytes:
    """截短字节 As `shortened`, before the bytes are decoded: tens of megabytes need not be. Cut between characters.

    A character of UTF-8 is not cut; of another charset at most one is, at either side. Even lengths keep UTF-16.
    """
    if len(body) <= 4 * (_HEAD_CHARACTERS + _TAIL_CHARACTERS):
        return body
    end, start = 4 * _HEAD_CHARACTERS, (len(body) - 4 * _TAIL_CHARACTERS) & ~1
    step = 2 if b"\0" in body[:64] else 1
    for _ in range(3):
        end -= step if body[end] & 0xC0 == 0x80 else 0
        start += step if body[start] & 0xC0 == 0x80 else 0
    return body[:end] + body[start:]


def _parser() -> etree.HTMLParser:
    """One a thread: to make one takes as long as to read a short page."""
    parser: etree.HTMLParser | None = getattr(_OF_THREAD, "parser", None)
    if parser is None:
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        _OF_THREAD.parser = parser
    return parser


def _tree(source: bytes) -> Node | None:
    try:
        root = etree.fromstring(source, _parser())
    except (etree.LxmlError, ValueError):
        return None
    return _lifted(_joined(root)) if root is not None and isinstance(root.tag, str) else None


def _joined(root: Node) -> Node:
    """A page whose included header brought its own `</html>` goes on for the visitor; lxml sets the rest beside it."""
    later = [one for one in root.itersiblings() if isinstance(one.tag, str)]
    if later:
        body = root.find("body")
        body = root if body is None else body
        for one in later:
            for part in list(one) if one.tag == "html" else [one]:
                if part.tag not in ("head", "body"):
                    body.append(part)
                    continue
                text = _CONTROL.sub(" ", part.text or "")  # lxml reads control characters and takes none back
                if len(body):
                    body[-1].tail = _CONTROL.sub(" ", body[-1].tail or "") + text
                else:
                    body.text = _CONTROL.sub(" ", body.text or "") + text
                body.extend(list(part))
    return root


_THROUGH = frozenset(
    {"div", "p", "address", "a", "span", "b", "i", "em", "strong", "font", "u", "small", "big", "label"}
)
_MOST_ITEMS, _MOST_NESTED, _LEVELS = 5000, 20, 6


def _lifted(root: Node) -> Node:
    """A list item ends the one before it though a `div` in that was never closed (HTML standard, "in body"); lxml
    sets all later items inside the first."""
    nested = 0
    last: dict[Node, Node] = {}
    for item in list(islice(root.iter("li"), _MOST_ITEMS)):
        node = item.getparent()
        for _ in range(_LEVELS):
            if node is None or node.tag not in _THROUGH:
                break
            node = node.getparent()
        if node is None or node.tag != "li" or nested > _MOST_NESTED:
            continue
        nested += len(list(islice(item.iter("li"), 2))) > 1
        last.get(node, node).addnext(item)
        last[node] = item
    return root


def _repaired(text: str) -> bytes:
    """What lxml refuses whole, BeautifulSoup with Python's own parser may still mend."""
    from bs4 import BeautifulSoup

    try:
        return BeautifulSoup(text[:_REPAIRED_CHARACTERS], "html.parser").encode("utf-8")
    except (RecursionError, ValueError, AssertionError):
        return _EMPTY


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufddf\ufffe\uffff]")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


_LONG_STYLE = 2000  # characters; longer ones are not kept in mind


def squeeze(text: str) -> str:
    """压缩空白 Every run of white space, wide or not, as one space."""
    if "\u200b" in text or "\ufeff" in text:
        text = text.replace("\u200b", " ").replace("\ufeff", " ")
    return " ".join(text.split())


def all_text(node: Node) -> str:
    """全部文字 All text below an element, scripts included."""
    return etree.tostring(node, method="text", encoding="unicode", with_tail=False)


def spelt(node: Node) -> bytes:
    """写出 An element with all that it holds, without what comes after it: two of them are alike when their bytes are."""
    return etree.tostring(node, encoding="utf-8", with_tail=False)


_BEGINNING = 2000  # characters
_BEGINNING_STEPS = 400  # elements entered or left


def beginning(node: Node) -> str:
    """开头文字 The text below an element as far as a title or an anchor can go.

    Links that are never closed nest, each holding the rest of the page; reading all of it for each of them
    would take hours.
    """
    below = len(node)
    if not below:
        return (node.text or "")[:_BEGINNING]
    if below == 1 and not len(only := node[0]):
        parts = [node.text, only.text, only.tail]
        return "".join([part[:_BEGINNING] for part in parts if part])
    return _walked(node)


def _walked(node: Node) -> str:
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
    return (style is not None and hides(style)) or node.get("hidden") is not None


def hides(style: str) -> bool:
    """是否藏起 Whether a style takes its element out of sight."""
    return _known_to_hide(style) if len(style) < _LONG_STYLE else _HIDING.search(style) is not None


@lru_cache(maxsize=4096)
def _known_to_hide(style: str) -> bool:
    """Pages pasted from a word processor repeat a few long styles thousands of times."""
    return _HIDING.search(style) is not None
