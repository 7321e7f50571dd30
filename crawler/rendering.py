"""渲染 A page as a visitor sees it: opened in the browser, in a context of its own, and read back.

Fonts, images and media are not loaded, nothing is sent off, pop-ups close, nothing is downloaded.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import HtmlResponse, Request, Response

from crawler.admission import STAY, Admission
from crawler.browser import SharedBrowser, borrow
from crawler.gateway import Gateway
from crawler.guard import Guard, PrivateAddress
from crawler.refusal import NotRendered
from crawler.walk import Walk
from model import BrowserState, BrowserUse

log = logging.getLogger("duwang.crawl")

_SETTLE = 4.0  # seconds at most for the network to fall silent
_DROPPED = {"content-encoding", "content-length", "content-type", "transfer-encoding"}


class Rendering:
    """渲染 One crawl's use of the shared browser. Raises NotRendered and PrivateAddress, nothing else."""

    def __init__(self, walk: Walk, guard: Guard) -> None:
        self._walk = walk
        self._plan = walk.plan
        self._guard = guard
        self._gateway = Gateway(guard)
        self._shared: SharedBrowser | None = None
        # whether robots.txt lets a page ask a host of the site for an address
        self.allowed: Callable[[str], Awaitable[bool]] = _everything

    async def render(self, request: Request) -> Response:
        """渲染一页 Response flagged `browser`, body UTF-8, after at most `render_seconds`."""
        for _ in range(2):  # a browser that crashed is launched again, once a page
            browser = await self._browser()
            try:
                async with asyncio.timeout(self._plan.limits.render_seconds):
                    return await self._open(browser, request)
            except TimeoutError:
                raise NotRendered("render_timeout") from None
            except (NotRendered, PrivateAddress):
                raise
            except Exception as error:
                self._mind_refused(request.url)
                log.debug("rendering %s failed: %s", request.url, error)
                if type(error).__name__ == "TimeoutError":  # the browser's own class of that name
                    raise NotRendered("render_timeout") from error
                if browser.is_connected():
                    break
        raise NotRendered("render_failed")

    async def close(self) -> None:
        """结束 Gives the browser back."""
        await self._gateway.close()
        if self._shared is not None:
            await self._shared.give_back()
            self._shared = None

    async def _browser(self) -> Any:
        if self._plan.browser is BrowserUse.NO:
            self._walk.browser = BrowserState(wanted=True, reason="switched_off")
            raise NotRendered("no_browser")
        if self._shared is None:
            self._shared = borrow(self._plan.browser_path)
        browser = await self._shared.running()
        self._walk.browser = self._shared.state.model_copy(update={"wanted": True})
        if browser is None:
            raise NotRendered("no_browser")
        return browser

    async def _open(self, browser: Any, request: Request) -> Response:
        context = await browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            user_agent=self._plan.user_agent,
            viewport={"width": 1440, "height": 900},
            service_workers="block",
            accept_downloads=False,
            ignore_https_errors=True,  # as in plain fetching: certificates are another check's affair
            proxy=await self._proxy(),
        )
        try:
            await context.add_init_script(STAY)
            page = await context.new_page()
            admission = Admission(page, self._walk.is_own, self.allowed, self._asked)
            await admission.guard_page(context)
            context.on("page", lambda popup: asyncio.ensure_future(popup.close()))
            wanted = [request.url]  # where the page itself wanted to go, last
            page.on("request", lambda asked: wanted.append(asked.url) if _moves(asked, page) else None)
            answer = await page.goto(request.url, wait_until="domcontentloaded", timeout=0)
            if answer is None:
                raise NotRendered("render_failed")
            try:
                await page.wait_for_load_state("networkidle", timeout=_SETTLE * 1000)
            except Exception as error:
                log.debug("%s does not fall silent: %s", request.url, type(error).__name__)
            if not page.url.startswith(("http://", "https://")):  # the browser's own error page
                self._mind_refused(wanted[-1])
                raise NotRendered("render_failed")
            return await self._response(page, answer, request, kept_back=admission.kept_back)
        finally:
            await asyncio.shield(context.close())

    async def _response(self, page: Any, answer: Any, request: Request, *, kept_back: bool) -> Response:
        body = (await page.content()).encode(errors="replace")
        flags = ["browser", "kept_back"] if kept_back else ["browser"]
        if len(body) > self._plan.limits.max_bytes:
            body, flags = b"", ["browser", "too_large"]
        headers: dict[str, list[str]] = {"content-type": ["text/html; charset=utf-8"]}
        for one in await answer.headers_array():
            if one["name"].lower() not in _DROPPED:
                headers.setdefault(one["name"].lower(), []).append(one["value"])
        hops: list[tuple[str, int]] = []
        earlier = answer.request.redirected_from
        while earlier is not None:
            hop = await earlier.response()
            hops.insert(0, (earlier.url, hop.status if hop else 0))
            earlier = earlier.redirected_from
        request.meta["browser_redirects"] = hops
        return HtmlResponse(
            page.url, status=answer.status, headers=headers, body=body, flags=flags, encoding="utf-8"
        )

    async def _proxy(self) -> Any:
        if self._guard.allow_private:
            return None
        return {"server": f"http://127.0.0.1:{await self._gateway.open()}"}

    def _asked(self) -> None:
        self._walk.page_requests += 1

    def _mind_refused(self, url: str) -> None:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if (parts.hostname or "", port) in self._gateway.refused:
            raise PrivateAddress(url)


def _moves(asked: Any, page: Any) -> bool:
    return bool(asked.is_navigation_request() and asked.frame == page.main_frame)


async def _everything(_url: str) -> bool:
    return True
