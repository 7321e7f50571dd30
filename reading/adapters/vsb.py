"""博达 VSB (Visual SiteBuilder): `_simple_list_gotopage_fun(3,'…GOPAGE',1)`, `info/1027/43934.htm`, `system/resource/`.

Rows and usually the next page's link stand in the page. The third argument tells how pages are made: 1, by a
program that wants `totalpage=` and `PAGENUM=`; 2, as files numbered backwards, the last page being 1.htm. The
page's jump box goes to the same addresses, so nothing need be posted. A list that links to its next page is
left to that link.
"""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from reading import paging
from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.script_request import joined
from reading.tree import Node, all_text, squeeze

NAME = "vsb"
LIST: re.Pattern[str] | None = None
_SIGNS = ("_simple_list_gotopage_fun", "_showDynClickBatch")
_NAMED = re.compile(r"vsb(?:screen|_content)")
_RESOURCE = re.compile(
    r"""["'/.]system/resource/(?:js|code|css)/(?:\w+/)?(?:counter|dynclicks|openlink|gotopage|formfunc|pagedown/|news/|"""
    r"""centerCutImg|base64|ajax|datainput|language|calendar/)"""
)
_TYPED = re.compile(r"[?&]urltype=\w{1,40}\.\w{1,40}Url(?:&|$)")
_CALL = re.compile(
    r"""_simple_list_gotopage_fun\s*\(\s*(\d{1,5})\s*,\s*(?:["']|&quot;)([\w\-]{1,60})(?:["']|&quot;)\s*,\s*([12])\s*\)"""
)
_PAGENUM = re.compile(r"([?&]PAGENUM=)(\d{1,5})(?=&|$)")
_NUMBERED = re.compile(r"/(\d{1,5})\.htm$")
_HIGHEST = 6  # elements between the box and what tells the total


class _Pager(NamedTuple):
    pages: int
    box: str  # id of the field that takes a page number
    mode: int


def recognise(url: str, source: str) -> bool:
    if any(sign in source for sign in _SIGNS) or _TYPED.search(url):
        return True
    if "vsb" in source and _NAMED.search(source) is not None:
        return True
    return "system/resource/" in source and _RESOURCE.search(source) is not None


def query(seen: Seen) -> Query | None:
    return None


def listing(seen: Seen) -> Listing | None:
    """翻页 Total and next page of a list whose pager has no link to it; None when it has one, or when there is no pager."""
    pager = _pager(seen.source)
    field = _field(seen.root, pager.box) if pager else None
    if pager is None or field is None or pager.pages < 2:
        return None
    if any(_leads_on(node) for node in seen.root.iter("a")):
        return None
    told = _told(field)
    number = told.number if told and told.number else _number(seen.url, pager)
    if number is None or number >= pager.pages:
        return None
    address = _address(seen.url, pager, number + 1)
    if address is None:
        return None
    return Listing(
        total=told.total if told else None,
        number=number,
        pages=pager.pages,
        following=Query(address),
    )


def _pager(source: str) -> _Pager | None:
    match = _CALL.search(source) if "_simple_list_gotopage_fun" in source else None
    return _Pager(int(match[1]), match[2], int(match[3])) if match else None


def _field(root: Node, box: str) -> Node | None:
    return next((node for node in root.iter("input") if box in (node.get("id"), node.get("name"))), None)


def _leads_on(node: Node) -> bool:
    href = (node.get("href") or "").strip()
    if not href or href.startswith("#") or href[:11].lower() == "javascript:":
        return False
    return paging.NEXT.match(squeeze(all_text(node))[:20]) is not None


def _told(field: Node) -> paging.Paging | None:
    """「共36条 1/3」 in the nearest element around the box that says so."""
    node: Node | None = field
    for _ in range(_HIGHEST):
        node = node.getparent() if node is not None else None
        if node is None:
            return None
        text = squeeze(all_text(node))
        if len(text) > 400:
            return None
        told = paging.told(text)
        if told and (told.total is not None or told.number is not None):
            return told
    return None


def _number(url: str, pager: _Pager) -> int | None:
    """The page's own number by its address; the first page bears none."""
    if pager.mode == 1:
        match = _PAGENUM.search(url)
        return int(match[2]) if match else 1
    match = _NUMBERED.search(urlsplit(url).path)
    return pager.pages - int(match[1]) + 1 if match else 1


def _address(url: str, pager: _Pager, number: int) -> str | None:
    parts = urlsplit(url)
    if pager.mode == 1:
        if not parts.path.endswith(".jsp") or not parts.query:
            return None
        if _PAGENUM.search(url):
            return _PAGENUM.sub(rf"\g<1>{number}", url, count=1)
        return joined(url, f"?totalpage={pager.pages}&PAGENUM={number}&{parts.query}")
    if not parts.path.endswith(".htm"):
        return None
    file = f"{pager.pages - number + 1}.htm"
    if _NUMBERED.search(parts.path):
        return joined(url, file)
    return joined(url, f"{parts.path.rsplit('/', 1)[1][:-4]}/{file}")
