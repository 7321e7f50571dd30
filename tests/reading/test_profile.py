"""What one crawl teaches of a host, and what it leaves alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from model import (
    BrowserShape,
    Charset,
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    ItemList,
    ListItem,
    MissingSignature,
    Moment,
    PageFacts,
    PageKind,
    Purpose,
    Site,
    SiteProfile,
    Snapshot,
)
from reading import observe, read
from reading.profile import learned_profile, merged, second_page_number, shape_of
from tests.reading.conftest import AT

HOME = "http://rsj.example/"
ROW = ListItem(title="通知", url="")


def page(path: str = "a/", rows: int = 0, **fields: object) -> PageFacts:
    filled = {
        "snapshot_id": "r/1",
        "url": HOME + path,
        "final_url": HOME + path,
        "purpose": Purpose.LIST,
        "outcome": FetchOutcome.OK,
        "kind": PageKind.LIST,
        "main_list": ItemList(items=(ROW,) * rows),
    }
    return PageFacts(**(filled | fields))


@pytest.fixture
def learned(snapshot: Callable[..., Snapshot], site: Site) -> Callable[..., SiteProfile]:
    def made(
        *pages: PageFacts, known: SiteProfile | None = None, signatures: tuple[MissingSignature, ...] = ()
    ) -> SiteProfile:
        pairs = [
            (
                snapshot(one.url, number, rendered=one.rendered, fetched_at=AT + timedelta(seconds=number)),
                one.model_copy(update={"snapshot_id": f"r/{number}"}),
            )
            for number, one in enumerate(pages, 1)
        ]
        own = site.model_copy(update={"profile": known})
        return learned_profile(own, pairs, signatures, signatures, "R9")

    return made


def test_the_most_frequent_answer_is_learned(learned: Callable[..., SiteProfile]) -> None:
    lies = Charset(header="utf-8", actual="gb18030", mismatch=True)
    found = learned(
        page("a/", adapter="trs", charset=Charset(actual="gb18030")),
        page("b/", adapter="trs", charset=lies),
        page("c/", adapter="kaipuyun"),
        *(page(f"d{n}/") for n in range(9)),
        page("e/", outcome=FetchOutcome.GONE, kind=PageKind.ERROR, adapter="kaipuyun"),
    )
    assert (found.host, found.cms, found.charset, found.charset_lies) == ("rsj.example", "trs", "utf-8", 1)
    assert (found.learned_run, found.learned_at) == ("R9", AT + timedelta(seconds=13))
    assert (found.list_api, found.sends_home, found.missing, found.browser_shapes) == (None, None, (), ())


def test_a_host_of_no_known_system_has_none(learned: Callable[..., SiteProfile]) -> None:
    assert learned(page(), page("b/")).cms is None
    assert learned().learned_at is None


def test_the_list_api_is_the_one_that_answered(learned: Callable[..., SiteProfile]) -> None:
    answer = page("module/web/jpage/dataproxy.jsp", adapter="jpage", fills=HOME + "a/")
    assert learned(page("a/", adapter="jpage"), answer).list_api == "jpage"
    assert learned(page("a/", adapter="jpage")).list_api is None


@pytest.mark.parametrize(
    ("name", "final", "following", "number", "expected"),
    [
        ("TRS", "tzgg/index.html", "tzgg/index_1.html", 1, 1),
        ("开普云", "c1/xwzx_list.shtml", "c1/xwzx_list_2.shtml", 1, 2),
        ("成都", "gs/column-index-1.shtml", "gs/column-index-2.shtml", 1, 2),
        ("by parameter", "list.jsp?cat=20&cur_page=1", "list.jsp?cat=20&cur_page=2", 1, 2),
        ("by folder", "class/7", "class/7/2", None, 2),
        ("of page 2", "tzgg/index_1.html", "tzgg/index_2.html", 2, None),
        ("no number", "a/", "a/more.html", 1, None),
        ("a date", "a/", "a/2021_12.html", None, None),
        ("no next page", "a/", None, 1, None),
    ],
)
def test_the_number_of_the_second_page(
    name: str, final: str, following: str | None, number: int | None, expected: int | None
) -> None:
    facts = page(final, 3, next_url=following and HOME + following, page_number=number)
    assert second_page_number(facts) == expected


def test_shapes_that_need_a_browser(learned: Callable[..., SiteProfile]) -> None:
    found = learned(
        page("c12/list.html?id=7"),
        page("c12/list.html?id=7", 5, rendered=True),
        page("c13/list.html?id=8"),
        page("c13/list.html?id=8", 9, rendered=True),
        page("gzdt/", 4),
        page("gzdt/", 4, rendered=True),
        page("zw/", 4, rendered=True),
    ).browser_shapes
    assert found == (
        BrowserShape(
            shape="/c#/list.html?id", static_rows=0, rendered_rows=5, example=HOME + "c12/list.html?id=7"
        ),
    )
    assert shape_of(HOME) == "/"


GONE = MissingSignature(folder="/", outcome=FetchOutcome.GONE, learned_at=AT)
HOMEWARD = MissingSignature(folder="/a/", outcome=FetchOutcome.REDIRECTED_HOME, learned_at=AT)


@pytest.mark.parametrize(("signatures", "expected"), [((), None), ((GONE,), False), ((GONE, HOMEWARD), True)])
def test_whether_it_sends_home(
    learned: Callable[..., SiteProfile], signatures: tuple[MissingSignature, ...], expected: bool | None
) -> None:
    assert learned(page(), signatures=signatures).sends_home is expected


def test_pinned_fields_stay_and_silent_ones_too(learned: Callable[..., SiteProfile]) -> None:
    shape = BrowserShape(shape="/a/#", static_rows=0, rendered_rows=3, example=HOME)
    known = SiteProfile(
        host="rsj.example", cms="vsb", first_page=0, sends_home=True, list_api="jpage", charset="gb18030",
        charset_lies=4, browser_shapes=(shape,), pinned=("cms",), note="看过", learned_run="R1",
    )  # fmt: skip
    found = learned(page(adapter="trs"), known=known)
    assert (found.cms, found.pinned, found.note) == ("vsb", ("cms",), "看过")
    assert (found.first_page, found.sends_home, found.list_api) == (0, True, "jpage"), (
        "this crawl saw none of it"
    )
    assert (found.charset, found.charset_lies, found.learned_run) == ("utf-8", 0, "R9"), "this it did see"
    assert found.browser_shapes == (shape,)
    assert merged(None, found) == found


def test_a_pinned_nothing_stays_nothing(learned: Callable[..., SiteProfile]) -> None:
    known = SiteProfile(host="rsj.example", cms=None, pinned=("cms",))
    assert learned(page(adapter="trs"), known=known).cms is None


def test_earlier_signatures_are_kept_and_newer_replace_them(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport
) -> None:
    earlier = SiteProfile(host="rsj.example", missing=(GONE, HOMEWARD))
    own = site.model_copy(update={"profile": earlier})
    asked = snapshot(f"{HOME}a/0123.html", purpose=Purpose.SIBLING, outcome=FetchOutcome.GONE, status=404)
    facts = page("a/0123.html", purpose=Purpose.SIBLING, outcome=FetchOutcome.GONE, kind=PageKind.ERROR)
    found = observe(own, moment, "R9", [(asked, facts)], report, ColumnDirectory()).profile
    assert found is not None
    assert [(one.folder, one.outcome) for one in found.missing] == [
        ("/", FetchOutcome.GONE),
        ("/a/", FetchOutcome.GONE),
    ]
    assert (found.missing[1].snapshot_id, found.missing[1].status) == ("r/1", 404)


@pytest.mark.parametrize(
    "answer", [FetchOutcome.BLOCKED, FetchOutcome.SERVER_ERROR, FetchOutcome.UNREACHABLE]
)
def test_a_refusal_teaches_nothing(
    snapshot: Callable[..., Snapshot], site: Site, moment: Moment, report: CrawlReport, answer: FetchOutcome
) -> None:
    asked = snapshot(f"{HOME}0123.html", purpose=Purpose.SIBLING, outcome=answer)
    facts = page("0123.html", purpose=Purpose.SIBLING, outcome=answer, kind=PageKind.ERROR)
    found = observe(site, moment, "R9", [(asked, facts)], report, ColumnDirectory()).profile
    assert found is not None and found.missing == ()


@pytest.mark.parametrize(
    ("name", "html", "pinned", "adapter"),
    [
        ("a page that tells nothing", "<p>通知</p>", True, "vsb"),
        ("a page that tells its system", "<div class='TRS_Editor'><p>通知</p></div>", True, "trs"),
        ("what was only learned", "<p>通知</p>", False, "generic"),
    ],
)
def test_a_pinned_system_speaks_for_pages_that_tell_none(
    snapshot: Callable[..., Snapshot], site: Site, name: str, html: str, pinned: bool, adapter: str
) -> None:
    profile = SiteProfile(host="rsj.example", cms="vsb", pinned=("cms",) if pinned else ())
    own = site.model_copy(update={"profile": profile})
    assert read(snapshot(), html.encode(), own, ColumnDirectory()).adapter == adapter


def test_a_pinned_charset_settles_what_bytes_leave_open(
    snapshot: Callable[..., Snapshot], site: Site
) -> None:
    body = b"<p>\xb0\xa1\xb0\xa2\xb0\xa1</p>"  # 啊阿啊 in GBK, 陛院陛 in Big5
    profile = SiteProfile(host="rsj.example", charset="big5hkscs", pinned=("charset",))
    known = site.model_copy(update={"profile": profile})
    assert read(snapshot(), body, known, ColumnDirectory()).charset.actual == "big5hkscs"
    assert read(snapshot(), body, site, ColumnDirectory()).charset.actual == "gb18030"
