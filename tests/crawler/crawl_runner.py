"""Runs one crawl in a process of its own (a reactor cannot start twice) and prints what came of it as JSON.

stdin: {"plan": …, "exempt": […], "confirm": bool, "known": {url: etag}, "count_only": bool, "sink_fails_at": n}
A page leads on by lines `LEAD {…}` in its text and refines its class by `OUTCOME <class>`.
"""

import json
import re
import sys
import time

from crawler.guard import Guard
from crawler.run import guard_of, run
from model import CrawlPlan, Fault, FetchOutcome, Lead, Purpose, Rank, Step, Validators

LEAD = re.compile(rb"^LEAD (\{.*\})$", re.MULTILINE)
OUTCOME = re.compile(rb"^OUTCOME (\w+)", re.MULTILINE)


def main() -> None:
    task = json.load(sys.stdin)
    plan = CrawlPlan.model_validate(task["plan"])
    followed, sunk, told = [], [], []

    def follow(snapshot, body):
        followed.append(snapshot.id)
        if b"STUMBLE" in body:
            raise RuntimeError("reading stumbles")
        leads = [Lead.model_validate(json.loads(found)) for found in LEAD.findall(body)]
        if task.get("confirm") and snapshot.outcome.missing and snapshot.rank is not Rank.CONFIRM:
            leads.append(Lead(url=snapshot.url, purpose=Purpose.PROBE, rank=Rank.CONFIRM))
        found = OUTCOME.search(body)
        outcome = FetchOutcome(found[1].decode()) if found else FetchOutcome.OK
        return Step(leads=tuple(leads), outcome=outcome)

    def sink(snapshot, body):
        if task.get("sink_fails_at") == len(sunk):
            raise Fault("fault.disk_full", exit_code=1)
        row = snapshot.model_dump(mode="json")
        sunk.append(row | {"body": body[:3000].decode("latin-1"), "length": len(body), "at": time.time()})

    def known(url):
        etag = task.get("known", {}).get(url)
        return Validators(etag=etag) if etag else None

    result = {"fault": None, "report": None}
    guard = Guard(exempt=frozenset(task["exempt"])) if "exempt" in task else guard_of(plan)
    began = time.monotonic()
    try:
        report = run(plan, follow, sink, known, lambda one: told.append(one.model_dump(mode="json")), guard)
        result["report"] = report.model_dump(mode="json")
    except Fault as fault:
        result["fault"] = {"id": fault.message_id, "exit_code": fault.exit_code, "params": fault.params}
    result |= {"followed": followed, "progress": told, "seconds": time.monotonic() - began}
    result["snapshots"] = len(sunk) if task.get("count_only") else sunk
    json.dump(result, sys.stdout)


main()
