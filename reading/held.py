"""所含 What an element holds: whether a name that calls it menu, breadcrumb, header or footer can be true of it."""

import re
from typing import NamedTuple

from model import LinkPlace
from reading.tree import Node, all_text, hides

_SILENT = frozenset({"script", "style", "noscript", "template", "option", "select", "textarea"})
_WHOLE = frozenset({"main", "article", "nav", "header"})  # a footer holds none of these
_DAY = re.compile(  # 2024-03-15 or 03-15; begins with a digit and looks back from behind it, which is fast
    r"[0-2](?:(?:(?<=1)9|(?<=2)0)\d\d(?<!\d\d{4})\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)"
    r"|(?<=[01])\d(?<![-\d/.]\d\d)-[0-3]\d(?![-\d]))"
)
_BY_LAW = re.compile(r"版权所有|备案|ICP|标识码|主办|承办|公网安备|技术支持|copyright|©", re.I)
_OF_SITE = re.compile(r"网站|电话|地址|邮编|邮箱|联系|传真|访问量")
_WAY = re.compile(r"位置|首\s?页|主页|当前|[>»›＞→]|Location|Home", re.I)
_MOST_TEXT, _MOST_LINK = 3000, 200
_SHORT_WAY, _WAY_TEXT, _TITLE = 30, 300, 12


class Held(NamedTuple):
    """所含 Characters outside (`plain`) and inside links, how many links and days; `text` is the unlinked part."""

    text: str
    plain: int
    linked: int
    links: int
    days: int
    headed: bool
    whole: bool


def held(node: Node, most: int) -> tuple[Held | None, int]:
    """量所含 What stands below a node, links read as one; None when it is more than `most` elements or much text.

    The second value is how many elements were looked at.
    """
    plain: list[str] = []
    linked: list[str] = []
    size = looked = 0
    headed = whole = False
    stack = list(reversed(node))
    if node.text:
        plain.append(node.text)
    while stack:
        current = stack.pop()
        looked += 1
        tag, below = current.tag, len(current)
        if (tail := current.tail) and not tail.isspace():
            plain.append(tail)
            size += len(tail)
        if tag == "a":
            said = all_text(current) if below else current.text or ""
            linked.append("".join(said[:_MOST_LINK].split()))
            continue
        if tag in _SILENT or not isinstance(tag, str):
            continue
        style = current.get("style")
        if style is not None and hides(style):
            continue
        headed = headed or tag == "h1"
        whole = whole or tag in _WHOLE
        if (text := current.text) and not text.isspace():
            plain.append(text)
            size += len(text)
        if looked > most or size > _MOST_TEXT:
            return None, looked
        if below:
            stack.extend(reversed(current))
    pieces = ["".join(piece.split()) for piece in plain]
    held_text = "\n".join([piece for piece in pieces if piece])
    dated = "-" in held_text or "20" in held_text or "19" in held_text
    days = (len(_DAY.findall(held_text)) if dated else 0) + sum(
        [len(_DAY.findall(link)) for link in linked if "-" in link or "20" in link]
    )
    own, among = len(held_text) - held_text.count("\n"), sum(map(len, linked))
    return Held(held_text, own, among, sum([1 for link in linked if link]), days, headed, whole), looked


def fits(place: LinkPlace, strong: bool, within: Held) -> bool:
    """是否相称 Whether what an element holds can be what its name says; `strong`: the name says nothing else."""
    if place is LinkPlace.NAVIGATION:
        return _is_menu(strong, within)
    if place is LinkPlace.CRUMBS:
        return _is_way(within)
    if place is LinkPlace.FOOTER:
        return _is_footer(strong, within)
    if within.days >= 2 or (within.headed and not strong) or _holds_footer(within):
        return False
    return within.plain <= max(150 if strong else 60, within.linked)


def _is_menu(strong: bool, within: Held) -> bool:
    if within.days >= 2 and within.days * 3 >= within.links:
        return False
    if _holds_footer(within) or within.plain > max(60 if strong else 20, within.linked):
        return False
    return strong or within.linked < _TITLE * within.links or within.links < 3


def _is_way(within: Held) -> bool:
    size = within.plain + within.linked
    if size > _WAY_TEXT or within.days >= 2:
        return False
    return size <= _SHORT_WAY or within.linked * 2 >= within.plain or _WAY.search(within.text) is not None


def _is_footer(strong: bool, within: Held) -> bool:
    if within.days >= 2 or within.headed or within.whole or "当前位置" in within.text:
        return False
    if within.plain <= (60 if strong else 12) or within.linked >= 2 * within.plain:
        return True
    law = _BY_LAW.search(within.text)
    if law is None or within.plain > 1000:
        return False
    site = _OF_SITE.search(within.text)
    return min(law.start(), site.start() if site else law.start()) <= 150


def _holds_footer(within: Held) -> bool:
    """A part that holds the footer too holds the whole page."""
    return "版权所有" in within.text or "ICP备" in within.text or "标识码" in within.text
