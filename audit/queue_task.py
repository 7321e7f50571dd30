"""承办 What a worker does with a job: it looks what became of the errand, has it done, and says when to come again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException, JobAborted
from procrastinate.jobs import Job
from structlog.contextvars import bound_contextvars

from audit.arrange import arranged, overlaid
from audit.queue import Carried
from model import SHANGHAI, Arrangement, Errand, ErrandState, Fault, Hours, Night, RosterEntry
from storage import Lapse, Store

log = logging.getLogger("duwang.worker")

LAST_MINUTES = 10  # what a crawl that is under way gets when the night's window closes
_LATER = (
    "later:"  # a job that waits for its time must hold no lock: others of its platform would wait behind it
)
_AFTER_LINE, _AFTER_CRASH = 60, 300  # seconds


class PutBack(Exception):
    """放回 The errand still waits: the job comes again at `at` (None: at once), under `lock`."""

    def __init__(self, lock: str, at: datetime | None = None) -> None:
        super().__init__()
        self.at, self.lock = at, lock


class Comeback(BaseRetryStrategy):
    """再来 Exceptions and when a job comes again. What counts as an attempt is in the errand; a job may come any often.

    Every moment is told by `clock`: the queue would take this machine's own, which may be hours off.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, PutBack):
            return RetryDecision(retry_at=exception.at or self._clock(), lock=exception.lock)
        if isinstance(
            exception, asyncio.CancelledError | JobAborted
        ):  # this worker stops: another one may go on
            return RetryDecision(retry_at=self._clock())
        wait = _AFTER_LINE if isinstance(exception, Fault | ConnectorException) else _AFTER_CRASH
        return RetryDecision(retry_at=self._clock() + timedelta(seconds=wait), lock=_later(job))


class Doing(Protocol):
    """办理 Has one errand done from taking it to what came of it, and answers with the errand as it is then."""

    def __call__(self, errand: Errand, entry: RosterEntry, full: bool) -> Awaitable[Errand]: ...


class Carrier:
    """承办 Carries jobs to a crew, in one worker process. `under_way`: jobs and their tasks. `ended` hears of
    every audit that ended, `over` (in a thread) of a night whose last one it was.
    """

    def __init__(
        self,
        store: Store,
        do: Doing,
        clock: Callable[[], datetime],
        ended: Callable[[], None],
        over: Callable[[Night], None] = lambda _night: None,
    ) -> None:
        self._store, self._do, self._clock, self._ended, self._over = store, do, clock, ended, over
        self.under_way: dict[int, asyncio.Task[Any]] = {}

    async def carry(self, context: JobContext, /, **told: Any) -> None:
        """承办一单 The task of the queue."""
        task, number = asyncio.current_task(), context.job.id or 0
        assert task is not None  # noqa: S101 - the worker runs every job in a task of its own
        self.under_way[number] = task
        try:
            with bound_contextvars(site=told["site_key"], night=told["night_id"]):
                await self._carry(Carried.model_validate(told), context.job)
        finally:
            del self.under_way[number]

    async def _carry(self, carried: Carried, job: Job) -> None:
        errand, night = await asyncio.to_thread(self._read, carried)
        now = self._clock()
        if night.asked and errand is not None and errand.state is ErrandState.RUNNING:
            # Whoever does it may yet give it back, and nobody else knows what this job brings along.
            raise PutBack(_later(job), now + timedelta(seconds=_AFTER_LINE))
        if errand is None or errand.state is not ErrandState.WAITING or night.ended_at is not None:
            return  # done, taken over or put off: this job is left over
        if night.ends_at is not None and now >= night.ends_at:
            await asyncio.to_thread(self.close_window, night, now)
            return
        if errand.not_before is not None and errand.not_before > now:
            raise PutBack(_later(job), errand.not_before)
        if job.lock != errand.lock:
            raise PutBack(errand.lock)
        entry = await asyncio.to_thread(self._entry, carried, now, night)
        if entry is None:
            await asyncio.to_thread(self._drop, errand, night, now)
            return
        hours = entry.arrangement.hours
        if hours is not None and not night.asked and not hours.holds(now):
            raise PutBack(_later(job), opening(hours, now))
        errand = await self._audited(errand, entry, night, now)
        reason = None if errand.state is ErrandState.DONE else errand.reason
        log.info("audited", extra={"state": errand.state, "run": errand.run_id, "reason": reason})
        self._ended()
        if errand.state is ErrandState.WAITING:
            at = errand.not_before
            raise PutBack(_later(job) if at else errand.lock, at)
        if await asyncio.to_thread(self._store.end_night, night.id, self._clock()) and not night.asked:
            await asyncio.to_thread(self._over, night)

    async def _audited(self, errand: Errand, entry: RosterEntry, night: Night, now: datetime) -> Errand:
        """Done before the window's last minutes are over, or stopped then and left for another night."""
        if night.ends_at is None:
            return await self._do(errand, entry, night.full)
        try:
            async with asyncio.timeout((night.ends_at - now).total_seconds() + LAST_MINUTES * 60):
                return await self._do(errand, entry, night.full)
        except TimeoutError:
            await asyncio.to_thread(self.close_window, night, self._clock())
            left = await asyncio.to_thread(self._store.errand, errand.night_id, errand.site_key)
            return left or errand

    def close_window(self, night: Night, now: datetime) -> None:
        """窗口已过 What still waits is put off; its jobs go when they come, or with the next upkeep."""
        self._store.put_off(night.id, now)

    def _read(self, carried: Carried) -> tuple[Errand | None, Night]:
        return self._store.errand(carried.night_id, carried.site_key), self._store.night(carried.night_id)

    def _entry(self, carried: Carried, now: datetime, night: Night) -> RosterEntry | None:
        """The site with everything arranged; None when the roster knows it no more, or has retired it."""
        if carried.site is not None:
            entry = RosterEntry(site=carried.site, arrangement=Arrangement(site_key=carried.site_key))
        else:
            try:
                entry = self._store.roster_entry(carried.site_key)
            except Fault:
                return None
        if entry.retired(now.astimezone(SHANGHAI).date()) and not night.asked:
            return None
        arrangement = arranged(entry, self._store.groups())
        return RosterEntry(site=entry.site, arrangement=overlaid(arrangement, carried.terms))

    def _drop(self, errand: Errand, night: Night, now: datetime) -> None:
        """A site that was taken off the roster while its errand waited is nobody's failure, and nobody audits it."""
        taken = self._store.take_errand(errand, "", now)
        if taken is not None:
            self._store.give_back(taken, Lapse("interruption.off_roster", {}, failures=9), now)
        if night.asked:
            self._store.keep_night(night.model_copy(update={"ended_at": now}))


def opening(hours: Hours, now: datetime) -> datetime:
    """开始时刻 When these hours begin next."""
    here = now.astimezone(SHANGHAI)
    today = datetime.combine(here.date(), hours.starts, SHANGHAI)
    return today if today > here else today + timedelta(days=1)


def _later(job: Job) -> str:
    return f"{_LATER}{job.id}"
