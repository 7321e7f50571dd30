"""考评 How an assessment stands, what is due, what was amended and what its dossier tells, in words and rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from model import (
    Amendment,
    AssessedUnit,
    Assessment,
    DossierEntry,
    DueItem,
    EntryKind,
    Span,
    Standing,
    UnitProgress,
)
from report.figures import minute_text
from report.messages import Messages
from report.text import label, number, plain, shorten

STATUS_HEADS = ("unit", "monitored", "missed", "self_check", "sampled", "doubts", "scans")
DUE_HEADS = ("what", "due", "standing", "done", "lacking")
UNIT_HEADS = ("unit", "group", "pack", "objects")
LOG_HEADS = ("number", "at", "by", "what", "subject", "note")
_MOST_NAMED = 8  # units, findings or spans named one by one
_LONGEST_NOTE = 120


def unit_rows(assessment: Assessment, messages: Messages) -> list[list[str]]:
    """评估对象 One unit a row."""
    return [[one.name, one.group or "–", one.pack, _objects(one, messages)] for one in assessment.units]


def _objects(unit: AssessedUnit, messages: Messages) -> str:
    def told(name: str, *parts: object) -> str:
        return " ".join([name, *(str(one) for one in parts if one)])

    return messages.text("assess.join").join(
        told(one.name, one.site_key, *one.columns, one.weight and f"{number(one.weight * 100)}%")
        for one in unit.objects
    )


def amendment_lines(found: Iterable[Amendment], messages: Messages) -> Iterator[str]:
    """变更各项 One a line, before and after."""
    nothing = messages.text("assess.nothing")
    for one in found:
        name = label(messages, "window", one.what) if one.field == "window" else one.what
        what = f"{plain(name)} " if name else ""
        yield messages.text(
            "assess.change",
            what=what,
            field=messages.text(f"assess.field.{one.field}"),
            before=plain(one.before or "") or nothing,
            after=plain(one.after or "") or nothing,
        )


def status_rows(units: Iterable[UnitProgress], messages: Messages) -> list[list[str]]:
    """各单位进展 One unit a row."""

    def of(done: int, whole: int) -> str:
        return messages.text("assess.of", done=done, of=whole) if whole else "–"

    return [
        [
            one.unit, of(one.audited, one.days), str(one.days - one.audited) if one.days else "–",
            str(one.self_checked or messages.text("assess.not_yet")), of(one.sampled, one.sites), str(len(one.doubts)), str(len(one.scans)),
        ]
        for one in units
    ]  # fmt: skip


def missed_lines(units: Iterable[UnitProgress], messages: Messages, *, whole: bool) -> Iterator[str]:
    """漏检日期 A line for each site, once; with `whole` all its spans."""
    told: dict[str, tuple[Span, ...]] = {}
    for one in units:
        told |= one.missed
    for site, spans in told.items():
        yield messages.text(
            "assess.missed",
            site=plain(site),
            days=sum(span.days for span in spans),
            spans=named([_span(span, messages) for span in spans], messages, whole=whole),
        )


def doubt_lines(units: Iterable[UnitProgress], messages: Messages, *, whole: bool) -> Iterator[str]:
    """待核查问题 A line for each unit that has any."""
    for one in units:
        if one.doubts:
            findings = named(one.doubts, messages, whole=whole)
            yield messages.text("assess.status.unit_doubts", unit=plain(one.unit), findings=findings)


def scan_lines(units: Iterable[UnitProgress], messages: Messages, *, whole: bool) -> Iterator[str]:
    """上级扫描问题 A line for each unit of which any was reported."""
    for one in units:
        if one.scans:
            told = [
                " ".join(filter(None, (scan.source, str(scan.on), scan.kind, scan.url))) for scan in one.scans
            ]
            scans = named(told, messages, whole=whole)
            yield messages.text("assess.status.unit_scans", unit=plain(one.unit), scans=scans)


def _span(span: Span, messages: Messages) -> str:
    if span.first == span.last:
        return str(span.first)
    return messages.text("assess.to", first=span.first, last=span.last)


def named(names: Sequence[str], messages: Messages, *, whole: bool = False) -> str:
    """点名 The first few, and how many there are."""
    shown = names if whole else names[:_MOST_NAMED]
    rest = [messages.text("assess.more", count=len(names))] if len(names) > len(shown) else []
    return messages.text("assess.join").join([*(plain(one) for one in shown), *rest])


def due_rows(items: Iterable[DueItem], messages: Messages) -> list[list[str]]:
    """日程 One thing that is due a row."""
    return [
        [
            what_is_due(one, messages), str(one.due), standing_text(one, messages),
            messages.text("assess.of", done=one.done, of=one.of) if one.of else "–",
            named(one.lacking, messages) or "–",
        ]
        for one in items
    ]  # fmt: skip


def what_is_due(item: DueItem, messages: Messages) -> str:
    """事项"""
    return messages.text(f"due.what.{item.what}", number=item.number)


def standing_text(item: DueItem, messages: Messages) -> str:
    """进度 With the working days left or gone by."""
    on = item.done_on or item.due
    return messages.text(f"due.{item.standing}", days=item.workdays, on=on)


def calendar_file(items: Iterable[DueItem], assessment: Assessment, at: datetime, messages: Messages) -> str:
    """日历文件 iCalendar (RFC 5545): an all-day event for each thing that is not done, on its last day."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//duwang//assessment//", "CALSCALE:GREGORIAN"]
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for one in items:
        if one.standing in (Standing.DONE, Standing.DONE_LATE):
            continue
        title = messages.text("ics.title", what=what_is_due(one, messages), id=assessment.id)
        suffix = f"-{one.number}" if one.number else ""
        lines += [
            "BEGIN:VEVENT", f"UID:{assessment.id}-{one.what}{suffix}@duwang", f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{one.due:%Y%m%d}", f"SUMMARY:{_escaped(title)}",
            f"DESCRIPTION:{_escaped(standing_text(one, messages))}", "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return plain(text)


def _folded(line: str) -> Iterator[str]:
    """No line is longer than 75 bytes; what goes on begins with a space."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > 73:
            yield piece
            piece = " "
        piece += character
    yield piece


def log_rows(entries: Iterable[DossierEntry], messages: Messages) -> list[list[str]]:
    """卷宗记录 One entry a row."""
    return [
        [
            str(one.number), minute_text(one.at), one.by, label(messages, "entry", one.kind),
            _subject(one), shorten(note_of(one, messages), _LONGEST_NOTE),
        ]
        for one in entries
    ]  # fmt: skip


def _subject(entry: DossierEntry) -> str:
    about_all = (EntryKind.OPENED, EntryKind.AMENDED, EntryKind.CLOSED, EntryKind.FROZEN)
    unit = entry.body.get("unit")
    return "" if entry.kind in about_all else str(unit or entry.subject)


def note_of(entry: DossierEntry, messages: Messages) -> str:
    """所记 What the entry says in one sentence: the text `log.<kind>`, filled from its body; "" where there is none."""
    if not messages.has(f"log.{entry.kind}"):
        return ""
    told = {name: _value(value, messages) for name, value in entry.body.items()}
    return plain(messages.text(f"log.{entry.kind}", **told))


def _value(value: Any, messages: Messages) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    name = f"log.value.{text}"
    return messages.text(name) if messages.has(name) else plain(text)
