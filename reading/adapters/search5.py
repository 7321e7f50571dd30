"""开普检索 search5: column lists asked of POST `/search5/search/s` with siteCode (a hidden input), column, pageNum.

Pages count from 0; a server may give 10 rows however many are asked for. The answer is `searchResultAll` with
`searchTotal` (the rows) and `total`; titles carry the marks of a search. A wrong siteCode is answered with a
sentence, not an error. The search box of a site leads to the same system and fills no list.
"""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from reading.adapters import answer
from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.script_request import form, requests, windows

NAME = "search5"
LIST: re.Pattern[str] | None = None
_PATH = "search5/search/s"
_API = re.compile(r"/search5/search/s$")
_FREE = frozenset({"pageNum", "pageSize", "_", "t"})
_SIZE = 10
_FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
_FIELDS = answer.Fields(("title", "zwtitle"), ("url", "snapshoturl"), ("pubdate", "cwrq"))


def recognise(url: str, source: str) -> bool:
    if _API.search(urlsplit(url).path):
        return True
    return _PATH in source and any(
        "siteCode" in near and "pageNum" in near for near in windows(source, _PATH)
    )


def query(seen: Seen) -> Query | None:
    if _PATH not in seen.source:
        return None
    for request in requests(seen, _PATH):
        sent = request.known(_FREE)
        if sent is None or not _API.search(urlsplit(request.url).path) or not sent.get("siteCode"):
            continue
        if str(sent.get("searchWord") or "").strip():
            continue
        size = answer.whole(request.sent.get("pageSize")) or _SIZE
        return _post(request.url, sent | {"pageSize": size, "pageNum": 0})
    return None


def _post(url: str, members: dict[str, Any]) -> Query:
    return Query(url, "POST", form(members), (_FORM,))


def listing(seen: Seen) -> Listing | None:
    parts = urlsplit(seen.url)
    if not _API.search(parts.path):
        return None
    found = answer.told(seen.source)
    if isinstance(found, str):
        return Listing(refused=found)
    sent = dict(parse_qsl(seen.sent or parts.query, keep_blank_values=True))
    index, size = answer.whole(sent.get("pageNum")) or 0, answer.whole(sent.get("pageSize")) or _SIZE
    records = answer.branch(found, "searchResultAll", "searchTotal")
    total = answer.whole(answer.branch(found, "searchResultAll", "total"))
    rows = answer.rows(records, _FIELDS, total, first=index == 0)
    if rows is None:
        return Listing(refused="unknown_shape")
    if index == 0 and rows and total is not None and answer.served(records) < min(size, total):
        size = answer.served(records)  # the server gives fewer than it was asked for
    following = None
    if answer.goes_on(total, index * size, answer.served(records), size):
        more = sent | {"pageSize": str(size), "pageNum": str(index + 1)}
        following = _post(seen.url.split("?", 1)[0], more)
    pages = answer.page_count(total, size)
    return Listing(rows=rows, total=total, number=index + 1, pages=pages, following=following)
