"""Runs each crawl in a process of its own (a reactor cannot start twice), forked from this one so that the
libraries are loaded once.

Each line of stdin: {"task": {"plan": …, "exempt": […], "confirm": bool, "known": {url: prior}, "bodies": {snapshot id: text},
"sink_fails_at": n,
"turns": {host: [seconds to wait, …]}, "back_off": [seconds], "reads_in_threads": bool},
"env": {…}, "folder": where the child's stdout (the result as JSON) and stderr go}. Answers: pid, later exit code.
A page leads on by lines `LEAD {…}` in its text and refines its class by `OUTCOME <class>`.
"""

import json
import os
import re
import sys
import threading
import time
from pathlib import Path

import playwright.async_api  # noqa: F401 - loaded before forking
import scrapy.crawler  # noqa: F401

import crawler.patience
import crawler.settings
import crawler.spider
from crawler.guard import Guard
from crawler.run import guard_of, run
from model import CrawlPlan, Fault, FetchOutcome, Lead, Prior, Purpose, Rank, Step

LEAD = re.compile(rb"^LEAD (\{.*\})$", re.MULTILINE)
OUTCOME = re.compile(rb"^OUTCOME (\w+)", re.MULTILINE)


def crawl(task) -> None:
    plan = CrawlPlan.model_validate(task["plan"])
    followed, sunk, told, turns = [], [], [], []

    def follow(snapshot, body):
        followed.append(snapshot.id)
        if b"STUMBLE" in body:
            raise RuntimeError("reading stumbles")
        leads = [Lead.model_validate(json.loads(found)) for found in LEAD.findall(body)]
        once = snapshot.rank is not Rank.CONFIRM and snapshot.purpose is not Purpose.CONTROL
        if task.get("confirm") and snapshot.outcome.missing and once:
            leads.append(Lead(url=snapshot.url, purpose=Purpose.PROBE, rank=Rank.CONFIRM))
        found = OUTCOME.search(body)
        outcome = FetchOutcome(found[1].decode()) if found else FetchOutcome.OK
        return Step(leads=tuple(leads), outcome=outcome)

    def sink(snapshot, body):
        if task.get("sink_fails_at") == len(sunk):
            raise Fault("fault.disk_full", exit_code=1)
        row = snapshot.model_dump(mode="json")
        sunk.append(row | {"body": body[:3000].decode("latin-1"), "length": len(body), "at": time.time()})

    def known(lead):
        told = task.get("known", {}).get(lead.url)
        return Prior.model_validate(told) if told else None

    def recall(snapshot):
        body = task.get("bodies", {}).get(snapshot.id)
        return body.encode() if body is not None else None

    def turn(host):
        waits = task["turns"].get(host) or [0]
        wait = waits.pop(0) if len(waits) > 1 else waits[0]
        turns.append((time.monotonic(), host, wait))
        return wait

    class Reading:
        """A step that a thread makes known, each after its own time."""

        def __init__(self, snapshot, body):
            self.ready, self.told, self.step = False, None, lambda: follow(snapshot, body)
            threading.Timer(0.02 * (int(snapshot.id[-1]) % 4), self.done).start()

        def when_ready(self, told):
            self.told = told
            if self.ready:
                told()

        def done(self):
            self.ready = True
            if self.told:
                self.told()

    if "back_off" in task:
        crawler.patience.BACK_OFF = tuple(task["back_off"])
    asked = turn if "turns" in task else None
    result = {"fault": None, "report": None}
    guard = Guard(exempt=frozenset(task["exempt"])) if "exempt" in task else guard_of(plan)
    began = time.monotonic()
    try:
        report = run(
            plan,
            Reading if task.get("reads_in_threads") else follow,
            sink,
            known,
            lambda one: told.append(one.model_dump(mode="json")),
            guard,
            turn=asked,
            recall=recall,
        )
        result["report"] = report.model_dump(mode="json")
    except Fault as fault:
        result["fault"] = {"id": fault.message_id, "exit_code": fault.exit_code, "params": fault.params}
    result |= {"followed": followed, "progress": told, "turns": turns, "seconds": time.monotonic() - began}
    result["snapshots"] = sunk
    json.dump(result, sys.stdout)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            for number, name in ((1, "out"), (2, "err")):
                with Path(order["folder"], name).open("w") as file:
                    os.dup2(file.fileno(), number)
            os.environ.update(order["env"])
            crawl(order["task"])
            sys.stdout.flush()
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


main()
