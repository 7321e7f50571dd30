"""结论 From an observation to findings, cases and a score: the same for a live run and for a replay."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from audit.judge import is_itemwise, judge
from audit.ledger import as_recorded, reconcile
from audit.own_look import unless_looked_at
from audit.score import score
from audit.settled import read_whole, removed_links, settled_items
from model import (
    Case,
    CaseState,
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
        return any(one.accuses for one in self.findings)

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
    *,
    mend_days: int | None = None,
    theirs: frozenset[str] = frozenset(),
    recorded: Iterable[Finding] | None = None,
) -> Result:
    """得出结论 Judge, follow up on the site's cases, score. Writes nothing.

    `mend_days`, `theirs`: see `reconcile`. `recorded`: findings of the run that is replayed, in place of cases.
    """
    verdicts = unless_looked_at(judge(observation, pack, checks), observation, checks, cases)
    if read_whole(observation, verdicts):
        about_links = frozenset(name for name, check in checks.items() if check.SUBJECT is Subject.LINK)
        verdicts += removed_links(run.site, verdicts, pack, cases, about_links, observation)
    verdicts += settled_items(observation, verdicts, pack, cases, checks)
    itemwise = frozenset(
        rule.id
        for rule in pack.rules
        if is_itemwise(checks[rule.check]) or hasattr(checks[rule.check], "looked_at")
    )
    moment = observation.moment
    if recorded is None:
        days = pack.mend_days if mend_days is None else mend_days
        filing = reconcile(run, pack, verdicts, cases, itemwise, moment=moment, mend_days=days, theirs=theirs)
    else:
        filing = as_recorded(run, pack, verdicts, recorded, moment)
    counts = {outcome: 0 for outcome in Outcome}
    for verdict in filing.reckoned:
        counts[verdict.outcome] += not verdict.preview
    home = observation.home
    ended = run.model_copy(
        update={
            "state": RunState.FINISHED,
            "ended_at": datetime.now(UTC),
            "counts": counts,
            "coverage": observation.coverage,
            # a site nobody could look at has no score, not a full one
            "score": score(
                pack,
                filing.reckoned,
                moment.today,
                counted=judged_for_tallies(observation, pack, checks, filing.findings),
            )
            if home and home.outcome.observed
            else None,
        }
    )
    return Result(
        run=ended,
        observation=observation,
        verdicts=filing.verdicts,
        findings=filing.findings,
        cases=filing.cases,
    )


def judged_for_tallies(
    observation: Observation,
    pack: RulePack,
    checks: Mapping[str, CheckModule],
    findings: Iterable[Finding],
) -> list[tuple[Verdict, ...]]:
    """原定指标的判定 Judged for the tallies they were written for, and for nothing else: no verdict kept, no finding, no case.

    What was waived or withdrawn of the rule as it is now, or is suspected only, counts in them no more than in the score.
    """
    excused = {
        (one.verdict.rule_id, one.verdict.locus): one.counts_as
        for one in findings
        if one.counts_as is not one.verdict.outcome or one.state is CaseState.SUSPECTED
    }
    return [
        tuple(
            one.model_copy(update={"outcome": excused[one.rule_id, one.locus]})
            if one.outcome is Outcome.FAIL and (one.rule_id, one.locus) in excused
            else one
            for one in judge(observation, pack.model_copy(update={"rules": (counted.rule,)}), checks)
        )
        for counted in (pack.counted if pack.tallies else ())
    ]
