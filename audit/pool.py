"""工作池 A night on one machine: a fixed number of workers, each told one site after another. The parent crawls nothing.

No two sites of one lock are ever under way at once; the lease in the store is the second guard. A worker that dies is
replaced, and what it had under way waits again.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from multiprocessing import connection, get_context
from typing import Any

from audit.arrange import arranged
from audit.crew import Done
from audit.crew_terms import CrewTerms
from audit.night import waiting_errands
from audit.pool_worker import DO, DONE, END, FAULT, READY, STATE, STOP, work
from audit.settling import Place
from audit.watches import Now, utc_now
from model import Errand, ErrandState, Fault, Frozen, Hours, Night, RosterEntry, WorkerState
from storage import Store

log = logging.getLogger("duwang.night")

RECYCLED_AFTER = 200  # sites after which a worker is replaced
LONGEST_NIGHT = timedelta(hours=20)
OVERTIME = timedelta(minutes=10)  # what is under way when the hours end may take so much longer
_STOPPING = timedelta(seconds=90)  # for a stop in good order
_STILLBORN = 3  # workers in a row that died before they could work
_UNFIT = timedelta(seconds=5)  # before an errand that a worker could not take is handed out again


class PoolTerms(Frozen):
    """池规 How many processes, and how many sites each audits at once."""

    workers: int = 1
    concurrency: int = 4
    recycled_after: int = RECYCLED_AFTER
    overtime: timedelta = OVERTIME


class _Worker:
    def __init__(self, place: Place, terms: CrewTerms, name: str, concurrency: int) -> None:
        spawn = get_context("spawn")
        self.line, theirs = spawn.Pipe()
        self.process = spawn.Process(
            target=work, args=(place, terms, name, concurrency, theirs, os.getpid()), name=name
        )
        self.process.start()
        theirs.close()
        self.name = name
        self.state: WorkerState | None = None  # None: not ready yet
        self.under_way: set[str] = set()
        self.begun = 0
        self.leaving = False

    def tell(self, *words: Any) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self.line.send(words)

    def leave(self) -> None:
        if not self.leaving:
            self.leaving = True
            self.tell(END)


class Pool:
    """工作池 `run` it once, in the main thread. `tell` hears how many errands wait, run, and were handled."""

    def __init__(
        self,
        place: Place,
        store: Store,
        night: Night,
        entries: Mapping[str, RosterEntry],
        terms: PoolTerms,
        crew_terms: CrewTerms,
        tell: Callable[[int, int, int], None] = lambda *_: None,
        now: Now = utc_now,
    ) -> None:
        self._place, self._store, self._night = place, store, night
        self._entries, self._terms, self._crew_terms = entries, terms, crew_terms
        self._tell, self._now = tell, now
        self._groups = {group.name: group for group in store.groups()}
        self._hours: dict[str, Hours | None] = {}
        self._waiting: list[Errand] = []
        self._rest: dict[str, datetime] = {}  # sites not to be handed out again before
        self._busy: dict[str, str] = {}  # lock by site under way
        self._workers: list[_Worker] = []
        self._number = 0
        self._stillborn = 0
        self._signals = 0
        self._handled = 0
        self._ends_at = night.ends_at or night.begun_at + LONGEST_NIGHT

    def run(self) -> str | None:
        """巡完 Hands errands out until nothing of the night waits; else why it ended before: its hours, SIGINT, SIGTERM."""
        self._waiting = self._left()
        with self._signals_heard() as wake:
            try:
                stopped = self._go_on(wake)
                self._dismiss(wake)
            finally:
                for one in self._workers:
                    one.process.kill()
                    one.process.join()
                self._store.recover_errands(self._now())
        return stopped

    def _go_on(self, wake: int) -> str | None:
        while True:
            now = self._now()
            if self._signals:
                return self._stop("interruption.stopped", wake)
            if now >= self._ends_at:
                until = self._ends_at + self._terms.overtime
                if self._busy and now < until:
                    self._listen(wake, (until - now).total_seconds())
                    continue
                return self._stop("interruption.window_over", wake)
            if not self._waiting and not self._busy:
                self._waiting = self._left()  # some were forgiven meanwhile
                if not self._waiting:
                    return None
            self._keep_staff()
            self._hand_out(now)
            self._tell(len(self._waiting), len(self._busy), self._handled)
            self._listen(wake, 1.0)

    def _stop(self, reason: str, wake: int) -> str:
        """What is under way is stopped in good order; a second signal ends everybody at once."""
        heard, until = self._signals, self._now() + _STOPPING
        for one in self._workers:
            one.tell(STOP, reason)
        while self._busy and self._signals <= max(1, heard) and self._now() < until:
            self._listen(wake, 1.0)
        return reason

    def _dismiss(self, wake: int) -> None:
        until = self._now() + timedelta(seconds=20)
        for one in self._workers:
            one.leave()
        while self._workers and self._signals < 2 and self._now() < until:
            self._listen(wake, 1.0)

    # errands

    def _left(self) -> list[Errand]:
        """What waits, of the sites this pool is to audit."""
        return [one for one in waiting_errands(self._store, self._night) if one.site_key in self._entries]

    def _hand_out(self, now: datetime) -> None:
        locks = set(self._busy.values())
        free = [one for one in self._workers if one.state is WorkerState.WORKING and not one.leaving]
        free = [one for one in free if len(one.under_way) < self._terms.concurrency]
        left: list[Errand] = []
        for place, errand in enumerate(self._waiting):
            if not free:
                left += self._waiting[place:]
                break
            entry = self._entries[errand.site_key]
            if errand.lock in locks or not self._may_begin(errand, entry, now):
                left.append(errand)
                continue
            worker = min(free, key=lambda one: len(one.under_way))
            worker.tell(DO, errand, entry, self._night.full)
            worker.under_way.add(errand.site_key)
            worker.begun += 1
            self._busy[errand.site_key] = errand.lock
            locks.add(errand.lock)
            if worker.begun >= self._terms.recycled_after:
                free.remove(worker)  # it is replaced once it has nothing under way
            elif len(worker.under_way) >= self._terms.concurrency:
                free.remove(worker)
        self._waiting = left

    def _may_begin(self, errand: Errand, entry: RosterEntry, now: datetime) -> bool:
        rest = max(filter(None, (errand.not_before, self._rest.get(errand.site_key))), default=None)
        if rest is not None and rest > now:
            return False
        if errand.site_key not in self._hours:
            self._hours[errand.site_key] = arranged(entry, self._groups).hours
        hours = self._hours[errand.site_key]
        return hours is None or hours.holds(now)

    def _ended(self, worker: _Worker, site_key: str, done: Done | None) -> None:
        worker.under_way.discard(site_key)
        self._busy.pop(site_key, None)
        self._stillborn = 0
        errand = done.errand if done else self._store.errand(self._night.id, site_key)
        if errand is None:
            return
        if errand.state is ErrandState.WAITING:
            self._rest[site_key] = self._now() + _UNFIT if not errand.not_before else errand.not_before
            self._waiting.append(errand)
        else:
            self._handled += 1

    # workers

    def _keep_staff(self) -> None:
        for one in self._workers:
            if one.begun >= self._terms.recycled_after and not one.under_way:
                one.leave()
        wanted = min(self._terms.workers, len(self._waiting) + len(self._busy))
        while sum(not one.leaving for one in self._workers) < wanted:
            if self._stillborn >= _STILLBORN:
                raise Fault("fault.pool_stillborn", exit_code=1, count=_STILLBORN)
            self._number += 1
            name = f"{self._night.id}/{self._number}"
            self._workers.append(_Worker(self._place, self._crew_terms, name, self._terms.concurrency))

    def _listen(self, wake: int, seconds: float) -> None:
        """Hears what the workers have to say, and who of them is gone."""
        lines = {one.line: one for one in self._workers}
        for heard in connection.wait([wake, *lines], max(0.0, min(seconds, 5.0))):
            if heard == wake:
                os.read(wake, 100)
            else:
                self._hear(lines[heard])  # type: ignore[index]

    def _hear(self, worker: _Worker) -> None:
        try:
            while worker.line.poll():
                word, *rest = worker.line.recv()
                if word == READY:
                    worker.state = WorkerState.WORKING
                elif word == STATE:
                    worker.state = rest[0]
                elif word == DONE:
                    self._ended(worker, rest[0], rest[1])
                elif word == FAULT:
                    raise rest[0]
        except (EOFError, OSError):
            self._buried(worker)

    def _buried(self, worker: _Worker) -> None:
        worker.process.join(10)
        worker.process.kill()
        worker.process.join()
        worker.line.close()
        self._workers.remove(worker)
        if worker.leaving and not worker.under_way:
            return
        if worker.state is None:
            self._stillborn += 1
        log.warning("worker %s is gone (%s)", worker.name, worker.process.exitcode)
        self._store.recover_errands(self._now())
        for site_key in sorted(worker.under_way):
            self._ended(worker, site_key, None)

    @contextmanager
    def _signals_heard(self) -> Iterator[int]:
        """SIGINT and SIGTERM are counted, and wake the loop up."""
        ours, theirs = os.pipe()
        os.set_blocking(theirs, False)

        def heard(*_: object) -> None:
            self._signals += 1

        before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
        fd = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(fd)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(ours)
            os.close(theirs)
