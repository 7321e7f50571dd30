"""数目 Periods and moments as people read them."""

import re
from datetime import datetime

from pydantic import ValidationError

from model import SHANGHAI, Coverage, Period, Rank, Scope, Verdict
from report.messages import Messages

_PERIOD = re.compile(r"P(?=\d)[\dYMWD]+")


def period_text(period: Period, messages: Messages) -> str:
    """时限文字 14 天, 6 个月, 1 年."""
    years, months = divmod(period.months, 12)
    if years and not months and not period.days:
        return _counted("year", years, messages)
    parts = [_counted("month", period.months, messages)] if period.months else []
    if period.days or not parts:
        parts.append(_counted("day", period.days, messages))
    return " ".join(parts)


def days_text(days: int, messages: Messages) -> str:
    """天数 14 天."""
    return _counted("day", days, messages)


def _counted(unit: str, number: int, messages: Messages) -> str:
    return messages.text(f"period.{unit}" if number == 1 else f"period.{unit}s", n=number)


def figure_text(figure: str, messages: Messages) -> str:
    """实测或要求 A measured or allowed figure; a period in ISO 8601 is put in words."""
    if not _PERIOD.fullmatch(figure):
        return figure
    try:
        return period_text(Period.model_validate(figure), messages)
    except ValidationError:
        return figure


def measured_text(verdict: Verdict, messages: Messages) -> str | None:
    """实测 The measured figure; a bare number beside an allowed period counts days."""
    measured = verdict.measured
    if measured and measured.isdigit() and verdict.allowed and _PERIOD.fullmatch(verdict.allowed):
        return days_text(int(measured), messages)
    return figure_text(measured, messages) if measured else None


def second_text(at: datetime) -> str:
    """时刻 2026-11-21 09:00:00, Beijing time."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def minute_text(at: datetime) -> str:
    """时刻 2026-11-21 09:00, Beijing time."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def day_text(at: datetime) -> str:
    """日期 2026-11-21, Beijing time."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def extent_text(coverage: Coverage | None, messages: Messages) -> str:
    """采集范围 That a run was a quick look, or was cut short, and how many of the site's own addresses wait; "" of a whole one."""
    if coverage is None:
        return ""
    waiting = sum(left.count for left in coverage.left if left.rank is not Rank.EXTERNAL)
    quick = coverage.scope is Scope.COLUMNS
    if not (quick or waiting):
        return ""
    told = messages.text("extent.quick" if quick else "extent.cut")
    return told + (messages.text("extent.waiting", count=waiting) if waiting else "")
