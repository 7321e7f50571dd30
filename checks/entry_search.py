"""查找入口 Entries, marks and forms of a page, or of a whole site, by their words and addresses."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checks.sight import ENTRY_TAGS, own_entries
from model import Observation, PageFacts
from model.site import bare_name

LONGEST_ENTRY = 16  # characters: longer words are a headline that happens to hold the name
SEARCH_ENTRIES = frozenset(
    {"搜索", "检索", "站内搜索", "站内检索", "全站搜索", "高级搜索", "高级检索", "智能搜索", "信息检索"}
)
SEARCH_PLATFORMS = ("/search", "://search.", "://so.", "jsearchfront", "jrobotfront", "/was5/", "searchword=")
MARKS = ("accessibility", "elderly", "error_report", "ipv6", "conac")
FEW_PAGES = 20  # fewer pages are read entry by entry, more through the index of the whole site


class Found(NamedTuple):
    """所见入口 An entry, mark or form: where, in which words, leading where ("" when it stands on the page itself)."""

    page: PageFacts
    words: str
    url: str


def found_in(
    observation: Observation,
    pages: list[PageFacts],
    names: tuple[str, ...],
    addresses: tuple[str, ...],
    form: str | None,
) -> list[Found]:
    """所见 All that fits on `pages`, the home page first. Of a whole site the index of entries tells the names."""
    found = [Found(page, one.text, "") for page in pages for one in page.forms if one.use == form]
    parts = tuple(part.lower() for part in addresses)
    if len(pages) > FEW_PAGES:
        found += _entries(pages[:1], names, parts, form)
        for position in sorted(observation.entry_names.holding(names)):
            entry = observation.entries[position]
            if len(bare_name(entry.link.anchor)) <= LONGEST_ENTRY:
                found.append(Found(entry.page, entry.link.anchor, entry.link.url))
        if form == "search" and not found:
            parts += SEARCH_PLATFORMS
        found += _addressed(pages, parts)
    else:
        found += _entries(pages, names, parts, form)
    return list({(one.words, one.url): one for one in reversed(found)}.values())[::-1]


def _addressed(pages: list[PageFacts], parts: tuple[str, ...]) -> Iterator[Found]:
    for page in pages if parts else ():
        for link in page.links:
            if link.tag in ENTRY_TAGS and any(part in link.url.lower() for part in parts):
                yield Found(page, link.anchor, link.url)


def _entries(
    pages: list[PageFacts], names: Iterable[str], parts: tuple[str, ...], form: str | None
) -> Iterator[Found]:
    bare = [name for name in map(bare_name, names) if name]
    for page in pages:
        marks = (getattr(page.marks, word) for word in MARKS)
        yield from (Found(page, mark.raw[:80], "") for mark in marks if mark and _named(mark.raw, bare))
        for link in own_entries(page):
            target = (link.url or link.raw).lower()
            wanted = _named(link.anchor, bare) or any(part in target for part in parts)
            if wanted or (form == "search" and _searches(link.anchor, target)):
                yield Found(page, link.anchor, link.url)


def _named(words: str, bare: list[str]) -> bool:
    own = bare_name(words)
    return len(own) <= LONGEST_ENTRY and any(name in own for name in bare)


def _searches(words: str, target: str) -> bool:
    return bare_name(words) in SEARCH_ENTRIES or any(part in target for part in SEARCH_PLATFORMS)
