"""A bulletin's figures are the ledger's, and an announcement is dated before what it announces."""

from datetime import date, datetime, timedelta

import pytest

from audit.desk.bulletins import _months, begins, bulletin_of, call_of, period_of
from audit.desk.noticing import Sources
from model import SHANGHAI, Fault, Window, WindowKind
from report.messages import Messages
from report.notice.bulletin import Tally, bulletin_text
from storage import Store
from tests.audit import county
from tests.audit.desk.noticed import YEAR, desk

BEFORE = county.ONE - timedelta(hours=1)


def test_the_figures_of_every_unit_and_what_comes_back(two_nights: Store) -> None:
    period = period_of(Sources(two_nights, desk(), county.MORNING), BEFORE)
    told = {one.unit: one.tally for one in period.lines}
    assert told == {
        "甲局": Tally(
            before=0, opened=3, fixed=1, standing=2, overdue=1
        ),  # /a/ /b/ /c/; the veto is nobody's
        "乙局": Tally(before=1, fixed=1, reopened=1, standing=1),  # /e/ is disputed and told nowhere
        "丁镇": Tally(),
    }
    assert period.whole == Tally(before=1, opened=3, fixed=2, reopened=1, standing=3, overdue=1)
    assert [(one.finding.verdict.locus, one.back, one.overdue) for one in period.repeats] == [
        ("/d/", 1, False), ("/a/", 0, True),
    ]  # fmt: skip
    assert {one.unit: one.unseen for one in period.lines} == {
        "甲局": ("甲县某局",),
        "乙局": ("戊局",),
        "丁镇": (),
    }
    notice = bulletin_of(period, YEAR, date(2026, 11, 20), ["甲局"])
    text = bulletin_text(YEAR, notice, period, Messages("zh_CN"))
    assert text.words["criticised"] == "经研究，对甲局予以通报批评。"
    assert text.grids["summary"].rows[0] == ("1", "甲局", "2", "0", "3", "1", "0", "2", "1", "1")
    assert {one.finding for one in notice.findings} == {one.finding.id for one in period.repeats}


def test_nobody_is_criticised_by_the_program(two_nights: Store) -> None:
    period = period_of(Sources(two_nights, desk(), county.MORNING), BEFORE)
    notice = bulletin_of(period, YEAR, date(2026, 11, 20), ())
    assert bulletin_text(YEAR, notice, period, Messages("zh_CN")).words["criticised"] == ""
    with pytest.raises(Fault, match="notice_period"):
        period_of(Sources(two_nights, desk(), county.MORNING), county.MORNING)


def test_months_touch_and_cover_the_period() -> None:
    first, last = datetime(2026, 11, 18, 22, tzinfo=SHANGHAI), datetime(2027, 1, 5, 8, tzinfo=SHANGHAI)
    months = list(_months(first, last))
    assert [one[0] for one in months] == [
        first,
        datetime(2026, 12, 1, tzinfo=SHANGHAI),
        datetime(2027, 1, 1, tzinfo=SHANGHAI),
    ]
    assert [one[1] for one in months] == [months[1][0], months[2][0], last]


@pytest.mark.parametrize(
    ("windows", "begun", "dated", "late"),
    [
        ((("self_check", "2020-11-01", "2020-11-30"), ("sampling", "2020-12-01", "2020-12-10")), "2020-11-01", "2020-10-31", False),
        ((("self_check", "2020-11-01", "2020-11-30"),), "2020-11-01", "2020-11-01", True),
        ((("self_check", None, "2020-11-30"), ("sampling", "2020-12-01", "2020-12-10")), "2020-11-30", "2020-11-29", False),
        ((("sampling", "2020-12-01", "2020-12-10"), ("monitor", "2020-01-01", "2020-11-30")), "2020-12-01", "2020-12-02", True),
        ((("monitor", "2020-01-01", "2020-11-30"),), None, "2020-12-02", False),
    ],
)  # fmt: skip
def test_an_announcement_is_dated_before_what_it_announces(
    windows: tuple[tuple[str, str | None, str], ...], begun: str | None, dated: str, late: bool
) -> None:
    year = YEAR.model_copy(
        update={
            "windows": tuple(
                Window(
                    kind=WindowKind(kind),
                    starts=date.fromisoformat(a) if a else None,
                    ends=date.fromisoformat(b),
                )
                for kind, a, b in windows
            )
        }
    )
    assert begins(year) == (date.fromisoformat(begun) if begun else None)
    assert call_of(year, date.fromisoformat(dated)).late is late
