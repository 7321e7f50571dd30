"""Scores of units, each reckoned by hand: five points a stale column, sixty at most."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from audit.desk.desk import Desk
from audit.desk.sampled import span_at, under
from audit.desk.scoring import ranked, unit_score, unit_scores
from audit.rulings import dispute, resolve, waive
from model import (
    SHANGHAI,
    Adjusted,
    AssessedObject,
    Coverage,
    EntryKind,
    Frozen,
    OpinionResult,
    Rated,
    RulingResult,
    StopReason,
    UnitScore,
)
from report.messages import Messages
from report.unit_scores import HEADS, score_rows
from storage import Store
from tests.audit.desk import year
from tests.audit.desk.year import (
    AFTER,
    FRESH,
    SITES,
    STALE,
    UNDATED,
    audited,
    entered,
    opened,
    opinion,
    store,
    veto_said,
)
from tests.audit.ground import CHECKS

__all__ = ["store"]
D = Decimal
DAY = AFTER.date()


def scores(store: Store, desk: Desk, at: datetime = AFTER) -> dict[str, UnitScore]:
    return {one.unit: one for one in unit_scores(store, desk, at, CHECKS)}


def ends(one: UnitScore) -> tuple[Any, Any, Any]:
    return one.score, one.low, one.high


def test_only_what_is_certain_costs_points_and_ranks_are_shared(store: Store) -> None:
    units = (
        *year.TWO,
        year.unit("县税务局", year.site("shuiwu")),
        year.unit("台盘乡", year.site("portal"), group="乡镇"),
    )
    desk = opened(store, year.assessment(*units))
    audited(store, "caizheng", [STALE, FRESH])  # 100 − 5
    audited(store, "jiaoyu", [STALE, UNDATED])  # 100 − 5, or − 10 once the doubt is confirmed
    audited(store, "portal", [STALE, STALE])  # 100 − 10
    found = scores(store, desk)
    assert ends(found["县财政局"]) == (95, 95, 95) and found["县财政局"].band == "优秀"
    assert ends(found["县教育局"]) == (95, 90, 95) and found["县教育局"].undecided == 1
    assert [found[name].rank for name in ("县财政局", "县教育局", "县税务局", "台盘乡")] == [1, 1, None, 1]
    assert ends(found["县税务局"]) == (None, None, None) and found["县税务局"].why == "unit_score.not_audited"
    assert ends(found["台盘乡"]) == (90, 90, 90)


def test_a_site_that_would_not_open_has_no_score_rather_than_a_hundred_or_none(store: Store) -> None:
    desk = opened(store)
    audited(store, "caizheng", [], pages=())
    found = scores(store, desk)["县财政局"]
    assert ends(found) == (None, None, None) and found.why == "unit_score.not_seen"
    assert found.objects[0].run_id == "R-caizheng-120722" and found.unverified is None
    assert score_rows([found], Messages("zh_CN"))[0][HEADS.index("undecided")] is None  # not 0: nobody looked


@pytest.mark.parametrize("mode", ["deduct", "ratio"])
def test_a_site_of_which_nothing_that_is_scored_was_seen_has_no_score(store: Store, mode: str) -> None:
    """Its home page opened and no column was reached: neither a hundred nor a place in the ranking."""
    desk = opened(store)
    coverage = Coverage(stop=StopReason.HOST_STOPPED)
    audited(store, "caizheng", [], by=year.rules(mode=mode), coverage=coverage)
    audited(store, "jiaoyu", [STALE], by=year.rules(mode=mode), coverage=coverage)
    found = scores(store, desk)
    assert ends(found["县财政局"]) == (None, None, None) and found["县财政局"].rank is None
    assert (found["县财政局"].why, found["县财政局"].unverified) == ("unit_score.nothing_seen", None)
    assert found["县教育局"].score == (D(95) if mode == "deduct" else D("91.67"))  # 55 of 60


def test_the_last_run_within_the_window_counts(store: Store) -> None:
    desk = opened(store)
    audited(store, "caizheng", [STALE] * 4, datetime(2021, 11, 30, 23, 59, tzinfo=SHANGHAI))
    audited(store, "caizheng", [STALE, STALE], datetime(2021, 12, 1, 0, 0, tzinfo=SHANGHAI))
    audited(store, "caizheng", [STALE], datetime(2021, 12, 10, 23, 30, tzinfo=SHANGHAI))
    audited(store, "caizheng", [FRESH], datetime(2021, 12, 11, 0, 0, tzinfo=SHANGHAI))
    assert scores(store, desk)["县财政局"].score == 95
    assert scores(store, desk, datetime(2021, 12, 10, 12, tzinfo=SHANGHAI))["县财政局"].score == 90
    # before the window an interim figure, from what was seen so far
    assert scores(store, desk, datetime(2021, 11, 30, 23, 59, tzinfo=SHANGHAI))["县财政局"].score == 80


def test_the_span_of_an_assessment_without_a_window_is_its_period() -> None:
    bare = year.assessment(windows=())
    assert span_at(bare, AFTER) == (datetime(2021, 1, 1, tzinfo=SHANGHAI), AFTER)
    late = span_at(bare, datetime(2022, 3, 1, tzinfo=SHANGHAI))[1]
    assert late.date() == date(2021, 12, 31)


@pytest.mark.parametrize(
    ("result", "figures", "undecided"),
    [
        (OpinionResult.CONFIRMED, (90, 90, 90), 0),
        (OpinionResult.EXCLUDED, (95, 95, 95), 0),
        (OpinionResult.NOT_APPLICABLE, (95, 95, 95), 0),
    ],
)
def test_an_opinion_settles_a_doubt(
    store: Store, result: OpinionResult, figures: Any, undecided: int
) -> None:
    desk = opened(store)
    record = audited(store, "caizheng", [STALE, UNDATED])
    told = opinion(store, record, "/b/", result)
    desk = entered(store, desk, EntryKind.OPINION, told, "县财政局")
    found = scores(store, desk)["县财政局"]
    assert ends(found) == figures and found.undecided == undecided and found.objects[0].entries == (2,)
    before = scores(store, desk, AFTER.replace(hour=8))["县财政局"]  # an hour before it was given
    assert ends(before) == (95, 90, 95) and before.objects[0].entries == ()


def test_an_opinion_on_other_evidence_does_not_hold(store: Store) -> None:
    desk = opened(store)
    first = audited(store, "caizheng", [STALE], year.later(-3))
    told = opinion(store, first, "/a/", OpinionResult.EXCLUDED)
    desk = entered(store, desk, EntryKind.OPINION, told, "县财政局")
    audited(store, "caizheng", ["2021-10-02"])  # still stale, but with a newer row
    assert scores(store, desk)["县财政局"].score == 95
    same = audited(store, "caizheng", [STALE], year.later(1))
    found = scores(store, desk)["县财政局"]
    assert (found.score, found.objects[0].run_id) == (100, same.id)


def test_a_certain_fault_that_a_person_excluded_costs_nothing(store: Store) -> None:
    desk = opened(store)
    record = audited(store, "caizheng", [STALE, STALE])
    told = opinion(store, record, "/a/", OpinionResult.EXCLUDED)
    assert scores(store, entered(store, desk, EntryKind.OPINION, told, "县财政局"))["县财政局"].score == 95


def test_a_veto_counts_once_a_person_confirms_it(store: Store) -> None:
    desk = opened(store)
    audited(store, "caizheng", [STALE] * 3)  # 100 − 15, and three stale columns
    audited(store, "jiaoyu", [STALE] * 2)  # 90
    suspected = scores(store, desk)["县财政局"]
    assert (suspected.score, suspected.band, suspected.suspected, suspected.vetoes) == (
        85,
        None,
        ("T-VETO-01",),
        (),
    )
    cleared = scores(
        store, entered(store, desk, EntryKind.VETO, veto_said(store, desk, "县财政局", False), "县财政局")
    )["县财政局"]
    assert (cleared.score, cleared.band, cleared.suspected, cleared.vetoes) == (85, "合格", (), ())
    found = scores(
        store, entered(store, desk, EntryKind.VETO, veto_said(store, desk, "县财政局", True), "县财政局")
    )
    confirmed = found["县财政局"]
    assert (confirmed.score, confirmed.band, confirmed.suspected) == (85, "不合格", ())
    assert confirmed.vetoes == ("T-VETO-01",) and confirmed.objects[0].entries == (3,)
    assert found["县教育局"].rank == 1 and confirmed.rank == 2


def test_a_veto_of_earlier_in_the_year_says_nothing_of_the_sample(store: Store) -> None:
    desk = opened(store)
    audited(store, "caizheng", [STALE] * 3)
    june = veto_said(store, desk, "县财政局", False, on=date(2021, 6, 1))
    desk = entered(store, desk, EntryKind.VETO, june, "县财政局")
    assert scores(store, desk)["县财政局"].suspected == ("T-VETO-01",)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_veto_is_asked_anew_once_something_else_is_counted(store: Store, confirmed: bool) -> None:
    desk = opened(store)
    audited(store, "caizheng", [STALE] * 3, year.later(-1))
    said = veto_said(store, desk, "县财政局", confirmed)
    desk = entered(store, desk, EntryKind.VETO, said, "县财政局")
    audited(store, "caizheng", [FRESH, STALE, STALE, STALE])  # another three
    found = scores(store, desk)["县财政局"]
    assert (found.vetoes, found.suspected, found.band, found.objects[0].entries) == (
        (),
        ("T-VETO-01",),
        None,
        (),
    )
    audited(store, "caizheng", [STALE] * 3, year.later(1))  # the very same as then
    assert scores(store, desk)["县财政局"].suspected == ()


def test_what_was_confirmed_fails_and_may_bring_about_a_veto(store: Store) -> None:
    desk = opened(store)
    record = audited(store, "caizheng", [STALE, STALE, UNDATED])
    assert scores(store, desk)["县财政局"].suspected == ()
    told = opinion(store, record, "/c/", OpinionResult.CONFIRMED)
    desk = entered(store, desk, EntryKind.OPINION, told, "县财政局")
    found = scores(store, desk)["县财政局"]
    assert (found.score, found.suspected) == (85, ("T-VETO-01",))


def test_what_was_waived_or_withdrawn_after_the_sample_counts_no_more(store: Store) -> None:
    desk = opened(store)
    record = audited(store, "caizheng", [STALE, STALE])
    first, second = (year.finding(store, record, locus).id for locus in ("/a/", "/b/"))
    waive(store, first, by="王芳", reason="网站改版", until=date(2021, 12, 31), at=year.later(1))
    dispute(store, second, by="县财政局", reason="已更新", at=year.later(2))
    assert scores(store, desk, year.later(0.5))["县财政局"].score == 90
    assert scores(store, desk, year.later(1.5))["县财政局"].score == 95
    resolve(store, second, RulingResult.WITHDRAWN, by="赵敏", reason="属实", at=year.later(3), checks=CHECKS)
    assert scores(store, desk, year.later(2.5))["县财政局"].score == 95
    assert scores(store, desk, year.later(3.5))["县财政局"].score == 100


def adjusted(points: str, rule_id: str = "T-COL-01", on: date = date(2021, 6, 1)) -> Adjusted:
    return Adjusted(
        unit="县财政局", rule_id=rule_id, points=D(points), on=on, recorder="王芳", reason="随机抽查"
    )


@pytest.mark.parametrize(
    ("told", "score"),
    [
        (adjusted("-2"), "93"),
        (adjusted("3"), "98"),
        (adjusted("8"), "100"),  # no more than the item lost
        (adjusted("-90"), "40"),  # no more than the item is worth
        (adjusted("-2", on=date(2021, 12, 12)), "93"),  # recorded after the sample, within the year
        (adjusted("-2", on=date(2020, 12, 31)), "95"),  # another year's
        (adjusted("-2", "T-HOME-01"), "95"),  # an item without points
    ],
)
def test_daily_records_count_in_their_own_item(store: Store, told: Adjusted, score: str) -> None:
    desk = opened(store)
    audited(store, "caizheng", [STALE], by=year.rules(daily_ledger=True))
    audited(store, "jiaoyu", [STALE], by=year.rules(daily_ledger=True))
    found = scores(store, entered(store, desk, EntryKind.ADJUSTED, told, "县财政局"))
    assert found["县财政局"].score == D(score) and found["县教育局"].score == 95


def test_scores_of_others_are_weighed_in_and_one_that_lacks_leaves_no_score(store: Store) -> None:
    blend = {"audit": "0.7", "others": [{"id": "DAILY", "title": "日常考核", "weight": "0.3"}]}
    desk = opened(store, year.assessment(weight_in_host=D("0.04")))
    audited(store, "caizheng", [STALE], by=year.rules(blend=blend))
    lacking = scores(store, desk)["县财政局"]
    assert ends(lacking) == (None, D("66.5"), D("96.5")) and lacking.why == "unit_score.part_lacking"
    told = Rated(unit="县财政局", part="DAILY", score=D(90), rater="督查室", on=DAY)
    found = scores(store, entered(store, desk, EntryKind.RATED, told, "县财政局"))["县财政局"]
    assert ends(found) == (D("93.5"), D("93.5"), D("93.5"))  # 0.7 × 95 + 0.3 × 90
    assert found.rescaled == D("3.74")  # 4 of 100 points of the yearly scheme


def test_three_objects_weigh_together_and_what_only_people_judge_is_rated(store: Store) -> None:
    """台江2021 一: 政务公开、专题栏目维护和政务新媒体. 0.5 × 95 + 0.3 × 90 + 0.2 × 80 = 90.5; with all doubts against it 88."""
    held = (
        year.site("caizheng", weight=D("0.5")),
        AssessedObject(
            name="专题栏目", site_key=SITES["portal"].key, weight=D("0.3"), columns=("/a/", "/b/")
        ),
        AssessedObject(name="政务新媒体", weight=D("0.2")),
    )
    desk = opened(store, year.assessment(year.unit("县财政局", *held)))
    audited(store, "caizheng", [STALE, UNDATED])
    assert scores(store, desk)["县财政局"].why == "unit_score.not_audited"
    audited(store, "portal", [STALE, STALE, STALE, STALE])  # /c/ and /d/ are not theirs
    assert scores(store, desk)["县财政局"].why == "unit_score.not_rated"
    told: Frozen = Rated(unit="县财政局", part="政务新媒体", score=D(80), rater="网信办", on=DAY)
    desk = entered(store, desk, EntryKind.RATED, told, "县财政局")
    found = scores(store, desk)["县财政局"]
    assert ends(found) == (D("90.5"), D("88"), D("90.5")) and found.band is None  # 88 is 合格, 90.5 优秀
    assert [one.score.high for one in found.objects if one.score] == [95, 90, 80]
    assert found.suspected == ()
    assert unit_score(store, desk, AFTER, CHECKS, "县 财政局") == found.model_copy(update={"rank": None})


def test_a_mean_is_graded_before_it_is_rounded_for_show(store: Store) -> None:
    """0.4992 × 90 + 0.5008 × 89 = 89.4992: shown with two places as 89.5, and graded as 89, not as 90 (塔城2020)."""
    held = (
        year.site("caizheng", weight=D("0.4992")),
        AssessedObject(name="政务新媒体", weight=D("0.5008")),
    )
    desk = opened(store, year.assessment(year.unit("县财政局", *held)))
    audited(store, "caizheng", [STALE, STALE], by=year.rules(band_on="integer"))
    told = Rated(unit="县财政局", part="政务新媒体", score=D(89), rater="网信办", on=DAY)
    found = scores(store, entered(store, desk, EntryKind.RATED, told, "县财政局"))["县财政局"]
    assert (found.score, found.band) == (D("89.5"), "合格")


def test_a_pack_without_points_gives_no_score(store: Store) -> None:
    desk = opened(store)
    priced = year.rules()
    bare = tuple(one.model_copy(update={"points": None, "worth": None}) for one in priced.rules)
    audited(store, "caizheng", [STALE], by=priced.model_copy(update={"rules": bare}))
    found = scores(store, desk)["县财政局"]
    assert ends(found) == (None, None, None) and found.why == "unit_score.no_points"


@pytest.mark.parametrize(
    ("address", "column", "lies"),
    [
        ("http://portal.example/zwgk/czj/1.html", "/zwgk/czj/", True),
        ("https://www.portal.example/zwgk/czj", "/zwgk/czj/", True),
        ("http://portal.example/zwgk/czj2/1.html", "/zwgk/czj", False),
        ("http://other.example/zwgk/czj/1.html", "/zwgk/czj/", False),
        ("http://portal.example/list.jsp?id=5", "/list.jsp?id=5", True),
        ("http://portal.example/list.jsp?id=5&page=2", "/list.jsp?id=5", True),
        ("http://portal.example/list.jsp?id=51", "/list.jsp?id=5", False),
        ("http://media.example/czj/x", "http://media.example/czj/", True),
    ],
)
def test_what_lies_under_a_column(address: str, column: str, lies: bool) -> None:
    assert under(address, column, SITES["portal"]) is lies


def test_who_has_a_confirmed_veto_comes_after_all_others() -> None:
    told = [
        UnitScore(unit="a", score=D(99), vetoes=("V",)), UnitScore(unit="b", score=D(60)), UnitScore(unit="c"),
        UnitScore(unit="d", score=D(98), vetoes=("V",)), UnitScore(unit="e", score=D(60)),
    ]  # fmt: skip
    assert [one.rank for one in ranked(told)] == [3, 1, None, 4, 1]
