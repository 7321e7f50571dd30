"""整改通知 What is to be written to a unit: what stands against it for certain, what does not, and by when to mend it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from audit.conclude import moment_of
from audit.desk.appeals import undecided
from audit.desk.desk import Desk
from audit.desk.opinions import opinions
from audit.desk.opinions import standing as entered
from audit.desk.sampled import own
from audit.desk.vetoed import veto_evidence
from audit.digest_view import seen_failing
from audit.same_evidence import evidence_digest
from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    Case,
    CaseState,
    EntryKind,
    Fault,
    Finding,
    Moment,
    Notice,
    NoticedFinding,
    NoticeKind,
    Opinion,
    OpinionResult,
    Outcome,
    Run,
    Sent,
    Severity,
    Site,
    Verdict,
)
from report.notice.faults import Listed, Told, UnitFaults
from report.view import place_of
from storage import Store

# What is disputed waits for its ruling; what is waived, withdrawn or only suspected is held against nobody.
STANDS = (CaseState.OPEN, CaseState.REOPENED)
_UNVERIFIED = (Outcome.BLOCKED, Outcome.NOT_OBSERVED, Outcome.CRASHED)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Sources:
    """发文素材 An assessment as it stood when notices were written, and the store its units' sites are kept in."""

    def __init__(self, store: Store, desk: Desk, at: datetime) -> None:
        self.store, self.desk, self.at = store, desk.until(at), at
        self.moment = moment_of(at)
        self.opinions = opinions(self.desk)
        told = (one for _, one in entered(self.desk, EntryKind.VETO).values())
        self._vetoes = {(one.site_key, one.veto, one.evidence): one.confirmed for one in told}
        self.appealed = {one.said.fingerprint for one in undecided(self.desk)}
        self._roster = {one.site.key: one for one in store.roster()}
        self._told = _told_before(self.desk)

    def audit(self, unit: AssessedUnit, key: str) -> Run | None:
        """最近检查 The last finished one by the unit's indicators until then, else by any others: it was looked at."""
        found = self.store.run_within(key, unit.pack, _EVER, self.at)
        if found is not None:
            return found
        others = (one for one in self.store.finished_runs(key) if one.as_of <= self.at)
        return max(others, key=lambda one: (one.as_of, one.started_at), default=None)

    def site(self, key: str, run: Run | None) -> Site:
        """网站 As the roster has it, else as it was audited."""
        if key in self._roster:
            return self._roster[key].site
        return run.site if run else self.store.site(key)

    def in_service(self, key: str) -> bool:
        """在用 One that is on no roster is nobody's to retire."""
        return key not in self._roster or not self._roster[key].retired(self.moment.today)

    def earlier(self, unit: str, fingerprint: str) -> tuple[Told, ...]:
        """曾经列入 The notices that listed it for that unit, in order, sent or not."""
        return self._told.get((unit, fingerprint), ())

    def said_of_veto(self, unit: AssessedUnit, held: AssessedObject, run: Run, veto: str) -> bool | None:
        """认定 Whether a person confirmed that veto, or cleared it, for the very evidence of that run. None: nobody said."""
        if not any(key[:2] == (run.site.key, veto) for key in self._vetoes):
            return None
        findings = self.store.findings(run_id=run.id)
        seen = veto_evidence(self.store.pack(run.pack_digest), unit, held, run.site, veto, findings)
        return self._vetoes.get((run.site.key, veto, seen))

    def held(self, unit: AssessedUnit) -> Iterator[tuple[AssessedObject, str]]:
        """客体 Those that can be crawled and are in service, with the keys of their sites."""
        for one in unit.objects:
            if one.site_key and self.in_service(one.site_key):
                yield one, one.site_key


def unit_faults(sources: Sources, unit: AssessedUnit, days: int | None = None) -> UnitFaults:
    """单位问题 What a notice of that day lists: certain failures that stand, nothing else. Writes nothing.

    `days`: working days to mend, counted from the day after; None: as the assessment says, else each case's own. Raises
    Fault (exit 3) when a term is set nowhere.
    """
    days = days or sources.desk.assessment.mend_workdays
    today = sources.moment.today
    due = sources.moment.calendar.add_workdays(today, days) if days else None
    listed: dict[str, Listed] = {}
    disputed: set[str] = set()
    doubts = unverified = 0
    unseen: dict[str, Site] = {}
    looks: list[datetime] = []
    for held, key in sources.held(unit):
        run = sources.audit(unit, key)
        site = sources.site(key, run)
        if run is None or run.score is None:
            unseen[key] = site
        if run is not None and run.score is not None:  # one that saw nothing is no look
            looks.append(run.as_of)
        cases = sources.store.cases(key)
        disputed |= {one.fingerprint for one in cases.values() if contested(one, sources.at)}
        in_doubt = {one.fingerprint for one in _doubts(sources, held, site, run)}
        for finding, case in (
            *standing(sources, unit, held, site, cases),
            *confirmed(sources, held, site, cases, run),
        ):
            if finding.fingerprint in sources.appealed:
                disputed.add(finding.fingerprint)
                continue
            by = due or (case.due_at(sources.at) if case else None)
            if by is None:
                raise Fault("fault.notice_no_term", unit=unit.name, finding=finding.id)
            listed[finding.fingerprint] = Listed(
                site, finding, by, case is None, sources.earlier(unit.name, finding.fingerprint),
                finding.fingerprint in in_doubt,
            )  # fmt: skip
        waiting, unclear = _undecided(sources, unit, held, site, run, listed)
        doubts, unverified = doubts + waiting, unverified + unclear
    return UnitFaults(
        unit=unit.name, dated=today, doubts=doubts, disputed=len(disputed), unverified=unverified, days=days,
        listed=tuple(sorted(listed.values(), key=lambda one: (one.site.key, place_of(one.finding)))),
        unseen=tuple(unseen.values()),
        seen_on=max(looks).astimezone(SHANGHAI).date() if looks else None,
    )  # fmt: skip


def contested(case: Case, at: datetime) -> bool:
    """异议未决 Whether somebody had objected by then and nobody had ruled, whatever became of the fault meanwhile."""
    said, state = case.dispute, case.state_at(at)
    waits = said is not None and said.at <= at and (said.ruled_at is None or said.ruled_at > at)
    return state is CaseState.DISPUTED or (waits and state in STANDS)


def standing(
    sources: Sources, unit: AssessedUnit, held: AssessedObject, site: Site, cases: Mapping[str, Case]
) -> Iterator[tuple[Finding, Case]]:
    """成立的问题 Cases that stood at that moment with what was last seen of them: certain, of this object, excused by nobody.

    A veto is among them only when a person has confirmed it.
    """
    stood = [
        one for one in cases.values() if one.state_at(sources.at) in STANDS and not contested(one, sources.at)
    ]
    newest = sources.store.newest_findings([one.fingerprint for one in stood])
    for case in stood:
        found = _as_seen(sources, case, newest.get(case.fingerprint))
        if found is None or found.verdict.outcome is not Outcome.FAIL or found.verdict.preview:
            continue
        state = case.state_at(sources.at) or found.state
        if accuses(sources, unit, held, site, found):
            yield found.model_copy(update={"state": state}), case


def accuses(sources: Sources, unit: AssessedUnit, held: AssessedObject, site: Site, finding: Finding) -> bool:
    """可列入 Whether a failure may be told to its unit: its own, no veto nobody confirmed, none that a person excluded."""
    verdict = finding.verdict
    if verdict.severity is Severity.VETO:
        run = sources.store.run(finding.run_id)
        if not sources.said_of_veto(unit, held, run, verdict.rule_id):
            return False
    told = _opinion(sources, finding)
    return (told is None or told.result is OpinionResult.CONFIRMED) and _own(verdict, held, site)


def confirmed(
    sources: Sources, held: AssessedObject, site: Site, cases: Mapping[str, Case], run: Run | None
) -> Iterator[tuple[Finding, None]]:
    """人工确认的问题 What the last audit was not sure of and a person has confirmed since; nothing of it is in the ledger."""
    for finding in _doubts(sources, held, site, run):
        told = _opinion(sources, finding)
        case = cases.get(finding.fingerprint)
        free = case is None or case.state_at(sources.at) in (None, CaseState.SUSPECTED, CaseState.FIXED)
        if told is not None and told.result is OpinionResult.CONFIRMED and free:
            yield finding, None


def notice_of(faults: UnitFaults) -> Notice:
    """通知 As it is entered, before any file is made of it."""
    return Notice(
        kind=NoticeKind.MEND, units=(faults.unit,), dated=faults.dated, due=faults.due,
        findings=tuple(
            NoticedFinding(
                finding=one.finding.id, fingerprint=one.finding.fingerprint, site_key=one.site.key,
                rule_id=one.finding.verdict.rule_id, run_id=one.finding.run_id, due=one.due,
                earlier=tuple(told.number for told in one.earlier),
            )
            for one in faults.listed
        ),
    )  # fmt: skip


def estimated(moment: Moment, day: date | None) -> bool:
    """按周末推算 Whether the holidays of that day's year are not known yet."""
    return day is not None and not moment.calendar.knows(day)


def _doubts(sources: Sources, held: AssessedObject, site: Site, run: Run | None) -> Iterator[Finding]:
    """Of the last audit: what nobody was sure of."""
    for one in sources.store.findings(run_id=run.id) if run else ():
        if (
            one.verdict.outcome is Outcome.UNSURE
            and not one.verdict.preview
            and _own(one.verdict, held, site)
        ):
            yield one


def _undecided(
    sources: Sources, unit: AssessedUnit, held: AssessedObject, site: Site, run: Run | None,
    listed: Mapping[str, Listed],
) -> tuple[int, int]:  # fmt: skip
    """How many matters of the last audit wait for a person, and how many things nobody could verify."""
    if run is None or run.score is None:
        return 0, 0
    waiting = [
        one
        for one in _doubts(sources, held, site, run)
        if one.fingerprint not in listed and _opinion(sources, one) is None
    ]
    vetoes_open = (
        sum(
            one.suspected and sources.said_of_veto(unit, held, run, one.id) is None
            for one in run.score.vetoes
        )
        if not held.columns
        else 0
    )
    unclear = sum(
        one.stands_for
        for one in own(sources.store.verdicts(run.id), held, site)
        if one.outcome in _UNVERIFIED and not one.preview and not one.set_aside
    )
    return len(waiting) + vetoes_open, unclear


def _own(verdict: Verdict, held: AssessedObject, site: Site) -> bool:
    return own([verdict], held, site)[0].outcome is verdict.outcome


def _opinion(sources: Sources, finding: Finding) -> Opinion | None:
    """What a person said of the very same evidence."""
    told = sources.opinions.get(finding.fingerprint)
    return told if told and told.evidence == evidence_digest(finding.verdict) else None


def _as_seen(sources: Sources, case: Case, newest: Finding | None) -> Finding | None:
    """What it rested on at that moment: a notice that is entered late quotes nothing that was seen only afterwards."""
    if newest is None:
        return None
    found = seen_failing(sources.store, newest)
    if found.last_seen <= sources.at:
        return found
    runs = [one.run_id for one in case.history if one.run_id and one.at <= sources.at]
    for run_id in reversed(runs):
        for one in sources.store.findings(run_id=run_id):
            if one.fingerprint == case.fingerprint:
                return one
    return None


def _told_before(desk: Desk) -> dict[tuple[str, str], tuple[Told, ...]]:
    found: dict[tuple[str, str], tuple[Told, ...]] = {}
    sent: dict[tuple[int, str], datetime] = {}
    for entry, one in desk.told(EntryKind.SENT, Sent):
        sent.setdefault((one.notice, one.unit), entry.at)
    for entry, notice in desk.told(EntryKind.NOTICE, Notice):
        if notice.kind is NoticeKind.MEND:
            (unit,) = notice.units
            told = Told(entry.number, notice.dated, sent.get((entry.number, unit)))
            for listed in notice.findings:
                key = (unit, listed.fingerprint)
                found[key] = (*found.get(key, ()), told._replace(due=listed.due))
    return found
