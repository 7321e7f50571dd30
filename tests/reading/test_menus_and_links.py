"""References of a page: written menus, onclick targets, places, bases, and what is no link at all."""

from collections.abc import Callable

import pytest

from model import LinkPlace, LinkRelation, PageFacts, PageKind
from reading.menus import opened_url, written_links


def test_a_menu_written_by_script_is_navigation_with_its_names(
    facts: Callable[..., PageFacts], page_case: Callable[[str], str]
) -> None:
    read = facts(page_case("trs_empty_list.html"), "http://rsj.example/zwgk/ghjh/index.html")
    assert [(link.anchor, link.url) for link in read.navigation] == [
        ("网站首页", "http://rsj.example/index.html"),
        ("工作动态", "http://rsj.example/gzdt/index.html"),
        ("业务工作", "http://rsj.example/ywgz/index.html"),
        ("部门概况", "http://rsj.example/bmgk/index.html"),
        ("政务公开", "http://rsj.example/zwgk/index.html"),
        ("公示公告", "http://rsj.example/zwgk/gsgg/"),
        ("政策解读", "http://rsj.example/zwgk/zcjd/"),
        ("规划计划", "http://rsj.example/zwgk/ghjh/"),
    ]
    assert [crumb.name for crumb in read.crumbs] == ["政务公开", "规划计划"]


def test_written_links_need_a_write() -> None:
    assert written_links("var a='<a href=\"../x/\">名</a>'") == []
    assert written_links("""document.write("<a href='/x/' target=_blank>名<b>字</b></a>")""") == [
        ("/x/", "名字")
    ]


@pytest.mark.parametrize(
    ("onclick", "url"),
    [
        ("window.open('/zwgk/')", "/zwgk/"),
        ("javascript:location.href='http://x.cn/a'", "http://x.cn/a"),
        ("window.location='../b/'", "../b/"),
        ('leave();window.open("https://www.y.cn/")', "https://www.y.cn/"),
        ("window.open('/s?u=' + document.URL)", None),
        ("openToolbar()", None),
        ("void(0)", None),
    ],
)
def test_what_a_click_opens(onclick: str, url: str | None) -> None:
    assert opened_url(onclick) == url


def test_links_with_place_and_relation(facts: Callable[..., PageFacts]) -> None:
    read = facts(
        """<html><head><base href="http://rsj.example/base/"><link rel="stylesheet" href="a.css">
        <link rel="canonical" href="/zz/"></head><body>
        <div class="header"><a href=" &#47;top/&#10;">顶</a></div>
        <div class="nav"><a href="#" onclick="window.open('menu/')">菜单</a><a href="javascript:void(0)">空</a></div>
        <div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/c/">栏目</a></div>
        <div style="display: none"><a href="http://bad.example/">暗</a></div>
        <!-- <a href="/commented/">注释里的不是链接</a> -->
        <map><area href="area.html" alt="图块"></map>
        <p><a href="x.doc">附件</a><a href="mailto:a@b.cn">信</a><a href="${Catalog.Link}">模板</a><img src="p.jpg"></p>
        <iframe src="frame.html"></iframe><a name="anchor">锚</a>
        <div class="footer"><a href="http://other.cn/">友情链接</a></div></body></html>""",
        "http://rsj.example/list/",
    )
    found = {(link.raw.strip(), link.url, link.relation, link.place) for link in read.links}
    base = "http://rsj.example/base/"
    assert found == {
        ("a.css", base + "a.css", LinkRelation.STYLE, LinkPlace.OTHER),
        ("/top/", "http://rsj.example/top/", LinkRelation.INTERNAL, LinkPlace.HEADER),
        ("menu/", base + "menu/", LinkRelation.INTERNAL, LinkPlace.NAVIGATION),
        ("javascript:void(0)", "", LinkRelation.SCRIPT_ONLY, LinkPlace.NAVIGATION),
        ("/", "http://rsj.example/", LinkRelation.INTERNAL, LinkPlace.CRUMBS),
        ("/c/", "http://rsj.example/c/", LinkRelation.INTERNAL, LinkPlace.CRUMBS),
        ("http://bad.example/", "http://bad.example/", LinkRelation.EXTERNAL, LinkPlace.HIDDEN),
        ("/commented/", "http://rsj.example/commented/", LinkRelation.COMMENTED, LinkPlace.HIDDEN),
        ("area.html", base + "area.html", LinkRelation.INTERNAL, LinkPlace.OTHER),
        ("x.doc", base + "x.doc", LinkRelation.ATTACHMENT, LinkPlace.OTHER),
        ("mailto:a@b.cn", "", LinkRelation.CONTACT, LinkPlace.OTHER),
        ("${Catalog.Link}", "", LinkRelation.PLACEHOLDER, LinkPlace.OTHER),
        ("p.jpg", base + "p.jpg", LinkRelation.IMAGE, LinkPlace.OTHER),
        ("frame.html", base + "frame.html", LinkRelation.INTERNAL, LinkPlace.OTHER),
        ("http://other.cn/", "http://other.cn/", LinkRelation.EXTERNAL, LinkPlace.FOOTER),
    }


@pytest.mark.parametrize(
    ("name", "html", "target"),
    [
        ("meta refresh", '<meta http-equiv="Refresh" content="0;URL=./dwzn/">', "http://rsj.example/a/dwzn/"),
        ("location", "<script>window.location.href='b/';</script>", "http://rsj.example/a/b/"),
        ("slow refresh of a real page", '<meta http-equiv="refresh" content="300"><p>正文</p>', None),
        (
            "refresh of a full page",
            '<meta http-equiv="refresh" content="0;url=/b/"><p>' + "正文很长。" * 200 + "</p>",
            None,
        ),
    ],
)
def test_jump_stubs(facts: Callable[..., PageFacts], name: str, html: str, target: str | None) -> None:
    read = facts(f"<html><head>{html}</head></html>", "http://rsj.example/a/")
    assert (read.jump, read.kind is PageKind.JUMP) == (target, target is not None)


def test_jump_stubs_of_real_sites(facts: Callable[..., PageFacts], page_case: Callable[[str], str]) -> None:
    box = facts(page_case("kaipuyun_jump.html"), "http://rsj.example/scedu/c100531/jump.html")
    written = facts(page_case("trs_written_refresh.html"), "http://rsj.example/zwgk/")
    assert (box.kind, box.jump) == (PageKind.JUMP, "http://rsj.example/scedu/c100532/xxgk_list.shtml")
    assert (written.kind, written.jump) == (PageKind.JUMP, "http://rsj.gzdaozhen.gov.cn/zwgk/gsgg/")
