"""A person's own calendar file adds years, is taken whole or refused in one sentence; deadlines count over 调休."""

import re
from datetime import date
from pathlib import Path

import pytest

import rules
from model import Fault
from report.messages import Messages

OWN = """\
years:
  2027:
    document: 某发明电〔2026〕1号（虚构）
    free: [2027-01-01, 2027-10-01/2027-10-07]
    worked: [2027-10-09]
"""


def own(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = OWN) -> None:
    path = folder / "calendar.yaml"
    path.write_text(text, "utf-8")
    monkeypatch.setenv("DUWANG_CALENDAR", str(path))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2021, 9, 30), 3, date(2021, 10, 11)),  # seven free days, then a Saturday that is worked
        (date(2021, 9, 24), 3, date(2021, 9, 28)),  # the Sunday before the holiday is worked
        (date(2017, 4, 26), 30, date(2017, 6, 9)),  # 端午 with a worked Saturday between
        (date(2020, 1, 22), 3, date(2020, 2, 4)),  # the 春节 that was made longer
    ],
)
def test_three_days_after_publication_over_a_week_of_shifted_days(start: date, days: int, due: date) -> None:
    calendar = rules.work_calendar(rules.FIRST_YEAR, 2022)
    assert calendar.add_workdays(start, days) == due
    assert calendar.workdays_between(start, due) == days


def test_a_year_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules.work_calendar(2026, 2027)
    assert not before.knows(date(2027, 10, 8)) and not before.is_workday(date(2027, 10, 9))
    own(tmp_path, monkeypatch)
    calendar = rules.work_calendar(2026, 2027)
    assert calendar.knows(date(2027, 10, 8))
    assert calendar.is_workday(date(2027, 10, 9))  # a Saturday
    assert not calendar.is_workday(date(2027, 10, 7))
    assert calendar.add_workdays(date(2027, 9, 30), 3) == date(2027, 10, 11)
    assert calendar.knows(date(2026, 5, 1)) and not calendar.is_workday(date(2026, 5, 1))


def test_ones_own_year_wins_over_the_bundled_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, monkeypatch, OWN.replace("2027", "2025").replace("2025-10-09", "2025-10-11"))
    assert rules.work_calendar(2025, 2025).is_workday(date(2025, 1, 28))  # not listed as free in this file


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("    document: 某发明电〔2026〕1号（虚构）\n", "", "field", 2),
        ("free: [2027-01-01", "free: [元旦", "date", 4),
        ("2027-10-01/2027-10-07", "2027-10-07/2027-10-01", "span", 4),
        ("2027-10-01/2027-10-07", "2027-01-01/2027-10-07", "span", 4),
        ("2027-01-01", "2026-01-01", "span", 4),
        ("[2027-10-09]", "[2027-10-08]", "weekday_worked", 5),
        ("[2027-10-09]", "[2027-10-02]", "both", 5),
        ("worked:", "werkt:", "field", 5),
        ("  2027:", "  next:", "field", 2),
    ],
)
def test_a_slip_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str, line: int
) -> None:
    own(tmp_path, monkeypatch, OWN.replace(old, new))
    with pytest.raises(Fault) as found:
        rules.work_calendar(2026, 2028)
    fault = found.value
    assert (fault.message_id, fault.exit_code) == (f"fault.calendar_{message}", 3)
    assert fault.params["line"] == line and fault.params["file"] == "calendar.yaml"
    for language in ("zh_CN", "en"):
        said = Messages(language).text(fault.message_id, **fault.params)
        assert "calendar.yaml" in said and "{file}" not in said


def test_a_file_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUWANG_CALENDAR", str(tmp_path / "none.yaml"))
    with pytest.raises(Fault) as found:
        rules.work_calendar(2026, 2027)
    assert found.value.message_id == "fault.calendar_unreadable"


def test_the_example_on_the_page_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = Path(__file__).parents[2] / "docs"
    for name in ("packs.md", "packs.zh-CN.md"):
        (block,) = re.findall(r"^```yaml\n(years:.*?)^```", (docs / name).read_text("utf-8"), re.M | re.S)
        own(tmp_path, monkeypatch, block)
        assert 2027 in rules.work_calendar(2027, 2028).years


@pytest.mark.parametrize(
    "content", [b"", b"- 2027\n", "years: {2027: 放假}".encode("gbk"), b"years: &a {}\n"]
)
def test_a_file_of_another_shape_is_called_a_calendar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_bytes(content)
    monkeypatch.setenv("DUWANG_CALENDAR", str(path))
    with pytest.raises(Fault) as found:
        rules.work_calendar(2026, 2027)
    assert found.value.message_id in ("fault.calendar_not_yaml", "fault.calendar_field")
    assert "日历" in Messages("zh_CN").text(found.value.message_id, **found.value.params)
