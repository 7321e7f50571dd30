"""大小上限 The size limit, told in a way that keeps status and headers: Scrapy's own throws them away."""

from typing import Any

from scrapy import signals
from scrapy.exceptions import StopDownload
from scrapy.http import Request

from crawler.taste import MOST as TASTE
from crawler.taste import is_taste

LONGEST_ROBOTS = 500 * 1024  # Fact: RFC 9309 lets a reader stop at 500 KiB


class SizeLimit:
    """大小上限 Scrapy extension: stops a body at the limit; the answer comes flagged `download_stopped`.

    Of a page of others the beginning is enough, and is kept. Of robots.txt the beginning counts however long it is: taken as missing, it would allow everything.
    """

    def __init__(self, crawler: Any) -> None:
        self._most: int = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._most_abroad: int = crawler.settings.getint("DUWANG_EXTERNAL_BYTES")
        crawler.signals.connect(self._headers_received, signal=signals.headers_received)
        crawler.signals.connect(self._bytes_received, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "SizeLimit":
        return cls(crawler)

    def _headers_received(self, body_length: Any, request: Request) -> None:
        if for_robots(request) or is_taste(request) or is_external(request) or request.method == "HEAD":
            return
        if isinstance(body_length, int) and body_length > self._most:
            raise StopDownload(fail=False)

    def _bytes_received(self, data: bytes, request: Request) -> None:
        received = request.meta.get("received", 0) + len(data)
        request.meta["received"] = received
        if received > self._most_of(request):
            raise StopDownload(fail=False)

    def _most_of(self, request: Request) -> int:
        if for_robots(request):
            return LONGEST_ROBOTS
        if is_taste(request):
            return TASTE - 1
        return self._most_abroad if is_external(request) else self._most


def for_robots(request: Request) -> bool:
    """为机器人协议 Whether SafeRobots asks: the spider's own requests carry a ticket."""
    return "ticket" not in request.meta


def is_external(request: Request) -> bool:
    """站外目标 Whether only the beginning of the page is wanted, since it is not the site's."""
    return not for_robots(request) and bool(request.meta["ticket"].lead.external)
