"""What a site shows on a topic: indexes that find it fast, and the parts of it that count for certain."""

import time
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import missing_material
from checks.material import find, readings
from checks.spans import (
    MONTHS,
    Every,
    due_spans,
    earliest,
    first_day,
    last_day,
    span_name,
    span_of,
    spans_in,
    years_in,
)
from checks.unpaired_items import matter_of
from model import SHANGHAI, Hit, Moment, Names, NoSubject, Observation, Period, Topic, Unsure
from model.site import bare_name
from model.survey import plain_address
from tests.checks.building import an_observation
from tests.checks.test_check_cases import CASES, answers

AT = Moment(as_of=datetime(2021, 1, 13, tzinfo=SHANGHAI))


def observed(*columns: Any, **more: Any) -> Observation:
    return an_observation({"columns": columns, **more}, AT)


def titles(observation: Observation, **topic: Any) -> list[str]:
    found = find(observation, Topic(name="主题", **topic))
    return [row.item.title for row in found.rows]


words = st.text(alphabet="预决算财政 Ａa\n（）", max_size=8)


@given(st.lists(words, max_size=12), st.lists(words, max_size=3))
def test_names_holding_a_fragment_are_those_a_walk_would_find(names: list[str], wanted: list[str]) -> None:
    bare = [bare_name(one) for one in wanted if bare_name(one)]
    walk = {at for at, name in enumerate(names) if any(one in bare_name(name) for one in bare)}
    assert Names(names).holding(wanted) == walk


def test_a_row_of_a_column_and_of_a_box_stands_once() -> None:
    site = observed(
        {"name": "财政", "items": ["2020-01-01 预算"]}, home={"rows": ["2020-01-01 预算", "2020-01-02 决算"]}
    )
    assert [(row.item.title, row.column.name if row.column else None) for row in site.rows] == [
        ("预算", "财政"),
        ("决算", None),
    ]
    assert site.positions_in(["财政", "没有"]) == {0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.gov.cn/zw/", "https://x.gov.cn/zw/index.html"),
        ("http://x.gov.cn/zw", "http://x.gov.cn/zw/#top"),
        ("http://x.gov.cn", "http://x.gov.cn/default.aspx"),
    ],
)
def test_two_ways_to_write_one_address(one: str, other: str) -> None:
    assert plain_address(one) == plain_address(other)


def test_addresses_that_differ_stay_apart() -> None:
    assert plain_address("http://x.gov.cn/a?id=1") != plain_address("http://x.gov.cn/a?id=2")
    assert plain_address("http://x.gov.cn/index_1.html") != plain_address("http://x.gov.cn/index.html")


def test_titles_in_the_columns_of_a_topic_only() -> None:
    site = observed(
        {"name": "财政信息", "items": ["2020-01-01 预算", "2020-01-02 决算"]},
        {"name": "通知公告", "items": ["2020-01-03 决算评审"]},
    )
    assert titles(site, columns=("财政",), titles=("决算",)) == ["决算"]
    assert titles(site, titles=("决算",)) == ["决算", "决算评审"]
    assert titles(site, titles=("决算",), without=("评审",)) == ["决算"]
    assert titles(site, columns=("财政",)) == ["预算", "决算"]


def test_a_column_below_counts_by_crumbs_and_by_menu() -> None:
    site = observed(
        {"name": "财政信息", "form": "landing", "path": ["财政信息"], "children": ["三公"]},
        {"name": "决算", "path": ["财政信息", "决算"], "items": ["2020-01-02 甲局"]},
        {"name": "三公", "items": ["2020-01-02 乙局"]},
    )
    assert titles(site, columns=("财政信息",)) == ["甲局", "乙局"]
    assert titles(site, columns=("财政信息",), without=("三公",)) == ["甲局"]


def test_a_row_that_leads_to_a_column_is_no_material_by_itself() -> None:
    site = observed(
        {"name": "决算公开", "items": [], "url": "http://x.gov.cn/t/决算公开.html"},
        pages=[{"url": "a/", "kind": "landing", "rows": ["2020-01-01 决算公开"]}],
    )
    found = find(site, Topic(name="决算", titles=("决算",)))
    assert not found.rows and found.near


def test_rows_that_a_script_answers_are_told_apart_by_title_and_date() -> None:
    site = observed({"name": "水质", "items": ["2020-01-01 公示", "2020-02-01 公示"]})
    column = site.columns[0]
    rows = tuple(item.model_copy(update={"url": "javascript:;"}) for item in column.items or ())
    site = observed()
    site = Observation.model_validate(
        {**site.model_dump(), "columns": (column.model_copy(update={"items": rows}),)}
    )
    assert find(site, Topic(name="水质", columns=("水质",))).amount == 2


def test_an_undated_word_in_some_box_is_only_near() -> None:
    site = observed(home={"rows": ["- 决算公开"]})
    found = find(site, Topic(name="决算", titles=("决算",)))
    assert (found.amount, len(found.near)) == (0, 1)


def test_a_page_of_unknown_kind_is_only_near() -> None:
    site = observed(pages=[{"title": "决算", "kind": "other"}, {"title": "决算", "kind": "article"}])
    found = find(site, Topic(name="决算", titles=("决算",)))
    assert (len(found.pages), len(found.near)) == (1, 1)


def test_the_pages_of_the_rows_are_read_once() -> None:
    site = observed(
        {"name": "财政信息", "items": ["2020-01-02 决算"]},
        pages=[{"url": "t/决算.html", "title": "决算", "text": "正文"}],
    )
    found = find(site, Topic(name="决算", titles=("决算",)))
    assert (len(found.rows), found.pages) == (1, ())
    assert [page.text for page in readings(site, found)] == ["正文"]


@pytest.mark.parametrize(
    ("title", "every", "sure", "within"),
    [
        ("2021年3月财政收支", "month", ["2021-03"], []),
        ("3月份财政收支", "month", ["2020-03"], []),
        ("２０２１年1－3月", "month", ["2021-03"], ["2021-01", "2021-02"]),
        ("2021年1—2月", "month", ["2021-01", "2021-02"], []),
        ("2021年4-6月低保", "month", ["2021-06"], ["2021-04", "2021-05"]),
        ("2021年第一季度", "month", ["2021-03"], ["2021-01", "2021-02"]),
        ("2020年12月-2021年2月", "month", ["2021-02"], ["2020-12", "2021-01"]),
        ("2021年3月-2021年4月", "month", ["2021-04"], ["2021-03"]),
        ("2021年1、2月份", "month", ["2021-01", "2021-02"], []),
        ("二〇二一年十二月低保", "month", ["2021-12"], []),
        ("2020年12月15日停水公告", "month", [], []),
        ("截至2021年3月31日", "month", ["2021-03"], []),
        ("统一月报", "month", [], []),
        ("2021年第一季度", "quarter", ["2021Q1"], []),
        ("2021年前三季度", "quarter", ["2021Q3"], ["2021Q1", "2021Q2"]),
        ("2020年一至三季度", "quarter", ["2020Q3"], ["2020Q1", "2020Q2"]),
        ("2021年1-11月", "quarter", [], ["2021Q1", "2021Q2", "2021Q3"]),
        ("2021年二季度（4-6月）", "quarter", ["2021Q2"], []),
        ("2021年1-6月", "quarter", ["2021Q2"], ["2021Q1"]),
        ("2021年4-6月", "quarter", ["2021Q2"], []),
        ("2021年上半年", "half", ["2021H1"], []),
        ("2021年下半年", "half", ["2021H2"], []),
        ("2020年全年", "half", ["2020H2"], ["2020H1"]),
        ("2020年度部门决算", "year", ["2020"], []),
        ("2020年部门决算", "year", ["2020"], []),
        ("2020年3月财政收支", "year", [], ["2020"]),
        ("2020年部门决算", "month", [], []),
    ],
)
def test_the_span_a_title_tells(title: str, every: Every, sure: list[str], within: list[str]) -> None:
    told, included = spans_in(title, date(2021, 1, 15), every)
    assert [span_name(one, every) for one in sorted(told)] == sure
    assert [span_name(one, every) for one in sorted(included)] == within


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(sorted(MONTHS)))
def test_a_day_lies_in_its_span(day: date, every: Every) -> None:
    span = span_of(day, every)
    assert first_day(span, every) <= day <= last_day(span, every)


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.sampled_from(sorted(MONTHS)),
    st.integers(0, 14),
    st.integers(0, 40),
    st.booleans(),
)
def test_spans_are_due_when_their_lag_is_over(
    today: date, every: Every, months: int, days: int, begins: bool
) -> None:
    lag = Period(months=months, days=days)
    due = due_spans(every, Period(months=12), lag, today, begins)
    counted_from = first_day if begins else last_day
    assert len(due) == 12 // MONTHS[every]
    assert lag.after(counted_from(due[-1], every)) < today
    # What begins on the day itself is not due yet.
    assert today <= lag.after(counted_from(due[-1] + 1, every))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 30), st.integers(0, 400))
def test_the_first_day_in_time(today: date, months: int, days: int) -> None:
    period = Period(months=months, days=days)
    first = earliest(period, today)
    assert period.after(first) >= today > period.after(date.fromordinal(first.toordinal() - 1))


def test_years_of_a_title() -> None:
    assert years_in("2020年度和二〇二一年") == {2020, 2021}
    assert years_in("电话2020123") == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("关于公开征求《城市管理办法（征求意见稿）》意见的公告", "《城市管理办法》意见采纳情况的反馈"),
        ("某公司行政处罚事前公示", "某公司行政处罚结果公示"),
    ],
)
def test_one_matter_at_two_stages(one: str, other: str) -> None:
    assert matter_of(one) == matter_of(other) != ""


def test_a_hundred_rules_over_many_rows_take_no_time() -> None:
    columns = [
        {
            "name": f"栏目{n}",
            "items": [f"2020-{1 + k % 12:02d}-01 关于第{n}组第{k}号事项的通知" for k in range(100)],
        }
        for n in range(100)
    ]
    site = observed(*columns)
    params = missing_material.Params(
        groups=(Topic(name="无", titles=("不存在的事项",)), Topic(name="有", titles=("第99组",)))
    )
    list(missing_material.judge(site, params, AT))
    start = time.process_time()
    for _ in range(100):
        list(missing_material.judge(site, params, AT))
    assert time.process_time() - start < 15


THEME = (
    "missing_material",
    "stale_material",
    "period_gap",
    "overdue_duty",
    "unpaired_items",
    "missing_element",
)
OURS = [(check, outcome, name, case) for check, outcome, name, case in CASES if check in THEME]


@pytest.mark.parametrize(
    ("check", "case"),
    [
        pytest.param(check, case, id=f"{check}-{name}")
        for check, outcome, name, case in OURS
        if outcome == "fail" and case["params"].get("per") != "page"
    ],
)
@pytest.mark.parametrize("gap", [{"left": "list"}, {"stop": "max_pages"}, {"home": {"outcome": "blocked"}}])
def test_nobody_is_accused_when_something_was_not_read(
    check: str, case: dict[str, Any], gap: dict[str, Any]
) -> None:
    assert all(isinstance(one, Unsure) for one in answers(check, case | gap))


@pytest.mark.parametrize(
    ("check", "case"),
    [pytest.param(check, case, id=f"{check}-{outcome}-{name}") for check, outcome, name, case in OURS],
)
def test_where_a_person_is_asked_there_is_one_question_and_no_accusation(
    check: str, case: dict[str, Any]
) -> None:
    found = answers(check, case | {"params": case["params"] | {"ask": True}})
    assert len(found) == 1
    if not isinstance(found[0], NoSubject):
        assert isinstance(found[0], Unsure) and found[0].locus and len(found[0].evidence) <= 8
    else:
        assert check in ("missing_material", "period_gap", "overdue_duty")  # nothing is demanded yet


@pytest.mark.parametrize(
    ("check", "case"),
    [
        pytest.param(check, case, id=f"{check}-{name}")
        for check, outcome, name, case in OURS
        if outcome in ("fail", "unsure")
    ],
)
def test_every_answer_shows_what_was_seen(check: str, case: dict[str, Any]) -> None:
    for one in answers(check, case):
        assert isinstance(one, Hit) and one.locus and len(one.evidence) <= 8
        assert isinstance(one, Unsure) or one.evidence
        assert not any(isinstance(value, bool) for value in one.params.values())
