"""Forms as real pages write them: search boxes with and without a form, letters, applications, logins."""

from collections.abc import Callable

import pytest

from model import ColumnDirectory, PageForm, Site, Snapshot
from reading import read
from reading.forms import forms_of
from reading.tree import parse


def forms(html: str) -> list[PageForm]:
    return list(forms_of(parse(f"<html><body>{html}</body></html>")))


def uses(html: str) -> list[str]:
    return [form.use for form in forms(html)]


def test_a_search_platform_of_its_own() -> None:
    # sc_scedu_c100504_xwzx_list.html
    (form,) = forms(
        '<form id="form1" name="searchForm" method="post" action="http://search.example/s?uc=1">'
        '<input type="text" name="searchWord" placeholder="请输入搜索关键字"><input type="hidden" name="siteCode">'
        '<input type="submit" name="button" value="搜索"></form>'
    )
    assert (form.use, form.action, form.method, form.fields, form.submit) == (
        "search",
        "http://search.example/s?uc=1",
        "POST",
        1,
        True,
    )
    assert form.text == "请输入搜索关键字 搜索"


@pytest.mark.parametrize(
    "html",
    [
        # dz_zwgk_bmwj_index.html: no form, a script reads the field
        '<dl><dd><input id="keyword" name="keyword" type="text" value="请输入关键字"></dd><dt><a onclick="so()">搜</a></dt></dl>',
        # nfra_rendered_1.html
        '<div class="search"><input type="text" name="search" placeholder="请输入您要搜索的内容..."><button type="button" onclick="go()"></button></div>',
        # jr_news.html: nothing but a hint
        '<div><input class="nav-search-input-type" placeholder="搜索句容信息和服务" type="text"></div>',
        # xz_ldxxtj: hidden fields in the form, the box beside it
        '<form name="_l_s_m_form" action="hhjgjg.jsp"><input type="hidden" name="kw"></form><span><input type="text" name="kw_temp"></span>',
        # gne_deqing_1.html: a picture sends it
        '<form action="http://s.example/jrobotfront/search.do"><input name="q" type="text"><input type="image" src="a.png"></form>',
        # hd_list.jsp: several fields, all of them the search's
        '<form action="/govsearch/simp_gov_list.jsp"><input type="text" name="sword"><select name="searchColumn"><option>全部<option>正文</select><a href="javascript:so()">搜索</a></form>',
        # jr_index.html: neither name nor address of the field tells
        '<form name="search" action="aaa.jsp"><input type="text" placeholder="请输入"><input type="submit" value=""></form>',
    ],
)
def test_search_boxes(html: str) -> None:
    assert uses(html) == ["search"]


def test_a_form_around_the_whole_page_is_taken_apart() -> None:
    html = (
        '<form id="aspnetForm" method="post"><input type="hidden" name="__VIEWSTATE" value="x">'
        '<div><input type="text" name="txtKey" placeholder="请输入搜索关键字"><a onclick="so()">搜索</a></div>'
        '<table><tr><td>信件标题</td><td><input name="title"></td></tr>'
        '<tr><td>信件内容</td><td><textarea name="body"></textarea></td></tr>'
        '<tr><td><input type="submit" value="提交"></td></tr></table></form>'
    )
    assert uses(html) == ["search", "letter"]


def test_a_letter_with_a_password_to_look_it_up_is_no_login() -> None:
    (form,) = forms(
        '<form action="/leadermail/add.jsp" method="post"><p>信件主题<input name="t"></p><p>姓名<input name="n"></p>'
        '<p>查询密码<input type="password" name="p"></p><p>信件内容<textarea name="c"></textarea></p>'
        "<button>提交</button></form>"
    )
    assert (form.use, form.fields, form.submit) == ("letter", 4, True)
    assert "信件主题" in form.text and form.text.endswith("提交")


def test_other_uses() -> None:
    application = (
        '<form action="/ysq/save" method="post"><p>申请人姓名<input name="a"></p><p>证件号码<input name="b"></p>'
        '<p>所需信息内容描述<textarea name="c"></textarea></p><button>提交</button></form>'
    )
    login = '<form action="/user/login"><p>用户名<input name="u"></p><p>密码<input type="password"></p><input type="submit" value="登录"></form>'
    # xz_ldxx-tree.TreeTempUrl_1114.html: asks for a letter that was sent before
    lookup = '<form action="cx.jsp"><p>流水号：<input name="n"></p><p>查询密码：<input name="p"></p><input type="submit" value="搜索"></form>'
    # dz_syqt_wzjc_index.html: tells of a mistake on the site
    mistake = (
        '<form action="/app.do"><label><input type="checkbox" name="k" value="1">错别字</label>'
        '<label><input type="checkbox" name="k" value="2">其他</label><p>内容标题<input name="t"></p>'
        '<p>出错问题描述<textarea name="c"></textarea></p><a href="javascript:send()">发送</a></form>'
    )
    pager = '<form><p>共 3 页<input name="GOPAGE"></p><input type="button" value="转到"></form>'
    assert uses(application + login + lookup + mistake + pager) == [
        "application",
        "login",
        "other",
        "other",
        "other",
    ]
    assert forms(mistake)[0].fields == 3


def test_what_is_no_form() -> None:
    links = '<form><select onchange="window.open(this.value)"><option value="http://a.example/">省政府</select></form>'
    colours = '<i><input type="image" name="bgcolor" onclick="c()"><input type="button" value="打印本页"></i>'
    checks = '<div><input type="checkbox" name="all">全选</div>'
    assert uses(links + colours + checks + '<form><input type="hidden" name="x"></form>') == []


def test_a_page_of_forms_stays_short() -> None:
    made = forms("<form><p>" + "长" * 500 + '<input name="title"></p></form>' * 40)
    assert len(made) <= 20
    assert all(len(form.text) <= 200 for form in made)


def test_the_reader_tells_them(
    snapshot: Callable[..., Snapshot], site: Site, directory: ColumnDirectory
) -> None:
    html = '<html><body><h1>通知公告</h1><form action="/so"><input name="q"><button>搜索</button></form></body></html>'
    facts = read(snapshot("http://rsj.example/tzgg/"), html.encode(), site, directory)
    assert [form.use for form in facts.forms] == ["search"]
