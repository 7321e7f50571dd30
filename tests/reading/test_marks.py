"""Identity marks, in the spellings of real footers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench import labels
from model import PageFacts, SiteMarks
from reading.marks import marks_of
from reading.metas import unfilled_metas
from reading.page import Page


@pytest.mark.parametrize(
    ("field", "html", "value"),
    [
        ("site_code", "<p>网站标识码：6101000007</p>", "6101000007"),
        ("site_code", "<p>政府网站标识码&nbsp;5000000091</p>", "5000000091"),
        ("site_code", "<p>网站标识码 ：bm14000002</p>", "bm14000002"),
        ("site_code", "<p>网站标识码：310000000044</p>", None),
        ("site_code_meta", '<meta name="siteidcode" content="5100000016 ">', "5100000016"),
        ("site_code_meta", '<meta name="SiteIDCode" content="政府网站标识码">', "政府网站标识码"),
        ("site_name_meta", '<meta name="SiteName" content="某县人民政府">', "某县人民政府"),
        ("site_domain_meta", '<meta name="SiteDomain" content="www.x.gov.cn">', "www.x.gov.cn"),
        ("icp", "<p>陕ICP备2024054100号</p>", "陕ICP备2024054100号"),
        ("icp", "<p>蜀ICP备：19007388号</p>", "蜀ICP备：19007388号"),
        ("icp", "<p>鄂ICP备05009168</p>", "鄂ICP备05009168"),
        ("icp", "<p>ICP备案编号：京ICP备13026484</p>", "京ICP备13026484"),
        ("police", "<p>陕公网安备 61011202000087号</p>", "61011202000087"),
        ("police", "<p>公安机关备案号：15081599004-00001</p>", "15081599004-00001"),
        ("organiser", "<div>主办单位：某县人民政府办公室 电话：0468-7863958</div>", "某县人民政府办公室"),
        ("organiser", "<div>某县人民政府办公室主办</div>", "某县人民政府办公室"),
        ("contact", "<div>联系电话：0571—85215842</div>", "0571—85215842"),
        ("contact", "<div>政府网站联系电话：0468-7863958</div>", "0468-7863958"),
        ("conac", '<a href="//bszs.conac.cn/sitename?method=show&amp;id=04E0DEEC2DCA0288E053022819ACC535"><img src="/r.png"></a>', "04E0DEEC2DCA0288E053022819ACC535"),
        ("conac", """<script>document.write(unescape("%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='//dcs.conac.cn/js/24/356/2168/40584250/CA243562168405842500001.js'%3E"))</script>""", "CA243562168405842500001"),
        ("conac", "<!-- <a href='//bszs.conac.cn/sitename?method=show&id=04E0DEEC2DCA0288E053022819ACC535'></a> -->", None),
        ("conac", '<a href="http://bszs.conac.cn/x"><img src="/conac.png"></a>', "http://bszs.conac.cn/x"),
        ("conac", "<a href='https://bszs.conac.cn'>事业单位</a>", "https://bszs.conac.cn"),
        ("conac", '<img src="//dcs.conac.cn/image/red.png">', "//dcs.conac.cn/image/red.png"),
        ("conac", '<script src="http://dcs.conac.cn/js/x.js?v=1"></script>', "http://dcs.conac.cn/js/x.js?v=1"),
        ("conac", '<a href="http://www.conac.cn.example.com/">x</a>', None),
        ("conac", '<a href="/conac/"><img src="/conac.png"></a>', None),
        ("error_report", '<script id="_jiucuo_" src="http://pucha.kaipuyun.cn/exposure/jiucuo.js" sitecode="5100000016"></script>', "5100000016"),
        ("error_report", '<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=3213000018&url=x">找错</a>', "3213000018"),
        ("error_report", "<p>网站纠错</p>", None),
        ("error_report_code", '<script src="http://pucha.kaipuyun.cn/exposure/jiucuo.js" sitecode="5100000016"></script>', "5100000016"),
        ("error_report_code", '<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=bm14000002&url=x">找错</a>', "bm14000002"),
        ("error_report_code", '<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html">找错</a>', None),
        ("police", "<p>沪公安备：31010102045442号</p>", "31010102045442"),
        ("police", "<p>郑公备：41010029000130</p>", "41010029000130"),
        ("police", "<p>公网安备 52032502000087号</p>", "52032502000087"),
        ("police", "<p>公安部门备案的企业 52032502000087 家</p>", None),
        ("organiser", "<div>主办单位：某市人民政府办公室（主办）</div>", "某市人民政府办公室"),
        ("organiser", "<div>某市人民政府办公室（主办）</div>", "某市人民政府办公室"),
        ("undertaker", "<div>主办单位：某县人民政府 承办单位：某县人民政府办公室</div>", "某县人民政府办公室"),
        ("undertaker", "<div>承办：某县政务服务局　技术支持：某公司</div>", "某县政务服务局"),
        ("undertaker", "<div>主办单位：某县人民政府</div>", None),
        ("phone", "<div>政府网站联系电话：0468-7863958</div>", "0468-7863958"),
        ("phone", "<div>联系电话：0571—85215842</div>", "0571—85215842"),
        ("phone", "<div>电 话 ：（0571）85215842</div>", "（0571）85215842"),
        ("phone", "<div>联系电话(仅受理网站建设维护相关事宜)：0571-85215842</div>", "0571-85215842"),
        ("phone", "<div>政务服务热线：12345</div>", "12345"),
        ("phone", "<div>电话：0851-257842065</div>", None),
        ("phone", "<div>邮箱：a@x.gov.cn</div>", None),
        ("phone", "<p>采购联系电话：0745-2210959</p>" + "<p>一段很长的公告正文。</p>" * 60 + "<div>主办单位：某县人民政府</div>", None),
        ("phone", "<p>一段很长的公告正文。</p>" * 60 + "<div>主办单位：某县人民政府 电话：0745-2210959</div>", "0745-2210959"),
        ("site_code", "<p>网站标识码（5203250012）</p>", "5203250012"),
        ("site_code", "<p>站点标识码5203250012</p>", "5203250012"),
        ("site_code", "<p>网站标识码（52032500123）</p>", None),
        ("organiser", "<div><span>主办单位</span><span>某县人民政府办公室</span> <p>联系电话：12345</p></div>", "某县人民政府办公室"),
        ("organiser", "<table><tr><td>主办单位</td><td>某县教育局</td></tr></table>", "某县教育局"),
        ("organiser", "<p>各网站主办单位应当及时报告本级政府办公室</p>", None),
        ("organiser", "<p>主办单位负责同志参加会议</p>", None),
        ("contact", "<p>联系电话：（0851）2578 2065</p>", "（0851）2578 2065"),
        ("contact", "<p>电话：+86-851-25782065</p>", "+86-851-25782065"),
        ("contact", "<p>电话：25782065</p>", "25782065"),
        ("contact", "<p>电话：2578</p>", None),
        ("contact", "<p>电话：257820651</p>", None),
        ("police", '<a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=52032502000087"><img src="ga.png"></a>', "52032502000087"),
        ("police", '<a href="https://beian.mps.gov.cn/#/query/webSearch?code=52032502000087"><img src="ga.png"></a>', "52032502000087"),
        ("police", '<a href="/"><img src="ga.png" alt="贵公网安备52032502000087号"></a>', "52032502000087"),
        ("police", '<a href="http://www.beian.gov.cn/">备案</a><a href="/x?recordcode=52032502000087">x</a>', None),
        ("police", '<!-- <a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=52032502000087">x</a> -->', None),
        ("ipv6", "<div>本网站支持IPv6</div>", "IPv6"),
        ("ipv6", "<div>主办单位：某县人民政府 网站支持IPv6</div>", "IPv6"),
        ("ipv6", "<div>联系我们|本站已支持 IPv6 访问</div>", "IPv6"),
        ("ipv6", '<img src="/v6.png" alt="网站支持ipv6">', "IPv6"),
        ("ipv6", "<div>全县网站支持IPv6改造工作推进会召开</div>", None),
        ("ipv6", "<div>推进IPv6规模部署</div>", None),
        ("ipv6", "<!-- 本网站支持IPv6 -->", None),
        ("accessibility", "<a href='/wza/'>无障碍浏览</a>", "无障碍浏览"),
        ("accessibility", "<a href='#' title='无障碍' onclick='openToolbar();'><img src='/w.png'></a>", "无障碍"),
        ("accessibility", "<img src='/w.png' alt='无障碍浏览' onclick='open()'>", "无障碍浏览"),
        ("accessibility", "<span onclick='openToolbar()'>【进入无障碍】</span>", "进入无障碍"),
        ("accessibility", "<button>网站无障碍</button>", "网站无障碍"),
        ("accessibility", "<input type='button' value='无障碍阅读'>", "无障碍阅读"),
        ("accessibility", "<a href='/1'>某县无障碍环境建设条例公布</a>", None),
        ("accessibility", "<p>推进无障碍环境建设</p>", None),
        ("accessibility", "<span>无障碍浏览</span>", None),
        ("accessibility", "<script>/*打开无障碍辅助工具*/</script>", None),
        ("accessibility", "<!-- <a href='#'>无障碍浏览</a> -->", None),
        ("elderly", "<a href='/gh/'>关怀版</a>", "关怀版"),
        ("elderly", "<a href='/gh/' title='长者助手'><img src='/z.png'></a>", "长者助手"),
        ("elderly", "<a href='#'>长者浏览模式</a>", "长者浏览模式"),
        ("elderly", "<a href='#'>适老化无障碍</a>", "适老化无障碍"),
        ("elderly", "<!-- <a title='长者助手' href='#'>长者助手</a> -->", None),
        ("elderly", "<a href='/1'>“适老化”服务，让年长者更贴心</a>", None),
        ("elderly", "<a href='/1'>适老化改造</a>", None),
        ("elderly", "<a href='/1'>老年服务专区</a>", None),
        ("elderly", "<p>长者模式</p>", None),
    ],
)  # fmt: skip
def test_marks(facts: Callable[..., PageFacts], field: str, html: str, value: str | None) -> None:
    html = f"<html><head></head><body><p>首页</p>{html}</body></html>"
    mark = getattr(facts(html).marks, field)
    assert (mark.value if mark else None) == value
    assert mark is None or mark.raw


def test_hidden_text_is_no_footer(facts: Callable[..., PageFacts]) -> None:
    read = facts("<body><p>x</p><p style='display:none'>网站标识码：6101000007</p></body>")
    assert read.marks.site_code is None


@pytest.mark.parametrize(
    ("metas", "names"),
    [
        ('<meta name="SiteName" content="网站名称"><meta name="SiteDomain" content="网站域名"><meta name="SiteIDCode" content="政府网站标识码">', ("sitename", "sitedomain", "siteidcode")),
        ('<meta name="columnname" content="栏目名称"><meta name="SiteName" content="某县人民政府">', ("columnname",)),
        ('<meta name="ArticleTitle" content="${Article.Title}"><meta name="PubDate" content="{{pubdate}}">', ("articletitle", "pubdate")),
        ('<meta name="keywords" content="[!--pagekey--]">', ("keywords",)),
        ('<meta name="description" content="关于网站名称和网站域名的说明"><meta name="SiteDomain" content="www.x.gov.cn">', ()),
        ('<meta name="SiteIDCode" content=""><meta name="ContentSource" content="">', ()),
        ('<meta name="keywords" content="网站名称">', ()),
        ('<meta name="description" content="增长 5% [图] @ 100$">', ()),
    ],
)  # fmt: skip
def test_metas_that_nobody_filled_in(
    facts: Callable[..., PageFacts], metas: str, names: tuple[str, ...]
) -> None:
    assert facts(f"<html><head>{metas}</head><body><p>首页</p></body></html>").unfilled_metas == names


FLOORS = {
    "site_code": 61, "site_code_meta": 58, "icp": 64, "police": 61, "organiser": 81, "undertaker": 6, "phone": 34, "conac": 48,
    "error_report": 44, "error_report_code": 44, "ipv6": 7, "accessibility": 37, "elderly": 6,
}  # fmt: skip


def test_marks_of_the_saved_pages(real_sites: Path) -> None:
    """How many of 101 saved pages show each mark, and that footer and meta never tell two codes."""
    marks: list[SiteMarks] = []
    unfilled: dict[str, tuple[str, ...]] = {}
    for label in labels.saved_pages(real_sites):
        page = Page(label.snapshot, label.body, label.site)
        marks.append(marks_of(page.visible, page.meta, page.source, page.root))
        unfilled |= {label.name: names} if (names := unfilled_metas(page.meta)) else {}
    shown = {name: sum(getattr(one, name) is not None for one in marks) for name in FLOORS}
    assert {name: count for name, count in shown.items() if count < FLOORS[name]} == {}
    codes = {
        (one.site_code.value, one.site_code_meta.value)
        for one in marks
        if one.site_code and one.site_code_meta
    }
    assert len(codes) >= 8
    assert {pair for pair in codes if pair[0] != pair[1]} == set()
    assert unfilled == {"zjg_ggzy.html": ("sitename", "sitedomain", "siteidcode")}
