"""提出复核 Applications for review are entered: all of a sheet or none, each about something of the result put up for 公示."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from audit.desk.appeal_counter import Counter, what_of
from audit.desk.appeal_sheet import Claim, read_claims
from audit.desk.appeals import appeals
from audit.desk.desk import Desk, enter, open_desk
from audit.desk.rows import Wrong
from audit.rulings import dispute
from model import (
    LONGEST_REASON,
    Appeal,
    Appealed,
    Draft,
    EntryKind,
    Fault,
    Finding,
    Outcome,
    body_of,
)
from report.text import plain
from storage import Store

_UNDISPUTED = frozenset({"fault.dispute_open", "fault.dispute_nothing", "fault.case_none"})


class Applied(NamedTuple):
    """申请结果 `taken` with their numbers; `known`: rows told before, with the numbers they have; `wrong`: then none is taken.

    `estimated`: the holidays up to the last day are not known yet, so that it is an estimate.
    """

    taken: tuple[Appeal, ...] = ()
    known: tuple[tuple[int, int], ...] = ()
    wrong: tuple[Wrong, ...] = ()
    unknown: tuple[str, ...] = ()
    title: str | None = None
    estimated: bool = False


def apply_sheet(
    store: Store, desk: Desk, sheet: Path, *, by: str, at: datetime, all_day: bool, now: datetime, dry: bool = False
) -> Applied:  # fmt: skip
    """导入申请表 Every row right, or nothing is entered. A row that says what was entered before is told and not entered again.

    `at`: when those applied whose row does not say. `dry`: nothing is entered. Raises Fault (exit 3) when the sheet
    cannot be read.
    """
    claims = read_claims(sheet, at, all_day)
    counter = Counter(store, desk, now)
    wrong = list(claims.wrong)
    known: list[tuple[int, int]] = []
    fresh: list[tuple[Appealed, Path | None]] = []
    for row, claim in claims.rows:
        try:
            said = counter.appealed(claim)
            if (number := counter.number_of(said, claim)) is None:
                fresh.append((said, claim.paper))
            else:
                known.append((row, number))
        except Fault as fault:
            wrong.append(Wrong(row, claims.heads.get(_field(fault)), fault))
    if wrong:
        told = tuple(sorted(wrong, key=lambda one: one[0]))
        return Applied(wrong=told, unknown=claims.unknown, title=claims.title)
    taken = _as_entered(desk, fresh, by, now) if dry else _entered(store, desk, fresh, by, now)
    return Applied(taken, tuple(known), (), claims.unknown, claims.title, counter.estimated)


def apply_one(store: Store, desk: Desk, claim: Claim, *, by: str, now: datetime, dry: bool = False) -> Applied:  # fmt: skip
    """提出一项申请 Raises Fault (exit 3) when it cannot be."""
    counter = Counter(store, desk, now)
    said = counter.appealed(
        claim._replace(
            unit=words_of("unit", claim.unit),
            reason=words_of("reason", claim.reason),
            demand=words_of("demand", claim.demand, needed=False),
            applicant=words_of("applicant", claim.applicant, needed=False),
        )
    )
    if (number := counter.number_of(said, claim)) is not None:
        raise Fault("fault.appeal_again", unit=said.unit, what=what_of(said), number=number)
    fresh = [(said, claim.paper)]
    taken = _as_entered(desk, fresh, by, now) if dry else _entered(store, desk, fresh, by, now)
    return Applied(taken, estimated=counter.estimated)


def disputed(store: Store, appeal: Appeal) -> None:
    """列为异议 The finding is shown as disputed until somebody rules. Not when it is none any more, or is disputed already."""
    said, found = appeal.said, finding_of(store, appeal)
    if found is None or found.verdict.outcome is not Outcome.FAIL:
        return
    try:
        dispute(
            store, found.fingerprint, by=_signed(said), reason=said.reason, at=said.applied_at, about=found
        )
    except Fault as fault:
        if fault.message_id not in _UNDISPUTED:
            raise


def finding_of(store: Store, appeal: Appeal) -> Finding | None:
    """所议问题 As the run saw it whose score was put up; None: it is about something else, or the run is kept no longer."""
    if appeal.said.run_id is None:
        return None
    found = store.findings(run_id=appeal.said.run_id)
    return next((one for one in found if one.fingerprint == appeal.said.fingerprint), None)


def words_of(option: str, text: str, *, needed: bool = True) -> str:
    """所写文字 On one line. Raises Fault (exit 3) naming the option when it is empty or too long."""
    told = plain(text)
    if needed and not told:
        raise Fault("fault.case_text_empty", option=f"--{option}")
    if len(told) > LONGEST_REASON:
        raise Fault("fault.case_text_long", option=f"--{option}", most=LONGEST_REASON, given=len(told))
    return told


def _entered(
    store: Store, desk: Desk, fresh: Sequence[tuple[Appealed, Path | None]], by: str, now: datetime
) -> tuple[Appeal, ...]:
    if not fresh:
        return ()
    by = words_of("by", by)
    drafts = []
    for said, paper in fresh:
        if paper is not None:
            said = said.model_copy(update={"paper": store.keep_paper(paper.name, _content(paper), now)})
        drafts.append(
            Draft(kind=EntryKind.APPEALED, at=said.applied_at, by=by, subject=said.unit, body=body_of(said))
        )
    numbers = {one.number for one in enter(store, desk, drafts, now)}
    taken = [one for one in appeals(open_desk(store, desk.assessment.id)) if one.entry in numbers]
    for one in taken:
        if one.state.awaits:
            disputed(store, one)
    return tuple(taken)


def _as_entered(
    desk: Desk, fresh: Sequence[tuple[Appealed, Path | None]], by: str, now: datetime
) -> tuple[Appeal, ...]:
    """What would be entered."""
    return tuple(
        Appeal(entry=desk.last + place, by=by, entered_at=now, said=said)
        for place, (said, _) in enumerate(fresh, start=1)
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Fault("fault.appeal_paper_none", name=path.name) from None


def _signed(said: Appealed) -> str:
    return said.unit if said.applicant == said.unit else f"{said.unit} {said.applicant}"


def _field(fault: Fault) -> str:
    """The column that a fault is about."""
    about = {"finding": "finding", "item": "item", "text": "applied", "on": "applied"}
    if fault.message_id == "fault.appeal_again":
        return ""
    return next((field for name, field in about.items() if name in fault.params), "unit")
