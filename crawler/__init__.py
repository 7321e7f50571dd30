"""取 Fetch: one spider that walks leads with manners and records every fetch, concluding nothing.

| module | what it does |
|---|---|
| run | one crawl from start to report |
| loop | the loop that several crawls of one process share |
| walk, frontier, abroad, ticket, answer, memory, manners, patience, outcome | the course of a crawl, without the wire: pure, tested by tables |
| spider, download, robots, turns, pace, passage, heads, size, settings, quiet, refusal | the wire: Scrapy and what we change in it |
| taste | probes that ask for a file's first bytes |
| host_facts, certificates | what is asked about a host beside its pages: addresses, certificate |
| visits, visit_connection, visit_race, visit_robots | one visit to a home page: does it open, and where does the time go? |
| guard, resolver, gateway | which addresses may be connected to, for HTTP and for the browser |
| browser_finder, browser, rendering | pages that a script fills |
| picture | pages of the archive drawn again, without a network |

Importing this package loads neither Scrapy nor Playwright: the functions below do, when called.
"""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from model import BrowserState, CrawlPlan, CrawlReport, Follow, Known, Progress, Recall, Sink, Turn
from model.picture import Picture, PictureAsk

__all__ = ["crawl", "crawl_async", "draw", "find_browser", "run_loop"]

Answer = TypeVar("Answer")


def crawl(
    plan: CrawlPlan,
    follow: Follow,
    sink: Sink,
    known: Known,
    progress: Callable[[Progress], None] | None = None,
    *,
    turn: Turn | None = None,
    recall: Recall | None = None,
    hold: Callable[[], bool] | None = None,
) -> CrawlReport:
    """采集 Fetch the plan's seeds and whatever `follow` leads to; every fetch, failed ones too, goes to `sink`.

    Blocks; main thread, once a process. `known` tells what an earlier crawl saw at an address, or None; `recall` gives
    the body of that. Without `recall` everything is asked for anew.
    While `hold` says so nothing new is fetched.
    `turn` is asked before every request to a host that is not the site's, with its name (no port), in one thread of its
    own: seconds to wait, 0 when this crawl may ask it now. `progress` hears of it at most five times a second. SIGINT and SIGTERM end the crawl in good order.
    Raises Fault `fault.browser_required`, and whatever `sink` raised.
    """
    from crawler.run import run

    return run(plan, follow, sink, known, progress, turn=turn, recall=recall, hold=hold)


async def crawl_async(
    plan: CrawlPlan,
    follow: Follow,
    sink: Sink,
    known: Known,
    progress: Callable[[Progress], None] | None = None,
    *,
    turn: Turn | None = None,
    recall: Recall | None = None,
    hold: Callable[[], bool] | None = None,
) -> CrawlReport:
    """并行采集 As `crawl`, on Twisted's asyncio reactor that already runs, beside other crawls in the process."""
    from crawler.run import run_async

    return await run_async(plan, follow, sink, known, progress, turn=turn, recall=recall, hold=hold)


def run_loop(main: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """运行循环 Runs `main()` to its end on the loop that `crawl_async` needs. Main thread, once a process."""
    from crawler.loop import run_loop as run

    return run(main)


def find_browser(explicit: str | None = None) -> BrowserState:
    """找浏览器 Which browser there is, proven by launching it; `path` None and a `reason` when there is none."""
    from crawler.browser_finder import find_browser as find

    return find(explicit)


def draw(
    asks: Iterable[PictureAsk],
    resource: Callable[[PictureAsk, str], tuple[str, bytes] | None],
    told: Callable[[Picture], None],
    explicit: str | None = None,
) -> BrowserState:
    """重绘 Pages of the archive as pictures, the place in question outlined; `told` hears of each. Asks the network for nothing.

    `resource` gives type and body of what the archive holds for an address that a page is made of, else None.
    `explicit`: path of the browser. Without a browser each picture says so.
    """
    from crawler.picture import draw

    return draw(asks, resource, told, explicit)
