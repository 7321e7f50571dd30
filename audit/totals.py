"""合计 From marks to figures of the whole: the tree of sections, and what becomes of items that do not apply."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from audit.marks import NOTHING, Applies, Mark, weight_of
from model import CapAt, NotApplicable, Rule, RulePack, ScoringMode, Section

Range = tuple[Fraction, Fraction]
EXACT = 12  # decimals kept of a figure that is not rounded on purpose


@dataclass(frozen=True)
class Branch:
    """分支 A section with all that stands in it: the part its points stop, and the part they do not (重大扣分)."""

    section: Section
    capped: Mark
    beyond: Mark

    @property
    def whole(self) -> Mark:
        return replace(
            self.capped, low=self.capped.low + self.beyond.low, high=self.capped.high + self.beyond.high
        )


def branches(
    pack: RulePack, rules: Sequence[Rule], marks: Mapping[str, Mark]
) -> tuple[dict[str, Branch], list[Mark]]:
    """分支与部分 Every section, and the parts the full mark is made of: top sections, or items with their worth."""
    grown: dict[str, Branch] = {}
    for section in pack.sections:
        _grow(section, pack, rules, marks, grown)
    mode = pack.scoring.mode
    if mode is ScoringMode.DEDUCT:
        return grown, [grown[section.id].whole for section in pack.sections if section.within is None]
    return grown, [
        replace(marks[rule.id], full=None) if rule.uncapped else marks[rule.id]
        for rule in rules
        if rule.scored
    ]


def _grow(
    section: Section,
    pack: RulePack,
    rules: Sequence[Rule],
    marks: Mapping[str, Mark],
    grown: dict[str, Branch],
) -> Branch:
    if section.id in grown:
        return grown[section.id]
    inner = [_grow(one, pack, rules, marks, grown) for one in pack.sections if one.within == section.id]
    own = [rule for rule in rules if rule.section == section.id]
    capped = [marks[rule.id] for rule in own if not rule.uncapped] + [one.capped for one in inner]
    beyond = [marks[rule.id] for rule in own if rule.uncapped] + [one.beyond for one in inner]
    low, high = sum((one.low for one in capped), NOTHING), sum((one.high for one in capped), NOTHING)
    if section.points is not None and (section.within is None or pack.scoring.cap_at is CapAt.EVERY):
        low, high = min(low, Fraction(section.points)), min(high, Fraction(section.points))
    judged = [marks[rule.id].applies for rule in own if not rule.preview]
    judged += [one.whole.applies for one in inner]
    applies = max(judged, default=Applies.YES)
    branch = Branch(
        section,
        Mark(low, high, _full(section, pack, capped), applies),
        Mark(sum((one.low for one in beyond), NOTHING), sum((one.high for one in beyond), NOTHING)),
    )
    grown[section.id] = branch
    return branch


def _full(section: Section, pack: RulePack, inside: Iterable[Mark]) -> Fraction | None:
    mode = pack.scoring.mode
    if mode is ScoringMode.WEIGHTS:
        return weight_of(section.id, pack) * Fraction(pack.scoring.base)
    if mode is ScoringMode.DEDUCT or section.points is not None:
        return Fraction(section.points) if section.points is not None else None
    fulls = [
        one.full
        for one in inside
        if one.full is not None and (mode is not ScoringMode.RATIO or one.applies is not Applies.NO)
    ]
    return sum(fulls, NOTHING) if fulls else None


def total(pack: RulePack, parts: Sequence[Mark]) -> Range:
    """合计 The score before bonus, blend and veto: lowest and highest, between 0 and the full mark.

    Points of `base` that no part holds are not known and stay with the site. Where the points of what does not
    apply are spread over the rest, a part that may yet turn out not to apply is taken in or left out, whichever
    goes further.
    """
    base = Fraction(pack.scoring.base)
    if not pack.scoring.divides:
        lost_low, lost_high = (
            sum((one.low for one in parts), NOTHING),
            sum((one.high for one in parts), NOTHING),
        )
        return max(NOTHING, base - lost_high), max(NOTHING, base - lost_low)
    held = applicable(pack, parts)
    if held <= 0:
        return NOTHING, base  # nothing applies for certain: no score to be had
    open_ended = [one for one in parts if one.full and one.applies is Applies.PERHAPS]
    fixed = [one for one in parts if not one.full or one.applies is not Applies.PERHAPS]
    lowest = _quotient(
        held - sum((one.high for one in fixed), NOTHING), held,
        [(one.full - one.high, one.full) for one in open_ended if one.full], lowest=True,
    )  # fmt: skip
    highest = _quotient(
        held - sum((one.low for one in fixed), NOTHING), held,
        [(one.full - one.low, one.full) for one in open_ended if one.full], lowest=False,
    )  # fmt: skip
    return max(NOTHING, lowest * base), min(base, max(NOTHING, highest * base))


def applicable(pack: RulePack, parts: Sequence[Mark]) -> Fraction:
    """涉及分值 The points of all that applies for certain, with those that no part holds."""
    stated = sum((one.full for one in parts if one.full is not None), NOTHING)
    rest = NOTHING
    if pack.scoring.mode is not ScoringMode.RATIO:
        rest = max(NOTHING, Fraction(pack.scoring.base) - stated)
    certain = (one.full for one in parts if one.full is not None and one.applies is Applies.YES)
    return rest + sum(certain, NOTHING)


def redistributes(pack: RulePack, parts: Sequence[Mark]) -> bool:
    """有无折算 Whether the pack spreads points, and something did or may not apply."""
    return pack.scoring.not_applicable is NotApplicable.REDISTRIBUTE and any(
        one.applies is not Applies.YES and one.full is not None for one in parts
    )


def _quotient(
    got: Fraction, held: Fraction, open_ended: Iterable[tuple[Fraction, Fraction]], *, lowest: bool
) -> Fraction:
    """The extreme of (got + some of the gots) / (held + the same of the helds): best ratios first, while it helps."""
    for more, room in sorted(open_ended, key=lambda one: one[0] / one[1], reverse=not lowest):
        joined = (got + more) / (held + room)
        if (joined < got / held) if lowest else (joined > got / held):
            got, held = got + more, held + room
    return got / held


def half_up(figure: Fraction, decimals: int = EXACT) -> Decimal:
    """四舍五入 An exact figure (not negative) as a decimal of so many places at most, halves going up."""
    scale = 10**decimals
    whole = (2 * figure.numerator * scale + figure.denominator) // (2 * figure.denominator)
    text = f"{Decimal(whole).scaleb(-decimals):f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
