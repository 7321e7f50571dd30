"""面包屑 当前位置: the steps from the home page down to this one."""

import re

from model import Crumb
from reading.links import LinkPass
from reading.places import Places
from reading.tree import Node, all_text, squeeze

_LABEL = re.compile(
    r"(?:您|你)?(?:的|当前|现在|目前|所在)*(?:的)?(?:位置|所在位置|在的位置)(?:是)?\s*[:：]?|当前栏目\s*[:：]|\bLocation\s*[:：]"
)
_NAMED = re.compile(
    r"dqwz|crumb|position|weizhi|currpos|curmb|mbx|mianbao|nowplace|dangqian|BreadcrumbNav|\bpath\b", re.I
)
_SEPARATOR = re.compile(r"\s*(?:>>|>|»|›|→|\||/|\\|&gt;|-->|＞|—>|➤|·)\s*")
_HOME = re.compile(r"^(?:网站)?首\s*页$|^主页$|^首页$")
_MAX_STEPS = 10
_MAX_TEXT = 400


def crumbs_of(root: Node, links: LinkPass, places: Places) -> tuple[Crumb, ...]:
    """面包屑 Steps in order, the home page dropped; () when the page shows none."""
    for node in _candidates(root):
        steps = _steps(node, links)
        if steps:
            return tuple(steps[:_MAX_STEPS])
    return ()


def _candidates(root: Node) -> list[Node]:
    named, labelled = [], []
    for node in root.iter(
        "div", "p", "span", "td", "ul", "h2", "h3", "h4", "dd", "dt", "li", "font", "ol", "nav"
    ):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if len(names) > 1 and _NAMED.search(names[:120]):
            named.append(node)
        elif node.text and "位置" in node.text and len(node.text) < 40 and _LABEL.search(node.text):
            labelled.append(node)
            parent = node.getparent()
            if parent is not None and parent.find(".//a") is not None and node.find(".//a") is None:
                labelled.append(parent)
        if len(named) + len(labelled) > 40:
            break
    return labelled + named


def _steps(node: Node, links: LinkPass) -> list[Crumb]:
    text = squeeze(all_text(node))
    if not text or len(text) > _MAX_TEXT or (node.find(".//a") is None and not _SEPARATOR.search(text)):
        return []
    steps: list[Crumb] = []
    for name, url in _pieces(node, links):
        for piece in _SEPARATOR.split(_LABEL.sub(" ", name)) if url is None else [name]:
            clean = squeeze(piece).strip(" []【】:：>»")
            if clean and not _LABEL.fullmatch(clean):
                steps.append(Crumb(name=clean[:80], url=url or None))
    if not any(step.url for step in steps) and len(steps) < 2:
        return []
    return [step for index, step in enumerate(steps) if not (index == 0 and _is_home(step, links))]


def _is_home(step: Crumb, links: LinkPass) -> bool:
    if _HOME.match(step.name):
        return True
    home = links.site.home.rstrip("/")
    return bool(step.url) and re.sub(r"/(?:index|default)\.\w+$", "", step.url or "").rstrip("/") == home


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
