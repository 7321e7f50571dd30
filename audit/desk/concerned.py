"""所涉问题 Which findings evidence is asked for: those that are named, all of one unit, or all an assessment rests on."""

from collections.abc import Iterable

from audit.desk.desk import Desk, unit_named
from audit.unit_view import units_of
from model import EntryKind, Fault, Finding, Moment, Result
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
    those of the last finished run of each site. Only what is held against a site.
    """
    units = [one.name for one in desk.assessment.units] if name is None else [unit_named(desk, name)]
    frozen = desk.told(EntryKind.FROZEN, Result)
    if frozen:
        scores = [one for one in frozen[-1][1].scores if one.unit in units]
        run_ids = [one.run_id for score in scores for one in score.objects if one.run_id]
    else:
        keys = [key for unit in desk.assessment.units if unit.name in units for key in unit.site_keys]
        runs = (store.last_finished_run(key) for key in dict.fromkeys(keys))
        run_ids = [one.id for one in runs if one]
    return [one for run_id in dict.fromkeys(run_ids) for one in store.findings(run_id=run_id) if one.accuses]
