"""时段 Months, quarters, halves and years: which of them a title speaks of, and which are due at a moment.

A span is an ordinal: of months `year * 12 + month - 1`, of quarters `year * 4 + quarter - 1`, and so on.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from model import Period

Every = Literal["month", "quarter", "half", "year"]
MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DIGITS = {character: str(number) for number, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
}
_NUMERAL = re.compile(r"(?<![统唯])[〇零○一二三四五六七八九十]+(?=月|季度|年|[-至到~、])")
_DASH = re.compile(r"[—–―‐−~至到]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[-./]?\d{1,2}月|[-./]\d{1,2}(?!\d)|$|[^\d年])")
_PART = re.compile(
    r"(?P<from>\d{1,2})月?份?-(?:20\d{2}年)?(?P<to>\d{1,2})月"
    r"|(?P<listed>\d{1,2})(?=、\d{1,2}月)"
    r"|(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?"
    r"|第?(?P<since>[1-4])(?:季度)?-第?(?P<until>[1-4])季度"
    r"|前(?P<first>[2-4])个?季度|第?(?P<quarter>[1-4])(?=季度|、[1-4]季度)"
    r"|(?P<half>上半年|下半年)|(?P<whole>全年|年度|年报)"
)


def earliest(period: Period, today: date) -> date:
    """期内首日 The first day on which a thing must be dated to be in time at `today`."""
    day = today - timedelta(days=period.about_days + 4)
    while period.after(day) < today:
        day += timedelta(days=1)
    return day


def first_day(span: int, every: Every) -> date:
    """首日 The first day of a span."""
    year, part = divmod(span, 12 // MONTHS[every])
    return date(year, part * MONTHS[every] + 1, 1)


def last_day(span: int, every: Every) -> date:
    """末日 The last day of a span."""
    return first_day(span + 1, every) - timedelta(days=1)


def span_of(day: date, every: Every) -> int:
    """所在时段 The span a day lies in."""
    return day.year * (12 // MONTHS[every]) + (day.month - 1) // MONTHS[every]


def due_spans(every: Every, length: Period, lag: Period, today: date, begins: bool = False) -> range:
    """应有时段 The spans of one `length` back from the last one whose `lag`, from its end or beginning, is over at `today`."""
    last = span_of(today, every)
    known_on = first_day if begins else last_day
    while lag.after(known_on(last, every)) >= today:
        last -= 1
    count = max(1, (length.months + round(length.days / 30.44)) // MONTHS[every])
    return range(last - count + 1, last + 1)


def span_name(span: int, every: Every) -> str:
    """时段写法 2021-03, 2021Q1, 2021H1, 2021."""
    year, part = divmod(span, 12 // MONTHS[every])
    return {
        "month": f"{year}-{part + 1:02d}",
        "quarter": f"{year}Q{part + 1}",
        "half": f"{year}H{part + 1}",
    }.get(every, str(year))


def plain_numbers(title: str) -> str:
    """数字写法 A title with plain digits and dashes: 二〇二一年第一季度 becomes 2021年第1季度."""
    text = "".join(unicodedata.normalize("NFKC", title).split())
    return _DASH.sub("-", _NUMERAL.sub(lambda found: _number(found.group()), text))


def years_in(title: str) -> set[int]:
    """年份 The years a title names."""
    return {int(found.group(1)) for found in _YEAR.finditer(plain_numbers(title))}


def with_year(title: str, place: str) -> str:
    """补年份 A title that names no year, with the year its column is named after: 2021年 above 3月份."""
    years = years_in(place) if not years_in(title) else set()
    return f"{years.pop()}年{title}" if len(years) == 1 else title


def spans_in(title: str, day: date | None, every: Every) -> tuple[set[int], set[int]]:
    """标题所述时段 Spans a title is about, and those that a cumulative one merely includes. Empty: it tells none.

    A part without a year takes that of the year named last before it, else the latest that was over on `day`.
    """
    text = plain_numbers(title)
    years = [(found.start(), int(found.group(1))) for found in _YEAR.finditer(text)]
    sure: set[int] = set()
    within: set[int] = set()
    for found in _PART.finditer(text):
        for start, end, cumulative in _months(found):
            before = [year for at, year in years if at <= found.start()]
            year = before[-1] if before else (years[0][1] if years else _year_by(end, day))
            if year is None:
                continue
            months = [year * 12 + month for month in range(start, end + 1)]
            size = MONTHS[every]
            whole = {month // size for month in months if month % size == size - 1}
            if len(months) < size and not cumulative:
                continue
            # One item for several spans counts for the last. January alone is seldom published: 1-2月 is both.
            sure |= whole if (start, end) == (0, 1) else {months[-1] // size} & whole
            within |= whole
    if every == "year" and not sure:
        named = {year for _, year in years}
        return (set(), named) if _PART.search(text) else (named, set())
    return sure, within - sure


def _months(found: re.Match[str]) -> Iterator[tuple[int, int, bool]]:
    """Months (0-based, first and last) that one part of a title names, and whether it adds up from January."""
    part = found.groupdict()
    if part["to"]:
        start, end = int(part["from"]) - 1, int(part["to"]) - 1
        if 0 <= start <= 11 and 0 <= end <= 11 and start != end:
            yield start, end if start < end else end + 12, start == 0
    elif part["month"] or part["listed"]:
        month = int(part["month"] or part["listed"]) - 1
        if 0 <= month <= 11 and (not part["day"] or int(part["day"]) >= 28):
            yield month, month, bool(part["day"])
    elif part["until"]:
        yield int(part["since"]) * 3 - 3, int(part["until"]) * 3 - 1, part["since"] == "1"
    elif part["first"]:
        yield 0, int(part["first"]) * 3 - 1, True
    elif part["quarter"]:
        quarter = int(part["quarter"]) - 1
        yield quarter * 3, quarter * 3 + 2, False
    elif part["half"]:
        yield (0, 5, True) if part["half"] == "上半年" else (6, 11, False)
    elif part["whole"]:
        yield 0, 11, True


def _year_by(end: int, day: date | None) -> int | None:
    """The latest year in which the month `end` (0-based) had begun on `day`."""
    if day is None:
        return None
    return day.year if end + 1 <= day.month else day.year - 1


def _number(text: str) -> str:
    if "十" not in text:
        return "".join(_DIGITS[character] for character in text)
    tens, _, ones = text.partition("十")
    return str(
        (int(_DIGITS.get(tens, "1")) if tens else 1) * 10 + (int(_DIGITS.get(ones, "0")) if ones else 0)
    )
