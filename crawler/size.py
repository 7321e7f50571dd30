"""大小上限 The size limit, told in a way that keeps status and headers: Scrapy's own throws them away."""

from typing import Any

from scrapy import signals
from scrapy.exceptions import StopDownload
from scrapy.http import Request


class SizeLimit:
    """大小上限 Scrapy extension: stops a body at the limit; the answer comes flagged `download_stopped`."""

    def __init__(self, crawler: Any) -> None:
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        crawler.signals.connect(self._headers_received, signal=signals.headers_received)
        crawler.signals.connect(self._bytes_received, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "SizeLimit":
        return cls(crawler)

    def _headers_received(self, body_length: Any, request: Request) -> None:
        if isinstance(body_length, int) and body_length > self._most and request.method != "HEAD":
            raise StopDownload(fail=False)

    def _bytes_received(self, data: bytes, request: Request) -> None:
        received = request.meta.get("received", 0) + len(data)
        request.meta["received"] = received
        if received > self._most:
            raise StopDownload(fail=False)
