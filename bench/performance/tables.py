"""性能表 What was kept as tables for the documentation, in both languages."""

from collections.abc import Iterator
from typing import Any

from bench.performance import growth, nights, peers, rejudging, renders, verdicts
from bench.performance.demands import demands
from bench.performance.kept import Kept, Ran
from bench.performance.profile import PART as PROFILE
from bench.performance.profile_table import profile_block
from bench.performance.programs import AUDIT, BARE, FLOOR, LIST, LIVE, STOCK
from bench.performance.sums import cpu, middle, of, ratio, speed

ZH = "zh_CN"
_NAMES = {
    AUDIT: ("**duwang: whole audit**", "**读网：整站检查**"),
    LIVE: ("**duwang: crawl, archive, reading beside it**", "**读网：只采集（含存档、边采边读）**"),
    BARE: ("**duwang: crawl and archive, links by a pattern**", "**读网：只采集存档，以模式找链接**"),
    STOCK: ("Scrapy, a stock spider", "Scrapy 现成爬虫"),
    FLOOR: ("the floor: a bare loop", "下限：裸循环"),
    LIST: ("lychee (library), a list that was told", "lychee（库），核验给定名单"),
    "wget": ("wget --spider", "wget --spider"),
}
_HEADS = {
    "en": ("program", "version", "pages/s", "audit ÷ it", "crawl alone ÷ it", "CPU s per 1,000 pages", "largest process MB", "all together MB",
           "requests", "pages reached", "dead found", "called dead wrongly"),
    ZH: ("程序", "版本", "页/秒", "整站检查÷它", "只采集÷它", "每千页 CPU 秒", "最大进程 MB", "全部进程 MB", "请求数", "到达页数", "找到失效", "误判失效"),
}  # fmt: skip
_PORTAL = {
    "en": "Portal of {pages:,} pages, {planted} dead targets (of which {silent} answer 200 with words that say the page is gone: a status cannot tell), "
          "{origin}; {rounds} rounds in turn; code {code}, {machine}, load {load} at the end, {at}.",
    ZH: "网站 {pages:,} 页，失效目标 {planted} 个（其中 {silent} 个以 200 应答、正文说页面不存在，单看状态码看不出），{origin}；轮流各跑 {rounds} 遍；"
        "代码 {code}，{machine}，结束时负载 {load}，{at}。",
}  # fmt: skip


def block(part: str, kept: Kept, language: str) -> list[str]:
    """一段 The lines between the markers of one part. Empty when it was not measured."""
    makers = {
        "demands": lambda: _demands(kept, language),
        peers.LARGE: lambda: _race(kept.rows(peers.LARGE), language),
        peers.SMALL: lambda: _race(kept.rows(peers.SMALL), language),
        growth.PART: lambda: _growth(growth.rows(kept), language),
        nights.PART: lambda: _nights(kept.rows(nights.PART), language),
        rejudging.PART: lambda: _again(kept.rows(rejudging.PART), language),
        verdicts.PART: lambda: _verdicts(kept.rows(verdicts.PART), language),
        PROFILE: lambda: profile_block(kept, language),
        renders.PART: lambda: _renders(kept.rows(renders.PART), language),
    }
    return makers[part]()


BLOCKS = ("demands", peers.LARGE, peers.SMALL, PROFILE, growth.PART, verdicts.PART, nights.PART, rejudging.PART, renders.PART)  # fmt: skip


def _race(rows: list[Ran], language: str) -> list[str]:
    if not rows:
        return []
    lines = [_portal(rows, language), ""]
    cells = []
    for name in dict.fromkeys(one.program for one in rows):
        runs = of(rows, name)
        if not runs:
            told = next(one for one in rows if one.program == name)
            cells.append([_name(name, language), told.version or "–", told.failed or "–", *["–"] * 9])
            continue
        last, speeds = runs[-1], sorted(map(speed, runs))
        cells.append([
            _name(name, language), last.version or "–", f"{middle(runs, speed):.0f} ({speeds[0]:.0f}–{speeds[-1]:.0f})",
            str(ratio(rows, AUDIT, name, speed) or "–") if name != AUDIT else "1",
            str(ratio(rows, LIVE, name, speed) or "–") if name != LIVE else "1",
            f"{middle(runs, cpu):.2f}", f"{middle(runs, lambda one: one.peak_mb):.0f}", f"{middle(runs, lambda one: one.together_mb):.0f}",
            _requests(last), _reached(last, language), "–" if last.cut else f"{last.found} / {last.planted}",
            "–" if last.cut else str(len(last.wrong)),
        ])  # fmt: skip
    return lines + _markdown(_HEADS[language], cells)


def _reached(ran: Ran, language: str) -> str:
    if not ran.cut:
        return f"{ran.got:,}"
    stopped = "，{:.0f} 秒后停止" if language == ZH else ", stopped after {:.0f} s"
    return f"{ran.got:,}{stopped.format(ran.cut)}"


def _requests(ran: Ran) -> str:
    methods = ran.told.get("methods", {})
    return f"{ran.requests:,}" + (
        f" ({', '.join(f'{name} {count:,}' for name, count in sorted(methods.items()))})"
        if len(methods) > 1
        else ""
    )


def _growth(rows: list[Ran], language: str) -> list[str]:
    if not rows:
        return []
    heads = {
        "en": ("pages", "program", "rounds", "pages/s", "ms a page", "CPU s per 1,000 pages", "peak MB by process", "all together MB", "dead found"),
        ZH: ("页数", "程序", "遍数", "页/秒", "每页毫秒", "每千页 CPU 秒", "各进程内存峰值 MB", "全部进程 MB", "找到失效"),
    }  # fmt: skip
    cells = []
    for size in sorted({one.pages for one in rows}):
        for name in (AUDIT, LIVE, FLOOR):
            if runs := of(rows, name, size):
                pace = middle(runs, speed) or 0.0
                processes = " + ".join(f"{one:.0f}" for one in runs[-1].peaks_mb if one >= 1)
                cells.append([
                    f"{runs[-1].there:,}", _name(name, language), str(len(runs)), f"{pace:.0f}", f"{1000 / pace:.2f}", f"{middle(runs, cpu):.2f}",
                    processes, f"{middle(runs, lambda one: one.together_mb):.0f}", f"{runs[-1].found} / {runs[-1].planted}",
                ])  # fmt: skip
    return [_state(rows, language), "", *_markdown(heads[language], cells)]


def _demands(kept: Kept, language: str) -> list[str]:
    heads = {"en": ("what", "wanted", "measured", "holds"), ZH: ("项目", "要求", "实测", "达到")}
    marks = {
        "en": {True: "yes", False: "**no**", None: "not measured"},
        ZH: {True: "是", False: "**否**", None: "未测"},
    }
    cells = [
        [one.zh if language == ZH else one.en, one.wanted, one.told, marks[language][one.holds]]
        for one in demands(kept)
    ]
    return _markdown(heads[language], cells)


def _nights(rows: list[Ran], language: str) -> list[str]:
    if not rows:
        return []
    heads = {
        "en": ("pages", "seed", "requests", "bytes", "CPU", "unchanged by the server's word", "left out", "findings as a whole crawl has them", "whole again: CPU"),
        ZH: ("页数", "种子", "请求", "字节", "CPU", "服务器称未变", "未访问", "与全部重采一致的问题", "再次全采的 CPU"),
    }  # fmt: skip
    cells = [
        [
            f"{one.there:,}", str(one.seed), *(f"{one.told[key]:.0%}" for key in ("requests", "bytes", "cpu")), str(one.told["unmodified"]),
            str(one.told["carried"]), f"{one.told['same']} / {one.told['findings']}", f"{one.told['whole']['cpu']:.0%}",
        ]
        for one in rows
    ]  # fmt: skip
    return [_state(rows, language), "", *_markdown(heads[language], cells)]


def _again(rows: list[Ran], language: str) -> list[str]:
    if not rows:
        return []
    heads = {
        "en": ("judged again under", "pages", "rounds", "seconds", "CPU s", "largest process MB"),
        ZH: ("重判所用", "页数", "遍数", "秒", "CPU 秒", "最大进程 MB"),
    }
    names = {"one pack": "一套指标", "5 packs": "五套指标"}
    cells = []
    for name in dict.fromkeys(one.program for one in rows):
        if runs := of(rows, name):
            times = sorted(one.seconds for one in runs)
            cells.append([
                names.get(name, name) if language == ZH else name, f"{runs[-1].there:,}", str(len(runs)),
                f"{middle(runs, lambda one: one.seconds):.1f} ({times[0]:.1f}–{times[-1]:.1f})",
                f"{middle(runs, lambda one: one.cpu_seconds):.1f}", f"{middle(runs, lambda one: one.peak_mb):.0f}",
            ])  # fmt: skip
    return [_state(rows, language), "", *_markdown(heads[language], cells)]


def _verdicts(rows: list[Ran], language: str) -> list[str]:
    sites = rows[-1].told.get("sites", ()) if rows else ()
    if not sites:
        return []
    heads = {
        "en": (
            "site",
            "requests of a full crawl",
            "requests till decided",
            "share",
            "columns judged, each by its own page",
            "verdicts decided",
            "identical",
        ),
        ZH: (
            "网站",
            "全部采集的请求",
            "判定所需请求",
            "占比",
            "逐一判定的栏目（各须读一页）",
            "已判定",
            "是否一致",
        ),
    }
    cells = [
        [
            one["name"], str(one["full_requests"]), str(one["requests"]), f"{one['requests'] / one['full_requests']:.1%}", _columns(one),
            f"{one.get('decided', '–')} / {one.get('of', '–')}", _yes(one.get("identical"), language),
        ]
        for one in sites
    ]  # fmt: skip
    return [_state(rows, language), "", *_markdown(heads[language], cells)]


def _columns(site: dict[str, Any]) -> str:
    if "columns" not in site:
        return "–"
    return f"{site['columns']} ({site['columns'] / site['full_requests']:.1%})"


def _renders(rows: list[Ran], language: str) -> list[str]:
    hundreds = rows[-1].told.get("hundreds", ()) if rows else ()
    if not hundreds:
        return []
    heads = {
        "en": ("hundred", "pages/s", "browser and driver MB"),
        ZH: ("第几百页", "页/秒", "浏览器及驱动 MB"),
    }
    cells = [
        [str(number), f"{one['pages_per_second']:.1f}", f"{one['memory_mb']:.0f}"]
        for number, one in enumerate(hundreds, start=1)
    ]
    return [_state(rows, language), "", *_markdown(heads[language], cells)]


def _portal(rows: list[Ran], language: str) -> str:
    one = rows[-1]
    return _PORTAL[language].format(
        pages=one.there, planted=one.planted, silent=one.silent, origin=one.origin, rounds=max(row.round for row in rows) + 1, code=one.code,
        machine=one.machine, load=one.load, at=one.at[:10],
    )  # fmt: skip


def _state(rows: list[Ran], language: str) -> str:
    one = rows[-1]
    if language == ZH:
        return f"代码 {one.code}，{one.machine}，结束时负载 {one.load}，{one.at[:10]}。"
    return f"Code {one.code}, {one.machine}, load {one.load} at the end, {one.at[:10]}."


def _name(name: str, language: str) -> str:
    return _NAMES[name][language == ZH] if name in _NAMES else name


def _yes(told: object, language: str) -> str:
    return ("是" if told else "否") if language == ZH else ("yes" if told else "no")


def _markdown(heads: tuple[str, ...], cells: list[list[str]]) -> list[str]:
    return list(_lines(heads, cells))


def _lines(heads: tuple[str, ...], cells: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in cells:
        yield "| " + " | ".join(row) + " |"
