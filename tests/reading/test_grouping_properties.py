"""Grouping of list rows, over made-up lists: any titles and days, any build, any noise around."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import PageFacts, PageKind

BUILDS = (
    ("<ul class='list'>{}</ul>", "<li><a href='/n/{n}.html'>{t}</a><span>{y}-{m:02}-{d:02}</span></li>"),
    ("<ul>{}</ul>", "<li><i>[{y}/{m:02}/{d:02}]</i><a href='/n/{n}.html' title='{t}'>{s}…</a></li>"),
    ("<table><tr><th>序号</th><th>标题</th><th>日期</th></tr>{}</table>", "<tr><td>{n}</td><td><a href='/n/{n}.html'>{t}</a></td><td>{y}-{m}-{d}</td></tr>"),
    ("<div class='con'>{}</div>", "<div class='row'><a href='/lm/'>[公告]</a><a href='/n/{n}.html'>{t}</a><em>{y}年{m}月{d}日</em></div>"),
    ("<div class='cards'>{}</div>", "<div class='card'><a href='/n/{n}.html'><img src='{n}.jpg' alt='{t}'></a><h3><a href='/n/{n}.html'>{t}</a></h3><p>摘要：2018年3月1日的情况</p><b>{y}.{m:02}.{d:02}</b></div>"),
    ("<div>{}</div>", "<a class='one' href='/info/1/{n}.htm'><h4>{t}</h4><p>摘要</p><span>{y}-{m:02}-{d:02} 09:24</span></a>"),
    ("<ul>{}</ul>", "<li><a href='/info/1/{n}.htm'><div><p>{m:02}/{d:02}</p><span>{y}</span></div><h3>{t}</h3></a></li>"),
    ("<ul>{}</ul>", "<li><b>{d:02}</b><i>{y}-{m:02}</i><a href='/n/{n}.html'>{t}</a></li>"),
    ("<div>{}</div>", "<dl><dt><a href='/n/{n}.html'>{t}</a></dt><dd>发布时间：{y}-{m:02}-{d:02}</dd></dl>"),
    ("<div>{}</div>", "<table><tr><td><a href='/n/{n}.html'>{t}</a></td><td>({y}-{m:02}-{d:02})</td></tr></table>"),
)  # fmt: skip
NOISE = (
    "<div class='header'><ul><li><a href='/zt/1.html'>热烈庆祝某某大会胜利召开</a></li></ul></div>",
    "<div class='nav'><ul><li><a href='/a/'>首页</a></li><li><a href='/b/'>政务公开</a></li><li><a href='/c/'>政民互动</a></li></ul></div>",
    "<div class='sidebar'><h3>点击排行</h3><ul><li><a href='/n/901.html'>旧闻之一的标题</a><span>2018-01-02</span></li></ul></div>",
    "<div class='footer'>电话：0851-25782065 黔ICP备05009168号 版权所有 © 2019-2026 <a href='/x/'>关于我们</a></div>",
    "<div class='links'><a href='http://www.gov.cn/'>中国政府网</a><a href='http://www.sc.gov.cn/'>省政府网</a></div>",
    "<div class='date'>今天是2021年1月13日 星期三</div>",
    "<script>document.write(unescape('%3Cspan id=x js/05/107/0000/40584250'))</script>",
)  # fmt: skip
WORDS = ("关于印发", "《某市促进条例》", "的通知", "2021年1月1日起施行", "2019-2022年", "会议", "召开", "公示（第三批）", "某政发〔2020〕6号", "工作", "1／3")  # fmt: skip
AT = date(2021, 1, 13)
titles = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map("".join)
days = st.dates(date(2012, 1, 1), AT)
rows = st.lists(st.tuples(titles, days), min_size=3, max_size=9)
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def page(build: tuple[str, str], listed: list[tuple[str, date]], before: list[str], after: list[str]) -> str:
    box, row = build
    made = "".join(
        row.format(n=n, t=title, s=title[:4], y=day.year, m=day.month, d=day.day)
        for n, (title, day) in enumerate(listed, 1)
    )
    main = f"<div class='main'>{box.format(made)}</div>"
    return f"<html><body>{''.join(before)}{main}{''.join(after)}</body></html>"


@SETTINGS
@given(st.sampled_from(BUILDS), rows, st.permutations(NOISE), st.integers(0, len(NOISE)))
def test_count_titles_and_days(
    facts: Callable[..., PageFacts],
    build: tuple[str, str],
    listed: list[tuple[str, date]],
    noise: list[str],
    at: int,
) -> None:
    read = facts(page(build, listed, noise[:at], noise[at:]))
    assert read.kind is PageKind.LIST
    assert read.main_list is not None and read.main_list.newest is not None
    assert [(item.title, item.dated.value) for item in read.main_list.items] == listed
    assert read.main_list.newest.dated.value == max(day for _, day in listed)


@SETTINGS
@given(st.sampled_from(BUILDS), rows, st.permutations(NOISE), st.permutations(NOISE))
def test_the_order_of_what_stands_around_changes_nothing(
    facts: Callable[..., PageFacts],
    build: tuple[str, str],
    listed: list[tuple[str, date]],
    one: list[str],
    other: list[str],
) -> None:
    first, second = (facts(page(build, listed, noise[:3], noise[3:])) for noise in (one, other))
    assert first.main_list == second.main_list
    assert (first.kind, first.shell, first.outcome) == (second.kind, second.shell, second.outcome)


@SETTINGS
@given(st.lists(st.tuples(titles, st.integers(0, 320)), min_size=2, max_size=9))
def test_a_year_is_told_by_the_order(facts: Callable[..., PageFacts], steps: list[tuple[str, int]]) -> None:
    listed, day = [], AT
    for title, back in steps:
        day -= timedelta(days=back)
        listed.append((title, day))
    row = "<li><a href='/n/{n}.html'>{t}</a><span>{m:02}-{d:02}</span></li>"
    read = facts(page(("<ul>{}</ul>", row), listed, [NOISE[1]], [NOISE[3]])).main_list
    assert read is not None
    assert [(item.title, item.dated.value) for item in read.items] == listed


TEXTS = st.sampled_from(["", "2020-11-02", "11-02", "共 0 条", "下一页", "暂无信息", "置顶", "2020", "15", "关于工作的通知", "昨天", "1/3"])  # fmt: skip
TAGS = st.sampled_from(["div", "ul", "li", "a", "table", "tr", "td", "dl", "dt", "dd", "span", "h3", "p", "form", "b"])  # fmt: skip
NAMES = st.sampled_from(["", " class='list'", " class='page'", " class='title'", " class='nav'", " href='/n/1.html'", " title='关于工作的通知'"])  # fmt: skip
trees = st.recursive(
    TEXTS,
    lambda inner: st.tuples(TAGS, NAMES, st.lists(inner, max_size=4)).map(
        lambda made: f"<{made[0]}{made[1]}>{''.join(made[2])}</{made[0]}>"
    ),
    max_leaves=40,
)


@SETTINGS
@given(trees)
def test_no_tree_makes_it_raise_or_lie(facts: Callable[..., PageFacts], tree: str) -> None:
    read = facts(f"<html><body>{tree}</body></html>")
    for found in (*([read.main_list] if read.main_list else []), *read.lists):
        assert all(item.title for item in found.items)
        assert [item.order for item in found.items] == list(range(len(found.items)))
        assert all(
            item.dated.value is None or item.dated.value <= AT + timedelta(days=1) for item in found.items
        )
    if read.main_list is not None and not read.main_list.items and read.main_list.total is None:
        assert "关于工作的通知" not in read.text
