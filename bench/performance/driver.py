"""./dev bench all: every speed of an audit, beside other programs where they are installed, and what they say of the planted dead.

Parts, each kept run by run: what is broken off goes on where it was. --write renders docs/performance.md from what is kept.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bench.auditing import ROOT
from bench.performance import growth, nights, peers, profile, rejudging, renders, verdicts
from bench.performance.kept import Kept
from bench.performance.page import write

RESULTS = ROOT / "bench-results"
PARTS: dict[str, Callable[[Kept, argparse.Namespace], bool]] = {
    "peers": peers.large,
    "slow-peers": peers.small,
    profile.PART: profile.profiled,
    "growth": growth.grown,
    "second-night": nights.compared,
    "rejudge": rejudging.rejudged,
    "verdict-first": verdicts.compared,
    "renders": renders.rendered,
}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./dev bench all", description=__doc__)
    made.add_argument(
        "--only", action="append", choices=list(PARTS), help="this part; may be given several times"
    )
    made.add_argument("--quick", action="store_true", help="small portals and one round: does it all run?")
    made.add_argument("--pages", type=int, default=10_000, help="the large portal (default 10,000)")
    made.add_argument("--slow-pages", type=int, default=1_000, help="the small portal (default 1,000)")
    made.add_argument("--sizes", default="1000,10000,50000", help="growth: portals, with commas between")
    made.add_argument("--rounds", type=int, default=5, help="how often each program runs, in turn")
    made.add_argument("--seed", type=int, default=1, help="another seed, another portal of that size")
    made.add_argument(
        "--peers", type=Path, help="folder with other programs, laid out as docs/performance.md tells"
    )
    made.add_argument(
        "--programs", help="peers, growth: only these, with commas between, such as audit,floor,wget"
    )
    made.add_argument("--py-spy", default="py-spy", help="profile: where py-spy is, when not on PATH")
    made.add_argument("--longest", type=float, default=900.0, help="seconds after which a program is stopped")
    made.add_argument(
        "--cut",
        type=float,
        default=120.0,
        help="seconds after which a slow program is stopped at the large portal",
    )
    made.add_argument(
        "--results", type=Path, default=RESULTS, help="where runs are kept (default bench-results)"
    )
    made.add_argument("--fresh", action="store_true", help="drop the runs that are kept, and begin anew")
    made.add_argument(
        "--write", action="store_true", help="write docs/performance.md, its Chinese twin and the charts"
    )
    made.add_argument("--no-runs", action="store_true", help="measure nothing: write from what is kept")
    made.add_argument("--docs", type=Path, default=ROOT / "docs", help=argparse.SUPPRESS)
    return made  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    words = parser().parse_args(arguments)
    if words.quick:
        words.pages, words.slow_pages, words.sizes, words.rounds = 100, 100, "100,300", 1
    kept = Kept(words.results)
    if words.fresh:
        kept.drop()
    chosen = [] if words.no_runs else words.only or list(PARTS)
    # every part is run, whatever another says
    right = all([run(kept, words) for name, run in PARTS.items() if name in chosen])
    if words.write:
        write(kept, words.docs)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
