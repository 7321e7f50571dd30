"""耐心 What fails because the database is away or busy is tried again for a while: a server is restarted, a writer ends."""

import time
from collections.abc import Callable
from typing import TypeVar

from model import Fault

Answer = TypeVar("Answer")
PATIENCE = 300.0  # seconds
PASSING = frozenset({"fault.database_unreachable", "fault.database_locked"})
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 10.0


def passes(fault: BaseException) -> bool:
    """会过去 Whether the same thing may succeed in a while, without anybody doing anything about it here."""
    return isinstance(fault, Fault) and fault.message_id in PASSING


def patiently(
    action: Callable[[], Answer],
    seconds: float = PATIENCE,
    rest: Callable[[float], object] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Answer:
    """耐心地做 Tries again, less and less often, until `seconds` are over. What was done before the answer was lost
    may be done once more, so `action` must bear that. Raises what the last try raised.
    """
    until = now() + seconds
    wait = _FIRST_WAIT
    while True:
        try:
            return action()
        except Fault as fault:
            if not passes(fault) or now() >= until:
                raise
        rest(min(wait, max(0.0, until - now())))
        wait = min(wait * 2, _LONGEST_WAIT)
