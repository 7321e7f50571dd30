"""脚本链接 What a page's own scripts lead to, where a whole address stands in them as plain text.

Only whole literals: an address that is joined from parts is not known without running the script. Code that is
commented out, and a function that nothing on the page names, lead nowhere; nor does what is done under a condition,
because whether this visitor meets it is not known (old telephones are sent to pages that nobody kept).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"""/\*.{0,20000}?\*/|(?<![:\\])//[^\n]*|"(?:[^"\\\n]|\\.){0,4000}"|'(?:[^'\\\n]|\\.){0,4000}'""", re.S
)
_GO = re.compile(
    r"""(?:window\.open|location\.(?:assign|replace))\s*\(\s*(["'])(?P<a>[^"'\\]{2,800})\1\s*[,)]"""
    r"""|\blocation(?:\.href)?\s*=\s*(["'])(?P<b>[^"'\\]{2,800})\3\s*(?=[;}\n<]|$)"""
    r"""|\.href\s*=\s*(["'])(?P<c>[^"'\\]{2,800})\5\s*(?=[;}\n<]|$)"""
    r"""|\.setAttribute\s*\(\s*["']href["']\s*,\s*(["'])(?P<d>[^"'\\]{2,800})\7\s*\)"""
)
_OBJECT = re.compile(r"\{[^{}]{8,1200}\}")
_NAMED = re.compile(r"""\b(?:name|title|text|label|caption)["']?\s*:\s*(["'])([^"'\\]{1,100})\1\s*[,}\n]""")
_LEADS = re.compile(r"""\b(?:href|url|link|Url|URL|linkUrl)["']?\s*:\s*(["'])([^"'\\]{2,800})\1\s*[,}\n]""")
_ASKS = re.compile(r"""\b(?:type|method|dataType|success|async|data)["']?\s*:""")
_STEPS = re.compile(
    _GO.pattern + r"""|(?P<text>"(?:[^"\\\n]|\\.){0,4000}"|'(?:[^'\\\n]|\\.){0,4000}')"""
    r"""|(?<=[=(,:!&|?;])\s?/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,500}/"""  # a pattern
    r"""|(?<![\w$.])(?:(?P<function>function)\b(?:\s+(?P<name>[A-Za-z_$][\w$]{0,60}))?"""
    r"""|(?P<leaves>return|throw)\b|(?P<maybe>if|else|switch|case|default|for|while|do|try|catch|finally|with)\b)"""
    r"""|(?P<arrow>=>)|(?P<either>&&|\|\||\?)|[{}();]"""
)
_DEVICE = re.compile(
    r"\buserAgent\b|\bnavigator\.(?:platform|app[A-Z])|\bscreen\.width|\bontouchstart\b|\borientation\b"
)
_IN_VALUE = frozenset("=(,:?&|[")  # a brace after one of these opens a value, not a block
_HANDLED = re.compile(r"""(?:\bon\w{1,30}\s*=\s*\\?["']|javascript:)[^"'<>]*$""", re.I)
_DOUBTED = re.compile(
    r"\b(?:if|else|switch|case|while|for|try|catch)\b[^;{}]{0,150}(?:\{[^{}]{0,150})?$|(?:&&|\|\||\?)[^;{}]{0,100}$"
)
_BEFORE, _MOST_CALLS = 240, 200
_PAGE = re.compile(
    r"(?:https?:)?//[^\s/]|(?:\.{0,2}/)?[^\s?#<>]*(?:/|\.(?:s?html?|jspx?|aspx?|php|docx?|xlsx?|pdf|ofd|wps|zip|rar))(?:[?#]|$)",
    re.I,
)
_ELSEWHERE = re.compile(
    r"(?:^|[/_.\-])(?:404|50\d|error|err|notfound|login|logon|logout|signin|sso|undefined|null)", re.I
)
_SIGNS = ("window.open", "location", ".href", "setAttribute")
_MAX_SCRIPT, _REPEATED = 100_000, 20_000
_MOST = 100


class Named(NamedTuple):
    """脚本所指 The reference as the script writes it, and what it is called."""

    href: str
    anchor: str = ""


def without_script_comments(script: str) -> str:
    """去脚本注释 The script without what is commented out; texts that only look like comments stay."""
    if "//" not in script and "/*" not in script:
        return script
    return _TOKEN.sub(lambda found: " " if found[0][0] == "/" else found[0], script)


def script_links(script: str, source: str) -> list[Named]:
    """脚本链接 Addresses a script opens or goes to, and those of its menus: objects with a name and an address.

    `source` is the whole page, to tell whether anything calls the function that holds them. At most 100.
    """
    if len(script) > _MAX_SCRIPT:
        return []
    found: dict[str, str] = {}
    called: dict[str | None, bool] = {None: True}
    for href, anchor, within in _held(script) if len(script) < _REPEATED else _held.__wrapped__(script):
        if within not in called:
            called[within] = _is_called(within or "", source)
        if called[within]:
            found.setdefault(href, anchor)
    return [Named(href, anchor) for href, anchor in found.items()]


@lru_cache(maxsize=256)
def _held(script: str) -> tuple[tuple[str, str, str | None], ...]:
    """Address, name and function of all that a script leads to. The pages of a site repeat the same scripts."""
    goes = any([sign in script for sign in _SIGNS]) and _GO.search(script) is not None
    lists = "{" in script and _LEADS.search(script) is not None
    if not goes and not lists:
        return ()
    plain = without_script_comments(script)
    found = [*(_gone_to(plain) if goes else ()), *(_listed(plain) if lists else ())]
    made = ((href.strip(), anchor.strip(), within) for href, anchor, within in found)
    return tuple(
        one for one in made if _PAGE.match(one[0]) and not _ELSEWHERE.search(one[0].partition("?")[0])
    )[:_MOST]


class _Block(NamedTuple):
    """A brace that is open: the named function it stands in, whether it is met at all, and what was before it."""

    within: str | None
    doubtful: bool
    function: int  # the place of the innermost function among the open braces; -1: none
    doubted: bool  # of the statement it stands in
    parentheses: int
    value: bool


_TOP = _Block(None, False, -1, False, 0, False)


def _gone_to(script: str) -> Iterator[tuple[str, str, str | None]]:
    """Each address with the named function it stands in; without those that only a condition leads to."""
    if _DEVICE.search(script):
        return
    blocks = [_TOP]
    left: set[int] = set()  # functions that may have been left before their end
    name: str | None = None
    function = doubted = False
    parentheses = 0
    for found in _STEPS.finditer(script):
        block, sign = blocks[-1], found[0]
        if found["function"] or found["arrow"]:
            name, function = found["name"], True
        elif found["maybe"] or found["either"]:
            doubted = True
        elif found["leaves"]:
            if doubted or block.doubtful:
                left.add(block.function)
        elif sign == "(":
            parentheses += 1
        elif sign == ")":
            parentheses -= 1
        elif sign == ";":
            doubted = doubted and parentheses > 0
        elif sign == "{":
            value = script[max(0, found.start() - 20) : found.start()].rstrip()[-1:] in _IN_VALUE
            doubtful = doubted or block.doubtful or block.function in left
            inner = len(blocks) if function else block.function
            blocks.append(
                _Block(name or block.within, doubtful, inner, doubted, parentheses, value and not function)
            )
            name, function, doubted, parentheses = None, False, False, 0
        elif sign == "}":
            if len(blocks) > 1:
                left.discard(len(blocks) - 1)
                blocks.pop()
                doubted = block.doubted and (block.value or block.parentheses > 0)
                parentheses = block.parentheses
        elif not (doubted or block.doubtful or block.function in left):
            gone = _GO.search(found["text"][1:-1]) if found["text"] else found
            href = gone and (gone["a"] or gone["b"] or gone["c"] or gone["d"])
            if href:
                yield href, "", block.within


def _listed(script: str) -> Iterator[tuple[str, str, str | None]]:
    for found in _OBJECT.finditer(script):
        leads = _LEADS.search(found[0])
        named = _NAMED.search(found[0]) if leads else None
        if leads and named and not _ASKS.search(found[0]):
            yield leads[2], named[2], None


def _is_called(name: str, source: str) -> bool:
    """Whether the page calls the function, or hands it on, beside where it makes it; not only under a condition."""
    at, calls = source.find(name), 0
    while at >= 0 and calls < _MOST_CALLS:
        end = at + len(name)
        before, after = source[max(0, at - _BEFORE) : at], source[end : end + 3].lstrip()[:1]
        apart = not before[-1:].isalnum() and before[-1:] not in ("_", "$", ".", "-")
        handed = after in (",", ")", ";") and before.rstrip()[-1:] in ("=", ",", "(", ":")
        if apart and not before.rstrip().endswith("function") and (after == "(" or handed):
            calls += 1
            if _HANDLED.search(before) or not _DOUBTED.search(before):
                return True
        at = source.find(name, end)
    return False
