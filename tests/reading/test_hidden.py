"""Hidden links and words: one page for each technique, what is hidden for looks only, and the saved pages."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import labels
from model import Hidden, PageFacts, Site
from reading.hidden import hidden_parts, registrable
from reading.page import Page

SITE = Site(home="http://www.x.gov.cn/")
FARM = "".join(f"<a href='https://www.farm{number}.example/'>词{number}" for number in range(9))
OWN = "<a href='/a/'>甲</a><a href='http://www.x.gov.cn/b/'>乙</a><a href='http://wjw.x.gov.cn/'>丙</a>"


def only(html: str) -> Hidden:
    parts = hidden_parts(f"<html><body><p>首页</p>{html}<p>页脚</p></body></html>", SITE)
    assert len(parts) == 1, parts
    return parts[0]


@pytest.mark.parametrize(
    ("technique", "html"),
    [
        ("display_none", "<div style='display:none;'>{}</div>"),
        ("display_none", '<DIV STYLE="Display : NONE">{}</DIV>'),
        ("display_none", "<div style=display:none>{}</div>"),
        ("display_none", "<style>.q{{color:red}} .x1, #z{{display:none}}</style><div class='w x1'>{}</div>"),
        ("display_none", "<style>@media print{{.q{{color:red}}}}#box{{display:none}}</style><ul id=box>{}</ul>"),
        ("visibility_hidden", "<div style='visibility:hidden'>{}</div>"),
        ("no_size", "<div style='height:0;overflow:hidden'>{}</div>"),
        ("no_size", "<div style='width:1px;height:1px;'>{}</div>"),
        ("no_size", "<marquee height=0 width=5>{}</marquee>"),
        ("no_size", "<marquee scrollamount='10000' width='1'>{}</marquee>"),
        ("text_indent", "<p style='text-indent:-9999px'>{}</p>"),
        ("text_indent", "<p style='text-indent:-999em'>{}</p>"),
        ("off_screen", "<div style='position:absolute;left:-9999px'>{}</div>"),
        ("off_screen", "<div style='position:fixed; top: -1000px'>{}</div>"),
        ("off_screen", "<div style='margin-left:-2000px'>{}</div>"),
        ("transparent", "<div style='opacity:0'>{}</div>"),
        ("transparent", "<div style='filter:alpha(opacity=0)'>{}</div>"),
        ("font_size_zero", "<div style='font-size:0px'>{}</div>"),
        ("clipped", "<div style='position:absolute;clip:rect(0 0 0 0)'>{}</div>"),
        ("clipped", "<div style='clip-path: inset(100%)'>{}</div>"),
        ("scaled_away", "<div style='transform:scale(0)'>{}</div>"),
        ("same_colour", "<div style='color:#FFF;background:#ffffff'>{}</div>"),
        ("hidden_attribute", "<div hidden>{}</div>"),
        ("hidden_attribute", "<div class='x' hidden='hidden'>{}</div>"),
        ("noscript", "<noscript>{}</noscript>"),
        ("written_display_none", "<script>document.write(\"<div style='display:none'>{}</div>\");</script>"),
    ],
)  # fmt: skip
def test_each_technique(technique: str, html: str) -> None:
    part = only(html.format(FARM))
    assert (part.technique, part.hosts, part.foreign_hosts) == (technique, 9, 9)
    assert part.urls[:2] == ("https://www.farm0.example/", "https://www.farm1.example/")
    assert "词0" in part.text
    assert "页脚" not in part.text


@pytest.mark.parametrize(
    "html",
    [
        "<div style='display:block'>{}</div>",
        "<div>{}</div>",
        "<div style='display:none'>" + OWN.replace("wjw.x", "www.x") + "</div>{}",
        "<div style='opacity:0.5'>{}</div>",
        "<div style='opacity:0.05'>{}</div>",
        "<div style='text-indent:-20px'>{}</div>",
        "<div style='left:-20px;position:relative'>{}</div>",
        "<div style='font-size:10px'>{}</div>",
        "<div style='height:0.5em;width:100px'>{}</div>",
        "<div style='height:1px'></div>{}",
        "<div style='overflow:hidden;height:100px'>{}</div>",
        "<div style='color:#fff;background:#000'>{}</div>",
        "<div style='display:none'></div>{}",
        "<input type=hidden value=1>{}",
        "<div class='hidden'>{}</div>",
        "<div aria-hidden='true'>{}</div>",
        "<style>.menu ul{{display:none}} .x:hover{{display:none}}</style><div class=menu><ul class=x>{}</ul></div>",
        "<noscript><img src='https://tongji.example/x.gif'></noscript>{}",
        "<img width=1 height=1 src='https://tongji.example/x.gif'>{}",
        "<title>&#20844;&#24320;</title>{}",
        "<title>A&#160;&#160;&#160;&#160;&#160;&#160;B</title>{}",
        "<meta http-equiv=refresh content='0;url=/index.html'>{}",
        "<meta http-equiv=refresh content='600;url=https://other.example/'>{}",
        "<meta http-equiv=refresh content='0;url=http://www.x.gov.cn/a/'>{}",
    ],
)  # fmt: skip
def test_what_is_shown_or_leads_nowhere_else(html: str) -> None:
    assert hidden_parts(f"<body>{html.format(FARM)}</body>".replace("{", ""), SITE) == ()


def test_links_that_are_never_closed_end_with_the_hidden_box() -> None:
    page = f"<div style='display:none;'>{FARM}</div><div><a href='https://shown.example/'>友情链接</a></div>"
    assert "https://shown.example/" not in only(page).urls


def test_a_box_that_is_never_closed_ends_with_the_body() -> None:
    part = hidden_parts(
        f"<body><p>x</p><div style='display:none'>{FARM}</body><a href='http://late.example'>y</a>", SITE
    )[0]
    assert part.foreign_hosts == 9


def test_one_fact_a_technique_with_government_hosts_told_apart() -> None:
    html = (
        "<li style='display:none'><a href='http://wjw.y.gov.cn/'>甲</a><a href='//a.b.example/x'>乙</a></li><p>z</p>"
        "<li style='display:none'><a href='http://c.b.example/'>丙</a><a href='http://www.x.gov.cn/'>本站</a></li>"
    )
    part = only(html)
    assert (part.hosts, part.foreign_hosts) == (2, 1)
    assert part.urls == ("http://wjw.y.gov.cn/", "//a.b.example/x", "http://c.b.example/")
    assert part.text.split() == ["甲", "乙", "丙", "本站"]


def test_no_more_than_fifty_addresses_and_three_hundred_characters_but_all_hosts() -> None:
    farm = "".join(f"<a href='http://n{number}.example/'>一二三四五六七八九十</a>" for number in range(120))
    part = only(f"<div style='display:none'>{farm}</div>")
    assert (len(part.urls), part.hosts, len(part.text)) == (50, 120, 300)


def test_a_frame_nobody_sees() -> None:
    part = only("<iframe src='https://other.example/x.html' width=0 height=0></iframe>")
    assert (part.technique, part.urls) == ("no_size", ("https://other.example/x.html",))


def test_sent_away_before_one_can_read() -> None:
    part = only("<meta http-equiv='refresh' content='1; url=https://other.example/'>")
    assert (part.technique, part.urls, part.foreign_hosts) == ("refresh_away", ("https://other.example/",), 1)


@pytest.mark.parametrize(
    ("technique", "html"),
    [
        ("encoded_title", "<title>{}</title>"),
        ("encoded_keywords", "<meta name='keywords' content='{}'>"),
        ("encoded_description", '<META NAME="Description" CONTENT="{}">'),
    ],
)
def test_a_title_written_as_numbers(technique: str, html: str) -> None:
    words = "".join(f"&#{ord(letter)};" for letter in "实战彩票网")
    parts = hidden_parts(f"<html><head>{html.format(words)}</head><body></body></html>", SITE, off_site=False)
    assert [(part.technique, part.text, part.hosts) for part in parts] == [(technique, "实战彩票网", 0)]


def test_reading_tells_them(facts: Callable[..., PageFacts], page_case: Callable[[str], str]) -> None:
    page = facts(f"<body><p>首页</p><div style='display:none'>{FARM}</div></body>")
    assert [(part.technique, part.foreign_hosts) for part in page.hidden] == [("display_none", 9)]
    assert facts(f"<body><p>首页</p><!-- <div style='display:none'>{FARM}</div> --></body>").hidden == ()
    assert facts(page_case("kaipuyun_list.html")).hidden == ()


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.x.gov.cn", "x.gov.cn"),
        ("a.b.c.example.com.cn", "example.com.cn"),
        ("sc.gov.cn", "sc.gov.cn"),
        ("10.0.0.1", "10.0.0.1"),
        ("localhost", "localhost"),
        ("www.政府.cn", "政府.cn"),
    ],
)
def test_registrable_domains(host: str, name: str) -> None:
    assert registrable(host) == name


def test_saved_pages(real_sites: Path) -> None:
    """Hijacked homes hide 35 or more foreign domains; no other saved page hides more than a handful."""
    found: dict[str, int] = {}
    for label in labels.saved_pages(real_sites):
        page = Page(label.snapshot, label.body, label.site)
        parts = hidden_parts(page.source, label.site, page.may_lead_away)
        assert parts == hidden_parts(page.source, label.site), label.name
        found[label.name] = max((part.foreign_hosts for part in parts), default=0)
    assert found.pop("dz_index.html") >= 35
    assert found.pop("gxpopss_index.html") >= 35
    assert {name: count for name, count in found.items() if count > 3} == {}


HOSTILE = {
    "styles": "<p style='display:none'>" * 40_000,
    "styles without tags": "style='display:none' " * 50_000,
    "attributes": "<div" + " hidden" * 150_000,
    "sheets": "<style>.a{display:none}" * 40_000 + "<p class=a>" * 10_000,
    "rules": "<style>" + "{" * 500_000 + "}" * 500_000,
    "a name of one letter": "<style>.a{display:none}</style>" + "<a class='a' a a a>" * 50_000,
    "refreshes": "<meta refresh" * 80_000,
    "entities": "<title>" + "&#20844;" * 120_000,
    "flat": "<div width=0 height=0>" * 45_000,
    "links": "<div style='display:none'>" + "<a href='http://x.example/'>" * 40_000,
    "scripts": "<script>" * 50_000 + "<p style='display:none'>" * 20_000,
    "noscripts": "<noscript>" * 100_000,
    "open links": "<p hidden>" + "<a href=" * 140_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sources_take_no_time(name: str) -> None:
    began = time.process_time()
    hidden_parts(HOSTILE[name][:1_200_000], SITE)
    assert time.process_time() - began < 1.0
