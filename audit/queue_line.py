"""连线 A worker's connections to its queue: they outlast a database that is away for a while, and take nothing when told so."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException, NoResult, UniqueViolation
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

log = logging.getLogger("duwang.queue")

Answer = TypeVar("Answer")
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 5.0  # seconds between two tries
_GONE_CLASSES = ("08", "57", "53", "40")  # SQLSTATE: connection, operator, resources; deadlock
_CLOSED = "55000"  # the database takes no connections for now
_RAISED = "P0001"  # the queue's own functions found no such job


class PatientLine(PsycopgConnector):
    """耐心连线 Asks again and again, for `patience` seconds, while nobody answers; then calls `lost` and raises.

    What was asked may have been done before the line broke: whoever finishes a job twice is content with once.
    """

    def __init__(self, conninfo: str, patience: float, lost: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            conninfo=conninfo, min_size=1, max_size=4, timeout=_LONGEST_WAIT, reconnect_timeout=patience
        )
        self.patience = patience
        self.away_since: float | None = None
        self._lost = lost

    def hurry(self) -> None:
        """不再等 The worker is to end: a database that is away is waited for no longer."""
        self.patience = 0.0

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        again = False

        async def ask() -> None:
            nonlocal again
            try:
                await super(PatientLine, self).execute_query_async(query, **arguments)
            except ConnectorException as error:
                if again and _state_of(error) == _RAISED:
                    return
                again = True
                raise

        await self._patiently(ask)

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        return await self._patiently(
            lambda: super(PatientLine, self).execute_query_one_async(query, **arguments)
        )

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        return await self._patiently(
            lambda: super(PatientLine, self).execute_query_all_async(query, **arguments)
        )

    async def listen_notify(self, on_notification: Any, channels: Iterable[str]) -> None:
        while True:  # between two listeners jobs are found by polling
            try:
                await super().listen_notify(on_notification, channels)
            except ConnectorException as error:
                if not is_lost(error) or not self.patience:
                    raise
            await asyncio.sleep(_LONGEST_WAIT)

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        loop = asyncio.get_running_loop()
        began: float | None = None
        wait = _FIRST_WAIT
        while True:
            try:
                answer = await ask()
            except ConnectorException as error:
                now = loop.time()
                began = now if began is None else began
                if not is_lost(error):
                    raise
                if now - began >= self.patience:
                    self._lost()
                    raise
                if self.away_since is None:
                    self.away_since = began
                    log.warning("the database is away; asking again for up to %d s", self.patience)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                if self.away_since is not None:
                    log.warning("the database answers again after %d s", loop.time() - self.away_since)
                    self.away_since = None
                return answer


class PickyJobs(JobManager):
    """择取 The library's job manager, that fetches nothing while `may_take` says no."""

    def __init__(self, line: PatientLine, may_take: Callable[[], bool]) -> None:
        super().__init__(line)
        self._may_take = may_take

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        return await super().fetch_job(queues, worker_id) if self._may_take() else None


def is_lost(error: ConnectorException) -> bool:
    """断线 Whether the same question may be answered later: no line, a server that starts or stops, a deadlock."""
    if isinstance(error, NoResult | UniqueViolation):
        return False
    state = _state_of(error)
    if state is None:  # the driver had no answer at all, or its pool no line
        return any(
            kind.__name__ in ("OperationalError", "InterfaceError") for kind in type(error.__cause__).__mro__
        )
    return state.startswith(_GONE_CLASSES) or state == _CLOSED


def _state_of(error: ConnectorException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
