"""脚本链接 What a page's own scripts lead to, where a whole address stands in them as plain text.

Only whole literals: an address that is joined from parts is not known without running the script. Code that is
commented out, and a function that nothing on the page names, lead nowhere.
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
_STEPS = re.compile(_GO.pattern + r"|\bfunction\s+(?P<name>[A-Za-z_$][\w$]{0,60})\s*\(|[{}]")
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


def _gone_to(script: str) -> Iterator[tuple[str, str, str | None]]:
    opened: list[str | None] = []  # for each brace that is open, the named function it stands in
    name: str | None = None
    for found in _STEPS.finditer(script):
        if found["name"]:
            name = found["name"]
        elif found[0] == "{":
            opened.append(name or (opened[-1] if opened else None))
            name = None
        elif found[0] == "}":
            del opened[-1:]
        else:
            href = found["a"] or found["b"] or found["c"] or found["d"]
            yield href, "", opened[-1] if opened else None


def _listed(script: str) -> Iterator[tuple[str, str, str | None]]:
    for found in _OBJECT.finditer(script):
        leads = _LEADS.search(found[0])
        named = _NAMED.search(found[0]) if leads else None
        if leads and named and not _ASKS.search(found[0]):
            yield leads[2], named[2], None


def _is_called(name: str, source: str) -> bool:
    """Whether the page calls the function, or hands it on, beside where it makes it."""
    at = source.find(name)
    while at >= 0:
        end = at + len(name)
        before, after = source[max(0, at - 12) : at], source[end : end + 3].lstrip()[:1]
        apart = not before[-1:].isalnum() and before[-1:] not in ("_", "$", ".", "-")
        handed = after in (",", ")", ";") and before.rstrip()[-1:] in ("=", ",", "(", ":")
        if apart and not before.rstrip().endswith("function") and (after == "(" or handed):
            return True
        at = source.find(name, end)
    return False
