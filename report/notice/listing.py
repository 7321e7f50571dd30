"""送达清单 Notices and where they went: rows for a terminal, a sheet that comes back with receipts, JSON."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from model import SHANGHAI, Notice, NoticeKind, Receipt, Sent
from report.book import Cell
from report.messages import Messages

HEADS = (
    "number", "kind", "unit", "dated", "faults", "due", "document", "channel", "sent", "signer", "received", "state",
)  # fmt: skip


class Line(NamedTuple):
    """一行 One notice to one unit, with its first sending and its first receipt."""

    number: int
    notice: Notice
    unit: str
    state: str
    sent_at: datetime | None = None
    sent: Sent | None = None
    received_at: datetime | None = None
    receipt: Receipt | None = None

    @property
    def ahead(self) -> int | None:
        """提前天数 Days between an announcement and what it announces; 0 and less: too late."""
        begins = self.notice.begins
        return (begins - self.notice.dated).days if begins else None


def listing_heads(messages: Messages) -> list[str]:
    """表头"""
    return [messages.text(f"notice.list.{name}") for name in HEADS]


def listing_rows(lines: Iterable[Line], messages: Messages) -> list[tuple[Cell, ...]]:
    """各行 As cells of a sheet."""
    return [
        (
            one.number, messages.text(f"notice.kind.{one.notice.kind}"), one.unit, one.notice.dated,
            len(one.notice.findings) if one.notice.kind is not NoticeKind.CALL else None, _due(one),
            one.sent.document or None if one.sent else None, one.sent.channel or None if one.sent else None,
            one.sent_at, one.receipt.signer if one.receipt else None, one.received_at, state_words(one, messages),
        )
        for one in lines
    ]  # fmt: skip


def state_words(line: Line, messages: Messages) -> str:
    """状态 For an announcement also whether it was in time."""
    told = messages.text(f"notice.sending.{line.state}")
    if line.ahead is None:
        return told
    which = "notice.ahead" if line.ahead > 0 else "notice.late" if line.ahead else "notice.same_day"
    when = messages.text(which, days=abs(line.ahead))
    return messages.text("notice.sending.and", state=told, when=when)


def listing_json(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """供程序读取"""
    return [
        {
            "number": one.number, "unit": one.unit, "state": one.state, "ahead_days": one.ahead,
            "notice": one.notice.model_dump(mode="json"),
            "sent_at": _iso(one.sent_at), "sent": one.sent.model_dump(mode="json") if one.sent else None,
            "received_at": _iso(one.received_at),
            "receipt": one.receipt.model_dump(mode="json") if one.receipt else None,
        }
        for one in lines
    ]  # fmt: skip


def _due(line: Line) -> date | None:
    days = [one.due for one in line.notice.findings if one.due]
    return line.notice.due or (min(days, default=None) if line.notice.kind is NoticeKind.MEND else None)


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat() if at else None
