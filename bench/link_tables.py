"""链接准确度表 Planted links by kind, a column for each program; on a terminal and for the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.auditing import Cost
from bench.link_scores import KindScore, Scores
from fixtures.planted import KINDS, Truth

_TRUTHS = {
    Truth.DEAD: ("dead", "失效"),
    Truth.SUSPECTED: ("only suspected in one night", "一晚只能存疑"),
    Truth.ALIVE: ("alive", "正常"),
    Truth.BLOCKED: ("refuses programs", "拒绝程序访问"),
    Truth.NOT_LINK: ("no link", "不是链接"),
}
_WORDS = {
    "en": {
        "faults": "planted fault", "innocents": "innocent look-alike", "truth": "truth", "planted": "planted", "found": "found of {n} faults",
        "false": "innocent links called broken, of {n}", "precision": "precision", "version": "version", "wall": "wall s", "cpu": "CPU s",
        "memory": "peak MB", "requests": "requests", "asked": "asked", "unchecked": "not checked", "crashes": "ends or hangs when it meets",
        "failed": "told nothing", "unplanted": "pages nobody planted that are called broken",
        "told": "Portal of {pages} pages, seed {seed}, {kinds} kinds, {links} planted links; one run of each program. A cell counts what the program calls "
                "broken; *asked*: only shown to a person; *not checked*: listed as such.",
        "browser": " (only a browser sees it)",
    },
    "zh_CN": {
        "faults": "埋设的毛病", "innocents": "貌似有毛病、其实无辜的", "truth": "真值", "planted": "埋设", "found": "{n} 处毛病中找到", "false": "{n} 个无辜链接中判为失效",
        "precision": "查准率", "version": "版本", "wall": "用时（秒）", "cpu": "CPU（秒）", "memory": "内存峰值（MB）", "requests": "请求数",
        "asked": "提请核实", "unchecked": "列为未核验", "crashes": "遇到以下情形即退出或停住", "failed": "没有结果", "unplanted": "未埋设却判为失效的页面",
        "told": "网站 {pages} 页，种子 {seed}，{kinds} 种、{links} 个埋设链接；各程序各跑一遍。格中为判为失效的个数；“提请核实”：只给人看；“列为未核验”：如实列出未能核验。",
        "browser": "（只有浏览器看得见）",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """一栏 One program on the portal. `ours`: held to everything; `failed`: why it told nothing."""

    name: str
    version: str
    scores: Scores
    cost: Cost
    requests: dict[str, int]
    ours: bool = False
    browser: bool = False
    failed: str | None = None
    without: tuple[str, ...] = ()


def faults_of(column: Column) -> list[str]:
    """不符之处 What is wrong with an audit of ours, a line each."""
    lines = []
    for one in column.scores.kinds.values():
        blind = one.browser and not column.browser
        if blind and (one.broken or one.asked or one.unchecked != one.planted):
            lines.append(
                f"{column.name}: {one.kind}: {_cell(one, 'en')} of {one.planted}, must be listed as not checked"
            )
        elif not blind and not one.right:
            lines.append(f"{column.name}: {one.kind}: {_cell(one, 'en')} of {one.planted}, truth {one.truth}")
    lines += [f"{column.name}: called broken, planted by nobody: {url}" for url in column.scores.unplanted]
    return lines


def terminal(columns: list[Column]) -> str:
    """终端表"""
    names = [column.name for column in columns]
    wide = [max(14, len(name) + 2) for name in names]
    lines = [
        f"{'kind':<26}{'truth':<12}{'planted':>8}"
        + "".join(f"{name:>{width}}" for name, width in zip(names, wide, strict=True))
    ]
    for kind in KINDS:
        planted = max(
            (one.scores.kinds[kind.name].planted for one in columns if kind.name in one.scores.kinds),
            default=0,
        )
        cells = [_of(column, kind.name, "en") for column in columns]
        lines.append(
            f"{kind.name:<26}{kind.truth.value:<12}{planted:>8}"
            + "".join(f"{cell:>{width}}" for cell, width in zip(cells, wide, strict=True))
        )
    for head, cells in _totals(columns, "en"):
        lines.append(
            f"{head:<46}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, wide, strict=True))
        )
    return "\n".join(lines)


def block(language: str, pages: int, seed: int, columns: list[Column]) -> str:
    """文档中的表"""
    words = _WORDS[language]
    first = columns[0].scores
    links = sum(one.planted for one in first.kinds.values())
    parts = [words["told"].format(pages=pages, seed=seed, kinds=len(first.kinds), links=links)]
    parts.append(
        _markdown(
            ["", *(one.name for one in columns)],
            [[head, *cells] for head, cells in _totals(columns, language)],
        )
    )
    for title, fault in ((words["faults"], True), (words["innocents"], False)):
        rows = [
            [
                (kind.zh if language == "zh_CN" else kind.en) + (words["browser"] if kind.browser else ""),
                _TRUTHS[kind.truth][language == "zh_CN"],
                str(first.kinds[kind.name].planted) if kind.name in first.kinds else "–",
                *(_of(column, kind.name, language) for column in columns),
            ]
            for kind in KINDS
            if kind.truth.fault is fault
        ]
        parts.append(
            _markdown([title, words["truth"], words["planted"], *(one.name for one in columns)], rows)
        )
    notes = [f"{one.name}: {words['crashes']} {', '.join(one.without)}." for one in columns if one.without]
    return "\n\n".join([*parts, *notes])


def _totals(columns: list[Column], language: str) -> Iterator[tuple[str, list[str]]]:
    words = _WORDS[language]
    faults = columns[0].scores.planted_faults
    innocents = sum(one.planted for one in columns[0].scores.innocents)
    yield words["version"], [one.version or "–" for one in columns]
    yield (
        words["found"].format(n=faults),
        [_share(one, one.scores.found, one.scores.planted_faults, faults) for one in columns],
    )
    yield (
        words["false"].format(n=innocents),
        [one.failed or str(one.scores.false - len(one.scores.unplanted)) for one in columns],
    )
    yield words["unplanted"], [one.failed or str(len(one.scores.unplanted)) for one in columns]
    yield (
        words["precision"],
        [one.failed or f"{int(one.scores.precision * 1000) / 10:.1f} %" for one in columns],
    )
    yield words["wall"], [f"{one.cost.seconds:.0f}" for one in columns]
    yield words["cpu"], [f"{one.cost.cpu_seconds:.0f}" for one in columns]
    yield words["memory"], [f"{one.cost.peak_mb:.0f}" for one in columns]
    yield (
        words["requests"],
        [
            " + ".join(f"{count} {method}" for method, count in sorted(one.requests.items()))
            for one in columns
        ],
    )


def _share(column: Column, found: int, planted: int, all_of_them: int) -> str:
    if column.failed:
        return column.failed
    return f"{found}" if planted == all_of_them else f"{found} / {planted}"


def _of(column: Column, kind: str, language: str) -> str:
    one = column.scores.kinds.get(kind)
    return "–" if one is None or column.failed else _cell(one, language)


def _cell(one: KindScore, language: str) -> str:
    words = _WORDS[language]
    more = [
        f"{count} {words[name]}"
        for name, count in (("asked", one.asked), ("unchecked", one.unchecked))
        if count
    ]
    return ", ".join(([str(one.broken)] if one.broken or not more else []) + more)


def _markdown(heads: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
