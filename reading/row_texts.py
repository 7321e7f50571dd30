"""行文字 The title of a row and the pieces of text beside it."""

import re
from functools import lru_cache
from itertools import islice

from reading.dates import plain
from reading.tree import Node, all_text, beginning, is_hiding, squeeze

PIECE = "\x1f"  # stands between pieces of text that stood in different elements
_PARTS = 40  # elements of one link that may hold its title
_MAX_PIECES = 400
_MIN_TITLE = 2
_TITLE_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TITLE_NAME = re.compile(
    r"(?:^|[-_\s])(?:tit(?:le)?\d?|bt|biaoti|subject|caption)(?:$|[-_\s])|title$|[a-z]Title\b", re.I
)
_TITLE_LABEL = re.compile(r"^\W{0,2}(?:文章|信息|新闻)?标题\s?[:：]\s?")
_LABELS = re.compile(
    r"\s(?:作\s?者|来\s?源|发布时间|发布日期|更新时间|更新日期|点击(?:数|次数)?|时间|日期)\s?[:：]"
)
_LOOSE = frozenset(
    {"a", "span", "b", "strong", "font", "h2", "h3", "h4", "h5", "p"}
)  # rows told by no container
_FOLLOWERS, _FOLLOWER = 3, 40
_DAY = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d|^\W{0,2}\d{1,2}[-/月]\d{1,2}日?\W{0,2}$")
SILENT = frozenset({"script", "style", "template", "noscript", "textarea", "option", "select"})


def title_of(anchor: Node) -> tuple[str, Node | None]:
    """标题 The title a link shows, and the element inside the link that holds it (None: the link itself).

    A link around a whole card holds a date and a summary beside its title; the title then stands in a heading
    or in an element named after it. A longer `title` attribute is the uncut title.
    """
    heading = _heading(anchor) if len(anchor) else None
    text = squeeze(beginning(heading if heading is not None else anchor))
    title = anchor.get("title")
    if not title or (title == text and "标题" not in title[:6]):
        return text, heading
    told = _told(title)
    cut = text.endswith(("…", "..")) and len(told) >= len(text.rstrip("….")) > 0
    longer = told and (len(told) > len(text) or cut) and not told.startswith("http")
    if longer and (heading is None or told.startswith(text[:6])):
        return told, heading
    return text, heading


def _told(title: str) -> str:
    """The title in a `title` attribute; old systems write 文章标题：… 作者：… 更新时间：… into it."""
    text = squeeze(title[:500])
    if "标题" in text[:6]:
        text = _LABELS.split(_TITLE_LABEL.sub("", text, count=1), maxsplit=1)[0].strip()
    return text


def _heading(anchor: Node) -> Node | None:
    """The one element of a link that is its title, when the link holds other text too."""
    for node in islice(anchor.iterdescendants(), _PARTS):
        tag = node.tag
        if not isinstance(tag, str) or tag == "img":
            continue
        named = tag in _TITLE_TAGS or _named(node.get("class") or "")
        if named and len(squeeze(beginning(node))) >= _MIN_TITLE:
            return node
    return None


@lru_cache(maxsize=4096)
def _named(class_: str) -> bool:
    return bool(class_) and _TITLE_NAME.search(class_[:80]) is not None


def outside_of(node: Node, anchor: Node, heading: Node | None) -> str:
    """标题之外 The text of a row without its title, made plain, its pieces set apart."""
    skip = anchor if heading is None else heading
    parts: list[str] = []
    if node is not skip:
        _collect(node, skip, parts)
    if node is anchor and anchor.tail:
        parts.append(anchor.tail)
    if node.tag in _LOOSE and not any(char.isdigit() for part in parts for char in part):
        parts += _before(node) if _days_lead(node) else _after(node)
    if node.tag == "td":
        after = node.getnext()
        while after is not None and next(after.iter("a"), None) is None:
            parts.append(all_text(after))
            after = after.getnext()
    elif node.tag in ("dt", "dd"):
        after = node.getnext()
        if after is not None and after.tag == "dd" and after.find(".//a") is None:
            parts.append(all_text(after))
    return plain(PIECE.join([part.strip() for part in parts if part and not part.isspace()]))


def _after(node: Node) -> list[str]:
    """Short texts between a row that is no container and the next one: link, day, line break."""
    parts: list[str] = []
    for follower in islice(node.itersiblings(), _FOLLOWERS):
        if follower.tag in ("a", "br", "hr", "script") or next(follower.iter("a"), None) is not None:
            break
        text = squeeze(beginning(follower)) if isinstance(follower.tag, str) else ""
        if len(text) > _FOLLOWER:
            break
        parts += [text, follower.tail or ""]
    return parts


def _days_lead(node: Node) -> bool:
    """Whether among rows without containers each day stands before its link: one before the first, none after the last."""
    parent = node.getparent()
    if parent is None:
        return False
    before = [parent.text or ""]
    for child in islice(parent, _FOLLOWERS + 1):
        if next(child.iter("a"), None) is not None:
            break
        before += [beginning(child), child.tail or ""]
    if not any(_DAY.search(text) for text in before):
        return False
    after: list[str] = []
    for child in islice(parent.iterchildren(reversed=True), _FOLLOWERS + 1):
        after.append(child.tail or "")
        if next(child.iter("a"), None) is not None:
            break
        after.append(beginning(child))
    return not any(_DAY.search(text) for text in after)


def _before(node: Node) -> list[str]:
    """Short texts between the row before and a row that is no container: day, link, line break."""
    parts: list[str] = []
    for leader in islice(node.itersiblings(preceding=True), _FOLLOWERS):
        parts.append(leader.tail or "")
        if leader.tag in ("a", "br", "hr", "script") or next(leader.iter("a"), None) is not None:
            return parts[::-1]
        text = squeeze(beginning(leader)) if isinstance(leader.tag, str) else ""
        if len(text) > _FOLLOWER:
            return parts[::-1]
        parts.append(text)
    parent = node.getparent()
    return [parent.text or "" if parent is not None else "", *parts[::-1]]


def pieces_in(anchor: Node) -> list[str]:
    """链接内各段 Each piece of text inside a link that holds elements, made plain; [] for a link of text alone."""
    if not len(anchor):
        return []
    parts: list[str] = []
    _collect(anchor, None, parts)
    return [plain(part.strip()) for part in parts if part and not part.isspace()]


def _collect(node: Node, skip: Node | None, parts: list[str]) -> None:
    """Adds the pieces of text below a node, in order, to `parts`, which are empty."""
    if node is skip or node.tag in SILENT:
        return
    if node.text:
        parts.append(node.text)
    for child in node:  # most rows hold a link and a day, each of text alone
        if child is skip or child.tag in SILENT or is_hiding(child):
            pass
        elif len(child):
            _below(child, skip, parts)
        elif text := child.text:
            parts.append(text)
        if tail := child.tail:
            parts.append(tail)
        if len(parts) >= _MAX_PIECES:
            del parts[_MAX_PIECES:]
            break


def _below(node: Node, skip: Node | None, parts: list[str]) -> None:
    stack: list[Node | str] = [node]
    first = True
    while stack and len(parts) < _MAX_PIECES:
        current = stack.pop()
        if isinstance(current, str):
            parts.append(current)
            continue
        if not first and current.tail:
            stack.append(current.tail)
        first = False
        if current is skip or current.tag in SILENT or (current is not node and is_hiding(current)):
            continue
        stack.extend(reversed(current))
        if current.text:
            stack.append(current.text)
