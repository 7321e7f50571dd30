"""所求 What an audit is held to, what was measured, and whether it holds; one row each."""

from collections.abc import Iterator
from typing import NamedTuple

from bench.performance import growth, nights, peers, rejudging, renders, verdicts
from bench.performance.kept import Kept, Ran
from bench.performance.programs import AUDIT, BARE, FLOOR, LIST, LIVE, STOCK
from bench.performance.sums import Ratio, a_page, middle, of, ratio, speed

# lychee's own program, told a list of pages, fetched, parsed and checked 1,627 pages/s where this floor made 2,353: measured
# earlier, on a machine of this kind, and not again, because it cannot be installed where this is measured
_LYCHEE_OF_FLOOR = 1627 / 2353


class Demand(NamedTuple):
    """所求 `holds`: None when it was not measured."""

    zh: str
    en: str
    wanted: str
    told: str
    holds: bool | None


def demands(kept: Kept) -> list[Demand]:
    """各条"""
    return [
        *_speeds(kept.rows(peers.LARGE), kept.rows(peers.SMALL)),
        *_growth(growth.rows(kept)),
        *_verdicts(kept.rows(verdicts.PART)),
        *_nights(kept.rows(nights.PART)),
        *_again(kept.rows(rejudging.PART)),
        *_renders(kept.rows(renders.PART)),
    ]


class Speed(NamedTuple):
    """比速 Our pages a second against theirs. `share`: of theirs, where what is wanted is told of another program of theirs."""

    zh: str
    en: str
    least: float
    ours: str
    theirs: str
    share: float = 1.0


SPEEDS = (
    Speed("整站检查 ÷ linkinator", "whole audit ÷ linkinator", 1.5, AUDIT, "linkinator"),
    *(Speed(f"整站检查 ÷ {name}", f"whole audit ÷ {name}", 5, AUDIT, name) for name in ("LinkChecker", "broken-link-checker")),
    Speed("整站检查 ÷ lychee 的库逐个询问名单（不解析）", "whole audit ÷ lychee's library asking after a list, parsing nothing", 0.25, AUDIT, LIST),
    Speed("整站检查 ÷ lychee 程序核验名单（推算：此前实测其为下限的 0.69 倍）",
          "whole audit ÷ lychee's program checking a list (derived: measured earlier at 0.69 of the floor)", 0.25, AUDIT, FLOOR, _LYCHEE_OF_FLOOR),
    Speed("采集存档（以模式找链接）÷ 现成 Scrapy", "crawl and archive, links by a pattern ÷ stock Scrapy", 5, BARE, STOCK),
    Speed("采集存档（以模式找链接）÷ aiohttp 下限", "crawl and archive, links by a pattern ÷ the aiohttp floor", 0.35, BARE, FLOOR),
    Speed("采集存档并阅读 ÷ 现成 Scrapy", "crawl and archive, reading beside it ÷ stock Scrapy", 5, LIVE, STOCK),
    Speed("采集存档并阅读 ÷ aiohttp 下限", "crawl and archive, reading beside it ÷ the aiohttp floor", 0.35, LIVE, FLOOR),
)  # fmt: skip


def _speeds(large: list[Ran], small: list[Ran]) -> Iterator[Demand]:
    """At the large portal; at the small one where a program ran only there."""
    for one in SPEEDS:
        found = ratio(large, one.ours, one.theirs, speed) or ratio(small, one.ours, one.theirs, speed)
        told = found and Ratio(*(value / one.share for value in found))
        yield Demand(
            f"{one.zh}（页/秒）", f"{one.en} (pages/s)", f"≥ {one.least:g}", str(told) if told else "–",
            told.middle >= one.least if told else None,
        )  # fmt: skip


def _growth(rows: list[Ran]) -> Iterator[Demand]:
    sizes = sorted({one.pages for one in rows})
    audits = {size: of(rows, AUDIT, size) for size in sizes}
    peaks = {size: middle(found, lambda one: one.peak_mb) for size, found in audits.items()}
    for size in [one for one in sizes if one >= 5_000][:1]:
        if peak := peaks[size]:
            yield Demand(
                f"{size:,} 页整站检查，最大进程的内存峰值",
                f"peak memory of the largest process, audit of {size:,} pages",
                "≤ 250 MB",
                f"{peak:.0f} MB",
                peak <= 250,
            )
        last = peaks[sizes[-1]]
        if peak and last and sizes[-1] > size:
            yield Demand(
                f"其 {sizes[-1]:,} 页时与 {size:,} 页时之比",
                f"the same at {sizes[-1]:,} pages ÷ at {size:,}",
                "≤ 1.15",
                f"{last / peak:.2f}",
                last / peak <= 1.15,
            )
    if len(sizes) > 1:
        first, last = (middle(audits[size], a_page) for size in (sizes[0], sizes[-1]))
        if first and last:
            yield Demand(
                f"每页用时，{sizes[-1]:,} 页 ÷ {sizes[0]:,} 页",
                f"time a page, {sizes[-1]:,} pages ÷ {sizes[0]:,}",
                "≤ 1.10",
                f"{last / first:.2f}",
                last / first <= 1.1,
            )


def _nights(rows: list[Ran]) -> Iterator[Demand]:
    if not rows:
        return
    for key, zh, en in (("bytes", "字节", "bytes"), ("cpu", "CPU", "CPU")):
        shares = sorted(one.told[key] for one in rows)
        value = shares[len(shares) // 2]
        yield Demand(
            f"次夜{zh}占首夜", f"second night's {en} of the first's", "≤ 20 %",
            f"{value:.0%} ({shares[0]:.0%}–{shares[-1]:.0%})", value <= 0.2,
        )  # fmt: skip
    same, found = (sum(one.told[key] for one in rows) for key in ("same", "findings"))
    extra = sum(one.told["extra"] for one in rows)
    yield Demand(
        "次夜的问题与全部重采一致", "second night's findings as a whole crawl has them", "全部 all",
        f"{same} / {found}" + (f" (+{extra})" if extra else ""), same == found and not extra,
    )  # fmt: skip


def _again(rows: list[Ran]) -> Iterator[Demand]:
    if one := middle(of(rows, "one pack"), lambda ran: ran.seconds):
        there = rows[-1].there
        yield Demand(
            f"{there:,} 页按一套指标重判", f"{there:,} pages judged again under one pack", "≤ 10 s", f"{one:.1f} s", one <= 10
        )  # fmt: skip
    found = ratio(rows, "5 packs", "one pack", lambda ran: ran.seconds)
    if found:
        yield Demand(
            "五套 ÷ 一套", "five packs ÷ one (time)", "< 2", str(found), found.middle < 2
        )  # fmt: skip


def _verdicts(rows: list[Ran]) -> Iterator[Demand]:
    for site in rows[-1].told.get("sites", ()) if rows else ():
        share = site["requests"] / site["full_requests"]
        yield Demand(
            f"先判：{site['name']}，所需请求占全部采集", f"verdict-first: {site['name']}, requests of a full crawl's", "≤ 15 %",
            f"{share:.1%}, {'一致 identical' if site.get('identical') else '不一致 not identical'}",
            share <= 0.15 and bool(site.get("identical")),
        )  # fmt: skip


def _renders(rows: list[Ran]) -> Iterator[Demand]:
    hundreds = rows[-1].told.get("hundreds", ()) if rows else ()
    if len(hundreds) > 1:
        first, last = hundreds[0], hundreds[-1]
        grown = last["memory_mb"] / first["memory_mb"]
        slower = last["pages_per_second"] / first["pages_per_second"]
        yield Demand(
            "渲染：末百页 ÷ 首百页，内存、速度", "renders: last hundred ÷ first, memory and speed", "持平 flat",
            f"{grown:.2f}, {slower:.2f}", grown <= 1.15 and slower >= 0.85,
        )  # fmt: skip
