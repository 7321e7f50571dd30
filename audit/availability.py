"""可用性监测 Visits to many home pages, spread over the day: who is visited when, and that every visit is kept.

A host is never visited twice at once. Visits run in threads that die with the process: whoever is stopped in the
middle of a visit has not made it, and the slot is visited by the next process that comes in time.
"""

import heapq
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Thread

from audit.target import target_site
from audit.visit_slots import Slot, upcoming
from model import Fault, Site, Visit
from storage import Store

log = logging.getLogger("duwang.audit")

PER_DAY = 24  # Fact: the check indicators of 2019 ask for at least 20 visits, spread over the days of a week
MOST_AT_ONCE = 32
_HEARS_WITHIN = 1.0  # seconds: who is stopped just before a wait begins hears of it only after it
_LONGEST_REST = 60.0  # seconds: the clock of a machine may be set, or have slept
_MOST_HELD = 10_000  # visits that wait for a database to come back

Visiting = Callable[[Site], Visit]
Arrival = tuple[Site, Visit | Exception]


def sites_of(targets: Sequence[str], roster: Sequence[Site]) -> tuple[Site, ...]:
    """监测对象 The sites a person named, each once; all of the roster when none was. Raises Fault."""
    sites = [target_site(one, roster) for one in targets] if targets else roster
    if not sites:
        raise Fault("fault.probe_nobody")
    return tuple({site.key: site for site in sites}.values())


class Clock:
    """时钟 The moment it is, and waiting: `rest` ends after `seconds`, or as soon as a visit comes to its end."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def rest(self, seconds: float, arrivals: "SimpleQueue[Arrival]", running: int) -> Arrival | None:
        try:
            return arrivals.get(timeout=min(max(seconds, 0.0), _HEARS_WITHIN))
        except Empty:
            return None


def watch(
    sites: Sequence[Site],
    visiting: Visiting,
    store: Store,
    *,
    until: datetime | None,
    per_day: int = PER_DAY,
    clock: Clock | None = None,
    tell: Callable[[Site, Visit], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """监测 Visits every site once in each of its slots until then, or until `stopped`; `until` None: every site once, now.

    A slot that was visited already, by whatever process, is left out; one that went by unvisited is not made up
    for. Returns how many visits were made; one that broke off by a fault of ours is logged and was none. Every visit
    is kept as it ends, also when a person stops the watch. Raises Fault when the store cannot keep them.
    """
    clock = clock or Clock()
    book = _Book(store, tell or (lambda _site, _visit: None))
    crew = _Crew(visiting)
    plan = _Plan(sites, clock.now(), until, per_day)
    try:
        while not stopped():
            now = clock.now()
            for slot, site in plan.due(now):
                if crew.busy(site):
                    plan.put_off(slot, site)
                elif until is None or not book.holds(site, slot, now):
                    crew.send(site)
            if not plan.left and not crew.running:
                break
            arrival = clock.rest(plan.wait(now), crew.arrivals, crew.running)
            if arrival is not None:
                crew.welcome(arrival)
                book.write(*arrival)
        return book.made
    finally:
        for arrival in crew.late():
            book.write(*arrival)
        book.close()


class _Plan:
    """Who is to be visited next. What is put off stays due until its slot is over."""

    def __init__(self, sites: Sequence[Site], now: datetime, until: datetime | None, per_day: int) -> None:
        self._sites, self._until = sites, until
        self._slots: list[Iterator[Slot]] = [
            upcoming(site.key, now, per_day)
            if until
            else iter([Slot(now, now, datetime.max.replace(tzinfo=UTC))])
            for site in sites
        ]
        self._heap: list[tuple[datetime, int, Slot]] = []
        self._put_off: list[tuple[Slot, Site]] = []
        for number in range(len(sites)):
            self._next(number)

    @property
    def left(self) -> bool:
        return bool(self._heap or self._put_off)

    def due(self, now: datetime) -> Iterator[tuple[Slot, Site]]:
        waiting, self._put_off = self._put_off, []
        while self._heap and self._heap[0][0] <= now:
            _, number, slot = heapq.heappop(self._heap)
            self._next(number)
            waiting.append((slot, self._sites[number]))
        return ((slot, site) for slot, site in waiting if slot.ends > now)

    def put_off(self, slot: Slot, site: Site) -> None:
        self._put_off.append((slot, site))

    def wait(self, now: datetime) -> float:
        """Seconds until the next moment. What was put off waits for a visit to end, not for a moment."""
        return (self._heap[0][0] - now).total_seconds() if self._heap else _LONGEST_REST

    def _next(self, number: int) -> None:
        slot = next(self._slots[number], None)
        if slot is not None and (self._until is None or slot.at < self._until):
            heapq.heappush(self._heap, (slot.at, number, slot))


class _Crew:
    """Those who are on their way, each in a thread of its own, never two to one host."""

    def __init__(self, visiting: Visiting) -> None:
        self._visiting = visiting
        self._hosts: set[str] = set()
        self.arrivals: SimpleQueue[Arrival] = SimpleQueue()

    @property
    def running(self) -> int:
        return len(self._hosts)

    def busy(self, site: Site) -> bool:
        return len(self._hosts) >= MOST_AT_ONCE or site.host in self._hosts

    def send(self, site: Site) -> None:
        self._hosts.add(site.host)
        Thread(target=self._go, args=(site,), daemon=True).start()

    def welcome(self, arrival: Arrival) -> None:
        self._hosts.discard(arrival[0].host)

    def late(self) -> Iterator[Arrival]:
        """Those that came to their end while nobody looked."""
        while not self.arrivals.empty():
            yield self.arrivals.get()

    def _go(self, site: Site) -> None:
        try:
            self.arrivals.put((site, self._visiting(site)))
        except Exception as error:  # our own fault: it accuses nobody, and must not end the watch
            self.arrivals.put((site, error))


class _Book:
    """Keeps visits. A database that is away for a while must not end a week's watch: they are held until it is back."""

    def __init__(self, store: Store, tell: Callable[[Site, Visit], None]) -> None:
        self._store, self._tell = store, tell
        self._held: list[Visit] = []
        self.made = 0

    def holds(self, site: Site, slot: Slot, now: datetime) -> bool:
        """Whether this slot was visited before."""
        try:
            return bool(self._store.visits(site.key, slot.begins, now))
        except Fault as fault:
            log.warning("visits not read: %s", fault.message_id)
            return False

    def write(self, site: Site, visit: Visit | Exception) -> None:
        if isinstance(visit, Exception):
            log.error("a visit to %s failed by our own fault", site.home, exc_info=visit)
            return
        self._held.append(visit)
        self.made += 1
        try:
            self._store.keep_visits(self._held)
        except Fault as fault:
            if fault.exit_code != 1 or len(self._held) >= _MOST_HELD:  # only what may pass is waited for
                raise
            log.warning("%d visits not kept yet: %s", len(self._held), fault.message_id)
        else:
            self._held = []
        self._tell(site, visit)

    def close(self) -> None:
        if self._held:
            self._store.keep_visits(self._held)
            self._held = []
