"""A page that seems to hold nothing is blank only when no script could fill it and it shows nothing else."""

from collections.abc import Callable

import pytest

from model import (
    Column,
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    Lead,
    Moment,
    PageFacts,
    Period,
    Purpose,
    Site,
    Snapshot,
)
from reading import Guide, observe, read

BASE = "http://rsj.example"
COMMON = "<script src='/js/site.js'></script><script>var now=1;hello('a')</script>"
PAGER = (
    "<div class='page'>"
    + "".join(f"<a href='#'>{word}</a> " for word in ["首页", "上一页", "下一页", "尾页"])
    + "</div>"
)
NAV = "".join(
    f"<li><a href='/{one}/'>{name}</a></li>"
    for one, name in zip(
        ("full", "here", "spoken", "other"), ("工作动态", "通知公告", "机构职能", "领导信息"), strict=True
    )
)
ROWS = "".join(
    f"<li><a href='/a/t20201{n}01_{n}.html'>关于开展第{n}批检查的通知</a><span>2020-1{n}-01</span></li>"
    for n in (2, 1, 0)
)
WORDS = "本局负责拟订全县有关工作的计划并组织实施，承担县政府交办的其他事项。" * 3


def page(main: str, scripts: str = COMMON, name: str = "通知公告", below: str = "") -> str:
    return (
        f"<html><head><title>{name}-某县人民政府</title>{scripts}</head><body><div class='nav'><ul><li><a href='/'>首页</a></li>{NAV}</ul></div>"
        f"<div class='position'>当前位置：<a href='/'>首页</a> &gt; {name}</div>"
        f"<div class='main'>{main}</div>{below}<div class='footer'>主办单位：某县人民政府办公室承办单位某县信息中心</div></body></html>"
    )


FULL = page(f"<ul class='list'>{ROWS}</ul>{PAGER}<ul class='list' id='site'><li>某县</li></ul>")
SPOKEN = page(f"<div class='text'><p>{WORDS}</p></div>", name="机构职能")


@pytest.fixture
def columns(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Callable[..., dict[str, Column]]:
    """The columns of a site whose pages are given by folder; `rendered` ones were opened in a browser too, with
    `cause`."""

    def made(
        rendered: frozenset[str] = frozenset(), cause: str | None = None, **pages: str
    ) -> dict[str, Column]:
        pairs: list[tuple[Snapshot, PageFacts]] = []
        for folder, html in pages.items():
            for drawn in (False, True)[: 1 + (folder in rendered)]:
                told = {"rendered": drawn, "cause": cause if drawn else None}
                taken = snapshot(f"{BASE}/{folder}/", len(pairs) + 1, purpose=Purpose.COLUMN, **told)
                pairs.append((taken, read(taken, html.encode(), site, directory)))
        observation = observe(site, moment, "r", pairs, report, directory)
        return {column.key.strip("/"): column for column in observation.columns}

    return made


EMPTY = f"<ul class='list'></ul>{PAGER}"
NAMED = f"<ul class='list' id='l'></ul>{PAGER}"


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a script of its own", page(EMPTY, COMMON + "<script src='/js/fill.js'></script>")),
        ("a call of its own", page(EMPTY, COMMON + "<script>jQuery.post('/x',fill)</script>")),
        ("a place no other page has", page(NAMED)),
        ("a loaded part", page(NAMED, COMMON + "<script>$('#l').load('/x')</script>")),
        ("a place its script names", page("<ul class='list' id='site'></ul>" + PAGER, COMMON.replace("'a'", "'site'"))),
        ("a component", page(NAMED, COMMON + "<script>layui.table.render({elem:'#l'})</script>")),
        ("a hook", page(f"<table class='list' data-toggle='table' data-url='/x'></table>{PAGER}")),
        ("an option", page(f"<table class='list' data-options=\"url:'/x'\"></table>{PAGER}")),
        (
            "a total before it is told",
            page("<ul id='l'></ul><div class='page'>共<span>0</span>条 第1/1页</div>", "<script src='v.js'></script>"),
        ),
        ("a phrase in a place no other page has", page("<div id='box'><p>暂无信息</p></div>")),
        ("a phrase a script may take away", page(f"<ul class='list' id='l'><li>暂无数据</li></ul>{PAGER}")),
        ("a film beside", page(f"<ul class='list'></ul><div class='f' style='background:url(/v.jpg)'></div>{PAGER}")),
    ],
)  # fmt: skip
def test_a_list_that_a_script_may_fill_is_not_empty(
    columns: Callable[..., dict[str, Column]], name: str, html: str
) -> None:
    found = columns(full=FULL, here=html)["here"]
    assert (found.blank, found.items, found.unread) == (None, None, "not_rendered"), name


@pytest.mark.parametrize(
    ("name", "html", "rendered"),
    [
        ("the scripts of pages with rows", page(EMPTY), False),
        ("fewer scripts than they", page(EMPTY, "<script src='/js/site.js'></script>"), False),
        ("the same script with other words", page(EMPTY, COMMON.replace("'a'", "'暂无 b'").replace("1", "2")), False),
        ("no script at all", page(NAMED, ""), False),
        ("a phrase and the scripts of pages with rows", page("<div class='content'>暂无信息</div>"), False),
        ("a total told by the system", page(NAMED + "<script>createPageHTML('p',1,1,'list','shtml',0)</script>"), False),
        ("seen in a browser", page(NAMED, COMMON + "<script src='/js/fill.js'></script>"), True),
    ],
)  # fmt: skip
def test_a_list_that_nothing_fills_is_empty(
    columns: Callable[..., dict[str, Column]], name: str, html: str, rendered: bool
) -> None:
    found = columns(frozenset({"here"} if rendered else ()), full=FULL, here=html)["here"]
    assert (found.blank, found.items, found.unread) == (True, (), None), name


@pytest.mark.parametrize(
    ("name", "html", "blank"),
    [
        ("nothing", page("<div class='text'></div>"), True),
        ("nothing and no script", page("<div id='new'></div>", ""), True),
        ("a drawing", page("<svg><path d='M0 0'/></svg>"), False),
        ("an object", page("<object data='/a.pdf'></object>"), False),
        ("a file embedded", page("<embed src='/a.pdf'>"), False),
        ("a film", page("<video src='/v.mp4'></video>"), False),
        ("a picture", page("<picture><source srcset='/a.webp'></picture>"), False),
        ("a background", page("<div style='background-image:url(/a.jpg)'></div>"), False),
        ("words where a menu is looked for", page(f"<div class='menu_content'><p>{WORDS}</p></div>"), False),
        ("words where a footer is looked for", page(f"<div class='footer-box'><p>{WORDS}</p></div>"), False),
        ("a chart", page("<div id='c'></div><script>echarts.init(c)</script>"), None),
        ("a reader", page("<div id='v' data-pdf='/a.pdf'></div><script src='/pdf.js'></script>"), None),
        ("a player", page("<div id='p'></div><script>new Aliplayer({id:'p'})</script>"), None),
        ("a map", page("<div id='m'></div><script src='/bmap.js'></script>"), None),
        ("an element of its own", page("<gov-list src='/x'></gov-list>"), None),
        (
            "a part that a script brings",
            page("<div class='list'><script src='/ajax/3.js'></script></div>"),
            None,
        ),
        (
            "words that a script shows",
            page(f"<div id='t' style='display:none'>{WORDS}</div><script>$('#t').show()</script>"),
            None,
        ),
    ],
)
def test_a_page_of_its_own_is_blank_only_when_it_shows_nothing(
    columns: Callable[..., dict[str, Column]], name: str, html: str, blank: bool | None
) -> None:
    found = columns(full=FULL, spoken=SPOKEN, other=SPOKEN, here=html)["here"]
    assert (found.blank, found.unread) == (blank, "not_rendered" if blank is None else None), name


@pytest.fixture
def rendered_by(
    snapshot: Callable[..., Snapshot], site: Site, directory: ColumnDirectory, moment: Moment
) -> Callable[..., list[str]]:
    """Folders that a crawl of these pages, in this order, asks to see in a browser."""

    def made(*pages: str) -> list[str]:
        guide = Guide(site, directory, moment, Period.model_validate("P1Y"), False)
        leads: list[Lead] = []
        for number, html in enumerate(pages, 1):
            taken = snapshot(f"{BASE}/p{number}/", number, purpose=Purpose.COLUMN)
            step = guide.step(taken, html.encode())
            assert step.outcome is FetchOutcome.OK
            leads += step.leads
        return [lead.url.removeprefix(BASE).strip("/") for lead in leads if lead.render]

    return made


def test_what_seems_empty_is_looked_at_in_a_browser_unless_a_page_before_proves_it(
    rendered_by: Callable[..., list[str]],
) -> None:
    own = page(NAMED, COMMON + "<script src='/js/fill.js'></script>")
    chart = page("<div id='c'></div><script>echarts.init(c)</script>")
    assert rendered_by(FULL, page(EMPTY), page(NAMED, ""), FULL) == []
    assert rendered_by(page(EMPTY), FULL, page(EMPTY)) == ["p1"]
    assert rendered_by(FULL, own, own, chart, SPOKEN) == ["p2", "p3", "p4"]


def test_no_more_than_half_of_the_browser_goes_to_doubts(rendered_by: Callable[..., list[str]]) -> None:
    pages = [page(NAMED, f"<script src='/js/{chr(97 + n % 26)}{n}.js'></script>") for n in range(40)]
    assert len(rendered_by(*pages)) == 30


@pytest.mark.parametrize(
    "html",
    [page(NAMED, COMMON + "<script>$('#l').load('/x')</script>"), page(EMPTY, "<script src='/js/fill.js'></script>")],
)  # fmt: skip
def test_a_browser_that_did_not_get_all_a_script_asked_for_proves_no_list_empty(
    columns: Callable[..., dict[str, Column]], html: str
) -> None:
    whole = columns(frozenset({"here"}), full=FULL, here=html)["here"]
    assert (whole.blank is not None, whole.items) == (True, ())
    part = columns(frozenset({"here"}), "kept_back", full=FULL, here=html)["here"]
    assert (part.blank, part.items, part.unread) == (None, None, "not_rendered")
    rows = columns(frozenset({"here"}), "kept_back", full=FULL, here=FULL)["here"]
    assert rows.items and len(rows.items) == 3, "what it does show is read"
