"""发布 What a frozen result is published with: the term by working days, whom it concerns, and the record in the dossier."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from audit.desk.appeals import last_day_of
from audit.desk.desk import Desk, enter
from audit.desk.ranking import publications, ranking, without_suspicions
from model import (
    SHANGHAI,
    Draft,
    EntryKind,
    Fault,
    Paper,
    Publication,
    Published,
    Result,
    ResultKind,
    WindowKind,
    body_of,
)
from report.publicity import PublicityView
from report.text import number
from storage import Store


def publicity(store: Store, desk: Desk, result: Result, on: date | None, at: datetime) -> PublicityView:
    """公示内容 `on`: the first day the page is up; None: the day it was put up before, else the day of `at`, Beijing time.

    The term is that of audit.desk.appeals (台江2021 四（四）). Raises Fault (exit 3) when the version was put up on another
    day: its term runs from then, whatever a later page says; when that day lies before the figures were frozen; and when
    the assessment is closed.
    """
    plan = desk.assessment
    if desk.closed:
        raise Fault("fault.assessment_closed", id=plan.id)
    before = _before(desk, result)
    if on is not None and before not in (None, on):
        raise Fault("fault.publish_again", version=result.version, before=before, on=on)
    up = on or before or at.astimezone(SHANGHAI).date()
    if up < (frozen := result.as_of.astimezone(SHANGHAI).date()):
        raise Fault("fault.publish_early", version=result.version, frozen=frozen, on=up)
    until, stays, sure = None, None, True
    if result.kind is ResultKind.DRAFT:
        until, sure = last_day_of(up, plan.appeal_workdays)
        window = plan.window(WindowKind.PUBLICITY)
        stays = max(until, window.ends) if window else until
    shown = ranking(desk, result)
    return PublicityView(
        ranking=without_suspicions(shown), organiser=plan.organiser, contact=plan.contact, document=plan.document,
        starts=plan.starts, ends=plan.ends, on=up, until=until, stays=stays, workdays=plan.appeal_workdays,
        estimated=not sure,
        packs=_packs(store, result), rescaled=_rescaled(result, plan.weight_in_host),
        suspected=sum(bool(row.suspected) for row in shown.rows),
    )  # fmt: skip


def publish(
    store: Store, desk: Desk, record: Publication, at: datetime, by: str, now: datetime
) -> Publication:
    """记发布 Enters what was written. Raises Fault (exit 3) when the assessment is closed or somebody else entered something."""
    draft = Draft(kind=EntryKind.PUBLISHED, at=at, by=by, subject=record.what, body=body_of(record))
    enter(store, desk, [draft], now)
    return record


def publication(
    what: Published, result: Result, on: date, until: date | None, files: Mapping[str, bytes]
) -> Publication:
    """发布记录 Of these files, by their names and bytes."""
    return Publication(
        what=what, version=result.version, kind=result.kind, digest=result.digest, on=on, until=until,
        files=tuple(
            Paper(name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
            for name, content in files.items()
        ),
    )  # fmt: skip


def _before(desk: Desk, result: Result) -> date | None:
    """A page that is written once more, by a layout mended or in another folder, starts no new term."""
    days = [one.on for one in publications(desk) if one.version == result.version]
    return days[-1] if days else None


def _packs(store: Store, result: Result) -> tuple[tuple[str, int], ...]:
    """Titles of the packs by which units were judged; the id of one that is not kept."""
    units: Counter[str] = Counter()
    for unit in result.scores:
        for digest, name in {(one.pack_digest, one.pack_id) for one in unit.objects if one.pack_id}:
            units[_title(store, digest) or str(name)] += 1
    return tuple(units.items())


def _title(store: Store, digest: str | None) -> str | None:
    try:
        return store.pack(digest).title if digest else None
    except Fault:
        return None


def _rescaled(result: Result, host: Decimal | None) -> tuple[str, str] | None:
    """Full marks of the host scheme and of the pack, when all units go by the same; as the pack says, else by the share
    in a host scheme of a hundred.
    """
    told = {
        (step.params["to"], step.params["base"])
        for unit in result.scores
        for one in unit.objects
        if one.score
        for step in one.score.steps
        if step.name == "rescaled"
    }
    if not told and host is not None:
        bases = {one.score.base for unit in result.scores for one in unit.objects if one.score and one.run_id}
        told = {(number(host * 100), number(base)) for base in bases}
    return next(iter(told)) if len(told) == 1 else None
