"""一夜 One night on this machine from start to end: opened, worked through by the pool, ended or put off."""

import os
import platform
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from pydantic import Field

from audit.crew_terms import CrewTerms
from audit.due import due
from audit.ledger_view import is_back, is_fixed, is_new
from audit.night import chosen, open_night, refuse_wrong_clock
from audit.pool import Pool, PoolTerms
from audit.settling import Place
from audit.watches import MOST_JUMP, Now, utc_now
from model import (
    SHANGHAI,
    CaseEvent,
    ErrandState,
    Failing,
    Fault,
    Frozen,
    Hours,
    Night,
    RosterEntry,
    WorkerSign,
)
from storage import Store, this_worker

NAME = "nightly"  # what the one process that hands errands out is called among the workers
_HEARD_EVERY = 10.0  # seconds


class Order(Frozen):
    """夜巡令 What a person, or a timer, asks of a night. `window`: nothing is begun outside of it; None: any hour.

    `groups`: only sites of these. `trust_clock`: what is kept was stamped by a clock that was wrong.
    """

    window: Hours | None = None
    full: bool = False
    groups: tuple[str, ...] = ()
    trust_clock: bool = False
    pool: PoolTerms = PoolTerms()
    crew: CrewTerms = CrewTerms()


class NightEnd(Frozen):
    """一夜之果 What a night came to. `night` None: nothing was due. `counts`: its errands by state.

    `new`, `reopened`, `fixed`: cases. `stopped`: why it ended before everything was done.
    """

    night: Night | None = None
    counts: dict[ErrandState, int] = Field(default_factory=dict)
    new: int = 0
    reopened: int = 0
    fixed: int = 0
    violated: bool = False
    given_up: tuple[Failing, ...] = ()
    stopped: str | None = None

    @property
    def exit_code(self) -> int:
        """2: violations were found; 1: some site was given up, or the night was stopped; 0: all done and clean."""
        if self.violated:
            return 2
        return 1 if self.given_up or self.stopped == "interruption.stopped" else 0


def nightly(
    order: Order,
    place: Place,
    store: Store,
    tell: Callable[[int, int, int], None] = lambda *_: None,
    now: Now = utc_now,
) -> NightEnd:
    """巡夜 Blocks until the night is done, its hours are over or SIGINT or SIGTERM comes. Main thread.

    Raises Fault: outside of the hours, a clock that cannot be right, another such process at work, a roster that is
    empty. A night that is still open goes on.
    """
    begun = now()
    check(order, store, begun)
    sign = _sign(begun)
    other = store.sole_worker(sign)
    if other is not None:
        raise Fault(
            "fault.nightly_running", pid=other.pid,
            since=f"{other.begun_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        )  # fmt: skip
    heard = time.monotonic()

    def told(waiting: int, running: int, handled: int) -> None:
        nonlocal heard
        if time.monotonic() - heard >= _HEARD_EVERY:
            heard = time.monotonic()
            with suppress(Fault):
                store.keep_sign(sign.model_copy(update={"heard_at": now()}))
        tell(waiting, running, handled)

    try:
        entries = chosen(store.roster(), order.groups)
        night = open_night(store, entries, begun, order.window, order.full)
        if night is None:
            return NightEnd()
        today = begun.astimezone(SHANGHAI).date()  # who was retired while he waited is left
        known = {entry.site.key: entry for entry in entries if not entry.retired(today)}
        stopped = Pool(place, store, night, known, order.pool, order.crew, told, now).run()
        if stopped != "interruption.stopped":
            store.put_off(night.id, now())
        if store.end_night(night.id, now()):  # told to stop, or too late, when all was done
            stopped = None
        return end_of(store, night, stopped)
    finally:
        with suppress(Fault):
            store.forget_worker(sign.id)


def check(order: Order, store: Store, now: datetime) -> None:
    """开夜之前 Raises Fault when a night cannot begin now."""
    if order.window and not order.window.holds(now):
        raise Fault("fault.outside_window", window=str(order.window), now=f"{now.astimezone(SHANGHAI):%H:%M}")
    if not store.roster():
        raise Fault("fault.roster_empty")
    gap = store.clock_gap()
    if abs(gap) > MOST_JUMP:
        raise Fault("interruption.wrong_clock", exit_code=1, seconds=round(gap))
    if not order.trust_clock:
        refuse_wrong_clock(store, now)


def due_now(order: Order, store: Store, now: datetime) -> list[RosterEntry]:
    """到期名单 What a night that began now would audit, in its order; nothing is written."""
    entries = chosen(store.roster(), order.groups)
    return due(entries, store.groups(), store.last_audits_by(), now, order.window)


def end_of(store: Store, night: Night, stopped: str | None = None) -> NightEnd:
    """结果 What is kept of the night: all of it, also what an earlier process did."""
    errands = store.errands(night.id)
    names = {site.key: site.name or site.home for site in store.sites()}
    deeds = [
        (CaseEvent(at=night.begun_at, deed=deed, state=state), count)
        for (deed, state), count in store.night_deeds(night.id).items()
    ]
    return NightEnd(
        night=store.night(night.id),
        counts=Counter(one.state for one in errands),
        new=sum(count for event, count in deeds if is_new(event)),
        reopened=sum(count for event, count in deeds if is_back(event)),
        fixed=sum(count for event, count in deeds if is_fixed(event)),
        violated=store.night_accuses(night.id),
        given_up=tuple(
            Failing(
                site_key=one.site_key, site=names.get(one.site_key, one.site_key), state=one.state,
                attempts=one.attempts, reason=one.reason or "", params=one.params,
            )
            for one in errands
            if one.state is ErrandState.GIVEN_UP
        ),
        stopped=stopped,
    )  # fmt: skip


def _sign(now: datetime) -> WorkerSign:
    return WorkerSign(
        id=this_worker(), name=NAME, machine=platform.node(), pid=os.getpid(), begun_at=now, heard_at=now,
        concurrency=1,
    )  # fmt: skip
