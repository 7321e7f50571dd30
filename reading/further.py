"""后续 What a list page leaves to be fetched: the request that fills it, its next page, a script to be run."""

from model import LinkRelation
from reading.adapters import Query, asked_by
from reading.address import is_own, resolve
from reading.once import once
from reading.page_lists import BOX_TEXT, SHELL_TEXT, PageLists
from reading.paging import NEXT
from reading.shell import STRONG

_HOME_ENTRIES = 5


class Further(PageLists):
    """后续 Nothing is fetched here: the crawl asks, and every request is one that the page itself would send."""

    @once
    def query(self) -> Query | None:
        """The request that fills this page's list, when the page does not hold its rows itself.

        Rows without a pager beside a list that a script fills are a box beside it, not the list; and so is a list
        beside a long text.
        """
        if self.snapshot.rendered or self.is_home or self.looks_article or self.jump or not self.is_html:
            return None
        if self.looks_home:
            return None
        rows = self._has_rows
        if rows and (self.paging is not None or self.listing is not None):
            return None
        asked = asked_by(self.adapter, self.seen, framed=not rows)
        if asked is None or not is_own(asked.url, self.site):
            return None
        return asked if self._prose <= (SHELL_TEXT if self.frames(asked.url) else BOX_TEXT) else None

    @once
    def following(self) -> Query | None:
        """The request for the next page of a list that a content system's API serves."""
        told = self.listing
        if told is None or told.refused is not None or told.following is None or self.main_list is None:
            return None
        return told.following if is_own(told.following.url, self.site) else None

    @once
    def next_url(self) -> str | None:
        if self.following is not None:
            return self.following.address
        if self.is_answer:
            return None
        paging = self.paging
        if paging and paging.next_ref:
            return resolve(self.url, paging.next_ref, self.query_encoding)
        if self.main_list is None or not self.main_list.items:
            return None
        for link in self.links.links:
            if link.relation is LinkRelation.INTERNAL and NEXT.match(link.anchor) and link.url != self.url:
                return link.url
        return None

    @once
    def shell(self) -> str | None:
        """The technique that would fill this page's list; None when it has one or nothing points to a script."""
        if not self.is_html or self.looks_article or self.jump:
            return None
        if self.query is not None and (self._has_rows or not any(self.item_lists)):
            return self.adapter.NAME
        if self._has_rows:
            return None
        paging = self.paging
        if paging is not None and paging.total:
            return "total_without_rows"
        if self.choice.empty:
            return None
        marker = self._marker
        if marker is None or (self.is_home and self._entries >= _HOME_ENTRIES) or any(self.item_lists):
            return None
        bare = self._prose <= BOX_TEXT if marker in STRONG else self.own_length <= SHELL_TEXT
        return marker if bare else None

    @property
    def _entries(self) -> int:
        """Own pages this page leads to: a home page with many is no shell, whatever scripts it carries."""
        return len({link.url for link in self.links.links if link.relation is LinkRelation.INTERNAL})
