"""客体得分 What one object of a unit got: the run that counts, scored once more with what people have entered since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from audit.conclude import moment_of
from audit.desk.desk import Desk
from audit.desk.opinions import standing
from audit.desk.sampled import glimpsed, of_nowhere, own, span_at, unseen
from audit.desk.vetoed import veto_evidence
from audit.rescore import Reckoned, reckoned
from audit.same_evidence import evidence_digest
from audit.score import score
from model import (
    SHANGHAI,
    Adjusted,
    Adjustment,
    AssessedObject,
    AssessedUnit,
    Case,
    CaseState,
    CheckModule,
    Deed,
    DossierEntry,
    EntryKind,
    Finding,
    ObjectScore,
    Opinion,
    OpinionResult,
    Outcome,
    RulingResult,
    Run,
    Score,
    ScoreStep,
    Scoring,
    Verdict,
    VetoSuspect,
    fingerprint_of,
)
from storage import Store

_COUNTS = {
    OpinionResult.CONFIRMED: Outcome.FAIL,
    OpinionResult.EXCLUDED: Outcome.PASS,
    OpinionResult.NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
}
_DOUBTED = (Outcome.FAIL, Outcome.UNSURE)  # what a person may have an opinion on


@dataclass(frozen=True)
class Scored:
    """计分结果 `scoring`: the scheme it was scored by; `lacking`: parts of its blend nobody has rated; `why`: a message id."""

    got: ObjectScore
    scoring: Scoring | None = None
    lacking: tuple[str, ...] = ()
    why: str | None = None


@dataclass
class Bench:
    """计分台 What all objects of one assessment are scored from at one moment. Runs and cases are read once."""

    store: Store
    desk: Desk
    at: datetime
    checks: Mapping[str, CheckModule]
    _reckoned: dict[str, Reckoned] = field(default_factory=dict)
    _held: dict[EntryKind, dict[Any, tuple[DossierEntry, Any]]] = field(default_factory=dict)

    def held(self, kind: EntryKind) -> dict[Any, tuple[DossierEntry, Any]]:
        """有效记录 See audit.desk.opinions.standing."""
        if kind not in self._held:
            self._held[kind] = standing(self.desk, kind)
        return self._held[kind]

    def run_of(self, unit: AssessedUnit, site_key: str) -> Run | None:
        """采样检查 The last finished run of the site by the unit's indicators within the span that counts."""
        return self.store.run_within(site_key, unit.pack, *span_at(self.desk.assessment, self.at))

    def reckoned(self, run: Run) -> Reckoned:
        """所计 With the ledger as it stood at the moment: rulings and waivers that came after the run count, too."""
        if run.id not in self._reckoned:
            cases = self.store.cases(run.site.key)
            ruled = {
                one.fingerprint
                for one in self.store.rulings(run_ids=[run.id])
                if one.result is RulingResult.WITHDRAWN and one.at <= self.at
            }

            def state_of(finding: Finding) -> CaseState:
                if finding.fingerprint in ruled:
                    return CaseState.WITHDRAWN
                return _since(finding, cases.get(finding.fingerprint), self.at) or finding.state

            self._reckoned[run.id] = reckoned(self.store, run, self.checks, state_of)
        return self._reckoned[run.id]


def _since(finding: Finding, case: Case | None, at: datetime) -> CaseState | None:
    """What people decided about the very same evidence after the run."""
    if case is None:
        return None
    seen = evidence_digest(finding.verdict)
    if seen in case.withdrawn and any(one.deed is Deed.WITHDRAWN and one.at <= at for one in case.history):
        return CaseState.WITHDRAWN
    waiver = case.waiver
    if waiver and waiver.at <= at and waiver.holds(finding.last_seen.astimezone(SHANGHAI).date(), seen):
        return CaseState.WAIVED
    return None


def scored(bench: Bench, unit: AssessedUnit, held: AssessedObject) -> Scored:
    """计一个客体 Raises Fault when what its run is scored from is gone."""
    return _crawled(bench, unit, held, held.site_key) if held.site_key else _rated(bench, unit, held)


def _rated(bench: Bench, unit: AssessedUnit, held: AssessedObject) -> Scored:
    """What nothing of can be crawled gets what somebody rated it under its own name."""
    blank = ObjectScore(name=held.name, weight=held.weight)
    found = bench.held(EntryKind.RATED).get((unit.name, held.name))
    if found is None:
        return Scored(blank, why="unit_score.not_rated")
    entry, rating = found
    base = Decimal(100)
    figure = min(rating.score, base)
    step = ScoreStep(name="rated", low=figure, high=figure, params={"rater": rating.rater})
    told = Score(base=base, low=figure, high=figure, steps=(step,))
    return Scored(blank.model_copy(update={"score": told, "entries": (entry.number,)}))


def _crawled(bench: Bench, unit: AssessedUnit, held: AssessedObject, site_key: str) -> Scored:
    blank = ObjectScore(name=held.name, site_key=site_key, weight=held.weight)
    run = bench.run_of(unit, site_key)
    if run is None:
        return Scored(blank, why="unit_score.not_audited")
    known = blank.model_copy(
        update={
            "run_id": run.id, "as_of": run.as_of, "pack_id": run.pack_id, "pack_digest": run.pack_digest,
        }
    )  # fmt: skip
    if run.score is None:
        return Scored(known, why="unit_score.not_seen")
    kept = bench.reckoned(run)
    if not glimpsed(kept.verdicts, held, run.site):
        return Scored(known, why="unit_score.columns_not_seen")
    used: set[int] = set()
    verdicts, counted = _own_verdicts(bench, held, run, used)
    if unseen(verdicts, kept.pack):
        return Scored(known, why="unit_score.nothing_seen")
    blend = kept.pack.scoring.blend
    given: dict[str, Decimal] = {}
    for part in blend.others if blend else ():
        if rating := bench.held(EntryKind.RATED).get((unit.name, part.id)):
            given[part.id] = rating[1].score
            used.add(rating[0].number)
    vetoed = _veto_opinions(bench, unit, held, run)
    adjustments = _adjustments(bench, unit, kept, used)
    got = score(
        kept.pack,
        verdicts,
        kept.moment.today,
        given=given,
        confirmed={veto for veto, (_, confirmed) in vetoed.items() if confirmed},
        cleared={veto for veto, (_, confirmed) in vetoed.items() if not confirmed},
        entered=adjustments,
        counted=counted,
    )
    used.update(number for number, _ in vetoed.values())
    open_ones = sum(
        1
        if held.columns and of_nowhere(one, bench.checks)
        else one.stands_for  # how many of them are its own?
        for one in verdicts
        if _undecided(one)
    )
    known = known.model_copy(
        update={"score": got, "entries": tuple(sorted(used)), "undecided": open_ones},
    )
    lacking = tuple(one.title for one in blend.others if one.id not in given) if blend else ()
    why = "unit_score.part_lacking" if lacking else None if got.priced else "unit_score.no_points"
    return Scored(known, kept.pack.scoring, lacking, why)


def vetoes_of(bench: Bench, held: AssessedObject, run: Run) -> tuple[VetoSuspect, ...]:
    """单项否决 That an object's own verdicts point to, before anybody confirms or clears one."""
    if run.score is None or not run.score.vetoes or not held.columns:
        return run.score.vetoes if run.score else ()
    kept = bench.reckoned(run)
    verdicts, counted = _own_verdicts(bench, held, run, set())
    return score(kept.pack, verdicts, kept.moment.today, counted=counted).vetoes


def _own_verdicts(
    bench: Bench, held: AssessedObject, run: Run, used: set[int]
) -> tuple[list[Verdict], list[list[Verdict]]]:
    """Of a run what is the object's own, as people judge it, and the same of `pack.counted`; `used` takes the entries."""
    kept = bench.reckoned(run)

    def judged(verdict: Verdict) -> Verdict:
        told, number = as_people_judge(bench, run.site.key, verdict)
        used.update(() if number is None else (number,))
        return told

    def told(verdicts: Iterable[Verdict]) -> list[Verdict]:
        return [judged(one) for one in own(verdicts, held, run.site, bench.checks)]

    return told(kept.verdicts), [told(part) for part in kept.counted]


def as_people_judge(bench: Bench, site_key: str, verdict: Verdict) -> tuple[Verdict, int | None]:
    """人工核查后 As somebody judged the very same evidence, with the number of that entry; else as it was."""
    if verdict.preview or verdict.outcome not in _DOUBTED:
        return verdict, None
    mark = fingerprint_of(verdict.rule_id, site_key, verdict.locus)
    entry, opinion = bench.held(EntryKind.OPINION).get(mark, (None, None))
    if entry is None or not isinstance(opinion, Opinion) or opinion.evidence != evidence_digest(verdict):
        return verdict, None
    return verdict.model_copy(update={"outcome": _COUNTS[opinion.result]}), entry.number


def _undecided(verdict: Verdict) -> bool:
    return not (verdict.preview or verdict.set_aside or verdict.outcome.decided)


def _veto_opinions(
    bench: Bench, unit: AssessedUnit, held: AssessedObject, run: Run
) -> dict[str, tuple[int, bool]]:
    """By veto: the entry and whether it confirms. One from before the span that counts spoke of another state of the site,
    and so did one about anything else than is counted now.
    """
    first = span_at(bench.desk.assessment, bench.at)[0].date()
    known = {one.id for one in run.score.vetoes} if run.score else set()
    said = {
        (one.veto, one.evidence): (entry.number, one.confirmed)
        for entry, one in bench.held(EntryKind.VETO).values()
        if one.site_key == run.site.key and one.on >= first and one.veto in known
    }
    if not said:
        return {}
    pack, findings = bench.store.pack(run.pack_digest), bench.store.findings(run_id=run.id)
    asked = {(veto, veto_evidence(pack, unit, held, run.site, veto, findings)) for veto in known}
    return {veto: said[veto, seen] for veto, seen in asked if (veto, seen) in said}


def _adjustments(bench: Bench, unit: AssessedUnit, kept: Reckoned, used: set[int]) -> list[Adjustment]:
    """日常记录 Of the assessed period, each for its own item alone (塔城2020 四（一）)."""
    if not kept.pack.scoring.daily_ledger:
        return []
    items = {one.id for one in kept.pack.rules}
    until = moment_of(bench.at).today
    found = []
    for entry, one in bench.held(EntryKind.ADJUSTED).values():
        assert isinstance(one, Adjusted)  # noqa: S101 - as entries of this kind are read
        if one.unit == unit.name and one.rule_id in items and bench.desk.assessment.starts <= one.on <= until:
            used.add(entry.number)
            # what was recorded after the sample still belongs to the assessed period
            day = min(one.on, kept.moment.today)
            found.append(Adjustment(rule_id=one.rule_id, points=one.points, on=day, reason=one.reason))
    return found
