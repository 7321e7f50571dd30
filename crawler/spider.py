"""爬虫 The one spider: tickets become requests, responses and failures become answers. It reads no page.

Requests reach Scrapy only when their host has room, so the frontier's order is the order on the wire.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.utils.asyncio import call_later

from crawler.answer import Answer, keep_headers, retry_after
from crawler.asking import PlainRequest
from crawler.guard import Guard
from crawler.host_facts import HostQuestions
from crawler.outcome import head_of, of_body, of_error, of_redirect, of_status
from crawler.refusal import NoTurn, NotYet
from crawler.rendering import Rendering
from crawler.taste import LEADING, MOST, is_taste, length_of, wants_taste
from crawler.ticket import Ticket, bare, web_host
from crawler.turns import Turns
from crawler.walk import Walk
from model import FetchOutcome, Lead, Purpose, Redirect, StopReason, Turn

_LONGEST_TURN = 0.05  # seconds for which what is carried over may keep the reactor from others
_REDIRECT_FLAGS = ("redirect_loop", "redirect_nowhere", "redirect_scheme")

_HELD = 0.5  # seconds after which it is asked again whether there is room for what is fetched


class LeadSpider(Spider):
    """线索爬虫 Walks one Walk to its end."""

    name = "leads"

    def __init__(self, *, walk: Walk, guard: Guard, turn: Turn | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.walk = walk
        self.guard = guard
        self.rendering = Rendering(walk, guard)
        self.questions = HostQuestions(walk.plan, guard)
        self.turns: Turns
        self._turn = turn
        self._alarm: Any = None
        self._alarm_at = 0.0
        self._woken = self._pumping = False
        self._loop: asyncio.AbstractEventLoop

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "LeadSpider":
        spider: LeadSpider = super().from_crawler(crawler, *args, **kwargs)
        spider.turns = Turns(spider.walk, spider._turn, crawler)
        spider.walk.wake = spider._wake
        crawler.signals.connect(spider._idle, signal=signals.spider_idle)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    async def start(self) -> Any:
        self._loop = asyncio.get_running_loop()
        self.walk.begin(monotonic())
        for host in self.walk.plan.hosts:
            self.questions.ask(host)
        self._pump()
        return
        yield  # what makes this the generator that Scrapy asks for

    def _pump(self) -> None:
        """Hand Scrapy as much as the hosts have room for, and wake up when something becomes due."""
        if self._pumping:
            return  # what was sent is answered already, so whoever sends goes on
        if not self.crawler.crawling:
            self.walk.stop(StopReason.INTERRUPTED)
            return
        self._pumping = True
        try:
            self._hand_over()
        finally:
            self._pumping = False

    def _hand_over(self) -> None:
        began = now = monotonic()
        while (ticket := self.walk.take(now)) is not None:
            if not self.walk.carry(ticket, now):
                self._send(ticket)
            now = monotonic()
            if now - began > _LONGEST_TURN:
                # what is carried over or refused needs no answer to go on, and others share this thread
                self._set_alarm(began)
                return
        if not self.walk.stopping and (at := self.walk.wake_at()) is not None:
            self._set_alarm(at)
        if not self.walk.over and self.walk.held():
            self._set_alarm(monotonic() + _HELD)

    def lend(self, ticket: Ticket) -> None:
        """转出 The request of a page of the site goes on to another host: the site's next page may leave."""
        self.walk.lend(ticket)
        self._pump()

    def _send(self, ticket: Ticket) -> None:
        lead = ticket.lead
        taste = wants_taste(lead, ticket.method)
        meta: dict[str, Any] = {"ticket": ticket, "render": lead.render, "taste": taste}
        if lead.external:
            ticket.abroad = True
            self.turns.mark(meta, lead.url)
        headers = self._headers(ticket)  # of some pages it asks the head alone
        try:
            request = PlainRequest(
                lead.url,
                method="GET" if taste else ticket.method,
                body=lead.body if ticket.method == "POST" else b"",
                headers=headers,
                meta=meta,
            )
        except ValueError as error:
            self.walk.settle(ticket, self._no_answer(ticket, error, {}), monotonic())
            return
        wire: Any = self.crawler.engine.downloader
        wire.send(request, self._answered, self._failed)

    def _headers(self, ticket: Ticket) -> dict[str, str]:
        lead, method = ticket.lead, ticket.method
        headers = dict(lead.headers)
        if wants_taste(lead, method):
            headers["Accept-Encoding"] = "identity"  # half of what is packed cannot be unpacked
        else:
            headers = {name: value for name, value in headers.items() if name.lower() != "range"}
        if lead.found_on:
            headers.setdefault(
                "Referer", lead.found_on
            )  # as a click sends it: some servers ask for it (防盗链)
        if method == "POST" and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers | self.walk.memory.validators(ticket)

    def _answered(self, response: Response) -> None:
        request = response.request
        assert request is not None  # noqa: S101 - the wire sets it
        meta = request.meta
        ticket: Ticket = meta["ticket"]
        taste = is_taste(request)
        ended_at = datetime.now(UTC)
        headers = keep_headers(response.headers)
        wait = retry_after(headers, ended_at) if response.status in (429, 503) else None
        outcome, cause, body = self._seen(response, ticket.lead, wait, taste)
        cut = "download_stopped" in response.flags
        redirects = _redirects(meta)
        probe = ticket.lead.purpose is Purpose.PROBE
        legible = request.method != "HEAD" and "badly_packed" not in response.flags
        taken = response.body[:MOST] if taste else body
        asked_for = request.method != "HEAD" and response.status != 304 and not (cut and not taken)
        answer = Answer(
            at=meta.get("sent_at", ended_at),
            ended_at=ended_at,
            method=request.method,
            outcome=outcome,
            cause=cause,
            status=response.status,
            final_url=response.url if redirects or "browser" in response.flags else ticket.lead.url,
            redirects=redirects,
            headers=headers,
            body=body,
            tasted=taste,
            leading=response.body[:LEADING] if probe and legible else None,
            length=length_of(headers, response.status, len(response.body), cut, request.method == "HEAD"),
            ip=str(response.ip_address) if response.ip_address else None,
            rendered="browser" in response.flags,
            elapsed_ms=round(meta.get("elapsed", 0.0) * 1000),
            sha256=sha256(taken).hexdigest() if asked_for and not _too_large(cause) else None,
            wait=wait,
        )
        if ticket.lead.purpose is Purpose.HOME and redirects and outcome is FetchOutcome.OK:
            self._ask_beside(answer.final_url or "")
        self._settle(ticket, answer)

    def _seen(
        self, response: Response, lead: Lead, wait: float | None, taste: bool
    ) -> tuple[FetchOutcome, str | None, bytes]:
        """Class, cause and what is kept of the body."""
        flags, status, whole = response.flags, response.status, response.body
        outcome, cause = of_status(status, len(whole), _method(response), wait=wait is not None)
        if flag := next((one for one in _REDIRECT_FLAGS if one in flags), None):
            return *of_redirect(flag, response.headers.get("Location")), whole
        if taste or outcome is not FetchOutcome.OK:
            large = "too_large_unpacked" in flags or ("download_stopped" in flags and not lead.external)
            return outcome, cause, b"" if taste or large else self._beginning(whole, lead)
        if "too_large_unpacked" in flags:
            return FetchOutcome.TOO_LARGE, "too_large_unpacked", b""
        if "dataloss" in flags:
            return *of_body(status, "cut_short"), self._beginning(whole, lead)
        if "badly_packed" in flags and not ("download_stopped" in flags and lead.external):
            return *of_body(status, "badly_packed"), self._beginning(whole, lead)
        if lead.external:
            body = self._beginning(whole, lead)
            cut = "download_stopped" in flags or len(body) < len(whole)
            return outcome, "cut_here" if cut else None, b"" if "badly_packed" in flags else body
        if "download_stopped" in flags or "too_large" in flags:
            there = lead.purpose is Purpose.PROBE  # of such a one only that was asked
            return FetchOutcome.OK if there else FetchOutcome.TOO_LARGE, "too_large", b""
        return outcome, "kept_back" if "kept_back" in flags else cause, whole

    def _beginning(self, body: bytes, lead: Lead) -> bytes:
        return body[: self.walk.plan.limits.external_bytes] if lead.external else body

    def _ask_beside(self, url: str) -> None:
        """The host to which the home page sends on is the site's own as well."""
        host = web_host(url)
        if host is not None:
            self.questions.ask(host, secure=url.lower().startswith("https:"))

    def _failed(self, request: Request, error: Exception) -> None:
        meta, ticket = request.meta, request.meta["ticket"]
        if isinstance(error, NotYet):
            self.walk.put_back(ticket, error.seconds, monotonic())
            self._pump()
        elif isinstance(error, NoTurn):
            if not self.crawler.crawling:
                self.walk.stop(StopReason.INTERRUPTED)
            self.walk.leave(ticket, monotonic())
            self._pump()
        else:
            self._settle(ticket, self._no_answer(ticket, error, meta, request.url))

    def _no_answer(
        self, ticket: Ticket, error: BaseException, meta: dict[str, Any], url: str | None = None
    ) -> Answer:
        outcome: FetchOutcome
        cause: str | None
        outcome, cause = of_error(error)
        redirects = _redirects(meta)
        now = datetime.now(UTC)
        status = head_of(error)
        headers: dict[str, str] = {}
        if cause == "timeout" and "head" in meta:
            status, raw = meta["head"]
            outcome, cause = of_body(status, "slow")
            headers = keep_headers(raw)
        elif outcome is FetchOutcome.SKIPPED_PRIVATE and redirects and "hop" in meta:
            status, raw = meta["hop"]
            cause = "redirect_private"
            headers = keep_headers(raw)
        elif outcome is FetchOutcome.TLS and (host := web_host(url or ticket.lead.url)):
            self.questions.ask(host, secure=True)  # which fault it is
        not_asked = outcome in (FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_PRIVATE)
        return Answer(
            at=meta.get("sent_at", now),
            ended_at=now,
            method=ticket.method,
            outcome=outcome,
            cause=cause,
            status=status,
            final_url=bare(url) if url and redirects else ticket.lead.url,
            redirects=redirects,
            headers=headers,
            elapsed_ms=round(meta.get("elapsed", 0.0) * 1000),
            asked=not not_asked and cause not in ("no_browser", "bad_url"),
        )

    def _settle(self, ticket: Ticket, answer: Answer) -> None:
        self.walk.settle(ticket, answer, monotonic())
        self._pump()

    def _set_alarm(self, at: float) -> None:
        if self._alarm is not None:
            if self._alarm_at <= at:
                return
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = call_later(max(0.0, at - monotonic()) + 0.005, self._rings)

    def _wake(self) -> None:
        """From any thread: pages were read."""
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._catch_up)

    def _catch_up(self) -> None:
        self._woken = False  # first of all: what is read from now on is told again
        if self.walk.catch_up(monotonic()):
            self._go_on()

    def _rings(self) -> None:
        self._alarm = None
        self._go_on()

    def _go_on(self) -> None:
        self._pump()
        slot = self.crawler.engine._slot if self.crawler.engine else None
        if self.walk.over and slot is not None:
            slot.nextcall.schedule()  # else Scrapy would notice at its next heartbeat, seconds later

    def _idle(self) -> None:
        self._pump()
        if self.walk.over:
            self.walk.give_up_retries(monotonic())
            self._pump()  # what is read last may lead on
        if not self.walk.over:
            raise DontCloseSpider

    async def _closed(self, reason: str) -> None:
        if reason != "finished":
            self.walk.stop(StopReason.INTERRUPTED)
        if self._alarm is not None:
            self._alarm.cancel()
        self.walk.give_up_retries(monotonic(), closed=True)
        self.walk.hosts = await self.questions.answers(wait=not self.walk.interrupted)
        self.turns.close()
        await self.rendering.close()


def _redirects(meta: dict[str, Any]) -> tuple[Redirect, ...]:
    hops = list(zip(meta.get("redirect_urls", ()), meta.get("redirect_reasons", ()), strict=False))
    hops += meta.get("browser_redirects", ())
    return tuple(Redirect(url=url, status=int(status)) for url, status in hops)


def _method(response: Response) -> str:
    return response.request.method if response.request is not None else "GET"


def _too_large(cause: str | None) -> bool:
    return cause in ("too_large", "too_large_unpacked")
