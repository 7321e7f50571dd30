"""A walk over the served portal that knows nothing of the program: only what is planted is wrong.

Links and dates are read here with a few lines of their own, so that a fault of the program's reader cannot
hide a fault of the portal.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from http.client import HTTPConnection
from types import ModuleType
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

import pytest
from lxml import html

TODAY = date(2026, 10, 12)
LIMITS = {  # ColumnType → the last day still in time, counted by hand from TODAY
    "工作动态": date(2026, 9, 28),
    "通知公告": date(2026, 4, 12),
    "政策文件": date(2026, 4, 12),
    "政策解读": date(2025, 10, 12),
    "数据发布": date(2025, 10, 12),
    "财政预决算": date(2025, 10, 12),
    "人事信息": date(2025, 10, 12),
    "规划计划": date(2025, 10, 12),
    "重大项目": date(2025, 10, 12),
    "信息公开年报": date(2025, 10, 12),
    "咨询投诉": date(2026, 8, 12),
    "征集调查": date(2025, 10, 12),
    "在线访谈": date(2025, 10, 12),
    "回应关切": date(2025, 10, 12),
    "办事服务": date(2025, 10, 12),
    "网站年度报表": date(2025, 10, 12),
    "专题专栏": date(2025, 10, 12),
}
SCRIPTED = (
    re.compile(r"""content="0;URL=([^"]+)\""""),
    re.compile(r"""<p id="url">([^<]+)</p>"""),
    re.compile(r"""document\.write\('<li class="li_nav"><a href="([^"']+)">"""),
)
PAGES = re.compile(
    r"createPageHTML\((?:'\w+',)?(\d+), ?(\d+), ?[\"'](\w+)[\"'], ?[\"'](\w+)[\"'](?:,(\d+))?\)"
)


class Seen(NamedTuple):
    status: int
    body: bytes
    location: str | None


class Walk:
    """Every address that a reader could reach from the home page, and who links to it."""

    def __init__(self, base: str, files: Collection[str]) -> None:
        self.netloc = urlsplit(base).netloc
        self.base = base
        self.files = files
        self.parents: defaultdict[str, set[str]] = defaultdict(set)
        self.answers: dict[str, Seen] = {}
        self.texts: dict[str, str] = {}
        self.outside: set[str] = set()
        self.unread: set[str] = set()
        waiting = ["/index.html"]
        while waiting:
            path = waiting.pop()
            if path in self.answers:
                continue
            got = self.answers[path] = self._get(path)
            if got.status == 503:
                got = self.answers[path] = self._get(path)
            if got.location:
                waiting.append(self._file(got.location))
            for target in self._targets(path, got):
                self.parents[target].add(path)
                waiting.append(target)

    def _get(self, path: str) -> Seen:
        if path.startswith("/nbxt/"):
            self.unread.add(path)
            return Seen(0, b"", None)
        connection = HTTPConnection(self.netloc, timeout=10)
        connection.request("GET", path)
        got = connection.getresponse()
        seen = Seen(got.status, got.read(), got.getheader("Location"))
        connection.close()
        return seen

    def _targets(self, path: str, got: Seen) -> Iterator[str]:
        if got.status != 200 or b"<html" not in got.body[:300].lower():
            return
        text = got.body.decode("gb18030" if b"charset=gb2312" in got.body else "utf-8")
        self.texts[path] = text
        tree = html.fromstring(text)
        base = next(iter(tree.xpath("//base/@href")), path)
        written = [
            *tree.xpath("//*[not(self::base)]/@href"),
            *tree.xpath("//@src"),
            *tree.xpath("//option/@value"),
        ]
        for pattern in SCRIPTED:
            written += pattern.findall(text)
        for pages, current, name, ending, total in PAGES.findall(text):
            last = int(pages) if total else int(pages) - 1
            written += [f"{name}_{number}.{ending}" for number in range(2 if total else 1, last + 1)]
            assert int(current) <= last
        for raw in written:
            reference = raw.strip().replace("\\", "/").split("#")[0]
            if not reference or re.match(r"javascript:|mailto:|tel:|\$\{|\{\{", reference):
                continue
            url = urljoin(
                urljoin(self.base, path), urljoin(base, reference) if "://" not in reference else reference
            )
            parts = urlsplit(url)
            if parts.netloc != self.netloc:
                self.outside.add(parts.netloc)
                continue
            yield self._file(quote(unquote_to_bytes(parts.path), safe="/:@!$&'()*+,;=~-._"))

    def _file(self, path: str) -> str:
        """A folder and its index page are one address here."""
        names = ("index.html", "index.htm", "list.shtml") if path.endswith("/") else ()
        return next((path + name for name in names if path + name in self.files), path)


@pytest.fixture(scope="module")
def walk(base: str, portal: ModuleType) -> Walk:
    return Walk(base, portal.pages())


def planted(portal: ModuleType, *names: str) -> dict[str, set[str]]:
    return {one.where: set(one.on) for one in portal.PLANTED if one.name in names}


def test_exactly_the_planted_targets_are_dead_with_exactly_their_parents(
    walk: Walk, portal: ModuleType
) -> None:
    dead = {path: walk.parents[path] for path, got in walk.answers.items() if got.status in (404, 410)}
    soft = {path: walk.parents[path] for path, got in walk.answers.items() if got.location == "/404.htm"}
    assert dead == planted(
        portal,
        "dead-home-headline",
        "dead-three-parents",
        "dead-410",
        "dead-image",
        "dead-attachment",
        "dead-gbk-attachment",
    )
    assert soft == planted(portal, "soft-404")
    assert len(dead) == 6 and len(soft) == 1


def test_obstacles_are_linked_where_planted_and_everything_else_answers(
    walk: Walk, portal: ModuleType
) -> None:
    assert {path: walk.parents[path] for path, got in walk.answers.items() if got.status == 412} == planted(
        portal, "waf-412"
    )
    assert {path: walk.parents[path] for path in walk.unread} == planted(portal, "robots-disallowed")
    assert {got.status for got in walk.answers.values()} == {0, 200, 301, 302, 404, 410, 412}


def test_every_page_can_be_reached(walk: Walk, portal: ModuleType) -> None:
    hidden = {"/robots.txt", "/api/list.json", "/favicon.ico"}
    scripted = {one.path for one in portal.portal.disclosure.STATISTICS.articles}
    assert set(portal.pages()) - set(walk.answers) == hidden | scripted


def test_every_planted_link_is_really_on_its_pages(walk: Walk, portal: ModuleType) -> None:
    missing = []
    for one in portal.PLANTED:
        for page in one.on:
            if one.where != page and page not in walk.parents[one.where]:
                missing.append((one.name, page))
    assert not missing


def test_nobody_outside_is_named_but_example_hosts_and_the_footers_three(walk: Walk) -> None:
    known = {"beian.miit.gov.cn", "bszs.conac.cn", "zfwzgl.www.gov.cn"}
    assert {host for host in walk.outside if not host.endswith(".example")} == known


# Columns


class Listed(NamedTuple):
    kind: str
    rows: int
    newest: date | None


def rows_of(text: str) -> list[tuple[str, str]]:
    """(address, text around it) of every row of the page's own list."""
    tree = html.fromstring(text)
    found = tree.xpath(
        "//ul[contains('|list|xwzxList|piclist|', concat('|', @class, '|'))]/li | //table[@class='list']//tr | //table[@class='mail']/tbody/tr"
    )
    return [(row.xpath(".//a/@href")[0], row.text_content()) for row in found]


def date_in(text: str) -> date | None:
    shown = re.sub(r"《.*?》|2026年1[12]月\d+日", "", text)
    full = re.findall(r"(20\d\d)[-/年](\d\d)[-/月](\d\d)", shown)
    if full:
        return max(date(*map(int, parts)) for parts in full)
    short = re.search(r"\[(\d\d)-(\d\d)\]", shown)
    if short:
        month, day = map(int, short.groups())
        return max(one for year in (2025, 2026) if (one := date(year, month, day)) <= TODAY)
    return None


def shown_date(text: str) -> date | None:
    found = re.search(r"发布(?:时间|日期)：(\d{4})-(\d\d)-(\d\d)", text)
    return date(*map(int, found.groups())) if found else None


@pytest.fixture(scope="module")
def columns(walk: Walk) -> dict[str, Listed]:
    found: dict[str, Listed] = {}
    for path, text in walk.texts.items():
        kind = re.search(r'<meta name="ColumnType" content="(.*?)"', text, re.I)
        if not kind or "ArticleTitle" in text or "list-box" in text:
            continue
        if not re.search(r'class="(list|xwzxList|piclist|mail)"|"zoom"|暂无信息', text):
            continue
        key = re.sub(r"_\d+(?=\.)", "", path).replace("index.html", "").replace("index.htm", "")
        rows = rows_of(text)
        days = [date_in(label) for _, label in rows]
        if rows and not any(days):
            days = [shown_date(walk.texts.get(urlsplit(urljoin(path, href)).path, "")) for href, _ in rows]
        dated = [day for day in days if day]
        before = found.get(key, Listed(kind[1], 0, None))
        newest = max([*dated, *([before.newest] if before.newest else [])], default=None)
        found[key] = Listed(kind[1], before.rows + len(rows), newest)
    return found


def test_every_list_is_known_to_this_walk(columns: dict[str, Listed]) -> None:
    assert {key: (listed.rows, str(listed.newest)) for key, listed in columns.items()} == {
        "/xwdt/zwyw/": (22, "2026-10-11"),
        "/xwdt/bmdt/": (8, "2026-09-10"),
        "/xwdt/xzdt/": (7, "2026-09-28"),
        "/xwdt/jcdt/": (5, "2026-09-27"),
        "/xwdt/tpxw/": (5, "2026-10-09"),
        "/tzgg/": (14, "2026-10-10"),
        "/zcwj/list.shtml": (10, "2026-02-27"),
        "/zcjd/": (8, "2026-09-18"),
        "/zfxxgk/fdzdgknr/gfxwj/": (5, "2026-09-16"),
        "/zfxxgk/fdzdgknr/ghjh/": (4, "2026-01-15"),
        "/zfxxgk/fdzdgknr/czyjs/": (6, "2026-09-22"),
        "/zfxxgk/fdzdgknr/zdxm/": (4, "2025-06-30"),
        "/zfxxgk/fdzdgknr/zfcg/": (0, "None"),
        "/zfxxgk/fdzdgknr/rsxx/list.shtml": (0, "None"),
        "/zfxxgk/fdzdgknr/xzsf/": (0, "None"),
        "/zfxxgk/fdzdgknr/yjya/": (0, "None"),
        "/zfxxgk/nb/": (4, "2026-03-20"),
        "/bsfw/grfw/": (5, "2026-07-12"),
        "/bsfw/frfw/": (4, "2026-07-22"),
        "/bsfw/bgxz/": (5, "None"),
        "/bsfw/bstj/": (3, "2026-07-08"),
        "/bsfw/bmts/": (0, "None"),
        "/hdjl/xzxx/list.shtml": (10, "2026-10-10"),
        "/hdjl/yjzj/list.shtml": (4, "2026-09-08"),
        "/hdjl/wsdc/list.shtml": (2, "2026-07-20"),
        "/hdjl/zxft/list.shtml": (3, "2026-08-20"),
        "/hdjl/hygq/list.shtml": (3, "2025-03-14"),
        "/ztzl/aqscy/": (3, "2026-06-30"),
        "/ztzl/mzcj/": (0, "None"),
        "/wznb/": (2, "2026-01-20"),
    }


def test_only_the_planted_columns_are_past_their_limit(
    columns: dict[str, Listed], portal: ModuleType
) -> None:
    late = {key for key, listed in columns.items() if listed.newest and listed.newest < LIMITS[listed.kind]}
    assert late == {one.where for one in portal.PLANTED if one.name.startswith(("stale-", "asleep-"))}


def test_only_the_planted_columns_are_blank(columns: dict[str, Listed], portal: ModuleType) -> None:
    blank = {key for key, listed in columns.items() if not listed.rows}
    assert blank == {one.where for one in portal.PLANTED if one.name.startswith("blank-")}


def test_one_column_stands_on_its_limit_and_one_a_day_past_it(columns: dict[str, Listed]) -> None:
    assert (TODAY - (columns["/xwdt/xzdt/"].newest or TODAY)).days == 14
    assert (TODAY - (columns["/xwdt/jcdt/"].newest or TODAY)).days == 15


def test_the_pinned_row_stands_above_newer_ones(walk: Walk) -> None:
    first, second = [date_in(label) for _, label in rows_of(walk.texts["/tzgg/index.html"])][:2]
    assert first == date(2025, 12, 3) and second == date(2026, 10, 10)


def test_the_home_page_is_fresh_and_lacks_only_the_police_mark(walk: Walk) -> None:
    text = walk.texts["/index.html"]
    assert "2026-10-11" in text
    marks = {
        "conac": "bszs.conac.cn/sitename",
        "error_report": "jiucuo",
        "site_code": "网站标识码：9901230001",
        "icp": "云ICP备00990123号",
        "police": "公网安备",
        "organiser": "主办单位：青禾县人民政府办公室",
        "contact": "联系电话：0808-10126688",
    }
    assert {name for name, words in marks.items() if words not in text} == {"police"}
    assert not [path for path, page in walk.texts.items() if "公网安备" in page]


def test_the_platform_has_all_its_blocks_but_the_regulations(walk: Walk) -> None:
    menu = html.fromstring(walk.texts["/zfxxgk/index.html"]).xpath("//div[contains(@class,'left')]//a/text()")
    assert menu == ["政府信息公开指南", "法定主动公开内容", "政府信息公开年报", "依申请公开"]
    named = [path for path, text in walk.texts.items() if re.search(r'ColumnName" content="[^"]*制度', text)]
    assert not named


# Letters, services, documents

WAITING = re.compile(r"<th>来信时间</th><td>(\d{4})-(\d\d)-(\d\d)</td>")
ELEMENTS = ("设定依据", "申请条件", "办理材料", "办理流程", "办理地点", "办理时间", "联系电话")


def planted_at(portal: ModuleType, name: str) -> str:
    (found,) = planted(portal, name)
    return found


def test_one_letter_waits_too_long_one_a_day_less_and_one_is_answered_on_its_page(
    walk: Walk, portal: ModuleType
) -> None:
    letters = {path: text for path, text in walk.texts.items() if "/xzxx/content_" in path}
    assert len(letters) == 10
    waiting = {
        path: date(*map(int, asked.groups()))
        for path, text in letters.items()
        if "答复" not in text and (asked := WAITING.search(text))
    }
    assert waiting == {
        planted_at(portal, "unanswered-letter"): date(2026, 6, 18),
        planted_at(portal, "letter-on-the-limit"): date(2026, 7, 13),  # three months end a day after TODAY
    }
    listed = {href: label for href, label in rows_of(walk.texts["/hdjl/xzxx/list.shtml"])}
    open_rows = {href for href, label in listed.items() if "办理中" in label}
    own = planted_at(portal, "letter-answered-on-its-page")
    assert open_rows == {*waiting, own} and "<th>答复时间</th><td>2026-05-15</td>" in letters[own]


def test_the_newest_answer_stands_below_an_old_one(walk: Walk, portal: ModuleType) -> None:
    (first, above), (_, below) = rows_of(walk.texts["/hdjl/xzxx/list.shtml"])[:2]
    assert first == planted_at(portal, "old-reply-above")
    assert date_in(above) == date(2025, 11, 7) and date_in(below) == date(2026, 10, 10)


def test_the_statistics_of_services_stopped_over_three_months_ago(columns: dict[str, Listed]) -> None:
    assert columns["/bsfw/bstj/"].newest == date(2026, 7, 8)  # three months ended on 10-08


def test_one_guide_lacks_four_elements_and_all_others_are_whole(walk: Walk, portal: ModuleType) -> None:
    guides = {path: text for path, text in walk.texts.items() if "办事指南</h1>" in text}
    assert len(guides) == 9
    lacking = {
        path: {name for name in ELEMENTS if not re.search(rf"{name}</(?:th|h4)>", text)}
        for path, text in guides.items()
    }
    short = planted_at(portal, "short-guide")
    assert lacking.pop(short) == {"设定依据", "办理流程", "办理地点", "办理时间"}
    assert not any(lacking.values())
    assert [path for path, text in guides.items() if "tab-con" in text] == [
        planted_at(portal, "guide-on-tabs")
    ]


def test_every_pair_is_linked_both_ways_but_one(walk: Walk, portal: ModuleType) -> None:
    told = {path: text for path, text in walk.texts.items() if path.startswith("/zcjd/2")}
    pairs = []
    for path, text in told.items():
        original = re.search(r'政策原文：<a href="([^"]+)"', text)
        assert original, path
        pairs.append((urlsplit(urljoin(path, original[1])).path, path))
    assert len(pairs) == 8
    one_way = {(document, path) for document, path in pairs if document not in walk.parents[path]}
    (interpretation,) = planted(portal, "one-way-pair")[planted_at(portal, "one-way-pair")]
    assert one_way == {(planted_at(portal, "one-way-pair"), interpretation)}
    assert (planted_at(portal, "two-way-pair"), *planted(portal, "two-way-pair").popitem()[1]) in pairs


def test_one_file_is_a_page_under_the_name_of_a_document(walk: Walk, portal: ModuleType) -> None:
    false = {
        path for path, got in walk.answers.items() if got.status == 200
        and path.endswith((".doc", ".docx", ".xls", ".xlsx", ".pdf")) and b"<html" in got.body.lower()
    }  # fmt: skip
    assert false == {planted_at(portal, "false-attachment")}


def test_articles_show_the_date_their_list_shows(walk: Walk) -> None:
    checked = 0
    for path, text in walk.texts.items():
        if "ColumnType" not in text or "ArticleTitle" in text:
            continue
        for href, label in rows_of(text):
            told = shown_date(walk.texts.get(urlsplit(urljoin(path, href)).path, ""))
            listed = date_in(label)
            if told and listed:
                assert told == listed, (path, href)
                checked += 1
    assert checked > 90


def test_later_pubdates_are_there_to_mislead(walk: Walk) -> None:
    late = {
        path.split("/2")[0]
        for path, text in walk.texts.items()
        if (told := shown_date(text))
        and (meta := re.search(r'"PubDate" content="([\d-]{10})', text))
        and date.fromisoformat(meta[1]) > told
    }
    assert late == {"/zcwj", "/hdjl/hygq"}
