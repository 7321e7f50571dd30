"""台账变动 What one night's verdict makes of a case: every change of state is an event, and nothing else changes states."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audit.same_evidence import evidence_digest
from model import (
    CLOCK,
    OURS,
    SHANGHAI,
    Case,
    CaseEvent,
    CaseState,
    Deed,
    Rule,
    Run,
    Verdict,
    WorkCalendar,
)

_UNTOLD: dict[str, Any] = {"due": None, "nights": 0, "counted_on": None}  # of what is not to be mended now


@dataclass(frozen=True)
class Night:
    """一夜 The run that saw it; `mend_days` working days of `calendar` to mend what is filed, None: no due day."""

    run: Run
    calendar: WorkCalendar
    mend_days: int | None = None

    @property
    def at(self) -> datetime:
        return self.run.as_of

    @property
    def today(self) -> date:
        return self.at.astimezone(SHANGHAI).date()

    @property
    def due(self) -> date | None:
        if self.mend_days is None:
            return None
        return self.calendar.add_workdays(self.today, self.mend_days)


def failed(case: Case | None, mark: str, verdict: Verdict, rule: Rule, night: Night) -> Case:
    """不合格 The case after its place failed tonight. What was waived or withdrawn stays so while the evidence is the same."""
    digest = evidence_digest(verdict)
    if case is None:
        case = Case(
            fingerprint=mark, rule_id=verdict.rule_id, site_key=night.run.site.key, locus=verdict.locus,
            state=CaseState.SUSPECTED, first_seen=night.at, last_seen=night.at,
        )  # fmt: skip
        seen = _seen(case, digest, night)
        return _suspected(seen, night) if rule.nights > 1 else _held(seen, Deed.OPENED, night)
    seen = _seen(case, digest, night)
    if digest in case.withdrawn:  # somebody has ruled that this is no fault
        if case.state is CaseState.WITHDRAWN:
            return seen
        return moved(seen, CaseState.WITHDRAWN, Deed.WITHDRAWN_AGAIN, night, **_UNTOLD)
    waived = case.waiver is not None and case.waiver.holds(night.today, digest)
    match case.state:
        case CaseState.WAIVED if not waived:
            return _held(seen, Deed.CHANGED, night)
        case CaseState.WAIVED | CaseState.DISPUTED:
            return seen
        case _ if waived and case.waiver is not None:
            return moved(seen, CaseState.WAIVED, Deed.WAIVED_AGAIN, night, day=case.waiver.until, **_UNTOLD)
        case CaseState.SUSPECTED:
            return _counted(seen, rule, night)
        case CaseState.WITHDRAWN | CaseState.FIXED if rule.nights > 1:
            return _suspected(seen, night)
        case CaseState.WITHDRAWN:
            return _held(seen, Deed.CHANGED, night)
        case CaseState.FIXED:
            return _held(seen, Deed.FAILED_AGAIN if case.was_open else Deed.OPENED, night)
    return seen


def passed(case: Case, night: Night) -> Case:
    """合格 The case after its place was observed and passed: mended, or a suspicion that came to nothing."""
    if case.state is CaseState.SUSPECTED:
        return moved(case, CaseState.FIXED, Deed.CLEARED, night, **_UNTOLD)
    if case.state.awaits:
        return moved(case, CaseState.FIXED, Deed.PASSED, night, **_UNTOLD)
    return case


def expired(case: Case, night: Night) -> Case:
    """到期 A waiver whose last day is over no longer covers its fault, whether or not anybody saw it tonight."""
    if case.state is CaseState.WAIVED and (case.waiver is None or night.today > case.waiver.until):
        return _held(case, Deed.EXPIRED, night, by=CLOCK)
    return case


def moved(
    case: Case,
    state: CaseState,
    deed: Deed,
    night: Night,
    *,
    by: str = OURS,
    day: date | None = None,
    **more: Any,
) -> Case:
    """变动 Another state, told in the history; `day` is the day this sets, `more` other fields that change with it."""
    event = CaseEvent(
        at=night.at, by=by, run_id=night.run.id, deed=deed, before=case.state if case.history else None,
        state=state, day=day,
    )  # fmt: skip
    return case.model_copy(update={**more, "state": state, "history": (*case.history, event)})


def _held(case: Case, deed: Deed, night: Night, by: str = OURS) -> Case:
    """Held against the site from now on, to be mended by the due day."""
    return moved(
        case, case.standing, deed, night, by=by, day=night.due, due=night.due, nights=0, counted_on=None
    )


def _seen(case: Case, digest: str, night: Night) -> Case:
    return case.model_copy(update={"last_seen": max(case.last_seen, night.at), "evidence": digest})


def _suspected(case: Case, night: Night) -> Case:
    begun: dict[str, Any] = {"nights": 1, "counted_on": night.today, "due": None}
    return moved(case, CaseState.SUSPECTED, Deed.SUSPECTED, night, **begun)


def _counted(case: Case, rule: Rule, night: Night) -> Case:
    """One more night on which it failed; a second look in one day is no other night."""
    if case.counted_on is not None and night.today > case.counted_on:
        case = case.model_copy(update={"nights": case.nights + 1, "counted_on": night.today})
    return _held(case, Deed.CONFIRMED, night) if case.nights >= rule.nights else case
