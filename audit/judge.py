"""判定 Every rule on every subject it applies to: a verdict each, one of seven outcomes.

What was not seen is settled here, before a check is asked, so that no check can pass or accuse it.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from audit.unseen_links import UNSEEN, Unasked, together, unseen_link
from model import (
    AppliesTo,
    CheckModule,
    Column,
    ColumnForm,
    FetchOutcome,
    Hit,
    Level,
    LinkCheck,
    NoSubject,
    Observation,
    Outcome,
    PageFacts,
    Reach,
    Rule,
    RulePack,
    Scope,
    SiteKind,
    Subject,
    Unsure,
    Verdict,
)
from model.frozen import made, slim
from reading import canonical_locus
from rules import reach_of

log = logging.getLogger("duwang.audit")

REFUSED = frozenset(
    {
        FetchOutcome.BLOCKED,
        FetchOutcome.LOGIN,
        FetchOutcome.TLS,
        FetchOutcome.SKIPPED_ROBOTS,
        FetchOutcome.SKIPPED_PRIVATE,
    }
)
Reason = tuple[Outcome, str, dict[str, str | int]]  # with a message id or its end, and parameters
VISITS = "visits"  # what a check NEEDS that judges by availability visits
WHOLE_SITE = "site"  # locus of a rule that looks at the site as a whole
BEYOND = "verdict.not_observed.beyond"  # the crawl was not to look so far
_UNSAID = {
    name: field.get_default(call_default_factory=True) for name, field in Verdict.model_fields.items()
}  # of a verdict, all that it shares with those that do not say it either
PARTLY = (
    "verdict.not_observed.partly"  # nothing found by a check of single things, but not all of them were seen
)


def judge(
    observation: Observation, pack: RulePack, checks: Mapping[str, CheckModule], only: str | None = None
) -> tuple[Verdict, ...]:
    """判定 All verdicts of `pack` (or of the rule `only`) on one observation, in the order of the pack."""
    site = observation.site
    verdicts: list[Verdict] = []
    for rule in pack.rules:
        if only and rule.id != only:
            continue
        if not rule.in_force(observation.moment.today):
            verdicts.append(_out_of_force(rule, observation.moment.today))
            continue
        scope = rule.applies_to
        if (scope.site_kinds and (site.kind or SiteKind.PORTAL) not in scope.site_kinds) or (
            scope.levels and (site.level or Level.COUNTY) not in scope.levels
        ):
            verdicts.append(_verdict(rule, WHOLE_SITE, Outcome.NOT_APPLICABLE, "verdict.not_applicable.site"))
            continue
        if scope.functions and (strange := _strange(scope, observation)):
            verdicts.append(_verdict(rule, WHOLE_SITE, strange, f"verdict.{strange}.function"))
            continue
        if observation.coverage.scope is Scope.COLUMNS and reach_of(rule.check) > Reach.COLUMNS:
            verdicts.append(_verdict(rule, WHOLE_SITE, Outcome.NOT_OBSERVED, BEYOND))
            continue
        verdicts.extend(_rule_verdicts(rule, checks[rule.check], observation))
    return tuple(verdicts)


def _strange(scope: AppliesTo, observation: Observation) -> Outcome | None:
    """Whether a rule is for agencies of another kind; not to be told of a site whose name nobody knows."""
    site = observation.site
    if (site.kind or SiteKind.PORTAL) is SiteKind.PORTAL:
        return None
    names = [name for name in (site.name, site.organiser) if name]
    if not names and observation.home is not None and observation.home.outcome.observed:
        home = observation.home
        organiser = home.marks.organiser
        names = [name for name in (home.title, organiser.value if organiser else "") if name]
    if not names:
        return Outcome.NOT_OBSERVED
    return None if any(word in name for name in names for word in scope.functions) else Outcome.NOT_APPLICABLE


def _out_of_force(rule: Rule, today: date) -> Verdict:
    """A rule outside its dates does not apply, and says since or until when it would."""
    if rule.effective_from is not None and today < rule.effective_from:
        reason, day = "not_yet", rule.effective_from
    else:
        reason, day = "no_longer", rule.effective_to or today
    message_id = f"verdict.not_applicable.{reason}"
    return _verdict(rule, WHOLE_SITE, Outcome.NOT_APPLICABLE, message_id, params={"day": day.isoformat()})


def _rule_verdicts(rule: Rule, check: CheckModule, observation: Observation) -> Iterator[Verdict]:
    params = check.Params.model_validate(rule.params)
    seen: set[str] = set()
    subjects = list(_subjects(rule.applies_to, check.SUBJECT, observation))
    links = [one for one in subjects if isinstance(one, LinkCheck)]
    unasked = Unasked([] if params.seen_only else links)
    for subject in subjects:
        if isinstance(subject, LinkCheck) and unasked.holds(subject):
            continue
        for verdict in _subject_verdicts(rule, check, params, subject, observation):
            if verdict.locus not in seen:
                seen.add(verdict.locus)
                yield verdict
    left = unasked.told()
    if left is None and links and not seen:  # a rule about what was seen alone, and nothing was
        left = together(links, UNSEEN)
    if left is not None:
        yield _verdict(rule, WHOLE_SITE, Outcome.NOT_OBSERVED, "verdict.not_observed.links", **left)
    if not subjects:
        outcome = Outcome.NOT_APPLICABLE if observation.menus_seen else Outcome.NOT_OBSERVED
        yield _verdict(rule, WHOLE_SITE, outcome, f"verdict.{outcome}.no_subject")


def _subjects(scope: AppliesTo, kind: Subject, observation: Observation) -> Iterable[Any]:
    match kind:
        case Subject.OBSERVATION:
            return (observation,)
        case Subject.COLUMN:
            return subject_columns(scope, observation)
        case Subject.LINK:
            return subject_links(scope, observation)
        case Subject.PAGE:
            return sorted(observation.pages, key=lambda page: (page.url, page.snapshot_id))


def subject_columns(scope: AppliesTo, observation: Observation) -> list[Column]:
    """适用栏目 The columns a rule is about, by key."""
    return sorted((one for one in observation.columns if _column_in(scope, one)), key=lambda one: one.key)


def subject_links(scope: AppliesTo, observation: Observation) -> list[LinkCheck]:
    """适用链接 The links a rule is about, by URL."""
    return sorted((one for one in observation.links if _link_in(scope, one)), key=lambda one: one.url)


def _column_in(scope: AppliesTo, column: Column) -> bool:
    return (
        (not scope.column_kinds or column.kind in scope.column_kinds)
        and column.kind not in scope.except_kinds
        and (scope.max_level is None or column.level <= scope.max_level)
    )


def _link_in(scope: AppliesTo, link: LinkCheck) -> bool:
    return (not scope.relations or link.relation in scope.relations) and (
        scope.on_home is None or link.on_home is scope.on_home
    )


def _subject_verdicts(
    rule: Rule, check: CheckModule, params: Any, subject: Any, observation: Observation
) -> Iterator[Verdict]:
    locus, name, url = _place(subject, observation)
    unseen = _unseen(subject, check.NEEDS)
    if unseen:
        outcome, reason, told = unseen
        if not params.seen_only:
            yield _verdict(
                rule, locus, outcome, f"verdict.{outcome}.{reason}", subject_name=name, url=url, params=told
            )
        return
    try:
        answers = list(check.judge(subject, params, observation.moment))
    except Exception as error:
        # Our own fault is named and logged; it accuses nobody and passes nobody.
        log.exception("check %s crashed on %s", rule.check, locus, extra={"rule": rule.id})
        yield _verdict(
            rule, locus, Outcome.CRASHED, "verdict.crashed", subject_name=name, url=url,
            params={"error": type(error).__name__},
        )  # fmt: skip
        return
    nothing = [answer for answer in answers if isinstance(answer, NoSubject)]
    if len(nothing) == len(answers):
        if answers and params.seen_only:
            return
        outcome, message_id, told = _silent(check, nothing, observation)
        yield _verdict(rule, locus, outcome, message_id, subject_name=name, url=url, params=told)
    for answer in answers:
        if not isinstance(answer, NoSubject):
            place = answer.locus or locus
            if place.startswith(("http://", "https://")):
                place = canonical_locus(place, observation.site)
            yield _answered(rule, answer, place, name, url)


def is_itemwise(check: CheckModule) -> bool:
    """逐项判定 Whether a check of the whole site accuses single pages, columns or rows."""
    return bool(getattr(check, "ITEMWISE", False))


def _silent(check: CheckModule, nothing: list[NoSubject], observation: Observation) -> Reason:
    """What it means that a check accuses nothing: a pass only when what it looks for was there and all was seen."""
    whole = observation.menus_seen  # rules that look further than that are not asked after a quick look
    if nothing and VISITS in check.NEEDS:
        said = nothing[0].message_id or f"verdict.not_observed.{VISITS}"
        return Outcome.NOT_OBSERVED, said, {**nothing[0].params, "not_asked": VISITS}
    if nothing:
        # What was refused or never came may be the very thing that the rule is about.
        unread = is_itemwise(check) and any(one.what != "link" for one in observation.coverage.unread)
        outcome = Outcome.NOT_OBSERVED if unread or not whole else Outcome.NOT_APPLICABLE
        return outcome, nothing[0].message_id or f"verdict.{outcome}.no_subject", nothing[0].params
    if is_itemwise(check) and not whole:
        return Outcome.NOT_OBSERVED, PARTLY, {}
    return Outcome.PASS, "verdict.pass", {}


def _answered(rule: Rule, answer: Hit | Unsure, locus: str, name: str, url: str) -> Verdict:
    return _verdict(
        rule,
        locus,
        Outcome.UNSURE if isinstance(answer, Unsure) else Outcome.FAIL,
        answer.message_id,
        params=answer.params if rule.ladder is None else {**answer.params, "graded": "ladder"},
        subject_name=answer.subject_name or name,
        url=answer.url or url,
        evidence=answer.evidence,
        measured=answer.measured,
        allowed=answer.allowed,
        newest=answer.newest,
        overdue_days=answer.overdue_days,
        parents=answer.parents,
    )


def _verdict(rule: Rule, locus: str, outcome: Outcome, message_id: str, **fields: Any) -> Verdict:
    told: dict[str, Any] = {
        "rule_id": rule.id,
        "check": rule.check,
        "section": rule.section,
        "severity": rule.severity,
        "locus": locus,
        "outcome": outcome,
        "message_id": message_id,
        "preview": rule.preview,
        **fields,
    }
    if outcome is Outcome.PASS and not fields.get("params"):  # most of them; all of parts that were looked at
        told.pop("params", None)
        return made(Verdict, {name: told.get(name, unsaid) for name, unsaid in _UNSAID.items()})
    return slim(Verdict(**told), {})


def _place(subject: Any, observation: Observation) -> tuple[str, str, str]:
    """Locus, name and address of a subject."""
    site = observation.site
    match subject:
        case Column():
            return subject.key, subject.name, subject.url
        case LinkCheck():
            return canonical_locus(subject.url, site), subject.anchor, subject.url
        case PageFacts():
            return canonical_locus(subject.url, site), subject.title, subject.url
        case _:
            return WHOLE_SITE, site.name or "", site.home


def _unseen(subject: Any, needs: frozenset[str]) -> Reason | None:
    """Why a subject cannot be judged, or None when it was seen."""
    match subject:
        case Observation():
            if (
                VISITS in needs
            ):  # a site that nobody can open has no home page to look at, and is judged by them
                return None if subject.visits else (Outcome.NOT_OBSERVED, VISITS, {"not_asked": VISITS})
            home = subject.home
            if home is None:
                return Outcome.NOT_OBSERVED, "no_home", {}
            return _refusal(home.outcome)
        case Column():
            if subject.form in (ColumnForm.LANDING, ColumnForm.LINK_OUT):
                return Outcome.NOT_APPLICABLE, str(subject.form), {}
            if refusal := _refusal(subject.outcome):
                return refusal
            if subject.form is ColumnForm.SINGLE and "items" in needs:
                return Outcome.NOT_APPLICABLE, str(subject.form), {}
            if subject.unread or any(getattr(subject, need) is None for need in needs):
                return Outcome.NOT_OBSERVED, "column", {}
        case LinkCheck():
            return unseen_link(subject)
        case PageFacts():
            return _refusal(subject.outcome)
    return None


def _refusal(outcome: FetchOutcome) -> Reason | None:
    if outcome.observed:
        return None
    return (Outcome.BLOCKED, "refused", {}) if outcome in REFUSED else (Outcome.NOT_OBSERVED, "unread", {})
