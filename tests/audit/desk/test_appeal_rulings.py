"""What a ruling on an application does to the ledger and to the score, and who may not give one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from audit.desk.appeal_ruling import admit, rule
from audit.desk.appeal_sheet import Claim
from audit.desk.appealing import apply_one
from audit.desk.appeals import appeals
from audit.desk.desk import Desk, enter, open_desk
from audit.rulings import dispute, resolve
from model import (
    SHANGHAI,
    AppealResult,
    AppealState,
    AssessedObject,
    CaseState,
    Draft,
    EntryKind,
    Fault,
    Opinion,
    OpinionResult,
    Rated,
    RulingResult,
    body_of,
)
from report.appeal_answer import answer_lines
from report.messages import Messages
from storage import Store
from tests.audit.desk.appeal_ground import FINANCE, NOW, WATER, build, finding, mark, plan
from tests.audit.desk.year import store as here
from tests.audit.ground import CHECKS

__all__ = ["here"]

ACCEPTED, REFUSED = AppealResult.ACCEPTED, AppealResult.REFUSED
RULED = datetime(2021, 10, 13, 2, tzinfo=UTC)


def applied(store: Store, desk: Desk, unit: str, what: str, day: int = 8) -> Desk:
    about = {"finding": what} if what.startswith("F-") else {"item": what}
    claim = Claim(unit, "已经更新", datetime(2021, 10, day, 9, tzinfo=SHANGHAI), applicant="李四", **about)
    apply_one(store, desk, claim, by="王五", now=NOW)
    return open_desk(store)


def ruled(store: Store, desk: Desk, number: int, result: AppealResult, **more: object) -> Desk:
    told = {"by": "赵敏", "reason": "经核实", "at": RULED, "now": NOW, "checks": CHECKS} | more
    rule(store, desk, number, result, **told)  # type: ignore[arg-type]
    return open_desk(store)


def figures(desk: Desk, number: int) -> tuple[Decimal | None, Decimal | None]:
    found = appeals(desk)[number - 1].ruled
    assert found and found[1].before and found[1].after
    return found[1].before.score, found[1].after.score


def test_three_applications(store: Store) -> None:
    """One in time that is right, one in time that is not, one too late over the national week, admitted by nobody."""
    desk = build(store)
    desk = applied(store, desk, "财政局", finding(FINANCE, "/a/"), day=11)
    desk = applied(store, desk, "财政局", finding(FINANCE, "/b/"), day=9)
    desk = applied(store, desk, "水务局", finding(WATER, "/a/"), day=12)
    desk = ruled(store, desk, 1, ACCEPTED)
    desk = ruled(store, desk, 2, REFUSED)
    with pytest.raises(Fault, match="appeal_late"):
        ruled(store, desk, 3, ACCEPTED)
    assert [one.state for one in appeals(desk)] == [
        AppealState.ACCEPTED, AppealState.REFUSED, AppealState.NOT_ADMITTED,
    ]  # fmt: skip
    # two columns cost 10, of which the section takes 8; then one of them is left
    assert figures(desk, 1) == (Decimal(92), Decimal(95)) and figures(desk, 2) == (Decimal(95), Decimal(95))
    states = [store.case_named(finding(site, key)).state for site, key in ((FINANCE, "/a/"), (FINANCE, "/b/"), (WATER, "/a/"))]  # fmt: skip
    assert states == [CaseState.WITHDRAWN, CaseState.OPEN, CaseState.OPEN]
    (ruling,) = store.rulings(fingerprints=[mark(FINANCE, "/a/")])
    assert (ruling.high_before, ruling.high_after) == (Decimal(92), Decimal(95))


def test_a_late_one_is_reviewed_once_somebody_admits_it(here: Store) -> None:
    desk = applied(here, build(here), "水务局", finding(WATER, "/a/"), day=12)
    assert not here.case_named(finding(WATER, "/a/")).disputed
    admit(here, desk, 1, by="赵敏", reason="邮路中断", at=RULED, now=NOW)
    assert here.case_named(finding(WATER, "/a/")).disputed
    desk = open_desk(here)
    with pytest.raises(Fault, match="appeal_admitted"):
        admit(here, desk, 1, by="赵敏", reason="邮路中断", at=RULED, now=NOW)
    assert figures(ruled(here, desk, 1, ACCEPTED), 1) == (Decimal(95), Decimal(100))


def test_one_in_time_needs_nobody_to_admit_it(here: Store) -> None:
    desk = applied(here, build(here), "水务局", finding(WATER, "/a/"))
    with pytest.raises(Fault, match="appeal_in_time"):
        admit(here, desk, 1, by="赵敏", reason="邮路中断", at=RULED, now=NOW)


NO_RULINGS: tuple[tuple[dict[str, object], str], ...] = (
    ({"by": "李四"}, "appeal_own"),  # who applied
    ({"by": " 王 五"}, "appeal_own"),  # who took it in
    ({"by": "财政局"}, "appeal_own"),
    ({"by": " "}, "case_text_empty"),
    ({"reason": ""}, "case_text_empty"),
    ({"reason": "长" * 1001}, "case_text_long"),
    ({"at": datetime(2021, 10, 7, tzinfo=SHANGHAI)}, "appeal_ruled_before"),
    ({"refers": (1,)}, "appeal_refers_not"),
)


def test_who_may_not_rule_and_what_is_no_ruling(here: Store) -> None:
    desk = applied(here, build(here), "财政局", finding(FINANCE, "/a/"))
    for more, fault in NO_RULINGS:
        with pytest.raises(Fault, match=fault):
            ruled(here, desk, 1, ACCEPTED, **more)
    assert appeals(open_desk(here))[0].state is AppealState.PENDING
    assert here.case_named(finding(FINANCE, "/a/")).disputed


def test_nothing_is_ruled_on_twice(here: Store) -> None:
    desk = applied(here, build(here), "财政局", finding(FINANCE, "/a/"))
    ruled(here, desk, 1, ACCEPTED)
    with pytest.raises(Fault, match="appeal_ruled"):
        ruled(here, open_desk(here), 1, REFUSED)
    with pytest.raises(Fault, match="appeal_ruled"):  # in sight of an older dossier
        ruled(here, desk, 1, ACCEPTED)
    assert len(open_desk(here).of(EntryKind.RULED)) == 1


def test_a_ruling_whose_entry_was_lost_is_entered_by_the_next_try(here: Store) -> None:
    """The ledger and the dossier are two transactions: whoever died between them rules again."""
    desk = applied(here, build(here), "财政局", finding(FINANCE, "/a/"))
    resolve(
        here,
        finding(FINANCE, "/a/"),
        RulingResult.WITHDRAWN,
        by="赵敏",
        reason="经核实",
        at=RULED,
        checks=CHECKS,
    )
    with pytest.raises(
        Fault, match="appeal_withdrawn"
    ):  # the dossier would say one thing, the ledger another
        ruled(here, desk, 1, REFUSED)
    desk = ruled(here, desk, 1, ACCEPTED, at=RULED + timedelta(hours=1))
    assert appeals(desk)[0].state is AppealState.ACCEPTED and figures(desk, 1) == (Decimal(92), Decimal(95))
    assert len(here.rulings(fingerprints=[mark(FINANCE, "/a/")])) == 1


def test_what_the_ledger_upheld_is_not_accepted(here: Store) -> None:
    desk = applied(here, build(here), "财政局", finding(FINANCE, "/a/"))
    told = {"by": "钱七", "reason": "属实", "at": RULED, "checks": CHECKS}
    resolve(here, finding(FINANCE, "/a/"), RulingResult.UPHELD, **told)  # type: ignore[arg-type]
    with pytest.raises(Fault, match="appeal_upheld") as refused:
        ruled(here, desk, 1, ACCEPTED)
    assert refused.value.params["by"] == "钱七"
    assert appeals(ruled(here, desk, 1, REFUSED))[0].state is AppealState.REFUSED


def test_in_a_closed_assessment_a_ruling_moves_nothing(here: Store) -> None:
    desk = applied(here, build(here), "财政局", finding(FINANCE, "/a/"))
    enter(here, desk, [Draft(kind=EntryKind.CLOSED, at=RULED, by="张三", body={})], NOW)
    before = here.cases(FINANCE.key)
    with pytest.raises(Fault, match="assessment_closed"):
        rule(here, open_desk(here, "2021"), 1, ACCEPTED, by="赵敏", reason="经核实", at=RULED, now=NOW, checks=CHECKS)  # fmt: skip
    assert here.cases(FINANCE.key) == before


def test_what_was_never_filed_is_excluded_by_an_opinion(here: Store) -> None:
    """An audit as of a day that the ledger was past already keeps its findings and files none."""
    desk = applied(here, build(here, filed=False), "财政局", finding(FINANCE, "/a/"))
    desk = ruled(here, desk, 1, ACCEPTED)
    assert figures(desk, 1) == (Decimal(92), Decimal(95))
    told = "\n".join(answer_lines(appeals(desk)[0], desk.assessment, RULED.date(), Messages("zh_CN")))
    assert f"排除问题 {finding(FINANCE, '/a/')}" in told and "今后" not in told


def test_a_dispute_over_what_was_seen_since_is_not_ours_to_settle(here: Store) -> None:
    desk = applied(here, build(here), "财政局", finding(FINANCE, "/a/"), day=12)  # late: not disputed yet
    admit(here, desk, 1, by="赵敏", reason="邮路中断", at=RULED, now=NOW)
    case = here.case_named(finding(FINANCE, "/a/"))
    assert case.dispute is not None
    other = case.model_copy(update={"dispute": case.dispute.model_copy(update={"evidence": "e" * 64})})
    here.keep_case(other, case)
    with pytest.raises(Fault, match="appeal_disputed"):
        ruled(here, open_desk(here), 1, ACCEPTED)


def test_a_doubt_is_excluded_by_an_opinion(here: Store) -> None:
    """/c/ of the water bureau has no date: nobody is sure, it costs nothing and widens the range."""
    desk = applied(here, build(here), "水务局", finding(WATER, "/c/"))
    with pytest.raises(Fault, match="case_none"):
        dispute(here, finding(WATER, "/c/"), by="李四", reason="已经更新", at=RULED)
    desk = ruled(here, desk, 1, ACCEPTED)
    found = appeals(desk)[0].ruled
    assert found and found[1].before and found[1].after
    assert (found[1].before.low, found[1].after.low) == (Decimal(92), Decimal(95))
    ((entry, opinion),) = desk.told(EntryKind.OPINION, Opinion)
    assert found[1].refers == (entry.number,) and opinion.result is OpinionResult.EXCLUDED
    assert opinion.site_key == WATER.key


def test_what_is_no_finding_is_mended_by_an_entry_of_its_own(here: Store) -> None:
    desk = applied(here, build(here), "财政局", "依申请公开办理")
    with pytest.raises(Fault, match="appeal_refers_none"):
        ruled(here, desk, 1, ACCEPTED)
    with pytest.raises(Fault, match="appeal_refers_wrong"):
        ruled(here, desk, 1, ACCEPTED, refers=(1,))
    rating = Rated(
        unit="财政局", part="daily", score=Decimal(90), rater="督查室", on=RULED.date(), reason="更正"
    )
    (entry,) = enter(
        here, desk, [Draft(kind=EntryKind.RATED, at=RULED, by="督查室", body=body_of(rating))], NOW
    )
    desk = ruled(here, open_desk(here), 1, ACCEPTED, refers=(entry.number,))
    found = appeals(desk)[0].ruled
    assert found and found[1].refers == (entry.number,)


@pytest.mark.parametrize(("told", "item"), [("T-VETO-01", "T-VETO-01"), ("不更新栏目9个以上", "T-VETO-01"), ("政务新媒体", "政务新媒体")])  # fmt: skip
def test_one_may_apply_about_a_veto_by_count_and_about_what_others_rate(here: Store, told: str, item: str) -> None:  # fmt: skip
    site, media = plan().units[0].objects[0], AssessedObject(name="政务新媒体", weight=Decimal("0.2"))
    held = (site.model_copy(update={"weight": Decimal("0.8")}), media)
    units = (plan().units[0].model_copy(update={"objects": held}), plan().units[1])
    desk = applied(here, build(here, units=units), "财政局", told)
    assert appeals(desk)[0].said.item == item


def test_a_refused_one_needs_no_correction(here: Store) -> None:
    desk = applied(here, build(here), "财政局", "总分")
    desk = ruled(here, desk, 1, REFUSED)
    assert figures(desk, 1) == (Decimal(92), Decimal(92))
