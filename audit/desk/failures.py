"""所计问题 The failures that a frozen result was scored with: of each unit's objects, as people had judged them by then."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from audit.desk.desk import Desk
from audit.desk.freezing import results
from audit.desk.object_score import Bench, as_people_judge
from audit.desk.sampled import own
from model import (
    AssessedUnit,
    Assessment,
    CheckModule,
    EntryKind,
    Fault,
    Finding,
    ObjectScore,
    Outcome,
    Result,
    Run,
    fingerprint_of,
    told_in,
)
from storage import Store


class Failing(NamedTuple):
    """一处问题 It was held against the unit, for certain: a fault that was seen, or a doubt that a person confirmed."""

    unit: str
    run: Run
    finding: Finding


def bench_of(store: Store, desk: Desk, result: Result, checks: Mapping[str, CheckModule]) -> Bench:
    """当时的计分台 As it stood when that result was frozen: what was entered later changes nothing of it."""
    number = next(entry.number for entry, one in results(desk) if one.version == result.version)
    entries = tuple(one for one in desk.entries if one.number < number)
    told = [one for one in entries if one.kind in (EntryKind.OPENED, EntryKind.AMENDED)]
    then = Desk(told_in(told[-1], Assessment), entries)
    return Bench(store, then.until(result.as_of), result.as_of, checks)


def failures(bench: Bench, result: Result) -> Iterator[Failing]:
    """各单位问题 In the order of the units. Raises Fault (exit 3) when a run that counted is not kept any more."""
    for score in result.scores:
        unit = bench.desk.assessment.unit(score.unit)
        if unit is not None:
            for got in score.objects:
                yield from failures_of(bench, unit, got)


def failures_of(bench: Bench, unit: AssessedUnit, got: ObjectScore) -> Iterator[Failing]:
    """一个客体的问题 None when nothing of it was audited."""
    held = next((one for one in unit.objects if one.name == got.name), None)
    if held is None or got.run_id is None or got.site_key is None or got.score is None:
        return
    try:
        run = bench.store.run(got.run_id)
    except Fault:
        raise Fault("fault.result_run_gone", unit=unit.name, run=got.run_id) from None
    failed = set()
    for verdict in own(bench.reckoned(run).verdicts, held, run.site):
        judged, _ = as_people_judge(bench, got.site_key, verdict)
        if judged.outcome is Outcome.FAIL and not judged.preview:
            failed.add(fingerprint_of(judged.rule_id, run.site.key, judged.locus))
    for finding in bench.store.findings(run_id=run.id):
        if finding.fingerprint in failed:
            yield Failing(unit.name, run, finding)
