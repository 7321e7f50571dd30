"""未取之由 Why a fetch was not made at all: raised on the way down, read when the outcome is told."""

from scrapy.exceptions import IgnoreRequest


class RobotsRefused(IgnoreRequest):
    """robots 拒绝 robots.txt of the host asks us not to fetch this. `cause`: robots, or robots_unreadable when the host
    could not say what it allows."""

    def __init__(self, url: str, cause: str = "robots") -> None:
        super().__init__(url)
        self.cause = cause


class NotRendered(Exception):
    """未能渲染 The browser did not give the page. `cause`: no_browser, render_timeout, render_failed."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class NotYet(Exception):
    """尚未轮到 Others ask this host now; nothing was sent. `seconds`: how long to wait before asking again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class NoTurn(Exception):
    """不再询问 This host is left alone for the rest of the crawl, or cannot be had within reason; nothing was sent."""
