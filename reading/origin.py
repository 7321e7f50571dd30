"""出身 What sent a document and as what: a page of the site, its home page, or the answer of a list API."""

import re

from model import FetchOutcome, Purpose
from reading.adapters import Listing, Seen
from reading.address import is_article_url, without_index
from reading.document import Document
from reading.once import once
from reading.outcome import Refined

_WHOLE = re.compile(r"<(?:!doctype\s{1,9}html|html|head|body)\b", re.I)
_HEAD = 3000


class Origin(Document):
    """出身 Told by what was asked for, by the address and by the bytes; never by how the page looks."""

    @once
    def asked_on(self) -> str:
        """The page whose list this fills: the one that asked, for what is no whole page; else its own URL."""
        snapshot = self.snapshot
        asked = snapshot.found_on if snapshot.purpose is Purpose.LIST else None
        return asked if asked and (snapshot.sent is not None or not _is_whole(self.source)) else self.url

    @once
    def seen(self) -> Seen:
        return Seen(self.url, self.source, self.root, self.asked_on, self.snapshot.sent)

    @once
    def listing(self) -> Listing | None:
        """What the content system tells of a list: as an API's answer, or in a script of the page."""
        return self.adapter.listing(self.seen)

    @once
    def is_answer(self) -> bool:
        """Whether a list API sent this: it is no page of the site."""
        snapshot = self.snapshot
        if snapshot.bare or self.asked_on == self.url or snapshot.rendered:
            return False
        return snapshot.sent is not None or self.listing is not None

    @property
    def is_page(self) -> bool:
        """Whether this is a page of its own, whoever asked for it."""
        return self.is_html and not self.is_answer and self.refined.outcome is FetchOutcome.OK

    @once
    def refined(self) -> Refined:
        """The class by the bytes. What a list API sends is no page: it holds a list, or tells nothing."""
        if self.snapshot.outcome is not FetchOutcome.OK or not self.is_answer:
            return super().refined
        if self.listing is not None:
            told = self.listing.refused
            return Refined(FetchOutcome.NOT_RENDERED, told) if told else Refined(FetchOutcome.OK)
        found = super().refined
        if found.outcome in (FetchOutcome.BLOCKED, FetchOutcome.LOGIN):
            return found
        return Refined(FetchOutcome.NOT_RENDERED, "unknown_shape")

    @once
    def is_home(self) -> bool:
        if self.snapshot.purpose is Purpose.HOME:
            return True
        home = self.site.home
        address = without_index(self.url).rstrip("/")
        return address in (home.rstrip("/"), without_index(home).rstrip("/"))

    @once
    def looks_article(self) -> bool:
        meta = self.meta
        if (
            "articletitle" in meta
            or meta.get("contentsource", "").strip()
            or ("pubdate" in meta and "columnname" in meta and is_article_url(self.url))
        ):
            return bool(meta.get("articletitle", "x").strip())
        return is_article_url(self.url)

    def frames(self, url: str) -> bool:
        """显示于框架 Whether the page shows what is at `url` in a frame."""
        return any(link.tag in ("iframe", "frame") and link.url == url for link in self.links.links)


def _is_whole(source: str) -> bool:
    """A page of its own, not a piece of one, nor data."""
    return source.lstrip("\ufeff \t\r\n")[:1] == "<" and _WHOLE.search(source, 0, _HEAD) is not None
