"""下载 The download handler: plain HTTP with the guard in force, or the browser for leads that ask for it.

Both run inside Scrapy's slots, so delay, concurrency and robots hold for either.
"""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions

from crawler.exchange import Exchanges
from crawler.guard import PrivateAddress
from crawler.resolver import Asking, asking
from crawler.size import for_robots

_REPEATED = ("GET", "HEAD")  # by Twisted, when a kept connection turns out to be none any more


class Downloads(Exchanges):
    """下载处理 One instance per scheme and crawl. Raises Scrapy's download errors, PrivateAddress, NotRendered, NotYet, NoTurn."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._spider: Any = crawler.spider
        # A kept connection may have been hung up on; Twisted then sends the request again at once, past pace and
        # turn. At hosts of others every request gets a connection of its own, so that none is ever sent twice.
        # So does a POST: Twisted never repeats one, and what was hung up on would read as a page that is not there.
        self._alone = Exchanges(crawler, alone=True)

    async def close(self) -> None:
        await super().close()
        await self._alone.close()

    async def download_request(self, request: Request) -> Response:
        meta = request.meta
        turns = self._spider.turns
        try:
            await turns.take(request)
        except CannotResolveHostError:
            meta.setdefault("sent_at", datetime.now(UTC))
            raise
        meta.setdefault("sent_at", datetime.now(UTC))
        began = monotonic()
        told = turns.answered
        try:
            if meta.get("render"):
                # the browser's library asks which task it is in
                rendering = asyncio.ensure_future(self._spider.rendering.render(request))
                rendered: Response = await rendering
                return rendered
            return await self._fetch(request)
        except CannotResolveHostError:
            told = turns.nowhere
            raise
        finally:
            told(request)
            meta["elapsed"] = meta.get("elapsed", 0.0) + monotonic() - began

    async def _fetch(self, request: Request) -> Response:
        request.meta.pop("head", None)  # of an earlier hop
        asked = Asking(self._spider.guard)
        abroad = request.meta.get("abroad")
        alone = abroad or request.method not in _REPEATED
        try:
            with wrap_twisted_exceptions():
                return await self._told(request, asked, self._alone if alone else self)
        except CannotResolveHostError as error:
            if asked.refused:
                raise PrivateAddress(request.url) from error
            if alone or asked.consulted:
                raise
        # The connection that Twisted makes anew is made where nobody names our guard, and the strictest one
        # answers: nothing was sent, so ask once more ourselves.
        try:
            with wrap_twisted_exceptions():
                return await self._told(request, asked, self._alone)
        except CannotResolveHostError as error:
            if asked.refused:
                raise PrivateAddress(request.url) from error
            raise

    def _told(self, request: Request, asked: Asking, exchanges: Exchanges) -> Awaitable[Response]:
        token = asking.set(asked)
        try:
            told = exchanges.begin(request)
        finally:
            asking.reset(token)
        # what asks for robots.txt is a task of asyncio's, which waits for nothing else
        return told.asFuture(asyncio.get_running_loop()) if for_robots(request) else told
