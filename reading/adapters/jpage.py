"""大汉 jpage: lists of JCMS columns, `dataproxy.jsp?startrecord=1&endrecord=45` answering XML whose records hold HTML.

The first rows often stand in the page itself: in `<script type="text/xml"><datastore>`, on older sites as texts of
an array. Source: shapes of answers and pages as public crawlers note them. Some servers ignore `startrecord` and want `page=` on GET; `perpage` above
about 300 is cut, so no more is asked for than the page's own script asks.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from reading.adapters.datastore import group_address, markup_of, records_in, row_texts, stores_in, total_of
from reading.adapters.protocol import Listing, Query, Seen
from reading.address import resolve

NAME = "jpage"
LIST: re.Pattern[str] | None = re.compile(r"default_pgContainer", re.I)
_SIGN, _STORE = "dataproxy.jsp", "<datastore"
_OTHERS = "getMessage.do"  # another system's lists in the same wrapping
_PROXY = re.compile(r"""proxyUrl["']?\s{0,5}[:=]\s{0,5}["']([^"'<>\s]{1,500})["']""")
_PARAMETERS = re.compile(r"""ajaxParam["']?\s{0,5}[:=]\s{0,5}(?:\{([^{}]{1,2000})\}|(\w{1,40}))""")
_GIVEN = re.compile(r"\s{0,5}=\s{0,5}\{([^{}]{1,2000})\}")
_MEMBER = re.compile(
    r"""["']?(\w{1,40})["']?\s{0,5}:\s{0,5}(?:'([^'\n]{0,500})'|"([^"\n]{0,500})"|(-?\d{1,20}))"""
)
_PER_PAGE = re.compile(r"""perPage["']?\s{0,5}[:=]\s{0,5}["']?(\d{1,3})""", re.I)
_TOTAL = re.compile(r"""totalRecord["']?\s{0,5}[:=]\s{0,5}["']?(\d{1,9})""", re.I)
_COLUMN = re.compile(r"/col/col(\d{1,12})(?:/|$)")
_AROUND = 2500
_GROUP = 3  # pages that the system's own script asks for at once
_MOST_PER_PAGE = 60
_MOST_UNITS = 20


class _Unit(NamedTuple):
    """One list of a page: where its rows are asked for and with what, and the rows the page holds already.

    `posts` False: the page names only the address in <nextgroup>, which is asked as it stands; `url` "": not even that.
    """

    url: str
    sent: dict[str, str]
    posts: bool = True
    per_page: int = 15
    total: int | None = None
    records: tuple[str, ...] = ()


def recognise(url: str, source: str) -> bool:
    if _SIGN in source or _SIGN in url:
        return True
    return _STORE in source and "<record>" in source and _OTHERS not in url and _OTHERS not in source


def query(seen: Seen) -> Query | None:
    unit = None if _is_answer(seen) else _unit(seen)
    return _asked(unit, 1) if unit is not None and unit.url else None


def listing(seen: Seen) -> Listing | None:
    if _is_answer(seen):
        return _answer(seen)
    unit = _unit(seen) if "<record>" in seen.source or "dataStore" in seen.source else None
    if unit is None or not unit.records:
        return None
    rest = bool(unit.url) and (unit.total is None or len(unit.records) < unit.total)
    following = _asked(unit, len(unit.records) + 1) if rest else None
    return Listing(markup=markup_of(unit.records), total=unit.total, number=1, following=following)


def otherwise(seen: Seen) -> Query | None:
    """另问 Rows by `page=` on GET, for servers that ignore `startrecord`."""
    if not _is_answer(seen) or seen.sent is None:
        return None
    said = dict(parse_qsl(urlsplit(seen.url).query, keep_blank_values=True))
    start, end = _number(said.get("startrecord")), _number(said.get("endrecord"))
    if start is None or end is None or end < start:
        return None
    size = end - start + 1
    sent = dict(parse_qsl(seen.sent, keep_blank_values=True))
    return _paged(seen.url, sent, (start - 1) // size + 1, size)


def _is_answer(seen: Seen) -> bool:
    return _SIGN in urlsplit(seen.url).path


def _answer(seen: Seen) -> Listing:
    source = seen.source
    if "<recordset" not in source and "<record>" not in source:
        told = source.lstrip("\ufeff \t\r\n")[:1]
        return Listing(refused="unknown_shape" if told in ("<", "{", "[") else "error_text")
    records = tuple(records_in(source))
    total = total_of(source)
    said = dict(parse_qsl(urlsplit(seen.url).query, keep_blank_values=True))
    start, page = _number(said.get("startrecord")), _number(said.get("page"))
    first = (page or 1) == 1 and (start or 1) == 1
    if not records and first and total != 0:
        return Listing(refused="unknown_shape")
    following = None
    group = group_address(source) if seen.sent is None and page is None else None
    if records and group is not None and _SIGN in group:
        address = resolve(seen.url, group)
        following = Query(address) if address and address != seen.url else None
    elif records and page is not None and seen.sent is None:
        rest = total is None or page * len(records) < total
        following = _paged(seen.url, {}, page + 1, _number(said.get("perpage"))) if rest else None
    elif records and start is not None:
        following = _further(seen, said, start + len(records), total)
    return Listing(
        markup=markup_of(records), total=total, number=page or (1 if first else None), following=following
    )


def _further(seen: Seen, said: dict[str, str], start: int, total: int | None) -> Query | None:
    """The rows from `start` on, asked for as the ones before were."""
    end = _number(said.get("endrecord")) or 0
    size = max(1, end - (_number(said.get("startrecord")) or 1) + 1)
    if (total is not None and start > total) or (total is None and start <= end):
        return None
    url = _with(seen.url, {"startrecord": str(start), "endrecord": str(start + size - 1)})
    if seen.sent is None:
        return Query(url)
    return Query(url, "POST", seen.sent, _HEADERS)


_HEADERS = (("X-Requested-With", "XMLHttpRequest"),)


def _asked(unit: _Unit, start: int) -> Query:
    if unit.posts:
        size = unit.per_page * _GROUP
        rows = {"startrecord": start, "endrecord": start + size - 1, "perpage": unit.per_page}
        return Query(_with(unit.url, rows), "POST", urlencode(unit.sent), _HEADERS)
    return Query(unit.url)


def _paged(url: str, sent: dict[str, str], page: int, size: int | None) -> Query:
    rows: dict[str, object] = {"page": page}
    if size is not None and sent:
        rows |= {"perpage": size, "startrecord": 1, "endrecord": size}
    return Query(_with(url, {**sent, **rows}))


def _unit(seen: Seen) -> _Unit | None:
    """The page's list: its only one, else the one of the column that its address names."""
    units = list(_units(seen))
    if len(units) > 1:
        column = _COLUMN.search(urlsplit(seen.url).path)
        units = [unit for unit in units if column and unit.sent.get("columnid") == column[1]]
    return units[0] if len(units) == 1 else None


def _units(seen: Seen) -> Iterator[_Unit]:
    source = seen.source
    stores = list(stores_in(source))
    named = list(_parameters(source))
    for at, parameters in named:
        around = source[max(0, at - _AROUND) : at + _AROUND]
        proxy = _PROXY.search(around)
        url = resolve(seen.url, unescape(proxy[1])) if proxy and _SIGN in proxy[1] else None
        sent = {one[1]: unescape(one[2] or one[3] or one[4] or "") for one in _MEMBER.finditer(parameters)}
        if url is None or not sent.get("columnid"):
            continue
        own = [store for store in stores if _of(store, sent)] or (
            stores if len(stores) == len(named) == 1 else []
        )
        size = _count(_PER_PAGE.search(around)) or 15
        records = tuple(records_in(own[0])) if len(own) == 1 else tuple(row_texts(source, around))
        size = size if size <= _MOST_PER_PAGE else 15
        yield _Unit(url, sent, True, size, _count(_TOTAL.search(around)), records)
    if named:
        return
    for store in stores:
        group = group_address(store)
        url = (resolve(seen.url, group) if group and _SIGN in group else None) or ""
        sent = dict(parse_qsl(urlsplit(url).query))
        total = total_of(store)
        if total is None and len(stores) == 1:
            totals = {match[1] for match in islice(_TOTAL.finditer(source), _MOST_UNITS)}
            total = int(totals.pop()) if len(totals) == 1 else None
        records = tuple(records_in(store))
        if url or records:
            yield _Unit(url, sent, posts=False, total=total, records=records)


def _parameters(source: str) -> Iterator[tuple[int, str]]:
    """What each list sends, written beside it or given to a variable, and where."""
    at = source.find("ajaxParam")
    for _ in range(_MOST_UNITS):
        match = _PARAMETERS.match(source, at) if at >= 0 else None
        text = (match[1] or _given(source, match[2])) if match else None
        if text:
            yield at, text
        at = source.find("ajaxParam", at + 1) if at >= 0 else -1


def _given(source: str, name: str) -> str | None:
    at = source.find(name)
    for _ in range(_MOST_UNITS):
        match = _GIVEN.match(source, at + len(name)) if at >= 0 else None
        if match:
            return match[1]
        at = source.find(name, at + 1) if at >= 0 else -1
    return None


def _of(store: str, sent: dict[str, str]) -> bool:
    """Whether a store in the page is that of the list with these parameters."""
    said = dict(parse_qsl(urlsplit(group_address(store) or "").query))
    return all(said.get(name) == sent.get(name) for name in ("columnid", "unitid"))


def _with(url: str, said: dict[str, object] | dict[str, str] | dict[str, int]) -> str:
    """The address with these parameters put in place of its own of the same names."""
    parts = urlsplit(url)
    kept = dict(parse_qsl(parts.query, keep_blank_values=True)) | {
        name: str(one) for name, one in said.items()
    }
    return urlunsplit(parts._replace(query=urlencode(kept), fragment=""))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _count(match: re.Match[str] | None) -> int | None:
    return int(match[1]) if match else None
