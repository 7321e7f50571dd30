"""合成 From single pages to one Observation: columns, links, coverage. Same input, same bytes out."""

from collections import Counter
from collections.abc import Sequence

from model import (
    Column,
    ColumnDirectory,
    Coverage,
    CrawlReport,
    FetchOutcome,
    Moment,
    Observation,
    PageFacts,
    PageKind,
    Purpose,
    Site,
    Snapshot,
    Unread,
)
from reading.columns import columns_of
from reading.filling import fill
from reading.link_checks import link_checks
from reading.missing_among import sorted_pages
from reading.profile import learned_profile
from reading.shelf import Pair, Shelf, order_of

_CLOSED = (FetchOutcome.OK, FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.REDIRECTED_HOME)


def observe(
    site: Site,
    moment: Moment,
    run_id: str,
    pages: Sequence[tuple[Snapshot, PageFacts]],
    report: CrawlReport,
    directory: ColumnDirectory,
) -> Observation:
    """观察 The Observation of one crawl. The order in which `pages` come does not matter."""
    told = sorted_pages(pages, site)
    shelf = Shelf(told.pairs)
    answers = fill(shelf)
    best = sorted(shelf.best.values(), key=lambda pair: order_of(pair[0].id))
    own = [(snapshot, facts) for snapshot, facts in best if snapshot.address not in answers]
    readable = [facts for snapshot, facts in own if facts.outcome.observed and not _probed(snapshot)]
    columns = columns_of(site, shelf, readable, report, directory)
    links, counts = link_checks(readable, shelf)
    left = sum(rest.count for rest in report.left)
    coverage = Coverage(
        wanted=len(shelf.best) + left,
        fetched=len(shelf.best),
        outcomes=dict(sorted(Counter(facts.outcome for _, facts in best).items())),
        robots_refused=tuple(sorted(report.robots_refused)),
        left=report.left,
        host_stops=report.host_stops,
        stop=report.stop,
        unread=_unread(site, columns, own, report, {one.partition("#")[0] for one in answers}),
        external_links=len(counts.external),
        script_links=counts.script,
        placeholder_links=counts.placeholder,
        browser=report.browser,
    )
    return Observation(
        site=site,
        moment=moment,
        run_id=run_id,
        pages=tuple(
            _timed(facts, shelf)
            for snapshot, facts in own
            if facts.kind is not PageKind.NOT_HTML and not (facts.outcome.observed and _probed(snapshot))
        ),
        columns=columns,
        links=links,
        coverage=coverage,
        profile=learned_profile(site, told.pairs, told.signatures, told.learned, run_id),
        hosts=report.hosts,
    )


def _probed(snapshot: Snapshot) -> bool:
    """Whether the address was only asked for to know that it is there: files, images, what stands in comments."""
    return snapshot.bare or snapshot.purpose is Purpose.PROBE


def _timed(facts: PageFacts, shelf: Shelf) -> PageFacts:
    """A page that a browser drew, with the time that its plain look took."""
    if not facts.rendered or facts.elapsed_ms is not None:
        return facts
    looks = (one for _, one in shelf.by_url.get(facts.url, ()) if one.elapsed_ms is not None)
    plain = next(looks, None)
    return facts if plain is None else facts.model_copy(update={"elapsed_ms": plain.elapsed_ms})


def _unread(
    site: Site, columns: tuple[Column, ...], best: list[Pair], report: CrawlReport, answers: set[str]
) -> tuple[Unread, ...]:
    """What could not be checked, columns first; each URL once. A list API is no thing to check, its column is."""
    found: dict[str, Unread] = {}
    for column in columns:
        if column.unread:
            cause = column.unread
            if cause == FetchOutcome.NOT_RENDERED and report.browser.reason:
                cause = "no_browser"
            found[column.url] = Unread(
                what="column",
                name=column.name,
                url=column.url,
                cause=cause,
                detail=report.browser.reason if cause == "no_browser" else None,
                snapshot_id=column.snapshot_ids[-1] if column.snapshot_ids else None,
            )
    for snapshot, facts in best:
        if facts.outcome not in _CLOSED and snapshot.url not in found:
            found[snapshot.url] = Unread(
                what="site" if facts.url == site.home else "link" if snapshot.bare else "page",
                name=facts.title or snapshot.url,
                url=snapshot.url,
                cause=facts.outcome.value,
                detail=facts.outcome_reason or snapshot.cause,
                snapshot_id=snapshot.id,
            )
    for url in (one for one in report.robots_refused if one not in answers):
        found.setdefault(url, Unread(what="page", name=url, url=url, cause=FetchOutcome.SKIPPED_ROBOTS.value))
    for rest in report.left:
        for url in rest.examples:
            cause = "no_browser" if rest.reason == "no_browser" else "left_over"
            found.setdefault(url, Unread(what="page", name=url, url=url, cause=cause, detail=rest.reason))
    ranks = {"site": 0, "column": 1, "page": 2, "link": 3}
    return tuple(sorted(found.values(), key=lambda one: (ranks[one.what], one.url)))
