"""单项否决所据 What a veto of one object rests on, so that a person's word about it holds for nothing else."""

import hashlib
from collections.abc import Iterable

from audit.desk.sampled import own
from audit.same_evidence import evidence_digest
from model import AssessedObject, AssessedUnit, Finding, RulePack, Site


def veto_evidence(
    pack: RulePack,
    unit: AssessedUnit,
    held: AssessedObject,
    site: Site,
    veto: str,
    findings: Iterable[Finding],
) -> str:
    """否决情形指纹 64 hex digits of what is counted for it, of an audit's findings those of the object. Of a site that is
    shared, the object is part of it: who shares the site is asked for himself.
    """
    counted = next((one.counts for one in pack.tallies if one.id == veto), (veto,))
    told = [site.key, veto, *((unit.name, held.name) if held.columns else ())]
    told += sorted(
        f"{one.fingerprint}{evidence_digest(one.verdict)}"
        for one in findings
        if one.verdict.rule_id in counted
        and not one.verdict.preview
        and own([one.verdict], held, site)[0].outcome is one.verdict.outcome
    )
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()
