"""Votes of other crawls laid before a run's own, and which of them all do not count."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

from model import (
    Attempt,
    Coverage,
    FetchOutcome,
    FoundOn,
    LinkCheck,
    LinkRelation,
    Moment,
    Observation,
    Site,
)
from reading import with_votes
from tests.reading.conftest import AT

O = FetchOutcome  # noqa: E741 - keeps the tables below readable
R = LinkRelation
OWN = "http://rsj.example"
PARENT = FoundOn(url=f"{OWN}/", snapshot_id="r/1", anchor="某局")


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def look(outcome: FetchOutcome, seconds: float = 0, cause: str | None = None, **more: object) -> Attempt:
    status = {O.OK: 200, O.GONE: 404, O.SERVER_ERROR: 503, O.BLOCKED: 429}.get(outcome)
    fields = {
        "at": at(seconds),
        "method": "GET",
        "outcome": outcome,
        "cause": cause,
        "status": status,
        "snapshot_id": "r/7",
    }
    return Attempt.model_validate(fields | more)


def wait(seconds: float = 0, **more: object) -> Attempt:
    return look(O.BLOCKED, seconds, "status_429", **more)


def busy(seconds: float = 0) -> Attempt:
    return look(O.SERVER_ERROR, seconds, "status_503_wait")


def silent(seconds: float = 0, cause: str = "timeout", run: str = "r") -> Attempt:
    return look(O.UNREACHABLE, seconds, cause, snapshot_id=f"{run}/7")


@pytest.fixture
def observation(site: Site, moment: Moment) -> Callable[..., Observation]:
    def made(tries: Mapping[str, tuple[Attempt, ...]], **not_asked: str) -> Observation:
        links = tuple(
            LinkCheck(
                url=url,
                relation=R.INTERNAL if url.startswith(OWN) else R.EXTERNAL,
                found_on=(PARENT,),
                attempts=attempts,
                not_asked=not_asked.get("not_asked") if not attempts else None,
            )
            for url, attempts in sorted(tries.items())
        )
        return Observation(site=site, moment=moment, run_id="r", links=links, coverage=Coverage())

    return made


def whys(observation: Observation) -> dict[str, list[str | None]]:
    return {link.url: [one.withdrawn for one in link.attempts] for link in observation.links}


X, Y = "http://www.other.cn/a.html", "http://www.other.cn/b.html"


def test_votes_of_others_come_in_order_of_time_each_once(observation: Callable[..., Observation]) -> None:
    own = (look(O.GONE, 100), look(O.GONE, 200, sha256="0" * 64))
    before = look(O.OK, 0, snapshot_id="q/3")
    between = look(O.SERVER_ERROR, 150, snapshot_id="p/9")
    stored = look(O.GONE, 200)  # the run's own, as it was kept before its bytes were read again
    votes = {X: (before, before, stored, between), "http://nobody.cn/links/there": (before,)}
    told = with_votes(observation({X: own, Y: (look(O.OK, 10),)}), votes)
    first, second = told.links
    assert first.attempts == (before, own[0], between, own[1])
    assert second.attempts == (look(O.OK, 10),)
    assert told == with_votes(told, votes), "laid twice, they are laid once"


def test_a_target_that_somebody_asked_is_asked(observation: Callable[..., Observation]) -> None:
    made = observation({X: (), Y: (), f"{OWN}/a": ()}, not_asked="asked_elsewhere")
    told = with_votes(made, {X: (look(O.OK, snapshot_id="q/1"),), Y: []})
    assert {link.url: link.not_asked for link in told.links} == {
        X: None,
        Y: "asked_elsewhere",
        f"{OWN}/a": "asked_elsewhere",
    }
    assert told.coverage.external_probed == 1
    assert [(one.what, one.url, one.cause, one.detail) for one in told.coverage.unread] == [
        ("link", Y, "external_not_probed", "1")
    ]
    everything = with_votes(made, {X: (look(O.OK),), Y: (look(O.OK),)})
    assert (everything.coverage.external_probed, everything.coverage.unread) == (2, ())


def test_a_target_that_refuses_is_named_among_what_could_not_be_checked(
    observation: Callable[..., Observation],
) -> None:
    refused = look(O.BLOCKED, 0, "status_403", status=403, snapshot_id="q/1")
    told = with_votes(observation({X: (), Y: ()}), {X: (refused,), Y: (refused, look(O.OK, 9))})
    assert [(one.what, one.name, one.url, one.cause, one.detail) for one in told.coverage.unread] == [
        ("link", "某局", X, "blocked", "status_403")
    ]


THROTTLED = "throttled"


@pytest.mark.parametrize(
    ("name", "tries", "other", "wanted"),
    [
        ("a failure long before", (busy(1000),), (look(O.SERVER_ERROR, 0),), [None]),
        ("a failure shortly before", (busy(100),), (look(O.SERVER_ERROR, 0),), [THROTTLED]),
        ("a timeout shortly before", (wait(100),), (silent(0),), [THROTTLED]),
        ("not found before it said so", (wait(100),), (look(O.GONE, 0),), [None]),
        ("not found after it said so", (wait(0),), (look(O.GONE, 60),), [THROTTLED]),
        ("a failure just after", (wait(0),), (look(O.SERVER_ERROR, 119),), [THROTTLED]),
        ("a failure two minutes after", (wait(0),), (look(O.SERVER_ERROR, 121),), [None]),
        ("a failure before it answered well again", (wait(0), look(O.OK, 900)), (look(O.SERVER_ERROR, 600),), [THROTTLED]),
        ("a failure after it answered well again", (wait(0), look(O.OK, 30)), (look(O.SERVER_ERROR, 60),), [None]),
        ("a failure the night before it answered well", (wait(0), look(O.OK, 86400)), (look(O.SERVER_ERROR, 7200),), [None]),
        ("not found before and after", (wait(20), look(O.OK, 30)), (look(O.GONE, 0), look(O.GONE, 25), look(O.GONE, 60)), [None, THROTTLED, None]),
        ("it is there", (wait(0),), (look(O.OK, 5), look(O.INCOMPLETE, 6, "slow")), [None, None]),
        ("a refusal names itself", (), (wait(0),), [None]),
        ("a 503 that names a wait", (), (busy(0),), [THROTTLED]),
        ("a plain 503", (), (look(O.SERVER_ERROR, 0, "status_503"),), [None]),
        ("of another run the same minute", (wait(0, snapshot_id="q/1"),), (look(O.SERVER_ERROR, 10),), [THROTTLED]),
        ("withdrawn for another reason", (wait(0),), (look(O.SERVER_ERROR, 5, withdrawn="no_values"),), ["no_values"]),
    ],
)  # fmt: skip
def test_what_a_throttling_host_said_is_withdrawn(
    observation: Callable[..., Observation],
    name: str,
    tries: tuple[Attempt, ...],
    other: tuple[Attempt, ...],
    wanted: list[str | None],
) -> None:
    made = observation({X: tries, Y: other, "http://calm.cn/": other})
    told = whys(with_votes(made, {}))
    assert told[Y] == wanted, name
    if name not in ("a 503 that names a wait", "withdrawn for another reason"):
        assert told["http://calm.cn/"] == [None] * len(other), "a host that never throttled"


def hosts(count: int, *tries: Attempt) -> dict[str, tuple[Attempt, ...]]:
    return {f"http://www.h{number}.cn/": tries for number in range(count)}


OURS = "our_network"


@pytest.mark.parametrize(
    ("name", "tries", "wanted"),
    [
        ("three hosts, no answer", hosts(3, silent(0), silent(30, "dns")), {(OURS, OURS)}),
        ("two hosts, no answer", hosts(2, silent(0)), {(None,)}),
        ("three targets of one host", {f"http://h.cn/{n}": (silent(0),) for n in range(5)}, {(None,)}),
        ("one of four refuses", {**hosts(3, silent(0)), X: (look(O.BLOCKED, 1, "status_403"),)}, {(None,)}),
        ("one of four was gone", {**hosts(3, silent(0)), X: (look(O.GONE, 1),)}, {(None,)}),
        ("one of four failed at its certificate", {**hosts(3, silent(0)), X: (look(O.TLS, 1, "certificate"),)}, {(None,)}),
        ("one of four sent us in a circle", {**hosts(3, silent(0)), X: (silent(1, "redirect_loop"),)}, {(None,)}),
        ("one of four is not to be asked", {**hosts(3, silent(0)), X: (look(O.SKIPPED_ROBOTS, 1, "robots"),)}, {(OURS,), (None,)}),
        ("the site itself answered", {**hosts(3, silent(0)), f"{OWN}/a": (look(O.OK, 1),)}, {(OURS,), (None,)}),
    ],
)  # fmt: skip
def test_when_no_host_of_others_answers_it_is_our_line(
    observation: Callable[..., Observation],
    name: str,
    tries: dict[str, tuple[Attempt, ...]],
    wanted: set[tuple[str | None, ...]],
) -> None:
    told = whys(with_votes(observation(tries), {}))
    assert {tuple(each) for each in told.values()} == wanted, name
    assert OURS not in told.get(f"{OWN}/a", []) and OURS not in told.get(X, [])


def test_an_outage_in_the_middle_of_a_crawl_is_our_line_too(observation: Callable[..., Observation]) -> None:
    """Three hosts answered before; then nobody did, the site neither, and then all was well again."""
    before = {f"http://ok{number}.cn/": (look(O.OK, number),) for number in range(3)}
    outage = {f"http://www.h{number}.cn/": (silent(100 + number, "dns"),) for number in range(5)}
    well = {f"{OWN}/well": (look(O.OK, 200),)}

    def told(*more: dict[str, tuple[Attempt, ...]]) -> set[str | None]:
        tries = {url: made for each in (before, outage, well, *more) for url, made in each.items()}
        found = whys(with_votes(observation(tries), {}))
        assert all(found[url] == [None] for url in (*before, *well))
        return {why for url in outage for why in found[url]}

    assert told({f"{OWN}/a": (silent(102),)}) == {OURS}, "the site was silent as well"
    assert told() == {None}, "old links to dead hosts stand side by side, and a failing name is told at once"
    assert told({"http://late.cn/": (silent(199),), "http://early.cn/": (silent(79),)}) == {OURS}, (
        "for two minutes"
    )
    assert told({f"{OWN}/a": (silent(102),), f"{OWN}/b": (look(O.OK, 102.5),)}) == {None}, (
        "somebody answered in between"
    )


def test_what_counts_is_the_host_that_answered(observation: Callable[..., Observation]) -> None:
    moved = {"final_url": Y}
    told = whys(
        with_votes(
            observation(
                {
                    X: (wait(0),),
                    f"{OWN}/jump": (look(O.GONE, 10, **moved),),  # to the host that throttles
                    f"{OWN}/jump2": (wait(5, **moved),),
                    f"{OWN}/gone": (look(O.GONE, 10),),
                }
            ),
            {},
        )
    )
    assert told[f"{OWN}/jump"] == [THROTTLED]
    assert told[f"{OWN}/gone"] == [None]


def test_a_night_without_a_line_counts_on_no_later_night(observation: Callable[..., Observation]) -> None:
    """The first night's silence was ours; what the second night finds is then the first that was seen."""
    night = 86400
    tonight = {**hosts(2, look(O.OK, night + 100)), "http://www.h2.cn/": (silent(night),)}
    earlier = {url: (silent(0, run="q"),) for url in tonight}
    told = whys(with_votes(observation(tonight), earlier))
    assert told == {
        "http://www.h0.cn/": [OURS, None],
        "http://www.h1.cn/": [OURS, None],
        "http://www.h2.cn/": [OURS, None],
    }
