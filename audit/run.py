"""检查 One site from start to end: crawl, read, judge, follow up, score, keep."""

import asyncio
import logging
import os
import platform
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, TypeVar

import crawler
from audit.collector import collected_beside, give_back
from audit.conclude import Result, moment_of
from audit.lease import Tenure, lease_kept
from audit.live_pass import LivePass
from audit.profiles import is_new, known_site
from audit.revisit import Revisit, revisit
from audit.settlement import Watch, settle
from audit.votes import OtherSites
from model import (
    Body,
    BrowserUse,
    CheckModule,
    CrawlPlan,
    CrawlReport,
    Fault,
    Follow,
    Frozen,
    Lead,
    Limits,
    Pace,
    Progress,
    Purpose,
    Rank,
    RulePack,
    Run,
    Scope,
    Site,
    Snapshot,
    StopReason,
)
from reading import READER_VERSION, Guide
from rules import column_directory, needs_external, wants_of
from storage import BatchSink, Store, patiently

log = logging.getLogger("duwang.audit")

# Lists of a host not known yet that are rendered although they can be read without: only where a browser is
# sure to be there, because a page that was to be rendered and was not would count as not checked.
SAMPLE = 2

Answer = TypeVar("Answer")


class Request(Frozen):
    """委托 What a person asks an audit to do."""

    site: Site
    as_of: datetime | None = None  # None: the moment the run starts
    limits: Limits = Limits()
    pace: Pace = Pace()
    contact: str | None = None
    allow_private: bool = False
    browser: BrowserUse = BrowserUse.AUTO
    browser_path: str | None = None
    external: bool = (
        True  # targets on other sites are asked whether they are there, when the pack wants to know
    )
    external_pace: Pace = Pace(delay=2.0, concurrency=1)
    scope: Scope = Scope.WHOLE
    full: bool = True  # everything is asked anew; else what the last crawls saw may stand in for asking (audit/revisit.py)
    night: str | None = None  # the night that sends it; None: a person asked


def user_agent(contact: str | None) -> str:
    """身份 Who we say we are: the tool, its purpose, and whom to ask. Header-safe ASCII only."""
    told = "".join(char for char in contact or "" if 32 < ord(char) < 127 and char not in "()\\")
    suffix = f"; contact {told}" if told else ""
    return f"duwang/{version('duwang')} (government website compliance audit{suffix})"


class Begun(NamedTuple):
    """已开始 A run that was kept, and all that its crawl is to be told."""

    run: Run
    plan: CrawlPlan
    guide: Guide
    others: OtherSites | None
    revisit: Revisit
    tenure: Tenure
    scope: Scope = Scope.WHOLE


def audit(
    request: Request,
    packs: Sequence[RulePack],
    checks: Mapping[str, CheckModule],
    store: Store,
    watch: Watch | None = None,
) -> Result:
    """检查一个网站 Crawl `request.site`, judge it by `packs`, keep everything in `store`. The first pack's result.

    Raises Fault when the home page cannot be reached at all, when a person stops the run (what was fetched
    is kept and can be judged later) or when the store cannot be written. A run that did not end well is kept
    as interrupted or failed and never counts as finished.
    """
    return audited(
        request, packs, store, lambda run_id, tell: settle(store, run_id, packs, checks, tell)[0], watch
    )


def audited(
    request: Request,
    packs: Sequence[RulePack],
    store: Store,
    finish: Callable[[str, Watch], Answer],
    watch: Watch | None = None,
) -> Answer:
    """检查一个网站 Crawl it, and let `finish` settle the run that it is told: what that answers. Raises Fault like `audit`."""
    tell = watch or (lambda _stage, _progress: None)
    store.mark_dead_runs()
    begun = begin(request, packs, store)
    run = begun.run
    with noted(store, run), lease_kept(store, run.id, begun.tenure):
        _crawl(begun, store, tell)
        del begun  # the judgement knows nothing of what the crawl had in mind, and takes its room
        give_back()
        return finish(run.id, tell)


def _crawl(begun: Begun, store: Store, tell: Watch) -> None:
    with collected_beside(), crawling(begun, store, tell) as course:
        course.report = crawler.crawl(*course.parts, turn=course.turn, recall=course.recall, hold=course.hold)


async def audit_crawl(
    request: Request,
    packs: Sequence[RulePack],
    store: Store,
    told: Callable[[Begun], None] | None = None,
) -> Run:
    """并行采集一个网站 The first half of `audit`, on the running reactor beside other crawls; `settle` is the second.

    `told` hears of it, in a thread, as soon as the run is kept; whoever calls renews its lease and says so to its tenure. Cancelled, it stops
    the crawl in good order, and the run is kept as interrupted. Raises Fault like `audit`. The loop never waits for
    the store.
    """

    def beginning() -> Begun:
        begun = begin(request, packs, store)
        if told:
            with noted(store, begun.run):
                told(begun)
        return begun

    begun, cancelled = await to_its_end(beginning)
    try:
        if cancelled:
            raise asyncio.CancelledError
        course = Course(
            begun, BatchSink(store), lambda _stage, _progress: None, store.archive.folder, facts=False
        )
        try:
            course.report = await crawler.crawl_async(
                *course.parts, turn=course.turn, recall=course.recall, hold=course.hold
            )
        finally:
            _, cancelled = await to_its_end(course.close)
        if cancelled:
            raise asyncio.CancelledError
        await to_its_end(partial(course.end, store))
    except BaseException as error:
        await to_its_end(partial(note_end, store, begun.run, error))
        raise
    return begun.run


async def to_its_end(action: Callable[[], Answer]) -> tuple[Answer, bool]:
    """做完 What `action` answers, from a thread, and whether this task was cancelled meanwhile: it is never left halfway."""
    task = asyncio.ensure_future(asyncio.to_thread(action))
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
        except Exception:
            break
    return task.result(), cancelled


def begin(request: Request, packs: Sequence[RulePack], store: Store) -> Begun:
    """开始 Keeps the run and the packs, and plans the crawl: it reads what any of the packs wants to know."""
    pack = packs[0]
    started_at = datetime.now(UTC)
    moment = moment_of(request.as_of or started_at)
    site = known_site(request.site, store)
    run = Run(
        id=f"R{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        site=site,
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=pack.digest,
        as_of=moment.as_of.astimezone(UTC),
        started_at=started_at,
        version=version("duwang"),
        reader=READER_VERSION,
        pid=os.getpid(),
        machine=platform.node(),
        night=request.night,
    )
    plan = CrawlPlan(
        run_id=run.id,
        hosts=(site.host,),
        seeds=seeds(site),
        limits=request.limits
        if site.max_pages is None
        else request.limits.model_copy(update={"max_pages": site.max_pages}),
        pace=request.pace,
        external_pace=request.external_pace,
        user_agent=user_agent(request.contact),
        allow_private=request.allow_private,
        browser=request.browser,
        browser_path=request.browser_path,
    )
    for one in packs:
        store.keep_pack(one)
    tenure = Tenure()
    store.begin_run(run, store.lock_of(site))
    with noted(store, run):
        sample = SAMPLE if request.browser is BrowserUse.REQUIRE and is_new(site) else 0
        others = _other_sites(request, plan, packs, store)
        wants = wants_of(packs, request.scope)
        narrow = wants.scope is Scope.COLUMNS
        guide = Guide(
            site,
            column_directory(),
            moment,
            wants.longest,
            wants.survey,
            0 if narrow else sample,
            due=others.due if others else None,
            sparing=wants if narrow else None,
        )
        again = revisit(store, site, started_at, full=request.full)
    return Begun(run, plan, guide, others, again, tenure, request.scope)


def seeds(site: Site) -> tuple[Lead, ...]:
    """起点 The home page and every column a person has named."""
    home = Lead(url=site.home, purpose=Purpose.HOME, rank=Rank.HOME)
    columns = (Lead(url=one.url, purpose=Purpose.COLUMN, rank=Rank.COLUMN) for one in site.overrides)
    return (home, *columns)


def _other_sites(
    request: Request, plan: CrawlPlan, packs: Sequence[RulePack], store: Store
) -> OtherSites | None:
    """Who asks the store about other sites' targets; None when nobody wants to know, or may not ask."""
    if request.scope is not Scope.WHOLE:
        return None
    if not (request.external and plan.limits.max_external and any(needs_external(one) for one in packs)):
        return None
    return OtherSites(store, plan.run_id, plan.external_pace.delay, plan.limits.max_external)


class Course:
    """采集经过 What a crawl is handed (`parts`, `turn`, `recall`), and the report it leaves; `end` keeps it after `close`."""

    def __init__(
        self, begun: Begun, sink: BatchSink, tell: Watch, archive: Path, *, facts: bool = True
    ) -> None:
        self.sink = sink
        self._begun = begun
        guide, others = begun.guide, begun.others

        def progress(state: Progress) -> None:
            tell("crawl", state.model_copy(update={"columns": guide.columns_seen, "links": guide.links_seen}))

        def keep(snapshot: Snapshot, body: Body) -> None:
            sink(snapshot, body)
            if sink.failed:  # closing the sink tells why; until then nothing more need be fetched
                raise RuntimeError("what is fetched cannot be kept")

        self._live = LivePass(guide, archive, begun.run.site, column_directory(), facts=facts)
        read = self._live.follow
        follow: Follow = others.following(read, sink) if others else read
        self.parts = (begun.plan, follow, keep, begun.revisit.known, progress)
        self.hold = lambda: begun.tenure.unsure() or sink.crowded
        self.turn = others.turn if others else None
        self.recall = begun.revisit.recall
        self.report: CrawlReport | None = None

    def close(self) -> None:
        """收束 What was fetched is kept, and what is being read is read to its end; after a crawl that failed it is left."""
        try:
            self._live.close(wait=self.report is not None and self.report.stop is not StopReason.INTERRUPTED)
        finally:
            self.sink.close()

    def end(self, store: Store) -> None:
        """收尾 The report is kept. Raises Fault `fault.interrupted` when a person stopped the crawl: what was fetched stays."""
        begun, report = self._begun, self.report
        assert report is not None  # noqa: S101 - whoever crawls leaves one, or raises
        if begun.others:
            report = patiently(partial(begun.others.ended, report))
        else:
            report = report.model_copy(update={"votes_until": patiently(store.close_votes)})
        report = begun.revisit.ended(report).model_copy(update={"scope": begun.scope})
        patiently(partial(store.keep_report, begun.run.id, report))
        if report.stop is StopReason.INTERRUPTED:
            store.interrupt_run(begun.run.id)
            raise Fault(
                "fault.interrupted", exit_code=1, run=begun.run.id, fetched=sum(report.outcomes.values())
            )


@contextmanager
def crawling(begun: Begun, store: Store, tell: Watch) -> Iterator[Course]:
    """采集 The store stands behind a batching sink, so that the network never waits for the disk; then the report is kept.

    Raises Fault `fault.interrupted` when a person stopped the crawl: what was fetched stays.
    """
    course = Course(begun, BatchSink(store), tell, store.archive.folder)
    try:
        yield course
    finally:
        course.close()
    course.end(store)


@contextmanager
def noted(store: Store, run: Run) -> Iterator[None]:
    """记下失败 Whatever goes wrong inside ends the run: as failed with its reason, as interrupted when it was cancelled."""
    try:
        yield
    except BaseException as error:
        note_end(store, run, error)
        raise


def note_end(store: Store, run: Run, error: BaseException) -> None:
    """记下失败 What ended a run, kept with it. When even that cannot be written, `error` is the one to tell."""
    if isinstance(error, Fault):
        if error.message_id != "fault.interrupted":  # kept already, with what was fetched
            _note_failure(store, run, error.message_id)
    elif isinstance(error, asyncio.CancelledError):
        with suppress(Fault):
            store.interrupt_run(run.id, reason="interruption.stopped")
    elif isinstance(error, Exception):
        _note_failure(store, run, type(error).__name__)


def _note_failure(store: Store, run: Run, reason: str) -> None:
    """Mark the run failed; when even that cannot be written, the first fault is the one to tell."""
    try:
        store.fail_run(run.id, reason)
    except Fault:
        log.warning("run %s could not be marked as failed", run.id)
