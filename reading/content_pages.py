"""栏目内容页 Which pages are what a column holds, though their addresses do not tell: they are no columns of their own."""

from collections.abc import Iterable

from model import PageFacts, PageKind, Site, Snapshot
from reading.address import column_key, is_article_url, is_own
from reading.shelf import Shelf

_WRITTEN = frozenset({PageKind.SINGLE, PageKind.FORM, PageKind.OTHER})
_NAMED = 8  # characters of what a home page calls a column; a title is longer


class ContentPages:
    """内容页 What lists lead to, and what menus lead to; menus win.

    A single page is content when a list holds it as a row, or when its breadcrumb ends with a link to another
    column: the page is in that column and has no step of its own. What holds a list itself, or boxes of several, is
    a column unless a dated row says otherwise.
    """

    def __init__(self, site: Site, shelf: Shelf, readable: Iterable[PageFacts]) -> None:
        self._site = site
        self._rows: set[str] = set()
        self._dated: set[str] = set()
        for _, facts in shelf.best.values():
            if facts.main_list is not None:
                self._rows |= {item.url for item in facts.main_list.items}
            for found in (*facts.lists, *([facts.main_list] if facts.main_list else ())):
                self._dated |= {item.url for item in found.items if item.dated.value}
        told: dict[str, None] = {}
        for facts in readable:
            told |= dict.fromkeys(entry.url for entry in facts.menu if entry.url)
            if facts.kind is PageKind.HOME:
                named = (link.url for link in facts.links if 0 < len(link.anchor) <= _NAMED)
                told |= dict.fromkeys(url for url in named if url not in self._rows)
        self._opened = {column_key(url, site) for url in told if url and url not in self._dated}

    def holds(self, key: str, snapshot: Snapshot, facts: PageFacts) -> bool:
        """是否内容页 Whether the page at this key is content of some other column."""
        if key in self._opened:
            return False
        urls = {snapshot.url, snapshot.final_url}
        if facts.kind in _WRITTEN:
            row = not urls.isdisjoint(self._rows) or not urls.isdisjoint(self._dated)
            return row or self._within(key, facts)
        if urls.isdisjoint(self._dated):
            return False
        rowless = facts.main_list is None or not facts.main_list.items
        return rowless or self._within(key, facts)

    def _within(self, key: str, facts: PageFacts) -> bool:
        """Whether the breadcrumb ends with a link to another column of the site."""
        url = facts.crumbs[-1].url if facts.crumbs else None
        if not url or not is_own(url, self._site) or is_article_url(url):
            return False
        above = column_key(url, self._site)
        home = column_key(self._site.home, self._site)
        return above.rstrip("/") not in (key.rstrip("/"), "", home.rstrip("/"))
