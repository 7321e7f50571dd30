"""What a column is for: whose word counts, names in traditional characters, kinds a name is only like."""

from collections.abc import Callable

import pytest

from model import (
    Column,
    ColumnKind,
    ColumnOverride,
    CrawlReport,
    Moment,
    PageFacts,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import Guide, observe, read
from reading.kinds import NO_METAS, kind_of, type_metas
from reading.likeness import like_kinds, simplified
from rules import column_directory

U = "http://rsj.example"
ALL = column_directory()
Columns = Callable[..., dict[str, Column]]


def head(name: str = "", kind: str = "", title: str = "") -> str:
    metas = "".join(
        f'<meta name="{meta}" content="{value}">'
        for meta, value in (("ColumnName", name), ("ColumnType", kind))
        if value
    )
    return f"<title>{title or f'{name}-某局网'}</title>{metas}<body><p>文字</p></body>"


@pytest.fixture
def columns(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport
) -> Callable[..., dict[str, Column]]:
    """The columns of pages given by path, each in the home page's menu under its own path's name or the one given."""

    def made(pages: dict[str, str], menu: dict[str, str] | None = None, on: Site = site) -> dict[str, Column]:
        entries = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in (menu or {}).items())
        whole = {"/": f"<div class='nav'><ul><li><a href='/'>首页</a></li>{entries}</ul></div>"} | pages
        pairs = []
        for number, (path, html) in enumerate(whole.items(), 1):
            taken = snapshot(U + path, number, purpose=Purpose.HOME if path == "/" else Purpose.COLUMN)
            pairs.append((taken, read(taken, html.encode(), on, ALL)))
        return {one.key: one for one in observe(on, moment, "r", pairs, report, ALL).columns}

    return made


@pytest.mark.parametrize(
    ("name", "page", "kind", "source"),
    [
        # both seen on a provincial department: the type is the section's, the name is the column's
        ("two kinds in one type", head("回应关切", "解读回应"), "response", "column_name"),
        ("the section's type", head("问答精选", "互动交流"), "consultation", "column_name"),
        ("a name nobody knows", head("川教发文件", "政策文件"), "policies", "column_type"),
        ("two types", head("阳光教育", "信息公开，政策文件"), "disclosure", "column_type"),
        ("both metas copied", head("政策解读", "政策解读", "法律法规-某局网"), "other", None),
        ("a page's part of its parent", head("公共头", "公共头", "统计信息-某局网"), "statistics", "title"),
        # seen on a county's portal: the title of every page is the site's own
        (
            "a title that is the site's",
            head("政务公开", "政务公开", "朗县人民政府网"),
            "disclosure",
            "column_name",
        ),
        ("the home page's metas", head("首页", "首页", "广东省人民政府门户网站"), "other", None),
        (
            "a template's tags in the title",
            head(title="&lt;CMS_CHANNEL FIELD='name'&gt;信息公开-某局网"),
            "disclosure",
            "title",
        ),
        ("traditional characters", head("新聞動態", ""), "news", "column_name"),
        ("other words on Taiwan", head("資訊公開", ""), "disclosure", "column_name"),
        ("merely like one", head("教育情况概况", ""), "other", None),
        ("nothing told", head(title="某局网"), "other", None),
    ],
)
def test_whose_word_counts(
    facts: Callable[..., PageFacts], site: Site, name: str, page: str, kind: str, source: str | None
) -> None:
    assert kind_of("/a/", facts(page), (), site, ALL) == (ColumnKind(kind), source), name


def test_a_type_that_two_other_names_contradict_came_with_the_template(columns: Columns) -> None:
    names = {"/a/": "通知公告", "/b/": "政策解读", "/c/": "阳光厅务", "/d/": "政务动态"}
    copied = columns({path: head(name, "政务动态") for path, name in names.items()}, names)
    assert {key: one.kind.value for key, one in copied.items()} == {
        "/a/": "notices",
        "/b/": "interpretation",
        "/c/": "other",
        "/d/": "news",
    }


def test_a_type_that_most_names_bear_out_is_heard(columns: Columns) -> None:
    names = {"/a/": "通知公告", "/b/": "教育要闻", "/c/": "阳光厅务", "/d/": "政务动态"}
    kinds = {
        key: one.kind.value
        for key, one in columns({p: head(n, "政务动态") for p, n in names.items()}, names).items()
    }
    assert kinds == {"/a/": "notices", "/b/": "news", "/c/": "news", "/d/": "news"}


def test_a_type_that_names_another_column_is_the_section(columns: Columns) -> None:
    made = columns(
        {
            "/hd/": head("互动交流", "互动交流"),
            "/fb/": head("新闻发布", "互动交流"),
            "/xx/": head("网上问政", "互动中心"),
        },
        {"/hd/": "互动", "/fb/": "新闻发布", "/xx/": "网上问政"},
    )
    assert {key: one.kind.value for key, one in made.items()} == {
        "/hd/": "interaction",
        "/fb/": "other",
        "/xx/": "interaction",  # no column is called 互动中心
    }


def test_what_a_page_calls_itself_outranks_the_entry_that_leads_to_it(columns: Columns) -> None:
    crumbs = "<div class='crumb'>位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a> &gt; <a href='/zcfg/'>政策法规</a></div>"
    (column,) = [
        one
        for one in columns({"/zcfg/": crumbs + "<p>文字</p>"}, {"/zcfg/": "政务公开"}).values()
        if one.key == "/zcfg/"
    ]
    assert (column.kind, column.kind_source) == (ColumnKind.POLICIES, "crumbs")


def test_a_person_wins_over_everything_in_kind_and_name(columns: Columns, site: Site) -> None:
    told = ColumnOverride(url=U + "/gz", kind=ColumnKind.NEWS, name="工作简报")
    mapped = site.model_copy(update={"overrides": (told,)})
    (column,) = columns({"/gz/": head("政策解读", "政策解读")}, {"/gz/": "政策解读"}, mapped).values()
    assert (column.kind, column.kind_source, column.name) == (ColumnKind.NEWS, "override", "工作简报")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("教育情况概况", ["overview"]),
        ("山西要闻", ["news"]),
        ("新聞視頻", ["news"]),
        ("人事考试", ["personnel"]),
        ("监察大队", []),
        ("李志刚", []),
        ("", []),
        ("闻", []),
        ("长" * 400, []),
    ],
)
def test_kinds_that_a_name_is_like(name: str, kinds: list[str]) -> None:
    assert [kind.value for kind in like_kinds(name, ALL)] == kinds


def test_likeness_is_no_verdict_and_only_for_unknown_kinds(columns: Columns) -> None:
    made = columns(
        {"/a/": head("教育情况概况"), "/b/": head("部门概况")}, {"/a/": "教育情况概况", "/b/": "部门概况"}
    )
    assert [(one.kind.value, [kind.value for kind in one.suggested]) for one in made.values()] == [
        ("other", ["overview"]),
        ("overview", []),
    ]
    told = like_kinds("政府信息公开内容指南制度年报目录", ALL)
    assert len(told) <= 3


def test_only_traditional_names_are_converted() -> None:
    assert [simplified(name) for name in ("領導之窗", "领导之窗", "R&D中心 2021")] == [
        "领导之窗",
        "领导之窗",
        "R&D中心 2021",
    ]


def test_no_pages_tell_nothing() -> None:
    assert type_metas([], ALL) == NO_METAS


def test_a_crawl_knows_a_column_by_its_name_in_traditional_characters_too(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment
) -> None:
    guide = Guide(site, ALL, moment, Period.model_validate("P1Y"))
    body = "<meta charset='utf-8'><p><a href='/x.php?id=3'>新聞動態</a> <a href='/x.php?id=4'>領導活動</a></p>".encode()
    leads = guide.step(snapshot(U + "/", purpose=Purpose.HOME), body).leads
    assert {lead.url: lead.rank for lead in leads} == {
        U + "/x.php?id=3": Rank.LIST,
        U + "/x.php?id=4": Rank.SURVEY,
        U + "/sitemap.xml": Rank.PROBE,
    }
