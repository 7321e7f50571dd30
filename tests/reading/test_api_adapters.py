"""Lists that come from an API, walked over HTTP as a crawl does: rows, totals, traps, and what is left unsaid."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pytest

from fixtures.list_apis import SYSTEMS, Kept, System, jpaas, jpage, serve, xxgk_search
from fixtures.list_apis.base import Asked, Told, framed
from fixtures.list_apis.cross_table import cross_table, printed
from model import (
    Column,
    ColumnForm,
    FetchOutcome,
    LeftOver,
    Moment,
    PageFacts,
    PageKind,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
    StopReason,
)
from reading import Guide, observe, read
from reading.adapters import Seen, adapters
from reading.address import column_key
from reading.page import Page
from reading.tree import parse
from tests.reading.api_walk import AT, DIRECTORY, REPORT, Walked, walk

BY_NAME = {system.NAME: system for system in SYSTEMS}
COLUMNS = [(system.NAME, kept) for system in SYSTEMS for kept in system.COLUMNS]


@cache
def walked(name: str) -> Walked:
    """One walk a system, kept for all the tests that look at it. Addresses are those of a host long gone."""
    with serve(BY_NAME[name]) as home:
        return walk(home)


def column_of(name: str, kept: Kept) -> Column:
    seen = walked(name)
    site = seen.observation.site
    key = column_key(site.home.rstrip("/") + kept.path, site)
    return next(column for column in seen.observation.columns if column.key == key)


def named(one: tuple[str, Kept]) -> str:
    return f"{one[0]}{one[1].path} {one[1].trap}"


@pytest.mark.parametrize("one", COLUMNS, ids=named)
def test_rows_and_total_of_every_column(one: tuple[str, Kept]) -> None:
    name, kept = one
    column = column_of(name, kept)
    if not kept.readable:
        assert (column.unread, column.items, column.blank) == ("not_rendered", None, None)
        return
    home = walked(name).observation.site.home.rstrip("/")
    shown = [(item.title, item.url.removeprefix(home), item.dated.value) for item in column.items or ()]
    assert shown == [tuple(row) for row in kept.rows]
    assert (column.form, column.unread, column.total) == (ColumnForm.LIST, None, kept.total)
    assert column.complete is kept.complete
    assert column.blank is (kept.rows == ())
    assert column.name == kept.name


@pytest.mark.parametrize("one", COLUMNS, ids=named)
def test_every_page_holds_the_rows_it_should(one: tuple[str, Kept]) -> None:
    """Page 1, page 2 and so on, each by itself; answers without a row of the column are none."""
    name, kept = one
    seen = walked(name)
    home = seen.observation.site.home.rstrip("/")
    if not kept.readable:
        return
    pages: list[list[str]] = []
    for _, _, facts in seen.taken:
        own = {facts.fills, facts.url, facts.final_url} & {home + kept.path}
        led_to = {url for _, _, known in seen.taken for url in (known.next_url, known.asks)}
        if facts.main_list is not None and (own or facts.url in led_to) and facts.main_list.items:
            titles = [item.title for item in facts.main_list.items]
            if titles[0] in {row.title for row in kept.rows} and titles not in pages:
                pages.append(titles)
    assert pages == [[row.title for row in page] for page in kept.pages if page]


def test_each_adapter_knows_its_own_and_no_other_s() -> None:
    table = cross_table()
    print("\n" + printed(table))
    assert {row.system for row in table} >= {system.NAME for system in SYSTEMS} | {"trs", "kaipuyun"}
    assert [row for row in table if row.recognised not in ((row.system,), ())] == []
    # its only frame is a map, so nothing speaks for a list in a frame
    assert [row.url for row in table if not row.recognised] == [
        "http://www.example.gov.cn/class/OEJQMFMAP.html"
    ]


def test_questions_name_the_page_that_asks_and_stay_on_the_host() -> None:
    seen: list[Asked] = []
    with serve(jpage, xxgk_search, jpaas, seen=seen) as home:
        found = walk(home)
        paths = {kept.path for system in (jpage, xxgk_search, jpaas) for kept in system.COLUMNS}
        asked = [one for one in seen if one.path in (jpage.PROXY, xxgk_search.SEARCH, jpaas.UNIT)]
        assert {one.referer.removeprefix(home.rstrip("/")) for one in asked} <= paths
        assert {one.path for one in seen if one.method == "POST"} == {jpage.PROXY, xxgk_search.SEARCH}
        assert all(lead.url.startswith(home) for lead in found.leads)


def test_a_list_is_read_no_further_than_is_needed() -> None:
    seen: list[Asked] = []
    with serve(jpage, seen=seen) as home:
        found = walk(home, longest="P1M", columns=("/col/col101/",))
    assert len([one for one in seen if one.path == jpage.PROXY]) == 1
    (column,) = (one for one in found.observation.columns if one.key == "/col/col101/")
    assert (len(column.items or ()), column.total, column.complete) == (45, 70, False)


def test_rows_are_links_of_the_column_page_and_answers_are_no_pages() -> None:
    with serve(jpage) as home:
        found = walk(home, survey=True, columns=("/col/col102/", "/col/col108/")).observation
    links = {link.url: link for link in found.links}
    inline, asked = jpage.COLUMNS[1].rows[0], jpage.COLUMNS[1].rows[-1]
    for row in (inline, asked, jpage.COLUMNS[7].rows[0]):
        check = links[home.rstrip("/") + row.path]
        column = "col102" if "_102_" in row.path else "col108"
        assert [parent.url for parent in check.found_on] == [f"{home}col/{column}/index.html"]
        assert check.attempts[-1].outcome is FetchOutcome.OK
    assert not [url for url in links if "dataproxy" in url]
    assert not [page.url for page in found.pages if "dataproxy" in page.url]
    assert not [column.key for column in found.columns if "dataproxy" in column.key]
    assert [one for one in found.coverage.unread if one.name in ("通知公告", "工作动态")] == []


@pytest.mark.parametrize("system", [jpage, xxgk_search, jpaas], ids=lambda system: system.NAME)
def test_reading_again_gives_the_same_whatever_the_order(system: System) -> None:
    seen = walked(system.NAME)
    site = seen.observation.site
    pages = [(snapshot, read(snapshot, body, site, DIRECTORY)) for snapshot, body, _ in seen.taken]
    random.Random(3).shuffle(pages)
    again = observe(site, Moment(as_of=AT), "r", pages, REPORT, DIRECTORY)
    assert again == seen.observation


SHELL = jpage.answer(Asked("GET", "/col/col101/index.html", {}, "", {}, ""))
HOME = "http://www.example.gov.cn/"
TEXT = "<p>本单位主要职责是：贯彻执行国家有关方针政策和法律法规，拟订本地区相关规划并组织实施。</p>"


def guided(
    make: Callable[..., Snapshot], outcome: FetchOutcome, body: bytes, status: int | None = 200
) -> tuple[list[str], list[bool]]:
    """Methods and render flags of the leads: of the shell, then of an answer of this kind."""
    assert SHELL is not None
    guide = Guide(Site(home=HOME), DIRECTORY, Moment(as_of=AT), Period.model_validate("P1Y"), survey=False)
    url = HOME + "col/col101/index.html"
    first = guide.step(make(url, 1, purpose=Purpose.COLUMN, rank=Rank.COLUMN), SHELL.body.encode())
    (lead,) = (one for one in first.leads if "dataproxy" in one.url)
    assert (first.outcome, lead.found_on, lead.column) == (FetchOutcome.NOT_RENDERED, url, "/col/col101/")
    assert ("Referer", url) in lead.headers
    sent = (lead.body or b"").decode()
    answer = make(
        lead.url, 2, method="POST", found_on=url, column=lead.column, sent=sent, outcome=outcome, status=status,
    )  # fmt: skip
    second = guide.step(answer, body)
    return [lead.method, *(one.method for one in second.leads)], [one.render for one in second.leads]


@pytest.mark.parametrize(
    ("outcome", "body", "status"),
    [
        (FetchOutcome.GONE, b"<html>404</html>", 404),
        (FetchOutcome.SERVER_ERROR, b"", 500),
        (FetchOutcome.SKIPPED_ROBOTS, b"", None),
        (FetchOutcome.UNREACHABLE, b"", None),
        (FetchOutcome.OK, b'{"success":false}', 200),
        (FetchOutcome.OK, b"", 200),
        (FetchOutcome.OK, b"<datastore><recordset></recordset></datastore>", 200),
        (
            FetchOutcome.OK,
            b"<!DOCTYPE html><html><body><ul><li><a href='/'>x</a></li></ul></body></html>",
            200,
        ),
    ],
)
def test_without_an_answer_a_browser_is_asked(
    snapshot: Callable[..., Snapshot], outcome: FetchOutcome, body: bytes, status: int | None
) -> None:
    assert guided(snapshot, outcome, body, status) == (["POST", "GET"], [True])


def test_an_honest_nothing_needs_no_browser(snapshot: Callable[..., Snapshot]) -> None:
    nothing = b"<datastore><totalrecord>0</totalrecord><recordset></recordset></datastore>"
    assert guided(snapshot, FetchOutcome.OK, nothing) == (["POST"], [])


def seen_page(url: str, source: str, sent: str | None = None, asked_on: str | None = None) -> Seen:
    return Seen(url, source, parse(source), asked_on or url, sent)


def adapter(name: str):
    return next(one for one in adapters() if name == one.NAME)


def unit(column: int, host: str = "") -> str:
    return (
        f"<script>$('#u{column}').jpage({{perPage:20,proxyUrl:'{host}/module/web/jpage/dataproxy.jsp',"
        f"ajaxParam:{{webid:1,columnid:{column},unitid:'8{column}'}}}});</script>"
    )


@pytest.mark.parametrize(
    ("url", "units", "asks"),
    [
        ("/col/col5/index.html", unit(5), "columnid=5"),
        ("/col/col6/index.html", unit(5) + unit(6) + unit(7), "columnid=6"),
        ("/col/col9/index.html", unit(5) + unit(6), None),  # either may be the list
        ("/index/zwgk/", unit(5) + unit(6), None),
        ("/col/col5/index.html", "<script src='/module/web/jpage/dataproxy.jsp'></script>", None),
    ],
)
def test_the_list_among_several_units_is_the_column_s(url: str, units: str, asks: str | None) -> None:
    query = adapter("jpage").query(seen_page(HOME.rstrip("/") + url, framed("栏目", units)))
    assert (asks in query.body if query and asks else query) == (True if asks else None)
    if query:
        assert query.url.endswith("?startrecord=1&endrecord=60&perpage=20")


def test_a_list_of_another_host_is_not_asked_for(snapshot: Callable[..., Snapshot]) -> None:
    guide = Guide(Site(home=HOME), DIRECTORY, Moment(as_of=AT), Period.model_validate("P1Y"), survey=False)
    page = framed("栏目", unit(5, "http://other.example.com"))
    step = guide.step(snapshot(HOME + "col/col5/index.html", purpose=Purpose.COLUMN), page.encode())
    assert [(one.url, one.render) for one in step.leads] == [
        (HOME + "col/col5/index.html", True),
        (HOME, False),
    ] or [one.url for one in step.leads if "other.example.com" in one.url] == []
    assert all("other.example.com" not in one.url for one in step.leads)


def test_page_parameters_are_asked_with_get_where_nothing_else_is_named() -> None:
    """A page that holds its first rows and names only the next group's address."""
    store = (
        '<script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1'
        '&amp;columnid=5&amp;unitid=8&amp;webid=1"></a>]]></nextgroup><recordset><record><![CDATA[<li><a '
        'href="/art/2026/9/1/art_5_1.html">关于开展工作的通知</a><span>2026-09-01</span></li>]]></record></recordset>'
        "</datastore></script>"
    )
    told = adapter("jpage").listing(seen_page(HOME + "col/col5/index.html", framed("栏目", store)))
    assert told is not None and told.following is not None and told.markup is not None
    assert (told.following.method, told.total) == ("GET", None)
    assert told.following.url.endswith("dataproxy.jsp?page=1&columnid=5&unitid=8&webid=1")
    again = adapter("jpage").listing(
        seen_page(
            told.following.url, store.replace("<recordset>", "<totalrecord>300</totalrecord><recordset>")
        )
    )
    assert again is not None and again.following is not None and "page=2" in again.following.url
    assert again.total == 300


SUSPECT = ["", "{", "[]", "null", "1", "<", "<datastore>", "<record>", '{"data":{"html":7}}', '{"data":[[[[', "\0", "<a href='art_1_"]  # fmt: skip


@pytest.mark.parametrize("one", adapters(), ids=lambda one: one.NAME)
def test_no_answer_can_make_an_adapter_raise_or_be_taken_for_a_list(one) -> None:
    asked_on = HOME + "col/col5/index.html"
    for path in (jpage.PROXY + "?page=x&startrecord=9&endrecord=", jpaas.UNIT + "?paramJson=[", xxgk_search.SEARCH + "?currpage=²", "/api/x"):  # fmt: skip
        for source in SUSPECT:
            seen = seen_page(HOME.rstrip("/") + path, source, "currpage=1", asked_on)
            told = one.listing(seen)
            assert told is None or told.refused or (told.total or 0) > 0 or told.markup is not None
            one.query(seen)


def test_a_second_row_of_the_same_answer_is_not_taken_for_progress() -> None:
    """The server that ignores what is asked: nothing is doubled, and the column is not called complete."""
    column = column_of("jpaas", jpaas.COLUMNS[4])
    assert (len(column.items or ()), column.total, column.complete) == (15, 30, False)


def test_dates_of_answers_count_back_from_their_fetch(snapshot: Callable[..., Snapshot]) -> None:
    url, at = HOME + "api", datetime(2026, 1, 5, tzinfo=UTC)
    record = "<record><![CDATA[<li><a href='/art/2025/12/30/art_5_1.html'>年底的一项通知</a><span>12-30</span></li>]]></record>"
    body = f"<datastore><totalrecord>1</totalrecord><recordset>{record}</recordset></datastore>"
    taken = snapshot(
        url + "/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45", method="POST", sent="columnid=5",
        found_on=HOME + "col/col5/index.html", fetched_at=at, headers={"content-type": "text/xml"},
    )  # fmt: skip
    facts = read(taken, body.encode(), Site(home=HOME), DIRECTORY)
    assert facts.main_list is not None
    assert [str(item.dated.value) for item in facts.main_list.items] == ["2025-12-30"]
    assert (facts.fills, facts.url) == (HOME + "col/col5/index.html", taken.address)


def test_an_answer_told_as_something_else_is_read_all_the_same() -> None:
    """The type an API gives its answer is often wrong."""

    class Mislabelled:
        NAME, COLUMNS = "jpage", jpage.COLUMNS[:1]

        @staticmethod
        def answer(asked: Asked) -> Told | None:
            told = jpage.answer(asked)
            return told._replace(content_type="application/octet-stream") if told and "<datastore>" in told.body[:80] else told  # fmt: skip

    with serve(Mislabelled) as home:
        found = walk(home, columns=("/col/col101/",)).observation
    (column,) = (one for one in found.columns if one.key == "/col/col101/")
    assert (len(column.items or ()), column.complete) == (70, True)


BOX = "<div class='hot'><h3>要闻回顾</h3><ul>{}</ul></div>".format(
    "".join(
        f"<li><a href='/art/2019/3/{day}/art_55_{day}.html'>往年的一条热点新闻之{day}</a><span>2019-03-0{day}</span></li>"
        for day in range(1, 7)
    )
)


class Boxed:
    """A column whose page shows a box of old rows beside the place that a script fills; another with a pager."""

    NAME, COLUMNS = "jpage", (jpage.COLUMNS[7], jpage.COLUMNS[5], jpage.COLUMNS[0])

    @staticmethod
    def answer(asked: Asked) -> Told | None:
        told = jpage.answer(asked)
        if told is None or asked.path == jpage.PROXY:
            return told
        pager = "<div class='page'>共6条 第1/1页</div>" if asked.path == jpage.COLUMNS[0].path else ""
        return told._replace(body=told.body.replace("<h2>", f"{BOX}{pager}<h2>"))


def test_a_box_of_old_rows_beside_a_script_s_list_is_not_the_list() -> None:
    with serve(Boxed) as home:
        found = walk(home).observation
    columns = {column.name: column for column in found.columns}
    assert (columns["工作动态"].newest, len(columns["工作动态"].items or ())) == (
        jpage.COLUMNS[7].rows[0].day,
        6,
    )
    assert (columns["财政信息"].items, columns["财政信息"].unread) == (None, "not_rendered")
    paged = columns["政务动态"]  # the pager shows that these rows are the page's own list
    assert (len(paged.items or ()), paged.total) == (6, 6)


def test_what_a_browser_then_shows_is_the_column_s_list(snapshot: Callable[..., Snapshot]) -> None:
    """The API told nothing, the page was rendered: its rows stand, and the silent API takes nothing from them."""
    seen = walked("xxgk_search")
    site = seen.observation.site
    pages = [(taken, facts) for taken, _, facts in seen.taken]
    for kept in (xxgk_search.COLUMNS[3], xxgk_search.COLUMNS[4]):
        body = framed(kept.name, BOX)
        url = site.home.rstrip("/") + kept.path
        taken = snapshot(url, 900 + len(pages), purpose=Purpose.COLUMN, rendered=True, fetched_at=AT)
        pages.append((taken, read(taken, body.encode(), site, DIRECTORY)))
    columns = {
        column.name: column
        for column in observe(site, Moment(as_of=AT), "r", pages, REPORT, DIRECTORY).columns
    }
    for kept in (xxgk_search.COLUMNS[3], xxgk_search.COLUMNS[4]):
        column = columns[kept.name]
        assert (column.unread, column.rendered, column.blank) == (None, True, False)
        assert [item.title[-1] for item in column.items or ()] == ["1", "2", "3", "4", "5", "6"]


def shown(
    html: str, path: str = "col/col33718/index.html"
) -> tuple[list[tuple[str, str]], int | None, str | None]:
    """Title and date of each row that a page holds, the total it tells, and the method of the next question."""
    at = datetime(2026, 9, 20, tzinfo=UTC)
    taken = Snapshot(
        id="r/1", run_id="r", url=HOME + path, final_url=HOME + path, purpose=Purpose.COLUMN, rank=Rank.COLUMN,
        fetched_at=at, outcome=FetchOutcome.OK, status=200,
    )  # fmt: skip
    page = Page(taken, framed("栏目", html).encode(), Site(home=HOME))
    found = page.main_list
    assert found is not None and page.shell is None
    following = page.following.method + page.following.url.partition("?")[2] if page.following else None
    return [(item.title, str(item.dated.value)) for item in found.items], found.total, following


ROWS = "".join(
    f"<record><![CDATA[<li><a href='/art/2026/9/{day}/art_33718_{day}.html' title='第{day}项工作的通报'>第{day}项…</a>"
    f"<span>2026-09-{day}</span></li>]]></record>"
    for day in (12, 11)
)
TITLES = [("第12项工作的通报", "2026-09-12"), ("第11项工作的通报", "2026-09-11")]


def test_parameters_given_to_a_variable() -> None:
    """As the site of a province has them: a store with its next group, parameters in a variable of their own."""
    html = (
        f"<div id='212860'><script type='text/xml'><datastore><recordset>{ROWS}</recordset></datastore></script></div>"
        "<script>var param_212860={col:1,webid:1,columnid:33718,unitid:'212860'};$('#212860').jpage({totalRecord:4895,"
        "perPage:19,proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:param_212860});</script>"
    )
    assert shown(html) == (TITLES, 4895, "POSTstartrecord=3&endrecord=59&perpage=19")


def test_rows_in_an_array_of_an_older_site() -> None:
    rows = ",".join(
        f"'<tr><td><a href=\\'/art/2014/5/{day}/art_30067_{day}.html\\'>第{day}号采购项目招标公告</a></td><td>[2014-05-{day}]</td></tr>'"
        for day in (21, 20, 19)
    )
    html = (
        f"<div id='49468'></div><script>var InitData49468=[{rows}];$(function(){{$('#49468').jpage({{totalRecord:3,"
        "dataBefore:'<table>',dataStore:InitData49468,dataAfter:'</table>',groupSize:3,perPage:25,"
        "proxyUrl:'/module/jslib/jquery/jpage/dataproxy.jsp',"
        "ajaxParam:{col:1,webid:60,path:'/',columnid:30067,unitid:'49468'}});});</script>"
    )
    titles = [(f"第{day}号采购项目招标公告", f"2014-05-{day}") for day in (21, 20, 19)]
    assert shown(html) == (titles, 3, None)


def test_a_store_without_any_address() -> None:
    """As a ministry's site has it: the records alone."""
    html = f"<script type='text/xml'><datastore><recordset>{ROWS}</recordset></datastore></script>"
    assert shown(html) == (TITLES, None, None)


def test_a_store_beside_a_text_is_no_list_of_the_page(facts: Callable[..., PageFacts]) -> None:
    store = f"<script type='text/xml'><datastore><recordset>{ROWS}</recordset></datastore></script>"
    page = facts(framed("机构职能", TEXT * 30 + store), HOME + "jgzn/index.html", fetched_at=AT)
    assert (page.kind, page.main_list) == (PageKind.SINGLE, None)
    assert facts(framed("通知", TEXT + store), HOME + "tz/index.html", fetched_at=AT).kind is PageKind.LIST


def test_stores_of_several_boxes_are_no_list_of_the_page() -> None:
    store = f"<script type='text/xml'><datastore><recordset>{ROWS}</recordset></datastore></script>"
    told = adapter("jpage").listing(seen_page(HOME + "zwgk/index.html", framed("公开", store + store)))
    assert told is None


@pytest.mark.parametrize(
    ("inside", "paragraphs", "asks"),
    [
        (unit(5), 1, True),
        (unit(5), 30, False),  # a page about duties, with a box of news that a script fills
        ('<iframe src="/list/5.html" width="900" height="800"></iframe>', 1, True),
        ('<iframe src="/chart/5.html" width="900" height="800"></iframe>', 12, False),
    ],
)
def test_a_page_of_text_is_no_shell_for_a_box_beside_it(inside: str, paragraphs: int, asks: bool) -> None:
    taken = Snapshot(
        id="r/1", run_id="r", url=HOME + "col/col5/index.html", final_url=HOME + "col/col5/index.html",
        purpose=Purpose.COLUMN, rank=Rank.COLUMN, fetched_at=AT, outcome=FetchOutcome.OK, status=200,
    )  # fmt: skip
    page = Page(taken, framed("机构职能", TEXT * paragraphs + inside).encode(), Site(home=HOME))
    assert (page.query is not None) is asks
    assert (page.shell is not None) is asks


def test_a_question_the_budget_left_unasked_is_named_so() -> None:
    seen = walked("jpage")
    site = seen.observation.site
    pages = [(taken, facts) for taken, _, facts in seen.taken if taken.method == "GET" and not facts.fills]
    left = LeftOver(rank=Rank.COLUMN, reason="max_pages", count=8)
    cut = REPORT.model_copy(update={"stop": StopReason.MAX_PAGES, "left": (left,)})
    for report, cause in ((cut, "left_over"), (REPORT, "not_rendered")):
        columns = observe(site, Moment(as_of=AT), "r", pages, report, DIRECTORY).columns
        found = {column.name: (column.unread, column.blank, column.items) for column in columns}
        assert found["规划计划"] == (cause, None, None)
        assert found["通知公告"][0] is None  # its first rows stand in the page
