"""只采集 The crawl of an audit alone, as `audit.run` makes it, in a process of its own: for its memory.

`python -m bench.link_crawl HOME FOLDER PAGES` prints {"snapshots", "seconds", "stop"} as JSON.
"""

import json
import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import crawler
from audit.conclude import moment_of
from audit.run import seeds, user_agent
from checks import load_checks, params_of, subjects_of
from fixtures.planted.words import AS_OF
from model import BrowserUse, CrawlPlan, Limits, Pace, Run, Site
from reading import READER_VERSION, Guide
from rules import column_directory, load_pack, longest_period
from storage import BatchSink, open_store

PACK = Path(__file__).parent.parent / "fixtures" / "planted" / "links.yaml"


def main(home: str, folder: Path, pages: int) -> None:
    site = Site(home=home)
    checks = dict(load_checks())
    pack = load_pack(str(PACK), params_of(checks), subjects_of(checks))
    moment = moment_of(AS_OF)
    plan = CrawlPlan(
        run_id="R-crawl",
        hosts=(site.host,),
        seeds=seeds(site),
        limits=Limits(max_pages=pages * 3 + 3000, max_seconds=6 * 3600, confirm_seconds=1, max_external=0),
        pace=Pace(delay=0, concurrency=2, autothrottle=False),
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
        guide = Guide(site, column_directory(), moment, longest_period(pack))
        sink = BatchSink(store)
        try:
            report = crawler.crawl(plan, guide.step, sink, lambda _url: None)
        finally:
            sink.close()
    seconds = (report.ended_at - report.started_at).total_seconds()
    print(
        json.dumps({"snapshots": sum(report.outcomes.values()), "seconds": seconds, "stop": str(report.stop)})
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
