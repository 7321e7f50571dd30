"""人的决定 What people decide about a finding: not to count it for a while, to dispute it, to rule on the dispute."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from audit.conclude import moment_of
from audit.rescore import score_without
from audit.same_evidence import evidence_digest
from model import (
    SHANGHAI,
    Case,
    CaseEvent,
    CaseState,
    CheckModule,
    Deed,
    Dispute,
    Fault,
    Finding,
    Ruling,
    RulingResult,
    Run,
    Waiver,
)
from storage import Store

LONGEST_WAIVER = timedelta(days=366)
RULING_DAYS = 3  # 工作日: 台江2021, 复核
LONGEST_TEXT = 2000
_TRIES = 5  # times a decision is taken anew when the case changes meanwhile


def waive(store: Store, finding: str, *, by: str, reason: str, until: date, at: datetime) -> Case:
    """不计入 The fault is listed and not counted until that day (included), as long as what is seen stays the same.

    Raises Fault (exit 3) for a day that is over or more than 366 days away, and for what is not to be waived:
    nothing was filed, it is only suspected, mended or withdrawn, or a dispute about it awaits a ruling.
    """
    by, reason = _told("by", by), _told("reason", reason)
    today = at.astimezone(SHANGHAI).date()
    if not today <= until <= today + LONGEST_WAIVER:
        latest = today + LONGEST_WAIVER
        raise Fault(
            "fault.waiver_day", until=until.isoformat(), today=today.isoformat(), latest=latest.isoformat()
        )

    def decide(case: Case) -> Case:
        if case.disputed:
            raise Fault("fault.waive_disputed", finding=case.id)
        if case.state is CaseState.SUSPECTED or not case.state.awaits:
            raise Fault(f"fault.waive_{case.state}", finding=case.id)
        waiver = Waiver(by=by, at=at, reason=reason, until=until, evidence=_evidence(store, case))
        update: dict[str, Any] = {"waiver": waiver, "due": None, "nights": 0, "counted_on": None}
        return _changed(case, CaseState.WAIVED, Deed.WAIVED, at, by, reason, until, **update)

    return _decided(store, finding, decide)


def dispute(
    store: Store, finding: str, *, by: str, reason: str, at: datetime, about: Finding | None = None
) -> Case:
    """提出异议 Somebody says the finding is wrong. It stays counted; a ruling is due in three working days.

    `about`: the finding as one run saw it; None: as it was last seen failing. Raises Fault (exit 3) when nothing is held against the site there, or the last dispute awaits its ruling.
    """
    by, reason = _told("by", by), _told("reason", reason)
    moment = moment_of(at)
    due = moment.calendar.add_workdays(moment.today, RULING_DAYS)

    def decide(case: Case) -> Case:
        if case.disputed:
            raise Fault("fault.dispute_open", finding=case.id)
        mended = case.state is CaseState.FIXED and case.was_open
        if not (case.state.stands or mended):
            raise Fault("fault.dispute_nothing", finding=case.id)
        failure = about or store.last_failure(case.fingerprint)
        if failure is None:
            raise Fault("fault.dispute_evidence_gone", finding=case.id)
        evidence = evidence_digest(about.verdict) if about else _evidence(store, case)
        said = Dispute(by=by, at=at, reason=reason, due=due, run_id=failure.run_id, evidence=evidence)
        state = case.state if mended else CaseState.DISPUTED
        return _changed(case, state, Deed.DISPUTED, at, by, reason, due, dispute=said)

    return _decided(store, finding, decide)


def resolve(
    store: Store,
    finding: str,
    result: RulingResult,
    *,
    by: str,
    reason: str,
    at: datetime,
    checks: Mapping[str, CheckModule],
    extend: int | None = None,
) -> tuple[Case, tuple[Ruling, ...]]:
    """复核 Rule on a dispute: upheld, the fault stands as before (`extend`: due so many working days from now);
    withdrawn, it is no fault, now and whenever the same is seen again, and the disputed run is scored without it.

    Returns the case and a ruling for each run of the disputed crawl, with its score before and after. Raises Fault
    (exit 3) when no dispute awaits a ruling.
    """
    by, reason = _told("by", by), _told("reason", reason)
    moment = moment_of(at)
    rulings: list[Ruling] = []

    def decide(case: Case) -> Case:
        said = case.dispute
        if said is None or said.result is not None:
            raise Fault("fault.dispute_none", finding=case.id)
        ruled = said.model_copy(update={"result": result, "ruled_at": at})
        update: dict[str, Any] = {"dispute": ruled}
        state = case.standing if case.state is CaseState.DISPUTED else case.state
        deed = Deed.UPHELD
        if result is RulingResult.WITHDRAWN:
            deed = Deed.WITHDRAWN
            update["withdrawn"] = tuple(dict.fromkeys((*case.withdrawn, said.evidence)))
            if case.evidence in ("", said.evidence):  # else something else has been seen there since
                state, update["due"] = CaseState.WITHDRAWN, None
        elif extend is not None and state.stands:
            update["due"] = moment.calendar.add_workdays(moment.today, extend)
        day = update.get("due", case.due)
        rulings[:] = _rulings(store, case, said.run_id, result, by, reason, at, checks)
        return _changed(case, state, deed, at, by, reason, day, **update)

    return _decided(store, finding, decide, rulings), tuple(rulings)


def _decided(
    store: Store, finding: str, decide: Callable[[Case], Case], rulings: list[Ruling] | None = None
) -> Case:
    """Decide on the case as it is; when an audit or another person changed it meanwhile, decide again."""
    for left in reversed(range(_TRIES)):
        case = _case(store, finding)
        decided = decide(case)
        try:
            store.keep_case(decided, case, rulings or ())
        except Fault as fault:
            if fault.message_id != "fault.case_overtaken" or not left:
                raise
        else:
            return decided
    raise AssertionError("the last try returns or raises")


def _case(store: Store, finding: str) -> Case:
    try:
        return store.case_named(finding)
    except Fault as fault:
        if fault.message_id != "fault.finding_unknown":
            raise
        doubt = store.finding(finding)  # or nobody knows it at all
        raise Fault("fault.case_none", finding=doubt.id) from None


def _evidence(store: Store, case: Case) -> str:
    """What was filed before evidence was told apart is looked up in the newest finding."""
    failure = None if case.evidence else store.last_failure(case.fingerprint)
    return evidence_digest(failure.verdict) if failure else case.evidence


def _changed(
    case: Case,
    state: CaseState,
    deed: Deed,
    at: datetime,
    by: str,
    note: str,
    day: date | None,
    **update: Any,
) -> Case:
    event = CaseEvent(at=at, by=by, deed=deed, before=case.state, state=state, day=day, note=note)
    return case.model_copy(update={**update, "state": state, "history": (*case.history, event)})


def _told(name: str, text: str) -> str:
    told = " ".join(text.split())
    if not told:
        raise Fault("fault.case_text_empty", option=f"--{name}")
    if len(told) > LONGEST_TEXT:
        raise Fault("fault.case_text_long", option=f"--{name}", most=LONGEST_TEXT, given=len(told))
    return told


def _rulings(
    store: Store,
    case: Case,
    run_id: str,
    result: RulingResult,
    by: str,
    reason: str,
    at: datetime,
    checks: Mapping[str, CheckModule],
) -> list[Ruling]:
    """One for each run of that crawl (one a pack) that has the finding."""
    try:
        disputed = store.run(run_id)
    except Fault:  # kept no longer: the ruling stands without scores
        return [
            Ruling(
                fingerprint=case.fingerprint, run_id=run_id, at=at, by=by, result=result, reason=reason,
                unscored="ruling.unscored.run_gone",
            )
        ]  # fmt: skip
    crawl = disputed.replays or disputed.id
    runs = [
        run
        for run in store.finished_runs(case.site_key, since=disputed.started_at)
        if crawl in (run.id, run.replays)
        and any(one.fingerprint == case.fingerprint for one in store.findings(run_id=run.id))
    ]
    return [_ruling(store, case, run, result, by, reason, at, checks) for run in runs]


def _ruling(
    store: Store,
    case: Case,
    run: Run,
    result: RulingResult,
    by: str,
    reason: str,
    at: datetime,
    checks: Mapping[str, CheckModule],
) -> Ruling:
    ruled = Ruling(fingerprint=case.fingerprint, run_id=run.id, at=at, by=by, result=result, reason=reason)
    withdrawn = {
        one.fingerprint for one in store.rulings(run_ids=[run.id]) if one.result is RulingResult.WITHDRAWN
    }
    after = withdrawn | {case.fingerprint} if result is RulingResult.WITHDRAWN else withdrawn
    try:
        scores = (
            score_without(store, run, withdrawn, checks) if withdrawn else run.score,
            score_without(store, run, after, checks) if after else run.score,
        )
    except Fault:
        return ruled.model_copy(update={"unscored": "ruling.unscored.pages_gone"})
    if scores[0] is None or scores[1] is None:
        return ruled.model_copy(update={"unscored": "ruling.unscored.no_score"})
    low_before, high_before = scores[0].low, scores[0].high
    low_after, high_after = scores[1].low, scores[1].high
    return ruled.model_copy(
        update={
            "low_before": low_before, "high_before": high_before, "low_after": low_after, "high_after": high_after,
        }
    )  # fmt: skip
