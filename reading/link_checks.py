"""链接核验 Every target linked from a page that was read, with its parents, its attempts, and why there are none."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from model import (
    Attempt,
    CommonLinks,
    CrawlReport,
    FetchOutcome,
    Link,
    LinkCheck,
    LinkRelation,
    PageFacts,
    PageKind,
    Rank,
    Site,
    TlsFacts,
)
from model.lying import LyingLink, lying
from reading.acting import acts
from reading.address import host_of, own_hosts
from reading.asked_abroad import opens_account, shares
from reading.domains import domain_of
from reading.fragments import missing_fragments
from reading.parents import MOST_PARENTS, Book, Page, Parents, Shown
from reading.shelf import Shelf
from reading.withdrawn import ACCUSING

CHECKED = (
    LinkRelation.INTERNAL,
    LinkRelation.ATTACHMENT,
    LinkRelation.IMAGE,
    LinkRelation.STYLE,
    LinkRelation.MALFORMED,
    LinkRelation.EXTERNAL,
)
NO_VALUES = "no_values"  # a form's target asked without what a visitor would fill in: only "not found" proves anything
ACTS = "acts"  # asking may change something: nobody asks
FOREIGN = (LinkRelation.EXTERNAL, LinkRelation.PLATFORM)


_is_button = lru_cache(maxsize=16384)(shares)  # footers repeat their links on every page


class LinkCounts:
    """链接计数 Targets that are counted, never checked."""

    def __init__(self) -> None:
        self.external: set[str] = set()
        self.script = 0
        self.placeholder = 0

    def count(self, link: Link) -> None:
        if link.relation is LinkRelation.EXTERNAL:
            self.external.add(link.url)
        elif link.relation is LinkRelation.SCRIPT_ONLY:
            self.script += 1
        elif link.relation is LinkRelation.PLACEHOLDER:
            self.placeholder += 1


def link_checks(
    carriers: Sequence[PageFacts], shelf: Shelf, site: Site, report: CrawlReport
) -> tuple[tuple[LinkCheck, ...], LinkCounts]:
    """合并链接 One LinkCheck a target, in order of URL, parents in order of theirs; and the counted rest.

    `carriers`: what was read and holds links. A target that some page shows is that page's link; one that stands
    only in comments is a commented one. Of a target that is there at most 200 parents are kept, of others all.
    """
    tally = _Tally(shelf.is_there)
    for facts in carriers:
        tally.add(facts)
    shown, commented, counts = tally.shown, tally.commented, tally.counts
    shown.lend(facts.url for facts in carriers if facts.kind is PageKind.NOT_HTML)
    for url in shown.relations:
        commented.relations.pop(url, None)
    tally.book.close()
    told = _Told(shelf, site, report, _missing_parts(tally.parts, carriers), tally.book)
    found = {url: kept for kept in (commented, shown) for url in kept.relations}
    checks = tuple(
        told.of(url, kept.relations[url], kept.pages.pop(url), url in kept.followed)
        for url, kept in sorted(found.items())
    )
    return checks, counts


def _missing_parts(links: Sequence[Link], pages: Sequence[PageFacts]) -> dict[str, tuple[str, ...]]:
    """By target: the parts of it that `links` name and that it does not have."""
    named = {link.url for link in links}
    return missing_fragments(links, [page for page in pages if page.url in named or page.final_url in named])


class _Told:
    """What is known of a target beside the pages that carry it."""

    def __init__(
        self, shelf: Shelf, site: Site, report: CrawlReport, parts: dict[str, tuple[str, ...]], book: Book
    ) -> None:
        self._shelf, self._parts, self._book = shelf, parts, book
        self._own = frozenset(domain_of(f"http://{host}/") for host in own_hosts(site))
        self._tls = {one.host: one.tls for one in report.hosts if one.tls is not None}
        self._reasons = _Reasons(report)

    def of(self, url: str, relation: LinkRelation, parents: dict[str, int], followed: bool) -> LinkCheck:
        if relation is LinkRelation.EXTERNAL and domain_of(url) in self._own:
            relation = LinkRelation.PLATFORM
        attempts = self._shelf.attempts(url)
        if not followed:
            attempts = tuple(map(_without_values, attempts))
        looked = self._shelf.best.get(url)
        told = {
            "url": url
            if looked is None or looked[0].url != url
            else looked[0].url,  # one text of it is enough
            "relation": relation,
            "attempts": attempts,
            "fragments": self._parts.get(url, ()),
            "tls": self._shown(url, attempts),
            "not_asked": None if attempts else self._why(url, relation, parents),
        }
        return lying(LyingLink, told, Shown(self._book, parents))

    def _why(self, url: str, relation: LinkRelation, parents: dict[str, int]) -> str | None:
        if relation is LinkRelation.MALFORMED:
            return self._reasons.of(url, relation)
        if (
            opens_account(url)
            or acts(url)
            or any(acts(url, self._book.anchor_of(one)) for one in parents.values())
        ):
            return ACTS
        return self._reasons.of(url, relation)

    def _shown(self, url: str, attempts: tuple[Attempt, ...]) -> TlsFacts | None:
        """What the host shows where https failed: that of the address that failed, which a redirect may have named."""
        for one in reversed(attempts):
            if one.outcome is FetchOutcome.TLS:
                places = (host_of(one.final_url or url), host_of(url))
                return next((self._tls[host] for host in places if host in self._tls), None)
        return None


def _without_values(attempt: Attempt) -> Attempt:
    if attempt.outcome.missing or attempt.outcome not in ACCUSING or attempt.withdrawn:
        return attempt
    return attempt.model_copy(update={"withdrawn": NO_VALUES})


class _Reasons:
    """Why a target has no attempt: what the report says that it left, and what that leaves unsaid."""

    def __init__(self, report: CrawlReport) -> None:
        foreign = [one for one in report.left if one.rank is Rank.EXTERNAL]
        self._named = {url: _reason(one.reason) for one in report.left for url in one.examples}
        self._made = report.external_requests > 0 or bool(foreign)
        unnamed = [one for one in foreign if one.count > len(one.examples)]
        most = max(unnamed, key=lambda one: one.count, default=None)
        self._unnamed = _reason(most.reason) if most is not None else "asked_elsewhere"

    def of(self, url: str, relation: LinkRelation) -> str | None:
        if relation not in FOREIGN:
            return self._named.get(url)
        if not self._made:
            return "switched_off"
        return self._named.get(url, self._unnamed)


def _reason(reason: str) -> str:
    return reason if reason in ("max_external", "asked_elsewhere") else "left_over"


class _Tally:
    """计数 Links of page after page. Runs of links that stand on many pages are looked at link by link only while that matters."""

    def __init__(self, is_there: Callable[[str], bool]) -> None:
        self.book = Book()
        self.shown, self.commented = Parents(is_there, self.book), Parents(is_there, self.book)
        self.counts = LinkCounts()
        self.parts: list[Link] = []  # links that name a part of their target, those of common runs once
        self._pages: set[str] = set()
        self._common: dict[int, _Common] = {}

    def add(self, facts: PageFacts) -> None:
        page = self.book.page(facts)
        fresh = page.key not in self._pages and not page.home
        self._pages.add(page.key)
        for run in facts.link_runs:
            common = self._common.get(id(run))
            if common is None:
                common = self._new(run)
                if isinstance(run, CommonLinks):  # it lives as long as the pages do: nothing else has its id
                    self._common[id(run)] = common
            self.counts.script += common.script
            self.counts.placeholder += common.placeholder
            for link, parents in common.left_for(page) if fresh else common.links:
                parents.add(link, page)

    def _new(self, run: Sequence[Link]) -> "_Common":
        before = (self.counts.script, self.counts.placeholder)
        kept = []
        for link in run:
            self.counts.count(link)
            if link.fragment:
                self.parts.append(link)
            if link.relation is LinkRelation.EXTERNAL and _is_button(link.url):
                continue  # a button that shares the page: it leads to no other
            if link.relation in CHECKED:
                kept.append((link, self.shown))
            elif link.relation is LinkRelation.COMMENTED:
                kept.append((link, self.commented))
        found = _Common(kept, self.counts.script - before[0], self.counts.placeholder - before[1])
        self.counts.script, self.counts.placeholder = before
        return found


class _Common:
    """A run of links, with the parents each of them belongs to."""

    def __init__(self, links: "list[tuple[Link, Parents]]", script: int, placeholder: int) -> None:
        self.links, self.script, self.placeholder = links, script, placeholder
        self._left, self._pages = links, 0

    def left_for(self, page: Page) -> "list[tuple[Link, Parents]]":
        """Those to which one more page may still matter."""
        self._pages += 1
        if self._pages % MOST_PARENTS == 0 and self._left:
            self._left = [
                (link, parents) for link, parents in self._left if not parents.settled(link.url, page)
            ]
        return self._left
