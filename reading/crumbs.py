"""面包屑 当前位置: the steps from the home page down to this one."""

import re
from functools import lru_cache

from model import Crumb
from model.frozen import made
from reading.address import without_index
from reading.links import LinkPass
from reading.places import Places
from reading.tree import Node, all_text, squeeze

_LABEL = re.compile(
    r"(?:您|你)?(?:的|当前|现在|目前|所在)*(?:的)?(?:位置|所在位置|在的位置)(?:是)?\s*[:：]?|当前栏目\s*[:：]|\bLocation\s*[:：]"
)
_NAMED = re.compile(
    r"dqwz|crumb|position|weizhi|currpos|curmb|mbx|mianbao|nowplace|dangqian|BreadcrumbNav|\bpath\b", re.I
)
_SEPARATOR = re.compile(r"\s[-–—]{1,2}\s|\s*(?:[-—]{0,2}>{1,3}|»|›|→|\||｜|丨|/|／|\\|&gt;|＞{1,2}|➤|▶|·)\s*")
_SIGNS = re.compile(r"[\W_]+")
_EDGES = " []【】:：>»-–—|｜"
# what content systems write after the column's own name
_TAIL = frozenset(
    {"正文", "列表", "内容", "详情", "列表页", "详细", "详细内容", "详细信息", "信息详细", "信息列表", "文章内容", "文章正文", "内容正文",
     "正文内容", "信息正文", "信息内容", "浏览正文", "浏览", "查看", "查看详情"}
)  # fmt: skip
_HOME = re.compile(r"^(?:网站)?首\s*页$|^主页$|^首页$")
_MAX_STEPS = 10
_MAX_TEXT = 400


def crumbs_of(root: Node, links: LinkPass, places: Places) -> tuple[Crumb, ...]:
    """面包屑 Steps in order, the home page dropped; () when the page shows none."""
    second: tuple[Crumb, ...] = ()
    for node in _candidates(root):
        text = squeeze(all_text(node))
        steps = _steps(node, text, links)
        if not steps:
            continue
        if _parted(text) or any(
            url and _is_home(name[:80], url, links) for name, url in _pieces(node, links)
        ):
            return tuple(steps[:_MAX_STEPS])
        second = second or (tuple(steps[:_MAX_STEPS]) if _labelled(text) and len(steps) > 1 else ())
    return second


def _candidates(root: Node) -> list[Node]:
    named: list[Node] = []
    labelled: list[Node] = []
    for node in root.iter(
        "div", "p", "span", "td", "ul", "h1", "h2", "h3", "h4", "h5", "dd", "dt", "li", "font", "ol", "nav", "section",
        "strong", "b", "em", "label",
    ):  # fmt: skip
        class_, id_ = node.get("class"), node.get("id")
        if (class_ or id_) and _is_named(class_ or "", id_ or ""):
            named.append(node)
        elif (text := node.text) and "位置" in text and len(text) < 60 and _labelled(text):
            labelled.append(node)
            parent = node.getparent()
            if parent is not None and parent.find(".//a") is not None and node.find(".//a") is None:
                labelled.append(parent)
        else:
            continue
        if len(named) + len(labelled) > 40:
            break
    return labelled + named


@lru_cache(maxsize=8192)
def _is_named(class_: str, id_: str) -> bool:
    return _NAMED.search(f"{class_} {id_}"[:120]) is not None


def _labelled(text: str) -> bool:
    """Whether a text begins with 当前位置 or the like; 项目所在位置 and 地理位置 are something else."""
    found = _LABEL.search(text[:80])
    return found is not None and not text[: found.start()].strip(_EDGES + "·•\xa0\n\r\t")


def _steps(node: Node, text: str, links: LinkPass) -> list[Crumb]:
    if not text or len(text) > _MAX_TEXT or (node.find(".//a") is None and not _parted(text)):
        return []
    steps: list[Crumb] = []
    for name, url in _pieces(node, links):
        named = _names if len(name) <= _MAX_TEXT else _names.__wrapped__
        steps += [
            made(Crumb, {"name": one, "url": url or None}) for one in named(name, linked=url is not None)
        ]
    if not any(step.url for step in steps) and len(steps) < 2:
        return []
    steps = [step for index, step in enumerate(steps) if index or not _is_home(step.name, step.url, links)]
    while steps and steps[-1].name in _TAIL:
        steps.pop()
    return steps


@lru_cache(maxsize=2048)
def _parted(text: str) -> bool:
    return _SEPARATOR.search(text) is not None


@lru_cache(maxsize=4096)
def _names(text: str, *, linked: bool) -> tuple[str, ...]:
    """Names of the steps that a piece of text between two elements holds; a link is one step."""
    pieces = [text] if linked else _SEPARATOR.split(_LABEL.sub(" ", text))
    cleaned = [squeeze(piece).strip(_EDGES) for piece in pieces]
    return tuple(
        [one[:80] for one in cleaned if one and not _LABEL.fullmatch(one) and not _SIGNS.fullmatch(one)]
    )


def _is_home(name: str, url: str | None, links: LinkPass) -> bool:
    if _HOME.match(name):
        return True
    home = links.site.home.rstrip("/")
    return url is not None and without_index(url).rstrip("/") == home


def _pieces(node: Node, links: LinkPass) -> list[tuple[str, str | None]]:
    pieces: list[tuple[str, str | None]] = []
    stack: list[Node | str] = [node]
    first = True
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            pieces.append((current, None))
            continue
        if not first and current.tail:
            stack.append(current.tail)
        if current.tag == "a":
            link = links.of.get(current)
            pieces.append((all_text(current), link.url if link is not None else ""))
        elif current.tag not in ("script", "style", "select"):
            stack.extend(reversed(current))
            if current.text:
                stack.append(current.text)
        first = False
    return pieces
