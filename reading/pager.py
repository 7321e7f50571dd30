"""翻页处 Where a page's pager stands and what it says."""

import re
from itertools import islice

from model import LinkPlace
from reading.dates import plain
from reading.paging import Paging, created, told, written_pages
from reading.places import Places
from reading.tree import Node, beginning, squeeze

_NAME = re.compile(r"pag|fy|fenye|digg", re.I)
_BOX = re.compile(r"""createPageHTML\w*\s*\(\s*['"]([\w\-]+)['"]""")
_MAX_TEXT = 200
_TOTAL_ALONE = 16  # characters of an element that tells a total and nothing else; 共12件 also stands in prose
_TELLING = ("共", "总", "页次", "记录")
_CALLS = ("createPageHTML", "countPage", "gotopage_fun")
_STEPS = {
    "first": frozenset({"首页", "第一页", "最前页", "首 页"}),
    "before": frozenset({"上一页", "上页", "前一页", "前页", "上 一 页", "上一頁"}),
    "after": frozenset({"下一页", "下页", "后一页", "后页", "下 一 页", "下一頁"}),
    "last": frozenset({"尾页", "末页", "最后一页", "最末页", "最后页", "尾 页", "末 页"}),
}
_STEP_OF = {word: step for step, words in _STEPS.items() for word in words}
_STEP_TAGS = ("a", "span", "li", "td", "font", "em", "button", "div", "p")
_CURRENT = re.compile(r"cur|active|\bon\b|no_d\b|selected|this|now", re.I)
_TOTAL_TITLE = re.compile(r"\s*(?:total record|总数|总记录|记录总数|共有)", re.I)
_PAGER = re.compile(r"[上下尾末后]一?页|页次|页码|\d\s?页|每页|\d\s?/\s?\d")
_STEPS_AWAY = 2
_LEVELS, _MOST_PARTS, _MOST_PAGES = 4, 80, 5000


def pager_of(root: Node, places: Places, visible: str) -> tuple[Paging | None, Node | None]:
    """找翻页 What the pager tells and the element it stands in (the box a script fills, when it names one)."""
    scripted, script = _scripted(root)
    if scripted is not None and scripted.style != "text":
        return scripted, script
    if told(plain(visible)) is not None:
        made, node = _told(root, places)
        if made is not None:
            return _completed(made, root, places, visible), node
    if scripted is not None:
        return scripted, script
    return _worded(root, places) if _steps_in(visible) else (None, None)


def _steps_in(visible: str) -> bool:
    return any(
        [word in visible for word in ("下一页", "下页", "后一页", "尾页", "末页", "最后一页", "上一页")]
    )


def _completed(made: Paging, root: Node, places: Places, visible: str) -> Paging:
    """A total told apart from the pages, which the steps beside it show."""
    if made.pages is not None or not _steps_in(visible):
        return made
    steps, _ = _worded(root, places)
    return made._replace(number=steps.number, pages=steps.pages) if steps is not None else made


def _scripted(root: Node) -> tuple[Paging | None, Node | None]:
    for node in root.iter("script"):
        text = node.text
        if not text or not any(call in text for call in _CALLS):
            continue
        made = created(text) or written_pages(text)
        if made:
            box = _BOX.search(text)
            holder = _by_id(root, box.group(1)) if box and made.style == "kaipuyun" else None
            return made, holder if holder is not None else node
    return None, None


def _told(root: Node, places: Places) -> tuple[Paging | None, Node | None]:
    """A short element that tells a total, or pages in an element named after them."""
    for node in root.iter("div", "p", "span", "td", "ul", "li", "form", "label", "em", "font"):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        own = (node.text or "") + "".join([child.tail or "" for child in node])
        named = len(names) > 1 and _NAME.search(names[:80])
        if not named and not any(word in own for word in _TELLING):
            continue
        text = plain(squeeze(beginning(node)))
        if len(text) > _MAX_TEXT or places.of(node) is LinkPlace.FOOTER:
            continue
        made = told(text)
        telling = made is not None and made.total is not None
        if made and (
            named or (telling and ("页" in text or (len(text) <= _TOTAL_ALONE and _beside_steps(node))))
        ):
            return made, node
    return None, None


def _beside_steps(node: Node) -> bool:
    """Whether the words of a pager stand right beside a total that stands alone."""
    outer: Node | None = node
    for _ in range(_STEPS_AWAY):
        outer = outer.getparent() if outer is not None else None
        if outer is None or outer.tag in ("body", "html"):
            return False
        text = squeeze(beginning(outer))
        if len(text) > _MAX_TEXT:
            return any(
                isinstance(part.tag, str) and len(said := beginning(part)) < _MAX_TEXT and _PAGER.search(said)
                for near in (node, outer)
                for part in (near.getprevious(), near.getnext())
                if part is not None
            )
        if _PAGER.search(text):
            return True
    return False


def _worded(root: Node, places: Places) -> tuple[Paging | None, Node | None]:
    """上一页 1 2 3 下一页: two different steps beside each other are a pager, whatever it is called."""
    for node in root.iter(*_STEP_TAGS):
        text = node.text
        if not text or len(text) > 20:
            continue
        step = _STEP_OF.get(" ".join(text.split()).strip("[]<>«»‹› "))
        if step is None or step == "first" or places.of(node) is LinkPlace.FOOTER:
            continue
        holder = _holder(node, step)
        if holder is not None:
            made = _numbers(holder)
            if made.pages is None and not _goes_on(holder):
                continue  # 上一页 beside 首页 alone leads back from anything
            return made, holder
    return None, None


def _holder(node: Node, step: str) -> Node | None:
    """The nearest element around one step that holds another one and little else."""
    outer: Node | None = node
    for _ in range(_LEVELS):
        outer = outer.getparent() if outer is not None else None
        if outer is None or outer.tag in ("body", "html"):
            return None
        text = squeeze(beginning(outer))
        if len(text) > _MAX_TEXT:
            return None
        for part in islice(outer.iterdescendants(), _MOST_PARTS):
            other = (
                _STEP_OF.get(squeeze(part.text or "").strip("[]<>«»‹› "))
                if isinstance(part.tag, str)
                else None
            )
            if other is not None and other != step:
                return outer
    return None


def _goes_on(holder: Node) -> bool:
    """Whether a step to later pages stands in a pager."""
    texts = (
        squeeze(part.text or "")
        for part in islice(holder.iterdescendants(), _MOST_PARTS)
        if isinstance(part.tag, str)
    )
    return any(_STEP_OF.get(text.strip("[]<>«»‹› ")) in ("after", "last") for text in texts)


def _numbers(holder: Node) -> Paging:
    """Current and last page, as far as the pager shows them as numbers of their own."""
    numbers: list[int] = []
    current: int | None = None
    total: int | None = None
    for part in islice(holder.iterdescendants(), _MOST_PARTS):
        text = (part.text or "").strip().strip("[]") if isinstance(part.tag, str) else ""
        if not text.isascii() or not text.isdigit() or len(text) > 4 or not 0 < int(text) <= _MOST_PAGES:
            continue
        above = part.getparent()
        if any(node is not None and _TOTAL_TITLE.match(node.get("title") or "") for node in (part, above)):
            total = int(text)
            continue
        numbers.append(int(text))
        names = f"{part.get('class') or ''} {above.get('class') or '' if above is not None else ''}"
        if current is None and (_CURRENT.search(names) or (part.tag != "a" and part.find("a") is None)):
            current = int(text)
    return Paging(current, max(numbers, default=None), total, style="words")


def _by_id(root: Node, name: str) -> Node | None:
    for node in root.iter("div", "span", "ul", "p", "td"):
        if node.get("id") == name:
            return node
    return None
