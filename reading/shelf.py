"""书架 All snapshots of a run by address, the one to believe of each, and every attempt at it."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from model import Attempt, FetchOutcome, PageFacts, Purpose, Snapshot
from model.frozen import made
from reading.outcome import TO_404
from reading.twins import index_pages_alike

CARRIED = "carried"  # nobody asked this time, and what was seen before is thought otherwise of now
UNREAD = "unread"  # sent on to an address named as pages for missing addresses are, and no look took what stands there
_REFINED = frozenset(
    {FetchOutcome.SOFT404, FetchOutcome.REDIRECTED_HOME, FetchOutcome.BLOCKED, FetchOutcome.LOGIN}
)
_FIELDS = tuple(Attempt.model_fields)
Pair = tuple[Snapshot, PageFacts]


def order_of(snapshot_id: str) -> tuple[str, int, str]:
    """快照次序 Sorts `<run>/<number>` by number."""
    run, _, number = snapshot_id.rpartition("/")
    return (run, int(number), "") if number.isdigit() else (run, -1, number)


class Shelf:
    """书架 `pairs` in order of snapshot id; `best` the believed pair of each address (see Snapshot.address)."""

    def __init__(self, pages: Sequence[Pair]) -> None:
        self.pairs: list[Pair] = sorted(pages, key=lambda pair: order_of(pair[0].id))
        self.by_url: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            self.by_url.setdefault(pair[0].address, []).append(pair)
        self.best: dict[str, Pair] = {url: _best(pairs) for url, pairs in self.by_url.items()}

    @cached_property
    def index_pages_alike(self) -> bool:
        """索引页同一 Whether a folder's address and that of its index page are one page wherever both were seen."""
        return index_pages_alike(pair[0] for pair in self.best.values())

    def is_there(self, url: str) -> bool:
        """是否存在 Whether the believed look at an address found it there."""
        pair = self.best.get(url)
        return pair is not None and pair[1].outcome.there

    def attempts(self, url: str) -> tuple[Attempt, ...]:
        """尝试 Every attempt at a URL in order of snapshots; the last of each snapshot carries what reading found."""
        found: list[Attempt] = []
        looks = self.by_url.get(url, ())
        read = any(facts.outcome.missing and not snapshot.bare for snapshot, facts in looks)
        for snapshot, facts in looks:
            seen_in = _seen_in(snapshot)
            tries = list(snapshot.attempts) or [_attempt(snapshot)]
            tries = [
                tried if tried.snapshot_id else _changed(tried, {"snapshot_id": seen_in}) for tried in tries
            ]
            changed = _learned(tries[-1], snapshot, facts)
            if snapshot.bare and facts.outcome_reason == TO_404 and not read:
                changed["withdrawn"] = UNREAD
            if snapshot.carried and not facts.outcome.there:
                changed["withdrawn"] = CARRIED
            if changed:
                tries[-1] = _changed(tries[-1], changed)
            found += tries
        return tuple(found)


def _changed(tried: Attempt, changes: Mapping[str, object]) -> Attempt:
    return made(
        Attempt, {name: changes[name] if name in changes else getattr(tried, name) for name in _FIELDS}
    )


def _learned(last: Attempt, snapshot: Snapshot, facts: PageFacts) -> dict[str, object]:
    """What the bytes of a snapshot say about its last try, as far as the try does not say so itself."""
    changed: dict[str, object] = {}
    if facts.outcome in _REFINED and facts.outcome is not last.outcome:
        changed = {"outcome": facts.outcome, "cause": facts.outcome_reason or last.cause}
    if facts.outcome.missing and facts.final_url != snapshot.final_url:
        changed["final_url"] = facts.final_url  # where a stub led to
    if snapshot.rendered and not last.rendered:
        changed["rendered"] = True
    if snapshot.sha256 is not None and last.sha256 is None:
        changed["sha256"] = snapshot.sha256
    if facts.turned is not None:
        changed["turned"] = facts.turned
    return changed


def _best(pairs: list[Pair]) -> Pair:
    """Observed beats unobserved, a page beats a probe and that a bare one, rendered beats the shell, later earlier."""

    def worth(indexed: tuple[int, Pair]) -> tuple[bool, bool, bool, bool, int]:
        index, (snapshot, facts) = indexed
        page = snapshot.purpose is not Purpose.PROBE
        return (facts.outcome.observed, page, not snapshot.bare, snapshot.rendered, index)

    return max(enumerate(pairs), key=worth)[1]


def _attempt(snapshot: Snapshot) -> Attempt:
    return Attempt(
        at=snapshot.fetched_at,
        method=snapshot.method,
        outcome=snapshot.outcome,
        cause=snapshot.cause,
        status=snapshot.status,
        elapsed_ms=snapshot.elapsed_ms,
        snapshot_id=_seen_in(snapshot),
        final_url=snapshot.final_url,
    )


def _seen_in(snapshot: Snapshot) -> str:
    """The snapshot of the look itself."""
    return snapshot.revisits if snapshot.carried and snapshot.revisits else snapshot.id
