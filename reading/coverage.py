"""采集覆盖 What of a crawl was wanted, fetched and not checked, in a length that a person can read."""

from collections import Counter
from collections.abc import Sequence

from model import (
    Attempt,
    Column,
    Coverage,
    CrawlReport,
    FetchOutcome,
    LinkCheck,
    Site,
    Unread,
)
from reading.address import is_own, own_hosts
from reading.link_checks import FOREIGN, LinkCounts
from reading.shelf import Pair

NOT_PROBED = "external_not_probed"
_CLOSED = (FetchOutcome.OK, FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.REDIRECTED_HOME)
_REFUSED = (FetchOutcome.BLOCKED, FetchOutcome.LOGIN, FetchOutcome.TLS, FetchOutcome.SKIPPED_ROBOTS)
_RANKS = {"site": 0, "column": 1, "page": 2, "link": 3}


def coverage_of(
    site: Site,
    columns: tuple[Column, ...],
    best: Sequence[Pair],
    report: CrawlReport,
    counts: LinkCounts,
    links: tuple[LinkCheck, ...],
    answers: set[str],
) -> Coverage:
    """采集覆盖 `best`: the believed pair of each address; `answers`: addresses of list APIs, which are no thing to check."""
    own = [(snapshot, facts) for snapshot, facts in best if snapshot.address not in answers]
    bare = {one.partition("#")[0] for one in answers}
    hosts = own_hosts(site)
    carried = [snapshot for snapshot, _ in best if snapshot.carried]
    known = Coverage(
        wanted=len(best) + sum(rest.count for rest in report.left),
        fetched=len(best),
        outcomes=dict(sorted(Counter(facts.outcome for _, facts in best).items())),
        robots_refused=tuple(sorted(report.robots_refused)),
        left=report.left,
        host_stops=tuple(one for one in report.host_stops if one.host.removeprefix("www.") in hosts),
        stop=report.stop,
        unread=_unread(site, columns, own, report, bare),
        external_links=len(counts.external),
        script_links=counts.script,
        placeholder_links=counts.placeholder,
        browser=report.browser,
        carried=len(carried),
        carried_since=min((one.fetched_at for one in carried), default=None),
        by_head=min(report.by_head, len(carried)),
        unmodified=sum(1 for snapshot, _ in best if snapshot.status == 304 and snapshot.revisits),
        scope=report.scope,
        requests=report.requests - report.external_requests + report.robots_requests + report.page_requests,
        needed=report.needed,
    )
    return with_external(known, links)


def with_external(coverage: Coverage, links: tuple[LinkCheck, ...]) -> Coverage:
    """外部链接的覆盖 How many targets of others were asked by anybody; those that were not are one line in the list."""
    foreign = [link for link in links if link.relation in FOREIGN]
    silent = [link for link in foreign if not link.attempts]
    unread = {one.url: one for one in coverage.unread if one.cause != NOT_PROBED}
    for link in foreign:
        last = _last(link)
        if last is not None and last.outcome in _REFUSED and link.url not in unread:
            unread[link.url] = Unread(
                what="link",
                name=_anchor(link) or link.url,
                url=link.url,
                cause=last.outcome.value,
                detail=last.cause,
                snapshot_id=last.snapshot_id,
            )
    if silent:
        first = silent[0]
        unread[first.url] = Unread(
            what="link", name=first.url, url=first.url, cause=NOT_PROBED, detail=str(len(silent))
        )
    return coverage.model_copy(
        update={"external_probed": len(foreign) - len(silent), "unread": _in_order(unread)}
    )


def _last(link: LinkCheck) -> Attempt | None:
    """The last attempt that counts; None when the target was seen to be there, or when none counts."""
    counted = [one for one in link.attempts if one.withdrawn is None]
    return None if any(one.outcome.there for one in counted) or not counted else counted[-1]


def _anchor(link: LinkCheck) -> str:
    return next((found.anchor for found in link.found_on if found.anchor.strip()), "")


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
            link = snapshot.bare or not is_own(snapshot.url, site)
            found[snapshot.url] = Unread(
                what="site" if facts.url == site.home else "link" if link else "page",
                name=facts.title or snapshot.url,
                url=snapshot.url,
                cause=facts.outcome.value,
                detail=facts.outcome_reason or snapshot.cause,
                snapshot_id=snapshot.id,
            )
    for url in (one for one in report.robots_refused if one not in answers):
        what = "page" if is_own(url, site) else "link"
        found.setdefault(url, Unread(what=what, name=url, url=url, cause=FetchOutcome.SKIPPED_ROBOTS.value))
    for rest in report.left:
        for url in (one for one in rest.examples if is_own(one, site)):
            cause = "no_browser" if rest.reason == "no_browser" else "left_over"
            found.setdefault(url, Unread(what="page", name=url, url=url, cause=cause, detail=rest.reason))
    return _in_order(found)


def _in_order(found: dict[str, Unread]) -> tuple[Unread, ...]:
    return tuple(sorted(found.values(), key=lambda one: (_RANKS[one.what], one.url)))
