"""缺页中转 Pages that only send on to a page for missing addresses: the one a visitor clicked is the missing one.

A goal that says by its status that it is not there is missing itself, and the stub is the page that leads there. A
stub is looked at once more when a second look at its goal found nothing either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from model import FetchOutcome, Lead, PageFacts, Purpose, Rank, Site, Snapshot
from reading.address import is_own

_MOST_STUBS = 2000
_LONGEST_WAY = 3  # stubs that lead to stubs


class StubWatch:
    """中转守望 While the crawl is on: which stubs lead to what, and which goals were missing twice."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, list[Lead]] = defaultdict(list)
        self._missing: set[str] = set()
        self._stubs = 0

    def leads_nowhere(self, snapshot: Snapshot, goal: str) -> bool:
        """是否落空 Whether the goal of a stub is known to be missing; if it is not yet, the stub is remembered."""
        if snapshot.purpose is Purpose.HOME or goal in self._missing:
            return snapshot.purpose is not Purpose.HOME
        if snapshot.rank is not Rank.CONFIRM and self._stubs < _MOST_STUBS:
            self._stubs += 1
            self._waiting[goal].append(
                Lead(
                    url=snapshot.url,
                    purpose=snapshot.purpose,
                    rank=Rank.CONFIRM,
                    column=snapshot.column,
                    found_on=snapshot.found_on,
                )
            )
        return False

    def missed(self, snapshot: Snapshot) -> list[Lead]:
        """再次落空 A second look at an address found nothing: the stubs that lead there, to be looked at again."""
        if snapshot.rank is not Rank.CONFIRM:
            return []
        self._missing.add(snapshot.url)
        return self._waiting.pop(snapshot.url, [])


def stubs_to_nothing(pairs: Sequence[tuple[Snapshot, PageFacts]], site: Site) -> Mapping[str, str]:
    """落空的中转 Snapshot id → goal, of stubs that lead to what every look of this run found to be such a page."""
    looks: defaultdict[str, list[bool]] = defaultdict(list)
    stubs = []
    for snapshot, facts in pairs:
        if facts.outcome is FetchOutcome.OK and facts.jump and _may_be(snapshot, facts.jump, site):
            stubs.append((snapshot, facts.jump))
        looks[snapshot.url].append(facts.outcome is FetchOutcome.SOFT404)
    missing = {url for url, seen in looks.items() if all(seen)}
    found: dict[str, str] = {}
    for _ in range(_LONGEST_WAY if stubs else 0):
        new = {
            one.id: goal for one, goal in stubs if goal in missing and one.id not in found and goal != one.url
        }
        found |= new
        missing |= {one.url for one, _ in stubs if one.id in new}
    return found


def _may_be(snapshot: Snapshot, goal: str, site: Site) -> bool:
    return (
        snapshot.purpose is not Purpose.HOME
        and not snapshot.rendered
        and is_own(snapshot.url, site)
        and is_own(goal, site)
    )
