"""浏览器 One browser a process, shared by all crawls in it, launched when first wanted and again after a crash."""

import asyncio
from contextlib import suppress
from typing import Any

from crawler.browser_finder import launch, no_driver
from model import BrowserState

_shared: dict[str | None, "SharedBrowser"] = {}


class SharedBrowser:
    """共用浏览器 `borrow` it, `give_back` when the crawl is over; the last one to do so closes it."""

    def __init__(self, explicit: str | None) -> None:
        self.state = BrowserState()
        self._explicit = explicit
        self._users = 0
        self._lock = asyncio.Lock()
        self._playwright: Any = None
        self._browser: Any = None

    async def running(self) -> Any | None:
        """运行中的浏览器 The browser, launched if need be; None when there is none (tried once, remembered)."""
        async with self._lock:
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            if self.state.reason is not None:
                return None
            try:
                if self._playwright is None:
                    from playwright.async_api import async_playwright

                    self._playwright = await async_playwright().start()
                self.state, self._browser = await launch(self._playwright, self._explicit)
            except Exception as error:  # no driver for this machine
                self.state, self._browser = no_driver(error), None
            return self._browser

    async def give_back(self) -> None:
        """归还 Closes browser and driver when nobody else uses them."""
        self._users -= 1
        if self._users:
            return
        _shared.pop(self._explicit, None)
        async with self._lock:
            for part, close in ((self._browser, "close"), (self._playwright, "stop")):
                if part is not None:
                    with suppress(Exception):  # it is gone already, or will be with this process
                        await asyncio.wait_for(getattr(part, close)(), 5)


def borrow(explicit: str | None) -> SharedBrowser:
    """借用 The process's browser for this choice of path; nothing is launched yet."""
    shared = _shared.get(explicit)
    if shared is None:
        shared = _shared[explicit] = SharedBrowser(explicit)
    shared._users += 1
    return shared
