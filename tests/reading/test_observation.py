"""From single pages to one observation."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from checks import stale_column
from model import (
    Attempt,
    BrowserState,
    ColumnDirectory,
    ColumnForm,
    ColumnKind,
    ColumnOverride,
    CrawlReport,
    FetchOutcome,
    LeftOver,
    LinkRelation,
    Moment,
    Observation,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import observe, read

O = FetchOutcome  # noqa: E741 - keeps the cases readable
U = "http://rsj.example"
NAV = """<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/tzgg/">通知公告</a></li>
<li><a href="/ldxx/">领导信息</a></li><li><a href="http://fw.other.gov.cn/">办事服务</a></li></ul></div>"""


def rows(*days: str) -> str:
    return "".join(
        f'<li><a href="/tzgg/202011/t202011{day[-2:]}_{n}.html">关于工作的通知{day}</a><i>{day}</i></li>'
        for n, day in enumerate(days)
    )


@pytest.fixture
def observed(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Callable[..., Observation]:
    def made(
        pages: Sequence[tuple[str, str, dict[str, Any]]],
        *,
        report: CrawlReport = report,
        site: Site = site,
        backwards: bool = False,
    ) -> Observation:
        pairs = []
        for number, (path, html, fields) in enumerate(pages, 1):
            taken = snapshot(U + path, number, **fields)
            pairs.append((taken, read(taken, html.encode(), site, directory)))
        return observe(site, moment, "r", pairs[::-1] if backwards else pairs, report, directory)

    return made


HOME: tuple[str, str, dict[str, Any]] = ("/", f"<body>{NAV}<p>首页</p></body>", {"purpose": Purpose.HOME})
LIST = f"<html><head><title>通知公告-某局</title></head><body>{NAV}<div><ul>{rows('2020-11-23', '2020-11-20')}</ul>"
FIRST = (
    "/tzgg/index.html",
    LIST + '<script>createPageHTML(2, 0, "index", "html")</script></div></body></html>',
    {},
)
SECOND = (
    "/tzgg/index_1.html",
    f"<title>通知公告-某局</title><body>{NAV}<div><ul>{rows('2020-11-20', '2020-10-01')}</ul>"
    '<script>createPageHTML(2, 1, "index", "html")</script></div></body>',
    {"column": "/tzgg/"},
)


def test_pages_of_one_list_are_one_column(observed: Callable[..., Observation]) -> None:
    (column,) = [one for one in observed([HOME, FIRST, SECOND]).columns if one.key == "/tzgg/"]
    assert column.name == "通知公告"
    assert (column.form, column.kind, column.kind_source) == (
        ColumnForm.LIST,
        ColumnKind.NOTICES,
        "navigation",
    )
    assert (column.level, column.pages_read, column.complete, column.blank) == (1, 2, True, False)
    assert column.items is not None
    assert [str(item.dated.value) for item in column.items] == [
        "2020-11-23",
        "2020-11-20",
        "2020-11-20",
        "2020-10-01",
    ]
    assert str(column.newest) == "2020-11-23"
    assert column.found_on == (U + "/", U + "/tzgg/index.html", U + "/tzgg/index_1.html")


def test_one_page_of_two_is_not_complete(observed: Callable[..., Observation]) -> None:
    (column,) = [one for one in observed([HOME, FIRST]).columns if one.key == "/tzgg/"]
    assert (column.pages_read, column.complete) == (1, False)


@pytest.mark.parametrize(
    ("path", "lead", "pager"),
    [
        ("/tzgg/index_1.html", '<a href="/tzgg/index_1.html">下一页</a>', ""),
        ("/tzgg/index_2.html", '<a href="/tzgg/index_2.html">下一页</a>', '<a href="/tzgg/">上一页</a>'),
        ("/tzgg/index_1.html", '<script>createPageHTML(2, 0, "index", "html");</script>', ""),
        ("/tzgg/list.html?page=2", '<a href="/tzgg/list.html?page=2">下一页</a>', ""),
        ("/tzgg/older.html", '<a href="/tzgg/older.html">下一页</a>', ""),
    ],
)
def test_a_further_page_without_a_number_is_kept(
    observed: Callable[..., Observation], path: str, lead: str, pager: str
) -> None:
    def page(listed: str, under: str) -> str:
        return f"<title>通知公告-某局</title><body>{NAV}<div><ul>{listed}</ul>{under}</div></body>"

    first = ("/tzgg/", page(rows("2020-01-03", "2020-01-02"), lead), {})
    again = ("/tzgg/index.html", page(rows("2020-01-03", "2020-01-02"), lead), {})
    further = (path, page(rows("2020-12-23", "2020-12-20"), pager), {"column": "/tzgg/"})
    for pages in ([first, further], [first, again, further]):
        (column,) = [one for one in observed([HOME, *pages]).columns if one.key.startswith("/tzgg/")]
        assert [str(item.dated.value) for item in column.items or ()] == [
            "2020-01-03",
            "2020-01-02",
            "2020-12-23",
            "2020-12-20",
        ]
        assert (column.url, column.pages_read, column.complete) == (U + "/tzgg/", 2, True)
        assert str(column.newest) == "2020-12-23"
    (column,) = [one for one in observed([HOME, first]).columns if one.key == "/tzgg/"]
    assert (column.pages_read, column.complete) == (1, False)


def test_a_row_is_shown_on_the_page_that_shows_it(observed: Callable[..., Observation]) -> None:
    """The newest row of a list that pins old ones stands on its second page, and so does the proof that the list is stale."""
    older = FIRST[1].replace("2020-11-2", "2020-03-2")
    seen = observed([HOME, (FIRST[0], older, {}), SECOND])
    (column,) = [one for one in seen.columns if one.key == "/tzgg/"]
    first, second = [(url, page.snapshot_id) for page in seen.pages[1:3] for url in (page.url,)]
    assert [column.shown_on(item) for item in column.items or ()] == [first, first, second, second]
    assert [(row.page_url, row.snapshot_id) for row in seen.rows if row.column is column][-1] == second
    period = stale_column.Params(period=Period.model_validate("P14D"))
    (found,) = stale_column.judge(column, period, seen.moment)
    assert [(one.url, one.snapshot_id, "2020-11-20" in one.quote) for one in found.evidence] == [
        (*second, True)
    ]


def test_a_row_that_a_further_page_shows_again_stands_on_the_first(
    observed: Callable[..., Observation],
) -> None:
    again = (
        SECOND[0],
        SECOND[1].replace(rows("2020-11-20", "2020-10-01"), rows("2020-11-23", "2020-11-20", "2020-10-01")),
        SECOND[2],
    )
    (column,) = [one for one in observed([HOME, FIRST, again]).columns if one.key == "/tzgg/"]
    assert [url.rpartition("/")[2] for item in column.items or () for url in column.shown_on(item)[:1]] == [
        "index.html",
        "index.html",
        "index_1.html",
    ]


def test_the_order_of_pages_changes_nothing(observed: Callable[..., Observation]) -> None:
    forwards = observed([HOME, FIRST, SECOND])
    assert observed([HOME, FIRST, SECOND], backwards=True).model_dump_json() == forwards.model_dump_json()


def test_menu_entries_that_leave_the_site(observed: Callable[..., Observation]) -> None:
    (column,) = [one for one in observed([HOME]).columns if one.form is ColumnForm.LINK_OUT]
    assert (column.key, column.name, column.items) == ("http://fw.other.gov.cn/", "办事服务", None)


@pytest.mark.parametrize(
    ("html", "fields", "outcome", "unread"),
    [
        ("", {"outcome": O.GONE, "status": 404}, O.GONE, "gone"),
        ("", {"outcome": O.UNREACHABLE, "status": None, "cause": "timeout"}, O.UNREACHABLE, "unreachable"),
        (
            "<script>$_ts=window['$_ts'];</script>",
            {"outcome": O.BLOCKED, "status": 412},
            O.BLOCKED,
            "blocked",
        ),
        ("<p>您访问的页面不存在</p>", {}, O.SOFT404, "soft404"),
        ("<body><script src='/unitbuild.js'></script></body>", {}, O.NOT_RENDERED, "not_rendered"),
    ],
)
def test_a_column_that_was_not_seen_is_never_blank(
    observed: Callable[..., Observation],
    html: str,
    fields: dict[str, Any],
    outcome: FetchOutcome,
    unread: str,
) -> None:
    made = observed([HOME, ("/ldxx/", html, fields)])
    (column,) = [one for one in made.columns if one.key == "/ldxx/"]
    assert (column.outcome, column.unread, column.form) == (outcome, unread, ColumnForm.UNKNOWN)
    assert (column.items, column.blank) == (None, None)
    assert [(one.name, one.cause) for one in made.coverage.unread if one.url == U + "/ldxx/"] == [
        ("领导信息", unread)
    ]


def test_a_column_that_the_budget_left_over(
    observed: Callable[..., Observation], report: CrawlReport
) -> None:
    left = LeftOver(rank=Rank.COLUMN, reason="max_pages", count=1, examples=(U + "/ldxx/",))
    made = observed([HOME, FIRST], report=report.model_copy(update={"left": (left,)}))
    (column,) = [one for one in made.columns if one.key == "/ldxx/"]
    assert (column.unread, column.items, column.blank) == ("left_over", None, None)
    assert made.coverage.wanted == 3
    assert made.coverage.fetched == 2
    assert [(one.what, one.cause, one.detail) for one in made.coverage.unread] == [
        ("column", "left_over", None),
        ("link", "external_not_probed", "1"),
    ]


def test_no_browser_is_the_cause_of_an_unrendered_column(
    observed: Callable[..., Observation], report: CrawlReport
) -> None:
    browser = BrowserState(wanted=True, reason="not_found")
    shell = ("/ldxx/", "<body><script src='/unitbuild.js'></script></body>", {})
    made = observed([HOME, shell], report=report.model_copy(update={"browser": browser}))
    assert [
        (one.cause, one.detail)
        for one in made.coverage.unread
        if one.what == "column" and one.url == U + "/ldxx/"
    ] == [("no_browser", "not_found")]


def test_the_rendered_page_beats_the_shell(observed: Callable[..., Observation]) -> None:
    shell = ("/tzgg/", "<body><script src='/unitbuild.js'></script></body>", {})
    full = ("/tzgg/", LIST + "</div></body></html>", {"rendered": True})
    for order in ([HOME, shell, full], [HOME, full, shell]):
        (column,) = [one for one in observed(order).columns if one.key == "/tzgg/"]
        assert (column.rendered, column.outcome, len(column.items or ())) == (True, O.OK, 2)


def test_blank_single_pages_and_landings(observed: Callable[..., Observation]) -> None:
    crumbs = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="">{0}</a></div>'
    made = observed(
        [
            HOME,
            (
                "/ldxx/",
                f"<title>领导信息</title><body>{NAV}{crumbs.format('领导信息')}<h1>领导信息</h1></body>",
                {},
            ),
            (
                "/lxfs/",
                f"<title>联系方式</title><body>{NAV}{crumbs.format('联系方式')}<img src='own.png'></body>",
                {},
            ),
            ("/gk/", '<meta http-equiv="Refresh" content="0;URL=./zn/">', {"purpose": Purpose.COLUMN}),
            (
                "/gkx/",
                f"<title>概况</title><body>{NAV}{crumbs.format('概况')}<p>本局成立多年。</p></body>",
                {},
            ),
        ]
    )
    assert {one.key: one.blank for one in made.columns if one.form is ColumnForm.SINGLE} == {
        "/ldxx/": True,
        "/lxfs/": False,
        "/gkx/": False,
    }


def test_an_override_wins(observed: Callable[..., Observation], site: Site) -> None:
    known = ColumnOverride(url=U + "/tzgg/index.html", kind=ColumnKind.POLICIES)
    made = observed([HOME, FIRST], site=site.model_copy(update={"overrides": (known,)}))
    (column,) = [one for one in made.columns if one.key == "/tzgg/"]
    assert (column.kind, column.kind_source) == (ColumnKind.POLICIES, "override")


def test_articles_are_no_columns_and_lists_no_menu_names_are(observed: Callable[..., Observation]) -> None:
    article = ("/tzgg/202011/t20201123_0.html", f"<body>{NAV}<p>发布时间：2020-11-23</p></body>", {})
    lost = ("/hidden/list.html", LIST + "</div></body></html>", {})
    keys = {one.key for one in observed([HOME, article, lost]).columns}
    assert keys == {"/tzgg/", "/ldxx/", "http://fw.other.gov.cn/", "/hidden/list.html"}


def test_twins_know_of_each_other(observed: Callable[..., Observation]) -> None:
    many = rows(*(f"2020-11-2{n}" for n in range(9, 3, -1)))
    page = f"<body>{NAV}<div><ul>{many}</ul></div></body>"
    made = observed([HOME, ("/tzgg/", page, {}), ("/zxdt/", page, {})])
    assert {one.key: one.same_items_as for one in made.columns if one.items} == {
        "/tzgg/": ("/zxdt/",),
        "/zxdt/": ("/tzgg/",),
    }


def test_links_with_every_parent_and_every_attempt(
    observed: Callable[..., Observation], snapshot: Callable[..., Snapshot]
) -> None:
    at = snapshot().fetched_at
    page = '<title>{0}</title><body><p><a href="/x/t20200101_1.html">{0}的链接</a><img src="/i.png"><a href="#">顶</a>'
    first = Attempt(at=at, method="GET", outcome=O.UNREACHABLE, cause="timeout")
    second = Attempt(at=at + timedelta(seconds=9), method="GET", outcome=O.OK, status=200)
    made = observed(
        [
            ("/", page.format("首页"), {"purpose": Purpose.HOME}),
            ("/b/", page.format("乙"), {}),
            (
                "/x/t20200101_1.html",
                "<p>您访问的页面不存在</p>",
                {"attempts": (first, second), "purpose": Purpose.ARTICLE},
            ),
            (
                "/x/t20200101_1.html",
                "<p>您访问的页面不存在</p>",
                {"rank": Rank.CONFIRM, "purpose": Purpose.ARTICLE},
            ),
        ]
    )
    assert [one.url for one in made.links] == [U + "/i.png", U + "/x/t20200101_1.html"]
    image, link = made.links
    assert (image.relation, image.attempts) == (LinkRelation.IMAGE, ())
    assert [(found.url, found.anchor, found.title, found.home) for found in link.found_on] == [
        (U + "/", "首页的链接", "首页", True),
        (U + "/b/", "乙的链接", "乙", False),
    ]
    assert [(one.outcome, one.snapshot_id) for one in link.attempts] == [
        (O.UNREACHABLE, "r/3"),
        (O.SOFT404, "r/3"),
        (O.SOFT404, "r/4"),
    ]
    assert made.coverage.script_links == 2


def test_what_is_never_a_link_is_only_counted(observed: Callable[..., Observation]) -> None:
    html = """<body><a href="javascript:;">a</a><a href="${x}">b</a><a href="{{y}}">c</a><a href="mailto:x@y.cn">d</a>
    <a href="http://one.cn/">e</a><a href="http://one.cn/">f</a><a href="http://two.cn/">g</a></body>"""
    made = observed([("/", html, {"purpose": Purpose.HOME})])
    assert [(one.url, one.relation, one.not_asked) for one in made.links] == [
        ("http://one.cn/", LinkRelation.EXTERNAL, "switched_off"),
        ("http://two.cn/", LinkRelation.EXTERNAL, "switched_off"),
    ]
    coverage = made.coverage
    assert (coverage.external_links, coverage.script_links, coverage.placeholder_links) == (2, 1, 2)
