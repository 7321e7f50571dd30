"""回访 Which pages a crawl asks again, and how: whole, only if they have changed, or not this time.

Whole: the home page, columns and the first pages of lists, whatever was in trouble, doubtful or slow, and whatever a
verdict on a column rests on, so that nobody is called out of date by an answer that brought no page. Conditionally: all
else that its server gives validators for. By their heads: content pages without validators, which stand for two nights
if their length does. Not at all: pages and targets that were the same at several looks in a row,
for a few days, the longer the more often they were; none of a folder in which much has changed. Once a week everything
is asked anew.
"""

import logging
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit
from zlib import crc32

from audit.looked_back import BESIDE, asked_anew, distrusted_since, looked_back_at, newest_looks
from audit.troubled import Troubled, named_by, pages_of_lists, troubled_by
from checks import load_checks
from model import (
    ArchivePosition,
    Body,
    CaseState,
    CrawlReport,
    Fault,
    FetchOutcome,
    Lead,
    Prior,
    Purpose,
    Rank,
    Recall,
    Run,
    Site,
    Snapshot,
    Subject,
)
from storage import Rested, Store

log = logging.getLogger("duwang.audit")

WEEK = timedelta(
    days=6.5
)  # since the last crawl that asked everything anew: nights begin at about the same hour
SOONEST = timedelta(
    days=3.5
)  # the second such crawl comes that soon at some sites, so that not all come in one night
CRAWLS = 8  # finished crawls that are looked back at for the last full one
PAGE_DAYS = (
    (2, 1),
    (3, 2),
    (4, 4),
    (5, 7),
)  # looks in a row that found a page the same, days for which it then stands
PROBE_LOOKS, PROBE_DAYS = 1, 3
HALF_A_NIGHT = timedelta(hours=12)  # two nights do not begin at the same minute
LIVELY = 0.1  # share of a folder's pages that were new or had changed, from which all of them are asked
SLOW_MS = 1000  # a page that took so long is to be timed again
HEAD_FROM = 2048  # bytes of a page below which its head would spare next to nothing
HEAD_DAYS = timedelta(
    days=2, hours=12
)  # a page may change and keep its length: two nights in a row, then it is read
_LONGEST_VALIDATOR = 256
_FIRST_PAGES = (Purpose.COLUMN, Purpose.LIST)

Key = tuple[str, bool]  # address without fragment; whether it was only probed


class Revisit:
    """回访 The `Known` of one crawl, and what its report is to say of it."""

    def __init__(
        self,
        priors: Mapping[Key, Prior] | None = None,
        recall: Recall | None = None,
        *,
        full: bool = True,
        distrusted: Collection[str] = (),
    ) -> None:
        self._priors = dict(priors or {})
        self.recall = recall
        self.full = full
        self._distrusted = frozenset() if full else frozenset(distrusted)

    def known(self, lead: Lead) -> Prior | None:
        """前次所见 What the last crawl saw at the lead's address, with what that may spare this one."""
        url = urldefrag(lead.url)[0] if "#" in lead.url else lead.url
        prior = self._priors.get((url, lead.purpose is Purpose.PROBE))
        if prior is None:
            return None
        if (
            self.full
            or lead.purpose in (Purpose.HOME, Purpose.LIST)  # a newer row may stand on any page of a list
            or (lead.purpose in _FIRST_PAGES and lead.rank < Rank.NEXT)
        ):
            return Prior(snapshot=prior.snapshot)
        told: dict[str, object] = {}
        if lead.rank < Rank.SURVEY:
            told |= {"fresh": False, "by_head": False}
        elif prior.by_head and lead.purpose is not Purpose.ARTICLE:
            told |= {"by_head": False}
        if self._distrusted and (prior.etag or prior.last_modified) and _host(lead.url) in self._distrusted:
            told |= {"etag": None, "last_modified": None}
        return prior.model_copy(update=told) if told else prior

    def ended(self, report: CrawlReport) -> CrawlReport:
        """收尾 The report with what kind of crawl it was; a host once distrusted stays so until everything is asked anew."""
        distrusted = tuple(sorted({*report.distrusted, *self._distrusted}))
        return report.model_copy(update={"full": self.full, "distrusted": distrusted})


def revisit(store: Store, site: Site, now: datetime, *, full: bool) -> Revisit:
    """回访计划 From what the store has of the site's last crawls. `full`: a person wants everything anew.

    Raises Fault when the store cannot be read.
    """
    crawls = store.last_crawls(site.key, CRAWLS)
    if not crawls:
        return Revisit()
    runs = looked_back_at(crawls)
    snapshots = newest_looks(store.snapshots(one.id) for one in runs)
    if full or full_is_due(site.key, crawls, now):
        return Revisit(priors_of(snapshots, now), recalling(store))
    priors = priors_of(snapshots, now, _troubled(store, site, runs, snapshots))
    spared = _unless_missed(store, priors, now)
    return Revisit(spared, recalling(store), full=False, distrusted=distrusted_since(crawls))


def _troubled(store: Store, site: Site, runs: Sequence[Run], snapshots: Sequence[Snapshot]) -> Troubled:
    """By the verdicts of these crawls, and by what open cases were last found by, whichever crawl that was."""
    checks = load_checks()
    columns = [name for name, check in checks.items() if check.SUBJECT is Subject.COLUMN]
    urls: list[str] = []
    rested: list[Rested] = []
    for run in runs:
        urls += (url for one in store.looked_at(run.id, columns) for url in one.addresses)
        if run.coverage is not None:
            urls += (one.url for one in run.coverage.unread)
        rested += store.rested_on(run.id)
    cases = store.cases(site.key)
    open_ones = {name: one for name, one in cases.items() if one.state is not CaseState.FIXED}
    rested += named_by(store.newest_findings(open_ones).values())
    home = {url for one in snapshots if one.purpose is Purpose.HOME for url in (one.url, one.final_url)}
    urls = [*urls, *pages_of_lists(urls, snapshots, site)]
    return troubled_by(urls, open_ones.values(), rested, checks, home)


def recalling(store: Store) -> Recall:
    """忆及 Bodies of earlier crawls from the archive; one that cannot be had is named in the log, and asked for anew."""

    wanted = deque[tuple[ArchivePosition, str]]()
    line: Iterator[bytes] = iter(())  # of bodies, as they are wanted: it keeps open the files they lie in

    def recall(snapshot: Snapshot) -> Body | None:
        nonlocal line
        if snapshot.position and snapshot.sha256:
            wanted.append((snapshot.position, snapshot.sha256))
            with suppress(Fault, StopIteration):
                return next(line)
            wanted.clear()
            line = store.archive.read_all(iter(wanted.popleft, None))
        try:
            return store.body(snapshot)
        except Fault as fault:
            log.warning("the body of %s is not at hand (%s): asked anew", snapshot.url, fault.message_id)
            return None

    return recall


def full_is_due(site_key: str, crawls: Sequence[tuple[Run, CrawlReport]], now: datetime) -> bool:
    """该全采 Whether the last crawl that asked everything anew is about a week old, or none is known."""
    whole = asked_anew(crawls)
    if not whole:
        return True
    first_of_all = len(whole) == 1 and crawls[-1][0].id == whole[0].id and len(crawls) < CRAWLS
    sooner = timedelta(days=crc32(site_key.encode()) % 4) if first_of_all else timedelta()
    return now - whole[0].started_at > max(WEEK - sooner, SOONEST)


def priors_of(
    snapshots: Sequence[Snapshot],
    now: datetime,
    troubled: Troubled = Troubled(frozenset()),  # noqa: B008
) -> dict[Key, Prior]:
    """前次所见 By address: the last good look at it, and what may be made of that at `now`. Pure."""
    seen: dict[Key, Snapshot] = {}
    doubted: set[str] = set()
    for one in snapshots:
        url = urldefrag(one.url)[0]
        good = one.outcome is FetchOutcome.OK and (one.cause is None or one.purpose is Purpose.PROBE)
        if one.purpose in BESIDE:
            continue
        if one.rank is Rank.CONFIRM or one.rendered or not good:
            doubted.add(url)
        elif one.sent is None:
            seen[url, one.purpose is Purpose.PROBE] = one
    by_crawl: dict[str, list[Snapshot]] = {}
    for one in seen.values():
        by_crawl.setdefault(one.run_id, []).append(one)
    lively = frozenset[str]().union(*map(lively_folders, by_crawl.values()))
    return {
        key: Prior(snapshot=one)
        if key[0] in doubted or one.elapsed_ms > SLOW_MS or troubled.holds(one.url)
        else _spared(one, now, lively, by_head=not troubled.near(one))
        for key, one in seen.items()
    }


def lively_folders(seen: Sequence[Snapshot]) -> frozenset[str]:
    """多变目录 Folders of whose pages more than a tenth were new or had changed at the last look."""
    if not any(one.revisits for one in seen):
        return frozenset()  # the first look of all: nobody knows what changes
    pages = [one for one in seen if one.purpose is not Purpose.PROBE]
    all_of = Counter(_folder(one.url) for one in pages)
    changed = Counter(_folder(one.url) for one in pages if one.revisits is None)
    return frozenset(folder for folder, count in changed.items() if count > LIVELY * all_of[folder])


def stands_for(seen: Snapshot) -> timedelta:
    """沿用期 How long after its last look a page or a target need not be asked: zero before it was the same often enough.

    Spread by address, so that what was first seen in one night is not asked again in one night.
    """
    if seen.purpose is Purpose.PROBE:
        days = PROBE_DAYS if seen.unchanged >= PROBE_LOOKS else 0
    else:
        days = next((days for looks, days in reversed(PAGE_DAYS) if seen.unchanged >= looks), 0)
    if not days:
        return timedelta()
    return timedelta(days=days - crc32(seen.url.encode()) % (days // 2 + 1)) + HALF_A_NIGHT


def _spared(seen: Snapshot, now: datetime, lively: frozenset[str], *, by_head: bool = True) -> Prior:
    calm = seen.purpose is Purpose.PROBE or _folder(seen.url) not in lively
    age = now - seen.fetched_at
    whole = (
        seen.redirects or seen.sha256 is None
    )  # a redirect would take the validators to a page they are not of
    etag, modified = _validator(seen, "etag"), _validator(seen, "last-modified")
    long = seen.size >= HEAD_FROM and (seen.header("content-length") or "").isdecimal()
    return Prior(
        snapshot=seen,
        etag=None if whole else etag,
        last_modified=None if whole else modified,
        fresh=calm and timedelta() <= age < stands_for(seen),
        by_head=by_head
        and calm
        and long
        and not (whole or etag or modified)
        and timedelta() <= age < HEAD_DAYS,
    )


def _validator(seen: Snapshot, name: str) -> str | None:
    value = (seen.header(name) or "").strip()
    return value if 0 < len(value) <= _LONGEST_VALIDATOR and value.isascii() else None


def _unless_missed(store: Store, priors: dict[Key, Prior], now: datetime) -> dict[Key, Prior]:
    """What anybody missed since, a crawl of another site say, is asked."""
    urls = [prior.snapshot.url for prior in priors.values() if prior.fresh]
    if not urls:
        return priors
    missed = {
        url
        for url, votes in store.votes(urls, until=now).items()
        if any(not one.outcome.there for one in votes)
    }
    return {
        key: Prior(snapshot=prior.snapshot) if prior.snapshot.url in missed else prior
        for key, prior in priors.items()
    }


def _folder(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[0]


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
