"""剖析表 The profile as a table, and what it says of the speeds that are not reached: how little CPU a page would have to cost."""

import re

from bench.performance import peers
from bench.performance.demands import SPEEDS
from bench.performance.kept import Kept, Ran
from bench.performance.profile import PART, SHARES
from bench.performance.programs import AUDIT
from bench.performance.sums import cpu, middle, of, speed

_CORES = re.compile(r"(\d+) cores")
_HEADS = {
    "en": ("what for", "share of the CPU", "ms a page"),
    "zh_CN": ("用途", "CPU 占比", "每页毫秒"),
}
_BOUND = {
    "en": "An audit costs {cost:.1f} ms of CPU a page here, so {cores} cores make {most:.0f} pages a second of it at the very most; {made:.0f} were measured. "
          "Reading alone, all else being free, would allow {reading:.0f}.",
    "zh_CN": "此处一次整站检查每页用 CPU {cost:.1f} 毫秒，{cores} 核满载至多每秒 {most:.0f} 页；实测 {made:.0f} 页。即使其余全不费时，仅阅读一项也只容许 {reading:.0f} 页。",
}  # fmt: skip
_WANTED = {
    "en": "- {what}: {times:g} times {theirs:.0f} are {wanted:.0f} pages a second, which is {cost:.2f} ms of CPU a page on {cores} cores that never wait: "
          "{verdict}.",
    "zh_CN": "- {what}：{theirs:.0f} 的 {times:g} 倍是每秒 {wanted:.0f} 页，即 {cores} 核满载时每页 CPU {cost:.2f} 毫秒：{verdict}。",
}  # fmt: skip
_VERDICTS = {
    "en": ("within what a page costs now", "less than a page costs, so it needs {times:.1f} times less work a page", "less than reading alone costs"),
    "zh_CN": ("在现有每页开销之内", "少于现有每页开销，每页的工作须减至 {times:.1f} 分之一", "比仅阅读一项的开销还少"),
}  # fmt: skip


def profile_block(kept: Kept, language: str) -> list[str]:
    """剖析一段 Empty when it was not measured."""
    rows = kept.rows(PART)
    shares: dict[str, int] = rows[-1].told.get("shares", {}) if rows else {}
    looks = sum(shares.values())
    if not looks:
        return []
    races = kept.rows(peers.LARGE)
    a_page = middle(of(races, AUDIT), cpu) or 0.0  # CPU seconds per 1,000 pages are ms a page
    heads = _HEADS[language]
    lines = [f"| {' | '.join(heads)} |", "|---|---|---|"]
    for one in sorted(SHARES, key=lambda share: -shares.get(share.key, 0)):
        part = shares.get(one.key, 0) / looks
        named = one.zh if language == "zh_CN" else one.en
        lines.append(f"| {named} | {part:.1%} | {f'{part * a_page:.2f}' if a_page else '–'} |")
    reading = sum(shares.get(one.key, 0) for one in SHARES if one.en.startswith("reading"))
    return [_told(rows[-1], language), "", *lines, *_bounds(races, reading / looks, language)]


def _told(ran: Ran, language: str) -> str:
    if language == "zh_CN":
        return (
            f"{ran.there:,} 页的网站，py-spy 每秒看 100 次；代码 {ran.code}，{ran.machine}，{ran.at[:10]}。"
        )
    return f"Portal of {ran.there:,} pages, py-spy at 100 looks a second; code {ran.code}, {ran.machine}, {ran.at[:10]}."


def _bounds(races: list[Ran], reading: float, language: str) -> list[str]:
    audits = of(races, AUDIT)
    cores = _CORES.search(audits[-1].machine) if audits else None
    made, a_page = middle(audits, speed), middle(audits, cpu)
    if not (cores and made and a_page):
        return []
    room = int(cores[1]) * 1000
    lines = ["", _BOUND[language].format(cost=a_page, cores=cores[1], most=room / a_page, made=made, reading=room / (a_page * reading)), ""]  # fmt: skip
    for wanted in SPEEDS:
        theirs = middle(of(races, wanted.theirs), speed)
        if wanted.ours != AUDIT or not theirs:
            continue
        pages = wanted.least * theirs * wanted.share
        cost = room / pages
        less = _VERDICTS[language]
        verdict = (
            less[0]
            if cost >= a_page
            else less[2]
            if cost < a_page * reading
            else less[1].format(times=a_page / cost)
        )
        what = wanted.zh if language == "zh_CN" else wanted.en
        lines.append(
            _WANTED[language].format(
                what=what, times=wanted.least * wanted.share, theirs=theirs, wanted=pages, cost=cost, cores=cores[1], verdict=verdict
            )
        )  # fmt: skip
    return lines
