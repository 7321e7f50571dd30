"""链接得分 What a program said of the planted links, kind by kind, beside the truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.planted_process import Planted
from fixtures.planted import Truth, mark_in


class Said(NamedTuple):
    """所言 Addresses a program calls broken, those it only asks a person about, and those it lists as not checked."""

    broken: tuple[str, ...]
    asked: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass
class KindScore:
    """一种的得分 Of `planted` links of a kind: how many are called broken, asked about, listed as not checked."""

    kind: str
    truth: Truth
    browser: bool
    planted: int = 0
    broken: int = 0
    asked: int = 0
    unchecked: int = 0

    @property
    def right(self) -> bool:
        """全对 Every fault of the kind told, or nothing innocent of it accused."""
        if self.truth is Truth.DEAD:
            return self.broken == self.planted
        if self.truth is Truth.SUSPECTED:
            return self.broken + self.asked == self.planted
        return self.broken == 0


@dataclass
class Scores:
    """得分 By kind, and the addresses called broken that nobody planted."""

    kinds: dict[str, KindScore] = field(default_factory=dict)
    unplanted: tuple[str, ...] = ()
    unplanted_asked: tuple[str, ...] = ()

    @property
    def faults(self) -> list[KindScore]:
        return [one for one in self.kinds.values() if one.truth.fault]

    @property
    def innocents(self) -> list[KindScore]:
        return [one for one in self.kinds.values() if not one.truth.fault]

    @property
    def found(self) -> int:
        """说中 Faults called broken, and those that can only be suspected when a person is asked about them."""
        return sum(one.broken + (one.asked if one.truth is Truth.SUSPECTED else 0) for one in self.faults)

    @property
    def planted_faults(self) -> int:
        return sum(one.planted for one in self.faults)

    @property
    def false(self) -> int:
        """冤枉 Innocent links, and pages nobody planted, that are called broken."""
        return sum(one.broken for one in self.innocents) + len(self.unplanted)

    @property
    def recall(self) -> float:
        return self.found / self.planted_faults

    @property
    def precision(self) -> float:
        told = self.found + self.false
        return self.found / told if told else 1.0


def scored(planted: Sequence[Planted], said: Said) -> Scores:
    """打分 Every address is taken for the plant whose mark it bears, however the program spells it."""
    known = {one.mark for one in planted}
    broken, unplanted = _marks(said.broken, known)
    asked, unplanted_asked = _marks(said.asked, known)
    unchecked, _ = _marks(said.unchecked, known)
    unseen = set(said.unchecked)
    scores = Scores(unplanted=unplanted, unplanted_asked=unplanted_asked)
    for one in planted:
        kind = scores.kinds.setdefault(one.kind, KindScore(one.kind, one.truth, one.browser))
        kind.planted += 1
        if one.mark in broken:
            kind.broken += 1
        elif one.mark in asked:
            kind.asked += 1
        elif one.mark in unchecked or (one.parents and unseen.issuperset(one.parents)):
            kind.unchecked += 1
    return scores


def _marks(urls: Iterable[str], known: set[str]) -> tuple[set[str], tuple[str, ...]]:
    found: set[str] = set()
    strange = []
    for url in urls:
        mark = mark_in(url)
        if mark in known:
            found.add(mark)
        else:
            strange.append(url)
    return found, tuple(sorted(set(strange)))
