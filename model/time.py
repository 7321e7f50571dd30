"""时间 Time is an argument: the moment of the audit, its working days, and the periods rules allow."""

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import field_validator, model_serializer, model_validator

from model.frozen import Frozen

SHANGHAI = ZoneInfo("Asia/Shanghai")


class WorkCalendar(Frozen):
    """工作日历 Which days are worked: weekends, 法定节假日 and 调休 days of the years that are known.

    `years` are the years the holiday notices cover; for any other year only weekends are known and every
    answer is an estimate (`knows` is False).
    """

    years: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()  # weekdays that are free
    makeup_days: frozenset[date] = frozenset()  # weekend days that are worked (调休)

    def knows(self, day: date) -> bool:
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        if day in self.makeup_days:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def add_workdays(self, start: date, days: int) -> date:
        """到期日 The day on which `days` working days after `start` end (the day after `start` is day 1)."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            if self.is_workday(day):
                days -= 1
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """间隔工作日 Working days after `start` up to and including `end`; 0 when `end` <= `start`."""
        count, day = 0, start
        while day < end:
            day += timedelta(days=1)
            count += self.is_workday(day)
        return count


class Moment(Frozen):
    """监测时间点 The instant every verdict is judged at, in Beijing time, with the working-day calendar.

    Nothing outside the crawler reads the clock; a replay of the same snapshots at the same moment gives the
    same findings.
    """

    as_of: datetime
    calendar: WorkCalendar = WorkCalendar()

    @field_validator("as_of")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            return value.replace(tzinfo=SHANGHAI)
        return value.astimezone(SHANGHAI)

    @property
    def today(self) -> date:
        return self.as_of.date()

    def days_since(self, day: date) -> int:
        return (self.today - day).days


_PERIOD = re.compile(r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$")


class Period(Frozen):
    """时限 A length of calendar time as the documents say it: P14D 两周, P6M 六个月, P1Y 一年 (ISO 8601).

    Months are calendar months: P6M after 08-31 ends on the last day of February.
    """

    months: int = 0
    days: int = 0

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, str):
            found = _PERIOD.match(value)
            if not found or value == "P":
                raise ValueError("a period is written P14D, P2W, P6M or P1Y")
            years, months, weeks, days = (int(part or 0) for part in found.groups())
            return {"months": years * 12 + months, "days": weeks * 7 + days}
        return value

    @model_serializer
    def _text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        text = "P" + (f"{self.months}M" if self.months else "") + (f"{self.days}D" if self.days else "")
        return text if text != "P" else "P0D"

    def after(self, day: date) -> date:
        """到期日 The last day on which something dated `day` is still in time."""
        month_index = day.year * 12 + day.month - 1 + self.months
        year, month = divmod(month_index, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last)) + timedelta(days=self.days)

    @property
    def about_days(self) -> int:
        """约合天数 About how many days, for drawing and for deciding how far back to read."""
        return round(self.months * 30.44) + self.days
