"""班组 One process that audits several sites at once: it crawls on its loop, and settles in a child.

What goes wrong is told apart: the site's fault, ours, or nobody's. A crash of ours never becomes a violation. A crew
without network, without space or with a wrong clock takes nothing until that is mended.
"""

import asyncio
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from audit.arrange import arranged
from audit.collector import collected_beside
from audit.crew_pulse import Pulse
from audit.crew_terms import CrewTerms, request_of
from audit.lapses import SPACE, Stopped, lapse_of, seems_our_network
from audit.lease import Tenure
from audit.run import Begun, audit_crawl, to_its_end, user_agent
from audit.settling import Place, Settler, Summary
from audit.watches import ClockWatch, NetworkWatch, Now, SteadyClock, utc_now
from checks import load_checks, params_of, subjects_of
from model import (
    Errand,
    ErrandState,
    Fault,
    Frozen,
    RosterEntry,
    RulePack,
    WorkerSign,
    WorkerState,
)
from rules import load_pack
from storage import Lapse, Store, patiently, this_worker

Answer = TypeVar("Answer")
SETTLE_SECONDS = 30.0  # for a site that is being settled when its crew is to stop


class Done(Frozen):
    """办结 The errand as it stands now; `summary` when this attempt finished it."""

    errand: Errand
    summary: Summary | None = None


@dataclass
class Active:
    """在办 One site under way."""

    errand: Errand
    clock: float
    run_id: str | None = None
    tenure: Tenure | None = None
    why: Stopped | None = None
    task: "asyncio.Task[Summary] | None" = field(default=None, repr=False)


class Crew:
    """班组 `start` it on the loop of `crawler.run_loop`, hand it errands with `do`, `close` it."""

    def __init__(
        self, place: Place, terms: CrewTerms, name: str, concurrency: int, *, now: Now = utc_now
    ) -> None:
        self.place, self.terms = place, terms
        self.now = SteadyClock(now)
        self.clock = ClockWatch(now)
        self.network = NetworkWatch()
        self.active: dict[str, Active] = {}
        self.sign = WorkerSign(
            id=this_worker(), name=name, machine=platform.node(), pid=os.getpid(), begun_at=now(), heard_at=now(),
            concurrency=concurrency,
        )  # fmt: skip
        self.store: Store
        self._settler: Settler
        self._pulse: Pulse
        self._packs: dict[tuple[str, str], RulePack] = {}
        self._checks = dict(load_checks())

    async def start(self) -> None:
        """上岗 Opens the store and tells of itself. Raises Fault."""
        self.store = await asyncio.to_thread(self.place.open)
        self._settler = Settler(self.place)
        self._pulse = Pulse(self)
        await self._pulse.start()

    async def close(self) -> None:
        """下岗 What is under way is stopped first; then the crew is not heard of any more."""
        await self.stop("interruption.stopped")
        await self._pulse.close()
        self._settler.close()
        await asyncio.to_thread(self.store.close)

    @property
    def state(self) -> WorkerState:
        return self.sign.state

    async def fit(self) -> None:
        """可接 Returns as soon as the crew may take something."""
        await self._pulse.fit.wait()

    async def stop(self, reason: str, **params: str | int) -> None:
        """叫停 Every crawl under way is stopped in good order, its errand given back; returns when that is done."""
        under_way = list(self.active.values())
        for one in under_way:
            self.break_off(one, Stopped(reason, **params))
        await asyncio.gather(*(one.task for one in under_way if one.task), return_exceptions=True)

    def break_off(self, one: Active, why: Stopped) -> None:
        """中止一站 Its errand is given back with that reason."""
        if one.task is not None and one.why is None:
            one.why = why
            one.task.cancel()

    async def do(self, errand: Errand, entry: RosterEntry, full: bool = False) -> Done:
        """办差 Takes the errand, audits the site, and makes the errand's transition. Never raises but CancelledError.

        Cancelled, it stops the crawl in good order and gives the errand back first. An errand that is not to be had,
        or that no crew in this state should take, is returned as it is.
        """
        if self.state is not WorkerState.WORKING:
            return Done(errand=errand)
        take = partial(self.store.take_errand, errand, self.sign.id, self.now())
        taken, cancelled = await self._kept(take)
        if taken is None:
            stands, _ = await self._kept(partial(self.store.errand, errand.night_id, errand.site_key))
            return Done(errand=stands or errand)
        one = Active(taken, self.clock.mark())
        self.active[taken.site_key] = one
        one.task = asyncio.ensure_future(self._audit(one, entry, full))
        try:
            return await self._ended(one, entry, cancelled)
        finally:
            self.active.pop(taken.site_key, None)

    async def _ended(self, one: Active, entry: RosterEntry, cancelled: bool) -> Done:
        assert one.task is not None  # noqa: S101 - made by `do`
        if cancelled:
            self.break_off(one, Stopped("interruption.stopped"))
        while not one.task.done():
            try:
                await asyncio.wait({one.task})
            except asyncio.CancelledError:
                cancelled = True
                self.break_off(one, Stopped("interruption.stopped"))
        error = asyncio.CancelledError() if one.task.cancelled() else one.task.exception()
        if error is None:
            self.network.well(entry.site.home)
            self.sign = self.sign.model_copy(update={"done": self.sign.done + 1})
            errand = one.errand.model_copy(update={"state": ErrandState.DONE, "run_id": one.run_id})
            done = Done(errand=errand, summary=one.task.result())
        else:
            errand, again = await self._lapsed(one, one.why or error)
            cancelled |= again
            done = Done(errand=errand)
        if cancelled:
            raise asyncio.CancelledError
        return done

    async def _lapsed(self, one: Active, error: BaseException) -> tuple[Errand, bool]:
        """The attempt came to nothing: why, and what becomes of the errand; and whether this was cancelled meanwhile."""
        lapse = lapse_of(error, one.errand, self.terms.again_seconds)
        if seems_our_network(error):
            if self.network.ill(one.errand.lock) and not await self._pulse.network_answers():
                lapse = Lapse("interruption.no_network", {})
                self._pulse.turn(WorkerState.NO_NETWORK, "interruption.no_network")
        elif isinstance(error, Fault) and error.message_id in SPACE:
            self._pulse.turn(WorkerState.NO_SPACE, lapse.reason, **lapse.params)
        back, cancelled = await self._kept(partial(self.store.give_back, one.errand, lapse, self.now()))
        if back is None:  # somebody took it over meanwhile
            back, _ = await self._kept(partial(self.store.errand, one.errand.night_id, one.errand.site_key))
        elif lapse.failures and seems_our_network(error):
            self.network.blamed.append(back)
        return back or one.errand, cancelled

    async def _audit(self, one: Active, entry: RosterEntry, full: bool) -> Summary:
        errand = one.errand
        terms = arranged(entry, await asyncio.to_thread(self.store.groups))
        packs = [self._pack(errand.night_id, name) for name in terms.packs]

        def told(begun: Begun) -> None:
            one.run_id, one.tenure = begun.run.id, begun.tenure
            one.errand = errand.model_copy(update={"run_id": begun.run.id})
            if not patiently(partial(self.store.began_errand, errand, begun.run.id)):
                raise Fault(
                    "fault.errand_not_running", exit_code=1, site=errand.site_key, night=errand.night_id
                )

        with collected_beside():
            run = await audit_crawl(
                request_of(entry, terms, self.terms, errand.night_id, full), packs, self.store, told
            )
        if moved := self.clock.moved(one.clock):
            raise Stopped("interruption.clock_moved", seconds=moved)
        settling = asyncio.ensure_future(
            self._settler.settle(run.id, [pack.digest for pack in packs], one.errand, terms.mend_days)
        )
        try:
            return await asyncio.shield(settling)
        except asyncio.CancelledError:  # as good as done: let it be kept
            await asyncio.wait({settling}, timeout=SETTLE_SECONDS)
            if settling.done() and not settling.exception():
                return settling.result()
            settling.cancel()
            raise

    def _pack(self, night_id: str, name: str) -> RulePack:
        """Read once a night: who changes a pack in the middle of one changes the next."""
        if (night_id, name) not in self._packs:
            pack = load_pack(name, params_of(self._checks), subjects_of(self._checks))
            self._packs = {key: one for key, one in self._packs.items() if key[0] == night_id}
            self._packs[night_id, name] = pack
        return self._packs[night_id, name]

    async def _kept(self, action: Callable[[], Answer]) -> tuple[Answer, bool]:
        """A step in the store, which waits for a database that is away; and whether it was cancelled meanwhile."""
        return await to_its_end(partial(patiently, action))

    def agent(self) -> str:
        return user_agent(self.terms.contact)
