"""定稿 The figures of all units are frozen: first a draft for 公示, then the final ones. Every version stays as it was."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from audit.desk.appeals import term, term_over, undecided
from audit.desk.desk import Desk, enter
from audit.desk.scoring import unit_scores
from model import (
    SHANGHAI,
    AppealResult,
    AppealRuled,
    CheckModule,
    DossierEntry,
    Draft,
    EntryKind,
    Fault,
    Result,
    ResultKind,
    ScoreChange,
    UnitScore,
    WindowKind,
    body_of,
)
from storage import Store

_SHOWN = (WindowKind.PUBLICITY, WindowKind.REVIEW)  # windows of an assessment whose draft units may object to
_UNRATED = ("unit_score.part_lacking", "unit_score.not_rated")


def results(desk: Desk) -> list[tuple[DossierEntry, Result]]:
    """各版结果 Frozen so far, in order of their versions."""
    return desk.told(EntryKind.FROZEN, Result)


def last_result(desk: Desk, kind: ResultKind | None = None) -> Result | None:
    """最近一版结果 Of that kind, or of any."""
    return next((one for _, one in reversed(results(desk)) if kind in (None, one.kind)), None)


def digest_of(scores: Iterable[UnitScore]) -> str:
    """结果摘要 SHA-256 of the canonical JSON of the scores, 64 hex digits."""
    told = [one.model_dump(mode="json") for one in scores]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def freeze(
    store: Store,
    desk: Desk,
    kind: ResultKind,
    at: datetime,
    by: str,
    now: datetime,
    checks: Mapping[str, CheckModule],
) -> tuple[DossierEntry, Result]:
    """定稿 Freeze the scores as they are at that moment, as the next version.

    Raises Fault (exit 3) when `hindrances` names any, when nothing differs from the version before, when that one is of
    a later moment, and for a draft after the final one (台江2021 四（三）（四）).
    """
    last = last_result(desk)
    if desk.closed:
        raise Fault("fault.assessment_closed", id=desk.assessment.id)
    if last and at < last.as_of:
        raise Fault(
            "fault.freeze_earlier",
            version=last.version,
            at=f"{last.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        )
    scores = unit_scores(store, desk, at, checks)
    if found := hindrances(desk, kind, scores, at):
        raise found[0] if len(found) == 1 else Fault("fault.freeze_hindered", count=len(found))
    result = Result(
        assessment=desk.assessment.id,
        version=last.version + 1 if last else 1,
        kind=kind,
        as_of=at,
        scores=scores,
        digest=digest_of(scores),
    )
    if last and last.kind is kind and last.digest == result.digest and not reopened(desk):
        raise Fault("fault.freeze_same", version=last.version)
    because = sorted({number for one in changes(desk, last, result) for number in one.because})
    result = result.model_copy(update={"because": tuple(because)})
    draft = Draft(kind=EntryKind.FROZEN, at=at, by=by, subject=str(kind), body=body_of(result))
    return enter(store, desk, [draft], now)[0], result


def hindrances(desk: Desk, kind: ResultKind, scores: Sequence[UnitScore], at: datetime) -> list[Fault]:
    """定稿障碍 What stands in the way of freezing these scores, each with what can be done about it."""
    last = last_result(desk)
    if kind is ResultKind.DRAFT:
        late = last is not None and last.kind is ResultKind.FINAL and not reopened(desk)
        return [Fault("fault.freeze_draft_late", version=last.version)] if late and last else []
    return [
        *_term(desk.until(at), at),
        *(
            Fault("fault.final_appeal_open", appeal=one.number, unit=one.said.unit)
            for one in undecided(desk.until(at))
        ),
        *(
            Fault("fault.final_veto_open", unit=one.unit, veto=veto)
            for one in scores
            for veto in one.suspected
        ),
        *(Fault("fault.final_unrated", unit=one.unit) for one in scores if one.why in _UNRATED),
    ]


def _term(desk: Desk, at: datetime) -> list[Fault]:
    """Until when units may object; an assessment without such windows puts nothing up for it."""
    if term_over(desk, at) or not any(desk.assessment.window(one) for one in _SHOWN):
        return []
    try:
        until = term(desk, at.astimezone(SHANGHAI).date()).last_day
    except Fault:
        return [Fault("fault.final_not_shown")]
    return [Fault("fault.final_term_open", until=str(until))]


def reopened(desk: Desk) -> bool:
    """已重新打开 Whether the assessment was amended after the last frozen result."""
    frozen = desk.of(EntryKind.FROZEN)
    return bool(frozen) and any(one.number > frozen[-1].number for one in desk.of(EntryKind.AMENDED))


def changes(desk: Desk, before: Result | None, after: Result) -> list[ScoreChange]:
    """各单位变动 Units whose figures differ between two versions, and the entries that came in or went out with it."""
    if before is None:
        return []
    since = next(entry.number for entry, one in results(desk) if one.version == before.version)
    told = [*after.scores, *(one for one in before.scores if after.of(one.unit) is None)]
    found = []
    for unit in (one.unit for one in told):
        old, new = before.of(unit), after.of(unit)
        if _figures(old) != _figures(new):
            runs = tuple(sorted(_runs(new) - _runs(old)))
            found.append(
                ScoreChange(
                    unit=unit, before=old, after=new, because=_because(desk, unit, old, new, since), runs=runs
                )
            )
    return found


def _figures(score: UnitScore | None) -> tuple[object, ...]:
    return (score.score, score.low, score.high, score.band, score.rank, score.rescaled) if score else ()


def _because(
    desk: Desk, unit: str, old: UnitScore | None, new: UnitScore | None, since: int
) -> tuple[int, ...]:
    used = _entries(old) ^ _entries(new)
    ruled = {
        entry.number
        for entry, said in desk.told(EntryKind.RULED, AppealRuled)
        if entry.number > since and said.unit == unit and said.result is AppealResult.ACCEPTED
    }
    amended = {one.number for one in desk.of(EntryKind.AMENDED) if one.number > since}
    return tuple(sorted(used | ruled | amended))


def _entries(score: UnitScore | None) -> set[int]:
    return {number for one in (score.objects if score else ()) for number in one.entries}


def _runs(score: UnitScore | None) -> frozenset[str]:
    return frozenset(one.run_id for one in (score.objects if score else ()) if one.run_id)
