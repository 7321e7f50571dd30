"""脚本菜单 References that only a script holds: written menus, onclick targets, leave-site wrappers."""

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from reading.script_links import without_script_comments

_WRITE = re.compile(r"document\.write(?:ln)?\s*\(", re.I)
_ANCHOR = re.compile(
    r"""<a\b[^>]{0,400}?href\s*=\s*\\?["']([^"'\\+]{1,500})\\?["'][^>]{0,300}>(.{0,300}?)</a""", re.I | re.S
)
_VARIABLE = re.compile(r"""\b(\w{1,40})\s*=\s*(?:"([^"\n]{0,300})"|'([^'\n]{0,300})')""")
_JOINED = re.compile(r"""^\s*["']\s*\+\s*(\w{1,40})\s*\+\s*["']\s*$""")
_TAG = re.compile(r"<[^>]*>")
_OPEN = re.compile(
    r"""(?:window\.open|location\.(?:assign|replace)|openurl|gourl|goto)\s*\(\s*["']([^"']{1,800})["']|location(?:\.href)?\s*=\s*["']([^"']{1,800})["']""",
    re.I,
)
_TAKEN_IN = re.compile(
    r"""<(img|iframe|frame)\b[^>]{0,300}?\ssrc\s*=\s*\\?["']([^"'\\+<>]{1,500})\\?["']""", re.I
)
# whatever a site calls the function that warns before it leaves: what it is handed is a whole address
_LEAVES = re.compile(
    r"""\b(\w{1,40})\s*\(\s*(?:this\s*,\s*)?["'](https?://[^"'\s]{1,800})["']\s*[,)]""", re.I
)
_OPENS = re.compile(
    r"""\b(?:(?:open|to|go|jump|link|leave|out|visit)_?(?:url|link|page|site|window|win|href|to|new|out)?"""
    r"""|confirm_?(?:leave|link|url|open)|(?:url|link|page|out|external)_?(?:open|to|go|jump|link|click))\s*\("""
    r"""\s*(?:this\s*,\s*)?["'](\.{0,2}/[^"'\s+]{1,500}|[\w\-./]{1,300}\.(?:s?html?|jspx?|aspx?|php)(?:\?[^"'\s]{0,300})?)["']\s*[,)]""",
    re.I,
)
_NOT_LEFT = re.compile(
    r"share|copy|fav|homepage|sethome|print|stat|track|log|count|play|ajax|load|post", re.I
)
_MAX_SCRIPT = 20_000
_MAX_MENU = 400
_LONGEST_CLICK = 2000


class Written(NamedTuple):
    """脚本写出的链接 The reference as written in the script and its anchor text."""

    href: str
    anchor: str


def written_links(script: str) -> list[Written]:
    """文档写入的链接 The `<a>` elements a script document.writes, names held in variables filled in.

    Seen on a TRS county site: the whole side menu is written by one script an entry, the name in `var str3`.
    """
    return list(_links_of(script)) if len(script) <= _MAX_SCRIPT and "href" in script else []


@lru_cache(maxsize=256)
def _links_of(script: str) -> tuple[Written, ...]:
    """The pages of a site repeat the same scripts."""
    if not _WRITE.search(script):
        return ()
    script = without_script_comments(script)
    names: dict[str, str] | None = None
    links: dict[str, str] = {}
    for match in _ANCHOR.finditer(script):
        href, inner = match.group(1), match.group(2)
        joined = _JOINED.match(inner)
        if joined and names is None:
            names = {match[1]: match[2] or match[3] or "" for match in _VARIABLE.finditer(script)}
        anchor = (names or {}).get(joined.group(1), "") if joined else _TAG.sub("", inner)
        if "+" in anchor and ("'" in anchor or '"' in anchor):
            anchor = ""
        links.setdefault(unescape(href), anchor.strip())
        if len(links) >= _MAX_MENU:
            break
    return tuple(Written(href, anchor) for href, anchor in links.items())


def opened_url(onclick: str) -> str | None:
    """点击打开的地址 The literal an onclick (or a javascript: href) opens, when it is the whole URL."""
    return _opened(onclick) if len(onclick) <= _LONGEST_CLICK else _opened.__wrapped__(onclick)


@lru_cache(maxsize=4096)
def _opened(onclick: str) -> str | None:
    """The pages of a site repeat the same clicks."""
    match = _OPEN.search(onclick[:_LONGEST_CLICK])
    if not match:
        return None
    target = (match.group(1) or match.group(2)).strip()
    tail = onclick[match.end() : match.end() + 3].lstrip()
    if tail.startswith("+") or not target or target.startswith(("#", "javascript:", "about:")):
        return None
    return target if re.match(r"^(?:https?:)?//|^[./?\w]", target) else None


def clicked_url(onclick: str) -> str | None:
    """点击去处 As `opened_url`, and the address handed to a site's own function that opens it, with a warning or none."""
    target = opened_url(onclick)
    if target:
        return target
    for found in _LEAVES.finditer(onclick[:_LONGEST_CLICK]):
        if not _NOT_LEFT.search(found[1]):
            return found[2]
    opens = _OPENS.search(onclick[:_LONGEST_CLICK])
    return opens[1] if opens else None


def written_sources(script: str) -> list[tuple[str, str]]:
    """写入的图片与框架 Address and tag of each picture or frame that a script document.writes as plain text."""
    return list(_sources_of(script)) if len(script) <= _MAX_SCRIPT and "src" in script else []


@lru_cache(maxsize=256)
def _sources_of(script: str) -> tuple[tuple[str, str], ...]:
    if not _WRITE.search(script):
        return ()
    found = _TAKEN_IN.finditer(without_script_comments(script))
    return tuple(dict.fromkeys((unescape(one[2]), one[1].lower()) for one in found))[:_MAX_MENU]
