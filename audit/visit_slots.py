"""访问时段 When a site's home page is visited: every day cut into equal slots, one visit at some moment of each.

The moments follow from site and day alone, so that whoever begins again in the middle of a day keeps the same
plan, and no two sites share one. They keep clear of the slots' ends: visits that touch would see one outage twice.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from model import SHANGHAI

_EDGE = 0.1  # share of a slot at either end that stays free
_DAY = timedelta(days=1)


class Slot(NamedTuple):
    """时段 One part of a day, from `begins` to before `ends`, and the moment of its visit. All in Beijing time."""

    begins: datetime
    at: datetime
    ends: datetime


def slots(site_key: str, day: date, per_day: int) -> tuple[Slot, ...]:
    """一日时段 The slots of one day in Beijing time."""
    length = _DAY / per_day
    midnight = datetime.combine(day, time(), SHANGHAI)
    return tuple(
        Slot(
            begins=midnight + number * length,
            at=midnight + (number + _EDGE + (1 - 2 * _EDGE) * _chance(site_key, day, number)) * length,
            ends=midnight + (number + 1) * length,
        )
        for number in range(per_day)
    )


def upcoming(site_key: str, now: datetime, per_day: int) -> Iterator[Slot]:
    """后续时段 The slot that `now` lies in and all that follow, without end."""
    today = now.astimezone(SHANGHAI).date()
    for days in count():
        for slot in slots(site_key, today + timedelta(days=days), per_day):
            if slot.ends > now:
                yield slot


def _chance(site_key: str, day: date, number: int) -> float:
    """A figure from 0 to below 1 that is always the same for the same slot."""
    drawn = sha256(f"{site_key}\n{day.isoformat()}\n{number}".encode()).digest()
    return int.from_bytes(drawn[:8]) / 2**64
