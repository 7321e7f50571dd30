"""拓尔思检索 TRS IGS: column lists asked of `/igs/front/search.jhtml?code=…&siteId=…` or `search/list.html?filter[…]`.

GET; without `code` (or siteId) the server answers 500. Pages count from 1 in `pageNumber`; the answer is
`page.content` with `page.total` (a text on some sites) and `page.totalPages`. Field names come in two families:
title, url, trs_time and DOCTITLE, DOCPUBURL, PUBDATE. A search box that leads there is on many pages and fills none.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from reading.adapters import answer
from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.script_request import Request, form, requests, windows

NAME = "igs"
LIST: re.Pattern[str] | None = None
_PATH = "/igs/front/search"
_API = re.compile(r"/igs/front/search(?:\.jhtml|/list\.html|/publish/data/list\.html)$")
_CODED = re.compile(r"\bcode[\"']?\s*[=:]")
_FILTERED = re.compile(r"\bfilter(?:\[|%5B)", re.I)
_FREE = frozenset({"pageNumber", "pageIndex", "pageSize", "_", "t", "callback"})
_SIZE = 20
_FIELDS = answer.Fields(
    ("title", "doctitle", "title_no_tag"),
    ("url", "docpuburl", "linkurl"),
    ("trs_time", "pubdate", "docreltime", "pubtime", "crtime"),
)


def recognise(url: str, source: str) -> bool:
    if _API.search(urlsplit(url).path):
        return True
    return _PATH in source and any(_asks(near) for near in windows(source, _PATH))


def _asks(near: str) -> bool:
    """Whether a script names beside the address what the server insists on."""
    if _FILTERED.search(near):
        return True
    return "search.jhtml" in near and "siteId" in near and _CODED.search(near) is not None


def query(seen: Seen) -> Query | None:
    if _PATH not in seen.source:
        return None
    for request in requests(seen, _PATH):
        asked = _asked(request)
        if asked:
            return Query(asked)
    return None


def _asked(request: Request) -> str | None:
    """The first page of a list; None for a search, and for a request that lacks what the server insists on."""
    sent = request.known(_FREE)
    if sent is None or not _API.search(urlsplit(request.url).path):
        return None
    if any(str(value or "").strip() for name, value in sent.items() if name.lower().startswith("searchword")):
        return None
    if urlsplit(request.url).path.endswith(".jhtml"):
        if not (sent.get("code") and sent.get("siteId")):
            return None
    elif not any(value for name, value in sent.items() if name == "index" or name.startswith("filter[")):
        return None
    size = answer.whole(request.sent.get("pageSize")) or _SIZE
    return f"{request.url}?{form(sent | {'pageSize': size, 'pageNumber': 1})}"


def listing(seen: Seen) -> Listing | None:
    parts = urlsplit(seen.url)
    if not _API.search(parts.path):
        return None
    found = answer.told(seen.source)
    if isinstance(found, str):
        return Listing(refused=found)
    sent = dict(parse_qsl(parts.query, keep_blank_values=True))
    number = answer.whole(sent.get("pageNumber")) or 1
    total = answer.whole(answer.branch(found, "page", "total"))
    if total is None:
        total = answer.whole(answer.branch(found, "page", "totalElements"))
    records = answer.branch(found, "page", "content")
    rows = answer.rows(records, _FIELDS, total, first=number == 1)
    if rows is None:
        return Listing(refused="unknown_shape")
    size = answer.whole(sent.get("pageSize"))
    pages = answer.whole(answer.branch(found, "page", "totalPages")) or answer.page_count(total, size)
    following = None
    if rows and (number < pages if pages else answer.goes_on(total, 0, answer.served(records), size)):
        following = Query(f"{seen.url.split('?', 1)[0]}?{form(sent | {'pageNumber': number + 1})}")
    return Listing(rows=rows, total=total, number=number, pages=pages, following=following)
