"""Rankings of frozen results, by figures written down by hand: what stands beside what, and what is not compared."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from audit.desk.desk import open_desk
from audit.desk.publishing import publication, publicity, publish
from audit.desk.ranking import frozen, put_up, ranking
from model import Draft, EntryKind, Fault, Published, Result, Score, ScoreStep, body_of
from report.messages import Messages
from report.publicity import render_publicity
from report.ranking import Ranking, ranking_csv, ranking_table
from storage import Store, open_store
from tests.audit.desk.a_result import (
    BUREAUS,
    DRAFT,
    FINAL,
    FROZEN,
    RULED,
    desk,
    final,
    opened,
    result,
    scored,
)

ZH = Messages("zh_CN")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("empty")
    with open_store(f"sqlite:///{folder}/duwang.sqlite", folder / "archive") as kept:
        yield kept


def published(of: Result) -> Draft:
    made = publication(Published.RESULTS, of, date(2021, 9, 30), date(2021, 10, 11), {})
    return Draft(kind=EntryKind.PUBLISHED, at=FROZEN, by="王芳", body=body_of(made))


def told(ranking: Ranking, group: str, *columns: str) -> list[list[str]]:
    heads, groups = ranking_table(ranking, ZH)
    return [[row[heads.index(column)] for column in columns] for row in groups[group]]


def test_nothing_is_shown_that_was_not_frozen() -> None:
    with pytest.raises(Fault, match="result_not_frozen"):
        frozen(desk())


def test_versions_are_named_and_the_newest_is_the_default() -> None:
    seen = desk(result(), final())
    assert frozen(seen).version == 2 and frozen(seen, 1).scores == DRAFT
    with pytest.raises(Fault) as refused:
        frozen(seen, 3)
    assert refused.value.params["known"] == "1、2"


def test_units_are_ranked_by_group_and_those_without_a_score_stand_last() -> None:
    found = ranking(desk(result()), result())
    heads, _ = ranking_table(found, ZH)
    assert heads == ["名次", "单位", "得分", "得分区间", "等次", "未核验项", "单项否决", "说明"]
    assert told(found, BUREAUS, "名次", "单位", "得分", "得分区间", "未核验项") == [
        ["1", "县财政局", "89.5", "86.5～89.5", "3"],
        ["2", "县教育局", "84", "", "0"],
        ["–", "县水务局", "–", "", "–"],
    ]
    assert told(found, "乡镇", "单位", "单项否决")[1] == ["施洞镇", "疑似（待认定）：空白栏目5个以上"]


def test_a_final_result_stands_beside_what_was_put_up() -> None:
    again, last = result(FINAL, 2), final().model_copy(update={"version": 3})
    assert (
        put_up(desk(result(), again, last), last) == again
    )  # the last draft, while none is known to have been put up
    seen = desk(result(), again, last, more=[published(result())])
    found = ranking(seen, last)
    assert found.first_version == 1
    assert told(found, BUREAUS, "单位", "公示得分", "最终得分", "公示名次", "名次") == [
        ["县教育局", "84", "90", "2", "1"],
        ["县财政局", "89.5", "89.5", "1", "2"],
        ["县水务局", "", "–", "", "–"],
    ]
    assert told(found, "乡镇", "单位", "单项否决")[1] == ["施洞镇", "空白栏目5个以上"]


def test_last_period_compares_only_where_the_same_was_measured() -> None:
    last = (
        scored("县财政局", "92", 2),
        scored("县教育局", "80", 3, pack_digest="b" * 64),
        scored("革一镇", "90.5", 1, group="县直部门"),
        scored("施洞镇", None, None),
    )
    found = ranking(desk(result()), result(), desk(result(last), id="2020", title="2020年评估"))
    assert found.against == "2020年评估"
    assert told(found, BUREAUS, "单位", "上次得分", "得分升降", "名次升降", "说明") == [
        ["县财政局", "92", "−2.5", "+1", ""],
        ["县教育局", "", "", "", "所评客体或指标体系不同，不可比"],
        ["县水务局", "", "", "", "上次未评、上次未评"],
    ]
    assert told(found, "乡镇", "单位", "得分升降", "名次升降", "说明") == [
        ["革一镇", "+0.5", "", ""],  # it was in another group: its score compares, its rank does not
        ["施洞镇", "", "", "有一次没有得分，不可比"],
    ]
    heads, first, *_ = csv.reader(ranking_csv(found, ZH).decode("utf-8-sig").splitlines())
    told_first = dict(zip(heads, first, strict=True))
    assert [told_first[head] for head in ("单位", "上次得分", "得分升降", "名次升降")] == [
        "县财政局",
        "92",
        "-2.50",
        "1",
    ]
    assert "公示得分" not in heads


def test_the_term_runs_by_working_days_over_the_national_week(empty: Store) -> None:
    view = publicity(empty, desk(result()), result(), date(2021, 9, 30), FROZEN)
    assert view.until == view.stays == date(2021, 10, 11)  # 8, 9 (a Saturday that is worked) and 11 October
    page = render_publicity(view, ZH).decode()
    assert "2021年10月11日 24 时前" in page and result().digest in page and "疑似单项否决" in page
    assert "空白栏目5个以上" not in page  # nobody has confirmed it
    assert "<script" not in page and "http://" not in page


def test_a_page_written_again_starts_no_new_term(store: Store) -> None:
    opened(store, result())
    made = publication(Published.RESULTS, result(), date(2021, 9, 30), date(2021, 10, 11), {"a.html": b"1"})
    publish(store, open_desk(store), made, FROZEN, "王芳", FROZEN)
    seen = open_desk(store)
    assert publicity(store, seen, frozen(seen), None, RULED).on == date(2021, 9, 30)
    with pytest.raises(Fault, match="publish_again"):
        publicity(store, seen, frozen(seen), date(2021, 10, 8), RULED)
    kept = seen.of(EntryKind.PUBLISHED)[0]
    assert (kept.subject, kept.body["files"][0]["name"], kept.body["digest"]) == (
        "results",
        "a.html",
        made.digest,
    )


def test_nothing_is_up_before_it_was_frozen_nor_once_the_assessment_is_closed(empty: Store) -> None:
    """Else the term for objections would be over before anybody could see what it is about."""
    with pytest.raises(Fault, match="publish_early"):
        publicity(empty, desk(result()), result(), date(2021, 9, 28), RULED)
    closed = Draft(kind=EntryKind.CLOSED, at=RULED, by="王芳", body={"reason": "停办"})
    with pytest.raises(Fault, match="assessment_closed"):
        publicity(empty, desk(result(), more=[closed]), result(), None, RULED)


def test_the_share_in_a_host_scheme_is_told_where_it_is_reckoned_with(empty: Store) -> None:
    told = [one.model_copy(update={"rescaled": one.score and one.score / 20}) for one in DRAFT]
    told = [
        one.model_copy(
            update={"objects": tuple(held.model_copy(update={"run_id": "R"}) for held in one.objects)}
        )
        for one in told
    ]
    frozen_so = result(tuple(told))
    view = publicity(empty, desk(frozen_so, weight_in_host=Decimal("0.05")), frozen_so, None, FROZEN)
    assert "满分 100 分折算为 5 分" in render_publicity(view, ZH).decode()


def test_a_year_without_holiday_notice_is_told_as_estimated(empty: Store) -> None:
    view = publicity(empty, desk(result()), result(), date(2180, 3, 1), FROZEN)
    assert view.estimated and "放假安排尚未公布" in render_publicity(view, ZH).decode()


def test_a_final_page_tells_what_the_review_changed(empty: Store) -> None:
    page = render_publicity(publicity(empty, desk(result(), final()), final(), None, RULED), ZH).decode()
    assert "县教育局：公示得分 84，最终得分 90；名次由第 2 名变为第 1 名。" in page
    assert "施洞镇被认定单项否决：空白栏目5个以上。" in page and "复核申请" not in page


def test_names_are_escaped_and_figures_are_exact(empty: Store) -> None:
    odd = scored("<b>某局</b>", "0.10", 1)
    seen = desk(result((odd,)))
    page = render_publicity(publicity(empty, seen, frozen(seen), None, RULED), ZH).decode()
    assert "&lt;b&gt;某局" in page and "<b>某局" not in page
    assert frozen(seen).scores[0].score == Decimal("0.10")


def test_rounded_and_rescaled_figures_stand_beside_the_score(empty: Store) -> None:
    """塔城2020: 89.5 is graded as 90; 台江2021 四（五）: out of the 4 points of the host scheme, 89.5 × 4 ÷ 100 = 3.58."""
    step = ScoreStep(
        name="rescaled", low=Decimal("3.58"), high=Decimal("3.58"), params={"to": "4", "base": "100"}
    )
    half = Decimal("89.5")
    whole = Score(
        base=Decimal(100), low=half, high=half, graded_low=Decimal(90), graded_high=Decimal(90), steps=(step,)
    )
    unit = scored("县财政局", "89.5", 1, "优秀", rescaled=Decimal("3.58"))
    unit = unit.model_copy(update={"objects": (unit.objects[0].model_copy(update={"score": whole}),)})
    seen = desk(result((unit,)))
    found = ranking(seen, frozen(seen))
    assert told(found, BUREAUS, "得分", "取整后（定等用）", "折算得分", "等次") == [
        ["89.5", "90", "3.58", "优秀"]
    ]
    assert (
        "满分 100 分折算为 4 分"
        in render_publicity(publicity(empty, seen, frozen(seen), None, RULED), ZH).decode()
    )
