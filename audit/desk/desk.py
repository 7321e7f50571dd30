"""工作台 One assessment as it stands: its definition, the entries of its dossier, and how entries are added."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from model import Assessment, DossierEntry, Draft, EntryKind, Fault, Frozen, dossier_of, told_in
from storage import Store

Noun = TypeVar("Noun", bound=Frozen)
_PREFIX = dossier_of("")


@dataclass(frozen=True)
class Desk:
    """工作台 `entries` in order; `last` the number of the newest, handed back when something is entered in sight of it."""

    assessment: Assessment
    entries: tuple[DossierEntry, ...]

    @property
    def last(self) -> int:
        return self.entries[-1].number

    @property
    def closed(self) -> bool:
        return any(one.kind is EntryKind.CLOSED for one in self.entries)

    def of(self, *kinds: EntryKind, subject: str | None = None) -> list[DossierEntry]:
        """某类记录"""
        return [one for one in self.entries if one.kind in kinds and subject in (None, one.subject)]

    def told(
        self, kind: EntryKind, noun: type[Noun], subject: str | None = None
    ) -> list[tuple[DossierEntry, Noun]]:
        """某类记录及其内容"""
        return [(one, told_in(one, noun)) for one in self.of(kind, subject=subject)]

    def until(self, at: datetime) -> "Desk":
        """当时 As it stood at that moment, by when things happened."""
        return Desk(self.assessment, tuple(one for one in self.entries if one.at <= at))


def assessments(store: Store) -> list[str]:
    """各考评编号"""
    return [name.removeprefix(_PREFIX) for name in store.dossiers() if name.startswith(_PREFIX)]


def open_desk(store: Store, assessment_id: str | None = None) -> Desk:
    """打开 That assessment, else the only one that is not closed. Raises Fault (exit 3) when there is none, or several."""
    if assessment_id is None:
        desks = [open_desk(store, one) for one in assessments(store)]
        found = [one for one in desks if not one.closed]
        if len(found) != 1:
            names = "、".join(one.assessment.id for one in found)
            raise Fault("fault.assessment_several" if found else "fault.assessment_none", names=names)
        return found[0]
    entries = store.entries(dossier_of(assessment_id))
    told = [one for one in entries if one.kind in (EntryKind.OPENED, EntryKind.AMENDED)]
    if not told:
        raise Fault("fault.assessment_unknown", id=assessment_id)
    return Desk(told_in(told[-1], Assessment), tuple(entries))


def open_still(desk: Desk) -> None:
    """尚未结项 Raises Fault (exit 3) when it is closed: before anything is done whose record could not be entered."""
    if desk.closed:
        raise Fault("fault.assessment_closed", id=desk.assessment.id)


def enter(store: Store, desk: Desk, drafts: Sequence[Draft], now: datetime) -> list[DossierEntry]:
    """记入 All or none, and only if nobody has entered anything since the desk was opened. Raises Fault (exit 3)."""
    open_still(desk)
    return store.enter(desk.assessment.dossier, drafts, now, after=desk.last)


def unit_named(desk: Desk, name: str) -> str:
    """评估对象名称 As it stands in the assessment, compared without spaces. Raises Fault (exit 3) naming those that are alike."""
    bare = "".join(name.split())
    names = [one.name for one in desk.assessment.units]
    if found := next((one for one in names if "".join(one.split()) == bare), None):
        return found
    alike = "、".join(list(_alike(bare, names))[:5])
    raise Fault(
        "fault.assessed_unit_unknown_alike" if alike else "fault.assessed_unit_unknown",
        name=name,
        alike=alike,
    )


def _alike(bare: str, names: Iterable[str]) -> Iterable[str]:
    return (one for one in names if bare and (bare in one or one in bare))
