"""年报不合要求 An annual report on disclosure is missing, late, incomplete or copied.

何为问题: 政府信息公开工作年度报告到期未公布、公布晚于规定日期、缺少规定的标题，或照搬上一年度的内容。
怎样测量: 在年报栏目和全站标题中按年度找报告：到期年度没有为缺；条目或页面日期晚于次年规定日期为迟；正文没有规定标题为不全；正文所写统计期限只是更早的年度为照搬。
反例: 2021 年 4 月年报栏目读完，只有 2019 年及以前的；2020 年报告日期为 2021-04-12；2020 年报告正文写“2019年1月1日起至12月31日止”。
正例: 规定日期当天公布；标题用了同义写法；正文同时写到上一年度的数字。
局限: 部门网站没有公开专栏的（年报可能发布在政府门户网站）、栏目未读完、标题没有年度、只见其他单位的报告、日期不足为凭或多个年度同日上网、正文在附件或图片中、正文未读到的，只提请人工核实；与上年叙述几乎相同的只提请核实；内容真实与否由人判断。
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

import model
from checks.annual_reports import TEXT_LIMIT, Report, narrative, periods_in, reports_of
from checks.material import Material, gathered
from checks.report_years import due_on, due_year
from checks.sight import menu_evidence
from checks.unseen import hidden
from model import (
    ColumnKind,
    Hit,
    LinkPlace,
    LinkRelation,
    Moment,
    Named,
    NoSubject,
    Observation,
    SiteKind,
    Subject,
    Unsure,
)
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
MOST_EVIDENCE = 8
SHORTEST_REPORT = 600  # characters: a shorter text only introduces its attachment
IMPORTED = 3  # reports of so many years on one day were put online together
SAME_SENTENCES = 8  # fewer tell nothing
SAME_SHARE = 0.9


class Params(model.Params):
    """参数 `fault`: missing, late (after `due`, MM-DD of the next year), headings (lacks one of `headings`), copied.

    `from_year`: the first reported year for which the document demands it.
    """

    fault: Literal["missing", "late", "headings", "copied"]
    due: str = Field(default="03-31", pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    headings: tuple[Named, ...] = ()
    years: int = Field(default=1, ge=1)  # how many reported years back are looked at
    from_year: int | None = None
    ask: bool = False


def looked_at(params: Params, moment: Moment) -> frozenset[str]:
    """所看年度 The loci of the years that are looked at: those whose report was due, the last of them first."""
    last = due_year(params.due, moment.today)
    years = range(last, last - params.years, -1)
    return frozenset(str(year) for year in years if year >= (params.from_year or 0))


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each year at fault, the last year that was due first; one for all when a person is asked."""
    reports, material = reports_of(subject)
    years = sorted(map(int, looked_at(params, moment)), reverse=True)
    if not years:
        yield NoSubject()
        return
    if params.ask:
        yield _asked(subject, reports, material, years, params)
        return
    if params.fault == "missing":
        for year in years:
            if answer := _missing(subject, reports, material, year, params):
                yield answer
        return
    looked = [year for year in years if _of(reports, year)]
    if not looked:
        yield NoSubject()
    for year in looked:
        if params.fault == "late":
            answer = _late(reports, year, params)
        elif params.fault == "headings":
            answer = _headings(reports, year, params)
        else:
            answer = _copied(reports, year, params)
        if answer is not None:
            yield answer


def _of(reports: list[Report], year: int) -> list[Report]:
    """Reports of that year that may be the site's own; of several the agency's own come first."""
    found = [one for one in reports if year in one.years and one.own is not False and not one.mention]
    return sorted(found, key=lambda report: (report.own is not True, report.page is None))


def _missing(
    observation: Observation, reports: list[Report], material: Material, year: int, params: Params
) -> Hit | None:
    if _of(reports, year):
        return None
    due = due_on(year, params.due)
    mentions = [report for report in reports if report.mention and year in report.years]
    if mentions:
        return _answer(Unsure, "mentioned", year, params, mentions)
    others = [report for report in reports if year in report.years]
    if others:
        return _answer(Unsure, "others_only", year, params, others)
    # Without a year in its title, a report that came online after that year may be it.
    yearless = [one for one in reports if not one.years and (one.day is None or one.day.year > year)]
    yearless = [one for one in yearless if not one.mention]
    if yearless:
        return _answer(Unsure, "yearless", year, params, yearless)
    blind = hidden(observation, material)
    if blind is not None:
        answer = _answer(Unsure, "hidden", year, params, reports, hidden_by=blind.reason, seen=blind.seen)
        return answer.model_copy(update={"evidence": (*blind.evidence, *answer.evidence)[:MOST_EVIDENCE]})
    if not reports and not _has_platform(observation):
        doubt = _answer(Unsure, "perhaps_on_portal", year, params, reports)
        return doubt.model_copy(update={"evidence": menu_evidence(observation)})
    case = "missing" if reports else "absent"
    answer = _answer(Hit, case, year, params, reports, seen=reports[0].title if reports else "")
    evidence = answer.evidence or gathered(observation, material, observation.moment.today, 3)
    return answer.model_copy(
        update={
            "overdue_days": (observation.moment.today - due).days,
            "evidence": evidence or menu_evidence(observation),
            "url": material.columns[0].url if material.columns else observation.site.home,
        }
    )


def _has_platform(observation: Observation) -> bool:
    """Whether the site discloses in a place of its own: a department may do so on its government's portal."""
    return observation.site.kind is not SiteKind.DEPARTMENT or any(
        column.in_disclosure or column.kind is ColumnKind.DISCLOSURE for column in observation.columns
    )


def _late(reports: list[Report], year: int, params: Params) -> Hit | None:
    found = _of(reports, year)
    due = due_on(year, params.due)
    days = [report.day for report in found]
    known = sorted(day for day in days if day is not None)
    if known and known[0] <= due:
        return None
    if None in days or not known:
        return _answer(Unsure, "undated", year, params, found)
    together = {one.year for one in reports if one.day == known[0] and one.year is not None}
    case = "imported" if len(together) >= IMPORTED else "year_unclear" if found[0].year is None else "late"
    kind = Hit if case == "late" else Unsure
    answer = _answer(kind, case, year, params, found, day=known[0])
    return answer.model_copy(
        update={"measured": known[0].isoformat(), "overdue_days": (known[0] - due).days, "newest": known[0]}
    )


def _headings(reports: list[Report], year: int, params: Params) -> Hit | None:
    found = _of(reports, year)
    lacking: list[str] = []
    for report in found:
        text = bare_name(report.text)
        missing = [
            one.name for one in params.headings if not any(bare_name(name) in text for name in one.names)
        ]
        if report.page is not None and not missing:
            return None
        if report is found[0]:
            lacking = missing
    case = _unread(found[0]) or ("year_unclear" if found[0].year is None else "headings")
    answer = _answer(
        Hit if case == "headings" else Unsure, case, year, params, found, seen="、".join(lacking)
    )
    total = len(params.headings)
    return answer.model_copy(
        update={"measured": f"{total - len(lacking)}/{total}", "allowed": f"{total}/{total}"}
    )


def _unread(report: Report) -> str | None:
    """Why the text of a report was not seen whole, or None."""
    page = report.page
    if page is None or page.shell or len(page.text) >= TEXT_LIMIT:
        return "text_unread"
    held = [link.relation for link in page.links if link.place is LinkPlace.CONTENT]
    files = page.attachments or LinkRelation.ATTACHMENT in held or LinkRelation.IMAGE in held
    return "attachment" if files or len(page.text) < SHORTEST_REPORT else None


def _copied(reports: list[Report], year: int, params: Params) -> Hit | None:
    """The period it says it covers is an earlier year's: a sure copy. Nearly the same sentences: for a person."""
    found = _of(reports, year)
    read = [report for report in found if report.page is not None and report.text]
    if not read:
        return _answer(Unsure, "text_unread", year, params, found)
    for report in read:
        periods = periods_in(report.text)
        if periods and max(periods) < year:
            # Some agencies title a report by the year in which it came out.
            sure = report.year == year and report.day is not None and report.day.year > year
            case = "wrong_year" if sure else "year_unclear"
            return _answer(
                Hit if sure else Unsure,
                case,
                year,
                params,
                [report],
                seen=f"{max(periods)}年1月1日至12月31日",
            )
    before = [report for report in _of(reports, year - 1) if report.text and report.year == year - 1]
    for report in read:
        mine = narrative(report.text)
        for other in before:
            theirs = set(narrative(other.text))
            same = sum(sentence in theirs for sentence in mine)
            if (
                other.page is not report.page
                and len(mine) >= SAME_SENTENCES
                and same >= SAME_SHARE * len(mine)
            ):
                answer = _answer(Unsure, "same_text", year, params, [report, other], seen=other.title)
                return answer.model_copy(update={"measured": f"{same}/{len(mine)}"})
    files = _unread(read[0])
    return _answer(Unsure, files, year, params, read) if files else None


def _answer(
    answer: type[Hit],
    case: str,
    year: int,
    params: Params,
    reports: list[Report],
    day: date | None = None,
    seen: str = "",
    hidden_by: str = "",
) -> Hit:
    due = due_on(year, params.due)
    told: dict[str, str | int] = {
        "year": year,
        "due": due.isoformat(),
        "date": day.isoformat() if day else "",
        "title": reports[0].title if reports else "",
        "reports": len(reports),
        "seen": seen,
    }
    if hidden_by:
        told["hidden_by"] = hidden_by
    page = reports[0].page if reports else None
    return answer(
        message_id=f"check.faulty_annual_report.{case}",
        params=told,
        evidence=tuple(report.seen for report in reports[:MOST_EVIDENCE]),
        locus=str(year),
        subject_name=str(year),
        url=page.final_url if page else reports[0].seen.url if reports else None,
        allowed=due.isoformat(),
    )


def _asked(
    observation: Observation, reports: list[Report], material: Material, years: list[int], params: Params
) -> Unsure:
    found = [report for year in years for report in _of(reports, year)]
    answer = _answer(Unsure, "ask_found" if found else "ask_not_found", years[0], params, found or reports)
    evidence = answer.evidence or gathered(observation, material, observation.moment.today)
    return Unsure(
        **dict(answer) | {"locus": params.fault, "evidence": evidence, "url": observation.site.home}
    )
