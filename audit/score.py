"""得分 What the verdicts cost by the pack's own scheme, with suspected vetoes, and a range while anything is undecided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from audit.marks import NOTHING, Applies, adjusted, bonus_of, cost_of, mark
from audit.totals import EXACT, Branch, Range, applicable, branches, half_up, redistributes, total
from audit.vetoes import find_vetoes
from model import (
    Adjustment,
    BandOn,
    Outcome,
    Rule,
    RulePack,
    Score,
    ScoreStep,
    Scoring,
    ScoringMode,
    SectionScore,
    Severity,
    Verdict,
    VetoSuspect,
)


def score(
    pack: RulePack,
    verdicts: Sequence[Verdict],
    on: date | None = None,
    given: Mapping[str, Decimal] | None = None,
    confirmed: Collection[str] = (),
    entered: Sequence[Adjustment] = (),
    counted: Sequence[Sequence[Verdict]] = (),
    cleared: Collection[str] = (),
) -> Score:
    """计分 Points lost for certain and at most. Unverified or preview rules and unknown figures cost nothing.

    Only FAIL costs points; what is unsure, blocked, not observed or crashed widens the range downwards. Rules not
    in force `on` that day do not count. `given`: scores of others that the pack blends in, by id, out of `base`;
    one that lacks widens the range. `confirmed`, `cleared`: ids of the vetoes a person confirmed, or found to be none.
    `entered`: 日常台账, points entered for single items until that day; they count where the pack says so.
    `counted`: verdicts of `pack.counted`, one after another.
    """
    reckoned = [verdict for verdict in verdicts if not verdict.set_aside]
    aside = {one.rule_id for one in verdicts} - {one.rule_id for one in reckoned}  # like what a person judges
    rules = [rule for rule in pack.rules if (on is None or rule.in_force(on)) and rule.id not in aside]
    by_rule: dict[str, list[Verdict]] = {rule.id: [] for rule in rules}
    for verdict in reckoned:
        if not verdict.preview and verdict.rule_id in by_rule:
            by_rule[verdict.rule_id].append(verdict)
    marks = {rule.id: mark(rule, by_rule[rule.id], pack) for rule in rules}
    grown, parts = branches(pack, rules, marks)
    scoring = pack.scoring
    counted_in = [one for one in entered if scoring.daily_ledger and (on is None or one.on <= on)]
    base = _figure(scoring.base)
    steps = _Steps()
    if scoring.mode is ScoringMode.RATIO:
        full = _figure(applicable(pack, parts))
        steps.take("ratio", total(pack, parts), full=full, base=base)
    else:
        steps.take(f"start_{scoring.mode}", (Fraction(scoring.base), Fraction(scoring.base)))
        name = "redistributed" if redistributes(pack, parts) else "lost"
        full = _figure(applicable(pack, parts))
        steps.take(name, total(pack, parts), full=full, base=base)
    if counted_in:
        for rule in rules:
            points = sum((Fraction(one.points) for one in counted_in if one.rule_id == rule.id), NOTHING)
            marks[rule.id] = adjusted(marks[rule.id], rule, points, pack)
        grown, parts = branches(pack, rules, marks)
        steps.take("daily", total(pack, parts), entries=str(len(counted_in)))
    _add_bonus(scoring, rules, by_rule, steps)
    lacking = _blend(scoring, given or {}, steps)
    vetoes = find_vetoes(pack, rules, by_rule, confirmed, counted, cleared)
    final = any(veto.confirmed for veto in vetoes)
    _apply_veto(scoring, vetoes, steps)
    places = scoring.decimals if scoring.decimals is not None else 2 if scoring.divides else EXACT
    exact = steps.now
    low, high = (half_up(end, places) for end in exact)
    if (Fraction(low), Fraction(high)) != steps.now:
        steps.take("rounded", (Fraction(low), Fraction(high)), decimals=str(places))
    graded = (low, high)
    if scoring.band_on is BandOn.INTEGER:
        graded = (half_up(exact[0], 0), half_up(exact[1], 0))
        steps.take("graded", (Fraction(graded[0]), Fraction(graded[1])))
    bands = {band_of(scoring, end) for end in graded}
    if final and scoring.veto_score is None:
        bands = {band_of(scoring, Decimal(0))}
    hosted = _rescale(scoring, low, high, steps)
    asked = [verdict for found in by_rule.values() for verdict in found]
    unasked = any(not rule.preview and not by_rule[rule.id] for rule in rules)
    undecided = unasked or lacking or any(not verdict.outcome.decided for verdict in asked)
    priced = {rule.id for rule in rules if rule.scored}
    settling = bool(vetoes) and scoring.veto_score is not None
    worth_telling = bool(priced or counted_in or scoring.blend or settling)
    sure = len(bands) == 1 and (final or (worth_telling and not vetoes))
    band = next(iter(bands)) if sure else None
    return Score(
        base=scoring.base,
        low=low,
        high=high,
        sections=tuple(_section(grown[section.id]) for section in pack.sections),
        vetoes=vetoes,
        band=band,
        band_en=next((one.name_en for one in scoring.bands if one.name == band), None),
        provisional=low != high or (not final and (bool(vetoes) or undecided)),
        unscored=sum(
            verdict.outcome is Outcome.FAIL
            and verdict.severity is Severity.DEDUCT
            and verdict.rule_id not in priced
            for verdict in asked
        ),
        priced=worth_telling,
        mode=scoring.mode,
        steps=tuple(steps.taken),
        graded_low=graded[0] if scoring.band_on is BandOn.INTEGER else None,
        graded_high=graded[1] if scoring.band_on is BandOn.INTEGER else None,
        rescaled_low=hosted[0],
        rescaled_high=hosted[1],
    )


def points_of(rule: Rule, verdict: Verdict, pack: RulePack) -> Decimal | None:
    """单次扣分 What this finding costs by itself; None when the figure is not known or not confirmed."""
    cost = cost_of(rule, verdict, pack)
    return None if cost is None else half_up(cost)


class _Steps:
    """The range as it stands, and how it came there."""

    def __init__(self) -> None:
        self.now: Range = (NOTHING, NOTHING)
        self.taken: list[ScoreStep] = []

    def take(self, name: str, ends: Range, **params: str) -> None:
        self.now = ends
        self.taken.append(
            ScoreStep(name=name, low=half_up(ends[0], 4), high=half_up(ends[1], 4), params=params)
        )


def _figure(value: Decimal | Fraction) -> str:
    return f"{half_up(Fraction(value)):f}"


def _add_bonus(
    scoring: Scoring, rules: Iterable[Rule], by_rule: Mapping[str, Sequence[Verdict]], steps: _Steps
) -> None:
    bonus = scoring.bonus
    if bonus is None:
        return
    earned = [bonus_of(rule, by_rule[rule.id]) for rule in rules]
    most = Fraction(bonus.most)
    low, high = (
        end + (min(most, sum((one[side] for one in earned), NOTHING)) if bonus.opens(end) else 0)
        for side, end in enumerate(steps.now)
    )
    gate = bonus.above if bonus.above is not None else bonus.at_least
    steps.take(
        "bonus" if bonus.opens(steps.now[1]) else "bonus_shut", (low, high),
        gate=_figure(gate or NOTHING), most=_figure(bonus.most),
    )  # fmt: skip


def _blend(scoring: Scoring, given: Mapping[str, Decimal], steps: _Steps) -> bool:
    """Weigh in what others gave; whether any of it lacks."""
    blend = scoring.blend
    if blend is None:
        return False
    low, high = (end * Fraction(blend.audit) for end in steps.now)
    base = Fraction(scoring.base)
    for part in blend.others:
        theirs = given.get(part.id)
        ends = (NOTHING, base) if theirs is None else (Fraction(theirs),) * 2
        low, high = (
            total + Fraction(part.weight) * min(max(end, NOTHING), base)
            for total, end in zip((low, high), ends, strict=True)
        )
    lacking = [part.title for part in blend.others if part.id not in given]
    name = "blend_lacking" if lacking else "blend"
    steps.take(name, (low, high), share=_figure(blend.audit * 100), lacking="、".join(lacking))
    return bool(lacking)


def _apply_veto(scoring: Scoring, vetoes: Sequence[VetoSuspect], steps: _Steps) -> None:
    """A confirmed veto settles the score; a suspected one only says how far it could fall."""
    if scoring.veto_score is None or not vetoes:
        return
    left, figure = Fraction(scoring.veto_score), _figure(scoring.veto_score)
    if any(veto.confirmed for veto in vetoes):
        steps.take("veto", (left, left), figure=figure)
    else:
        steps.take("veto_open", (min(steps.now[0], left), max(steps.now[1], left)), figure=figure)


def _rescale(
    scoring: Scoring, low: Decimal, high: Decimal, steps: _Steps
) -> tuple[Decimal, Decimal] | tuple[None, None]:
    if scoring.rescale_to is None:
        return None, None
    factor = Fraction(scoring.rescale_to) / Fraction(scoring.base)
    ends = (Fraction(low) * factor, Fraction(high) * factor)
    steps.take("rescaled", ends, to=_figure(scoring.rescale_to), base=_figure(scoring.base))
    return half_up(ends[0], 4), half_up(ends[1], 4)


def _section(branch: Branch) -> SectionScore:
    section, whole = branch.section, branch.whole
    return SectionScore(
        id=section.id, title=section.title, title_en=section.title_en, within=section.within,
        points=None if whole.full is None else half_up(whole.full), lost_low=half_up(whole.low),
        lost_high=half_up(whole.high), not_applicable=whole.applies is Applies.NO,
    )  # fmt: skip


def band_of(scoring: Scoring, value: Decimal) -> str | None:
    """等次 The name of the band that holds this figure, rounded by whoever asks; None: the pack has no bands."""
    for band in sorted(scoring.bands, key=lambda band: band.at_least, reverse=True):
        if value >= band.at_least:
            return band.name
    return None
