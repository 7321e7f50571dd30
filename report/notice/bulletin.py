"""通报 What a bulletin says of a period over all units: figures, what comes back or is overdue, month by month."""

from datetime import date, datetime
from typing import NamedTuple

from model import SHANGHAI, Assessment, Finding, Notice, NoticeKind, Site
from report.book import Cell, Sheet, render_book
from report.messages import Messages
from report.notice.content import Grid, NoticeText, clean, day_words
from report.notice.faults import LONGEST_NAME, MOST_ROWS, letterhead, unseen_words
from report.text import shorten, title_of

_HEADS = {
    "summary": (
        "number",
        "unit",
        "sites",
        "before",
        "opened",
        "fixed",
        "reopened",
        "standing",
        "overdue",
        "unseen",
    ),
    "repeats": ("number", "unit", "place", "title", "back", "told", "first", "due", "state"),
    "trend": ("month", "opened", "fixed", "reopened", "standing"),
}
_SHARES = {
    "summary": (4, 18, 5, 8, 7, 7, 8, 8, 8, 8),
    "repeats": (4, 14, 20, 15, 6, 6, 9, 9, 9),
    "trend": (8, 5, 5, 5, 6),
}


class Tally(NamedTuple):
    """起止情况 Of a span of time: what stood before, what happened, what stands at its end."""

    before: int = 0
    opened: int = 0
    fixed: int = 0
    reopened: int = 0
    standing: int = 0
    overdue: int = 0

    def with_all(self, other: "Tally") -> "Tally":
        return Tally(*(one + more for one, more in zip(self, other, strict=True)))


class UnitLine(NamedTuple):
    """单位情况 `unseen`: names of its sites of which nothing was seen at the end of the period."""

    unit: str
    sites: int
    tally: Tally
    unseen: tuple[str, ...] = ()


class Repeat(NamedTuple):
    """反复出现 A fault that came back `back` times within the period, or is overdue at its end; `told`: how many notices that
    were sent listed it. `unchecked`: nobody has seen it since its day was over.
    """

    unit: str
    site: Site
    finding: Finding
    back: int
    told: int
    due: date | None
    overdue: bool
    unchecked: bool = False


class Period(NamedTuple):
    """通报时段 Everything a bulletin tells. `months`: the first day of each month, or of the period, with its tally."""

    since: datetime
    until: datetime
    lines: tuple[UnitLine, ...]
    repeats: tuple[Repeat, ...]
    months: tuple[tuple[date, Tally], ...]

    @property
    def whole(self) -> Tally:
        found = Tally()
        for one in self.lines:
            found = found.with_all(one.tally)
        return found


def bulletin_text(assessment: Assessment, notice: Notice, period: Period, messages: Messages) -> NoticeText:
    """通报文字"""
    whole = period.whole
    names = messages.text("notice.join").join(notice.criticised)
    words = letterhead(assessment, notice.dated, messages) | {
        "addressed": messages.text("notice.addressed"),
        "since": day_words(_day(period.since), messages),
        "until": day_words(_day(period.until), messages),
        "units": str(len(period.lines)),
        "criticised": messages.text("notice.criticised", units=names) if names else "",
        "unseen": unseen_words([name for one in period.lines for name in one.unseen], messages),
        **{
            name: str(getattr(whole, name)) for name in ("opened", "fixed", "reopened", "standing", "overdue")
        },
    }
    grids = {name: _grid(name, rows, messages) for name, rows in _tables(period, messages).items()}
    return NoticeText(NoticeKind.BULLETIN, words, grids)


def bulletin_book(period: Period, messages: Messages) -> bytes:
    """通报工作簿 The same tables, a sheet each."""
    sheets = [
        Sheet(messages.text(f"notice.field.{name}"), _heads(name, messages), rows)
        for name, rows in _tables(period, messages).items()
    ]
    return render_book(sheets)


def _tables(period: Period, messages: Messages) -> dict[str, list[tuple[Cell, ...]]]:
    """Every table of a bulletin as cells of a workbook."""
    units: list[tuple[Cell, ...]] = [
        (place, one.unit, one.sites, *one.tally, len(one.unseen))
        for place, one in enumerate(period.lines, start=1)
    ]
    repeats: list[tuple[Cell, ...]] = [
        (
            place, one.unit, place_words(one.site, one.finding), title_of(one.finding, messages), one.back, one.told,
            _day(one.finding.first_seen), one.due, _state(one, messages),
        )
        for place, one in enumerate(period.repeats, start=1)
    ]  # fmt: skip
    months: list[tuple[Cell, ...]] = [
        (f"{first:%Y-%m}", one.opened, one.fixed, one.reopened, one.standing) for first, one in period.months
    ]
    return {"summary": units, "repeats": repeats, "trend": months}


def place_words(site: Site, finding: Finding) -> str:
    """网站、栏目"""
    words = dict.fromkeys(
        (clean(site.name or site.host), shorten(clean(finding.verdict.subject_name), LONGEST_NAME))
    )
    return " · ".join(word for word in words if word)


def _state(one: Repeat, messages: Messages) -> str:
    state = "unchecked" if one.unchecked else "overdue" if one.overdue else "back"
    return messages.text(f"notice.state.{state}")


def _grid(name: str, rows: list[tuple[Cell, ...]], messages: Messages) -> Grid:
    told = [tuple("" if cell is None else clean(str(cell)) for cell in row) for row in rows[:MOST_ROWS]]
    if (left := len(rows) - MOST_ROWS) > 0:
        told.append(("", messages.text("notice.rest", count=left), *[""] * (len(_HEADS[name]) - 2)))
    return Grid(tuple(_heads(name, messages)), _SHARES[name], tuple(told))


def _heads(name: str, messages: Messages) -> list[str]:
    return [messages.text(f"notice.col.{one}") for one in _HEADS[name]]


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
