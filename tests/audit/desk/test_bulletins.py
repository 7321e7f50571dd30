"""The months of a bulletin, and an announcement that is dated before what it announces."""

from datetime import date, datetime

import pytest

from audit.desk.bulletins import _months, begins, call_of
from model import SHANGHAI, Window, WindowKind
from tests.audit.desk.noticed import YEAR


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
