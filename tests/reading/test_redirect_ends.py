"""Where redirects end: at a page for missing addresses, at a page that is only numbered 404, at the home page."""

from collections.abc import Callable

import pytest

from model import (
    Attempt,
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    Moment,
    Observation,
    PageFacts,
    Period,
    Purpose,
    Rank,
    Redirect,
    Site,
    Snapshot,
)
from reading import Guide, observe, read

HOME = "http://rsj.example/"
ASKED = f"{HOME}go?id=404"
O = FetchOutcome  # noqa: E741 - keeps the tables below readable
TO_404 = (O.SOFT404, "redirected_to_404")
SEEN = (O.OK, None)
TEXT = "各乡镇人民政府，县政府各部门：为贯彻落实上级关于基层政务公开标准化规范化工作的部署，现将有关事项通知如下。"
ROWS = "".join(
    f"<li><a href='/news/{n}.html'>关于做好第{n}项工作的通知</a><span>2020-11-0{n}</span></li>"
    for n in range(1, 9)
)


def page(title: str, main: str) -> str:
    menu = "<div class='nav'><ul><li><a href='/'>首页</a></li><li><a href='/news/'>新闻</a></li></ul></div>"
    return (
        f"<html><head><title>{title}</title></head><body>{menu}<div class='main'>{main}</div></body></html>"
    )


ARTICLE = page("县政府公报第四百零四期-某县", f"<h1>县政府公报</h1><p>发布时间：2020-11-05</p><p>{TEXT}</p>")


def sent(final: str, url: str = ASKED) -> dict[str, object]:
    return {"final_url": final, "redirects": (Redirect(url=url, status=302),)}


@pytest.mark.parametrize(
    ("name", "final", "body", "told"),
    [
        ("a dated article numbered 404", "content/404.html", ARTICLE, SEEN),
        ("a column numbered 404", "col/404/", page("招标采购-某县", f"<h2>招标采购</h2><ul>{ROWS}</ul>"), SEEN),
        ("a long page numbered 404", "info/404.htm", page("县情-某县", f"<p>{TEXT * 4}</p>"), SEEN),
        ("a file's page numbered 404", "down/404.jsp", page("表格-某县", "<a href='/f/b.doc'>申请表</a>"), SEEN),
        ("a film numbered 404", "vod/404.html", page("视频-某县", "<video src='/v/404.mp4'></video>"), SEEN),
        ("an embedded film numbered 404", "vod/404.html", page("视频-某县", "<embed src='//player.example/404'>"), SEEN),
        ("a drawing numbered 404", "tu/404.html", page("图解-某县", "<img src='/tu/a.jpg'>"), SEEN),
        ("a dated article at the root", "404.html", ARTICLE, SEEN),
        ("a quoting article numbered 404", "content/404.html", page("整改通报-某县", f"<p>发布时间：2020-11-05</p><p>您访问的页面不存在。</p><p>{TEXT * 9}</p>"), SEEN),
        ("words among numbers", "content/404.html", page("提示", "<p>对不起，您访问的页面不存在！</p>"), TO_404),
        ("a title among numbers", "content/404.html", page("404", "<p>返回首页</p>"), TO_404),
        ("nothing among numbers", "content/404.html", page("某县人民政府", ""), TO_404),
        ("at the root, in words of its own", "404.html", page("某县人民政府", "<p>哎呀，小编把它弄丢啦</p><img src='/i/404.png'>"), TO_404),
        ("at the root, with its time", "404.html", page("某县人民政府", "<p>您访问的页面不存在</p><p>2021-01-13 10:00:01</p>"), TO_404),
        ("at the root, explained at length", "404.html", page("提示", f"<p>您访问的页面不存在</p><p>{'请检查网址后重试，或返回首页。' * 40}</p>"), TO_404),
        ("in a folder for errors", "error/404", page("某县人民政府", "<p>返回首页</p>"), TO_404),
        ("in a folder for common parts", "common/404.html", page("某县人民政府", "<p>返回首页</p>"), TO_404),
        ("called not found", "sys/notfound.html", page("某县人民政府", "<p>返回首页</p>"), TO_404),
        ("nothing at the root", "404.html", "<html><body></body></html>" + " " * 40, TO_404),
    ],
)  # fmt: skip
def test_a_page_named_404_is_missing_only_when_it_holds_nothing(
    facts: Callable[..., PageFacts], name: str, final: str, body: str, told: tuple[FetchOutcome, str | None]
) -> None:
    for purpose in (Purpose.COLUMN, Purpose.ARTICLE, Purpose.PROBE):
        seen = facts(body, ASKED, purpose=purpose, sha256="0" * 64, **sent(HOME + final))
        assert (seen.outcome, seen.outcome_reason) == told, name
    abroad = f"http://www.other.cn/{final}"
    seen = facts(body, "http://www.other.cn/go?id=4", purpose=Purpose.PROBE, sha256="0" * 64,
                 **sent(abroad, "http://www.other.cn/go?id=4"))  # fmt: skip
    assert (seen.outcome, seen.outcome_reason) == told, f"{name}, on another site"


@pytest.mark.parametrize(
    ("name", "final", "kind", "outcome"),
    [
        ("an image for all that are missing", "404.png", "image/png", O.SOFT404),
        ("an image that is numbered", "photos/404.png", "image/png", O.OK),
        ("a file that is numbered", "files/404.pdf", "application/pdf", O.OK),
        ("a page", "404.html", "text/html", O.SOFT404),
        ("a page that may be numbered", "content/404.html", "text/html", O.SOFT404),
    ],
)
def test_a_bare_look_at_a_page_named_404_only_raises_a_doubt(
    facts: Callable[..., PageFacts],
    snapshot: Callable[..., Snapshot],
    site: Site,
    moment: Moment,
    name: str,
    final: str,
    kind: str,
    outcome: FetchOutcome,
) -> None:
    told = {"method": "HEAD", "purpose": Purpose.PROBE, "headers": {"content-type": kind}}
    assert facts("", ASKED, **told, **sent(HOME + final)).outcome is outcome
    guide = Guide(site, ColumnDirectory(), moment, Period.model_validate("P1Y"))
    step = guide.step(snapshot(ASKED, **told, **sent(HOME + final)), b"")
    again = [(one.url, one.rank, one.method) for one in step.leads]
    assert again == ([(ASKED, Rank.CONFIRM, "GET")] if outcome is O.SOFT404 else [])


def observed(site: Site, moment: Moment, report: CrawlReport, *looks: tuple[Snapshot, str]) -> Observation:
    pairs = [(one, read(one, body.encode(), site, ColumnDirectory())) for one, body in looks]
    return observe(site, moment, "r", pairs, report, ColumnDirectory())


def attempts(found: Observation, url: str) -> list[Attempt]:
    return [one for link in found.links if link.url == url for one in link.attempts]


def test_a_doubt_counts_only_when_a_look_with_a_body_says_the_same(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport
) -> None:
    file = f"{HOME}f/a.doc"
    home = (snapshot(HOME, purpose=Purpose.HOME), page("某县", f"<a href='{file}'>申请表</a><p>{TEXT}</p>"))

    def look(number: int, final: str, body: str) -> tuple[Snapshot, str]:
        bare = {"method": "HEAD"} if not body else {"sha256": "0" * 64}
        return snapshot(file, number, purpose=Purpose.PROBE, **bare, **sent(HOME + final, file)), body

    gone = page("404", "<p>返回首页</p>")
    for final, body, told in (
        ("404.html", "", [(O.SOFT404, "unread")]),
        ("404.html", gone, [(O.SOFT404, None), (O.SOFT404, None)]),
        ("content/404.html", ARTICLE, [(O.SOFT404, "unread"), (O.OK, None)]),
    ):
        looks = [look(2, final, ""), *([look(3, final, body)] if body else [])]
        made = attempts(observed(site, moment, report, home, *looks), file)
        assert [(one.outcome, one.withdrawn) for one in made] == told


@pytest.mark.parametrize("purpose", [Purpose.COLUMN, Purpose.LIST, Purpose.ARTICLE, Purpose.PROBE])
@pytest.mark.parametrize(
    ("name", "asked", "final", "outcome"),
    [
        ("a deep link", "bad/gonehome.html", "", O.REDIRECTED_HOME),
        ("a folder", "zwgk/", "index.html", O.REDIRECTED_HOME),
        ("a page of a program", "list.jsp?id=3", "", O.REDIRECTED_HOME),
        ("a folder's own index", "zwgk/index.html", "", O.REDIRECTED_HOME),
        ("the file of the home page", "index.html", "", O.OK),
        ("the file of the home page by a program", "default.aspx", "", O.OK),
        ("the file with a query", "index.jsp?a=1", "", O.OK),
        ("a folder for the home page", "home/", "", O.OK),
        ("its name in Chinese letters", "shouye/index.html", "", O.OK),
        ("a query alone", "?from=app", "", O.OK),
        ("English", "en/", "", O.OK),
        ("traditional letters", "big5/index.html", "", O.OK),
        ("for telephones", "wap/", "", O.OK),
        ("to the home page with a query of its own", "zwgk/", "?page=3", O.OK),
        ("to another page", "zwgk/", "zfxxgk/", O.OK),
    ],
)  # fmt: skip
def test_what_is_sent_home_is_no_page_unless_it_is_a_name_of_the_home_page(
    facts: Callable[..., PageFacts],
    purpose: Purpose,
    name: str,
    asked: str,
    final: str,
    outcome: FetchOutcome,
) -> None:
    url = HOME + asked
    seen = facts(
        page("某县", f"<p>{TEXT}</p>"), url, purpose=purpose, sha256="0" * 64, **sent(HOME + final, url)
    )
    assert seen.outcome is outcome, name


@pytest.mark.parametrize(
    ("name", "home", "asked", "final", "outcome"),
    [
        ("without its slash", "http://rsj.example/gov/", "http://rsj.example/gov", "http://rsj.example/gov/", O.OK),
        ("its file", "http://rsj.example/gov/", "http://rsj.example/gov/index.html", "http://rsj.example/gov/", O.OK),
        ("the root", "http://rsj.example/gov/", "http://rsj.example/", "http://rsj.example/gov/", O.OK),
        ("a page beside it", "http://rsj.example/gov/", "http://rsj.example/a/b.html", "http://rsj.example/gov/", O.REDIRECTED_HOME),
        ("a page of a program whose home page has a query", "http://rsj.example/i.php?m=home", "http://rsj.example/a/b.html", "http://rsj.example/i.php?m=list", O.OK),
        ("the home page of such a program", "http://rsj.example/i.php?m=home", "http://rsj.example/a/b.html", "http://rsj.example/i.php?m=home", O.REDIRECTED_HOME),
        ("a column with a host of its own", "http://rsj.example/", "http://rsj.example/zwgk/", "http://zwgk.rsj.example/", O.OK),
    ],
)  # fmt: skip
def test_home_pages_that_do_not_lie_at_the_root(
    snapshot: Callable[..., Snapshot], name: str, home: str, asked: str, final: str, outcome: FetchOutcome
) -> None:
    site = Site(home=home, also=("zwgk.rsj.example",))
    taken = snapshot(asked, purpose=Purpose.COLUMN, **sent(final, asked))
    body = page("某县", f"<p>{TEXT}</p>").encode()
    assert read(taken, body, site, ColumnDirectory()).outcome is outcome, name


def test_a_page_sent_home_is_no_page_no_parent_and_no_empty_column(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport
) -> None:
    """What menus call the home page stays a link that is alive; it is not read a second time."""
    menu = "<div class='nav'><a href='/zhengfu/'>首页</a><a href='/zwgk/'>政务公开</a><a href='/news/'>新闻</a></div>"
    body = f"<html><title>某县</title><body>{menu}<p>{TEXT}</p><a href='/dead.html'>坏链</a></body></html>"
    home = snapshot(HOME, purpose=Purpose.HOME)
    old, old_again, alias = (
        snapshot(url, number, purpose=Purpose.COLUMN, **sent(HOME, url))
        for number, url in enumerate((f"{HOME}zwgk/", f"{HOME}zwgk/", f"{HOME}zhengfu/"), 2)
    )
    dead = snapshot(f"{HOME}dead.html", 9, purpose=Purpose.COLUMN, outcome=O.GONE, status=404)
    looks = [(one, body) for one in (home, old, old_again, alias)]
    found = observed(site, moment, report, *looks, (dead, ""))
    assert [one.outcome for one in attempts(found, f"{HOME}zwgk/")] == [O.REDIRECTED_HOME] * 2
    assert [one.outcome for one in attempts(found, f"{HOME}zhengfu/")] == [O.OK]
    (broken,) = (link for link in found.links if link.url == f"{HOME}dead.html")
    assert [one.url for one in broken.found_on] == [HOME]
    assert [one.url for one in found.pages if one.outcome is O.OK] == [HOME]
    (column,) = (one for one in found.columns if one.key == "/zwgk/")
    assert (column.outcome, column.unread, column.blank) == (O.REDIRECTED_HOME, "redirected_home", None)
