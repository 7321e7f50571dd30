"""Votes on one target: what many looks amount to, whatever their order, their retries and what is withdrawn."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.link_votes import Ballot, Standing, tally
from model import SHANGHAI, Attempt, FetchOutcome
from tests.checks.building import a_try


def votes(*tries: str, **given: Any) -> tuple[Attempt, ...]:
    return tuple(a_try(text, number, given) for number, text in enumerate(tries))


@pytest.mark.parametrize(
    ("tries", "standing"),
    [
        ((), Standing.NOT_ASKED),
        # the four histories
        (("503 server_error @0", "503 server_error @0.1", "200 ok @6 r2"), Standing.ALIVE),
        (("503 server_error @0", "200 ok @0.1"), Standing.ALIVE),
        (("429 blocked @0 throttled", "200 ok @0.1"), Standing.ALIVE),
        (("200 ok @0", "dns unreachable @24 r2", "dns unreachable @34 r3", "dns unreachable @72 r4"), Standing.DOWN),
        # shut every night: a look at another time of day decides
        (("dns unreachable @0", "dns unreachable @24 r2", "dns unreachable @170 r3"), Standing.SUSPECTED),
        (("dns unreachable @0", "dns unreachable @24 r2", "dns unreachable @51 r3"), Standing.DOWN),
        (("dns unreachable @14", "dns unreachable @40 r2"), Standing.SUSPECTED),
        (("dns unreachable @0", "dns unreachable @24 r2", "200 ok @32 r3"), Standing.ALIVE),
        # how long it has been
        (("dns unreachable @0", "dns unreachable @23.9 r2"), Standing.SUSPECTED),
        (("dns unreachable @0", "dns unreachable @6 r2", "dns unreachable @24 r3"), Standing.DOWN),
        (("dns unreachable @0", "200 ok @12 r2", "dns unreachable @24 r3"), Standing.INTERMITTENT),
        (("dns unreachable @0", "certificate tls @12 r2", "dns unreachable @48 r3"), Standing.SUSPECTED),
        (("404 gone @0", "503 server_error @32 r2"), Standing.DOWN),
        (("302 redirected_home @0", "503 server_error @30 r2"), Standing.SUSPECTED),
        # nobody looked for long
        (("503 server_error @0", "503 server_error @7447 r2"), Standing.SUSPECTED),
        (("404 gone @0", "404 gone @1", "503 server_error @7447 r2"), Standing.SUSPECTED),
        (("404 gone @0", "404 gone @160 r2"), Standing.GONE),
        (("503 server_error @0", "503 server_error @80 r2"), Standing.SUSPECTED),
        (("503 server_error @0", "503 server_error @62 r2"), Standing.DOWN),
        # who refuses says nothing of what is there
        (("403 blocked",), Standing.BLOCKED),
        (("403 blocked", "401 login", "robots skipped_robots"), Standing.BLOCKED),
        (("404 gone", "404 gone", "403 blocked"), Standing.MIXED),
        (("404 gone @0", "404 gone @1", "403 blocked @30 r2"), Standing.BLOCKED),
        (("403 blocked @0", "404 gone @30 r2", "404 gone @31 r2"), Standing.GONE),
        (("200 ok @0", "403 blocked @12 r2"), Standing.ALIVE),
        (("200 ok @0", "403 blocked @48 r2"), Standing.BLOCKED),
        (("certificate tls", "403 blocked"), Standing.BLOCKED),
        (("403 blocked", "certificate tls"), Standing.TLS),
        (("404 gone", "certificate tls"), Standing.MIXED),
        # what was withdrawn
        (("429 blocked throttled", "429 blocked throttled"), Standing.BLOCKED),
        (("503 server_error throttled",), Standing.WITHDRAWN),
        (("404 gone @0", "404 gone @1", "dns unreachable @24 r2 our_network"), Standing.WITHDRAWN),
        (("404 gone @0", "404 gone @1", "dns unreachable @2 our_network"), Standing.GONE),
        (("404 gone @0", "404 gone @1 throttled"), Standing.GONE_ONCE),
        # redirects that lead nowhere
        (("redirect_nowhere unreachable @0", "redirect_nowhere unreachable @90 r2"), Standing.REDIRECT),
        (("redirect_loop unreachable", "200 ok browser"), Standing.ALIVE),
        # browser and plain looks of one run
        (("404 gone", "404 gone", "404 gone browser"), Standing.GONE),
        (("200 ok", "200 soft404 browser"), Standing.GONE_ONCE),
        (("200 ok", "412 blocked browser"), Standing.ALIVE),
        (("412 blocked", "200 ok browser"), Standing.ALIVE),
        (("timeout unreachable browser",), Standing.SUSPECTED),
        (("200 ok browser @0", "404 gone @24 r2", "404 gone @25 r2"), Standing.GONE),
    ],
)  # fmt: skip
def test_what_looks_amount_to(tries: tuple[str, ...], standing: Standing) -> None:
    assert tally(votes(*tries)).standing is standing
    assert tally(votes(*tries)[::-1]).standing is standing, "the order in which they come does not matter"


def test_retries_of_one_fetch_are_one_look_and_its_last_try_counts() -> None:
    fetch = votes("503 server_error", "404 gone", "404 gone", one_fetch=True)
    assert tally(fetch) == Ballot(Standing.GONE_ONCE, fetch, fetch[-1].at, fetch[-1].at)
    again = a_try("404 gone @1", 9, {})
    assert tally((*fetch, again)) == Ballot(Standing.GONE, (*fetch, again), fetch[-1].at, again.at)


@pytest.mark.parametrize(
    ("apart", "least", "standing"),
    [(0, 2, "gone"), (3600, 2, "gone"), (3601, 2, "gone_once"), (0, 3, "gone"), (0, 4, "gone_once"), (1800, 3, "gone")],
)  # fmt: skip
def test_looks_must_be_as_many_and_as_far_apart_as_the_rule_says(
    apart: int, least: int, standing: str
) -> None:
    assert tally(votes("404 gone", "404 gone", "404 gone"), least, apart).standing == standing


def test_days_are_days_of_the_calendar_in_beijing_and_hours_are_whole() -> None:
    night = datetime(2021, 1, 13, 23, 50, tzinfo=SHANGHAI)
    first = a_try("404 gone", 0, {}).model_copy(update={"at": night})
    last = a_try("404 gone r2", 1, {}).model_copy(update={"at": night + timedelta(hours=24, minutes=20)})
    found = tally((first, last))
    assert (found.days, found.hours, found.since, found.until) == (3, 24, first.at, last.at)
    assert (tally((first,)).days, tally((first,)).hours, tally(()).days) == (1, 0, 0)


def test_many_nights_of_nothing_are_counted_from_the_first_after_it_was_last_there() -> None:
    nights = [f"timeout unreachable @{24 * night + night % 2 * 5} r{night}" for night in range(2, 40)]
    found = tally(votes("404 gone @0", "200 ok @24 r1", *nights))
    assert (found.standing, found.days, len(found.tries)) == (Standing.DOWN, 38, 38)


OUTCOMES = st.sampled_from([one for one in FetchOutcome])
TRIES = st.lists(
    st.tuples(
        st.integers(0, 24 * 60 * 4), OUTCOMES, st.integers(1, 4), st.booleans(), st.sampled_from([None, None, "throttled"])
    ),
    max_size=9,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(TRIES)
def test_nothing_is_called_dead_that_was_there_last_or_never_seen_to_fail(
    tries: list[tuple[int, FetchOutcome, int, bool, str | None]],
) -> None:
    start = datetime(2021, 1, 13, 9, tzinfo=SHANGHAI)
    made = [
        Attempt(
            at=start + timedelta(minutes=after), method="GET", outcome=outcome, snapshot_id=f"r{run}/{number}",
            rendered=drawn, withdrawn=None if outcome.there else withdrawn,
        )
        for number, (after, outcome, run, drawn, withdrawn) in enumerate(tries)
    ]  # fmt: skip
    found = tally(made)
    assert found == tally(made[::-1]) or len({one.at for one in made}) < len(made)
    if not found.standing.dead:
        return
    assert all(one.withdrawn is None for one in found.tries)
    assert len(found.tries) >= 2 and not any(one.outcome.there for one in found.tries)
    failures = (FetchOutcome.UNREACHABLE, FetchOutcome.SERVER_ERROR)
    assert all(one.outcome.missing or one.outcome in failures for one in found.tries)
    if found.standing is Standing.GONE:
        assert sum(one.outcome.missing for one in found.tries) >= 2
    else:
        assert found.hours >= 24 and not found.one_hour
    plain_there = [one.at for one in made if one.outcome.there and not one.rendered]
    drawn_runs = {one.snapshot_id.partition("/")[0] for one in made if one.rendered and one.snapshot_id}
    if plain_there and not drawn_runs:
        assert max(plain_there) < min(one.at for one in found.tries)
