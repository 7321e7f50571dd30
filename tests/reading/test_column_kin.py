"""What columns know of each other: rows beside their list, and the columns below them."""

from collections.abc import Callable
from datetime import date

import pytest

from model import Column, ColumnDirectory, CrawlReport, Moment, Purpose, Site, Snapshot
from reading import observe, read

U = "http://rsj.example"
NAV = """<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zcjd/">政策解读</a></li>
<li><a href="/tzgg/">通知公告</a></li></ul></div>"""
OLD = (
    "2020-01-08",
    "2020-01-07",
    "2020-01-06",
    "2020-01-05",
    "2020-01-04",
    "2020-01-03",
    "2020-01-02",
    "2020-01-01",
)


def box(folder: str, *days: str) -> str:
    rows = "".join(
        f'<li><a href="{folder}t{number}.html">解读材料第{number}号{folder}</a><span>{day}</span></li>'
        for number, day in enumerate(days)
    )
    return f"<ul>{rows}</ul>"


@pytest.fixture
def columns(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Callable[..., dict[str, Column]]:
    def made(**pages: str) -> dict[str, Column]:
        pairs = []
        whole = {"/": "<p>首页</p>"} | {f"/{name.replace('_', '/')}/": html for name, html in pages.items()}
        for number, (path, html) in enumerate(whole.items(), 1):
            purpose = Purpose.HOME if path == "/" else Purpose.LIST
            taken = snapshot(U + path, number, purpose=purpose)
            pairs.append((taken, read(taken, f"<body>{NAV}{html}</body>".encode(), site, directory)))
        return {one.key: one for one in observe(site, moment, "r", pairs, report, directory).columns}

    return made


@pytest.mark.parametrize(
    ("name", "html", "newest"),
    [
        ("a tab", f"<div class='t1'>{box('/zcjd/', *OLD)}</div><div class='t2'>{box('/zcjd/b', '2021-01-02', '2021-01-01')}</div>", date(2021, 1, 2)),
        ("a second box", f"<div><h3>文字</h3>{box('/zcjd/', *OLD)}</div><div><h3>图解</h3>{box('/zcjd/b', '2020-12-02', '2020-12-01')}</div>", date(2020, 12, 2)),
        ("a headline", f"<div class='hot'><a href='/zcjd/t99.html'>县水务局推进农村饮水工程</a> <span>2021-01-03</span></div><div>{box('/zcjd/', *OLD)}</div>", date(2021, 1, 3)),
        ("an older box", f"<div>{box('/zcjd/', *OLD)}</div><div>{box('/zcjd/b', '2019-12-02', '2019-12-01')}</div>", None),
        ("alone", f"<div>{box('/zcjd/', *OLD)}</div>", None),
        ("a box of another column", f"<div>{box('/zcjd/', *OLD)}</div><div><h3><a href='/tzgg/'>通知公告</a></h3>{box('/tzgg/', '2021-01-02', '2021-01-01')}</div>", None),
        ("a date to come", f"<div>{box('/zcjd/', *OLD)}</div><div>{box('/zcjd/b', '2022-01-02', '2022-01-01')}</div>", None),
    ],
)  # fmt: skip
def test_newer_rows_beside_the_list(
    columns: Callable[..., dict[str, Column]], name: str, html: str, newest: date | None
) -> None:
    column = columns(zcjd=html, tzgg=box("/tzgg/", "2021-01-02", "2021-01-01"))["/zcjd/"]
    assert column.newest == date(2020, 1, 8), name
    assert (column.elsewhere.dated.value if column.elsewhere else None) == newest, name


def test_children_are_told_by_breadcrumbs(columns: Callable[..., dict[str, Column]]) -> None:
    crumbs = (
        "<div class='crumb'>当前位置：<a href='/'>首页</a> &gt; <a href='/zcjd/'>政策解读</a> &gt; {}</div>"
    )
    made = columns(
        zcjd="<p>共 0 条 第1/1页</p>",
        zcjd_wz=crumbs.format("<a href='/zcjd/wz/'>文字解读</a>") + box("/zcjd/wz/", *OLD),
        tj=crumbs.format("图解") + box("/tj/", *OLD),
        tzgg=box("/tzgg/", *OLD),
    )
    assert {key: column.children for key, column in made.items()} == {
        "/zcjd/": ("/tj/", "/zcjd/wz/"),
        "/zcjd/wz/": (),
        "/tj/": (),
        "/tzgg/": (),
    }


def test_where_breadcrumbs_are_silent_folders_and_nested_menus_tell_what_is_below(
    columns: Callable[..., dict[str, Column]],
) -> None:
    nested = "<div class='nav'><ul><li><a href='/zwgk/'>政务公开</a><ul><li><a href='/wj/'>文件</a></li></ul></li></ul></div>"
    made = columns(
        zwgk=nested + "<p>共 0 条 第1/1页</p>",
        wj=nested + box("/wj/", *OLD),
        zcjd="<p>共 0 条 第1/1页</p>",
        zcjd_wz=box("/zcjd/wz/", *OLD),
        zcjdx=box("/zcjdx/", *OLD),
    )
    assert {key: column.children for key, column in made.items() if column.children} == {
        "/zwgk/": ("/wj/",),
        "/zcjd/": ("/zcjd/wz/",),
    }
