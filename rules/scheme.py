"""计分核对 What a scoring scheme must hold together: fields its mode asks for, sums, ladders, bands that leave no gap."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from model import (
    BandOn,
    CapAt,
    Fault,
    LadderBy,
    NotApplicable,
    Rule,
    RulePack,
    ScoringMode,
    Section,
    Severity,
)
from rules.document import Document
from rules.entries import PackEntry

Place = tuple[str | int, ...]
DEEPEST = 10  # levels of indicators
NESTED = (ScoringMode.DEDUCT, ScoringMode.POINTS)  # modes whose sections hold points of their own


def check_scheme(pack: RulePack, entry: PackEntry, document: Document) -> None:
    """核对计分 Refuses the first thing that does not hold together. Raises Fault `fault.pack_*` (exit 3)."""
    scheme = _Scheme(pack, entry, document)
    scheme.check_tree()
    scheme.check_scoring()
    for section in pack.sections:
        scheme.check_section(section)
    for rule in pack.rules:
        scheme.check_rule(rule)
    scheme.check_sums()


class _Scheme:
    """A merged pack beside the file it was read from, to say where a thing stands."""

    def __init__(self, pack: RulePack, entry: PackEntry, document: Document) -> None:
        self.pack, self.entry, self.document = pack, entry, document
        self.scoring, self.mode = pack.scoring, pack.scoring.mode
        self.places: dict[str, Place] = {one.id: ("sections", n) for n, one in enumerate(entry.sections)}
        self.places |= {one.id: ("overrides", n) for n, one in enumerate(entry.overrides)}
        self.places |= {one.id: ("rules", n) for n, one in enumerate(entry.rules)}
        self.known = {section.id: section for section in pack.sections}

    def refuse(self, message: str, name: str, *field: str | int, **params: Any) -> None:
        """What stands in the base is complained of where this file sets the scoring."""
        place = (*self.places[name], *field) if name in self.places else ("scoring", *field)
        raise Fault(
            f"fault.pack_{message}", file=self.document.file, line=self.document.line_of(place), entry=name,
            field=".".join(str(part) for part in field), **params,
        )  # fmt: skip

    def refuse_scoring(self, message: str, *field: str | int, **params: Any) -> None:
        self.refuse(message, self.pack.id, *field, **params)

    def check_tree(self) -> None:
        for section in self.pack.sections:
            path, inner = [section.id], section
            while inner.within is not None:
                if inner.within not in self.known:
                    self.refuse("unknown_within", inner.id, "within", within=inner.within)
                inner = self.known[inner.within]
                path.append(inner.id)
                if inner.id in path[:-1]:
                    self.refuse("within_cycle", section.id, "within", chain=" → ".join(path))
                if len(path) > DEEPEST:
                    self.refuse("bad_value", section.id, "within", given=section.within)

    def check_scoring(self) -> None:
        scoring = self.scoring
        if scoring.cap_at is CapAt.TOP and self.mode is not ScoringMode.DEDUCT:
            self.refuse_scoring("foreign_to_mode", "cap_at", mode=self.mode)
        if scoring.bonus and (scoring.bonus.above is None) == (scoring.bonus.at_least is None):
            self.refuse_scoring("one_of_two", "bonus", first="above", second="at_least")
        if scoring.bonus and not scoring.bonus.opens(Fraction(scoring.base)):
            gate = "above" if scoring.bonus.above is not None else "at_least"
            given, most = str(getattr(scoring.bonus, gate)), str(scoring.base)
            self.refuse_scoring("above", "bonus", gate, given=given, most=most)
        if scoring.veto_score is not None and scoring.veto_score > scoring.base:
            given, most = str(scoring.veto_score), str(scoring.base)
            self.refuse_scoring("sum_over", "veto_score", given=given, most=most, day=self._first_day())
        if scoring.blend:
            parts = [part.id for part in scoring.blend.others]
            if len(set(parts)) < len(parts):
                twice = next(name for name in parts if parts.count(name) > 1)
                self.refuse_scoring("bad_value", "blend", "others", given=twice)
            weights = [scoring.blend.audit, *(part.weight for part in scoring.blend.others)]
            if sum(weights) != 1:
                self.refuse_scoring("blend_sum", "blend", given=str(sum(weights)))
        self._check_bands()

    def _check_bands(self) -> None:
        bands = sorted(self.scoring.bands, key=lambda band: band.at_least)
        for place, band in enumerate(self.scoring.bands):
            same = [
                one for one in self.scoring.bands if band.at_least == one.at_least or band.name == one.name
            ]
            if len(same) > 1:
                self.refuse_scoring("band_twice", "bands", place, band=band.name)
            if self.scoring.band_on is BandOn.INTEGER and band.at_least != int(band.at_least):
                given = str(band.at_least)
                self.refuse_scoring("bad_value", "bands", place, "at_least", given=given)
        reached = self.scoring.base + (self.scoring.bonus.most if self.scoring.bonus else 0)
        for place, band in enumerate(self.scoring.bands):
            if band.at_least > reached:
                given, most = str(band.at_least), str(reached)
                self.refuse_scoring("above", "bands", place, "at_least", given=given, most=most)
        if bands and bands[0].at_least > 0:
            self.refuse_scoring("band_gap", "bands", lowest=str(bands[0].at_least))

    def check_section(self, section: Section) -> None:
        if section.weight is None and self.mode is ScoringMode.WEIGHTS and self._holds_scored(section):
            self.refuse("lacks_for_mode", section.id, "weight", mode=self.mode)
        if section.id not in self.places:
            return  # the base wrote it for a mode of its own
        if section.weight is not None and self.mode is not ScoringMode.WEIGHTS:
            self.refuse("foreign_to_mode", section.id, "weight", mode=self.mode)
        if section.points is not None and self.mode not in NESTED:
            self.refuse("foreign_to_mode", section.id, "points", mode=self.mode)

    def check_rule(self, rule: Rule) -> None:
        if rule.ladder is not None:
            self._check_ladder(rule)
        if rule.uncapped and self.mode not in NESTED:
            self.refuse("foreign_to_mode", rule.id, "uncapped", mode=self.mode)
        if rule.weight is not None and self.mode is not ScoringMode.WEIGHTS and rule.id in self.places:
            self.refuse("foreign_to_mode", rule.id, "weight", mode=self.mode)
        self._check_points(rule)
        if not rule.scored or rule.uncapped:
            return
        if rule.worth is None and self.mode is not ScoringMode.DEDUCT:
            self.refuse("lacks_for_mode", rule.id, "worth", mode=self.mode)
        if rule.weight is None and self.mode is ScoringMode.WEIGHTS:
            self.refuse("lacks_for_mode", rule.id, "weight", mode=self.mode)

    def _check_points(self, rule: Rule) -> None:
        """One finding costs no more than there is to lose; a bonus needs a gate to come in by."""
        points = rule.points
        if points is None:
            return
        if rule.severity is Severity.BONUS and points and self.scoring.bonus is None:
            self.refuse("bonus_shut", rule.id, "points")
        if rule.severity is not Severity.DEDUCT or self.mode not in NESTED:
            return  # elsewhere points are read against the rule's own worth
        limits = [self.scoring.base]
        section = None if rule.uncapped else self.known.get(rule.section)
        while section is not None:
            if section.points is not None and (section.within is None or self.scoring.cap_at is CapAt.EVERY):
                limits.append(section.points)
            section = self.known.get(section.within or "")
        if points > min(limits):
            self.refuse("above", rule.id, "points", given=str(points), most=str(min(limits)))

    def _check_ladder(self, rule: Rule) -> None:
        ladder = rule.ladder
        assert ladder is not None  # noqa: S101 - for the type checker
        if rule.points is not None:
            self.refuse("one_of_two", rule.id, "ladder", first="points", second="ladder")
        if rule.worth is None:
            self.refuse("missing_field", rule.id, "worth")
        *before, last = ladder.steps
        limits = [step.at_most for step in before if step.at_most is not None]
        rising = len(limits) == len(before) and all(a < b for a, b in pairwise(limits))
        keeps = [step.keeps for step in ladder.steps]
        falling = all(a >= b for a, b in pairwise(keeps))
        if not limits or not rising or not falling or last.at_most is not None:
            self.refuse("ladder_broken", rule.id, "ladder", "steps")
        if ladder.by is LadderBy.SHARE and limits and limits[-1] >= 1:
            at = len(limits) - 1
            self.refuse("bad_value", rule.id, "ladder", "steps", at, "at_most", given=str(limits[-1]))

    def check_sums(self) -> None:
        """Parts never hold more than the whole, on any day on which the rules in force change."""
        if self.mode is ScoringMode.RATIO:
            return
        spread = self.scoring.not_applicable is NotApplicable.REDISTRIBUTE
        if self.mode is ScoringMode.DEDUCT:
            if spread:
                self._check_spread()
            return
        for day in self._days():
            for section in self.pack.sections:
                most = Decimal(1) if self.mode is ScoringMode.WEIGHTS else section.points
                given = self._inside(section.id, day)
                if most is not None and given > most:
                    field = "weight" if self.mode is ScoringMode.WEIGHTS else "points"
                    self.refuse("sum_over", section.id, field, given=str(given), most=str(most), day=str(day))
            given, most = self._inside(None, day), self._whole()
            if given > most:
                self.refuse_scoring("sum_over", "base", given=str(given), most=str(most), day=str(day))

    def _check_spread(self) -> None:
        """Only sections that hold a known number of points can have them spread over the rest."""
        tops = [section for section in self.pack.sections if section.within is None]
        for section in tops:
            if section.points is None and self._holds_scored(section):
                self.refuse("lacks_for_mode", section.id, "points", mode=NotApplicable.REDISTRIBUTE)
        given = sum((section.points or Decimal(0) for section in tops), Decimal(0))
        if given > self.scoring.base:
            most, day = str(self.scoring.base), self._first_day()
            self.refuse_scoring("sum_over", "base", given=str(given), most=most, day=day)

    def _whole(self) -> Decimal:
        return Decimal(1) if self.mode is ScoringMode.WEIGHTS else self.scoring.base

    def _inside(self, section_id: str | None, day: date) -> Decimal:
        """What stands directly in a section, or in no section, adds up to."""
        given = Decimal(0)
        for section in self.pack.sections:
            if section.within == section_id:
                if self.mode is ScoringMode.WEIGHTS:
                    given += section.weight or 0
                else:
                    given += section.points if section.points is not None else self._inside(section.id, day)
        for rule in self.pack.rules:
            if rule.section == section_id and self._holds(rule) and rule.in_force(day):
                given += (rule.weight if self.mode is ScoringMode.WEIGHTS else rule.worth) or 0
        return given

    def _holds(self, rule: Rule) -> bool:
        return rule.severity is Severity.DEDUCT and not rule.preview and not rule.uncapped

    def _holds_scored(self, section: Section) -> bool:
        inner = [one for one in self.pack.sections if one.within == section.id]
        return any(rule.section == section.id and rule.scored for rule in self.pack.rules) or any(
            self._holds_scored(one) for one in inner
        )

    def _days(self) -> Iterator[date]:
        first = self.pack.effective_from
        begun = {rule.effective_from for rule in self.pack.rules if rule.effective_from}
        yield from sorted({first} | {day for day in begun if day > first})

    def _first_day(self) -> str:
        return self.pack.effective_from.isoformat()
