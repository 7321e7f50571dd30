"""到期未公开 A thing due by a day is not there, or came later.

何为问题: 规定在某日之前公开的内容（实施方案、上一年度年报等）到期没有，或迟于该日才公开。
怎样测量: 由规定的日期、发文之日起的工作日数、或次年的月日算出到期日；到期日当天仍为按时。按主题查找，取可信日期中最早的一个与到期日相比。
反例: 应于 2017-06-09 前公开，全站读完仍没有；或最早一件日期为 2017-06-12，迟 3 天。
正例: 恰在到期日公开；尚未到期的不判定。
局限: 日期不足为凭、节假日安排尚未收录而到期日为估算、列表未读完、有关栏目或入口未读到、标题未写年份的，只提请人工核实。
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, Self

from pydantic import Field, model_validator

import model
from checks.material import Material, date_of, find, gathered, trusted_day
from checks.spans import with_year, years_in
from checks.unseen import hidden, menu_seen
from model import Dated, Evidence, Hit, Moment, NoSubject, Observation, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
MOST_EVIDENCE = 8


class Params(model.Params):
    """参数 Exactly one of `due` (a day), `workdays` after `issued`, `yearly` (MM-DD of the year after the reported one)."""

    topic: Topic
    due: date | None = None
    issued: date | None = None
    workdays: int | None = Field(default=None, ge=1)
    yearly: str | None = Field(default=None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    ask: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.issued is None) is not (self.workdays is None):
            raise ValueError("workdays and issued are given together")
        if [self.due, self.workdays, self.yearly].count(None) != 2:
            raise ValueError("give exactly one of due, workdays with issued, yearly")
        if self.yearly:
            _on(2000, self.yearly)
        return self


class Duty(NamedTuple):
    """到期 The last day in time, the year that is reported on, and whether holidays could move the day."""

    due: date
    year: int | None = None
    estimated: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer. Before the day is over there is nothing to judge."""
    duty, today = _duty(params, moment), moment.today
    if today <= duty.due:
        yield NoSubject()
        return
    material = find(subject, params.topic)
    days, undated, yearless = _days(subject, material, params, duty, today)
    first = min(days, default=None)
    if params.ask:
        case = "ask_found" if first else "ask_undated" if undated or yearless else "ask_not_found"
        yield _answer(Unsure, case, subject, material, params, duty, today, first)
    elif first is not None and first <= duty.due:
        return
    elif undated or yearless:
        case = "undated" if undated else "yearless"
        yield _answer(Unsure, case, subject, material, params, duty, today, first)
    elif blind := hidden(subject, material):
        yield _answer(
            Unsure, "hidden", subject, material, params, duty, today, first,
            blind.evidence, hidden_by=blind.reason, seen=blind.seen,
        )  # fmt: skip
    elif duty.estimated:
        yield _answer(Unsure, "estimated", subject, material, params, duty, today, first)
    else:
        yield _answer(Hit, "late" if first else "absent", subject, material, params, duty, today, first)


def _duty(params: Params, moment: Moment) -> Duty:
    if params.due is not None:
        return Duty(params.due)
    if params.issued is not None and params.workdays is not None:
        calendar = moment.calendar
        due = calendar.add_workdays(params.issued, params.workdays)
        years = range(params.issued.year, due.year + 1)
        return Duty(due, estimated=not all(calendar.knows(date(year, 1, 1)) for year in years))
    today, yearly = moment.today, params.yearly or "12-31"
    due = _on(today.year, yearly)
    if due >= today:
        due = _on(today.year - 1, yearly)
    return Duty(due, due.year - 1)


def _on(year: int, month_day: str) -> date:
    """That day of a year; 02-29 is the last of February in common years."""
    month, day = map(int, month_day.split("-"))
    leap = (month, day) == (2, 29) and (year % 4 != 0 or (year % 100 == 0 and year % 400 != 0))
    return date(year, month, 28 if leap else day)


def _days(
    subject: Observation, material: Material, params: Params, duty: Duty, today: date
) -> tuple[list[date], int, int]:
    """Trusted days of what was found; how much of it has none; how much does not tell the year it reports on."""
    found: list[tuple[str, Dated | None]] = []
    for row in material.rows:
        shown, page = date_of(subject, row, today), subject.page_at(row.item.url)
        own = trusted_day(page.dated if page else None, today)
        if page is not None and own is not None and own < (trusted_day(shown, today) or date.min):
            shown = page.dated or shown  # brought back to the top of a list later than it was published
        found.append((with_year(row.item.title, row.column.name if row.column else ""), shown))
    found += [(page.title, page.dated) for page in material.pages]
    for column in material.singles:
        page = subject.page_at(column.url)
        found.append((column.name, page.dated if page else None))
    days: list[date] = []
    undated = yearless = 0
    for title, dated in found:
        day = trusted_day(dated, today)
        if duty.year is not None:
            years = years_in(title)
            if years and duty.year not in years:
                continue
            if not years and (day is None or date(duty.year, 12, 1) <= day <= date(duty.year + 1, 12, 31)):
                yearless += 1
            if not years:
                continue
        if day is None:
            undated += 1
        elif params.issued is None or day >= params.issued:
            days.append(day)
    return days, undated, yearless


def _answer(
    answer: type[Hit],
    case: str,
    subject: Observation,
    material: Material,
    params: Params,
    duty: Duty,
    today: date,
    first: date | None,
    more: tuple[Evidence, ...] = (),
    **told: str | int,
) -> Hit:
    name = params.topic.name
    late = ((first or today) - duty.due).days
    evidence = gathered(subject, material, today) or menu_seen(subject)
    return answer(
        message_id=f"check.overdue_duty.{case}",
        params={
            "name": name if duty.year is None else f"{duty.year} {name}",
            "due": duty.due.isoformat(),
            "first": first.isoformat() if first else "",
            "today": today.isoformat(),
            "late": late,
            "found": material.amount,
            "words": material.words,
            **told,
        },
        evidence=tuple(dict.fromkeys((*evidence[: MOST_EVIDENCE - len(more)], *more))),
        locus=name,
        subject_name=name,
        url=material.columns[0].url if material.columns else subject.site.home,
        measured=first.isoformat() if first else None,
        allowed=duty.due.isoformat(),
        overdue_days=late if late > 0 else None,
    )
