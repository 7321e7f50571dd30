"""运行 One crawl from start to report: in a process of its own kind, or beside others on a running loop."""

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Any

from crawler.browser_finder import find_browser
from crawler.guard import Guard
from crawler.memory import Memory
from crawler.walk import Walk
from model import (
    BrowserUse,
    CrawlPlan,
    CrawlReport,
    Fault,
    Follow,
    Known,
    Progress,
    Recall,
    Sink,
    StopReason,
    Turn,
)

Watch = Callable[[Progress], None]
GRACE_SECONDS = (
    25.0  # for what is on the wire when a crawl is cancelled: a little more than a request may take
)


def run(
    plan: CrawlPlan,
    follow: Follow,
    sink: Sink,
    known: Known,
    progress: Watch | None = None,
    guard: Guard | None = None,
    *,
    turn: Turn | None = None,
    recall: Recall | None = None,
    hold: Callable[[], bool] | None = None,
) -> CrawlReport:
    """运行一次采集 Blocks; main thread only, once a process (a Twisted reactor cannot start twice).

    SIGINT and SIGTERM end it in good order, a second one at once; the handlers of before come back.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    from crawler.quiet import keep_quiet
    from crawler.settings import settings_of
    from crawler.spider import LeadSpider

    require_browser(plan)
    walk = Walk(plan, follow, sink, progress, Memory(known, recall))
    walk.hold = hold or walk.hold
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    process = AsyncCrawlerProcess(settings_of(plan))
    keep_quiet()
    task = process.crawl(LeadSpider, walk=walk, guard=guard or guard_of(plan), turn=turn)
    try:
        process.start()
    finally:
        logging.captureWarnings(False)  # Scrapy turned it on, so that nothing reached the terminal
        for number, handler in before.items():
            signal.signal(number, handler)
    return _report(walk, task)


async def run_async(
    plan: CrawlPlan,
    follow: Follow,
    sink: Sink,
    known: Known,
    progress: Watch | None = None,
    guard: Guard | None = None,
    *,
    turn: Turn | None = None,
    recall: Recall | None = None,
    hold: Callable[[], bool] | None = None,
) -> CrawlReport:
    """并行采集 As `run`, on the running asyncio reactor, beside other crawls; signals are the caller's affair."""
    from scrapy.crawler import AsyncCrawlerRunner
    from twisted.internet import reactor

    from crawler.quiet import keep_quiet
    from crawler.resolver import install_resolver
    from crawler.settings import settings_of
    from crawler.spider import LeadSpider

    require_browser(plan)
    keep_quiet()
    install_resolver(reactor)
    walk = Walk(plan, follow, sink, progress, Memory(known, recall))
    walk.hold = hold or walk.hold
    runner = AsyncCrawlerRunner(settings_of(plan))
    made = runner.create_crawler(LeadSpider)
    task = runner.crawl(made, walk=walk, guard=guard or guard_of(plan), turn=turn)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await _stopped(made, task, walk)
        raise
    return _report(walk, task)


async def _stopped(crawler: Any, task: "asyncio.Task[None]", walk: Walk) -> None:
    """Cancelled: what is on the wire is let come, for a while; nothing more is asked."""
    walk.stop(StopReason.INTERRUPTED)
    if crawler.crawling and getattr(crawler, "_engine", None) is not None:
        stopping = asyncio.ensure_future(crawler.stop_async())
        await asyncio.wait({stopping, task}, timeout=GRACE_SECONDS, return_when=asyncio.ALL_COMPLETED)
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)


def guard_of(plan: CrawlPlan) -> Guard:
    """计划的门卫 The guard a plan asks for."""
    return Guard(allow_private=plan.allow_private)


def require_browser(plan: CrawlPlan) -> None:
    """须有浏览器 Raises Fault `fault.browser_required` when the plan insists on a browser and none works."""
    if plan.browser is not BrowserUse.REQUIRE:
        return
    state = find_browser(plan.browser_path)
    if state.path is None:
        raise Fault("fault.browser_required", exit_code=3, tried=", ".join(state.tried))


def _report(walk: Walk, task: Any) -> CrawlReport:
    if walk.failure is not None:
        raise walk.failure
    if not task.done():
        walk.stop(StopReason.INTERRUPTED)  # forced by a second signal
    elif task.exception() is not None:
        raise task.exception()
    return walk.report()
