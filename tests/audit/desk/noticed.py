"""The county of `tests.audit.county` under assessment: what notices to its three units may say, and what they may not.

| unit | sites     | stands                                  | stands not                                        |
|------|-----------|-----------------------------------------|---------------------------------------------------|
| 甲局 | jia, yi   | /a/ (overdue), /c/                      | /b/ mended, /v/ a veto nobody confirmed, a doubt  |
| 乙局 | bing, wu  | /d/ (came back)                         | /e/ disputed; wu was never audited                |
| 丁镇 | ding      | nothing                                 |                                                   |
"""

from datetime import date, datetime
from typing import Any

from audit.desk.desk import Desk, open_desk
from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    Assessment,
    DossierEntry,
    Draft,
    EntryKind,
    Frozen,
    Window,
    WindowKind,
    body_of,
    entered,
)
from storage import Store
from tests.audit import county

OPENED = datetime(2026, 1, 4, 9, tzinfo=SHANGHAI)
YEAR = Assessment(
    id="2026", title="甲县2026年政务公开评估", organiser="甲县人民政府办公室", contact="王芳 0855-1234567",
    document="甲府办函〔2026〕12号", starts=date(2026, 1, 1), ends=date(2026, 12, 31), mend_workdays=5,
    windows=(
        Window(kind=WindowKind.MONITOR, starts=date(2026, 11, 1), ends=date(2026, 11, 30)),
        Window(kind=WindowKind.SELF_CHECK, ends=date(2026, 11, 30)),
        Window(kind=WindowKind.SAMPLING, starts=date(2026, 12, 1), ends=date(2026, 12, 15)),
    ),
    units=tuple(
        AssessedUnit(
            name=unit, group="县直", pack="county/own",
            objects=tuple(AssessedObject(name=county.NAMES[site], site_key=county.key(site)) for site in sites),
        )
        for unit, sites in {"甲局": ("jia", "yi"), "乙局": ("bing", "wu"), "丁镇": ("ding",)}.items()
    ),
)  # fmt: skip


def told(kind: EntryKind, noun: Frozen, at: datetime, subject: str = "") -> Draft:
    return Draft(kind=kind, at=at, by="王芳", subject=subject, body=body_of(noun))


def desk(*drafts: Draft, **changes: Any) -> Desk:
    """The assessment as it was opened, and whatever was entered since."""
    year = YEAR.model_copy(update=changes)
    entries: list[DossierEntry] = []
    for draft in (told(EntryKind.OPENED, year, OPENED), *drafts):
        entries.append(entered(draft, YEAR.dossier, entries[-1] if entries else None, county.MORNING))
    return Desk(year, tuple(entries))


def kept(store: Store, *drafts: Draft) -> Desk:
    """The same in a store."""
    store.enter(YEAR.dossier, [told(EntryKind.OPENED, YEAR, OPENED), *drafts], county.MORNING)
    return open_desk(store, YEAR.id)
