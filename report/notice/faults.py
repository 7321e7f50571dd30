"""问题清单 The problems of one unit as a notice lists them: rows for the .docx and for the XLSX, and the words around them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby, islice
from typing import NamedTuple

from model import SHANGHAI, Assessment, CaseState, Finding, NoticeKind, Site
from report.book import Cell, Sheet, render_book
from report.messages import Messages
from report.notice.content import Grid, NoticeText, clean, day_words
from report.text import describe, plain, shorten, title_of

MOST_ROWS = 300  # of a .docx; a list that is longer is read in the workbook
STALE_DAYS = 7
_MOST_QUOTES, _LONGEST_QUOTE, _LONGEST_ADDRESS, _LONGEST_SENTENCE, LONGEST_NAME = 2, 80, 300, 300, 60
_MOST_SPANS = 12
_SHARES = (10, 32, 56, 88, 38, 23)  # mm of 247, as an annex across A4 leaves
_HEADS = ("number", "place", "fault", "seen", "basis", "due")
_SHEET = (
    "number", "site", "site_code", "column", "title", "fault", "address", "day", "quote", "document", "clause", "due",
    "earlier", "id",
)  # fmt: skip


class Told(NamedTuple):
    """曾经列入 A notice that listed a fault before. `sent_at` None: nobody entered that it went out. `due`: the term it set."""

    number: int
    dated: date
    sent_at: datetime | None = None
    due: date | None = None


class Listed(NamedTuple):
    """所列问题 `confirmed`: a person confirmed what nobody was sure of. `earlier`: notices that listed it before, in order.
    `doubted`: the last look could neither confirm nor clear it.
    """

    site: Site
    finding: Finding
    due: date | None
    confirmed: bool = False
    earlier: tuple[Told, ...] = ()
    doubted: bool = False

    @property
    def told(self) -> tuple[Told, ...]:
        """曾经通知 Those that are known to have gone out: nobody is told of what never reached them."""
        return tuple(one for one in self.earlier if one.sent_at)


class UnitFaults(NamedTuple):
    """单位问题 What stands against a unit, and what does not: counts of doubts, of disputes, of what nobody could verify.

    `unseen`: sites of which nothing at all was seen. `seen_on`: the day of the last look at any of them. `days`: working
    days to mend; None: each case has its own.
    """

    unit: str
    dated: date
    listed: tuple[Listed, ...]
    doubts: int = 0
    disputed: int = 0
    unverified: int = 0
    unseen: tuple[Site, ...] = ()
    seen_on: date | None = None
    days: int | None = None

    @property
    def due(self) -> date | None:
        """整改时限 The one day that holds for all; None: each has its own."""
        days = {one.due for one in self.listed}
        return days.pop() if len(days) == 1 else None

    @property
    def stale(self) -> tuple[Listed, ...]:
        """久未复查 What nobody has seen for more than a week: it may be mended by now."""
        return tuple(one for one in self.listed if (self.dated - _day(one)).days > STALE_DAYS)


def mend_text(assessment: Assessment, faults: UnitFaults, messages: Messages) -> NoticeText:
    """整改通知单文字"""
    words = letterhead(assessment, faults.dated, messages) | {
        "unit": faults.unit,
        "seen": day_words(faults.seen_on or max(map(_day, faults.listed), default=faults.dated), messages),
        "count": str(len(faults.listed)),
        "term": _term(faults, messages),
        "repeated": _repeated(faults, messages),
        "uncertain": _uncertain(faults, messages),
        "unseen": unseen_words([one.name or one.host for one in faults.unseen], messages),
    }
    return NoticeText(NoticeKind.MEND, words, {"problems": _grid(faults, messages)})


def mend_book(faults: UnitFaults, messages: Messages) -> bytes:
    """问题清单工作簿 One row a problem: frozen heads with filters, days as days, addresses as text."""
    heads = [messages.text(f"notice.col.{name}") for name in _SHEET]
    return render_book([Sheet(messages.text("notice.sheet"), heads, list(_rows(faults, messages)))])


def letterhead(assessment: Assessment, dated: date, messages: Messages) -> dict[str, str]:
    """通用各项 What notices of every kind may name."""
    basis = "notice.basis.document" if assessment.document else "notice.basis"
    return {
        "organiser": assessment.organiser,
        "title": assessment.title,
        "basis": messages.text(basis, title=assessment.title, document=assessment.document),
        "year": str(dated.year),
        "day": day_words(dated, messages),
        "contact": assessment.contact or messages.text("notice.contact.blank"),
    }


def unseen_words(names: list[str], messages: Messages) -> str:
    """未能检查 A sentence of its own: what nobody could see is neither right nor wrong. "": everything was seen."""
    told = messages.text("notice.join").join(names[:10])
    return messages.text("notice.unseen", names=told, count=len(names)) if names else ""


def _term(faults: UnitFaults, messages: Messages) -> str:
    if faults.due is None:
        return messages.text("notice.term.each")
    day = day_words(faults.due, messages)
    if faults.days is None:
        return messages.text("notice.term.day", day=day)
    return messages.text("notice.term.days", day=day, days=faults.days)


def _repeated(faults: UnitFaults, messages: Messages) -> str:
    again = [(place, one) for place, one in enumerate(faults.listed, start=1) if one.told]
    if not again:
        return ""
    last = max(one.told[-1].dated for _, one in again)
    spans = list(_spans(place for place, _ in again))
    numbers = messages.text("notice.join").join(
        str(first) if first == end else messages.text("notice.range", first=first, last=end)
        for first, end in spans[:_MOST_SPANS]
    )
    if len(spans) > _MOST_SPANS:
        numbers = messages.text("notice.and_others", numbers=numbers)
    return messages.text("notice.repeated", count=len(again), numbers=numbers, day=day_words(last, messages))


def _spans(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, by the first and the last of them."""
    for _, group in groupby(enumerate(places), key=lambda one: one[1] - one[0]):
        told = [place for _, place in group]
        yield from ((told[0], told[-1]),) if len(told) > 2 else ((one, one) for one in told)


def _uncertain(faults: UnitFaults, messages: Messages) -> str:
    told = {"doubts": faults.doubts, "disputed": faults.disputed, "unverified": faults.unverified}
    return "".join(
        messages.text(f"notice.uncertain.{name}", count=count) for name, count in told.items() if count
    )


def _grid(faults: UnitFaults, messages: Messages) -> Grid:
    heads = tuple(messages.text(f"notice.col.{name}") for name in _HEADS)
    rows = [
        _cells(place, one, faults, messages) for place, one in enumerate(faults.listed[:MOST_ROWS], start=1)
    ]
    if (left := len(faults.listed) - MOST_ROWS) > 0:
        rows.append(("", "", messages.text("notice.rest", count=left), "", "", ""))
    return Grid(heads, _SHARES, tuple(rows))


def _cells(place: int, one: Listed, faults: UnitFaults, messages: Messages) -> tuple[str, ...]:
    verdict = one.finding.verdict
    seen = [
        messages.text("notice.seen.address", url=shorten(clean(_address(one)), _LONGEST_ADDRESS)),
        messages.text("notice.seen.day", day=_day(one)),
        *(
            messages.text(f"notice.seen.{kind}", quote=shorten(quote, _LONGEST_QUOTE))
            for quote, kind in _quotes(one).items()
        ),
    ]
    fault = [
        clean(title_of(one.finding, messages)),
        shorten(clean(describe(one.finding, messages)), _LONGEST_SENTENCE),
    ]
    fault += _remarks(one, messages)
    return (
        str(place),
        "\n".join(
            dict.fromkeys(shorten(clean(name), LONGEST_NAME) for name in (one.site.name or one.site.host, verdict.subject_name))
        ).strip("\n"),
        "\n".join([*fault, messages.text("notice.id", id=one.finding.id)]),
        "\n".join(seen),
        "\n".join(f"{clean(basis.document)} {clean(basis.clause)}" for basis in dict.fromkeys(one.finding.basis)),
        _due(one, faults, messages),
    )  # fmt: skip


def _remarks(one: Listed, messages: Messages) -> Iterator[str]:
    if one.confirmed:
        yield messages.text("notice.confirmed")
    if one.finding.state is CaseState.REOPENED:
        yield messages.text("notice.reopened")
    if one.told:
        yield messages.text(
            "notice.earlier", day=day_words(one.told[-1].dated, messages), count=len(one.told)
        )
    if one.doubted:
        yield messages.text("notice.doubted", day=day_words(_day(one), messages))


def _due(one: Listed, faults: UnitFaults, messages: Messages) -> str:
    if one.due is None:
        return ""
    return messages.text("notice.overdue", day=one.due) if one.due < faults.dated else str(one.due)


def _rows(faults: UnitFaults, messages: Messages) -> Iterator[tuple[Cell, ...]]:
    for place, one in enumerate(faults.listed, start=1):
        verdict = one.finding.verdict
        yield (
            place,
            one.site.name or one.site.host,
            one.site.site_code,
            verdict.subject_name or verdict.locus,
            title_of(one.finding, messages),
            describe(one.finding, messages),
            _address(one),
            _day(one),
            " / ".join(_quotes(one)) or None,
            "; ".join(dict.fromkeys(basis.document for basis in one.finding.basis)),
            "; ".join(dict.fromkeys(basis.clause for basis in one.finding.basis)),
            one.due,
            messages.text("notice.join").join(str(told.dated) for told in one.told) or None,
            one.finding.id,
        )


def _address(one: Listed) -> str:
    verdict = one.finding.verdict
    return verdict.url or next((proof.url for proof in verdict.evidence), one.site.home)


def _day(one: Listed) -> date:
    return one.finding.last_seen.astimezone(SHANGHAI).date()


def _quotes(one: Listed) -> dict[str, str]:
    """The first quotes, each with what it is: words of a page, or our own record of asking for an address."""
    found = {
        clean(proof.quote): "look" if proof.shows.startswith(("attempt_", "visit_")) else "quote"
        for proof in one.finding.verdict.evidence
        if plain(proof.quote)
    }
    return dict(islice(found.items(), _MOST_QUOTES))
