"""翻页处 Where a page's pager stands and what it says."""

import re

from model import LinkPlace
from reading.dates import plain
from reading.paging import Paging, created, told
from reading.places import Places
from reading.tree import Node, beginning, squeeze

_NAME = re.compile(r"pag|fy|fenye|digg", re.I)
_BOX = re.compile(r"""createPageHTML\w*\s*\(\s*['"]([\w\-]+)['"]""")
_MAX_TEXT = 200


def pager_of(root: Node, places: Places, visible: str) -> tuple[Paging | None, Node | None]:
    """找翻页 What the pager tells and the element it stands in (the box a script fills, when it names one)."""
    for node in root.iter("script"):
        if node.text and "createPageHTML" in node.text:
            made = created(node.text)
            if made:
                box = _BOX.search(node.text)
                holder = _by_id(root, box.group(1)) if box and made.style == "kaipuyun" else None
                return made, holder if holder is not None else node
    if told(plain(visible)) is None:
        return None, None  # no element needs to be asked when the whole page says nothing of the kind
    for node in root.iter("div", "p", "span", "td", "ul", "li", "form"):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        own = (node.text or "") + "".join(child.tail or "" for child in node)
        named = len(names) > 1 and _NAME.search(names[:80])
        if not named and "共" not in own:
            continue
        text = plain(squeeze(beginning(node)))
        if len(text) > _MAX_TEXT or places.of(node) is LinkPlace.FOOTER:
            continue
        made = told(text)
        if made and (made.total is not None or named):
            return made, node
    return None, None


def _by_id(root: Node, name: str) -> Node | None:
    for node in root.iter("div", "span", "ul", "p", "td"):
        if node.get("id") == name:
            return node
    return None
