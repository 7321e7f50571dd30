"""一夜之查 One audit as a night makes it, in a process of its own: `python -m bench.one_night HOME FOLDER AS_OF full|again MOST_PAGES`.

Prints what it cost and found as JSON. The CPU seconds are those of the audit alone: a night starts no process for a site
and writes no report.
"""

import json
import resource
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import crawler.run
import crawler.spider  # noqa: F401 - loaded before the clock starts, as a worker has long done
from audit.run import Request, audit
from checks import load_checks, params_of, subjects_of
from model import BrowserUse, Limits, Pace, Site
from rules import DEFAULT_PACK, load_pack
from storage import open_store

DATABASE = "nights.sqlite3"
CODE = "9901990001"  # the site's code: its key is the same on whichever port it is served


def cpu_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main(home: str, folder: str, as_of: str, kind: str, most_pages: str) -> None:
    checks = dict(load_checks())
    pack = load_pack(DEFAULT_PACK, params_of(checks), subjects_of(checks))
    request = Request(
        site=Site(home=home, site_code=CODE), as_of=datetime.fromisoformat(as_of), full=kind == "full", external=False,
        allow_private=True, browser=BrowserUse.NO, limits=Limits(max_pages=int(most_pages), confirm_seconds=1),
        pace=Pace(delay=0, autothrottle=False),
    )  # fmt: skip
    with closing(open_store(f"sqlite:///{(Path(folder) / DATABASE).as_posix()}")) as store:
        before = cpu_seconds()
        result = audit(request, [pack], checks, store)
        spent = cpu_seconds() - before
        report = store.crawl_report(result.run.id)
    assert report is not None  # noqa: S101 - a finished run has one
    found = [
        (one.verdict.rule_id, one.verdict.locus, one.verdict.outcome, one.verdict.measured)
        for one in result.findings
    ]
    told = {
        "cpu": spent,
        "carried": report.carried,
        "full": report.full,
        "distrusted": report.distrusted,
        "found": found,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:6])
