"""机器人协议 robots.txt obeyed by every request, also by those that wait while the file is on its way.

Scrapy 2.19 lets all but the first of several waiting requests through: they share one Deferred and the second
waiter reads None from it. Here they share a task instead.
"""

import asyncio
from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.refusal import NoTurn, NotYet, RobotsRefused
from crawler.size import LONGEST_ROBOTS, for_robots


class SafeRobots(RobotsTxtMiddleware):
    """守约 Raises RobotsRefused; a host without a readable robots.txt allows everything, as Scrapy has it.

    Before the file of a host that is not the site's is asked for, its turn is taken: NotYet and NoTurn are raised then.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._asked: dict[str, asyncio.Future[Any]] = {}

    async def process_request(self, request: Request, spider: Any = None) -> None:
        if for_robots(request):
            self._turns.mark_robots(request, urlparse_cached(request).netloc)
        await super().process_request(request)

    def process_request_2(self, rp: Any, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as refusal:
            raise RobotsRefused(request.url) from refusal

    async def robot_parser(self, request: Request) -> Any:
        netloc = urlparse_cached(request).netloc
        asked = self._asked.get(netloc)
        if asked is None:
            asked = self._asked[netloc] = asyncio.ensure_future(self._ask(request, netloc))
        return asked.result() if asked.done() else await asyncio.shield(asked)

    async def _ask(self, request: Request, netloc: str) -> Any:
        if "abroad" in request.meta:
            try:
                await self._turns.before_robots(request, netloc)
            except (NotYet, NoTurn):
                del self._asked[netloc]  # it was not asked
                raise
        return await super().robot_parser(request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        body = response.body
        if len(body) > LONGEST_ROBOTS:
            body = body[: body.rfind(b"\n", 0, LONGEST_ROBOTS) + 1]  # half a rule is another rule
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._turns.robots_failed(netloc, exc)
        super()._robots_error(exc, netloc)

    @property
    def _turns(self) -> Any:
        return self.crawler.spider.turns  # type: ignore[union-attr]
