"""专题内容超期未更新 The newest material on a topic is older than its period allows.

何为问题: 某一类内容在规定时限内没有新的条目。
怎样测量: 汇总这类内容所在各栏目的条目、单页和内容页，取可信日期中最新的一个，加上时限得到最迟更新日；监测时间点晚于该日即为超期，当日仍在期内。
反例: 财政收支内容时限三个月，最新一条为 2020-09-30，监测时间点 2021-01-13，各列表均已读到：超期 14 天。
正例: 一个栏目停更，但同类内容的另一个栏目有期内条目；最新一条恰在最迟更新日。
局限: 网站上没有这类内容的不在此判定；有条目无日期、日期只见于网址或标题、页面另一处列表有期内条目、有关栏目或入口未读到的，只提请人工核实。
"""

from collections.abc import Iterator
from datetime import date
from typing import TypeVar

import model
from checks.freshness import fresh_elsewhere, loose_years, may_be_in_time
from checks.material import Material, date_of, find, gathered, trusted_day
from checks.spans import earliest
from checks.unseen import hidden
from model import Dated, Hit, ListItem, Moment, NoSubject, Observation, Period, Subject, Topic, Unsure

Answer = TypeVar("Answer", bound=Hit)

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 `topic`, and the `period` its newest row may be old. `ask`: evidence rule, always for a person."""

    topic: Topic
    period: Period
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer. Material that is not there at all is for missing_material to say."""
    today = moment.today
    material = find(subject, params.topic)
    dates = _dates(subject, material, today)
    days = [day for day in (trusted_day(dated, today) for dated in dates) if day is not None]
    newest = max(days, default=None)
    if params.ask:
        case = "ask_not_found" if not dates else "ask_found" if newest else "ask_undated"
        yield _answer(Unsure, case, subject, material, params, today, newest)
    elif not dates:
        yield NoSubject()
    elif newest is None:
        yield _answer(Unsure, "undated", subject, material, params, today, None, undated=len(dates))
    elif params.period.after(newest) < today:
        yield _overdue(subject, material, params, today, newest, len(dates) - len(days))


def _overdue(
    subject: Observation, material: Material, params: Params, today: date, newest: date, undated: int
) -> Hit | Unsure:
    fresh = any(fresh_elsewhere(column, params.period, today) for column in material.columns)
    loose = any(may_be_in_time([item], params.period, today) for item in _loose(material))
    if fresh:
        return _answer(Unsure, "newer_elsewhere", subject, material, params, today, newest)
    if undated or loose:
        return _answer(Unsure, "partly_undated", subject, material, params, today, newest, undated)
    blind = hidden(subject, material, earliest(params.period, today))
    if blind:
        told: dict[str, str | int] = {"hidden_by": blind.reason, "seen": blind.seen}
        found = _answer(Unsure, "hidden", subject, material, params, today, newest)
        return found.model_copy(
            update={"params": found.params | told, "evidence": (*found.evidence[:4], *blind.evidence[:4])}
        )
    return _answer(Hit, "overdue", subject, material, params, today, newest)


def _loose(material: Material) -> list[ListItem]:
    """Rows of the material whose year was inferred, and which their list's order does not hold in place."""
    columns = {row.column.key: row.column for row in material.rows if row.column is not None}
    loose = {id(item) for column in columns.values() for item in loose_years(column.items or ())}
    return [row.item for row in material.rows if id(row.item) in loose]


def _dates(subject: Observation, material: Material, today: date) -> list[Dated]:
    """The date of each thing, undated ones too."""
    dates = [date_of(subject, row, today) for row in material.rows]
    dates += [page.dated or Dated() for page in material.pages]
    for column in material.singles:
        page = subject.page_at(column.url)
        dates.append((page.dated if page else None) or Dated())
    return dates


def _answer(
    answer: type[Answer],
    case: str,
    subject: Observation,
    material: Material,
    params: Params,
    today: date,
    newest: date | None,
    undated: int = 0,
) -> Answer:
    due = params.period.after(newest) if newest else today
    late = (today - due).days
    return answer(
        message_id=f"check.stale_material.{case}",
        params={
            "name": params.topic.name,
            "newest": newest.isoformat() if newest else "",
            "due": due.isoformat(),
            "today": today.isoformat(),
            "days": (today - newest).days if newest else 0,
            "overdue_days": late,
            "undated": undated,
            "found": material.amount,
        },
        evidence=gathered(subject, material, today),
        locus=params.topic.name,
        subject_name=params.topic.name,
        url=material.columns[0].url if material.columns else subject.site.home,
        measured=str((today - newest).days) if newest else None,
        allowed=str(params.period),
        newest=newest,
        overdue_days=late if newest and late > 0 else None,
    )
