"""待采队列 The frontier: leads in verdict-first order, one line per host, and what a budget leaves behind.

Pure: no clock and no network of its own. Each host has at most `concurrency` leads on the wire, so an
order decided here is the order in which the server is asked. Others' hosts have a queue of their own.
"""

import heapq
from collections import Counter, defaultdict

from crawler.abroad import Abroad
from crawler.folded import Folded, Waiting, digest, fold, tried, unfolded
from crawler.ticket import Left, Ticket, bare, name_of, web_host
from model import Lead, LeftOver, Limits, Pace, Purpose, Rank

_TOTAL = 16  # leads on the wire over all the site's hosts


class Frontier:
    """待采队列 `add` leads, `take` the next ticket, then `done` or `later`; `drain` tells what was left."""

    def __init__(self, limits: Limits, concurrency: int, external_pace: Pace | None = None) -> None:
        self._limits = limits
        self._concurrency = concurrency
        self._reserve = limits.max_pages // 20
        self._lines: dict[str, list[Waiting]] = defaultdict(list)
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[float, int, Ticket]] = []
        self._confirms: list[tuple[float, int, Ticket]] = []
        self._flying: set[Ticket] = set()
        self._busy: Counter[str] = Counter()
        self._seen: set[bytes] = set()
        self._failed_at: dict[str, float] = {}
        self._stopped: set[str] = set()
        self._paused: dict[str, float] = {}
        self._controls: dict[
            str, tuple[float, Ticket]
        ] = {}  # looks that decide about a host: nothing before them
        self._held: set[str] = set()  # hosts that wait for the answer of theirs
        self._resume: list[tuple[float, str]] = []
        self._left = Left()
        self._order = 0
        self._renders = 0
        self._waiting = 0
        self._own_spent = 0
        self.names: set[str] = set()  # host names of which pages of the site itself were wanted
        self.abroad = Abroad(limits, external_pace or Pace(delay=2.0, concurrency=1), self._left)

    @property
    def waiting(self) -> int:
        """等待中 Leads of the site itself that wait."""
        return self._waiting + len(self._later) + len(self._confirms)

    @property
    def spent(self) -> int:
        """已用 Requests made, those to others' hosts included."""
        return self._own_spent + self.abroad.spent

    @property
    def exhausted(self) -> bool:
        """预算用完 No request to the site's own hosts is left."""
        return self._own_spent >= self._limits.max_pages

    @property
    def over(self) -> bool:
        """已无可取 Nothing waits that may still be asked for, here or abroad."""
        return self.done_at_home and not self._controls and self.abroad.over

    @property
    def idle(self) -> bool:
        """本站空闲 Nothing of the site itself is on its way."""
        return not self._flying and not self._controls

    @property
    def done_at_home(self) -> bool:
        """本站已采完 Nothing of the site itself waits that may still be asked for."""
        return self.exhausted or not self.waiting

    def stopped(self, host: str) -> bool:
        """已停采 Whether this host of the site is left alone."""
        return host in self._stopped

    def closed(self, ticket: Ticket) -> bool:
        """不再重试 Whether no request is left for another try at this ticket, or its host is left alone."""
        if ticket.lead.external:
            return self.abroad.exhausted or self.abroad.stopped(ticket.name)
        return self.exhausted or ticket.host in self._stopped

    def add(self, lead: Lead, *, depth: int, now: float, again: bool = False, opinion: bool = False) -> bool:
        """加入 Take a lead in unless it was seen, is no web address, or lies too deep. True when it will wait.

        `again`: the same address once more although it was seen, as a page that only sets a cookie sends there.
        """
        host = web_host(lead.url)
        if host is None:
            return False
        if lead.external and lead.render:
            lead = lead.model_copy(update={"render": False})  # no browser is sent to others' hosts
        key = _key(lead)
        if again and key in self._seen:
            key = digest("again", key)
        bare_look = lead.method == "HEAD" or lead.purpose is Purpose.PROBE
        if key in self._seen or (bare_look and not again and not self._seen.isdisjoint(_wider(lead))):
            return False
        self._seen.add(key)
        self._order += 1
        ticket = Ticket(lead, host, depth, self._order, lead.method, opinion=opinion, anew=again)
        if lead.external:
            return self.abroad.add(
                ticket, self._second_look_at(lead, now) if lead.rank is Rank.CONFIRM else 0.0
            )
        if lead.purpose is not Purpose.SIBLING:
            self.names.add(name_of(lead.url))
        if depth > self._limits.max_depth:
            return self._leave(ticket, "max_depth")
        if host in self._stopped:
            return self._leave(ticket, "host_stopped")
        # a page may hand over a million links: those the budget can never reach are only counted
        if lead.rank >= Rank.SURVEY and self.waiting > max(10_000, 4 * self._limits.max_pages):
            return self._leave(ticket, "max_pages")
        if lead.rank is Rank.CONFIRM:
            heapq.heappush(self._confirms, (self._second_look_at(lead, now), ticket.order, ticket))
        else:
            self._queue(ticket, fold(ticket))
        return True

    def look_again(self, lead: Lead) -> None:
        """对照 A page of the site once more, seen or not and beyond the budget; its host is asked nothing else meanwhile."""
        host = web_host(lead.url)
        if host is None or host in self._stopped or host in self._held:
            return
        self._order += 1
        self._controls[host] = (0.0, Ticket(lead, host, 0, self._order, lead.method))
        self._held.add(host)

    def take(self, now: float, unread: Rank | None = None) -> Ticket | None:
        """取出 The ticket to fetch now, or None while nothing may be fetched. The site's own come first.

        `unread`: the best rank among pages that are still being read, and may lead to more. Second looks wait for them;
        and when the budget may not last for all that waits, so does whatever is wanted less than such a page.
        """
        return self.take_control(now) or self._take_own(now, unread) or self.abroad.take(now)

    def take_control(self, now: float) -> Ticket | None:
        """取出对照 A control look, if the time for one has come."""
        for host, (at, ticket) in self._controls.items():
            if self._control_at(host, at) <= now and self._busy[host] < self._concurrency:
                del self._controls[host]
                self._fly(ticket)
                return ticket
        return None

    def _take_own(self, now: float, unread: Rank | None) -> Ticket | None:
        if self.exhausted or len(self._flying) >= _TOTAL:
            return None
        while self._resume and self._resume[0][0] <= now:
            until, host = heapq.heappop(self._resume)
            if self._paused.get(host) == until:
                del self._paused[host]
                self._offer(host)
        while self._later and self._later[0][0] <= now:
            self._queue(heapq.heappop(self._later)[2])
        # the last twentieth of the budget is kept for second looks, as far as any are wanted
        confirming = bool(self._confirms) and self._own_spent >= self._limits.max_pages - self._reserve
        scarce = unread is not None and self.waiting > self._limits.max_pages - self._own_spent
        ticket = None if confirming else self._take_ranked(unread if scarce else None)
        if ticket is None and unread is None and (confirming or self._only_confirms()):
            ticket = self._take_confirm(now)
        if ticket is not None:
            self._fly(ticket)
        return ticket

    def _fly(self, ticket: Ticket) -> None:
        self._own_spent += 1
        self._busy[ticket.host] += 1
        self._flying.add(ticket)
        self._offer(ticket.host)

    def done(self, ticket: Ticket, *, failed: bool, now: float) -> None:
        """完成 The ticket has its answer; `failed` ones may be looked at a second time, a little later."""
        self._land(ticket)
        self._release(ticket)
        if failed:
            self._failed_at[bare(ticket.lead.url)] = now

    def later(self, ticket: Ticket, at: float) -> None:
        """稍后重试 The same ticket again, not before `at`."""
        if ticket.lead.external:
            self.abroad.later(ticket, at)
        else:
            self._land(ticket)
            ticket.abroad = False
            if ticket.lead.purpose is Purpose.CONTROL:
                self._controls[ticket.host] = (at, ticket)
            else:
                heapq.heappush(self._later, (at, ticket.order, ticket))

    def lend(self, ticket: Ticket) -> None:
        """转出 The request is now on its way to a host that is not the site's: it takes no room of the site's any more."""
        if ticket in self._flying:
            self._land(ticket)
            ticket.abroad = True
            self.abroad.lend(ticket)

    def leave(self, ticket: Ticket, reason: str) -> None:
        """放弃 A ticket that was taken will not be asked for."""
        self._land(ticket)
        self._release(ticket)
        self._leave(ticket, reason)

    def spend(self, ticket: Ticket, requests: int) -> None:
        """记账 Requests that were made besides the one of the ticket (negative: that one was not made)."""
        if ticket.lead.external:
            self.abroad.spent += requests
        else:
            self._own_spent += requests

    def pause(self, host: str, until: float) -> None:
        """暂停 Nothing more is asked of this host of the site before then."""
        if until > self._paused.get(host, 0.0):
            self._paused[host] = until
            heapq.heappush(self._resume, (until, host))

    def free_at(self, host: str) -> float:
        """可问时刻 The moment from which this host of the site may be asked again."""
        return self._paused.get(host, 0.0)

    def wake_at(self) -> float | None:
        """下次时刻 The earliest moment at which something that waits for its time may be taken."""
        room = not self.exhausted and len(self._flying) < _TOTAL  # else an answer comes first, or nothing
        held = bool(self._confirms) and self._confirms[0][2].host in self._held
        heaps = (self._later, self._resume, self._confirms if self._only_confirms() and not held else None)
        times = [heap[0][0] for heap in heaps if heap and room]
        for host, (at, _) in self._controls.items():
            if self._busy[host] < self._concurrency:
                times.append(self._control_at(host, at))
        outside = self.abroad.wake_at()
        return min(times if outside is None else [*times, outside], default=None)

    def take_back(self, *, flying: bool = False) -> list[Ticket]:
        """放弃重试 Take out all tickets that were tried before and wait to be tried again, because they will not be.

        `flying`: those on the wire too, because their answers will not come any more.
        """
        late = [ticket for _, _, ticket in self._later if ticket.tries]
        queued = (tried(entry) for line in self._lines.values() for entry in line)
        back = {*late, *(ticket for ticket in queued if ticket is not None)}
        controls = {ticket for _, ticket in self._controls.values() if ticket.tries}
        self._controls = {host: one for host, one in self._controls.items() if one[1] not in controls}
        self._later = [entry for entry in self._later if entry[2] not in back]
        for host, line in self._lines.items():
            kept = [entry for entry in line if tried(entry) is None]
            self._waiting -= len(line) - len(kept)
            self._lines[host] = sorted(kept, key=_place)
        if flying:
            back |= {ticket for ticket in self._flying if ticket.tries}
        found = [*back, *controls, *self.abroad.take_back(flying=flying)]
        return sorted(found, key=lambda ticket: ticket.order)

    def stop_host(self, host: str) -> list[Ticket]:
        """停采主机 Nothing more is asked of this host of the site; what waits for it is left over.

        Returns what was tried before and waited for another try: it has something to tell.
        """
        self._stopped.add(host)
        line = [unfolded(entry, host) for entry in sorted(self._lines.pop(host, ()), key=_place)]
        self._waiting -= len(line)
        late = [entry[2] for entry in sorted(self._later) if entry[2].host == host]
        self._later = sorted(entry for entry in self._later if entry[2].host != host)
        looks = [entry[2] for entry in sorted(self._confirms) if entry[2].host == host]
        self._confirms = sorted(entry for entry in self._confirms if entry[2].host != host)
        control = self._controls.pop(host, None)
        self._held.discard(host)
        waiting = [*line, *late, *looks, *([control[1]] if control is not None else ())]
        for ticket in waiting:
            if not ticket.tries:
                self._leave(ticket, "host_stopped")
        return [ticket for ticket in waiting if ticket.tries]

    def drain(self, reason: str) -> tuple[LeftOver, ...]:
        """剩余 All that was left unfetched, by rank and reason; whatever still waits is left for `reason`."""
        for host, line in self._lines.items():
            for entry in sorted(line, key=_place):
                self._leave(unfolded(entry, host), reason)
        for ticket in (*(entry[2] for entry in (*self._later, *sorted(self._confirms))), *self._flying):
            self._leave(ticket, reason)
        self._lines.clear()
        self._later.clear()
        self._confirms.clear()
        self._controls.clear()
        self._flying.clear()
        self._waiting = 0
        self.abroad.drain(reason)
        return self._left.told()

    def _queue(self, ticket: Ticket, waits: Ticket | Folded | None = None) -> None:
        if ticket.host in self._stopped:
            self._leave(ticket, "host_stopped")
            return
        heapq.heappush(self._lines[ticket.host], (int(ticket.lead.rank), ticket.order, waits or ticket))
        self._waiting += 1
        self._offer(ticket.host)

    def _offer(self, host: str) -> None:
        line = self._lines.get(host)
        free = host not in self._paused and host not in self._held
        if line and free and self._busy[host] < self._concurrency:
            heapq.heappush(self._ready, (line[0][0], line[0][1], host))

    def _take_ranked(self, most: Rank | None) -> Ticket | None:
        while self._ready and (most is None or self._ready[0][0] <= most):
            rank, order, host = heapq.heappop(self._ready)
            line = self._lines.get(host)
            if host in self._paused or host in self._held:
                continue  # it is offered again when that is over
            if not line or line[0][:2] != (rank, order) or self._busy[host] >= self._concurrency:
                continue  # an offer that time has overtaken
            ticket = unfolded(heapq.heappop(line), host)
            self._waiting -= 1
            if ticket.lead.render and ticket.retries == 0 and not ticket.waited:
                if self._renders >= self._limits.max_renders:
                    self._leave(ticket, "max_renders")
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
        while self._confirms and self._confirms[0][0] <= now:
            ticket = self._confirms[0][2]
            until = self._paused.get(ticket.host, 0.0)
            if until <= now:
                break
            heapq.heapreplace(self._confirms, (until, ticket.order, ticket))
        if not self._confirms or self._confirms[0][0] > now:
            return None
        host = self._confirms[0][2].host
        if self._busy[host] >= self._concurrency or host in self._held:
            return None
        return heapq.heappop(self._confirms)[2]

    def _second_look_at(self, lead: Lead, now: float) -> float:
        pause = self._limits.confirm_seconds
        return max(now, self._failed_at.get(bare(lead.url), now - pause) + pause)

    def _control_at(self, host: str, at: float) -> float:
        return max(at, self._paused.get(host, 0.0))

    def _release(self, ticket: Ticket) -> None:
        if ticket.lead.purpose is Purpose.CONTROL and ticket.host in self._held:
            self._held.remove(ticket.host)
            self._offer(ticket.host)

    def _land(self, ticket: Ticket) -> None:
        self.abroad.land(ticket)
        if ticket in self._flying:
            self._flying.remove(ticket)
            self._busy[ticket.host] -= 1
            self._offer(ticket.host)

    def _leave(self, ticket: Ticket, reason: str) -> bool:
        self._left.add(ticket, reason)
        return False


def _place(entry: Waiting) -> tuple[int, int]:
    return entry[0], entry[1]


def _key(lead: Lead, method: str | None = None, probe: bool | None = None) -> bytes:
    # a rendered page may be another one for each fragment (hash routes); a fetched one never is
    url = lead.url if lead.render else bare(lead.url)
    # a page that was only probed may yet be wanted as one that is read
    probe = lead.purpose is Purpose.PROBE if probe is None else probe
    return digest(method or lead.method, url, lead.body, lead.render, lead.rank is Rank.CONFIRM, probe)


def _wider(lead: Lead) -> tuple[bytes, bytes, bytes]:
    """Fetches that tell all that this probe would, and more."""
    return _key(lead, probe=False), _key(lead, method="GET"), _key(lead, method="GET", probe=False)
