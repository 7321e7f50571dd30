"""新旧 How far a list's dates can be trusted when they are about to accuse: shared by the freshness checks."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from model import Column, Dated, DateSource, Evidence, ListItem, Period, runs_down

WEAK_SOURCES = frozenset({DateSource.URL, DateSource.TITLE})
_TOP = 4  # the newest row and as many as may be pinned above it
_RUN = 8  # rows that show an order: fewer fall into one by chance
_STEP = timedelta(days=183)


class Doubt(StrEnum):
    """疑点 Why a date is no proof."""

    WEAK_SOURCE = "weak_source"  # read from the address or the title only
    INFERRED_YEAR = "inferred_year"  # month-day whose year could also be a later one


def is_future(day: date, today: date) -> bool:
    """晚于监测时间点 Later than tomorrow: nobody has published it yet, so it says nothing about updates."""
    return day > today + timedelta(days=1)


def newest_of(items: Iterable[ListItem], today: date) -> ListItem | None:
    """最新条目 The row with the greatest date that is not in the future; of equal dates a trusted one."""
    dated = [item for item in items if item.dated.value and not is_future(item.dated.value, today)]
    return max(
        dated,
        key=lambda item: (item.dated.value or date.min, doubt_of(item.dated, today) is None),
        default=None,
    )


def doubt_of(dated: Dated, today: date) -> Doubt | None:
    """疑点判断 None when the date can carry an accusation.

    A month-day is safe when its year is the latest one possible at `today`: it can then only be older. What the
    rows beside it could be is for `may_be_in_time` to say.
    """
    if dated.source in WEAK_SOURCES:
        return Doubt.WEAK_SOURCE
    if dated.inferred_year and dated.value and _latest_year(dated.value, today) != dated.value:
        return Doubt.INFERRED_YEAR
    return None


def _latest_year(day: date, today: date) -> date:
    """The same month and day in the last year that is possible at `today`."""
    for year in range(today.year, day.year, -1):
        try:
            later = day.replace(year=year)
        except ValueError:  # 02-29 exists only in leap years
            continue
        if later <= today:
            return later
    return day


def may_be_in_time(items: Iterable[ListItem], period: Period, today: date) -> bool:
    """或在期内 Whether a row without a year would be in time in the last year possible, and its list's order does not forbid it."""
    return any(
        period.after(_latest_year(item.dated.value, today)) >= today
        for item in loose_years(items)
        if item.dated.value
    )


def loose_years(items: Iterable[ListItem]) -> list[ListItem]:
    """年份不牢 Rows of one list whose year was inferred and could be another one.

    Firm are only those deep in a list that runs down row by row in short steps: for one of them to be newer, more
    rows than anybody pins would have to stand above it.
    """
    dated = [item for item in items if item.dated.value]
    row = [item.dated.value for item in dated if item.dated.value and not item.pinned]
    runs_down = len(row) >= _RUN and all(timedelta() <= one - other <= _STEP for one, other in pairwise(row))
    firm = {id(item) for item in [item for item in dated if not item.pinned][_TOP:]} if runs_down else set()
    return [item for item in dated if item.dated.inferred_year and id(item) not in firm]


def fresh_elsewhere(column: Column, period: Period, today: date) -> ListItem | None:
    """另一处的新条目 The row of another list of the same page (a second tab or box) that is still in time."""
    item = column.elsewhere
    if item is None or item.dated.value is None or is_future(item.dated.value, today):
        return None
    return item if period.after(item.dated.value) >= today else None


def newer_may_hide(column: Column) -> bool:
    """未读页可能更新 Whether pages that were not read may hold newer rows than those that were.

    Rows that run down from the newest one promise older rows below. Rows pinned on top say nothing about order, and
    not all that are pinned say so: a whole first page of them looks like a list. So where a crawl left the next page
    shut, two pages must run down into each other; nobody pins more than a page, and what editors do not sort by hand
    goes on as it began. What another address of the column holds no order tells.
    """
    if column.unopened in ("names", "address"):
        return True
    if column.complete:
        return False
    if column.unopened == "page" and column.pages_read < 2:
        return True
    days = [item.dated.value for item in column.items or () if item.dated.value and not item.pinned]
    return not runs_down(days)


def row_evidence(
    item: ListItem, page_url: str, snapshot_id: str | None, shows: str = "newest_row"
) -> Evidence:
    """条目证据 A list row as it was read: title, raw date, target."""
    quote = " ".join(part for part in (item.title, item.dated.raw, item.url) if part)
    return Evidence(snapshot_id=snapshot_id, url=page_url, quote=quote, shows=shows)
