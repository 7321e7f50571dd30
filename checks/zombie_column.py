"""空白栏目、睡眠栏目 A column that holds nothing (blank), or that fell asleep long ago (asleep).

何为问题: 空白栏目，指栏目下没有任何内容；睡眠栏目，指应更新而长期未更新的栏目。
怎样测量: blank 取读页时按页面结构作出的判断（列表无条目、总数为零、单页无正文）；asleep 以最新条目日期加时限与监测时间点相比。
反例: 栏目页只有空列表，页码脚本总数为 0；栏目最新一条已满一年以上。
正例: 汇集下级栏目的频道页；内容依法长期不变的指南、制度、机构职能；最新一条恰满一年的当日。
局限: 有下级栏目的空白栏目、页面另一处列表有条目、条目未按新旧排列而列表未读完、采集未完而下一页或另一网址未打开的，只提请核实；表单、征集一类栏目没有列表属正常，认不出类型的单页可能不是栏目，均只提请核实；栏目是否“应更新”需要人判断的类型（ask_kinds）同样只提请核实。
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

import model
from checks.freshness import (
    doubt_of,
    fresh_elsewhere,
    is_future,
    may_be_in_time,
    newer_may_hide,
    newest_of,
    row_evidence,
)
from model import (
    Column,
    ColumnForm,
    ColumnKind,
    Evidence,
    Hit,
    Moment,
    Period,
    Subject,
    Unsure,
)

SUBJECT = Subject.COLUMN
NEEDS = frozenset({"blank"})


class Params(model.Params):
    """参数 `kind` blank or asleep; `period` for asleep.

    `ask_kinds`: column kinds for which a person decides whether it is a fault. `except_top_kinds`: kinds whose
    first-level columns another rule already judges, so that one silence is not counted twice.
    """

    kind: Literal["blank", "asleep"]
    period: Period | None = None
    ask_kinds: tuple[ColumnKind, ...] = ()
    except_top_kinds: tuple[ColumnKind, ...] = ()

    @model_validator(mode="after")
    def _period_goes_with_asleep(self) -> "Params":
        if (self.kind == "asleep") != (self.period is not None):
            raise ValueError("asleep needs a period, blank has none")
        return self


def judge(subject: Column, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 At most one answer per column; a landing page is judged through the columns it gathers."""
    column = subject
    if column.form in (ColumnForm.LANDING, ColumnForm.LINK_OUT):
        return
    if column.level == 1 and column.kind in params.except_top_kinds:
        return
    if params.kind == "blank":
        yield from _blank(column, params)
    else:
        yield from _asleep(column, params, moment)


def _blank(column: Column, params: Params) -> Iterator[Hit | Unsure]:
    if not column.blank or column.items:
        return
    # an empty page of no known kind (a footer's 联系方式, say), or of a kind that only its title tells, may be no column at all
    nameless = column.form is ColumnForm.SINGLE and (
        column.kind is ColumnKind.OTHER or column.kind_source == "title"
    )
    ask = nameless or column.kind in params.ask_kinds
    case = (
        "blank_parent"
        if column.children
        else "blank_elsewhere"
        if column.elsewhere
        else "blank_unopened"
        if column.unopened
        else "blank_ask"
        if ask
        else "blank"
    )
    url, snapshot_id = column.first_page
    shows = (
        "total_zero" if column.total == 0 else "no_text" if column.form is ColumnForm.SINGLE else "no_rows"
    )
    evidence = [Evidence(snapshot_id=snapshot_id, url=url, shows=shows)]
    if column.proved_by:
        evidence.append(
            Evidence(snapshot_id=column.proved_by, url=column.proved_on or "", shows="same_build")
        )
    if column.elsewhere:
        evidence.append(row_evidence(column.elsewhere, url, snapshot_id, "elsewhere_row"))
    yield (Hit if case == "blank" else Unsure)(
        message_id=f"check.zombie_column.{case}",
        params={"column": column.name, "children": len(column.children)},
        evidence=tuple(evidence),
        measured="0",
    )


def _asleep(column: Column, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    newest = newest_of(column.items or (), moment.today)
    if newest is None or newest.dated.value is None or params.period is None:
        return  # without a dated row nobody can say how long it has slept; stale_column asks about those
    day = newest.dated.value
    due = params.period.after(day)
    if due >= moment.today:
        return
    other = fresh_elsewhere(column, params.period, moment.today)
    doubtful = (
        doubt_of(newest.dated, moment.today) is not None
        or may_be_in_time(column.items or (), params.period, moment.today)
        or column.undated * 2 > len(column.items or ())
        or any(item.dated.value and is_future(item.dated.value, moment.today) for item in column.items or ())
        or newer_may_hide(column)
    )
    case = (
        "asleep_elsewhere"
        if other
        else "asleep_doubtful"
        if doubtful
        else "asleep_ask"
        if column.kind in params.ask_kinds
        else "asleep"
    )
    evidence = [row_evidence(newest, *column.shown_on(newest))]
    if other:
        evidence.append(row_evidence(other, *column.first_page, "elsewhere_row"))
    yield (Hit if case == "asleep" else Unsure)(
        message_id=f"check.zombie_column.{case}",
        params={
            "column": column.name,
            "newest": day.isoformat(),
            "days": moment.days_since(day),
            "due": due.isoformat(),
            "overdue_days": (moment.today - due).days,
            "date": other.dated.value.isoformat() if other and other.dated.value else "",
        },
        evidence=tuple(evidence),
        measured=str(moment.days_since(day)),
        allowed=str(params.period),
        newest=day,
        overdue_days=(moment.today - due).days,
    )
