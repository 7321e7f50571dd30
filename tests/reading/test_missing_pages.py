"""Pages that are the host's answer for addresses that cannot exist, told by asking for such addresses."""

from collections.abc import Callable

import pytest

from model import (
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    LinkCheck,
    MissingSignature,
    Moment,
    Observation,
    PageFacts,
    Period,
    Purpose,
    Rank,
    Redirect,
    Site,
    SiteProfile,
    Snapshot,
    TextPrint,
)
from reading import Guide, observe, read
from reading.missing_pages import is_home_look, look_of
from reading.siblings import Siblings, made_up
from reading.text_print import alike, distance, text_print
from tests.reading.conftest import AT

HOME = "http://rsj.example/"
O = FetchOutcome  # noqa: E741 - keeps the tables below readable
TITLE = "<title>某县人力资源和社会保障局</title>"
NAV = "<div class='nav'><a href='/'>首页</a><a href='/gzdt/'>工作动态</a><a href='/lxwm/'>联系我们</a></div>"
GONE = "{path} 上面空空如也，去别处看看吧。编号 {number}，时间 2021-01-13 10:0{number}"
HOME_TEXT = (
    "本局负责全县就业、社会保险、人才和劳动关系工作，办公地点在县城东街，欢迎各位群众来访来电咨询办理业务。"
    * 3
)


def page(main: str, title: str = TITLE) -> str:
    return f"<html><head>{title}</head><body>{NAV}<div class='main'>{main}</div></body></html>"


def gone(path: str, number: int = 1) -> str:
    return page(f"<p>{GONE.format(path=path, number=number)}</p>")


class Crawl:
    """Snapshots in order of fetching, and what becomes of them."""

    def __init__(
        self, snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport
    ) -> None:
        self._snapshot, self.site, self._moment, self._report = snapshot, site, moment, report
        self.pairs: list[tuple[Snapshot, PageFacts]] = []

    def fetch(
        self, path: str, body: str | bytes, purpose: Purpose = Purpose.COLUMN, **fields: object
    ) -> None:
        taken = self._snapshot(HOME + path.lstrip("/"), len(self.pairs) + 1, purpose=purpose, **fields)
        raw = body.encode() if isinstance(body, str) else body
        self.pairs.append((taken, read(taken, raw, self.site, ColumnDirectory())))

    def observed(self) -> Observation:
        return observe(self.site, self._moment, "r", self.pairs, self._report, ColumnDirectory())

    def linked(self) -> tuple[LinkCheck, ...]:
        """Links of a home page that leads to every page that was fetched."""
        where = "".join(f"<a href='{pair[0].url}'>一页</a>" for pair in self.pairs)
        self.fetch("/", page(f"<p>{HOME_TEXT}</p>{where}"), Purpose.HOME)
        return self.observed().links

    def outcomes(self) -> dict[str, tuple[FetchOutcome, str | None]]:
        pages = self.observed().pages
        return {one.url.removeprefix(HOME): (one.outcome, one.outcome_reason) for one in pages}


@pytest.fixture
def crawl(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport
) -> Callable[..., Crawl]:
    return lambda profile=None: Crawl(snapshot, site.model_copy(update={"profile": profile}), moment, report)


def started(crawl: Callable[..., Crawl], answer: str, folder: str = "/", **fields: object) -> Crawl:
    made = crawl()
    made.fetch("/", page(f"<p>{HOME_TEXT}</p>"), Purpose.HOME)
    made.fetch(f"{folder}0123456789abcdef.html", answer, Purpose.SIBLING, **fields)
    return made


SIGNED = (O.SOFT404, "signature")
SEEN = (O.OK, None)


@pytest.mark.parametrize(
    ("name", "path", "body", "told"),
    [
        ("the same words for another address and time", "gzdt/a.html", gone("/gzdt/a.html", 7), SIGNED),
        ("its own words under the same title", "lxwm/", page("<p>本局在县城东街一号院内三楼办公，周一至周五上班。</p>"), SEEN),
        ("the same words under a title of its own", "b/", gone("/b/").replace("某县人力", "公告 某县人力"), SEEN),
        ("the same words and a date", "c/", page(f"<p>{GONE.format(path='', number=1)}</p><p>发布时间：2021-01-03</p>"), SEEN),
        ("the same words and rows", "d/", page(f"<p>{GONE.format(path='', number=1)}</p><ul><li><a href='/a/1.html'>关于工作的通知一</a><i>2021-01-03</i></li><li><a href='/a/2.html'>关于工作的通知二</a><i>2021-01-02</i></li></ul>"), SEEN),
        ("an empty page", "e/", page(""), SEEN),
    ],
)  # fmt: skip
def test_a_page_is_missing_when_it_is_the_answer_for_made_up_addresses(
    crawl: Callable[..., Crawl], name: str, path: str, body: str, told: tuple[FetchOutcome, str | None]
) -> None:
    made = started(crawl, gone("/0123456789abcdef.html"))
    made.fetch(path, body)
    assert made.outcomes()[path] == told


def test_words_of_a_missing_page_are_doubted_where_missing_pages_are_answered_honestly(
    crawl: Callable[..., Crawl],
) -> None:
    says = "<title>提示</title><p>抱歉，您要查看的文章已被删除！</p>"
    for status, outcome, told in ((404, O.GONE, "only_words"), (200, O.OK, "查看的文章已被删除")):
        made = started(crawl, "<p>Not Found</p>", outcome=outcome, status=status)
        made.fetch("gzdt/a.html", says)
        made.fetch("gzdt/b.html", "<title>404</title><p>返回首页</p>")
        assert made.outcomes()["gzdt/a.html"] == (O.SOFT404, told)
        assert made.outcomes()["gzdt/b.html"] == (O.SOFT404, "title")


def test_the_home_page_is_never_missing(crawl: Callable[..., Crawl]) -> None:
    made = crawl()
    made.fetch("/", gone("/"), Purpose.HOME)
    made.fetch("/0123456789abcdef.html", gone("/0"), Purpose.SIBLING)
    assert made.outcomes()[""] == SEEN


def test_made_up_addresses_are_nobodys_pages(crawl: Callable[..., Crawl]) -> None:
    made = started(crawl, gone("/0123456789abcdef.html"))
    told = made.observed()
    assert [one.url for one in told.pages] == [HOME]
    assert told.coverage.fetched == told.coverage.wanted == 1
    assert "0123456789abcdef" not in told.model_dump_json(exclude={"profile"})


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("a busy notice", "<p>系统繁忙，请稍后再试，给您带来不便敬请谅解</p>"),
        ("a wall", "<p>请完成安全验证后继续访问本站的内容</p>"),
        ("a login", "<p>请输入用户名和密码登录后查看</p>"),
        ("a list", "<ul><li><a href='/a/t20210103_1.html'>关于放假的通知</a><i>2021-01-03</i></li><li><a href='/a/t20210102_1.html'>关于上班的通知</a><i>2021-01-02</i></li></ul>"),
        ("a shell", "<div id='app'></div><p>页面正在加载中</p><script>axios.get('/api/x')</script>"),
        ("a long page", "<p>" + "本页介绍全县概况，山川秀丽，物产丰饶。" * 30 + "</p>"),
        ("nothing", ""),
        ("nothing but what stands on the home page too", "<p>制作维护：县信息中心</p><p>地址：县城东街</p>"),
    ],
)  # fmt: skip
def test_what_is_shown_for_everything_is_no_sign_of_a_missing_page(
    crawl: Callable[..., Crawl], name: str, answer: str
) -> None:
    made = crawl()
    made.fetch("/", page(f"<p>{HOME_TEXT}</p><p>制作维护：县信息中心</p><p>地址：县城东街</p>"), Purpose.HOME)
    made.fetch("/0123456789abcdef.html", page(answer), Purpose.SIBLING)
    made.fetch("gzdt/", page(answer))
    assert made.outcomes()["gzdt/"][0] in (O.OK, O.NOT_RENDERED), name
    profile = made.observed().profile
    assert profile is not None and all(one.text is None for one in profile.missing)


@pytest.mark.parametrize(
    ("folder", "path", "told"),
    [
        ("/", "gzdt/tzgg/a.html", SIGNED),  # the folder above speaks for it
        ("/gzdt/", "gzdt/tzgg/a.html", SIGNED),
        ("/gzdt/", "zwgk/a.html", SIGNED),  # nothing above it was asked, and all that is known agrees
    ],
)
def test_the_nearest_folder_that_was_asked_decides(
    crawl: Callable[..., Crawl], folder: str, path: str, told: tuple[FetchOutcome, str | None]
) -> None:
    made = started(crawl, gone("/x"), folder)
    made.fetch(path, gone(path, 3))
    assert made.outcomes()[path] == told
    made.fetch("/gzdt/tzgg/0123456789abcdef.html", "Not Found", Purpose.SIBLING, outcome=O.GONE, status=404)
    expected = SEEN if path.startswith("gzdt/tzgg/") else told if folder == "/" else SEEN
    assert made.outcomes()[path] == expected, "an honest folder has no such pages"


def test_where_everything_is_suddenly_one_answer_nobody_is_accused(crawl: Callable[..., Crawl]) -> None:
    """A wall that comes up in the middle of a crawl: what it shows is learned as if it were the host's 404 page."""
    made = started(crawl, gone("/x"))
    for number in range(20):
        made.fetch(f"zw/{number}.html", gone("/y", number % 10))
    assert {made.outcomes()[f"zw/{number}.html"] for number in range(20)} == {
        (O.BLOCKED, "one_answer_for_all")
    }
    for number in range(20):
        made.fetch(f"gk/{number}.html", page(f"<p>第{'一二三四五六七八九十'[number % 10]}号宣传栏的介绍</p>"))
    assert {made.outcomes()[f"zw/{number}.html"] for number in range(20)} == {SIGNED}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("the asked address", "您要的 http://rsj.example{path} 上面空空如也，去别处看看吧"),
        ("the name alone", "{name} 上面空空如也，去别处看看吧"),
        ("the time", "{time} 这里上面空空如也，去别处看看吧"),
        ("a random mark", "这里上面空空如也，去别处看看吧（编号 {mark}）"),
    ],
)
def test_what_varies_in_the_answer_for_missing_pages(
    crawl: Callable[..., Crawl], name: str, said: str
) -> None:
    def answer(path: str, number: int) -> str:
        stem = path.rpartition("/")[2].partition(".")[0]
        time, mark = f"2021-01-13 10:0{number}:59", f"{number * 7919:x}-{number}c0ffee"
        return page(f"<p>{said.format(path=path, name=stem, time=time, mark=mark)}</p>")

    made = started(crawl, answer("/gzdt/0123456789abcdef.html", 1), "/gzdt/")
    for number, path in enumerate(("gzdt/t20200101_33.html", "gzdt/introduction.html", "gzdt/1.jsp"), 2):
        made.fetch(path, answer(f"/{path}", number), Purpose.ARTICLE)
    made.fetch("gzdt/a.html", page("<p>本局在县城东街一号院内办公。</p>"), Purpose.ARTICLE)
    told = made.outcomes()
    assert [
        told.pop(path) for path in ("gzdt/t20200101_33.html", "gzdt/introduction.html", "gzdt/1.jsp")
    ] == [SIGNED] * 3
    assert told["gzdt/a.html"] == SEEN


def sent(path: str, to: str) -> dict[str, object]:
    return {"final_url": HOME + to, "redirects": (Redirect(url=HOME + path, status=302),)}


def test_a_host_that_sends_every_missing_page_to_one_of_its_own(crawl: Callable[..., Crawl]) -> None:
    tips = "<p>{} 去别处看看吧，今天是{}，本站已为您服务{}次</p>"
    made = started(
        crawl,
        page(tips.format("空空如也", "星期一", "三十二")),
        "/gzdt/",
        **sent("gzdt/0123456789abcdef.html", "tips.html"),
    )
    other = page(tips.format("什么也没有，看看本月新的通知公告和办事指南", "腊月二十三小年夜", "五百一十八"))
    made.fetch("gzdt/b.html", other, Purpose.ARTICLE, **sent("gzdt/b.html", "tips.html"))
    made.fetch("gzdt/c.html", other, Purpose.ARTICLE, **sent("gzdt/c.html", "gzdt/d.html"))
    made.fetch("tips.html", other)
    made.fetch("gzdt/e.html", page("<p>返回首页</p>"), Purpose.ARTICLE, **sent("gzdt/e.html", "404.html"))
    told = made.outcomes()
    assert told["gzdt/b.html"] == SIGNED
    assert told["gzdt/c.html"] == SEEN, "sent on to a page of its own"
    assert told["tips.html"] == SEEN, "the page of missing addresses is there itself"
    assert told["gzdt/e.html"] == (O.SOFT404, "redirected_to_404")


@pytest.mark.parametrize("purpose", [Purpose.ARTICLE, Purpose.COLUMN])
@pytest.mark.parametrize(
    ("folder", "reason"), [("/zwfw/", "home_habit"), ("/gzdt/", None)], ids=["known", "of another folder"]
)
def test_a_host_that_sends_every_missing_page_home(
    crawl: Callable[..., Crawl], purpose: Purpose, folder: str, reason: str | None
) -> None:
    made = started(crawl, HOMELIKE, folder, **sent(f"{folder[1:]}0123456789abcdef.html", ""))
    made.fetch("zwfw/t20200101_33.html", HOMELIKE, purpose, **sent("zwfw/t20200101_33.html", ""))
    made.fetch("zwfw/index.html", HOMELIKE, purpose, **sent("zwfw/index.html", "zwfw/"))
    made.fetch("index.html", HOMELIKE, purpose, **sent("index.html", ""))
    told = made.outcomes()
    assert told["zwfw/t20200101_33.html"] == (O.REDIRECTED_HOME, reason or "/")
    assert told["index.html"] == SEEN
    (link,) = [one for one in made.linked() if one.url.endswith("_33.html")]
    assert [one.cause for one in link.attempts] == [reason or "/"]


HOMELIKE = page(f"<p>{HOME_TEXT}</p>")


@pytest.mark.parametrize(
    ("name", "answer", "path", "told"),
    [
        ("nothing asked", None, "plus/stat.php", (O.REDIRECTED_HOME, "home_served")),
        ("the made-up address got the home page too", HOMELIKE, "plus/stat.php", (O.REDIRECTED_HOME, "home_served")),
        ("made-up addresses are told apart", gone("/x"), "plus/stat.php", SEEN),
        ("its other name", None, "index.html", SEEN),
        ("its other name in a folder", None, "sy/index.html", SEEN),
        ("a page that is not the home page", None, "lxwm/", SEEN),
    ],
)  # fmt: skip
def test_the_home_page_under_another_address(
    crawl: Callable[..., Crawl],
    name: str,
    answer: str | None,
    path: str,
    told: tuple[FetchOutcome, str | None],
) -> None:
    made = crawl()
    made.fetch("/", HOMELIKE, Purpose.HOME)
    if answer is not None:
        made.fetch("/0123456789abcdef.html", answer, Purpose.SIBLING)
    made.fetch(path, page("<p>本局在县城东街一号院内三楼办公。</p>") if path == "lxwm/" else HOMELIKE)
    assert made.outcomes()[path] == told
    profile = made.observed().profile
    sends = {HOMELIKE: True, None: None}.get(answer, False)
    assert profile is not None and profile.sends_home is sends


def test_an_address_that_menus_call_the_home_page_is_one(crawl: Callable[..., Crawl]) -> None:
    made = crawl()
    home = HOMELIKE.replace("href='/'", "href='/zhengfu/'")
    made.fetch("/", home, Purpose.HOME)
    made.fetch("zhengfu/", home)
    assert made.outcomes()["zhengfu/"] == SEEN


@pytest.mark.real_sites
def test_a_real_home_page_that_was_served_for_a_script(
    crawl: Callable[..., Crawl], real_sites: object
) -> None:
    body = (real_sites / "pages" / "yc_home_served_for_stat_php.html").read_bytes()  # type: ignore[operator]
    made = crawl()
    made.fetch("/", body, Purpose.HOME)
    made.fetch(
        "plus/stat.php", body.replace(b"</body>", "<p>今日访问 1024 次</p></body>".encode()), Purpose.ARTICLE
    )
    assert made.outcomes()["plus/stat.php"] == (O.REDIRECTED_HOME, "home_served")


@pytest.mark.real_sites
def test_no_two_real_pages_look_like_one_another(facts: Callable[..., PageFacts], real_sites: object) -> None:
    """Of 97 saved pages two pairs are copies of one page; no other two are taken for one."""
    looks = []
    for path in sorted((real_sites / "pages").glob("*.html")):  # type: ignore[operator]
        looks.append((path.name, look_of(facts(path.read_bytes(), f"http://rsj.example/{path.name}"))))
    same = [
        (one, other)
        for at, (one, look) in enumerate(looks)
        for other, likewise in looks[at + 1 :]
        if is_home_look(look, likewise)
    ]
    assert same == []


# the crawl


@pytest.fixture
def guide(site: Site, directory: ColumnDirectory, moment: Moment) -> Callable[..., Guide]:
    def made(profile: SiteProfile | None = None) -> Guide:
        known = site.model_copy(update={"profile": profile})
        return Guide(known, directory, moment, Period.model_validate("P1Y"))

    return made


def asked(leads: tuple[object, ...]) -> list[str]:
    return [one.url.removeprefix(HOME) for one in leads if one.purpose is Purpose.SIBLING]  # type: ignore[attr-defined]


def test_the_crawl_asks_for_neighbours_and_looks_twice_at_what_they_give_away(
    guide: Callable[..., Guide], snapshot: Callable[..., Snapshot]
) -> None:
    made = guide()
    home = made.step(snapshot(HOME, purpose=Purpose.HOME), HOMELIKE.encode())
    assert asked(home.leads) == []
    early = made.step(snapshot(f"{HOME}gzdt/", 2, purpose=Purpose.COLUMN), gone("/gzdt/").encode())
    assert early.outcome is O.OK
    (address,) = asked(early.leads)
    answer = made.step(snapshot(HOME + address, 3, purpose=Purpose.SIBLING), gone(address).encode())
    assert [(one.url, one.rank) for one in answer.leads] == [(f"{HOME}gzdt/", Rank.CONFIRM)], (
        "believed too early"
    )
    late = made.step(snapshot(f"{HOME}zwgk/", 4, purpose=Purpose.COLUMN), gone("/zwgk/", 5).encode())
    assert late.outcome is O.SOFT404
    assert [(one.url, one.rank) for one in late.leads] == [(f"{HOME}zwgk/", Rank.CONFIRM)]
    again = made.step(
        snapshot(f"{HOME}gzdt/", 5, purpose=Purpose.COLUMN, rank=Rank.CONFIRM), gone("/", 6).encode()
    )
    assert (again.outcome, again.leads) == (O.SOFT404, ())


def test_a_page_that_may_be_no_page_has_its_very_folder_asked_about(
    guide: Callable[..., Guide], snapshot: Callable[..., Snapshot]
) -> None:
    made = guide()
    made.step(snapshot(HOME, purpose=Purpose.HOME), HOMELIKE.encode())
    rows = "".join(
        f"<li><a href='/a/t2020110{n}_{n}.html'>关于工作的通知{n}</a><i>2020-11-0{n}</i></li>"
        for n in range(1, 6)
    )
    pages = {
        "full/a.html": page(f"<p>{HOME_TEXT * 4}</p>"),
        "dated/a.html": page("<p>本局迁至县城东街办公。</p><p>发布时间：2021-01-03</p>"),
        "list/": page(f"<ul>{rows}</ul>"),
        "odd/a.html": gone("/odd/a.html"),
        "odd/b.html": gone("/odd/b.html"),
        "odd/inner/a.html": gone("/odd/inner/a.html"),
    }
    found: dict[str, list[str]] = {}
    for number in range(9):  # what is asked in turn is asked first
        made.step(
            snapshot(f"{HOME}p{number}/", number + 2, purpose=Purpose.COLUMN), pages["full/a.html"].encode()
        )
    for number, (path, body) in enumerate(pages.items(), 20):
        step = made.step(snapshot(HOME + path, number, purpose=Purpose.ARTICLE), body.encode())
        found[path] = [one.rpartition("/")[0] for one in asked(step.leads)]
    assert [path for path, folders in found.items() if path.rpartition("/")[0] in folders] == [
        "odd/a.html",
        "odd/inner/a.html",
    ]
    many = [
        asked(
            made.step(snapshot(f"{HOME}m{n}/a.html", n, purpose=Purpose.ARTICLE), gone("/m").encode()).leads
        )
        for n in range(40, 80)
    ]
    assert sum(map(len, many)) <= 18, "few of any host"


def test_a_stub_that_sends_home_as_every_missing_page_does(
    guide: Callable[..., Guide], snapshot: Callable[..., Snapshot], crawl: Callable[..., Crawl]
) -> None:
    stub = b"<script type='text/javascript'>window.location.href='/';</script>"
    made = guide()
    made.step(snapshot(HOME, purpose=Purpose.HOME), HOMELIKE.encode())
    first = made.step(snapshot(f"{HOME}zwfw/s1.html", 2, purpose=Purpose.COLUMN), stub)
    assert first.outcome is O.OK
    (address,) = asked(first.leads)
    answer = made.step(
        snapshot(HOME + address, 3, purpose=Purpose.SIBLING, **sent(address, "")), HOMELIKE.encode()
    )
    assert [(one.url, one.rank) for one in answer.leads] == [(f"{HOME}zwfw/s1.html", Rank.CONFIRM)]
    second = made.step(snapshot(f"{HOME}zwfw/s2.html", 4, purpose=Purpose.COLUMN), stub)
    assert second.outcome is O.REDIRECTED_HOME
    assert [(one.url, one.rank) for one in second.leads] == [(f"{HOME}zwfw/s2.html", Rank.CONFIRM)]

    read_again = crawl()
    read_again.fetch("/", HOMELIKE, Purpose.HOME)
    read_again.fetch(address, HOMELIKE, Purpose.SIBLING, **sent(address, ""))
    read_again.fetch("zwfw/s1.html", stub)
    read_again.fetch("gzdt/s1.html", stub)
    read_again.fetch("index.html", stub)
    told = read_again.outcomes()
    assert told["zwfw/s1.html"] == (O.REDIRECTED_HOME, "home_habit")
    assert told["gzdt/s1.html"] == told["index.html"] == SEEN


def test_the_answer_to_a_made_up_address_leads_nowhere(
    guide: Callable[..., Guide], snapshot: Callable[..., Snapshot]
) -> None:
    made = guide()
    dead = snapshot(f"{HOME}x.html", purpose=Purpose.SIBLING, outcome=O.GONE, status=404)
    assert made.step(dead, b"<a href='/gzdt/'>x</a>").leads == ()
    there = snapshot(f"{HOME}y.html", 2, purpose=Purpose.SIBLING)
    assert made.step(there, HOMELIKE.encode()).leads == ()


def test_the_first_lists_are_rendered_to_compare_when_it_is_asked(
    site: Site, directory: ColumnDirectory, moment: Moment, snapshot: Callable[..., Snapshot]
) -> None:
    rows = "".join(
        f"<li><a href='t2020110{n}_{n}.html'>关于工作的通知{n}</a><i>2020-11-0{n}</i></li>"
        for n in range(1, 6)
    )

    def rendered(sample: int) -> list[str]:
        made = Guide(site, directory, moment, Period.model_validate("P1Y"), True, sample)
        leads = [
            lead
            for folder in ("a", "b", "c")
            for lead in made.step(
                snapshot(f"{HOME}{folder}/"), f"<body><ul>{rows}</ul></body>".encode()
            ).leads
        ]
        return [lead.url.removeprefix(HOME) for lead in leads if lead.render]

    assert rendered(2) == ["a/", "b/"]
    assert rendered(0) == []


def test_eight_folders_at_most_and_none_that_was_asked_this_month(site: Site) -> None:
    siblings = Siblings(site)
    for n in range(40):
        for _ in range(n):
            siblings.linked(f"{HOME}c{n:02}/x.html")
    leads = [siblings.seen(f"{HOME}c{n:02}/", AT) for n in range(40)]
    found = [lead.url for lead in leads if lead is not None]
    folders = [url.removeprefix(HOME).partition("/")[0] for url in found]
    assert len(folders) == len(set(folders)) == 8
    assert folders[:3] == ["c00", "c03", "c06"], "of those seen so far the most linked"
    assert found == [made_up(f"{HOME}{folder}/") for folder in folders]

    def known(days: int) -> SiteProfile:
        at = AT.replace(year=2020, month=12, day=31 - days) if days else AT
        return SiteProfile(
            host="rsj.example", missing=(MissingSignature(folder="/a/", outcome=O.GONE, learned_at=at),)
        )

    for days, asks in ((0, False), (5, False), (30, True)):
        lead = Siblings(site.model_copy(update={"profile": known(days)})).seen(f"{HOME}a/", AT)
        assert (lead is not None) is asks, days


@pytest.mark.parametrize(
    ("neighbour", "begins", "suffix"),
    [
        ("http://h/a/t1.shtml", "http://h/a/", ".shtml"),
        ("http://h/a/", "http://h/a/", ".html"),
        ("http://h/a/list.jsp?id=3", "http://h/a/", ".jsp"),
        ("http://h/a/file.pdf", "http://h/a/", ".html"),
        ("http://h", "http://h/", ".html"),
    ],
)
def test_a_made_up_address_is_always_the_same(neighbour: str, begins: str, suffix: str) -> None:
    address = made_up(neighbour)
    assert address == made_up(neighbour) != made_up(neighbour.replace("http://h", "http://i"))
    assert address.startswith(begins) and address.endswith(suffix) and "?" not in address
    assert len(address) == len(begins) + 16 + len(suffix)


def test_prints_see_words_not_numbers_and_addresses() -> None:
    one = text_print("您访问的 /a/b.html 上面空空如也 2021-01-03 10:00")
    assert one == text_print("您访问的 /zw/gk/c.jsp?x=1 上面空空如也 2026-11-22 09:12") and one.length == 10
    other = text_print("县城东街一号院内三楼办公")
    assert distance(one, other) > 15 and not alike(one, other)
    assert text_print("") == TextPrint(length=0, simhash="0" * 16)
    long = "关于印发全县人力资源和社会保障工作要点的通知各乡镇人民政府" * 60
    assert alike(text_print(long), text_print(long + "另"))
    assert not alike(text_print(long), text_print(long + long)), "twice as long"
    text_print("a" * 100_000 + "\ud800" + "/" * 100_000)


# what a page shows beside its text


FRAMED = (O.NOT_RENDERED, "iframe")
PLAYER = "<h1>视频新闻</h1>{}<p>点播</p>"


@pytest.mark.parametrize(
    ("name", "answer", "shown", "told"),
    [
        ("a film", "", "<video src='/v/1.mp4'></video>", SEEN),
        ("a film by its source", "", "<video><source src='/v/1.mp4'></video>", SEEN),
        ("a sound", "", "<audio src='/v/1.mp3'></audio>", SEEN),
        ("an object", "", "<object data='/v/1.swf'></object>", SEEN),
        ("an embedded file", "", "<embed src='/v/1.pdf'>", SEEN),
        ("a frame", "", "<iframe src='//player.example/?vid=1'></iframe>", FRAMED),
        ("a picture", "", "<img src='/i/1.jpg'>", SEEN),
        ("a file", "", "<a href='/f/1.doc'></a>", SEEN),
        ("another film than the answer", "<video src='/v/none.mp4'></video>", "<video src='/v/1.mp4'></video>", SEEN),
        ("another frame by its query", "<iframe src='//player.example/?vid='></iframe>", "<iframe src='//player.example/?vid=1'></iframe>", FRAMED),
        ("nothing", "", "", SIGNED),
        ("the picture of the answer", "<img src='/i/404.png'>", "<img src='/i/404.png'>", SIGNED),
        ("the picture of the answer, never twice alike", "<img src='/i/404.png?1'>", "<img src='/i/404.png?2'>", SIGNED),
        ("the film of the answer", "<video src='/v/lost.mp4'></video>", "<video src='/v/lost.mp4'></video>", SIGNED),
        ("less than the answer", "<img src='/i/404.png'>", "", SIGNED),
    ],
)  # fmt: skip
def test_a_page_that_shows_a_thing_of_its_own_is_not_the_answer_for_missing_ones(
    crawl: Callable[..., Crawl],
    guide: Callable[..., Guide],
    snapshot: Callable[..., Snapshot],
    name: str,
    answer: str,
    shown: str,
    told: tuple[FetchOutcome, str | None],
) -> None:
    lost, found = page(PLAYER.format(answer)), page(PLAYER.format(shown))
    made = started(crawl, lost, "/vid/")
    made.fetch("vid/1.html", found)
    assert made.outcomes()["vid/1.html"] == told, name
    live = guide()
    live.step(snapshot(HOME, purpose=Purpose.HOME), page(f"<p>{HOME_TEXT}</p>").encode())
    live.step(snapshot(f"{HOME}vid/0123456789abcdef.html", 2, purpose=Purpose.SIBLING), lost.encode())
    seen = live.step(snapshot(f"{HOME}vid/1.html", 3, purpose=Purpose.COLUMN), found.encode())
    assert seen.outcome is told[0], f"{name}, while the crawl is on"


@pytest.mark.parametrize(("shown", "told"), [("<video src='/v/1.mp4'></video>", SEEN), ("<img src='/i/1.jpg'>", SIGNED)])  # fmt: skip
def test_a_signature_of_before_things_were_compared_doubts_films_not_pictures(
    crawl: Callable[..., Crawl], shown: str, told: tuple[FetchOutcome, str | None]
) -> None:
    learned = started(crawl, page(PLAYER.format("")), "/vid/").observed().profile
    assert learned is not None and [one.shows for one in learned.missing] == [()]
    old = tuple(one.model_copy(update={"shows": None}) for one in learned.missing)
    made = crawl(learned.model_copy(update={"missing": old}))
    made.fetch("vid/1.html", page(PLAYER.format(shown)))
    assert made.outcomes()["vid/1.html"] == told
