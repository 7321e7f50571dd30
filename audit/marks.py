"""单项计分 What one rule loses for certain and at most, in its own points, and whether it applies at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction

from model import CapAt, LadderBy, Outcome, Rule, RulePack, Scoring, ScoringMode, Section, Severity, Verdict

NOTHING = Fraction(0)


class Applies(IntEnum):
    """是否涉及 PERHAPS: everything about it is undecided, so it may yet turn out not to apply."""

    NO = 0
    PERHAPS = 1
    YES = 2


@dataclass(frozen=True)
class Mark:
    """单项得失 `low` is lost for certain, `high` if everything undecided failed; `full` the points it counts for."""

    low: Fraction = NOTHING
    high: Fraction = NOTHING
    full: Fraction | None = None
    applies: Applies = Applies.YES


def mark(rule: Rule, verdicts: Sequence[Verdict], pack: RulePack) -> Mark:
    """单项计分 Of a scored rule, in the points of the pack; of any other only whether it applies."""
    applies = _applies(verdicts)
    if not rule.scored:
        return Mark(applies=applies)
    scale = scale_of(rule, pack)
    full = Fraction(rule.worth) * scale if rule.worth is not None else None
    if applies is Applies.NO:
        return Mark(full=full, applies=applies)
    sure, possible, asked = _failures(rule, verdicts, pack.scoring)
    low, high = (_loss(rule, failed, asked, pack.scoring) * scale for failed in (sure, possible))
    return Mark(low, high, full, applies)


def adjusted(found: Mark, rule: Rule, entered: Fraction, pack: RulePack) -> Mark:
    """台账增减 An item with the points entered for it during the year, never below nothing nor above what it may lose."""
    if not rule.scored or found.applies is Applies.NO:
        return found
    scale = scale_of(rule, pack)
    limits = [
        Fraction(one) * scale for one in (rule.cap, rule.worth) if one is not None and not rule.uncapped
    ]
    low, high = (max(NOTHING, end - entered * scale) for end in (found.low, found.high))
    return replace(found, low=min([low, *limits]), high=min([high, *limits]))


def cost_of(rule: Rule, verdict: Verdict, pack: RulePack) -> Fraction | None:
    """单次扣分 What one finding costs by itself; None when no figure is confirmed or the item is graded as a whole."""
    if not rule.scored or rule.points is None:
        return None
    return Fraction(rule.points) * scale_of(rule, pack) * (1 - _kept(rule, verdict, pack.scoring))


def scale_of(rule: Rule, pack: RulePack) -> Fraction:
    """折算系数 Points of the pack for one point of the rule: 1, except where weights multiply down the tree."""
    if pack.scoring.mode is not ScoringMode.WEIGHTS or rule.worth is None:
        return Fraction(1)
    share = Fraction(rule.weight or 0) * weight_of(rule.section, pack)
    return share * Fraction(pack.scoring.base) / Fraction(rule.worth)


def weight_of(section_id: str, pack: RulePack) -> Fraction:
    """累计权重 The weights of a section and of all around it, multiplied."""
    known: dict[str, Section] = {section.id: section for section in pack.sections}
    share, section = Fraction(1), known.get(section_id)
    while section is not None:
        share *= Fraction(section.weight or 0)
        section = known.get(section.within) if section.within else None
    return share


def bonus_of(rule: Rule, verdicts: Sequence[Verdict]) -> tuple[Fraction, Fraction]:
    """单项加分 Earned for certain and at most: the whole of it, when the rule was observed to pass everywhere."""
    if rule.severity is not Severity.BONUS or rule.points is None or not rule.verified or rule.preview:
        return NOTHING, NOTHING
    asked = [verdict.outcome for verdict in verdicts if verdict.outcome is not Outcome.NOT_APPLICABLE]
    whole = Fraction(rule.points)
    sure = bool(asked) and all(outcome is Outcome.PASS for outcome in asked)
    possible = Outcome.FAIL not in asked and (bool(asked) or not verdicts)
    return whole if sure else NOTHING, whole if possible else NOTHING


def _applies(verdicts: Sequence[Verdict]) -> Applies:
    outcomes = {verdict.outcome for verdict in verdicts}
    if outcomes & {Outcome.PASS, Outcome.FAIL}:
        return Applies.YES
    # A rule nobody asked is undecided too.
    return Applies.NO if outcomes == {Outcome.NOT_APPLICABLE} else Applies.PERHAPS


def _failures(rule: Rule, verdicts: Sequence[Verdict], scoring: Scoring) -> tuple[Fraction, Fraction, int]:
    """Failures for certain, failures at most, and how many were asked. One that has a stand-in counts in part."""
    sure, undecided, asked = NOTHING, 0, 0
    for verdict in verdicts:
        asked += verdict.stands_for if verdict.outcome is not Outcome.NOT_APPLICABLE else 0
        undecided += verdict.stands_for if not verdict.outcome.decided else 0
        if verdict.outcome is Outcome.FAIL:
            sure += 1 - _kept(rule, verdict, scoring)
    if not verdicts:
        undecided = asked = 1
    return sure, sure + undecided, asked


def _kept(rule: Rule, verdict: Verdict, scoring: Scoring) -> Fraction:
    """The share a stand-in keeps. One the pack does not speak of keeps all: its cost is not known."""
    if verdict.credit is None:
        return NOTHING
    return Fraction(rule.credit.get(verdict.credit, scoring.credit.get(verdict.credit, 1)))


def _loss(rule: Rule, failed: Fraction, asked: int, scoring: Scoring) -> Fraction:
    worth = Fraction(rule.worth) if rule.worth is not None else None
    if rule.ladder is not None:
        figure = failed / asked if rule.ladder.by is LadderBy.SHARE else failed
        return (worth or NOTHING) * (1 - rule.ladder.kept(figure))
    limits = [] if rule.cap is None else [Fraction(rule.cap)]
    binding = scoring.mode is not ScoringMode.DEDUCT or scoring.cap_at is CapAt.EVERY
    if worth is not None and binding and not rule.uncapped:
        limits.append(worth)
    return min([Fraction(rule.points or 0) * failed, *limits])
