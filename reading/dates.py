"""日期 Dates in short Chinese texts, guarded against what only looks like one."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from model import SHANGHAI

_TIME = (
    r"(?:\s{0,3}(?:\(?(?:星期|周)?[一二三四五六日天]\)?)?[T\s]{0,4}(?P<half>上午|中午|下午|傍晚|晚上|晚间|晚)?\s{0,2}"
    r"(?P<H>[01]?\d|2[0-3])\s{0,2}[:时時点]\s{0,2}(?P<M>[0-5]\d)(?!\d)(?:\s{0,2}[:分]\s{0,2}(?P<S>[0-5]\d)(?!\d))?[分秒]?)?"
)
FULL = re.compile(  # begins with digits and looks back from behind them: only so is the search for them a fast one
    r"(?P<y>(?:19|20)\d\d)(?<![\d/vV]\d{4})(?<![^.]\.\d{4})(?<!\d-\d{4})\s{0,3}(?P<s1>[-/.年])\s{0,3}(?P<m>1[0-2]|0?[1-9])"
    r"\s{0,3}(?P<s2>[-/.月])\s{0,3}(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)(?![-/.]\d)(?:\s{0,2}[日号])?" + _TIME
)
COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?<![\d./-]\d{4})(?P<m>0[1-9]|1[0-2])(?P<d>3[01]|[12]\d|0[1-9])"
    r"(?:(?P<H>[01]\d|2[0-3])(?P<M>[0-5]\d)(?P<S>[0-5]\d)?)?(?![\d./-])"
)
SHORT = re.compile(
    r"^[\[(\s]*(?:(?P<m>1[0-2]|0?[1-9])\s*(?:[-.]|月\s*)(?P<d>3[01]|[12]\d|0?[1-9])日?|"
    r"(?P<ms>1[0-2]|0[1-9])/(?P<ds>3[01]|[12]\d|0[1-9]))[\])\s]*$"
)
_ZERO = "〇零○◯OoΟ0"
_ONES = "一二三四五六七八九"
CHINESE = re.compile(
    rf"(?<![{_ZERO}{_ONES}十])(二[{_ZERO}][{_ZERO}{_ONES}]{{2}}|一九[{_ZERO}{_ONES}]{{2}})\s{{0,2}}年\s{{0,2}}"
    rf"(十[一二]?|[{_ONES}])\s{{0,2}}月\s{{0,2}}([二三]?十[{_ONES}]?|[{_ONES}])\s{{0,2}}[日号]"
)
_UTC = re.compile(r"(?:\.\d{1,6})?(?:Z|\+00:?00)")
EARLIEST = date(1990, 1, 1)


class Found(NamedTuple):
    """找到的日期 A date, the time of day when shown, its raw text and where it starts and ends."""

    day: date
    at: datetime | None
    raw: str
    start: int
    end: int


_OFTEN = tuple(zip("：\u2236，（）；\u3000\xa0！？", "::,();  !?", strict=True))


_LONG = 500  # characters


def plain(text: str) -> str:
    """规整 Full-width digits, dots and brackets as ASCII; the odd ratio colon (U+2236) as a colon."""
    if text.isascii() or (unicodedata.is_normalized("NFKC", text) and "\u2236" not in text):
        return text
    return _plain(text) if len(text) < _LONG else _known_plain(text)


def _plain(text: str) -> str:
    for char, plainer in _OFTEN:  # most texts hold no others, and to look at each character takes long
        text = text.replace(char, plainer)
    if unicodedata.is_normalized("NFKC", text):
        return text
    for char in set(text):
        other = _PLAINER[char]
        if other is not None:
            text = text.replace(char, other)
    return text


@lru_cache(maxsize=4)
def _known_plain(text: str) -> str:
    """Several readers look at the whole text of a page."""
    return _plain(text)


class _Plainer(dict[str, str | None]):
    """规整表 Each character's plain form, None for itself: a page has few different ones, most of them plain."""

    def __missing__(self, char: str) -> str | None:
        made = ":" if char in "\u2236\ufe55" else unicodedata.normalize("NFKC", char)
        self[char] = None if made == char else made
        return self[char]


_PLAINER = _Plainer()


def latest_plausible(fetched_at: datetime) -> date:
    """最晚可信日 No page shows a true publish date later than the day after it was fetched."""
    return fetched_at.astimezone(SHANGHAI).date() + timedelta(days=1)


def full_dates(text: str, latest: date) -> list[Found]:
    """完整日期 Every plausible year-month-day in a text already made `plain`."""
    if "20" not in text and "19" not in text:
        return []
    return [hit for match in FULL.finditer(text) if _paired(match) and (hit := _made(match, latest))]


def compact_dates(text: str, latest: date) -> list[Found]:
    """连写日期 20240305 and 20240305101500: only for values known to be dates, since any number may look so."""
    return [hit for match in COMPACT.finditer(text) if (hit := _made(match, latest))]


def all_dates(text: str, latest: date) -> list[Found]:
    """各式日期 Dates in digits and in Chinese numerals, in the order of the text."""
    found = full_dates(text, latest)
    told = chinese_dates(text, latest)
    return sorted(found + told, key=lambda hit: hit.start) if told else found


def later_dates(text: str, latest: date) -> list[Found]:
    """尚未到来的日期 Dates after `latest` in a text: no publish date can be told by them, but a page may say so."""
    return [hit for hit in all_dates(text, date.max) if hit.day > latest]


def _paired(match: re.Match[str]) -> bool:
    """2024年3-5月 is a span of months: both separators are of one kind."""
    return match["s1"] + match["s2"] in ("--", "//", "..", "年月")


def _made(match: re.Match[str], latest: date) -> Found | None:
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    at = None
    if match["H"] is not None:
        groups = match.groupdict()
        hour = int(match["H"])
        if groups.get("half") and groups["half"] not in ("上午", "中午") and hour < 12:
            hour += 12
        at = datetime(
            day.year, day.month, day.day, hour, int(match["M"]), int(match["S"] or 0), tzinfo=SHANGHAI
        )
        if "T" in match.group(0) and _UTC.match(match.string, match.end()):
            at = at.replace(tzinfo=UTC).astimezone(SHANGHAI)
            day = at.date()
    if not EARLIEST <= day <= latest:
        return None
    return Found(day, at, match.group(0).strip(), match.start(), match.end())


def chinese_dates(text: str, latest: date) -> list[Found]:
    """汉字日期 二〇二四年三月十五日, the zero written in any of its ways."""
    found: list[Found] = []
    if "年" not in text or ("二" not in text and "一九" not in text):
        return found
    for match in CHINESE.finditer(text):
        year = int("".join(_digit(char) for char in match.group(1)))
        try:
            day = date(year, _ten(match.group(2)), _ten(match.group(3)))
        except ValueError:
            continue
        if EARLIEST <= day <= latest:
            found.append(Found(day, None, match.group(0), match.start(), match.end()))
    return found


def _digit(char: str) -> str:
    return str(_ONES.find(char) + 1)  # whatever is none of the nine stands for the zero


def _ten(text: str) -> int:
    """Numbers up to 39 as they are spoken: 五, 十, 十五, 二十, 三十一."""
    if "十" not in text:
        return int(_digit(text))
    tens, _, ones = text.partition("十")
    return int(_digit(tens) if tens else "1") * 10 + int(_digit(ones) if ones else "0")


_RELATIVE = re.compile(
    r"(?:约|大约)?(?:(?P<word>刚刚|刚才|半小时前|半个小时前|今天|今日|昨天|昨日|前天|前日)|"
    r"(?P<n>\d{1,3})\s?(?P<unit>秒钟?|分钟|分鐘|个?小时|小時|天|日)\s?前)"
    r"(?:\s{0,3}(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)(?::[0-5]\d)?)?"
)
_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
_MOST_BACK = timedelta(days=400)


def relative_day(text: str, fetched_at: datetime) -> Found | None:
    """相对日期 A whole text that counts back from the moment the page was fetched: 昨天, 3天前, 2小时前, 刚刚.

    Counted in Beijing time. `at` only when the text shows a time of day (昨天 10:08).
    """
    shown = plain(text).strip(" \t\n[]()")
    match = _RELATIVE.fullmatch(shown)
    if not match:
        return None
    now = fetched_at.astimezone(SHANGHAI)
    word, unit = match["word"], match["unit"] or ""
    if word in _BACK:
        back = timedelta(days=_BACK[word])
    elif word:
        back = timedelta(minutes=30 if word.startswith("半") else 0)
    elif unit in ("天", "日"):
        back = timedelta(days=int(match["n"]))
    elif unit.startswith("分"):
        back = timedelta(minutes=int(match["n"]))
    else:
        back = timedelta(seconds=int(match["n"])) if unit[0] == "秒" else timedelta(hours=int(match["n"]))
    if back > _MOST_BACK:
        return None
    day = (now - back).date()
    at = None
    if match["H"] and (word in _BACK or unit in ("天", "日")):
        at = datetime(day.year, day.month, day.day, int(match["H"]), int(match["M"]), tzinfo=SHANGHAI)
    start = text.find(shown)
    return Found(day, at, shown, max(start, 0), max(start, 0) + len(shown))


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
