"""所见 What the crawl asks of a page in short, where the page itself says more."""

from collections.abc import Sequence

from model import FetchOutcome, Link
from reading.adapters import Query, otherwise
from reading.further import Further
from reading.missing_pages import lines_of
from reading.once import once


class Viewed(Further):
    """所见 Together with the rest of Page this is a `reading.glance.View`."""

    @property
    def outcome(self) -> FetchOutcome:
        return self.refined.outcome

    @property
    def lines(self) -> frozenset[str]:
        """Lines of the main text: of a home page, what its template says is no page's own."""
        return lines_of(self.text)

    @property
    def opening_size(self) -> int:
        return len(self.opening)

    @property
    def text_size(self) -> int:
        return len(self.text)

    @property
    def is_paged(self) -> bool:
        return self.paging is not None

    @property
    def is_framed(self) -> bool:
        """Whether what fills its list is a page of its own, shown in a frame."""
        return self.query is not None and self.frames(self.query.url)

    @property
    def other_query(self) -> Query | None:
        """The rows of an answer asked for in the other way its system knows."""
        return otherwise(self.adapter, self.seen) if self.is_answer else None

    @once
    def crumb_urls(self) -> frozenset[str]:
        return frozenset(crumb.url for crumb in self.crumbs if crumb.url)

    @property
    def shown_links(self) -> Sequence[Link]:
        """Links that stand in the page as such, without those found in comments and scripts."""
        return self.links.links
