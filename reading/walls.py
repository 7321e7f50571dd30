"""封禁时段 When a host of the site answered nobody: a page that it had shown was not there any more either. Pure.

What was missed in such a time says nothing of what was asked for. The crawler asks for the known page once more when
much seems to be missing; a page that anybody else misses once is no such proof. Nor does it say anything when a host
answers one address after another with the same short text, which made the crawler leave it alone.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from model import Attempt, FetchOutcome, HostStop, PageFacts, Purpose, Rank, Snapshot
from reading.address import host_of
from reading.shelf import Pair
from reading.withdrawn import ACCUSING

WALL = "wall"
_NEVER = datetime.max.replace(tzinfo=UTC)
# what the crawler takes for throttling
_WINDOW, _ALIKE, _SHORT, _FIRST = 30, 20, 1024, 10
_ANSWERED = frozenset({FetchOutcome.OK, FetchOutcome.BLOCKED, FetchOutcome.SOFT404})
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


def one_answer(pairs: Sequence[Pair], stops: Sequence[HostStop]) -> frozenset[str]:
    """千址一答 Snapshots that show but the one short text a host had for everything when it was left alone for it.

    Those of its body, whenever they came; and from the first of the row on what was only asked for its head, which
    such a host answers well for everything. `pairs` in order of fetching.
    """
    found: set[str] = set()
    for stop in stops:
        if stop.reason != "throttled":
            continue
        own = [pair for pair in pairs if host_of(pair[0].url) == host_of(f"http://{stop.host}/")]
        asked = [pair for pair in own if not pair[0].carried and pair[0].purpose is not Purpose.CONTROL]
        told = _repeated(asked)
        if told is not None:
            body, first = told
            found.update(_of_body(own, body, first))
    return frozenset(found)


def _repeated(asked: Sequence[Pair]) -> tuple[str, str] | None:
    """The body that made most of the answers, and the snapshot it was first seen in there."""
    at_first = {snapshot.sha256 for snapshot, _ in asked[:_FIRST]}
    known: set[str] = set()
    recent: deque[tuple[str | None, str]] = deque(maxlen=_WINDOW)
    for snapshot, facts in asked[_FIRST:]:
        short = facts.outcome in _ANSWERED and snapshot.size < _SHORT and snapshot.sent is None
        again = snapshot.rank is Rank.CONFIRM
        if short and again and snapshot.sha256 in known:
            continue  # a second look shows what the first did
        if short and snapshot.sha256 and not again:
            known.add(snapshot.sha256)
        body = snapshot.sha256 if short and snapshot.sha256 not in at_first else None
        recent.append((body, snapshot.id))
        if body is not None and Counter(one for one, _ in recent)[body] >= _ALIKE:
            return body, next(where for one, where in recent if one == body)
    return None


def _of_body(own: Sequence[Pair], body: str, first: str) -> Iterator[str]:
    begun = False
    for snapshot, _ in own:
        begun = begun or snapshot.id == first
        taken = snapshot.sha256 or (snapshot.attempts[-1].sha256 if snapshot.attempts else None)
        if taken == body or (taken is None and begun and snapshot.bare and not snapshot.carried):
            yield snapshot.id
