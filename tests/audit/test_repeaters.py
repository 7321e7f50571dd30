"""Whose findings come back, and which stay overdue period after period; what is nobody's repetition."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from audit.repeaters import Every, every_of, periods, repeats
from audit.spreadsheet import read_sheet
from model import SHANGHAI, Arrangement, Case, CaseState, Deed, Fault, RosterEntry
from report.messages import Messages
from report.repeaters import period_rows, unit_rows, write_repeats
from storage import Store, open_store
from tests.audit.county import SITES, audited, case, finding, key, run, verdict

ZH = Messages("zh_CN")
OPEN, FIXED, BACK, WAIVED = CaseState.OPEN, CaseState.FIXED, CaseState.REOPENED, CaseState.WAIVED
SINCE, UNTIL = date(2026, 8, 1), date(2026, 11, 20)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=SHANGHAI)


def due(filed: Case, **days: date) -> Case:
    """The same case, with the due days that its events set: `e0` of the first event, `e1` of the second …"""
    history = [
        event.model_copy(update={"day": days.get(f"e{place}")}) for place, event in enumerate(filed.history)
    ]
    return filed.model_copy(update={"history": tuple(history), "due": history[-1].day})


OPENED: Any = (on(8, 3), "R", Deed.OPENED, None, OPEN)
CASES = [
    due(case("jia", "/never/", OPENED), e0=date(2026, 8, 20)),
    due(
        case(
            "jia", "/back/", OPENED, (on(9, 5), "R", Deed.PASSED, OPEN, FIXED),
            (on(10, 2), "R", Deed.FAILED_AGAIN, FIXED, BACK), (on(10, 10), "R", Deed.PASSED, BACK, FIXED),
            (on(11, 15), "R", Deed.FAILED_AGAIN, FIXED, BACK),
        ),
        e0=date(2026, 8, 31), e2=date(2026, 10, 20), e4=date(2026, 11, 30),
    ),
    due(case("yi", "/once/", OPENED, (on(9, 5), "R", Deed.PASSED, OPEN, FIXED)), e0=date(2026, 8, 20)),
    due(case("bing", "/waived/", OPENED, (on(11, 1), None, Deed.WAIVED, OPEN, WAIVED)), e0=date(2026, 8, 5)),
    due(
        case(
            "bing", "/expired/", OPENED, (on(8, 4), None, Deed.WAIVED, OPEN, WAIVED),
            (on(10, 1), "R", Deed.PASSED, WAIVED, FIXED), (on(10, 5), "R", Deed.WAIVED_AGAIN, FIXED, WAIVED),
            (on(11, 2), None, Deed.EXPIRED, WAIVED, BACK),
        ),
        e4=date(2026, 12, 1),
    ),
    due(
        case("bing", "/disputed/", OPENED, (on(9, 1), None, Deed.DISPUTED, OPEN, CaseState.DISPUTED)),
        e0=date(2026, 8, 10), e1=date(2026, 9, 4),
    ).model_copy(update={"due": date(2026, 8, 10)}),
    due(case("gone", "/x/", OPENED), e0=date(2026, 8, 5)),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("repeats")
    with open_store(f"sqlite:///{folder}/d.sqlite", folder / "archive") as kept:
        gone = date(2026, 11, 1)
        kept.keep_roster(
            [
                RosterEntry(
                    site=site,
                    arrangement=Arrangement(site_key=site.key, retired_on=gone if name == "gone" else None),
                )
                for name, site in SITES.items()
            ]
        )
        for name in ("jia", "yi", "bing", "gone"):
            record = run(name, "N", on(11, 19), 80, 80)
            theirs = [one for one in CASES if one.site_key == key(name)]
            audited(kept, record, [finding(name, record.id, verdict(one.locus)) for one in theirs], theirs)
        yield kept


def test_what_came_back_and_what_stayed_overdue(store: Store) -> None:
    found = repeats(store, SINCE, UNTIL)
    ends = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), UNTIL]
    assert [(one.unit, one.place, one.back_on, list(one.overdue_at)) for one in found.lines] == [
        ("乙局", "disputed", (), ends), ("甲局", "back", (date(2026, 10, 2), date(2026, 11, 15)), []),
        ("甲局", "never", (), ends),
    ]  # fmt: skip
    figures = [(one.new, one.back, one.mended, one.standing, one.overdue) for one in found.periods]
    assert figures == [(6, 0, 0, 5, 4), (0, 0, 2, 3, 3), (0, 1, 2, 3, 3), (0, 1, 0, 4, 2)]
    assert list(period_rows(found.periods, ZH))[3][0] == "2026-11-01 至 2026-11-20"
    assert [row[:6] for row in unit_rows(found.lines, ZH)] == [
        ("甲局", "1", "1", "2", "1", "4"), ("乙局", "1", "0", "0", "1", "4"),
    ]  # fmt: skip


def test_one_period_is_enough_when_asked_and_a_group_gets_its_own(store: Store) -> None:
    found = repeats(store, SINCE, UNTIL, least=1, site_keys={key("yi")})
    assert [(one.place, one.overdue_at) for one in found.lines] == [("once", (date(2026, 8, 31),))]
    assert [one.new for one in found.periods] == [1, 0, 0, 0]


def test_sheets_have_units_findings_and_periods(store: Store, tmp_path: Path) -> None:
    found = repeats(store, SINCE, UNTIL, Every.QUARTER)
    assert write_repeats(found, tmp_path / "r.csv", ZH) == 3
    heads = {"unit": ("单位",), "place": ("位置",), "back": ("反弹日期",), "late": ("逾期的各期期末",)}
    both = "2026-09-30、2026-11-20"
    assert [tuple(row.values()) for _, row in read_sheet(tmp_path / "r.csv", heads, "unit").rows] == [
        ("乙局", "disputed", "", both), ("甲局", "back", "2026-10-02、2026-11-15", ""), ("甲局", "never", "", both),
    ]  # fmt: skip
    write_repeats(found, tmp_path / "r.xlsx", ZH)
    book = load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["单位", "问题", "各期情况"]
    assert [cell.value for cell in book["单位"]["A"]] == ["单位", "甲局", "乙局"]
    assert [cell.value for cell in book["各期情况"][2]] == ["2026-08-01 至 2026-09-30", 6, 0, 2, 3, 3]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 500), st.sampled_from(list(Every)))
@settings(max_examples=60)
def test_periods_cover_every_day_once(since: date, days: int, every: Every) -> None:
    until = since + timedelta(days=days)
    spans = list(periods(since, until, every))
    assert spans[0][0] == since and spans[-1][1] == until
    assert all(later[0] - earlier[1] == timedelta(days=1) for earlier, later in pairwise(spans))
    for _, ends in spans[:-1]:
        after = ends + timedelta(days=1)
        assert after.weekday() == 0 if every is Every.WEEK else after.day == 1
        assert every is not Every.QUARTER or after.month in (1, 4, 7, 10)


def test_spans_that_cannot_be_are_refused(store: Store) -> None:
    for since, until, every, fault in (
        (UNTIL, SINCE, Every.MONTH, "repeat_span"), (date(2000, 1, 1), UNTIL, Every.WEEK, "repeat_long"),
    ):  # fmt: skip
        with pytest.raises(Fault, match=fault):
            repeats(store, since, until, every)
    with pytest.raises(Fault, match="repeat_every"):
        every_of("year")
