"""结论 From an observation to findings, cases and a score: the same for a live run and for a replay."""

from collections.abc import Mapping
from datetime import UTC, datetime

from audit.judge import is_itemwise, judge
from audit.ledger import reconcile, removed_links, settled_items
from audit.score import score
from model import (
    Case,
    CheckModule,
    Finding,
    Frozen,
    Moment,
    Observation,
    Outcome,
    RulePack,
    Run,
    RunState,
    Subject,
    Verdict,
)
from rules import FIRST_YEAR, work_calendar


class Result(Frozen):
    """结果 What an audit or a replay found."""

    run: Run
    observation: Observation
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    cases: tuple[Case, ...] = ()  # those that changed

    @property
    def violated(self) -> bool:
        return any(one.verdict.outcome is Outcome.FAIL and not one.verdict.preview for one in self.findings)

    @property
    def home_seen(self) -> bool:
        home = self.observation.home
        return home is not None and home.outcome.observed


def moment_of(as_of: datetime) -> Moment:
    """监测时间点 A moment with the working days of every year whose notice is at hand, and of the next."""
    return Moment(as_of=as_of, calendar=work_calendar(min(FIRST_YEAR, as_of.year), as_of.year + 1))


def conclude(
    run: Run,
    observation: Observation,
    pack: RulePack,
    checks: Mapping[str, CheckModule],
    cases: Mapping[str, Case],
) -> Result:
    """得出结论 Judge, follow up on the site's cases, score. Writes nothing."""
    verdicts = judge(observation, pack, checks)
    if observation.coverage.complete:
        about_links = frozenset(name for name, check in checks.items() if check.SUBJECT is Subject.LINK)
        verdicts += removed_links(run.site, verdicts, pack, cases, about_links, observation)
    verdicts += settled_items(observation, verdicts, pack, cases, checks)
    itemwise = frozenset(
        rule.id
        for rule in pack.rules
        if is_itemwise(checks[rule.check]) or hasattr(checks[rule.check], "looked_at")
    )
    # Judged for the tallies they were written for, and for nothing else: no verdict kept, no finding, no case.
    counted = [
        judge(observation, pack.model_copy(update={"rules": (one.rule,)}), checks)
        for one in (pack.counted if pack.tallies else ())
    ]
    findings, changed = reconcile(run, pack, verdicts, cases, itemwise)
    home = observation.home
    judged = [verdict for verdict in verdicts if not verdict.preview]
    counts = {outcome: sum(1 for verdict in judged if verdict.outcome is outcome) for outcome in Outcome}
    ended = run.model_copy(
        update={
            "state": RunState.FINISHED,
            "ended_at": datetime.now(UTC),
            "counts": counts,
            "coverage": observation.coverage,
            # a site nobody could look at has no score, not a full one
            "score": score(pack, verdicts, observation.moment.today, counted=counted)
            if home and home.outcome.observed
            else None,
        }
    )
    return Result(run=ended, observation=observation, verdicts=verdicts, findings=findings, cases=changed)
