"""Content systems and their list APIs: what each recognises, asks and reads, over HTTP with each one's traps."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from fixtures.list_apis import Kept, serve
from fixtures.list_apis import epoint as epoint_site
from fixtures.list_apis import gkmlpt as gkmlpt_site
from fixtures.list_apis import iframe_list as iframe_site
from fixtures.list_apis import igs as igs_site
from fixtures.list_apis import irs as irs_site
from fixtures.list_apis import search5 as search5_site
from fixtures.list_apis import siteserver as siteserver_site
from fixtures.list_apis import vsb as vsb_site
from fixtures.list_apis.base import Asked
from reading.adapters import (
    Listing,
    Query,
    Seen,
    epoint,
    gkmlpt,
    iframe_list,
    igs,
    irs,
    kaipuyun,
    search5,
    siteserver,
    trs,
    vsb,
)
from reading.adapters.answer import told, words
from reading.adapters.script_literal import UNKNOWN, read_literal
from reading.comments import without_comments
from reading.tree import parse
from tests.reading.api_walk import walk

SITES = (gkmlpt_site, epoint_site, igs_site, search5_site, irs_site, vsb_site, siteserver_site, iframe_site)
OURS = (gkmlpt, epoint, igs, search5, irs, vsb, siteserver, kaipuyun, trs, iframe_list)
BY_NAME: dict[str, ModuleType] = {adapter.NAME: adapter for adapter in OURS}
MOST_PAGES = 6


def seen(url: str, source: str, asked_on: str | None = None, sent: str | None = None) -> Seen:
    return Seen(url, source, parse(source if source.lstrip()[:1] == "<" else ""), asked_on or url, sent)


def fetched(query: Query, page: str | None = None) -> tuple[int, str]:
    """Status and text of one request on loopback; `page` asks."""
    request = urllib.request.Request(  # noqa: S310
        query.url,
        data=query.body.encode() if query.method == "POST" else None,
        headers=dict(query.headers) | ({"Referer": page} if page else {}),
        method=query.method,
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as told:  # noqa: S310
            return told.status, told.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Reading(NamedTuple):
    """What an adapter makes of one column: answers in order, and the status that ended it when it was not 200."""

    listings: tuple[Listing, ...]
    broken: int | None = None

    @property
    def titles(self) -> tuple[tuple[str, ...], ...]:
        return tuple(titles_in(listing) for listing in self.listings)


def titles_in(listing: Listing) -> tuple[str, ...]:
    if listing.markup is None:
        return tuple(row.title for row in listing.rows)
    return tuple(titles_shown(listing.markup))


def titles_shown(html: str) -> Iterator[str]:
    for node in parse(html).iter("li"):
        link = next(node.iter("a"), None)
        if link is not None and node.find("span") is not None and link.text:
            yield link.text


def column_read(adapter: ModuleType, page_url: str) -> Reading:
    """Follow a column from its page through the adapter's own requests."""
    status, page = fetched(Query(page_url))
    assert status == 200
    assert adapter.recognise(page_url, page)
    query = adapter.query(seen(page_url, page))
    listings: list[Listing] = []
    while query is not None and len(listings) < MOST_PAGES:
        status, text = fetched(query, page_url)
        if status != 200:
            return Reading(tuple(listings), status)
        sent = query.body if query.method == "POST" else None
        listing = adapter.listing(seen(query.url, text, page_url, sent))
        assert listing is not None
        listings.append(listing)
        query = listing.following
    return Reading(tuple(listings))


API_COLUMNS = [
    pytest.param(site, column, id=f"{site.NAME} {column.trap or column.name}")
    for site in (gkmlpt_site, epoint_site, igs_site, search5_site, irs_site, iframe_site)
    for column in site.COLUMNS
    if column.readable
]


@pytest.mark.parametrize(("site", "column"), API_COLUMNS)
def test_every_page_of_a_column_and_its_total_are_read(site: ModuleType, column: Kept) -> None:
    with serve(site) as home:
        read = column_read(BY_NAME[site.NAME], home[:-1] + column.path)
    expected = tuple(tuple(row.title for row in page) for page in column.pages)
    got = read.titles[: len(expected)]
    assert got == expected
    assert [listing.refused for listing in read.listings] == [None] * len(read.listings)
    assert {listing.total for listing in read.listings} == {column.total}
    if site is not iframe_site:
        assert [listing.number for listing in read.listings] == list(range(1, len(read.listings) + 1))
    if column.complete:
        assert len(read.listings) == len(expected)
        assert read.broken is None


@pytest.mark.parametrize(
    "site", [gkmlpt_site, epoint_site, igs_site, search5_site, irs_site], ids=lambda site: site.NAME
)
def test_rows_carry_their_target_and_the_day_of_publication(site: ModuleType) -> None:
    column = site.COLUMNS[0]
    with serve(site) as home:
        first = column_read(BY_NAME[site.NAME], home[:-1] + column.path).listings[0].rows[0]
    assert first.href == column.rows[0].path
    if site is gkmlpt_site:  # display_publish_time: seconds of the epoch, nine in the morning in China
        assert first.date == str(1793581200)
        assert column.rows[0].day.isoformat() == "2026-11-02"
    else:
        assert first.date[:10] == column.rows[0].day.isoformat()


def trap(site: ModuleType, words: str) -> Kept:
    return next(column for column in site.COLUMNS if column.trap == words)


def test_a_list_that_ends_in_404_is_known_to_be_cut() -> None:
    column = trap(gkmlpt_site, "404 for page 2")
    with serve(gkmlpt_site) as home:
        read = column_read(gkmlpt, home[:-1] + column.path)
    assert (read.broken, len(read.listings), len(read.titles[0])) == (404, 1, 100)
    assert (read.listings[0].total, read.listings[0].pages) == (130, 2)


def test_a_total_beyond_what_is_served_ends_without_a_failure() -> None:
    column = trap(gkmlpt_site, "tells more than it serves")
    with serve(gkmlpt_site) as home:
        read = column_read(gkmlpt, home[:-1] + column.path)
    assert read.broken is None
    assert [len(titles) for titles in read.titles] == [100, 3, 0]
    assert read.listings[-1].refused is None and read.listings[-1].total == 260


@pytest.mark.parametrize(
    ("site", "words", "refused", "broken"),
    [
        (gkmlpt_site, "an error in a 200", "unknown_shape", None),
        (epoint_site, "an error in a 200", "unknown_shape", None),
        (epoint_site, "the ids are in another file", None, None),
        (igs_site, "the request is known to the script only", None, None),
        (igs_site, "500: the code is no longer known", None, 500),
        (search5_site, "a sentence in a 200", "error_text", None),
        (irs_site, "success:false in a 200", "success_false", None),
    ],
)
def test_an_error_is_never_an_empty_list(
    site: ModuleType, words: str, refused: str | None, broken: int | None
) -> None:
    """`refused` None: nothing is asked, a browser has to look."""
    with serve(site) as home:
        read = column_read(BY_NAME[site.NAME], home[:-1] + trap(site, words).path)
    assert [listing.refused for listing in read.listings] == ([refused] if refused else [])
    assert [listing.rows for listing in read.listings] == ([()] if refused else [])
    assert read.broken == broken


def test_the_page_a_list_belongs_to_is_named_to_the_server() -> None:
    asked: list[Asked] = []
    with serve(search5_site, seen=asked) as home:
        column_read(search5, home + "zcfgk/c100015/list_zcjd.html")
    posts = [one for one in asked if one.method == "POST"]
    assert [one.form["pageNum"] for one in posts] == ["0", "1", "2"]
    assert {one.referer for one in posts} == {home + "zcfgk/c100015/list_zcjd.html"}


PAGER_COLUMNS = [
    pytest.param(site, column, id=f"{site.NAME} {column.name}")
    for site in (vsb_site, siteserver_site)
    for column in site.COLUMNS
]


@pytest.mark.parametrize(("site", "column"), PAGER_COLUMNS)
def test_a_pager_that_links_nowhere_is_followed(site: ModuleType, column: Kept) -> None:
    adapter = BY_NAME[site.NAME]
    titles: list[tuple[str, ...]] = []
    totals: list[int | None] = []
    with serve(site) as home:
        query: Query | None = Query(home[:-1] + column.path)
        while query is not None and len(titles) < MOST_PAGES:
            status, page = fetched(query)
            assert status == 200 and adapter.recognise(query.url, page)
            found = [node.text or "" for node in parse(page).iter("a") if (node.get("href") or "") in PATHS]
            titles.append(tuple(found))
            listing = adapter.listing(seen(query.url, page))
            totals.append(listing.total if listing else None)
            query = listing.following if listing else None
    assert titles == [tuple(row.title for row in page) for page in column.pages]
    if site is siteserver_site:
        assert set(totals) == {column.total}
    elif column.rows:
        assert totals == [column.total] * (len(column.pages) - 1) + [None]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.NAME)
def test_a_crawl_reads_every_column_of_a_site_to_its_end(site: ModuleType) -> None:
    """What is kept of a column after a whole crawl: its rows, whether they are all, or that nothing is known."""
    with serve(site) as home:
        kept = {column.url: column for column in walk(home).observation.columns}
    for column in site.COLUMNS:
        found = kept[home[:-1] + column.path]
        titles = None if found.items is None else {item.title for item in found.items}
        assert titles == ({row.title for row in column.rows} if column.readable else None), column.path
        assert (found.total, found.complete) == (column.total, column.complete), column.path
        if column.rows:
            assert found.newest == column.rows[0].day, column.path


PATHS = {row.path for site in (vsb_site, siteserver_site) for column in site.COLUMNS for row in column.rows}


def test_a_pager_with_a_link_is_left_to_the_link() -> None:
    page = (
        "<table><tr><td id='fanye'>共36条&nbsp;&nbsp;1/3</td><td><a href='javascript:;'>上页</a>"
        "<a href='cggs/2.htm' class='Next'>下页</a><input id='u1_goto'></td></tr></table>"
        "<script>function go(){_simple_list_gotopage_fun(3,&quot;u1_goto&quot;,2)}</script>"
    )
    assert vsb.listing(seen("http://x.example/zwgk/cggs.htm", page)) is None
    without = page.replace("cggs/2.htm", "javascript:;")
    told = vsb.listing(seen("http://x.example/zwgk/cggs.htm", without))
    assert told is not None and told.following is not None
    assert (told.total, told.number, told.pages, told.rows, told.markup) == (36, 1, 3, (), None)
    assert told.following.url == "http://x.example/zwgk/cggs/2.htm"


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("http://x.example/zwgk/a.htm", "http://x.example/zwgk/a/4.htm"),
        ("http://x.example/zwgk/a/4.htm", "http://x.example/zwgk/a/3.htm"),
        ("http://x.example/zwgk/a/2.htm", "http://x.example/zwgk/a/1.htm"),
        ("http://x.example/zwgk/a/1.htm", None),
    ],
)
def test_files_are_numbered_backwards(url: str, following: str | None) -> None:
    page = "<input id='g'><script>_simple_list_gotopage_fun(5,'g',2)</script>"
    told = vsb.listing(seen(url, page))
    assert (told.following.url if told and told.following else None) == following


def config(inside: str = "SID: '755001', TREE: [], SERVICE_AREA_ID: 0") -> str:
    return f"<html><body><div id='app'></div><script>window._CONFIG = {{ {inside} }}</script><script src='/gkmlpt/js/a.js'></script>"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://x.example/yjzjj/gkmlpt/index#721", "http://x.example/yjzjj/gkmlpt/api/all/721?page=1&sid=755001"),
        ("http://x.example/gkmlpt/index", "http://x.example/gkmlpt/api/all/0?page=1&sid=755001"),
        ("http://x.example/gkmlpt/mindex/", "http://x.example/gkmlpt/api/all/0?page=1&sid=755001"),
        ("http://x.example/gkmlpt/content/9/910/post_1.html", None),
        ("http://x.example/gkmlpt/guide", None),
    ],
)  # fmt: skip
def test_a_hash_route_names_the_column(url: str, asked: str | None) -> None:
    query = gkmlpt.query(seen(url, config()))
    assert (query.url if query else None) == asked


def test_one_column_of_a_platform_is_asked_for_by_its_route() -> None:
    with serve(gkmlpt_site) as home:
        url = f"{home}fgj/gkmlpt/index"
        _, page = fetched(Query(url))
        query = gkmlpt.query(seen(f"{url}#721", page))
        assert query is not None
        _, text = fetched(query)
        listing = gkmlpt.listing(seen(query.url, text, f"{url}#721"))
    assert listing is not None and listing.following is None
    assert (listing.total, len(listing.rows), listing.rows[0].title) == (
        21,
        21,
        "发展改革信息公开工作情况通报第142期",
    )


ONE = {"title": "甲", "url": "/a/1.html", "infourl": "/a/1.html", "pubDate": "2026-01-02"}
ANSWERED = {
    "gkmlpt": "http://x.example/gkmlpt/api/all/721?page=1&sid=1",
    "epoint": "http://x.example/EWB-FRONT/rest/lightfrontaction/getgovinfolist",
    "igs": "http://x.example/igs/front/search.jhtml?code=a&siteId=1&pageNumber=1",
    "search5": "http://x.example/search5/search/s",
    "irs": "http://x.example/irs/front/search",
}
FILLED = {
    "gkmlpt": {"articles": [ONE], "total": 1},
    "epoint": {"custom": {"data": [ONE], "total": 1}},
    "igs": {"page": {"content": [ONE], "total": "1"}},
    "search5": {"searchResultAll": {"searchTotal": [ONE], "total": 1}},
    "irs": {"success": True, "data": {"middle": {"list": [ONE]}, "pager": {"total": 1}}},
}
EMPTY = {
    "gkmlpt": {"articles": [], "total": 0},
    "epoint": {"custom": {"data": [], "total": 0}},
    "igs": {"page": {"content": [], "total": 0}},
    "search5": {"searchResultAll": {"searchTotal": [], "total": 0}},
    "irs": {"success": True, "data": {"middle": {"listAndBox": []}, "pager": {"total": 0}}},
}
STRANGE = {
    "gkmlpt": {"articles": [{"name": "甲", "link": "/a"}], "total": 1},
    "epoint": {"custom": {"data": [], "total": 45}},
    "igs": {"page": {"content": "", "total": 3}},
    "search5": {"searchResultAll": {"searchTotal": []}},
    "irs": {"success": True, "data": None},
}


@pytest.mark.parametrize("name", list(ANSWERED))
def test_an_answer_is_rows_or_empty_or_refused(name: str) -> None:
    adapter = BY_NAME[name]

    def told(body: object) -> Listing:
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        assert adapter.recognise(ANSWERED[name], text)
        listing = adapter.listing(seen(ANSWERED[name], text, "http://x.example/column/"))
        assert listing is not None
        return listing

    assert [(row.title, row.href) for row in told(FILLED[name]).rows] == [("甲", "/a/1.html")]
    empty = told(EMPTY[name])
    assert (empty.rows, empty.total, empty.refused) == ((), 0, None)
    strange = told(STRANGE[name])
    assert (strange.rows, strange.refused) == ((), "unknown_shape")
    assert told({"success": False, "msg": "排序方式不能为空！"}).refused == "success_false"
    for text in (
        "<html><body>系统繁忙</body></html>",
        "系统繁忙，请稍后再试",
        "",
        "[" * 100_000,
        '{"a":' + "9" * 5000 + "}",
    ):
        assert told(text).refused == "error_text", text[:40]
    assert told("[1]").refused == "unknown_shape"
    assert told('{"a":"\\ud800"}').refused == "unknown_shape"


UNTOLD = {  # answers that tell no total, what was sent for them, and how many records fill a page
    "gkmlpt": (lambda rows: {"articles": rows}, None, 100),
    "epoint": (lambda rows: {"custom": {"data": rows}}, '{"pageIndex":0,"pageSize":20}', 20),
    "igs": (lambda rows: {"page": {"content": rows}}, None, 20),
    "search5": (lambda rows: {"searchResultAll": {"searchTotal": rows}}, "pageNum=0&pageSize=10", 10),
    "irs": (lambda rows: {"data": {"middle": {"list": rows}}}, '{"pageNo":1,"pageSize":10}', 10),
}


@pytest.mark.parametrize("name", list(UNTOLD))
def test_without_a_total_a_full_page_leads_on_and_a_short_one_does_not(name: str) -> None:
    made, sent, size = UNTOLD[name]
    url = ANSWERED[name] + ("&pageSize=20" if name == "igs" else "")

    def following(count: int) -> Query | None:
        listing = BY_NAME[name].listing(
            seen(url, json.dumps(made([ONE] * count)), "http://x.example/c/", sent)
        )
        assert listing is not None and listing.refused is None
        assert (len(listing.rows), listing.total) == (count, None)
        return listing.following

    assert following(size) is not None
    assert following(size - 1) is None


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('\ufeff {"a": 1}\n', {"a": 1}),
        ('/**/jQuery36.cb({"a": 1});', {"a": 1}),
        ("cb([1])", "unknown_shape"),
        ("alert('系统繁忙')", "error_text"),
        ('cb({"a": 1}', "error_text"),
        ('{"success": "false"}', "success_false"),
        ('{"success": null, "a": 1}', {"success": None, "a": 1}),
    ],
)
def test_an_answer_is_an_object_or_a_word_why_not(source: str, found: object) -> None:
    assert told(source) == found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<em>通知</em>公告 &amp; 公示", "通知公告 & 公示"),
        ("a < b > c", "a < b > c"),
        (1793581200, "1793581200"),
        (10**40, ""),
        (True, ""),
        (None, ""),
        (["甲"], ""),
        ("\ud800甲", "?甲"),
    ],
)
def test_a_field_is_plain_text(value: object, text: str) -> None:
    assert words(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, 'b': \"x\", \"c\": [1, 2.5, -3], d: {e: null, f: true},}", {"a": 1, "b": "x", "c": [1, 2.5, -3], "d": {"e": None, "f": True}}),
        ("{ // note\n a: 'it\\'s', /* b: 2, */ c: '\\u4e2d' }", {"a": "it's", "c": "中"}),
        ("'/a?b=' + 5 + '&c=' + known", "/a?b=5&c=K"),
        ("'/a?b=' + other + '&c'", "/a?b=\0&c"),
        ("{a: other, b: known}", {"a": UNKNOWN, "b": "K"}),
        ("{a: n * 2, b: known}", {"a": UNKNOWN, "b": "K"}),
        ("{known}", {"known": "K"}),
        ("{a: $('#x').val(), b: f(1, 'a)b')[0]}", None),
        ("{a: function () { return 1; }}", None),
        ("{a: 'open", None),
        ("{" * 50, None),
        ("function", UNKNOWN),
        ("", None),
    ],
)  # fmt: skip
def test_a_literal_is_read_without_running_it(text: str, value: object) -> None:
    read = read_literal(text, 0, lambda name: "K" if name == "known" else UNKNOWN)
    assert (read[0] if read else None) == value


def test_a_page_of_a_list_api_is_no_answer() -> None:
    for adapter in OURS:
        assert adapter.listing(seen("http://x.example/zwgk/index.html", "<ul><li>甲</li></ul>")) is None


SEARCH_BOXES = (
    '<form action="/igs/front/search.jhtml?code=4b5c979955214c8795de1934f5b5a405&siteId=75"><input name="searchWord"></form>',
    '<a href="/igs/front/search.jhtml?code=4b5c979955214c8795de1934f5b5a405&siteId=75">检索</a>',
    '<form action="/search5/search/s"><input type="hidden" name="siteCode" value="4690050001"><input name="pageNum"></form>',
    '<a href="/irs-c-web/search.shtml?code=17d1d69fedf&dataTypeId=259">高级搜索</a>',
    "<script>function find() { $.getJSON('/igs/front/search.jhtml?code=a1&siteId=5&searchWord=' + word, show); }</script>",
    "<script>$.post('/search5/search/s', {siteCode: '469', searchWord: $('#key').val(), pageNum: 0}, show);</script>",
    "<script>$.ajax({url: '/irs/front/search', data: JSON.stringify({code: 'a', dataTypeId: 1, searchWord: key, pageNo: 1})});</script>",
    '<a href="/gkmlpt/index#721">政府信息公开</a>',
    '<a href="http://www.pds.example/channels/1.html">a</a><a href="http://www.pds.example/contents/1/2.html">b</a>'
    '<a href="//www.pds.example/contents/1/3.html">c</a>',
    '<option value="http://www.ms.example/xxgkpt/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=5674">教育局</option>',
    '<a href="http://b.example/2021/1/7/121e258280da4097b4991e38f050fd5e.shtml">a</a>'
    '<a href="https://b.example/2021/1/7/221e258280da4097b4991e38f050fd5e.shtml">b</a>',
    '<a href="http://b.example/gzdt/202101/t20210107_1234567.html">a</a><a href="//b.example/t20210107_1234568.html">b</a>',
)


@pytest.mark.parametrize("inside", SEARCH_BOXES)
def test_a_search_box_or_a_link_to_another_system_makes_no_system(inside: str) -> None:
    page = f"<html><body>{inside}<ul><li><a href='/a/1.html'>甲</a>2026-01-02</li></ul></body></html>"
    for adapter in OURS:
        assert not adapter.recognise("http://x.example/zwgk/", page), adapter.NAME
        assert adapter.query(seen("http://x.example/zwgk/", page)) is None, adapter.NAME


def test_a_search_for_words_fills_no_list() -> None:
    page = (
        "<script>var word = getQueryString('searchWord');"
        "$.post('/search5/search/s', {siteCode: '4690050001', searchWord: word, pageNum: 0}, show);</script>"
    )
    assert search5.query(seen("http://x.example/s.html?searchWord=a", page)) is None
    asked = search5.query(seen("http://x.example/s.html", page))
    assert asked is not None and "searchWord=&" in asked.body


@pytest.mark.parametrize(
    ("word", "asked"),
    [("''", True), ("'公示'", False), ("getUrlParam('searchWord')", False), ("box.value", False)],
)
def test_a_search_for_words_is_no_list_of_a_column(word: str, asked: bool) -> None:
    page = f"<script>$.getJSON('/igs/front/search.jhtml?code=a1&siteId=5&searchWord=' + {word} + '&pageNumber=1', draw)</script>"
    assert (igs.query(seen("http://x.example/s/?searchWord=%E5%85%AC", page)) is not None) is asked


HEX = "121e258280da4097b4991e38f050fd5e"


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("/zwgk/202101/{}{}.shtml", True),
        ("202101/{}{}.shtml", False),
        ("../xwzx/202101/{}{}.shtml", True),
        ("http://x.example/zwgk/202101/{}{}.shtml", True),
        ("//x.example/zwgk/202101/{}{}.shtml", True),
        ("http://y.example/zwgk/202101/{}{}.shtml", False),
        ("javascript:go('/zwgk/202101/{}{}.shtml')", False),
        ("javascript:go(/zwgk/202101/{}{}.shtml)", False),
    ],
)
def test_only_links_within_the_site_tell_its_system(written: str, own: bool) -> None:
    links = "".join(f'<a href="{written.format(HEX[:-1], last)}">甲</a>' for last in "ab")
    assert kaipuyun.recognise("http://x.example/zwgk/", links) is own


IGS = "/igs/front/search.jhtml"
ASKED = f"http://x.example{IGS}?code=a1&siteId=5&pageSize=20&pageNumber=1"


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        (f"$.getJSON('{IGS}?code=a1&siteId=5', draw);", ASKED),
        (f"$.ajax({{data: {{code: 'a1', 'siteId': 5}}, url: '{IGS}'}});", ASKED),
        (f"$.ajax({{url: location.origin + '{IGS}', data: {{code: 'a1', siteId: 5}}}});", ASKED),
        (f"var q = {{code: 'a1', siteId: '5'}}; $.get('{IGS}', q, draw);", ASKED),
        (f"var code = 'a' + 1; $.get('{IGS}', {{code, siteId: $('#site').val()}}, draw);", ASKED),
        (f"$.getJSON('{IGS}?code=a1&siteId=' + getUrlParam('site'), draw);", ASKED),
        (f"$.getJSON('{IGS}?code=a1', draw); $.ajax({{url: '/x', data: {{siteId: 5}}}});", None),
        (f"$.ajax({{url: '/x', data: {{siteId: 5}}}}); $.getJSON('{IGS}?code=a1', draw);", None),
        (f"$.getJSON(host + '{IGS}?code=a1&siteId=5', draw);", None),
        (f"$.getJSON('//other.example{IGS}?code=a1&siteId=5', draw);", None),
        (
            f"var code = 'a1'; if (b) {{ code = 'b2'; }} $.get('{IGS}', {{code: code, siteId: 5}}, draw);",
            None,
        ),
        (f"$.get('{IGS}', {{code: 'a1', siteId: site ? 5 : 6}}, draw);", None),
        (f"$.get('{IGS}', params(), draw);", None),
        (f"$.get('{IGS}', {{code: 'a1', siteId: 5", None),
    ],
)
def test_a_request_is_read_from_a_script_whole_or_not_at_all(script: str, asked: str | None) -> None:
    page = f"<input type='hidden' id='site' value='5'><script>{script}</script>"
    query = igs.query(seen("http://x.example/zwgk/?site=5", page))
    assert (query.url if query else None) == asked


@pytest.mark.parametrize(
    ("system", "url", "page"),
    [
        ("trs", "http://x.example/a/", "<script>createPageHTML(4, 0, 'index', 'html')</script>"),
        ("trs", "http://x.example/a/", "<script>createPageHTML(9, 2, 'index', 'shtml', 176)</script>"),
        ("trs", "http://x.example/a/", "<a href='./202101/t20210107_1234567.html'>a</a><a href='../b/t20210107_1234568.htm'>b</a>"),
        ("trs", "http://x.example/a/b.html", "<div class='TRS_Editor'>x</div>"),
        ("trs", "http://x.example/a/b.html", "<p>x</p><a href='./P020210607345678901234.pdf'>附件</a>"),
        ("kaipuyun", "http://x.example/a/", "<script>createPageHTML('page_div',17, 1,'list','shtml',321)</script>"),
        ("kaipuyun", "http://x.example/a/", '<meta name="others" content="页面生成时间 2021-01-08 09:35:59" />'),
        ("kaipuyun", "http://x.example/zwgk/202206/74d6593f31624f63962134af1ead41cf.html", "<p>x</p>"),
        ("kaipuyun", "http://x.example/a/", "<UCAPCONTENT><div class='TRS_Editor'>从别处贴来的文字</div></UCAPCONTENT>"),
        ("vsb", "http://x.example/a.htm", "<script src='../system/resource/js/counter.js'></script>"),
        ("vsb", "http://x.example/a.jsp?urltype=news.NewsContentUrl&wbtreeid=1&wbnewsid=2", "<p>x</p>"),
        ("siteserver", "http://x.example/contents/18107/375255.html", "<a href='/channels/18107.html'>县区快讯</a>"),
        ("epoint", "http://x.example/a/b.html", "<script src='/js/webBuilderCommon.js'></script>"),
        ("iframe_list", "http://x.example/a/", "<iframe src='/xxgk/list.jsp?id=3'></iframe><p>更新 2026-11-02</p>"),
    ],
)  # fmt: skip
def test_each_system_is_told_by_its_own_signs_and_by_no_other(system: str, url: str, page: str) -> None:
    assert [adapter.NAME for adapter in OURS if adapter.recognise(url, page)] == [system]


@pytest.mark.parametrize(
    "frame",
    [
        "src='http://other.example/list.html'",
        "src='/map/index.html'",
        "src='/sso/checklogin?a=1'",
        "src='javascript:;'",
        "src='about:blank'",
        "src='${frame.url}'",
        "src='/qt/xbdb/' height='120px'",
        "src='/qt/list.html' style='display:none'",
        "src='./x_files/index.html' style='position: fixed !important; width: 518px'",
        "data-src='/list.html'",
        "src='/a.html'></iframe><iframe src='/b.html'",
    ],
)
def test_a_frame_that_holds_no_list_is_not_asked_for(frame: str) -> None:
    page = f"<html><body><iframe {frame}></iframe></body></html>"
    assert not iframe_list.recognise("http://x.example/c/", page)
    assert iframe_list.query(seen("http://x.example/c/", page)) is None


def test_a_page_with_rows_of_its_own_is_no_frame_page() -> None:
    rows = "".join(f"<li><a href='/a/{day}.html'>甲</a>2026-01-0{day}</li>" for day in range(1, 5))
    page = f"<html><body><ul>{rows}</ul><iframe src='/xxgk/list.jsp'></iframe></body></html>"
    assert not iframe_list.recognise("http://x.example/c/", page)


def test_pages_of_every_test_site_are_claimed_by_their_own_system_alone() -> None:
    for site in SITES:
        with serve(site) as home:
            for column in site.COLUMNS:
                url = home[:-1] + column.path
                _, page = fetched(Query(url))
                claims = [adapter.NAME for adapter in OURS if adapter.recognise(url, page)]
                if column.trap != "the only frame is a map":
                    assert claims == [site.NAME], column.path
                else:
                    assert claims == []


@pytest.mark.real_sites
def test_no_saved_page_is_claimed_twice_or_by_a_list_api(real_sites: Path) -> None:
    claimed: dict[str, int] = {}
    for line in (real_sites / "pages" / "manifest.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        body = (real_sites / "pages" / told["file"]).read_bytes()
        source = without_comments(
            body.decode("gb18030" if told["encoding"].startswith("gb") else "utf-8", "replace")
        )
        claims = [adapter.NAME for adapter in OURS if adapter.recognise(f"http://{told['site']}/", source)]
        assert len(claims) <= 1, (told["file"], claims)
        for name in claims:
            claimed[name] = claimed.get(name, 0) + 1
    assert set(claimed) <= {"trs", "kaipuyun", "vsb", "epoint"}
    assert claimed["epoint"] == 1 and claimed["vsb"] == 6
    assert claimed["kaipuyun"] >= 38 and claimed["trs"] >= 24


@pytest.mark.parametrize(
    "page",
    [
        "<iframe " * 60_000,
        "<script>'/igs/front/search.jhtml?code=" + "a" * 500_000,
        "<script>$.post('/search5/search/s', {siteCode:" + "{a:" * 100_000,
        "<script>var a = a + a;"
        + "a=" * 50_000
        + "$.post('/irs/front/search', {code: a, dataTypeId: 1, pageNo: 1})</script>",
        "<a href='/channels/1.html" * 20_000 + "contents/" * 50_000,
        "<script>"
        + "a.b(c) a =a; " * 60_000
        + "$.post('/irs/front/search', {a, b, c, code: a, pageNo: 1, dataTypeId: b});" * 30,
        "<script>var x1 = {a: x1, b: x1, c: x1, d: [x1, x1, x1]};" * 3000
        + "$.post('/irs/front/search', x1); pageNo tenantId: 1",
        "<script>" + "2026-01-01 " * 60_000 + "</script><iframe src='/a.html'></iframe>",
        "2026-01-01" * 60_000 + "<iframe src='/a.html'></iframe>",
        "_simple_list_gotopage_fun(3,'g',1)" * 10_000 + "<input id='g'>" * 10_000,
        "共 1 条 当前第" * 50_000,
        "/20210101/" + "t20210101_" * 60_000,
    ],
    ids=range(12),
)
def test_hostile_pages_neither_raise_nor_hold_up(page: str) -> None:
    import time

    made = seen("http://x.example/channels/1.html", page)
    start = time.process_time()
    for adapter in OURS:
        adapter.recognise(made.url, page)
        adapter.query(made)
        adapter.listing(made)
    assert time.process_time() - start < 2
