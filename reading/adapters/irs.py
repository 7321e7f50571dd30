"""拓尔思智能检索 TRS IRS: column lists asked of POST `/irs/front/search` with a JSON body.

The body holds code, dataTypeId or tenantId, searchBy, orderBy, pageNo (from 1), pageSize and often a customFilter
by channel. Without orderBy or searchBy the server answers 200 with `{"success":false,"msg":"排序方式不能为空！"}`.
The rows stand in `data.middle.listAndBox[].data` or in `data.middle.list[]`, the total in `data.pager`.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from reading.adapters import answer
from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.script_request import requests, windows

NAME = "irs"
LIST: re.Pattern[str] | None = None
_PATH = "/irs/front/search"
_API = re.compile(r"/irs/front/search$")
_NEEDED = re.compile(r"""\b(?:dataTypeId|customFilter|tenantId)["']?\s*:""")
_FREE = frozenset({"pageNo", "pageSize"})
_SIZE = 20
_JSON = ("Content-Type", "application/json")
_FIELDS = answer.Fields(("title_no_tag", "title"), ("url",), ("time", "pubdate", "docdate"))


def recognise(url: str, source: str) -> bool:
    if _API.search(urlsplit(url).path):
        return True
    return _PATH in source and any(
        "pageNo" in near and _NEEDED.search(near) for near in windows(source, _PATH)
    )


def query(seen: Seen) -> Query | None:
    if _PATH not in seen.source:
        return None
    for request in requests(seen, _PATH):
        sent = request.known(_FREE)
        if sent is None or not _API.search(urlsplit(request.url).path):
            continue
        if not sent.get("code") or str(sent.get("searchWord") or "").strip():
            continue
        size = answer.whole(request.sent.get("pageSize")) or _SIZE
        whole = {"orderBy": "time", "searchBy": "all"} | sent | {"pageNo": 1, "pageSize": size}
        return _post(request.url, whole)
    return None


def _post(url: str, members: dict[str, Any]) -> Query:
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return Query(url, "POST", body, (_JSON,))


def listing(seen: Seen) -> Listing | None:
    if not _API.search(urlsplit(seen.url).path):
        return None
    found = answer.told(seen.source)
    if isinstance(found, str):
        return Listing(refused=found)
    middle, pager = answer.branch(found, "data", "middle"), answer.branch(found, "data", "pager")
    said = answer.told(seen.sent or "")
    sent = {} if isinstance(said, str) else said
    number = answer.whole(answer.branch(pager, "pageNo")) or answer.whole(sent.get("pageNo")) or 1
    total = answer.whole(answer.branch(pager, "total"))
    records = _records(middle)
    rows = answer.rows(records, _FIELDS, total, first=number == 1)
    if rows is None:
        return Listing(refused="unknown_shape")
    size = answer.whole(answer.branch(pager, "pageSize")) or answer.whole(sent.get("pageSize"))
    pages = answer.whole(answer.branch(pager, "pageCount")) or answer.page_count(total, size)
    following = None
    if (
        sent
        and rows
        and (number < pages if pages else answer.goes_on(total, 0, answer.served(records), size))
    ):
        following = _post(seen.url, sent | {"pageNo": number + 1})
    return Listing(rows=rows, total=total, number=number, pages=pages, following=following)


def _records(middle: Any) -> Any:
    """Rows among boxes of other kinds, or the plain list."""
    boxes = answer.branch(middle, "listAndBox")
    if isinstance(boxes, list) and boxes:
        return [answer.branch(box, "data") for box in boxes if answer.branch(box, "type") in (None, "DATA")]
    plain = answer.branch(middle, "list")
    return plain if plain is not None else boxes
