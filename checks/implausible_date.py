"""日期失实 A date in the future, a list date other than the article's, or a crowd of rows dated on one day.

何为问题: 页面标明的发布日期晚于读取页面之日；列表所示日期与文章所示发布日期不一致；一个栏目在同一天集中发布大量条目（疑似突击更新）。
怎样测量: future 看内容页正文之上标明的发布日期在读取时是否尚未到来（次日除外）；list_article 比较列表条目日期与其内容页标明的发布日期，相差超过 days 天；crowded 数一个栏目同一天的条目。
反例: 2021-01-13 读取的内容页写“发布时间：2021-03-01”；列表写 2021-01-10，内容页写“发布日期：2020-06-01”。
正例: 两处日期相差一天；监测时间点定在读取之前，其后发布的内容；条目日期只见于网址或标题；网页生成时间（PubDate）与所示日期不同。
局限: 只有条目日期在后、可能是活动日期的，列表日期等于成文日期、施行日期或网页生成时间的，另一列表与内容页一致的，内容页未写明是发布日期的，转载文章（正文里可能是原文的发布时间）的，一个栏目多数条目与内容页不一致（列表显示的可能是另一种日期）的，以及同一天集中发布的，一律只提请人工核实；来信、问答和网站年度报表不比较两处日期；没有标签的日期晚于读取之日的不判。
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

import model
from checks.articles import Article, articles_of, firm_row
from checks.issuers import is_own
from checks.page_sample import is_aside
from model import (
    Column,
    Dated,
    DateSource,
    Evidence,
    Hit,
    ListItem,
    Moment,
    NoSubject,
    Observation,
    Subject,
    Unsure,
)

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
_LABELLED = re.compile(r"发布(?:时间|日期)\s?[:：]")
_DIGITS = re.compile(r"\d+")
MOST = 3  # pages of a column that differ before it may be the list that shows another kind of day


class Params(model.Params):
    """参数 `fault`: future, list_article (more than `days` apart) or crowded (`crowd` or more rows of one column on one day)."""

    fault: Literal["future", "list_article", "crowded"]
    days: int = Field(default=1, ge=0)
    crowd: int = Field(default=30, ge=2)


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each page, or for each column where only its rows tell."""
    columns = [column for column in subject.columns if any(map(_is_dated, column.items or ()))]
    articles = [article for article in articles_of(subject).all if article.day or article.ahead]
    if not columns and not articles:
        yield NoSubject()
    elif params.fault == "future":
        yield from _future(subject, articles, columns, params, moment)
    elif params.fault == "crowded":
        yield from (answer for column in columns for answer in _crowded(column, params))
    else:
        yield from _differing(subject, articles, params)


def _future(
    observation: Observation, articles: list[Article], columns: list[Column], params: Params, moment: Moment
) -> Iterator[Hit | Unsure]:
    """Days that had not come when the page was fetched; that one lies after an earlier moment is no fault."""
    latest = moment.today + timedelta(days=params.days)
    for article in articles:
        day = article.ahead
        if day is None or _allowed(day, latest, params):
            continue
        case = "future" if article.labelled_ahead and not is_aside(article) else "future_unlabelled"
        yield (Hit if case == "future" else Unsure)(
            message_id=f"check.implausible_date.{case}",
            params={"title": article.title, "date": day.raw},
            evidence=(article.seen("document_page", f"{article.title} {day.raw}"),),
            locus=article.page.url,
            subject_name=article.title,
            url=article.page.url,
            measured=day.raw,
        )
    known = articles_of(observation)
    for column in columns:
        ahead = [item for item in column.items or () if _is_ahead(item)]
        rows = [item for item in ahead if not _allowed(item.dated, latest, params)]
        rows = [item for item in rows if not _has_day(known.at(item.url))]
        if rows:
            last = max(rows, key=lambda item: _day(item.dated) or date.max)
            yield _column_answer("future_rows", column, rows, last.dated.raw)


def _is_ahead(item: ListItem) -> bool:
    return item.dated.reason == "future" and item.dated.source is DateSource.ROW


def _is_dated(item: ListItem) -> bool:
    return firm_row(item) is not None or _is_ahead(item)


def _day(dated: Dated) -> date | None:
    """The day that words in digits tell."""
    parts = _DIGITS.findall(dated.raw)[:3]
    try:
        return date(*(int(part) for part in parts)) if len(parts) == 3 else None
    except ValueError:
        return None


def _allowed(dated: Dated, latest: date, params: Params) -> bool:
    """Reading leaves one day; a rule may leave more."""
    return params.days > 1 and (_day(dated) or date.max) <= latest


def _has_day(article: Article | None) -> bool:
    return article is not None and (article.day or article.ahead) is not None


def _differing(observation: Observation, articles: list[Article], params: Params) -> Iterator[Hit | Unsure]:
    """Pages whose row tells another day; a column of which most do may show days of another kind."""
    compared: Counter[str] = Counter()
    differing: dict[str, list[tuple[Column, ListItem, Article]]] = {}
    for article in articles:
        for column, item in article.rows if not is_aside(article) else ():
            row, day = firm_row(item), article.day
            if row is None or day is None or day.value is None or day.source is not DateSource.LABEL:
                continue
            compared[column.key] += 1
            if abs((row - day.value).days) > params.days:
                differing.setdefault(column.key, []).append((column, item, article))
    for key, found in differing.items():
        if len(found) > MOST and 2 * len(found) > compared[key]:
            column, rows = found[0][0], [item for _, item, _ in found]
            yield _column_answer("most_rows_differ", column, rows, of=compared[key])
        else:
            yield from (_differs(observation, *one, params) for one in found)


def _differs(
    observation: Observation, column: Column, item: ListItem, article: Article, params: Params
) -> Hit | Unsure:
    row, day = firm_row(item) or date.min, article.day
    shown = day.value if day and day.value else date.min
    case = _doubt(observation, article, row, params)
    return (Unsure if case else Hit)(
        message_id=f"check.implausible_date.{case or 'list_article'}",
        params={
            "title": article.title,
            "column": column.name,
            "row": row.isoformat(),
            "date": shown.isoformat(),
            "days": abs((row - shown).days),
        },
        evidence=(
            _list_row(column, item),
            article.seen("document_page", f"{article.title} {day.raw if day else ''}"),
        ),
        locus=article.page.url,
        subject_name=article.title,
        url=article.page.url,
        measured=str(abs((row - shown).days)),
        allowed=str(params.days),
    )


def _doubt(observation: Observation, article: Article, row: date, params: Params) -> str | None:
    """Which case explains the difference without anybody being wrong, or None."""
    if row in _other_days(article):
        return "other_date"
    day, document = article.day.value if article.day else None, article.page.document
    made = document.made_on if document and document.published_on is None else None
    if made is not None and made.value == day:
        return "other_date"  # the page tells when it was made, the list when it came online
    rows = [firm_row(item) for _, item in article.rows]
    if any(day and one and abs((one - day).days) <= params.days for one in rows):
        return "other_list"  # one list agrees: the other tells when it was put there as well
    if not article.told:
        return "not_told"  # of a change, or of a meeting
    handed_on = (article.official or article.number is not None) and not is_own(observation, article)
    return "reposted" if handed_on or len(_LABELLED.findall(article.page.text)) > 1 else None


def _other_days(article: Article) -> set[date | None]:
    """Days of another kind that the page knows: when it was made, comes into force, was built."""
    document, stamped = article.page.document, article.page.stamped
    days = {stamped.value if stamped else None, article.page.dated.value if article.page.dated else None}
    if document is not None:
        known = (document.made_on, document.effective_on, document.abolished_on, document.published_on)
        days |= {one.value for one in known if one}
    return days - ({article.day.value} if article.day else set())


def _crowded(column: Column, params: Params) -> Iterator[Unsure]:
    """Always for a person: a column may be moved, a long list of awards may be published in a day."""
    days: dict[date, list[ListItem]] = {}
    for item in column.items or ():
        day = firm_row(item)
        if day is not None:
            days.setdefault(day, []).append(item)
    crowds = {day: rows for day, rows in days.items() if len(rows) >= params.crowd}
    if crowds:
        day = max(crowds, key=lambda one: (len(crowds[one]), one))
        case = "crowded" if len(days) > 1 else "all_on_one_day"
        yield _column_answer(case, column, crowds[day], day.isoformat(), allowed=str(params.crowd - 1))


def _column_answer(
    case: str, column: Column, rows: list[ListItem], day: str = "", of: int = 0, allowed: str | None = None
) -> Unsure:
    return Unsure(
        message_id=f"check.implausible_date.{case}",
        params={
            "column": column.name,
            "rows": len(rows),
            "of": of or len(column.items or ()),
            "date": day,
        },
        evidence=tuple(_list_row(column, item) for item in rows[:3]),
        locus=column.key,
        subject_name=column.name,
        url=column.url,
        measured=str(len(rows)),
        allowed=allowed,
    )


def _list_row(column: Column, item: ListItem) -> Evidence:
    url, snapshot_id = column.shown_on(item)
    return Evidence(
        url=url, snapshot_id=snapshot_id, quote=f"{item.title} {item.dated.raw}", shows="list_row"
    )
