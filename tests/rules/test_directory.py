"""The column directory and the working-day calendar."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

import rules
import rules.estimated
from model import ColumnKind
from model.site import bare_name

REAL_SITES = Path(os.environ.get("DUWANG_REAL_SITES") or Path(__file__).parents[3] / "shared" / "real-sites")


def test_no_name_stands_for_two_kinds_or_twice() -> None:
    kinds = defaultdict(list)
    for entry in rules.column_directory().entries:
        for name in (entry.label, *entry.names):
            kinds[bare_name(name)].append(entry.kind.value)
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_every_kind_but_other_has_one_entry() -> None:
    found = [entry.kind for entry in rules.column_directory().entries]
    assert sorted(found) == sorted(set(ColumnKind) - {ColumnKind.OTHER})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("政府信息公开指南", "guide"),
        ("公开指南", "guide"),
        ("依申请公开", "on_request"),
        ("依申请公开指南", "on_request"),
        ("办事指南", "services"),
        ("政府信息公开", "disclosure"),
        ("政府信息公开目录", "catalogue"),
        ("主动公开基本目录", "catalogue"),
        ("主动公开内容", "statutory"),
        ("政府信息公开工作年度报告", "annual_report"),
        ("政府网站工作年度报表", "site_report"),
        ("政策文件", "policies"),
        ("政策解读", "interpretation"),
        ("【通知公告】", "notices"),
        (" 工作 动态 ", "news"),
        ("领导信箱", "consultation"),
        ("领导之窗", "leaders"),
    ],
)
def test_names_that_must_not_be_confused(name: str, kind: str) -> None:
    assert rules.column_directory().kind_of(name) == ColumnKind(kind)


@pytest.mark.parametrize("name", ["领导活动", "人事考试", "法律法规", "网上信访", "", "公开", "指南"])
def test_doubtful_names_are_left_to_people(name: str) -> None:
    expected = ColumnKind.DISCLOSURE if name == "公开" else None
    assert rules.column_directory().kind_of(name) is expected


@pytest.mark.real_sites
def test_columns_of_real_sites_are_recognised() -> None:
    if not (REAL_SITES / "columns.jsonl").is_file():
        pytest.skip("the saved real sites are not here; set DUWANG_REAL_SITES")
    directory = rules.column_directory()
    known = {}
    for line in (REAL_SITES / "columns.jsonl").read_text("utf-8").splitlines():
        title = json.loads(line)["title"]
        parts = title.replace("_", "-").split("-")
        name = parts[-1] if title.startswith("道真") else parts[0]
        kind = directory.kind_of(name)
        known[name] = kind.value if kind else None
    assert {
        name: known[name]
        for name in ("通知公告", "业务要闻", "行业动态", "政策法规", "部门文件", "公示公告", "信息公开制度")
    } == {
        "通知公告": "notices",
        "业务要闻": "news",
        "行业动态": "news",
        "政策法规": "policies",
        "部门文件": "policies",
        "公示公告": "notices",
        "信息公开制度": "regulations",
    }
    assert known["信息公开年报"] == "annual_report"
    assert known["人事任免"] == "personnel"
    assert known["专业职称"] is None


def test_the_calendar_knows_holidays_and_makeup_days() -> None:
    calendar = rules.work_calendar(2025, 2026)
    assert calendar.years == {2025, 2026}
    assert not calendar.is_workday(date(2025, 10, 1))
    assert not calendar.is_workday(date(2025, 1, 28))  # 除夕
    assert calendar.is_workday(date(2025, 1, 26))  # a Sunday worked for 春节
    assert not calendar.is_workday(date(2025, 6, 7))  # an ordinary Saturday
    assert calendar.knows(date(2026, 12, 31))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2017, 4, 26), 30, date(2017, 6, 9)),  # the thirty working days of 黑龙江2017
        (date(2026, 9, 20), 20, date(2026, 10, 23)),
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
    ],
)
def test_working_days_are_counted_over_holidays(start: date, days: int, due: date) -> None:
    assert rules.work_calendar(start.year, due.year).add_workdays(start, days) == due


def test_years_without_a_notice_are_estimated_from_the_statutory_holidays() -> None:
    calendar = rules.work_calendar(2026, 2028)
    assert calendar.years == {2026}
    assert not calendar.knows(date(2027, 10, 1))
    assert not calendar.is_workday(date(2027, 10, 1))  # a Friday
    assert calendar.is_workday(date(2027, 9, 29))
    assert not [day for day in calendar.makeup_days if day.year > 2026]


@pytest.mark.parametrize("year", rules.estimated.WRITTEN)
def test_what_is_written_down_of_a_year_is_what_the_tables_say(year: int) -> None:
    assert rules.estimated.estimated(year) == rules.estimated.by_tables(year)


def test_the_tables_of_all_countries_are_not_loaded_for_the_next_year() -> None:
    asked = f"import sys, rules; rules.work_calendar(rules.FIRST_YEAR, {min(rules.estimated.WRITTEN)}); print('holidays' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_years_before_the_notices_are_estimated_too() -> None:
    calendar = rules.work_calendar(2003, 2004)
    assert calendar.years == {2004}
    assert not calendar.is_workday(date(2003, 1, 1))


def test_the_calendar_is_made_once() -> None:
    assert rules.work_calendar(2024, 2026) is rules.work_calendar(2024, 2026)
