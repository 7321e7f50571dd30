"""爬虫 The one spider: tickets become requests, responses and failures become answers. It reads no page.

Requests reach Scrapy only when their host has room, so the frontier's order is the order on the wire.
"""

from datetime import UTC, datetime
from time import monotonic
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.utils.asyncio import call_later

from crawler.answer import Answer, keep_headers
from crawler.frontier import Ticket, web_host
from crawler.guard import Guard
from crawler.host_facts import HostQuestions
from crawler.outcome import of_error, of_status
from crawler.rendering import Rendering
from crawler.taste import LEADING, is_taste, length_of, wants_taste
from crawler.walk import Walk
from model import FetchOutcome, Known, Lead, Purpose, Redirect, StopReason


class LeadSpider(Spider):
    """线索爬虫 Walks one Walk to its end."""

    name = "leads"

    def __init__(self, *, walk: Walk, known: Known, guard: Guard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.walk = walk
        self.guard = guard
        self.rendering = Rendering(walk, guard)
        self.questions = HostQuestions(walk.plan, guard)
        self._known = known
        self._alarm: Any = None
        self._alarm_at = 0.0

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "LeadSpider":
        spider: LeadSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._idle, signal=signals.spider_idle)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    async def start(self) -> Any:
        self.walk.begin(monotonic())
        for host in self.walk.plan.hosts:
            self.questions.ask(host)
        self._pump()
        return
        yield  # what makes this the generator that Scrapy asks for

    def _pump(self) -> None:
        """Hand Scrapy as much as the hosts have room for, and wake up when something becomes due."""
        if not self.crawler.crawling:
            self.walk.stop(StopReason.INTERRUPTED)
            return
        while (ticket := self.walk.take(monotonic())) is not None:
            self._send(ticket)
        if not self.walk.stopping:
            self._set_alarm(self.walk.wake_at())

    def _send(self, ticket: Ticket) -> None:
        lead = ticket.lead
        taste = wants_taste(lead, ticket.method)
        try:
            request = Request(
                lead.url,
                method="GET" if taste else ticket.method,
                body=lead.body if ticket.method == "POST" else b"",
                headers=self._headers(lead, ticket.method),
                priority=-1000 * lead.rank,
                dont_filter=True,
                callback=self._answered,
                errback=self._failed,
                meta={"ticket": ticket, "render": lead.render, "taste": taste},
            )
        except ValueError as error:
            self.walk.settle(ticket, self._no_answer(ticket, error, {}), monotonic())
            return
        self.crawler.engine.crawl(request)

    def _headers(self, lead: Lead, method: str) -> dict[str, str]:
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
        if method == "GET" and not lead.render and (validators := self._known(lead.url)):
            if validators.etag:
                headers["If-None-Match"] = validators.etag
            if validators.last_modified:
                headers["If-Modified-Since"] = validators.last_modified
        return headers

    def _answered(self, response: Response) -> None:
        request = response.request
        assert request is not None  # noqa: S101 - Scrapy sets it before the callback
        meta = request.meta
        ticket: Ticket = meta["ticket"]
        flags = response.flags
        too_large = "too_large" in flags or "download_stopped" in flags
        taste = is_taste(request)
        body = b"" if too_large or taste else response.body
        outcome, cause = of_status(response.status, len(response.body), request.method)
        if "redirect_loop" in flags:
            outcome, cause = FetchOutcome.BLOCKED, "redirect_loop"
        elif taste:
            pass  # how it begins is all that was asked for
        elif too_large and outcome is FetchOutcome.OK:
            there = ticket.lead.purpose is Purpose.PROBE
            outcome, cause = (FetchOutcome.OK if there else FetchOutcome.TOO_LARGE), "too_large"
        elif "badly_packed" in flags and outcome is FetchOutcome.OK:
            outcome, cause = FetchOutcome.UNREACHABLE, "data_loss"
        redirects = _redirects(meta)
        ended_at = datetime.now(UTC)
        headers = keep_headers(response.headers)
        probe = ticket.lead.purpose is Purpose.PROBE
        legible = request.method != "HEAD" and "badly_packed" not in flags
        answer = Answer(
            at=meta.get("sent_at", ended_at),
            ended_at=ended_at,
            method=request.method,
            outcome=outcome,
            cause=cause,
            status=response.status,
            final_url=response.url if redirects or "browser" in flags else ticket.lead.url,
            redirects=redirects,
            headers=headers,
            body=body,
            tasted=taste,
            leading=response.body[:LEADING] if probe and legible else None,
            length=length_of(
                headers, response.status, len(response.body), too_large, request.method == "HEAD"
            ),
            ip=str(response.ip_address) if response.ip_address else None,
            rendered="browser" in flags,
            elapsed_ms=round(meta.get("elapsed", 0.0) * 1000),
        )
        if ticket.lead.purpose is Purpose.HOME and redirects and outcome is FetchOutcome.OK:
            self._ask_beside(answer.final_url or "")
        self._settle(ticket, answer)

    def _ask_beside(self, url: str) -> None:
        """The host to which the home page sends on is the site's own as well."""
        host = web_host(url)
        if host is not None:
            self.questions.ask(host, secure=url.lower().startswith("https:"))

    def _failed(self, failure: Any) -> None:
        meta = failure.request.meta
        self._settle(
            meta["ticket"], self._no_answer(meta["ticket"], failure.value, meta, failure.request.url)
        )

    def _no_answer(
        self, ticket: Ticket, error: BaseException, meta: dict[str, Any], url: str | None = None
    ) -> Answer:
        outcome, cause = of_error(error)
        redirects = _redirects(meta)
        now = datetime.now(UTC)
        not_asked = outcome in (FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_PRIVATE)
        return Answer(
            at=meta.get("sent_at", now),
            ended_at=now,
            method=ticket.method,
            outcome=outcome,
            cause=cause,
            final_url=url if redirects else ticket.lead.url,
            redirects=redirects,
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

    def _rings(self) -> None:
        self._alarm = None
        self._pump()

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
        await self.rendering.close()


def _redirects(meta: dict[str, Any]) -> tuple[Redirect, ...]:
    hops = list(zip(meta.get("redirect_urls", ()), meta.get("redirect_reasons", ()), strict=False))
    hops += meta.get("browser_redirects", ())
    return tuple(Redirect(url=url, status=int(status)) for url, status in hops)
