"""典型问题 From all that a frozen result was scored with: what many units have in common, beside an earlier assessment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from audit.desk.desk import Desk
from audit.desk.failures import Failing, bench_of, failures
from audit.desk.ranking import frozen
from model import AppliesTo, CheckModule, Fault, Finding, Result
from report.typical import MOST_EXAMPLES, Example, Typical, TypicalRule
from storage import Store

Demand = tuple[str, str, AppliesTo]


def typical(
    store: Store, desk: Desk, result: Result, checks: Mapping[str, CheckModule], before: Desk | None = None
) -> Typical:
    """汇总 Certain failures only. `before`: an earlier assessment, by its newest frozen result.

    Raises Fault (exit 3) when a run that counted is not kept any more, or nothing was frozen then.
    """
    now = _by_rule(failures(bench_of(store, desk, result, checks), result))
    then: dict[str, list[Failing]] = {}
    asked = asked_then = {}
    if before is not None:
        last = frozen(before)
        then = _by_rule(failures(bench_of(store, before, last, checks), last))
        asked, asked_then = _demands(store, result), _demands(store, last)
    rules = [
        _told(rule_id, now.get(rule_id, []), then.get(rule_id, []) if before else None).model_copy(
            update={"apart": before is not None and asked.get(rule_id) != asked_then.get(rule_id)}
        )
        for rule_id in dict.fromkeys([*now, *then])
    ]
    return Typical(
        title=desk.assessment.title,
        version=result.version,
        of=sum(any(one.score for one in unit.objects) for unit in result.scores),
        rules=tuple(sorted(rules, key=lambda one: (-len(one.units), -one.count, one.rule_id))),
        against=before.assessment.title if before else None,
    )


def _by_rule(found: Iterable[Failing]) -> dict[str, list[Failing]]:
    by_rule: dict[str, list[Failing]] = defaultdict(list)
    for one in found:
        by_rule[one.finding.verdict.rule_id].append(one)
    return by_rule


def _told(rule_id: str, now: list[Failing], then: list[Failing] | None) -> TypicalRule:
    first: Finding = (now or then or [])[0].finding
    return TypicalRule(
        rule_id=rule_id,
        first=first,
        units=tuple(dict.fromkeys(one.unit for one in now)),
        sites=len({one.run.site.key for one in now}),
        count=len(now),
        examples=_worst(now),
        units_before=None if then is None else len({one.unit for one in then}),
        count_before=None if then is None else len(then),
    )


def _worst(found: Iterable[Failing]) -> tuple[Example, ...]:
    """The longest overdue, of as many units as there are before a second one of any."""
    ordered = sorted(found, key=lambda one: -(one.finding.verdict.overdue_days or 0))
    seen: dict[str, int] = defaultdict(int)
    placed: list[tuple[int, int, Failing]] = []
    for one in ordered:
        placed.append((seen[one.unit], len(placed), one))
        seen[one.unit] += 1
    return tuple(
        Example(unit=one.unit, site=one.run.site.name or one.run.site.host, finding=one.finding)
        for *_, one in sorted(placed, key=lambda place: place[:2])[:MOST_EXAMPLES]
    )


def _demands(store: Store, result: Result) -> dict[str, set[Demand]]:
    """What each rule asked for, of all packs that were used: a figure compares only with one of the same demand."""
    found: dict[str, set[Demand]] = defaultdict(set)
    digests = {one.pack_digest for unit in result.scores for one in unit.objects if one.pack_digest}
    for digest in digests:
        try:
            pack = store.pack(digest)
        except Fault:
            continue
        for rule in pack.rules:
            found[rule.id].add((rule.check, repr(sorted(rule.params.items())), rule.applies_to))
    return found
