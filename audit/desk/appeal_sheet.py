"""复核申请表 What a sheet of applications for review says, row by row; and for each row that cannot be taken why not."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple

from audit.desk.minutes import minute_of
from audit.desk.rows import Wrong, cell
from audit.roster_row import day_of
from audit.spreadsheet import Heads, Row, read_sheet
from model import LONGEST_REASON, SHANGHAI, Fault

# The heads staff write, by field. Compared without spaces and case.
HEADS: Heads = {
    "unit": ("单位", "单位名称", "申请单位", "评估对象", "unit"),
    "finding": ("问题编号", "编号", "finding"),
    "item": ("指标", "项目", "指标/项目", "指标或项目", "评分项", "item"),
    "reason": ("申请事项", "申请事项(理由)", "申请事项（理由）", "理由", "申请理由", "事实与理由", "异议内容", "reason"),
    "demand": ("诉求", "请求", "复核请求", "demand"),
    "applicant": ("申请人", "联系人", "经办人", "applicant"),
    "applied": ("申请时间", "申请日期", "提出时间", "提出日期", "appliedat", "applied"),
    "paper": ("附件", "证明材料", "材料", "attachment", "paper"),
}  # fmt: skip
MOST_PAPER = 32 * 2**20  # bytes
_ANYTHING = re.compile(r"\S")
_HALF = re.compile(r"(上午|下午)\s*(\d{1,2})")
_WHOLE_HOUR = re.compile(r"(\d{1,2})\s*[时点]$")
_MIDNIGHT = re.compile(r"\b24:00(:00)?$")  # the end of the day before


class Claim(NamedTuple):
    """一项申请 As it was told. `finding` as it was written, or `item`. `all_day`: only the day is known; `timed`: it said when."""

    unit: str
    reason: str
    applied_at: datetime
    all_day: bool = False
    timed: bool = True
    finding: str | None = None
    item: str | None = None
    demand: str = ""
    applicant: str = ""
    paper: Path | None = None


class Claims(NamedTuple):
    """申请表 `rows` by the sheet's own numbers; `unknown` heads of no field; `title` of the sheet within a workbook."""

    rows: tuple[tuple[int, Claim], ...]
    wrong: tuple[Wrong, ...]
    unknown: tuple[str, ...]
    heads: dict[str, str]
    title: str | None = None


def read_claims(sheet: Path, applied_at: datetime, all_day: bool) -> Claims:
    """读申请表 CSV or XLSX. `applied_at`: when those applied that have no time of their own.

    Raises Fault (exit 3) when it cannot be read at all or lacks a column, or has no row.
    """
    heads, unknown, rows, title = read_sheet(sheet, HEADS, "unit", _ANYTHING)
    lacking = [
        names for names in (("unit",), ("finding", "item"), ("reason",)) if not {*names} & heads.keys()
    ]
    if lacking:
        named = "、".join("/".join(HEADS[name][0] for name in names) for names in lacking)
        raise Fault("fault.appeal_sheet_heads", path=str(sheet), heads=named)
    if not rows:
        raise Fault("fault.appeal_sheet_empty", path=str(sheet))
    right: list[tuple[int, Claim]] = []
    wrong: list[Wrong] = []
    for number, row in rows:
        bad = list(_wrong(row, sheet))
        wrong += [Wrong(number, heads.get(field), fault) for field, fault in bad]
        if not bad:
            right.append((number, _claim(row, sheet, applied_at, all_day)))
    return Claims(tuple(right), tuple(wrong), unknown, heads, title)


def moment_told(text: str) -> tuple[datetime, bool]:
    """时刻 As people and spreadsheets write it, Beijing time, and whether only the day is told. 24:00 is that day's end.

    Raises Fault (exit 3).
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    try:
        return datetime.combine(day_of(bare), time(), SHANGHAI), True
    except Fault:
        pass
    if half := _HALF.search(bare):
        later = 12 if half[1] == "下午" and int(half[2]) < 12 else 0
        bare = f"{bare[: half.start()]} {int(half[2]) + later}{bare[half.end() :]}"
    bare = _MIDNIGHT.sub("23:59", _WHOLE_HOUR.sub(r"\1:00", bare))
    try:
        return minute_of(bare), False
    except Fault:
        raise Fault("fault.appeal_time", text=text) from None


def paper_beside(sheet: Path, name: str) -> Path:
    """同目录附件 The file of that name in the folder of the sheet, and nowhere else. Raises Fault (exit 3)."""
    if "/" in name or "\\" in name or name in (".", "..") or "\0" in name:
        raise Fault("fault.appeal_paper_elsewhere", name=name)
    return paper_at(sheet.parent / name)


def paper_at(path: Path) -> Path:
    """附件 A file that can be kept. Raises Fault (exit 3) for one that is not there, not a file, or too large."""
    try:
        if path.is_symlink() or not path.is_file():
            raise Fault("fault.appeal_paper_none", name=path.name)
        if path.stat().st_size > MOST_PAPER:
            raise Fault("fault.appeal_paper_large", name=path.name, megabytes=MOST_PAPER // 2**20)
    except (OSError, ValueError):
        raise Fault("fault.appeal_paper_none", name=path.name) from None
    return path


def _told(row: Row) -> dict[str, str]:
    """What each cell says; "" where there is none. Raises Fault for one that says nothing that may be."""
    return {field: cell(row.get(field)) for field in HEADS}


def _wrong(row: Row, sheet: Path) -> Iterator[tuple[str, Fault]]:
    for field in row:
        try:
            if len(cell(row[field])) > LONGEST_REASON:
                raise Fault("fault.cell_too_long", longest=LONGEST_REASON)
        except Fault as fault:
            yield field, fault
            return
    told = _told(row)
    if not told["unit"]:
        yield "unit", Fault("fault.appeal_row_unit")
    if not told["reason"]:
        yield "reason", Fault("fault.appeal_row_reason")
    if not told["finding"] and not told["item"]:
        yield "finding" if "finding" in row else "item", Fault("fault.appeal_row_what")
    if told["applied"]:
        try:
            moment_told(told["applied"])
        except Fault as fault:
            yield "applied", fault
    if told["paper"]:
        try:
            paper_beside(sheet, told["paper"])
        except Fault as fault:
            yield "paper", fault


def _claim(row: Row, sheet: Path, applied_at: datetime, all_day: bool) -> Claim:
    told = _told(row)
    applied = told["applied"]
    at, day_only = moment_told(applied) if applied else (applied_at, all_day)
    return Claim(
        unit=told["unit"], reason=told["reason"], applied_at=at, all_day=day_only, timed=bool(applied),
        finding=told["finding"] or None, item=told["item"] or None, demand=told["demand"], applicant=told["applicant"],
        paper=paper_beside(sheet, told["paper"]) if told["paper"] else None,
    )  # fmt: skip
