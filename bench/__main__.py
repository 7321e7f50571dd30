"""./dev bench [audit|reading|storage|judge]: prints figures with the machine they were measured on. All four by default.

./dev bench links looks at links alone, beside other programs: see ./dev bench links --help.
./dev bench second-night audits a portal night after night, incrementally and wholly: see its --help.
./dev bench roster takes a roster of ten thousand rows in and out again.
./dev bench all measures every speed, beside other programs, and writes docs/performance.md: see ./dev bench all --help.
./dev bench country audits a whole simulated country, with --faults under trouble: see ./dev bench country --help.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench import accuracy, accuracy_links, links, roster, second_night
from bench.auditing import Audited, Cost, audited, budget, measured
from bench.judging import Judged, growth_lines, judged, judged_lines
from bench.labels import saved_sites
from bench.performance import driver
from bench.portal import Truth, build
from bench.reading_shares import shares
from bench.reading_speed import Stored, folder_pages, generated_pages, reading_speed, real_pages, stored
from bench.serving import served
from bench.storage_speed import storage_speed


def main() -> int:
    if sys.argv[1:3] == ["accuracy", "links"]:
        return accuracy_links.main(sys.argv[3:])
    if sys.argv[1:2] == ["links"]:
        print(_machine())
        return links.main(sys.argv[2:])
    if sys.argv[1:2] == ["roster"]:
        print(_machine())
        return roster.main(sys.argv[2:])
    if sys.argv[1:2] == ["second-night"]:
        print(_machine())
        return second_night.main(sys.argv[2:])
    if sys.argv[1:2] == ["all"]:
        print(_machine())
        return driver.main(sys.argv[2:])
    if sys.argv[1:2] == ["country"]:
        from bench.country import driver as country  # Linux only, and psycopg is an extra

        return country.main(sys.argv[2:])
    if sys.argv[1:2] == ["accuracy"]:
        return accuracy.main(sys.argv[2:])
    words = _parser().parse_args()
    print(_machine())
    steps: dict[str, Callable[[argparse.Namespace], bool]] = {
        "audit": _audit,
        "reading": _reading,
        "storage": _storage,
        "judge": _judge,
    }
    chosen = [words.what] if words.what else list(steps)
    return 0 if all([steps[name](words) for name in chosen]) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("audit", "reading", "storage", "judge"), help="default: all four"
    )
    parser.add_argument(
        "--pages", type=int, default=1000, help="size of the generated portal (default 1000, at least 100)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another portal of that size")
    parser.add_argument(
        "--rounds", type=int, default=3, help="audit: how often each program runs, in turns (default 3)"
    )
    parser.add_argument(
        "--no-stock", action="store_true", help="audit: leave out the comparison with a stock Scrapy spider"
    )
    parser.add_argument("--folder", type=Path, help="reading: HTML pages of this folder")
    parser.add_argument(
        "--generated",
        action="store_true",
        help="reading: generated pages even where saved real sites are at hand",
    )
    parser.add_argument(
        "--db", help="storage: a PostgreSQL database kept for this purpose instead of a new SQLite file"
    )
    return parser


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0]
    return (
        f"machine: {platform.system()} {platform.machine()}, {usable} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}, load {load:.1f} before the start"
    )


def _audit(words: argparse.Namespace) -> bool:
    truth = build(words.pages, words.seed).truth
    print(f"\naudit: {truth.pages} pages, {len(truth.dead)} dead targets, {len(truth.redirects)} redirects, "
          f"{len(truth.gbk)} pages in GBK, {len(truth.attachments)} attachments and images; median of {words.rounds}")  # fmt: skip
    audits: list[Audited] = []
    stocks: list[Cost] = []
    with served(words.pages, words.seed) as server, tempfile.TemporaryDirectory() as folder:
        for number in range(words.rounds):
            place = Path(folder) / str(number)
            place.mkdir()
            audits.append(audited(server, place, budget(words.pages)))
            if not words.no_stock:
                stocks.append(measured([sys.executable, "-m", "bench.stock", server.home], place))
    _tell_audit(audits)
    right = all([_tell_dead(number, one, truth) for number, one in enumerate(audits, start=1)])
    if stocks:
        _tell_stock(audits, stocks, truth)
    return right


def _tell_audit(audits: list[Audited]) -> None:
    one = audits[-1]
    figures = {
        "whole audit": f"{median(x.snapshots / x.cost.seconds for x in audits):.0f} snapshots/s ({median(x.cost.seconds for x in audits):.1f} s)",
        "crawl step": f"{median(x.snapshots / x.crawl_seconds for x in audits):.0f} snapshots/s ({median(x.crawl_seconds for x in audits):.1f} s)",
        "CPU": f"{median(x.cost.cpu_seconds / x.snapshots * 1000 for x in audits):.1f} s per 1,000 snapshots",
        "peak memory": f"{median(x.cost.peak_mb for x in audits):.0f} MB",
        "requests": f"{one.requests} for {one.snapshots} snapshots and {one.verdicts} verdicts: {one.requests / one.verdicts:.2f} a verdict",
        "crawl ended": one.stop,
    }
    for name, figure in figures.items():
        print(f"  {name:<12} {figure}")


def _tell_dead(number: int, one: Audited, truth: Truth) -> bool:
    missing, extra = sorted(set(truth.dead) - set(one.dead)), sorted(set(one.dead) - set(truth.dead))
    parents = sorted(path for path in set(truth.dead) & set(one.dead) if truth.dead[path] != one.dead[path])
    print(f"  dead links   round {number}: {len(set(truth.dead) & set(one.dead))} of {len(truth.dead)} found, {len(extra)} accused wrongly, "
          f"{len(parents)} with other parents than planted")  # fmt: skip
    for label, paths in (("not found", missing), ("accused wrongly", extra), ("other parents", parents)):
        for path in paths:
            print(f"    {label}: {path}")
    return not (missing or extra or parents)


def _tell_stock(audits: list[Audited], stocks: list[Cost], truth: Truth) -> None:
    told = json.loads(stocks[-1].out)
    print(f"  stock Scrapy spider (LinkExtractor, its own defaults; keeps, reads and judges nothing): "
          f"{told['pages']} pages, {len(set(told['dead']) & set(truth.dead))} of {len(truth.dead)} dead targets seen once")  # fmt: skip
    time = median(x.cost.seconds / stock.seconds for x, stock in zip(audits, stocks, strict=True))
    processor = median(
        x.cost.cpu_seconds / stock.cpu_seconds for x, stock in zip(audits, stocks, strict=True)
    )
    print(f"  whole audit / stock spider: {time:.2f} of its time, {processor:.2f} of its CPU seconds")


def _reading(words: argparse.Namespace) -> bool:
    pages, what = _pages(words)
    if not pages:
        print(f"no HTML pages under {words.folder}", file=sys.stderr)
        return False
    speed = reading_speed(pages)
    print(f"\nreading: {speed.pages} pages ({what}), {speed.megabytes:.1f} MB, one process, by CPU time")
    for name, count, seconds in (
        ("facts", speed.pages, speed.facts_seconds),
        ("crawl pass", speed.pages, speed.guide_seconds),
        *((f"  {kind}", *share) for kind, share in sorted(speed.kinds.items())),
    ):
        print(
            f"  {name:<12} {count / seconds:5.0f} pages/s, {seconds / count * 1000:5.1f} ms a page, {count} pages"
        )
    named = [(name, share) for name, share in shares(pages).items() if share >= 0.01]
    print("  time by reader: " + ", ".join(f"{name} {share:.0%}" for name, share in named))
    print(f"  BeautifulSoup: {len(speed.repaired)} pages that lxml refused whole (reading/tree.py)")
    for url in speed.repaired[:20]:
        print(f"    {url}")
    return True


def _pages(words: argparse.Namespace) -> tuple[list[Stored], str]:
    """A folder that was named, else the saved real sites, else the generated portal."""
    if words.folder:
        return stored(folder_pages(words.folder, 5000)), "a folder"
    real = saved_sites()
    if real is not None and not words.generated:
        return real_pages(real), "saved real sites"
    return stored(generated_pages(words.pages, words.seed)), "generated"


def _storage(words: argparse.Namespace) -> bool:
    speed = storage_speed(words.pages, words.seed, words.db)
    print(
        f"\nstorage: {speed.snapshots} snapshots, {speed.body_mb:.1f} MB of bodies, {'PostgreSQL' if words.db else 'SQLite'}"
    )
    print(
        f"  kept         {speed.snapshots / speed.keep_seconds:.0f} snapshots/s, {speed.body_mb / speed.keep_seconds:.0f} MB/s"
    )
    print(f"  read back    {speed.snapshots / speed.read_seconds:.0f} snapshots/s")
    print(f"  archive      {speed.archive_mb:.1f} MB, {speed.archive_mb / speed.body_mb:.2f} of the bodies")
    return True


def _judge(words: argparse.Namespace) -> bool:
    one = judged(words.pages, words.seed)
    print()
    print("\n".join(judged_lines(one)))
    known: dict[int, Judged] = {words.pages: one}
    for line in growth_lines(
        [words.pages // 4, words.pages // 2, words.pages, words.pages * 2],
        lambda size: known.get(size) or judged(size, words.seed),
    ):
        print(line, flush=True)
    return not one.crashed


if __name__ == "__main__":
    sys.exit(main())
