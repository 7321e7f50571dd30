"""我方查链 One whole `duwang audit` of the planted portal, in a process of its own, and what it said of the links."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from audit.conclude import moment_of
from audit.replay import restored
from bench.auditing import ROOT, Cost, measured
from bench.link_scores import Said
from bench.planted_process import PlantedProcess
from fixtures.planted.words import AS_OF
from model import Outcome
from storage import open_store

PACK = ROOT / "fixtures" / "planted" / "links.yaml"
_UNSEEN = (Outcome.NOT_OBSERVED, Outcome.BLOCKED)


class Looked(NamedTuple):
    """一次查链 `stop` is why its crawl ended."""

    said: Said
    cost: Cost
    requests: dict[str, int]
    stop: str
    browser: str | None  # version of the browser that was used


def looked(server: PlantedProcess, folder: Path, pages: int, *, browser: bool, confirm: float = 2) -> Looked:
    """查一遍 With a new database in `folder`. RuntimeError when the audit could not do its work."""
    server.reset()
    address = f"sqlite:///{(folder / 'links.sqlite3').as_posix()}"
    words = [sys.executable, "-m", "cli", "audit", server.home, "--allow-private", "--delay", "0", "--confirm-after", str(confirm),
             "--external-delay", "0.5", "--pack", str(PACK), "--as-of", AS_OF.isoformat(), "--max-pages", str(pages * 3 + 3000), "--json",
             "--db", address, "--out", str(folder / "out"), *([] if browser else ["--no-browser"])]  # fmt: skip
    cost = measured(words, folder)
    if cost.code not in (0, 2):
        raise RuntimeError(f"the audit ended with exit code {cost.code}: {cost.out[-300:]}")
    requests = server.requests()
    run_id = json.loads(cost.out)["run"]["id"]
    with closing(open_store(address)) as store:
        run, report = store.run(run_id), store.crawl_report(run_id)
        verdicts = store.verdicts(run_id)
        # where a browser drew every page, verdicts alone tell what could not be checked
        unread = () if browser else restored(store, run, moment_of(AS_OF)).coverage.unread
    if report is None:
        raise RuntimeError("the audit kept no crawl report")
    told = {
        outcome: tuple(one.url or one.locus for one in verdicts if one.outcome is outcome)
        for outcome in Outcome
    }
    unchecked = (*(one.url for one in unread), *(url for outcome in _UNSEEN for url in told[outcome]))
    return Looked(
        said=Said(told[Outcome.FAIL], told[Outcome.UNSURE], unchecked),
        cost=cost,
        requests=requests,
        stop=str(report.stop),
        browser=report.browser.version if browser else None,
    )
