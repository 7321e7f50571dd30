"""空列表 Whether the place of a list is there and holds nothing: told by the page's build, never by a phrase alone."""

import re
from collections.abc import Collection
from itertools import islice

from model import LinkPlace
from reading.places import Places
from reading.tree import Node, beginning, squeeze
from reading.walk import visible_text

_LEVELS = 5
_HOLDERS = frozenset({"ul", "ol", "dl", "table", "tbody"})
_LIST_NAME = re.compile(r"list|lie?biao|gl_|news", re.I)
_HEAD_WORD = re.compile(
    r"(?:序号|编号|标题|名称|信息名称|文件名称|主题|发布机构|发布日期|发布时间|日期|时间|公开日期|成文日期|生成日期|文号|索引号|来源|状态|操作|类别|分类|点击数?|浏览数?)"
)
_PHRASE = re.compile(
    r"[^\w]*(?:对不起|抱歉)?[，,]?(?:本|该|此|当前)?(?:栏目|频道|列表|页面|分类)?(?:下)?(?:暂时?(?:没有|无|未)|目前(?:没有|无)|没有|尚无|还没有|未)"
    r"(?:任何|相关|符合条件的|新增|公开|可显示|对应|发布|更新|查询到|找到|添加){0,4}(?:的)?(?:数据|信息|内容|记录|文章|新闻|公告|资料|文件|公开内容|条目|结果)?[^\w]*|"
    r"[^\w]*(?:本|该|此|当前)?(?:栏目|频道|列表|页面|网站|内容)?(?:正在|尚在)?(?:建设|更新|完善|整理|维护|筹建)(?:之)?中[^\w]*"
)
_SIGN = re.compile(r"暂时?[没无未]|目前[没无]|没有|尚无|[建设更新善理护]中")
_PHRASE_LENGTH = 40
_POSITION = re.compile(
    r"(?:您|你)?(?:的|当前|现在|目前|所在|在)*位置是?|当前栏目|网站首页|首页|主页|列表|正文"
)
_MARKS = re.compile(r"[\W_]+")
_AROUND, _CRUMB_TEXT, _MOST_PHRASES = 10, 300, 3
_NO_LIST_NAME = re.compile(
    r"(?:^|[-_\s])(?:tabs?|nav|menu|slides?|swiper|dots?|sub-?tabs?)(?:$|[-_\s\d])", re.I
)
_PAGER_NAME = re.compile(r"page|pagination|fenye", re.I)
_COLUMN_NAME = 8
_FOLDER = re.compile(r"[^/]/(?:(?:index|list)\.\w{2,5})?$")
_PAGER_PARTS, _ASIDE_LEVELS = 12, 2
_REGION_TEXT = 60
_SKIP = frozenset(
    {LinkPlace.FOOTER, LinkPlace.HEADER, LinkPlace.NAVIGATION, LinkPlace.CRUMBS, LinkPlace.HIDDEN}
)
_HOLDING = ("img", "video", "object", "embed", "iframe", "textarea", "input", "canvas", "audio")
_SILENT = frozenset(
    {"script", "style", "template", "noscript", "textarea", "option", "select", "title", "head"}
)
_MOST = 60  # elements looked at in one holder
_MOST_OWN, _MOST_HOLDERS = 500, 500


def empty_beside(pager: Node, places: Places, rows_at: int | None) -> bool:
    """翻页旁的空列表 Whether what stands closest to a pager is the bare container of a list.

    `rows_at`: how many levels up from the pager rows stand beside it (None: nowhere near). Rows at the same
    distance speak against an empty list.
    """
    own = set(islice(pager.iter(), _MOST_OWN))
    node: Node = pager
    for level in range(1, _LEVELS + 1):
        outer = node.getparent()
        if outer is None or outer.tag in ("body", "html") or (rows_at is not None and rows_at <= level):
            return False
        holders = islice(outer.iter(*_HOLDERS, "div"), _MOST_HOLDERS)
        if any(child not in own and _is_bare(child, places) for child in holders):
            return _holds_nothing(outer, pager, own)
        node = outer
    return False


def said_below_crumbs(root: Node, places: Places, names: Collection[str]) -> bool:
    """位置之下只有提示语 Whether all that stands with the breadcrumb is such a phrase: the column's own part says nothing else.

    `names`: the steps of the breadcrumb and the column's own name.
    """
    seen = 0
    for node in root.iter():
        if not isinstance(node.tag, str) or node.tag in _SILENT:
            held: tuple[tuple[str | None, Node | None], ...] = ((node.tail, node.getparent()),)
        else:
            held = ((node.text, node), (node.tail, node.getparent()))
        for text, holder in held:
            if not text or holder is None or len(text) > 2 * _PHRASE_LENGTH or not is_sign(text):
                continue
            phrase = squeeze(text)
            if is_phrase(phrase) and places.of(holder) not in _SKIP:
                seen += 1
                if _below_crumbs(holder, phrase, names):
                    return True
        if seen >= _MOST_PHRASES:
            break
    return False


def _below_crumbs(holder: Node, phrase: str, names: Collection[str]) -> bool:
    """Whether the first part around a phrase that says more says only the breadcrumb, before it."""
    inner = holder
    for _ in range(_AROUND):
        said = squeeze(visible_text(inner))
        if said != phrase:
            break
        above = inner.getparent()
        if above is None or above.tag in ("body", "html") or next(inner.iter(*_HOLDING), None) is not None:
            return False
        inner = above
    before, _, after = said.rpartition(phrase)
    if after.strip() or not before or len(before) > _CRUMB_TEXT:
        return False
    if "位置" not in before and "首页" not in before:
        return False
    sisters = {squeeze(beginning(link)) for link in islice(inner.iter("a"), _MOST) if _leads_to_column(link)}
    told = {*names, *("".join(name.split()) for name in names), *sisters}
    for name in sorted(told, key=len, reverse=True):
        before = before.replace(name, " ") if name else before
    if _MARKS.sub("", _POSITION.sub("", "".join(before.split()))):
        return False
    return not any(
        next(child.iter(*_HOLDING), None) is not None and not squeeze(visible_text(child))
        for child in inner
        if isinstance(child.tag, str)
    )


def _leads_to_column(link: Node) -> bool:
    """A short name that leads to a folder: a column beside this one, no content."""
    return (
        len(squeeze(beginning(link))) <= _COLUMN_NAME and _FOLDER.search(link.get("href") or "") is not None
    )


def one_page_of_nothing(root: Node, places: Places) -> bool:
    """只有一页的空列表 Whether right before a pager that shows page 1 and nothing else stands a list's bare container."""
    for node in root.iter("div", "ul", "p", "nav", "span", "td"):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if len(names) < 5 or not _PAGER_NAME.search(names[:80]) or places.of(node) in _SKIP:
            continue
        parts = list(islice(node.iter(), _PAGER_PARTS + 1))
        if len(parts) > _PAGER_PARTS or squeeze("".join(map(str, node.itertext()))) != "1":
            continue
        outer: Node = node
        for _ in range(_ASIDE_LEVELS):
            before = outer.getprevious()
            while before is not None and not isinstance(before.tag, str):
                before = before.getprevious()
            above = outer.getparent()
            if before is not None:
                bare = before.tag in ("ul", "ol", "dl") and before.get("id") is None and not len(before)
                empty = bare and _is_bare(before, places) and not squeeze(before.tail or "")
                return empty and above is not None and _holds_nothing(above, node, set(parts))
            if above is None or above.tag in ("body", "html"):
                break
            outer = above
    return False


def is_phrase(text: str) -> bool:
    """空白提示语 Whether a whole short text only says that there is nothing yet (暂无数据, 暂无相关信息)."""
    return len(text) < _PHRASE_LENGTH and _PHRASE.fullmatch("".join(text.split())) is not None


def is_sign(text: str) -> bool:
    """可能有提示语 Whether such words stand anywhere in a text; cheap, and by itself no evidence."""
    return _SIGN.search(text) is not None


def _is_bare(node: Node, places: Places) -> bool:
    """A list container without rows; a table with nothing but its heading; a box named list without anything."""
    if node.tag == "div":
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if len(node) or not _LIST_NAME.search(names[:80]):
            return False
    elif _NO_LIST_NAME.search(f"{node.get('class') or ''} {node.get('id') or ''}"[:80]):
        return False
    if places.of(node) in _SKIP or next(node.iter("a"), None) is not None:
        return False
    words = [squeeze(str(text)) for text in islice(node.itertext(), _MOST) if text and not text.isspace()]
    if not words:
        return True
    if is_phrase("".join(words)):
        return True
    return node.tag in ("table", "tbody") and all(
        _HEAD_WORD.fullmatch("".join(word.split()).strip(":：")) for word in words
    )


def _holds_nothing(region: Node, pager: Node, own: set[Node]) -> bool:
    """No text of its own beside the pager, no picture, no film, no form that a script may use."""
    if any(node not in own for node in region.iter(*_HOLDING)):
        return False
    text = visible_text(region)
    shown = visible_text(pager) if pager.tag != "script" else ""
    rest = squeeze(text.replace(shown, "", 1) if shown else text)
    return len("".join(rest.split())) <= _REGION_TEXT
