"""大小上限 The size limit, told in a way that keeps status and headers: Scrapy's own throws them away."""

from typing import Any

from scrapy.http import Request

from crawler.taste import MOST as TASTE
from crawler.taste import is_taste

LONGEST_ROBOTS = 500 * 1024  # Fact: RFC 9309 lets a reader stop at 500 KiB


class SizeLimit:
    """大小上限 A body is stopped at the limit; the answer comes flagged `download_stopped`.

    Of a page of others the beginning is enough, and is kept. Of robots.txt the beginning counts however long it is: taken as missing, it would allow everything.
    """

    def __init__(self, settings: Any) -> None:
        self._most: int = settings.getint("DOWNLOAD_MAXSIZE")
        self._most_abroad: int = settings.getint("DUWANG_EXTERNAL_BYTES")

    def refuses(self, length: int, request: Request) -> bool:
        """不取 Whether a body of that length is not even begun."""
        if for_robots(request) or is_taste(request) or is_external(request) or request.method == "HEAD":
            return False
        return length > self._most

    def most_of(self, request: Request) -> int:
        """上限 Bytes after which a body is stopped."""
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
