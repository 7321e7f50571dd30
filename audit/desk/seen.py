"""所见 What the last audits saw of the units of an assessment: the findings and vetoes that people are asked about."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple

from audit.desk.desk import Desk
from audit.desk.object_score import Bench, vetoes_of
from audit.desk.sampled import own, span_at
from audit.desk.vetoed import veto_evidence
from audit.same_evidence import evidence_digest
from checks import load_checks, params_of
from model import (
    AssessedObject,
    AssessedUnit,
    Assessment,
    Finding,
    Outcome,
    RulePack,
    Run,
    Scanned,
    Site,
    VetoSuspect,
)
from reading.address import resolve
from rules import load_pack
from storage import Store

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Sighting(NamedTuple):
    """所见问题 A finding of a unit's last audit; `evidence`: digest of what was seen."""

    unit: str
    site: Site
    finding: Finding
    evidence: str

    @property
    def code(self) -> str:
        """情形校验码 Stands on the sheet, so that what a person judged is what was seen."""
        return code_of(self.evidence)


class VetoSighting(NamedTuple):
    """所见单项否决 A veto that a unit's last audit points to; `evidence`: digest of what is counted for it."""

    unit: str
    site: Site
    veto: VetoSuspect
    evidence: str

    @property
    def code(self) -> str:
        return code_of(self.evidence)


def code_of(evidence: str) -> str:
    """校验码 With a letter before it, so that no spreadsheet takes it for a figure."""
    return f"E-{evidence[:12]}"


def last_day(assessment: Assessment) -> date:
    """考评末日 The last day on which anything of it is arranged."""
    return max([assessment.ends, *(one.ends for one in assessment.windows)])


class Seen:
    """所见 Of one assessment at a moment; `units` none: of all units. Everything is read when it is first asked for."""

    def __init__(self, store: Store, desk: Desk, at: datetime, units: Iterable[str] = ()) -> None:
        self._store, self.desk, self._at = store, desk, at
        names = frozenset(units)
        self.units = [one for one in desk.assessment.units if not names or one.name in names]
        self._packs: dict[str, RulePack] = {}

    def pack(self, unit: AssessedUnit) -> RulePack:
        """指标体系 The unit's, as its last audit kept it, else as it stands today. Raises Fault when it is nowhere."""
        if unit.pack not in self._packs:
            digest = next(self._judged_by(unit.pack), None)
            self._packs[unit.pack] = (
                self._store.pack(digest) if digest else load_pack(unit.pack, params_of(load_checks()))
            )
        return self._packs[unit.pack]

    def _judged_by(self, pack: str) -> Iterator[str]:
        """Digests of it: as the runs that count kept it, else as any earlier one did."""
        yield from (one.pack_digest for _, _, one in self.runs if one.pack_id == pack)
        for unit in self.desk.assessment.units:
            for key in unit.site_keys if unit.pack == pack else ():
                if run := self._store.run_within(key, pack, _EVER, self._at):
                    yield run.pack_digest

    @cached_property
    def runs(self) -> list[tuple[AssessedUnit, AssessedObject, Run]]:
        """采样检查 Of each object that can be crawled the run that counts."""
        span = span_at(self.desk.assessment, self._at)
        found = [
            (unit, held, self._store.run_within(held.site_key, unit.pack, *span))
            for unit in self.units
            for held in unit.objects
            if held.site_key
        ]
        return [(unit, held, run) for unit, held, run in found if run is not None]

    @cached_property
    def findings(self) -> dict[str, Sighting]:
        """问题 By its id. What two units share is told of under the first."""
        found: dict[str, Sighting] = {}
        for unit, held, run in self.runs:
            for one in self._store.findings(run_id=run.id):
                verdict = one.verdict
                if not verdict.preview and own([verdict], held, run.site)[0].outcome is verdict.outcome:
                    found.setdefault(one.id, Sighting(unit.name, run.site, one, evidence_digest(verdict)))
        return found

    @property
    def doubts(self) -> Iterator[Sighting]:
        """待核实 What only a person can decide."""
        return (one for one in self.findings.values() if one.finding.verdict.outcome is Outcome.UNSURE)

    @cached_property
    def vetoes(self) -> dict[tuple[str, str], VetoSighting]:
        """单项否决 Suspected or possible, by its code and its id."""
        found: dict[tuple[str, str], VetoSighting] = {}
        bench = Bench(self._store, self.desk.until(self._at), self._at, load_checks())
        for unit, held, run in self.runs:
            if not (asked := vetoes_of(bench, held, run)):
                continue
            pack, findings = self._store.pack(run.pack_digest), self._store.findings(run_id=run.id)
            for veto in asked:
                evidence = veto_evidence(pack, unit, held, run.site, veto.id, findings)
                one = VetoSighting(unit.name, run.site, veto, evidence)
                found.setdefault((one.code, veto.id), one)
        return found

    @cached_property
    def sites(self) -> dict[str, Site]:
        """网站 Of the units, by key, as the roster has them, else as they were audited."""
        keys = {key for unit in self.units for key in unit.site_keys}
        audited = {run.site.key: run.site for _, _, run in self.runs}
        return audited | {one.key: one for one in self._store.sites() if one.key in keys}

    @cached_property
    def known_before(self) -> frozenset[str]:
        """曾见问题 Ids of all findings these sites ever had."""
        return frozenset(one.id for key in self.sites for one in self._store.findings(site_key=key))

    def also_seen(self, scan: Scanned) -> list[Finding]:
        """我方所见 Findings of the same site at the address that somebody else's scan reported."""
        return self._by_address.get((scan.site_key, bare_address(scan.url)), []) if scan.url else []

    @cached_property
    def _by_address(self) -> dict[tuple[str | None, str], list[Finding]]:
        found: dict[tuple[str | None, str], list[Finding]] = {}
        for one in self.findings.values():
            verdict = one.finding.verdict
            for address in {bare_address(url) for url in (verdict.url, verdict.locus) if "://" in url}:
                found.setdefault((one.site.key, address), []).append(one.finding)
        return found


def bare_address(url: str) -> str:
    """网址 To compare by: as a browser writes it, without scheme, www and the slash at its end."""
    url = url if "://" in url else f"http://{url}"
    whole = resolve(url, url) or url
    return whole.partition("://")[2].removeprefix("www.").rstrip("/") or whole
