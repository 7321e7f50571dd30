"""脚本请求 The request by which a page's own script fills its list: its address and what it sends.

The script is read, never run. A value is a literal, a variable given one literal in the page, a hidden input, or
a parameter of the page's own address; anything else stays unknown, and a list whose request is partly unknown is
left to a browser.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import ada_url

from reading.adapters.protocol import Seen
from reading.adapters.script_literal import GAP, UNKNOWN, Resolve, is_unknown, read_literal
from reading.adapters.script_names import Names

_LONGEST = 2000  # characters of an address
_NEAR = 1200  # characters in which a request names what it sends
_ATTRIBUTE = re.compile(r"(?:href|action|src|value|content|data-\w{1,20})\s*=\s*$", re.I)
_SENT = re.compile(r"""\bdata["']?\s*:\s*(?:JSON\.stringify\s*\(\s*)?""")
_SECOND = re.compile(r"\s*,\s*(?:JSON\.stringify\s*\(\s*)?(?=[{A-Za-z_$])")
_CALL = re.compile(r"\b(?:ajax|axios|request)\s*\(\s*\{")
_JOINT = re.compile(r"(?:([\w$.]{1,60})\s*)?\+\s*$")
_ORIGIN = ("location.origin", "window.location.origin")
_SEARCHED = re.compile(r"""searchWord\w{0,3}["']?\s{0,9}[=:](?!\s{0,9}(?:""|''|[&,}]|["']\s{0,9}[,)]))""")
_MOST_PLACES = 20  # of one address in a page


class Request(NamedTuple):
    """请求 `url` without its query; `sent` are the query's members and those of the body. Values may be UNKNOWN."""

    url: str
    sent: dict[str, Any]

    def known(self, free: frozenset[str]) -> dict[str, Any] | None:
        """已知参数 What is sent but for the members in `free`, which the asker sets; None when any is unknown."""
        kept = {name: value for name, value in self.sent.items() if name not in free}
        return None if any(is_unknown(value) for value in kept.values()) else kept


def windows(source: str, path: str) -> Iterator[str]:
    """脚本片段 The text around each place where a script names `path` to ask for a list.

    Links and forms of the page are left out, and requests that send the words somebody searches for.
    """
    at = source.find(path)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        opened = max(source.rfind("<script", 0, at), source.rfind("<SCRIPT", 0, at))
        closed = max(source.rfind("</script", 0, at), source.rfind("</SCRIPT", 0, at))
        scripted = opened > closed and source.find(">", opened, at) >= 0
        if scripted and not _SEARCHED.search(source, max(opened, at - 200), at + 500):
            yield source[max(opened, at - _NEAR) : at + _LONGEST]
        at = source.find(path, at + len(path))


def requests(seen: Seen, path: str) -> Iterator[Request]:
    """全部请求 Each request of the page's scripts to an address that holds `path`; links and forms are none."""
    source, known = seen.source, Names(seen)
    at = source.find(path)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        begin = max(source.rfind("'", max(0, at - 300), at), source.rfind('"', max(0, at - 300), at))
        if begin >= 0 and not _ATTRIBUTE.search(source, max(0, begin - 40), begin):
            made = _made(seen, begin, known.resolve)
            if made is not None:
                yield made
        at = source.find(path, at + len(path))


def _made(seen: Seen, begin: int, resolve: Resolve) -> Request | None:
    read = read_literal(seen.source, begin, resolve)
    head = _head(seen.source, begin, resolve)
    if read is None or head is None or not isinstance(read[0], str) or len(read[0]) > _LONGEST:
        return None
    address, _, query = (head + read[0]).partition("?")
    body = _body(seen.source, begin, read[1], resolve)
    url = joined(seen.url, address) if GAP not in address else None
    if url is None or body is UNKNOWN or query.count("&") > 60:
        return None
    return Request(url, dict(parse_qsl(query, keep_blank_values=True)) | (body or {}))


def _head(source: str, begin: int, resolve: Resolve) -> str | None:
    """What is joined before the text that names the address: nothing, the page's own origin or a known text."""
    joint = _JOINT.search(source, max(0, begin - 80), begin)
    if joint is None:
        return ""
    if joint[1] is None:
        return None
    if joint[1] in _ORIGIN:
        return ""
    value = resolve(joint[1])
    return value if isinstance(value, str) and GAP not in value else None


def _body(source: str, begin: int, end: int, resolve: Resolve) -> Any:
    """What the request sends besides its address: `data: {…}` beside it, or the argument after it."""
    second = _SECOND.match(source, end)
    stop = source.find(";", end, end + _NEAR)  # what follows the statement belongs to another request
    after = _SENT.search(source, end, stop if stop >= 0 else end + _NEAR)
    calls = [match.end() for match in _CALL.finditer(source, max(0, begin - _NEAR // 2), begin)]
    own = bool(calls) and ";" not in source[calls[-1] : begin]
    before = _SENT.search(source, calls[-1], begin) if own else None
    for found in (second, after, before):
        if found is None:
            continue
        read = read_literal(source, found.end(), resolve)
        if read is not None and isinstance(read[0], dict):
            return read[0]
        if found is not second:
            return UNKNOWN  # data: something that only the running script knows
    return None


def joined(base: str, reference: str) -> str | None:
    """接址 `reference` on the page at `base` as a browser resolves it; None unless it is http on the same host."""
    try:
        url = str(ada_url.join_url(base, reference))
    except (ValueError, UnicodeError):
        return None
    same = urlsplit(url).netloc == urlsplit(base).netloc
    return url if same and url[:4] == "http" else None


def form(sent: dict[str, Any]) -> str:
    """表单编码 Members as a form sends them; True as true, None as nothing."""
    return urlencode([(name, _text(value)) for name, value in sent.items()])


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
