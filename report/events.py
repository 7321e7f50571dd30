"""突发事件填报 How soon a unit told of a grave event, as rows of a table. Nothing of it is a verdict: a person decides."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from model import Emergency, Frozen
from model.event import BRIEFING_WITHIN, RELEASE_WITHIN
from report.book import Cell
from report.figures import minute_text
from report.messages import Messages
from report.text import plain

HEADS = (
    "happened_at", "unit", "title", "released_at", "release_took", "release_state", "briefed_at", "briefing_took",
    "briefing_state", "release_url", "briefing_url", "corrected", "note",
)  # fmt: skip


class Timing(StrEnum):
    """时限情况 Each has a text `event.timing.<name>`."""

    IN_TIME = "in_time"  # 时限内
    LATE = "late"  # 超过时限
    UNKNOWN = "unknown"  # 未填报: nobody entered it, which does not say that it was not done
    PENDING = "pending"  # 未填报, 时限未到


class EventLine(Frozen):
    """填报一行 An event as it was last entered. `entries`: numbers in the dossier; `corrected`: how often something told before
    was told otherwise.
    """

    event: Emergency
    entries: tuple[int, ...]
    corrected: int = 0
    release: Timing
    briefing: Timing


def timing(happened_at: datetime, told_at: datetime | None, within: timedelta, now: datetime) -> Timing:
    """是否及时 The very last minute is in time."""
    if told_at is None:
        return Timing.PENDING if now <= happened_at + within else Timing.UNKNOWN
    return Timing.IN_TIME if told_at - happened_at <= within else Timing.LATE


def event_heads(messages: Messages) -> list[str]:
    """表头"""
    hours = {"release": _hours(RELEASE_WITHIN), "briefing": _hours(BRIEFING_WITHIN)}
    return [messages.text(f"event.col.{name}", hours=hours.get(name.partition("_")[0], 0)) for name in HEADS]


def event_cells(lines: Iterable[EventLine], messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """填报表 The cells of HEADS."""
    for one in lines:
        event = one.event
        yield (
            event.happened_at, event.unit, event.title,
            event.released_at, _took(event.happened_at, event.released_at, messages), _state(one.release, messages),
            event.briefed_at, _took(event.happened_at, event.briefed_at, messages), _state(one.briefing, messages),
            event.release_url or None, event.briefing_url or None, one.corrected or None, event.note or None,
        )  # fmt: skip


def event_rows(lines: Iterable[EventLine], messages: Messages) -> Iterator[tuple[str, ...]]:
    """填报 The same for a terminal."""
    for cells in event_cells(lines, messages):
        yield tuple(_shown(one) for one in cells)


def event_json(lines: Iterable[EventLine]) -> list[dict[str, Any]]:
    """填报 JSON with minutes from the event to each."""
    return [
        one.model_dump(mode="json")
        | {
            "release_minutes": _minutes(one.event.happened_at, one.event.released_at),
            "briefing_minutes": _minutes(one.event.happened_at, one.event.briefed_at),
        }
        for one in lines
    ]


def change_line(before: Emergency, after: Emergency, messages: Messages) -> str | None:
    """更正一行 What was told before and is told otherwise now; None: nothing was."""
    told = [
        messages.text(
            "event.change",
            field=messages.text(f"event.col.{field}", hours=""),
            old=_shown(getattr(before, field)),
            new=_shown(getattr(after, field)),
        )
        for field in corrected(before, after)
    ]
    return messages.text("event.join").join(told) if told else None


def corrected(before: Emergency, after: Emergency) -> tuple[str, ...]:
    """更正之处 Fields that were told and are told otherwise; what was empty is only completed."""
    fields = ("happened_at", "released_at", "briefed_at", "release_url", "briefing_url", "note")
    return tuple(
        one for one in fields if getattr(before, one) and getattr(before, one) != getattr(after, one)
    )


def _took(happened_at: datetime, told_at: datetime | None, messages: Messages) -> str | None:
    minutes = _minutes(happened_at, told_at)
    if minutes is None:
        return None
    return messages.text("event.took", hours=minutes // 60, minutes=minutes % 60)


def _minutes(happened_at: datetime, told_at: datetime | None) -> int | None:
    return None if told_at is None else int((told_at - happened_at).total_seconds() // 60)


def _hours(within: timedelta) -> int:
    return within // timedelta(hours=1)


def _state(state: Timing, messages: Messages) -> str:
    return messages.text(f"event.timing.{state}")


def _shown(value: Cell) -> str:
    if isinstance(value, datetime):
        return minute_text(value)
    return "" if value is None else plain(str(value))
