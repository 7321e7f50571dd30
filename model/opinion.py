"""人工意见 What people judge and enter in an assessment: on findings, on vetoes, on points; each is the body of an entry."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from model.dossier import Paper
from model.frozen import Frozen
from model.scoring import Figure

LONGEST_REASON = 1000
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class OpinionResult(StrEnum):
    """核查意见"""

    CONFIRMED = "confirmed"  # 确认: it is a fault
    EXCLUDED = "excluded"  # 排除: it is none
    NOT_APPLICABLE = "not_applicable"  # 不涉及


class Entered(Frozen):
    """填报 What people enter by a sheet. `instead_of`: number of the entry it takes the place of, `because` why; both stay."""

    instead_of: int | None = None
    because: str = Field(default="", max_length=LONGEST_REASON)


class Opinion(Entered):
    """人工核查意见 On one finding nobody was sure of (or one that was), as it was seen in that run.

    `evidence`: digest of what the person was shown; when a later run sees something else there, the opinion does not hold.
    """

    fingerprint: str
    finding: str  # F-…
    site_key: str
    rule_id: str
    locus: str
    run_id: str
    evidence: str
    result: OpinionResult
    reviewer: str = Field(min_length=1)
    on: date
    reason: Reason


class VetoOpinion(Entered):
    """单项否决认定 A person confirms or clears a suspected veto of a site.

    `evidence`: digest of what was counted when the person was asked; when something else counts later, it is a new question.
    """

    unit: str
    site_key: str
    veto: str  # id of the rule or tally
    evidence: str = ""
    confirmed: bool
    reviewer: str = Field(min_length=1)
    on: date
    reason: Reason


class Rated(Entered):
    """他方评分 A score somebody else gives a unit for a part of the blend that its pack names, out of the pack's full mark."""

    unit: str
    part: str
    score: Figure
    rater: str = Field(min_length=1)
    on: date
    reason: str = Field(default="", max_length=LONGEST_REASON)


class SelfScore(Entered):
    """自评分 What a unit thinks it deserves for one item (`rule_id` None: on the whole). It is shown and never counts."""

    unit: str
    rule_id: str | None = None
    score: Figure
    on: date
    reason: str = Field(default="", max_length=LONGEST_REASON)
    paper: Paper | None = None


class Adjusted(Entered):
    """日常记录 Points entered during the year for one item of a unit: below 0 deducted 核减, above 0 added 核加 (塔城2020 四（一）).

    0, in place of an earlier entry, takes it back.
    """

    unit: str
    rule_id: str
    points: Annotated[Decimal, Field(ge=-1_000_000, le=1_000_000, decimal_places=8)]
    on: date
    recorder: str = Field(min_length=1)
    reason: Reason


class Scanned(Frozen):
    """上级扫描问题 A fault that a higher level's scan reported (台江2021 三). It is shown beside our own and accuses by itself nobody."""

    unit: str
    site_key: str | None = None
    source: str = Field(min_length=1)  # who scanned
    on: date  # when it was reported
    kind: str = Field(min_length=1)  # as the report calls it
    url: str = ""
    detail: str = Field(default="", max_length=LONGEST_REASON)


class Filed(Frozen):
    """材料报备 A paper a unit handed in for an item, or as a whole: a self-check report, minutes, a plan."""

    unit: str
    purpose: str = Field(min_length=1)  # 自查报告, 会议纪要 …
    rule_id: str | None = None
    on: date
    paper: Paper
