"""Lists as the content systems of government sites build them, small and whole: count, titles, newest day."""

from collections.abc import Callable
from datetime import date

import pytest

from model import FetchOutcome, PageFacts, PageKind

DAYS = [
    date(2020, 12, 28),
    date(2020, 12, 21),
    date(2020, 11, 30),
    date(2020, 9, 3),
    date(2020, 2, 17),
    date(2019, 12, 5),
]
TITLES = [
    "关于做好2021年元旦春节期间有关工作的通知", "市政府召开第六十二次常务会议", "关于印发《某市促进条例》的通知（某政发〔2020〕6号）",
    "2019-2022年度规划公开征求意见", "领导干部任前公示（第三批）", "关于2020年1月1日起施行新标准的公告",
]  # fmt: skip
HEAD = """<html><head><title>通知公告-某市人民政府</title></head><body>
<div class="header"><div class="notice"><ul><li><a href="/zt/1.html">热烈庆祝某某大会胜利召开</a></li></ul></div></div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/hd/">政民互动</a></li></ul></div>
<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/tzgg/">通知公告</a></div>"""
SIDE = """<div class="sidebar"><h3>点击排行</h3><ul><li><a href="/content/post_901.html">旧闻之一的标题</a><span>2018-01-02</span></li>
<li><a href="/content/post_902.html">旧闻之二的标题</a><span>2018-01-01</span></li></ul></div>"""
FOOT = """<div class="links"><a href="http://www.gov.cn/">中国政府网</a><a href="http://www.sc.gov.cn/">省政府网</a></div>
<div class="footer"><p>主办：某市人民政府办公室 电话：0375-2629911 豫ICP备05009168号 豫公网安备 41040202000101号 网站标识码4104000017</p>
<p>版权所有 © 2019-2026 <a href="/about/">关于我们</a></p></div></body></html>"""

# {n} number of the row, {t} its title, {y}-{m:02}-{d:02} its day, {w} what opens and {e} what closes a page of the kind
SHAPES = {
    "TRS": ('<ul class="list">{rows}</ul>', '<li><a href="./t2020{m:02}{d:02}_{n}.html" target="_blank">{t}</a><span>{y}-{m:02}-{d:02}</span></li>'),
    "date before the link": ('<ul class="gl_list">{rows}</ul>', '<li><span class="fr">{y}/{m:02}/{d:02}</span><a href="c/{n}.shtml" title="{t}">{t}</a></li>'),
    "date in brackets": ('<ul>{rows}</ul>', '<li>·<a href="/content/{n}.html">{t}</a>（{y}-{m:02}-{d:02}）</li>'),
    "square brackets": ('<ul>{rows}</ul>', '<li><a href="/content/{n}.html">{t}</a><i>[{y}-{m:02}-{d:02}]</i></li>'),
    "EWB": ('<div class="ewb-list"><ul>{rows}</ul></div>', '<li class="ewb-list-node clearfix"><a href="/web/{n}.html" class="ewb-list-name">{t}</a><span class="ewb-list-date">{y}-{m:02}-{d:02}</span></li>'),
    "jpage": ('<div class="default_pgContainer">{rows}</div>', '<div class="line"><a href="/art/2020/{m}/{d}/art_1_{n}.html" title="{t}">{t}</a><b>{y}-{m:02}-{d:02}</b></div>'),
    "old tables": ('<table width="100%"><tbody>{rows}</tbody></table>', '<tr><td width="10"><img src="dot.gif"></td><td><a href="/n/{n}.html">{t}</a></td><td align="right">{y}-{m}-{d}</td></tr>'),
    "a table a row": ('<div>{rows}</div>', '<table><tr><td><a href="/n/{n}.html">{t}</a></td><td>{y}.{m:02}.{d:02}</td></tr></table>'),
    "dl of its own": ('<div class="news">{rows}</div>', '<dl><dt><a href="/n/{n}.html">{t}</a></dt><dd>摘要：自2018年1月1日以来的情况。</dd><dd class="time">{y}-{m:02}-{d:02}</dd></dl>'),
    "dt and dd in one dl": ('<dl>{rows}</dl>', '<dt><a href="/n/{n}.html">{t}</a></dt><dd>{y}-{m:02}-{d:02}</dd>'),
    "cards": ('<div class="listbox">{rows}</div>', '<div class="item"><div class="pic"><a href="/n/{n}.html"><img src="{n}.jpg" alt="{t}"></a></div><h3><a href="/n/{n}.html">{t}</a></h3><p class="txt">摘要文字，截至2018年3月1日的情况……</p><span class="date">发布时间：{y}-{m:02}-{d:02}</span><a href="/n/{n}.html" class="more">[查看详情]</a></div>'),
    "a whole card is the link": ('<div class="cards">{rows}</div>', '<a class="card" href="/info/1021/{n}.htm"><h4>{t}</h4><p>摘要文字，自2017年5月1日起。</p><em>{y}年{m}月{d}日</em></a>'),
    "VSB, split in the link": ('<ul>{rows}</ul>', '<li><a href="info/1146/{n}.htm"><div class="text-ldata"><p>{m:02}/{d:02}</p><span>{y}</span></div><div class="text-linfo"><h3>{t}</h3><p>摘要，10月22日举行。</p></div></a></li>'),
    "split, day above": ('<ul>{rows}</ul>', '<li><div class="sj"><b>{d:02}</b><span>{y}-{m:02}</span></div><a href="/n/{n}.html" class="bt">{t}</a><p>摘要文字</p></li>'),
    "split in three": ('<ul>{rows}</ul>', '<li><a href="/n/{n}.html"><span class="title">{t}</span></a><i>{d}</i><i>{m}月</i><i>{y}</i></li>'),
    "cut title": ('<ul>{rows}</ul>', '<li><a href="/n/{n}.html" title="{t}">关于……</a><span>{y}-{m:02}-{d:02}</span></li>'),
    "kind and title": ('<ul>{rows}</ul>', '<li><a href="/lm{n}/">[公示]</a> <a href="/n/{n}.html">{t}</a><span>{y}-{m:02}-{d:02}</span></li>'),
    "kind and title, no list": ('<div class="con">{rows}</div>', '<div class="row"><a href="/lm/">公示公告</a><a href="/n/{n}.html">{t}</a><span>{y}-{m:02}-{d:02}</span></div>'),
    "number, title, date": ('<table class="tb"><tr><th>序号</th><th>标题</th><th>发布日期</th></tr>{rows}</table>', '<tr><td>{n}</td><td><a href="/n/{n}.html">{t}</a></td><td>{y}-{m:02}-{d:02}</td></tr>'),
    "disclosure table": ('<table><thead><tr><th>索引号</th><th>名称</th><th>文号</th><th>发布日期</th><th>成文日期</th></tr></thead><tbody>{rows}</tbody></table>', '<tr><td>00818/2020-{n:05}</td><td><a href="/n/{n}.html">{t}</a></td><td>某政发〔2020〕{n}号</td><td>{y}-{m:02}-{d:02}</td><td>2019-0{n}-01</td></tr>'),
    "a period": ('<ul>{rows}</ul>', '<li><a href="/n/{n}.html">{t}</a><span>征集时间：{y}-{m:02}-{d:02} 至 2020-12-31</span></li>'),
    "a deadline beside": ('<ul>{rows}</ul>', '<li><a href="/n/{n}.html">{t}</a><span>发布时间：{y}-{m:02}-{d:02}</span><span>截止时间：2020-12-31</span></li>'),
    "in a form": ('<form name="f"><ul>{rows}</ul></form>', '<li><a href="/n/{n}.html">{t}</a><span>{y}-{m:02}-{d:02}</span></li>'),
    "container called left nav": ('<div class="leftnav"><ul>{rows}</ul></div>', '<li><a href="/n/{n}.html">{t}</a><span>{y}-{m:02}-{d:02}</span></li>'),
    "container called banner": ('<div class="banner-list"><ul>{rows}</ul></div>', '<li><a href="/n/{n}.html">{t}</a><span>{y}-{m:02}-{d:02}</span></li>'),
    "first row of its own class": ('<div class="zt">{rows}</div>', '<div class="item n{n}"><a href="/n/{n}.html">{t}</a><span>{y}-{m:02}-{d:02}</span></div>'),
    "with clock": ('<ul>{rows}</ul>', '<li><a href="/n/{n}.html">{t}</a><span>{y}-{m:02}-{d:02} 10:08:30</span></li>'),
    "numbers run together": ('<ul>{rows}</ul>', '<li><a href="/n/{n}.html">{t}</a><span>{y}{m:02}{d:02}</span></li>'),
    "list items with links to files": ('<ul>{rows}</ul>', '<li><a href="/files/P0200{n}.pdf">{t}</a><span>{y}-{m:02}-{d:02}</span></li>'),
    "views beside the date": ('<ul>{rows}</ul>', '<li><a href="/n/{n}.html">{t}</a><span>浏览次数：1{n}05</span><span>{y}-{m:02}-{d:02}</span></li>'),
    "paragraphs": ('<div class="con">{rows}</div>', '<p><a href="/n/{n}.html">{t}</a> &nbsp; {y}-{m:02}-{d:02}</p>'),
    "lines in one cell": ('<table><tr><td>{rows}</td></tr></table>', '·<a href="/n/{n}.html">{t}</a> [{y}-{m:02}-{d:02}]<br>'),
    "lines with a day of their own": ('<div>{rows}</div>', '<a href="/n/{n}.html">{t}</a><font color="#999">{y}-{m:02}-{d:02}</font><br>'),
    "headings, days between": ('<div class="con">{rows}</div>', '<h3><a href="/n/{n}.html">{t}</a></h3><p class="time">{y}-{m:02}-{d:02}</p>'),
    "headings": ('<div class="con">{rows}</div>', '<h4><a href="/n/{n}.html">{t}</a><small>{y}-{m:02}-{d:02}</small></h4>'),
}  # fmt: skip


def rows_of(row: str) -> list[str]:
    return [
        row.format(n=n, t=title, y=day.year, m=day.month, d=day.day)
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True), 1)
    ]


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape(facts: Callable[..., PageFacts], name: str) -> None:
    box, row = SHAPES[name]
    read = facts(HEAD + box.format(rows="".join(rows_of(row))) + SIDE + FOOT)
    assert read.kind is PageKind.LIST
    assert read.main_list is not None and read.main_list.newest is not None
    assert [item.title for item in read.main_list.items] == TITLES
    assert [item.dated.value for item in read.main_list.items] == DAYS


PAGERS = {
    "createPageHTML, 4": ('<script>createPageHTML(3, 0, "index", "html")</script>', 3, None, "index_1.html"),
    "createPageHTML, 6": ("<div id='p'></div><script>createPageHTML('p',3, 1,'list','shtml',41)</script>", 3, 41, "list_2.shtml"),
    "createPageHTML, 5": ("<div id='p'></div><script>createPageHTML('p',3,1,'column-index','shtml')</script>", 3, None, "column-index_2.shtml"),
    "createPageHTML, style and total": ('<script>createPageHTML(3,0,"index","htm","black2",58);</script>', 3, 58, "index_1.htm"),
    "countPage": ('<script>var currentPage = 0;//所在页从0开始\nvar countPage = 3//共多少页\nif(countPage>1) document.write("<a href=\\"index_"+(currentPage+1)+".html\\">下一页</a>");</script>', 3, None, "index_1.html"),
    "words": ('<div class="page">共36条记录 当前第1/3页 <a>首页</a> <a>上一页</a> <a href="18287_2.html">下一页</a> <a href="18287_3.html">尾页</a></div>', 3, 36, "18287_2.html"),
    "VSB": ('<div class="pb_sys_common"><span class="p_t">共24条</span><span class="p_pages"><span class="p_first_d">首页</span><span class="p_no_d">1</span><span class="p_no"><a href="tzgg/2.htm">2</a></span><span class="p_no"><a href="tzgg/1.htm">3</a></span><span class="p_next"><a href="tzgg/2.htm">下页</a></span><span class="p_last"><a href="tzgg/1.htm">尾页</a></span></span></div>', 3, 24, "tzgg/2.htm"),
    "VSB in a form": ("""<div>共36条  1/3  <a href="javascript:_simple_list_gotopage_fun(3,'aGOPAGE',1)">跳转</a></div>""", 3, 36, None),
    "steps only": ('<div><a href="index.htm">首页</a><a href="A093703index_1.htm">下一页</a><a href="A093703index_2.htm">末页</a></div>', None, None, "A093703index_1.htm"),
    "numbers": ('<div class="fenye"><a class="cur">1</a><a href="index_pc_1.html">2</a><a href="index_pc_2.html">3</a><a href="index_pc_1.html">下一页</a><a href="index_pc_2.html">尾页</a></div>', 3, None, "index_pc_1.html"),
    "第 x 页, 共 y 页": ('<div class="page">第1页/共3页 <a href="?page=2">下一页</a></div>', 3, None, "?page=2"),
    "总记录数": ('<div class="pagination">总记录数：58，每页20条，1/3 <a href="t_2.html">下一页</a></div>', 3, 58, "t_2.html"),
    "页次": ('<table><tr><td>页次：1/3 共58条信息 <a href="list.aspx?page=2">下一页</a></td></tr></table>', 3, 58, "list.aspx?page=2"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGERS)
def test_every_pager(facts: Callable[..., PageFacts], name: str) -> None:
    pager, pages, total, following = PAGERS[name]
    rows = "".join(rows_of(SHAPES["TRS"][1]))
    read = facts(f'{HEAD}<div class="main"><ul>{rows}</ul>{pager}</div>{SIDE}{FOOT}')
    assert read.main_list is not None
    assert (len(read.main_list.items), read.main_list.total, read.pages_total) == (6, total, pages)
    assert read.next_url == (f"http://rsj.example/a/{following}" if following else None)


PROSE = "<p>" + "某市某某局是市政府组成部门，负责全市有关工作，下设办公室等科室。" * 12 + "</p>"
EMPTY = {
    "bare list, steps": '<div class="text-list"><ul></ul><div class="pagination"><span class="p_first_d">首页</span><span class="p_prev_d">上页</span><span class="p_no_d">1</span><span class="p_next_d">下页</span><span class="p_last_d">尾页</span></div></div>',
    "bare list, first and last": '<div class="GcList"><ul class="GsTL5"></ul><ul class="page"><a class="first">第一页</a><a class="last">最后一页</a></ul></div>',
    "TRS": '<div class="list"><ul></ul></div><script>createPageHTML(1, 0, "index", "html")</script>',
    "no rows, TRS": '<div class="list"></div><script>createPageHTML(1, 0, "index", "html")</script>',
    "total of nothing": '<div class="list"></div><div class="page">共 0 条 当前第 1 / 1 页</div>',
    "heading of a table": '<table><tr><th>序号</th><th>标题</th><th>发布日期</th></tr></table><div class="page">第1页/共1页 <a>上一页</a> <a>下一页</a></div>',
    "phrase and pager": '<div><ul><li>暂无相关信息！</li></ul><div class="page"><a>上一页</a><a>下一页</a></div></div>',
    "phrase alone": '<div class="main">该栏目暂无内容</div>',
    "under construction": '<div class="main">栏目正在建设中……</div>',
}  # fmt: skip
NOT_EMPTY = {
    "a text with a pager": f'<div class="con">{PROSE}</div><script>createPageHTML(1, 0, "index", "html")</script>',
    "a picture with a pager": '<div class="con"><img src="jgt.jpg"></div><script>createPageHTML(1,0,"index","html")</script>',
    "a file with a pager": '<div class="con"><a href="a.pdf">zn</a></div><script>createPageHTML(1,0,"index","html")</script>',
    "a text beside steps": f'<div class="con">{PROSE}<div><a>上一页</a><a>下一页</a></div></div>',
    "rows beside 共 0 条": "<div><ul><li><a href='/n/1.html'>关于某事的通知</a><i>2020-11-03</i></li><li><a href='/n/2.html'>关于某事的公告</a><i>2020-11-02</i></li></ul><p class='page'>共 0 条 第 1 / 1 页</p></div>",
    "rows without links": '<ul><li><div>某次在线访谈</div><span>2018-02-02</span></li></ul><div class="page"><a>上一页</a><a>下一页</a></div>',
    "filled by script": "<ul id='l'></ul><div class='page'>共 0 条 <a>上一页</a> <a>下一页</a></div><script>$.post('/api/list',{},function(r){$('#l').html(r)})</script>",
    "a template": "<ul><li v-for='i in list'></li></ul><div class='page'>共 0 条</div>",
    "more pages told": "<ul></ul><div class='page'>第1页/共5页 <a>下一页</a></div>",
    "a frame": "<ul></ul><iframe src='/list/more.html'></iframe><div class='page'><a>上一页</a><a>下一页</a></div>",
    "phrase in prose": f'<div class="con">{PROSE}<p>暂无</p></div>',
    "phrase in a box": f'<div class="con">{PROSE}</div><div class="xg">没有相关内容！</div>',
    "neither list nor pager": '<div class="con"><h2>联系我们</h2></div>',
    "empty boxes": "<div class='b'><h3>工作动态</h3><ul></ul></div><div class='b'><h3>通知公告</h3><ul></ul></div>",
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_is_told_by_its_build(facts: Callable[..., PageFacts], name: str) -> None:
    read = facts(f'{HEAD}<div class="main">{EMPTY[name]}</div>{FOOT}')
    assert read.main_list is not None
    assert (read.main_list.items, read.kind, read.shell) == ((), PageKind.LIST, None)


@pytest.mark.parametrize("name", NOT_EMPTY)
def test_what_holds_something_or_might_is_not_empty(facts: Callable[..., PageFacts], name: str) -> None:
    read = facts(f'{HEAD}<div class="main">{NOT_EMPTY[name]}</div>{FOOT}')
    assert read.main_list is None or read.main_list.items


def test_rows_side_by_side_in_one_table_row(facts: Callable[..., PageFacts]) -> None:
    pairs = "".join(
        f"<tr><td><a href='/n/{n}1.html'>关于第{n}件事的通知</a></td><td>2020-11-0{n}</td>"
        f"<td><a href='/n/{n}2.html'>关于第{n}件事的公告</a></td><td>2020-10-0{n}</td></tr>"
        for n in (3, 2, 1)
    )
    read = facts(f"{HEAD}<table>{pairs}</table>{FOOT}").main_list
    assert read is not None
    assert [(item.title, str(item.dated.value)) for item in read.items][:2] == [
        ("关于第3件事的通知", "2020-11-03"),
        ("关于第3件事的公告", "2020-10-03"),
    ]
    assert len(read.items) == 6


def test_tabs_of_one_size_are_a_landing_page(facts: Callable[..., PageFacts]) -> None:
    rows = "".join(rows_of(SHAPES["TRS"][1]))
    read = facts(f"{HEAD}<div class='tab'><div class='bd'><ul>{rows}</ul><ul>{rows}</ul></div></div>{FOOT}")
    assert (read.kind, read.main_list) == (PageKind.LANDING, None)


def test_related_rows_below_a_text_are_no_list(facts: Callable[..., PageFacts]) -> None:
    rows = "".join(rows_of(SHAPES["TRS"][1]))
    text = f"<h1>关于做好某事的通知</h1><div class='info'>发布时间：2020-12-01 来源：市政府办</div>{PROSE}"
    read = facts(f"{HEAD}<div class='main'>{text}<div><h3>相关文章</h3><ul>{rows}</ul></div></div>{FOOT}")
    assert (read.kind, read.main_list) == (PageKind.ARTICLE, None)
    assert read.dated is not None and str(read.dated.value) == "2020-12-01"


def test_years_above_parts_of_a_list_do_not_part_it(facts: Callable[..., PageFacts]) -> None:
    rows = rows_of(SHAPES["TRS"][1])
    box = "<h4>{year}年</h4><ul>{rows}</ul>"
    parts = box.format(year=2020, rows="".join(rows[:5])) + box.format(year=2019, rows="".join(rows[5:]))
    read = facts(f"{HEAD}<div class='con'>{parts}</div>{FOOT}").main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == DAYS


def test_rows_in_words_count_back_from_the_fetch(facts: Callable[..., PageFacts]) -> None:
    words = ("3小时前", "今天 08:10", "昨天", "前天", "5天前", "2020-12-30")
    rows = "".join(
        f"<li><a href='/n/{n}.html'>{title}</a><span>{word}</span></li>"
        for n, (title, word) in enumerate(zip(TITLES, words, strict=True))
    )
    read = facts(f"{HEAD}<ul>{rows}</ul>{FOOT}").main_list
    assert read is not None
    assert [(item.dated.value, item.dated.relative) for item in read.items] == [
        (date(2021, 1, 13), True),
        (date(2021, 1, 13), True),
        (date(2021, 1, 12), True),
        (date(2021, 1, 11), True),
        (date(2021, 1, 8), True),
        (date(2020, 12, 30), False),
    ]


def test_a_home_page_at_another_address(facts: Callable[..., PageFacts]) -> None:
    box = "<div><h3><a href='/{k}/'>栏目{k}</a></h3><ul><li><a href='/{k}/t20200101_1.html'>栏目里的通知</a><i>2020-01-01</i></li></ul></div>"
    boxes = "".join(box.format(k=k) for k in range(24))
    head = "<html><head><title>某某市人民政府</title><meta name='SiteName' content='某某市人民政府'></head>"
    assert facts(f"{head}<body>{boxes}</body></html>").kind is PageKind.HOME


def test_a_message_below_its_column_is_an_article(facts: Callable[..., PageFacts]) -> None:
    head = "<html><head><title>信息详细-某市</title><meta name='ColumnName' content='政民互动'></head>"
    body = "<body><table><tr><td>标题</td><td>关于路灯</td></tr><tr><td>发布时间：2020-12-01</td></tr></table></body></html>"
    assert facts(head + body).kind is PageKind.ARTICLE


INSIDE = {
    "cut titles": '<li><a href="#"><span class="fl">· {t}...</span><span class="fr">{day}</span></a></li>',
    "an ellipsis": "<li><a href='/n/{n}.html'><em>{t}…</em><em>{day}</em></a></li>",
    "a title that ends in a number": "<li><a href='/n/{n}.html'><p>{t}{n}</p><p>{day}</p></a></li>",
    "text of the link itself": "<li><a href='/n/{n}.html'>{t}……<i>[{day}]</i></a></li>",
    "no element of its own": "<li><a href='/n/{n}.html'>{t}...{day}</a></li>",
    "views behind the day": "<li><a href='/n/{n}.html'><div>{t}</div><div>{day}</div><div>123</div></a></li>",
    "dots before the day": "<li><a href='/n/{n}.html'>{t}</a>……{day}</li>",
}


@pytest.mark.parametrize("name", INSIDE)
def test_a_day_within_the_link_is_read_for_each_row(facts: Callable[..., PageFacts], name: str) -> None:
    """Seen: only the rows whose titles were not cut had a day, so the newest row was lost and the list read as stale."""
    plain = "<li><a href='/n/{n}.html'><span>{t}</span><span>{day}</span></a></li>"
    rows = "".join(
        (plain if n in (2, 3) else INSIDE[name]).format(n=n, t=title, day=day)
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True), 1)
    )
    read = facts(f"{HEAD}<div class='newsList'><ul>{rows}</ul></div>{FOOT}").main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == DAYS
    assert all(
        str(day) not in item.title and "123" not in item.title
        for item, day in zip(read.items, DAYS, strict=True)
    )


def test_a_day_in_the_midst_of_a_title_is_not_the_rows(facts: Callable[..., PageFacts]) -> None:
    titles = [f"关于<b>2020-0{n}-01</b>停水的通知（第{n}号）" for n in range(1, 7)]
    rows = "".join(f"<li><a href='/content/post_{n}.html'>{title}</a></li>" for n, title in enumerate(titles))
    read = facts(f"{HEAD}<div class='newsList'><ul>{rows}</ul></div>{FOOT}").main_list
    assert read is not None
    assert (len(read.items), read.newest) == (6, None)


def test_a_dated_row_called_by_a_number_is_a_row(facts: Callable[..., PageFacts]) -> None:
    rows = "".join(
        f"<li><a href='/n/{n}.html'>{title}</a><span>{day}</span></li>"
        for n, (title, day) in enumerate(zip(["456", *TITLES[1:]], DAYS, strict=True))
    )
    pager = "<ul class='page'><li><a href='i_1.html'>1</a></li><li><a href='i_2.html'>2</a></li></ul>"
    read = facts(f"{HEAD}<div><ul>{rows}</ul>{pager}</div>{FOOT}").main_list
    assert read is not None
    assert [item.title for item in read.items] == ["456", *TITLES[1:]]


@pytest.mark.parametrize("name", ["bottom", "foot-list", "position-list", "news_location"])
def test_dated_rows_are_content_whatever_their_box_is_called(
    facts: Callable[..., PageFacts], name: str
) -> None:
    row = '<li><a href="/n/{n}.html">{t}</a><span class="fr">{y}-{m:02}-{d:02}</span></li>'
    box = f"<div class='list_page'><div class='{name}'><ul>{''.join(rows_of(row))}</ul></div></div>"
    read = facts(f"{HEAD}{box}{FOOT}").main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == DAYS


def test_links_and_numbers_of_a_footer_are_no_rows(facts: Callable[..., PageFacts]) -> None:
    links = "".join(
        f"<li><a href='http://s{n}.example/'>某某部门网站{n}</a>（0375-262981{n}）</li>" for n in range(8)
    )
    read = facts(f"{HEAD}<div class='main'></div><div class='footer'><ul>{links}</ul></div>{FOOT}")
    assert (read.main_list, read.lists) == (None, ())


CARD = (
    "<div class='item'><a class='item-img' href='/n/{n}.html' title='{t}'><img src='{n}.jpg'></a><div><div>"
    "<time>{y}-{m:02}-{d:02}</time></div><a href='/n/{n}.html' title='{t}'>{t}</a></div></div>"
)
LATEST = "".join(
    f"<li><a href='/x/{n}.html'>另一栏目的第{n}条消息</a><span>2021-01-0{n}</span></li>"
    for n in (5, 4, 3, 2, 1)
)


@pytest.mark.parametrize("count", [2, 3, 6])
@pytest.mark.parametrize(
    "beside",
    [
        "<div class='box'><div class='hd'>最新文章</div><ul>{}</ul></div>",
        "<aside><h3>公告栏</h3><ul>{}</ul></aside>",
        "<div id='aside_content'><ul>{}</ul></div>",
        "<div class='r'><h3>热门信息</h3><ul>{}</ul></div>",
    ],
)
def test_cards_are_one_group_and_a_box_beside_them_is_never_the_list(
    facts: Callable[..., PageFacts], count: int, beside: str
) -> None:
    cards = "".join(rows_of(CARD)[:count])
    year = "<div class='item year'>2020</div>"
    read = facts(f"{HEAD}<div class='sort'>{year}{cards}</div>{beside.format(LATEST)}{FOOT}").main_list
    assert read is not None
    assert [(item.title, item.dated.value) for item in read.items] == [*zip(TITLES, DAYS, strict=True)][
        :count
    ]


def test_a_box_alone_beside_nothing_is_not_the_list(facts: Callable[..., PageFacts]) -> None:
    box = "<div class='r'><h3>{}</h3><ul>" + LATEST + "</ul></div>"
    assert facts(f"{HEAD}<div id='article'></div>{box.format('最新文章')}{FOOT}").main_list is None
    read = facts(HEAD.replace("通知公告-", "最新文章-") + box.format("最新文章") + FOOT).main_list
    assert read is not None and len(read.items) == 5  # the column itself is called so


CRUMBS_TABLE = "<table><tr><td><img src='wz.gif'></td><td>您现在的位置：<a href='/'>首页</a> &gt; <a href='/dw/'>党务公开</a></td></tr></table>"
SISTERS = "<ul><li><a href='/dw/jc/'>基层党务</a></li><li><a href='/dw/lz/'>廉政文化</a></li></ul>"
BARE_HEAD = (
    "<html><head><title>党务公开-某县人民政府</title></head><body>{search}<table><tr>{left}<td>"
    + CRUMBS_TABLE
)
LEFT = "<td>" + "".join(f"<a href='http://s{n}.example/'>县某某局{n}</a>" for n in range(60)) + "</td>"
SAID = "<table class='lb'><tr><td height=10></td></tr>此栏目暂无任何新增信息<tr><td><ul><li><span></span></li></ul></td></tr></table>"
SEARCH = "<form action='/e/search/index.php'><select name=c><option>所有栏目</option>[!--class--]</select><input name=keyboard></form>"
NOTHING = {
    "below the breadcrumb": SAID,
    "with sister columns": SISTERS + SAID,
    "a plain sentence": "<div>对不起，该栏目暂无相关信息！</div>",
}
SOMETHING = {
    "a list above": "<ul><li><a href='/n/1.html'>办事指南</a></li></ul>" + SAID,
    "the end of a list": "<ul><li><a href='/n/1.html'>关于某事</a></li></ul><p>没有更多数据</p>",
    "a text above": "<p>本局内设办公室、人事科、财务科。</p>" + SAID,
    "a picture": "<p><img src='/u/1.jpg'></p>" + SAID,
    "a script fills it": "<div id='l'>暂无数据</div><script>$.getJSON('/list',function(r){})</script>",
    "hidden": "<div><p style='display:none'>暂无数据</p></div>",
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_column_that_says_below_its_breadcrumb_that_it_holds_nothing(
    facts: Callable[..., PageFacts], name: str
) -> None:
    """Seen: 此栏目暂无任何新增信息 as the only words of the middle, sixty offices at its side."""
    read = facts(f"{BARE_HEAD.format(search=SEARCH, left=LEFT)}{NOTHING[name]}</td></tr></table>{FOOT}")
    assert (read.outcome, read.shell) == (FetchOutcome.OK, None)
    assert read.main_list is not None
    assert read.main_list.items == ()


@pytest.mark.parametrize("name", SOMETHING)
def test_a_sentence_beside_anything_else_says_nothing(facts: Callable[..., PageFacts], name: str) -> None:
    read = facts(f"{BARE_HEAD.format(search=SEARCH, left=LEFT)}{SOMETHING[name]}</td></tr></table>{FOOT}")
    assert read.main_list is None or read.main_list.items


def test_an_unfilled_mark_in_a_search_box_says_nothing_of_the_list(facts: Callable[..., PageFacts]) -> None:
    rows = "".join(rows_of(SHAPES["TRS"][1]))
    head = HEAD.replace('<div class="nav">', f'{SEARCH}<div class="nav">')
    read = facts(f"{head}<div class='con'><p>本栏目由办公室负责。</p></div>{FOOT}")
    assert (read.outcome, read.shell) == (FetchOutcome.OK, None)
    assert facts(f"{head}<ul>{rows}</ul>{FOOT}").kind is PageKind.LIST


ONE_PAGE = (
    "<div class='page-large'><div><a class='Num on' href='#'>1</a></div></div><div class='pagination'></div>"
)


@pytest.mark.parametrize(
    ("box", "empty"),
    [
        ("<ul style='line-height:40px'>\n</ul>", True),
        ("<ul><li>某次展览</li></ul>", False),
        ("<ul id='filled'></ul>", False),
        ("<ul></ul><p>本馆常设展览共三个，欢迎参观，开放时间为每日上午九时至下午五时，周一闭馆，请携带有效证件入馆参观，未成年人由家长陪同，谢谢合作。</p>", False),
    ],
)  # fmt: skip
def test_a_bare_list_above_a_pager_of_one_page(
    facts: Callable[..., PageFacts], box: str, empty: bool
) -> None:
    read = facts(f"{HEAD}<div class='box1'>{box}{ONE_PAGE}</div>{FOOT}")
    assert (read.main_list is not None and read.main_list.items == ()) is empty


SMALL_PAGER = "<tr><td></td><td colspan=2><ul><li><span>页次：1/1&nbsp;每页20&nbsp;总数{}&nbsp;&nbsp;首页&nbsp;上一页&nbsp;下一页&nbsp;尾页&nbsp;转到:<select name=select><option>第 1 页</option></select></span></li></ul></td></tr>"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_told_total_names_a_list_of_few_rows(facts: Callable[..., PageFacts], count: int) -> None:
    """Seen: 页次：1/1 每页20 总数3 without colon or unit."""
    row = (
        "<tr><td><img src='d.gif'></td><td><a href='/dw/{n}.html'>{t}</a></td><td>{y}-{m:02}-{d:02}</td></tr>"
    )
    rows = "".join(rows_of(row)[:count])
    links = "<select><option>友情链接</option></select>" * 4
    read = facts(f"{HEAD}<table>{rows}{SMALL_PAGER.format(count)}</table>{links}{FOOT}")
    assert read.kind is PageKind.LIST
    assert read.main_list is not None
    assert (len(read.main_list.items), read.main_list.total, read.pages_total) == (count, count, 1)
    assert [item.dated.value for item in read.main_list.items] == DAYS[:count]


def test_few_undated_rows_below_a_pager_are_the_list(facts: Callable[..., PageFacts]) -> None:
    pager = (
        "<table><tr><td><a title='Total record'>&nbsp;<b>28</b> </a>&nbsp;<a href='/dw/index.html'>首页</a>&nbsp;"
        "<a href='/dw/index.html'>上一页</a>&nbsp;<a href='/dw/index.html'>1</a>&nbsp;<b>2</b></td></tr></table>"
    )
    rows = "".join(f"<li>·<a href='/dw/2011-10-26/{n}.html'>{t}</a></li>" for n, t in enumerate(TITLES[:3]))
    read = facts(f"{HEAD}<div class='one'><div class='l'><div>{pager}</div><ul>{rows}</ul></div></div>{FOOT}")
    assert read.main_list is not None
    assert [item.title for item in read.main_list.items] == TITLES[:3]
    assert (read.pages_total, read.main_list.total) == (2, 28)


def test_a_step_back_is_no_pager(facts: Callable[..., PageFacts]) -> None:
    read = facts(
        f"{HEAD}<p>暂停服务。</p><p><a href='/'>首页</a> <a href='javascript:history.back()'>上一页</a></p>{FOOT}"
    )
    assert (read.pages_total, read.main_list) == (None, None)


BESIDE = {
    "a summary tells another day": "<li><a href='/n/{n}.html'><span>{t}</span><span>{day}</span></a><p>截至2018年1月1日已完成。</p></li>",
    "a summary begins with a day": '<li><a href="/info/1/{n}.htm"><div class="d"><p>{m:02}/{d:02}</p><span>{y}</span></div><div><h3>{t}</h3><p>2018年3月1日，市政府召开会议，研究部署有关工作，听取各部门汇报。</p></div></a></li>',
    "glued, a summary beside": "<li><a href='/n/{n}.html'>{t} {day}</a><p>摘要：截至2018年1月1日已完成。</p></li>",
    "glued, a count behind": "<li><a href='/n/{n}.html'>{t} {day}<u>12</u></a></li>",
    "glued, the first in a heading": "<li><a href='/n/{n}.html'><h4>{t}</h4> {day}</a></li>",
}


@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("name", BESIDE)
def test_a_day_of_its_own_goes_before_one_in_a_sentence(
    facts: Callable[..., PageFacts], name: str, every: bool
) -> None:
    """What a summary tells is older than the row and would read a list as stale."""
    glued = "<li><a href='/n/{n}.html'>{t} {day}</a></li>"
    rows = "".join(
        (BESIDE[name] if every or n == 1 else glued).format(
            n=n, t=title, day=day, y=day.year, m=day.month, d=day.day
        )
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True), 1)
    )
    read = facts(f"{HEAD}<div class='newsList'><ul>{rows}</ul></div>{FOOT}").main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == DAYS


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='/n/{n}.html'>{t}</a><div>{day}</span></li>",
        "<li><a href='/n/{n}.html'><span>{t}</span><div>{day}</a></li>",
        "<li><p><span><a href='/n/{n}.html'>{t}</a></span><div class='d'>{day}</li>",
    ],
)
@pytest.mark.parametrize("broken", [{1}, {1, 4}, {1, 2, 3, 4, 5, 6}])
@pytest.mark.parametrize("count", [4, 6])
def test_an_element_left_open_in_a_row_loses_no_row(
    facts: Callable[..., PageFacts], row: str, broken: set[int], count: int
) -> None:
    good = "<li><a href='/n/{n}.html'>{t}</a><span>{day}</span></li>"
    rows = [
        (row if n in broken else good).format(n=n, t=title, day=day)
        for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True), 1)
    ][:count]
    read = facts(f"{HEAD}<div class='newsList'><ul>{''.join(rows)}</ul></div>{FOOT}").main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == DAYS[:count]


@pytest.mark.parametrize(
    "row",
    [
        "<span>{day}</span><a href='/n/{n}.html'>{t}</a><br>",
        "<span>{day}</span><a href='/n/{n}.html'>{t}</a>",
        "[{day}] <a href='/n/{n}.html'>{t}</a><br/>",
        "<p class='time'>{day}</p><h3><a href='/n/{n}.html'>{t}</a></h3>",
    ],
)
def test_days_before_the_links_of_rows_without_containers(facts: Callable[..., PageFacts], row: str) -> None:
    """Read the other way each row would take the next one's, older day."""
    rows = "".join(row.format(n=n, t=t, day=day) for n, (t, day) in enumerate(zip(TITLES, DAYS, strict=True)))
    read = facts(f"{HEAD}<div class='con'>{rows}</div>{FOOT}").main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == DAYS


def test_a_day_above_a_list_does_not_shift_the_days_of_its_rows(facts: Callable[..., PageFacts]) -> None:
    row = "<h3><a href='/n/{n}.html'>{t}</a></h3><p class='time'>{day}</p>"
    rows = "".join(row.format(n=n, t=t, day=day) for n, (t, day) in enumerate(zip(TITLES, DAYS, strict=True)))
    read = facts(f"{HEAD}<div class='con'><p>更新于2021-01-02</p>{rows}</div>{FOOT}").main_list
    assert read is not None
    assert [item.dated.value for item in read.items] == DAYS
