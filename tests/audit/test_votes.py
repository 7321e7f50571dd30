"""What a crawl asks the store about other sites' targets, what it leaves there, and what a later crawl makes of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.votes import OtherSites, keep_findings, votes_for
from model import (
    Attempt,
    CrawlReport,
    FetchOutcome,
    Lead,
    LinkCheck,
    LinkRelation,
    Observation,
    Purpose,
    Rank,
    Run,
    Snapshot,
    Step,
    StopReason,
)
from rules import needs_external
from storage import BatchSink, Store, open_store
from tests.audit.ground import AS_OF, SITE, observation, pack

NOW = datetime.now(UTC)
A, B, C = "http://a.example/", "http://b.example/b.html", "http://c.example/"
OWN = "http://www.qinghe.example/x.html"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(f"sqlite:///{tmp_path}/votes.sqlite3")) as opened:
        for run_id in ("R1", "R2"):
            opened.begin_run(
                Run(id=run_id, site=SITE, pack_id="p", pack_version="1", pack_digest="0", as_of=AS_OF,
                    started_at=NOW, version="0")
            )  # fmt: skip
        yield opened


def look(
    outcome: FetchOutcome = FetchOutcome.OK, minutes: float = 0, run: str = "R1", **more: Any
) -> Attempt:
    at = NOW + timedelta(minutes=minutes)
    return Attempt(at=at, method="GET", outcome=outcome, snapshot_id=f"{run}/000001", **more)


def snapshot(url: str, *attempts: Attempt, run: str = "R1", number: int = 1) -> Snapshot:
    return Snapshot(
        id=f"{run}/{number:06d}", run_id=run, url=url, final_url=url, purpose=Purpose.PROBE, rank=Rank.EXTERNAL,
        fetched_at=attempts[-1].at, outcome=attempts[-1].outcome, attempts=attempts,
    )  # fmt: skip


def lead(url: str, external: bool = True) -> Lead:
    return Lead(url=url, purpose=Purpose.PROBE, rank=Rank.EXTERNAL, external=external)


def report(**more: Any) -> CrawlReport:
    return CrawlReport(started_at=NOW, ended_at=NOW, stop=StopReason.FINISHED, **more)


def links(*checks: LinkCheck) -> Observation:
    return observation(links=checks)


def link(url: str, *attempts: Attempt, relation: LinkRelation = LinkRelation.EXTERNAL) -> LinkCheck:
    return LinkCheck(url=url, relation=relation, found_on=(), attempts=attempts)


def told(store: Store, *urls: str, except_run: str | None = None) -> dict[str, list[str]]:
    found = store.votes(urls, until=store.close_votes(), except_run=except_run)
    return {url: [one.withdrawn or one.outcome.value for one in seen] for url, seen in found.items()}


class Crawl:
    """A crawl that is led from page to page by hand: `page` is one step that names targets."""

    def __init__(self, store: Store, run_id: str, most: int = 100) -> None:
        self.sink = BatchSink(store)
        self.others = OtherSites(store, run_id, 2.0, most)
        self.run_id = run_id
        self.outcome = FetchOutcome.OK
        self.named: list[str] = []
        self._follow = self.others.following(self._step, self.sink)

    def _step(self, _snapshot: Snapshot, _body: bytes) -> Step:
        leads = [lead(url) for url in self.named if self.others.due(url)]
        return Step(
            leads=(lead("http://www.qinghe.example/own.html", external=False), *leads), outcome=self.outcome
        )

    def page(self, *urls: str) -> list[str]:
        self.named = list(urls)
        step = self._follow(snapshot(SITE.home, look(run=self.run_id), run=self.run_id), b"")
        return [one.url for one in step.leads if one.external]

    def seen(self, url: str, *attempts: Attempt, outcome: FetchOutcome | None = None) -> None:
        self.named, self.outcome = [], outcome or attempts[-1].outcome
        self._follow(snapshot(url, *attempts, run=self.run_id), b"")
        self.outcome = FetchOutcome.OK

    def ended(self) -> CrawlReport:
        self.sink.close()
        return self.others.ended(report())


def test_the_targets_of_a_page_are_claimed_together_and_once(store: Store) -> None:
    first, second = Crawl(store, "R1"), Crawl(store, "R2")
    assert first.page(A, B) == [A, B]
    assert second.page(B, C, A) == [C]
    assert second.page(A) == []  # what was refused is not asked about again
    first.ended(), second.ended()


def test_leads_of_the_site_itself_are_left_alone(store: Store) -> None:
    crawl = Crawl(store, "R1")
    crawl.page(A)
    other = Crawl(store, "R2")
    other.named = [A]
    step = other.others.following(other._step, other.sink)(snapshot(SITE.home, look()), b"")
    assert [(one.url, one.external) for one in step.leads] == [("http://www.qinghe.example/own.html", False)]
    crawl.ended(), other.ended()


def test_what_was_seen_is_kept_as_reading_calls_it(store: Store) -> None:
    crawl = Crawl(store, "R1")
    crawl.page(A, B, C)
    crawl.seen(A, look(FetchOutcome.SERVER_ERROR), look(minutes=1), outcome=FetchOutcome.SOFT404)
    crawl.seen(B, look(FetchOutcome.GONE), outcome=FetchOutcome.GONE)
    crawl.seen(C, look(FetchOutcome.SKIPPED_PRIVATE), outcome=FetchOutcome.SKIPPED_PRIVATE)
    crawl.seen(OWN, look(FetchOutcome.GONE))  # the site's own: the end of the run decides
    crawl.ended()
    assert told(store, A, B, C, OWN) == {A: ["server_error", "soft404"], B: ["gone"]}


def test_what_a_crawl_did_not_come_to_is_the_next_ones(store: Store) -> None:
    first = Crawl(store, "R1")
    first.page(A, B)
    first.seen(A, look())
    assert first.ended().left == ()
    assert Crawl(store, "R2").page(A, B) == [B]


def test_what_another_crawl_holds_without_an_answer_is_told_as_left(store: Store) -> None:
    first, second = Crawl(store, "R1"), Crawl(store, "R2")
    store.keep_votes("R0", [(B, look(minutes=-3000))])  # seen nights ago: that says nothing of today
    first.page(A, B)
    second.page(A, B)
    first.seen(A, look())
    first.sink.close()
    left = second.ended().left
    assert [(one.rank, one.reason, one.count, one.examples) for one in left] == [
        (Rank.EXTERNAL, "asked_elsewhere", 1, (B,))
    ]


def test_no_more_is_claimed_than_the_budget_can_reach(store: Store) -> None:
    first, second = Crawl(store, "R1", most=2), Crawl(store, "R2")
    assert first.page(A, B, C) == [A, B]
    assert first.page(C, "http://d.example/") == []
    assert second.page(A, C) == [C]
    left = first.ended().left
    assert [(one.reason, one.count, one.examples) for one in left] == [
        ("max_external", 2, (C, "http://d.example/"))
    ]
    second.ended()


def test_a_locked_database_asks_nobody_and_harms_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.BUSY_MS", 50)
    with closing(open_store(f"sqlite:///{tmp_path}/votes.sqlite3")) as hasty:
        others = OtherSites(hasty, "R1", 2.0, 9)
        with closing(sqlite3.connect(tmp_path / "votes.sqlite3")) as busy:
            busy.execute("BEGIN IMMEDIATE")
            assert others.turn("a.example") > 0
            assert others._weeded(Step(leads=(lead(A),) if others.due(A) else ())).leads == ()
        assert others.turn("a.example") == 0.0
        assert others.turn("a.example") > 0
    assert Crawl(store, "R2").page(A) == [A]


def test_claims_are_renewed_while_the_crawl_goes_on(store: Store) -> None:
    now = NOW
    others = OtherSites(store, "R1", 0.0, 9, lambda: now)
    others.due(A)
    others._weeded(Step())
    for _ in range(5):
        now += timedelta(minutes=11)
        others.turn("a.example")
    assert store.claim([A], "R2", now) == frozenset()


def test_an_external_target_not_asked_this_time_is_told_by_a_look_that_still_holds(store: Store) -> None:
    store.keep_votes("R1", [(A, look(minutes=-60)), (B, look(minutes=-60 * 21)), (C, look(minutes=-60 * 30))])
    mine = look(FetchOutcome.SERVER_ERROR, 1, run="R2")
    seen = links(link(A), link(B), link(C, mine))
    found = votes_for(store, "R2", seen, report(votes_until=store.close_votes()))
    assert set(found) == {A, C}  # what this crawl asked itself counts its whole history


def test_without_a_closed_count_no_votes_are_told(store: Store) -> None:
    store.keep_votes("R1", [(A, look())])
    assert votes_for(store, "R2", links(link(A)), report()) == {}


def test_own_targets_that_are_there_need_no_history(store: Store) -> None:
    gone = look(FetchOutcome.GONE, -1500)
    store.keep_votes("R1", [(OWN, gone), (OWN + "?2", gone)])
    seen = links(
        link(OWN, look(run="R2"), relation=LinkRelation.INTERNAL),
        link(OWN + "?2", look(FetchOutcome.GONE, run="R2"), relation=LinkRelation.INTERNAL),
        link(OWN + "?3", relation=LinkRelation.INTERNAL),
    )
    found = votes_for(store, "R2", seen, report(votes_until=store.close_votes()))
    assert found == {OWN + "?2": (gone,)}


def test_own_targets_are_kept_when_they_are_not_there_and_when_they_are_again(store: Store) -> None:
    bad = look(FetchOutcome.GONE)
    keep_findings(
        store, "R1", links(link(OWN, look(), relation=LinkRelation.INTERNAL), link(OWN + "?2", bad, relation=LinkRelation.IMAGE))
    )  # fmt: skip
    assert told(store, OWN, OWN + "?2") == {OWN + "?2": ["gone"]}
    again = look(minutes=1500, run="R2")
    keep_findings(
        store, "R2", links(link(OWN, again, relation=LinkRelation.INTERNAL), link(OWN + "?2", again, relation=LinkRelation.IMAGE))
    )  # fmt: skip
    assert told(store, OWN, OWN + "?2") == {OWN + "?2": ["gone", "ok"]}


def test_votes_of_other_runs_are_not_kept_as_this_runs(store: Store) -> None:
    theirs = look(FetchOutcome.GONE, run="R1")
    keep_findings(store, "R2", links(link(OWN, theirs, relation=LinkRelation.INTERNAL), link(A, theirs)))
    assert told(store, OWN, A) == {}


def test_what_turns_out_later_of_an_external_look_is_kept_beside_it(store: Store) -> None:
    seen = look(FetchOutcome.UNREACHABLE)
    store.keep_votes("R1", [(A, seen), (B, look())])
    before = store.close_votes()
    withdrawn = seen.model_copy(update={"withdrawn": "our_network"})
    keep_findings(store, "R1", links(link(A, withdrawn), link(B, look())))
    assert told(store, A, B) == {A: ["our_network"], B: ["ok"]}
    assert store.votes([A], until=before) == {A: (seen,)}


def rules(check: str = "dead_link", **scope: Any) -> Any:
    of_links = pack().rules[2].model_dump() | {"applies_to": scope, "check": check}
    return pack(rules=[of_links], tallies=[])


def test_packs_that_ask_about_other_sites() -> None:
    assert needs_external(rules(relations=["external"]))
    assert needs_external(rules(relations=["internal", "platform"]))
    assert not needs_external(rules(relations=["internal", "attachment", "image"]))
    assert needs_external(rules())  # of links of every kind
    assert needs_external(rules(check="turned_link"))
    assert not needs_external(rules(check="faulty_attachment"))
