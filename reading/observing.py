"""合成 From single pages to one Observation: columns, links, coverage. Same input, same bytes out."""

from collections.abc import Sequence

from model import (
    ColumnDirectory,
    CrawlReport,
    Moment,
    Observation,
    PageFacts,
    PageKind,
    Purpose,
    Site,
    Snapshot,
)
from reading.address import is_own
from reading.carried import standing
from reading.columns import columns_of
from reading.coverage import coverage_of
from reading.filling import fill
from reading.link_checks import link_checks
from reading.missing_among import sorted_pages
from reading.profile import learned_profile
from reading.shelf import Shelf, order_of


def observe(
    site: Site,
    moment: Moment,
    run_id: str,
    pages: Sequence[tuple[Snapshot, PageFacts]],
    report: CrawlReport,
    directory: ColumnDirectory,
) -> Observation:
    """观察 The Observation of one crawl. The order in which `pages` come does not matter."""
    told = sorted_pages(standing(pages), site, report.host_stops)
    shelf = Shelf(told.pairs)
    answers = fill(shelf)
    best = sorted(shelf.best.values(), key=lambda pair: order_of(pair[0].id))
    own = [(snapshot, facts) for snapshot, facts in best if snapshot.address not in answers]
    readable = [facts for snapshot, facts in own if facts.outcome.observed and not _probed(snapshot)]
    columns = columns_of(site, shelf, readable, report, directory)
    carriers = [facts for snapshot, facts in own if facts.outcome.observed and _carries(snapshot, facts)]
    links, counts = link_checks(carriers, shelf, site, report)
    return Observation(
        site=site,
        moment=moment,
        run_id=run_id,
        pages=tuple(
            _timed(facts, shelf)
            for snapshot, facts in own
            if facts.kind is not PageKind.NOT_HTML and not _only_asked_for(snapshot, facts, site)
        ),
        columns=columns,
        links=links,
        coverage=coverage_of(site, columns, best, report, counts, links, set(answers)),
        profile=learned_profile(site, told.pairs, told.signatures, told.learned, run_id),
        carried=tuple(snapshot.id for snapshot, _ in told.pairs if snapshot.carried),
        unmodified=tuple(snapshot.id for snapshot, _ in told.pairs if snapshot.status == 304),
        hosts=report.hosts,
    )


def _probed(snapshot: Snapshot) -> bool:
    """Whether the address was only asked for to know that it is there: files, images, what stands in comments."""
    return snapshot.bare or snapshot.purpose is Purpose.PROBE


def _only_asked_for(snapshot: Snapshot, facts: PageFacts, site: Site) -> bool:
    """Whether it is no page of this site's: it is there and nothing more was wanted, or it stands on another site."""
    return _probed(snapshot) and (facts.outcome.observed or not is_own(facts.url, site))


def _carries(snapshot: Snapshot, facts: PageFacts) -> bool:
    """Whether its links are the site's: those of pages that were read, of its style sheets and of its site map."""
    return not _probed(snapshot) or (facts.kind is PageKind.NOT_HTML and bool(facts.links))


def _timed(facts: PageFacts, shelf: Shelf) -> PageFacts:
    """A page that a browser drew, with the time that its plain look took."""
    if not facts.rendered or facts.elapsed_ms is not None:
        return facts
    looks = (one for _, one in shelf.by_url.get(facts.url, ()) if one.elapsed_ms is not None)
    plain = next(looks, None)
    return facts if plain is None else facts.model_copy(update={"elapsed_ms": plain.elapsed_ms})
