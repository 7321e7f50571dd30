"""A crawl for columns alone: one address a column, no page of a list that decides nothing, little beside."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from model import (
    ColumnDirectory,
    ColumnKind,
    Dated,
    DateSource,
    FetchOutcome,
    Freshness,
    ItemList,
    ListItem,
    Moment,
    Period,
    Purpose,
    Rank,
    Scope,
    Site,
    Snapshot,
    Wanted,
    Wants,
)
from reading import Guide
from reading.sparing import Sparing

WANTS = Wants(
    scope=Scope.COLUMNS,
    longest=Period(months=12),
    survey=False,
    freshness=(
        Freshness(period=Period(days=14), kinds=(ColumnKind.NEWS,)),
        Freshness(period=Period(months=12), except_kinds=(ColumnKind.NEWS, ColumnKind.LEADERS)),
    ),
)
AS_OF = Moment(as_of=datetime(2021, 1, 13, tzinfo=UTC))
MENU = '<div class="nav"><a href="/gzdt/">工作动态</a><a href="/gzdt/index.html">动态</a><a href="/ldzc/">领导之窗</a></div>'


def listed(*days: str) -> ItemList:
    """Rows of these dates; "-": none, "~": the year was inferred, "^": pinned on top."""
    return ItemList(
        items=tuple(
            ListItem(
                title=f"第{number}条",
                url=f"http://rsj.example/a/{number}.html",
                pinned="^" in day,
                dated=Dated(
                    value=None if day == "-" else day.strip("~^"),
                    source=DateSource.ROW,
                    inferred_year="~" in day,
                ),
            )
            for number, day in enumerate(days)
        )
    )


@pytest.mark.parametrize(
    ("kind", "days", "undecided"),
    [
        (ColumnKind.NEWS, ["2021-01-10", "2020-12-01"], False),  # in time
        (
            ColumnKind.NEWS,
            ["2020-12-20", "2020-12-01"],
            True,
        ),  # late, and one page only: it may all be pinned
        (
            ColumnKind.NEWS,
            ["2020-12-20", "2020-12-01", "|", "2020-11-20"],
            False,
        ),  # and older on the next page
        (ColumnKind.NEWS, ["2020-12-20", "2020-12-01", "|", "2021-01-12"], False),  # the next page is in time
        (ColumnKind.NEWS, ["2020-12-20", "2020-12-01", "|", "2020-12-10"], True),
        (ColumnKind.NEWS, ["2020-12-01", "2020-12-20", "2020-11-01", "|", "2020-10-01"], False),
        (ColumnKind.NEWS, ["2020-11-01", "2020-12-20"], True),
        (ColumnKind.NEWS, ["^2018-01-01", "2020-12-20", "2020-12-01", "|", "2020-11-01"], False),
        (ColumnKind.NEWS, ["2020-12-20", "-"], True),
        (ColumnKind.NEWS, ["2021-01-10", "-"], False),
        (ColumnKind.NEWS, ["~2020-12-20", "2020-12-01"], True),
        (
            ColumnKind.NEWS,
            ["2031-01-01", "2020-12-20", "|", "2020-11-01"],
            False,
        ),  # nothing was published in the future
        (ColumnKind.NOTICES, ["2019-12-20", "2020-12-20"], False),
        (None, ["2020-12-01", "2020-12-20"], True),  # as if it were news
        (ColumnKind.LEADERS, ["2010-01-01", "-", "2012-01-01"], False),  # nobody asks how old it is
    ],
)
def test_a_column_is_read_on_while_it_is_undecided(
    kind: ColumnKind | None, days: list[str], undecided: bool
) -> None:
    sparing = Sparing(WANTS, AS_OF)
    sparing.call("/gzdt/", kind)
    first, further = (days, []) if "|" not in days else (days[: days.index("|")], days[days.index("|") + 1 :])
    sparing.read(listed(*first), "/gzdt/", first=True)
    if further:
        sparing.read(listed(*further), "/gzdt/", first=False)
    assert sparing.undecided("/gzdt/") is undecided


FRESH = "<ul>{}</ul>".format(
    "".join(
        f'<li><a href="/gzdt/a{n}.html">县里召开第{n}次工作会议部署任务</a><span>2021-01-1{n}</span></li>'
        for n in range(3)
    )
)


@pytest.fixture
def walked(
    site: Site, directory: ColumnDirectory, snapshot: Callable[..., Snapshot]
) -> Callable[..., list[tuple[str, Rank]]]:
    def made(wants: Wants | None, outcome: FetchOutcome, rows: str = FRESH) -> list[tuple[str, Rank]]:
        guide = Guide(site, directory, AS_OF, WANTS.longest, wants is None, sparing=wants)
        home = snapshot("http://rsj.example/", purpose=Purpose.HOME)
        leads = [*guide.step(home, MENU.encode()).leads]
        there = outcome is FetchOutcome.OK
        first = snapshot(
            "http://rsj.example/gzdt/", purpose=Purpose.COLUMN, column="/gzdt/", outcome=outcome,
            status=200 if there else 404, final_url="http://rsj.example/gzdt/",
        )  # fmt: skip
        leads += guide.step(first, (MENU + rows).encode() if there else b"").leads
        own = [lead for lead in leads if lead.purpose in (Purpose.COLUMN, Purpose.LIST)]
        return [(lead.url.removeprefix("http://rsj.example"), lead.rank) for lead in own]

    return made


STALE = FRESH.replace("2021-01", "2019-01")
FIRST = [("/gzdt/", Rank.COLUMN), ("/ldzc/", Rank.COLUMN)]


def test_a_column_is_asked_for_under_one_address(walked: Callable[..., list[tuple[str, Rank]]]) -> None:
    assert walked(WANTS, FetchOutcome.OK) == FIRST
    assert walked(WANTS, FetchOutcome.OK, STALE) == [*FIRST, ("/gzdt/index.html", Rank.COLUMN)]
    assert walked(WANTS, FetchOutcome.OK, "") == [*FIRST, ("/gzdt/index.html", Rank.COLUMN)]
    assert walked(WANTS, FetchOutcome.GONE) == [*FIRST, ("/gzdt/index.html", Rank.COLUMN)]


def test_what_is_called_as_a_column_is_looked_at_wherever_it_stands(
    site: Site, directory: ColumnDirectory, snapshot: Callable[..., Snapshot]
) -> None:
    foot = (
        '<div class="footer"><a href="/zn/202001/t20200101_1.html">政府信息公开指南</a>'
        '<a href="/zn/202001/t20200101_2.html">关于放假的通知</a></div>'
    )
    guide = Guide(site, directory, AS_OF, WANTS.longest, False, sparing=WANTS)
    leads = guide.step(snapshot("http://rsj.example/", purpose=Purpose.HOME), (MENU + foot).encode()).leads
    (named,) = [lead for lead in leads if lead.purpose is Purpose.ARTICLE]
    assert (named.url, named.rank) == ("http://rsj.example/zn/202001/t20200101_1.html", Rank.LIST)


def test_a_whole_crawl_comes_to_its_other_addresses_later(
    walked: Callable[..., list[tuple[str, Rank]]],
) -> None:
    (one, two, three) = walked(None, FetchOutcome.OK, "")
    assert {one, two, three} == {*FIRST, ("/gzdt/index.html", Rank.ARTICLE)}


MAP = """<div class="footer"><a href="/map.html">网站地图</a></div>"""
LISTED = """<div class="map"><a href="/jg/">机构职能</a><a href="/gzdt/">工作动态</a><a href="/zs/">招商引资</a></div>"""


def test_a_map_is_read_for_what_no_menu_calls(
    site: Site, directory: ColumnDirectory, snapshot: Callable[..., Snapshot]
) -> None:
    """Of what it lists only required columns that are still missing are asked for; `/sitemap.xml` is asked for, too."""
    wants = WANTS.model_copy(
        update={"columns": (Wanted(kind=ColumnKind.AGENCY, name="机构职能", like=("机构",)),)}
    )
    guide = Guide(site, directory, AS_OF, WANTS.longest, False, sparing=wants)
    leads = guide.step(snapshot("http://rsj.example/", purpose=Purpose.HOME), (MENU + MAP).encode()).leads
    assert {(lead.url, lead.rank) for lead in leads} >= {
        ("http://rsj.example/map.html", Rank.ARTICLE),
        ("http://rsj.example/sitemap.xml", Rank.PROBE),
    }
    mapped = guide.step(
        snapshot("http://rsj.example/map.html", purpose=Purpose.COLUMN), LISTED.encode()
    ).leads
    assert [lead.url for lead in mapped if lead.purpose is not Purpose.SIBLING] == ["http://rsj.example/jg/"]
