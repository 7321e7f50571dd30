"""年报 Yearly reports on disclosure as a site shows them: whose, about which year, when published, with what text."""

import re
from datetime import date
from typing import NamedTuple

from checks.material import Material, date_of, find, trusted_day
from checks.spans import plain_numbers, years_in
from model import ColumnKind, Dated, Evidence, Observation, PageFacts, Topic
from model.site import bare_name

TEXT_LIMIT = 20_000  # characters of a page's text that reading keeps
NAMED = (
    "信息公开年度报告",
    "信息公开工作年度报告",
    "信息公开年报",
    "信息公开工作年报",
    "政务公开年度报告",
    "政务公开工作年度报告",
    "信息公开年度工作报告",
)
TOPIC = Topic(
    name="政府信息公开年报",
    columns=("信息公开年报", "公开年度报告", "公开年报", "公开工作年度报告", "公开工作年报"),
    kinds=(ColumnKind.ANNUAL_REPORT,),
)
_MENTIONS = re.compile("通知|通报|做好|报送|模板|培训|解读|图解")  # about reports, and none itself
_PERIOD = re.compile(r"((?:19|20)\d{2})年0?1月0?1日(?:起)?[,，]?[-至到](?:(?:19|20)\d{2}年)?0?12月31日")
_OWNER = re.compile(r"^(?:关于)?(?P<owner>.{2,30}?)(?=(?:20|19)\d{2}|政府信息公开|信息公开|政务公开|关于)")
_AGENCY = re.compile(
    r"(?:局|委|委员会|办|办公室|厅|处|镇|乡|街道|街道办事处|中心|管委会|医院|学校|公司|院|社|会)$"
)


class Report(NamedTuple):
    """一份年报 `own` False: another agency's; None: nobody can tell. `dated` as its row or page shows it."""

    title: str
    years: frozenset[int]
    dated: Dated | None
    day: date | None
    page: PageFacts | None
    own: bool | None
    seen: Evidence
    mention: bool = False  # a notice about reports: it may hand one out

    @property
    def year(self) -> int | None:
        """The year it is about; None when its title names several or none."""
        return next(iter(self.years)) if len(self.years) == 1 else None

    @property
    def text(self) -> str:
        return self.page.text if self.page is not None else ""


def reports_of(observation: Observation) -> tuple[list[Report], Material]:
    """查找年报 Rows of the columns for reports, rows and pages so titled anywhere; and the columns' material."""
    material = find(observation, TOPIC)
    rows = list(material.rows)
    known = {row.item.url or row.item.title for row in rows}
    for position in sorted(observation.row_titles.holding(NAMED)):
        row = observation.rows[position]
        if (row.item.url or row.item.title) not in known:
            known.add(row.item.url or row.item.title)
            rows.append(row)
    today = observation.moment.today
    found = []
    for row in rows:
        page = observation.page_at(row.item.url) if row.item.url else None
        dated = date_of(observation, row, today)
        words = " ".join(part for part in (row.item.title, dated.raw, row.item.url) if part)
        seen = Evidence(snapshot_id=row.snapshot_id, url=row.page_url, quote=words, shows="material_row")
        found.append(_report(observation, row.item.title, dated, page, seen))
    shown = {id(report.page) for report in found if report.page is not None}
    pages = [observation.page_at(column.url) for column in material.singles]
    pages += [observation.pages[position] for position in sorted(observation.page_titles.holding(NAMED))]
    for page in pages:
        if page is None or id(page) in shown or not page.outcome.observed or page.main_list is not None:
            continue
        shown.add(id(page))
        title = page.meta.get("articletitle") or page.title
        words = " ".join(part for part in (title, page.dated.raw if page.dated else "") if part)
        seen = Evidence(snapshot_id=page.snapshot_id, url=page.final_url, quote=words, shows="material_page")
        found.append(_report(observation, title, page.dated, page, seen))
    return found, material


def _report(
    observation: Observation, title: str, dated: Dated | None, page: PageFacts | None, seen: Evidence
) -> Report:
    read = page if page is not None and page.outcome.observed else None
    years = years_in(title)
    if not years and read is not None:
        years = years_in(read.title) or {year for year in periods_in(read.text)}
    owner = _OWNER.search(plain_numbers(title))
    own = _is_own(observation, owner["owner"]) if owner else None
    day = trusted_day(dated, observation.moment.today)
    return Report(title, frozenset(years), dated, day, read, own, seen, _MENTIONS.search(title) is not None)


def _is_own(observation: Observation, owner: str) -> bool | None:
    """Whether the agency a title opens with is the site's; False only for one of plainly another name."""
    home, site = observation.home, observation.site
    mark = home.marks.organiser.value if home is not None and home.marks.organiser else None
    names = [bare_name(name) for name in (site.organiser, mark, site.name) if name]
    who = bare_name(owner)
    if any(who in name or name in who for name in names):
        return True
    agency = _AGENCY.search(who)
    if agency is None or not names:
        return None
    # An agency goes by short names too: 县人社局 is the 人力资源和社会保障局 of the county.
    return None if any(name.endswith(agency[0]) for name in names) else False


def periods_in(text: str) -> list[int]:
    """统计期限 The years of the whole-year periods a text says it covers: 2020年1月1日至12月31日."""
    return [int(year) for year in _PERIOD.findall(plain_numbers(text))]


def narrative(text: str) -> list[str]:
    """叙述语句 The sentences of the parts written freely (总体情况, 主要问题及改进情况), without figures."""
    parts = []
    for start, end in (("总体情况", "主动公开政府信息情况"), ("主要问题及改进情况", "其他需要报告的事项")):
        at = text.find(start)
        until = text.find(end, at + 1) if at >= 0 else -1
        if at >= 0:
            parts.append(text[at : until if until > 0 else at + 4000])
    sentences = re.split(r"[。；;\n]", "\n".join(parts))
    bare = [re.sub(r"[\d\s.,，、%％]+", "", sentence) for sentence in sentences]
    return [sentence for sentence in bare if len(sentence) >= 8]
