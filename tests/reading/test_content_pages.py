"""Pages that a column holds at addresses like a column's: no columns, never blank. Menus win over rows and breadcrumbs."""

from collections.abc import Callable

import pytest

from model import Column, ColumnDirectory, CrawlReport, Moment, Purpose, Site, Snapshot
from reading import observe, read

U = "http://rsj.example"
NAV = """<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/tzgg/">通知公告</a></li>
<li><a href="/ldxx/">领导信息</a></li></ul></div>"""
IN = "<div class='crumb'>当前位置：<a href='/'>首页</a> &gt; <a href='/tzgg/'>通知公告</a>{}</div>"
ROWS = "<ul>{}</ul>".format(
    "".join(
        f"<li><a href='/tzgg/{name}'>关于做好第{number}批有关工作的通知</a><span>2020-12-1{number}</span></li>"
        for number, name in enumerate(("a1.html", "a2.html", "123456.html", "a4/"))
    )
)
CANVAS = "<canvas id='doc'></canvas>"
Made = Callable[..., dict[str, Column]]


@pytest.fixture
def columns(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Made:
    def made(pages: dict[str, str], nav: str = NAV) -> dict[str, Column]:
        whole = {"/": "<p>首页</p>", "/tzgg/": IN.format("") + ROWS} | pages
        pairs = []
        for number, (path, html) in enumerate(whole.items(), 1):
            purpose = Purpose.HOME if path == "/" else Purpose.COLUMN
            taken = snapshot(U + path, number, purpose=purpose)
            body = f"<title>某某县</title><body>{nav}{html}</body>".encode()
            pairs.append((taken, read(taken, body, site, directory)))
        return {one.key: one for one in observe(site, moment, "r", pairs, report, directory).columns}

    return made


@pytest.mark.parametrize("path", ["/tzgg/a1.html", "/tzgg/123456.html", "/tzgg/a4/"])
@pytest.mark.parametrize(
    "crumb", ["", " &gt; <a href='{}'>关于做好有关工作的通知</a>", " &gt; 关于做好有关工作的通知"]
)
@pytest.mark.parametrize("text", [CANVAS, "<p>现将有关事项通知如下。</p>"])
def test_a_row_without_date_or_text_is_no_column(columns: Made, path: str, crumb: str, text: str) -> None:
    found = columns({path: IN.format(crumb.format(path)) + text})
    assert sorted(found) == ["/ldxx/", "/tzgg/"]
    assert (found["/tzgg/"].blank, found["/tzgg/"].children) == (False, ())


def test_a_page_whose_breadcrumb_ends_at_another_column_is_in_it(columns: Made) -> None:
    """Not among the rows that were read: an older one, or one of a box of pictures."""
    assert sorted(columns({"/tzgg/old.html": IN.format("") + CANVAS})) == ["/ldxx/", "/tzgg/"]


def test_an_empty_list_beside_a_documents_text_is_no_empty_column(columns: Made) -> None:
    """相关文件 of a document: nothing is related to it."""
    none = "<div class='list'><ul></ul><p>暂无相关信息</p></div>"
    assert sorted(columns({"/tzgg/a1.html": IN.format("") + none})) == ["/ldxx/", "/tzgg/"]


@pytest.mark.parametrize(
    ("name", "path", "html", "menu"),
    [
        ("in the menu, its breadcrumb is its parent's", "/ldxx/", IN.format(""), ""),
        ("in the menu, and a row", "/tzgg/a1.html", IN.format(""), "<div class='nav'><a href='/tzgg/a1.html'>公告目录</a></div>"),
        ("in no menu, with a step of its own", "/tzgg/rs/", IN.format(" &gt; <a href='/tzgg/rs/'>人事公告</a>"), ""),
        ("an empty list that no row leads to", "/tzgg/rs/", IN.format("") + "<div class='list'><ul></ul><p>暂无信息</p></div>", ""),
    ],
)  # fmt: skip
def test_an_empty_column_is_still_blank(columns: Made, name: str, path: str, html: str, menu: str) -> None:
    assert columns({path: html}, NAV + menu)[path].blank is True, name


def test_what_other_breadcrumbs_lead_over_is_a_column(columns: Made) -> None:
    over = " &gt; <a href='/tzgg/a4/'>人事公告</a> &gt; <a href='/tzgg/a4/b/'>考试</a>"
    found = columns({"/tzgg/a4/": IN.format("") + CANVAS, "/tzgg/a4/b/": IN.format(over) + CANVAS})
    assert sorted(found) == ["/ldxx/", "/tzgg/", "/tzgg/a4/", "/tzgg/a4/b/"]
