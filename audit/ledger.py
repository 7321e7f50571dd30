"""台账 From verdicts to findings and cases: what is new, what stays, what came back, what is fixed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.case_steps import Night, expired, failed, passed
from audit.same_evidence import evidence_digest
from audit.score import points_of
from audit.settled import settled_whole
from model import (
    Case,
    CaseState,
    Finding,
    Moment,
    Outcome,
    RulePack,
    Run,
    Verdict,
    Waiver,
    fingerprint_of,
)

_TOLD = (Outcome.FAIL, Outcome.UNSURE)
NIGHTS_SEEN, NIGHTS_ASKED = "nights_seen", "nights_asked"  # parameters of a verdict that is suspected


@dataclass(frozen=True)
class Filing:
    """归档 What a run brought: its verdicts as they are shown and as they are reckoned with, findings, changed cases.

    Shown and reckoned differ by what the ledger knows: a suspicion accuses nobody yet (unsure), what was waived is
    reckoned as if it were not there, what a ruling withdrew as if it had passed.
    """

    verdicts: tuple[Verdict, ...]
    reckoned: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    cases: tuple[Case, ...]


def reconcile(
    run: Run,
    pack: RulePack,
    verdicts: Sequence[Verdict],
    cases: Mapping[str, Case],
    itemwise: frozenset[str] = frozenset(),
    *,
    moment: Moment | None = None,
    mend_days: int | None = None,
    theirs: frozenset[str] = frozenset(),
) -> Filing:
    """对账 Compare this run's verdicts with the site's cases. `itemwise`: rules that accuse single things.

    A case is opened only by a failure (on as many nights as its rule asks for), reopened when a fixed fault fails
    again, fixed only by observed-and-passed; anything not seen leaves it untouched, but a waiver's last day.
    `first_seen` of a reopened case stays what it was. `theirs`: rules that another pack of the same night has filed
    already; their cases are heeded and not touched.
    """
    night = Night(run, (moment or Moment(as_of=run.as_of)).calendar, mend_days)
    now = {mark: expired(case, night) for mark, case in cases.items() if case.rule_id not in theirs}
    rules = {rule.id: rule for rule in pack.rules}
    judged: dict[str, Case | None] = {}
    for verdict in verdicts:
        if verdict.preview or verdict.rule_id in theirs:  # a rule on trial is shown and files nothing
            continue
        mark = fingerprint_of(verdict.rule_id, run.site.key, verdict.locus)
        case = now.get(mark)
        if verdict.outcome is Outcome.FAIL:
            now[mark] = judged[mark] = failed(case, mark, verdict, rules[verdict.rule_id], night)
        elif verdict.outcome is Outcome.PASS and case is not None:
            now[mark] = judged[mark] = passed(case, night)
    touched = frozenset(judged)
    ours = [verdict for verdict in verdicts if verdict.rule_id not in theirs]
    for mark in settled_whole(ours, now, touched, itemwise):
        now[mark] = passed(now[mark], night)
    changed = tuple(case for mark, case in now.items() if case != cases.get(mark))
    return _told(run, pack, verdicts, {**cases, **now}, night.today, changed)


def as_recorded(
    run: Run, pack: RulePack, verdicts: Sequence[Verdict], recorded: Iterable[Finding], moment: Moment
) -> Filing:
    """依当时台账 The same for a replay: what was known of each finding when its run was kept, and nothing is filed.

    What the run did not know of is seen for the first time.
    """
    night = Night(run, moment.calendar)
    today = night.today
    known = {one.fingerprint: one for one in recorded if not one.verdict.preview}
    rules = {rule.id: rule for rule in pack.rules}
    cases: dict[str, Case] = {}
    for verdict in verdicts:
        if verdict.outcome not in _TOLD:  # of what is neither a failure nor a doubt nobody asks for a case
            continue
        mark = fingerprint_of(verdict.rule_id, run.site.key, verdict.locus)
        case = _remembered(known[mark], today) if mark in known else None
        if verdict.outcome is Outcome.FAIL and not verdict.preview:
            filed = case if mark in known and _was_filed(known[mark]) else None
            cases[mark] = failed(filed, mark, verdict, rules[verdict.rule_id], night)
        elif case is not None:
            cases[mark] = case
    return _told(run, pack, verdicts, cases, today, ())


def _was_filed(finding: Finding) -> bool:
    """Whether a failure stands behind it, and not a doubt alone."""
    return finding.verdict.outcome is Outcome.FAIL or finding.state is CaseState.SUSPECTED


def _remembered(finding: Finding, today: date) -> Case:
    """The case as the finding tells it: enough to know what becomes of the same failure at the same moment."""
    digest = evidence_digest(finding.verdict)
    seen = finding.verdict.params.get(NIGHTS_SEEN)
    waiver = Waiver(by="", at=finding.last_seen, reason="", until=date.max, evidence=digest)
    return Case(
        fingerprint=finding.fingerprint, rule_id=finding.verdict.rule_id, site_key="", locus=finding.verdict.locus,
        state=finding.state, first_seen=finding.first_seen, last_seen=finding.last_seen, due=finding.due,
        nights=seen if isinstance(seen, int) else 0, counted_on=today, evidence=digest,
        waiver=waiver if finding.state is CaseState.WAIVED else None,
        withdrawn=(digest,) if finding.state is CaseState.WITHDRAWN else (),
    )  # fmt: skip


def _told(
    run: Run,
    pack: RulePack,
    verdicts: Sequence[Verdict],
    cases: Mapping[str, Case],
    today: date,
    changed: tuple[Case, ...],
) -> Filing:
    shown: list[Verdict] = []
    reckoned: list[Verdict] = []
    findings: list[Finding] = []
    for verdict in verdicts:
        case = None
        if verdict.outcome in _TOLD and not verdict.preview:
            case = cases.get(fingerprint_of(verdict.rule_id, run.site.key, verdict.locus))
        state = _state(case, verdict, today)
        if verdict.outcome is Outcome.FAIL and state is CaseState.SUSPECTED and case is not None:
            asked = max(pack.rule(verdict.rule_id).nights, case.nights + 1)
            told = {**verdict.params, NIGHTS_SEEN: case.nights, NIGHTS_ASKED: asked}
            verdict = verdict.model_copy(update={"outcome": Outcome.UNSURE, "params": told})
        shown.append(verdict)
        counted = verdict
        if verdict.outcome in _TOLD:
            finding = finding_of(run, pack, verdict, case, state)
            findings.append(finding)
            if finding.counts_as is not verdict.outcome:
                counted = verdict.model_copy(update={"outcome": finding.counts_as})
        reckoned.append(counted)
    return Filing(tuple(shown), tuple(reckoned), tuple(findings), changed)


def _state(case: Case | None, verdict: Verdict, today: date) -> CaseState:
    """What a finding's state is. A case that another pack filed says so only of the very evidence it was filed for."""
    if case is None or verdict.outcome is not Outcome.FAIL:
        return case.state if case else CaseState.OPEN
    if case.state.stands or case.state is CaseState.SUSPECTED:
        return case.state
    digest = evidence_digest(verdict)
    if digest in case.withdrawn:
        return CaseState.WITHDRAWN
    if case.waiver is not None and case.waiver.holds(today, digest):
        return CaseState.WAIVED
    return CaseState.OPEN


def finding_of(
    run: Run, pack: RulePack, verdict: Verdict, case: Case | None, state: CaseState = CaseState.OPEN
) -> Finding:
    """问题 A verdict with its law and its place in the ledger. A doubt without a case is first seen now."""
    rule = pack.rule(verdict.rule_id)
    section = next(part for part in pack.sections if part.id == rule.section)
    return Finding(
        fingerprint=fingerprint_of(verdict.rule_id, run.site.key, verdict.locus),
        run_id=run.id,
        verdict=verdict,
        title=rule.title,
        title_en=rule.title_en,
        section_title=section.title,
        section_title_en=section.title_en,
        basis=rule.basis,
        points=points_of(rule, verdict, pack),
        state=state,
        first_seen=case.first_seen if case else run.as_of,
        last_seen=run.as_of,
        due=case.due if case and state.stands else None,
    )
