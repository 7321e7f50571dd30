"""计分 How verdicts become a score, as data: mode, caps, weights, ladders, credits, bonus, blend, bands."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from model.frozen import Frozen

# A figure is bounded both ways: 1E+999999 in a pack must not become a number of a million digits.
Figure = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=8)]
Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=8)]


class ScoringMode(StrEnum):
    """计分方式"""

    DEDUCT = "deduct"  # 扣分制: from the full mark, per finding, never more than each indicator's points
    POINTS = "points"  # 分值制: every item has its own points, all together the full mark
    WEIGHTS = "weights"  # 权重制: weights multiply down the tree of indicators
    RATIO = "ratio"  # 得分率: points got over the points of what applies


class NotApplicable(StrEnum):
    """不涉及项 What becomes of the points of an item that does not apply."""

    KEEP = "keep"  # they stay with the site
    REDISTRIBUTE = "redistribute"  # 折算: the rest is rescaled to the full mark (out of 75, times 4/3)


class CapAt(StrEnum):
    """扣分上限 Which level of indicators stops deductions at its points."""

    EVERY = "every"
    TOP = "top"  # only 一级指标: a lower one may lose more than it holds


class BandOn(StrEnum):
    """定等依据 Which figure the bands are read with."""

    EXACT = "exact"
    INTEGER = "integer"  # 四舍五入取整: 89.5 is graded as 90


class LadderBy(StrEnum):
    """分档依据"""

    COUNT = "count"  # how many subjects fail
    SHARE = "share"  # which share of the subjects that apply fails, 0 to 1


class LadderStep(Frozen):
    """档 Up to and including `at_most` the item keeps this share of its worth; the last step has no `at_most`."""

    at_most: Figure | None = None
    keeps: Share


class Ladder(Frozen):
    """分档计分 Steps from best to worst, instead of points for each finding."""

    by: LadderBy
    steps: tuple[LadderStep, ...] = Field(min_length=1)

    def kept(self, figure: Fraction) -> Fraction:
        """得分比例 The share of the worth that is kept at this count or share of failures."""
        for step in self.steps:
            if step.at_most is None or figure <= Fraction(step.at_most):
                return Fraction(step.keeps)
        return Fraction(self.steps[-1].keeps)


class Bonus(Frozen):
    """加分 Opens when the score before it is `above` or `at_least` a figure (one of the two); adds up to `most`."""

    above: Figure | None = None
    at_least: Figure | None = None
    most: Figure = Field(gt=0)

    def opens(self, score: Fraction) -> bool:
        if self.above is not None:
            return score > Fraction(self.above)
        return self.at_least is not None and score >= Fraction(self.at_least)


class BlendPart(Frozen):
    """另评部分 A score somebody else gives, out of the same full mark: 日常, 群众评议, the level below."""

    id: str
    title: str
    title_en: str | None = None
    weight: Share = Field(gt=0, lt=1)


class Blend(Frozen):
    """合成 Weighted mean of the audit's own score and others; the weights add up to 1."""

    audit: Share = Field(gt=0, lt=1)
    others: tuple[BlendPart, ...] = Field(min_length=1)


class Adjustment(Frozen):
    """日常台账记录 Points a person entered during the year for one item: below 0 deducted 核减, above 0 added 核加."""

    rule_id: str
    points: Annotated[Decimal, Field(ge=-1_000_000, le=1_000_000, decimal_places=8)]
    on: date
    reason: str = Field(min_length=1)


class Section(Frozen):
    """指标 A group of rules, inside another when `within` names one.

    `points`: the most it can lose (deduct), what its items are worth together (points). `weight`: its share of
    what it stands in, 0 to 1 (weights).
    """

    id: str
    title: str
    title_en: str | None = None
    points: Figure | None = None
    within: str | None = None
    weight: Share | None = Field(default=None, gt=0)


class Band(Frozen):
    """等次"""

    name: str
    name_en: str | None = None
    at_least: Figure


class Scoring(Frozen):
    """计分 One scheme. `base` is the full mark; `credit` the share of an item's points that a stand-in keeps.

    `veto_score`: what a confirmed veto leaves (None: the lowest band, the figure stays). `rescale_to`: the full
    mark of a host scheme the result enters. `decimals`: the result is rounded half up to so many; None: exact,
    or 2 where the mode divides. `daily_ledger` (日常台账): points entered during the year count, each in its own
    item: an item loses no more than it may lose and gains no more than it lost.
    """

    mode: ScoringMode = ScoringMode.DEDUCT
    base: Figure = Field(default=Decimal(100), gt=0)
    bands: tuple[Band, ...] = ()
    band_on: BandOn = BandOn.EXACT
    decimals: int | None = Field(default=None, ge=0, le=6)
    cap_at: CapAt = CapAt.EVERY
    not_applicable: NotApplicable = NotApplicable.KEEP
    credit: dict[str, Share] = Field(default_factory=dict)
    bonus: Bonus | None = None
    veto_score: Figure | None = None
    daily_ledger: bool = False
    blend: Blend | None = None
    rescale_to: Figure | None = Field(default=None, gt=0)

    @property
    def divides(self) -> bool:
        """Whether the full mark is divided by what applies, so that figures may not end."""
        return self.mode is ScoringMode.RATIO or self.not_applicable is NotApplicable.REDISTRIBUTE
