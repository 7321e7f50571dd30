"""版式 What surrounds the content of every generated page: metas, styles, navigation, breadcrumb, foot."""

from html import escape

from bench.answer import Answer

NAME = "测算县人民政府门户网站"
CODE = "9901990001"
# Real pages carry their style sheet and scripts with them: about a third of their bytes.
_STYLE = "".join(
    f".box{number} ul li{{line-height:{20 + number % 9}px;padding:0 {number % 7}px;background:#f{number % 10}f{number % 10}f{number % 10};}}\n"
    for number in range(44)
)
_SCRIPT = "".join(
    f"function tab{number}(n){{for(var i=0;i<{number + 2};i++){{show('tab'+i,i==n);}}}}\n"
    for number in range(14)
)
_FOOT = f"""<div class="footer"><p>主办单位：测算县人民政府办公室　网站标识码：{CODE}　联系电话：0808-10120001</p>
<p>ICP备案号：测ICP备99000001号　<span>测公网安备 99019902000001号</span></p>
<p><a href="javascript:void(0)" onclick="fav()">加入收藏</a> <a href="#">返回顶部</a> <a href="mailto:office@example.invalid">写信</a></p>
<p><span id="_span_jiucuo"><a href="/jiucuo.html"><img src="/images/jiucuo.jpg" alt="我为政府网站找错"></a></span>
<script type="text/javascript">document.write('<a href="/conac.html"><img src="/images/dzjg.jpg" alt="党政机关网站标识"></a>');</script>
<a href="/conac.html"><img src="/images/dzjg.jpg" alt="党政机关网站标识"></a></p></div>"""


def navigation(columns: tuple[tuple[str, str], ...]) -> str:
    """导航 The menu of (name, path) pairs, the same on every page."""
    rows = "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in columns)
    return f'<div class="nav"><ul><li><a href="/">首页</a></li>{rows}</ul></div>'


def page(
    title: str, menu: str, content: str, *, trail: str = "", metas: str = "", gbk: bool = False
) -> Answer:
    """页面 One page as bytes, in UTF-8 or in GBK; which of them is told by its meta only."""
    charset = "gb2312" if gbk else "utf-8"
    crumbs = f'<div class="position">当前位置：<a href="/">首页</a>{trail}</div>' if trail else ""
    text = f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{escape(title)}-{NAME}</title><meta name="SiteName" content="{NAME}"><meta name="SiteDomain" content="www.cesuan.example">
<meta name="SiteIDCode" content="{CODE}">{metas}
<style>{_STYLE}</style><script>{_SCRIPT}</script></head><body>
<div class="header"><h2>{NAME}</h2></div>{menu}{crumbs}{content}{_FOOT}</body></html>"""
    return Answer(text.encode("gbk" if gbk else "utf-8"))
