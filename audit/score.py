"""得分 What the verdicts cost: caps, suspected vetoes, and a range while anything is undecided."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from model import (
    Band,
    Outcome,
    Rule,
    RulePack,
    Score,
    SectionScore,
    Severity,
    Verdict,
    VetoSuspect,
)

NOTHING = Decimal(0)


def score(pack: RulePack, verdicts: Sequence[Verdict]) -> Score:
    """计分 Points lost for certain and at most. Unverified or preview rules and unknown figures cost nothing.

    Only FAIL costs points; what is unsure, blocked, not observed or crashed widens the range downwards.
    """
    counted = [verdict for verdict in verdicts if not verdict.preview]
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in counted:
        by_rule.setdefault(verdict.rule_id, []).append(verdict)

    sections = []
    for section in pack.sections:
        low = high = NOTHING
        for rule in pack.rules:
            if rule.section == section.id and rule.severity is Severity.DEDUCT:
                sure, possible = _lost(rule, by_rule.get(rule.id, ()))
                low, high = low + sure, high + possible
        if section.points is not None:
            low, high = min(low, section.points), min(high, section.points)
        sections.append(
            SectionScore(
                id=section.id, title=section.title, title_en=section.title_en, points=section.points,
                lost_low=low, lost_high=high,
            )
        )  # fmt: skip

    base = pack.scoring.base
    best = max(NOTHING, base - sum((part.lost_low for part in sections), NOTHING))
    worst = max(NOTHING, base - sum((part.lost_high for part in sections), NOTHING))
    vetoes = _vetoes(pack, by_rule)
    bands = {_band(pack.scoring.bands, value) for value in (best, worst)}
    failed = [verdict for verdict in counted if verdict.outcome is Outcome.FAIL]
    priced = {rule.id for rule in pack.rules if rule.points is not None and rule.verified}
    return Score(
        base=base,
        low=worst,
        high=best,
        sections=tuple(sections),
        vetoes=vetoes,
        band=bands.pop() if len(bands) == 1 and not vetoes else None,
        provisional=bool(vetoes) or any(not verdict.outcome.decided for verdict in counted),
        unscored=sum(
            1 for verdict in failed if verdict.rule_id not in priced and verdict.severity is Severity.DEDUCT
        ),
    )


def points_of(rule: Rule) -> Decimal | None:
    """单次扣分 What one finding of this rule costs; None when the figure is not known or not confirmed."""
    return rule.points if rule.verified and rule.severity is Severity.DEDUCT else None


def _lost(rule: Rule, verdicts: Iterable[Verdict]) -> tuple[Decimal, Decimal]:
    points = points_of(rule)
    if points is None:
        return NOTHING, NOTHING
    sure, possible = _count(verdicts)
    low, high = points * sure, points * possible
    return (low, high) if rule.cap is None else (min(low, rule.cap), min(high, rule.cap))


def _count(verdicts: Iterable[Verdict]) -> tuple[int, int]:
    """How many fail for certain, and how many if everything undecided failed too."""
    outcomes = [verdict.outcome for verdict in verdicts]
    failed = outcomes.count(Outcome.FAIL)
    return failed, failed + sum(1 for outcome in outcomes if not outcome.decided)


def _vetoes(pack: RulePack, by_rule: dict[str, list[Verdict]]) -> tuple[VetoSuspect, ...]:
    """Vetoes that are suspected, or that the undecided verdicts could still bring about."""
    suspects = []
    for rule in pack.rules:
        if rule.severity is Severity.VETO and not rule.preview and rule.verified:
            low, high = _count(by_rule.get(rule.id, ()))
            suspects.append(
                VetoSuspect(
                    id=rule.id, title=rule.title, title_en=rule.title_en, low=low, high=high, at_least=1,
                    basis=rule.basis,
                )
            )  # fmt: skip
    for tally in pack.tallies:
        low, high = _count(verdict for rule_id in tally.counts for verdict in by_rule.get(rule_id, ()))
        suspects.append(
            VetoSuspect(
                id=tally.id, title=tally.title, title_en=tally.title_en, low=low, high=high, at_least=tally.at_least,
                basis=tally.basis,
            )
        )  # fmt: skip
    return tuple(suspect for suspect in suspects if suspect.high >= suspect.at_least)


def _band(bands: Sequence[Band], value: Decimal) -> str | None:
    for band in sorted(bands, key=lambda band: band.at_least, reverse=True):
        if value >= band.at_least:
            return band.name
    return None
