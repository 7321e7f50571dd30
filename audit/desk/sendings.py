"""送达与签收 Which notice went to which unit, when and how, who acknowledged it, and for how long a unit was told nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from audit.desk.desk import Desk, unit_named
from model import (
    SHANGHAI,
    Draft,
    EntryKind,
    Fault,
    Notice,
    Paper,
    Receipt,
    Sent,
    WindowKind,
    body_of,
)
from model.notice import LONGEST_WORDS
from report.notice.listing import Line
from report.text import plain


class Sending(NamedTuple):
    """送达情况 One notice to one unit. `sent`: each time it went there; `received`: who acknowledged it, first and later."""

    number: int
    notice: Notice
    unit: str
    made_at: datetime
    sent: tuple[tuple[datetime, Sent], ...] = ()
    received: tuple[tuple[datetime, Receipt], ...] = ()

    @property
    def state(self) -> str:
        """送达状态 `notice.sending.<state>`."""
        return "received" if self.received else "sent" if self.sent else "made"


class Gap(NamedTuple):
    """反馈间断 Days on which nothing was sent to a unit, the first and the last, that are more than allowed."""

    unit: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def sendings(desk: Desk) -> list[Sending]:
    """送达清单 By number of the notice, then as its units stand."""
    found: dict[tuple[int, str], Sending] = {}
    for entry, notice in desk.told(EntryKind.NOTICE, Notice):
        for unit in notice.units:
            found[entry.number, unit] = Sending(entry.number, notice, unit, entry.at)
    for entry, sent in desk.told(EntryKind.SENT, Sent):
        one = found[sent.notice, sent.unit]
        found[sent.notice, sent.unit] = one._replace(sent=(*one.sent, (entry.at, sent)))
    for entry, receipt in desk.told(EntryKind.RECEIPT, Receipt):
        one = found[receipt.notice, receipt.unit]
        found[receipt.notice, receipt.unit] = one._replace(received=(*one.received, (entry.at, receipt)))
    return list(found.values())


def sending_of(desk: Desk, unit: str, number: int | None = None) -> Sending:
    """某次发文 That notice to the unit, else the newest one that was made for it. Raises Fault (exit 3)."""
    name = unit_named(desk, unit)
    found = [one for one in sendings(desk) if one.unit == name and number in (None, one.number)]
    if not found:
        raise Fault(
            "fault.notice_none_for" if number is None else "fault.notice_number", unit=name, number=number
        )
    return found[-1]


def waiting(desk: Desk, number: int | None = None) -> tuple[list[Sending], list[Sending]]:
    """待送达 What is to go out, all of it or of one notice; and what never did and has been made anew since.

    An order, an announcement, or a bulletin of the same period takes the place of the one before: that one did not go out
    unless somebody says so by its number.
    """
    found = sendings(desk)
    newest = {_matter(one): one.number for one in found}
    unsent = [one for one in found if not one.sent and number in (None, one.number)]
    anew = [one for one in unsent if number is None and newest[_matter(one)] != one.number]
    return [one for one in unsent if one not in anew], anew


def _matter(one: Sending) -> tuple[object, ...]:
    return one.unit, one.notice.kind, one.notice.since, one.notice.until


def sent_draft(
    one: Sending, at: datetime, by: str, *, channel: str = "", document: str = "", paper: Paper | None = None
) -> Draft:
    """送达 Raises Fault (exit 3) when it would have gone out before it was made. Of a day without its hour, no more is known."""
    at = _not_before(at, one.made_at)
    if at < one.made_at:
        raise Fault("fault.notice_sent_before", number=one.number, at=_minute(at), made=_minute(one.made_at))
    noun = Sent(
        notice=one.number, unit=one.unit, channel=_words(channel), document=_words(document), paper=paper
    )
    return Draft(kind=EntryKind.SENT, at=at, by=by, subject=one.unit, body=body_of(noun))


def receipt_draft(one: Sending, at: datetime, by: str, signer: str, paper: Paper | None = None) -> Draft:
    """签收 Raises Fault (exit 3) when nothing was sent by then, or when the very same was entered before."""
    if not one.sent:
        raise Fault("fault.notice_not_sent", number=one.number, unit=one.unit)
    first = min(when for when, _ in one.sent)
    at = _not_before(at, first)
    if at < first:
        raise Fault("fault.notice_receipt_before", unit=one.unit, at=_minute(at), sent=_minute(first))
    signer = _words(signer)
    if not signer:
        raise Fault("fault.notice_receipt_which")
    if any((when, told.signer) == (at, signer) for when, told in one.received):
        raise Fault("fault.notice_receipt_again", unit=one.unit, number=one.number, signer=signer)
    noun = Receipt(notice=one.number, unit=one.unit, signer=signer, paper=paper)
    return Draft(kind=EntryKind.RECEIPT, at=at, by=by, subject=one.unit, body=body_of(noun))


def gaps(desk: Desk, every: int, at: datetime) -> list[Gap]:
    """反馈间断 Of each unit the spans of more than `every` days, within the monitoring window, in which nothing was sent to it.

    A fault-free month has nothing to mend: a bulletin that was sent counts like a notice. The days are those up to `at`.
    """
    assessment = desk.assessment
    window = assessment.window(WindowKind.MONITOR)
    first = (window.starts if window else None) or assessment.starts
    last = min(window.ends if window else assessment.ends, at.astimezone(SHANGHAI).date())
    days: dict[str, set[date]] = {one.name: set() for one in assessment.units}
    for entry, sent in desk.told(EntryKind.SENT, Sent):
        on = entry.at.astimezone(SHANGHAI).date()
        if sent.unit in days and first <= on <= last:
            days[sent.unit].add(on)
    return [
        gap
        for unit, told in days.items()
        for gap in _gaps(unit, sorted(told), first, last)
        if gap.days > every
    ]


def _gaps(unit: str, told: Sequence[date], first: date, last: date) -> Iterator[Gap]:
    day = timedelta(days=1)
    for before, after in pairwise((first - day, *told, last + day)):
        if after - before > day:
            yield Gap(unit, before + day, after - day)


def _words(text: str) -> str:
    if len(bare := plain(text)) > LONGEST_WORDS:
        raise Fault("fault.notice_words_long", text=bare[:40], longest=LONGEST_WORDS)
    return bare


def _not_before(at: datetime, first: datetime) -> datetime:
    """A bare day stands for its first moment; on the day of `first` that is no earlier than it."""
    day = first.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return first if at == day else at


def _minute(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def lines_of(found: Iterable[Sending]) -> list[Line]:
    """送达清单各行 With the first sending and the first receipt of each."""
    made = []
    for one in found:
        sent_at, sent = one.sent[0] if one.sent else (None, None)
        received_at, receipt = one.received[0] if one.received else (None, None)
        made.append(Line(one.number, one.notice, one.unit, one.state, sent_at, sent, received_at, receipt))
    return made
