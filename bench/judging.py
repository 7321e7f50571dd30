"""判定速度 A stored crawl of the generated portal judged under every pack that comes with duwang, in a process of its own."""

import json
import logging
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from audit.conclude import conclude, moment_of
from audit.replay import restored
from bench.auditing import audited, budget, measured
from bench.serving import served
from checks import ALL, params_of
from model import CheckModule
from rules import load_pack, packs
from storage import open_store

SLOWEST = 5


class Judged(NamedTuple):
    """判定一遍 Every pack once over one stored crawl: CPU seconds, by pack and by check; memory in MB.

    `read_mb` is the peak before the first pack, `peak_mb` the peak after the last.
    """

    pages: int
    columns: int
    rows: int
    links: int
    rules: int
    verdicts: int
    crashed: int
    seconds: float
    by_pack: dict[str, float]
    by_check: dict[str, float]
    read_mb: float
    peak_mb: float


def judged(pages: int, seed: int) -> Judged:
    """量判定 Crawl a portal of that size once, then judge what was stored. RuntimeError when either could not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(pages, seed) as server:
            audited(server, folder, budget(pages))
        cost = measured(
            [sys.executable, "-m", "bench.judging", f"sqlite:///{(folder / 'bench.sqlite3').as_posix()}"],
            folder,
        )
    if cost.code:
        raise RuntimeError(f"judging ended with exit code {cost.code}")
    return Judged(*json.loads(cost.out))


def _judge(url: str) -> Judged:
    logging.disable(logging.CRITICAL)  # a check that crashes is counted, not told of a thousand times
    spent: Counter[str] = Counter()
    checks = {name: _timed(name, check, spent) for name, check in ALL.items()}
    loaded = [load_pack(card.id, params_of(ALL)) for card in packs()]
    with closing(open_store(url, create=False)) as store:
        run = store.last_finished_run()
        if run is None:
            raise RuntimeError("there is no finished run")
        observation = restored(store, run, moment_of(run.as_of))
    read_mb = _peak()
    by_pack: dict[str, float] = {}
    counts: Counter[str] = Counter()
    for pack in loaded:
        began = time.process_time()
        result = conclude(run, observation, pack, checks, {})
        by_pack[pack.id] = time.process_time() - began
        counts.update(str(verdict.outcome) for verdict in result.verdicts)
    return Judged(
        pages=len(observation.pages), columns=len(observation.columns),
        rows=sum(len(column.items or ()) for column in observation.columns), links=len(observation.links),
        rules=sum(len(pack.rules) for pack in loaded), verdicts=counts.total(), crashed=counts["crashed"],
        seconds=sum(by_pack.values()), by_pack=by_pack, by_check=dict(spent), read_mb=read_mb, peak_mb=_peak(),
    )  # fmt: skip


def _timed(name: str, check: CheckModule, spent: Counter[str]) -> CheckModule:
    """The same check with a clock: all its answers are drawn while it runs."""

    def judge(subject: Any, params: Any, moment: Any) -> Iterator[Any]:
        began = time.process_time()
        try:
            return iter(list(check.judge(subject, params, moment)))
        finally:
            spent[name] += time.process_time() - began  # type: ignore[assignment] # seconds are no whole numbers

    parts = {
        part: getattr(check, part)
        for part in ("SUBJECT", "NEEDS", "Params", "ITEMWISE", "__doc__")
        if hasattr(check, part)
    }
    return cast(CheckModule, SimpleNamespace(**parts, judge=judge))


def _peak() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1024 / (1024 if sys.platform == "darwin" else 1)


def judged_lines(one: Judged) -> Iterator[str]:
    """一次结果 What was judged, how fast, in how much memory, and which checks took the time."""
    yield (
        f"judging: {one.pages} pages, {one.columns} columns, {one.rows} rows, {one.links} links; "
        f"{len(one.by_pack)} packs, {one.rules} rules"
    )
    yield f"  judged       {one.verdicts} subjects in {one.seconds:.1f} CPU s, {one.verdicts / one.seconds:.0f} subjects/s"
    if one.crashed:
        yield f"  crashed      {one.crashed} of them: a check failed, so the figures flatter"
    yield f"  memory       peak {one.peak_mb:.0f} MB; {one.read_mb:.0f} MB once the pages were read"
    slow = sorted(one.by_pack.items(), key=lambda pack: -pack[1])[:SLOWEST]
    yield "  packs        " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in slow)
    slow = sorted(one.by_check.items(), key=lambda check: -check[1])[:SLOWEST]
    yield "  checks       " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in slow)


def growth_lines(sizes: list[int], measure: Callable[[int], Judged]) -> Iterator[str]:
    """增长 Portals each about twice the last: cost that grows with the site stays near the ratio of the pages."""
    yield "growth: pages, CPU seconds, ms a page, times the pages before, times the seconds before"
    before: Judged | None = None
    for size in sizes:
        one = measure(size)
        ratios = (
            ""
            if before is None
            else f"  ×{one.pages / before.pages:.2f}  ×{one.seconds / before.seconds:.2f}"
        )
        yield f"  {one.pages:6}  {one.seconds:7.2f} s  {one.seconds / one.pages * 1000:6.2f} ms{ratios}"
        before = one


if __name__ == "__main__":
    print(json.dumps(_judge(sys.argv[1])))
