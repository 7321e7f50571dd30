"""队列维护 What any worker does every half minute: nothing that was lost stays lost, and no window is overrun."""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime

from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from audit.queue import ABANDONED, MISSING, RETIRE, SPENT, STALLED, TASK, batches
from audit.queue_line import PatientLine
from model import ErrandState, Fault, Night
from storage import Lapse, Store

log = logging.getLogger("duwang.worker")


class Upkeep:
    """维护 Jobs are made to agree with the ledger. `mine()` jobs that this worker is busy with, `busy()` sites that its crew
    (in the ledger: `crew`) is; `over` hears, in a thread, of every night that is over: from one worker at least.
    """

    def __init__(
        self,
        store: Store,
        line: PatientLine,
        clock: Callable[[], datetime],
        stale: float,
        mine: Callable[[], Collection[int]],
        over: Callable[[Night], None] = lambda _night: None,
        crew: str = "",
        busy: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._store, self._line, self._clock, self._stale, self._mine = store, line, clock, stale, mine
        self._jobs = JobManager(line)
        self._over, self._crew, self._busy = over, crew, busy
        self._astray: frozenset[int] = frozenset()
        self._dropped: frozenset[tuple[str, str, int]] = frozenset()
        self._told: set[str] = set()

    async def look_after(self, worker_id: int | None = None) -> None:
        """维护一次 Errands of lost workers wait again; windows and rounds that are over end; jobs follow."""
        for errand in await asyncio.to_thread(self._store.recover_errands, self._clock()):
            log.warning(
                "a worker is gone",
                extra={"site": errand.site_key, "night": errand.night_id, "worker": errand.worker},
            )
        await asyncio.to_thread(self._give_back_dropped, worker_id is None)
        await asyncio.to_thread(self._end_nights)
        await self._line.execute_query_async(ABANDONED, task=TASK, stale=self._stale)
        stalled = await self._line.execute_query_all_async(STALLED, task=TASK, stale=self._stale)
        await self._line.execute_query_async(RETIRE, task=TASK)
        made = 0
        for jobs in batches(await self._line.execute_query_all_async(MISSING, task=TASK)):
            made += await self._defer(jobs)
        for row in await self._line.execute_query_all_async(SPENT, task=TASK):
            await asyncio.to_thread(self._close, row["id"])
        if stalled or made:
            log.info("jobs found again: %d of lost workers, %d anew", len(stalled), made)
        if worker_id is not None:
            await self._find_astray(worker_id)

    def _give_back_dropped(self, at_once: bool) -> None:
        """Errands that stand under this worker's name and that it does not do, because the database was away when it
        wanted to give them back. Seen twice, or seen before it has taken anything, they wait again.
        """
        running = [
            *self._store.asked_errands(open_only=True),
            *(
                errand
                for night in self._store.nights(open_only=True)
                for errand in self._store.errands(night.id, ErrandState.RUNNING)
            ),
        ]
        busy = set(self._busy())
        seen = {
            (one.night_id, one.site_key, one.attempts): one
            for one in running
            if one.state is ErrandState.RUNNING and one.worker == self._crew and one.site_key not in busy
        }
        for key in seen if at_once else self._dropped & seen.keys():
            log.warning("given back late", extra={"site": key[1], "night": key[0]})
            self._store.give_back(seen[key], Lapse("interruption.stopped", {}), self._clock())
        self._dropped = frozenset(seen)

    def _end_nights(self) -> None:
        now = self._clock()
        for night in self._store.nights(open_only=True):
            over = self._store.end_night(night.id, now)
            if night.ends_at is not None and now >= night.ends_at:
                self._store.put_off(night.id, now)
                over = over or not self._store.errands(night.id, ErrandState.RUNNING)
            if over and night.id not in self._told:
                self._told.add(night.id)
                self._over(night)

    def _close(self, night_id: str) -> None:
        now = self._clock()
        self._store.put_off(night_id, now)
        self._store.keep_night(self._store.night(night_id).model_copy(update={"ended_at": now}))

    async def _defer(self, jobs: list[Job]) -> int:
        try:
            return len(await self._jobs.batch_defer_jobs_async(jobs))
        except AlreadyEnqueued:
            return 0  # another worker looks after the same: what it left out comes next time

    async def _find_astray(self, worker_id: int) -> None:
        """Jobs the queue gave this worker while the line broke: seen twice without anybody doing them, they go back."""
        given = await self._jobs.list_jobs_async(worker_id=worker_id, status=Status.DOING.value)
        idle = frozenset(job.id for job in given if job.id is not None) - frozenset(self._mine())
        for number in idle & self._astray:
            log.warning("job %d went astray and is put back", number)
            try:
                await self._jobs.retry_job_by_id_async(number, self._clock())
            except ConnectorException as error:
                log.warning("job %d could not be put back: %s", number, error.__cause__ or error)
        self._astray = idle - self._astray

    async def keep_looking(self, every: float, worker_id: Callable[[], int | None]) -> None:
        """一直维护 Until it is cancelled; whatever fails is tried again the next time."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.look_after(worker_id())
            except (Fault, ConnectorException) as error:
                log.warning("upkeep failed: %s", error)
