"""链接内日期 Days that stand inside a row's own link: in an element of their own, or glued to the title's text."""

import re
from datetime import date, datetime
from itertools import islice

from model import Dated, DateSource
from reading.dates import Found, all_dates, full_dates, month_day, plain, relative_day
from reading.row_texts import SILENT, pieces_in
from reading.rows import Group, Row
from reading.tree import Node, beginning, squeeze

_EDGE = re.compile(r"[\[(\s]*$")
_EDGE_END = re.compile(r"^[\])\s]*$")
_LABEL = re.compile(r"(?:发布|公布|公开|上网|更新|发表|时间|日期)[^\d]{0,8}$")
_OTHERWISE = re.compile(r"截|有效|施行|实施|生效|失效|废止|成文|印发|会议|活动|开标|考试|报名|结束|到期")
_EVENT_DAY = re.compile(
    r"(?:截止|截至|有效|施行|实施|生效|失效|废止|会议|活动|开标|考试|报名|结束|到期)(?:日期|时间|[日期到至于自为:])[: ]{0,2}$"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = re.compile(r"\d")
_COUNT = re.compile(r"\W{0,2}\d{1,9}\W{0,2}")
_BARE, _BESIDE, _LONGEST, _PARTS = 4, 16, 60, 60
_MOST = 0.6


def date_inside(row: Row, latest: date, fetched_at: datetime | None) -> bool:
    """链接内有日期 Read a day that stands alone in its own part of the link; whether one was found.

    A day in the midst of the title's own text (关于<b>2020年3月1日</b>停水的通知) is part of the title.
    """
    if row.heading is not None or not len(row.anchor):
        return False
    found: Dated | None = None
    for text in _parts(row.anchor):
        told = _whole(text, latest) or _counted(text, fetched_at)
        if told is not None:
            found = told
    if found is None:
        return False
    row.dated = found
    if row.title != squeeze(row.anchor.get("title") or ""):
        row.title = _rest(row, found.raw)
    return True


def short_inside(row: Row) -> tuple[int, int, str] | None:
    """链接内月日 A month and day that is all of the link's first or last part (03-15, 3月15日)."""
    if row.heading is not None or not len(row.anchor):
        return None
    parts = [text for text in _parts(row.anchor) if _COUNT.fullmatch(text) is None]
    for text in (parts[-1], parts[0]) if len(parts) > 1 else ():
        pair = month_day(text) if "." not in text else None
        if pair:
            return (*pair, text)
    return None


def _parts(anchor: Node) -> list[str]:
    """Texts of a link, each from one element; none that stand in the midst of another text."""
    found: list[tuple[str, bool]] = []
    own = anchor.text or ""
    if own.strip():
        found.append((own, False))
    for node in islice(anchor.iterdescendants(), _PARTS):
        tail = node.tail if node.getparent() is not None else None
        if isinstance(node.tag, str) and node.tag not in SILENT and node.text and node.text.strip():
            before = node.getprevious()
            parent = node.getparent()
            left = before.tail if before is not None else parent.text if parent is not None else None
            found.append((node.text, bool(left and left.strip() and tail and tail.strip())))
        if tail and tail.strip():
            found.append((tail, False))
    if len(found) < 2:
        return []
    return [plain(" ".join(text.split())) for text, within in found if not within and len(text) <= _LONGEST]


def _whole(text: str, latest: date) -> Dated | None:
    """A text that is a day and hardly anything else, or carries its label."""
    if _DIGITS.search(text) is None:
        return None
    dates = all_dates(text, latest)
    if len(dates) != 1 or _OTHERWISE.search(text):
        return None
    found = dates[0]
    around = len(text) - (found.end - found.start)
    if around > _BARE and _LABEL.search(text[: found.start]) is None:
        return None
    return Dated(value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw)


def _counted(text: str, fetched_at: datetime | None) -> Dated | None:
    """昨天, 3天前."""
    if fetched_at is None or not text.endswith(("天", "日", "前", "刚", "才")):
        return None
    found = relative_day(text, fetched_at)
    if found is None:
        return None
    return Dated(value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw, relative=True)


def _rest(row: Row, raw: str) -> str:
    """The link's text without its day, and without what counts views behind it."""
    kept: list[str] = []
    dated = False
    for piece in pieces_in(row.anchor):
        text = " ".join(piece.split())
        if raw in text and len(text) - len(raw) <= _BESIDE:
            dated = True
        elif not (dated and _COUNT.fullmatch(text)):
            kept.append(piece)
    return squeeze(" ".join(kept)) or row.title


def _uncounted(anchor: Node) -> str:
    """A link's text, its elements set apart, without numbers behind it that count views."""
    pieces = pieces_in(anchor)
    while len(pieces) > 1 and _COUNT.fullmatch(pieces[-1].strip()):
        pieces.pop()
    return squeeze(" ".join(pieces)) if pieces else plain(squeeze(beginning(anchor)))


def date_glued(group: Group, inside: int, latest: date) -> None:
    """紧贴标题的日期 Days glued to the end (or start) of the title, for rows still without one: only when most rows
    have theirs in the link, so no event date passes. `inside`: rows dated within their links already."""
    hits: list[tuple[Row, Found, str]] = []
    for row in group.rows:
        if row.dated.value:
            continue
        text = _uncounted(row.anchor)
        if _YEAR.search(text) is None:
            continue
        for found in full_dates(text, latest):
            at_end = _EDGE_END.match(text[found.end :])
            at_start = _EDGE.match(text[: found.start]) and found.start <= 2
            if (at_end or at_start) and found.end - found.start < len(text) and not _of_event(text, found):
                rest = text[: found.start] if at_end else text[found.end :]
                hits.append((row, found, rest.strip(" \t([])")))
                break
    if hits and len(hits) + inside >= len(group.rows) * _MOST:
        for row, found, rest in hits:
            row.dated = Dated(value=found.day, at=found.at, source=DateSource.ROW, raw=found.raw)
            if rest and not row.anchor.get("title"):
                row.title = rest


def _of_event(text: str, found: Found) -> bool:
    """Whether a day belongs to what the title tells: it is named (施行时间2021-01-12), or written as a sentence
    would (2021年1月14日停水通知, 会议纪要(2021年1月12日)) and not set apart by a space."""
    before, after = text[: found.start].rstrip("[( "), text[found.end :]
    if _EVENT_DAY.search(before[-12:]):
        return True
    if "年" not in found.raw:
        return False
    if after.strip("]) "):
        return after[0] not in "]) "
    return not text[: found.start].endswith((" ", "["))
