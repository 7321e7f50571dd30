"""Names of elements that only look like a place: what stands in them is the page's own."""

from collections.abc import Callable

import pytest

from model import LinkPlace, PageFacts
from reading.places import Places
from reading.text import content_node
from reading.tree import Node, parse

Facts = Callable[..., PageFacts]

FOOTER = '<div class="footer">版权所有 某县人力资源和社会保障局 主办 黔ICP备05001234号 <a href="/gywm/">关于我们</a></div>'
MENU = '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li></ul></div>'
DUTIES = "<p>" + "本局主要职责如下，负责全县有关工作。" * 9 + "</p>"
PHONE = "<p>" + "本局电话在二楼大厅。" * 4 + "</p>"
ROWS = "".join(
    f'<li><a href="./content_1234{n}.html">关于做好第{n}批工作的通知</a><span>2020-12-1{n}</span></li>'
    for n in range(5)
)
UTILITIES = (
    "position-relative", "position-static", "border-bottom", "mb-bottom", "margin-bottom15", "con_bottom", "list-bottom",
    "has-footer", "page-with-sidebar", "no-sidebar", "footprint", "allocation", "street-list", "research", "search-list",
    "top_news", "topic", "heading",
)  # fmt: skip
DOUBTFUL = (
    "lj", "bq", "location", "path", "wz", "treeview", "lanmu", "lm", "left_con", "menu-right", "catalog", "gkml", "position",
)  # fmt: skip


def page(main: str) -> str:
    return f"<html><head><title>机构职能-某县人社局</title></head><body>{MENU}{main}{FOOTER}</body></html>"


@pytest.mark.parametrize("name", UTILITIES + DOUBTFUL)
def test_text_in_a_part_of_an_ordinary_name_is_the_pages_own(facts: Facts, name: str) -> None:
    long = facts(page(f'<div class="{name}">{DUTIES}</div>'))
    short = facts(page(f'<div class="{name}">{PHONE}</div>'))
    assert (long.text_length >= 9 * 18, short.text_length >= 40) == (True, True)


@pytest.mark.parametrize("name", UTILITIES + DOUBTFUL)
def test_rows_in_a_part_of_an_ordinary_name_are_the_columns_own(facts: Facts, name: str) -> None:
    read = facts(page(f'<div class="{name}"><ul>{ROWS}</ul></div>'))
    assert read.main_list is not None and len(read.main_list.items) == 5
    assert read.text_length > 5 * 20


def test_a_whole_page_in_a_part_called_footer_is_no_footer(facts: Facts) -> None:
    read = facts(page(f'<div class="footer-page"><h1>机构职能</h1>{DUTIES}{FOOTER}</div>'))
    assert read.text_length >= 9 * 18


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (f"<div class='leftnav'>{MENU}</div>", LinkPlace.NAVIGATION),
        ('<div class="left_con"><h3>政务公开</h3><a href="/p/">机构职能</a><a href="/q/">领导</a></div>', LinkPlace.NAVIGATION),
        ('<div class="lm"><a href="/p/">机构职能</a><a href="/q/">领导信息</a></div>', LinkPlace.NAVIGATION),
        ('<div class="position">您的位置：<a href="/">首页</a> &gt; <a href="/p/">机构职能</a></div>', LinkPlace.CRUMBS),
        ('<div class="wz"><a href="/">首页</a> &gt; <a href="/p/">机构职能</a></div>', LinkPlace.CRUMBS),
        ('<div class="lj"><a href="/p/">省政府</a><a href="/q/">市政府</a></div>', LinkPlace.FOOTER),
        ('<div class="bottom">主办单位：某县人民政府办公室 网站标识码：5203250012 <a href="/p/">地图</a></div>', LinkPlace.FOOTER),
        ('<div class="index-bottom"><a href="/p/">关于我们</a>版权所有 某县人民政府</div>', LinkPlace.FOOTER),
        ('<div class="top">2020年12月1日 <a href="/p/">设为首页</a></div>', LinkPlace.HEADER),
        ('<div class="search-box"><input><a href="/p/">搜索</a></div>', LinkPlace.HEADER),
    ],
)  # fmt: skip
def test_what_a_part_holds_bears_its_name_out(facts: Facts, part: str, place: LinkPlace) -> None:
    read = facts(page(DUTIES + part))
    assert read.text_length < 9 * 18 + 10
    assert {
        link.place for link in read.links if link.tag == "a" and link.anchor not in ("首页", "政务公开")
    } <= {
        place,
        LinkPlace.FOOTER,
    }


def nodes(html: str, tag: str = "div") -> list[Node]:
    return list(parse(f"<html><body>{html}</body></html>").iter(tag))


def test_a_part_that_another_page_has_shown_stands_where_it_stood_there() -> None:
    menu = "<div class='menu'>" + "".join(f"<a href='/{n}/'>栏目{n}</a>" for n in range(9)) + "</div>"
    prose = "<div class='menu'>" + "这里说的不是菜单，而是一段很长的正文。" * 5 + "</div>"
    for _ in range(2):
        assert [Places().of(node) for node in nodes(menu + prose)] == [
            LinkPlace.NAVIGATION,
            LinkPlace.OTHER,
        ]


def test_a_part_is_not_told_by_another_page_where_too_little_may_still_be_looked_at() -> None:
    """A page of thousands of parts is measured so far and no further, whatever other pages have shown."""
    rows = "".join(f"<i><a href='/{n}/'>栏目{n}</a></i>" for n in range(9))
    (menu,) = nodes(f"<div class='menu'>{rows}</div>")
    assert Places().of(menu) is LinkPlace.NAVIGATION
    spent = Places()
    spent._left = 3
    assert spent.of(menu) is LinkPlace.OTHER


def test_what_hides_apart_is_another_part() -> None:
    shown = "<div class='menu'><p>{}</p>" + "<a href='/a/'>栏目</a>" * 3 + "</div>"
    long = "这里说的不是菜单，而是一段很长的正文。" * 5
    told = shown.format(f"<span>{long}</span>"), shown.format(f"<span style='display:none'>{long}</span>")
    assert [Places().of(nodes(one)[0]) for one in told] == [LinkPlace.OTHER, LinkPlace.NAVIGATION]


@pytest.mark.parametrize(
    ("html", "chosen"),
    [
        ("<div id='zoom'> <p> </p></div>", None),
        ("<div id='zoom'>字</div>", 0),
        ("<div id='zoom'><p> </p><p>正文</p></div>", 0),
        ("<div id='zoom'> </div><div id='zoom'>字</div>", 1),
        ("<div id='zoom'><p>十个字的一段正文啊</p></div><div id='zoom'><p>十个字的一段正文啊啊</p></div>", 0),
        ("<div id='zoom'><p>十个字</p></div><div id='zoom'><p>十个字的一段正文</p></div>", 1),
        ("<div id='zoom'> </div><div id='zoom'> </div>", None),
        ("<div id='other'>字</div>", None),
    ],
)
def test_the_element_of_the_text_is_the_one_that_says_most(html: str, chosen: int | None) -> None:
    found = nodes(html)
    root = found[0].getroottree().getroot()
    assert content_node(root, Places()) is (None if chosen is None else found[chosen])
