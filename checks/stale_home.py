"""首页不更新 The home page shows nothing newer than its period allows.

何为问题: 监测时间点前两周内首页没有信息更新；首页仅为导航页的，看全部二级页面。
怎样测量: 首页各列表条目的日期，以及首页所链条目在栏目页、内容页上显示的日期，取最大者与时限相比。
反例: 首页 12 条带日期的条目，最新一条距监测时间点 20 天。
正例: 首页条目不显示日期，但所链文章在栏目页上的日期在两周以内；最新一条恰在第 14 天。
局限: 首页带日期的条目不足 5 条且栏目未全部读到、无日期条目占多数（未采全时有一条即是）、日期只见于网址的、部分内容由脚本生成而未渲染的，只提请人工核实。
"""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urldefrag

import model
from checks.freshness import doubt_of, is_future, loose_years, may_be_in_time, newest_of, row_evidence
from model import (
    Column,
    Hit,
    ItemList,
    ListItem,
    Moment,
    Observation,
    PageFacts,
    Period,
    Subject,
    Unsure,
)

SUBJECT = Subject.OBSERVATION
NEEDS = frozenset({"home"})
LOCUS = "home"


class Params(model.Params):
    """参数 `period` of silence allowed; `min_rows` dated rows that must have been seen before anything is said."""

    period: Period
    min_rows: int = 5


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 Nothing when anything on the home page is fresh; a Hit only on enough trusted dates."""
    home = subject.home
    if home is None:
        return
    if not home.outcome.observed:
        yield _answer(Unsure, "unread", home, None, params, moment)
        return
    rows = _rows(home)
    dated, undated = _dated_rows(home, rows, subject)
    gate = not rows and not dated
    if gate:
        dated = [item for column in _first_level(subject) for item in column.items or () if item.dated.value]
    newest = newest_of(dated, moment.today)
    if newest is None or newest.dated.value is None:
        yield _answer(Unsure, "no_dates", home, None, params, moment)
        return
    if params.period.after(newest.dated.value) >= moment.today:
        return
    if len(dated) < params.min_rows or (gate and not _all_read(subject)):
        yield _answer(Unsure, "few_dates", home, newest, params, moment, len(dated))
    elif undated > (len(dated) if subject.coverage.complete else 0) or _doubtful(
        home, dated, newest, params.period, moment
    ):
        yield _answer(Unsure, "doubtful_dates", home, newest, params, moment, len(dated))
    elif home.shell and not home.rendered:
        yield _answer(Unsure, "maybe_scripted", home, newest, params, moment, len(dated))
    else:
        place = _place(subject, newest) if gate else None
        yield _answer(Hit, "gate_stale" if gate else "stale", home, newest, params, moment, len(dated), place)


def _place(observation: Observation, newest: ListItem) -> tuple[str, str | None] | None:
    """Where a row of a column stands: a gate shows none of its own."""
    columns = _first_level(observation)
    held = (column for column in columns if any(item is newest for item in column.items or ()))
    return next((column.shown_on(newest) for column in held), None)


def _doubtful(
    home: PageFacts, dated: list[ListItem], newest: ListItem, period: Period, moment: Moment
) -> bool:
    """A date in the future is a misread or a wrongly inferred year: that row may be a fresh one."""
    loose = [row for group in _lists(home) for row in loose_years(group.items)]
    own = {id(item) for group in _lists(home) for item in group.items}
    loose += [item for item in dated if id(item) not in own]
    return (
        doubt_of(newest.dated, moment.today) is not None
        or any(item.dated.value and is_future(item.dated.value, moment.today) for item in dated)
        or any(may_be_in_time((item,), period, moment.today) for item in loose)
    )


def _lists(home: PageFacts) -> tuple[ItemList, ...]:
    return (*home.lists, *((home.main_list,) if home.main_list else ()))


def _rows(home: PageFacts) -> list[ListItem]:
    unique = {(item.url, item.title): item for group in _lists(home) for item in group.items}
    return list(unique.values())


def _dated_rows(
    home: PageFacts, rows: list[ListItem], observation: Observation
) -> tuple[list[ListItem], int]:
    """Rows of the home page with a date of their own or the one their target shows elsewhere; and how many have none."""
    elsewhere = {
        _address(item.url): item
        for column in observation.columns
        for item in column.items or ()
        if item.dated.value
    }
    for page in observation.pages:
        if page is not home and page.dated and page.dated.value:
            item = ListItem(title=page.title, url=page.final_url, dated=page.dated)
            elsewhere.setdefault(_address(page.final_url), item)
    dated = [item for item in rows if item.dated.value]
    seen = {_address(item.url) for item in dated}
    bare = [item for item in rows if not item.dated.value and _address(item.url) not in seen]
    targets = dict.fromkeys(
        _address(url) for url in (*(item.url for item in bare), *(link.url for link in home.links))
    )
    dated += [elsewhere[url] for url in targets if url in elsewhere and url not in seen]
    return dated, sum(_address(item.url) not in elsewhere for item in bare)


def _address(url: str) -> str:
    return urldefrag(url).url.removeprefix("https://").removeprefix("http://")


def _first_level(observation: Observation) -> list[Column]:
    return [column for column in observation.columns if column.level == 1]


def _all_read(observation: Observation) -> bool:
    columns = _first_level(observation)
    return observation.coverage.menus_complete and all(
        column.outcome.observed and column.unread is None and not column.undated for column in columns
    )


def _answer(
    answer: type[Hit],
    case: str,
    home: PageFacts,
    newest: ListItem | None,
    params: Params,
    moment: Moment,
    dated: int = 0,
    place: tuple[str, str | None] | None = None,
) -> Hit:
    day = newest.dated.value if newest else None
    due: date | None = params.period.after(day) if day else None
    overdue = (moment.today - due).days if due else None
    return answer(
        message_id=f"check.stale_home.{case}",
        params={
            "newest": day.isoformat() if day else "",
            "due": due.isoformat() if due else "",
            "today": moment.today.isoformat(),
            "days": moment.days_since(day) if day else 0,
            "overdue_days": overdue or 0,
            "dated": dated,
        },
        evidence=(row_evidence(newest, *(place or (home.final_url, home.snapshot_id))),) if newest else (),
        locus=LOCUS,
        url=home.final_url,
        measured=str(moment.days_since(day)) if day else None,
        allowed=str(params.period),
        newest=day,
        overdue_days=overdue,
    )
