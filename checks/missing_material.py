"""应公开内容缺失 Material that must be published is nowhere on the site.

何为问题: 按规定必须公开的一类或几类内容（例如本年度预算、重大政策解读）在网站上没有，或不足规定数量。
怎样测量: 每类内容按栏目类型、栏目名称和标题查找，计条目、单页与内容页；规定了期限的，只计日期在期内的。
反例: 首页、导航栏目都已读到，列表也读到期限之前，仍没有一条“决算”；应有 3 件解读而期内只有 2 件。
正例: “财政预决算”下的“部门决算”栏目有一条 2020 年部门决算；领导简介栏目是一页正文。
局限: 首页或有关栏目未读到、采集未完、列表未读到期限之前、入口指向外站、别处有同名内容、名称相近疑似改名、条目无日期或日期不足为凭的，只提请人工核实。
"""

from collections.abc import Iterator
from datetime import date

from pydantic import Field

import model
from checks.material import Material, column_evidence, date_of, find, gathered, row_seen, trusted_day
from checks.spans import earliest
from checks.unseen import Blind, hidden, menu_seen
from model import Hit, Moment, NoSubject, Observation, Period, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
MOST_EVIDENCE = 8


class Params(model.Params):
    """参数 Each of `groups` must have `at_least` rows (or a single page with text), dated within `within` if given.

    `near`: words in column names and row titles elsewhere that may be the material under another name: then a
    person looks. `since`: before this day nothing is demanded. `ask`: evidence rule, unsure with what was found.
    """

    groups: tuple[Topic, ...] = Field(min_length=1)
    at_least: int = Field(default=1, ge=1)
    within: Period | None = None
    since: date | None = None
    near: tuple[str, ...] = ()
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each group that is lacking or doubtful; one for all of them when a person is asked."""
    today = moment.today
    if params.since is not None and today < params.since:
        yield NoSubject()
        return
    groups = [find(subject, topic) for topic in params.groups]
    if params.ask:
        yield _asked(subject, groups, params, today)
        return
    for material in groups:
        answer = _group(subject, material, params, today)
        if answer is not None:
            yield answer


def _group(subject: Observation, material: Material, params: Params, today: date) -> Hit | Unsure | None:
    start = earliest(params.within, today) if params.within is not None else None
    sure, doubtful = counted(subject, material, start, today)
    if sure >= params.at_least:
        return None
    case, seen = "", ""
    evidence = gathered(subject, material, today, MOST_EVIDENCE)
    if sure + doubtful >= params.at_least:
        case = "undated"
    elif blind := hidden(subject, material, start) or _near(subject, material, params, start):
        case, seen = "hidden", blind.seen
        evidence = tuple(dict.fromkeys((*evidence[:4], *blind.evidence)))[:MOST_EVIDENCE]
    told: dict[str, str | int] = {
        "name": material.topic.name,
        "found": sure,
        "doubtful": doubtful,
        "at_least": params.at_least,
        "start": start.isoformat() if start else "",
        "all": material.amount,
        "seen": seen,
        "words": material.words,
        "columns": len(subject.columns),
        "rows": len(subject.rows),
    }
    if case == "hidden" and blind is not None:
        told["hidden_by"] = blind.reason
    accused = "absent" if not material.amount else "too_few_since" if start else "too_few"
    return (Unsure if case else Hit)(
        message_id=f"check.missing_material.{case or accused}",
        params=told,
        evidence=evidence or menu_seen(subject),
        locus=material.topic.name,
        subject_name=material.topic.name,
        url=subject.site.home,
        measured=str(sure),
        allowed=str(params.at_least),
    )


def _near(subject: Observation, material: Material, params: Params, start: date | None) -> Blind | None:
    """Columns and rows of such words outside the material; rows that are surely too old say nothing."""
    own = {column.key for column in material.columns}
    held = subject.column_names.holding(params.near)
    columns = [subject.columns[at] for at in sorted(held) if subject.columns[at].key not in own]
    rows = [subject.rows[at] for at in sorted(subject.row_titles.holding(params.near))]
    today = subject.moment.today
    dates = {id(row): trusted_day(date_of(subject, row, today), today) for row in rows}
    rows = [row for row in rows if row.column is None or row.column.key not in own]
    rows = [row for row in rows if start is None or (dates[id(row)] or start) >= start]
    if not columns and not rows:
        return None
    seen = "、".join([column.name for column in columns[:5]] or [row.item.title for row in rows[:3]])
    found = [column_evidence(column) for column in columns if not column.blank] + [
        row_seen(row) for row in rows
    ]
    return Blind("elsewhere", seen, tuple(found[:5]))


def counted(subject: Observation, material: Material, start: date | None, today: date) -> tuple[int, int]:
    """计数 How much of the material counts for certain, and how much only if its date were known."""
    if start is None:
        return material.amount, 0
    days = [trusted_day(date_of(subject, row, today), today) for row in material.rows]
    days += [trusted_day(page.dated, today) for page in material.pages]
    for column in material.singles:
        page = subject.page_at(column.url)
        days.append(trusted_day(page.dated if page else None, today))
    return sum(day is not None and day >= start for day in days), days.count(None)


def _asked(subject: Observation, groups: list[Material], params: Params, today: date) -> Unsure:
    start = earliest(params.within, today) if params.within is not None else None
    enough = [one for one in groups if sum(counted(subject, one, start, today)) >= params.at_least]
    lacking = [one for one in groups if one not in enough]
    share = max(2, MOST_EVIDENCE // len(groups))
    evidence = [seen for one in groups for seen in gathered(subject, one, today, share)]
    case = "ask_found" if not lacking else "ask_partly" if enough else "ask_not_found"
    return Unsure(
        message_id=f"check.missing_material.{case}",
        params={
            "name": "、".join(one.topic.name for one in groups),
            "seen": "、".join(f"{one.topic.name} {one.amount}" for one in enough),
            "lacking": "、".join(one.topic.name for one in lacking),
        },
        evidence=tuple(evidence[:MOST_EVIDENCE]) or menu_seen(subject),
        locus=params.groups[0].name,
        subject_name=params.groups[0].name,
        url=subject.site.home,
        measured=str(len(enough)),
        allowed=str(len(groups)),
    )
