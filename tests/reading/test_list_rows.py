"""Rows of lists: every date form seen on real pages, and what only looks like a date."""

from collections.abc import Callable
from datetime import date

import pytest

from model import PageFacts, PageKind

FORMS = [
    ("after the link", '<li><a href="t20201101_{n}.html">{t}</a><span>2020-11-2{n}</span></li>', "2020-11-23"),
    ("before the link", '<li><span class="fr">2020-12-2{n}</span><a href="t20201101_{n}.html">{t}</a></li>', "2020-12-23"),
    ("glued in brackets", '<li><a href="t20201101_{n}.html">{t}(2020-12-2{n})</a></li>', "2020-12-23"),
    ("month and day", '<li><a href="t20201101_{n}.html">{t}</a><span>12-2{n}</span></li>', "2020-12-23"),
    ("month and day in round brackets", '<li><a href="t20201101_{n}.html">{t}</a> (12-2{n})</li>', "2020-12-23"),
    ("month and day in square brackets", '<li><a href="t20201101_{n}.html">{t}</a><i>[ 10-0{n} ]</i></li>', "2020-10-03"),
    ("slashes", '<li><a href="t20201101_{n}.html">{t}</a><em>2020/09/0{n}</em></li>', "2020-09-03"),
    ("Chinese", '<li><a href="t20201101_{n}.html">{t}</a><em>2020年11月1{n}日</em></li>', "2020-11-13"),
    ("Chinese with time", '<li><a href="t20201101_{n}.html">{t}</a><em>2020年06月0{n}日 13时44分</em></li>', "2020-06-03"),
    ("glued with time", '<li><a href="t20201101_{n}.html">{t}2020-06-2{n} 11:59:02</a></li>', "2020-06-23"),
    ("inner space", '<li><a href="t20201101_{n}.html">{t}</a>( 2020-05-1{n})</li>', "2020-05-13"),
    ("label", '<li><a href="t20201101_{n}.html">{t}</a><span>日间：2020-12-0{n}</span></li>', "2020-12-03"),
    ("full-width dots", '<li><a href="t20201101_{n}.html">{t}</a>（2018．12．0{n}）</li>', "2018-12-03"),
    ("table", '<tr><td><a href="t20201101_{n}.html">{t}</a></td><td>2020.11.0{n}</td><td>已办结</td></tr>', "2020-11-03"),
    ("split day and month", '<li><b>1{n}</b><i>2020-03</i><a href="t20201101_{n}.html">{t}</a></li>', "2020-03-13"),
    ("none", '<li><a href="t20201101_{n}.html">{t}</a></li>', None),
]  # fmt: skip
PAGE = """<html><head><title>通知公告-某县</title></head><body><div class="nav"><ul><li><a href="/a/">首页</a></li>
<li><a href="/b/">政务公开</a></li></ul></div><div class="con"><{box}>{rows}</{box}></div>
<div class="foot">电话：0851-25782065 版权所有 © 2019-2026 <a href="/x/">关于我们</a> <a href="/y/">网站地图</a></div></body></html>"""


def page(rows: str, box: str = "ul") -> str:
    return PAGE.format(box=box, rows=rows)


@pytest.mark.parametrize(("name", "row", "newest"), FORMS, ids=[form[0] for form in FORMS])
def test_every_form(facts: Callable[..., PageFacts], name: str, row: str, newest: str | None) -> None:
    rows = "".join(row.format(n=n, t=f"关于做好第{n}批工作的通知") for n in (3, 2, 1, 1, 1))
    read = facts(page(rows, "table" if row.startswith("<tr") else "ul"))
    assert read.kind is PageKind.LIST
    assert read.main_list is not None
    assert [item.title for item in read.main_list.items][:2] == [
        "关于做好第3批工作的通知",
        "关于做好第2批工作的通知",
    ]
    assert str(read.main_list.newest.dated.value if read.main_list.newest else None) == str(newest)


def test_a_year_comes_from_the_neighbours(facts: Callable[..., PageFacts]) -> None:
    days = ("01-05", "12-30", "11-02", "03-15", "12-20")
    rows = "".join(
        f'<li><a href="t20201101_{n}.html">工作动态标题{n}</a><i>{day}</i></li>' for n, day in enumerate(days)
    )
    read = facts(page(rows)).main_list
    assert read is not None
    found = [(item.dated.value, item.dated.inferred_year) for item in read.items]
    assert found == [
        (date(2021, 1, 5), True),
        (date(2020, 12, 30), True),
        (date(2020, 11, 2), True),
        (date(2020, 3, 15), True),
        (date(2019, 12, 20), True),
    ]


@pytest.mark.parametrize(
    "tail",
    [
        "0851-25782065", "0375-2629911", "2019-2022", "1 / 1", "dcs.conac.cn/js/05/107/0000/40584250",
        "2021-13-40", "第 1 / 12 页", "2026-05-01", "阅读 2021-1", "电话 0897-2801775",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_date(facts: Callable[..., PageFacts], tail: str) -> None:
    rows = "".join(
        f'<li><a href="t20201101_{n}.html">关于第{n}批工作的通知</a><i>{tail}</i></li>' for n in range(6)
    )
    read = facts(page(rows)).main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == [None] * 6


def test_an_event_date_in_a_title_is_no_publish_date(facts: Callable[..., PageFacts]) -> None:
    rows = "".join(
        f'<li><a href="t20201101_{n}.html">《某某办法》自2020年1月{n + 1}日起施行</a><span>2019-12-0{n + 1}</span></li>'
        for n in range(6)
    )
    read = facts(page(rows)).main_list
    assert read is not None and read.newest is not None
    assert read.newest.dated.value == date(2019, 12, 6)


def test_the_newest_is_not_the_first_row(facts: Callable[..., PageFacts]) -> None:
    rows = "<li>[置顶]<a href='t20210104_9.html'>置顶的重要通知</a><i>2020-06-04</i></li>" + "".join(
        f"<li><a href='t20210108_{n}.html'>普通的工作通知{n}</a><i>2021-01-0{n}</i></li>" for n in (8, 7, 5)
    )
    read = facts(page(rows)).main_list
    assert read is not None and read.newest is not None
    assert read.newest.title == "普通的工作通知8"
    assert [item.pinned for item in read.items] == [True, False, False, False]


def test_lists_cut_in_fives_are_one_list(facts: Callable[..., PageFacts]) -> None:
    cut = "</ul><ul>".join(
        "".join(
            f"<li><a href='t2020_{n}.html'>工作动态第{n:02}号</a><i>2020-11-{n:02}</i></li>" for n in part
        )
        for part in (range(20, 15, -1), range(15, 10, -1))
    )
    read = facts(page(cut)).main_list
    assert read is not None
    assert len(read.items) == 10


def test_rows_without_a_target_are_rows(facts: Callable[..., PageFacts]) -> None:
    rows = "".join(
        f"<li><span>2020-11-0{n}</span><a href='javascript:;' title='完整标题第{n}号'>完整标…</a></li>"
        for n in (3, 2, 1)
    )
    read = facts(page(rows)).main_list
    assert read is not None
    assert [(item.title, item.url) for item in read.items] == [
        ("完整标题第3号", ""),
        ("完整标题第2号", ""),
        ("完整标题第1号", ""),
    ]


def test_several_like_lists_are_a_landing_page(facts: Callable[..., PageFacts]) -> None:
    box = "<div><h3><a href='/{k}/'>栏目{k}</a></h3><ul>{rows}</ul></div>"
    rows = "".join(
        f"<li><a href='t20201101_{n}.html'>栏目里的通知{n}</a><i>2020-11-0{n}</i></li>" for n in (3, 2, 1)
    )
    read = facts(f"<body>{''.join(box.format(k=k, rows=rows) for k in 'abcd')}</body>")
    assert read.kind is PageKind.LANDING
    assert read.main_list is None
    assert [len(found.items) for found in read.lists] == [3, 3, 3, 3]


@pytest.mark.parametrize(
    ("href", "shown", "value", "inferred"),
    [
        # the home page of daozhen_rsj showed 11-22 for a notice of 2019: read as 2020 it made a dead page fresh
        ("rsks/201911/t20191122_21957317.html", "11-22", date(2019, 11, 22), False),
        ("c100535/2020/1/3/3e3bab0c.html", "01-03", date(2020, 1, 3), False),
        ("lydp/201705/t20170520_61.html", "11-22", date(2020, 11, 22), True),
        ("rsks/202111/t20211122_2.html", "11-22", date(2020, 11, 22), True),
    ],
    ids=["TRS address", "ucap address", "another day: migrated", "later than the fetch"],
)
def test_an_address_of_the_very_day_tells_the_year(
    facts: Callable[..., PageFacts], href: str, shown: str, value: date, inferred: bool
) -> None:
    rows = "".join(
        f'<li><a href="{href if n == 0 else f"a{n}.html"}">关于工作的通知{n}</a><i>{day}</i></li>'
        for n, day in enumerate((shown, "01-02", "01-01", "12-31", "12-30"))
    )
    read = facts(page(rows)).main_list
    assert read is not None
    assert (read.items[0].dated.value, read.items[0].dated.inferred_year) == (value, inferred)
