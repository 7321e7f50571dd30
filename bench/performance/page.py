"""写入文档 The blocks between the markers of docs/performance.md and its Chinese twin, and the charts beside them."""

from pathlib import Path

from bench.performance import growth
from bench.performance.chart import chart
from bench.performance.kept import Kept, Ran
from bench.performance.programs import AUDIT, FLOOR, LIVE
from bench.performance.sums import Value, cpu, middle, of, speed
from bench.performance.tables import BLOCKS, ZH, block

PAGES = {"en": "performance.md", ZH: "performance.zh-CN.md"}
_SERIES = ((AUDIT, "整站检查 audit"), (LIVE, "只采集 crawl"), (FLOOR, "下限 floor"))
_CHARTS: tuple[tuple[str, str, str, Value], ...] = (
    ("performance-speed.svg", "速度 speed", "页/秒 pages/s", speed),
    ("performance-cpu.svg", "处理器 CPU", "每千页秒 s per 1,000 pages", cpu),
    (
        "performance-memory.svg",
        "最大进程内存峰值 peak of the largest process",
        "MB",
        lambda one: one.peak_mb,
    ),
)


def write(kept: Kept, docs: Path) -> None:
    """写入 The block of a part that was not measured here stays as it is."""
    for language, name in PAGES.items():
        path = docs / name
        text = path.read_text("utf-8")
        for part in BLOCKS:
            if lines := block(part, kept, language):
                text = _replaced(text, part, lines)
        path.write_text(text, "utf-8")
    rows = growth.rows(kept)
    if not rows:
        return
    for name, title, unit, value in _CHARTS:
        (docs / name).write_text(chart(title, unit, _curves(rows, value)), "utf-8")


def markers(part: str) -> tuple[str, str]:
    """标记"""
    return f"<!-- ./dev bench all: {part} -->", f"<!-- /{part} -->"


def _replaced(text: str, part: str, lines: list[str]) -> str:
    begin, end = markers(part)
    before, rest = text.split(begin, 1)
    after = rest.split(end, 1)[1]
    told = "\n".join(lines)
    return f"{before}{begin}\n\n{told}\n\n{end}{after}"


def _curves(rows: list[Ran], value: Value) -> dict[str, list[tuple[int, float]]]:
    sizes = sorted({one.pages for one in rows})
    curves = {
        shown: [(size, found) for size in sizes if (found := middle(of(rows, name, size), value)) is not None]
        for name, shown in _SERIES
    }
    return {shown: points for shown, points in curves.items() if points}
