"""Which pages a recheck may ask for, and when two looks saw the same."""

from datetime import UTC, datetime

import pytest

from audit.desk.appeal_sheet import Claim
from audit.desk.appealing import apply_one
from audit.desk.desk import open_desk
from audit.desk.recheck_trail import Trail
from audit.desk.rechecking import recheck, rule_alone
from model import (
    SHANGHAI,
    Appeal,
    AppealState,
    Fault,
    Lead,
    Look,
    Outcome,
    Purpose,
    Rank,
    Recheck,
    Severity,
    Site,
    Verdict,
)
from report.appeals import recheck_lines
from report.messages import Messages
from storage import Store
from tests.audit.desk.appeal_ground import FINANCE, NOW, build, finding
from tests.audit.desk.year import store as here
from tests.audit.ground import CHECKS, pack

__all__ = ["here"]

SITE = Site(home="http://www.qinghe.example/")
TRAIL = Trail(seeds=(), places=frozenset({"/", "/news/", "/news/9.html"}), folder="/news/", site=SITE)


def lead(path: str, purpose: Purpose, rank: Rank = Rank.LIST, found_on: str | None = None) -> Lead:
    return Lead(url=f"http://www.qinghe.example{path}", purpose=purpose, rank=rank, found_on=found_on)


@pytest.mark.parametrize(
    ("asked", "may"),
    [
        (lead("/", Purpose.HOME), True),
        (lead("/news/#top", Purpose.COLUMN), True),
        (lead("/news/index_2.html", Purpose.LIST, Rank.NEXT), True),
        (lead("/news/town/", Purpose.COLUMN), True),  # a column within it may hold its newest row
        (lead("/api/rows?page=2", Purpose.LIST, Rank.NEXT, "http://www.qinghe.example/news/"), True),
        (lead("/news/9.html", Purpose.PROBE, Rank.PROBE), True),
        (lead("/news/9.html", Purpose.PROBE, Rank.CONFIRM), True),
        (lead("/news/nosuch9.html", Purpose.SIBLING), True),  # how the host answers for what is not there
        (lead("/news/1.html", Purpose.ARTICLE, Rank.ARTICLE), False),
        (lead("/news/1.html", Purpose.PROBE, Rank.PROBE), False),
        (lead("/notices/", Purpose.COLUMN), False),
        (lead("/notices/index_2.html", Purpose.LIST, Rank.NEXT, "http://www.qinghe.example/notices/"), False),
    ],
)
def test_a_recheck_asks_for_what_the_finding_rests_on(asked: Lead, may: bool) -> None:
    assert TRAIL.leads_there(asked) is may
    assert TRAIL._replace(places=None).leads_there(asked)


def look(outcome: Outcome | None, digest: str = "a", *, partial: bool = False) -> Look:
    verdict = outcome and Verdict(
        rule_id="T-COL-01", check="stale", section="a", severity=Severity.DEDUCT, locus="/news/", outcome=outcome,
        message_id="x.stale",
    )  # fmt: skip
    at = datetime(2021, 10, 12, tzinfo=UTC)
    return Look(run_id="R1", as_of=at, verdict=verdict, digest=digest if outcome else "", partial=partial)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (look(Outcome.FAIL), look(Outcome.FAIL), True),
        (look(Outcome.FAIL), look(Outcome.FAIL, "b"), False),
        (look(Outcome.FAIL), look(Outcome.PASS), False),
        (look(Outcome.FAIL), look(None), None),
        (look(Outcome.FAIL), look(Outcome.FAIL, partial=True), True),
        (look(Outcome.FAIL), look(Outcome.UNSURE, "b", partial=True), None),
        (look(Outcome.UNSURE), look(Outcome.UNSURE), True),
        (look(Outcome.FAIL), look(Outcome.UNSURE, "b"), False),
        # nobody could look: neither confirmed nor mended
        (look(Outcome.FAIL), look(Outcome.BLOCKED, "b"), None),
        (look(Outcome.FAIL), look(Outcome.NOT_OBSERVED, "b"), None),
        (look(Outcome.FAIL), look(Outcome.CRASHED, "b"), None),
    ],
)
def test_two_looks(one: Look, other: Look, same: bool | None) -> None:
    assert one.same(other) is same and other.same(one) is same


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (look(Outcome.FAIL), "recheck.now_same"),
        (look(Outcome.PASS, "b"), "recheck.now_differs"),
        (look(Outcome.UNSURE, "b"), "recheck.now_unsure"),  # a person has to look: nothing is mended yet
        (look(Outcome.BLOCKED, "b"), "recheck.now_unsure"),
    ],
)
def test_what_is_said_of_the_site_as_it_is_now(now: Look, told: str) -> None:
    recorded = look(Outcome.FAIL)
    seen = Recheck(appeal=1, fingerprint="f" * 64, recorded=recorded, archived=recorded, now=now)
    lines = list(recheck_lines(seen, Messages("en")))
    assert Messages("en").text(told, requests=0) in lines


def test_without_the_archived_pages_the_recheck_says_so_and_moves_nothing(here: Store) -> None:
    desk = build(here)
    at = datetime(2021, 10, 8, 9, tzinfo=SHANGHAI)
    apply_one(
        here, desk, Claim("财政局", "已经更新", at, finding=finding(FINANCE, "/a/")), by="王五", now=NOW
    )
    apply_one(here, open_desk(here), Claim("财政局", "偏低", at, item="总分"), by="王五", now=NOW)
    late = datetime(2021, 10, 12, tzinfo=SHANGHAI)
    apply_one(
        here,
        open_desk(here),
        Claim("财政局", "偏低", late, finding=finding(FINANCE, "/b/")),
        by="王五",
        now=NOW,
    )
    before = here.cases(FINANCE.key), here.runs()

    def looked(number: int) -> Appeal:
        return recheck(
            here, open_desk(here), number, by="赵敏", at=None, clock=lambda: NOW, checks=CHECKS, means=None
        )

    found = looked(1)
    (_, seen) = found.rechecked[0]
    assert found.state is AppealState.RECHECKED and (here.cases(FINANCE.key), here.runs()) == before
    assert seen.recorded.verdict and seen.recorded.verdict.locus == "/a/" and seen.now is None
    assert (seen.archived.verdict, seen.archived.why) == (None, "recheck.gone")
    assert Messages("en").text("recheck.archived_unsure") in recheck_lines(seen, Messages("en"))
    for number, fault in ((2, "appeal_no_finding"), (3, "appeal_late"), (4, "appeal_unknown")):
        with pytest.raises(Fault, match=fault):
            looked(number)


def test_a_rule_alone_is_no_pack_a_score_could_come_of() -> None:
    whole = pack(digest="a" * 64)
    alone = rule_alone(whole, "T-COL-01")
    assert [one.id for one in alone.rules] == ["T-COL-01"] and not alone.tallies and not alone.manual
    assert alone.id != whole.id and alone.digest not in ("", whole.digest)
    assert alone.digest != rule_alone(whole, "T-HOME-01").digest
