"""Pagers by argument count, totals, next pages; and lists that are there and empty."""

from collections.abc import Callable

import pytest

from model import FetchOutcome, PageFacts, PageKind, Purpose
from reading.paging import created, told

ROWS = "".join(
    f"<li><a href='t20201101_{n}.html'>关于第{n}批的通知</a><i>2020-11-0{n}</i></li>" for n in (3, 2, 1)
)


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ('createPageHTML(4, 0, "index", "html")', (1, 4, None, "index_1.html")),
        ('createPageHTML(4, 3, "index", "html")', (4, 4, None, None)),
        ("createPageHTML('page_div',17, 1,'xwzx_list','shtml',321)", (1, 17, 321, "xwzx_list_2.shtml")),
        ("createPageHTML('page_div',17, 17,'xwzx_list','shtml',321)", (17, 17, 321, None)),
        ("createPageHTML('page_div',1, 1,'xwzx_list','shtml',0)", (1, 1, 0, None)),
    ],
)
def test_the_number_of_arguments_tells_the_system(script: str, wanted: tuple[object, ...]) -> None:
    paging = created(script)
    assert paging is not None
    assert paging[:4] == wanted


@pytest.mark.parametrize(
    "script",
    [
        'createPageHTML(1,0,"t20190918_693227","shtml")',
        "function createPageHTML(a, b, c, d) {}",
        "createPageHTML()",
    ],
)
def test_what_paginates_no_list(script: str) -> None:
    assert created(script) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("共 0 条 当前第 1 / 1 页", (1, 1, 0)),
        ("共36条 1/3", (1, 3, 36)),
        ("共 48 页", (None, 48, None)),
        ("共青团", None),
    ],
)
def test_pagers_in_words(text: str, wanted: tuple[object, ...] | None) -> None:
    paging = told(text)
    assert (paging[:3] if paging else None) == wanted


def test_an_empty_trs_list_is_there_and_empty(
    facts: Callable[..., PageFacts], page_case: Callable[[str], str]
) -> None:
    read = facts(page_case("trs_empty_list.html"), "http://rsj.example/zwgk/ghjh/index.html")
    assert (read.kind, read.outcome, read.adapter) == (PageKind.LIST, FetchOutcome.OK, "trs")
    assert read.main_list is not None
    assert read.main_list.items == ()
    assert read.shell is None


def test_a_kaipuyun_list_with_its_total_and_next_page(
    facts: Callable[..., PageFacts], page_case: Callable[[str], str]
) -> None:
    read = facts(page_case("kaipuyun_list.html"), "http://rsj.example/scedu/c100507/xwzx_list.html")
    assert read.main_list is not None and read.main_list.newest is not None
    assert (len(read.main_list.items), read.main_list.total, read.pages_total, read.page_number) == (
        5,
        321,
        17,
        1,
    )
    assert str(read.main_list.newest.dated.value) == "2020-12-16"
    assert read.next_url == "http://rsj.example/scedu/c100507/xwzx_list_2.shtml"
    assert read.adapter == "kaipuyun"


def test_a_total_of_nothing_is_empty_though_menus_stand_beside(facts: Callable[..., PageFacts]) -> None:
    read = facts(f"<body><div><ul>{ROWS}</ul></div><div class='page'>共 0 条 当前第 1 / 1 页</div></body>")
    assert read.main_list is not None
    assert (read.main_list.items, read.main_list.total) == ((), 0)


def test_a_total_above_nothing_without_rows_is_not_empty(facts: Callable[..., PageFacts]) -> None:
    read = facts(
        "<body><ul></ul><script>createPageHTML('d',3, 1,'list','shtml',41)</script><div id='d'></div></body>"
    )
    assert (read.main_list, read.shell) == (None, "total_without_rows")


def test_the_next_page_by_its_words(facts: Callable[..., PageFacts]) -> None:
    read = facts(f"<body><ul>{ROWS}</ul><div class='page'>共 3 页 <a href='?page=2'>下一页</a></div></body>")
    assert read.next_url == "http://rsj.example/a/?page=2"


@pytest.mark.parametrize(
    ("marker", "technique"),
    [
        ('<script src="/js/unitbuild.js"></script>', "unitbuild"),
        ("<script>$.post('/module/web/jpage/dataproxy.jsp')</script>", "dataproxy"),
        ("<script>window._CONFIG={SID:1}</script>", "gkmlpt"),
        ("<ul><li v-for='i in list'>{{ i.title }}</li></ul>", "template"),
        ("<ul><li><a href='<?=el.link?>'>x</a></li></ul>", "template"),
        ('<iframe src="list.html"></iframe>', "iframe_list"),
    ],
)
def test_a_shell_is_not_rendered_and_never_empty(
    facts: Callable[..., PageFacts], marker: str, technique: str
) -> None:
    html = f"<html><head><title>通知公告</title></head><body><div id='list'>{marker}</div></body></html>"
    read = facts(html, purpose=Purpose.LIST)
    assert (read.outcome, read.shell, read.main_list) == (FetchOutcome.NOT_RENDERED, technique, None)


def test_a_list_with_rows_is_no_shell(facts: Callable[..., PageFacts]) -> None:
    read = facts(f"<body><ul>{ROWS}</ul><script>$.ajax('/count')</script></body>")
    assert (read.outcome, read.shell) == (FetchOutcome.OK, None)


SEARCH_BOX = (
    "<form name='s1' method='post' action='/e/{}/index.php'><select name='show'><option>标题</option></select>"
    "<select name='classid'><option>所有栏目</option></select><input name='keyboard'>"
    "<input type='text' name='from'><input type='submit' value='{}'></form>"
)
JUMP = "<select onchange='location.href=this.value'><option value='/a/2.html'>第 2 页</option></select>"
ASKED = "<form action='/mail/save'><input name='name'><input name='tel'><input name='mail'><textarea name='t'></textarea><input type='submit' value='{}'></form>"


@pytest.mark.parametrize(
    ("forms", "kind"),
    [
        (SEARCH_BOX.format("search", "搜索") + JUMP, PageKind.SINGLE),
        (SEARCH_BOX.format("x", "检 索") + JUMP, PageKind.SINGLE),
        (ASKED.format("提交"), PageKind.FORM),
        (ASKED.format("查询"), PageKind.FORM),  # what asks for a text is no search box
        (SEARCH_BOX.format("search", "搜索") + ASKED.format("提交"), PageKind.FORM),
    ],
)
def test_a_search_box_makes_no_page_a_form(
    facts: Callable[..., PageFacts], forms: str, kind: PageKind
) -> None:
    html = f"<html><head><title>领导信箱</title></head><body><div class='m'>{forms}</div></body></html>"
    assert facts(html).kind is kind


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("页次:1/1 每页15 总数2 首页 上一页", (1, 1, 2)),
        ("页次:2/3 总计58条", (2, 3, 58)),
        ("总共36页 第1页", None),
        ("第1页/共3页 总数", (1, 3, None)),
    ],
)
def test_totals_without_a_colon(text: str, wanted: tuple[object, ...] | None) -> None:
    paging = told(text)
    assert (paging is None or paging.total is None) if wanted is None else paging is not None
    if wanted is not None and paging is not None:
        assert paging[:3] == wanted
