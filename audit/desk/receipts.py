"""签收表 Receipts of many units from the sheet of what was sent: every row right, or nothing is entered."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple

from audit.desk.desk import Desk, enter
from audit.desk.minutes import minute_of
from audit.desk.rows import Wrong, cell
from audit.desk.sendings import receipt_draft, sending_of
from audit.roster_row import PARSERS
from audit.spreadsheet import Heads, Row, read_sheet
from model import SHANGHAI, Draft, Fault
from report.messages import LANGUAGES, Messages
from report.notice.listing import HEADS as LIST_HEADS
from storage import Store

_READ: dict[str, tuple[str, ...]] = {
    "number": ("编号", "通知编号", "发文编号", "no.", "number", "notice"),
    "unit": ("单位", "单位名称", "评估对象", "unit"),
    "signer": ("签收人", "签收人员", "签收", "signedby", "signer", "acknowledgedby"),
    "received": ("签收时间", "签收日期", "签收时刻", "received", "receivedon", "acknowledged"),
}
# What our own list tells besides is known and not read back.
HEADS: Heads = _READ | {
    name: tuple("".join(Messages(one).text(f"notice.list.{name}").split()).lower() for one in LANGUAGES)
    for name in LIST_HEADS
    if name not in _READ
}
_FILLED = re.compile(r"\S")
_MEANT = {
    "fault.day_invalid": "received", "fault.minute_invalid": "received", "fault.notice_receipt_before": "received",
    "fault.notice_receipt_future": "received", "fault.assessed_unit_unknown": "unit",
    "fault.assessed_unit_unknown_alike": "unit", "fault.notice_number": "number", "fault.number_invalid": "number",
}  # fmt: skip
_day = PARSERS["retired_on"]
_number = PARSERS["max_pages"]


class ReceiptSheet(NamedTuple):
    """签收表导入结果 `blank`: rows nobody signed; `known`: receipts that were entered before; `wrong`: then nothing was entered."""

    entered: int = 0
    blank: int = 0
    known: int = 0
    unknown: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    title: str | None = None


def receive_sheet(store: Store, desk: Desk, path: Path, by: str, now: datetime) -> ReceiptSheet:
    """登记签收 CSV or XLSX, a unit and who signed on each row. Raises Fault (exit 3) when it cannot be read or lacks a column."""
    sheet = read_sheet(path, HEADS, needed="unit", telling=_FILLED)
    lacking = [HEADS[field][0] for field in ("unit", "signer", "received") if field not in sheet.heads]
    if lacking:
        raise Fault("fault.sheet_lacks", path=str(path), heads="、".join(lacking))
    drafts: list[Draft] = []
    wrong: list[Wrong] = []
    blank = known = 0
    for number, row in sheet.rows:
        if not (row.get("signer") or "").strip():
            blank += 1
            continue
        try:
            draft = _draft(desk, row, by, now, drafts)
            known += draft is None
            drafts += [draft] if draft else []
        except Fault as fault:
            field = _MEANT.get(fault.message_id)
            wrong.append(Wrong(number, sheet.heads.get(field) if field else None, fault))
    if drafts and not wrong:
        enter(store, desk, drafts, now)
    return ReceiptSheet(
        len(drafts) if not wrong else 0,
        blank,
        known,
        sheet.unknown,
        tuple(wrong),
        sheet.title,
    )


def _draft(desk: Desk, row: Row, by: str, now: datetime, before: Sequence[Draft]) -> Draft | None:
    """None: that receipt is there already, as in a list that was exported and comes back."""
    number = cell(row.get("number"))
    one = sending_of(desk, cell(row["unit"]), _number(number) if number else None)
    signer, at = cell(row["signer"]), _moment(cell(row["received"]))
    if at > now:
        raise Fault("fault.notice_receipt_future", text=cell(row["received"]))
    if any(told.signer == signer and _same(at, when) for when, told in one.received):
        return None
    draft = receipt_draft(one, at, by, signer)
    if draft in before:
        raise Fault("fault.notice_receipt_again", unit=one.unit, number=one.number, signer=signer)
    return draft


def _moment(text: str) -> datetime:
    """A day, or a moment to the minute."""
    try:
        return datetime.combine(_day(text), time(), SHANGHAI)
    except Fault:
        return minute_of(text)


def _same(told: datetime, known: datetime) -> bool:
    """As far as a sheet tells it: to the minute, or to the day."""
    known = known.astimezone(SHANGHAI)
    return told in (
        known.replace(second=0, microsecond=0),
        known.replace(hour=0, minute=0, second=0, microsecond=0),
    )
