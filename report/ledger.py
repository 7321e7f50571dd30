"""台账 Cases as rows of a table, with what happened to them, and the whole story of one."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from model import Case, CaseEvent, Deed, Finding, Frozen, Ruling, RulingResult, Site
from report.figures import day_text, second_text
from report.messages import Messages
from report.text import label, number, plain, title_of

HEADS = ("finding", "site", "title", "subject_name", "state", "first_seen", "due", "event")


class LedgerRow(Frozen):
    """台账一行 A case with its newest finding (None: kept no longer) and its site (None: on no roster).

    `events`: what was asked for happened to it, in order; `overdue` on the day of asking.
    """

    case: Case
    finding: Finding | None = None
    site: Site | None = None
    events: tuple[CaseEvent, ...] = ()
    overdue: bool = False


def ledger_rows(rows: Sequence[LedgerRow], messages: Messages) -> Iterator[tuple[str, ...]]:
    """台账表 The cells of each row, in the order of HEADS."""
    for row in rows:
        case, finding = row.case, row.finding
        newest = row.events[-1] if row.events else case.history[-1] if case.history else None
        yield (
            case.id,
            plain((row.site and row.site.name) or case.site_key),
            title_of(finding, messages) if finding else case.rule_id,
            plain((finding.verdict.subject_name if finding else "") or case.locus),
            state_text(case, messages),
            day_text(case.first_seen),
            due_text(case, messages, overdue=row.overdue),
            f"{day_text(newest.at)} {deed_text(newest.deed, messages)}" if newest else "",
        )


def ledger_json(rows: Sequence[LedgerRow]) -> list[dict[str, Any]]:
    """台账 JSON Each case whole, its newest finding, and whether it is overdue."""
    return [row.model_dump(mode="json") | {"id": row.case.id} for row in rows]


def state_text(case: Case, messages: Messages) -> str:
    """台账状态 With how many nights a suspicion has been seen."""
    told = label(messages, "state", case.state)
    return messages.text("state.nights", state=told, n=case.nights) if case.nights else told


def due_text(case: Case, messages: Messages, *, overdue: bool) -> str:
    """期限 The due day, and whether it is over; until when it is waived; by when a dispute is to be ruled on."""
    if case.state == "waived" and case.waiver is not None:
        return messages.text("ledger.until", day=case.waiver.until)
    if case.due is None or not case.state.stands:
        return ""
    return messages.text("ledger.overdue", day=case.due) if overdue else str(case.due)


def deed_text(deed: Deed, messages: Messages) -> str:
    """事由"""
    return label(messages, "deed", deed)


def decision_lines(
    case: Case, rulings: Sequence[Ruling], messages: Messages, on: date | None = None
) -> list[str]:
    """期限与决定 By when it is to be mended (overdue `on` that day), and what people decided about it."""
    text = messages.text
    lines: list[str] = []
    if case.due is not None and case.state.stands:
        late = on is not None and case.overdue(on)
        lines.append(text("why.due.overdue" if late else "why.due.line", day=case.due))
    if case.waiver is not None:
        waiver = case.waiver
        lines.append(text("why.waiver.line", by=waiver.by, until=waiver.until, reason=waiver.reason))
    if case.dispute is not None:
        said = case.dispute
        lines.append(text("why.dispute.line", by=said.by, at=second_text(said.at), reason=said.reason))
        if said.result is None:
            lines.append(text("why.dispute.due", day=said.due))
    return [*lines, *(ruling_text(one, messages) for one in rulings)]


def ruling_text(ruling: Ruling, messages: Messages) -> str:
    """复核决定 Who ruled how, and both scores."""
    told = messages.text(
        "why.ruling.line",
        at=second_text(ruling.at),
        by=ruling.by,
        result=label(messages, "ruling", ruling.result),
        reason=ruling.reason,
        run=ruling.run_id,
    )
    if ruling.unscored:
        return f"{told} {messages.text(ruling.unscored)}"
    if ruling.result is RulingResult.UPHELD:
        return told
    before, after = scores_of(ruling, messages)
    return f"{told} {messages.text('why.ruling.scores', before=before, after=after)}"


def scores_of(ruling: Ruling, messages: Messages) -> tuple[str, str]:
    """前后得分 As figures or ranges; `–` where there is none."""

    def shown(low: Any, high: Any) -> str:
        if low is None or high is None:
            return "–"
        return (
            number(high) if low == high else messages.text("score.range", low=number(low), high=number(high))
        )

    return shown(ruling.low_before, ruling.high_before), shown(ruling.low_after, ruling.high_after)


def event_text(event: CaseEvent, messages: Messages) -> str:
    """台账记录 When, what, which state it brought, by whom, in which run, which day it set, and a person's words."""
    text = messages.text
    told = text(
        "why.history.line",
        at=second_text(event.at),
        deed=deed_text(event.deed, messages),
        state=label(messages, "state", event.state),
        by=label(messages, "by", event.by),
    )
    if event.run_id:
        told += text("why.history.run", run=event.run_id)
    if event.day:
        told += text("why.history.day", day=event.day)
    if event.note:
        told += text("why.history.note", note=event.note)
    return told
