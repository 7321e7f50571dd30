"""Targets on other sites: what their answers are, and what is told of them as links."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from model import (
    Attempt,
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    HostFacts,
    HostStop,
    LeftOver,
    LinkCheck,
    LinkRelation,
    Moment,
    Observation,
    PageFacts,
    PageKind,
    Purpose,
    Rank,
    Redirect,
    Site,
    Snapshot,
    StopReason,
    TlsFacts,
)
from reading import observe, read
from reading.link_checks import MOST_PARENTS
from tests.reading.conftest import AT

O = FetchOutcome  # noqa: E741 - keeps the tables below readable
U = "http://rsj.example"
URL = "http://www.other.cn/zt/2019/a.html"
ABROAD: dict[str, Any] = {"purpose": Purpose.PROBE, "rank": Rank.EXTERNAL, "sha256": "0" * 64}
SHORT = "<title>某网</title><p>返回首页</p>"
LONG = "<p>" + "本站介绍各地风土人情和历史沿革。" * 150 + "</p>"


@pytest.mark.parametrize(
    ("name", "url", "final", "body", "outcome", "reason"),
    [
        ("a page", URL, URL, f"<title>某网</title>{LONG}", O.OK, None),
        ("a short page", URL, URL, "<title>某网</title><p>联系电话：12345</p>", O.OK, None),
        ("to its home page", URL, "http://www.other.cn/", LONG, O.REDIRECTED_HOME, "/"),
        ("to its home page by file", URL, "https://other.cn/index.shtml", LONG, O.REDIRECTED_HOME, "/index.shtml"),
        ("to the home page of the site it was moved to", URL, "http://www.new.cn/", LONG, O.REDIRECTED_HOME, "/"),
        ("to https", URL, URL.replace("http:", "https:"), LONG, O.OK, None),
        ("to www", "http://other.cn/zt/2019/a.html", URL, LONG, O.OK, None),
        ("a home page to https", "http://www.other.cn/", "https://www.other.cn/", LONG, O.OK, None),
        ("a home page by file to its folder", "http://www.other.cn/index.html", "https://www.other.cn/", LONG, O.OK, None),
        ("an entrance to the home page", "http://www.other.cn/cn/index.html", "https://www.other.cn/", LONG, O.OK, None),
        ("a home page to a folder", "http://www.other.cn/", "https://www.other.cn/zh/", LONG, O.OK, None),
        ("to a home page that takes a number", URL, "http://www.other.cn/?id=3", LONG, O.OK, None),
        ("a short link to a home page", "http://t.cn/A6xyz", "http://www.other.cn/", LONG, O.OK, None),
        ("a wrapper to the home page it names", "http://link.cn/x?target=http%3A%2F%2Fwww.other.cn", "http://www.other.cn/", LONG, O.OK, None),
        ("to a 404 page", URL, "http://www.other.cn/404.html", SHORT, O.SOFT404, "redirected_to_404"),
        ("to a 404 page in a folder", URL, "http://www.other.cn/error/404/index.html", SHORT, O.SOFT404, "redirected_to_404"),
        ("to a page called not found", URL, "http://www.other.cn/PageNotFound.aspx?p=/a", SHORT, O.SOFT404, "redirected_to_404"),
        ("to a page of that number that holds something", URL, "http://www.other.cn/content/404.html", LONG, O.OK, None),
        ("the 404 page itself", "http://www.other.cn/404.html", "https://www.other.cn/404.html", LONG, O.OK, None),
        ("says it is gone", URL, URL, "<title>提示</title><p>您访问的页面不存在或已删除</p>", O.SOFT404, "访问的页面不存在"),
        ("its title says so", URL, URL, "<title>404 Not Found</title><p>返回首页</p>", O.SOFT404, "title"),
        ("a home page says so", "http://www.other.cn/", "http://www.other.cn/", "<title>404 Not Found</title><p>nginx</p>", O.SOFT404, "title"),
        ("the words in a long page", URL, URL, f"<title>某网</title><p>您访问的页面不存在</p>{LONG}", O.OK, None),
        ("the words beside its own articles", URL, URL, "<p>您访问的页面不存在</p><div><a href='/202101/t20210103_123456.html'>新闻</a></div>", O.OK, None),
        ("an article about such pages", URL, URL, "<title>网站提示“页面不存在”怎么办</title><h1>网站提示“页面不存在”怎么办</h1><p>您访问的页面不存在，请检查地址。</p>", O.OK, None),
        ("a challenge", URL, URL, "<script>$_ts=window['$_ts'];$_ts.nsd=1;$_ts.cd='q'</script>", O.BLOCKED, "ruishu"),
        ("a proof is asked", URL, URL, "<title>安全验证</title><script src='/v.js'></script><p>请拖动滑块</p>", O.BLOCKED, "proof"),
        ("a login", URL, URL, "<p>该页面需要先登录，请登录后访问</p>", O.LOGIN, "login_text"),
        ("to a login that wants a password", URL, "http://sso.other.cn/cas/login?service=x", f"<form><input name=u><input type=password></form>{LONG}", O.LOGIN, "redirected_to_login"),
        ("to a login that shows the page", URL, "http://sso.other.cn/cas/login?service=x", LONG, O.OK, None),
        ("a login page itself", "http://www.other.cn/login.html", "https://www.other.cn/login.html", f"<form><input type=password></form>{LONG}", O.OK, None),
        ("to a page with a box to log in", URL, "http://www.other.cn/new/a.html", f"<form><input type=password></form>{LONG}", O.OK, None),
        ("next to nothing", URL, URL, "  ", O.BLOCKED, "tiny_body"),
    ],
)  # fmt: skip
def test_what_an_answer_of_another_site_is(
    facts: Callable[..., PageFacts],
    name: str,
    url: str,
    final: str,
    body: str,
    outcome: FetchOutcome,
    reason: str | None,
) -> None:
    hops = (Redirect(url=url, status=302),) if final != url else ()
    told = facts(body, url, final_url=final, redirects=hops, **ABROAD)
    assert (told.outcome, told.outcome_reason) == (outcome, reason), name
    assert told.links == () and told.main_list is None, "nothing but whether it is there"


def test_a_page_of_which_only_the_beginning_was_taken_is_there(facts: Callable[..., PageFacts]) -> None:
    begun = "<html><head><title>404 Not Found</title><script>" + "var a=1;" * 2000
    words = "<html><head><title>提示</title><body><p>您访问的页面不存在</p><script>" + "var a=1;" * 2000
    for body in (begun, words, "<style>" + "a{}" * 9000):
        told = facts(body, URL, cause="cut_here", **ABROAD)
        assert (told.outcome, told.turned) == (O.OK, None)
    assert facts(words, URL, **ABROAD).outcome is O.SOFT404, "the same, taken whole"


def test_the_same_answers_of_the_site_itself_are_read_as_before(facts: Callable[..., PageFacts]) -> None:
    told = facts("<title>404 Not Found</title><p>x</p>", f"{U}/", purpose=Purpose.HOME)
    assert (told.outcome, told.kind) == (O.OK, PageKind.HOME)
    probed = facts(
        f"<title>某局</title>{LONG}<a href='/a/'>通知</a>", f"{U}/b/", purpose=Purpose.PROBE, sha256="0" * 64
    )
    assert probed.outcome is O.OK and [link.url for link in probed.links] == [f"{U}/a/"]


Fetched = tuple[str, str, dict[str, Any]]


@pytest.fixture
def observed(
    snapshot: Callable[..., Snapshot], directory: ColumnDirectory, moment: Moment
) -> Callable[..., Observation]:
    def made(fetched: Sequence[Fetched], home: str = f"{U}/", **told: Any) -> Observation:
        site = Site(home=home)
        pairs = []
        for number, (url, html, fields) in enumerate(fetched, 1):
            taken = snapshot(url, number, **fields)
            pairs.append((taken, read(taken, html.encode(), site, directory)))
        report = CrawlReport.model_validate(
            {"started_at": AT, "ended_at": AT, "stop": StopReason.FINISHED} | told
        )
        return observe(site, moment, "r", pairs, report, directory)

    return made


def links(observation: Observation) -> dict[str, LinkCheck]:
    return {link.url: link for link in observation.links}


def home(body: str, url: str = f"{U}/") -> Fetched:
    return (url, f"<title>某局</title><body>{body}", {"purpose": Purpose.HOME})


@pytest.mark.parametrize(
    ("site", "url", "relation"),
    [
        ("http://www.gz.gov.cn/", "http://rsj.gz.gov.cn/a.html", LinkRelation.PLATFORM),
        ("http://www.gz.gov.cn/", "http://www.sz.gov.cn/a.html", LinkRelation.EXTERNAL),
        ("http://www.gz.gov.cn/", "http://gz.gov.cn.cn/a.html", LinkRelation.EXTERNAL),
        ("http://www.gz.gov.cn/", "http://www.gz.gov.cn/a.html", LinkRelation.INTERNAL),
        ("http://www.gz.gov.cn:8080/", "https://zwfw.gz.gov.cn/a.html", LinkRelation.PLATFORM),
        ("http://127.0.0.1:8000/", "http://127.0.0.2:8000/a.html", LinkRelation.EXTERNAL),
    ],
)
def test_whose_target_it_is(
    observed: Callable[..., Observation], site: str, url: str, relation: LinkRelation
) -> None:
    made = observed([home(f"<div class='foot'><a href='{url}'>外站</a></div>", site)], site)
    link = links(made)[url]
    assert link.relation is relation
    assert [(one.url, one.anchor, one.home) for one in link.found_on] == [(site, "外站", True)]
    (written,) = made.pages[0].links
    assert written.relation in (LinkRelation.EXTERNAL, LinkRelation.INTERNAL), "told of the target only"


OUT = "<p><a href='http://a.cn/1'>一</a><a href='http://a.cn/2'>二</a><a href='http://b.cn/3'>三</a></p>"


def left(reason: str, count: int, *urls: str) -> LeftOver:
    return LeftOver(rank=Rank.EXTERNAL, reason=reason, count=count, examples=urls)


@pytest.mark.parametrize(
    ("name", "told", "wanted"),
    [
        ("probing was off", {}, ["switched_off"] * 3),
        ("others were asked", {"external_requests": 4}, ["asked_elsewhere"] * 3),
        ("the budget ended", {"left": (left("max_external", 1, "http://a.cn/2"),)}, ["asked_elsewhere", "max_external", "asked_elsewhere"]),
        ("the budget ended long before", {"left": (left("max_external", 40, "http://x.cn/"),)}, ["max_external"] * 3),
        ("its host was given up", {"external_requests": 1, "left": (left("host_stopped", 1, "http://b.cn/3"),)}, ["asked_elsewhere"] * 2 + ["left_over"]),
    ],
)  # fmt: skip
def test_why_a_target_was_not_asked(
    observed: Callable[..., Observation], name: str, told: dict[str, Any], wanted: list[str]
) -> None:
    made = observed([home(OUT)], **told)
    assert [link.not_asked for link in made.links] == wanted, name
    assert [(one.what, one.cause, one.detail) for one in made.coverage.unread] == [
        ("link", "external_not_probed", "3")
    ]
    assert (made.coverage.external_links, made.coverage.external_probed) == (3, 0)


def test_targets_of_others_make_no_crawl_incomplete(observed: Callable[..., Observation]) -> None:
    stop = HostStop(host="a.cn", reason="throttled", after_requests=4)
    for told, whole in (
        ({"left": (left("max_external", 9),), "host_stops": (stop,)}, True),
        ({"left": (left("max_seconds", 9),), "stop": StopReason.MAX_SECONDS}, True),
        ({"left": (left("max_seconds", 9),), "stop": StopReason.INTERRUPTED}, False),
        ({"stop": StopReason.MAX_SECONDS}, False),
        ({"left": (LeftOver(rank=Rank.SURVEY, reason="max_pages", count=1),)}, False),
        ({"host_stops": (HostStop(host="rsj.example", reason="throttled", after_requests=4),)}, False),
    ):
        assert observed([home(OUT)], **told).coverage.complete is whole, told


def test_what_was_seen_of_a_target_of_others(observed: Callable[..., Observation]) -> None:
    at = AT
    tls = TlsFacts(fault="expired")
    body = (
        "<a href='http://gone.cn/a/b.html'>甲</a><a href='http://bet.cn/'>乙</a><a href='https://old.cn:8443/x'>丙</a>"
        "<a href='http://wall.cn/'>丁</a><link rel='stylesheet' href='/s.css'>"
    )
    made = observed(
        [
            home(body),
            ("http://gone.cn/a/b.html", LONG, {**ABROAD, "final_url": "http://gone.cn/", "redirects": (Redirect(url="http://gone.cn/a/b.html", status=302),), "attempts": (Attempt(at=at, method="GET", outcome=O.OK, status=200),)}),
            ("http://bet.cn/", "<title>澳门威尼斯人-百家乐-真人娱乐</title>", ABROAD),
            ("https://old.cn:8443/x", "", {**ABROAD, "outcome": O.TLS, "cause": "certificate", "status": None}),
            ("http://wall.cn/", "<h1>403</h1>", {**ABROAD, "outcome": O.BLOCKED, "cause": "status_403", "status": 403}),
        ],
        external_requests=4,
        hosts=(HostFacts(host="old.cn:8443", asked_at=at, tls=tls), HostFacts(host="bet.cn", asked_at=at, tls=TlsFacts())),
    )  # fmt: skip
    told = links(made)
    (sent,) = told["http://gone.cn/a/b.html"].attempts
    assert (sent.outcome, sent.cause, sent.sha256, sent.snapshot_id) == (
        O.REDIRECTED_HOME,
        "/",
        "0" * 64,
        "r/2",
    )
    (bet,) = told["http://bet.cn/"].attempts
    assert bet.turned is not None and bet.turned.kind == "gambling" and bet.outcome is O.OK
    assert told["https://old.cn:8443/x"].tls == tls and told["http://bet.cn/"].tls is None
    assert told[f"{U}/s.css"].relation is LinkRelation.STYLE
    assert [page.url for page in made.pages] == [f"{U}/"], "pages of others are no pages of the site"
    assert [(one.what, one.url, one.cause) for one in made.coverage.unread] == [
        ("link", "http://wall.cn/", "blocked"),
        ("link", "https://old.cn:8443/x", "tls"),
    ]
    assert (made.coverage.external_links, made.coverage.external_probed) == (4, 4)


def test_a_look_by_a_browser_says_so(observed: Callable[..., Observation]) -> None:
    page = (f"{U}/a/", "<title>某页</title><p>正文</p>", {"sha256": "1" * 64})
    drawn = (f"{U}/a/", "<title>某页</title><p>正文</p>", {"sha256": "2" * 64, "rendered": True})
    (link,) = observed([home("<a href='/a/'>甲</a>"), page, drawn]).links
    assert [(one.rendered, one.sha256) for one in link.attempts] == [(False, "1" * 64), (True, "2" * 64)]


def test_parents_of_what_is_there_are_capped_and_of_what_is_not_all_kept(
    observed: Callable[..., Observation],
) -> None:
    foot = "<div class='foot'><a href='/there.html'>在</a><a href='/gone.html'>不在</a><a href='http://x.cn/'>外</a></div>"
    count = MOST_PARENTS + 50
    pages = [(f"{U}/p/{number:03}.html", f"<title>第{number}页</title>{foot}", {}) for number in range(count)]
    gone = (f"{U}/gone.html", "", {"outcome": O.GONE, "status": 404})
    told = links(
        observed([home(""), *pages, home(foot, f"{U}/index.html"), (f"{U}/there.html", LONG, {}), gone])
    )
    assert len(told[f"{U}/gone.html"].found_on) == len(told["http://x.cn/"].found_on) == count + 1
    kept = told[f"{U}/there.html"]
    assert len(kept.found_on) == MOST_PARENTS + 1 and kept.on_home, "the home page is never left out"


def test_a_target_of_a_form_alone_proves_only_that_it_is_not_there(
    observed: Callable[..., Observation],
) -> None:
    form = "<form action='{}'><input name='q'><input name='r'></form>"
    names = ("s1", "s2", "s3")
    body = "".join(form.format(f"/{name}.do") for name in names) + "<a href='/s3.do'>搜索</a>"
    fields = {"purpose": Purpose.PROBE, "rank": Rank.PROBE, "sha256": "0" * 64}
    failed = {**fields, "outcome": O.SERVER_ERROR, "status": 500, "cause": "status_500"}
    gone = {**fields, "outcome": O.GONE, "status": 404, "cause": "status_404"}
    told = links(
        observed(
            [home(body), (f"{U}/s1.do", "", failed), (f"{U}/s2.do", "", gone), (f"{U}/s3.do", "", failed)]
        )
    )
    if f"{U}/s1.do" not in told:
        pytest.skip("targets of forms are not read as links")
    assert [told[f"{U}/{name}.do"].attempts[0].withdrawn for name in names] == ["no_values", None, None]


def test_a_probe_of_a_page_that_is_also_read_takes_nothing_away(observed: Callable[..., Observation]) -> None:
    page = (f"{U}/a/", "<title>某页</title><div><a href='/b/'>乙</a></div>", {})
    probe = (f"{U}/a/", "<title>某页</title>", {"purpose": Purpose.PROBE, "sha256": "0" * 64})
    for order in ([page, probe], [probe, page]):
        told = links(observed([home("<a href='/a/'>甲</a>"), *order]))
        assert [one.url for one in told[f"{U}/b/"].found_on] == [f"{U}/a/"]
        assert len(told[f"{U}/a/"].attempts) == 2
