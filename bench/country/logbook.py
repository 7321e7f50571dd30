"""访问日志 What the country saw of its visitors, and whether they kept their manners. Pure.

Seconds are the server's monotonic clock. A host is never to be asked faster than its pace; how much closer two requests
may come is told by the arithmetic of a leaky bucket, so that a request that was held up on its way counts for itself
alone and a crawl that is twice as fast is found after a few.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

JITTER = 0.3  # the crawler varies its delay by so much of it, both ways
TOLERANCE = 0.35  # seconds a busy machine may hold up one request on its way
MOST_AT_ONCE = 2  # connections to one host


class Asked(NamedTuple):
    """一次请求 `who`: the contact the visitor names."""

    came: float
    answered: float
    wall: float
    connection: int
    host: str
    path: str
    status: int
    sent: int
    who: str


class Haste(NamedTuple):
    """过快 A host that was asked too fast: by how many seconds at the worst, and when."""

    host: str
    early: float
    at: float


def read_log(log: Path) -> Iterator[Asked]:
    """读日志 In the order of the answers."""
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            came, answered, wall, connection, host, path, status, sent, who = line.rstrip("\n").split("\t")
            yield Asked(
                float(came),
                float(answered),
                float(wall),
                int(connection),
                host,
                path,
                int(status),
                int(sent),
                who,
            )


def by_host(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    """按主机 In the order of coming."""
    found: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        found[one.host].append(one)
    for known in found.values():
        known.sort(key=lambda one: one.came)
    return dict(found)


def earliness(times: Iterable[float], interval: float) -> tuple[float, float]:
    """提早 By how many seconds the worst of these moments came before its turn, and which it was. 0.0: none did.

    A turn lies `interval` seconds after the turn before it, or after the moment itself where that came later.
    """
    turn, worst, at = float("-inf"), 0.0, 0.0
    for moment in times:
        if turn - moment > worst:
            worst, at = turn - moment, moment
        turn = max(turn, moment) + interval
    return worst, at


def hasty(
    hosts: Mapping[str, list[Asked]], pace: Mapping[str, float], tolerance: float = TOLERANCE
) -> list[Haste]:
    """过快的主机 Those of `pace` (seconds between two requests, less what the crawler may vary) that were asked faster."""
    found = []
    for host, seconds in pace.items():
        early, at = earliness((one.came for one in hosts.get(host, ())), seconds)
        if early > tolerance:
            found.append(Haste(host, early, at))
    return found


def most_at_once(asked: Iterable[Asked]) -> int:
    """同时请求数 Of one host: how many were under way at the most busy moment."""
    steps = sorted((moment, step) for one in asked for moment, step in ((one.came, 1), (one.answered, -1)))
    now = most = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


def unheeded(asked: Iterable[Asked], wait: float, slack: float) -> list[Asked]:
    """未候 Of one host: requests that came although an earlier answer (429) had asked the visitor to wait.

    `slack`: seconds after that answer for what was already on its way. One request on another connection may have been
    longer on its way, where the visitor's machine is busy: a visitor that does not heed sends more than one.
    """
    found: list[Asked] = []
    told, until, spared = float("-inf"), float("-inf"), 0
    known = list(asked)
    steps = [(one.came, False, one) for one in known] + [(one.answered, True, one) for one in known]
    for moment, answer, one in sorted(steps, key=lambda step: step[0]):
        if answer and one.status == 429:
            told, until, spared = moment, moment + wait, one.connection
        elif not answer and told + slack < moment < until - slack:
            if spared not in (0, one.connection):
                spared = 0
            else:
                found.append(one)
    return found
