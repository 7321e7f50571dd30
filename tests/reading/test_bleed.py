"""Further pages that show another column's rows, and honest ones that only look so.

Shapes: two district sites answer `/class/X/2` with another column; a provincial department's lists pin rows of
other folders; a county bureau's columns move their rows to a new folder every year.
"""

from collections.abc import Callable

import pytest

from model import (
    Column,
    ColumnDirectory,
    CrawlReport,
    ItemList,
    ListItem,
    Moment,
    PageFacts,
    PageKind,
    Site,
    Snapshot,
)
from reading import observe
from reading.bleed import _family

U = "http://rsj.example"
Rows = tuple[str, int, int]  # folder, first number, count


@pytest.fixture
def columns(
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Callable[..., dict[str, Column]]:
    """Columns of list pages: (path, what the breadcrumb says, rows of each folder); `/a/2` belongs to `/a/`."""

    def made(*pages: tuple[str, str, tuple[Rows, ...]], total: int | None = None) -> dict[str, Column]:
        pairs = [
            (
                snapshot(U + "/", 0),
                PageFacts(
                    snapshot_id="r/0",
                    url=U + "/",
                    final_url=U + "/",
                    purpose="home",
                    outcome="ok",
                    kind="home",
                ),
            )
        ]
        for number, (path, name, rows) in enumerate(pages, 1):
            key, _, page = path.rpartition("/")
            taken = snapshot(U + path, number, column=f"{key}/" if page else None)
            items = tuple(
                ListItem(
                    title=f"关于{folder}第{at}号的通知", url=f"{U}{folder}/t2021010{at % 9 + 1}_{at}.html"
                )
                for folder, start, count in rows
                for at in range(start, start + count)
            )
            crumbs = ({"name": name, "url": None},) if name else ()
            facts = PageFacts(
                snapshot_id=taken.id, url=taken.url, final_url=taken.url, purpose=taken.purpose, outcome="ok", kind=PageKind.LIST,
                crumbs=crumbs, main_list=ItemList(items=items), page_number=int(page or 1), pages_total=total,
            )  # fmt: skip
            pairs.append((taken, facts))
        return {one.key: one for one in observe(site, moment, "r", pairs, report, directory).columns}

    return made


A1, A2, B1 = ("/a", 1, 6), ("/a", 7, 6), ("/b", 1, 6)
B = ("/b/", "乙栏目", (B1,))


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("another's breadcrumb and rows", [("/a/", "甲栏目", (A1,)), ("/a/2", "乙栏目", (B1,)), B]),
        ("another's breadcrumb, rows nobody else shows", [("/a/", "甲栏目", (A1,)), ("/a/2", "乙栏目", (("/b", 20, 6),)), B]),
        ("another's rows under its own breadcrumb", [("/a/", "甲栏目", (A1,)), ("/a/2", "甲栏目", (B1,)), B]),
        ("another's rows without any breadcrumb", [("/a/", "", (A1,)), ("/a/2", "", (("/b", 2, 4),)), ("/b/", "", (B1,))]),
        ("all further pages", [("/a/", "甲栏目", (A1,)), ("/a/2", "乙栏目", (B1,)), ("/a/3", "乙栏目", (("/b", 9, 6),)), B]),
    ],
)  # fmt: skip
def test_another_columns_page_is_left_out(
    columns: Callable[..., dict[str, Column]], name: str, pages: list
) -> None:
    column = columns(*pages)["/a/"]
    assert column.items is not None and len(column.items) == 6, name
    assert column.bled_pages == tuple(U + path for path, *_ in pages if path in ("/a/2", "/a/3")), name
    assert not column.complete and column.pages_read == 1, name


@pytest.mark.parametrize(
    ("name", "pages", "rows"),
    [
        ("its own rows", [("/a/", "甲栏目", (A1,)), ("/a/2", "甲栏目", (A2,)), B], 12),
        ("a page 1 of several folders", [("/a/", "甲栏目", (A1, ("/c", 1, 2))), ("/a/2", "甲栏目", (B1,)), B], 14),
        ("a column that gathers others", [("/a/", "甲栏目", (("/c", 1, 6),)), ("/a/2", "甲栏目", (B1,)), B, ("/c/", "丙栏目", (("/c", 1, 6),))], 12),
        ("rows of a part of it", [("/a/", "甲栏目", (A1,)), ("/a/2", "甲栏目", (("/a/x", 1, 6),)), ("/a/x/", "子栏目", (("/a/x", 1, 6),))], 12),
        ("a folder that changes with the year", [("/a/", "甲栏目", (("/a/2021/01", 1, 6),)), ("/a/2", "甲栏目", (("/a/2020/12", 7, 6),)), B], 12),
        ("old rows of a folder nobody else has", [("/a/", "甲栏目", (A1,)), ("/a/2", "甲栏目", (("/old", 1, 6),)), B], 12),
        ("a page number in the breadcrumb", [("/a/", "甲栏目", (A1,)), ("/a/2", "第2页", (A2,)), B], 12),
        ("the section's breadcrumb", [("/a/", "甲栏目", (A1,)), ("/a/2", "栏目总览", (A2,)), B], 12),
        ("two columns of the same rows", [("/a/", "甲栏目", (A1,)), ("/a/2", "甲栏目", (A2,)), ("/b/", "乙栏目", (A1,)), ("/b/2", "乙栏目", (A2,))], 12),
    ],
)  # fmt: skip
def test_honest_pages_stay(
    columns: Callable[..., dict[str, Column]], name: str, pages: list, rows: int
) -> None:
    column = columns(*pages)["/a/"]
    assert column.items is not None and len(column.items) == rows, name
    assert (column.bled_pages, column.complete) == ((), True), name


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("another's breadcrumb over its own rows", [("/a/", "甲栏目", (A1,)), ("/a/2", "乙栏目", (A2,)), B]),
        ("another's folder, rows it does not show", [("/a/", "甲栏目", (A1,)), ("/a/2", "甲栏目", (("/b", 30, 6),)), B]),
    ],
)  # fmt: skip
def test_doubtful_pages_stay_and_the_list_counts_as_not_read_through(
    columns: Callable[..., dict[str, Column]], name: str, pages: list
) -> None:
    column = columns(*pages)["/a/"]
    assert column.items is not None and len(column.items) == 12, name
    assert (column.bled_pages, column.complete) == ((), False), name


def test_the_other_column_keeps_its_own(columns: Callable[..., dict[str, Column]]) -> None:
    made = columns(
        ("/a/", "甲栏目", (A1,)), ("/a/2", "乙栏目", (B1,)), B, ("/b/2", "乙栏目", (("/b", 7, 6),))
    )
    assert made["/b/"].items is not None and len(made["/b/"].items) == 12
    assert (made["/b/"].bled_pages, made["/b/"].complete) == ((), True)


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://x/gzdt/tzgg/202101/t20210101_1.html", "http://x/gzdt/tzgg"),
        ("http://x/scedu/c100494/2021/1/7/0f.shtml", "http://x/scedu/c100494"),
        ("http://x/art/2021/6/9/art_123_456.html", "http://x/art/art_123_"),
        ("http://x/contents/18107/375255.html", "http://x/contents/18107"),
        ("http://x/content_1335045.html", "http://x"),
        ("http://x/2021-01/07/c_1.htm?a=/b/c", "http://x"),
    ],
)
def test_the_folder_of_rows(url: str, family: str) -> None:
    assert _family(url) == family


def test_endless_addresses_cost_nothing() -> None:
    assert len(_family("http://x/" + "2021/" * 100_000)) <= 500
