"""无障碍与适老 The entries to the aids for the blind and the elderly, as a visitor would press them.

The words alone prove nothing: they stand in comments, in scripts and in the prose of welfare offices. Only what
a link, a button or an element with a click of its own is called counts, and only when it is called nothing else.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from model import Mark
from reading.tree import Node, beginning, squeeze

_ENTER = r"(?:点击|进入|打开|开启|切换(?:到|至|为)?|启用|体验|网站|网页|本站|政府网站|智能|信息)*"
_ACCESS = re.compile(
    _ENTER + r"无障碍(?:浏览|阅读|模式|通道|辅助|工具|服务|导航|访问|操作|专区|助手|系统|说明|网站|功能|平台|"
    r"版本|版|条|页面|入口|开关|关怀版|长者版|适老化?|[与和及/、·\-|]|关怀|长者){0,5}"
    r"|按.{1,12}键.{0,12}打开无障碍.{0,40}|(?:盲人|视障)(?:版|模式|通道|专区|浏览)",
    re.S,
)
_ELDERLY = re.compile(
    _ENTER
    + r"(?:(?:长者|长辈|老年人?|关怀|关爱|敬老|大字|爱心)(?:专版|专区|专栏|模式|助手|浏览|浏览模式|辅助|通道|阅读|版本|版)"
    r"|适老(?:化)?(?:版本|版|模式|专区|专版|浏览|助手|网站|服务|及?无障碍|[与和及/、·\-|])*"
    r"|无障碍[与和及/、·\-|]?(?:适老化?|关怀|长者|老年)(?:版本|版|模式|专区|浏览|服务)?)",
    re.S,
)
_EDGE = " []【】()（）<>《》|·:：!！>»\u3000"
_PRESSED = ("a", "area", "button", "input", "img")
_ON_CLICK = ("span", "div", "li", "i", "em", "p", "label", "td")
_BUTTONS = frozenset({"button", "submit", "image", "reset"})
_NAMES = ("title", "alt", "aria-label", "value")
# all signs, each below a letter of its own: most pages hold few of those
_BY_LETTER = {
    "障": ("无障碍", "视障"),
    "盲": ("盲人",),
    "者": ("长者",),
    "辈": ("长辈",),
    "老": ("老年", "老人", "适老", "敬老"),
    "怀": ("关怀",),
    "爱": ("关爱", "爱心"),
    "字": ("大字",),
}
_SIGNS = re.compile("|".join(sign for signs in _BY_LETTER.values() for sign in signs))
_LONGEST = 60
_MOST = 5000  # elements


def aids(source: str, root: Node) -> tuple[Mark | None, Mark | None]:
    """辅助浏览 The entry to the aid for the blind (无障碍), and the one for the elderly (长者, 适老, 关怀); None for none."""
    blind = old = None
    if any(
        letter in source and any([sign in source for sign in signs]) for letter, signs in _BY_LETTER.items()
    ):
        for told in _called(root):
            if blind is None and _ACCESS.fullmatch(told):
                blind = _noted(told)
            if old is None and _ELDERLY.fullmatch(told):
                old = _noted(told)
            if blind is not None and old is not None:
                break
    return blind, old


@lru_cache(maxsize=256)
def _noted(told: str) -> Mark:
    return Mark(value=told[:40], raw=told, source="link")


def _called(root: Node) -> Iterator[str]:
    """What the elements that can be pressed are called, as shown or as their titles say, where it names an aid."""
    for node in islice(root.iter(*_PRESSED), _MOST):
        tag = node.tag
        if tag != "input" or (node.get("type") or "").lower() in _BUTTONS:
            yield from _names(node, shown=tag != "img" and tag != "input")
    for node in islice(root.iter(*_ON_CLICK), _MOST):
        if node.get("onclick") is not None or node.get("role") == "button":
            yield from _names(node, shown=True)


def _names(node: Node, shown: bool) -> list[str]:
    names = [name for one in _NAMES if (name := node.get(one))]
    if shown and len(node) < 4 and (said := beginning(node)):
        names.append(said)
    return [
        clean
        for name in names
        if len(name) < 200
        and _SIGNS.search(name)
        and 0 < len(clean := squeeze(name).strip(_EDGE)) <= _LONGEST
    ]
