"""The publish date of content pages: label first, with where it was read."""

from collections.abc import Callable
from datetime import datetime

import pytest

from model import SHANGHAI, DateSource, ListItem, PageFacts, PageKind, Snapshot
from reading.column_rows import with_article_dates
from reading.publish_date import labelled
from reading.shelf import Shelf
from reading.shown import title_lines

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
        ("Chinese numerals with label", "<p>发布日期：二〇二〇年三月十五日</p>", "2020-03-15", DateSource.LABEL),
        ("made, and no other date", "<p>成文日期：二〇二〇年三月十五日</p>", "2020-03-15", DateSource.SIGNATURE),
        ("alone in its element", "<h1>标题</h1><p>2020-06-20</p><p>正文很长</p>", "2020-06-20", DateSource.ELEMENT),
        ("signed line among others", "<p>2020年06月20日 来源：某局</p><p>招标日期</p><p>2020年5月1日</p>", "2020-06-20", DateSource.ELEMENT),
        ("script", "<script>var pubdata='2019年08月22日';document.write(pubdata)</script><p>正文</p>", "2019-08-22", DateSource.SCRIPT),
        ("label beats a later PubDate", '<meta name="PubDate" content="2020-12-12"><p>发布时间：2009-09-30</p>', "2009-09-30", DateSource.LABEL),
        ("PubDate as a fallback", '<meta name="pubdate" content="2020-09-10  09:24"><p>正文</p>', "2020-09-10", DateSource.META),
        ("URL last", "<p>正文</p>", "2020-06-23", DateSource.URL),
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


AT = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
PLAIN = "http://rsj.example/about.html"
CONTENT = "http://rsj.example/zwgk/tzgg/content_123456.html"
BODY = "<p>为进一步规范工作，依照有关法律法规，结合本地实际，制定本办法，现印发给你们，请认真贯彻执行。</p>"
EVERY = """<div class="top">今天是2026年11月21日</div>{}<div class="foot">版权所有 © 2019-2026 粤ICP备2024054100号-1
粤公网安备 44030402003007号 电话：0851-25782065 访问量：2024</div>"""


@pytest.mark.parametrize(
    ("name", "html", "url", "day", "source"),
    [
        ("stamp only", f'<meta name="PubDate" content="2024-03-15 09:30">{BODY}', URL, "2024-03-15", "meta"),
        ("stamp with a dash before the hour", f'<meta name="firstpublishedtime" content="2007-08-20-23:59:59">{BODY}', URL, "2007-08-20", "meta"),
        ("head table", f"<table><tr><th>成文日期</th><td>2024-03-01</td><th>发布日期</th><td>2024-03-15</td></tr><tr><th>生效日期</th><td>2024-05-01</td><th>废止日期</th><td>2026-05-01</td></tr></table>{BODY}", URL, "2024-03-15", "label"),
        ("head list", f"<ul><li>索引号：a/2024-1</li><li>生效日期：2024年5月1日</li><li>发布日期：2024年3月15日</li></ul>{BODY}", URL, "2024-03-15", "label"),
        ("label glued to what stands before", f"<h1>通知</h1><p><span>来源：市教育局</span><span>发布时间：2024-03-15 10:20</span></p>{BODY}", URL, "2024-03-15", "label"),
        ("spaced label", f"<p>发 布 时 间：2024 年 3 月 15 日</p>{BODY}", URL, "2024-03-15", "label"),
        ("full width", f"<p>发布时间：２０２４－０３－１５　１０∶２０</p>{BODY}", URL, "2024-03-15", "label"),
        ("no separators", f"<p>发布日期：20240315</p>{BODY}", URL, "2024-03-15", "label"),
        ("counted back", f"<h1>通知</h1><p>发布时间：3天前</p>{BODY}", URL, "2026-11-18", "label"),
        ("yesterday", f"<h1>通知</h1><p>发布时间：昨天 10:20 来源：市教育局</p>{BODY}", URL, "2026-11-20", "label"),
        ("split spans", f"<h1>关于某事的通知</h1><p><span>2024</span>-<span>03</span>-<span>15</span></p>{BODY}", URL, "2024-03-15", "element"),
        ("day and month in two blocks", f"<h1>关于某事的通知</h1><div>15</div><div>2024-03</div>{BODY}", URL, "2024-03-15", "element"),
        ("day glued before the month", f"<h1>关于某事的通知</h1><p><b>15</b>2024-03</p>{BODY}", URL, "2024-03-15", "element"),
        ("year and month-day in two blocks", f"<h1>关于某事的通知</h1><div>2024</div><div>03-15</div>{BODY}", URL, "2024-03-15", "element"),
        ("below the title among others", f"<p>2020-01-01</p><h1>关于某事的通知</h1><p>2024-03-15</p>{BODY}<table><tr><td>2024-04-01</td><td>2024-04-02</td></tr></table>", URL, "2024-03-15", "element"),
        ("side bar with newer rows", f"<ul><li><a href='/a/t20261120_1.html'>最新的通知公告之一</a><span>2026-11-20</span></li><li><a href='/a/t20261119_2.html'>最新的通知公告之二</a><span>2026-11-19</span></li></ul><h1>关于某事的通知</h1><p>2024-03-15 来源：某局</p>{BODY}", URL, "2024-03-15", "element"),
        ("side bar with labels", f"<h1>关于某事的通知</h1><p>2024-03-15 来源：某局</p>{BODY}<ul><li><a href='/a/t20261120_1.html'>最新的通知公告之一</a><p>发布时间：2026-11-20</p></li><li><a href='/a/t20261119_2.html'>最新的通知公告之二</a><p>发布时间：2026-11-19</p></li></ul>", URL, "2024-03-15", "element"),
        ("changed, below the title", f"<h1>机构概况</h1><p>更新时间：2024-03-15</p>{BODY}", PLAIN, "2024-03-15", "label"),
        ("changed, at the foot", f"<h1>机构概况</h1>{BODY}{BODY}{BODY}{BODY}{BODY}<p>最后更新时间：2026-11-20</p>", PLAIN, None, "no_date_shown"),
        ("a row's counters", f"<p>管理员 2024-03-15 申请人数(2) 浏览</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("signature only", f"<h1>关于某事的通知</h1>{BODY}<p>某县教育局</p><p>2024年3月15日</p>", PLAIN, "2024-03-15", "signature"),
        ("signature in Chinese numerals", f"<h1>关于某事的通知</h1>{BODY}<p>某县人民政府办公室</p><p>二○二四年三月十五日</p>", PLAIN, "2024-03-15", "signature"),
        ("label before signature", f"<h1>关于某事的通知</h1><p>发布时间：2024-03-18</p>{BODY}<p>某县教育局</p><p>2024年3月15日</p>", URL, "2024-03-18", "label"),
        ("stamp before signature", f'<meta name="PubDate" content="2024-03-18">{BODY}<p>某县教育局</p><p>2024年3月15日</p>', URL, "2024-03-18", "meta"),
        ("script literal", f"<h1>通知</h1><script>var pubdata='2024年03月15日';document.write(pubdata);</script>{BODY}", URL, "2024-03-15", "script"),
        ("written by a script", f"<h1>通知</h1><script>document.write('发布时间：2024-03-15');</script>{BODY}", URL, "2024-03-15", "script"),
        ("hidden field", f"<h1>通知</h1><input type='hidden' name='pubDate' value='2024-03-15'>{BODY}", URL, "2024-03-15", "script"),
        ("comment", f"<h1>通知</h1><!-- 发布时间：2024-03-15 -->{BODY}", PLAIN, None, "no_date_shown"),
        ("address only", BODY, "http://rsj.example/art/2024/3/15/art_1_2.html", "2024-03-15", "url"),
        ("nothing at all", BODY, PLAIN, None, "no_date_shown"),
        ("in force from", f"{BODY}<p>本办法自2025年1月1日起施行。</p>", PLAIN, None, "no_date_shown"),
        ("in force, beside a label", f"<p>施行日期：2025年1月1日</p><p>失效日期：2026-01-01</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("closing day", f"<h1>招聘公告</h1><p>报名截止时间：2024年3月15日</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("time of a meeting", f"<h1>会议通知</h1>{BODY}<p>时间：2024年3月15日上午9:00</p><p>地点：三楼会议室</p>", PLAIN, None, "no_date_shown"),
        ("time of a meeting, right below the title", f"<h1>会议通知</h1><p>时间：2024年3月15日上午9:00</p><p>地点：三楼会议室</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("when results come out", f"<h1>考试公告</h1><p>成绩公布时间：2024年3月15日</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("the tender's own notice", f"<h1>中标公告</h1>{BODY}<p>招标公告发布日期：2024年3月15日</p>", PLAIN, None, "no_date_shown"),
        ("event in the title", f"<h1>2024年3月15日招聘会公告</h1>{BODY}", PLAIN, None, "no_date_shown"),
        ("banner with the weekday", f"<p>某县教育局欢迎您 2026年11月20日 星期五</p>{BODY}", URL.replace("/202006/t20200623_61199953", "/content_1"), None, "no_date_shown"),
        ("banner in two parts", f"<div>今天是</div><div>2026年11月20日</div><h1>关于某事的通知</h1>{BODY}", PLAIN, None, "no_date_shown"),
        ("weather", f"<p>2026年11月20日 星期五 PM2.5:88 晴 26~15℃</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("generated", f"<p>页面生成时间：2026-11-20 01:00</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("a stamp on what is no content page", f'<meta name="PubDate" content="2024-03-15">{BODY}', PLAIN, None, "no_date_shown"),
        ("a link's words", f"<p><a href='/x.pdf'>中国共产党巡视工作条例（2017年7月1日修改）</a></p>{BODY}", PLAIN, None, "no_date_shown"),
        ("only unbelievable", f"<p>发布时间：2031-01-01</p>{BODY}", PLAIN, None, "label"),
        ("rows' dates by a script", f"<script>var list=[{{pubDate:'2026-11-20'}},{{pubDate:'2026-11-19'}}];</script>{BODY}", PLAIN, None, "no_date_shown"),
        ("the source is a link", f"<h1>关于某事的通知</h1><div><span>2024-03-15</span>&nbsp;<span>来源：<a href='http://www.other.example/'>中国某县网</a>&nbsp;责任编辑：周某</span></div>{BODY}", URL, "2024-03-15", "element"),
        ("the source is a link, on a page unlike others", f"<h1>关于某事的通知</h1><div>2024-03-15 来源：<a href='http://www.other.example/'>某县政务网</a> 责任编辑：周某</div>{BODY}", PLAIN, "2024-03-15", "element"),
        ("a linked tool in the line of the source", f"<h1>关于某事的通知</h1><div>2024-03-15 来源：某县政务网 <a href='/say'>我要评论</a></div>{BODY}", URL, "2024-03-15", "element"),
        ("one row that names its source", f"<h1>通知公告</h1><div><p><a href='/a/t20261120_1.html'>关于报送某项工作情况报告的通知</a> 2026-11-20 来源：某局</p></div>{BODY}", PLAIN, None, "no_date_shown"),
        ("begin and end of an event", f"<h1>第八届展览会</h1><dl><dt>开始时间：</dt><dd>2024-05-08</dd></dl><dl><dt>地点：</dt><dd>会展中心</dd></dl>{BODY}<dl><dt>结束时间：</dt><dd>2024-05-10</dd></dl>", PLAIN, None, "no_date_shown"),
        ("until when to apply, in a cell", f"<h1>某职位招聘</h1><table><tr><td>报名截止</td><td>2024-05-08</td></tr></table>{BODY}", URL.replace("/202006/t20200623_61199953", "/content/1234"), None, "no_date_shown"),
        ("in force until, over two lines", f"<h1>某项许可</h1><p>有效期至</p><p>2024年5月8日</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("a title that ends like a label", f"<h1>今年某某考试明日开始报名</h1><p>2024-03-15</p>{BODY}", URL, "2024-03-15", "element"),
        ("in brackets behind the title", f"<meta name='ArticleTitle' content='关于开展某某活动的通知'><h2>关于开展某某活动的通知 <small>( 2024-05-11)</small></h2>{BODY}<p>某县教育局</p><p>2024年5月10日</p>", URL, "2024-05-11", "element"),
        ("a title's own day in brackets", f"<h1>某县空气质量日报（2024-03-15）</h1>{BODY}", PLAIN, None, "no_date_shown"),
        ("signed with the site's name", f"<title>关于开展某某活动的通知__某某市某某县教育委员会</title><h2>关于开展某某活动的通知</h2>{BODY}<p>某某市某某县教育委员会</p><p>2024年5月10日</p>", PLAIN, "2024-05-10", "signature"),
        ("the tender's own notice, in brackets", f"<h1>中标公告</h1>{BODY}<p>招标(采购)公告发布日期：2024年3月15日</p>", PLAIN, None, "no_date_shown"),
        ("a bare banner", f"<title>某县人民政府门户网站</title><div>2026年11月20日</div><ul><li>首页</li><li>政务公开</li><li>政务服务</li></ul><p>某县人民政府门户网站</p><ul><li>概况</li><li>机构</li><li>人口</li><li>交通</li></ul><h2>机构概况</h2>{BODY}", URL.replace("/202006/t20200623_61199953", "/content/1234"), None, "unlabelled"),
        ("right above the title", f"<div><p>2024-03-15</p><h1>关于某事的通知</h1></div>{BODY}", URL, "2024-03-15", "element"),
        ("a title of filing or of today", f"<h1>今日拆违备案</h1><p>2024-03-15 来源：某县政务网</p>{BODY}", URL, "2024-03-15", "element"),
        ("a short title that is not seen", f"<p>消防设计备案</p><p>2024-03-15 来源：某县政务网</p>{BODY}", URL, "2024-03-15", "element"),
        ("a source called today", f"<h1>关于某事的通知</h1><p>2024-03-15 来源：今日某县</p>{BODY}", URL, "2024-03-15", "element"),
        ("today in a line that names a source", f"<p>今天是2026年11月20日 来源：某局</p>{BODY}", PLAIN, None, "no_date_shown"),
        ("when an interview went on", f"<h1>在线访谈</h1>{BODY}<p>某局例行新闻发布会</p><p>2024年4月24日</p><p>某县教育局</p><p>2024年4月24日 09:45</p>", PLAIN, None, "unlabelled"),
        ("bylines that differ, and the address", f"<p>2024-03-15 来源：甲局</p><p>2024-03-18 来源：乙局</p>{BODY}", URL, None, "several_unlabelled"),
        ("bylines that differ, and the stamp", f'<meta name="PubDate" content="2024-03-18"><p>2024-03-15 来源：甲局</p><p>2024-03-18 来源：乙局</p>{BODY}', URL, "2024-03-18", "meta"),
        ("bylines that differ, and another stamp", f'<meta name="PubDate" content="2024-05-18"><p>2024-03-15 来源：甲局</p><p>2024-03-18 来源：乙局</p>{BODY}', URL, None, "several_unlabelled"),
        ("stamped before it was signed", f'<meta name="PubDate" content="2024-03-01">{BODY}<p>某县教育局</p><p>2024年3月15日</p>', URL, "2024-03-15", "signature"),
        ("signed without a name", f"<h1>关于某事的通知</h1>{BODY}<p>二〇二四年三月十五日</p>", URL.replace("/202006/t20200623_61199953", "/content/1234"), "2024-03-15", "signature"),
        ("days of an event below the text", f"<h1>关于某事的通知</h1>{BODY}<p>开庭时间</p><p>2024年3月15日</p>", URL.replace("/202006/t20200623_61199953", "/content/1234"), None, "no_date_shown"),
        ("several days alone below the text", f"<h1>关于某事的通知</h1>{BODY}<p>甲班</p><p>2024年3月15日</p><p>乙班</p><p>2024年3月16日</p>", URL.replace("/202006/t20200623_61199953", "/content/1234"), None, "several_unlabelled"),
        ("the site's day in the footer", f"<h1>关于某事的通知</h1>{BODY}<div class='footer'>网站发布时间：2021-01-02 主办：某县政府</div>", CONTENT, None, "no_date_shown"),
        ("a change in the footer", f"<h1>关于某事的通知</h1>{BODY}<div class='footer'>更新时间：2021-01-12</div>", CONTENT, None, "no_date_shown"),
        ("a day of its own in the footer", f"<h1>关于某事的通知</h1>{BODY}<div class='footer'><p>主办：某县政府</p><p>发布日期：2021-01-12</p></div>", CONTENT, None, "no_date_shown"),
        ("a footer of no name", f"<h1>关于某事的通知</h1>{BODY}<div><p>主办：某县政府</p><p>发布日期：2021-01-12</p></div>", CONTENT, None, "no_date_shown"),
        ("the system's version", f"<h1>关于某事的通知</h1>{BODY}<p>系统版本 V2.0 发布时间：2021-01-02</p>", CONTENT, None, "no_date_shown"),
        ("the weather forecast", f"<div>天气预报 发布时间：2021-01-12</div><h1>关于某事的通知</h1>{BODY}", CONTENT, None, "no_date_shown"),
        ("a notice above the title", f"<div><a href='/1.html'>关于网站改版的公告</a> 发布时间：2021-01-12</div><h1>关于某事的通知</h1>{BODY}", CONTENT, None, "no_date_shown"),
        ("an attachment", f"<h1>关于某事的通知</h1>{BODY}<ul><li><a href='a.pdf'>附件1.pdf</a> 上传时间：2021-01-02</li></ul>", CONTENT, None, "no_date_shown"),
        ("a comment", f"<h1>关于某事的通知</h1>{BODY}<div><p>网友评论</p><p>张三 发表于：2021-01-02</p><p>说得好</p></div>", CONTENT, None, "no_date_shown"),
        ("a comment, over two lines", f"<h1>关于某事的通知</h1>{BODY}<div><p>张三</p><p>发表时间：2021-01-02</p><p>说得好</p></div>", CONTENT, None, "no_date_shown"),
        ("a related article", f"<h1>关于某事的通知</h1>{BODY}<div><a href='/x/content_9.html'>关于某某的相关政策解读</a><span>发布时间：2021-01-02</span></div>", CONTENT, None, "no_date_shown"),
        ("a related article, over two lines", f"<h1>关于某事的通知</h1>{BODY}<div><p><a href='/x/content_9.html'>关于某某的相关政策解读</a></p><p>发布时间：2021-01-02</p></div>", CONTENT, None, "no_date_shown"),
        ("the notice this one is about", f"<h1>关于某事的通知</h1><p>（原公告发布时间：2019-03-02）各乡镇</p>{BODY}", CONTENT, None, "no_date_shown"),
        ("when the water is cut off", f"<h1>停水通知</h1><p>时间：2020年5月2日</p><p>范围：城关镇</p>{BODY}", CONTENT, None, "no_date_shown"),
        ("when the court sits", f"<h1>开庭公告</h1><p>日期：2020年5月2日</p><p>案由：合同纠纷</p>{BODY}", CONTENT, None, "no_date_shown"),
        ("beside the editor below the text", f"<h1>关于某事的通知</h1>{BODY}<p>责任编辑：张三</p><p>发布时间：2024-03-15</p>", CONTENT, "2024-03-15", "label"),
        ("right below the text", f"<h1>关于某事的通知</h1>{BODY}<p>发布时间：2024-03-15</p><div class='footer'>主办：某县政府 发布日期：2021-01-12</div>", CONTENT, "2024-03-15", "label"),
        ("in the article's own header and footer", f"<article><header><h1>关于某事的通知</h1></header>{BODY}<footer>来源：某局 发布时间：2024-03-15</footer></article>", CONTENT, "2024-03-15", "label"),
        ("posted by an author", f"<h1>关于某事的通知</h1><p>作者：张三 发表于：2024-03-15</p>{BODY}", CONTENT, "2024-03-15", "label"),
        ("a site's name glued before the label", f"<h1>关于某事的通知</h1><p><span>某县政府网站</span><span>发布时间：2024-03-15</span></p>{BODY}", CONTENT, "2024-03-15", "label"),
        ("a bare label in a head table", f"<h1>关于某事的通知</h1><p>文号：某政发〔2024〕1号</p><p>日期：2024-03-15</p><p>发布机构：某局</p>{BODY}", CONTENT, "2024-03-15", "label"),
        ("today by a script", f"<script>document.write('今天是2026年11月21日');</script>{BODY}", PLAIN, None, "no_date_shown"),
    ],
)  # fmt: skip
def test_shapes_of_pages(
    facts: Callable[..., PageFacts], name: str, html: str, url: str, day: str | None, source: str
) -> None:
    dated = facts(f"<html><head></head><body>{EVERY.format(html)}</body></html>", url, fetched_at=AT).dated
    assert dated is not None
    assert (str(dated.value) if dated.value else None, dated.source or dated.reason) == (day, source)
    assert dated.relative == (name in ("counted back", "yesterday"))


@pytest.mark.parametrize(
    ("told", "kind", "day"), [("", "single", None), ("某县教育局", "article", "2024-03-15")]
)
def test_an_empty_content_source_is_no_content_page(
    facts: Callable[..., PageFacts], told: str, kind: str, day: str | None
) -> None:
    """A template's meta that nobody filled in: its stamp is not when 网站声明 came online."""
    metas = f'<meta name="ContentSource" content="{told}"><meta name="ColumnName" content="网站声明"><meta name="PubDate" content="2024-03-15">'
    top = "<title>某县人民政府网</title><div>2018年11月06日 星期二</div><p>您当前所在位置：首页 / 网站辅助 / 网站声明</p>"
    page = facts(f"<html><head>{metas}</head><body>{top}{BODY}</body></html>", PLAIN, fetched_at=AT)
    assert page.dated is not None
    assert (page.kind.value, str(page.dated.value) if page.dated.value else None) == (kind, day)


def test_a_source_of_the_page_s_name_is_no_title() -> None:
    name = "某某市民族事务委员会"
    assert title_lines(["10时49分 来源:" + name, "2024-03-15", name + " 2024-03-14"], [name]) == (2,)
    assert title_lines(["图文解读:《" + name + "章程》 2024-03-15"], [name]) == ()


@pytest.mark.parametrize(
    "label", ["发  布  时    间", "公  开  于", "发布", "公 告  日    期", "日间", "Date", "更 新  于", "来信  时    间", "生 成  日    期", "成 文  时    间"],
)  # fmt: skip
def test_a_label_spread_out_as_far_as_one_may_be_is_found(label: str) -> None:
    """Behind a sentence that holds first letters of labels, and behind another day."""
    line = f"关于公开发布信息的通知 2024-03-01 {label}:2024-03-15 来源:某局"
    assert [(hit.label, hit.dated.raw) for hit in labelled([line], AT, near={0})] == [(label, "2024-03-15")]


def test_none_has_a_reason(facts: Callable[..., PageFacts]) -> None:
    lone = facts("<body><p>正文</p></body>", "http://rsj.example/about.html").dated
    several = facts("<body><p>2020-01-01</p><p>2020-02-02</p></body>", "http://rsj.example/about.html").dated
    assert lone is not None and several is not None
    assert (lone.value, lone.reason) == (None, "no_date_shown")
    assert (several.value, several.reason) == (None, "several_unlabelled")


def test_a_signature_dates_no_row(facts: Callable[..., PageFacts], snapshot: Callable[..., Snapshot]) -> None:
    """What was signed long ago may have come online today: only a shown publish date tells for a row without one."""
    day = {}
    for name, shown in (
        ("signed", "<p>某县教育局</p><p>2020年3月15日</p>"),
        ("shown", "<p>发布时间：2020-06-20</p>"),
    ):
        url = f"http://rsj.example/{name}/content_1.html"
        page = facts(f"<h1>关于某事的通知</h1>{BODY}{shown}", url)
        shelf = Shelf([(snapshot(url), page)])
        (row,) = with_article_dates((ListItem(title="关于某事的通知", url=url),), shelf)
        day[name] = str(row.dated.value) if row.dated.value else None
        assert page.dated is not None and page.dated.value is not None
    assert day == {"signed": None, "shown": "2020-06-20"}


@pytest.mark.parametrize(
    ("foot", "kind"),
    [
        ("<div class='footer'><p>主办单位：某县政府</p><p>网站发布日期：2019-03-01</p></div>", "list"),
        ("<div><p>发布日期：2019-03-01</p></div>", "list"),
        ("<div><p>来源：某局</p><p>发布日期：2019-03-01</p></div>", None),
    ],
)
def test_a_day_below_undated_rows_makes_no_text_of_a_list(
    facts: Callable[..., PageFacts], foot: str, kind: str | None
) -> None:
    rows = "".join(
        f"<li><a href='/tzgg/content_{n}.html'>关于做好第{n}批有关工作的通知</a></li>" for n in range(8)
    )
    html = f"<title>通知公告-某县人民政府</title><div class='main'><ul>{rows}</ul></div>{foot}"
    read = facts(html, "http://rsj.example/tzgg/")
    assert (read.kind.value == "list") is (kind == "list")
    assert (read.main_list is not None and len(read.main_list.items) == 8) is (kind == "list")


@pytest.mark.parametrize(
    ("html", "raw"),
    [
        ("<h1>县政府召开会议</h1><p>发布时间：2031-01-01 09:00 来源：某县</p>", "2031-01-01 09:00"),
        ("<h1>县政府召开会议</h1><p>发布日期：二〇三一年一月一日</p>", "二〇三一年一月一日"),
        ("<h1>县政府召开会议</h1><p>发布时间：2031-13-45</p>", None),
        ("<h1>拟录用名单</h1><p>公开时间：2031年1月1日至2031年1月7日</p>", None),
        ("<h1>招聘公告</h1><p>成绩发布时间：2031-01-01</p>", None),
        ("<h1>县政府召开会议</h1><p>发布时间：2031-01-01</p><p>发布时间：2024-03-15</p>", None),
    ],
    ids=["labelled", "in numerals", "no such day", "a term", "of something else", "told rightly as well"],
)
def test_days_still_to_come_are_told_in_words(
    facts: Callable[..., PageFacts], html: str, raw: str | None
) -> None:
    page = facts(f"<html><body>{html}{BODY}</body></html>", PLAIN, fetched_at=AT)
    assert page.dated is not None
    told = page.dated.raw if page.dated.reason == "future" else None
    assert told == raw
    assert page.dated.reason != "future" or (page.dated.value is None and page.kind is PageKind.ARTICLE)


def test_rows_still_to_come_are_told_in_words(facts: Callable[..., PageFacts]) -> None:
    rows = "".join(
        f"<li><a href='/a/{n}.html'>县政府召开第{n}次工作会议</a><span>{day}</span></li>"
        for n, day in enumerate(("2031-05-01", "2024-03-15", "2024-03-14", "会议时间：2031-05-01"))
    )
    page = facts(f"<html><body><ul>{rows}</ul></body></html>", PLAIN, fetched_at=AT)
    found = [(str(row.dated.value), row.dated.reason, row.dated.raw) for row in page.lists[0].items]
    assert found[:2] == [("None", "future", "2031-05-01"), ("2024-03-15", None, "2024-03-15")]
    assert found[3][1] != "future"


def test_tomorrow_may_be_but_not_the_day_after(facts: Callable[..., PageFacts]) -> None:
    """A date in the address does not stand in for one that the page shows and nobody can believe."""
    day_after = facts("<html><body><h1>标题</h1><p>发布时间：2021-01-15</p></body></html>", URL).dated
    tomorrow = facts("<html><body><h1>标题</h1><p>发布时间：2021-01-14</p></body></html>", URL).dated
    assert day_after and tomorrow
    assert (day_after.value, day_after.reason, day_after.raw) == (None, "future", "2021-01-15")
    assert (str(tomorrow.value), tomorrow.reason) == ("2021-01-14", None)


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<h1>县政府召开会议</h1><p>来源：某县 发布时间：2031-01-01</p>" + BODY, DateSource.LABEL),
        ("<h1>招聘公告</h1><p>大纲发布时间：2031-01-01</p>" + BODY, None),
        (f"<h1>招聘公告</h1>{BODY}<p>发布时间：2031-01-01</p>", None),
        (f"<h1>招聘公告</h1><p>公开时间：2031-01-01</p>{BODY}", None),
    ],
    ids=["above the text", "of something else", "below the text", "of an opening"],
)
def test_a_day_still_to_come_has_a_source_only_where_nothing_else_is_meant(
    facts: Callable[..., PageFacts], html: str, source: DateSource | None
) -> None:
    dated = facts(f"<html><body>{html}</body></html>", PLAIN, fetched_at=AT).dated
    assert dated is not None and dated.value is None
    assert dated.source is source
    assert dated.reason == "future" or source is None
