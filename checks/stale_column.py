"""超期未更新 A column whose newest row is older than its period allows.

何为问题: 动态、要闻类栏目监测时间点前两周内未更新，通知公告、政策文件类一级栏目六个月内未更新。
怎样测量: 取已读各页条目中的最大日期（不是第一行），加上时限得到最迟更新日；监测时间点晚于该日即为超期，当日仍在期内。
反例: 最新一条为 2020-12-20，时限两周，监测时间点 2021-01-13：超期 10 天。
正例: 置顶旧文之下有一条 2021-01-08 的新文；或最新一条恰在最迟更新日。
局限: 空白栏目由 zombie_column 判定；页面另一处列表有期内条目、条目未按新旧排列而列表未读完、采集未完而下一页或另一网址未打开、全部或多数条目无日期、日期只见于网址或标题、年份可能推断有误的，只提请人工核实。
"""

from collections.abc import Iterator
from datetime import date

import model
from checks.freshness import (
    Doubt,
    doubt_of,
    fresh_elsewhere,
    is_future,
    may_be_in_time,
    newer_may_hide,
    newest_of,
    row_evidence,
)
from model import Column, Hit, ListItem, Moment, Period, Subject, Unsure

SUBJECT = Subject.COLUMN
NEEDS = frozenset({"items"})


class Params(model.Params):
    """参数 `period`: how long the column may stay silent, P14D, P6M, P1Y."""

    period: Period


def judge(subject: Column, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 At most one answer per column; columns without rows are left to zombie_column."""
    column, items = subject, subject.items or ()
    if not items:
        return
    today = moment.today
    newest = newest_of(items, today)
    if newest is None or newest.dated.value is None:
        yield _undated(column, items, today)
        return
    due = params.period.after(newest.dated.value)
    if due >= today:
        return
    yield _overdue(column, newest, due, params, moment)


def _overdue(column: Column, newest: ListItem, due: date, params: Params, moment: Moment) -> Hit | Unsure:
    day = newest.dated.value or date.min
    today = moment.today
    other = fresh_elsewhere(column, params.period, today)
    case = "newer_elsewhere" if other else _doubt(column, newest, params.period, today)
    evidence = [row_evidence(newest, *column.shown_on(newest))]
    if other:
        evidence.append(row_evidence(other, *column.first_page, "elsewhere_row"))
    hit = Hit if case is None else Unsure
    return hit(
        message_id=f"check.stale_column.{case or 'overdue'}",
        params={
            "column": column.name,
            "newest": day.isoformat(),
            "due": due.isoformat(),
            "today": today.isoformat(),
            "days": moment.days_since(day),
            "overdue_days": (today - due).days,
            "undated": column.undated,
            "rows": len(column.items or ()),
            "date": other.dated.value.isoformat() if other and other.dated.value else "",
        },
        evidence=tuple(evidence),
        measured=str(moment.days_since(day)),
        allowed=str(params.period),
        newest=day,
        overdue_days=(today - due).days,
    )


def _doubt(column: Column, newest: ListItem, period: Period, today: date) -> str | None:
    """Which case makes the oldness no proof, or None."""
    items = column.items or ()
    if any(item.dated.value and is_future(item.dated.value, today) for item in items):
        return "future_dates"
    doubt = doubt_of(newest.dated, today)
    if doubt:
        return doubt.value
    if may_be_in_time(items, period, today):
        return Doubt.INFERRED_YEAR.value
    if column.undated and (not column.complete or column.undated * 2 > len(items)):
        return "partly_undated"
    if not newer_may_hide(column):
        return None
    return f"unopened_{column.unopened}" if column.unopened else "unordered"


def _undated(column: Column, items: tuple[ListItem, ...], today: date) -> Unsure:
    future = [item for item in items if item.dated.value]
    return Unsure(
        message_id=f"check.stale_column.{'future_dates_only' if future else 'undated'}",
        params={"column": column.name, "rows": len(items), "today": today.isoformat()},
        evidence=(row_evidence(items[0], *column.shown_on(items[0]), "first_row"),),
    )
