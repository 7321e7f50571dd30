"""Which targets on hosts of others are asked, once each and how; what is only probed on the site's own; second looks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from model import FetchOutcome, Lead, LinkRelation, Moment, PageKind, Purpose, Rank, Site, Snapshot
from reading import Guide, read
from reading.asked_abroad import may_be_asked
from reading.sitemap import names_sitemap, sitemap_links
from rules import column_directory

SITE = Site(home="http://www.x.example/")
AT = datetime(2021, 1, 13, 1, tzinfo=UTC)
DIRECTORY = column_directory()
HOME = "http://www.x.example/"


def shot(url: str = HOME, purpose: Purpose = Purpose.HOME, number: int = 1, **more: object) -> Snapshot:
    fields: dict[str, object] = {
        "id": f"r1/{number:06d}",
        "run_id": "r1",
        "url": url,
        "final_url": url,
        "purpose": purpose,
        "rank": Rank.HOME if purpose is Purpose.HOME else Rank.PROBE,
        "fetched_at": AT,
        "outcome": FetchOutcome.OK,
        "status": 200,
        "headers": {"content-type": "text/html; charset=utf-8"},
    }
    return Snapshot.model_validate(fields | more)


def guide(due: Callable[[str], bool] | None = None, survey: bool = True) -> Guide:
    return Guide(SITE, DIRECTORY, Moment(as_of=AT), timedelta(days=400), survey, due=due)


def leads(made: Guide, html: str, snapshot: Snapshot | None = None) -> tuple[Lead, ...]:
    return made.step(snapshot or shot(), html.encode()).leads


FOREIGN = """<div class="nav"><a href="http://www.y.gov.cn/zwgk/">省政府</a><a href="http://www.y.gov.cn/zwgk/#top">再一次</a></div>
<a href="https://z.cn/f/a.pdf">文件</a><img src="//cdn.z.cn/p.png"><script src="http://dcs.conac.cn/js/1.js"></script>
<select onchange="window.open(this.value)"><option value="http://jyj.w.gov.cn/">某局</option></select>
<p>正文</p>"""


@pytest.mark.parametrize("survey", [True, False])
def test_each_foreign_target_is_asked_about_once_and_asked_for_in_small(survey: bool) -> None:
    asked: list[str] = []

    def due(url: str) -> bool:
        asked.append(url)
        return url != "http://jyj.w.gov.cn/"

    made = guide(due, survey)
    found = [one for one in leads(made, FOREIGN) if one.external]
    assert sorted(asked) == [
        "http://cdn.z.cn/p.png",
        "http://dcs.conac.cn/js/1.js",
        "http://jyj.w.gov.cn/",
        "http://www.y.gov.cn/zwgk/",
        "https://z.cn/f/a.pdf",
    ]
    first_bytes = {"Range": "bytes=0-1023"}
    assert {one.url: (one.method, dict(one.headers)) for one in found} == {
        "http://www.y.gov.cn/zwgk/": ("GET", {}),
        "https://z.cn/f/a.pdf": ("HEAD", first_bytes),
        "http://cdn.z.cn/p.png": ("HEAD", first_bytes),
        "http://dcs.conac.cn/js/1.js": ("HEAD", first_bytes),
    }
    assert {(one.purpose, one.rank, one.found_on) for one in found} == {(Purpose.PROBE, Rank.EXTERNAL, HOME)}
    again = shot("http://www.x.example/b/", Purpose.COLUMN, 2)
    assert [one for one in leads(made, FOREIGN, again) if one.external] == []
    assert len(asked) == 5


def test_without_due_no_other_host_is_asked() -> None:
    assert [one.url for one in leads(guide(None), FOREIGN) if "x.example" not in one.url] == []


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://www.y.gov.cn/zwgk/", True),
        ("https://mp.weixin.qq.com/s?__biz=a", True),
        ("http://zwfw.y.gov.cn/portal/register_list.jsp", True),
        ("http://www.y.cn/cassava/login-rules.html", True),
        ("http://www.y.cn/news/sharedeconomy.html", True),
        ("http://share.y.cn/", False),
        ("http://service.weibo.com/share/share.php?url=http://www.x.example/", False),
        ("https://sns.qzone.qq.com/cgi-bin/qzshare/cgi_qzshare_onekey?url=x", False),
        ("http://connect.qq.com/widget/shareqq/index.html?url=x", False),
        ("http://rzsc.y.gov.cn/logon/password.jsp", True),
        ("https://tyrz.y.gov.cn/sso/login?service=x", True),
        ("https://tyrz.y.gov.cn/oauth2/authorize?client_id=1&redirect_uri=http://x", False),
        ("http://name:word@www.y.cn/", False),
        ("ftp://y.cn/a", False),
    ],
)
def test_what_may_be_asked(url: str, asked: bool) -> None:
    assert may_be_asked(url) is asked


def test_a_second_look_at_a_foreign_target_stays_foreign() -> None:
    made = guide(lambda _: True)
    leads(made, FOREIGN)
    gone = shot(
        "http://www.y.gov.cn/zwgk/",
        Purpose.PROBE,
        2,
        rank=Rank.EXTERNAL,
        outcome=FetchOutcome.GONE,
        status=404,
    )
    (again,) = leads(made, "", gone)
    assert (again.url, again.external, again.purpose, again.rank, again.method) == (
        "http://www.y.gov.cn/zwgk/",
        True,
        Purpose.PROBE,
        Rank.CONFIRM,
        "GET",
    )
    own = shot("http://www.x.example/gone/", Purpose.COLUMN, 3, outcome=FetchOutcome.GONE, status=404)
    assert [one.external for one in leads(made, "", own)] == [False]


def test_nothing_of_a_foreign_page_is_followed() -> None:
    page = shot("http://www.y.gov.cn/zwgk/", Purpose.PROBE, 2, rank=Rank.EXTERNAL)
    asked: list[str] = []
    made = guide(lambda url: asked.append(url) is None)
    assert (
        leads(made, FOREIGN + '<a href="/own/">更多</a><div class="nav"><a href="/c/">栏目</a></div>', page)
        == ()
    )
    assert asked == []


ASIDE = """<p onclick="window.open('/wsbs/index.html')">办事</p><p><a href="/old/" style="background:url(/i/b.png)">旧版</a></p>
<link rel="stylesheet" href="/s.css"><script src="/j.js"></script>"""


def test_what_no_anchor_leads_to_is_probed_and_an_anchor_may_still_lead_there() -> None:
    made = guide()
    found = {one.url.removeprefix(HOME): one for one in leads(made, ASIDE)}
    assert {path: (one.purpose, one.rank, one.method) for path, one in found.items()} == {
        "wsbs/index.html": (Purpose.PROBE, Rank.PROBE, "GET"),
        "old/": (Purpose.LIST, Rank.LIST, "GET"),
        "i/b.png": (Purpose.PROBE, Rank.PROBE, "HEAD"),
        "s.css": (Purpose.PROBE, Rank.PROBE, "GET"),
        "j.js": (Purpose.PROBE, Rank.PROBE, "HEAD"),
        "sitemap.xml": (Purpose.PROBE, Rank.PROBE, "GET"),
    }
    assert made.columns_seen == 1
    probed = shot("http://www.x.example/wsbs/index.html", Purpose.PROBE, 2)
    assert leads(made, "<p>办事</p>", probed) == ()
    shown = leads(
        made,
        '<div class="nav"><a href="/wsbs/index.html">办事服务</a></div>',
        shot(HOME + "b/", Purpose.COLUMN, 3),
    )
    assert [(one.url, one.purpose) for one in shown if one.purpose is not Purpose.SIBLING] == [
        ("http://www.x.example/wsbs/index.html", Purpose.LIST)
    ]


CSS = b"@charset 'gbk';@import url(\"more.css\");/* url(/gone.png) */.a{background:url(../i/a.png)}.b{background:url(http://y.cn/b.png)}.c{src:url(data:font/woff;base64,AA)}"


def test_a_style_sheet_is_read_for_what_it_asks_for() -> None:
    asked: list[str] = []
    made = guide(lambda url: asked.append(url) is None)
    sheet = shot(HOME + "css/s.css", Purpose.PROBE, 2, headers={"content-type": "text/css"})
    step = made.step(sheet, CSS)
    assert [(one.url, one.method, one.external) for one in step.leads] == [
        (HOME + "css/more.css", "GET", False),
        (HOME + "i/a.png", "HEAD", False),
        ("http://y.cn/b.png", "HEAD", True),
    ]
    facts = read(sheet, CSS, SITE, DIRECTORY)
    assert (facts.kind, facts.outcome) == (PageKind.NOT_HTML, FetchOutcome.OK)
    assert [(one.url, one.relation, one.tag) for one in facts.links] == [
        (HOME + "css/more.css", LinkRelation.STYLE, "css"),
        (HOME + "i/a.png", LinkRelation.IMAGE, "css"),
        ("http://y.cn/b.png", LinkRelation.EXTERNAL, "css"),
    ]


@pytest.mark.parametrize(
    ("name", "snapshot", "body"),
    [
        ("a page in a sheet's place", shot(HOME + "s.css", Purpose.PROBE), b"<html><body>p{background:url(/a.png)}</body></html>"),
        ("a sheet of another host", shot("http://y.cn/s.css", Purpose.PROBE, headers={"content-type": "text/css"}), b"p{background:url(/a.png)}"),
        ("only its head", shot(HOME + "s.css", Purpose.PROBE, method="HEAD", headers={"content-type": "text/css"}), b""),
        ("a sheet that is gone", shot(HOME + "s.css", Purpose.PROBE, outcome=FetchOutcome.GONE, status=404, headers={"content-type": "text/css"}), b"p{background:url(/a.png)}"),
    ],
)  # fmt: skip
def test_what_is_no_style_sheet_of_the_site_leads_to_no_picture(
    name: str, snapshot: Snapshot, body: bytes
) -> None:
    assert [
        one.url for one in guide(lambda _: True).step(snapshot, body).leads if one.url.endswith(".png")
    ] == []


MAP = """<?xml version="1.0" encoding="UTF-8"?><!-- made by a program -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://www.x.example/a/?p=1&amp;q=2</loc></url>
<url><loc><![CDATA[ http://www.x.example/b.html ]]></loc></url><url><loc>http://y.cn/</loc></url></urlset>"""


def test_a_sitemap_is_read_for_the_pages_it_names() -> None:
    made = guide()
    first = [one for one in leads(made, "<p>首页</p>") if one.purpose is Purpose.PROBE]
    assert [one.url for one in first] == [HOME + "sitemap.xml"]
    here = shot(HOME + "sitemap.xml", Purpose.PROBE, 2, headers={"content-type": "text/xml"})
    assert [(one.url, one.purpose, one.method) for one in leads(made, MAP, here)] == [
        (HOME + "a/?p=1&q=2", Purpose.PROBE, "GET"),
        (HOME + "b.html", Purpose.PROBE, "GET"),
    ]
    facts = read(here, MAP.encode(), SITE, DIRECTORY)
    assert (facts.kind, {one.tag for one in facts.links}) == (PageKind.NOT_HTML, {"sitemap"})


def test_a_sitemap_that_nobody_named_is_not_missed() -> None:
    made = guide()
    leads(made, "<p>首页</p>")
    gone = shot(HOME + "sitemap.xml", Purpose.PROBE, 2, outcome=FetchOutcome.GONE, status=404)
    assert leads(made, "", gone) == ()


def test_what_a_sitemap_is() -> None:
    assert sitemap_links("<rss><loc>http://x/</loc></rss>") is None
    assert sitemap_links("<html><urlset></html>") is None
    assert sitemap_links("<sitemapindex><sitemap><loc>/m1.xml</loc></sitemap></sitemapindex>") == ["/m1.xml"]
    assert len(sitemap_links("<urlset>" + "".join(f"<loc>/{n}</loc>" for n in range(900))) or ()) == 200
    assert names_sitemap("http://x/sitemap_1.xml", "")
    assert names_sitemap("http://x/map.xml", "网站地图")
    assert not names_sitemap("http://x/map.html", "网站地图")
    assert not names_sitemap("http://x/rss.xml", "订阅")


COOKIE = {"content-type": "text/html", "set-cookie": "seen"}
BACK = {
    "a refresh to its own address": '<meta http-equiv="refresh" content="0;url=/b/">',
    "a refresh without an address": '<meta http-equiv="refresh" content="1">',
    "a script that reloads": "<script>setTimeout(function(){location.reload();},100)</script>",
    "a script that goes where it is": "<script>window.location.href = window.location.href;</script>",
    "a script that names its own address": "<script>location.href='/b/';</script>",
}


@pytest.mark.parametrize("name", BACK)
def test_a_page_that_only_sets_a_cookie_is_asked_for_once_more(name: str) -> None:
    made = guide()
    here = shot(HOME + "b/", Purpose.COLUMN, 2, rank=Rank.COLUMN, column="/b/", headers=COOKIE)
    (again,) = leads(made, f"<html><head>{BACK[name]}</head></html>", here)
    assert (again.url, again.purpose, again.column, again.external) == (
        HOME + "b/",
        Purpose.COLUMN,
        "/b/",
        False,
    )
    second = here.model_copy(update={"rank": again.rank})
    once_more = leads(made, f"<html><head>{BACK[name]}</head></html>", second)
    assert [one for one in once_more if one.url == again.url and not one.render] == []


@pytest.mark.parametrize(
    ("name", "html", "headers"),
    [
        ("no cookie", BACK["a refresh to its own address"], {"content-type": "text/html"}),
        ("a page of news that reloads itself", '<meta http-equiv="refresh" content="5">' + "<p>正文很长。</p>" * 50, COOKIE),
        ("a late refresh", '<meta http-equiv="refresh" content="600">', COOKIE),
        ("a page", "<p>正文</p>", COOKIE),
        ("a challenge, which is not answered", "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'x';location.href=location.pathname+location.search</script>", COOKIE),
    ],
)  # fmt: skip
def test_what_does_not_send_back_is_not_asked_for_again(
    name: str, html: str, headers: dict[str, str]
) -> None:
    here = shot(HOME + "b/", Purpose.COLUMN, 2, rank=Rank.COLUMN, headers=headers)
    assert [one for one in leads(guide(), html, here) if one.url == HOME + "b/" and not one.render] == []


def test_a_page_that_a_browser_drew_as_missing_is_looked_at_again_in_a_browser() -> None:
    made = guide()
    drawn = shot(HOME + "b/1.html", Purpose.COLUMN, 2, rank=Rank.SURVEY, rendered=True)
    (again,) = leads(made, "<title>404 Not Found</title><p>您访问的页面不存在</p>", drawn)
    assert (again.url, again.rank, again.render) == (HOME + "b/1.html", Rank.CONFIRM, True)
