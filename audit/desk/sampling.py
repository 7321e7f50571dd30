"""抽样 How many sites are drawn, how many may repeat, how strata share them, and which they are. Pure, exact, no chance but the seed.

Whatever is drawn here can be drawn again by anybody with the frame, the seed and the rules of docs/draw.md.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from model import Fault, RepeatReading
from model.draw import DRAWS_A_QUARTER

_MOST_NAMED = 5  # strata that a refusal names


def sample_size(share: Decimal, sites: int) -> int:
    """抽取数量 ⌈share × sites⌉ (黑龙江2017 三（二）: 不少于本地政府网站正常运行总数的15%)."""
    return math.ceil(Fraction(share) * sites)


def repeat_limit(repeats: Decimal, size: int) -> int:
    """重复上限 ⌊repeats × size⌋ (黑龙江2017 三（二）: 重复率不得高于10%)."""
    return math.floor(Fraction(repeats) * size)


class Room(NamedTuple):
    """所需网站数 How many sites it takes to draw quarter after quarter: with `always` of them no draw ever fails, with fewer than
    `least` some draw must fail; in between it depends on what chance repeats.
    """

    reading: RepeatReading
    always: int
    least: int


def rooms(size: int, limit: int) -> tuple[Room, ...]:
    """各口径所需 Two draws a quarter (黑龙江2017 三（二）: 每季度要组织两次), sites neither coming nor going."""
    draws, fresh = DRAWS_A_QUARTER, size - limit
    return (
        Room(RepeatReading.WITHIN, (draws - 1) * size + fresh, (draws - 1) * fresh + size),
        Room(RepeatReading.LAST, draws * size + fresh, size + fresh),
        Room(RepeatReading.BOTH, (2 * draws - 1) * size + fresh, (2 * draws - 1) * fresh + size),
    )


def allocate(size: int, strata: Mapping[str, int]) -> dict[str, int]:
    """分层分配 How many of `size` go to each stratum, by its number of sites; strata in code point order.

    With `size` at least the number of strata none is left out: strata whose quota (places × sites ÷ all sites) is below 1
    get 1 and are set aside, the quotas of the others are reckoned anew from what is left, until none is below 1. Then each
    has the whole part of its quota; what is over goes to the largest fractions, among equals to the larger stratum, then
    in code point order.
    """
    places, left = size, dict(strata)
    found: dict[str, int] = {}
    while size >= len(strata):
        total = sum(left.values())
        small = [name for name, sites in left.items() if places * sites < total]
        if not small:
            break
        for name in small:
            found[name] = 1
            places -= 1
            del left[name]
    total = sum(left.values())
    over = []
    for name, sites in left.items():
        found[name], rest = divmod(places * sites, total)
        over.append((-rest, -sites, name))
    for _, _, name in sorted(over)[: size - sum(found.values())]:
        found[name] += 1
    return {name: found[name] for name in sorted(strata)}


def ranked(seed: str, keys: Iterable[str]) -> list[str]:
    """排序 By the SHA-256 of the seed, a line feed and the key, in UTF-8, read as 64 hex digits, the lowest first."""
    return sorted(keys, key=lambda key: (hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest(), key))


def choose(
    stratum_of: Mapping[str, str], wanted: Mapping[str, int], barred: Collection[str], limit: int, seed: str
) -> list[str]:
    """抽取 In order of rank; of each stratum as many as `wanted`; at most `limit` of those `barred`, which repeat.

    A site is passed over when its stratum is full. A repeat is taken when its stratum lacks more sites than it has fresh
    ones left; else only while repeats are to spare: `limit` less all that such strata lack. Raises Fault (exit 3) when
    the draw cannot be filled.
    """
    need = dict(wanted)
    fresh = Counter(stratum for key, stratum in stratum_of.items() if key not in barred)
    spare = limit - sum(max(0, count - fresh[stratum]) for stratum, count in need.items())
    if spare < 0:
        raise _impossible(need, fresh, len(stratum_of), limit)
    chosen: list[str] = []
    for key in ranked(seed, stratum_of):
        stratum = stratum_of[key]
        if not need[stratum]:
            continue
        if key not in barred:
            fresh[stratum] -= 1
        elif need[stratum] <= fresh[stratum]:
            if not spare:
                continue
            spare -= 1
        need[stratum] -= 1
        chosen.append(key)
    return chosen


def _impossible(need: Mapping[str, int], fresh: Mapping[str, int], sites: int, limit: int) -> Fault:
    short = {name: count - fresh[name] for name, count in need.items() if count > fresh[name]}
    unused = sum(fresh.values())
    told: dict[str, Any] = {
        "size": sum(need.values()), "sites": sites, "fresh": unused, "barred": sites - unused, "limit": limit,
        "lacking": sum(short.values()),
    }  # fmt: skip
    if len(need) == 1:
        return Fault("fault.draw_impossible", **told)
    first = sorted(short, key=lambda one: (-short[one], one))[:_MOST_NAMED]
    names = "、".join(f"{name or '–'} {need[name]}>{fresh[name]}" for name in first)
    return Fault("fault.draw_impossible_strata", **told, names=names)
