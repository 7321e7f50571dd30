"""A page whose step is pending holds nothing up, and changes nothing that is found or how a host is treated."""

import json
import random
from datetime import UTC, datetime

import pytest

from crawler.answer import Answer
from crawler.unread import _LONGEST, _MOST
from crawler.walk import Walk
from model import CrawlPlan, Fault, FetchOutcome, Lead, Limits, Purpose, Rank, Step, StopReason

HOST = "a.cn"


class Reading:
    """A step that is there once somebody says so."""

    def __init__(self, made):
        self.made, self.ready, self.told = made, False, []

    def step(self):
        return self.made()

    def when_ready(self, told):
        self.told.append(told)

    def done(self):
        self.ready = True
        for one in self.told:
            one()


def lead(path, rank=Rank.SURVEY, purpose=Purpose.ARTICLE, **more):
    return Lead(url=f"http://{HOST}{path}", purpose=purpose, rank=rank, **more)


class Crawl:
    """A walk without a wire: `ask` sends what may be sent, `read` says that a page has been read."""

    def __init__(self, tree, seeds, *, pending=True, fails=(), concurrency=2, **limits):
        self.now, self.asked, self.stepped, self.sunk, self.woken = 0.0, [], [], [], 0
        self.readings = {}
        plan = CrawlPlan(
            run_id="r", hosts=(HOST,), seeds=tuple(seeds), limits=Limits(**limits), user_agent="t",
            pace={"concurrency": concurrency},
        )  # fmt: skip

        def follow(snapshot, _body):
            path = snapshot.url.partition(HOST)[2]

            def made():
                if path in fails:
                    raise fails[path]
                self.stepped.append(path)
                leads, outcome = tree.get(path, ((), snapshot.outcome))
                return Step(leads=tuple(leads), outcome=outcome)

            if not pending:
                return made()
            self.readings[path] = Reading(made)
            return self.readings[path]

        def woken():
            self.woken += 1

        self.walk = Walk(plan, follow, lambda snapshot, _: self.sunk.append(snapshot.url))
        self.walk.wake = woken
        self.walk.begin(0.0)

    def ask(self, most=1000, outcome=FetchOutcome.OK, **more):
        for _ in range(most):
            ticket = self.walk.take(self.now)
            if ticket is None:
                return
            path = ticket.lead.url.partition(HOST)[2]
            self.asked.append(path)
            at = datetime.now(UTC)
            told = {"status": 200, "body": path.encode() * 3000, "sha256": path, **more}
            answer = Answer(
                at=at, ended_at=at, method="GET", outcome=outcome, final_url=ticket.lead.url, **told,
            )  # fmt: skip
            self.walk.settle(ticket, answer, self.now)

    def read(self, *paths):
        for path in paths:
            self.readings[path].done()
        self.walk.catch_up(self.now)


def test_the_crawl_goes_on_and_steps_are_taken_in_the_order_of_the_pages():
    crawl = Crawl({"/1": ([lead("/11")], FetchOutcome.OK)}, [lead("/1"), lead("/2"), lead("/3")])
    crawl.ask()
    assert crawl.asked == ["/1", "/2", "/3"] and len(crawl.sunk) == 3
    assert not crawl.walk.over and crawl.walk.wake_at() == crawl.walk.plan.limits.max_seconds
    crawl.read("/3", "/2")
    assert crawl.stepped == [] and crawl.woken == 2
    crawl.read("/1")
    assert crawl.stepped == ["/1", "/2", "/3"]
    crawl.ask()
    crawl.read("/11")
    assert crawl.asked[-1] == "/11" and crawl.walk.over
    report = crawl.walk.report()
    assert report.stop is StopReason.FINISHED and report.outcomes == {FetchOutcome.OK: 4}


@pytest.mark.parametrize("seed", range(4))
def test_a_crawl_finds_what_it_finds_without_pending_steps(seed):
    luck = random.Random(seed)
    paths = [f"/{n}" for n in range(400)]
    tree = {one: ([lead(to) for to in luck.sample(paths, 3)], FetchOutcome.OK) for one in ["/", *paths]}
    home = [lead("/", Rank.HOME, Purpose.HOME)]
    serial, late = Crawl(tree, home, pending=False), Crawl(tree, home)
    serial.ask()
    while not late.walk.over:
        late.ask(luck.randrange(1, 9))
        waiting = [path for path, one in late.readings.items() if not one.ready]
        late.read(*luck.sample(waiting, min(len(waiting), luck.randrange(1, 9))))
    assert sorted(late.asked) == sorted(serial.asked)
    assert [f"http://{HOST}{path}" for path in late.stepped] == late.sunk
    assert late.walk.report().outcomes == serial.walk.report().outcomes


def test_only_so_many_pages_wait_to_be_read_and_none_for_long():
    crawl = Crawl({}, [lead(f"/{n}") for n in range(200)])
    crawl.ask()
    assert len(crawl.asked) == _MOST
    crawl.read("/0", "/1")
    crawl.ask()
    assert len(crawl.asked) == _MOST + 2

    crawl = Crawl({}, [lead(f"/{n}") for n in range(9)])
    crawl.ask(2)
    crawl.now = _LONGEST + 0.1
    crawl.ask()
    assert len(crawl.asked) == 2
    crawl.read("/0", "/1")
    crawl.ask(2)
    assert len(crawl.asked) == 4


def test_a_refusal_is_heard_of_before_anything_more_is_asked():
    crawl = Crawl({}, [lead(f"/{n}") for n in range(20)])
    crawl.ask(3)
    for n in range(3, 6):
        crawl.ask(1, FetchOutcome.BLOCKED, cause="challenge", status=412)
        crawl.ask()
        assert len(crawl.asked) == n + 1
        crawl.read(*(path for path, one in crawl.readings.items() if not one.ready))
    assert crawl.walk.over
    (stop,) = crawl.walk.report().host_stops
    assert (stop.reason, stop.after_requests) == ("refused", 6)


def test_a_challenge_that_only_reading_tells_stops_the_host_a_few_pages_late_and_slows_it_at_once():
    walled = {f"/{n}": ((), FetchOutcome.BLOCKED) for n in range(2, 50)}
    crawl = Crawl(walled, [lead(f"/{n}") for n in range(50)])
    wary = []
    crawl.walk.be_wary = lambda host, challenged: wary.append((host, challenged)) or True
    crawl.ask(4)
    crawl.read("/0", "/1", "/2")
    assert wary == [(HOST, True)]
    crawl.ask()
    assert len(crawl.asked) == 4  # from the first one on nothing is asked before all that came is read
    crawl.read("/3")
    crawl.ask()
    assert len(crawl.asked) == 5
    crawl.read("/4")
    assert crawl.walk.over and crawl.walk.report().host_stops[0].reason == "refused"


@pytest.mark.parametrize(
    ("answer", "read_as", "reason", "most"),
    [
        ({"body": b"<script>wait()</script>", "sha256": "same"}, FetchOutcome.OK, "throttled", 20),
        ({"body": b"<p>later</p>"}, FetchOutcome.BLOCKED, "refused", 3),  # each a little different
        ({"body": b"a" * 12000, "sha256": "same"}, FetchOutcome.BLOCKED, "refused", 3),
        ({"body": b"a" * 5000}, FetchOutcome.BLOCKED, "refused", 3),
    ],
    ids=["one short text", "short texts", "one long text", "much smaller"],
)
def test_a_host_that_turns_while_pages_are_being_read_is_asked_no_more_than_if_none_were(
    answer, read_as, reason, most
):
    walled = {f"/{n}": ((), read_as) for n in range(40, 200)}
    crawl = Crawl(walled, [lead(f"/{n}") for n in range(200)])
    for _ in range(40):  # long pages, some of them unread when the host turns
        crawl.ask(1, body=b"page" * 9000)
    crawl.read(*(f"/{n}" for n in range(30)))
    while not crawl.walk.over:
        crawl.ask(**answer)
        crawl.read(*(path for path, one in crawl.readings.items() if not one.ready))
    assert len(crawl.asked) == 40 + most
    (stop,) = crawl.walk.report().host_stops
    assert (stop.reason, stop.after_requests) == (reason, len(crawl.asked))


def test_second_and_last_looks_wait_for_what_is_still_being_read():
    tree = {
        "/dead": ([lead("/dead", Rank.CONFIRM)], FetchOutcome.GONE),
        "/a": ([lead("/b")], FetchOutcome.OK),
    }
    crawl = Crawl(tree, [lead("/dead"), lead("/a")], confirm_seconds=0)
    crawl.ask(2)
    crawl.read("/dead")
    crawl.ask()
    assert crawl.asked == ["/dead", "/a"]
    crawl.read("/a")
    crawl.ask(1)
    assert crawl.asked[2:] == ["/b"]
    crawl.ask()
    assert crawl.asked[2:] == ["/b"]
    crawl.read("/b")
    crawl.ask()
    assert crawl.asked[2:] == ["/b", "/dead"]


def test_where_the_budget_is_scarce_nothing_is_asked_before_what_may_be_wanted_more():
    seeds = [lead("/list", Rank.LIST, Purpose.LIST), *(lead(f"/{n}") for n in range(30))]
    tree = {"/list": ([lead("/next", Rank.NEXT, Purpose.LIST)], FetchOutcome.OK)}
    scarce, ample = (Crawl(tree, seeds, max_pages=most) for most in (20, 1000))
    for crawl in (scarce, ample):
        crawl.ask()
    assert scarce.asked == ["/list"] and len(ample.asked) == 31
    scarce.read("/list")
    scarce.ask(1)
    assert scarce.asked[1:] == ["/next"]


def test_a_step_that_fails_late_costs_a_page_and_a_fault_the_crawl():
    crawl = Crawl({}, [lead("/1"), lead("/2")], fails={"/1": RuntimeError("stumbles")})
    crawl.ask()
    crawl.read("/1", "/2")
    assert crawl.stepped == ["/2"] and crawl.walk.over and crawl.walk.failure is None
    assert crawl.walk.report().outcomes == {FetchOutcome.OK: 2}

    crawl = Crawl({}, [lead("/1"), lead("/2")], fails={"/1": Fault("fault.lease_lost")})
    crawl.ask()
    crawl.read("/1")
    assert isinstance(crawl.walk.failure, Fault) and crawl.walk.interrupted and crawl.walk.over


def test_who_interrupts_a_crawl_waits_for_no_page_and_time_that_is_up_for_those_that_came():
    crawl = Crawl({"/1": ([lead("/3")], FetchOutcome.OK)}, [lead("/1"), lead("/2")], max_seconds=9)
    crawl.ask()
    crawl.now = 10.0
    assert crawl.walk.take(crawl.now) is None and not crawl.walk.over
    crawl.read("/1", "/2")
    crawl.walk.take(crawl.now)
    assert crawl.walk.over
    report = crawl.walk.report()
    assert report.stop is StopReason.MAX_SECONDS and [one.count for one in report.left] == [1]

    crawl = Crawl({}, [lead("/1"), lead("/2")])
    crawl.ask()
    crawl.walk.stop(StopReason.INTERRUPTED)
    assert crawl.walk.over and crawl.walk.report().outcomes == {FetchOutcome.OK: 2}


def test_on_the_wire_pages_that_are_read_in_threads_are_all_followed(origin_of, crawl_of, tools):
    origin = origin_of()
    for n in range(12):
        leads = [tools.lead(origin.url(f"/{m}"), 6) for m in (2 * n + 1, 2 * n + 2) if m < 12]
        origin.pages[f"/{n}"] = "\n".join(f"LEAD {json.dumps(one)}" for one in leads)
    got = crawl_of([tools.lead(origin.url("/0"), 6)], reads_in_threads=True)
    assert sorted(origin.paths()) == sorted(f"/{n}" for n in range(12))
    assert got.report["stop"] == "finished" and got.report["outcomes"] == {"ok": 12}
    assert got.followed == [one["id"] for one in got.snapshots] and got.stderr == ""
