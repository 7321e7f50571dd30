"""Votes and visits come back as they were kept, in order of time, and as far as they were known at a moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

from model import Attempt, FetchOutcome, Visit
from storage import Store
from tests.storage.conftest import Place

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
A, B = "http://a.example/", "http://b.example/x?中"


def look(hours: float = 0, outcome: FetchOutcome = FetchOutcome.OK, **more: Any) -> Attempt:
    return Attempt(at=NOW + timedelta(hours=hours), method="GET", outcome=outcome, **more)


def visit(hours: float = 0, **more: Any) -> Visit:
    given: dict[str, Any] = {"site_key": "s.example", "url": "http://s.example/", "outcome": FetchOutcome.OK}
    return Visit(**given | {"at": NOW + timedelta(hours=hours)} | more)


def test_votes_of_all_runs_come_in_order_of_time(store: Store) -> None:
    store.keep_votes("R2", [(A, look(24)), (A, look(25))])
    store.keep_votes("R1", [(A, look(1)), (B, look(2)), (A, look(0))])
    until = store.close_votes()
    told = store.votes([A, B, "http://never.example/"], until=until)
    assert told == {A: (look(0), look(1), look(24), look(25)), B: (look(2),)}
    assert store.votes([A], until=until, except_run="R2") == {A: (look(0), look(1))}
    assert store.votes([], until=until) == {}


def test_votes_kept_later_do_not_count_for_an_older_moment(store: Store) -> None:
    store.keep_votes("R1", [(A, look(0))])
    until = store.close_votes()
    store.keep_votes("R1", [(A, look(-5))])  # looked at before, kept after
    store.keep_votes("R2", [(A, look(1))])
    assert store.votes([A], until=until) == {A: (look(0),)}
    assert store.votes([A], until=store.close_votes()) == {A: (look(-5), look(0), look(1))}


def test_the_later_word_on_a_vote_counts_from_then_on(store: Store) -> None:
    down = look(0, FetchOutcome.UNREACHABLE, cause="timeout")
    store.keep_votes("R1", [(A, down)])
    first = store.close_votes()
    withdrawn = down.model_copy(update={"withdrawn": "our_network"})
    store.keep_votes("R1", [(A, withdrawn)])
    assert store.votes([A], until=first) == {A: (down,)}
    assert store.votes([A], until=store.close_votes()) == {A: (withdrawn,)}


def test_old_votes_go_when_they_are_told_to(store: Store) -> None:
    store.keep_votes("R1", [(A, look(-24 * 401)), (A, look(-24 * 399)), (B, look(-24 * 500))])
    assert store.prune_votes(NOW - timedelta(days=400)) == 2
    assert store.votes([A, B], until=store.close_votes()) == {A: (look(-24 * 399),)}


def test_many_votes_at_once(store: Store) -> None:
    many = [(f"http://h.example/{number}", look(number)) for number in range(401)]
    store.keep_votes("R1", many)
    assert store.votes([url for url, _ in many], until=store.close_votes()) == {
        url: (one,) for url, one in many
    }


def test_visits_are_asked_for_by_site_and_time(store: Store, place: Place) -> None:
    store.keep_visits([visit(2), visit(0), visit(1, control=False), visit(5)])
    store.keep_visits([visit(1), visit(1, site_key="t.example")])  # a moment that is known, and another site
    store.keep_visits([])
    span = (NOW, NOW + timedelta(hours=2))
    assert place.again().visits("s.example", *span) == [visit(0), visit(1, control=False), visit(2)]
    assert store.visits("t.example", *span) == [visit(1, site_key="t.example")]


def test_visits_kept_later_do_not_count_for_an_older_moment(store: Store) -> None:
    store.keep_visits([visit(0)])
    until = store.close_votes()
    store.keep_visits([visit(1)])
    span = (NOW, NOW + timedelta(hours=2))
    assert store.visits("s.example", *span, kept_until=until) == [visit(0)]
    assert store.visits("s.example", *span) == [visit(0), visit(1)]
