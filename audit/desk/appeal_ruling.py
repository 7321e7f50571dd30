"""复核决定 A person rules on an application for review: what the ledger and the score become, and who may not rule."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from audit.desk.appealing import disputed, finding_of, words_of
from audit.desk.appeals import appeal_numbered
from audit.desk.desk import Desk, enter, open_desk, open_still
from audit.desk.scoring import unit_score
from audit.rulings import resolve
from audit.same_evidence import evidence_digest
from model import (
    SHANGHAI,
    Appeal,
    AppealResult,
    AppealRuled,
    AppealState,
    CheckModule,
    Draft,
    EntryKind,
    Fault,
    Finding,
    Opinion,
    OpinionResult,
    Outcome,
    RulingResult,
    UnitFigure,
    body_of,
    entered,
)
from storage import Store

_CORRECTIONS = frozenset(
    {EntryKind.RATED, EntryKind.ADJUSTED, EntryKind.VETO, EntryKind.OPINION, EntryKind.AMENDED}
)
_RULED = {AppealResult.ACCEPTED: RulingResult.WITHDRAWN, AppealResult.REFUSED: RulingResult.UPHELD}
_TRIES = 5  # others may enter something between our look and our entry


def admit(store: Store, desk: Desk, number: int, *, by: str, reason: str, at: datetime, now: datetime) -> Appeal:  # fmt: skip
    """准予受理 An application that came late is reviewed all the same. Raises Fault (exit 3) when it did not, or was ruled on."""
    appeal = appeal_numbered(desk, number)
    by, reason = words_of("by", by), words_of("reason", reason)
    _refuse_own(appeal, by)
    if appeal.state is not AppealState.NOT_ADMITTED:
        raise Fault(
            "fault.appeal_in_time" if not appeal.said.late else "fault.appeal_admitted", number=number
        )
    _refuse_before(appeal, at)
    told = AppealRuled(appeal=number, unit=appeal.said.unit, result=AppealResult.ADMITTED, reason=reason)
    draft = Draft(kind=EntryKind.RULED, at=at, by=by, subject=appeal.said.unit, body=body_of(told))
    enter(store, desk, [draft], now)
    admitted = appeal_numbered(open_desk(store, desk.assessment.id), number)
    disputed(store, admitted)
    return admitted


def rule(
    store: Store,
    desk: Desk,
    number: int,
    result: AppealResult,
    *,
    by: str,
    reason: str,
    at: datetime,
    now: datetime,
    checks: Mapping[str, CheckModule],
    refers: Iterable[int] = (),
) -> Appeal:
    """作出决定 ACCEPTED: the finding is no fault, now and whenever the same is seen again, and the score is reckoned without it;
    about anything but a finding, `refers` names the entries that correct it. REFUSED: all stays as it is.

    The frozen draft stays; the ruling keeps the unit's score before and after. Raises Fault (exit 3) when there is nothing
    to rule on, when it came late and nobody admitted it, when who rules applied or took the application in (回避), and
    when the ledger was ruled otherwise.
    """
    open_still(desk)
    appeal = appeal_numbered(desk, number)
    by, reason = words_of("by", by), words_of("reason", reason)
    _refuse_own(appeal, by)
    if appeal.state is AppealState.NOT_ADMITTED:
        raise Fault("fault.appeal_late", number=number, last_day=appeal.said.last_day)
    if not appeal.state.awaits:
        raise Fault("fault.appeal_ruled", number=number, by=appeal.ruled_by)
    _refuse_before(appeal, at)
    corrections = _corrections(desk, appeal, result, tuple(refers))
    found = finding_of(store, appeal)
    ruled_at = _ledger_ruled_at(store, appeal, found, result)
    since = at if ruled_at is None else ruled_at - timedelta(microseconds=1)
    before, unscored = _figure(store, _without(desk, corrections), appeal, since, checks)
    if found is not None and found.verdict.outcome is Outcome.FAIL and ruled_at is None:
        _resolved(store, appeal, found, result, by, reason, at, checks)
    opinion = _excluded(store, found, by, reason, at) if result is AppealResult.ACCEPTED else None
    for left in reversed(range(_TRIES)):
        drafts = [opinion] if opinion else []
        seen = _with(desk, drafts, now)
        after, lost = _figure(store, seen, appeal, at, checks)
        told = AppealRuled(
            appeal=number, unit=appeal.said.unit, result=result, reason=reason, fingerprint=appeal.said.fingerprint,
            before=before, after=after, unscored=unscored or lost,
            refers=(*corrections, *((seen.last,) if opinion else ())),
        )  # fmt: skip
        ruling = Draft(kind=EntryKind.RULED, at=at, by=by, subject=appeal.said.unit, body=body_of(told))
        try:
            enter(store, desk, [*drafts, ruling], now)
        except (
            Fault
        ) as fault:  # somebody entered something else: the case is ruled on, so the entry must come about
            if fault.message_id != "fault.dossier_overtaken" or not left:
                raise
            desk = open_desk(store, desk.assessment.id)
            if not appeal_numbered(desk, number).state.awaits:
                raise Fault("fault.appeal_ruled", number=number, by=appeal_numbered(desk, number).ruled_by) from None  # fmt: skip
        else:
            return appeal_numbered(open_desk(store, desk.assessment.id), number)
    raise AssertionError("the last try returns or raises")


def _refuse_own(appeal: Appeal, by: str) -> None:
    """Nobody rules on what they applied for or took in."""
    bare = "".join(by.split())
    theirs = {"".join(name.split()) for name in (appeal.by, appeal.said.applicant, appeal.said.unit)}
    if bare in theirs:
        raise Fault("fault.appeal_own", number=appeal.number, by=by)


def _refuse_before(appeal: Appeal, at: datetime) -> None:
    """A day without an hour is its first moment: the same day will do."""
    if at.astimezone(SHANGHAI).date() < appeal.said.applied_at.astimezone(SHANGHAI).date():
        raise Fault(
            "fault.appeal_ruled_before", number=appeal.number, at=f"{at.astimezone(SHANGHAI):%Y-%m-%d}"
        )


def _corrections(desk: Desk, appeal: Appeal, result: AppealResult, refers: tuple[int, ...]) -> tuple[int, ...]:  # fmt: skip
    """The entries named, each one that corrects something and came after the application."""
    if refers and (appeal.said.finding is not None or result is not AppealResult.ACCEPTED):
        raise Fault("fault.appeal_refers_not", number=appeal.number)
    if not refers and appeal.said.finding is None and result is AppealResult.ACCEPTED:
        raise Fault("fault.appeal_refers_none", number=appeal.number)
    kinds = {one.number: one.kind for one in desk.entries}
    for one in refers:
        if kinds.get(one) not in _CORRECTIONS or one <= appeal.entry:
            raise Fault("fault.appeal_refers_wrong", entry=one, number=appeal.number)
    return tuple(dict.fromkeys(refers))


def _ledger_ruled_at(
    store: Store, appeal: Appeal, found: Finding | None, result: AppealResult
) -> datetime | None:
    """When the ledger was ruled on in this matter: by whoever died before entering it here, by who rules beside us, or by
    `duwang resolve`. Raises Fault when it says the contrary.
    """
    case = store.case(found.fingerprint) if found else None
    if found is None or case is None:
        return None
    seen, said = evidence_digest(found.verdict), case.dispute
    withdrawn = seen in case.withdrawn
    ruled_at = said.ruled_at if said and said.result and said.evidence == seen else None
    if ruled_at and ruled_at.astimezone(SHANGHAI).date() < appeal.said.applied_at.astimezone(SHANGHAI).date():
        ruled_at = None  # another dispute, from before
    if withdrawn if result is AppealResult.REFUSED else ruled_at and not withdrawn:
        told = "withdrawn" if withdrawn else "upheld"
        by = next((one.by for one in reversed(case.history) if one.deed.value == told), None)
        raise Fault(f"fault.appeal_{told}", number=appeal.number, finding=case.id, by=by or "–")
    return ruled_at


def _resolved(
    store: Store,
    appeal: Appeal,
    found: Finding,
    result: AppealResult,
    by: str,
    reason: str,
    at: datetime,
    checks: Mapping[str, CheckModule],
) -> None:
    """The case follows."""
    disputed(store, appeal)
    case = store.case(found.fingerprint)
    if case is None or case.dispute is None or not case.disputed:
        return
    if case.dispute.evidence != evidence_digest(found.verdict):  # somebody disputes what was seen there since
        raise Fault("fault.appeal_disputed", number=appeal.number, finding=case.id)
    try:
        resolve(store, case.fingerprint, _RULED[result], by=by, reason=reason, at=at, checks=checks)
    except Fault as fault:
        if fault.message_id != "fault.dispute_none":
            raise
        _ledger_ruled_at(store, appeal, found, result)  # somebody was faster: it must say the same


def _excluded(store: Store, found: Finding | None, by: str, reason: str, at: datetime) -> Draft | None:
    """Of what the ledger does not withdraw, because nobody was sure of it, or nothing was filed, or it does not stand:
    an opinion says that it is no fault.
    """
    if found is None:
        return None
    case, verdict = store.case(found.fingerprint), found.verdict
    if case is not None and evidence_digest(verdict) in case.withdrawn:
        return None
    told = Opinion(
        fingerprint=found.fingerprint, finding=found.id, site_key=store.run(found.run_id).site.key, rule_id=verdict.rule_id, locus=verdict.locus,
        run_id=found.run_id, evidence=evidence_digest(verdict), result=OpinionResult.EXCLUDED, reviewer=by,
        on=at.astimezone(SHANGHAI).date(), reason=reason,
    )  # fmt: skip
    return Draft(kind=EntryKind.OPINION, at=at, by=by, subject=found.fingerprint, body=body_of(told))


def _without(desk: Desk, corrections: tuple[int, ...]) -> Desk:
    """The desk as it would be had nobody entered these."""
    return Desk(desk.assessment, tuple(one for one in desk.entries if one.number not in corrections))


def _with(desk: Desk, drafts: Iterable[Draft], now: datetime) -> Desk:
    """The desk as it will be once these are entered."""
    entries = list(desk.entries)
    for draft in drafts:
        entries.append(entered(draft, desk.assessment.dossier, entries[-1], now))
    return Desk(desk.assessment, tuple(entries))


def _figure(
    store: Store, desk: Desk, appeal: Appeal, at: datetime, checks: Mapping[str, CheckModule]
) -> tuple[UnitFigure | None, str | None]:
    try:
        got = unit_score(store, desk, at, checks, appeal.said.unit)
    except Fault:  # what it is scored from is gone: the ruling stands all the same
        return None, "appeal.unscored"
    return UnitFigure(score=got.score, low=got.low, high=got.high, band=got.band), got.why
