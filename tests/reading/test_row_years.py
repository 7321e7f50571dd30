"""Rows that show month and day only: which year each is given."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import LinkPlace
from reading.row_dates import date_rows
from reading.row_texts import outside_of
from reading.rows import Group, Row
from reading.tree import parse

TODAY = date(2021, 1, 13)


def read_days(shown: list[str], pins: frozenset[int] = frozenset(), today: date = TODAY) -> list[date | None]:
    """The day of each row as it is read on `today`; `pins` are the rows that say so."""
    return days_of("<ul>" + "".join(f"<li><a href='a{n}.html'>通知{n}</a><i>{day}</i></li>" for n, day in enumerate(shown)) + "</ul>", pins, today)  # fmt: skip


def days_of(html: str, pins: frozenset[int] = frozenset(), today: date = TODAY) -> list[date | None]:
    rows = []
    for order, anchor in enumerate(parse(html).iter("a")):
        node = anchor.getparent()
        assert node is not None
        row = Row(node, anchor, "通知", outside_of(node, anchor, None), order, pinned=order in pins)
        rows.append(row)
    parent = rows[0].node.getparent()
    assert parent is not None
    date_rows(Group(parent, LinkPlace.CONTENT, rows), today)
    return [row.dated.value for row in rows]


@pytest.mark.parametrize(
    ("shown", "pins", "newest"),
    [
        (["06-20", "01-12", "01-08", "12-30"], {0}, date(2021, 1, 12)),
        (["2019-06-20", "01-12", "01-08", "12-30"], (), date(2021, 1, 12)),
        # nobody can say whether this is a dead list or a pinned row: the checks ask
        (["06-20", "01-12", "01-08", "12-30"], (), date(2020, 6, 20)),
        (["03-01", "05-01", "01-12", "01-08"], {0, 1}, date(2021, 1, 12)),
        (["2019-03-01", "01-12", "01-08"], {0}, date(2021, 1, 12)),
        (["2019-03-01", "12-30", "12-28", "12-20"], {0}, date(2020, 12, 30)),
        (["11-20", "12-10", "01-05", "01-11"], (), date(2021, 1, 11)),
        (["2020-11-20", "12-10", "01-05", "2021-01-11"], (), date(2021, 1, 11)),
        # this year's rows without a year, older ones in full
        (["01-04", "01-12", "2019-12-30", "01-11"], (), date(2021, 1, 12)),
        # a dead list keeps its last days: no row stands out, or a newest row written in full leads it
        (["12-11", "11-04", "10-30", "09-12"], (), date(2020, 12, 11)),
        (["2019-06-01", "05-20", "05-11", "04-02"], (), date(2019, 6, 1)),
        (["2019-06-01", "2019-05-28", "05-20"], (), date(2019, 6, 1)),
        (["2020-06-20", "12-30", "12-28", "2018-12-20"], {3}, date(2020, 6, 20)),
    ],
    ids=[
        "a pinned row", "an odd first row in full", "an odd first row", "two pinned rows", "pinned and in full", "pinned, of last year",
        "oldest first", "oldest first, some in full", "older ones in full",
        "a dead list", "a head in full", "heads in full", "in order below a full one",
    ],
)  # fmt: skip
def test_the_newest_row(shown: list[str], pins: frozenset[int], newest: date) -> None:
    assert max(day for day in read_days(shown, frozenset(pins)) if day) == newest


@pytest.mark.parametrize(
    "html",
    [
        "<h3>2018年</h3><ul>{}</ul>",
        "<div><div class='year'>2018</div></div><div><ul>{}</ul></div>",
        "<ul><li>2018年</li>{}</ul>",
        "<div><p>2018年度</p><script>a()</script><ul>{}</ul></div>",
    ],
)
def test_a_year_that_heads_rows_is_theirs(html: str) -> None:
    rows = "<li><a href='1.html'>甲</a><i>12-11</i></li><li><a href='2.html'>乙</a><i>11-04</i></li>"
    assert days_of(html.format(rows)) == [date(2018, 12, 11), date(2018, 11, 4)]


@pytest.mark.parametrize("html", ["<p>2018</p><ul>{}</ul>", "<ul class='year'><li>2018年</li><li>2017年</li></ul><ul>{}</ul>", "<h3>2018年工作要点</h3><ul>{}</ul>", "<h3>2022年</h3><ul>{}</ul>"])  # fmt: skip
def test_what_only_tells_of_a_year_heads_no_rows(html: str) -> None:
    rows = "<li><a href='1.html'>甲</a><i>12-11</i></li><li><a href='2.html'>乙</a><i>11-04</i></li>"
    assert days_of(html.format(rows)) == [date(2020, 12, 11), date(2020, 11, 4)]


@settings(max_examples=150, deadline=None)
@given(
    st.dates(date(2015, 1, 1), date(2026, 12, 1)),
    st.integers(0, 360),
    st.lists(st.integers(0, 35), min_size=1, max_size=9),
    st.lists(st.integers(1, 364), max_size=3),
    st.booleans(),
)
def test_rows_of_less_than_a_year_keep_their_newest(
    today: date, age: int, steps: list[int], pins: list[int], older: bool
) -> None:
    newest = today - timedelta(days=age)
    true = [newest - timedelta(days=sum(steps[:count])) for count in range(len(steps) + 1)]
    true = [newest - timedelta(days=back) for back in pins] + true
    # of a row that order says nothing about, only what is less than a year old can be known
    if ((today if pins else newest) - min(true)).days >= 365 or any(
        (day.month, day.day) == (2, 29) for day in true
    ):
        return
    shown = [f"{day:%Y-%m-%d}" if older and day.year < today.year else f"{day:%m-%d}" for day in true]
    read = read_days(shown, frozenset(range(len(pins))), today)
    assert max(day for day in read if day) == newest
    assert all(day == told for day, told, text in zip(read, true, shown, strict=True) if len(text) > 5)
