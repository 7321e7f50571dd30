"""普查 Every site of the country: its name, how its host behaves, and what is planted in it. By seed and number alone.

Shares are those of the issue: 3 % slow hosts, 2 % that throttle, 1 % that fail, 5 % that answer conditional
requests with 304, 10 % in GBK, a third compressed. Site n is the same in a country of 10 as in one of 15,000.
"""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

ENDING = ".example"
CONTROL = f"control{ENDING}"  # a host that answers, to ask whether the network is there at all
OUTSIDE = 40  # hosts that are no sites of the roster, but sites link to them
SLOWEST_ROBOTS = 0.6  # seconds: the Crawl-delay that some hosts ask for
SITES_A_PLATFORM = 4
CLOSED = "/nbxt/"  # what some robots.txt keep closed

One = TypeVar("One", bound=StrEnum)


class Temper(StrEnum):
    """脾气 How a host answers."""

    QUICK = "quick"  # a median of 20 ms, now and then ten times that
    SLOW = "slow"  # one to two seconds each
    THROTTLING = "throttling"  # 429 with Retry-After, every so often
    BROKEN = "broken"  # 503 for everything, all night
    RESETTING = "resetting"  # the first connections are reset
    FLAPPING = "flapping"  # some pages answer 500 when they are asked for the first time


class Robots(StrEnum):
    """爬虫协议"""

    NONE = "none"  # 404
    OPEN = "open"
    PART = "part"  # a part is closed to everybody
    UNHURRIED = "unhurried"  # names a Crawl-delay


class Plant(StrEnum):
    """种下的问题 What is wrong with a site; the truth of the country."""

    STALE = "stale"  # 工作动态 has not been updated for a year
    BLANK = "blank"  # 统计信息 holds nothing
    DEAD_LINK = "dead_link"  # an article links to a page that is gone
    DEAD_FILE = "dead_file"  # … to an attachment that is gone
    DEAD_OUTSIDE = "dead_outside"  # … to a page of another site that is gone
    NO_GUIDE = "no_guide"  # 政府信息公开指南 is missing
    NO_MARK = "no_mark"  # no 网站标识码 in the foot
    NO_RECORD = "no_record"  # no ICP 备案号


# Of 100 sites so many have it; drawn one by one, so that a site may have several or none.
_PLANTED = {Plant.STALE: 30, Plant.BLANK: 20, Plant.DEAD_LINK: 20, Plant.DEAD_FILE: 10, Plant.DEAD_OUTSIDE: 5,
            Plant.NO_GUIDE: 15, Plant.NO_MARK: 12, Plant.NO_RECORD: 12}  # fmt: skip
# Of 1,000 hosts so many.
_TEMPERS = (
    (Temper.SLOW, 30),
    (Temper.THROTTLING, 20),
    (Temper.BROKEN, 4),
    (Temper.RESETTING, 3),
    (Temper.FLAPPING, 3),
)
_ROBOTS = ((Robots.OPEN, 300), (Robots.PART, 20), (Robots.UNHURRIED, 20))
# A small country has one of each too.
_ALWAYS = {5: Temper.SLOW, 6: Temper.THROTTLING, 7: Temper.RESETTING, 8: Temper.FLAPPING, 9: Temper.BROKEN}
_ALWAYS_ROBOTS = {11: Robots.PART, 12: Robots.UNHURRIED}


@dataclass(frozen=True)
class Town:
    """一站 One site of the country. `host` without port; `platform` is shared by neighbours."""

    number: int
    name: str
    code: str
    host: str
    department: bool
    temper: Temper
    robots: Robots
    platform: str | None
    gbk: bool
    packed: bool
    validators: bool
    plants: frozenset[Plant]
    abroad: tuple[str, ...]  # hosts of others it links to

    @property
    def organiser(self) -> str:
        return f"{self.name}{'教育局' if self.department else '人民政府办公室'}"

    @property
    def title(self) -> str:
        return f"{self.name}{'教育局网站' if self.department else '人民政府门户网站'}"


def town(number: int, seed: int = 1) -> Town:
    """一站 Site `number` (from 0) of the country of that seed."""
    chance = random.Random(f"{seed}/{number}/town")
    shared = number % 50 < SITES_A_PLATFORM  # neighbours, so that they are due together
    return Town(
        number=number,
        name=f"测算{number:05}县",
        code=f"99{number:06}01",
        host=f"www.x{number:05}{ENDING}",
        department=chance.random() < 0.5,
        temper=_ALWAYS.get(number) or _drawn(chance, _TEMPERS, Temper.QUICK),
        robots=_ALWAYS_ROBOTS.get(number) or _drawn(chance, _ROBOTS, Robots.NONE),
        platform=f"测算平台{number // 50:03}" if shared else None,
        gbk=chance.random() < 0.10,
        packed=chance.random() < 0.33,
        validators=chance.random() < 0.05,
        plants=frozenset(plant for plant, share in _PLANTED.items() if chance.random() * 100 < share),
        abroad=tuple(outside_host(one) for one in chance.sample(range(OUTSIDE), 2)),
    )


def outside_host(number: int) -> str:
    """站外主机 Of a site that is on no roster."""
    return f"www.o{number:02}{ENDING}"


def _drawn(chance: random.Random, shares: tuple[tuple[One, int], ...], usual: One) -> One:
    at = chance.randrange(1000)
    for one, share in shares:
        if at < share:
            return one
        at -= share
    return usual
