"""整改后可恢复得分 Each unit scored again as it was frozen, but with what was held against it as if it had been mended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from audit.desk.desk import Desk
from audit.desk.failures import Failing, bench_of, failures_of
from audit.desk.object_score import Bench
from audit.desk.scoring import scored_unit
from audit.rescore import Reckoned
from model import (
    AssessedUnit,
    Case,
    CheckModule,
    Outcome,
    Result,
    Run,
    UnitScore,
    Verdict,
    fingerprint_of,
)
from report.mended import MendedItem, MendedUnit
from storage import Store

_DOUBTED = (Outcome.FAIL, Outcome.UNSURE)
_NONE = Decimal(0)


@dataclass
class MendedBench(Bench):
    """整改后的计分台 As if these findings had passed in the runs that count."""

    mended: frozenset[str] = frozenset()

    def reckoned(self, run: Run) -> Reckoned:
        kept = super().reckoned(run)
        if not self.mended:
            return kept
        counted = [tuple(self._passed(one, run) for one in part) for part in kept.counted]
        return kept._replace(verdicts=[self._passed(one, run) for one in kept.verdicts], counted=counted)

    def _passed(self, verdict: Verdict, run: Run) -> Verdict:
        if verdict.outcome not in _DOUBTED:
            return verdict
        mark = fingerprint_of(verdict.rule_id, run.site.key, verdict.locus)
        return verdict.model_copy(update={"outcome": Outcome.PASS}) if mark in self.mended else verdict


def mended(
    store: Store, desk: Desk, result: Result, checks: Mapping[str, CheckModule], only: str | None = None
) -> tuple[MendedUnit, ...]:
    """可恢复得分 Of all units, or of one, those that would gain most first. Figures are what the pack's scheme gives, with
    its caps, vetoes and shares; nobody's opinion and no other entry is touched.

    Raises Fault (exit 3) when what a run is scored from is gone.
    """
    then = bench_of(store, desk, result, checks)
    bench = MendedBench(store, then.desk, then.at, checks)
    found = []
    for score in result.scores:
        unit = then.desk.assessment.unit(score.unit)
        if unit is not None and only in (None, unit.name):
            found.append(_unit(bench, unit, score))
    return tuple(sorted(found, key=lambda one: (-(one.back or _NONE), one.unit)))


def _unit(bench: MendedBench, unit: AssessedUnit, frozen: UnitScore) -> MendedUnit:
    known = MendedUnit(unit=unit.name, group=unit.group, score=frozen.score, band=frozen.band, why=frozen.why)
    found = [one for got in frozen.objects for one in failures_of(bench, unit, got)]
    base = scored_unit(bench, unit, None)
    if base.score is None or frozen.score is None:
        return known
    whole = _as_if(bench, unit, found)
    by_cost: dict[tuple[str, str, str | None], list[Failing]] = defaultdict(list)
    for one in found:
        verdict = one.finding.verdict
        by_cost[one.run.id, verdict.rule_id, verdict.credit].append(one)
    cases = {
        mark: one
        for got in frozen.objects
        if got.site_key
        for mark, one in bench.store.cases(got.site_key).items()
    }
    items = [_item(bench, unit, alike, base.score, cases) for alike in by_cost.values()]
    return known.model_copy(
        update={
            "whole": whole.score,
            "whole_band": whole.band,
            "items": tuple(sorted(items, key=lambda one: (-one.back, -len(one.findings), one.rule_id))),
            "differs": base.score != frozen.score,
        }
    )


def _item(
    bench: MendedBench, unit: AssessedUnit, alike: list[Failing], base: Decimal, cases: Mapping[str, Case]
) -> MendedItem:
    back = (_as_if(bench, unit, alike).score or base) - base
    each = back if len(alike) == 1 else (_as_if(bench, unit, alike[:1]).score or base) - base
    first = alike[0].finding
    return MendedItem(
        rule_id=first.verdict.rule_id,
        title=first.title,
        title_en=first.title_en,
        severity=first.verdict.severity,
        findings=tuple(one.finding.id for one in alike),
        open=sum(
            (case := cases.get(one.finding.fingerprint)) is not None and case.state.stands for one in alike
        ),
        back=back,
        each=each,
    )


def _as_if(bench: MendedBench, unit: AssessedUnit, found: list[Failing]) -> UnitScore:
    marks = frozenset(one.finding.fingerprint for one in found)
    return scored_unit(replace(bench, mended=marks), unit, None)
