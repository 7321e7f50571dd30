"""可见行 The lines a page shows, where its title stands among them and where its body begins."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from reading.dates import plain
from reading.once import once
from reading.row_dates import LaidRows

CREDITS = r"(?:来\s?源|作\s?者|责任编辑|责\s?编|编\s?辑|供\s?稿|稿源|撰稿|转载自|转自|来自|记者|通讯员|发布(?:者|人|单位|机构))"
CREDITED = re.compile(rf"{CREDITS}\s?:?\s?[\[(《【]?\s?$")
_BANNER = re.compile(
    r"今天|今日|现在是|当前[时日]|北京时间|欢迎|天气|℃|农历|气温|AQI|PM2|版权|Copyright|©|备案|<%", re.I
)
# what of it a line that names a source may not say, and what may not stand right above a day
_TODAY = re.compile(r"今天是|今日是|现在是|当前[时日]|欢迎|版权|Copyright|©|<%", re.I)
_TODAY_ABOVE = re.compile(
    r"(?:今天|今日|现在|当前|北京|欢迎[您你]?|天气)(?:时间|日期|是|光临|预报)?\s?:?\s?$"
)
SOURCE = re.compile(r"来\s?源|作\s?者|稿源|责任编辑|字\s?[体号]|打\s?印")
_LABEL = re.compile(
    r"(?:时\s?间|日\s?期|截\s?止|开始|结束|报名|[开评]标|开庭|有效期?|[生失]效|[施实]行|[至自从到于起止])\s?:?$"
)
_OPEN = ("时间", "日期")  # without a colon they head the page's own day as well
_LABEL_LENGTH = 16
_ABOVE = 14  # characters at the end of the line above
_PARAGRAPH, _SHORTEST = 60, 40
_BELOW = 5  # lines below the title
_TITLE, _LONG = 200, 8


@dataclass
class Shown:
    """可见行 What a page shows, line by line and made plain, and what is known of it.

    `titles` are the numbers of the lines that hold its title; `names` is what the page is called, without spaces;
    `latest` is the last day that a true date can tell. `rows` are those of the page's lists: they are asked only about
    a day that could be one of theirs, and most content pages show their own right below the title.
    """

    lines: list[str]
    titles: tuple[int, ...]
    latest: date
    article: bool
    names: Collection[str]
    rows: LaidRows

    @once
    def near(self) -> frozenset[int]:
        """The title's own lines and those right below them."""
        return frozenset(line for title in self.titles for line in range(title, title + _BELOW + 1))

    @once
    def next(self) -> frozenset[int]:
        """The two lines below each title line."""
        return frozenset(line for title in self.titles for line in (title + 1, title + 2))

    def is_row(self, number: int, raw: str) -> bool:
        """Whether a date far from the title is that of a list's row."""
        above = number in self.near and number < self.body
        return bool(self.titles) and not above and raw in self.rows.listed

    def is_titled(self, number: int, before: str) -> bool:
        """Whether what stands before a day on a line of the title is the title: the day is no part of it."""
        return number in self.titles and "".join(before.split()).rstrip("([【-|") in self.names

    def is_banner(self, number: int) -> bool:
        """Whether a line tells today's day, the weather or whose the page is. Sources are called 今日某县 too, and
        titles tell of today: they say so in other words."""
        line = self.lines[number]
        if (_TODAY if SOURCE.search(line) else _BANNER).search(line):
            return True
        above = self.lines[number - 1][-_ABOVE:] if number and number - 1 not in self.titles else ""
        return _TODAY_ABOVE.search(above) is not None

    def is_labelled(self, number: int) -> bool:
        """Whether the line above is a label of something else: when an event begins, until when one may apply."""
        label = self.lines[number - 1].strip() if number else ""
        told = 2 <= len(label) <= _LABEL_LENGTH and label not in _OPEN and _LABEL.search(label)
        return bool(told) and number - 1 not in self.titles

    @once
    def body(self) -> int:
        """The first line that is a paragraph below the title; the end when there is none."""
        return _paragraph(self.lines, self.titles[0] + 1 if self.titles else 0)


def _paragraph(lines: list[str], start: int) -> int:
    for index in range(start, len(lines)):
        line = lines[index]
        if len(line) >= _SHORTEST and ("。" in line or ("," in line and len(line) >= _PARAGRAPH)):
            return index
    return len(lines)


def title_lines(lines: list[str], titles: Collection[str]) -> tuple[int, ...]:
    """标题行 The lines that say the page's title, whole or its beginning; the fullest three of them, in page order.

    Below the first paragraph only such as say as much of it as any: who signs a text often names the site too.
    """
    wanted = {"".join(title.split()) for title in titles} - {""}
    openings = {title[:2] for title in titles}
    text = "\n".join(lines)
    long = [title for title in dict.fromkeys(titles) if len(title) >= _LONG and title in text]
    found = []
    for index, line in enumerate(lines):
        if not 2 <= len(line) <= _TITLE:
            continue
        if line[:2] in openings:
            shown = "".join(line.split())
            if shown in wanted or (len(shown) >= _LONG and any(title.startswith(shown) for title in wanted)):
                found.append((-len(shown), index))
                continue
        if len(line) > _LONG:
            held = 0
            for title in long:
                if title in line and len(title) > held and not _mentions(line, title):
                    held = len(title)
            if held:
                found.append((1 - held, index))
    fullest = sorted(found)[:3]
    if len(fullest) < 2:
        return tuple(index for _, index in fullest)
    body = _paragraph(lines, min(index for _, index in fullest) + 1)
    return tuple(sorted(index for said, index in fullest if index < body or said == fullest[0][0]))


def _mentions(line: str, name: str) -> bool:
    """Whether a line tells of something called like the page: a source of its name, a reading of 《it》."""
    before = line[max(0, line.find(name) - 12) : line.find(name)]
    return before.endswith("《") or CREDITED.search(before) is not None


def plain_lines(text: str, head: int, tail: int) -> list[str]:
    """规整行 The lines of a page's first part and of its end, made plain."""
    if len(text) > head + tail:
        text = text[:head] + "\n" + text[-tail:]
    return plain(text).split("\n")
