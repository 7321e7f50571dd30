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
        # A kept connection may have been hung up on; Twisted then sends the request again at once, past pace and
        # turn. At hosts of others every request gets a connection of its own, so that none is ever sent twice.
        self._alone = HTTP11DownloadHandler(crawler)
        self._alone._pool.persistent = False

    async def close(self) -> None:
        await super().close()
        await self._alone.close()

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
            if request.meta.get("abroad"):
                return await self._alone.download_request(request)
            try:
                return await super().download_request(request)
            except CannotResolveHostError:
                if asked.consulted:
                    raise
                # The connection that Twisted makes anew is made where nobody names our guard, and the strictest one
                # answers: nothing was sent, so ask once more ourselves.
                return await super().download_request(request)
        except CannotResolveHostError as error:
            if asked.refused:
                raise PrivateAddress(request.url) from error
            raise
        finally:
            asking.reset(token)
            request.meta.pop("download_maxsize", None)  # what is unpacked later keeps its limit
