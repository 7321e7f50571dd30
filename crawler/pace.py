"""节奏 Never faster than a host has asked: Crawl-delay, and twice as slow after each 429 or 503 that names a wait.

AutoThrottle would bring a slot's delay down again, so the floor is put back after every answer.
"""

import math
from typing import Any

from scrapy import signals
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

_SLOWEST = 10.0


class Pace:
    """节奏 Scrapy extension; a slot is one host name. Delays in seconds."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._most = crawler.settings.getfloat("DUWANG_MAX_CRAWL_DELAY")
        self._floors: dict[str, float] = {}
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self._response_downloaded, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "Pace":
        return cls(crawler)

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        delay = robotparser.crawl_delay(self._agent)
        if delay is not None and math.isfinite(delay) and delay > 0:
            self._raise_floor(urlparse_cached(request).hostname or "", min(delay, self._most))

    def _response_downloaded(self, response: Response, request: Request) -> None:
        host = request.meta.get("download_slot", "")
        if response.status in (429, 503) and b"Retry-After" in response.headers:
            slot = self._crawler.engine.downloader.slots.get(host)
            delay = max(slot.delay if slot else 0.0, self._floors.get(host, 0.0), 0.25)
            self._raise_floor(host, min(delay * 2, _SLOWEST))
        elif host in self._floors:
            self._raise_floor(host, self._floors[host])

    def _raise_floor(self, host: str, delay: float) -> None:
        floor = self._floors[host] = max(delay, self._floors.get(host, 0.0))
        downloader = self._crawler.engine.downloader
        # a slot that was idle for a minute is made anew: from these settings
        downloader.per_slot_settings[host] = {"delay": floor, "jitter": 0.0}
        slot = downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.jitter = max(slot.delay, floor), 0.0
