"""了结 Which places are no longer amiss although no verdict speaks of them: links that are gone, items and whole rules that pass."""

from collections.abc import Collection, Mapping, Sequence

from audit.judge import PARTLY, WHOLE_SITE, is_itemwise, subject_links
from model import (
    Case,
    CheckModule,
    Observation,
    Outcome,
    RulePack,
    Site,
    Subject,
    Verdict,
    fingerprint_of,
)
from reading import canonical_locus

# What kept a page from being read only this time: it may hold tonight what it held before.
_PASSING = frozenset({"server_error", "unreachable", "tls", "blocked", "login", "too_large", "incomplete"})


def read_whole(observation: Observation, verdicts: Sequence[Verdict]) -> bool:
    """读全 The site was seen whole, and every page of it opened, but for those that are themselves accused of not opening."""
    accused = {one.url for one in verdicts if one.outcome is Outcome.FAIL}
    return observation.seen_whole and not any(
        one.what != "link" and one.cause in _PASSING and one.url not in accused
        for one in observation.coverage.unread
    )


def settled_whole(
    verdicts: Sequence[Verdict], cases: Mapping[str, Case], judged: frozenset[str], itemwise: frozenset[str]
) -> list[str]:
    """整体合格 Cases of whole-site rules: the rule passed as a whole, so each place it once named is settled.

    Not those of rules about single things (`itemwise`): a page that would not open this time is no page that was
    mended; nor those that were judged by themselves (`judged`). By fingerprint.
    """
    passed = {
        verdict.rule_id
        for verdict in verdicts
        if verdict.outcome is Outcome.PASS and verdict.locus == WHOLE_SITE and not verdict.preview
    } - itemwise
    return [
        mark
        for mark, case in cases.items()
        if case.rule_id in passed and mark not in judged and case.state.awaits
    ]


def removed_links(
    site: Site,
    verdicts: Sequence[Verdict],
    pack: RulePack,
    cases: Mapping[str, Case],
    link_checks: frozenset[str],
    observation: Observation,
) -> tuple[Verdict, ...]:
    """已撤链接 Pass verdicts for open dead-link cases whose target no page links to any more.

    Only to be asked when the whole site was read (`read_whole`): then the link's absence was itself observed. A target that is
    still linked to and was not asked this time has no verdict of its own, and its case stays as it is.
    """
    rules = {rule.id: rule for rule in pack.rules if rule.check in link_checks}
    judged = _judged(verdicts, cases, rules, site)
    linked: dict[str, set[str]] = {}
    found = []
    for mark, case in sorted(cases.items()):
        rule = rules.get(case.rule_id)
        if rule and mark not in judged and case.state.awaits:
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


def _judged(
    verdicts: Sequence[Verdict], cases: Mapping[str, Case], rules: Collection[str], site: Site
) -> set[str]:
    """Fingerprints of the verdicts on rules that have cases: no others are ever asked for."""
    wanted = {case.rule_id for case in cases.values() if case.rule_id in rules}
    return {fingerprint_of(one.rule_id, site.key, one.locus) for one in verdicts if one.rule_id in wanted}


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
    looking = {one.rule_id for one in verdicts if one.outcome in (Outcome.FAIL, Outcome.UNSURE)}
    looking |= {one.rule_id for one in verdicts if one.message_id == PARTLY}
    looking |= {one.rule_id for one in verdicts if one.outcome is Outcome.PASS and one.locus == WHOLE_SITE}
    rules = {
        rule.id: rule
        for rule in pack.rules
        if rule.id in looking and checks[rule.check].SUBJECT is Subject.OBSERVATION and not rule.preview
    }
    judged = _judged(verdicts, cases, rules, site)
    open_cases = [
        (mark, case)
        for mark, case in sorted(cases.items())
        if case.rule_id in rules and mark not in judged and case.state.awaits and case.locus != WHOLE_SITE
    ]
    if not open_cases or observation.home is None or not observation.home.outcome.observed:
        return ()
    seen: set[str] = set()
    unseen: set[str] = set()
    for page in observation.pages:
        (seen if page.outcome.observed else unseen).add(canonical_locus(page.url, site))
    for column in observation.columns:
        (unseen if column.items is None else seen).add(column.key)
    whole = read_whole(observation, verdicts)
    found = []
    for _, case in open_cases:
        rule = rules[case.rule_id]
        check = checks[rule.check]
        asked = getattr(check, "looked_at", None)
        if asked and case.locus not in asked(check.Params.model_validate(rule.params), observation.moment):
            continue  # last year's report is not there because this year's is asked for now
        named = not is_itemwise(check)
        place = case.locus.partition("#")[0]
        gone = whole and place not in unseen
        if named or gone or place in seen:
            found.append(
                Verdict(
                    rule_id=rule.id, check=rule.check, section=rule.section, severity=rule.severity,
                    locus=case.locus, outcome=Outcome.PASS, message_id="verdict.pass.item",
                )
            )  # fmt: skip
    return tuple(found)
