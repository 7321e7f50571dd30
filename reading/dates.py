"""日期 Dates in short Chinese texts, guarded against what only looks like one."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import NamedTuple

from model import SHANGHAI

_SEP1, _SEP2 = r"\s*[-/.年]\s*", r"\s*[-/.月]\s*"
_TIME = r"(?:[日T\s]*(?P<H>[01]?\d|2[0-3])\s*[:时]\s*(?P<M>[0-5]\d)(?:\s*[:分]\s*(?P<S>[0-5]\d))?)?"
FULL = re.compile(
    r"(?<![\d./])(?<!\d-)(?P<y>(?:19|20)\d\d)" + _SEP1 + r"(?P<m>1[0-2]|0?[1-9])" + _SEP2
    + r"(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)(?!-\d)日?" + _TIME
)  # fmt: skip
SHORT = re.compile(
    r"^[\[(\s]*(?:(?P<m>1[0-2]|0?[1-9])\s*(?:[-.]|月\s*)(?P<d>3[01]|[12]\d|0?[1-9])日?|"
    r"(?P<ms>1[0-2]|0[1-9])/(?P<ds>3[01]|[12]\d|0[1-9]))[\])\s]*$"
)
_NUMERALS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "O": "0",
}
CHINESE = re.compile(
    r"([二一][〇零○O一二三四五六七八九]{3})年(十[一二]?|[一二三四五六七八九])月([二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日"
)
EARLIEST = date(1990, 1, 1)


class Found(NamedTuple):
    """找到的日期 A date, the time of day when shown, its raw text and where it starts and ends."""

    day: date
    at: datetime | None
    raw: str
    start: int
    end: int


def plain(text: str) -> str:
    """规整 Full-width digits, dots and brackets as ASCII; the odd ratio colon (U+2236) as a colon."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.replace("\u2236", ":").replace("\ufe55", ":"))


def latest_plausible(fetched_at: datetime) -> date:
    """最晚可信日 No page shows a true publish date later than the day after it was fetched."""
    return fetched_at.astimezone(SHANGHAI).date() + timedelta(days=1)


def full_dates(text: str, latest: date) -> list[Found]:
    """完整日期 Every plausible year-month-day in a text already made `plain`."""
    found = []
    for match in FULL.finditer(text):
        hit = _made(match, latest)
        if hit:
            found.append(hit)
    return found


def _made(match: re.Match[str], latest: date) -> Found | None:
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    if not EARLIEST <= day <= latest:
        return None
    at = None
    if match["H"] is not None:
        at = datetime(
            day.year,
            day.month,
            day.day,
            int(match["H"]),
            int(match["M"]),
            int(match["S"] or 0),
            tzinfo=SHANGHAI,
        )
    return Found(day, at, match.group(0).strip(), match.start(), match.end())


def chinese_dates(text: str, latest: date) -> list[Found]:
    """汉字日期 二〇二四年三月十五日."""
    found: list[Found] = []
    if "二〇" not in text and "二○" not in text and "二零" not in text and "一九" not in text:
        return found
    for match in CHINESE.finditer(text):
        year = int("".join(_NUMERALS.get(char, "0") for char in match.group(1)))
        try:
            day = date(year, _ten(match.group(2)), _ten(match.group(3)))
        except ValueError:
            continue
        if EARLIEST <= day <= latest:
            found.append(Found(day, None, match.group(0), match.start(), match.end()))
    return found


def _ten(text: str) -> int:
    """Numbers up to 39 as they are spoken: 五, 十, 十五, 二十, 三十一."""
    if "十" not in text:
        return int(_NUMERALS[text])
    tens, _, ones = text.partition("十")
    return int(_NUMERALS.get(tens, "1")) * 10 + int(_NUMERALS.get(ones, "0"))


def month_day(text: str) -> tuple[int, int] | None:
    """月日 A whole text that is nothing but a month and a day, perhaps in brackets: 12-23, [ 10-08 ], (12-29)."""
    match = SHORT.match(text)
    if not match:
        return None
    month, day = int(match["m"] or match["ms"]), int(match["d"] or match["ds"])
    return (month, day) if day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1] else None


def with_year(month: int, day: int, newest: date) -> date | None:
    """补年份 The last such day that is not after `newest`."""
    for year in range(newest.year, newest.year - 5, -1):
        try:
            made = date(year, month, day)
        except ValueError:
            continue
        if made <= newest:
            return made
    return None
