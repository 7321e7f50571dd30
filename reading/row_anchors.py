"""行链接 Which links of a page can be the title of a row, and which of them stand where rows seldom do."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from model import LinkPlace
from reading.dates import FULL, month_day, plain
from reading.places import Places
from reading.row_texts import title_of
from reading.row_units import beside_a_day
from reading.tree import Node, all_text, beginning

_SKIP_PLACES = frozenset({LinkPlace.FOOTER, LinkPlace.CRUMBS, LinkPlace.HIDDEN})
_MAX_ANCHORS = 1500
_MIN_TITLE = 2
_PAGER = re.compile(
    r"^(?:首页|尾页|末页|上一页|下一页|上页|下页|前一页|后一页|第一页|最后一页|最末页|更多|更多.{0,2}|more.{0,3}|\d{1,4}|GO|跳转|确定|"
    r"打印.{0,4}|关闭.{0,4}|返回.{0,6}|回到顶部|收藏.{0,2}|分享.{0,3}|详细|详情|详细信息|查看|查看详情|查看更多|点击查看|"
    r"阅读全文|搜索|检索|换一张|看不清.{0,6})$",
    re.I,
)
_AROUND, _LONGEST_STEP = "[]【】<>«»›‹ .·", 12  # no step of a pager is longer
_NUMBER = re.compile(r"\s*\d{1,4}\s*$")
_NO_PAGE = ("mailto:", "tel:", "#top")
_NO_PAGE_FIRST = "mMtT#"
_DAYS = re.compile(r"\d[-/.年月]\s{0,2}(?:[12]\d|3[01]|0?\d)(?!\d)")  # telephones pass too, at no harm
_LONGEST_PLACE = 20_000
_SHORT = 8


class Titled(NamedTuple):
    """有标题的链接 A link, the title it shows and the element inside it that holds the title."""

    anchor: Node
    title: str
    heading: Node | None
    order: int


def titled(root: Node, places: Places) -> tuple[list[Titled], list[Titled]]:
    """取行链接 Links that may be rows' titles; and those in parts called footer or position that show days: such a
    name may stand on anything, and only dated rows tell (see `are_dated`)."""
    found: list[Titled] = []
    aside: list[Titled] = []
    for order, anchor in enumerate(root.iter("a")):
        title, heading = title_of(anchor)
        if len(title) < _MIN_TITLE:
            continue
        bare = title.strip(_AROUND)
        if len(bare) <= _LONGEST_STEP and _is_step(bare) and not (title.isdigit() and beside_a_day(anchor)):
            continue
        if _is_number(anchor) and not beside_a_day(anchor):
            continue  # a page of a pager, or its total, that says more when pointed at
        href = anchor.get("href") or ""
        if href[:1] in _NO_PAGE_FIRST and href.lower().startswith(_NO_PAGE):
            continue
        place = places.of(anchor)
        kept = aside if place in _SKIP_PLACES else found
        if place is LinkPlace.HIDDEN:
            continue
        if kept and href and _pictures(kept[-1], href):
            kept.pop()  # a card's picture, then its title: one link twice
        kept.append(Titled(anchor, title, heading, order))
        if len(found) >= _MAX_ANCHORS or len(aside) >= _MAX_ANCHORS:
            break
    return found, aside if _with_days(aside, places) else []


@lru_cache(maxsize=4096)
def _is_step(words: str) -> bool:
    """Whether short words are those of a pager or a button. The pages of a site repeat the same menus."""
    return _PAGER.match(words) is not None


def are_dated(texts: Iterable[list[str]]) -> bool:
    """有日期的行 Whether two rows or more, each told by its pieces of text, show a day."""
    rows = 0
    for pieces in texts:
        rows += any(FULL.search(piece[:100]) or month_day(plain(piece[:30])) for piece in pieces)
        if rows >= 2:
            return True
    return False


def _is_number(anchor: Node) -> bool:
    """Whether a link shows a number alone under a longer `title`."""
    if anchor.get("title") is None:
        return False
    text = anchor.text
    if text is not None and len(text) > _SHORT:
        return False
    return _NUMBER.match(beginning(anchor)) is not None


def _pictures(last: Titled, href: str) -> bool:
    """Whether the link before is a picture alone and leads to the same page."""
    anchor = last.anchor
    return (
        len(anchor) > 0
        and anchor.get("href") == href
        and not beginning(anchor).strip()
        and not href.lower().startswith(("#", "javascript:"))
        and next(anchor.iter("img"), None) is not None
    )


def _with_days(aside: list[Titled], places: Places) -> bool:
    """Whether days stand in the outermost parts with such names; one glance spares the rest for real footers."""
    looked: set[Node] = set()
    for one in aside:
        node = one.anchor
        while (above := node.getparent()) is not None and places.of(above) in _SKIP_PLACES:
            node = above
        if node not in looked:
            looked.add(node)
            text = all_text(node)[:_LONGEST_PLACE]
            if len(list(islice(_DAYS.finditer(text), 2))) == 2:
                return True
    return False
