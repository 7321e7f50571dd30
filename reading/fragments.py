"""页内位置 The parts of a page that fragments can point to, and links that name a part that is not there.

Told only of pages without any script: a script may make parts, or take the fragment for something else.
"""

from collections.abc import Iterable
from urllib.parse import unquote
from zlib import crc32

from model import Link, PageFacts, PageKind
from reading.tree import Node

NOTHING = 0  # CRC-32 of no name at all: a page whose parts were looked at has it, so that "none" is told from "not seen"
_MOST = 2000
_ALWAYS = ("", "top")


def anchors_of(root: Node) -> tuple[int, ...]:
    """可指位置 CRC-32 of every id, and of the names of anchors, in order of size; () for a page with a script."""
    if next(root.iter("script", "iframe", "frame"), None) is not None:
        return ()
    names: set[str] = set()
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if len(names) >= _MOST:
            return ()
        names.add(node.get("id") or "")
        if node.tag in ("a", "map", "img", "form", "input"):
            names.add(node.get("name") or "")
    return tuple(sorted({NOTHING, *(_mark(name) for name in names)}))


def missing_fragments(links: Iterable[Link], pages: Iterable[PageFacts]) -> dict[str, tuple[str, ...]]:
    """缺失位置 By target: the fragments that links name and that its page, read whole and free of scripts, lacks."""
    parts: dict[str, frozenset[int] | None] = {}
    for page in pages:
        whole = page.outcome.observed and page.anchors and page.kind is not PageKind.NOT_HTML
        for url in {page.url, page.final_url}:
            known = parts.get(url, frozenset())
            # looked at twice, it is whatever either look saw; with a script in one of them, nobody knows
            parts[url] = None if known is None or not whole else known | frozenset(page.anchors)
    missing: dict[str, dict[str, None]] = {}
    for link in links:
        held = parts.get(link.url) if link.fragment else None
        if held and not _is_free(link.fragment) and not _is_held(link.fragment, held):
            missing.setdefault(link.url, {})[link.fragment] = None
    return {url: tuple(sorted(names)) for url, names in sorted(missing.items())}


def _is_free(fragment: str) -> bool:
    """A fragment that points nowhere in particular, to words, or to a route that a script would take."""
    return (
        fragment.lower() in _ALWAYS
        or fragment[:1] in ("/", "!")
        or ":~:" in fragment
        or "text=" in fragment
        or "=" in fragment
    )


def _is_held(fragment: str, held: frozenset[int]) -> bool:
    return not held.isdisjoint(
        {_mark(fragment), _mark(unquote(fragment)), _mark(unquote(fragment, "gb18030"))}
    )


def _mark(name: str) -> int:
    return crc32(name.encode("utf-8", "replace"))
