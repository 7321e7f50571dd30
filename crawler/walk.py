"""采集过程 One crawl's course without the wire: what to fetch next, what to make of an answer, when to stop.

The spider hands answers in and takes tickets out; `follow`, `sink` and `known` are called from here only.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from crawler.answer import Answer
from crawler.control import Control, still_there
from crawler.frontier import Frontier
from crawler.manners import Manners
from crawler.memory import NOT_MODIFIED, Memory
from crawler.outcome import tries_left
from crawler.patience import Patience
from crawler.snapshots import snapshot_of
from crawler.taste import seems_no_file
from crawler.ticket import Ticket, name_of, web_host
from crawler.unread import Backlog, Unread
from model import (
    BrowserState,
    BrowserUse,
    CrawlPlan,
    CrawlReport,
    Fault,
    FetchOutcome,
    Follow,
    HostFacts,
    HostStop,
    Lead,
    Progress,
    Purpose,
    Rank,
    Sink,
    Snapshot,
    Step,
    StopReason,
)

log = logging.getLogger("duwang.crawl")

Answered = TypeVar("Answered")

_LONGEST_PAUSE = 10.0
_LONGEST_WAIT = 900.0  # seconds for which a host may be others' to ask before its targets are left
_MOST_REFUSED = 500  # URLs named in a report as refused by robots
_BETWEEN_REPORTS = 0.2
_MADE_UP = (Purpose.SIBLING, Purpose.CONTROL)


class Walk:
    """采集过程 `begin`, then `take` and `settle` until `over`; `report` at any time. `now` is monotonic seconds."""

    def __init__(
        self,
        plan: CrawlPlan,
        follow: Follow,
        sink: Sink,
        progress: Callable[[Progress], None] | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.plan = plan
        self.memory = memory or Memory()
        self.frontier = Frontier(plan.limits, max(1, plan.pace.concurrency), plan.external_pace)
        self.failure: BaseException | None = None  # what ended the crawl from our side: a full disk, say
        self.browser = BrowserState()
        self.hosts: tuple[HostFacts, ...] = ()  # what was asked beside the pages
        self.robots_requests = 0  # to the site's own hosts
        self.page_requests = 0  # to the same, by pages in the browser
        # whether nothing is to be fetched for now, because what was fetched cannot be kept as fast
        self.hold: Callable[[], bool] = lambda: False
        # what the wire does for a host after a challenge (True) and after the answers that follow it
        self.be_wary: Callable[[str, bool], bool] = lambda _host, _challenged: False
        # told, from any thread, that a page of which the step was pending has been read: `catch_up` is due
        self.wake: Callable[[], None] = lambda: None
        self._unread = Backlog()
        self._catching_up = False
        self._wary: set[str] = set()
        self._follow, self._sink, self._progress = follow, sink, progress
        self._manners = Manners()
        self._patience = Patience()
        self._control = Control()
        self._opinions = self._needed = 0
        self._planned_names = frozenset(name_of(f"//{host}") for host in plan.hosts)
        self._host_stops: list[HostStop] = []
        self._outcomes: Counter[FetchOutcome] = Counter()
        self._robots_refused: list[str] = []
        self._started_at = datetime.now(UTC)
        self._began = self._told = 0.0
        self._count = 0
        self._stop: StopReason | None = None
        self._late = False

    def is_own(self, name: str) -> bool:
        """是否本站 Whether a host name, without port, counts as the site's."""
        return name in self._planned_names or name in self.frontier.names

    def begin(self, now: float) -> None:
        """开始 Start the clock of the budget and put the seeds into the frontier."""
        self._began = now
        for lead in self.plan.seeds:
            self.frontier.add(lead, depth=0, now=now)

    def take(self, now: float) -> Ticket | None:
        """取出 The next ticket, None while there is none or once the crawl is to end."""
        self._late = now - self._began >= self.plan.limits.max_seconds
        if self._late and self._stop is None:
            if self.frontier.waiting and not self.frontier.exhausted:
                self.stop(StopReason.MAX_SECONDS)
            else:  # what is not the site's neither prolongs its crawl nor makes it one that was cut off
                self.frontier.abroad.shed(StopReason.MAX_SECONDS.value)
        if self._stop or self.held():
            ticket = None
        elif not self._unread:
            ticket = self.frontier.take(now)
        elif self._unread.crowded(now) or self._wary:
            return None
        else:
            ticket = self.frontier.take(now, self._unread.best())
        return ticket or self._last_look(now)

    def held(self) -> bool:
        """暂缓 Whether nothing may be asked just now. A Fault raised by who says so ends the crawl."""
        try:
            return self.hold()
        except Fault as fault:
            self._fail(fault)
            return True

    def _last_look(self, now: float) -> Ticket | None:
        """What was missing last is held against nobody before a page that was there is found there still."""
        late = self._stop is StopReason.MAX_SECONDS
        done = self._stop is None and self.frontier.done_at_home
        if (late or done) and self.frontier.idle and not self._unread:
            for lead in self._control.at_end():
                self.frontier.look_again(lead)
            return self.frontier.take_control(now)
        return None

    def stop(self, reason: StopReason) -> None:
        """停止 Take nothing any more; the first reason stands, except that a person's word outranks it."""
        if self._stop is None or reason is StopReason.INTERRUPTED:
            self._stop = reason

    @property
    def stopping(self) -> bool:
        return self._stop is not None

    @property
    def late_or_stopping(self) -> bool:
        """该收尾 Nothing that has not left yet is to leave any more."""
        return self._late or self.stopping

    @property
    def interrupted(self) -> bool:
        return self._stop is StopReason.INTERRUPTED

    @property
    def over(self) -> bool:
        """已完成 Nothing is left that this crawl may still fetch or read (answers under way not counted)."""
        return (self.interrupted or not self._unread) and (self.stopping or self.frontier.over)

    def wake_at(self) -> float | None:
        """下次时刻 When to look again although nothing has happened: a retry falls due, or the time is up."""
        due = None if self._unread else self.frontier.wake_at()  # who waits for a page is woken by it
        if self._late:
            return due
        deadline = self._began + self.plan.limits.max_seconds
        return deadline if due is None else min(due, deadline)

    def carry(self, ticket: Ticket, now: float) -> bool:
        """沿用 Whether what an earlier crawl saw stands for this look, so that nothing needs to be asked; then it is filed."""
        answer = self.memory.carried(ticket)
        if answer is None:
            return False
        self.settle(ticket, answer, now)
        return True

    def settle(self, ticket: Ticket, answer: Answer, now: float) -> float | None:
        """收到应答 File one try. Returns the pause in seconds before the next one, or None when it is settled."""
        answer = self.memory.heard(ticket, answer)
        if ticket.tries:
            ticket.tries[-1].body = b""  # its hash is kept
        ticket.tries.append(answer)
        self.frontier.spend(ticket, len(answer.redirects) - (not answer.asked))
        at = self._heed(ticket, answer, now)
        pause = None if self.stopping or at is None else self._pause(ticket, answer)
        if pause is None or at is None:
            self._finish(ticket, answer, now)
            self._ask_after_all(now)
            return None
        if answer.cause == NOT_MODIFIED and answer.method == "HEAD":
            ticket.tries.pop()  # it only told that the page is to be asked for
        at = max(at, now + pause)
        self.frontier.later(ticket, at)
        return at - now

    def put_back(self, ticket: Ticket, seconds: float, now: float) -> None:
        """放回 Nothing was asked: the host is others' to ask for so long, or is to be left alone."""
        ticket.waited += seconds
        if not ticket.abroad:
            if self.stopping or self.frontier.stopped(ticket.host):
                self.leave(ticket, now)
            else:
                self.frontier.spend(ticket, -1)
                self.frontier.later(ticket, now + seconds)
        elif ticket.waited > _LONGEST_WAIT:
            for one in self.frontier.abroad.stop(ticket.name):
                self._finish(one, one.tries[-1], now)
            self.leave(ticket, now)
        elif ticket.lead.external:
            self.frontier.abroad.put_back(ticket, now + seconds)
        else:
            self.leave(ticket, now)

    def leave(self, ticket: Ticket, now: float) -> None:
        """放弃 Nothing will be asked any more: an earlier try is filed as it stands, else the lead is left over."""
        self.frontier.spend(ticket, -1)
        if ticket.tries:
            self._finish(ticket, ticket.tries[-1], now)
            return
        reason = StopReason.MAX_SECONDS if self._late else StopReason.HOST_STOPPED
        self.frontier.leave(ticket, (self._stop or reason).value)

    def lend(self, ticket: Ticket) -> None:
        """转出 A page of the site sends the request on to a host that is not the site's."""
        self.frontier.lend(ticket)

    def note_silence(self, name: str, now: float) -> None:
        """无应答 A host that is not the site's gave no answer in time; after the second time in a row it is left alone."""
        if self._patience.silent(name) and not self.frontier.abroad.stopped(name):
            self._stop_host(name, "silent", now, abroad=True)

    def give_up_retries(self, now: float, *, closed: bool = False) -> None:
        """放弃重试 File what waits for another try as it stands. `closed`: nor will anything on the wire be answered."""
        for ticket in self.frontier.take_back(flying=closed):
            self._finish(ticket, ticket.tries[-1], now)

    def catch_up(self, now: float) -> bool:
        """跟上 Takes the steps of pages that have been read meanwhile, in the order of their snapshots. False: there are none."""
        if self._catching_up:
            return False  # whoever does it comes to what was added now
        self._catching_up, found = True, False
        try:
            while (one := self._unread.take()) is not None:
                found = True
                self._go_on(one, now)
        finally:
            self._catching_up = False
        self._ask_after_all(now)
        return found

    def _ask_after_all(self, now: float) -> None:
        for lead, depth in self.memory.doubted():
            self.frontier.add(lead, depth=depth, now=now, again=True)

    def report(self) -> CrawlReport:
        """采集记录 Ends the bookkeeping: whatever still waits is left over for the reason the crawl ended."""
        for one in self._unread.shed():  # a crawl that was broken off waits for none; their bytes are kept
            self._outcomes[one.snapshot.outcome] += 1
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
            external_requests=self.frontier.abroad.spent,
            conditional=self.memory.conditional,
            unmodified=self.memory.unmodified,
            carried=self.memory.carried_over,
            by_head=self.memory.by_heads,
            distrusted=self.memory.distrusted,
            robots_requests=self.robots_requests,
            page_requests=self.page_requests,
            needed=self._needed,
        )

    def _heed(self, ticket: Ticket, answer: Answer, now: float) -> float | None:
        """The moment from which the host that answered may be asked again; None: never."""
        where = answer.final_url or ticket.lead.url
        name = name_of(where)
        abroad = ticket.abroad and (name == ticket.name or not self.is_own(name))
        host = name if abroad else web_host(where) or ticket.host
        if not answer.asked:
            return now
        if answer.cause == "timeout" and abroad:
            self.note_silence(name, now)
            return None if self.frontier.abroad.stopped(name) else now
        if answer.cause not in ("status_429", "status_503_wait"):
            if answer.status is not None:
                self._patience.well(host)
            return now
        pause = self.busy(host, answer.wait, now, abroad=abroad)
        return None if pause is None else now + pause

    def busy(self, host: str, wait: float | None, now: float, *, abroad: bool) -> float | None:
        """繁忙 A host asks to be left alone, for `wait` seconds if it says so. The pause it gets; None: it is left for good."""
        pause = self._patience.busy(host, wait, now)
        if pause is None:
            self._stop_host(host, "asked_to_wait", now, abroad=abroad)
        elif abroad:
            self.frontier.abroad.pause(host, now + pause)
        else:
            self.frontier.pause(host, now + pause)
        return pause

    def _stop_host(self, host: str, reason: str, now: float, *, abroad: bool) -> None:
        tried = self.frontier.abroad.stop(host) if abroad else self.frontier.stop_host(host)
        asked = self._patience.requests(host)
        self._host_stops.append(HostStop(host=host, reason=reason, after_requests=asked))
        for ticket in tried:
            self._finish(ticket, ticket.tries[-1], now)

    def _pause(self, ticket: Ticket, answer: Answer) -> float | None:
        if not answer.asked or self.frontier.closed(ticket):
            return None
        if answer.cause == NOT_MODIFIED:
            return 0.0
        if ticket.method == "HEAD":
            if answer.outcome is FetchOutcome.OK and not (answer.tasted and seems_no_file(answer.leading)):
                return None
            ticket.method = "GET"
            return 0.0
        most = tries_left(answer.outcome, answer.cause, answer.status)
        if ticket.retries >= (min(most, 1) if ticket.lead.external else most):
            return None
        ticket.retries += 1
        if answer.wait is not None:
            return min(answer.wait, _LONGEST_PAUSE)
        return min(max(0.5, self.plan.pace.delay) * 2.0**ticket.retries / 2, _LONGEST_PAUSE)

    def _finish(self, ticket: Ticket, answer: Answer, now: float) -> None:
        if ticket.opinion and answer.outcome is FetchOutcome.NOT_RENDERED:
            self.frontier.done(ticket, failed=False, now=now)
            return  # no browser could tell, and that says nothing
        self._count += 1
        snapshot = snapshot_of(f"{self.plan.run_id}/{self._count:06d}", self.plan.run_id, ticket)
        self.frontier.done(ticket, failed=snapshot.outcome is not FetchOutcome.OK, now=now)
        if ticket.lead.rank < Rank.SURVEY and snapshot.purpose not in _MADE_UP:
            own = self.frontier.spent - self.frontier.abroad.spent
            self._needed = own + self.robots_requests + self.page_requests
        try:
            self._sink(snapshot, answer.body)
            step = self._read(snapshot, partial(self._follow, snapshot, answer.body))
        except Exception as error:
            self._fail(error)
            return
        self._unread.add(Unread(ticket, snapshot, step, answer.asked, now))
        if not isinstance(step, Step):
            step.when_ready(self.wake)
        self.catch_up(now)

    def _go_on(self, one: Unread, now: float) -> None:
        ticket, snapshot, asked = one.ticket, one.snapshot, one.asked
        try:
            step = one.step if isinstance(one.step, Step) else self._read(snapshot, one.step.step)
        except Exception as error:
            self._fail(error)
            return
        believed = snapshot.outcome is FetchOutcome.OK or step.outcome is FetchOutcome.BLOCKED
        outcome = step.outcome if believed else snapshot.outcome
        self._outcomes[outcome] += 1
        if asked and not outcome.there:
            self.memory.missed(snapshot.found_on)
        real = snapshot.purpose is not Purpose.SIBLING
        said_no = outcome is FetchOutcome.SKIPPED_ROBOTS and snapshot.cause == "robots"
        if said_no and real and len(self._robots_refused) < _MOST_REFUSED:
            self._robots_refused.append(snapshot.url)
        for lead in step.leads:
            # the next page of a list and another look at the same page lead no deeper into the site
            near = lead.rank is Rank.NEXT or lead.url == ticket.lead.url
            again = near and _sends_back(snapshot, lead)
            self.frontier.add(lead, depth=ticket.depth + (not near), now=now, again=again)
        if self._worth_a_browser(ticket, snapshot):
            self._opinions += 1
            rendered = ticket.lead.model_copy(update={"render": True, "method": "GET", "headers": ()})
            self.frontier.add(rendered, depth=ticket.depth, now=now, opinion=True)
        if asked and ticket.lead.purpose is Purpose.CONTROL:
            self._compare(ticket, snapshot, outcome, now)
        elif asked:
            self._mind_manners(ticket, snapshot, outcome, now)
            if not ticket.lead.external and self.is_own(name_of(snapshot.final_url)):
                look = self._control.note(snapshot, ticket.lead, outcome, _held_against(snapshot, step))
                if look is not None:
                    self.frontier.look_again(look)
        self._tell(ticket, now)

    def _compare(self, ticket: Ticket, snapshot: Snapshot, outcome: FetchOutcome, now: float) -> None:
        """A page that was there and is not there now: whoever answers so answers nobody."""
        if not still_there(snapshot, outcome) and not self.frontier.stopped(ticket.host):
            self._stop_host(ticket.host, "answers_nobody", now, abroad=False)

    def _worth_a_browser(self, ticket: Ticket, snapshot: Snapshot) -> bool:
        """Redirects in a circle may end for a browser, which runs what the pages on the way bring along."""
        lead = ticket.lead
        return (
            snapshot.cause == "redirect_loop"
            and not self._opinions  # a browser runs in circles at its own speed, so one of them is enough
            and not (lead.external or lead.render or lead.method == "POST")
            and lead.purpose is not Purpose.SIBLING
            and self.plan.browser is not BrowserUse.NO
        )

    def _read(self, snapshot: Snapshot, read: Callable[[], Answered]) -> Answered | Step:
        try:
            return read()
        except Fault:
            raise
        except Exception:  # a page that reading stumbles over must not end the crawl; its bytes are kept
            log.exception("follow failed on %s", snapshot.url)
            return Step(outcome=snapshot.outcome)

    def _fail(self, error: BaseException) -> None:
        self.failure = self.failure or error
        self.stop(StopReason.INTERRUPTED)

    def _mind_manners(self, ticket: Ticket, snapshot: Snapshot, outcome: FetchOutcome, now: float) -> None:
        cause = snapshot.cause if snapshot.outcome is outcome else outcome.value
        stop = self._manners.note(
            ticket.host,
            purpose=ticket.lead.purpose,
            outcome=outcome,
            cause=cause,
            sha256=None if _is_list_answer(snapshot) else snapshot.sha256,
            size=snapshot.size,
            again=ticket.lead.rank is Rank.CONFIRM,
        )
        external = ticket.lead.external
        if stop is not None:
            self._host_stops.append(stop)
            abroad = self.frontier.abroad
            for one in abroad.stop(ticket.name) if external else self.frontier.stop_host(ticket.host):
                self._finish(one, one.tries[-1], now)
            return
        challenged = outcome is FetchOutcome.BLOCKED and self._manners.slower(ticket.host)
        if not external and (challenged or ticket.host in self._wary):
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
                waiting=self.frontier.waiting + self.frontier.abroad.waiting,
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


def _held_against(snapshot: Snapshot, step: Step) -> bool:
    """Whether what was missed is to be looked at a second time, or was: nobody minds anything else that is missing."""
    return snapshot.rank is Rank.CONFIRM or any(
        lead.rank is Rank.CONFIRM and lead.url == snapshot.url for lead in step.leads
    )


def _sends_back(snapshot: Snapshot, lead: Lead) -> bool:
    """A page that only sets a cookie and sends the visitor to itself once more (加速乐 and the like)."""
    plain = lead.method == "GET" and not lead.render and lead.rank is not Rank.CONFIRM
    return plain and "set-cookie" in snapshot.headers
