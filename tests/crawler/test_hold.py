"""While what was fetched cannot be kept as fast, nothing new is fetched; then the crawl goes on."""

from crawler.walk import Walk
from model import CrawlPlan, Fault, Lead, Purpose, Rank, Step

HOME = "http://127.0.0.1:8/"


def test_nothing_is_taken_while_there_is_no_room() -> None:
    seeds = tuple(Lead(url=f"{HOME}{one}", purpose=Purpose.ARTICLE, rank=Rank.ARTICLE) for one in range(2))
    plan = CrawlPlan(run_id="R1", hosts=("127.0.0.1:8",), seeds=seeds, user_agent="x")
    walk = Walk(plan, lambda _s, _b: Step(), lambda _s, _b: None)
    full = True
    walk.hold = lambda: full
    walk.begin(0.0)
    assert walk.take(1.0) is None and not walk.over
    full = False
    assert walk.take(2.0) is not None


def test_who_may_not_go_on_at_all_ends_the_crawl() -> None:
    seeds = (Lead(url=HOME, purpose=Purpose.HOME, rank=Rank.HOME),)
    plan = CrawlPlan(run_id="R1", hosts=("127.0.0.1:8",), seeds=seeds, user_agent="x")
    walk = Walk(plan, lambda _s, _b: Step(), lambda _s, _b: None)

    def lost() -> bool:
        raise Fault("fault.lease_lost")

    walk.hold = lost
    walk.begin(0.0)
    assert walk.take(1.0) is None and walk.over
    assert isinstance(walk.failure, Fault) and walk.failure.message_id == "fault.lease_lost"
