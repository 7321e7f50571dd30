"""文件条目 What a pack file may say: the pack's own types, plus what an overlay may change."""

from decimal import Decimal
from typing import Any

from pydantic import Field

from model import AppliesTo, Frozen, Rule, RulePack, Section, Severity


class RuleOverride(Frozen):
    """覆盖 What an extending pack changes in a rule of its base: params, scope, points, severity, no more."""

    id: str
    params: dict[str, Any] = Field(default_factory=dict)
    applies_to: AppliesTo | None = None
    points: Decimal | None = None
    severity: Severity | None = None


class PackEntry(RulePack):
    """指标体系文件 One pack file as written. The digest is ours to compute, so a file may not state it."""

    sections: tuple[Section, ...] = ()
    rules: tuple[Rule, ...] = ()
    overrides: tuple[RuleOverride, ...] = ()
    digest: str = Field(default="", max_length=0)
