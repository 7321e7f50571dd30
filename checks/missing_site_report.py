"""未公布网站工作年度报表 The yearly report of the site itself is missing, late or not on the home page.

何为问题: 每年规定日期前未公布上一年度的政府网站工作年度报表，或公布了而首页没有入口。
怎样测量: 在首页入口、全站链接、条目、页面标题和报表类栏目中找“网站工作年度报表”一类名称及其年度；最近一个已到期的年度没有，或条目日期晚于规定日期，即为问题。
反例: 2021 年 3 月，首页没有年度报表入口，全站也没有 2020 年度报表；报表条目日期为 2021-02-20。
正例: 首页有“2020年政府网站工作年度报表”链接；规定日期当天仍在期内。
局限: 首页未读全（脚本、无文字图片入口）、采集未完、入口没有年度而所到页面未读或在其他网站、日期不足为凭的，只提请人工核实；不核对报表内容；监管年度报表不能替代。
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from pydantic import Field

import model
from checks.material import column_evidence, date_of, row_seen, trusted_day
from checks.report_years import due_on, due_year
from checks.sight import ENTRY_TAGS, gap_of, nearly_empty, own_entries, same_address, scripted
from checks.spans import years_in
from model import (
    Column,
    ColumnKind,
    Entry,
    Evidence,
    Hit,
    Link,
    LinkRelation,
    Moment,
    NoSubject,
    Observation,
    PageFacts,
    Row,
    Subject,
    Unsure,
)
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
NAMES = ("年度报表", "工作报表", "网站年报", "网站工作年报", "网站年度报告", "网站工作年度报告")
NOT_IT = ("监管", "信息公开", "法治", "统计", "财务", "企业", "决算")
LONGEST_ENTRY = 40  # characters: longer words are sentences
MARK_HOSTS = ("conac.cn", "beian.", "zfwzgl.www.gov.cn", "bszs.")  # pictures of the foot
FOOT_SEEN = 3  # so many marks in the source prove that the foot of the page was read
MOST_EVIDENCE = 8


class Params(model.Params):
    """参数 `due`: MM-DD of the year after the reported one."""

    due: str = Field(default="01-31", pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    on_home: bool = True
    ask: bool = False


class Found(NamedTuple):
    """所见 What bears the report's name: rows, links, pages and columns."""

    rows: list[Row]
    entries: list[Entry]
    pages: list[PageFacts]
    columns: list[Column]
    at_home: list[Link]  # entries of the home page
    home: PageFacts | None

    def evidence(self) -> tuple[Evidence, ...]:
        home = self.home
        seen = [_seen(home, f"{link.anchor} {link.url}") for link in self.at_home[:3] if home is not None]
        seen += [row_seen(row) for row in self.rows[:4]]
        seen += [column_evidence(column) for column in self.columns[:3]]
        seen += [_seen(entry.page, f"{entry.link.anchor} {entry.link.url}") for entry in self.entries[:3]]
        return (*seen, *(_seen(page, page.title) for page in self.pages[:3]))[:MOST_EVIDENCE]


def looked_at(params: Params, moment: Moment) -> frozenset[str]:
    """所看年度 The locus of the one year that is looked at."""
    return frozenset({str(due_year(params.due, moment.today))})


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer: for the last year whose report was due by now."""
    year = due_year(params.due, moment.today)
    found = _find(subject)
    case, day = _case(subject, found, params, year)
    if params.ask:
        case = "ask_found" if case in (None, "late", "not_on_home") else "ask_not_found"
    if case is None:
        return
    home = subject.home
    evidence = found.evidence()
    if not evidence and home is not None:
        words = " ".join(link.anchor for link in own_entries(home) if link.anchor)[:300]
        evidence = (
            Evidence(snapshot_id=home.snapshot_id, url=home.final_url, quote=words, shows="navigation"),
        )
    due = due_on(year, params.due)
    yield (Hit if case in ("absent", "late", "not_on_home", "year_missing") else Unsure)(
        message_id=f"check.missing_site_report.{case}",
        params={
            "year": year,
            "due": due.isoformat(),
            "today": moment.today.isoformat(),
            "date": day.isoformat() if day else "",
            "seen": evidence[0].quote if evidence else "",
        },
        evidence=evidence,
        locus=str(year),
        url=subject.site.home,
        measured=day.isoformat() if day else None,
        allowed=due.isoformat(),
        overdue_days=((day or moment.today) - due).days
        if case in ("absent", "late", "year_missing")
        else None,
    )


def _case(
    observation: Observation, found: Found, params: Params, year: int
) -> tuple[str | None, date | None]:
    """Which case it is (None: published in time and where it belongs), and the day of publishing when it is late."""
    home = observation.home
    if home is None or not home.outcome.observed:
        return "home_unread", None
    today = observation.moment.today
    rows = [row for row in found.rows if year in years_in(row.item.title)]
    told = [entry.link.anchor for entry in found.entries] + [page.title for page in found.pages]
    told += [column.name for column in found.columns] + [link.anchor for link in found.at_home]
    if not rows and not any(year in years_in(text) for text in told):
        return _not_seen(observation, home, found, year), None
    if params.on_home and not found.at_home:
        return ("not_on_home" if _surely_read(home) else "home_partly_read"), None
    days = [date_of(observation, row, today) for row in rows]
    known = [trusted_day(dated, today) for dated in days]
    sure = [day for day in known if day is not None]
    due = due_on(year, params.due)
    if not sure or min(sure) <= due:
        return None, None
    dated = {row.item.url for row in rows}
    others = [one for one in found.entries if year in years_in(one.link.anchor) and one.link.url not in dated]
    undated = len(sure) < len(rows) or bool(others)
    return ("maybe_late" if undated else "late"), min(sure)


def _not_seen(observation: Observation, home: PageFacts, found: Found, year: int) -> str:
    """Nothing of that year: whether that is sure."""
    outside = [entry for entry in found.entries if entry.link.relation is LinkRelation.EXTERNAL]
    if outside:
        return "link_out"
    read = [column for column in found.columns if column.complete and column.items]
    yearless = [row for row in found.rows if not years_in(row.item.title)]
    if found.rows and read and not yearless and len(read) == len(found.columns):
        others = [entry for entry in found.entries if not years_in(entry.link.anchor)]
        led = all(any(same_address(entry.link.url, one.url) for one in read) for entry in others)
        if led and not gap_of(observation):
            return "year_missing"
    if found.columns or yearless or any(not years_in(entry.link.anchor) for entry in found.entries):
        return "year_unknown"
    if gap_of(observation) or not _surely_read(home):
        return "maybe_unseen"
    return "year_missing" if found.rows or found.entries or found.pages else "absent"


def _surely_read(home: PageFacts) -> bool:
    """Whether an entry that was not read on the home page is not there: no picture without words, no script's work."""
    if home.shell or nearly_empty(home) or _has_pictures(home):
        return False
    marks = home.marks
    foot = (
        marks.conac,
        marks.error_report,
        marks.site_code,
        marks.icp,
        marks.police,
        marks.organiser,
        marks.contact,
    )
    return home.rendered or not scripted(home) or sum(mark is not None for mark in foot) >= FOOT_SEEN


def _has_pictures(home: PageFacts) -> bool:
    """Whether a picture without words leads to a page that no words of the home page lead to."""
    named = {link.url for link in home.links if link.anchor.strip()} | {home.url, home.final_url}
    return any(
        link.tag in ENTRY_TAGS
        and link.relation in (LinkRelation.INTERNAL, LinkRelation.EXTERNAL)
        and not link.anchor.strip()
        and link.url not in named
        and not any(mark in link.url for mark in MARK_HOSTS)
        for link in home.links
    )


def _find(observation: Observation) -> Found:
    columns = [
        column
        for column in observation.columns
        if column.kind is ColumnKind.SITE_REPORT or _is_it(column.name)
    ]
    inside = observation.positions_in({column.key for column in columns})
    titled = {
        position
        for position in observation.row_titles.holding(NAMES)
        if _is_it(observation.rows[position].item.title)
    }
    entries = [observation.entries[position] for position in sorted(observation.entry_names.holding(NAMES))]
    pages = [observation.pages[position] for position in sorted(observation.page_titles.holding(NAMES))]
    home = observation.home
    shown = own_entries(home) if home is not None and home.outcome.observed else []
    return Found(
        rows=[observation.rows[position] for position in sorted(inside | titled)],
        entries=[
            entry
            for entry in entries
            if _is_it(entry.link.anchor) and entry.link.relation is not LinkRelation.COMMENTED
        ],
        pages=[page for page in pages if page.outcome.observed and _is_it(page.title)],
        columns=columns,
        at_home=[link for link in shown if _is_it(link.anchor) or _leads_to(link.url, columns)],
        home=home,
    )


def _is_it(name: str) -> bool:
    bare = bare_name(name)
    return (
        len(bare) <= LONGEST_ENTRY
        and any(word in bare for word in NAMES)
        and not any(word in bare for word in NOT_IT)
    )


def _leads_to(url: str, columns: Iterable[Column]) -> bool:
    return any(same_address(url, column.url) for column in columns if column.kind is ColumnKind.SITE_REPORT)


def _seen(page: PageFacts, quote: str) -> Evidence:
    return Evidence(snapshot_id=page.snapshot_id, url=page.final_url, quote=quote, shows="report_entry")
