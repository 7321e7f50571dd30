"""站外队列 Targets on hosts that are not the site's: few requests, slow, from a budget and a share of the wire of their own.

Pure: no clock and no network of its own. A host is a name without port; it is asked for one thing at a time, and
after every request to it, whoever made it, it rests for its delay.
"""

import heapq
from collections import Counter

from crawler.ticket import Left, Ticket
from model import Limits, Pace, Rank

_TOTAL = 24  # on the wire over all hosts, beside the site's own
_SLOWEST = 120.0
_LEAST_DELAY = 0.25


class Abroad:
    """站外队列 `add` tickets, `take` the next one, then `land`, `later` or `put_back`; `sent` tells of every request."""

    def __init__(self, limits: Limits, pace: Pace, left: Left) -> None:
        self._most = limits.max_external
        self._reserve = limits.max_external // 20
        self._most_waiting = max(10_000, 4 * limits.max_external)
        self._delay = max(0.0, pace.delay)
        self._concurrency = max(1, pace.concurrency)
        self._left = left
        self._lines: dict[str, list[tuple[float, int, Ticket]]] = {}
        self._offers: list[tuple[float, int, str]] = []
        self._offered: dict[str, float] = {}  # the one offer of each host that still stands
        self._flying: set[Ticket] = set()
        self._busy: Counter[str] = Counter()
        self._free_at: dict[str, float] = {}
        self._sent_at: dict[str, float] = {}
        self._free_before: dict[str, float] = {}  # as it was when the last request to it left
        self._delays: dict[str, float] = {}
        self._stopped: set[str] = set()
        self._confirms = 0
        self._closed: str | None = None  # why nothing more is asked of anybody
        self.waiting = 0
        self.spent = 0

    @property
    def exhausted(self) -> bool:
        """不再外出 No request of the budget is left, or the time is over."""
        return self._closed is not None or self.spent >= self._most

    @property
    def over(self) -> bool:
        """已无可取 Nothing waits that may still be asked for."""
        return self.exhausted or not self.waiting

    @property
    def flying(self) -> frozenset[Ticket]:
        return frozenset(self._flying)

    def add(self, ticket: Ticket, at: float = 0.0) -> bool:
        """加入 `at`: not before this moment. False when it is left over at once."""
        if ticket.name in self._stopped:
            self._left.add(ticket, "host_stopped")
            return False
        # a page may hand over a million links: those the budget can never reach are only counted
        if self.exhausted or self.waiting >= self._most_waiting:
            self._left.add(ticket, self._closed or "max_external")
            return False
        self._push(ticket, at)
        return True

    def take(self, now: float) -> Ticket | None:
        """取出 The ticket to ask for now, or None. The host that has rested longest comes first."""
        if self.exhausted:
            self.shed("max_external")
        if self.exhausted or len(self._flying) >= _TOTAL:
            return None
        while self._offers and self._offers[0][0] <= now:
            at, _, name = heapq.heappop(self._offers)
            if self._offered.get(name) != at or not self._lines.get(name):
                continue  # an offer that time has overtaken
            del self._offered[name]
            if self._due(name) > now:
                self._offer(name)
                continue
            ticket = heapq.heappop(self._lines[name])[2]
            self._count(ticket, -1)
            if self._kept_for_second_looks(ticket):
                self._left.add(ticket, "max_external")
                self._offer(name)
                continue
            self.spent += 1
            self._busy[name] += 1
            self._flying.add(ticket)
            self._offer(name)
            return ticket
        return None

    def land(self, ticket: Ticket) -> None:
        """回来 The ticket is no longer on the wire."""
        if ticket not in self._flying:
            return
        self._flying.remove(ticket)
        if ticket.lead.external:
            self._busy[ticket.name] -= 1
            self._offer(ticket.name)

    def lend(self, ticket: Ticket) -> None:
        """转出 A page of the site sent the request on to another host: it no longer takes the site's share."""
        self._flying.add(ticket)

    def later(self, ticket: Ticket, at: float) -> None:
        """稍后重试 The same ticket again, not before `at`."""
        self.land(ticket)
        self._push(ticket, at)

    def put_back(self, ticket: Ticket, at: float) -> None:
        """放回 Nothing was asked: the host is not ours to ask before `at`."""
        self.spent -= 1
        self.pause(ticket.name, at)
        self.later(ticket, 0.0)

    def sent(self, name: str, now: float) -> None:
        """已发出 A request to this host leaves now, or its answer came: robots.txt, hops of redirects and retries too."""
        self._sent_at[name] = now
        self._free_before[name] = self.free_at(name)
        self.pause(name, now + self._delays.get(name, self._delay))

    def unsent(self, name: str) -> None:
        """未发出 Nobody heard of the request that was told of last: its name leads nowhere, and who is not there needs no rest."""
        self._free_at[name] = self._free_before.pop(name, self.free_at(name))
        self._offer(name)

    def free_at(self, name: str) -> float:
        """可问时刻 The moment from which the host may be asked again."""
        return self._free_at.get(name, 0.0)

    def pause(self, name: str, until: float) -> None:
        """暂停 The host is asked nothing before then."""
        self._free_at[name] = max(until, self.free_at(name))

    def slower(self, name: str, delay: float | None = None) -> None:
        """放慢 At least `delay` seconds between two requests from now on; None: twice as long as so far."""
        before = self._delays.get(name, self._delay)
        wanted = 2 * max(before, _LEAST_DELAY) if delay is None else delay
        self._delays[name] = max(before, min(wanted, _SLOWEST))
        if name in self._sent_at:
            self.pause(name, self._sent_at[name] + self._delays[name])

    def stopped(self, name: str) -> bool:
        """已停问 Whether the host is to be left alone for the rest of the crawl."""
        return name in self._stopped

    def stop(self, name: str) -> list[Ticket]:
        """停问 Nothing more is asked of this host. Returns what was tried before, which has something to tell."""
        self._stopped.add(name)
        return self._clear([name], "host_stopped")

    def shed(self, reason: str) -> None:
        """收工 Nothing more is asked of anybody: what waits and was never tried is left over, what was stays to be told."""
        self._closed = self._closed or reason
        for ticket in self._clear(list(self._lines), reason):
            self._push(ticket, 0.0)

    def take_back(self, *, flying: bool = False) -> list[Ticket]:
        """放弃重试 As Frontier.take_back."""
        tried = [entry[2] for line in self._lines.values() for entry in line if entry[2].tries]
        for ticket in tried:
            self._count(ticket, -1)
        for name, line in list(self._lines.items()):
            self._lines[name] = sorted(entry for entry in line if not entry[2].tries)
            self._offer(name)
        if flying:
            tried += [ticket for ticket in self._flying if ticket.tries]
        return tried

    def drain(self, reason: str) -> None:
        """剩余 Whatever still waits or is on the wire is left over."""
        for ticket in self._clear(list(self._lines), reason):
            self._left.add(ticket, reason)
        for ticket in self._flying:
            self._left.add(ticket, reason)
        self._flying.clear()

    def wake_at(self) -> float | None:
        """下次时刻 When a host that waits will have rested; None while nothing waits or nothing may leave."""
        if self.exhausted or len(self._flying) >= _TOTAL:
            return None
        while self._offers:
            at, _, name = self._offers[0]
            if self._offered.get(name) == at and self._lines.get(name) and self._due(name) <= at:
                return at
            heapq.heappop(self._offers)
            if self._offered.get(name) == at:  # the host was made to rest longer in the meantime
                del self._offered[name]
                self._offer(name)
        return None

    def _push(self, ticket: Ticket, at: float) -> None:
        heapq.heappush(self._lines.setdefault(ticket.name, []), (at, ticket.order, ticket))
        self._count(ticket, 1)
        self._offer(ticket.name)

    def _count(self, ticket: Ticket, by: int) -> None:
        self.waiting += by
        if ticket.lead.rank is Rank.CONFIRM:
            self._confirms += by

    def _due(self, name: str) -> float:
        return max(self._lines[name][0][0], self.free_at(name))

    def _offer(self, name: str) -> None:
        if not self._lines.get(name):
            self._lines.pop(name, None)
            self._offered.pop(name, None)
        elif self._busy[name] < self._concurrency:
            due = self._due(name)
            if self._offered.get(name, due + 1) > due:
                self._offered[name] = due
                heapq.heappush(self._offers, (due, self._lines[name][0][1], name))

    def _kept_for_second_looks(self, ticket: Ticket) -> bool:
        """The last twentieth of the budget goes to second looks, as far as any wait."""
        rest = self._most - self.spent
        return ticket.lead.rank is not Rank.CONFIRM and rest <= min(self._reserve, self._confirms)

    def _clear(self, names: list[str], reason: str) -> list[Ticket]:
        tried = []
        for name in names:
            self._offered.pop(name, None)
            for _, _, ticket in sorted(self._lines.pop(name, ())):
                self._count(ticket, -1)
                if ticket.tries:
                    tried.append(ticket)
                else:
                    self._left.add(ticket, reason)
        return tried
