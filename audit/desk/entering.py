"""填报 A sheet people filled in comes into the dossier: every row right and nothing contradicted, or nothing is taken."""

from collections.abc import Hashable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from audit.desk.desk import Desk, enter
from audit.desk.form_cells import READERS, Cells
from audit.desk.forms import LAYOUTS, FormKind, heads_of
from audit.desk.opinions import MATTERS, Matter
from audit.desk.rows import Wrong
from audit.desk.seen import Seen
from audit.spreadsheet import read_sheet
from model import (
    SHANGHAI,
    Adjusted,
    AssessedUnit,
    DossierEntry,
    Draft,
    EntryKind,
    Fault,
    Opinion,
    VetoOpinion,
    WindowKind,
    body_of,
    told_in,
)
from model.opinion import Entered, Scanned
from storage import Store


class Conflict(NamedTuple):
    """两说 A row that says another thing than what was entered before and holds."""

    row: int
    entry: DossierEntry
    before: Entered
    after: Entered


class Taken(NamedTuple):
    """填报结果 `new` are entered, with row numbers; `same` were already; `beside` agree with what another person entered.

    `blank`: rows nobody filled in. `twice`: identical rows, with the row they repeat. With `wrong` rows, or `conflicts`
    that nobody asked to replace, nothing was taken. `lacking`: columns the sheet should have. `late`: units after the
    end of the self-check. `idle`: units whose pack does not count what was entered. `unknown`: heads of no column. `title`: the sheet of the workbook that was read.
    """

    kind: FormKind
    new: tuple[tuple[int, Any], ...] = ()
    same: int = 0
    beside: int = 0
    blank: int = 0
    twice: tuple[tuple[int, int], ...] = ()
    wrong: tuple[Wrong, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    replaced: bool = False
    late: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    title: str | None = None

    @property
    def refused(self) -> bool:
        return bool(self.wrong or self.lacking or (self.conflicts and not self.replaced))


def enter_sheet(
    store: Store,
    seen: Seen,
    kind: FormKind,
    path: Path,
    *,
    by: str,
    at: datetime,
    now: datetime,
    replace: str | None = None,
    dry_run: bool = False,
) -> Taken:
    """填报 Read a CSV or XLSX form and enter what is new in it, all of it or nothing.

    `at`: when it was handed in, `now`: the clock. What contradicts an entry that holds is refused unless `replace` gives
    the reason for taking its place; both stay in the dossier. Raises Fault (exit 3) when the sheet cannot be read at
    all, when the assessment is closed, and when somebody entered something meanwhile.
    """
    if seen.desk.closed:  # a trial says so as well
        raise Fault("fault.assessment_closed", id=seen.desk.assessment.id)
    layout = LAYOUTS[kind]
    heads = heads_of(kind)
    sheet = read_sheet(path, heads, layout.needed, layout.telling)
    lacking = [column for column in layout.required if column not in sheet.heads]
    if lacking and (other := _other_kind(kind, path)):
        raise Fault("fault.form_other_kind", path=str(path), kind=other, asked=kind)
    if layout.needed in lacking:
        lacking = [layout.needed]  # without it nobody knows which row is that of the heads
    if lacking:
        return Taken(kind, lacking=tuple(lacking), unknown=sheet.unknown, title=sheet.title)
    made, taken = _read(kind, sheet.rows, sheet.heads, seen, at)
    if not taken.wrong:
        taken = _settled(MATTERS[layout.entry], seen.desk.of(layout.entry), made, taken, replace)
    taken = taken._replace(unknown=sheet.unknown, title=sheet.title)
    if taken.refused:
        return taken
    if taken.new and not dry_run:
        drafts = [_draft(layout.entry, noun, by, at) for _, noun in taken.new]
        enter(store, seen.desk, drafts, now)
    nouns = [noun for _, noun in taken.new]
    return taken._replace(late=_late(seen.desk, kind, nouns, at), idle=_idle(seen, kind, nouns))


def _other_kind(kind: FormKind, path: Path) -> FormKind | None:
    """The kind of form that the sheet is instead."""
    for other, layout in LAYOUTS.items():
        with suppress(Fault):  # one that has other sheets besides
            found = read_sheet(path, heads_of(other), layout.needed, layout.telling).heads
            if other is not kind and all(column in found for column in layout.required):
                return other
    return None


def _read(
    kind: FormKind, rows: list[tuple[int, Any]], heads: dict[str, str], seen: Seen, at: datetime
) -> tuple[dict[Hashable, tuple[int, Any]], Taken]:
    """Every row by what it is about. Two rows on one matter must be the same."""
    matter, read = MATTERS[LAYOUTS[kind].entry], READERS[kind]
    units: dict[str, AssessedUnit | Fault] = {}
    today = at.astimezone(SHANGHAI).date()
    made: dict[Hashable, tuple[int, Any]] = {}
    twice: list[tuple[int, int]] = []
    wrong: list[Wrong] = []
    blank = 0
    for number, row in rows:
        cells = Cells(row, seen, today, units)
        noun = read(cells)
        wrong += [Wrong(number, heads.get(one.field), one.fault) for one in cells.wrong]
        if noun is None:
            blank += not cells.wrong
            continue
        first, before = made.setdefault(matter.key(noun), (number, noun))
        if noun != before:
            wrong.append(Wrong(number, None, Fault("fault.form_contradicts", row=first)))
        elif first != number:
            twice.append((number, first))
    return made, Taken(kind, blank=blank, twice=tuple(twice), wrong=tuple(wrong))


def _settled(
    matter: Matter,
    entries: list[DossierEntry],
    made: dict[Hashable, tuple[int, Any]],
    taken: Taken,
    replace: str | None,
) -> Taken:
    """What is new beside what was entered before: the same again is nothing, another word on the same matter a conflict."""
    before: dict[Hashable, list[tuple[DossierEntry, Any]]] = {}
    for entry in entries:
        noun = told_in(entry, matter.noun)
        before.setdefault(matter.key(noun), []).append((entry, noun))
    new: list[tuple[int, Any]] = []
    conflicts: list[Conflict] = []
    wrong: list[Wrong] = []
    same = beside = 0
    for key, (number, noun) in made.items():
        held = before.get(key, [])
        if not held:
            if isinstance(noun, Adjusted) and not noun.points:
                wrong.append(Wrong(number, None, Fault("fault.form_nothing_to_take_back")))
            new.append((number, noun))
            continue
        entry, last = held[-1]
        if _evidence(last) != _evidence(noun):
            new.append((number, noun))
        elif matter.says(last) != matter.says(noun):
            conflicts.append(Conflict(number, entry, last, noun))
            told = {"instead_of": entry.number, "because": replace or ""}
            new.append((number, noun.model_copy(update=told)))
        elif any(_bare(one) == _bare(noun) for _, one in held):
            same += 1
        else:
            beside += 1
            new.append((number, noun))
    taken = taken._replace(
        same=same, beside=beside, wrong=tuple(wrong), conflicts=tuple(conflicts), replaced=bool(replace)
    )
    return taken if taken.refused else taken._replace(new=tuple(new))


def _evidence(noun: Any) -> str:
    """What was seen when a person judged: of something else, the earlier word says nothing."""
    return noun.evidence if isinstance(noun, Opinion | VetoOpinion) else ""


def _bare(noun: Any) -> Any:
    """As a sheet says it: why it took another's place, and in which of several runs the same was seen, do not matter."""
    if not isinstance(noun, Entered):
        return noun
    aside: dict[str, Any] = {"instead_of": None, "because": ""} | (
        {"run_id": ""} if isinstance(noun, Opinion) else {}
    )
    return noun.model_copy(update=aside)


def _draft(kind: EntryKind, noun: Any, by: str, at: datetime) -> Draft:
    subject = noun.fingerprint if isinstance(noun, Opinion) else noun.unit
    return Draft(kind=kind, at=at, by=by, subject=subject, body=body_of(noun))


def _late(desk: Desk, kind: FormKind, nouns: list[Any], at: datetime) -> tuple[str, ...]:
    if kind is not FormKind.SELF_SCORES or not handed_in_late(desk, at):
        return ()
    return tuple(dict.fromkeys(one.unit for one in nouns))


def handed_in_late(desk: Desk, at: datetime) -> bool:
    """逾期 Whether the self-check was over by that day (台江2021: 11月30日前)."""
    window = desk.assessment.window(WindowKind.SELF_CHECK)
    return window is not None and at.astimezone(SHANGHAI).date() > window.ends


def _idle(seen: Seen, kind: FormKind, nouns: list[Any]) -> tuple[str, ...]:
    if kind is not FormKind.ADJUSTMENTS:
        return ()
    named = {one.unit for one in nouns}
    units = [one for one in seen.units if one.name in named]
    return tuple(one.name for one in units if not seen.pack(one).scoring.daily_ledger)


def scans_seen(seen: Seen, taken: Taken) -> list[tuple[int, Scanned, list[str]]]:
    """我方也见 Rows of a scan with the ids of our own findings at the same address."""
    told = (
        (row, one, [found.id for found in seen.also_seen(one)])
        for row, one in taken.new
        if isinstance(one, Scanned)
    )
    return [one for one in told if one[2]]
