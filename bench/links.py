"""./dev bench links: how fast an audit looks at links, what that costs, and whether its memory stays flat; beside other programs.

Links whose targets make a program wait (delays, throttles, retries, other hosts) are not planted here: figures are of work, not of manners.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.auditing import ROOT, Cost, measured
from bench.link_audit import looked
from bench.link_peers import peer_options, peers, ran
from bench.planted_process import PlantedProcess, planted
from fixtures.planted import KINDS

WAITS = ("throttled_429", "once_503", "twice_500", "down_500", "down_reset", "slow", "cut_short", "chunk_cut", "wrongly_packed", "huge_page",
         "huge_file", "head_500", "waf_412")  # fmt: skip
MARKERS = ("<!-- ./dev bench links: begin -->", "<!-- ./dev bench links: end -->")
PAGES = {"en": ROOT / "docs" / "accuracy.md", "zh_CN": ROOT / "docs" / "accuracy.zh-CN.md"}
_HEADS = {
    "en": ("program", "version", "wall s", "requests", "requests/s", "CPU s per 1,000 links", "peak MB", "its wall / ours", "its CPU / ours", "its memory / ours"),
    "zh_CN": ("程序", "版本", "用时（秒）", "请求数", "请求/秒", "每千链接 CPU 秒", "内存峰值（MB）", "用时÷我方", "CPU÷我方", "内存÷我方"),
}  # fmt: skip
_SIZES = {
    "en": ("pages", "snapshots", "crawl s", "snapshots/s", "peak MB of the crawl"),
    "zh_CN": ("页数", "快照", "采集用时（秒）", "快照/秒", "采集内存峰值（MB）"),
}


class Speed(NamedTuple):
    """速度 One program on the portal; medians of its rounds."""

    name: str
    version: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    requests: int


class Size(NamedTuple):
    """规模 The crawl alone of a portal of that size."""

    pages: int
    snapshots: int
    seconds: float
    peak_mb: float


def main(arguments: list[str] | None = None) -> int:
    words = parser().parse_args(arguments)
    links = 0
    speeds: list[Speed] = []
    if words.rounds:
        with (
            tempfile.TemporaryDirectory() as folder,
            planted(words.pages, words.seed, Path(folder), left_out()) as server,
        ):
            links = words.pages + len(server.planted)
            speeds = compared(server, Path(folder), words)
        print("\n".join(table("en", speeds, links)))
    sizes = []
    for pages in words.sizes:
        sizes.append(crawled(pages, words.seed))
        print(
            f"  crawl of {pages} pages: {sizes[-1].snapshots} snapshots in {sizes[-1].seconds:.0f} s, peak {sizes[-1].peak_mb:.0f} MB",
            flush=True,
        )
    if words.write:
        write(speeds, sizes, links)
    return 0


def left_out() -> tuple[str, ...]:
    """不埋的种类 Those that make a program wait."""
    return tuple(kind.name for kind in KINDS if kind.foreign or kind.name in WAITS)


def compared(server: PlantedProcess, folder: Path, words: argparse.Namespace) -> list[Speed]:
    """轮流跑 Ours without a browser and every other program that is installed, in turns."""
    others = list(peers(words.linkchecker, words.node_modules))
    costs: dict[str, list[tuple[Cost, int]]] = {}
    for number in range(words.rounds):
        place = folder / str(number)
        place.mkdir()
        seen = looked(server, place, words.pages, browser=False, confirm=1)
        costs.setdefault("duwang", []).append((seen.cost, sum(seen.requests.values())))
        for peer in others:
            one = ran(peer, server, folder)
            if one.failed:
                print(f"  {peer.name}: {one.failed}")
                continue
            costs.setdefault(peer.name, []).append((one.cost, sum(one.requests.values())))
    versions = {"duwang": "", **{peer.name: peer.version for peer in others}}
    return [
        Speed(
            name, versions[name], median(cost.seconds for cost, _ in found), median(cost.cpu_seconds for cost, _ in found),
            median(cost.peak_mb for cost, _ in found), found[-1][1],
        )
        for name, found in costs.items()
    ]  # fmt: skip


def crawled(pages: int, seed: int) -> Size:
    """只采集 The crawl alone, all kinds that make nobody wait planted."""
    with tempfile.TemporaryDirectory() as folder, planted(pages, seed, Path(folder), left_out()) as server:
        cost = measured(
            [sys.executable, "-m", "bench.link_crawl", server.home, folder, str(pages)], Path(folder)
        )
        if cost.code:
            raise RuntimeError(f"the crawl ended with exit code {cost.code}")
        told = json.loads(cost.out)
    return Size(pages, told["snapshots"], told["seconds"], cost.peak_mb)


def table(language: str, speeds: list[Speed], links: int) -> list[str]:
    """速度表"""
    ours = speeds[0]
    lines = ["| " + " | ".join(_HEADS[language]) + " |", "|" + "---|" * len(_HEADS[language])]
    for one in speeds:
        cells = (
            one.name, one.version or "–", f"{one.seconds:.1f}", str(one.requests), f"{one.requests / one.seconds:.0f}",
            f"{one.cpu_seconds / links * 1000:.1f}", f"{one.peak_mb:.0f}", f"{one.seconds / ours.seconds:.2f}",
            f"{one.cpu_seconds / ours.cpu_seconds:.2f}", f"{one.peak_mb / ours.peak_mb:.2f}",
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def size_table(language: str, sizes: list[Size]) -> list[str]:
    """规模表"""
    lines = ["| " + " | ".join(_SIZES[language]) + " |", "|" + "---|" * len(_SIZES[language])]
    lines += [
        f"| {one.pages} | {one.snapshots} | {one.seconds:.0f} | {one.snapshots / one.seconds:.0f} | {one.peak_mb:.0f} |"
        for one in sizes
    ]
    return lines


def write(speeds: list[Speed], sizes: list[Size], links: int) -> None:
    """写入文档 The block between the markers of docs/accuracy.md and its Chinese twin."""
    for language, path in PAGES.items():
        text = path.read_text("utf-8")
        before, rest = text.split(MARKERS[0], 1)
        after = rest.split(MARKERS[1], 1)[1]
        parts = [table(language, speeds, links)] if speeds else []
        parts += [size_table(language, sizes)] if sizes else []
        told = "\n\n".join("\n".join(part) for part in parts)
        path.write_text(f"{before}{MARKERS[0]}\n\n{told}\n\n{MARKERS[1]}{after}", "utf-8")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./dev bench links", description=__doc__)
    made.add_argument(
        "--pages", type=int, default=2500, help="size of the planted portal (default 2500, at least 200)"
    )
    made.add_argument("--seed", type=int, default=1, help="another seed, the same links on other pages")
    made.add_argument(
        "--rounds", type=int, default=1, help="how often each program runs, in turns; 0: only the sizes"
    )
    made.add_argument("--sizes", type=lambda text: [int(one) for one in text.split(",") if one], default=[],
                      help="sizes of portals, with commas between, for the memory of the crawl alone, such as 2000,10000,50000")  # fmt: skip
    peer_options(made)
    return made


if __name__ == "__main__":
    sys.exit(main())
