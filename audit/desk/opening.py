"""立项 An assessment is opened, amended for a reason, and closed; whatever it was before stays in its dossier."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from audit.desk.desk import Desk, assessments, enter
from audit.desk.freezing import last_result, reopened
from model import (
    Amendment,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Draft,
    EntryKind,
    Fault,
    ResultKind,
    Window,
    WindowKind,
    body_of,
)
from storage import Store


def open_assessment(store: Store, assessment: Assessment, at: datetime, by: str, now: datetime) -> None:
    """立项 Raises Fault (exit 3) when an assessment has this id already."""
    if assessment.id in assessments(store):
        raise Fault("fault.assessment_exists", id=assessment.id)
    opened = Draft(kind=EntryKind.OPENED, at=at, by=by, subject=assessment.id, body=body_of(assessment))
    store.enter(assessment.dossier, [opened], now, after=0)


def amend(
    store: Store, desk: Desk, to: Assessment, reason: str, at: datetime, by: str, now: datetime, *, reopen: bool = False
) -> tuple[Amendment, ...]:  # fmt: skip
    """变更 From now on the assessment is as `to` says; what it was stays in the dossier. Returns what changed.

    Raises Fault (exit 3) when nothing would change, when it is another assessment's plan, and after the final result
    unless `reopen` says that the result is to be made anew.
    """
    if to.id != desk.assessment.id:
        raise Fault("fault.amend_other", id=desk.assessment.id, other=to.id)
    if last_result(desk, ResultKind.FINAL) and not reopened(desk) and not reopen:
        raise Fault("fault.amend_final", id=to.id)
    to = to.model_copy(update={"because": reason})
    found = amendments(desk.assessment, to)
    if not found:
        raise Fault("fault.amend_nothing", id=to.id)
    drafted = Draft(kind=EntryKind.AMENDED, at=at, by=by, subject=to.id, body=body_of(to))
    enter(store, desk, [drafted], now)
    return found


def close(store: Store, desk: Desk, reason: str, at: datetime, by: str, now: datetime) -> None:
    """结项 Nothing can be entered any more. Without a final result a reason is needed. Raises Fault (exit 3)."""
    if not reason and not (last_result(desk, ResultKind.FINAL) and not reopened(desk)):
        raise Fault("fault.close_unfinished", id=desk.assessment.id)
    body = {"reason": reason}
    enter(
        store, desk, [Draft(kind=EntryKind.CLOSED, at=at, by=by, subject=desk.assessment.id, body=body)], now
    )


def amendments(before: Assessment, after: Assessment) -> tuple[Amendment, ...]:
    """变更各项 What differs between two states of an assessment, reason apart."""
    found = [
        Amendment(what="", field=name, before=_text(getattr(before, name)), after=_text(getattr(after, name)))
        for name in Assessment.model_fields
        if name not in ("windows", "units", "because") and getattr(before, name) != getattr(after, name)
    ]
    for kind in WindowKind:
        old, new = before.window(kind), after.window(kind)
        if old != new:
            found.append(Amendment(what=kind, field="window", before=_span(old), after=_span(new)))
    names = dict.fromkeys(one.name for one in (*before.units, *after.units))
    for name in names:
        found += _of_unit(name, before.unit(name), after.unit(name))
    return tuple(found)


def _of_unit(name: str, old: AssessedUnit | None, new: AssessedUnit | None) -> Iterator[Amendment]:
    if old is None or new is None:
        there = old or new
        told = _objects(there.objects) if there else None
        yield Amendment(what=name, field="unit", before=told if old else None, after=told if new else None)
        return
    for field in ("group", "region", "kind", "pack"):
        if getattr(old, field) != getattr(new, field):
            yield Amendment(
                what=name, field=field, before=_text(getattr(old, field)), after=_text(getattr(new, field))
            )
    if old.objects != new.objects:
        yield Amendment(what=name, field="objects", before=_objects(old.objects), after=_objects(new.objects))


def _span(window: Window | None) -> str | None:
    return f"{window.starts or ''}–{window.ends}" if window else None


def _text(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def _objects(held: Sequence[AssessedObject]) -> str:
    def one(each: AssessedObject) -> str:
        where = [each.site_key or "", *each.columns, "" if each.weight is None else str(each.weight)]
        return " ".join([each.name, *(part for part in where if part)])

    return "; ".join(one(each) for each in held)
