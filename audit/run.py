"""检查 One site from start to end: crawl, read, judge, follow up, score, keep."""

import logging
import os
import platform
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version

import crawler
from audit.conclude import Result, conclude, moment_of
from audit.profiles import is_new, keep_learned, known_site
from audit.replay import reread
from audit.votes import OtherSites, keep_findings
from model import (
    BrowserUse,
    CheckModule,
    CrawlPlan,
    CrawlReport,
    Fault,
    FetchOutcome,
    Frozen,
    Lead,
    Limits,
    Observation,
    Pace,
    Progress,
    Purpose,
    Rank,
    RulePack,
    Run,
    Site,
    StopReason,
)
from reading import READER_VERSION, Guide
from rules import column_directory, longest_period, needs_external, needs_survey
from storage import BatchSink, Store

log = logging.getLogger("duwang.audit")

# Lists of a host not known yet that are rendered although they can be read without: only where a browser is
# sure to be there, because a page that was to be rendered and was not would count as not checked.
SAMPLE = 2

Watch = Callable[
    [str, Progress | None], None
]  # stage (crawl, read, judge, keep) and, while crawling, progress


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


def user_agent(contact: str | None) -> str:
    """身份 Who we say we are: the tool, its purpose, and whom to ask. Header-safe ASCII only."""
    told = "".join(char for char in contact or "" if 32 < ord(char) < 127 and char not in "()\\")
    suffix = f"; contact {told}" if told else ""
    return f"duwang/{version('duwang')} (government website compliance audit{suffix})"


def audit(
    request: Request,
    pack: RulePack,
    checks: Mapping[str, CheckModule],
    store: Store,
    watch: Watch | None = None,
) -> Result:
    """检查一个网站 Crawl `request.site`, judge it by `pack`, keep everything in `store`.

    Raises Fault when the home page cannot be reached at all, when a person stops the run (what was fetched
    is kept and can be judged later) or when the store cannot be written. A run that did not end well is kept
    as interrupted or failed and never counts as finished.
    """
    tell = watch or (lambda _stage, _progress: None)
    started_at = datetime.now(UTC)
    moment = moment_of(request.as_of or started_at)
    directory = column_directory()
    site = known_site(request.site, store)
    run = Run(
        id=f"R{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}",
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
    store.mark_dead_runs()
    store.keep_pack(pack)
    store.begin_run(run)
    try:
        sample = SAMPLE if request.browser is BrowserUse.REQUIRE and is_new(site) else 0
        others = _other_sites(request, plan, pack, store)
        guide = Guide(
            site,
            directory,
            moment,
            longest_period(pack),
            needs_survey(pack),
            sample,
            due=others.due if others else None,
        )
        report = _crawl(plan, guide, others, store, tell)
        if report.stop is StopReason.INTERRUPTED:
            store.interrupt_run(run.id)
            raise Fault("fault.interrupted", exit_code=1, run=run.id, fetched=sum(report.outcomes.values()))
        tell("read", None)
        observation = reread(store, run.id, site, moment, report, directory)
        _refuse_unreachable(observation)
        tell("judge", None)
        result = conclude(run, observation, pack, checks, store.cases(site.key))
        tell("keep", None)
        keep_findings(store, run.id, observation)
        store.finish_run(result.run, result.verdicts, result.findings, result.cases)
        keep_learned(store, observation.profile)
    except Fault as fault:
        if fault.message_id != "fault.interrupted":
            _note_failure(store, run, fault.message_id)
        raise
    except Exception as error:
        _note_failure(store, run, type(error).__name__)
        raise
    return result


def seeds(site: Site) -> tuple[Lead, ...]:
    """起点 The home page and every column a person has named."""
    home = Lead(url=site.home, purpose=Purpose.HOME, rank=Rank.HOME)
    columns = (Lead(url=one.url, purpose=Purpose.COLUMN, rank=Rank.COLUMN) for one in site.overrides)
    return (home, *columns)


def _other_sites(request: Request, plan: CrawlPlan, pack: RulePack, store: Store) -> OtherSites | None:
    """Who asks the store about other sites' targets; None when nobody wants to know, or may not ask."""
    if not (request.external and plan.limits.max_external and needs_external(pack)):
        return None
    return OtherSites(store, plan.run_id, plan.external_pace.delay, plan.limits.max_external)


def _crawl(
    plan: CrawlPlan, guide: Guide, others: OtherSites | None, store: Store, tell: Watch
) -> CrawlReport:
    """Crawl with the store behind a batching sink, so that the network never waits for the disk."""
    sink = BatchSink(store)

    def progress(state: Progress) -> None:
        tell("crawl", state.model_copy(update={"columns": guide.columns_seen, "links": guide.links_seen}))

    follow = others.following(guide.step, sink) if others else guide.step
    try:
        turn = others.turn if others else None
        report = crawler.crawl(plan, follow, sink, lambda _url: None, progress, turn=turn)
    finally:
        sink.close()
    if others:
        report = others.ended(report)
    else:
        report = report.model_copy(update={"votes_until": store.close_votes()})
    store.keep_report(plan.run_id, report)
    return report


def _refuse_unreachable(observation: Observation) -> None:
    """A home page that never answered is nothing to judge: say what happened and how to go on."""
    home = observation.home
    if home and home.outcome in (FetchOutcome.UNREACHABLE, FetchOutcome.TLS, FetchOutcome.SKIPPED_PRIVATE):
        raise Fault(
            f"fault.home.{home.outcome_reason or home.outcome}", exit_code=1, url=observation.site.home,
            host=observation.site.host,
        )  # fmt: skip


def _note_failure(store: Store, run: Run, reason: str) -> None:
    """Mark the run failed; when even that cannot be written, the first fault is the one to tell."""
    try:
        store.fail_run(run.id, reason)
    except Fault:
        log.warning("run %s could not be marked as failed", run.id)
