"""续租 While one audit is under way its lease is renewed, however long reading and judging take."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from model import Fault
from storage import LEASE_SECONDS, Store

log = logging.getLogger("duwang.audit")

SURE_SECONDS = 2.5 * LEASE_SECONDS  # well before anybody may take the host over from a holder that is silent


class Tenure:
    """租期 How long ago a lease was renewed, by a clock that goes on while the machine sleeps or the process is frozen."""

    def __init__(self, sure_seconds: float = SURE_SECONDS) -> None:
        self.lost = False
        self._sure_seconds = sure_seconds
        self._at = now()

    def renewed(self, at: float) -> None:
        """已续 `at`: the moment before the store was asked."""
        self._at = max(self._at, at)

    def unsure(self) -> bool:
        """未定 Whether somebody else may be at the host by now: nothing is asked of it. Raises Fault when somebody is."""
        if self.lost:
            raise Fault("fault.lease_lost", exit_code=1)
        return now() - self._at > self._sure_seconds


def now() -> float:
    """现在 Seconds since the machine started, those it slept included where the system tells them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@contextmanager
def lease_kept(store: Store, run_id: str, tenure: Tenure) -> Iterator[None]:
    """续租 In a thread of its own, until the block ends. A database that is away is asked again the next time."""
    over = Event()

    def renew() -> None:
        while not over.wait(LEASE_SECONDS):
            try:
                at = now()
                if store.renew_leases([run_id]):
                    tenure.renewed(at)
                elif not over.is_set():
                    tenure.lost = True
            except Fault as fault:
                log.warning("the lease of run %s was not renewed: %s", run_id, fault.message_id)

    thread = Thread(target=renew, name="duwang-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
