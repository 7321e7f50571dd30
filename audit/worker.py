"""工作进程 A process that takes errands from the queue, several at a time, until it is told to stop or has grown old."""

import asyncio
import atexit
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition
from procrastinate.worker import Worker as Fetcher

from audit.crew import Crew
from audit.crew_terms import CrewTerms
from audit.delivery import deliver_night
from audit.queue import QUEUES, TASK
from audit.queue_ground import lay_queue, told_faults
from audit.queue_line import PatientLine, PickyJobs
from audit.queue_task import Carrier, Comeback
from audit.queue_upkeep import Upkeep
from audit.settling import Place
from crawler import run_loop
from model import Errand, Fault, Frozen, Night, RosterEntry, WorkerState
from storage import Store, conninfo

log = logging.getLogger("duwang.worker")

_NEVER = 10**9  # seconds


class WorkerTerms(Frozen):
    """工作方式 `concurrency` audits at a time; after `recycle` of them a fresh program in the same process (0: never);
    `grace` seconds that audits under way get once the worker is told to stop.
    """

    name: str
    concurrency: int = 10
    recycle: int = 300
    queues: tuple[str, ...] = QUEUES
    grace: float = 20.0


class Rhythm(Frozen):
    """节律 In seconds: signs of life, upkeep, asking for jobs when nobody calls; a worker silent for `stale` is taken
    for lost; a database that is away is waited for `patience` long.
    """

    beat: float = 10.0
    look: float = 30.0
    poll: float = 5.0
    stale: float = 60.0
    patience: float = 600.0


USUAL = Rhythm()


class Ended(StrEnum):
    """何以结束"""

    STOPPED = "stopped"
    OLD = "old"


def work(place: Place, crew_terms: CrewTerms, terms: WorkerTerms, rhythm: Rhythm = USUAL) -> Ended:
    """工作 Blocks; main thread, once a process. Raises Fault when the database cannot be used, or is away too long.

    The first SIGTERM or SIGINT lets audits under way go on for `grace` seconds, then stops them in good order: their
    errands and jobs wait for others. The second stops them now, the third ends the process.
    """
    _bury_children()
    with place.open() as store:
        lay_queue(place.db_url)

        async def shift() -> Ended:
            return await Shift(place, crew_terms, terms, rhythm, store).last()

        with told_faults(place.db_url):
            return run_loop(shift)


def begin_anew() -> NoReturn:
    """重新开始 The same command in the same process: to whoever watches over it nothing ends, and no memory is left over."""
    atexit._run_exitfuncs()  # as at the end of any program: what children shared is given up
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command line


def _bury_children() -> None:
    """Children that the program before this one, in the same process, had stopped and could wait for no longer."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


class Shift:
    """当班 One worker from its first sign to its last."""

    def __init__(
        self, place: Place, crew_terms: CrewTerms, terms: WorkerTerms, rhythm: Rhythm, store: Store,
        clock: Callable[[], datetime] | None = None,
    ) -> None:  # fmt: skip
        self._terms, self._rhythm = terms, rhythm
        self._line = PatientLine(conninfo(place.db_url) or "", rhythm.patience, self._lost)
        self._crew = Crew(place, crew_terms, terms.name, terms.concurrency)
        clock = clock or self._crew.now
        self._store, self._clock = store, clock
        self._carrier = Carrier(store, self._audit, clock, self._count, self._deliver)
        self._upkeep = Upkeep(
            store, self._line, clock, rhythm.stale, lambda: self._carrier.under_way, self._deliver,
            self._crew.sign.id, lambda: self._crew.active,
        )  # fmt: skip
        self._app = App(connector=self._line)
        self._jobs = self._app.job_manager = PickyJobs(self._line, self._may_take)
        self._app.task(name=TASK, pass_context=True, retry=Comeback(clock))(self._carrier.carry)
        self._fetcher = Fetcher(
            app=self._app, queues=list(terms.queues), name=terms.name, concurrency=terms.concurrency,
            fetch_job_polling_interval=rhythm.poll, delete_jobs=DeleteJobCondition.ALWAYS, install_signal_handlers=False,
            # Ours go on while audits under way come to their end; and nobody is forgotten because the database was away.
            update_heartbeat_interval=_NEVER, stalled_worker_timeout=_NEVER,
        )  # fmt: skip
        self._ended: Ended | None = None
        self._signals = 0
        self._done = 0

    async def last(self) -> Ended:
        """从头到尾 Raises ConnectorException when the database is away for longer than it is waited for."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop)
        await self._crew.start()
        try:
            async with self._app.open_async():
                await self._upkeep.look_after()
                await self._fetch()
        finally:
            await self._crew.close()
        log.info("worker ended", extra={"worker": self._terms.name, "why": self._ended, "done": self._done})
        return self._ended or Ended.STOPPED

    async def _fetch(self) -> None:
        log.info("worker begins", extra={"worker": self._terms.name, "pid": os.getpid()})
        beside = [
            asyncio.create_task(self._beat()),
            asyncio.create_task(
                self._upkeep.keep_looking(self._rhythm.look, lambda: self._fetcher.worker_id)
            ),
        ]
        try:
            if self._ended is None:  # else it was told to stop before it began
                await self._fetcher.run()  # type: ignore[no-untyped-call]
                if self._ended is None:
                    raise ConnectorException("the queue listens no more")
        except ConnectorException:
            if self._ended is None:
                raise
            log.warning("the database was away at the end; others will find what this worker left")
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _audit(self, errand: Errand, entry: RosterEntry, full: bool) -> Errand:
        return (await self._crew.do(errand, entry, full)).errand

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._rhythm.beat)
            if self._fetcher.worker_id is not None:
                with suppress(ConnectorException):
                    await self._jobs.update_heartbeat(self._fetcher.worker_id)

    def _deliver(self, night: Night) -> None:
        """The channels are told of a night that is over; told of it already, they hear nothing."""
        try:
            posted = deliver_night(self._store, night.id, self._clock)
        except Fault as fault:
            log.warning("not delivered: %s", fault, extra={"night": night.id})
            return
        log.info("night over: %d deliveries", len(posted.deliveries), extra={"night": night.id})
        for one in posted.faults:
            log.warning("not delivered: %s", one, extra={"night": night.id})

    def _may_take(self) -> bool:
        return self._ended is None and self._crew.state is WorkerState.WORKING

    def _count(self) -> None:
        self._done += 1
        if self._terms.recycle and self._done >= self._terms.recycle:
            self._stop(Ended.OLD)

    def _stop(self, why: Ended) -> None:
        if self._ended is None:
            self._ended = why
            self._fetcher.stop()  # type: ignore[no-untyped-call]

    def _told_to_stop(self) -> None:
        self._signals += 1
        self._stop(Ended.STOPPED)
        self._ended = Ended.STOPPED  # also in the middle of growing old
        if self._signals == 1:
            log.info(
                "told to stop", extra={"worker": self._terms.name, "under_way": len(self._carrier.under_way)}
            )
            asyncio.get_running_loop().call_later(self._terms.grace, self._stop_audits)
        elif self._signals == 2:
            self._stop_audits()
        else:
            os._exit(1)

    def _stop_audits(self) -> None:
        self._line.hurry()
        for task in list(self._carrier.under_way.values()):
            task.cancel()

    def _lost(self) -> None:
        """The database was away for too long: nothing that is under way could be kept."""
        self._stop_audits()
