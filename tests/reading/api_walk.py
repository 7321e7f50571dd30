"""A light crawl over HTTP: every lead of the Guide is fetched, POST and headers as it says, and read."""

import heapq
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import NamedTuple

from model import (
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    Lead,
    Moment,
    Observation,
    PageFacts,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
    StopReason,
)
from reading import Contents, Guide, glance_of, observe, read, wants_page

AT = datetime(2026, 11, 12, 2, tzinfo=UTC)
DIRECTORY = ColumnDirectory(entries=())
REPORT = CrawlReport(started_at=AT, ended_at=AT, stop=StopReason.FINISHED)
_MOST = 400


class Walked(NamedTuple):
    """走过 The observation, and what was fetched in order: snapshot, body, facts, leads."""

    observation: Observation
    taken: list[tuple[Snapshot, bytes, PageFacts]]
    leads: list[Lead]


def walk(home: str, *, survey: bool = False, longest: str = "P5Y", columns: tuple[str, ...] = ()) -> Walked:
    """走一遍 From `home` along every lead; a browser is not at hand. `columns` narrows it to those paths."""
    site = Site(home=home)
    moment = Moment(as_of=AT)
    guide = Guide(site, DIRECTORY, moment, Period.model_validate(longest), survey)
    by_glances = Guide(site, DIRECTORY, moment, Period.model_validate(longest), survey)
    waiting = [(0, 0, Lead(url=home, purpose=Purpose.HOME, rank=Rank.HOME))]
    taken: list[tuple[Snapshot, bytes, PageFacts]] = []
    leads: list[Lead] = []
    asked: set[tuple[str, str, bytes | None]] = set()
    while waiting and len(taken) < _MOST:
        lead = heapq.heappop(waiting)[2]
        known = (lead.method, lead.url, lead.body)
        if known in asked or lead.render or lead.rank is Rank.CONFIRM:
            continue
        asked.add(known)
        snapshot, body = fetch(lead, len(taken) + 1)
        step = guide.step(snapshot, body)
        if not wants_page(snapshot):
            assert by_glances.take(snapshot, glance_of(Contents(snapshot, body, site))) == step, snapshot.url
        else:
            by_glances.step(snapshot, body)
        taken.append((snapshot, body, read(snapshot, body, site, DIRECTORY)))
        for found in step.leads:
            leads.append(found)
            wanted = not columns or found.url.startswith(tuple(home.rstrip("/") + one for one in columns))
            if wanted or (found.found_on or "") != home:
                heapq.heappush(waiting, (found.rank, len(leads), found))
    pages = [(snapshot, facts) for snapshot, _, facts in taken]
    return Walked(observe(site, moment, "r", pages, REPORT, DIRECTORY), taken, leads)


def fetch(lead: Lead, number: int) -> tuple[Snapshot, bytes]:
    """取一页 One request as the crawler makes it."""
    headers = dict(lead.headers)
    if lead.found_on:
        headers.setdefault("Referer", lead.found_on)
    body = lead.body if lead.method == "POST" else None
    request = urllib.request.Request(lead.url, body, headers, method=lead.method)  # noqa: S310 - loopback
    try:
        answer = urllib.request.urlopen(request, timeout=10)  # noqa: S310
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        content = answer.read()
        status, final = answer.status or 0, answer.url
        headers_back = {name.lower(): value for name, value in answer.headers.items()}
    outcome = (
        FetchOutcome.OK if status < 400 else FetchOutcome.GONE if status == 404 else FetchOutcome.BLOCKED
    )
    snapshot = Snapshot(
        id=f"r/{number}",
        run_id="r",
        url=lead.url,
        final_url=final,
        purpose=lead.purpose,
        rank=lead.rank,
        column=lead.column,
        found_on=lead.found_on,
        method=lead.method,
        fetched_at=AT,
        outcome=outcome,
        status=status,
        headers=headers_back,
        sent=(lead.body or b"").decode() if lead.method == "POST" else None,
    )
    return snapshot, content
