"""轮次 Whose turn it is at a host that is not the site's: this crawl's own pace there, and that of all others.

Asked before every request to such a host: the page, its robots.txt, each hop of a redirect. What other crawls do is
asked in a thread, so that a busy database holds up nothing of the site's own.
"""

import asyncio
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError
from scrapy.http import Request, Response

from crawler.refusal import NoTurn, NotYet
from crawler.ticket import Ticket, name_of, web_host
from crawler.walk import Walk
from model import Purpose, Turn

log = logging.getLogger("duwang.crawl")

_PATIENCE = 5.0  # seconds a first request may wait on its way; for longer it steps back into the queue
_HOP_PATIENCE = 60.0  # what is half done is not begun anew: that would ask the first host again
_SLICE = 0.5
_HELD = 1.0  # seconds until one that may not leave now asks again
_HOLD = 0.5  # seconds until the answer that says so is filed for certain, which sets the pause itself
_ROBOTS_SECONDS = 8.0  # a host that does not answer is waited for once, by the page
SLOT = "abroad:"


class Turns:
    """轮次 `mark` requests that leave the site, then `take` a turn for each. Raises NotYet and NoTurn."""

    def __init__(self, walk: Walk, turn: Turn | None, crawler: Any) -> None:
        self._walk = walk
        self._abroad = walk.frontier.abroad
        self._turn = turn
        self._crawler = crawler
        self._pool = ThreadPoolExecutor(1, "turn") if turn else None
        # netloc → host name: whose robots.txt is wanted for a request abroad
        self._robots: dict[str, str] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._nowhere: set[str] = set()  # names that led to no address when they were last asked after
        self._held: dict[str, float] = {}  # hosts of the site that have just said they are busy

    def mark(self, meta: dict[str, Any], url: str) -> None:
        """记为站外 The request goes through a line of its host's own, which the site's pace knows nothing of."""
        name = name_of(url)
        meta["abroad"] = name
        meta["download_slot"] = SLOT + name
        meta["autothrottle_dont_adjust_delay"] = True
        slots = self._crawler.engine.downloader.per_slot_settings
        slots.setdefault(SLOT + name, {"concurrency": 1, "delay": 0.0, "jitter": 0.0})

    def mark_hop(self, before: Request, onward: Request) -> None:
        """跳转 A redirect may lead off the site, or back to it: line and pace are those of the host it leads to."""
        name, meta = name_of(onward.url), onward.meta
        if name == name_of(before.url):
            return
        for key in ("abroad", "download_slot", "autothrottle_dont_adjust_delay"):
            meta.pop(key, None)
        ticket: Ticket | None = meta.get("ticket")
        wandering = ticket is None and "abroad" in before.meta
        leaving = ticket is not None and ticket.lead.purpose is not Purpose.HOME
        if (wandering or leaving) and not self._walk.is_own(name):
            self.mark(meta, onward.url)
            if ticket is not None and not ticket.abroad:
                self._crawler.spider.lend(ticket)

    async def before_robots(self, request: Request, netloc: str) -> None:
        """守约之前 The turn for a robots.txt that a request abroad needs; taken here, since a refusal must not read as
        a host without rules."""
        name = request.meta["abroad"]
        await self._take(name, _patience(request))
        self._robots[netloc] = name

    def mark_robots(self, request: Request, netloc: str) -> None:
        """机器人协议请求 Scrapy makes this request itself: it gets its line, and a short time."""
        if netloc in self._robots:
            self.mark(request.meta, request.url)
            request.meta["download_timeout"] = min(_ROBOTS_SECONDS, self._walk.plan.limits.timeout_seconds)
        else:
            self._walk.robots_requests += 1

    def robots_failed(self, netloc: str, error: Exception) -> None:
        """守约未果 A host that did not answer in time is one that kept silent."""
        if netloc in self._robots and isinstance(error, DownloadTimeoutError):
            self._walk.note_silence(self._robots[netloc], monotonic())

    def robots_busy(self, request: Request, wait: float | None) -> float | None:
        """守约须等 The host of `request` is left alone since its robots.txt was busy; seconds, None: for good."""
        name = request.meta.get("abroad")
        host = name or web_host(request.url) or ""
        return self._walk.busy(host, wait, monotonic(), abroad=name is not None)

    def downloaded(self, response: Response, request: Request) -> None:
        """应答到达 Heard here first, because the next request of the line may leave before the answer is read."""
        busy = response.status == 429 or (response.status == 503 and b"Retry-After" in response.headers)
        if busy and "abroad" not in request.meta:
            self._held[web_host(response.url) or ""] = monotonic() + _HOLD

    async def take(self, request: Request) -> None:
        """轮到 Waits for the turn of a request that is about to leave, if it goes abroad.

        NotYet for one of the site whose host has asked for a pause since it was handed over. CannotResolveHostError for
        one abroad whose name led nowhere before and still does: nobody is asked, so neither turn nor rest is taken.
        """
        name = request.meta.get("abroad")
        if name is None:
            if "ticket" in request.meta:
                if (
                    self._walk.held()
                ):  # it may have waited in its line for longer than the crawl may be sure of anything
                    raise NotYet(_HELD)
                host = web_host(request.url) or ""
                wait = max(self._held.get(host, 0.0), self._walk.frontier.free_at(host)) - monotonic()
                if wait > 0:
                    raise NotYet(wait)
            return
        if "ticket" in request.meta or request.meta.get("redirect_times"):  # else its turn was taken before
            await self._take(name, _patience(request))

    def answered(self, request: Request) -> None:
        """已答 The host rests from now on, not from when it was asked: so it never sees two requests any closer."""
        if name := request.meta.get("abroad"):
            self._abroad.sent(name, monotonic())

    def nowhere(self, request: Request) -> None:
        """查无此名 Its name leads to no address: the request never left, and there is no host that would have to rest."""
        if name := request.meta.get("abroad"):
            self._nowhere.add(name)
            self._abroad.unsent(name)

    def is_nowhere(self, netloc: str) -> bool:
        """查无 Whether that is why its robots.txt was not to be had."""
        return self._robots.get(netloc) in self._nowhere

    def close(self) -> None:
        """结束 Nothing more is asked."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def _take(self, name: str, patience: float) -> None:
        if name in self._nowhere:
            if await _leads_nowhere(name):
                raise CannotResolveHostError(name)
            self._nowhere.discard(name)
        until = monotonic() + patience
        async with self._locks.setdefault(name, asyncio.Lock()):
            while True:
                if self._abroad.stopped(name) or not self._crawler.crawling or self._walk.late_or_stopping:
                    raise NoTurn(name)
                wait = self._abroad.free_at(name) - monotonic()
                if wait <= 0:
                    wait = await self._others(name)
                now = monotonic()
                if wait <= 0:
                    self._abroad.sent(name, now)
                    return
                if now + wait > until:
                    raise NotYet(wait) if patience < _HOP_PATIENCE else NoTurn(name)
                await asyncio.sleep(min(wait, _SLICE))

    async def _others(self, name: str) -> float:
        if self._turn is None or self._pool is None:
            return 0.0
        try:
            return float(await asyncio.get_running_loop().run_in_executor(self._pool, self._turn, name))
        except Exception as error:  # nothing abroad may cost us the site's own crawl
            log.warning("no turn at %s: %s", name, error)
            raise NoTurn(name) from error


async def _leads_nowhere(name: str) -> bool:
    """Whether the system knows no address of the name now; one that takes its time is asked after on the way."""
    looking = asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    try:
        await asyncio.wait_for(looking, _PATIENCE)
    except (TimeoutError, UnicodeError):
        return False
    except OSError:
        return True
    return False


def _patience(request: Request) -> float:
    return _HOP_PATIENCE if request.meta.get("redirect_times") else _PATIENCE
