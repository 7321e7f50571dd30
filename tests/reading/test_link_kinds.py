"""Links from everywhere a person can click: what each kind of markup leads to, and what only looks like a link."""

from collections.abc import Callable

import pytest

from model import LinkRelation, PageFacts

AT = "http://rsj.example/a/page.html"
BASIC = frozenset({"a", "area", "script-a", "comment", "iframe", "frame"})


def told(page: PageFacts) -> list[tuple[str, str, str]]:
    """Tag, address and relation of every link but those of anchors, without the site's own name."""
    return [
        (link.tag, link.url.replace("http://rsj.example", "") or link.raw, link.relation.value)
        for link in page.links
        if link.tag not in BASIC and link.raw != "/js/main.js"
    ]


KINDS = {
    "click on a cell": ("<table><tr><td onclick=\"window.open('/zwgk/')\">政务公开</td></tr></table>", [("onclick", "/zwgk/", "internal")]),
    "click on a list item, one level up": ("<ul><li onclick='location.href=\"../b/c.html\"'>规划</li></ul>", [("onclick", "/b/c.html", "internal")]),
    "double click": ("<div ondblclick=\"window.open('/d.html')\">图</div>", [("onclick", "/d.html", "internal")]),
    "click written in capitals": ("<SPAN onClick=\"javascript:window.open('/e.html','_blank');\">栏目</SPAN>", [("onclick", "/e.html", "internal")]),
    "click whose quotes are entities": ("<span onclick=\"window.open(&#39;http://zwfw.x.gov.cn/&#39;)\">政务服务</span>", [("onclick", "http://zwfw.x.gov.cn/", "external")]),
    "wrapper of an entry": ("<a href=\"javascript:openNew('/jo/a.html')\">甲</a><a href='#' onclick=\"return leaveSite('http://www.y.gov.cn/l')\">乙</a><a href='javascript:void(0)' onclick=\"openUrl('/jo/b.html')\">丙</a>", [("onclick", "/jo/a.html", "internal"), ("onclick", "http://www.y.gov.cn/l", "external")]),
    "page that warns before it lets out": ('<a href="/leave.jsp?id=3&amp;url=http%3A%2F%2Fwww.y.gov.cn%2Fa.html%3Fb%3D1">某局</a>', [("leave", "http://www.y.gov.cn/a.html?b=1", "external")]),
    "wrapper of any name around a whole address": ("<p onclick=\"tipsBox('http://www.y.gov.cn/z', '即将离开')\">友情链接</p>", [("onclick", "http://www.y.gov.cn/z", "external")]),
    "wrapper of a known name around a path": ("<button onclick=\"openUrl('/wsbs/index.html')\">网上办事</button>", [("onclick", "/wsbs/index.html", "internal")]),
    "candidates of a picture": ('<img src="s.png" srcset="m.png 2x, /l.png 3x"><picture><source srcset="w.webp 100w"></picture>', [("img", "/a/s.png", "image"), ("img", "/a/m.png", "image"), ("img", "/l.png", "image"), ("source", "/a/w.webp", "image")]),
    "picture for a fine screen": ('<img src="/i/logo@2x.png"><a href="zwgk@x.gov.cn">信箱</a>', [("img", "/i/logo@2x.png", "image")]),
    "picture of a button": ('<input type="image" src="go.gif" alt="检索">', [("input", "/a/go.gif", "image")]),
    "film with poster and stand-in": ('<video src="/f/a.mp4" poster="/f/a.jpg"><source src="/f/b.mp4"><track src="/f/a.vtt"><embed src="/f/old.swf"></video>', [("video", "/f/a.jpg", "image"), ("video", "/f/a.mp4", "attachment"), ("source", "/f/b.mp4", "attachment"), ("track", "/f/a.vtt", "internal")]),
    "sound": ('<audio src="a.mp3"></audio>', [("audio", "/a/a.mp3", "attachment")]),
    "embedded things": ('<embed src="/x.swf"><object data="/y.pdf"></object>', [("embed", "/x.swf", "attachment"), ("object", "/y.pdf", "attachment")]),
    "style of an element": ("<div style=\"color:red;background:url('../i/bg.jpg') no-repeat\">x</div>", [("style", "/i/bg.jpg", "image")]),
    "style of a page": ("<style>@import 'k.css';/* url(/no.png) */ p{background:URL( /i/p.png )} @font-face{src:url(/f/i.eot?#iefix)}</style>", [("style", "/a/k.css", "style"), ("style", "/i/p.png", "image"), ("style", "/f/i.eot?", "style")]),
    "picture behind a table": ('<table background="/i/t.gif"><tr><td>x</td></tr></table>', [("style", "/i/t.gif", "image")]),
    "form that asks": ('<form action="/search/s.jsp"><input name="q"></form>', [("form", "/search/s.jsp", "internal")]),
    "jump menu of other sites": ('<select onchange="window.open(this.value)"><option>市州</option><option value="http://jyj.y.gov.cn/">某市</option></select>', [("option", "http://jyj.y.gov.cn/", "external")]),
    "jump menu of own pages": ('<select onchange="location.href=this.options[this.selectedIndex].value"><option value="/nb/2020.html">2020年</option><option value="0">请选择</option></select>', [("option", "/nb/2020.html", "internal")]),
    "late refresh": ('<meta http-equiv="Refresh" content="300; url=/new/">', [("refresh", "/new/", "internal")]),
    "style and icon": ('<link rel="stylesheet" href="/s.css"><link rel="shortcut icon" href="/f.ico">', [("link", "/s.css", "style"), ("link", "/f.ico", "style")]),
    "script that goes on": ("<script>if (wide) { a(); } window.location.href = '/m/index.html';</script>", [("script", "/m/index.html", "internal")]),
    "what a click does, set by a script": ("<script>var k = /[\"{]/; $('#b').click(function(){ window.open('/g/b.html'); });</script>", [("script", "/g/b.html", "internal")]),
    "function with a condition of something else": ("<script>function go(n){ if(n){ b(n); } window.open('/g/c.html'); }</script><b onclick='if(1)go(2)'>去</b>", [("script", "/g/c.html", "internal")]),
    "beside what only browsers without scripts show": ('<noscript><a href="/no/a.html">甲</a></noscript><img src="/i.png"><i onclick="window.open(\'/on.html\')">乙</i>', [("img", "/i.png", "image"), ("onclick", "/on.html", "internal")]),
    "a template that a browser opens by itself": ('<div><template shadowrootmode="open"><img src="/i.png"></template></div>', [("img", "/i.png", "image")]),
    "script that gives an element its address": ("<script>document.getElementById('x').href=\"/y/z.shtml\";</script>", [("script", "/y/z.shtml", "internal")]),
    "function that a click calls": ("<script>function go(){window.open('/g/a.html');}</script><b onclick='go()'>去</b>", [("script", "/g/a.html", "internal")]),
    "menu held by a script": ("<script>var menu=[{name:'概况',url:'/gk/index.html'},{\"title\":\"领导\",\"href\":\"/ld/\"}];</script>", [("script", "/gk/index.html", "internal"), ("script", "/ld/", "internal")]),
    "frame and picture written by a script": ("<script>document.write('<iframe src=\"/k.html\"></iframe><img alt=\"a\" src=\"/w.png\">')</script>", [("script", "/k.html", "internal"), ("script", "/w.png", "image")]),
}  # fmt: skip

INNOCENT = {
    "onclick that opens nothing": "<td onclick=\"show('tab/1')\">x</td><i onclick='window.print()'>打印</i><b onclick=\"openToolbar()\">无障碍</b>",
    "an entry that sets the home page": "<a href=\"javascript:setHomePage('http://www.x.gov.cn/')\">设为首页</a>",
    "a joined address": "<td onclick=\"window.open('/s.jsp?u='+document.URL)\">x</td>",
    "sharing": "<span onclick=\"shareTo('http://service.weibo.com/share/share.php')\">分享</span>",
    "counting": "<span onclick=\"trackClick('http://tj.x.gov.cn/c')\">统计</span>",
    "setting the home page": "<span onclick=\"this.style.behavior='url(#default#homepage)';setHomePage('http://www.x.gov.cn/')\">设为首页</span>",
    "style that draws itself": '<p style="background:url(data:image/png;base64,AAAA)">x</p><p style="filter:url(#f)">y</p>',
    "form that hands in": '<form method="post" action="/letter/save.do"><input name="n"></form>',
    "form that is never sent": '<form action="/q.jsp" onsubmit="return false"><input></form><form action=""><input></form>',
    "choices that are no addresses": "<select onchange='pick(this)'><option value='1'>一</option><option value='a/b'>二</option></select>",
    "refresh of itself": '<meta http-equiv="refresh" content="600"><meta http-equiv="refresh" content="10">',
    "hints to the browser": '<link rel="preconnect" href="//c.cn"><link rel="dns-prefetch" href="//d.cn"><link rel="canonical" href="/c/"><link rel="prefetch" href="/p.html">',
    "what nobody presses in a head": "".join(f'<link rel="{rel}" href="/{n}.html" title="x">' for n, rel in enumerate(("next", "prev", "canonical", "amphtml", "pingback", "EditURI", "search", "alternate", "sitemap", "shortlink", "wlwmanifest", "help", "author", "license", "index"))) + '<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="alternate" hreflang="en" type="text/html" href="/en/">',
    "the line against copying": "<noscript><iframe src=*></iframe></noscript><NOSCRIPT><iframe src='*.html'></iframe></NOSCRIPT >",
    "the line against copying without its noscript": "<iframe src=*></iframe><iframe src='*.html'></iframe><iframe src='/*.htm'></iframe>",
    "for browsers without scripts": '<noscript><a href="/no/a.html"><img src="/no/b.png" onclick="window.open(1)"></a><style>p{background:url(/no/c.png)}</style><form action="/no/d.html"></form><meta http-equiv="refresh" content="9; url=/no/e.html"></noscript>',
    "a template that no script has used": '<template><a href="/t/a.html">甲</a><template><img src="/t/b.png"></template><td onclick="window.open(\'/t/c.html\')"></td></template>',
    "script that goes on only for some": "<script>if (wide) { window.location.href = '/m/index.html'; }</script>",
    "script that never goes on": "<script>if(0){location.href=\"/m/0.html\"} if(false) location.href='/m/1.html'; while(x){location='/m/2.html'}</script>",
    "script for telephones": "<script>if(/Android|iPhone/i.test(navigator.userAgent)){window.location.href=\"/m/a.html\";}</script><script>var m = /mobile/i.test(navigator.userAgent); location.href = '/m/b.html';</script>",
    "script for telephones in a function": "<script>function toM(){ var u = navigator.userAgent; if(u.match(/x/)) return; location.href='/m/c.html'; } toM();</script>",
    "one of two": "<script>a ? location.href='/m/d.html' : location.href='/m/e.html'; b && (location.href='/m/f.html'); c || location.replace('/m/g.html')</script>",
    "one of many": "<script>switch(k){case 1: location.href='/m/h.html'; break; default: location.href='/m/i.html';}</script>",
    "the other of two": "<script>if(a) b(); else location.href='/m/j.html';\nif(c){d()}else{location.href='/m/k.html';}</script>",
    "what may fail": "<script>try{location.href='/m/l.html'}catch(e){location.href='/m/m.html'}</script>",
    "a function that a condition calls": "<script>function go(){location.href='/m/n.html';} if(x) go(); if(y){ go(); } z && go();</script>",
    "a function that may end before": "<script>function go(){ if(!x) return; window.open('/m/o.html'); } go();</script>",
    "a function made under a condition": "<script>if(x){ window.onload = function(){ var a = {b: 1}; location.href='/m/p.html'; }; }</script>",
    "a script in a long line": "<script>var t='}{';var f=function(){return 1};if(x){f({a:1});y({b:{c:2}});location.href='/m/q.html'}</script>",
    "a style that is switched off": '<link rel="stylesheet" href="/off.css" disabled>',
    "a question to a program": "<script>$.ajax({type:'post',url:'/api/x.jsp',data:{name:'a'},success:f});var o={url:'/api/list'};</script>",
    "a joined address in a script": "<script>location.href='/s.html?k='+key; x.href=base+'/y.html';</script>",
    "script lines commented out": "<script>//window.open('/old/a.html');\n/* location.href='/old/b.html'; */</script>",
    "a function nobody calls": "<script>function old(){window.open('/old/c.html');}</script>",
    "a template": "<script type='text/template'><a onclick=\"window.open('${url}')\">x</a></script><td onclick=\"window.open('{{link}}')\">x</td>",
    "a pattern": "<script>var r=/href='\\/x\\/(.*)'/; var s='text';</script>",
    "the page for errors": "<script>if(!ok){location.href='/404.html'}else{location.href='/login.jsp'}</script>",
    "a meta of words": '<meta property="og:title" content="标题"><meta name="keywords" content="/a/b.html">',
    "an element in a comment": "<!-- <td onclick=\"window.open('/no/')\">x</td> -->",
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_leads_where_a_visitor_would_come(facts: Callable[..., PageFacts], name: str) -> None:
    html, wanted = KINDS[name]
    assert told(facts(f"<html><body>{html}<p>正文</p></body></html>", AT)) == wanted


@pytest.mark.parametrize("name", INNOCENT)
def test_what_only_looks_like_a_link_leads_nowhere(facts: Callable[..., PageFacts], name: str) -> None:
    found = facts(f"<html><body>{INNOCENT[name]}<p>正文</p></body></html>", AT)
    assert [one for one in found.links if one.url] == []


@pytest.mark.parametrize("rendered", [False, True])
def test_noscript_is_nothing_to_a_visitor_wherever_it_stands(
    facts: Callable[..., PageFacts], rendered: bool
) -> None:
    page = facts(
        "<html><head><title>县政府</title><noscript><iframe src='*.html'></iframe><meta http-equiv='refresh' content='0; url=/no.html'>"
        "</noscript><script>var s = '<noscript>';</script></head><body><a href='/a.html'>甲</a>"
        "<noscript><a href='/b.html'><img src='/c.png'></a></noscript><a href='/d.html'>乙</a></body></html>",
        AT,
        rendered=rendered,
    )
    assert [(one.tag, one.url, one.anchor) for one in page.links] == [
        ("a", "http://rsj.example/a.html", "甲"),
        ("a", "http://rsj.example/d.html", "乙"),
    ]


def test_words_place_and_fragment_are_told(facts: Callable[..., PageFacts]) -> None:
    page = facts(
        '<body><div class="footer"><span onclick="window.open(\'/a.html#p2\')">友情链接</span>'
        '<select onchange="location=this.value"><option value="http://y.cn/">某市</option></select></div>'
        '<a href="/b.html#第二章">第二章</a></body>',
        AT,
    )
    found = {link.tag: (link.url, link.fragment, link.anchor, link.place.value) for link in page.links}
    assert found == {
        "onclick": ("http://rsj.example/a.html", "p2", "友情链接", "footer"),
        "option": ("http://y.cn/", "", "某市", "footer"),
        "a": ("http://rsj.example/b.html", "第二章", "第二章", "other"),
    }


def test_new_kinds_are_neither_menu_nor_column_nor_row(facts: Callable[..., PageFacts]) -> None:
    plain = "<ul class='list'>" + "".join(
        f'<li><a href="t2020120{n}_{n}.html">关于工作的通知{n}</a><i>2020-12-0{n}</i></li>'
        for n in range(1, 7)
    )
    more = (
        '<div class="nav"><span onclick="window.open(\'/gk/\')">概况</span><select onchange="location=this.value">'
        '<option value="/ld/">领导信息</option></select></div>'
    )
    one, other = facts(f"<body>{plain}</ul></body>", AT), facts(f"<body>{more}{plain}</ul></body>", AT)
    assert one.main_list is not None
    assert other.main_list == one.main_list
    assert (other.navigation, other.menu) == (one.navigation, one.menu)
    assert {link.url for link in other.links} - {link.url for link in one.links} == {
        "http://rsj.example/gk/",
        "http://rsj.example/ld/",
    }


def test_a_written_menu_without_what_is_commented_out(facts: Callable[..., PageFacts]) -> None:
    page = facts(
        """<body><script>
        document.write('<a href="/a/?x=1&amp;y=2">甲</a>');
        //document.write('<a href="/gone/">乙</a>');
        /* document.write('<a href="/old/">丙</a>'); */
        document.write('<a href="http://y.cn/">丁</a>');</script></body>""",
        AT,
    )
    assert [(link.url, link.anchor) for link in page.links] == [
        ("http://rsj.example/a/?x=1&y=2", "甲"),
        ("http://y.cn/", "丁"),
    ]


def test_a_page_of_gbk_asks_as_its_browser_would(facts: Callable[..., PageFacts]) -> None:
    """Paths go out as UTF-8 or as they are written, queries in the charset of the page."""
    html = (
        '<meta charset="gbk"><body><a href="/公开/指南 一.html?w=公开&amp;p=1">甲</a><a href="/%B9%AB%BF%AA/a.html">乙</a>'
        "<td onclick=\"window.open('/s.jsp?w=公开')\">丙</td><img src='图　片.jpg'></body>"
    ).encode("gbk")
    found = [link.url for link in facts(html, AT, headers={"content-type": "text/html; charset=gbk"}).links]
    assert found == [
        "http://rsj.example/%E5%85%AC%E5%BC%80/%E6%8C%87%E5%8D%97%20%E4%B8%80.html?w=%B9%AB%BF%AA&p=1",
        "http://rsj.example/%B9%AB%BF%AA/a.html",
        "http://rsj.example/a/%E5%9B%BE%E3%80%80%E7%89%87.jpg",
        "http://rsj.example/s.jsp?w=%B9%AB%BF%AA",
    ]


def test_a_base_holds_for_every_kind(facts: Callable[..., PageFacts]) -> None:
    page = facts(
        '<head><base target="_blank"><base href="/base/"><base href="/other/"></head>'
        "<body style='background:url(b.png)'><i onclick=\"window.open('c.html')\">x</i></body>",
        AT,
    )
    assert [link.url for link in page.links] == [
        "http://rsj.example/base/c.html",
        "http://rsj.example/base/b.png",
    ]


def test_hostile_scripts_and_styles_take_no_time(facts: Callable[..., PageFacts]) -> None:
    bad = [
        "<script>" + "window.open('" * 5000 + "</script>",
        "<script>" + "{name:'a',url:'/b/'" * 4000 + "</script>",
        "<script>" + "function a(" * 5000 + "location='/a.html'" * 500 + "</script>",
        "<script>" + "function a(){" * 4000 + "location='/a.html';" * 400 + "</script>",
        "<script>" + "if(a){return;" * 7000 + "location='/a.html';" * 100 + "</script>",
        "<script>function a(){location='/a.html'}" + "if(x)a();" * 9000 + "</script>",
        "<noscript " * 50_000 + "<template>" * 20_000 + "</template>" * 10_000,
        "<style>" + "url(" * 50_000 + "</style>",
        "<style>" + "/*" * 50_000 + "</style>",
        '<i style="' + "url('" * 20_000 + '">x</i>',
        "<i onclick=\"" + "open(" * 20_000 + "\">x</i>",
        '<img srcset="' + "a," * 50_000 + '">',
        "<option value='http://x.cn'>" * 5000,
    ]  # fmt: skip
    for html in bad:
        assert len(facts(f"<body>{html}</body>", AT).links) <= 1000


def test_relation_of_what_lies_elsewhere(facts: Callable[..., PageFacts]) -> None:
    page = facts("<style>p{background:url(//cdn.y.cn/b.png)}</style><embed src='http://v.y.cn/a.swf'>", AT)
    assert [(link.url, link.relation) for link in page.links] == [
        ("http://cdn.y.cn/b.png", LinkRelation.EXTERNAL),
        ("http://v.y.cn/a.swf", LinkRelation.EXTERNAL),
    ]
