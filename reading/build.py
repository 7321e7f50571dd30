"""构造 What of a page could put rows or words into it: its scripts, the places they find, what it shows beside words."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from zlib import crc32

from model import Build
from reading.emptiness import is_phrase, is_sign
from reading.links import LinkPass
from reading.tree import Node, squeeze

_BLOCKS = ("div", "ul", "ol", "dl", "table", "tbody", "section", "article", "td", "main", "form")
_HOLDERS = frozenset({"ul", "ol", "dl", "table", "tbody"})
_SHOWING = ("svg", "canvas", "object", "embed", "video", "audio", "picture")
_SOURCES = ("src", "data", "srcset", "d", "id", "class")
_PICTURED = re.compile(r"url\s*\(\s*['\"]?([^'\")]{1,200})")
_HOOK = ("data-", "v-", "ng-", "ms-", "lay-", ":", "@")
_LOADING = ("onload", "onerror", "onpageshow")
_DIGITS = re.compile(r"\d+")
_SPOKEN = re.compile(
    r"""/\*.{0,2000}?\*/|(?<![:"'\\])//[^\n]{0,500}|"([^"\\\n]{0,500})"|'([^'\\\n]{0,500})'""", re.S
)
_WORD = re.compile(r"[A-Za-z_$][\w$]{0,60}|[#.][A-Za-z_][\w-]{0,60}")
_NAME = re.compile(r"[#.]?[A-Za-z_][\w-]{0,40}")
_MOST_SCRIPT, _MOST, _MOST_LINES, _LONGEST = 20_000, 1500, 400, 1023
_FEW, _MOST_TEXTS = 3, 12
_POSITION = re.compile(r".{0,6}位置")


def build_of(root: Node, links: LinkPass, lines: list[str], proof: str | None) -> Build:
    """取构造 The prints of one page. `proof`: why its emptiness needs no other page to prove it."""
    scripts = set(_scripts(root, links))
    shows = set(_shows(root))
    every, bare, ids = set(), set(), set()
    for index, node in enumerate(root.iter(*_BLOCKS)):
        if index >= _MOST:
            break
        named, hooked = _identity(node)
        if not named:
            continue
        every.add(named)
        ids.add(node.get("id"))
        if hooked or _is_bare(node):
            bare.add(named)
    for node in root.iter("script"):
        if node.text:  # which places of the page its scripts name
            scripts |= {_DIGITS.sub("#", f"at {one}") for one in ids & named_in(node.text[:_MOST_SCRIPT])}
    return Build.model_construct(
        scripts=_prints(scripts),
        spots=_prints(every),
        bare=_prints(bare),
        shows=_prints(shows),
        lines=tuple(sorted(set(_lines(lines)))),
        proof=proof if proof or scripts else "no_script",
    )


def _prints(texts: set[str]) -> tuple[int, ...]:
    return tuple(sorted({crc32(text.encode("utf-8", "replace")) for text in texts}))


def _scripts(root: Node, links: LinkPass) -> Iterator[str]:
    for link in links.links:
        if link.tag in ("script", "iframe", "frame"):
            path, _, query = (link.url or link.raw).partition("?")
            yield f"{link.tag} {path} {_DIGITS.sub('#', query)}"
    for node in root.iter("script"):
        if node.get("src") is None and (node.text or "").strip():
            yield shape((node.text or "")[:_MOST_SCRIPT])
    for node in root.iter("body", "img"):
        for name in _LOADING:
            if node.get(name):
                yield shape((node.get(name) or "")[:_MOST_SCRIPT])
    for node in root.iter():
        if isinstance(node.tag, str) and "-" in node.tag:
            yield f"<{node.tag}>"


@lru_cache(maxsize=256)
def shape(script: str) -> str:
    """脚本的样子 The words of a script and the places it names; numbers, addresses and sentences may differ by page."""

    def told(match: re.Match[str]) -> str:
        text = match[1] or match[2] or ""
        return f" {text} " if text.startswith(("#", ".")) and _NAME.fullmatch(text) else " "

    words = _WORD.findall(_SPOKEN.sub(told, script))
    return " ".join(sorted({_DIGITS.sub("#", word) for word in words}))


@lru_cache(maxsize=256)
def named_in(script: str) -> frozenset[str | None]:
    """脚本提到的名字 The names that stand in a script as texts of their own."""
    texts = (match[1] or match[2] or "" for match in _SPOKEN.finditer(script))
    return frozenset(text for text in texts if _NAME.fullmatch(text))


def _shows(root: Node) -> Iterator[str]:
    for node in root.iter(*_SHOWING):
        told = next((f"{name}={value}" for name in _SOURCES if (value := node.get(name))), "")
        inner = next((child for child in node if isinstance(child.tag, str)), None)
        if inner is not None and not told:
            told = next((f"{name}={value}" for name in _SOURCES if (value := inner.get(name))), "")
        yield f"{node.tag} {told[:200]}"
    for node in root.iter("div", "span", "a", "p", "td", "li", "section"):
        style = node.get("style")
        if style and "url" in style and (found := _PICTURED.search(style)):
            yield found[1]


def _identity(node: Node) -> tuple[str, bool]:
    """Tag, names and hooks of an element ("" when it has none and holds no list), and whether it has hooks."""
    names = node.keys()
    hooks = [name for name in names if str(name).startswith(_HOOK)] if names else []
    if not names and node.tag not in _HOLDERS:
        return "", False
    class_, id_ = node.get("class") or "", node.get("id") or ""
    if not class_ and not id_ and not hooks and node.tag not in _HOLDERS:
        return "", False
    told = f"{node.tag} {class_[:120]} #{id_[:120]} {' '.join(sorted(map(str, hooks)))}"
    return _DIGITS.sub("#", told), bool(hooks)


def _is_bare(node: Node) -> bool:
    if len(node) == 0 and not (node.text or "").strip():
        return True
    if node.tag in _HOLDERS and next(node.iter("a"), None) is None:
        return True
    return bool(node.get("id")) and len(node) <= _FEW and _says_nothing(node)


def _says_nothing(node: Node) -> bool:
    """Whether all that stands in an element is a phrase such as 暂无信息, which a script would take away."""
    said = "".join(squeeze(text) for text in islice(map(str, node.itertext()), _MOST_TEXTS))
    return is_sign(said) and is_phrase(said)


def _lines(lines: list[str]) -> Iterator[int]:
    """Each line that a visitor sees: its print and its length in one number. Numbers in it may differ by page."""
    for line in lines[:_MOST_LINES]:
        if not _POSITION.match(line):
            bare = _DIGITS.sub("", "".join(line.split()))
            yield crc32(bare.encode("utf-8", "replace")) << 10 | min(len(bare), _LONGEST)
