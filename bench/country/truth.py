"""真值 What an audit of a site must find of what was planted in it, and may not find elsewhere."""

from collections.abc import Iterable
from typing import NamedTuple

from bench.country.books import Filed
from bench.country.census import Plant, Temper, Town
from bench.country.pages import DEAD_FILE, DEAD_OUTSIDE, DEAD_PAGE, NEWS, STATISTICS

_RULES = {
    Plant.STALE: ("N19-UPDATE-01", f"/{NEWS[1]}/"),
    Plant.BLANK: ("N19-UPDATE-06", f"/{STATISTICS[1]}/"),
    Plant.DEAD_LINK: ("N19-LINK-02", DEAD_PAGE),
    Plant.DEAD_FILE: ("N19-LINK-04", DEAD_FILE),
    Plant.NO_GUIDE: ("N19-PLATFORM-02", "guide"),
    Plant.NO_MARK: ("N19-MARK-03", "site_code"),
    Plant.NO_RECORD: ("N19-MARK-04", "icp"),
}
_OUTSIDE = "N19-LINK-07"  # of others: in doubt until it was seen on another day
# These rules accuse nobody in the country but where something was planted.
WATCHED = frozenset({_OUTSIDE, *(rule for rule, _ in _RULES.values())})


class Accuracy(NamedTuple):
    """准确 Of all sites together: `found` as accused, `doubted` as 需人工核实; `missed` and `extra` in words."""

    planted: int
    found: int
    doubted: int
    missed: list[str]
    extra: list[str]


def accuracy(towns: Iterable[Town], filed: dict[str, list[Filed]]) -> Accuracy:
    """比真值 Hosts that answer 503 all night are left out: nothing of theirs was seen."""
    planted = found = doubted = 0
    missed: list[str] = []
    extra: list[str] = []
    for town in towns:
        if town.temper is Temper.BROKEN:
            continue
        wanted = {_RULES[plant] for plant in town.plants if plant in _RULES}
        if Plant.DEAD_OUTSIDE in town.plants:
            wanted.add((_OUTSIDE, DEAD_OUTSIDE))
        said: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
        for _, rule, locus, outcome, _ in filed.get(town.code, ()):
            said[outcome == "fail"].add((rule, _place(locus)))
        accused = {one for one in said[True] if one[0] in WATCHED}
        planted += len(wanted)
        found += len(wanted & accused)
        doubted += len((wanted & said[False]) - accused)
        missed += [f"{town.host}: {rule} {place}" for rule, place in sorted(wanted - accused - said[False])]
        extra += [f"{town.host}: {rule} {place}" for rule, place in sorted(accused - wanted)]
    return Accuracy(planted, found, doubted, missed, extra)


def _place(locus: str) -> str:
    """The locus without the host it stands on, whichever that is."""
    _, _, rest = locus.partition("://")
    return f"/{rest.partition('/')[2]}" if rest else locus
