"""夜巡工 One process of the local pool: a crew that is told by its parent, over a pipe, which sites to audit."""

import asyncio
import contextlib
import logging
import signal
from multiprocessing.connection import Connection
from typing import Any

import crawler
from audit.crew import Crew
from audit.crew_terms import CrewTerms
from audit.orphans import end_with
from audit.settling import Place
from model import Errand, Fault, RosterEntry

log = logging.getLogger("duwang.night")

# what goes over the pipe: a word, and what belongs to it
DO, STOP, END = "do", "stop", "end"  # from the parent: (errand, entry, full), reason, nothing
READY, DONE, STATE, FAULT = "ready", "done", "state", "fault"  # from the worker
_ORPHANED_SECONDS = 60.0  # how long a worker whose parent is gone may take to stop in good order


def work(place: Place, terms: CrewTerms, name: str, concurrency: int, line: Connection, parent: int) -> None:
    """上工 The whole life of such a process. Signals are the parent's affair; a parent that is gone ends it."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a terminal and a service send them to everybody
        signal.signal(number, signal.SIG_IGN)
    end_with(parent, _ORPHANED_SECONDS)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        try:
            crawler.run_loop(lambda: _Worker(Crew(place, terms, name, concurrency), line).work())
        except Fault as fault:
            line.send((FAULT, fault))


class _Worker:
    def __init__(self, crew: Crew, line: Connection) -> None:
        self._crew, self._line = crew, line
        self._orders: asyncio.Queue[tuple[Any, ...] | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: Any = None

    async def work(self) -> None:
        loop = asyncio.get_running_loop()
        await self._crew.start()
        loop.add_reader(self._line.fileno(), self._hear)
        try:
            self._tell((READY, self._crew.sign.id))
            telling = asyncio.create_task(self._tell_state())
            while (order := await self._orders.get()) is not None:
                word, *rest = order
                if word == DO:
                    task = asyncio.create_task(self._do(*rest))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                elif word == STOP:
                    await self._crew.stop(*rest)
                else:
                    break
            telling.cancel()
        finally:
            loop.remove_reader(self._line.fileno())
            await self._crew.close()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hear(self) -> None:
        try:
            while self._line.poll():
                self._orders.put_nowait(self._line.recv())
        except (EOFError, OSError):  # the parent is gone
            asyncio.get_running_loop().remove_reader(self._line.fileno())
            self._orders.put_nowait(None)

    async def _do(self, errand: Errand, entry: RosterEntry, full: bool) -> None:
        try:
            self._tell((DONE, errand.site_key, await self._crew.do(errand, entry, full)))
        except Exception:  # the errand stays running: whoever finds it so will see to it
            log.exception("the errand %s was left", errand.site_key)
            self._tell((DONE, errand.site_key, None))

    async def _tell_state(self) -> None:
        while True:
            if self._crew.state is not self._told:
                self._told = self._crew.state
                self._tell((STATE, self._told))
            await asyncio.sleep(0.5)

    def _tell(self, message: tuple[Any, ...]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._line.send(message)
