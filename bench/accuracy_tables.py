"""准确度表 The measures as a table on a terminal and as the block of docs/accuracy.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.mark_looks import MARKS
from bench.measures import Measure

if TYPE_CHECKING:
    from bench.accuracy import Report

_MARKS = {
    "site_code": ("site code in the text", "网站标识码（文字）"),
    "site_code_meta": ("site code in the metas", "网站标识码（meta）"),
    "icp": ("ICP number", "ICP 备案号"),
    "police": ("police number", "公网安备号"),
    "organiser": ("organiser", "主办单位"),
    "conac": ("conac mark", "党政机关标识"),
    "error_report": ("error report", "找错入口"),
    "phone": ("telephone", "联系电话"),
    "ipv6": ("IPv6 notice", "IPv6 标注"),
    "accessibility": ("barrier-free reading", "无障碍"),
    "elderly": ("version for the elderly", "长者版"),
}
NAMES = {
    "lists": ("rows and newest date of a list", "列表的条数和最新日期"),
    "empty": ("empty lists called empty", "空列表判为空"),
    "filled": ("other pages not called empty", "其他页面不判为空"),
    "dates": ("publish date of a page that shows one", "有日期页面的发布日期"),
    "dateless": ("no date on a page that shows none", "无日期页面不给日期"),
    "charset": ("charset", "字符集"),
    "kind": ("page kind", "页面类型"),
    "columns": ("columns: rows, newest, oldest, stale or not", "栏目的条数、最新最旧日期、是否超期"),
    "outcome": ("class of an answer", "应答分类"),
    "column_kind": ("column kind", "栏目类型"),
    **{f"mark_{name}": (f"mark: {_MARKS[name][0]}", f"标识：{_MARKS[name][1]}") for name in MARKS},
    "mark_absent": ("marks a page does not bear", "页面没有的标识不给出"),
}
_TITLES = {"bundled": ("bundled pages", "自带页面"), "saved": ("saved real sites", "真实网站存档")}
_HEADS = (("measure", "labelled", "right", "share", "floor"), ("项目", "标注", "正确", "比例", "底线"))
MARKERS = ("<!-- ./dev accuracy: begin -->", "<!-- ./dev accuracy: end -->")


def share(measure: Measure) -> str:
    """比例 In per cent, rounded down: 100.0 % only where nothing misses."""
    return f"{measure.right * 1000 // measure.labelled / 10:.1f} %"


def table(report: Report, *, files: bool = False) -> str:
    """终端表 One collection: a line a measure, then what misses; with `files` every labelled page."""
    lines = [f"\n{_TITLES[report.name][0]}: {len(report.labels)} labelled"]
    lines.append(f"  {_HEADS[0][0]:<46}" + "".join(f"{head:>10}" for head in _HEADS[0][1:]))
    for one in report.measures:
        floor = report.floors.get(one.key)
        told = f"{floor[0]}/{floor[1]}" if floor else "none"
        low = "  BELOW ITS FLOOR" if one.key in report.below else ""
        lines.append(
            f"  {NAMES[one.key][0]:<46}{one.labelled:>10}{one.right:>10}{share(one):>10}{told:>10}{low}"
        )
    lines += [
        f"  {key}: has a floor and no labels"
        for key in report.below
        if key not in {one.key for one in report.measures}
    ]
    missed = [(one.key, miss) for one in report.measures for miss in one.misses]
    lines.append(f"  misses: {len(missed)}")
    lines += [f"    {key}: {miss.name}: expected {miss.expected!r}, got {miss.got!r}" for key, miss in missed]
    if files:
        by_name: dict[str, list[str]] = {}
        for key, miss in missed:
            by_name.setdefault(miss.name.split(" ")[0], []).append(key)
        lines.append("  labelled pages")
        lines += [
            f"    {label.name}: {', '.join(label.expect)}"
            + (f"; misses {', '.join(by_name[label.name])}" if label.name in by_name else "")
            for label in report.labels
        ]
    return "\n".join(lines)


def markdown(reports: list[Report], language: str) -> str:
    """文档段 The block between the markers of docs/accuracy.md: one table for each collection."""
    tongue = ("en", "zh_CN").index(language)
    return "\n".join([MARKERS[0], *(section(one, tongue) for one in reports), MARKERS[1]])


def section(report: Report, tongue: int) -> str:
    """文档表 One collection's table; the share is left to the reader, the floor to the file of floors."""
    heads = _HEADS[tongue]
    title = _TITLES[report.name][tongue]
    lines = [
        "",
        f"| {title}{'：' if tongue else ': '}{heads[0]} | {heads[1]} | {heads[2]} | {heads[3]} |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {NAMES[one.key][tongue]} | {one.labelled} | {one.right} | {share(one)} |"
        for one in report.measures
    ]
    return "\n".join([*lines, ""])
