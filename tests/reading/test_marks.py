"""Identity marks, in the spellings of real footers."""

from collections.abc import Callable

import pytest

from model import PageFacts


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
