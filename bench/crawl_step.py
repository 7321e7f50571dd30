"""采集一步 The crawl of an audit alone, in a process of its own: requests, archive, rows, and what follows from each page.

`python -m bench.crawl_step HOME FOLDER PAGES live|bare` prints {"snapshots", "seconds", "stop", "broken"} as JSON.
`live`: with the reading that an audit does while it crawls, beside it where there is another core. `bare`: a plain pattern
finds the links, so that what is measured is the machinery: manners, queue, requests, snapshots, archive and rows.
"""

import json
import os
import re
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import crawler
from audit.conclude import moment_of
from audit.live_pass import LivePass
from audit.run import seeds, user_agent
from bench.portal import AS_OF
from checks import load_checks, params_of, subjects_of
from model import (
    Body,
    BrowserUse,
    CrawlPlan,
    FetchOutcome,
    Follow,
    Lead,
    Limits,
    Pace,
    Purpose,
    Rank,
    Run,
    Site,
    Snapshot,
    Step,
)
from reading import READER_VERSION, Guide
from rules import DEFAULT_PACK, column_directory, load_pack, longest_period
from storage import BatchSink, open_store

_LINKS = re.compile(rb'(?:href|src)="([^"#]+)"')
_HTML = "text/html"
_MADE_UP = (Purpose.SIBLING, Purpose.CONTROL)
_BROKEN = (FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.SERVER_ERROR, FetchOutcome.UNREACHABLE)


class Bare:
    """照单 Every link of every page once, found by a pattern and by nothing else."""

    def __init__(self, home: str) -> None:
        self._host = urlsplit(home).netloc
        self._seen: set[str] = {home}

    def step(self, snapshot: Snapshot, body: Body) -> Step:
        if snapshot.status != 200 or _HTML not in snapshot.headers.get("content-type", ""):
            return Step(outcome=snapshot.outcome)
        leads = []
        for found in dict.fromkeys(_LINKS.findall(bytes(body))):
            url = urljoin(snapshot.final_url, found.decode("latin-1"))
            if url not in self._seen and urlsplit(url).netloc == self._host:
                self._seen.add(url)
                purpose = Purpose.ARTICLE if url.endswith((".html", "/")) else Purpose.PROBE
                leads.append(Lead(url=url, purpose=purpose, rank=Rank.SURVEY, found_on=snapshot.final_url))
        return Step(leads=tuple(leads), outcome=snapshot.outcome)


def main(home: str, folder: Path, pages: int, kind: str) -> None:
    site = Site(home=home)
    checks = dict(load_checks())
    pack = load_pack(DEFAULT_PACK, params_of(checks), subjects_of(checks))
    moment = moment_of(AS_OF)
    plan = CrawlPlan(
        run_id="R-crawl",
        hosts=(site.host,),
        seeds=seeds(site),
        limits=Limits(max_pages=pages * 3 + 500, max_seconds=6 * 3600, confirm_seconds=1, max_external=0),
        pace=Pace(delay=0, autothrottle=False),
        user_agent=user_agent(None),
        allow_private=True,
        browser=BrowserUse.NO,
    )
    run = Run(
        id=plan.run_id, site=site, pack_id=pack.id, pack_version=pack.version, pack_digest=pack.digest, as_of=moment.as_of.astimezone(UTC),
        started_at=datetime.now(UTC), version="bench", reader=READER_VERSION, pid=os.getpid(), machine="bench",
    )  # fmt: skip
    with closing(open_store(f"sqlite:///{(folder / 'crawl.sqlite3').as_posix()}")) as store:
        store.keep_pack(pack)
        store.begin_run(run)
        guide = Guide(site, column_directory(), moment, longest_period(pack), survey=True)
        live = LivePass(guide, store.archive.folder, site, column_directory())
        follow: Follow = live.follow if kind == "live" else Bare(home).step
        sink = BatchSink(store)
        try:
            report = crawler.crawl(plan, follow, sink, lambda _url: None)
        finally:
            live.close()
            sink.close()
        broken = [one.url for one in store.snapshots(run.id) if _is_broken(one)]
    told = {
        "snapshots": sum(report.outcomes.values()),
        "seconds": (report.ended_at - report.started_at).total_seconds(),
        "stop": str(report.stop),
        "broken": broken,
    }
    print(json.dumps(told))


def _is_broken(snapshot: Snapshot) -> bool:
    """Of what a page links to: made-up addresses are asked for so as to know how the host says no."""
    return (
        snapshot.outcome in _BROKEN and snapshot.purpose not in _MADE_UP and not snapshot.url.endswith(".xml")
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
