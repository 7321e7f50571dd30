"""truecms: `messageController/getMessage.do?startrecord=1&endrecord=20`, a script call whose `result` is a datastore.

Source: notes of public crawlers on sites of 江苏. Some servers answer 404 without a Referer, or when more than twenty
rows are asked for; the first rows usually stand in the page.
"""

import json
import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from reading.adapters.datastore import markup_of, records_in, total_of
from reading.adapters.protocol import Listing, Query, Seen
from reading.address import resolve

NAME = "truecms"
LIST: re.Pattern[str] | None = re.compile(r"initData", re.I)
_SIGN = "messageController/getMessage.do"
_PROXY = re.compile(r"""proxyUrl["']?\s{0,5}[:=]\s{0,5}["']([^"'<>\s]{1,500}getMessage\.do)["']""")
_COLUMN = re.compile(r"""columnId["']?\s{0,5}[:=]\s{0,5}["']([\w\-]{1,64})["']""")
_PER_PAGE = re.compile(r"""perPage["']?\s{0,5}[:=]\s{0,5}["']?(\d{1,3})""")
_TOTAL = re.compile(r"""totalRecord["']?\s{0,5}[:=]\s{0,5}["']?(\d{1,9})""")
_CALL = re.compile(r"^\s*[\w.$]{1,60}\s*\((.*)\)\s*;?\s*$", re.S)
_AROUND, _ROWS = 2500, 20


def recognise(url: str, source: str) -> bool:
    return _SIGN in source or _SIGN in url


def query(seen: Seen) -> Query | None:
    return None if _is_answer(seen) else _asked(seen, 1)


def listing(seen: Seen) -> Listing | None:
    if _is_answer(seen):
        return _answer(seen)
    around = _around(seen.source)
    total, size = _TOTAL.search(around), _PER_PAGE.search(around)
    if total is None or size is None:
        return None
    rest = int(total[1]) > int(size[1]) > 0
    following = _asked(seen, int(size[1]) + 1) if rest else None
    return Listing(total=int(total[1]), number=1, following=following) if following or not rest else None


def _is_answer(seen: Seen) -> bool:
    return _SIGN in urlsplit(seen.url).path


def _answer(seen: Seen) -> Listing:
    call = _CALL.match(seen.source[:2_000_000])
    try:
        found = json.loads(call[1] if call else seen.source)
    except (ValueError, RecursionError):
        return Listing(refused="error_text")
    store = found.get("result") if isinstance(found, dict) else None
    if not isinstance(store, str) or "<recordset" not in store:
        return Listing(refused="unknown_shape")
    records, total = tuple(records_in(store)), total_of(store)
    said = dict(parse_qsl(urlsplit(seen.url).query, keep_blank_values=True))
    start = int(said["startrecord"]) if said.get("startrecord", "").isdecimal() else 1
    if not records and start == 1 and total != 0:
        return Listing(refused="unknown_shape")
    after = start + len(records)
    following = None
    if records and (after <= total if total is not None else len(records) >= _ROWS):
        rows = {"startrecord": str(after), "endrecord": str(after + _ROWS - 1)}
        following = Query(f"{seen.url.partition('?')[0]}?{urlencode({**said, **rows})}")
    return Listing(
        markup=markup_of(records), total=total, number=1 if start == 1 else None, following=following
    )


def _asked(seen: Seen, start: int) -> Query | None:
    """The rows from `start` on of the page's only list."""
    around = _around(seen.source)
    proxy, columns = _PROXY.search(around), {match[1] for match in _COLUMN.finditer(around)}
    url = resolve(seen.url, unescape(proxy[1])) if proxy else None
    if url is None or len(columns) != 1:
        return None
    rows = {"startrecord": start, "endrecord": start + _ROWS - 1, "perpage": _ROWS}
    return Query(f"{url}?{urlencode({**rows, 'columnId': columns.pop(), 'callback': 'list'})}")


def _around(source: str) -> str:
    at = source.find(_SIGN)
    return source[max(0, at - _AROUND) : at + _AROUND] if at >= 0 else ""
