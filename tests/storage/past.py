"""A past for the tests of retention: audits of long ago, what they fetched and found, and what became of it since."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from model import (
    Attempt,
    Case,
    CaseEvent,
    CaseState,
    Deed,
    Evidence,
    FetchOutcome,
    Run,
    Site,
    Timings,
    Visit,
    fingerprint_of,
)
from storage import Store
from tests.storage import nouns

NOW = nouns.NOW
SITE = nouns.SITE
OTHER = Site(home="http://www.other.example/", name="别处")


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def crawl(
    store: Store,
    run_id: str,
    days: float,
    bodies: Iterable[bytes],
    *,
    site: Site = SITE,
    faults: Iterable[str] = (),
    finish: bool = True,
    cites: str | None = None,
    cases: Iterable[Case] = (),
) -> Run:
    """An audit `days` ago that fetched `bodies`, found a fault at each locus of `faults`, and filed `cases`."""
    at = ago(days)
    run = store.begin_run(nouns.run(run_id, site=site, started_at=at).model_copy(update={"as_of": at}))
    store.keep([(nouns.snapshot(number, run_id), body) for number, body in enumerate(bodies, 1)])
    if finish:
        evidence = (Evidence(snapshot_id=cites or f"{run_id}/1", url="http://www.taijiang.example/1.html"),)
        verdicts = [nouns.verdict(locus, evidence=evidence) for locus in faults]
        found = [nouns.finding(one, run_id, site) for one in verdicts]
        store.finish_run(run, verdicts, found, list(cases))
    else:
        store.interrupt_run(run_id)
    return run


def case(
    locus: str, state: CaseState, *events: tuple[float, str | None, CaseState], site: Site = SITE, **more: Any
) -> Case:
    """A case whose `events` are (days ago, run, state)."""
    history = tuple(
        CaseEvent(at=ago(days), run_id=run_id, deed=Deed.OPENED, state=to) for days, run_id, to in events
    )
    verdict = nouns.verdict(locus)
    return Case(
        fingerprint=fingerprint_of(verdict.rule_id, site.key, locus), rule_id=verdict.rule_id, site_key=site.key,
        locus=locus, state=state, first_seen=history[0].at, last_seen=history[-1].at, history=history, **more,
    )  # fmt: skip


def vote(store: Store, run_id: str, url: str, days: float) -> None:
    attempt = Attempt(at=ago(days), method="GET", outcome=FetchOutcome.GONE, status=404)
    store.keep_votes(run_id, [(url, attempt)])


def visit(store: Store, site: Site, days: float) -> None:
    store.keep_visits(
        [
            Visit(
                site_key=site.key, url=site.home, at=ago(days), outcome=FetchOutcome.OK, status=200, elapsed_ms=9,
                timings=Timings(),
            )
        ]
    )  # fmt: skip
