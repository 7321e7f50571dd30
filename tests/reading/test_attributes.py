"""公文属性, 附件 The head of a disclosed document and the files a page offers."""

from collections.abc import Callable
from datetime import date

import pytest

from model import DateSource, DocumentAttributes, PageFacts

URL = "http://rsj.example/zwgk/202006/t20200623_1.html"
BODY = "<h1>关于印发某办法的通知</h1><p>现将某办法印发给你们，自2021年3月1日起施行，请认真贯彻执行。</p>"
Facts = Callable[..., PageFacts]


def head(facts: Facts, html: str, url: str = URL) -> DocumentAttributes | None:
    return facts(f"<html><body>{html}{BODY}</body></html>", url).document


def days(found: DocumentAttributes) -> tuple[str | None, ...]:
    dates = (found.made_on, found.published_on, found.effective_on, found.abolished_on)
    return tuple(str(dated.value) if dated else None for dated in dates)


# the forms of heads seen on the State Council's, Jilin's, Handan's and Yichun's pages
TABLE = """<table><tr><td><b>索 引 号：</b></td><td>000014349/2019-00007</td><td><b>主题分类：</b></td><td>市场监管\\工商</td></tr>
<tr><td><b>发文机关：</b></td><td>某县人民政府</td><td><b>成文日期：</b></td><td>2020年06月01日</td></tr>
<tr><td><b>标　　题：</b></td><td colspan="3">关于印发某办法的通知</td></tr>
<tr><td><b>发文字号：</b></td><td>某政发〔2020〕5号</td><td><b>发布日期：</b></td><td>2020年06月12日</td></tr>
<tr><td>施行日期</td><td>2021年03月01日</td><td>废止日期</td><td>2031-12-31</td></tr><tr><td>有 效 性：</td><td>有效</td></tr></table>"""
ENTRIES = """<ul><li>索引号：000014349/2019-00007</li><li><span>主题分类：</span><span>市场监管\\工商</span></li><li>发布机构：某县人民政府</li>
<li>成文日期：2020-06-01</li><li>文号：某政发〔2020〕5号</li><li>发布日期：2020-06-12</li><li>生效日期：2021-03-01</li>
<li>失效日期：2031-12-31</li><li>有效性：有效</li></ul>"""
TERMS = """<dl><dt>索引号</dt><dd>000014349/2019-00007</dd><dt>主题分类</dt><dd>市场监管\\工商</dd><dt>发文单位</dt><dd>某县人民政府</dd>
<dt>成文日期</dt><dd>二〇二〇年六月一日</dd><dt>文　号</dt><dd>某政发〔2020〕5号</dd><dt>公开日期</dt><dd>20200612</dd>
<dt>实施日期</dt><dd>2021.3.1</dd><dt>失效/废止时间</dt><dd>2031年12月31日</dd><dt>效力状态</dt><dd>有效</dd></dl>"""
ONE_LINE = """<div>索引号：000014349/2019-00007 主题分类：市场监管\\工商 发布机构：某县人民政府 成文日期：2020-06-01</div>
<div>文号：某政发〔2020〕5号 发布日期：2020-06-12 生效日期：2021-03-01 废止日期：2031-12-31 有效性：有效</div>"""


BOXED = """<p>[ 索引号 ] 000014349/2019-00007 [ 主题分类 ] 市场监管\\工商</p><p>[ 发文机构 ] 某县人民政府 [ 发文字号 ] 某政发〔2020〕5号</p>
<p>【成文日期】2020-06-01 【发布日期】2020-06-12</p><p>【施行日期】2021-03-01 【失效日期】2031-12-31 【有 效 性】有效</p>"""


@pytest.mark.parametrize(
    "html", [TABLE, ENTRIES, TERMS, ONE_LINE, BOXED], ids=["table", "entries", "terms", "one line", "boxed"]
)
def test_every_form_of_head(facts: Facts, html: str) -> None:
    found = head(facts, html)
    assert found is not None
    assert (found.index_number, found.document_number) == ("000014349/2019-00007", "某政发〔2020〕5号")
    assert (found.issuer, found.topic, found.validity) == ("某县人民政府", "市场监管\\工商", "有效")
    assert days(found) == ("2020-06-01", "2020-06-12", "2021-03-01", "2031-12-31")
    assert found.published_on is not None and found.published_on.source is DateSource.LABEL


def test_the_four_dates_stay_apart(facts: Facts) -> None:
    """The publish date is the one labelled so, whatever else stands in the head."""
    page = facts(f"<body>{TABLE}{BODY}</body>", URL)
    assert page.dated is not None and page.dated.value == date(2020, 6, 12)


def test_empty_cells_are_none(facts: Facts) -> None:
    found = head(
        facts,
        "<table><tr><td>索引号：</td><td>a/2020-1</td><td>文号：</td><td>无</td></tr><tr><td>发布机构：</td><td>某县教育局</td><td>主题分类：</td>"
        "<td></td></tr><tr><td>生效日期：</td><td>暂无</td><td>废止日期：</td><td>-</td></tr><tr><td>有效性：</td></tr></table><p>下一段</p>",
    )
    assert found is not None
    assert (found.index_number, found.issuer) == ("a/2020-1", "某县教育局")
    assert (found.document_number, found.topic, found.validity) == (None, None, None)
    assert days(found) == (None, None, None, None)


def test_a_value_never_comes_from_the_next_label(facts: Facts) -> None:
    """As the supervision authority's rendered head: values left empty inside their labels."""
    found = head(
        facts,
        "<div><div><span>索 引 号：<span></span></span><span>主题分类：<span></span></span></div>"
        "<div><span>办文部门：<span>某局</span></span><span>发文日期：<span>2020-06-03</span></span></div></div>",
    )
    assert found is not None
    assert (found.index_number, found.topic, found.issuer) == (None, None, "某局")
    assert found.made_on is not None and str(found.made_on.value) == "2020-06-03"


@pytest.mark.parametrize(
    ("html", "openness"),
    [
        ("<li>公开属性：主动公开</li>", "主动公开"),
        ("<li>公开方式： 依申请公开</li>", "依申请公开"),
        ("<li>公开类别：主动公开</li>", "主动公开"),
        ("<li>公开方式：政府网站</li>", None),
        ("<li>公开类别：通知</li>", None),
        ("<p>　　（此件公开发布）</p>", "此件公开发布"),
        ("<p>(此件主动公开)</p>", "此件主动公开"),
        ("<p>（信息公开选项：主动公开）</p>", "信息公开选项：主动公开"),
        ("<p>此件主动公开</p>", "此件主动公开"),
        ("<p>（此件有删减）</p>", None),
        ("<p>凡此件涉及的信息，均应依法公开。</p>", None),
    ],
)
def test_whether_it_is_open_to_all(facts: Facts, html: str, openness: str | None) -> None:
    found = head(facts, f"<ul><li>索引号：a/2020-1</li><li>发布机构：某县教育局</li>{html}</ul>")
    assert found is not None
    assert found.openness == openness


def test_the_mark_below_a_text_tells_by_itself_that_it_is_a_document(facts: Facts) -> None:
    page = facts(f"<body>{BODY}<p>某县人民政府</p><p>2020年6月1日</p><p>（此件公开发布）</p></body>", URL)
    assert page.document is not None and page.document.openness == "此件公开发布"
    assert page.document.index_number is None
    assert page.document.made_on is not None and page.document.made_on.source is DateSource.SIGNATURE


def test_a_topic_may_stand_under_the_bare_word(facts: Facts) -> None:
    """As on Jilin's pages: 分 类, with spaces that do not break."""
    found = head(
        facts,
        "<table><tr><td>索 &nbsp;引 号：</td><td>a/2020-1</td><td>分&nbsp;&nbsp;类：</td><td>环境监测;通告</td></tr>"
        "<tr><td>发文机关：</td><td>某县人民政府</td><td>发布文号：</td><td>某政发〔2020〕5号</td></tr></table>",
    )
    assert found is not None
    assert (found.topic, found.document_number) == ("环境监测;通告", "某政发〔2020〕5号")


def test_an_openness_is_no_topic(facts: Facts) -> None:
    found = head(
        facts, "<ul><li>索引号：a/2020-1</li><li>发布机构：某县教育局</li><li>公开类别：市场监管</li></ul>"
    )
    assert found is not None
    assert (found.topic, found.openness) == ("市场监管", None)


def test_running_text_is_no_head(facts: Facts) -> None:
    prose = "<p>申请时请写明政府信息的名称、文号或者索引号，以及发布机构和成文日期：便于查找即可，发文字号可以不写。</p>"
    assert head(facts, prose) is None
    assert head(facts, "<p>索引号：a/2020-1</p>") is None  # one attribute alone
    assert head(facts, "") is None


def test_the_columns_of_a_list_are_no_head(facts: Facts) -> None:
    rows = "".join(
        f"<tr><td>a/2020-{n}</td><td><a href='/zwgk/202006/t2020060{n}_{n}.html'>关于第{n}件事的通知公告</a></td><td>2020-06-0{n}</td></tr>"
        for n in range(1, 8)
    )
    page = facts(
        f"<body><table><tr><th>索引号</th><th>标题</th><th>发布日期</th></tr>{rows}</table><p>发布机构 文号</p></body>"
    )
    assert page.main_list is not None
    assert page.document is None


def test_a_signature_tells_when_it_was_made(facts: Facts) -> None:
    found = head(
        facts, "<p>索引号：a/2020-1</p><p>文号：某政发〔2020〕5号</p><p>发布日期：2020-06-12</p>" + BODY
        + "<p>某县人民政府办公室</p><p>2020年6月1日</p>",
    )  # fmt: skip
    assert found is not None and found.made_on is not None
    assert (str(found.made_on.value), found.made_on.source) == ("2020-06-01", DateSource.SIGNATURE)


def test_files_a_page_offers(facts: Facts) -> None:
    page = facts(
        f"""<body>{BODY}<p>附件：1.<a href="./P020200623.PDF">汇总表</a> 2.<a href="/system/download.jsp?wbfileid=7">申请表.docx</a>
        3.<a href="/attach/down?name=b.xls">点此查看</a> 4.<a href="https://files.example.net/c.ofd">正式文本</a></p>
        <p><a href="./P020200623.PDF">再看一遍</a><a href="/download.jsp?id=1">下载</a><a href="./t20200101_2.html">相关新闻</a></p>
        <div class="left_menu"><a href="/wj/d.pdf">附件下载</a><a href="/wj/e.pdf">单位职能</a></div>
        <div class="footer"><a href="/help.doc">操作手册</a></div><link rel="icon" href="/i.zip"></body>""",
        URL,
    )
    assert [(file.name, file.suffix) for file in page.attachments] == [
        ("汇总表", "pdf"),
        ("申请表.docx", "docx"),
        ("点此查看", "xls"),
        ("正式文本", "ofd"),
        ("附件下载", "pdf"),
    ]
    assert page.attachments[0].url == "http://rsj.example/zwgk/202006/P020200623.PDF"


def test_the_stamp_stands_beside_the_shown_date(facts: Facts) -> None:
    page = facts(
        f'<head><meta name="PubDate" content="2020-12-12 09:30"></head><p>发布时间：2009-09-30</p>{BODY}', URL
    )
    assert page.dated is not None and page.stamped is not None
    assert (str(page.dated.value), page.dated.source) == ("2009-09-30", DateSource.LABEL)
    assert (str(page.stamped.value), page.stamped.source) == ("2020-12-12", DateSource.META)
    assert facts(f"<body>{BODY}</body>", URL).stamped is None
