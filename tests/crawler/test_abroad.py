"""Targets on others' hosts, with a clock that the test turns: order, pace, budget. And how long busy hosts are spared."""

import asyncio
import heapq
import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request

from crawler.abroad import _TOTAL
from crawler.frontier import Frontier
from crawler.patience import BACK_OFF, LONGEST, Patience
from crawler.ticket import Ticket
from crawler.turns import Turns
from model import Coverage, Lead, Limits, Pace, Purpose, Rank, StopReason

PACE = Pace(delay=2.0, concurrency=1)


def outside(url: str, rank: Rank = Rank.EXTERNAL, **more: object) -> Lead:
    return Lead(url=url, purpose=Purpose.PROBE, rank=rank, external=True, **more)


def frontier_of(pace: Pace = PACE, **limits: int) -> Frontier:
    return Frontier(Limits(**limits), 2, pace)


@dataclass
class Course:
    """A wire whose answers take as long as the test says."""

    frontier: Frontier
    takes: dict[str, float]  # seconds by host name; 0.1 for others
    now: float = 0.0
    sent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    urls: Counter[str] = field(default_factory=Counter)
    ended: dict[str, float] = field(default_factory=dict)
    most_at_once: int = 0

    def run(self, failing: frozenset[str] = frozenset()) -> None:
        wire: list[tuple[float, int, Ticket]] = []
        at_host: Counter[str] = Counter()
        while True:
            while (ticket := self.frontier.take(self.now)) is not None:
                if ticket.lead.external:
                    self.frontier.abroad.sent(ticket.name, self.now)
                at_host[ticket.name] += 1
                assert at_host[ticket.name] == 1 or not ticket.lead.external, "one at a time"
                self.sent[ticket.name].append(self.now)
                self.urls[ticket.lead.url] += 1
                heapq.heappush(wire, (self.now + self.takes.get(ticket.name, 0.1), ticket.order, ticket))
            self.most_at_once = max(self.most_at_once, len(wire))
            due = self.frontier.wake_at()
            if not wire and due is None:
                return
            if wire and (due is None or wire[0][0] <= max(due, self.now)):
                self.now, _, ticket = heapq.heappop(wire)
                at_host[ticket.name] -= 1
                self.ended[ticket.name] = self.now
                self.frontier.done(ticket, failed=ticket.lead.url in failing, now=self.now)
            else:
                assert due is not None and due > self.now, "what is due now is taken now"
                self.now = due

    def gaps(self, name: str) -> list[float]:
        return [later - earlier for earlier, later in itertools.pairwise(self.sent[name])]


def test_fifty_thousand_links_to_five_hundred_targets_are_five_hundred_requests() -> None:
    targets = [f"http://h{host}.example/{page}" for host in range(50) for page in range(10)]
    slow = "h0.example"
    ended = {}
    for takes in ({}, {slow: 20.0}):
        course = Course(frontier_of(), takes)
        added = [course.frontier.add(one, depth=1, now=0) for one in [outside(url) for url in targets] * 100]
        assert (len(added), sum(added)) == (50_000, 500)
        course.run()
        assert course.urls == Counter(targets)
        assert course.frontier.abroad.spent == 500 and course.frontier.drain("finished") == ()
        assert course.most_at_once == _TOTAL
        for name in {f"h{host}.example" for host in range(50)} - ({slow} & set(takes)):
            assert len(course.sent[name]) == 10
            assert min(course.gaps(name)) > 2.0 - 1e-9, name
        ended[bool(takes)] = {name: at for name, at in course.ended.items() if name != slow}
    assert min(course.gaps(slow)) >= 20.0 and course.ended[slow] >= 200
    assert max(ended[True].values()) <= max(ended[False].values()) + 0.2 < 25, (
        "one slow target slows nobody but itself"
    )


def test_a_twenty_third_host_does_not_wait_for_one_that_hangs() -> None:
    """As many hosts hang as leave a single place on the wire: the others still come one after the other."""
    hanging = {f"slow{n}.example": 60.0 for n in range(_TOTAL - 1)}
    course = Course(frontier_of(), dict(hanging))
    for name in hanging:
        course.frontier.add(outside(f"http://{name}/"), depth=1, now=0)
    for n in range(100):
        course.frontier.add(outside(f"http://quick{n}.example/"), depth=1, now=0)
    course.run()
    quick = [course.ended[f"quick{n}.example"] for n in range(100)]
    assert max(quick) < 60 and sorted(quick) == quick, "in the order in which they were found"


def test_the_sites_own_pages_leave_whatever_hangs_abroad() -> None:
    frontier = frontier_of()
    for n in range(_TOTAL + 5):
        frontier.add(outside(f"http://slow{n}.example/"), depth=1, now=0)
    taken = [frontier.take(0.0) for _ in range(_TOTAL + 5)]
    assert len([one for one in taken if one]) == _TOTAL
    frontier.add(Lead(url="http://own.gov.cn/a", purpose=Purpose.ARTICLE, rank=Rank.PROBE), depth=1, now=0)
    own = frontier.take(0.0)
    assert own is not None and own.lead.url == "http://own.gov.cn/a"
    first = next(one for one in taken if one)
    frontier.done(first, failed=False, now=1.0)
    again = frontier.take(1.0)
    assert again is not None and again.lead.external
    assert (frontier.spent, frontier.abroad.spent) == (_TOTAL + 2, _TOTAL + 1)


def test_own_pages_come_before_links_to_others() -> None:
    frontier = frontier_of()
    frontier.add(outside("http://b.example/"), depth=1, now=0)
    frontier.add(Lead(url="http://own.gov.cn/", purpose=Purpose.HOME, rank=Rank.HOME), depth=0, now=0)
    first, second = frontier.take(0.0), frontier.take(0.0)
    assert first is not None and second is not None
    assert [first.lead.url, second.lead.url] == ["http://own.gov.cn/", "http://b.example/"]


def test_beyond_the_budget_links_are_left_over_and_counted() -> None:
    frontier = frontier_of(max_external=30)
    for n in range(100):
        frontier.add(outside(f"http://h{n}.example/"), depth=1, now=0)
    Course(frontier, {}).run()
    assert frontier.abroad.spent == 30 and frontier.over
    (left,) = frontier.drain("finished")
    assert (left.rank, left.reason, left.count) == (Rank.EXTERNAL, "max_external", 70)
    assert left.examples == tuple(f"http://h{n}.example/" for n in range(30, 50))


@pytest.mark.parametrize("reason", ["max_external", "max_seconds"])
def test_second_looks_that_are_left_abroad_are_none_of_the_sites_own(reason: str) -> None:
    """A dead domain that a hundred links lead to takes the budget: of the site all was seen all the same."""
    frontier = frontier_of(max_external=2 if reason == "max_external" else 99, confirm_seconds=30)
    frontier.add(outside("http://gone.example/1"), depth=1, now=0)
    frontier.add(outside("http://gone.example/2"), depth=1, now=0)
    Course(frontier, {}).run()
    for number in (1, 2):
        frontier._failed_at[f"http://gone.example/{number}"] = 1.0
        frontier.add(outside(f"http://gone.example/{number}", Rank.CONFIRM), depth=1, now=1.0)
    frontier.abroad.shed("max_seconds")
    left = frontier.drain("finished")
    assert [(one.rank, one.reason, one.count) for one in left] == [(Rank.EXTERNAL, reason, 2)]
    assert Coverage(stop=StopReason.FINISHED, left=left).menus_complete


def test_who_is_nowhere_needs_no_rest() -> None:
    """A name that leads to no address: its second target is due at once, as if the first had never been sent."""
    frontier = frontier_of(Pace(delay=30.0, concurrency=1))
    for number in (1, 2):
        frontier.add(outside(f"http://gone.example/{number}"), depth=1, now=0)
    abroad = frontier.abroad
    first = frontier.take(0.0)
    assert first is not None and frontier.take(0.0) is None
    abroad.sent("gone.example", 0.0)
    frontier.done(first, failed=True, now=0.1)
    assert frontier.wake_at() == 30.0
    abroad.unsent("gone.example")
    second = frontier.take(0.1)
    assert second is not None and second.lead.url == "http://gone.example/2"


def test_a_host_whose_name_leads_somewhere_again_has_its_turn_and_its_rest() -> None:
    frontier, asked = frontier_of(), list[str]()

    def turn(host: str) -> float:
        asked.append(host)
        return 0.0

    walk = SimpleNamespace(frontier=frontier, late_or_stopping=False)
    turns = Turns(walk, turn, SimpleNamespace(crawling=True))
    for name in ("localhost", "gone.invalid"):
        turns.nowhere(Request(f"http://{name}/", meta={"abroad": name}))
    back, gone = (
        Request(f"http://{n}/", meta={"abroad": n, "ticket": 1}) for n in ("localhost", "gone.invalid")
    )
    asyncio.run(turns.take(back))
    with pytest.raises(CannotResolveHostError):
        asyncio.run(turns.take(gone))
    turns.close()
    assert asked == ["localhost"]
    assert frontier.abroad.free_at("localhost") > 0 and frontier.abroad.free_at("gone.invalid") == 0


def test_a_host_that_asked_for_a_pause_keeps_it_whatever_its_name_leads_to() -> None:
    frontier = frontier_of()
    frontier.abroad.pause("a.example", 60.0)
    frontier.abroad.sent("a.example", 1.0)
    frontier.abroad.unsent("a.example")
    frontier.abroad.unsent("a.example")
    assert frontier.abroad.free_at("a.example") == 60.0


def test_no_budget_asks_nobody() -> None:
    frontier = frontier_of(max_external=0)
    assert not frontier.add(outside("http://a.example/"), depth=1, now=0)
    assert frontier.over and [one.reason for one in frontier.drain("finished")] == ["max_external"]


def test_second_looks_come_last_in_time_and_out_of_a_reserve() -> None:
    """Forty requests, two of them for second looks: thirty-eight first ones, for the other two were wanted."""
    frontier = frontier_of(max_external=40, confirm_seconds=30)
    dead = frozenset({"http://h1.example/0", "http://h2.example/0"})
    course = Course(frontier, {})
    for n in range(10):
        for host in range(6):
            frontier.add(outside(f"http://h{host}.example/{n}"), depth=1, now=0)
    ticket = frontier.take(0.0)
    assert ticket is not None
    frontier.done(ticket, failed=False, now=0.0)
    for url in dead:
        frontier._failed_at[url] = 1.0
        assert frontier.add(outside(url, Rank.CONFIRM), depth=1, now=1.0)
        assert not frontier.add(outside(url, Rank.CONFIRM), depth=1, now=1.0)
    course.run()
    assert frontier.abroad.spent == 40
    assert {url: count for url, count in course.urls.items() if count > 1} == dict.fromkeys(dead, 2)
    assert course.sent["h1.example"][-1] >= 31.0 and course.sent["h2.example"][-1] >= 31.0
    assert [(one.reason, one.count) for one in frontier.drain("finished")] == [("max_external", 60 - 38)]


def test_a_host_that_is_stopped_pauses_or_is_anothers_turn() -> None:
    frontier = frontier_of()
    for n in range(3):
        for host in "abc":
            frontier.add(outside(f"http://{host}.example/{n}"), depth=1, now=0)
    a, b, c = (frontier.take(0.0) for _ in range(3))
    assert a and b and c
    assert frontier.take(5.0) is None, "all three are on the wire"
    abroad = frontier.abroad
    abroad.put_back(a, 50.0)  # another crawl asks it
    assert (abroad.spent, frontier.take(5.0)) == (2, None)
    abroad.pause("b.example", 20.0)
    frontier.done(b, failed=False, now=5.0)
    assert frontier.take(19.9) is None and abroad.wake_at() == 20.0
    later = frontier.take(20.0)
    assert later is not None and later.lead.url == "http://b.example/1"
    c.tries.append(object())
    frontier.later(c, 30.0)
    assert abroad.stop("c.example") == [c], "it was tried, and has something to tell"
    assert abroad.stopped("c.example") and abroad.wake_at() == 50.0
    back = frontier.take(50.0)
    assert back is a
    assert not frontier.add(outside("http://c.example/more"), depth=1, now=0)
    left = {(one.reason, one.count) for one in frontier.drain("max_seconds")}
    assert left == {("host_stopped", 3), ("max_seconds", 5)}


def test_a_host_may_ask_for_more_time_than_the_plan_gives() -> None:
    frontier = frontier_of()
    for n in range(4):
        frontier.add(outside(f"http://a.example/{n}"), depth=1, now=0)
    frontier.abroad.slower("a.example", 7.0)
    frontier.abroad.slower("a.example", 1.0)  # never faster than the plan, nor than it asked before
    course = Course(frontier, {})
    course.run()
    assert course.sent["a.example"] == [0.0, 7.0, 14.0, 21.0]
    abroad = frontier.abroad
    abroad.slower("a.example")
    assert abroad.free_at("a.example") == 21.0 + 14.0


def test_when_the_time_is_over_nothing_more_is_taken() -> None:
    frontier = frontier_of()
    for n in range(3):
        frontier.add(outside(f"http://a.example/{n}"), depth=1, now=0)
    first = frontier.take(0.0)
    assert first is not None
    first.tries.append(object())
    frontier.later(first, 9.0)
    frontier.abroad.shed("max_seconds")
    assert frontier.over and frontier.take(99.0) is None and frontier.wake_at() is None
    assert frontier.take_back() == [first], "its first try is told"
    assert [(one.reason, one.count) for one in frontier.drain("finished")] == [("max_seconds", 2)]


def test_no_browser_is_sent_abroad() -> None:
    frontier = frontier_of()
    assert frontier.add(outside("http://a.example/", render=True), depth=1, now=0)
    assert not frontier.add(outside("http://a.example/"), depth=1, now=0)
    ticket = frontier.take(0.0)
    assert ticket is not None and not ticket.lead.render


def test_a_host_of_the_site_pauses_alone() -> None:
    frontier = Frontier(Limits(confirm_seconds=0), 1)
    for url in ("http://a/1", "http://a/2", "http://b/1"):
        frontier.add(Lead(url=url, purpose=Purpose.ARTICLE, rank=Rank.ARTICLE), depth=0, now=0)
    frontier.add(Lead(url="http://a/0", purpose=Purpose.PROBE, rank=Rank.CONFIRM), depth=0, now=0)
    ticket = frontier.take(0.0)
    assert ticket is not None and ticket.lead.url == "http://a/1"
    frontier.pause("a", 60.0)
    frontier.pause("a", 10.0)
    frontier.done(ticket, failed=False, now=1.0)
    other = frontier.take(1.0)
    assert other is not None and other.lead.url == "http://b/1"
    frontier.done(other, failed=False, now=1.0)
    assert frontier.take(59.0) is None and frontier.wake_at() is not None
    found = frontier.take(60.0)
    assert found is not None and found.lead.url == "http://a/2"
    frontier.done(found, failed=False, now=60.0)
    frontier.pause("a", 90.0)
    assert frontier.take(61.0) is None, "a second look waits as well"
    look = frontier.take(90.0)
    assert look is not None and look.lead.rank is Rank.CONFIRM


@pytest.mark.parametrize(
    ("asked_for", "pauses"),
    [
        ([None, None, None, None], [*BACK_OFF, None]),
        ([3.0, 3.0], [3.0, 3.0]),
        ([LONGEST], [LONGEST]),
        ([LONGEST + 1], [None]),
        ([None, 90.0, None], [5.0, 90.0, 20.0]),
    ],
)
def test_how_long_a_busy_host_is_spared(asked_for: list[float | None], pauses: list[float | None]) -> None:
    patience, now, got = Patience(), 0.0, []
    for one in asked_for:
        got.append(patience.busy("h", one, now))
        now += (got[-1] or 0.0) + 0.1
    assert got == pauses


def test_answers_that_were_on_their_way_do_not_count_twice_and_a_good_one_forgives() -> None:
    patience = Patience()
    assert patience.busy("h", None, 0.0) == 5.0
    assert patience.busy("h", None, 1.0) == 4.0, "sent before the pause began"
    assert patience.busy("h", 60.0, 1.0) == 60.0, "unless it names a longer one"
    assert patience.busy("other", None, 1.0) == 5.0
    patience.well("h")
    assert patience.busy("h", None, 99.0) == 5.0
    assert [patience.silent("s"), patience.silent("s")] == [False, True]
    patience.well("h2")
    assert not patience.silent("h2")
    patience.well("h2")
    assert not patience.silent("h2"), "not twice in a row"
