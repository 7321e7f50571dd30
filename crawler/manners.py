"""停采判断 When to slow down for a host and when to stop asking it: it challenges us, refuses again and again, or
answers everything alike.

Source: WAF products free an address minutes after it stops asking; a host that flips to one short body for
most requests has throttled us (measured on public crawlers, 20 of the last 30). The threshold for plain 403
is higher, because a folder without an index answers 403 too.
"""

from collections import deque
from dataclasses import dataclass, field

from model import FetchOutcome, HostStop, Purpose

_WINDOW = 30
_ALIKE = 20
_SHORT = 1024
_MOST_SHORT = 1000
_FIRST = 10  # answers from which a host's own short bodies are learnt
_ROW_OF_CHALLENGES = 3
_ROW_OF_REFUSALS = 10
# a folder nobody may list, and redirects that lead nowhere: seen on honest hosts, several in a row
_PLAIN = (
    "redirect_scheme",
    "status_403",
    "status_400",
    "status_405",
    "status_406",
    "status_414",
    "status_418",
    "status_451",
)


@dataclass
class _Host:
    requests: int = 0
    row: int = 0
    plain_row: int = 0
    recent: deque[str | None] = field(default_factory=lambda: deque(maxlen=_WINDOW))
    at_first: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)  # bodies of short answers at first looks
    stopped: bool = False


class Manners:
    """停采判断 `note` every answer of a host; it tells once when the host is to be left alone."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    def note(
        self,
        host: str,
        *,
        purpose: Purpose,
        outcome: FetchOutcome,
        cause: str | None,
        sha256: str | None,
        size: int,
        again: bool = False,
    ) -> HostStop | None:
        """记一笔 `sha256` None when there is no body to compare. Each answer is of another URL, but for those of a second look, `again`."""
        seen = self._hosts.setdefault(host, _Host())
        seen.requests += 1
        if seen.stopped or (purpose is Purpose.SIBLING and cause in _PLAIN):
            return None  # that nobody may see what is not there is no refusal
        reason = self._refusing(seen, purpose, outcome, cause) or self._throttled(
            seen, outcome, sha256, size, again
        )
        if reason is None:
            return None
        seen.stopped = True
        return HostStop(host=host, reason=reason, after_requests=seen.requests)

    def slower(self, host: str) -> bool:
        """该放慢 Whether the last answers of a host were challenges, so that it is to be asked less often."""
        seen = self._hosts.get(host)
        return seen is not None and seen.row > 0 and not seen.stopped

    @staticmethod
    def _refusing(seen: _Host, purpose: Purpose, outcome: FetchOutcome, cause: str | None) -> str | None:
        if outcome is not FetchOutcome.BLOCKED:
            seen.row = seen.plain_row = 0
            return None
        if cause in _PLAIN:
            seen.plain_row += 1
        else:
            seen.row += 1
        if purpose is Purpose.HOME:
            return "challenge"
        if seen.row >= _ROW_OF_CHALLENGES or seen.row + seen.plain_row >= _ROW_OF_REFUSALS:
            return "refused"
        return None

    @staticmethod
    def _throttled(
        seen: _Host, outcome: FetchOutcome, sha256: str | None, size: int, again: bool
    ) -> str | None:
        answered = outcome in (FetchOutcome.OK, FetchOutcome.BLOCKED, FetchOutcome.SOFT404)
        short = sha256 if answered and size < _SHORT else None
        if seen.requests <= _FIRST:
            if sha256:
                seen.at_first.add(sha256)
            return None
        if again and short in seen.short:
            return (
                None  # second looks come one after the other, and what was missing shows the same page again
            )
        if short is not None and not again and len(seen.short) < _MOST_SHORT:
            seen.short.add(short)
        told = short if short not in seen.at_first else None
        seen.recent.append(told)
        # of any other there are no more than when it came last
        return "throttled" if told and seen.recent.count(told) >= _ALIKE else None
