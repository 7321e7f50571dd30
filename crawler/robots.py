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

from crawler.refusal import RobotsRefused
from crawler.size import LONGEST_ROBOTS


class SafeRobots(RobotsTxtMiddleware):
    """守约 Raises RobotsRefused; a host without a readable robots.txt allows everything, as Scrapy has it."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._asked: dict[str, asyncio.Future[Any]] = {}

    def process_request_2(self, rp: Any, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as refusal:
            raise RobotsRefused(request.url) from refusal

    async def robot_parser(self, request: Request) -> Any:
        netloc = urlparse_cached(request).netloc
        asked = self._asked.get(netloc)
        if asked is None:
            asked = self._asked[netloc] = asyncio.ensure_future(super().robot_parser(request))
        return asked.result() if asked.done() else await asyncio.shield(asked)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        body = response.body
        if len(body) > LONGEST_ROBOTS:
            body = body[: body.rfind(b"\n", 0, LONGEST_ROBOTS) + 1]  # half a rule is another rule
        await super()._parse_robots(response.replace(body=body), netloc, request)
