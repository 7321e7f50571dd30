"""名单 Sites from the spreadsheet people already have: every row right, or nothing is taken; and out of service with their history."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from audit.roll import Roll
from audit.roster_row import HEADS, BadCell, values_of
from audit.spreadsheet import read_sheet
from audit.target import target_site
from checks import load_checks, params_of
from model import Fault, RosterEntry
from rules import load_pack, packs
from rules.library import locate
from storage import Store

Wrong = tuple[int, str | None, Fault]  # row, the head of the column where the sheet has one, what is wrong


class Imported(NamedTuple):
    """导入结果 Keys of sites by what became of them; `unknown` heads that nobody knows; `wrong`: then nothing was taken.

    `missing` are on the roster, not retired, and not in the sheet: left alone, or in `retired` if that was asked for.
    `resting` are in the sheet and retired: they stay so. `changes`: each changed site before and after.
    `title` the sheet of the workbook that was read.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    resting: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    changes: tuple[tuple[RosterEntry, RosterEntry], ...] = ()
    title: str | None = None


def import_roster(
    sheet: Path,
    store: Store,
    today: date,
    *,
    retire_missing: bool = False,
    reason: str | None = None,
    dry_run: bool = False,
    move: bool = False,
) -> Imported:
    """导入名单 Read a CSV or XLSX roster: new sites are added, those there take what the cells say, an empty cell included.

    What the sheet has no column for stays as it was. Row numbers are the spreadsheet's own. When any row is wrong
    nothing is taken, nor with `dry_run`. Without `move` a row is wrong that gives a site with a history another address:
    mostly a code that slipped into another row, and what one site did would be held against the other. Raises Fault when the sheet cannot be read at all or has no column of addresses.
    """
    heads, unknown, rows, title = read_sheet(sheet, HEADS, needed="home")
    if not heads:
        raise Fault("fault.sheet_without_home", path=str(sheet), names="、".join(HEADS["home"][:4]))
    known = store.roster()
    roll, shelf = Roll(known, today), PackShelf()
    wrong: list[Wrong] = []
    for number, row in rows:
        values, bad = values_of(row)
        try:
            values["packs"] = shelf.all_of(values["packs"]) if values.get("packs") else None
        except Fault as fault:
            bad.append(BadCell("packs", fault))
        try:
            if not bad:
                roll.enrol({field: value for field, value in values.items() if field in row}, number)
        except Fault as fault:
            wrong.append((number, heads["home"], fault))
        wrong += [(number, heads.get(one.field), one.fault) for one in bad]
    wrong += [(number, heads["home"], fault) for number, fault in roll.clashes(retire_missing)]
    wrong += [(number, heads["home"], fault) for number, fault in _moves(roll, store, move)]
    if wrong:
        return Imported(unknown=unknown, wrong=tuple(sorted(wrong, key=lambda one: one[0])), title=title)
    before = {one.arrangement.site_key: one for one in known}
    added = tuple(key for key in roll.taken if key not in before)
    same = tuple(key for key, one in roll.taken.items() if before.get(key) == one)
    missing = [one for key, one in before.items() if key not in roll.taken and not one.retired(today)]
    if retire_missing and missing and not rows:
        raise Fault("fault.sheet_empty", path=str(sheet), count=len(missing))
    retired = [_retired(one, today, reason) for one in missing] if retire_missing else []
    if not dry_run:
        as_before = frozenset(same)
        store.keep_roster([*(one for key, one in roll.taken.items() if key not in as_before), *retired])
    known_to_be = frozenset({*added, *same})
    changed = tuple(key for key in roll.taken if key not in known_to_be)
    rest = {} if "retired_on" in heads else roll.taken  # the sheet itself says which are out of service
    return Imported(
        added=added,
        changed=changed,
        same=same,
        missing=tuple(one.arrangement.site_key for one in missing if not retire_missing),
        retired=tuple(one.arrangement.site_key for one in retired),
        resting=tuple(key for key, one in rest.items() if one.retired(today)),
        unknown=unknown,
        changes=tuple((before[key], roll.taken[key]) for key in changed),
        title=title,
    )


def add_site(store: Store, today: date, *, move: bool = False, **cells: str | None) -> RosterEntry:
    """添加网站 One site as a row of its own; what is not told stays as it was; `move` as for an import.

    Raises Fault for what cannot be.
    """
    values, bad = values_of({field: cell for field, cell in cells.items() if cell is not None})
    for one in bad:
        raise one.fault
    roll = Roll(store.roster(), today)
    entry = roll.enrol(values, 1)
    for _, fault in [*roll.clashes(), *_moves(roll, store, move)]:
        raise fault
    store.keep_roster([entry])
    return entry


def entry_of(target: str, store: Store) -> RosterEntry | None:
    """所指条目 The entry of the site a person means, None when it is on no roster."""
    roster = {one.site.key: one for one in store.roster()}
    return roster.get(target_site(target, [one.site for one in roster.values()]).key)


def retire(target: str, store: Store, on: date, reason: str | None) -> RosterEntry:
    """停用 From that day on it is audited no more; its history stays. Raises Fault when it is on no roster."""
    return _changed(target, store, retired_on=on, retired_because=reason)


def take_back(target: str, store: Store) -> RosterEntry:
    """恢复 Audited again."""
    return _changed(target, store, retired_on=None, retired_because=None)


def chosen(
    entries: Iterable[RosterEntry],
    group: str | None = None,
    level: str | None = None,
    organiser: str | None = None,
) -> list[RosterEntry]:
    """筛选 Those of one group, level and organiser (or a part of its name), where asked for."""
    return [
        one
        for one in entries
        if (group is None or one.arrangement.group == group)
        and (level is None or one.site.level == level)
        and (organiser is None or organiser in (one.site.organiser or ""))
    ]


class PackShelf:
    """指标体系所在 Packs that people name: bundled ones by their names; files by their whole paths, and read once to be sure."""

    def __init__(self) -> None:
        self._found: dict[str, str | Fault] = {one.id: one.id for one in packs()}

    def all_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Raises Fault for one that is not there, or is not right."""
        return tuple(dict.fromkeys(self._one(name) for name in names))

    def _one(self, name: str) -> str:
        if name not in self._found:
            try:
                path = locate(name)[0].resolve()
                load_pack(path, params_of(load_checks()))
                self._found[name] = str(path)
            except Fault as fault:
                self._found[name] = fault
        found = self._found[name]
        if isinstance(found, Fault):
            raise found
        return found


def _moves(roll: Roll, store: Store, allowed: bool) -> list[tuple[int, Fault]]:
    """Rows that move a site which has been audited, unless moves are allowed."""
    return [
        (
            number,
            Fault(
                "fault.site_moved",
                name=before.site.name or before.arrangement.site_key,
                key=before.arrangement.site_key,
                before=before.site.home,
                after=after.site.home,
            ),
        )
        for number, before, after in ([] if allowed else roll.moved())
        if store.runs(before.arrangement.site_key, limit=1)
    ]


def _retired(entry: RosterEntry, on: date, reason: str | None) -> RosterEntry:
    told = {"retired_on": on, "retired_because": reason}
    return entry.model_copy(update={"arrangement": entry.arrangement.model_copy(update=told)})


def _changed(target: str, store: Store, **told: Any) -> RosterEntry:
    entry = entry_of(target, store)
    if entry is None:
        raise Fault("fault.site_unknown", site=target)
    changed = entry.model_copy(update={"arrangement": entry.arrangement.model_copy(update=told)})
    store.keep_roster([changed])
    return changed
