"""文件条目 What a pack file may say: the pack's own types, plus what an overlay may change."""

from typing import Any

from pydantic import Field

from model import (
    AppliesTo,
    Citation,
    Counted,
    Figure,
    Frozen,
    Ladder,
    Rule,
    RulePack,
    Section,
    Severity,
    Share,
)


class RuleOverride(Frozen):
    """覆盖 What an extending pack changes in a rule of its base: params, scope, points and what they are worth, severity.

    `basis` cites what the change rests on and stands before the citations of the base; only what loosens a rule needs
    none. `verified`, only true, confirms figures the base left open. `title` says anew what is demanded. `nights`: on
    how many nights in a row it must fail before it accuses.
    """

    id: str
    title: str | None = None
    title_en: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    applies_to: AppliesTo | None = None
    points: Figure | None = None
    cap: Figure | None = None
    worth: Figure | None = Field(default=None, gt=0)
    weight: Share | None = Field(default=None, gt=0)
    ladder: Ladder | None = None
    credit: dict[str, Share] = Field(default_factory=dict)
    severity: Severity | None = None
    nights: int | None = Field(default=None, ge=1, le=30)
    verified: bool | None = None
    basis: tuple[Citation, ...] = ()
    answers: tuple[str, ...] = ()


class PackEntry(RulePack):
    """指标体系文件 One pack file as written. Digest and counted rules are ours to tell, so a file may not state them."""

    sections: tuple[Section, ...] = ()
    rules: tuple[Rule, ...] = ()
    overrides: tuple[RuleOverride, ...] = ()
    counted: tuple[Counted, ...] = Field(default=(), max_length=0)
    digest: str = Field(default="", max_length=0)
