"""未打开 What of a column a crawl left shut that did not see the site whole, so that nobody is accused of it."""

from urllib.parse import urldefrag

from model import CrawlReport, FetchOutcome, PageFacts, Rank, Scope, Site, Snapshot, StopReason
from reading.acting import acts
from reading.address import is_own, without_index
from reading.shelf import Shelf
from reading.sightings import Sighting

_SETTLED = (FetchOutcome.OK, FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.REDIRECTED_HOME)


def unopened_of(
    seen: Sighting,
    observed: list[tuple[Snapshot, PageFacts]],
    kind_source: str | None,
    complete: bool,
    shelf: Shelf,
    report: CrawlReport,
    site: Site,
) -> str | None:
    """未打开之处 See Column.unopened. None of a crawl that came to its end: what it did not open nobody can."""
    if _whole(report):
        return None
    if kind_source == "column_type" and any(rest.rank <= Rank.DISCLOSURE for rest in report.left):
        return "names"
    known = {url for snapshot, facts in seen.pages for url in (snapshot.url, facts.url, facts.final_url)}
    said = {override.url for override in site.overrides}

    def shut(url: str) -> bool:
        bare = urldefrag(url).url
        if url in known or bare in known or url in said or acts(url) or not is_own(url, site):
            return False
        pair = shelf.best.get(url) or shelf.best.get(bare)
        return pair is None or pair[1].outcome not in _SETTLED

    open_already = {without_index(url) for url in known} if shelf.index_pages_alike else set[str]()
    if any(shut(url) and without_index(url) not in open_already for url in seen.urls):
        return "address"
    listed = [facts for _, facts in observed if facts.main_list is not None]
    if any(facts.next_url and shut(facts.next_url) for facts in listed):
        return "page"
    return "page" if not complete and any(facts.fills for facts in listed) else None


def _whole(report: CrawlReport) -> bool:
    """Whether nothing was left of the site itself; targets of others have a budget of their own."""
    left = [rest for rest in report.left if rest.rank is not Rank.EXTERNAL]
    ended = report.stop in (StopReason.FINISHED, StopReason.MAX_SECONDS)
    return report.scope is Scope.WHOLE and ended and not left and not report.host_stops
