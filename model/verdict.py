"""判 What was judged, how it is filed, and what it costs."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from model.frozen import Frozen
from model.ledger import CaseState
from model.rule import Citation, Evidence, Severity
from model.scoring import ScoringMode
from model.site import Site
from model.survey import Coverage

_NOT_ARRANGED = frozenset({"switched_off", "visits", "unseen", "acts"})


class Outcome(StrEnum):
    """判定结果 Seven outcomes, never two. Only FAIL costs points; only PASS closes a case."""

    PASS = "pass"  # noqa: S105 - 合格
    FAIL = "fail"  # 不合格
    UNSURE = "unsure"  # 需人工核实
    BLOCKED = "blocked"  # 无法核验
    NOT_APPLICABLE = "not_applicable"  # 不涉及
    NOT_OBSERVED = "not_observed"  # 未采集
    CRASHED = "crashed"  # our own check failed

    @property
    def decided(self) -> bool:
        return self in (Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE)


_RECKONED = {CaseState.WAIVED: Outcome.NOT_APPLICABLE, CaseState.WITHDRAWN: Outcome.PASS}


def fingerprint_of(rule_id: str, site_key: str, locus: str) -> str:
    """问题指纹 The identity of a finding over time: 64 hex digits of rule, site and place; never wording or dates."""
    return hashlib.sha256("\x1f".join((rule_id, site_key, locus)).encode()).hexdigest()


class Verdict(Frozen):
    """判定 One rule on one subject."""

    rule_id: str
    check: str
    section: str
    severity: Severity
    locus: str
    subject_name: str = ""
    url: str = ""
    outcome: Outcome
    message_id: str
    params: dict[str, str | int] = Field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    measured: str | None = None
    allowed: str | None = None
    newest: date | None = None
    overdue_days: int | None = None
    parents: tuple[str, ...] = ()
    preview: bool = False

    @property
    def credit(self) -> str | None:
        """抵分 What was found to stand in for the thing that lacks, such as `explanatory_note`."""
        found = self.params.get("credit")
        return found if isinstance(found, str) else None

    @property
    def set_aside(self) -> bool:
        """未安排 Nobody set out to look (probing switched off, no visits arranged): told, and never reckoned with."""
        return self.outcome is Outcome.NOT_OBSERVED and self.params.get("not_asked") in _NOT_ARRANGED

    @property
    def stands_for(self) -> int:
        """代表数 How many things nobody asked this one verdict tells of; 1 for any other."""
        count = self.params.get("count")
        together = self.outcome is Outcome.NOT_OBSERVED and "not_asked" in self.params
        return count if together and isinstance(count, int) else 1

    @property
    def graded_whole(self) -> bool:
        """分档 Whether the rule is graded as a whole, so that no finding costs anything by itself."""
        return self.params.get("graded") == "ladder"


class Finding(Frozen):
    """问题 A verdict that accuses or asks, with the law it rests on and its place in the ledger.

    `points` is what it costs, or would cost once a doubt is confirmed (None: the figure is not known). `id` is `F-` and the first 10 hex digits.
    `due`: the day by which it is to be mended, if any.
    """

    fingerprint: str
    run_id: str
    verdict: Verdict
    title: str
    title_en: str | None = None
    section_title: str
    section_title_en: str | None = None
    basis: tuple[Citation, ...]
    points: Decimal | None = None
    state: CaseState
    first_seen: datetime
    last_seen: datetime
    due: date | None = None

    @property
    def id(self) -> str:
        return f"F-{self.fingerprint[:10]}"

    @property
    def counts_as(self) -> Outcome:
        """计为 What is reckoned with: a waived failure is as if its place did not exist, a withdrawn one as if it passed."""
        if self.verdict.outcome is Outcome.FAIL:
            return _RECKONED.get(self.state, Outcome.FAIL)
        return self.verdict.outcome

    @property
    def accuses(self) -> bool:
        """成立 Whether it is held against the site: a certain failure of a rule in use, neither waived nor withdrawn."""
        return self.counts_as is Outcome.FAIL and not self.verdict.preview


class VetoSuspect(Frozen):
    """疑似单项否决 A veto that the findings point to; never more than suspected until a person confirms it.

    `low` counts certain hits, `high` adds the undecided ones; suspected when low >= at_least, possible when
    only high >= at_least.
    """

    id: str
    title: str
    title_en: str | None = None
    low: int
    high: int
    at_least: int
    basis: tuple[Citation, ...] = ()
    confirmed: bool = False  # by a person

    @property
    def suspected(self) -> bool:
        return self.low >= self.at_least


class SectionScore(Frozen):
    """分项得分 What a section loses: `lost_low` surely, `lost_high` if everything undecided failed.

    `points` is its full mark as the mode counts it, `within` the section around it. `not_applicable`: nothing in it
    applies to the site.
    """

    id: str
    title: str
    title_en: str | None = None
    points: Decimal | None = None
    lost_low: Decimal = Decimal(0)
    lost_high: Decimal = Decimal(0)
    within: str | None = None
    not_applicable: bool = False


class ScoreStep(Frozen):
    """计分步骤 Where the score stood after a step: `name` is a message id suffix `score.step.<name>`."""

    name: str
    low: Decimal
    high: Decimal
    params: dict[str, str] = Field(default_factory=dict)


class Score(Frozen):
    """得分 low–high is a range while anything is undecided; `provisional` says so. Vetoes are only suspected.

    `steps` tell how the figures came about, in order. `graded_low` and `graded_high` are the figures the bands were
    read with, when rounded to whole points; `rescaled_low` and `rescaled_high` the same score in a host scheme.
    """

    base: Decimal
    low: Decimal
    high: Decimal
    sections: tuple[SectionScore, ...] = ()
    vetoes: tuple[VetoSuspect, ...] = ()
    band: str | None = None  # only when low and high fall in the same band
    band_en: str | None = None
    provisional: bool = False
    unscored: int = 0  # failed findings whose points are not known
    priced: bool = True  # False: no rule of the pack costs anything, so that the full mark says nothing
    mode: ScoringMode = ScoringMode.DEDUCT
    steps: tuple[ScoreStep, ...] = ()
    graded_low: Decimal | None = None
    graded_high: Decimal | None = None
    rescaled_low: Decimal | None = None
    rescaled_high: Decimal | None = None


class RunState(StrEnum):
    """检查状态"""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"  # stopped by a person, a kill or a reboot; never counts as finished
    FAILED = "failed"


RECHECK = "interruption.recheck"  # why a run never counts as finished that looked at one finding again, for a review


class Run(Frozen):
    """检查 The record of one audit of one site, or of one replay of an earlier crawl (`replays`)."""

    id: str
    site: Site
    pack_id: str
    pack_version: str
    pack_digest: str
    as_of: datetime
    started_at: datetime
    ended_at: datetime | None = None
    state: RunState = RunState.RUNNING
    replays: str | None = None
    version: str
    reader: str = ""
    counts: dict[Outcome, int] = Field(default_factory=dict)
    coverage: Coverage | None = None
    score: Score | None = None
    pid: int | None = None
    machine: str | None = None
    reason: str | None = None  # why a run failed or was interrupted
    night: str | None = None  # 夜巡: the night that sent it; None: a person asked for it
    filed: bool = True  # 入账: False: judged at a moment that is not yet, or that the ledger is past; no case was touched
