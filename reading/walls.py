"""封禁时段 When a host of the site answered nobody: a page that it had shown was not there any more either. Pure.

What was missed in such a time says nothing of what was asked for. The crawler asks for the known page once more when
much seems to be missing; a page that anybody else misses once is no such proof.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from model import Attempt, FetchOutcome, PageFacts, Purpose, Snapshot
from reading.address import host_of
from reading.shelf import Pair
from reading.withdrawn import ACCUSING

WALL = "wall"
_NEVER = datetime.max.replace(tzinfo=UTC)
_NOT_ASKED = frozenset({FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_PRIVATE})


class _Span(NamedTuple):
    begin: datetime
    end: datetime


class Walls:
    """封禁时段 Made of all snapshots of a crawl, control looks included."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        controls = [pair for pair in pairs if pair[0].purpose is Purpose.CONTROL]
        lost = [
            one for one, facts in controls if not _still_there(one, facts) and one.outcome not in _NOT_ASKED
        ]
        self._spans: dict[str, list[_Span]] = {}
        if not lost:
            return
        hosts = {host_of(one.url) for one in lost}
        well: defaultdict[str, list[_Span]] = defaultdict(list)
        for snapshot, facts in pairs:
            host = host_of(snapshot.final_url)
            if host in hosts and _shows(snapshot, facts):
                well[host].append(_Span(_begun(snapshot), snapshot.fetched_at))
        for one in lost:
            host, at = host_of(one.url), _begun(one)
            before = [seen.begin for seen in well[host] if seen.begin < at]
            after = [seen.end for seen in well[host] if seen.begin > at]
            if before:
                self._spans.setdefault(host, []).append(_Span(max(before), min(after, default=_NEVER)))

    def hide(self, snapshot: Snapshot, facts: PageFacts) -> bool:
        """挡住 Whether what a snapshot misses was asked for while its host answered nobody."""
        if facts.outcome not in ACCUSING:
            return False
        return self._hold(snapshot.final_url, _begun(snapshot), snapshot.fetched_at)

    def marked(self, snapshot: Snapshot, facts: PageFacts) -> Snapshot:
        """标记 The snapshot with those of its attempts withdrawn that were made in such a time."""
        if not self._spans or not snapshot.attempts:
            return snapshot
        *before, last = snapshot.attempts
        tries = tuple(_withdrawn(one) if self._missed(one, snapshot) else one for one in before)
        tries += (_withdrawn(last) if self.hide(snapshot, facts) else last,)
        return snapshot if tries == snapshot.attempts else snapshot.model_copy(update={"attempts": tries})

    def _missed(self, attempt: Attempt, snapshot: Snapshot) -> bool:
        ended = attempt.at + timedelta(milliseconds=attempt.elapsed_ms)
        return attempt.outcome in ACCUSING and self._hold(
            attempt.final_url or snapshot.url, attempt.at, ended
        )

    def _hold(self, url: str, begun: datetime, ended: datetime) -> bool:
        # what was on its way together with the last good answer may have been answered after it
        return any(one.begin <= ended and begun <= one.end for one in self._spans.get(host_of(url), ()))


def _withdrawn(attempt: Attempt) -> Attempt:
    changed = {"outcome": FetchOutcome.BLOCKED, "cause": WALL, "withdrawn": WALL}
    return attempt.model_copy(update=changed)


def _begun(snapshot: Snapshot) -> datetime:
    return snapshot.attempts[-1].at if snapshot.attempts else snapshot.fetched_at


def _answered(snapshot: Snapshot, facts: PageFacts) -> bool:
    return facts.outcome.there and snapshot.status is not None and snapshot.status < 400


def _still_there(snapshot: Snapshot, facts: PageFacts) -> bool:
    return _answered(snapshot, facts) and host_of(snapshot.final_url) == host_of(snapshot.url)


def _shows(snapshot: Snapshot, facts: PageFacts) -> bool:
    """A page, or a control look, that was there. Files may be let through where pages are not."""
    if snapshot.purpose is Purpose.CONTROL:
        return _still_there(snapshot, facts)
    return snapshot.purpose not in (Purpose.PROBE, Purpose.SIBLING) and _answered(snapshot, facts)
