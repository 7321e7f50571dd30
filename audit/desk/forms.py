"""填报表 The sheets people fill in: which columns each has, by which heads it is known, and what its cells may hold."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from audit.spreadsheet import Heads
from model import EntryKind
from model.opinion import OpinionResult
from report.messages import LANGUAGES, Messages


class FormKind(StrEnum):
    """填报表种类 Each has a text `form.kind.<value>`."""

    OPINIONS = "opinions"  # 人工核查意见
    VETOES = "vetoes"  # 单项否决认定
    SELF_SCORES = "self-scores"  # 自评分
    SCORES = "scores"  # 他方评分
    ADJUSTMENTS = "adjustments"  # 日常记录
    SCANS = "scans"  # 上级扫描问题


SIGNS = ("deduct", "add")  # 核减, 核加


class Layout(NamedTuple):
    """表式 `needed` is the column by which the row of heads is known, `telling` what its filled cells look like; without
    the columns of `required` nothing is taken. `choices`: the words a cell may hold, as (family of labels, values).
    """

    entry: EntryKind
    columns: tuple[str, ...]
    needed: str
    required: tuple[str, ...]
    choices: Mapping[str, tuple[str, tuple[str, ...]]] = {}
    telling: re.Pattern[str] = re.compile(r"\S")


_OPINIONS = ("opinion", tuple(OpinionResult))
_VETO = ("opinion", (OpinionResult.CONFIRMED, OpinionResult.EXCLUDED))
LAYOUTS: Mapping[FormKind, Layout] = {
    FormKind.OPINIONS: Layout(
        EntryKind.OPINION,
        ("unit", "site", "finding", "rule", "place", "link", "seen", "basis", "outcome", "opinion", "reason", "reviewer", "on", "code"),
        "finding", ("finding", "opinion", "reason", "reviewer", "on", "code"),
        {"opinion": _OPINIONS}, re.compile(r"F-[0-9a-f]"),
    ),
    FormKind.VETOES: Layout(
        EntryKind.VETO,
        ("unit", "site", "veto", "rule", "seen", "basis", "opinion", "reason", "reviewer", "on", "code"),
        "veto", ("veto", "opinion", "reason", "reviewer", "on", "code"),
        {"opinion": _VETO}, re.compile(r"[A-Z]"),
    ),
    FormKind.SELF_SCORES: Layout(
        EntryKind.SELF_SCORE, ("unit", "item", "rule", "full", "own", "note", "on"), "unit", ("unit", "own", "on")
    ),
    FormKind.SCORES: Layout(
        EntryKind.RATED, ("unit", "part", "part_title", "full", "score", "rater", "on", "note"), "unit",
        ("unit", "part", "score", "rater", "on"),
    ),
    FormKind.ADJUSTMENTS: Layout(
        EntryKind.ADJUSTED, ("unit", "item", "rule", "sign", "points", "reason", "recorder", "on"), "unit",
        ("unit", "item", "sign", "points", "reason", "recorder", "on"), {"sign": ("adjust", SIGNS)},
    ),
    FormKind.SCANS: Layout(
        EntryKind.SCANNED, ("unit", "site", "source", "on", "fault", "url", "note", "ours"), "fault", ("source", "on", "fault", "url"),
    ),
}  # fmt: skip

# What staff write over a column besides our own heads. Compared without spaces and case.
_ALSO: Heads = {
    "unit": ("单位名称", "评估对象", "考核对象", "被考核单位", "主办单位"),
    "site": ("网站名称", "站点"),
    "finding": ("编号", "问题id"),
    "opinion": ("核查意见", "认定", "认定意见", "核查结果", "结论"),
    "reason": ("原因", "事由", "说明理由"),
    "reviewer": ("核查人员", "认定人", "核实人"),
    "on": ("时间", "核查日期", "认定日期", "反馈日期", "反馈时间", "评分日期", "记录日期", "自评日期"),
    "item": ("指标代码", "考核项目"),
    "score": ("分数", "评分"),
    "own": ("自评得分", "自评分数"),
    "code": ("校验码", "校验码(勿改)"),
    "rater": ("评分单位", "打分单位", "打分人"),
    "points": ("分数",),
    "sign": ("类别", "核减/核加", "加减"),
    "recorder": ("登记人",),
    "source": ("监测单位", "反馈单位"),
    "fault": ("问题", "问题描述"),
    "url": ("链接", "问题链接", "网站地址", "url"),
    "note": ("备注",),
}


@cache
def heads_of(kind: FormKind) -> Heads:
    """表头 For each column of the form the heads it is known by: our own in both languages, then what staff write."""
    books = [Messages(language) for language in LANGUAGES]
    return {
        column: (*(_bare(one.text(f"form.{column}")) for one in books), *_ALSO.get(column, ()))
        for column in LAYOUTS[kind].columns
    }


def _bare(head: str) -> str:
    return re.sub(r"\s+", "", head).lower()
