"""Pages that only send on to where nothing is: the link that a visitor clicks is the one that leads nowhere."""

from collections.abc import Callable

import pytest

from model import (
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    LinkCheck,
    Moment,
    Observation,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import Guide, observe, read

HOME = "http://rsj.example/"
O = FetchOutcome  # noqa: E741 - keeps the tables below readable
META = '<html><head><meta http-equiv="refresh" content="0;url={}"></head><body></body></html>'
SCRIPT = "<script>window.location.href='{}';</script>"
GONE = "<html><title>404</title><body><p>404 页面不存在</p></body></html>"
PAGE = f"<html><title>某县</title><body><p>{'全县概况，山川秀丽，物产丰饶。' * 20}</p></body></html>"
FRONT = f"<html><title>某县人民政府</title><body><a href='/mr/a.html'>旧专题</a><p>{'欢迎访问。' * 40}</p></body></html>"


@pytest.fixture
def linked(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport
) -> Callable[..., Observation]:
    """What comes of looks (path, body, status) at a site whose home page links to /mr/a.html."""

    def made(*looks: tuple[str, str, int], front: str = FRONT) -> Observation:
        pairs = []
        for number, (path, body, status) in enumerate((("", front, 200), *looks), 1):
            told = {"outcome": O.GONE, "status": 404} if status == 404 else {}
            taken = snapshot(HOME + path, number, purpose=Purpose.COLUMN if path else Purpose.HOME, **told)
            pairs.append((taken, read(taken, body.encode(), site, ColumnDirectory())))
        return observe(site, moment, "r", pairs, report, ColumnDirectory())

    return made


def of(found: Observation, path: str) -> LinkCheck | None:
    return next((one for one in found.links if one.url == HOME + path), None)


@pytest.mark.parametrize("stub", [META, SCRIPT], ids=["refresh", "script"])
def test_the_stub_is_missing_where_it_stands_and_nobodys_parent(
    linked: Callable[..., Observation], stub: str
) -> None:
    goal = ("error/404.html", GONE, 200)
    way = ("mr/a.html", stub.format(f"/{goal[0]}"), 200)
    found = linked(way, goal, way, goal)
    link = of(found, "mr/a.html")
    assert link is not None
    assert [(one.outcome, one.cause, one.final_url) for one in link.attempts] == [
        (O.SOFT404, "redirected_to_404", HOME + goal[0])
    ] * 2
    assert [one.url for one in link.found_on] == [HOME]
    assert of(found, goal[0]) is None, "the page of missing addresses is no link of the site's"


def test_a_page_of_missing_addresses_that_is_linked_itself_is_a_link_there(
    linked: Callable[..., Observation],
) -> None:
    way = ("mr/a.html", META.format("/error/404.html"), 200)
    front = FRONT.replace("</p>", "</p><a href='/error/404.html'>说明</a>")
    link = of(linked(way, ("error/404.html", GONE, 200), front=front), "error/404.html")
    assert link is not None and [one.url for one in link.found_on] == [HOME]


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        ("to a page", [("mr/a.html", META.format("/b.html"), 200), ("b.html", PAGE, 200)]),
        ("to a page that was missing once", [("mr/a.html", META.format("/b.html"), 200), ("b.html", "", 404), ("b.html", PAGE, 200)]),
        ("to a page that nobody fetched", [("mr/a.html", META.format("/b.html"), 200)]),
        ("to a page that is not there, itself accused", [("mr/a.html", META.format("/b.html"), 200), ("b.html", "", 404)]),
        ("to another site", [("mr/a.html", META.format("http://www.other.cn/404.html"), 200)]),
        ("in a circle", [("mr/a.html", META.format("/b.html"), 200), ("b.html", META.format("/mr/a.html"), 200)]),
    ],
)  # fmt: skip
def test_other_stubs_are_there(
    linked: Callable[..., Observation], name: str, looks: list[tuple[str, str, int]]
) -> None:
    link = of(linked(*looks), "mr/a.html")
    assert link is not None and [one.outcome for one in link.attempts] == [O.OK], name


def test_stubs_that_lead_to_stubs(linked: Callable[..., Observation]) -> None:
    found = linked(
        ("mr/a.html", META.format("/b.html"), 200),
        ("b.html", SCRIPT.format("/error/404.html"), 200),
        ("error/404.html", GONE, 200),
    )
    link = of(found, "mr/a.html")
    assert link is not None and [one.outcome for one in link.attempts] == [O.SOFT404]
    assert of(found, "b.html") is None and of(found, "error/404.html") is None


def test_a_stub_is_looked_at_again_when_its_goal_was_missing_twice(
    site: Site, moment: Moment, snapshot: Callable[..., Snapshot]
) -> None:
    guide = Guide(site, ColumnDirectory(), moment, Period.model_validate("P1Y"))

    def step(number: int, path: str, body: str, rank: Rank = Rank.SURVEY) -> tuple[FetchOutcome, list[str]]:
        taken = snapshot(HOME + path, number, purpose=Purpose.COLUMN if path else Purpose.HOME, rank=rank)
        made = guide.step(taken, body.encode())
        return made.outcome, [one.url.removeprefix(HOME) for one in made.leads if one.rank is Rank.CONFIRM]

    goal, stub = "error/404.html", META.format("/error/404.html")
    step(1, "", FRONT)
    assert step(2, "mr/a.html", stub) == (O.OK, [])
    assert step(3, goal, GONE) == (O.SOFT404, [goal])
    assert step(4, goal, GONE, Rank.CONFIRM) == (O.SOFT404, ["mr/a.html"])
    assert step(5, "mr/a.html", stub, Rank.CONFIRM) == (O.SOFT404, [])
    assert step(6, "mr/b.html", stub) == (O.SOFT404, ["mr/b.html"]), "what the goal is, is known by now"
