"""待采队列 The frontier: leads in verdict-first order, one line per host, and what a budget leaves behind.

Pure: no clock and no network of its own. Each host has at most `concurrency` leads on the wire, so an
order decided here is the order in which the server is asked.
"""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from crawler.answer import Answer
from model import Lead, LeftOver, Limits, Purpose, Rank

_EXAMPLES = 20
_TOTAL = 16  # leads on the wire over all hosts


@dataclass(eq=False, slots=True)
class Ticket:
    """一次采集 One lead under way, with every try at it. `method` becomes GET when HEAD was refused."""

    lead: Lead
    host: str
    depth: int
    order: int
    method: str
    tries: list[Answer] = field(default_factory=list)
    retries: int = 0
    sent_at: float | None = None
    elapsed: float = 0.0


class Frontier:
    """待采队列 `add` leads, `take` the next ticket, then `done` or `later`; `drain` tells what was left."""

    def __init__(self, limits: Limits, concurrency: int) -> None:
        self._limits = limits
        self._concurrency = concurrency
        self._reserve = limits.max_pages // 20
        self._lines: dict[str, list[tuple[int, int, Ticket]]] = defaultdict(list)
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[float, int, Ticket]] = []
        self._confirms: list[tuple[float, int, Ticket]] = []
        self._flying: set[Ticket] = set()
        self._busy: Counter[str] = Counter()
        self._seen: set[object] = set()
        self._failed_at: dict[str, float] = {}
        self._stopped: set[str] = set()
        self._left: dict[tuple[Rank, str], list[str]] = {}
        self._left_count: Counter[tuple[Rank, str]] = Counter()
        self._order = 0
        self._renders = 0
        self._waiting = 0
        self.spent = 0

    @property
    def waiting(self) -> int:
        return self._waiting + len(self._later) + len(self._confirms)

    @property
    def exhausted(self) -> bool:
        return self.spent >= self._limits.max_pages

    def add(self, lead: Lead, *, depth: int, now: float) -> bool:
        """加入 Take a lead in unless it was seen, is no web address, or lies too deep. True when it will wait."""
        host = web_host(lead.url)
        if host is None:
            return False
        key = _key(lead)
        if key in self._seen or (lead.method == "HEAD" and _key(lead, method="GET") in self._seen):
            return False
        self._seen.add(key)
        if depth > self._limits.max_depth:
            return self._leave(lead, "max_depth")
        if host in self._stopped:
            return self._leave(lead, "host_stopped")
        # a page may hand over a million links: those the budget can never reach are only counted
        if lead.rank >= Rank.SURVEY and self.waiting > max(10_000, 4 * self._limits.max_pages):
            return self._leave(lead, "max_pages")
        self._order += 1
        ticket = Ticket(lead, host, depth, self._order, lead.method)
        if lead.rank is Rank.CONFIRM:
            pause = self._limits.confirm_seconds
            at = max(now, self._failed_at.get(_bare(lead.url), now - pause) + pause)
            heapq.heappush(self._confirms, (at, ticket.order, ticket))
        else:
            self._queue(ticket)
        return True

    def take(self, now: float) -> Ticket | None:
        """取出 The ticket to fetch now, or None while nothing may be fetched."""
        if self.exhausted or len(self._flying) >= _TOTAL:
            return None
        while self._later and self._later[0][0] <= now:
            self._queue(heapq.heappop(self._later)[2])
        # the last twentieth of the budget is kept for second looks, as far as any are wanted
        confirming = bool(self._confirms) and self.spent >= self._limits.max_pages - self._reserve
        ticket = None if confirming else self._take_ranked()
        if ticket is None and (confirming or self._only_confirms()):
            ticket = self._take_confirm(now)
        if ticket is not None:
            self.spent += 1
            self._busy[ticket.host] += 1
            self._flying.add(ticket)
            self._offer(ticket.host)
        return ticket

    def done(self, ticket: Ticket, *, failed: bool, now: float) -> None:
        """完成 The ticket has its answer; `failed` ones may be looked at a second time, a little later."""
        self._land(ticket)
        if failed:
            self._failed_at[_bare(ticket.lead.url)] = now

    def later(self, ticket: Ticket, at: float) -> None:
        """稍后重试 The same ticket again, not before `at`."""
        self._land(ticket)
        heapq.heappush(self._later, (at, ticket.order, ticket))

    def spend(self, requests: int) -> None:
        """记账 Requests that were made besides the one of the ticket (negative: that one was not made)."""
        self.spent += requests

    def wake_at(self) -> float | None:
        """下次时刻 The earliest moment at which something that waits for its time may be taken."""
        times = [heap[0][0] for heap in (self._later, self._confirms) if heap]
        return min(times) if times else None

    def take_back(self, *, flying: bool = False) -> list[Ticket]:
        """放弃重试 Take out all tickets that were tried before and wait to be tried again, because they will not be.

        `flying`: those on the wire too, because their answers will not come any more.
        """
        entries = [*self._later, *(entry for line in self._lines.values() for entry in line)]
        tried = {ticket for _, _, ticket in entries if ticket.tries}
        self._later = [entry for entry in self._later if entry[2] not in tried]
        for host, line in self._lines.items():
            kept = [entry for entry in line if entry[2] not in tried]
            self._waiting -= len(line) - len(kept)
            self._lines[host] = sorted(kept)
        if flying:
            tried |= {ticket for ticket in self._flying if ticket.tries}
        return sorted(tried, key=lambda ticket: ticket.order)

    def stop_host(self, host: str) -> None:
        """停采主机 Nothing more is asked of this host; what waits for it is left over."""
        self._stopped.add(host)
        for _, _, ticket in self._lines.pop(host, ()):
            self._waiting -= 1
            self._leave(ticket.lead, "host_stopped")
        for _, _, ticket in [entry for entry in self._confirms if entry[2].host == host]:
            self._leave(ticket.lead, "host_stopped")
        self._confirms = [entry for entry in self._confirms if entry[2].host != host]
        heapq.heapify(self._confirms)

    def drain(self, reason: str) -> tuple[LeftOver, ...]:
        """剩余 All that was left unfetched, by rank and reason; whatever still waits is left for `reason`."""
        for line in self._lines.values():
            for _, _, ticket in sorted(line):
                self._leave(ticket.lead, reason)
        for ticket in (*(entry[2] for entry in (*self._later, *sorted(self._confirms))), *self._flying):
            self._leave(ticket.lead, reason)
        self._lines.clear()
        self._later.clear()
        self._confirms.clear()
        self._flying.clear()
        self._waiting = 0
        return tuple(
            LeftOver(rank=rank, reason=why, count=self._left_count[rank, why], examples=tuple(urls))
            for (rank, why), urls in sorted(self._left.items())
        )

    def _queue(self, ticket: Ticket) -> None:
        if ticket.host in self._stopped:
            self._leave(ticket.lead, "host_stopped")
            return
        heapq.heappush(self._lines[ticket.host], (int(ticket.lead.rank), ticket.order, ticket))
        self._waiting += 1
        self._offer(ticket.host)

    def _offer(self, host: str) -> None:
        line = self._lines.get(host)
        if line and self._busy[host] < self._concurrency:
            heapq.heappush(self._ready, (line[0][0], line[0][1], host))

    def _take_ranked(self) -> Ticket | None:
        while self._ready:
            rank, order, host = heapq.heappop(self._ready)
            line = self._lines.get(host)
            if not line or line[0][:2] != (rank, order) or self._busy[host] >= self._concurrency:
                continue  # an offer that time has overtaken
            ticket = heapq.heappop(line)[2]
            self._waiting -= 1
            if ticket.lead.render and ticket.retries == 0:
                if self._renders >= self._limits.max_renders:
                    self._leave(ticket.lead, "max_renders")
                    self._offer(host)
                    continue
                self._renders += 1
            return ticket
        return None

    def _only_confirms(self) -> bool:
        return not (self._waiting or self._later) and all(
            ticket.lead.rank is Rank.CONFIRM for ticket in self._flying
        )

    def _take_confirm(self, now: float) -> Ticket | None:
        if not self._confirms or self._confirms[0][0] > now:
            return None
        if self._busy[self._confirms[0][2].host] >= self._concurrency:
            return None
        return heapq.heappop(self._confirms)[2]

    def _land(self, ticket: Ticket) -> None:
        if ticket in self._flying:
            self._flying.remove(ticket)
            self._busy[ticket.host] -= 1
            self._offer(ticket.host)

    def _leave(self, lead: Lead, reason: str) -> bool:
        if lead.purpose is Purpose.SIBLING:
            return False  # nobody misses what was made up
        key = (lead.rank, reason)
        self._left_count[key] += 1
        examples = self._left.setdefault(key, [])
        if len(examples) < _EXAMPLES:
            examples.append(lead.url)
        return False


def web_host(url: str) -> str | None:
    """主机 The host with its port, lower case; None when this is no http or https address."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is no number raises here
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts.netloc.rpartition("@")[2].lower()


def _bare(url: str) -> str:
    return urldefrag(url)[0]


def _key(lead: Lead, method: str | None = None) -> object:
    # a rendered page may be another one for each fragment (hash routes); a fetched one never is
    url = lead.url if lead.render else _bare(lead.url)
    return (method or lead.method, url, lead.body, lead.render, lead.rank is Rank.CONFIRM)
