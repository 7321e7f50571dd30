"""行日期 The date of each row: full dates first, then those told in parts or words, then year-less ones."""

import re
from datetime import date, datetime

from model import Dated, DateSource
from reading.dates import Found, all_dates, month_day, plain, relative_day
from reading.once import once
from reading.places import Places
from reading.row_links import date_glued, date_inside, short_inside
from reading.row_pieces import Pieced, month_and_day, packed, pieced
from reading.row_texts import PIECE, pieces_in
from reading.row_years import infer_years
from reading.rows import Group, Row, groups_of, joined
from reading.table_dates import date_cells
from reading.tree import Node, squeeze

_EDGE = re.compile(r"[\[(\s]*$")
_EDGE_END = re.compile(r"^[\])\s]*$")
_LOOSE = frozenset(" \t\n[](){}:|/-·•,;>")
_BARE, _SHORT, _LONGEST = 4, 24, 1000  # characters of a piece besides its date
_LABEL = re.compile(r"([\u4e00-\u9fff]{1,12})([^\d\u4e00-\u9fff]{0,8})$")  # the last words before a day
_NAMES_A_DAY = re.compile(r"(?:日期|时间|日间|[日期到至于自])$")
_PUBLISHED = re.compile(
    r"(?:发布|公布|公开|上网|上线|上传|发表|刊发|发稿|提交|来信|写信|留言|咨询)(?:日期|时间|于|日)?$"
)
_BARE_LABEL = re.compile(r"^(?:信息|文章|新闻)?(?:日期|时间|日间)$")
_UPDATED = re.compile(r"更新(?:日期|时间|于)?$")
_OF_THE_MATTER = re.compile(
    r"(?:截[止至].{0,3}|到期|(?:有效|施行|实施|生效|失效|废止|开标|考试|报名|结束)(?:日期|时间|[日期到至于自]))$"
)
_OTHERWISE = re.compile(
    r"截|有效|施行|实施|生效|失效|废止|开标|考试|报名|结束|到期|成文|印发|发文|会议|活动|访谈|直播|生成|入库|修订|修改|录入|创建|(?:日期|时间)$"
)
_TO = re.compile(r"^\s*(?:至|到|~|-{1,2}|—{1,2}|–)\s*$")
_CLOCK = re.compile(r"\s+\d\d?:\d\d(?::\d\d)?\s*$")
_PACKED = re.compile(r"\d{8}|\d\d[-/.]\d\d[-/.]\d\d")
_MOST = 0.6
_SURE, _DOUBTFUL = 4, 2  # see `_rank`
_CENTURY = "20"


class LaidRows:
    """页面的行 The groups of rows of one page, each row dated; laid out when first asked for."""

    def __init__(self, root: Node, places: Places, latest: date, fetched_at: datetime) -> None:
        self._root, self._places, self._latest, self._fetched_at = root, places, latest, fetched_at

    @once
    def groups(self) -> list[Group]:
        found = groups_of(self._root, self._places)
        for group in found:
            date_rows(group, self._latest, self._fetched_at)
        return joined(found)

    @once
    def titles(self) -> frozenset[str]:
        """Beginnings of the titles of dated rows."""
        return frozenset(
            plain(row.title)[:20] for group in self.groups for row in group.rows if row.dated.value
        )

    @once
    def days(self) -> frozenset[str]:
        """Days of rows as they are written."""
        return self._days(1)

    @once
    def listed(self) -> frozenset[str]:
        """Of `days`, those in lists of two dated rows or more."""
        return self._days(2)

    def _days(self, least: int) -> frozenset[str]:
        groups = (group for group in self.groups if group.dated >= least)
        return frozenset(row.dated.raw for group in groups for row in group.rows if row.dated.value)


def date_rows(group: Group, latest: date, fetched_at: datetime | None = None) -> None:
    """给行定日期 Dates of all rows of a group: full dates first, year-less ones from their neighbours' years.

    `fetched_at` lets words that count back (昨天, 3天前) be read.
    """
    shorts: dict[int, tuple[int, int, str]] = {}
    doubtful: dict[int, Found] = {}  # days within other words: of a summary, of a term
    cells = date_cells(group, latest)
    inside = 0  # rows dated within their links
    for index, row in enumerate(group.rows):
        if not row.outside and not len(row.anchor):
            continue
        pieces = row.outside.split(PIECE) if row.outside else []
        cell = cells.get(index)
        rank, told = (_SURE, cell) if cell else _row_date(pieces, latest)
        if told and rank >= _SURE:
            _tell(row, told)
        elif _told_in_parts(row, pieces, latest) or _told_in_words(row, pieces, fetched_at):
            continue
        elif date_inside(row, latest, fetched_at):
            inside += 1
        elif told and rank > _DOUBTFUL:
            _tell(row, told)
        else:
            short = _short(pieces) or short_inside(row)
            if short:
                shorts[index] = short
            elif told:
                doubtful[index] = told
    if not group.dated and not shorts and not doubtful and any(_PACKED.search(r.outside) for r in group.rows):
        _packed(group, latest)
    if not shorts and group.dated < len(group.rows):
        date_glued(group, inside, latest)
    if shorts:
        infer_years(group, shorts, latest)
    for index, told in doubtful.items():
        if not group.rows[index].dated.value:
            _tell(group.rows[index], told)
    for row in group.rows:
        if row.dated.value is None and _CENTURY in row.outside:
            _tell_ahead(row, latest)


def _tell(row: Row, told: Found) -> None:
    row.dated = Dated(value=told.day, at=told.at, source=DateSource.ROW, raw=told.raw)


def _tell_ahead(row: Row, latest: date) -> None:
    """A day that had not come, alone in its piece of the row or beside a label of publication: no date, but its words."""
    rank, told = _row_date(row.outside.split(PIECE), date.max)
    if told and rank >= _SURE and told.day > latest:
        row.dated = Dated(source=DateSource.ROW, raw=told.raw, reason="future")


def _row_date(pieces: list[str], latest: date) -> tuple[int, Found | None]:
    """How surely (see `_rank`), and the date outside the title that stands alone, carries a label or ends or opens its own piece of text."""
    best: tuple[int, Found] | None = None
    for piece in pieces:
        if len(piece) > _LONGEST:
            continue
        dates = all_dates(piece, latest)
        if not dates:
            continue
        last = dates[-1]
        if len(dates) == 2 and _TO.match(piece[dates[0].end : last.start]):
            last = dates[0]  # a period: it was put out when it began
        for found in dates:
            rank = _rank(piece, found) if found is last else _published(piece, found)
            if rank and (best is None or rank >= best[0]):
                best = rank, found
    return best or (0, None)


def _rank(piece: str, found: Found) -> int:
    """How surely a date is the row's own; 0: it is part of a sentence or of another matter."""
    before, after = piece[: found.start], piece[found.end :]
    label = _label(before)
    if _PUBLISHED.search(label) or _BARE_LABEL.match(label):
        return 5
    if _UPDATED.search(label):
        return 3
    if _OF_THE_MATTER.search(label):
        return 0  # a day of what the text is about, not the one it was put out
    if _OTHERWISE.search(label):
        return 1
    around = len(before) + len(after)
    if around <= _BARE:
        return 4
    if around <= _SHORT:
        return 3
    loose_before = not before or before[-1] in _LOOSE
    loose_after = not after or after[0] in _LOOSE
    at_edge = _EDGE_END.match(after) or (_EDGE.match(before[-3:]) and not before.strip(" [("))
    return 2 if at_edge and loose_before and loose_after else 0


def _published(piece: str, found: Found) -> int:
    """A day before the last one of its piece counts only with a label that names it: 发布日期：… 更新日期：…"""
    return 5 if _PUBLISHED.search(_label(piece[: found.start])) else 0


def _label(before: str) -> str:
    """The words that name the day right behind them, as 考试时间 or 截止： do and the kind in `[考试] 2021-01-12` does not."""
    told = _LABEL.search(before[-20:])
    if told and (not told[2] or ":" in told[2] or _NAMES_A_DAY.search(told[1])):
        return told[1]
    return ""


def _told_in_parts(row: Row, pieces: list[str], latest: date) -> bool:
    """Day, month and year in elements of their own, beside the title or inside its link."""
    found = pieced(pieces, latest)
    if found is None and row.heading is None and row.node is not row.anchor:
        found = pieced([*pieces, *pieces_in(row.anchor)], latest) if len(row.anchor) else None
    elif found is None and row.heading is None:
        found = pieced(pieces_in(row.anchor), latest)
    if found is not None:
        _set(row, found)
        return True
    return False


def _set(row: Row, found: Pieced) -> None:
    row.dated = Dated(value=found.day, source=DateSource.ROW, raw=found.raw)
    if row.heading is None and len(row.anchor) and not row.anchor.get("title"):
        row.title = _without(row, found.raw)


def _without(row: Row, raw: str) -> str:
    """The title of a link that holds its date in elements of its own."""
    parts = set(raw.split()) | {raw}
    kept = " ".join(piece for piece in pieces_in(row.anchor) if " ".join(piece.split()) not in parts)
    return squeeze(kept) or row.title


def _told_in_words(row: Row, pieces: list[str], fetched_at: datetime | None) -> bool:
    """昨天, 3天前: counted back from the fetch."""
    if fetched_at is None:
        return False
    for piece in pieces:
        if len(piece) > _SHORT or (not piece.endswith(("天", "日", "前", "刚", "才")) and ":" not in piece):
            continue
        found = relative_day(re.sub(r"^[^\d]{0,6}[:：]\s*", "", piece), fetched_at)
        if found:
            row.dated = Dated(
                value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw, relative=True
            )
            return True
    return False


def _short(pieces: list[str]) -> tuple[int, int, str] | None:
    """Month and day alone in a piece, perhaps with a time of day."""
    for piece in pieces:
        if len(piece) > _SHORT:
            continue
        pair = month_day(piece) or month_day(_CLOCK.sub("", piece))
        if pair:
            return (*pair, piece.strip())
    return month_and_day(pieces)


def _packed(group: Group, latest: date) -> None:
    """20240315 or 24-03-15, when most rows have one: a number alone may be anything."""
    hits = [
        (row, found) for row in group.rows if (found := packed(row.outside.split(PIECE), latest)) is not None
    ]
    if len(group.rows) > 1 and len(hits) >= len(group.rows) * _MOST:
        for row, found in hits:
            _set(row, found)
