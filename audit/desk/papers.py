"""材料报备 A paper a unit hands in is kept by the hash of its bytes; another one for the same purpose stands beside it."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from audit.desk.desk import Desk, enter, unit_named
from audit.desk.entering import handed_in_late
from audit.desk.form_rows import items_of
from audit.desk.seen import Seen
from model import SHANGHAI, DossierEntry, Draft, EntryKind, Fault, Filed, body_of
from report.units import file_name
from storage import Store

MOST_BYTES = 32 * 2**20
_LONGEST_PURPOSE = 60
_ENDING = re.compile(r"\.\w{1,10}")
SELF_REPORT = "自查报告"


class Filing(NamedTuple):
    """报备结果 `new` False: the same file was there for the same purpose. `earlier`: other files for that purpose, all kept."""

    entry: DossierEntry
    filed: Filed
    new: bool
    earlier: int
    late: bool


def file_paper(
    store: Store,
    seen: Seen,
    path: Path,
    *,
    unit: str,
    purpose: str,
    item: str | None,
    by: str,
    at: datetime,
    now: datetime,
) -> Filing:
    """报备 `item`: the rule it is for; None: the whole. `at`: when it was handed in (a 自查报告 after the self-check is late).

    Raises Fault (exit 3) for a file that cannot be read, is empty or larger than MOST_BYTES, for a unit or an item that is
    not assessed, and when the assessment is closed.
    """
    desk, purpose = seen.desk, " ".join(purpose.split())
    named = unit_named(desk, unit)
    if not purpose or len(purpose) > _LONGEST_PURPOSE:
        raise Fault("fault.paper_purpose", longest=_LONGEST_PURPOSE)
    assessed = next(one for one in desk.assessment.units if one.name == named)
    if item is not None and item not in {one.id for one, _ in items_of(seen.pack(assessed))}:
        raise Fault("fault.form_item_unknown", item=item, unit=named, pack=assessed.pack)
    content = _content(path)
    if desk.closed:  # before anything is kept
        raise Fault("fault.assessment_closed", id=desk.assessment.id)
    kept = store.keep_paper(path.name, content, now)
    told = Filed(unit=named, purpose=purpose, rule_id=item, on=at.astimezone(SHANGHAI).date(), paper=kept)
    late = purpose == SELF_REPORT and handed_in_late(desk, at)
    others = [
        (entry, one)
        for entry, one in desk.told(EntryKind.FILED, Filed)
        if (one.unit, one.purpose, one.rule_id) == (named, purpose, item)
    ]
    for entry, one in others:
        if one.paper.sha256 == kept.sha256:
            return Filing(entry, one, False, 0, late=False)
    draft = Draft(kind=EntryKind.FILED, at=at, by=by, subject=named, body=body_of(told))
    (entry,) = enter(store, desk, [draft], now)
    return Filing(entry, told, True, len({one.paper.sha256 for _, one in others}), late)


def handed_in(desk: Desk, unit: str | None = None) -> list[tuple[DossierEntry, Filed]]:
    """已收材料 Of all units or one, in the order in which they were entered."""
    found = desk.told(EntryKind.FILED, Filed)
    return [(entry, one) for entry, one in found if unit in (None, one.unit)]


def paper_files(store: Store, filed: Iterable[Filed]) -> Iterator[tuple[Path, bytes]]:
    """材料文件 Where each belongs below a folder (unit, purpose and name, made fit for any system) and its bytes."""
    folders: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    taken: set[str] = set()
    for one in filed:
        if one.unit not in names:
            names[one.unit] = file_name(one.unit, taken)
        bare = Path(one.paper.name)
        stem = file_name(f"{one.purpose}_{bare.stem}", folders.setdefault(one.unit, set()))
        ending = bare.suffix if _ENDING.fullmatch(bare.suffix) else ""
        yield Path(names[one.unit]) / f"{stem}{ending}", store.paper(one.paper.sha256)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Fault("fault.paper_large", path=str(path), megabytes=MOST_BYTES // 2**20)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Fault("fault.sheet_unreadable", path=str(path), reason=error.strerror or str(error)) from None
    if len(content) > MOST_BYTES:  # what has no size beforehand: a pipe, a device
        raise Fault("fault.paper_large", path=str(path), megabytes=MOST_BYTES // 2**20)
    if not content:
        raise Fault("fault.paper_empty", path=str(path))
    return content
