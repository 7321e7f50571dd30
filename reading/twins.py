"""同栏异址 Whether `/a/` and `/a/index.html` are one page on this site, learned from a pair and never against another."""

from collections.abc import Iterable

from model import Lead, Snapshot
from reading.address import without_index

ENOUGH = 1  # pair that was the same, byte for byte, and none that was not


class IndexPages:
    """目录与索引页 While a sparing crawl is on: of addresses that differ by the index page alone, which are to be asked for.

    The first is; the rest wait for what it shows, and are asked for only if that is something else.
    """

    def __init__(self) -> None:
        self._bodies: dict[str, str | None] = {}
        self._asked: dict[str, str] = {}  # the other address by the one that is asked beside it
        self._waiting: list[Lead] = []
        self._same, self._differ = 0, False

    def wanted(self, leads: Iterable[Lead], front: str) -> list[Lead]:
        """要取者 Those to be asked for now; `front` is the address the column was read under."""
        now = []
        for lead in leads:
            plain = without_index(lead.url) != without_index(front)
            if plain or self._differ:
                now.append(lead)
            elif self._same >= ENOUGH:
                continue
            elif len(self._asked) < ENOUGH:
                self._asked[lead.url] = front
                now.append(lead)
            else:
                self._waiting.append(lead)
        return now

    def arrive(self, snapshot: Snapshot) -> list[Lead]:
        """到达 A page came. What waited for it and is to be asked for after all."""
        self._bodies[snapshot.url] = snapshot.sha256
        front = self._asked.get(snapshot.url)
        if front is None:
            return []
        same = snapshot.sha256 is not None and self._bodies.get(front) == snapshot.sha256
        self._same, self._differ = self._same + same, self._differ or not same
        if self._same < ENOUGH and not self._differ:
            return []
        after_all, self._waiting = self._waiting if self._differ else [], []
        return after_all


def index_pages_alike(looks: Iterable[Snapshot]) -> bool:
    """索引页同一 The same, told from what a crawl brought home."""
    bodies: dict[str, dict[str, str | None]] = {}
    for snapshot in looks:
        if not snapshot.bare and snapshot.sent is None:
            bodies.setdefault(without_index(snapshot.url), {})[snapshot.url] = snapshot.sha256
    pairs = [set(found.values()) for found in bodies.values() if len(found) > 1]
    return len(pairs) >= ENOUGH and all(len(found) == 1 and None not in found for found in pairs)
