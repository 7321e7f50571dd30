"""机器人协议 robots.txt obeyed by every request, also by those that wait while the file is on its way.

Scrapy 2.19 lets all but the first of several waiting requests through: they share one Deferred and the second
waiter reads None from it. Here they share a task instead.

Source: RFC 9309: a file that a server cannot give (5xx) forbids everything, one that is not there (4xx) nothing. The
first is kept for hosts of others alone: the site itself is audited for those it serves, and its pages are open to them.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.answer import keep_headers, retry_after
from crawler.refusal import NoTurn, NotYet, RobotsRefused
from crawler.size import LONGEST_ROBOTS, for_robots

_ASKED_AGAIN = 1  # times, after the wait that a busy host wants


class SafeRobots(RobotsTxtMiddleware):
    """守约 Raises RobotsRefused; a host without robots.txt allows everything, as does one of the site that cannot give it.

    A host that is too busy for it is left alone as after any page, then asked once more: NotYet, or NoTurn, is raised.
    So it is before the file of a host that is not the site's is asked for, whose turn is taken first.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._answers: dict[str, tuple[int, float | None]] = {}
        self._busy: Counter[str] = Counter()
        self._unreadable: set[str] = set()
        self._beside: set[str] = set()
        crawler.signals.connect(self._spider_opened, signal=signals.spider_opened)

    def _spider_opened(self, spider: Any) -> None:
        spider.rendering.allowed = self.allows

    async def process_request(self, request: Request, spider: Any = None) -> None:
        if for_robots(request):
            netloc = urlparse_cached(request).netloc
            self._turns.mark_robots(request, netloc)
            if netloc in self._beside:
                request.meta["download_slot"] = f"robots:{netloc}"
        await super().process_request(request)

    async def let_pass(self, request: Request) -> None:
        """放行 Nothing, unless robots.txt refuses the request of a ticket. Raises RobotsRefused, NotYet, NoTurn."""
        self.process_request_2(await self.robot_parser(request), request)

    def process_request_2(self, rp: Any, request: Request) -> None:
        if "abroad" in request.meta and urlparse_cached(request).netloc in self._unreadable:
            raise RobotsRefused(request.url, "robots_unreadable")
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as refusal:
            raise RobotsRefused(request.url) from refusal

    async def allows(self, url: str) -> bool:
        """可否获取 Whether a page in the browser may ask a host of the site for this. What cannot be told is not asked."""
        request = Request(url)
        netloc = urlparse_cached(request).netloc
        if netloc not in self._asked:
            self._beside.add(netloc)  # the page holds its host's line for as long as it is open
        try:
            self.process_request_2(await self.robot_parser(request), request)
        except (RobotsRefused, NotYet, NoTurn):
            return False
        return True

    async def robot_parser(self, request: Request) -> Any:
        netloc = urlparse_cached(request).netloc
        asked = self._asked.get(netloc)
        if asked is None:
            asked = self._asked[netloc] = asyncio.ensure_future(self._ask(request, netloc))
        try:
            return asked.result() if asked.done() else await asyncio.shield(asked)
        except NotYet as later:
            if "abroad" in request.meta and request.meta.get("redirect_times"):
                raise NoTurn(netloc) from later  # else the host that sent it here would be asked anew
            raise

    async def _ask(self, request: Request, netloc: str) -> Any:
        if "abroad" in request.meta:
            try:
                await self._turns.before_robots(request, netloc)
            except (NotYet, NoTurn, CannotResolveHostError):
                del self._asked[netloc]  # it was not asked
                raise
        parser = await super().robot_parser(request)
        if netloc in self._answers:
            self._heed(request, netloc, *self._answers.pop(netloc))
        elif self._turns.is_nowhere(netloc):
            # when its name leads somewhere, the host has yet to say what it allows
            del self._asked[netloc], self._parsers[netloc]
        return parser

    def _heed(self, request: Request, netloc: str, status: int, wait: float | None) -> None:
        if status != 429 and (status != 503 or wait is None):
            if status >= 500:
                self._unreadable.add(netloc)
            return
        seconds = self._turns.robots_busy(request, wait)
        if seconds is None:
            raise NoTurn(netloc)
        self._busy[netloc] += 1
        if self._busy[netloc] > _ASKED_AGAIN:
            self._unreadable.add(netloc)
            return
        del self._asked[netloc], self._parsers[netloc]
        raise NotYet(seconds)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        body = response.body
        if len(body) > LONGEST_ROBOTS:
            body = body[: body.rfind(b"\n", 0, LONGEST_ROBOTS) + 1]  # half a rule is another rule
        wait = retry_after(keep_headers(response.headers), datetime.now(UTC))
        self._answers[netloc] = response.status, wait
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._turns.robots_failed(netloc, exc)
        super()._robots_error(exc, netloc)

    @property
    def _turns(self) -> Any:
        return self.crawler.spider.turns  # type: ignore[union-attr]
