"""Which column lies below which, and how that is known; the menu of a page as its lists nest."""

from collections.abc import Callable

import pytest

from audit.column_view import view_of
from model import (
    Column,
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    Moment,
    Observation,
    PageFacts,
    PageKind,
    Period,
    Purpose,
    Site,
    Snapshot,
)
from reading import Guide, observe, read
from reading.column_tree import ColumnTree

U = "http://rsj.example"
Made = Callable[..., Observation]


@pytest.fixture
def observed(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Made:
    def made(**pages: str) -> Observation:
        pairs = []
        for number, (name, html) in enumerate(pages.items(), 1):
            path = "/" if name == "home" else f"/{name.replace('_', '/')}/"
            purpose = Purpose.HOME if path == "/" else Purpose.COLUMN
            taken = snapshot(U + path, number, purpose=purpose)
            pairs.append((taken, read(taken, f"<body>{html}</body>".encode(), site, directory)))
        return observe(site, moment, "r", pairs, report, directory)

    return made


def crumbs(*steps: tuple[str, str]) -> str:
    parts = ["<a href='/'>首页</a>"]
    parts += [f"<a href='{path}'>{name}</a>" if path else name for name, path in steps]
    return f"<div class='crumb'>当前位置：{' &gt; '.join(parts)}</div>"


def branches(observation: Observation) -> dict[str, tuple[str | None, str | None]]:
    return {key: tuple(branch) for key, branch in ColumnTree.of(observation).branches.items()}  # type: ignore[misc]


def menu(facts: Callable[..., PageFacts], html: str, url: str = "http://rsj.example/a/") -> list[str]:
    return ["-" * one.depth + one.name + ("" if one.url else "*") for one in facts(html, url).menu]


@pytest.mark.parametrize(
    ("name", "html", "entries"),
    [
        (
            "lists in lists",
            "<div class='nav'><ul><li><a href='/b/'>公开</a><ul><li><a href='/b/zn/'>指南</a></li></ul></li><li><a href='/c/'>互动</a></li></ul></div>",
            ["公开", "-指南", "互动"],
        ),
        # seen on a provincial department: a definition list below each entry, and heads that lead nowhere
        (
            "dl below an entry",
            "<div class='nav'><ul><li><a href=''>新闻</a><dl><dd><a href='/b/'>要闻</a></dd><dd><a href='/c/'>公告</a></dd></dl></li><li><a href='javascript:;'>服务</a></li><li><a href='/d/'>互动</a></li></ul></div>",
            ["新闻*", "-要闻", "-公告", "服务*", "互动"],
        ),
        (
            "dt over dd",
            "<dl class='menu'><dt><a href='/b/'>公开</a></dt><dd><a href='/b/zn/'>指南</a></dd></dl>",
            ["公开", "-指南"],
        ),
        (
            "a head of bare words",
            "<div class='menu'><ul><li><span>政策</span><ul><li><a href='/b/'>规章</a></li><li><a href='/c/'>文件</a></li></ul></li></ul></div>",
            ["政策*", "-规章", "-文件"],
        ),
        ("no lists", "<div class='nav'><a href='/b/'>公开</a> <a href='/c/'>互动</a></div>", ["公开", "互动"]),
        # seen on the same department: the platform's own menu, which no class calls one
        (
            "a platform's left menu",
            "<div class='zfxxgk_left'><ul><li class='live1'><a href='javascript:;'>政策</a><ul><li class='live2'><a href='/b/'>规范性文件</a></li></ul></li></ul></div>",
            ["政策*", "-规范性文件"],
        ),
        ("rows in a left box", "<div class='left'><ul><li><a href='/a/t20210101_1.html'>某通知</a></li></ul></div>", []),
        ("the same menu twice", "<div class='nav'><a href='/b/'>公开</a></div><div class='menu'><a href='/b/'>公开</a></div>", ["公开"]),
        # seen on a city's portal: bare entries for phones before the menu that nests
        (
            "two copies of which one nests",
            "<div class='nav'><a href='/b/'>公开</a><a href='/c/'>互动</a></div><ul class='menu'><li><a href='http://www.other.gov.cn/'>人大</a></li>"
            "<li><ul><li><a href='/b/'>公开</a><ul><li><a href='/b/zn/'>指南</a></li></ul></li><li><a href='/c/'>互动</a></li></ul></li></ul>",
            ["公开", "-指南", "互动", "人大"],
        ),
        ("tabs and tools", "<ul class='nav'><li><a href='javascript:;'>今日要闻</a></li><li><a href='#'>部门动态</a></li><li><a href='/more/'>更多&gt;&gt;</a></li><li><a href='#'>登录</a></li></ul>", []),
        ("a written menu", "<script>document.write('<a href=\"/b/\">公开</a>')</script>", ["公开"]),
        ("nothing", "<p>文字</p>", []),
    ],
)  # fmt: skip
def test_a_menu_as_it_nests(
    facts: Callable[..., PageFacts], name: str, html: str, entries: list[str]
) -> None:
    assert menu(facts, f"<body>{html}</body>") == entries, name


def test_content_pages_and_boxes_of_a_home_page_tell_no_menu(facts: Callable[..., PageFacts]) -> None:
    nav = "<body><div class='nav'><a href='/b/'>公开</a></div><div class='left'><a href='/c/'>公告</a></div></body>"
    assert facts(nav, "http://rsj.example/a/t20210101_1.html").menu == ()
    assert menu(facts, nav, "http://rsj.example/") == ["公开"]
    assert menu(facts, nav) == ["公开", "公告"]


def test_a_menu_is_bounded_however_deep_or_long(facts: Callable[..., PageFacts]) -> None:
    deep = "<div class='nav'>" + "<ul><li><a href='/b/'>公开</a>" * 3000 + "</div>"
    assert len(facts(f"<body>{deep}</body>").menu) <= 400
    long = "".join(f"<a href='/b/{n}/'>公开{n}</a>" for n in range(3000))
    assert len(facts(f"<body><div class='nav'>{long}</div></body>").menu) == 400


HOME = "<div class='nav'><ul><li><a href='/gk/'>政务公开</a><ul><li><a href='/wj/'>文件</a></li></ul></li></ul></div>"


def test_each_branch_says_how_it_is_known(observed: Made) -> None:
    told = branches(
        observed(
            home=HOME,
            gk="<p>汇集</p>",
            wj="<p>文件</p>",
            jd=crumbs(("政务公开", "/gk/"), ("政策解读", "")),
            gk_zn="<p>指南</p>" + crumbs(("办事指南", "/gk/zn/")),
            hd="<title>互动交流</title><meta name='ColumnName' content='互动交流'><p>互动</p>",
            fb="<title>新闻发布</title><meta name='ColumnName' content='新闻发布'><meta name='ColumnType' content='互动交流'><p>发布</p>",
        )
    )
    assert told == {
        "/gk/": (None, None),
        "/wj/": ("/gk/", "menu"),
        "/jd/": ("/gk/", "crumbs"),
        "/gk/zn/": ("/gk/", "path"),
        "/hd/": (None, None),
        "/fb/": ("/hd/", "column_type"),
    }


def test_the_breadcrumb_outranks_the_menu_and_names_without_links_count_when_single(observed: Made) -> None:
    told = branches(
        observed(
            home=HOME + "<div class='nav'><a href='/hd/'>互动</a></div>",
            gk="<p>汇集</p>",
            hd=crumbs(("互动交流", "")),
            wj=crumbs(("互动交流", ""), ("文件", "")),
        )
    )
    assert told["/wj/"] == ("/hd/", "crumbs")


def test_what_steps_of_a_breadcrumb_tell_of_each_other(observed: Made) -> None:
    told = branches(
        observed(
            home=HOME,
            gk="<p>汇集</p>",
            gk2="<p>汇集</p>" + crumbs(("重点领域", "/gk2/")),
            x=crumbs(("政务公开", "/gk/"), ("重点领域", "/gk2/"), ("扶贫", "/x/")),
        )
    )
    assert (told["/x/"], told["/gk2/"]) == (("/gk2/", "crumbs"), ("/gk/", "crumbs"))


def test_blocks_of_the_platforms_own_menu_hang_below_it(observed: Made) -> None:
    side = "<div class='zfxxgk_left'><ul><li><a href='/zfxxgk/zn/'>公开指南</a></li><li><a href='/zfxxgk/nb/'>公开年报</a></li></ul></div>"
    told = branches(
        observed(
            home="<div class='nav'><a href='/xxgk/'>政府信息公开</a></div>",
            xxgk=side,
            zfxxgk_zn=side + "<meta name='ColumnName' content='公开指南'><p>指南</p>",
            zfxxgk_nb=side + "<meta name='ColumnName' content='公开年报'><p>年报</p>",
        )
    )
    assert told == {"/xxgk/": (None, None), "/zfxxgk/zn/": ("/xxgk/", "disclosure"), "/zfxxgk/nb/": ("/xxgk/", "disclosure")}  # fmt: skip


def test_no_column_is_above_itself(observed: Made) -> None:
    """Two breadcrumbs that name each other, a menu that nests its own parent, and a breadcrumb that repeats itself."""
    tree = ColumnTree.of(
        observed(
            home="<div class='nav'><ul><li><a href='/a/'>甲</a><ul><li><a href='/b/'>乙</a><ul><li><a href='/a/'>甲</a></li></ul></li></ul></li></ul></div>",
            a=crumbs(("乙", "/b/"), ("甲", "/a/")),
            b=crumbs(("甲", "/a/"), ("乙", "/b/")),
            c=crumbs(("丙", "/c/"), ("丙", "/c/")),
        )
    )
    for key in tree.columns:
        seen, above = {key}, tree.branches[key].parent
        while above is not None:
            assert above not in seen, key
            seen.add(above)
            above = tree.branches[above].parent
    assert {key: branch.parent for key, branch in tree.branches.items()} == {
        "/a/": "/b/",
        "/b/": None,
        "/c/": None,
    }


@pytest.mark.parametrize("stub", ["<meta http-equiv='refresh' content='0;URL=./dt/'>", "<script>document.write(\"<meta http-equiv='refresh' content='0;URL=./dt/'>\")</script>", "<div id='url' style='display:none'>./dt/</div><script>window.open($('#url').text(),'_self')</script>"])  # fmt: skip
def test_a_stub_that_sends_on_is_not_blank_and_its_target_has_the_rows(observed: Made, stub: str) -> None:
    rows = "".join(f"<li><a href='/a/dt/t2021010{n}_{n}.html'>关于开展第{n}次工作的通知</a> 2021-01-0{n}</li>" for n in range(1, 7))  # fmt: skip
    made = observed(
        home="<div class='nav'><a href='/a/'>动态</a></div>",
        a=stub,
        a_dt=crumbs(("动态", "/a/"), ("要闻", "/a/dt/")) + f"<ul>{rows}</ul>",
    )
    columns = {one.key: one for one in made.columns}
    assert (columns["/a/"].form.value, columns["/a/"].blank) == ("landing", False)
    assert [str(columns["/a/dt/"].newest), len(columns["/a/dt/"].items or ())] == ["2021-01-06", 6]
    assert branches(made)["/a/dt/"] == ("/a/", "crumbs")


def test_every_entry_and_every_column_has_its_line(observed: Made) -> None:
    made = observed(
        home="<div class='nav'><ul><li><a href='/'>首页</a></li><li><a href='javascript:;'>新闻</a><ul><li><a href='/a/'>动态</a></li></ul></li>"
        "<li><a href='/a/'>要闻</a></li><li><a href='/x/t20210101_1.html'>简介</a></li><li><a href='http://fw.other.gov.cn/'>服务</a></li></ul></div>",
        a="<p>文字</p>",
        a_b=crumbs(("动态", "/a/"), ("图片", "/a/b/")),
        z=crumbs(("其他", "/z/")),
    )
    view = view_of(made, "r")
    told = [
        (line.entry, line.entry_depth, line.column.key if line.column else None, line.note)
        for line in view.menu
    ]
    assert told == [
        ("首页", 0, None, "home"),
        ("新闻", 0, None, "head"),
        ("动态", 1, "/a/", None),
        (None, 0, "/a/b/", None),
        ("要闻", 0, "/a/", "again"),
        ("简介", 0, None, "article"),
        ("服务", 0, "http://fw.other.gov.cn/", None),
    ]
    assert [line.column.key for line in view.elsewhere if line.column] == ["/z/"]


def test_a_home_page_nobody_saw_has_no_menu(site: Site, moment: Moment) -> None:
    page = PageFacts(snapshot_id="r/1", url=U, final_url=U, purpose=Purpose.HOME, outcome=FetchOutcome.BLOCKED, kind=PageKind.HOME)  # fmt: skip
    column = Column(key="/a/", name="甲", url=U + "/a/")
    view = view_of(Observation(site=site, moment=moment, run_id="r", pages=(page,), columns=(column,)), "r")
    assert (view.home_seen, view.menu, [line.column for line in view.elsewhere]) == (False, (), [column])


def test_the_list_beside_a_stub_is_what_the_menu_opens(observed: Made) -> None:
    """Seen on 开普云 sites: `/c1/jump.html` sends on to `/c1/list.html`; a first child in a folder below stays below."""
    nav = "<div class='nav'><a href='/a/'>通知公告</a><a href='/b/'>工作动态</a></div>"
    page = "<ul>" + "".join(f"<li><a href='/x/t2021010{n}_{n}.html'>关于开展第{n}次工作的通知</a> 2021-01-0{n}</li>" for n in range(1, 7)) + "</ul>"  # fmt: skip
    made = observed(
        home=nav,
        a="<meta http-equiv='refresh' content='0;URL=/al/'>",
        al=crumbs(("通知公告", "/al/")) + page,
        b="<meta http-equiv='refresh' content='0;URL=/b/yw/'>",
        b_yw=crumbs(("工作动态", "/b/"), ("要闻", "/b/yw/")) + page,
    )
    assert {one.key: one.level for one in made.columns} == {"/a/": 1, "/al/": 1, "/b/": 1, "/b/yw/": 2}


def test_stubs_are_followed_two_in_a_row_and_no_further(
    snapshot: Callable[..., Snapshot], site: Site, directory: ColumnDirectory, moment: Moment
) -> None:
    guide = Guide(site, directory, moment, Period.model_validate("P1Y"))
    led = [f"{U}/s1/"]
    for number, url in enumerate(led, 1):
        body = f"<meta http-equiv='refresh' content='0;URL=/s{number + 1}/'>".encode()
        leads = guide.step(snapshot(url, number, purpose=Purpose.COLUMN), body).leads
        led += [lead.url for lead in leads if lead.purpose is Purpose.COLUMN]
    assert led == [f"{U}/s1/", f"{U}/s2/", f"{U}/s3/"]
