"""工作日历 Working days of mainland China: holiday notices up to the last published year, then an estimate."""

from datetime import date, timedelta
from functools import cache

import chinese_calendar
import holidays

from model import WorkCalendar


@cache
def work_calendar(first_year: int, last_year: int) -> WorkCalendar:
    """工作日历 Both years included. `years` holds only those whose holiday notice is known.

    For the others the statutory holidays are still taken out, without 调休, so `knows` is False and a deadline
    that falls in them is an estimate.
    """
    known: set[int] = set()
    free: set[date] = set()
    made_up: set[date] = set()
    for year in range(first_year, last_year + 1):
        try:
            chinese_calendar.is_workday(date(year, 1, 1))
        except NotImplementedError:
            free |= {
                day
                for day in holidays.country_holidays("CN", years=year)
                if day.year == year and day.weekday() < 5
            }
            continue
        known.add(year)
        day = date(year, 1, 1)
        while day.year == year:
            worked = chinese_calendar.is_workday(day)
            if worked and day.weekday() >= 5:
                made_up.add(day)
            elif not worked and day.weekday() < 5:
                free.add(day)
            day += timedelta(days=1)
    return WorkCalendar(years=frozenset(known), holidays=frozenset(free), makeup_days=frozenset(made_up))
