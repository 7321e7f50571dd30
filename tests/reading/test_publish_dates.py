"""The publish date of content pages: label first, with where it was read."""

from collections.abc import Callable

import pytest

from model import DateSource, PageFacts

URL = "http://rsj.example/gzdt/202006/t20200623_61199953.html"
NOISE = """<div class="top">今天是2021年1月12日</div><div class="foot">版权所有 © 2019-2021 粤ICP备13001288号
电话：0851-25782065</div>"""


@pytest.mark.parametrize(
    ("name", "html", "day", "source"),
    [
        ("label", "<h1>标题</h1><p>发布时间：2020-06-20 来源：某局</p>", "2020-06-20", DateSource.LABEL),
        ("label and time", "<p>发布日期 : 2020年08月02日 10\u223608</p>", "2020-08-02", DateSource.LABEL),
        ("label over two cells", "<table><tr><td>发布日期</td><td>2020-06-20</td></tr></table>", "2020-06-20", DateSource.LABEL),
        ("publish label beats made label", "<p>生成日期：2020-06-04</p><p>发布时间：2020-06-13</p>", "2020-06-13", DateSource.LABEL),
        ("short label", "<p>时间：[2020-06-20]</p>", "2020-06-20", DateSource.LABEL),
        ("Chinese numerals with label", "<p>成文日期：二〇二〇年三月十五日</p>", "2020-03-15", DateSource.LABEL),
        ("alone in its element", "<h1>标题</h1><p>2020-06-20</p><p>正文很长</p>", "2020-06-20", DateSource.ELEMENT),
        ("signed line among others", "<p>2020年06月20日 来源：某局</p><p>招标日期</p><p>2020年5月1日</p>", "2020-06-20", DateSource.ELEMENT),
        ("script", "<script>var pubdata='2019年08月22日';document.write(pubdata)</script><p>正文</p>", "2019-08-22", DateSource.SCRIPT),
        ("label beats a later PubDate", '<meta name="PubDate" content="2020-12-12"><p>发布时间：2009-09-30</p>', "2009-09-30", DateSource.LABEL),
        ("PubDate as a fallback", '<meta name="pubdate" content="2020-09-10  09:24"><p>正文</p>', "2020-09-10", DateSource.META),
        ("URL last", "<p>正文</p>", "2020-06-23", DateSource.URL),
        ("the day after tomorrow is no publish date", "<p>发布时间：2021-01-15</p>", "2020-06-23", DateSource.URL),
        ("generation time is ignored", '<meta name="others" content="页面生成时间 2021-01-08 08:34:33">', "2020-06-23", DateSource.URL),
        ("expiry is not publishing", "<p>失效时间：2020-12-31</p>", "2020-06-23", DateSource.URL),
        ("the body's own dates are not the page's", "<p>" + "本办法自2021年1月1日起施行，" * 9 + "</p>", "2020-06-23", DateSource.URL),
        ("a side bar's rows are not the page's", "<ul><li><a href='/a/t20210108_1.html'>最新的通知公告</a><i>2021-01-08</i></li></ul>", "2020-06-23", DateSource.URL),
    ],
)  # fmt: skip
def test_where_the_date_is_read(
    facts: Callable[..., PageFacts], name: str, html: str, day: str, source: DateSource
) -> None:
    dated = facts(f"<html><head></head><body>{html}{NOISE}</body></html>", URL).dated
    assert dated is not None
    assert (str(dated.value), dated.source) == (day, source)
    assert dated.raw


def test_none_has_a_reason(facts: Callable[..., PageFacts]) -> None:
    lone = facts("<body><p>正文</p></body>", "http://rsj.example/about.html").dated
    several = facts("<body><p>2020-01-01</p><p>2020-02-02</p></body>", "http://rsj.example/about.html").dated
    assert lone is not None and several is not None
    assert (lone.value, lone.reason) == (None, "no_date_shown")
    assert (several.value, several.reason) == (None, "several_unlabelled")
