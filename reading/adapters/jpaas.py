"""大汉 jpaas: units that `unitbuild.js` fetches by the parameters in its `queryData`, their HTML in a JSON answer.

Further pages only through `paramJson={"pageNo":N,"pageSize":15}`: bare page numbers are ignored. The pager element
of a list tells `count`, `rows` and `pageNo`, in the answer or in a page whose first rows were built into it.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from reading.adapters.answer import branch, told, whole
from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.script_literal import UNKNOWN, read_literal
from reading.address import resolve
from reading.tree import Node, parse

NAME = "jpaas"
LIST: re.Pattern[str] | None = None
_UNIT = "/front/page/build/unit"
_SIGNS = ("jpaas-publish-server", "unitbuild.js", "unitBuild.js")
_NEEDED = ("webId", "pageId", "tplSetId")
_LISTS = re.compile(r"列表|list|分页|内容|信息|文件|文章|目录", re.I)
_OTHERS = re.compile(
    r"导航|菜单|头部|页头|底部|页脚|页尾|位置|面包屑|路径|友情|链接|轮播|图片|搜索|检索|统计|专题|nav|menu|head|foot|crumb|banner|search",
    re.I,
)
_MOST_UNITS = 60
_LONGEST = 2000


class _Unit(NamedTuple):
    """One unit of a page. `total`, `rows` and `page` where it is a pager that tells them."""

    url: str
    sent: dict[str, str]
    total: int | None = None
    rows: int | None = None
    page: int | None = None


def recognise(url: str, source: str) -> bool:
    return _UNIT in urlsplit(url).path or any(sign in source for sign in _SIGNS)


def query(seen: Seen) -> Query | None:
    if _is_answer(seen):
        return None
    units = [unit for unit in _units(seen.root, seen.url) if not _OTHERS.search(unit.sent.get("tagId", ""))]
    named = [unit for unit in units if _LISTS.search(unit.sent.get("tagId", ""))]
    asked = {_with(unit.url, unit.sent) for unit in named or units}
    return Query(asked.pop()) if len(asked) == 1 else None


def listing(seen: Seen) -> Listing | None:
    if not _is_answer(seen):
        return (
            _paged(seen.root, seen.url, None)
            if "queryData" in seen.source or "querydata" in seen.source
            else None
        )
    found = told(seen.source)
    if isinstance(found, str):
        return Listing(refused=found)
    markup = branch(found, "data", "html")
    markup = branch(found, "data") if markup is None else markup
    if not isinstance(markup, str) or not markup.strip():
        return Listing(refused="unknown_shape")
    root = parse(markup[: _LONGEST * 500])
    paged = _paged(root, seen.asked_on, seen.url)
    if paged is not None:
        return paged._replace(markup=markup)
    if next(root.iter("a"), None) is None:
        return Listing(refused="unknown_shape")
    return Listing(markup=markup, number=_page_of(seen.url) or 1)


def _is_answer(seen: Seen) -> bool:
    return _UNIT in urlsplit(seen.url).path


def _paged(root: Node, page_url: str, answer_url: str | None) -> Listing | None:
    """What the pager element says. An answer's next page is asked for at the answer's own address."""
    pagers = [unit for unit in _units(root, page_url) if unit.total is not None]
    if len({(unit.url, tuple(sorted(unit.sent.items()))) for unit in pagers}) != 1:
        return None
    unit = pagers[0]
    number = (_page_of(answer_url) if answer_url else unit.page) or unit.page or 1
    size = unit.rows or 15
    pages = max(1, -(-(unit.total or 0) // size))
    following = None
    if number < pages:
        asked = json.dumps({"pageNo": number + 1, "pageSize": size}, separators=(",", ":"))
        url, sent = (answer_url, {}) if answer_url else (unit.url, unit.sent)
        following = Query(_with(url, {**sent, "paramJson": asked}))
    return Listing(total=unit.total, number=number, pages=pages, following=following)


def _units(root: Node, base: str) -> Iterator[_Unit]:
    """Elements that bear `queryData`: scripts that build a unit, and pagers."""
    for node in islice(root.iterfind(".//*[@querydata]"), _MOST_UNITS):
        written = node.get("url") or node.get("uniturl") or ""
        sent = _parameters(node.get("querydata") or "")
        url = resolve(base, written) if _UNIT in written else None
        if url is None or not all(sent.get(name) for name in _NEEDED):
            continue
        total, rows, page = (whole(node.get(name)) for name in ("count", "rows", "pageno"))
        yield _Unit(url, sent, total, rows or None, page)


def _parameters(text: str) -> dict[str, str]:
    """`{'webId':'3185','tagId':'信息列表'}`, with either kind of quotation mark."""
    read = read_literal(text[:_LONGEST], 0, lambda name: UNKNOWN)
    if read is None or not isinstance(read[0], dict):
        return {}
    return {name: str(value) for name, value in read[0].items() if isinstance(value, str | int)}


def _page_of(url: str) -> int | None:
    said: Any = None
    try:
        said = json.loads(dict(parse_qsl(urlsplit(url).query)).get("paramJson", ""))
    except (ValueError, RecursionError):
        return None
    return whole(branch(said, "pageNo"))


def _with(url: str, said: dict[str, str]) -> str:
    base, _, query = url.partition("?")
    kept = dict(parse_qsl(query, keep_blank_values=True)) | said
    return f"{base}?{urlencode(kept)}"
