"""What was missed while a host answered nobody says nothing of what was asked for."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from model import (
    Attempt,
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    LinkCheck,
    Moment,
    Observation,
    PageFacts,
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import observe, read, with_votes
from tests.reading.conftest import AT

O = FetchOutcome  # noqa: E741 - keeps the tables below readable
HOME = "http://rsj.example/"
LINKS = "".join(
    f'<li><a href="/zwgk/t2021010{n}_{n}.html">关于第{n}项工作的通知</a></li>' for n in range(1, 7)
)
FRONT = (
    f'<html><title>某局</title><div class="nav"><a href="/tzgg/">通知公告</a></div><ul>{LINKS}</ul></html>'
)
NOT = "<html><title>404</title><p>404</p></html>"
STATUS = {O.OK: 200, O.GONE: 404, O.SERVER_ERROR: 503, O.UNREACHABLE: None, O.BLOCKED: 403}

Made = tuple[str, Purpose, FetchOutcome]


def doc(number: int) -> str:
    return f"{HOME}zwgk/t2021010{number}_{number}.html"


@pytest.fixture
def seen(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Callable[..., Observation]:
    """One crawl in which every request takes half a second and the next one leaves a second after."""

    def made(looks: Sequence[Made], **more: object) -> Observation:
        pages: list[tuple[Snapshot, PageFacts]] = []
        for number, (url, purpose, outcome) in enumerate(looks, 1):
            at = AT + timedelta(seconds=number)
            again = any(one.url == url for one, _ in pages) and purpose is not Purpose.CONTROL
            tried = Attempt(at=at, method="GET", outcome=outcome, status=STATUS[outcome], elapsed_ms=500)
            one = snapshot(
                url, number, purpose=purpose, rank=Rank.CONFIRM if again else Rank.SURVEY, outcome=outcome,
                status=STATUS[outcome], fetched_at=at + timedelta(seconds=0.5), attempts=(tried,), **more,
            )  # fmt: skip
            body = (
                NOT
                if outcome is not O.OK
                else FRONT
                if url == HOME
                else f"<title>{url}</title><p>通知全文。</p>"
            )
            pages.append((one, read(one, body.encode(), site, directory)))
        there = observe(site, moment, "r", pages, report, directory)
        assert there == observe(site, moment, "r", pages[::-1], report, directory)
        return with_votes(there, {})

    return made


def page(number: int, outcome: FetchOutcome = O.OK) -> Made:
    return doc(number), Purpose.ARTICLE, outcome


def home(outcome: FetchOutcome = O.OK) -> Made:
    return HOME, Purpose.HOME, outcome


def control(outcome: FetchOutcome) -> Made:
    return HOME, Purpose.CONTROL, outcome


def told(observation: Observation) -> dict[int, list[tuple[FetchOutcome, str | None]]]:
    def number(link: LinkCheck) -> int:
        return int(link.url[-6])

    return {
        number(link): [(one.outcome, one.withdrawn) for one in link.attempts]
        for link in observation.links
        if link.url.startswith(f"{HOME}zwgk/")
    }


GONE, WALL, FINE = (O.GONE, None), (O.BLOCKED, "wall"), (O.OK, None)


@pytest.mark.parametrize("lost", [O.GONE, O.SERVER_ERROR, O.UNREACHABLE, O.BLOCKED])
def test_what_was_missed_since_the_last_page_that_was_there_counts_for_nothing(
    seen: Callable[..., Observation], lost: FetchOutcome
) -> None:
    looks = [
        home(),
        page(1, O.GONE),
        page(2),
        page(3, O.GONE),
        page(4, O.GONE),
        page(1, O.GONE),
        control(lost),
    ]
    made = seen(looks)
    assert told(made) == {1: [GONE, WALL], 2: [FINE], 3: [WALL], 4: [WALL], 5: [], 6: []}
    assert {(one.url, one.outcome, one.outcome_reason) for one in made.pages} == {
        (HOME, O.OK, None), (doc(2), O.OK, None),
        *((doc(number), O.BLOCKED, "wall") for number in (1, 3, 4)),
    }  # fmt: skip
    assert made.home is not None and made.home.snapshot_id == "r/1"
    assert made.coverage.fetched == 5 and made.coverage.outcomes == {O.OK: 2, O.BLOCKED: 3}
    assert {
        (one.url, one.cause, one.detail) for one in made.coverage.unread if one.url != f"{HOME}tzgg/"
    } == {(doc(number), "blocked", "wall") for number in (1, 3, 4)}


def test_a_page_that_is_still_there_withdraws_nothing(seen: Callable[..., Observation]) -> None:
    made = seen([home(), page(3, O.GONE), control(O.OK), page(3, O.GONE), control(O.OK)])
    assert told(made)[3] == [GONE, GONE]
    assert [one.url for one in made.pages if one.purpose is Purpose.CONTROL] == []


def test_only_the_time_between_the_good_answers_is_taken_out(seen: Callable[..., Observation]) -> None:
    looks = [
        home(),
        page(1, O.GONE),
        control(O.OK),
        page(2, O.GONE),
        control(O.GONE),
        page(3, O.GONE),
        page(4),
    ]
    looks += [page(5, O.GONE), page(6, O.GONE)]
    made = seen(looks)
    assert told(made) == {1: [GONE], 2: [WALL], 3: [WALL], 4: [FINE], 5: [GONE], 6: [GONE]}


def test_one_page_that_comes_and_goes_is_no_wall(seen: Callable[..., Observation]) -> None:
    made = seen([home(), page(1), page(2, O.GONE), (doc(1), Purpose.ARTICLE, O.GONE), page(2, O.GONE)])
    assert told(made)[2] == [GONE, GONE]


def test_a_column_behind_a_wall_is_not_missing(seen: Callable[..., Observation]) -> None:
    column = (f"{HOME}tzgg/", Purpose.COLUMN, O.GONE)
    before = {one.url: one for one in seen([home(), column, column]).columns}
    behind = {one.url: one for one in seen([home(), column, column, control(O.GONE)]).columns}
    assert before[f"{HOME}tzgg/"].outcome is O.GONE and behind[f"{HOME}tzgg/"].outcome is O.BLOCKED


def test_made_up_addresses_asked_for_behind_a_wall_teach_nothing(seen: Callable[..., Observation]) -> None:
    sibling = (f"{HOME}zwgk/t0123456789abcdef.html", Purpose.SIBLING, O.GONE)
    for looks, learned in (
        ([home(), sibling, page(1)], 1),
        ([home(), sibling, page(1, O.GONE), control(O.GONE)], 0),
    ):
        profile = seen(looks).profile
        assert len(profile.missing if profile is not None else ()) == learned
