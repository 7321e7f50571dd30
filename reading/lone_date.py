"""独立日期 A date that stands without a label: below the title, in the line of the source, as a signature.

Such a date is the page's own only where content pages show theirs. What stands in rows, banners, bodies and
footers tells of something else.
"""

import re
from collections.abc import Collection
from datetime import date, timedelta

from model import Dated, DateSource
from reading.dates import EARLIEST, Found, all_dates, month_day
from reading.publish_date import SIGNATURE, made
from reading.shown import CREDITED, CREDITS, SOURCE, Shown

_LINE = 150  # characters: a line of source, author and the like is no longer
_SHORT = 60
_TOLD = 25  # a sentence, below which a signature may stand
_FEW = 2  # days a page may show that is no content page by its address
_CUT = 14
_ORGANS = 45  # several organs may sign together
_WEEKDAY = re.compile(r"(?:星期|周)[一二三四五六日天]")
_EMPTY = re.compile(r"^[\s\[\]()【】|丨:·/-]*(?:(?:星期|周)[一二三四五六日天])?[\s\[\]()【】|丨:·/-]*$")
_SPAN = re.compile(r"^\s?(?:至|到|起|止|前|以|[—–~-])")
_NAMED = re.compile(r"(?:[日期时间于]|:)\s?[\[(]?$")
_SENTENCE = re.compile("[。;]")
_ORGAN = re.compile(
    r"[局委府办院部厅室团台庭心司会校处科社站所队署行组馆园厂场]\)?$|(?:公司|政府|中心|领导小组)\s?$"
)
_CREDIT = re.compile(rf"^{CREDITS}\s?:")
_ABOVE = 8  # lines
_BRIEF = 12  # characters: the name of a source is no longer, titles of rows mostly are
_MEETING = re.compile(r"(?:发布|座谈|听证|招聘|洽谈|博览|推介|推进|宣讲|说明|培训|动员|研讨|交流|报告)会\)?$")
_MONTH = re.compile(r"^((?:19|20)\d\d)\s?([-/.年])\s?(1[0-2]|0?[1-9])月?$")
_DAY = re.compile(r"^(3[01]|[12]\d|0?[1-9])日?$")
_YEAR = re.compile(r"^((?:19|20)\d\d)年?$")
_DAY_MONTH = re.compile(
    r"^(3[01]|[12]\d|0?[1-9])日?\s?[/]?\s?((?:19|20)\d\d)\s?[-/.年]\s?(1[0-2]|0?[1-9])月?$"
)

_Hits = list[tuple[int, Found]]


def alone(shown: Shown) -> Dated:
    """独立日期 The date in the line of the source, else below the title; None with a reason when days differ."""
    latest = shown.latest
    near, body = (shown.near, shown.next), shown.body
    sourced, titled, pure = _hits(shown, latest)
    chosen = _single(sourced, near) or (None if sourced else _single(titled, near))
    if chosen is None and not sourced and not titled:
        few = shown.article or len({hit.day for _, hit in pure}) <= _FEW
        below = [
            (i, hit)
            for i, hit in pure
            if few and i in shown.near and (i < body or (i in shown.next and _is_stamp(hit)))
        ]
        chosen = _single(below, near) or _split(shown, latest)
        if chosen is None and not below and shown.article:
            chosen = _single(_early(shown, pure, latest - timedelta(days=1)), near)
    if chosen:
        return made(chosen, DateSource.ELEMENT)
    days = {hit.day for _, hit in sourced + titled + pure}
    return Dated(reason="several_unlabelled" if len(days) > 1 else "unlabelled" if days else "no_date_shown")


def _is_stamp(hit: Found) -> bool:
    """Whether a day is written as systems write it: 2024-03-15, or with the time of day. People sign in 年月日."""
    return hit.at is not None or "年" not in hit.raw


def contradicts(shown: Shown, told: date | None) -> bool:
    """是否矛盾 Whether lines that name the source show days, and none of them is the one told elsewhere."""
    sourced, titled, _ = _hits(shown, shown.latest)
    days = {hit.day for _, hit in sourced + titled}
    return bool(days) and told not in days


def _hits(shown: Shown, latest: date) -> tuple[_Hits, _Hits, _Hits]:
    """Dates in lines that name the source, behind the title, and alone on their lines."""
    sourced: _Hits = []
    titled: _Hits = []
    pure: _Hits = []
    for index, line in enumerate(shown.lines):
        if len(line) > _LINE or ("20" not in line and "19" not in line and "年" not in line):
            continue
        hits = all_dates(line, latest)
        if len(hits) != 1 or shown.is_banner(index) or _in_row(shown, index, hits[0].raw):
            continue
        hit = hits[0]
        before, after = line[: hit.start], line[hit.end :]
        if _SPAN.match(after) or _SENTENCE.search(line):
            continue
        if _EMPTY.match(before) and _EMPTY.match(after):
            told = _below_organ(shown, index) or shown.is_labelled(index)
            if not told and (shown.article or hit.raw not in shown.rows.days):
                pure.append((index, hit))
        elif _EMPTY.match(after) and shown.is_titled(index, before):
            titled.append((index, hit))
        elif SIGNATURE.search(line) and not _NAMED.search(before) and _is_own(shown, index, hit.raw):
            sourced.append((index, hit))
    return sourced, titled, pure


def _is_own(shown: Shown, index: int, raw: str) -> bool:
    """Whether a line of counters is the page's own: on other than content pages rows have the like."""
    if shown.article:
        return True
    if index in shown.near:
        return index < shown.body or raw not in shown.rows.listed
    return raw not in shown.rows.listed and bool(SOURCE.search(shown.lines[index]))


def _single(hits: list[tuple[int, Found]], near: tuple[Collection[int], ...]) -> Found | None:
    """The one day of all hits; when days differ, of those below the title or right below it."""
    for group in (hits, *([pair for pair in hits if pair[0] in lines] for lines in near)):
        if len({hit.day for _, hit in group}) == 1:
            return group[0][1]
    return None


def _early(shown: Shown, pure: list[tuple[int, Found]], today: date) -> list[tuple[int, Found]]:
    """Dates right above the title, or right above the body of a page whose title is not seen, unless they are
    a banner's or a row's."""
    body = shown.body
    if body == len(shown.lines):
        return []
    above = {title - back for title in shown.titles for back in range(1, 4)}
    early = [
        (index, hit)
        for index, hit in pure
        if body - _ABOVE <= index < body and hit.raw not in shown.rows.days and (not above or index in above)
    ]
    if any(hit.day == today or _WEEKDAY.search(shown.lines[index]) for index, hit in early):
        return []
    return early


def _split(shown: Shown, latest: date) -> Found | None:
    """A date cut in two blocks or glued the wrong way round, right above or below the title."""
    found = []
    wanted = sorted({line for title in shown.titles for line in range(max(title - 3, 0), title + 5)})
    for index in wanted:
        if index >= len(shown.lines) or len(shown.lines[index]) > _CUT:
            continue
        following = shown.lines[index + 1].strip() if index + 1 < len(shown.lines) else ""
        parts = _parts(shown.lines[index].strip(), following)
        if parts:
            try:
                day = date(*parts[0])
            except ValueError:
                continue
            if EARLIEST <= day <= latest:
                found.append(Found(day, None, parts[1], 0, len(parts[1])))
    return found[0] if len({hit.day for hit in found}) == 1 else None


def _parts(line: str, following: str) -> tuple[tuple[int, int, int], str] | None:
    glued = _DAY_MONTH.match(line)
    if glued:
        return (int(glued[2]), int(glued[3]), int(glued[1])), line
    for month, day in ((line, following), (following, line)):
        found, single = _MONTH.match(month), _DAY.match(day)
        if found and single:
            return (int(found[1]), int(found[3]), int(single[1])), f"{line} {following}"
        year, pair = _YEAR.match(month), month_day(day)
        if year and pair:
            return (int(year[1]), *pair), f"{line} {following}"
    return None


def _in_row(shown: Shown, index: int, raw: str) -> bool:
    """Whether a day stands in a list's row. A link right behind 来源 or the like is no row's title, and a lone
    link in the line of the source below the title makes that line no row."""
    line = shown.lines[index]
    for row in shown.rows.titles:
        at = line.find(row)
        if at >= 0 and not _CREDIT.match(row) and not CREDITED.search(line[max(0, at - _CUT) : at]):
            lone = raw not in shown.rows.listed and (shown.article or len(row) <= _BRIEF)
            below = index in shown.near and index < shown.body
            return not (lone and below and SIGNATURE.search(line))
    return False


def _below_organ(shown: Shown, index: int) -> bool:
    """Whether the line above is the name of an organ: who signed a text, not who put it online."""
    organ = shown.lines[index - 1].strip() if index else ""
    return (index - 1 not in shown.titles or index > shown.body) and _is_organ(organ)


def _is_organ(text: str) -> bool:
    told = 2 <= len(text) <= _ORGANS and _ORGAN.search(text) and not _SENTENCE.search(text)
    return bool(told) and _MEETING.search(text) is None


def signed(shown: Shown) -> Dated | None:
    """落款日期 The date below the name of an organ at the end of a text, on content pages also the only one alone on its
    line there: when it was made, not when it came online."""
    latest = shown.latest
    found, bare = [], []
    told = False
    for index in range(shown.titles[0] + 1 if shown.titles else 0, len(shown.lines)):
        line = shown.lines[index]
        told = told or (len(line) >= _TOLD and ("。" in line or "," in line))
        if not told or len(line) > _SHORT or ("年" not in line and "20" not in line):
            continue
        hits = all_dates(line, latest)
        if len(hits) != 1 or hits[0].at or line[hits[0].end :].strip(" )]"):
            continue
        before = line[: hits[0].start].strip(" ([")
        if hits[0].raw in shown.rows.days or any(row in line for row in shown.rows.titles):
            continue
        if _is_organ(before) if before else _below_organ(shown, index):
            found.append(hits[0])
        elif shown.article and not before and "年" in line and not _is_of_else(shown, index):
            bare.append(hits[0])
    for group in (found, bare):
        if group:
            return made(group[0], DateSource.SIGNATURE) if len({hit.day for hit in group}) == 1 else None
    return None


def _is_of_else(shown: Shown, index: int) -> bool:
    """Whether a day at the end of a text is that of a meeting, a label of something else or today's."""
    above = shown.lines[index - 1].strip() if index else ""
    return bool(_MEETING.search(above)) or shown.is_labelled(index) or shown.is_banner(index)
