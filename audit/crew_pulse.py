"""脉搏 What a crew does from time to time beside its sites: tells of itself, renews leases, sees whether it is fit."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from audit.lapses import SPACE, Stopped
from audit.lease import now
from audit.run import to_its_end
from audit.watches import MOST_JUMP, has_room, memory
from crawler.visits import answers
from model import Fault, Interruption, WorkerState
from storage import passes, this_machine

if TYPE_CHECKING:
    from audit.crew import Crew

Answer = TypeVar("Answer")

log = logging.getLogger("duwang.night")

# in beats
_SIGN, _LEASES, _MENDED, _SWEEP = 2, 4, 6, 12
_TOLD_AWAY = 5.0  # seconds a database may be away without anybody needing to know


class Pulse:
    """脉搏 `fit` is set while the crew may take something. It never raises once it is started."""

    def __init__(self, crew: "Crew") -> None:
        self.fit = asyncio.Event()
        self._crew = crew
        self._beats = 0
        self._mark = crew.clock.mark()
        self._gap = 0.0
        self._away_since: float | None = None
        self._orphans: set[str] = set()
        self._asking = asyncio.Lock()
        self._loose: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(3, "pulse")

    async def start(self) -> None:
        """开始 The first beat; raises Fault when the store cannot be written."""
        self.fit.set()
        await self._tell()
        self._task = asyncio.create_task(self._go_on())

    async def close(self) -> None:
        """结束 The crew is not heard of any more."""
        if self._task is not None:
            self._task.cancel()
        await asyncio.gather(*self._loose, return_exceptions=True)
        with suppress(Fault):
            await self._aside(self._crew.store.forget_worker, self._crew.sign.id)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def turn(self, state: WorkerState, reason: str | None = None, **params: str | int) -> None:
        """转入 Another state; why is kept as an interruption of the worker as a whole."""
        crew = self._crew
        if crew.sign.state is state:
            return
        crew.sign = crew.sign.model_copy(update={"state": state, "reason": reason, "params": params})
        if state is WorkerState.WORKING:
            crew.network.clear()
            self.fit.set()
        else:
            self.fit.clear()
            log.warning("%s: %s %s", crew.sign.name, reason, params)
        if state is WorkerState.NO_NETWORK:  # what they would see now is our own outage
            for one in crew.active.values():
                crew.break_off(one, Stopped("interruption.no_network"))
            self._loosely(self._forgive())
        if reason is not None:
            self._loosely(self._note(reason, params))
        self._loosely(self._tell())

    async def network_answers(self) -> bool:
        """网络通否 Whether anybody answers: a control, or the site that did last. One question at a time."""
        crew = self._crew
        asked = [*crew.terms.controls, *([crew.network.last_good] if crew.network.last_good else [])]
        async with self._asking:
            for url in asked:
                if await self._aside(answers, url, crew.agent()):
                    return True
        return False

    async def _aside(self, action: Callable[..., Answer], *told: Any) -> Answer:
        """In threads of the pulse's own: those of the process may all be waiting for a database that is away."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(action, *told))

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(self._crew.terms.beat_seconds)
            self._beats += 1
            try:
                await self._beat()
            except Fault as fault:
                self._missed(fault)
            except Exception:
                log.exception("a beat was missed")

    async def _beat(self) -> None:
        crew = self._crew
        if moved := crew.clock.moved(self._mark):
            self._mark = crew.clock.mark()
            for one in crew.active.values():
                crew.break_off(one, Stopped("interruption.clock_moved", seconds=moved))
            await self._note("interruption.clock_moved", {"seconds": moved})
        if not self._beats % _SIGN:
            await self._tell()
        if not self._beats % _LEASES:
            await self._renew()
        if not self._beats % _MENDED:
            await self._see_whether_mended()
        if not self._beats % _SWEEP:
            await self._sweep()

    async def _tell(self) -> None:
        """The sign, kept; with it the server's clock is looked at."""
        crew = self._crew
        crew.sign = crew.sign.model_copy(update={"heard_at": crew.now(), "memory": memory()})
        await self._aside(crew.store.keep_sign, crew.sign)
        self._gap = await self._aside(crew.store.clock_gap)
        crew.now.compare(self._gap)
        wrong = abs(self._gap) > MOST_JUMP
        if wrong and crew.state is WorkerState.WORKING:
            self.turn(WorkerState.WRONG_CLOCK, "interruption.wrong_clock", seconds=round(self._gap))
        elif not wrong and crew.state is WorkerState.WRONG_CLOCK:
            self.turn(WorkerState.WORKING)
        if self._away_since is not None:
            away = asyncio.get_running_loop().time() - self._away_since
            self._away_since = None
            if away >= _TOLD_AWAY:
                await self._note("interruption.database_away", {"seconds": round(away)})

    def _missed(self, fault: Fault) -> None:
        if passes(fault):
            if self._away_since is None:
                self._away_since = asyncio.get_running_loop().time()
                log.warning("the database is away: %s", fault.params.get("reason", ""))
        elif fault.message_id in SPACE:
            self.turn(WorkerState.NO_SPACE, fault.message_id, **{k: str(v) for k, v in fault.params.items()})
        else:
            log.error("a beat was missed: %s %s", fault.message_id, fault.params)

    async def _renew(self) -> None:
        crew = self._crew
        held = {one.run_id: one for one in crew.active.values() if one.run_id}
        at = now()
        kept = await self._aside(crew.store.renew_leases, list(held))
        for run_id in kept:
            if tenure := held[run_id].tenure:
                tenure.renewed(at)
        for run_id in held.keys() - kept:
            if crew.active.get(held[run_id].errand.site_key) is held[run_id]:
                crew.break_off(held[run_id], Stopped("interruption.lease_lost"))

    async def _see_whether_mended(self) -> None:
        crew = self._crew
        if crew.state is WorkerState.NO_NETWORK:
            mended = await self.network_answers()
        elif crew.state is WorkerState.NO_SPACE:
            mended = await self._aside(self._room)
        else:
            return
        if mended:
            self.turn(WorkerState.WORKING)

    def _room(self) -> bool:
        return all(has_room(folder) for folder in self._crew.store.folders)

    async def _sweep(self) -> None:
        """Runs of this process that none of its sites is at: their end could not be written when it came."""
        crew = self._crew
        running = await self._aside(crew.store.runs_of, crew.sign.pid, this_machine())
        orphans = set(running) - {one.run_id for one in crew.active.values()}
        for run_id in orphans & self._orphans:
            with suppress(Fault):
                await self._aside(partial(crew.store.interrupt_run, run_id, reason="interruption.stopped"))
        self._orphans = orphans

    async def _forgive(self) -> None:
        """Those that were blamed while it was our own network."""
        crew = self._crew
        blamed, crew.network.blamed = crew.network.blamed, []
        for errand in blamed:
            with suppress(Fault):
                await self._aside(crew.store.forgive, errand, "interruption.no_network", crew.now())

    async def _note(self, reason: str, params: dict[str, str | int]) -> None:
        crew = self._crew
        told = Interruption(
            night_id=None, site_key=None, at=crew.now(), reason=reason, params=params, worker=crew.sign.id
        )
        with suppress(Fault):
            await to_its_end(partial(crew.store.note, told))

    def _loosely(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._loose.add(task)
        task.add_done_callback(self._let_go)

    def _let_go(self, task: "asyncio.Task[None]") -> None:
        self._loose.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Fault):
            self._missed(error)
        elif error is not None:
            log.error("a beat was missed", exc_info=error)
