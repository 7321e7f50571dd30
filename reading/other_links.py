"""其余链接 What a page leads to or takes in beside its anchors, pictures, frames and files of style and script.

Kept apart from those: no menu, list or column is ever read from them. A visitor can press them all the same.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import NamedTuple, cast
from urllib.parse import unquote

from lxml import etree

from reading.form_fields import leads_on
from reading.menus import clicked_url, opened_url, written_sources
from reading.script_links import script_links
from reading.shell import refresh_of
from reading.srcset import srcset_links
from reading.style_links import style_links
from reading.tree import Node, beginning, squeeze

_MOST, _MOST_OPTIONS, _GLANCES, _GLANCE = 1000, 300, 500, 2000
_MEDIA = {"video": "src", "audio": "src", "track": "src", "embed": "src", "object": "data"}
_HELD = ("input", "source", "form", "select", "meta", "style", "script", *_MEDIA)
_CLICKED = etree.XPath("//*[(@onclick or @ondblclick) and not(self::a or self::area)]")
_CLICKS = ("onclick", "onClick", "ONCLICK", "ndblclick", "nDblClick")
_PICTURES = ("srcset=", "poster=")
_BACKGROUNDS = ("background=", "BACKGROUND=")
_ANCHOR = ("a ", "A ", "a\n", "a\t", "a\r")
_STYLED = etree.XPath("//*[contains(@style, 'url')]")
_NOT_SENT = re.compile(r"return\s+false|preventDefault", re.I)
# a page of the site's own that warns before it lets a visitor out, and the address it is handed
_WARNS = re.compile(
    r"""/(?:leave|exit|out(?:link|side)?|jump|away|redirect|goto?|link(?:to|out)?|external)\w{0,12}(?:\.\w{2,5})?\?(?:[^"'\s<>]{0,200}?&(?:amp;)?)?"""
    r"""(?:url|u|link|to|target|href|site|goto|jump)=(https?(?:://|%3A%2F%2F)[^"'\s<>&]{3,800})""",
    re.I,
)
_HANDED = re.compile("=http", re.I)  # stands in every such address; a third of the time to look for
_WEB = ("http://", "https://", "//")
_OWN_PAGE = re.compile(r"\.{0,2}/[^\s]{1,500}$|[\w\-./]{1,300}\.(?:s?html?|jspx?|aspx?|php)(?:\?\S*)?$", re.I)


class Other(NamedTuple):
    """其余链接 A reference as written, its words, what holds it (Link.tag), as what it is taken, and the element."""

    raw: str
    anchor: str
    tag: str
    taken: str
    node: Node


def other_links(
    root: Node, source: str, scripts: Mapping[Node, str], stand_ins: list[Node] | None = None
) -> list[Other]:
    """其余链接 All of them, one kind after the other, at most 1000. `source` is the text `root` was made of, `scripts`
    what each script of the page's own says, `stand_ins` all its anchors whose href leads nowhere by itself (None:
    they are yet to be found)."""
    every = (
        *_clicked(root, source), *_left(root, source, stand_ins), *_styled(root, source), *_pictured(root, source),
        *_held(root, source, scripts)
    )  # fmt: skip
    return list(islice((one for one in every if one.raw and one.raw.strip()), _MOST))


def _clicked(root: Node, source: str) -> Iterator[Other]:
    """What opens by a click on whatever is no link."""
    starts = list(_within_tags(source, _CLICKS, anchors=False))
    if not any([_opens(source[at : source.find(">", at, at + _GLANCE)]) for at in starts]):
        return
    for node in cast("list[Node]", _CLICKED(root)):
        target = clicked_url(node.get("onclick") or "") or clicked_url(node.get("ondblclick") or "")
        if target and isinstance(node.tag, str):
            yield Other(target, _words(node), "onclick", "onclick", node)


def _left(root: Node, source: str, stand_ins: list[Node] | None) -> Iterator[Other]:
    """What a link opens by a function of the site's own, and what lies behind a page that only warns before it leaves."""
    warns = _HANDED.search(source) is not None and _WARNS.search(source) is not None
    if not warns and "javascript:" not in source and "onclick" not in source:
        return
    for node in root.iter("a") if warns or stand_ins is None else stand_ins:
        href = (node.get("href") or "").strip()
        if warns and (found := _WARNS.search(href)):
            yield Other(unquote(found[1]), _words(node), "leave", "onclick", node)
        elif not href or href[0] in "#jJ":
            for said in (href, node.get("onclick") or ""):
                if "(" in said and (
                    target := (_left_to if len(said) <= _GLANCE else _left_to.__wrapped__)(said)
                ):
                    yield Other(target, _words(node), "onclick", "onclick", node)
                    break


@lru_cache(maxsize=4096)
def _left_to(said: str) -> str | None:
    """Where a function of the site's own leads. The pages of a site repeat the same few."""
    return None if opened_url(said) else clicked_url(said)


@lru_cache(maxsize=4096)
def _opens(click: str) -> bool:
    """Whether the text of a click opens something. The pages of a site repeat the same few."""
    return clicked_url(unescape(click)) is not None


def _styled(root: Node, source: str) -> Iterator[Other]:
    asks = next(_within_tags(source, ("url(",), anchors=True), None) is not None
    for node in cast("list[Node]", _STYLED(root)) if asks else ():
        for one, sheet in style_links(node.get("style") or ""):
            yield Other(one, "", "style", "link" if sheet else "style", node)


def _pictured(root: Node, source: str) -> Iterator[Other]:
    if any([word in source for word in _BACKGROUNDS]):
        for node in root.iter("body", "table", "td", "tr", "th"):
            yield Other(node.get("background") or "", "", "style", "img", node)
    if any([word in source for word in _PICTURES]):
        for node in root.iter("img", "source", "video"):
            for one in srcset_links(node.get("srcset") or "") if node.tag != "video" else ():
                yield Other(one, node.get("alt") or "", str(node.tag), "img", node)
            if node.tag == "video":
                yield Other(node.get("poster") or "", "", "video", "img", node)


def _within_tags(source: str, words: tuple[str, ...], anchors: bool) -> Iterator[int]:
    """Where words stand inside a tag, perhaps only other than an anchor's: a glance that mostly saves a search of the tree."""
    for word in words:
        at = source.find(word)
        for _ in range(_GLANCES):
            if at < 0:
                break
            opened = source.rfind("<", max(0, at - _GLANCE), at)
            if (
                opened >= 0
                and source.find(">", opened, at) < 0
                and (anchors or source[opened + 1 : opened + 3] not in _ANCHOR)
            ):
                yield at
            at = source.find(word, at + len(word))


def _held(root: Node, source: str, scripts: Mapping[Node, str]) -> Iterator[Other]:
    for node in root.iter(*_HELD):
        tag = str(node.tag)
        if tag == "script":
            script = scripts.get(node)
            for named in script_links(script, source) if script else ():
                yield Other(named.href, named.anchor, "script", "script-link", node)
            for raw, kind in written_sources(script) if script else ():
                yield Other(raw, "", "script", kind, node)
        elif tag == "style":
            for one, sheet in style_links(node.text or ""):
                yield Other(one, "", "style", "link" if sheet else "style", node)
        elif tag == "select":
            yield from _options(node)
        elif tag == "form":
            yield from _form(node)
        elif tag == "meta":
            if (node.get("http-equiv") or "").strip().lower() == "refresh":
                yield Other(refresh_of(node.get("content") or "") or "", "", "refresh", "refresh", node)
        elif tag == "input":
            if (node.get("type") or "").strip().lower() == "image":
                yield Other(
                    node.get("src") or "", node.get("alt") or node.get("value") or "", "input", "img", node
                )
        elif tag == "source":
            above = node.getparent()
            picture = above is None or above.tag not in ("video", "audio")
            yield Other(node.get("src") or "", "", tag, "img" if picture else tag, node)
        elif next(node.iterancestors("video", "audio", "object"), None) is None or tag == "track":
            yield Other(
                node.get(_MEDIA[tag]) or "", "", tag, tag, node
            )  # one inside another is a stand-in for it


def _options(select: Node) -> Iterator[Other]:
    """Entries of a menu that leads on when one is chosen: friendly links, other departments."""
    jumps = leads_on(select)
    for option in islice(select.iter("option"), _MOST_OPTIONS):
        value = (option.get("value") or "").strip()
        if value.startswith(_WEB) or (jumps and _OWN_PAGE.match(value)):
            yield Other(value, _words(option), "option", "option", select)


def _form(node: Node) -> Iterator[Other]:
    """Where a form that only asks is sent to, without any value: what must be handed in is never sent."""
    action = (node.get("action") or "").strip()
    asks = (node.get("method") or "get").strip().lower() == "get"
    if action and asks and not _NOT_SENT.search(node.get("onsubmit") or ""):
        yield Other(action, "", "form", "form", node)


def _words(node: Node) -> str:
    return squeeze(beginning(node)) or squeeze(
        node.get("title") or node.get("value") or node.get("alt") or ""
    )
