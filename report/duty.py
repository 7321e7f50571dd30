"""读网记录 Who read which unit's sites on which day, what duwang saw, and the days nobody signed: rows and sentences."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from model import Frozen, Seen, SeenSite
from report.book import Cell
from report.figures import minute_text
from report.messages import Messages
from report.text import number, plain

HEADS = ("on", "unit", "signer", "seen", "standing", "signed_at", "state", "note")
TALLY_HEADS = ("unit", "asked", "signed", "late", "missed", "days")


class DutyState(StrEnum):
    """签到情况 Each has a text `duty.state.<name>`."""

    SIGNED = "signed"  # 已签
    LATE = "late"  # 补签
    MISSED = "missed"  # 未签
    WAITING = "waiting"  # 待签: the day is not over


class DutyLine(Frozen):
    """读网一行 One signature, or one day without any. `after`: how much came up later that day than it was signed."""

    on: date
    unit: str
    state: DutyState
    signer: str = ""
    signed_at: datetime | None = None
    entered_at: datetime | None = None
    note: str = ""
    seen: Seen
    after: int = 0


class DutyTally(Frozen):
    """漏签统计 Of the days asked: signed on the day, signed late, missed."""

    unit: str
    asked: int
    signed: int
    late: int
    missed: tuple[date, ...]


def duty_heads(messages: Messages) -> list[str]:
    """表头"""
    return [messages.text(f"duty.col.{name}") for name in HEADS]


def duty_cells(lines: Iterable[DutyLine], messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """读网记录表 The cells of HEADS: days are days, figures are figures."""
    for one in lines:
        yield (
            one.on,
            one.unit,
            one.signer or None,
            seen_text(one, messages),
            one.seen.standing,
            one.signed_at,
            messages.text(f"duty.state.{one.state}"),
            one.note or None,
        )


def duty_rows(lines: Iterable[DutyLine], messages: Messages) -> Iterator[tuple[str, ...]]:
    """读网记录 The same for a terminal."""
    for cells in duty_cells(lines, messages):
        yield tuple(
            minute_text(one) if isinstance(one, datetime) else "" if one is None else plain(str(one))
            for one in cells
        )


def tally_rows(tallies: Iterable[DutyTally], messages: Messages) -> Iterator[tuple[str, ...]]:
    """漏签统计表 Unit, days asked, signed, late, missed, and which."""
    for one in tallies:
        figures = (one.asked, one.signed, one.late, len(one.missed))
        yield (plain(one.unit), *map(str, figures), days_text(one.missed, messages))


def tally_json(tallies: Iterable[DutyTally]) -> list[dict[str, Any]]:
    """漏签统计 JSON"""
    return [one.model_dump(mode="json") for one in tallies]


def seen_text(line: DutyLine, messages: Messages) -> str:
    """系统所见 Site by site, then what changed that day; several facts in one cell."""
    seen = line.seen
    if not seen.sites:
        return messages.text("duty.no_site")
    told = [_site_text(one, len(seen.sites) > 1, messages) for one in seen.sites]
    if seen.new or seen.back or seen.mended:
        told.append(messages.text("duty.changes", new=seen.new, back=seen.back, mended=seen.mended))
    if seen.overdue:
        told.append(messages.text("duty.overdue", count=seen.overdue))
    if line.after:
        told.append(messages.text("duty.after", count=line.after))
    return messages.text("duty.join").join(told)


def _site_text(one: SeenSite, several: bool, messages: Messages) -> str:
    if one.opened is None:
        told = messages.text("duty.no_audit")
    elif not one.opened:
        told = messages.text("duty.home_unseen")
    elif one.low is None or one.high is None:
        told = messages.text("duty.audited", count=one.audits)
    else:
        low, high = number(one.low), number(one.high)
        score = high if low == high else messages.text("score.range", low=low, high=high)
        told = messages.text("duty.scored", count=one.audits, score=score)
    if one.visits:
        told += messages.text("duty.visits", count=one.visits, failed=one.failed)
    return messages.text("duty.site", name=plain(one.name), told=told) if several else told


def days_text(days: Sequence[date], messages: Messages) -> str:
    """各日 2021-11-02、2021-11-05 至 2021-11-07: what follows day by day is told by its ends."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return messages.text("duty.days.join").join(
        messages.text("duty.days", first=run[0], last=run[-1]) if len(run) > 1 else str(run[0])
        for run in runs
    )
