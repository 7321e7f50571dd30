"""读网签到表 Many signatures from the sheet an office keeps: every row right, or nothing is entered."""

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from audit.desk.desk import Desk
from audit.desk.duty import Asked, Signed, checked, sign
from audit.desk.minutes import time_on
from audit.desk.rows import Wrong, cell
from audit.roster_row import day_of
from audit.spreadsheet import Heads, Row, read_sheet
from model import Fault
from storage import Store

# What our own sheet tells besides is known and not read back: the last three fields.
HEADS: Heads = {
    "on": ("日期", "读网日期", "值班日期", "date", "day"),
    "unit": ("单位", "单位名称", "评估对象", "unit", "organiser"),
    "signer": ("值班人", "值班人员", "值班员", "读网人", "读网人员", "签到人", "签名", "onduty", "signedby", "signer"),
    "signed_at": ("签到时刻", "签到时间", "读网时间", "时间", "time", "signedat"),
    "note": ("备注", "说明", "note", "remarks"),
    "seen": ("系统所见", "seenbyduwang"),
    "standing": ("未了结问题", "openissues"),
    "state": ("签到情况", "state"),
}  # fmt: skip
_FILLED = re.compile(r"\d")  # a sheet with days in it; instructions have none below the head
_MEANT = {  # the column a complaint is about
    "fault.day_invalid": "on",
    "fault.duty_outside": "on",
    "fault.duty_future": "on",
    "fault.assessed_unit_unknown": "unit",
    "fault.assessed_unit_unknown_alike": "unit",
    "fault.duty_nobody": "signer",
    "fault.minute_invalid": "signed_at",
    "fault.duty_before": "signed_at",
}


class DutySheet(NamedTuple):
    """签到表导入结果 `blank` rows that nobody signed; `unknown` heads that nobody knows; `wrong`: then nothing was entered."""

    signed: Signed = Signed((), 0)
    blank: int = 0
    unknown: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    title: str | None = None


def sign_sheet(store: Store, desk: Desk, path: Path, by: str, now: datetime) -> DutySheet:
    """导入签到 CSV or XLSX with a day, a unit and a name on each row. Rows without a name are left aside: days nobody signed.

    Raises Fault (exit 3) when it cannot be read, or lacks one of the three columns.
    """
    sheet = read_sheet(path, HEADS, needed="on", telling=_FILLED)
    lacking = [HEADS[field][0] for field in ("on", "unit", "signer") if field not in sheet.heads]
    if lacking:
        raise Fault("fault.sheet_lacks", path=str(path), heads="、".join(lacking))
    wanted: list[Asked] = []
    wrong: list[Wrong] = []
    blank = 0
    for number, row in sheet.rows:
        if not any((row.get(field) or "").strip() for field in ("signer", "signed_at", "note")):
            blank += 1
            continue
        try:
            wanted.append(checked(desk, _asked(row), now))
        except Fault as fault:
            field = _MEANT.get(fault.message_id)
            wrong.append(Wrong(number, sheet.heads.get(field) if field else None, fault))
    told = DutySheet(blank=blank, unknown=sheet.unknown, wrong=tuple(wrong), title=sheet.title)
    if wrong or not wanted:
        return told
    return told._replace(signed=sign(store, desk.assessment.id, wanted, by, now))


def _asked(row: Row) -> Asked:
    on = day_of(cell(row["on"]))
    hour = cell(row.get("signed_at"))
    return Asked(
        cell(row["unit"]), on, cell(row["signer"]), time_on(on, hour) if hour else None, cell(row.get("note"))
    )
