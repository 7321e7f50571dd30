"""了结进程 A child that reads, judges and keeps what was crawled, so that the crawls' own process need not."""

import asyncio
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from audit.ledger_view import is_back, is_fixed, is_new
from audit.orphans import end_with
from audit.settlement import settle
from checks import load_checks
from model import Errand, ErrandState, Fault, Frozen
from storage import Store, open_store, patiently

AFTER = 100  # sites after which the child is replaced: what it holds by then is given back
_TRIES = 2  # a child that dies twice over the same site dies of it


class Place(Frozen):
    """所在 Where everything is kept: the database's URL and the archive's folder, None for the usual one."""

    db_url: str
    archive: Path | None = None

    def open(self) -> Store:
        return open_store(self.db_url, self.archive)


class Summary(Frozen):
    """小结 What an audit came to, as far as a night wants to know."""

    run_id: str
    new: int = 0
    reopened: int = 0
    fixed: int = 0
    standing: int = 0
    violated: bool = False


class ChildGone(Exception):
    """子进程消失 The child died of this site, or was killed twice over it."""


class Settler:
    """了结者 One site at a time in one child; a child that was killed is replaced and does it again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None

    async def settle(
        self, run_id: str, digests: Sequence[str], errand: Errand, mend_days: int | None
    ) -> Summary:
        """了结 Raises Fault like `audit.settlement.settle`, and ChildGone."""
        work = partial(settled, self._place, run_id, tuple(digests), errand, mend_days)
        async with self._turn:
            for _ in range(_TRIES):
                self._pool = self._pool or _pool()
                try:
                    return await asyncio.get_running_loop().run_in_executor(self._pool, work)
                except BrokenProcessPool:
                    self.close()
        raise ChildGone

    def close(self) -> None:
        """收尾 The child is stopped at once; what it had not kept is not kept."""
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def settled(
    place: Place, run_id: str, digests: tuple[str, ...], errand: Errand, mend_days: int | None
) -> Summary:
    """在子进程中了结 Waits for a database that is away. What was kept before the line broke counts as kept."""
    store = _store(place)

    def once() -> Summary:
        try:
            packs = [store.pack(digest) for digest in digests]
            results = settle(store, run_id, packs, load_checks(), errand=errand, mend_days=mend_days)
        except Fault as fault:
            if fault.message_id != "fault.run_not_running" or not _done(store, run_id, errand):
                raise
            return Summary(run_id=run_id, violated=any(one.accuses for one in store.findings(run_id=run_id)))
        brought = [
            event
            for result in results
            for case in result.cases
            for event in case.history
            if event.run_id == result.run.id
        ]
        return Summary(
            run_id=run_id,
            new=sum(map(is_new, brought)),
            reopened=sum(map(is_back, brought)),
            fixed=sum(map(is_fixed, brought)),
            standing=sum(len(result.findings) for result in results),
            violated=any(result.violated for result in results),
        )

    return patiently(once)


def _done(store: Store, run_id: str, errand: Errand) -> bool:
    now = store.errand(errand.night_id, errand.site_key)
    return now is not None and now.state is ErrandState.DONE and now.run_id == run_id


@cache
def _store(place: Place) -> Store:
    return place.open()


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        1,
        mp_context=get_context("spawn"),
        max_tasks_per_child=AFTER,
        initializer=begin_child,
        initargs=(os.getpid(),),
    )


def begin_child(parent: int) -> None:
    """子进程之始 A terminal and a service send their signals to everybody: they are the parent's affair."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    end_with(parent)
