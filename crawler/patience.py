"""耐心 How long a host that says it is busy is left alone, and when one that says nothing is given up. Pure.

Source: RFC 9110 lets a server name the wait (Retry-After) with 429 and 503; without a name we wait longer each time.
"""

from collections import Counter

BACK_OFF = (5.0, 10.0, 20.0)  # seconds after the first, second and third answer in a row that names no wait
LONGEST = 120.0  # seconds; who asks for more is left alone for the rest of the crawl
_SILENCES = 2  # requests in a row that were not answered in time


class Patience:
    """耐心 `busy`, `well` and `silent` tell what a host did; it remembers each host's row of refusals."""

    def __init__(self) -> None:
        self._busy: Counter[str] = Counter()
        self._until: dict[str, float] = {}
        self._silent: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()

    def requests(self, host: str) -> int:
        """已请求数 Answers, and waits for one, of this host so far."""
        return self._requests[host]

    def busy(self, host: str, asked_for: float | None, now: float) -> float | None:
        """繁忙 Seconds for which the host is to be left alone; None: for good. `asked_for`: the wait it names."""
        self._requests[host] += 1
        self._silent.pop(host, None)
        if asked_for is not None and asked_for > LONGEST:
            return None
        left = self._until.get(host, now) - now
        if left <= 0:  # else it was on its way when the pause began, and says nothing new
            self._busy[host] += 1
            if asked_for is None and self._busy[host] > len(BACK_OFF):
                return None
        named = asked_for if asked_for is not None else BACK_OFF[min(self._busy[host], len(BACK_OFF)) - 1]
        pause = left if left > 0 and asked_for is None else max(left, named)
        self._until[host] = now + pause
        return pause

    def well(self, host: str) -> None:
        """应答如常 It answered, whatever it said."""
        self._requests[host] += 1
        self._silent.pop(host, None)
        self._busy.pop(host, None)

    def silent(self, host: str) -> bool:
        """无应答 It did not answer in time. True when that is enough."""
        self._requests[host] += 1
        self._silent[host] += 1
        return self._silent[host] >= _SILENCES
