"""大汉 信息公开: POST `/module/xxgk/search.jsp?area=…` with `currpage`, answering a piece of HTML.

It answers for the whole area, so only rows whose content pages bear the column's own number (`art_<column>_`)
are the column's; where the page asks for one kind of information and none bears it, the answer is taken as it is.
"""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree

from reading.adapters.protocol import Listing, Query, Seen
from reading.address import resolve
from reading.paging import Paging
from reading.paging import told as paging_told
from reading.tree import Node, all_text, squeeze

NAME = "xxgk_search"
LIST: re.Pattern[str] | None = None
_SEARCH = "/module/xxgk/search.jsp"
_MODULE = "module/xxgk/"
_COLUMN = re.compile(r"/col/col(\d{1,12})(?:/|$)")
_ARTICLE = re.compile(r"art_(\d{1,12})_")
# loadDynamic('/module/xxgk/search.jsp?infotypeId='+a+'&area=11220100', 'div4', '0','0','950','1',…)
_CALL = re.compile(
    r"""loadDynamic\s{0,5}\(\s{0,5}(["'][^;\n]{1,900}?)\s{0,5},\s{0,5}["'](\w{1,40})["']([^;\n)]{0,200})"""
)
_PIECE = re.compile(r"""["']([^"'\n]{0,500})["']""")
_BEFORE_AREA = re.compile(r"""(?:tree|search|subjectinfo)\.jsp\?(?:[^"'<>\s]{0,300}[?&;])?$""")
_AREA = re.compile(r"area=([\w\-]{1,60})")
_DIVID = re.compile(r"""[?&;]divid=(\w{1,40})""")
_ROWS = frozenset({"tr", "li", "dd", "dl"})
_HEADERS = (("X-Requested-With", "XMLHttpRequest"),)
_MOST_ROWS, _MOST_CALLS = 500, 20


class _Call(NamedTuple):
    """The request of a page: its address with what it says of the area, and what it sends."""

    url: str
    sent: dict[str, str]


def recognise(url: str, source: str) -> bool:
    if _SEARCH in urlsplit(url).path:
        return True
    return _MODULE in source and (_SEARCH in source or "xxgk/tree.jsp" in source)


def query(seen: Seen) -> Query | None:
    if _is_answer(seen) or _COLUMN.search(urlsplit(seen.url).path) is None:
        return None
    call = _call(seen)
    return _asked(call.url, call.sent, 1) if call is not None else None


def listing(seen: Seen) -> Listing | None:
    if not _is_answer(seen):
        return None
    if "<" not in seen.source:
        return Listing(refused="error_text")
    rows = _rows_of(seen.root)
    paging = paging_told(squeeze(all_text(seen.root)[-20_000:])) or Paging()
    if not rows and paging.total != 0:
        return Listing(refused="unknown_shape")
    own = _own(rows, seen)
    said = dict(parse_qsl(urlsplit(seen.url).query)) | dict(parse_qsl(seen.sent or ""))
    number = int(said["currpage"]) if said.get("currpage", "").isdecimal() else 1
    pages = paging.pages or 1
    sent = dict(parse_qsl(seen.sent or "", keep_blank_values=True))
    return Listing(
        markup=_markup([node for node, _ in own]),
        total=paging.total if paging.total == 0 or len(own) == len(rows) else None,
        number=number,
        following=_asked(seen.url, sent, number + 1) if rows and number < pages else None,
    )


def _is_answer(seen: Seen) -> bool:
    return _SEARCH in urlsplit(seen.url).path


def _asked(url: str, sent: dict[str, str], page: int) -> Query:
    base, _, query = url.partition("?")
    said = dict(parse_qsl(query, keep_blank_values=True)) | {"currpage": str(page)}
    return Query(f"{base}?{urlencode(said)}", "POST", urlencode({**sent, "currpage": str(page)}), _HEADERS)


def _call(seen: Seen) -> _Call | None:
    """The search the page itself starts, else that of the area its tree of kinds is for."""
    at = seen.source.find("loadDynamic")
    for _ in range(_MOST_CALLS):
        match = _CALL.match(seen.source, at) if at >= 0 else None
        at = seen.source.find("loadDynamic", at + 1) if at >= 0 else -1
        if match is None or _SEARCH not in match[1]:
            continue
        address = "".join(_PIECE.findall(match[1]))
        url = resolve(seen.url, address)
        said = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
        if url is None or not said.get("area"):
            break
        told = _PIECE.findall(match[3])
        sent = {"infotypeId": said.get("infotypeId") or (told[0] if told else ""), "divid": match[2]}
        if len(told) >= 4:
            sent["jdid"] = told[3]
        return _Call(url, sent)
    area = _area(seen.source)
    url = resolve(seen.url, _SEARCH)
    if area is None or url is None:
        return None
    asked = {"infotypeId": "", "vc_title": "", "vc_number": "", "area": area[1]}
    divid = _DIVID.search(seen.source, area.start(), area.end() + 300)
    return _Call(f"{url}?{urlencode(asked)}", {"divid": divid[1] if divid else f"div{_column(seen.url)}"})


def _area(source: str) -> re.Match[str] | None:
    """The area in the address of a tree or a search of the page."""
    at = source.find("area=")
    for _ in range(_MOST_CALLS):
        if at < 0:
            break
        found = _AREA.match(source, at)
        if found and _BEFORE_AREA.search(source[max(0, at - 320) : at]):
            return found
        at = source.find("area=", at + 1)
    return None


def _column(url: str) -> str:
    found = _COLUMN.search(urlsplit(url).path)
    return found[1] if found else ""


def _rows_of(root: Node) -> list[tuple[Node, str]]:
    """Rows that lead to a content page, with the number of its column."""
    found: dict[Node, str] = {}
    for anchor in root.iter("a"):
        article = _ARTICLE.search(anchor.get("href") or "")
        if article is None:
            continue
        row: Node | None = anchor
        while row is not None and row.tag not in _ROWS:
            row = row.getparent()
        found.setdefault(anchor if row is None else row, article[1])
        if len(found) >= _MOST_ROWS:
            break
    return list(found.items())


def _own(rows: list[tuple[Node, str]], seen: Seen) -> list[tuple[Node, str]]:
    column = _column(seen.asked_on)
    own = [row for row in rows if row[1] == column]
    said = dict(parse_qsl(urlsplit(seen.url).query)) | dict(parse_qsl(seen.sent or ""))
    of_one_kind = said.get("infotypeId", "") not in ("", "0")
    return own if own or not of_one_kind else rows


def _markup(rows: list[Node]) -> str:
    made = "".join(etree.tostring(row, encoding="unicode", method="html", with_tail=False) for row in rows)
    tags = {str(row.tag) for row in rows}
    return f"<table>{made}</table>" if "tr" in tags else f"<ul>{made}</ul>"
