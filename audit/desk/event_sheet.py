"""突发事件填报表 Many events from one sheet: every row right, or nothing is entered."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from audit.desk.desk import Desk
from audit.desk.events import Entered, Report, enter_events, known_events, merged
from audit.desk.minutes import minute_of
from audit.desk.rows import Wrong, cell
from audit.spreadsheet import Heads, Row, read_sheet
from model import Fault
from storage import Store

HEADS: Heads = {
    "unit": ("单位", "单位名称", "评估对象", "责任单位", "unit"),
    "title": ("事件", "事件名称", "突发事件", "名称", "event", "title"),
    "happened_at": ("发生时间", "发生时刻", "事发时间", "happenedat", "happened"),
    "released_at": ("首次权威发布", "首次发布时间", "首次发布", "发布时间", "firstrelease", "firstreleaseat"),
    "briefed_at": ("首场发布会", "发布会时间", "新闻发布会时间", "新闻发布会", "firstbriefing", "briefingat"),
    "release_url": ("发布网址", "权威发布网址", "releaseurl"),
    "briefing_url": ("发布会网址", "briefingurl"),
    "note": ("备注", "说明", "note", "remarks"),
    # what our own sheet tells besides is known and not read back
    "release_took": ("发布用时", "releasetook"),
    "release_state": ("5小时内发布", "releasedwithin5h"),
    "briefing_took": ("发布会用时", "briefingtook"),
    "briefing_state": ("24小时内发布会", "briefedwithin24h"),
    "corrected": ("更正次数", "corrections"),
}
_MOMENTS = ("happened_at", "released_at", "briefed_at")
_FILLED = re.compile(r"\d")


class EventSheet(NamedTuple):
    """填报表导入结果 `unknown` heads that nobody knows; `wrong`: then nothing was entered."""

    entered: Entered = Entered()
    unknown: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    title: str | None = None


def enter_event_sheet(store: Store, desk: Desk, path: Path, by: str, now: datetime) -> EventSheet:
    """导入填报 CSV or XLSX with a unit, an event and its moment on each row; other cells may be empty.

    Raises Fault (exit 3) when it cannot be read, or lacks one of the three columns.
    """
    sheet = read_sheet(path, HEADS, needed="happened_at", telling=_FILLED)
    lacking = [HEADS[field][0] for field in ("unit", "title", "happened_at") if field not in sheet.heads]
    if lacking:
        raise Fault("fault.sheet_lacks", path=str(path), heads="、".join(lacking))
    known = known_events(desk).values()
    told: list[Report] = []
    places: dict[tuple[object, ...], tuple[int, Report]] = {}
    wrong: list[Wrong] = []
    for number, row in sheet.rows:
        report, bad = _report(row)
        wrong += [Wrong(number, sheet.heads.get(field), fault) for field, fault in bad]
        if bad:
            continue
        try:
            event = merged(desk, known, report, now)
            first, before = places.setdefault(
                (event.unit, event.title, event.happened_at.date()), (number, report)
            )
            if before != report:
                raise Fault("fault.event_twice", row=first)
            told.append(report)
        except Fault as fault:
            wrong.append(Wrong(number, None, fault))
    result = EventSheet(unknown=sheet.unknown, wrong=tuple(wrong), title=sheet.title)
    if wrong or not told:
        return result
    return result._replace(entered=enter_events(store, desk.assessment.id, told, by, now))


def _report(row: Row) -> tuple[Report, list[tuple[str, Fault]]]:
    """What a row tells, and every cell of it that tells nothing that may be."""
    told: dict[str, Any] = {}
    bad: list[tuple[str, Fault]] = []
    for field in Report._fields:
        try:
            text = cell(row.get(field))
            told[field] = (minute_of(text) if text else None) if field in _MOMENTS else text
            if field == "happened_at" and not text:
                raise Fault("fault.minute_invalid", text="")
        except Fault as fault:
            told[field] = None
            bad.append((field, fault))
    return Report(**told), bad
