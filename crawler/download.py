"""下载 The download handler: plain HTTP with the guard in force, or the browser for leads that ask for it.

Both run inside Scrapy's slots, so delay, concurrency and robots hold for either.
"""

from datetime import UTC, datetime
from time import monotonic
from typing import Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response

from crawler.guard import PrivateAddress
from crawler.resolver import Asking, asking
from crawler.size import for_robots
from crawler.taste import is_taste


class Downloads(HTTP11DownloadHandler):
    """下载处理 One instance per scheme and crawl. Raises Scrapy's download errors, PrivateAddress, NotRendered, NotYet, NoTurn."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._spider: Any = crawler.spider
        # Twisted would send a request again by itself when a kept connection was hung up on: at once, past pace and
        # turn, and under the strictest guard. Such a try has failed; the next one waits like any other.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        meta = request.meta
        await self._spider.turns.take(request)
        meta.setdefault("sent_at", datetime.now(UTC))
        began = monotonic()
        try:
            if meta.get("render"):
                rendered: Response = await self._spider.rendering.render(request)
                return rendered
            return await self._fetch(request)
        finally:
            self._spider.turns.answered(request)
            meta["elapsed"] = meta.get("elapsed", 0.0) + monotonic() - began

    async def _fetch(self, request: Request) -> Response:
        for of_an_earlier_hop in ("received", "head"):
            request.meta.pop(of_an_earlier_hop, None)
        asked = Asking(self._spider.guard)
        token = asking.set(asked)
        if for_robots(request) or is_taste(request):
            request.meta["download_maxsize"] = 0  # Scrapy would throw the whole file away; SizeLimit cuts it
        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            if asked.refused:
                raise PrivateAddress(request.url) from error
            raise
        finally:
            asking.reset(token)
            request.meta.pop("download_maxsize", None)  # what is unpacked later keeps its limit
