"""单项否决 The vetoes that the verdicts point to; suspected until a person confirms them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from model import Counted, Outcome, Rule, RulePack, Severity, Verdict, VetoSuspect


def find_vetoes(
    pack: RulePack,
    rules: Iterable[Rule],
    by_rule: Mapping[str, Sequence[Verdict]],
    confirmed: Collection[str],
    counted: Sequence[Sequence[Verdict]] = (),
    cleared: Collection[str] = (),
) -> tuple[VetoSuspect, ...]:
    """查否决 Vetoes that are suspected, or that the undecided verdicts could still bring about.

    A tally counts what fails the rules it was written for: where an overlay changed one of them, the verdicts of
    `pack.counted` stand for it (`counted`, in the same order). `cleared`: ids of those a person found to be none.
    """
    counts = {rule.id: _count(by_rule[rule.id]) for rule in rules if not rule.preview}
    suspects = []
    for rule in rules:
        if rule.severity is Severity.VETO and not rule.preview and rule.verified:
            low, high = counts[rule.id]
            suspects.append(
                VetoSuspect(
                    id=rule.id, title=rule.title, title_en=rule.title_en, low=low, high=high, at_least=1,
                    basis=rule.basis, confirmed=rule.id in confirmed,
                )
            )  # fmt: skip
    for tally in pack.tallies:
        if not tally.verified:
            continue
        own = {one.rule.id: ends for one, ends in _before(pack, counts, counted) if tally.id in one.tallies}
        found = [own.get(rule_id, counts.get(rule_id, (0, 0))) for rule_id in tally.counts]
        low, high = (sum(one[end] for one in found) for end in (0, 1))
        suspects.append(
            VetoSuspect(
                id=tally.id, title=tally.title, title_en=tally.title_en, low=low, high=high, at_least=tally.at_least,
                basis=tally.basis, confirmed=tally.id in confirmed,
            )
        )  # fmt: skip
    return tuple(one for one in suspects if one.high >= one.at_least and one.id not in cleared)


def _before(
    pack: RulePack, counts: Mapping[str, tuple[int, int]], counted: Sequence[Sequence[Verdict]]
) -> Iterator[tuple[Counted, tuple[int, int]]]:
    """Rules of the base and how many fail them; one that is not in force or on trial here counts for nothing."""
    for place, one in enumerate(pack.counted):
        if one.rule.id in counts:
            yield one, _count(counted[place] if place < len(counted) else ())


def _count(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """How many fail for certain, and how many if everything undecided failed too; a rule nobody asked is undecided."""
    if not verdicts:
        return 0, 1
    failed = sum(1 for verdict in verdicts if verdict.outcome is Outcome.FAIL)
    return failed, failed + sum(verdict.stands_for for verdict in verdicts if not verdict.outcome.decided)
