"""节奏 Never faster than a host has asked: Crawl-delay, and twice as slow after each 429 and each 503 that names a wait.

A host that was busy, or challenged us, is asked as often as before once it has answered well again for a while.

Hosts that are not the site's have a pace of their own, kept by their queue.
AutoThrottle would bring a slot's delay down again, so the floor is put back after every answer.
"""

import math
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.abroad import Abroad

_SLOWEST = 10.0
_LEAST = 0.25
_WELL_AGAIN = 30  # good answers in a row after which a host that was busy is asked twice as often again


class Pace:
    """节奏 Scrapy extension; a slot is one host name. Delays in seconds."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._most = crawler.settings.getfloat("DUWANG_MAX_CRAWL_DELAY")
        self._most_abroad = crawler.settings.getfloat("DUWANG_MAX_EXTERNAL_CRAWL_DELAY")
        self._floors: dict[str, float] = {}  # for good: what robots.txt asks for
        self._slowed: dict[str, float] = {}  # until a host that was busy has answered well for a while
        self._well: Counter[str] = Counter()
        self._wary: dict[str, float] = {}  # for as long as a host challenges us
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._jitter = crawler.settings.getfloat("DOWNLOAD_DELAY_JITTER")
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self._spider_opened, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "Pace":
        return cls(crawler)

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        delay = robotparser.crawl_delay(self._agent)
        if delay is None or not math.isfinite(delay) or delay <= 0:
            return
        if name := request.meta.get("abroad"):
            self._abroad.slower(name, min(delay, self._most_abroad))
        else:
            self._raise_floor(urlparse_cached(request).hostname or "", min(delay, self._most))

    def _spider_opened(self, spider: Any) -> None:
        spider.walk.be_wary = self._be_wary

    def downloaded(self, response: Response, request: Request) -> None:
        """应答到达 Told by the wire of every answer."""
        host = request.meta.get("download_slot", "")
        busy = response.status == 429 or (response.status == 503 and b"Retry-After" in response.headers)
        if name := request.meta.get("abroad"):
            if busy:
                self._abroad.slower(name)
        elif busy:
            self._slowed[host] = self._doubled(host)
            self._well.pop(host, None)
            self._put_floor(host)
        else:
            if host in self._slowed:
                self._recover(host)
            if self._floor(host):
                self._put_floor(host)

    def _recover(self, host: str) -> None:
        self._well[host] += 1
        if self._well[host] < _WELL_AGAIN:
            return
        del self._well[host]
        self._slowed[host] /= 2
        if self._slowed[host] <= max(self._delay, _LEAST):
            del self._slowed[host]
        self._as_planned(host)

    @property
    def _abroad(self) -> Abroad:
        abroad: Abroad = self._crawler.spider.walk.frontier.abroad
        return abroad

    def _be_wary(self, address: str, challenged: bool) -> bool:
        """Twice as slow after a challenge, half as slow after each other answer. True while still slower than planned."""
        host = urlsplit(f"//{address}").hostname or ""
        if challenged:
            self._wary[host] = self._doubled(host)
        else:
            self._wary[host] = self._wary.get(host, 0.0) / 2
            if self._wary[host] <= max(self._delay, _LEAST):
                del self._wary[host]
            self._as_planned(host)
        self._put_floor(host)
        return host in self._wary

    def _as_planned(self, host: str) -> None:
        """The slot as the plan wants it; the floors that still hold are put back after it."""
        self._crawler.engine.downloader.per_slot_settings.pop(host, None)
        slot = self._crawler.engine.downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.jitter = self._delay, self._jitter

    def _doubled(self, host: str) -> float:
        slot = self._crawler.engine.downloader.slots.get(host)
        return min(2 * max(slot.delay if slot else 0.0, self._floor(host), _LEAST), _SLOWEST)

    def _floor(self, host: str) -> float:
        return max(kept.get(host, 0.0) for kept in (self._floors, self._slowed, self._wary))

    def _raise_floor(self, host: str, delay: float) -> None:
        self._floors[host] = max(delay, self._floors.get(host, 0.0))
        self._put_floor(host)

    def _put_floor(self, host: str) -> None:
        floor = self._floor(host)
        if not floor:
            return
        downloader = self._crawler.engine.downloader
        # a slot that was idle for a minute is made anew: from these settings
        downloader.per_slot_settings[host] = {"delay": floor, "jitter": 0.0}
        slot = downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.jitter = max(slot.delay, floor), 0.0
