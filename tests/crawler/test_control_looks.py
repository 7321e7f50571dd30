"""A host that answers nobody any more is found out by a page that it had shown, and left alone."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from crawler.answer import Answer
from crawler.walk import Walk
from model import CrawlPlan, FetchOutcome, Lead, Purpose, Rank, Step


def leading_to(*leads):
    return "\n".join(f"LEAD {json.dumps(one)}" for one in leads)


@pytest.fixture
def site(origin_of, tools):
    """A home page that leads to so many articles; `served` says with which status a request is answered."""

    def made(articles, served):
        origin = origin_of()
        asked = Counter()

        def answer(handler):
            asked["all"] += 1
            path = handler.path
            status = served(asked["all"], path)
            home = leading_to(*(tools.lead(origin.url(f"/a/{n}"), 6) for n in range(articles)))
            body = home if path == "/" and status == 200 else f"{status} for {path}"
            handler.answer(status, body.encode(), Content_Type="text/html")

        origin.pages["/"] = answer
        for n in range(articles):
            origin.pages[f"/a/{n}"] = answer
        return origin, [tools.lead(origin.url("/"), 0, "home")]

    return made


def stops(got):
    return [(one["reason"], one["after_requests"]) for one in got.report["host_stops"]]


def controls(got):
    return [(one["outcome"], one["status"]) for one in got.snapshots if one["purpose"] == "control"]


def test_a_ban_is_noticed_after_ten_missing_answers_and_nothing_more_is_asked(site, crawl_of):
    origin, seeds = site(60, lambda count, _: 404 if count > 18 else 200)
    got = crawl_of(seeds, hosts=[origin.host], confirm=True, pace={"concurrency": 1})
    assert origin.paths() == ["/", *(f"/a/{n}" for n in range(27)), "/"]
    assert controls(got) == [("gone", 404)] and stops(got) == [("answers_nobody", 29)]
    assert got.report["stop"] == "host_stopped" and got.left() == {
        (6, "host_stopped"): 33,
        (8, "host_stopped"): 10,
    }


def test_nothing_else_leaves_for_the_host_while_it_is_asked(site, crawl_of):
    origin, seeds = site(60, lambda count, _: 503 if count > 18 else 200)
    got = crawl_of(seeds, hosts=[origin.host], pace={"concurrency": 1, "delay": 0})
    (look,) = [one for one in got.snapshots if one["purpose"] == "control"]
    place = origin.paths().index("/", 1)
    assert set(origin.paths()[place:]) == {"/"}  # with its retries
    assert len(look["attempts"]) == len(origin.paths()[place:]) > 1
    assert stops(got)[0][0] == "answers_nobody"


def test_a_ban_that_begins_with_the_second_looks_is_noticed_at_the_end(site, crawl_of):
    dead = {"/a/3", "/a/7"}
    origin, seeds = site(12, lambda count, path: 404 if count > 13 or path in dead else 200)
    got = crawl_of(seeds, hosts=[origin.host], confirm=True, pace={"concurrency": 1})
    assert origin.paths()[13:] == ["/a/3", "/a/7", "/"]
    assert controls(got) == [("gone", 404)] and stops(got) == [("answers_nobody", 16)]


def test_a_site_whose_last_links_are_all_dead_is_asked_a_few_times_more_and_goes_on(site, crawl_of):
    origin, seeds = site(65, lambda _, path: 404 if path != "/" and int(path[3:]) >= 5 else 200)
    got = crawl_of(seeds, hosts=[origin.host], pace={"concurrency": 1})
    # after 10, 20 and 40 missing answers without a page between; what gets no second look is not worth one at the end
    assert controls(got) == [("ok", 200)] * 3 and got.report["requests"] == 66 + 3
    assert stops(got) == [] and got.report["stop"] == "finished"
    assert [place for place, path in enumerate(origin.paths()) if path == "/"] == [0, 16, 27, 48]


def test_no_look_is_spent_on_a_crawl_that_ends_well(site, crawl_of):
    first = iter([404])
    origin, seeds = site(12, lambda _, path: next(first, 200) if path == "/a/3" else 200)
    got = crawl_of(seeds, hosts=[origin.host], confirm=True)
    assert controls(got) == [] and got.report["requests"] == 14
    assert origin.paths()[-1] == "/a/3"


@pytest.mark.parametrize(
    ("limits", "delay", "stop"),
    [({"max_pages": 6}, 0, "host_stopped"), ({"max_seconds": 1}, 0.3, "max_seconds")],
    ids=["requests", "seconds"],
)
def test_a_crawl_that_spent_its_budget_still_makes_its_last_look(limits, delay, stop, site, crawl_of):
    origin, seeds = site(90, lambda count, _: 404 if count > 1 else 200)
    pace = {"delay": delay, "concurrency": 1}
    got = crawl_of(seeds, hosts=[origin.host], confirm=True, limits=limits, pace=pace)
    assert controls(got) == [("gone", 404)] and stops(got)[0][0] == "answers_nobody"
    assert got.report["stop"] == stop and origin.paths()[-1] == "/"


def test_without_a_page_that_was_there_nothing_can_be_compared(site, crawl_of):
    origin, seeds = site(12, lambda *_: 404)
    got = crawl_of(seeds, hosts=[origin.host], confirm=True)
    assert controls(got) == [] and set(origin.paths()) == {"/"} and stops(got) == []


def test_one_circle_of_redirects_is_shown_to_a_browser_and_no_more():
    seeds = tuple(Lead(url=f"http://a.cn/{n}", purpose=Purpose.ARTICLE, rank=Rank.SURVEY) for n in range(3))
    plan = CrawlPlan(run_id="r", hosts=("a.cn",), seeds=seeds, user_agent="t")
    walk = Walk(plan, lambda snapshot, _: Step(outcome=snapshot.outcome), lambda *_: None)
    walk.begin(0.0)
    rendered = 0
    now = 0.0
    while (ticket := walk.take(now)) is not None:
        rendered += ticket.lead.render
        at = datetime.now(UTC)
        answer = Answer(
            at=at, ended_at=at, method="GET", outcome=FetchOutcome.UNREACHABLE, cause="redirect_loop",
            status=302, final_url=ticket.lead.url,
        )  # fmt: skip
        walk.settle(ticket, answer, now)
        now += 100
    assert rendered == 1
