"""进程之夜 One night over the country, from its opening to its end: workers are tended, measured, and troubled if asked for."""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from bench.country.books import Books
from bench.country.processes import Meter, Worker

TICK = 1.0  # seconds
SAMPLE = 5.0
_DONE = ("done", "given_up")

Trouble = Generator[None, None, None]  # goes on one step a tick, until it is over


class Death(NamedTuple):
    """一次杀死 Which sites that process had in hand, and when it died (UTC)."""

    at: datetime
    worker: str
    pid: int
    sites: tuple[str, ...]


class Point(NamedTuple):
    """进度点 `at` monotonic seconds; errands done, in hand and waiting."""

    at: float
    done: int
    running: int
    waiting: int


@dataclass
class Course:
    """经过 What happened in a night, for whoever judges it afterwards."""

    books: Books
    workers: list[Worker]
    meter: Meter
    sites: int
    say: Callable[[str], None] = field(default=lambda line: print(line, flush=True))
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    points: list[Point] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    done_deeds: list[str] = field(default_factory=list)  # what was done to it, in words
    database_down: bool = False
    quiet: bool = False  # a fault is being looked at: no other one meanwhile

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began

    @property
    def share(self) -> float:
        """已完成比例 0 to 1."""
        return self.points[-1].done / self.sites if self.points else 0.0

    def tell(self, words: str) -> None:
        """记事"""
        self.done_deeds.append(f"{self.seconds:7.0f} s  {words}")
        self.say(self.done_deeds[-1])

    def run(self, troubles: Iterable[Trouble], most_seconds: float) -> bool:
        """跑完 Until every errand is done or given up; False when that took too long."""
        going = list(troubles)
        sampled = told = 0.0
        while self.seconds < most_seconds:
            now = time.monotonic()
            for worker in self.workers:
                worker.tend()
            if now - sampled >= SAMPLE:
                self.meter.take(self.workers)
                sampled = now
            states = self._states()
            if now - told >= 60 and states:
                self.say(f"{self.seconds:7.0f} s  {dict(states)}")
                told = now
            going = [one for one in going if _goes_on(one)]
            if states and not going and sum(states[one] for one in _DONE) >= self.sites:
                self.ended = time.monotonic()
                return True
            time.sleep(max(0.0, TICK - (time.monotonic() - now)))
        self.ended = time.monotonic()
        return False

    def kill(self, worker: Worker) -> None:
        """杀死 With a note of what it had in hand."""
        pid = worker.pid
        if pid is None:
            return
        held = tuple(
            one.site_key
            for one in self.books.errands()
            if one.state == "running" and one.worker and _is_of(one.worker, pid)
        )
        at = datetime.now(UTC)
        worker.kill()
        self.deaths.append(Death(at, worker.name, pid, held))
        self.tell(f"kill -9 {worker.name} (process {pid}) with {len(held)} sites in hand")

    def _states(self) -> Counter[str]:
        if self.database_down:
            return Counter()
        try:
            states = self.books.states()
        except SQLAlchemyError:
            return Counter()
        done = sum(states[one] for one in _DONE)
        self.points.append(Point(time.monotonic(), done, states["running"], states["waiting"]))
        return states


def _goes_on(trouble: Trouble) -> bool:
    try:
        next(trouble)
    except StopIteration:
        return False
    return True


def _is_of(worker_id: str, pid: int) -> bool:
    return worker_id.rpartition("/")[2] == str(pid)


def until(said: Callable[[], bool], most_seconds: float = float("inf")) -> Generator[None, None, bool]:
    """直到 Waits, tick by tick, for a moment when `said` holds; False when it never did."""
    over = time.monotonic() + most_seconds
    while not said():
        if time.monotonic() > over:
            return False
        yield
    return True


def pause(seconds: float) -> Trouble:
    """等待"""
    yield from until(lambda: False, seconds)
