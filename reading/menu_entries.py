"""菜单项 A page's own menus as their lists nest: which entry stands below which, heads that lead nowhere included."""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from model import LinkPlace, LinkRelation, MenuEntry
from model.frozen import made
from reading.address import is_article_url
from reading.links import LinkPass
from reading.places import Places
from reading.tree import Node, beginning, squeeze

_MOST = 400
_LONGEST = 16  # characters of a menu entry
_REAL = 2  # entries that lead somewhere, beside which words without a link are entries too
_HIGHEST = 12  # levels between an entry and the outermost list of its menu
_LISTS = ("ul", "ol", "dl")
_HEADS = ("dt", "span", "h2", "h3", "h4", "p", "strong", "b", "em", "div")
# beside the header's menu: the platform's left menu, which no name of class or id calls a menu (seen: zfxxgk_left)
_SIDE = re.compile(
    r"(?:^|[\s_-])(?:left|side|zuo)(?:$|[\s_\d-])|zfxxgk_left|xxgk_?(?:left|menu|nav|tree)", re.I
)
_TOOL = re.compile(
    r"[+＋>》\s]*(?:查看)?(?:更多|more)|[简繁]体|无障碍|关怀|长者|适老|登录|注册|分享|en$|english|手机版|移动版|收藏|加入收藏|"
    r"设为首页|打印|关闭|(?:高级)?(?:搜索|检索)$|上一|下一|尾页|末页",
    re.I,
)
_Step = tuple[str, str]  # name and address


class _Branch(dict[_Step, "_Branch"]):
    """Entries and what is below each."""


class _Entry(NamedTuple):
    path: tuple[_Step, ...]  # the entries above and the entry itself
    group: Node | None  # the list it stands in


def menu_of(links: LinkPass, places: Places, home: bool) -> tuple[MenuEntry, ...]:
    """菜单 Entries in page order, at most 400; copies of one menu are told once, as the one that nests deeper.

    What a home page holds on its left are boxes of news: side menus are looked for elsewhere only.
    """
    found: list[_Entry] = []
    sides: dict[Node, bool] = {}
    heads: dict[Node, _Step | None] = {}
    for node, link in links.of.items():
        step = _step(links, node)
        if step is None or link.tag != "a" or _is_tool(link.anchor):
            continue
        if link.place is not LinkPlace.NAVIGATION and (
            home
            or link.relation is LinkRelation.EXTERNAL
            or is_article_url(link.url)
            or not _beside(node, sides)
        ):
            continue
        above, group = _above(node, links, places, sides, heads)
        found.append(_Entry((*(one for one in above if one != step), step), group))
        if len(found) >= _MOST:
            break
    found += [
        _Entry(((link.anchor, link.url),), None)
        for link in links.links
        if link.tag == "script-a" and link.url and 0 < len(link.anchor) <= _LONGEST
    ]
    return _told(_without_tabs(found))


@lru_cache(maxsize=4096)
def _is_tool(name: str) -> bool:
    return _TOOL.match(name) is not None


def _step(links: LinkPass, node: Node) -> _Step | None:
    """The name and address of a link as a menu entry; the address "" when it leads nowhere of its own."""
    link = links.of.get(node)
    if link is None or not 0 < len(link.anchor) <= _LONGEST:
        return None
    if link.relation not in (LinkRelation.INTERNAL, LinkRelation.EXTERNAL, LinkRelation.SCRIPT_ONLY):
        return None
    nowhere = link.relation is LinkRelation.SCRIPT_ONLY or not link.raw.strip()
    return link.anchor, "" if nowhere else link.url


def _without_tabs(found: list[_Entry]) -> list[_Entry]:
    """Words that lead nowhere and head nothing are tabs and sliders, unless they stand among real entries."""
    heading = {step for entry in found for step in entry.path[:-1]}
    real = Counter(entry.group for entry in found if entry.path[-1][1] or entry.path[-1] in heading)
    return [
        entry
        for entry in found
        if entry.path[-1][1]
        or entry.path[-1] in heading
        or (entry.group is not None and real[entry.group] >= _REAL)
    ]


def _told(found: list[_Entry]) -> tuple[MenuEntry, ...]:
    """Like entries below like ones are one; each is followed by what is below it."""
    tree = _Branch()
    count = 0
    for entry in found:
        branch = tree
        for step in entry.path:
            if step not in branch:
                count += 1
                if count > _MOST:
                    break
            branch = branch.setdefault(step, _Branch())
    told: list[MenuEntry] = []
    waiting = [(step, below, 0) for step, below in reversed(tree.items())]
    while waiting and len(told) < _MOST:
        (name, url), below, depth = waiting.pop()
        told.append(made(MenuEntry, {"name": name, "url": url, "depth": depth}))
        waiting += [(step, further, depth + 1) for step, further in reversed(below.items())]
    return tuple(told)


def _above(
    node: Node, links: LinkPass, places: Places, sides: dict[Node, bool], heads: dict[Node, _Step | None]
) -> tuple[list[_Step], Node | None]:
    """The heads of the items that hold the entry's list, outermost first, and that list."""
    steps: list[_Step] = []
    group: Node | None = None
    inside: str | None = None  # dd or li by which the entry lies in the current list
    current: Node | None = node.getparent()
    for _ in range(_HIGHEST):
        if current is None or current.tag in ("body", "html"):
            break
        if places.of(current) is not LinkPlace.NAVIGATION and not sides.get(current, False):
            break
        if current.tag in _LISTS:
            group = current if group is None else group
            if current.tag == "dl" and inside == "dd":
                _add(steps, _head(current, links, heads))
        elif current.tag == "li" and group is not None:
            _add(steps, _head(current, links, heads))
        if current.tag in ("li", "dd", "dt"):
            inside = str(current.tag)
        current = current.getparent()
    return steps[::-1], group


def _add(steps: list[_Step], head: _Step | None) -> None:
    if head is not None:
        steps.append(head)


def _head(holder: Node, links: LinkPass, known: dict[Node, _Step | None]) -> _Step | None:
    """What an item that holds a list is called: its own link outside the list, else bare words."""
    if holder in known:
        return known[holder]
    node = holder.find("dt") if holder.tag == "dl" else holder
    found: _Step | None = None
    if node is not None:
        found = _linked_head(node, links)
        if found is None:
            words = squeeze(node.text or "") or next(
                (squeeze(beginning(part)) for part in node if part.tag in _HEADS and _bare(part)), ""
            )
            found = (words, "") if 0 < len(words) <= _LONGEST else None
    known[holder] = found
    return found


def _linked_head(node: Node, links: LinkPass) -> _Step | None:
    for part in node:
        if part.tag in _LISTS or not isinstance(part.tag, str):
            continue
        link = part if part.tag == "a" else None
        if link is None and not any(True for _ in part.iter(*_LISTS)):
            link = part.find(".//a")
        if link is not None:
            return _step(links, link)
    return None


def _bare(part: Node) -> bool:
    return part.find(".//a") is None and not any(True for _ in part.iter(*_LISTS))


def _beside(node: Node, known: dict[Node, bool]) -> bool:
    """Whether an element lies in a side menu, remembered for every element on the way up."""
    chain: list[Node] = []
    current: Node | None = node
    told = False
    while current is not None and current.tag not in ("body", "html"):
        answer = known.get(current)
        if answer is not None:
            told = answer
            break
        chain.append(current)
        if _is_side(current.get("class") or "", current.get("id") or ""):
            told = True
            break
        current = current.getparent()
    for one in chain:
        known[one] = told
    return told


@lru_cache(maxsize=8192)
def _is_side(class_: str, id_: str) -> bool:
    return bool(class_ or id_) and _SIDE.search(f"{class_[:200]} {id_[:200]}") is not None
