"""What nobody asked for this time is told as it was seen then, and is no sign of how the site answers now."""

from collections.abc import Callable
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
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import observe, read, with_votes
from tests.reading.conftest import AT

HOME = "http://rsj.example/"
PAGE = f"{HOME}zwgk/t20210101_1.html"
FRONT = f'<html><title>某局</title><ul><li><a href="{PAGE}">关于第一项工作的通知</a></li></ul></html>'
ARTICLE = (
    "<html><title>关于第一项工作的通知-某局</title><div class='content'><p>"
    + "各单位：现将有关事项通知如下。" * 20
    + "</p></div></html>"
)
GONE = "<html><title>404</title><p>您访问的页面不存在</p></html>"
THEN = AT - timedelta(days=2)


@pytest.fixture
def seen(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
):
    def made(*looks: tuple[Snapshot, str]) -> Observation:
        home = snapshot(HOME, 1, purpose=Purpose.HOME, rank=Rank.HOME)
        pairs = [(one, read(one, body.encode(), site, directory)) for one, body in ((home, FRONT), *looks)]
        return with_votes(observe(site, moment, "R1", pairs, report, directory), {})

    return made


@pytest.fixture
def carried(snapshot: Callable[..., Snapshot]) -> Snapshot:
    tried = Attempt(at=THEN, method="GET", outcome=FetchOutcome.OK, status=200, snapshot_id="R0/5")
    one = snapshot(PAGE, 2, purpose=Purpose.ARTICLE, rank=Rank.SURVEY)
    return one.model_copy(
        update={
            "fetched_at": THEN,
            "carried": True,
            "revisits": "R0/5",
            "attempts": (tried,),
            "elapsed_ms": 80,
        }
    )


def link(observation: Observation) -> LinkCheck:
    return next(one for one in observation.links if one.url == PAGE)


def test_a_carried_page_is_told_as_it_was_seen(seen, carried) -> None:
    found = seen((carried, ARTICLE))
    assert [(one.at, one.outcome, one.snapshot_id) for one in link(found).attempts] == [
        (THEN, FetchOutcome.OK, "R0/5")
    ]
    assert found.carried == (carried.id,)
    assert (found.coverage.carried, found.coverage.carried_since, found.coverage.fetched) == (1, THEN, 2)
    assert found.page_at(PAGE).elapsed_ms == 80


def test_a_probe_without_attempts_is_no_look_of_this_run(seen, carried) -> None:
    bare = carried.model_copy(update={"attempts": (), "method": "HEAD", "purpose": Purpose.PROBE})
    assert [one.snapshot_id for one in link(seen((bare, ""))).attempts] == ["R0/5"]


@pytest.mark.parametrize("outcome", [FetchOutcome.GONE, FetchOutcome.UNREACHABLE])
def test_it_never_outlives_a_look_of_today(seen, carried, snapshot, outcome) -> None:
    asked = snapshot(PAGE, 3, purpose=Purpose.ARTICLE, rank=Rank.CONFIRM, outcome=outcome, status=404)
    found = seen((carried, ARTICLE), (asked, GONE))
    assert [one.outcome for one in link(found).attempts] == [outcome]
    assert found.page_at(PAGE).outcome is outcome and found.carried == ()


def test_what_is_thought_otherwise_of_by_now_does_not_count(seen, carried) -> None:
    found = seen((carried, GONE))
    assert [(one.outcome, one.withdrawn) for one in link(found).attempts] == [
        (FetchOutcome.SOFT404, "carried")
    ]


def test_a_304_is_the_page_itself(seen, snapshot) -> None:
    same = snapshot(PAGE, 2, purpose=Purpose.ARTICLE, rank=Rank.SURVEY).model_copy(
        update={"status": 304, "revisits": "R0/5", "elapsed_ms": 9}
    )
    found = seen((same, ARTICLE))
    page = found.page_at(PAGE)
    assert (page.outcome, page.title, page.elapsed_ms) == (FetchOutcome.OK, "关于第一项工作的通知-某局", 9)
    assert found.unmodified == (same.id,) and found.coverage.unmodified == 1


def test_a_304_without_a_body_is_no_page(seen, snapshot) -> None:
    bare = snapshot(PAGE, 2, purpose=Purpose.ARTICLE, rank=Rank.SURVEY).model_copy(update={"status": 304})
    assert not seen((bare, "")).page_at(PAGE).outcome.observed
