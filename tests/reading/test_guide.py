"""Where a page leads while the crawl is on: verdict-first, each target once."""

from collections.abc import Callable

import pytest

from model import ColumnDirectory, FetchOutcome, Lead, Moment, Period, Purpose, Rank, Site, Snapshot
from reading import Guide

HOME = "http://rsj.example/"
HTML = """<html><head><link rel="stylesheet" href="/a.css"><script src="/a.js"></script></head><body>
<div class="nav"><a href="/">首页</a><a href="/gzdt/">工作动态</a><a href="/zfxxgk/">政府信息公开</a>
<a href="javascript:;">空</a><a href="http://other.gov.cn/">省政府</a></div>
<h3><a href="/tzgg/index.html">通知公告</a></h3>
<ul><li><a href="/tzgg/202012/t20201230_1.html">关于放假的通知</a><i>12-30</i></li></ul>
<p><a href="/tzgg/P020201230.doc">附件</a><a href="{{x}}">模板</a><a href="mailto:a@b.cn">信</a><a href="#">顶</a>
<a href="/tzgg/index.html">再一次</a><img src="/logo.png"><a href="/about/intro.html">关于本网站的一段说明文字而已</a></p></body></html>"""


@pytest.fixture
def guide(site: Site, directory: ColumnDirectory, moment: Moment) -> Callable[..., Guide]:
    return lambda survey=True: Guide(site, directory, moment, Period.model_validate("P1Y"), survey)


@pytest.fixture
def step(snapshot: Callable[..., Snapshot]) -> Callable[..., tuple[Lead, ...]]:
    def made(
        guide: Guide, html: str, url: str = HOME, purpose: Purpose = Purpose.HOME, **fields: object
    ) -> tuple[Lead, ...]:
        return guide.step(snapshot(url, purpose=purpose, **fields), html.encode()).leads

    return made


def brief(leads: tuple[Lead, ...]) -> list[tuple[str, Purpose, Rank, str]]:
    return [
        (lead.url.removeprefix("http://rsj.example"), lead.purpose, lead.rank, lead.method) for lead in leads
    ]


def test_a_home_page_leads_verdict_first(
    guide: Callable[..., Guide], step: Callable[..., tuple[Lead, ...]]
) -> None:
    made = guide()
    assert brief(step(made, HTML)) == [
        ("/gzdt/", Purpose.COLUMN, Rank.COLUMN, "GET"),
        ("/zfxxgk/", Purpose.COLUMN, Rank.DISCLOSURE, "GET"),
        ("/tzgg/index.html", Purpose.LIST, Rank.LIST, "GET"),
        ("/a.css", Purpose.PROBE, Rank.PROBE, "GET"),
        ("/a.js", Purpose.PROBE, Rank.PROBE, "HEAD"),
        ("/tzgg/202012/t20201230_1.html", Purpose.ARTICLE, Rank.SURVEY, "GET"),
        ("/tzgg/P020201230.doc", Purpose.PROBE, Rank.PROBE, "HEAD"),
        ("/logo.png", Purpose.PROBE, Rank.PROBE, "HEAD"),
        ("/about/intro.html", Purpose.COLUMN, Rank.SURVEY, "GET"),
        ("/sitemap.xml", Purpose.PROBE, Rank.PROBE, "GET"),
    ]
    assert step(made, HTML) == ()
    assert made.columns_seen == 3
    assert made.links_seen == 10


def test_leads_say_where_they_were_found(
    guide: Callable[..., Guide], step: Callable[..., tuple[Lead, ...]]
) -> None:
    first = step(guide(), HTML)[0]
    assert (first.found_on, first.column) == (HOME, "/gzdt/")


def test_without_survey_only_what_verdicts_need(
    guide: Callable[..., Guide], step: Callable[..., tuple[Lead, ...]]
) -> None:
    assert {lead.rank for lead in step(guide(False), HTML)} == {Rank.COLUMN, Rank.DISCLOSURE, Rank.LIST}


def rows(*days: str) -> str:
    return "".join(
        f'<li><a href="t20201101_{n}.html">关于工作的通知{n}</a><i>{day}</i></li>'
        for n, day in enumerate(days)
    )


PAGER = '<script>createPageHTML(3, 0, "index", "html")</script>'


@pytest.mark.parametrize(
    ("name", "days", "survey", "rank"),
    [
        ("all inside the period", ("2020-12-01", "2020-06-01"), True, Rank.NEXT),
        ("the oldest just inside", ("2020-12-01", "2020-01-13"), False, Rank.NEXT),
        ("the oldest outside, surveying", ("2020-12-01", "2020-01-12"), True, Rank.SURVEY),
        ("the oldest outside", ("2020-12-01", "2020-01-12"), False, None),
        ("no dates at all", ("", ""), False, Rank.NEXT),
    ],
)
def test_next_pages_only_while_needed(
    guide: Callable[..., Guide],
    step: Callable[..., tuple[Lead, ...]],
    name: str,
    days: tuple[str, ...],
    survey: bool,
    rank: Rank | None,
) -> None:
    html = f"<body><div><ul>{rows(*days)}</ul>{PAGER}</div></body>"
    leads = step(guide(survey), html, "http://rsj.example/tzgg/index.html", Purpose.LIST)
    found = [lead for lead in leads if lead.url.endswith("/tzgg/index_1.html")]
    assert [(lead.rank, lead.purpose, lead.column) for lead in found] == (
        [(rank, Purpose.LIST, "/tzgg/")] if rank else []
    )


def test_undated_lists_need_their_newest_articles(
    guide: Callable[..., Guide], step: Callable[..., tuple[Lead, ...]]
) -> None:
    html = f"<body><div><ul>{rows('', '', '', '', '')}</ul>{PAGER}</div></body>"
    leads = step(guide(False), html, "http://rsj.example/tzgg/", Purpose.LIST)
    articles = [lead.url.rsplit("/", 1)[1] for lead in leads if lead.purpose is Purpose.ARTICLE]
    assert {lead.rank for lead in leads if lead.purpose is Purpose.ARTICLE} == {Rank.ARTICLE}
    assert articles == ["t20201101_0.html", "t20201101_1.html", "t20201101_2.html"]


@pytest.mark.parametrize("purpose", [Purpose.HOME, Purpose.COLUMN, Purpose.LIST])
def test_a_shell_is_rendered_once(
    guide: Callable[..., Guide], snapshot: Callable[..., Snapshot], purpose: Purpose
) -> None:
    shell = b'<body><div id="list"></div><script src="/js/unitbuild.js"></script></body>'
    made = guide(False)
    url = HOME if purpose is Purpose.HOME else "http://rsj.example/tzgg/"
    first = made.step(snapshot(url, purpose=purpose, column="/tzgg/"), shell)
    assert first.outcome is FetchOutcome.NOT_RENDERED
    assert [(lead.url, lead.render, lead.purpose, lead.column) for lead in first.leads] == [
        (url, True, purpose, "/tzgg/")
    ]
    again = made.step(snapshot(url, purpose=purpose), shell)
    assert (again.outcome, again.leads) == (FetchOutcome.NOT_RENDERED, ())
    rendered = f"<body><ul>{rows('2020-12-01', '2020-11-01')}</ul></body>".encode()
    last = made.step(snapshot(url, purpose=purpose, rendered=True), rendered)
    assert last.outcome is FetchOutcome.OK


def test_a_jump_stub_leads_on_with_the_same_purpose(
    guide: Callable[..., Guide], step: Callable[..., tuple[Lead, ...]]
) -> None:
    stub = '<meta http-equiv="Refresh" content="0;URL=./ywyw/">'
    leads = step(guide(), stub, "http://rsj.example/gzdt/", Purpose.COLUMN, rank=Rank.COLUMN, column="/gzdt/")
    assert [(lead.url, lead.purpose, lead.rank, lead.column) for lead in leads] == [
        ("http://rsj.example/gzdt/ywyw/", Purpose.COLUMN, Rank.COLUMN, "/gzdt/")
    ]


def test_a_menu_written_by_script_is_followed(
    guide: Callable[..., Guide], step: Callable[..., tuple[Lead, ...]], page_case: Callable[[str], str]
) -> None:
    leads = step(
        guide(), page_case("trs_empty_list.html"), "http://rsj.example/zwgk/ghjh/index.html", Purpose.LIST
    )
    assert {"http://rsj.example/zwgk/gsgg/", "http://rsj.example/zwgk/zcjd/"} <= {lead.url for lead in leads}


@pytest.mark.parametrize(
    ("method", "outcome", "status", "confirmed"),
    [
        ("GET", FetchOutcome.GONE, 404, True),
        ("HEAD", FetchOutcome.GONE, 404, True),
        ("GET", FetchOutcome.SERVER_ERROR, 503, True),
        ("GET", FetchOutcome.UNREACHABLE, None, True),
        ("HEAD", FetchOutcome.BLOCKED, 405, True),
        ("GET", FetchOutcome.BLOCKED, 412, False),
        ("GET", FetchOutcome.OK, 200, False),
        ("GET", FetchOutcome.SKIPPED_ROBOTS, None, False),
    ],
)
def test_what_seems_dead_is_looked_at_twice(
    guide: Callable[..., Guide],
    snapshot: Callable[..., Snapshot],
    method: str,
    outcome: FetchOutcome,
    status: int | None,
    confirmed: bool,
) -> None:
    made, url = guide(), "http://rsj.example/a/x.doc"
    first = snapshot(
        url, method=method, outcome=outcome, status=status, rank=Rank.PROBE, purpose=Purpose.PROBE
    )
    leads = made.step(first, b"").leads
    assert [(lead.url, lead.method, lead.rank) for lead in leads] == (
        [(url, "GET", Rank.CONFIRM)] if confirmed else []
    )
    second = snapshot(url, outcome=outcome, status=status, rank=Rank.CONFIRM, purpose=Purpose.PROBE)
    assert made.step(second, b"").leads == ()


def test_a_soft_404_is_looked_at_twice(
    guide: Callable[..., Guide], snapshot: Callable[..., Snapshot]
) -> None:
    step = guide().step(
        snapshot("http://rsj.example/a/t20200101_1.html"), "<p>您访问的页面不存在</p>".encode()
    )
    assert step.outcome is FetchOutcome.SOFT404
    assert [lead.rank for lead in step.leads] == [Rank.CONFIRM]


def test_pages_of_other_hosts_lead_nowhere(
    guide: Callable[..., Guide], step: Callable[..., tuple[Lead, ...]]
) -> None:
    assert step(guide(), HTML, HOME + "a/", Purpose.COLUMN, final_url="http://other.gov.cn/a/") == ()
