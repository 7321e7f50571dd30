"""采集过程 One crawl's course without the wire: what to fetch next, what to make of an answer, when to stop.

The spider hands answers in and takes tickets out; `follow`, `sink` and `known` are called from here only.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from crawler.answer import Answer, retry_after
from crawler.frontier import Frontier, Ticket
from crawler.manners import Manners
from crawler.outcome import tries_left
from crawler.taste import seems_no_file
from model import (
    Attempt,
    BrowserState,
    CrawlPlan,
    CrawlReport,
    Fault,
    FetchOutcome,
    Follow,
    HostFacts,
    HostStop,
    Progress,
    Purpose,
    Rank,
    Sink,
    Snapshot,
    Step,
    StopReason,
)

log = logging.getLogger("duwang.crawl")

_LONGEST_PAUSE = 10.0
_MOST_REFUSED = 500  # URLs named in a report as refused by robots
_BETWEEN_REPORTS = 0.2


class Walk:
    """采集过程 `begin`, then `take` and `settle` until `over`; `report` at any time. `now` is monotonic seconds."""

    def __init__(
        self, plan: CrawlPlan, follow: Follow, sink: Sink, progress: Callable[[Progress], None] | None = None
    ) -> None:
        self.plan = plan
        self.frontier = Frontier(plan.limits, max(1, plan.pace.concurrency))
        self.failure: BaseException | None = None  # what ended the crawl from our side: a full disk, say
        self.browser = BrowserState()
        self.hosts: tuple[HostFacts, ...] = ()  # what was asked beside the pages
        # what the wire does for a host after a challenge (True) and after the answers that follow it
        self.be_wary: Callable[[str, bool], bool] = lambda _host, _challenged: False
        self._wary: set[str] = set()
        self._follow, self._sink, self._progress = follow, sink, progress
        self._manners = Manners()
        self._host_stops: list[HostStop] = []
        self._outcomes: Counter[FetchOutcome] = Counter()
        self._robots_refused: list[str] = []
        self._started_at = datetime.now(UTC)
        self._began = self._told = 0.0
        self._count = 0
        self._stop: StopReason | None = None

    def begin(self, now: float) -> None:
        """开始 Start the clock of the budget and put the seeds into the frontier."""
        self._began = now
        for lead in self.plan.seeds:
            self.frontier.add(lead, depth=0, now=now)

    def take(self, now: float) -> Ticket | None:
        """取出 The next ticket, None while there is none or once the crawl is to end."""
        late = now - self._began >= self.plan.limits.max_seconds
        if late and self._stop is None and self.frontier.waiting:
            self.stop(StopReason.MAX_SECONDS)
        return None if self._stop else self.frontier.take(now)

    def stop(self, reason: StopReason) -> None:
        """停止 Take nothing any more; the first reason stands, except that a person's word outranks it."""
        if self._stop is None or reason is StopReason.INTERRUPTED:
            self._stop = reason

    @property
    def stopping(self) -> bool:
        return self._stop is not None

    @property
    def interrupted(self) -> bool:
        return self._stop is StopReason.INTERRUPTED

    @property
    def over(self) -> bool:
        """已完成 Nothing is left that this crawl may still fetch (answers under way not counted)."""
        return self.stopping or self.frontier.exhausted or not self.frontier.waiting

    def wake_at(self) -> float:
        """下次时刻 When to look again although nothing has happened: a retry falls due, or the time is up."""
        deadline = self._began + self.plan.limits.max_seconds
        due = self.frontier.wake_at()
        return deadline if due is None else min(due, deadline)

    def settle(self, ticket: Ticket, answer: Answer, now: float) -> float | None:
        """收到应答 File one try. Returns the pause in seconds before the next one, or None when it is settled."""
        ticket.tries.append(answer)
        self.frontier.spend(len(answer.redirects) - (not answer.asked))
        pause = None if self.stopping else self._pause(ticket, answer)
        if pause is None:
            self._finish(ticket, answer, now)
        else:
            self.frontier.later(ticket, now + pause)
        return pause

    def give_up_retries(self, now: float, *, closed: bool = False) -> None:
        """放弃重试 File what waits for another try as it stands. `closed`: nor will anything on the wire be answered."""
        for ticket in self.frontier.take_back(flying=closed):
            self._finish(ticket, ticket.tries[-1], now)

    def report(self) -> CrawlReport:
        """采集记录 Ends the bookkeeping: whatever still waits is left over for the reason the crawl ended."""
        stop = self._stop
        if stop is None and self.frontier.waiting:
            stop = StopReason.MAX_PAGES
        if stop is None and any(one.host in self.plan.hosts for one in self._host_stops):
            stop = StopReason.HOST_STOPPED
        stop = stop or StopReason.FINISHED
        return CrawlReport(
            started_at=self._started_at,
            ended_at=datetime.now(UTC),
            stop=stop,
            requests=self.frontier.spent,
            outcomes=dict(self._outcomes),
            robots_refused=tuple(self._robots_refused),
            left=self.frontier.drain(stop.value),
            host_stops=tuple(self._host_stops),
            browser=self.browser,
            hosts=self.hosts,
        )

    def _pause(self, ticket: Ticket, answer: Answer) -> float | None:
        if not answer.asked or self.frontier.exhausted:
            return None
        if ticket.method == "HEAD":
            if answer.outcome is FetchOutcome.OK and not (answer.tasted and seems_no_file(answer.leading)):
                return None
            ticket.method = "GET"
            return 0.0
        if ticket.retries >= tries_left(answer.outcome, answer.cause, answer.status):
            return None
        ticket.retries += 1
        asked_for = retry_after(answer.headers, answer.ended_at)
        if asked_for is not None:
            return min(asked_for, _LONGEST_PAUSE)
        return min(max(0.5, self.plan.pace.delay) * 2.0**ticket.retries / 2, _LONGEST_PAUSE)

    def _finish(self, ticket: Ticket, answer: Answer, now: float) -> None:
        self._count += 1
        snapshot = snapshot_of(f"{self.plan.run_id}/{self._count:06d}", self.plan.run_id, ticket)
        self.frontier.done(ticket, failed=snapshot.outcome is not FetchOutcome.OK, now=now)
        try:
            step = self._step(snapshot, answer.body)
            self._sink(snapshot, answer.body)
        except Exception as error:
            self.failure = self.failure or error
            self.stop(StopReason.INTERRUPTED)
            return
        believed = snapshot.outcome is FetchOutcome.OK or step.outcome is FetchOutcome.BLOCKED
        outcome = step.outcome if believed else snapshot.outcome
        self._outcomes[outcome] += 1
        real = snapshot.purpose is not Purpose.SIBLING
        if outcome is FetchOutcome.SKIPPED_ROBOTS and real and len(self._robots_refused) < _MOST_REFUSED:
            self._robots_refused.append(snapshot.url)
        for lead in step.leads:
            # the next page of a list and another look at the same page lead no deeper into the site
            near = lead.rank is Rank.NEXT or lead.url == ticket.lead.url
            self.frontier.add(lead, depth=ticket.depth + (not near), now=now)
        if answer.asked:
            self._mind_manners(ticket, snapshot, outcome)
        self._tell(ticket, now)

    def _step(self, snapshot: Snapshot, body: bytes) -> Step:
        try:
            return self._follow(snapshot, body)
        except Fault:
            raise
        except Exception:  # a page that reading stumbles over must not end the crawl; its bytes are kept
            log.exception("follow failed on %s", snapshot.url)
            return Step(outcome=snapshot.outcome)

    def _mind_manners(self, ticket: Ticket, snapshot: Snapshot, outcome: FetchOutcome) -> None:
        cause = snapshot.cause if snapshot.outcome is outcome else outcome.value
        stop = self._manners.note(
            ticket.host,
            purpose=ticket.lead.purpose,
            outcome=outcome,
            cause=cause,
            sha256=None if _is_list_answer(snapshot) else snapshot.sha256,
            size=snapshot.size,
        )
        if stop is not None:
            self._host_stops.append(stop)
            self.frontier.stop_host(ticket.host)
            return
        challenged = outcome is FetchOutcome.BLOCKED and self._manners.slower(ticket.host)
        if challenged or ticket.host in self._wary:
            still = self.be_wary(ticket.host, challenged)
            (self._wary.add if still else self._wary.discard)(ticket.host)

    def _tell(self, ticket: Ticket, now: float) -> None:
        if self._progress is None or (now - self._told < _BETWEEN_REPORTS and self._count > 1):
            return
        self._told = now
        lead = ticket.lead
        self._progress(
            Progress(
                fetched=self._count,
                waiting=self.frontier.waiting,
                per_second=round(self._count / max(now - self._began, 0.001), 2),
                host=ticket.host,
                url=lead.url,
                purpose=lead.purpose,
                rank=lead.rank,
            )
        )


def _is_list_answer(snapshot: Snapshot) -> bool:
    """Two empty columns get the very same short answer from a list API, and that is no throttling."""
    kind = snapshot.header("content-type") or ""
    return snapshot.sent is not None or "json" in kind or "text/xml" in kind or "application/xml" in kind


def snapshot_of(snapshot_id: str, run_id: str, ticket: Ticket) -> Snapshot:
    """成快照 The snapshot of a ticket's last try, with all its tries as attempts."""
    lead, last = ticket.lead, ticket.tries[-1]
    probe = lead.purpose is Purpose.PROBE  # of pages all this is told by the snapshot itself
    attempts = tuple(
        Attempt(
            at=one.at,
            method=one.method,
            outcome=one.outcome,
            cause=one.cause,
            status=one.status,
            elapsed_ms=one.elapsed_ms,
            snapshot_id=snapshot_id,
            final_url=one.final_url,
            content_type=one.content_type if probe else None,
            size=one.length if probe and one.outcome is FetchOutcome.OK else None,
            leading=one.leading.hex() if one.leading is not None else None,
        )
        for one in ticket.tries
    )
    asked_for_body = last.method != "HEAD" and not last.tasted
    has_body = last.status not in (None, 304) and asked_for_body and last.cause != "too_large"
    return Snapshot(
        id=snapshot_id,
        run_id=run_id,
        url=lead.url,
        final_url=last.final_url or lead.url,
        redirects=last.redirects,
        purpose=lead.purpose,
        rank=lead.rank,
        column=lead.column,
        found_on=lead.found_on,
        method=last.method,
        fetched_at=last.ended_at,
        outcome=last.outcome,
        cause=last.cause,
        status=last.status,
        headers=last.headers,
        rendered=last.rendered,
        elapsed_ms=last.elapsed_ms,
        sha256=hashlib.sha256(last.body).hexdigest() if has_body else None,
        size=len(last.body),
        ip=last.ip,
        attempts=attempts,
        sent=(lead.body or b"").decode("utf-8", "replace") if last.method == "POST" else None,
    )
