"""Several crawls in one process, on a reactor that already runs."""

import json
import os
import subprocess
import sys

CODE = """
import asyncio, json, sys
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from twisted.internet import reactor
from crawler import crawl_async
from model import CrawlPlan, Step

async def main():
    async def one(text):
        plan = CrawlPlan.model_validate(text)
        sunk = []
        report = await crawl_async(plan, lambda s, b: Step(), lambda s, b: sunk.append(s), lambda url: None)
        return [report.stop, [(s.id, s.outcome) for s in sunk]]

    results = await asyncio.gather(*(one(text) for text in json.load(sys.stdin)))
    json.dump(results, sys.stdout)

def begin():
    asyncio.ensure_future(main()).add_done_callback(lambda task: (task.result(), reactor.stop()))

reactor.callWhenRunning(begin)
reactor.run()
"""


def test_each_keeps_to_its_own_plan_and_guard(origin_of, tools):
    origin = origin_of()
    free = tools.task_of([tools.lead(origin.url(f"/ok/{n}")) for n in range(20)], run_id="free")["plan"]
    held = tools.task_of([tools.lead(origin.url("/ok/held"))], run_id="held", exempt=[])["plan"]
    limited = tools.task_of([tools.lead(origin.url(f"/ok/l{n}")) for n in range(20)], limits={"max_pages": 4})
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        input=json.dumps([free, held, {**limited["plan"], "run_id": "few"}]),
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(tools.ROOT)},
    )
    assert done.returncode == 0, done.stderr
    first, second, third = json.loads(done.stdout)
    assert first == ["finished", [[f"free/{n:06d}", "ok"] for n in range(1, 21)]]
    assert second == ["finished", [["held/000001", "skipped_private"]]]
    assert third == ["max_pages", [[f"few/{n:06d}", "ok"] for n in range(1, 5)]]
    assert "/ok/held" not in origin.paths() and done.stderr == ""
