"""首页应答 What the answer to a visit to a home page was: the page, a wall before it, or words that it does not exist.

A crawl takes its home page as it comes, for all else hangs on it; who asks whether the page opened must ask closer.
"""

from model import Body, FetchOutcome, Site, Snapshot
from reading.outcome import CUT, Refined, by_words
from reading.page import Page

_SHORT = 2000  # characters; a page that shows more is no page of a missing address


def opened_as(snapshot: Snapshot, body: Body, site: Site) -> Refined:
    """首页何为 The class of an answer and the marker that decided it. Pure and total: no bytes can make it raise.

    `body` may be only the beginning; the snapshot's cause is then CUT, and words that may go on decide nothing.
    """
    page = Page(snapshot, body, site)
    found = page.refined
    if found.outcome is not FetchOutcome.OK or snapshot.cause == CUT or not page.is_html:
        return found
    said = by_words(page.title, page.opening, page.remains) if len(page.opening) < _SHORT else None
    missing = said is not None and said.outcome is FetchOutcome.SOFT404
    return said if said is not None and missing else found
