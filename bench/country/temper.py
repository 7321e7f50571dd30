"""脾气 How long a host takes and what it does instead of answering: decided by what it was asked before, never by the clock.

So two runs over the same country meet the same trouble, however fast they are and in whatever order they ask.
"""

import random
from typing import NamedTuple
from zlib import crc32

from bench.country.census import Temper, Town

RETRY_AFTER = 4  # seconds
_EVERY = 9  # one page in so many is refused by a throttling host when it is asked for the first time
_RESETS = 3  # connections that a resetting host cuts before it begins to answer
_QUICK = 0.020  # seconds, the median
_LONGEST = 0.400


class Manner(NamedTuple):
    """应答方式 `status` 0: the connection is reset; 200: as the page is."""

    wait: float
    status: int = 200


class Moods:
    """心情 What every host of the country was asked so far."""

    def __init__(self, seed: int, scale: float = 1.0) -> None:
        self._chance = random.Random(seed)
        self._scale = scale
        self._asked: dict[str, int] = {}
        self._seen: set[tuple[str, str]] = set()

    def manner(self, town: Town | None, path: str) -> Manner:
        """怎样应答 `town` None: a host outside the roster."""
        if town is None:
            return Manner(self._quick())
        asked = self._asked[town.host] = self._asked.get(town.host, 0) + 1
        temper = town.temper
        if temper is Temper.SLOW:
            return Manner(self._chance.uniform(1.0, 2.0) * self._scale)
        if temper is Temper.BROKEN:
            return Manner(self._quick(), 503)
        if temper is Temper.RESETTING and asked <= _RESETS:
            return Manner(self._quick(), 0)
        if temper is Temper.THROTTLING and crc32(path.encode()) % _EVERY == 0 and self._first(town, path):
            return Manner(self._quick(), 429)
        if temper is Temper.FLAPPING and path.endswith(("1.html", "3.html")) and self._first(town, path):
            return Manner(self._quick(), 500)
        return Manner(self._quick())

    def _first(self, town: Town, path: str) -> bool:
        known = len(self._seen)
        self._seen.add((town.host, path))
        return len(self._seen) > known

    def _quick(self) -> float:
        return min(self._chance.lognormvariate(0, 0.7) * _QUICK, _LONGEST) * self._scale
