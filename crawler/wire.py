"""上线 From the spider to the wire and back in one go: Scrapy's slots keep the pace, nothing else is passed through.

A request that goes by way of Scrapy's scheduler and scraper takes five tasks and some thirty Deferreds and signals;
measured, half a millisecond a page. The spider hands over only what may leave and knows what became of it, so that
neither has anything to decide here. robots.txt files, for which Scrapy asks itself, go the long way.

Nor is it a task of asyncio's: that would leave two turns of the loop later, and be heard of one later.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any

from scrapy import signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.downloadermiddlewares.httpcompression import ACCEPTED_ENCODINGS
from scrapy.http import Headers, Request, Response
from scrapy.utils.asyncio import call_later
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler.pace import Pace
from crawler.passage import Cookies, Redirects, Unpacking
from crawler.robots import SafeRobots

log = logging.getLogger("duwang.crawl")


class Wire(Downloader):
    """上线 `send` a request; one of the two it names hears what came of it. Slots, delays and concurrency are Scrapy's."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        by_kind = {type(one): one for one in self.middleware.middlewares}
        self._robots: SafeRobots = by_kind[SafeRobots]
        self._back: tuple[Any, ...] = (by_kind[Cookies], by_kind[Redirects], by_kind[Unpacking])
        settings = crawler.settings
        accepted = {"Accept-Encoding": b", ".join(ACCEPTED_ENCODINGS)}
        agent = {"User-Agent": settings["USER_AGENT"]}
        always: dict[str, str | bytes] = {**settings["DEFAULT_REQUEST_HEADERS"], **agent, **accepted}
        self._always: dict[bytes, list[bytes]] = dict(dict.items(Headers(always)))
        self._seconds: float = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._pace: Any = crawler.get_extension(Pace)
        self._throttles = settings.getbool("AUTOTHROTTLE_ENABLED")

    def send(
        self,
        request: Request,
        answered: Callable[[Response], None],
        failed: Callable[[Request, Exception], None],
    ) -> None:
        """发出 Returns as soon as something has to be waited for; what needs no waiting for has been told by then.

        Counted as under way until `answered` or `failed` has returned: so closing waits for it.
        """
        self.active.add(request)
        self._engine_slot.add_request(request)
        _go_on(self._carry(request, answered, failed))

    async def _carry(
        self,
        first: Request,
        answered: Callable[[Response], None],
        failed: Callable[[Request, Exception], None],
    ) -> None:
        request = first
        try:
            try:
                while isinstance(found := await self._pass(request), Request):
                    request = found
            except Exception as error:
                failed(request, error)
            else:
                found.request = request
                answered(found)
        except Exception:
            log.exception("what came of %s could not be taken in", request.url)
        finally:
            self.active.remove(first)
            self._engine_slot.remove_request(first)
            if not self.active:
                self._engine_slot.nextcall.schedule()  # whether that was all

    async def _pass(self, request: Request) -> Response | Request:
        await self._robots.let_pass(request)
        request.meta.setdefault("download_timeout", self._seconds)
        headers = request.headers
        for name, values in self._always.items():
            dict.setdefault(headers, name, [*values])  # as Scrapy's own, which looks at each anew
        self._back[0].process_request(request)
        response: Response | Request = await self._enqueue_request(request)
        for one in self._back:
            response = one.process_response(request, response)
            if isinstance(response, Request):
                break
        return response

    async def _enqueue_request(self, request: Request) -> Response:
        key, slot = self._get_slot(request)
        request.meta[self.DOWNLOAD_SLOT] = key
        slot.active.add(request)
        try:
            if slot.queue or slot.latercall or slot.delay or slot.free_transfer_slots() <= 0:
                await self._turn_of(request, slot)
            else:
                slot.lastseen = monotonic()
                slot.transferring.add(request)
            return await self._fetched(request, slot)
        finally:
            slot.active.remove(request)

    async def _turn_of(self, request: Request, slot: Slot) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue: Any = slot.queue  # Scrapy keeps Deferreds in it
        queue.append((request, turn))
        self._process_queue(slot)
        try:
            await turn
        except asyncio.CancelledError:
            if request in slot.transferring:
                slot.transferring.remove(request)
                self._process_queue(slot)
            raise

    async def _fetched(self, request: Request, slot: Slot) -> Response:
        try:
            response: Response = await self.handlers.download_request_async(request)
            self._heard(request, response)
            return response
        finally:
            slot.transferring.remove(request)
            self._process_queue(slot)

    def _heard(self, request: Request, response: Response) -> None:
        """Whoever keeps the pace hears of it before the next may leave: AutoThrottle first, whose word is not the last."""
        if self._throttles:
            self.signals.send_catch_log(
                signal=signals.response_downloaded,
                response=response,
                request=request,
                spider=self.crawler.spider,
            )
        try:
            self._pace.downloaded(response, request)
            self.crawler.spider.turns.downloaded(response, request)  # type: ignore[union-attr]
        except Exception:  # what was fetched was fetched
            log.exception("the pace after %s is not known", request.url)

    def _process_queue(self, slot: Slot) -> None:
        """Gives turns to as many as delay and concurrency of the slot let go."""
        queue: Any = slot.queue
        while queue and not slot.latercall:
            now, delay = monotonic(), slot.download_delay()
            wait = slot.lastseen + delay - now if delay else 0.0
            if wait > 0:
                slot.latercall = call_later(wait, self._latercall, slot)
            elif slot.free_transfer_slots() <= 0:
                return
            else:
                request, turn = queue.popleft()
                if not turn.done():
                    slot.lastseen = now
                    slot.transferring.add(request)
                    turn.set_result(None)

    @property
    def _engine_slot(self) -> Any:
        return self.crawler.engine._slot


def _go_on(errand: Coroutine[Any, Any, None], error: BaseException | None = None) -> None:
    """Up to the next thing it has to wait for, a Deferred or a future of asyncio's, and from there when that is told."""
    with suppress(StopIteration, asyncio.CancelledError):
        waits = errand.send(None) if error is None else errand.throw(error)
        if isinstance(waits, Deferred):
            waits.addBoth(_told, errand)
        else:
            waits._asyncio_future_blocking = False  # as a task does: this says that somebody waits properly
            waits.add_done_callback(lambda _: _go_on(errand))


def _told(result: Any, errand: Coroutine[Any, Any, None]) -> None:
    _go_on(errand, result.value if isinstance(result, Failure) else None)
