"""新旧 How far a list's dates can be trusted when they are about to accuse: shared by the freshness checks."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from model import Dated, DateSource, Evidence, ListItem

WEAK_SOURCES = frozenset({DateSource.URL, DateSource.TITLE})


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

    A month-day is safe when its year is the latest one possible at `today`: it can then only be older.
    """
    if dated.source in WEAK_SOURCES:
        return Doubt.WEAK_SOURCE
    if dated.inferred_year and dated.value and not _is_latest_year(dated.value, today):
        return Doubt.INFERRED_YEAR
    return None


def _is_latest_year(day: date, today: date) -> bool:
    for year in range(day.year + 1, today.year + 1):
        try:
            later = day.replace(year=year)
        except ValueError:  # 02-29 exists only in leap years
            continue
        if later <= today:
            return False
    return True


def row_evidence(item: ListItem, page_url: str, snapshot_id: str | None) -> Evidence:
    """条目证据 A list row as it was read: title, raw date, target."""
    quote = " ".join(part for part in (item.title, item.dated.raw, item.url) if part)
    return Evidence(snapshot_id=snapshot_id, url=page_url, quote=quote, shows="newest_row")
