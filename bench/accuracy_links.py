"""./dev accuracy links: what an audit says of the planted portal, kind by kind, beside other link checkers on the same portal.

Fails when a fault is missed, when anything innocent is accused, or when what only a browser can see is not listed
as unchecked without one.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.auditing import ROOT
from bench.link_audit import Looked, looked
from bench.link_peers import Ran, peer_options, peers, ran
from bench.link_scores import Scores, scored
from bench.link_tables import Column, block, faults_of, terminal
from bench.planted_process import planted

MARKERS = ("<!-- ./dev accuracy links: begin -->", "<!-- ./dev accuracy links: end -->")
# What is seen while a site asks for time does not count, so that a link may be left with one vote and only asked about
# until the next night. tests/whole/test_votes_over_time.py shows that over runs; here everything must be told in one.
LEFT_OUT = ("throttled_429",)
PAGES = {"en": ROOT / "docs" / "accuracy.md", "zh_CN": ROOT / "docs" / "accuracy.zh-CN.md"}


def main(arguments: list[str] | None = None) -> int:
    words = parser().parse_args(arguments)
    without = tuple(filter(None, words.without.split(",")))  # empty: everything is planted
    columns, right = ours(words.pages, words.seed, without, browser=not words.no_browser)
    if words.peers:
        columns += theirs(words.pages, words.seed, without, words.linkchecker, words.node_modules)
    print(terminal(columns))
    if words.write:
        write(words.pages, words.seed, columns)
    return 0 if right else 1


def ours(pages: int, seed: int, without: tuple[str, ...], *, browser: bool) -> tuple[list[Column], bool]:
    """我方 An audit with a browser, where there is one, and one without; and whether both are right."""
    columns = []
    with tempfile.TemporaryDirectory() as folder, planted(pages, seed, Path(folder), without) as server:
        for number, drawn in enumerate((True, False) if browser else (False,)):
            place = Path(folder) / str(number)
            place.mkdir()
            seen = looked(server, place, pages, browser=drawn)
            scores = scored(server.planted, seen.said)
            columns.append(column(seen, scores, drawn=drawn))
    wrong = [line for one in columns for line in faults_of(one)]
    print("\n".join(wrong))
    return columns, not wrong


def column(seen: Looked, scores: Scores, *, drawn: bool) -> Column:
    """我方一栏"""
    with_browser = drawn and seen.browser is not None
    name = "duwang" if with_browser else "duwang, no browser"
    return Column(
        name,
        f"Chromium {seen.browser}" if with_browser else "",
        scores,
        seen.cost,
        seen.requests,
        ours=True,
        browser=with_browser,
    )


def theirs(
    pages: int, seed: int, without: tuple[str, ...], linkchecker: str | None, modules: Path | None
) -> list[Column]:
    """同类工具各栏 One after another, each on a portal that has just been begun anew."""
    columns = []
    for peer in peers(linkchecker, modules):
        left_out = (*without, *peer.without)
        with tempfile.TemporaryDirectory() as folder, planted(pages, seed, Path(folder), left_out) as server:
            one: Ran = ran(peer, server, Path(folder))
            columns.append(
                Column(peer.name, peer.version, scored(server.planted, one.said), one.cost, one.requests, failed=one.failed,
                       without=peer.without)
            )  # fmt: skip
    return columns


def write(pages: int, seed: int, columns: list[Column]) -> None:
    """写入文档 The block between the markers of docs/accuracy.md and its Chinese twin."""
    for language, path in PAGES.items():
        text = path.read_text("utf-8")
        before, rest = text.split(MARKERS[0], 1)
        after = rest.split(MARKERS[1], 1)[1]
        told = block(language, pages, seed, columns)
        path.write_text(f"{before}{MARKERS[0]}\n\n{told}\n\n{MARKERS[1]}{after}", "utf-8")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./dev accuracy links", description=__doc__)
    made.add_argument(
        "--pages", type=int, default=2500, help="size of the planted portal (default 2500, at least 200)"
    )
    made.add_argument("--seed", type=int, default=1, help="another seed, the same links on other pages")
    made.add_argument(
        "--without", default=",".join(LEFT_OUT), help="kinds that are not to be planted, with commas between"
    )
    made.add_argument("--no-browser", action="store_true", help="only the audit without a browser")
    made.add_argument(
        "--peers", action="store_true", help="other link checkers as well, those that are installed"
    )
    peer_options(made)
    return made


if __name__ == "__main__":
    sys.exit(main())
