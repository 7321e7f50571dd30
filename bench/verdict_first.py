"""先判 What share of a whole crawl's requests decides the rules on columns: freshness, what is required, what is empty.

`python -m bench.verdict_first` audits the demo portal and, where saved real sites are at hand, two of those: wholly, and
by a quick look (`--quick`). It prints JSON: requests of either, the columns that verdicts are about, each of which must be
read, and whether every verdict both came to is the same.
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from audit.demo import served_demo
from bench.auditing import measured
from bench.labels import saved_sites
from checks import load_checks
from model import Outcome, Reach, Run, Subject, Verdict
from rules import reach_of
from storage import open_store
from tests.whole.saved_site import SavedSite, served

MIRRORS = ("daozhen_rsj", "sichuan_edu")
MIRRORED_ON = "2021-01-13"
_INNOCENT = (Outcome.PASS, Outcome.NOT_APPLICABLE)
Verdicts = dict[tuple[str, str], Verdict]


def compared() -> Iterator[dict[str, Any]]:
    """比较 Every site that is at hand."""
    for name, serve, as_of in _sites():
        with tempfile.TemporaryDirectory(prefix="duwang-bench-") as folder:
            whole, quick = Path(folder) / "whole", Path(folder) / "quick"
            with serve() as home:
                before, all_of_them = _audited(home, as_of, whole)
            with serve() as home:
                run, few = _audited(home, as_of, quick, "--quick")
        yield {"name": name, **_told(before, all_of_them, run, few)}


def _told(before: Run, whole: Verdicts, run: Run, quick: Verdicts) -> dict[str, Any]:
    if before.coverage is None or run.coverage is None:
        raise RuntimeError("an audit counted nothing")
    near = {place: one for place, one in whole.items() if reach_of(one.check) <= Reach.COLUMNS}
    soon = {place: one for place, one in quick.items() if reach_of(one.check) <= Reach.COLUMNS}
    unlike = [place for place, one in soon.items() if place not in near or _said(near[place]) != _said(one)]
    # pages that no menu, list or platform leads to: a quick look does not come there; none of them may be accused
    left = [place for place, one in near.items() if place not in soon and one.outcome not in _INNOCENT]
    return {
        "full_requests": before.coverage.requests,
        "requests": run.coverage.requests,
        "needed": run.coverage.needed,
        "columns": len(_columns(near.values())),
        "decided": len(soon),
        "of": len(near),
        "findings": sum(1 for one in near.values() if one.outcome is Outcome.FAIL),
        "identical": not unlike and not left,
        "unlike": [list(place) for place in (*unlike, *left)][:20],
    }


def _columns(verdicts: Iterable[Verdict]) -> set[str]:
    """The addresses that a verdict is about, one by one: no way of asking that asks for fewer sees them all."""
    known = load_checks()
    return {one.url for one in verdicts if known[one.check].SUBJECT is Subject.COLUMN and one.url}


def _said(verdict: Verdict) -> tuple[object, ...]:
    return verdict.locus, verdict.outcome, verdict.message_id, verdict.measured, verdict.newest


def _audited(home: str, as_of: str, folder: Path, *words: str) -> tuple[Run, Verdicts]:
    folder.mkdir()
    address = f"sqlite:///{(folder / 'bench.sqlite3').as_posix()}"
    cost = measured(
        [sys.executable, "-m", "cli", "audit", home, "--allow-private", "--no-browser", "--no-external", "--delay", "0", "--confirm-after", "1", "--json",
         "--as-of", as_of, "--db", address, "--out", str(folder / "out"), *words],
        folder,
    )  # fmt: skip
    if cost.code not in (0, 2):
        raise RuntimeError(f"the audit ended with exit code {cost.code}")
    with closing(open_store(address, create=False)) as store:
        run = next(iter(store.runs()))
        return run, {(one.rule_id, one.locus): one for one in store.verdicts(run.id)}


def _sites() -> Iterator[tuple[str, Any, str]]:
    with served_demo() as portal:
        as_of = portal.as_of.isoformat()
    yield "demo", _demo, as_of
    if (folder := saved_sites()) is not None:
        for name in MIRRORS:
            yield name, lambda name=name: served(SavedSite(folder / "mirrors" / name)), MIRRORED_ON


@contextmanager
def _demo() -> Iterator[str]:
    with served_demo() as portal:
        yield portal.site.home


if __name__ == "__main__":
    print(json.dumps({"sites": list(compared())}, ensure_ascii=False))
