"""所涉问题 Which findings evidence is asked for: those that are named, all of one unit, or all an assessment rests on."""

from collections.abc import Iterable

from audit.desk.desk import Desk, unit_named
from audit.desk.sampled import own
from audit.unit_view import units_of
from model import AssessedObject, AssessedUnit, EntryKind, Fault, Finding, Moment, Result, Run
from storage import Store


def named(store: Store, prefixes: Iterable[str]) -> list[Finding]:
    """所列问题 By `F-…` or the first digits of each. Raises Fault (exit 3) for one that is unknown or ambiguous."""
    return [store.finding(prefix) for prefix in prefixes]


def of_unit(store: Store, name: str, moment: Moment) -> list[Finding]:
    """单位现有问题 What stands on its sites, as it was last seen failing. Raises Fault (exit 3) when there is no such unit."""
    bare = "".join(name.split())
    units = list(units_of(store, moment))
    unit = next((one for one in units if "".join(one.name.split()) == bare), None)
    if unit is None:
        alike = [one.name for one in units if bare and (bare in one.name or one.name in bare)]
        message = "fault.evidence_unit_alike" if alike else "fault.evidence_unit"
        raise Fault(message, name=name, alike="、".join(alike[:5]))
    return [finding for _, finding in unit.rows]


def of_assessment(store: Store, desk: Desk, name: str | None = None) -> list[Finding]:
    """考评所据问题 Of all units or one: those of the runs that its newest frozen result rests on; while nothing is frozen,
    those of the last finished run of each site. Only what is held against a site; of a shared one what is the unit's own.
    """
    names = [one.name for one in desk.assessment.units] if name is None else [unit_named(desk, name)]
    frozen = desk.told(EntryKind.FROZEN, Result)
    found: dict[tuple[str, str], Finding] = {}
    for unit in desk.assessment.units:
        for held in unit.objects if unit.name in names else ():
            run = _run_of(store, frozen[-1][1] if frozen else None, unit, held)
            for one in store.findings(run_id=run.id) if run else ():
                if (
                    run
                    and one.accuses
                    and own([one.verdict], held, run.site)[0].outcome is one.verdict.outcome
                ):
                    found[run.id, one.id] = one
    return list(found.values())


def _run_of(store: Store, result: Result | None, unit: AssessedUnit, held: AssessedObject) -> Run | None:
    """Which run an object's score rests on; while nothing is frozen, the last finished one of its site."""
    if result is None:
        return store.last_finished_run(held.site_key) if held.site_key else None
    score = result.of(unit.name)
    run_id = next((one.run_id for one in score.objects if one.name == held.name), None) if score else None
    return store.run(run_id) if run_id else None
