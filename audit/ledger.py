"""台账 From verdicts to findings and cases: what is new, what stays, what came back, what is fixed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.judge import PARTLY, WHOLE_SITE, is_itemwise, subject_links
from audit.score import points_of
from model import (
    Case,
    CaseEvent,
    CaseState,
    CheckModule,
    Finding,
    Observation,
    Outcome,
    RulePack,
    Run,
    Site,
    Subject,
    Verdict,
    fingerprint_of,
)
from reading import canonical_locus


def reconcile(
    run: Run,
    pack: RulePack,
    verdicts: Sequence[Verdict],
    cases: Mapping[str, Case],
    itemwise: frozenset[str] = frozenset(),
) -> tuple[tuple[Finding, ...], tuple[Case, ...]]:
    """对账 Compare this run's verdicts with the site's cases. `itemwise`: rules that accuse single things.

    Returns the findings (failures and doubts) and the cases that changed. A case is opened only by a
    failure, reopened when a fixed fault fails again, fixed only by observed-and-passed; anything not seen
    leaves it untouched. `first_seen` of a reopened case stays what it was.
    """
    at = run.as_of
    changed: dict[str, Case] = {}
    findings: list[Finding] = []
    for verdict in verdicts:
        if verdict.preview:  # a rule on trial is shown and files nothing
            if verdict.outcome in (Outcome.FAIL, Outcome.UNSURE):
                findings.append(finding_of(run, pack, verdict, None))
            continue
        mark = fingerprint_of(verdict.rule_id, run.site.key, verdict.locus)
        case = cases.get(mark)
        if verdict.outcome is Outcome.FAIL:
            case = changed[mark] = _failed(case, mark, verdict, run, at)
        elif verdict.outcome is Outcome.PASS and case and _is_open(case):
            changed[mark] = _moved(case, CaseState.FIXED, run, at)
        if verdict.outcome in (Outcome.FAIL, Outcome.UNSURE):
            findings.append(finding_of(run, pack, verdict, case))
    changed.update(_settled_whole(run, verdicts, cases, changed, itemwise))
    return tuple(findings), tuple(changed.values())


def finding_of(run: Run, pack: RulePack, verdict: Verdict, case: Case | None) -> Finding:
    """问题 A verdict with its law and its place in the ledger. A doubt has no case: it is first seen now."""
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
        points=points_of(rule, verdict, pack) if verdict.outcome in (Outcome.FAIL, Outcome.UNSURE) else None,
        state=case.state if case else CaseState.OPEN,
        first_seen=case.first_seen if case else run.as_of,
        last_seen=run.as_of,
    )


def _is_open(case: Case) -> bool:
    return case.state in (CaseState.OPEN, CaseState.REOPENED)


def _failed(case: Case | None, mark: str, verdict: Verdict, run: Run, at: datetime) -> Case:
    if case is None:
        event = CaseEvent(at=at, run_id=run.id, state=CaseState.OPEN)
        return Case(
            fingerprint=mark, rule_id=verdict.rule_id, site_key=run.site.key, locus=verdict.locus,
            state=CaseState.OPEN, first_seen=at, last_seen=at, history=(event,),
        )  # fmt: skip
    if case.state is CaseState.FIXED:
        return _moved(case, CaseState.REOPENED, run, at).model_copy(update={"last_seen": at})
    return case.model_copy(update={"last_seen": at})


def _moved(case: Case, state: CaseState, run: Run, at: datetime) -> Case:
    event = CaseEvent(at=at, run_id=run.id, state=state)
    return case.model_copy(update={"state": state, "history": (*case.history, event)})


def _settled_whole(
    run: Run,
    verdicts: Sequence[Verdict],
    cases: Mapping[str, Case],
    changed: Mapping[str, Case],
    itemwise: frozenset[str],
) -> dict[str, Case]:
    """Cases of whole-site rules: the rule passed as a whole, so each place it once named is settled.

    Not those of rules about single things: a page that would not open this time is no page that was mended.
    """
    passed = {
        verdict.rule_id
        for verdict in verdicts
        if verdict.outcome is Outcome.PASS and verdict.locus == WHOLE_SITE and not verdict.preview
    } - itemwise
    return {
        mark: _moved(case, CaseState.FIXED, run, run.as_of)
        for mark, case in cases.items()
        if case.rule_id in passed and mark not in changed and _is_open(case)
    }


def removed_links(
    site: Site,
    verdicts: Sequence[Verdict],
    pack: RulePack,
    cases: Mapping[str, Case],
    link_checks: frozenset[str],
    observation: Observation,
) -> tuple[Verdict, ...]:
    """已撤链接 Pass verdicts for open dead-link cases whose target no page links to any more.

    Only to be asked when the whole site was read: then the link's absence was itself observed. A target that is
    still linked to and was not asked this time has no verdict of its own, and its case stays as it is.
    """
    judged = {fingerprint_of(verdict.rule_id, site.key, verdict.locus) for verdict in verdicts}
    rules = {rule.id: rule for rule in pack.rules if rule.check in link_checks}
    linked: dict[str, set[str]] = {}
    found = []
    for mark, case in sorted(cases.items()):
        rule = rules.get(case.rule_id)
        if rule and mark not in judged and _is_open(case):
            if rule.id not in linked:
                links = subject_links(rule.applies_to, observation)
                linked[rule.id] = {canonical_locus(one.url, observation.site) for one in links}
            if case.locus in linked[rule.id]:
                continue
            found.append(
                Verdict(
                    rule_id=rule.id, check=rule.check, section=rule.section, severity=rule.severity,
                    locus=case.locus, outcome=Outcome.PASS, message_id="verdict.pass.link_removed",
                )
            )  # fmt: skip
    return tuple(found)


def settled_items(
    observation: Observation,
    verdicts: Sequence[Verdict],
    pack: RulePack,
    cases: Mapping[str, Case],
    checks: Mapping[str, CheckModule],
) -> tuple[Verdict, ...]:
    """已改单项 Pass verdicts for open cases of whole-site rules whose place was looked at and is accused no more.

    A rule that still accuses other places says nothing about this one, so what was seen decides: a page or column
    that was read, or any place at all when the whole site was. A thing the rule itself names was always looked for.
    """
    site = observation.site
    judged = {fingerprint_of(one.rule_id, site.key, one.locus) for one in verdicts}
    looking = {one.rule_id for one in verdicts if one.outcome in (Outcome.FAIL, Outcome.UNSURE)}
    looking |= {one.rule_id for one in verdicts if one.message_id == PARTLY}
    looking |= {one.rule_id for one in verdicts if one.outcome is Outcome.PASS and one.locus == WHOLE_SITE}
    rules = {
        rule.id: rule
        for rule in pack.rules
        if rule.id in looking and checks[rule.check].SUBJECT is Subject.OBSERVATION and not rule.preview
    }
    open_cases = [
        (mark, case)
        for mark, case in sorted(cases.items())
        if case.rule_id in rules and mark not in judged and _is_open(case) and case.locus != WHOLE_SITE
    ]
    if not open_cases:
        return ()
    seen: set[str] = set()
    unseen: set[str] = set()
    for page in observation.pages:
        (seen if page.outcome.observed else unseen).add(canonical_locus(page.url, site))
    for column in observation.columns:
        (unseen if column.items is None else seen).add(column.key)
    found = []
    for _, case in open_cases:
        rule = rules[case.rule_id]
        check = checks[rule.check]
        asked = getattr(check, "looked_at", None)
        if asked and case.locus not in asked(check.Params.model_validate(rule.params), observation.moment):
            continue  # last year's report is not there because this year's is asked for now
        named = not is_itemwise(check)
        place = case.locus.partition("#")[0]
        gone = observation.coverage.complete and place not in unseen
        if named or gone or place in seen:
            found.append(
                Verdict(
                    rule_id=rule.id, check=rule.check, section=rule.section, severity=rule.severity,
                    locus=case.locus, outcome=Outcome.PASS, message_id="verdict.pass.item",
                )
            )  # fmt: skip
    return tuple(found)
