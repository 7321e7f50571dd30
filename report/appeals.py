"""复核事项 Applications for review as rows of a table or sheet, what a recheck saw, and what was decided."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from model import SHANGHAI, TOTAL, Appeal, Appealed, Fault, Look, Outcome, Recheck, UnitFigure
from report.book import Cell, Sheet, write_book
from report.figures import measured_text, minute_text, second_text
from report.messages import Messages
from report.output import write_whole
from report.sheet import csv_text
from report.text import describe, label, number, plain

HEADS = ("number", "unit", "what", "applied", "last_day", "in_time", "state", "due")
SHEET = (
    "number", "unit", "finding", "item", "reason", "demand", "applicant", "applied", "shown", "last_day", "in_time",
    "state", "due", "ruled_by", "ruled_on", "ruled_reason", "before", "after", "paper", "entry",
)  # fmt: skip
_MOST_PROOFS = 5  # of one look that are quoted


def appeal_rows(appeals: Iterable[Appeal], messages: Messages) -> Iterator[tuple[str, ...]]:
    """复核表 The cells of each, in the order of HEADS."""
    for one in appeals:
        yield (
            str(one.number), plain(one.said.unit), what_text(one.said, messages), applied_text(one.said),
            str(one.said.last_day), _in_time(one, messages), label(messages, "appeal_state", one.state),
            str(one.due or ""),
        )  # fmt: skip


def write_appeals(appeals: Sequence[Appeal], path: Path, messages: Messages) -> None:
    """写复核表 By the ending: .csv (utf-8 with mark, CRLF) or .xlsx. Raises Fault when it cannot write."""
    heads = [messages.text(f"appeal.col.{name}") for name in SHEET]
    rows = [_cells(one, messages) for one in appeals]
    ending = path.suffix.lower()
    if ending == ".csv":
        write_whole(path, csv_text(heads, rows).encode("utf-8-sig"))
    elif ending == ".xlsx":
        write_book([Sheet(messages.text("appeal.sheet"), heads, rows)], path)
    else:
        raise Fault("fault.appeal_form", path=str(path))


def appeals_json(appeals: Iterable[Appeal]) -> list[dict[str, Any]]:
    """复核 JSON Each whole, with its number and state."""
    return [one.model_dump(mode="json") | {"number": one.number, "state": str(one.state)} for one in appeals]


def what_text(said: Appealed, messages: Messages) -> str:
    """申请复核什么 The finding with its title, or the item."""
    if said.item == TOTAL:
        return messages.text("appeal.total")
    named = said.finding or str(said.item)
    return plain(f"{named} {said.title}")


def applied_text(said: Appealed) -> str:
    """申请时间 The day, or the minute where it is known."""
    return minute_text(said.applied_at)[: 10 if said.all_day else None]


def recheck_lines(recheck: Recheck, messages: Messages) -> Iterator[str]:
    """复查所见 The three looks one below the other, what differs, and what each rests on."""
    looks = {"recorded": recheck.recorded, "archived": recheck.archived, "now": recheck.now}
    for name, look in looks.items():
        if look is None:
            yield messages.text("recheck.now_left")
            continue
        yield messages.text(f"recheck.{name}", run=look.run_id, at=second_text(look.as_of), seen=look_text(look, messages))  # fmt: skip
        yield from (f"    {line}" for line in _proofs(look, messages))
    yield messages.text(f"recheck.archived_{_same(recheck.recorded, recheck.archived)}")
    if recheck.now is not None:
        yield messages.text(
            f"recheck.now_{_now(recheck.recorded, recheck.now)}", requests=recheck.now.requests
        )


def look_text(look: Look, messages: Messages) -> str:
    """一次所见 The outcome and the sentence of the verdict, or why there is none."""
    if look.verdict is None:
        return messages.text(look.why or "recheck.absent")
    told = label(messages, "outcome_verdict", look.verdict.outcome)
    described = describe(look.verdict, messages)
    if described and described != told:
        told = messages.text("recheck.outcome", outcome=told, described=described)
    measured = measured_text(look.verdict, messages)
    return told + (messages.text("recheck.measured", measured=measured) if measured else "")


def figures_text(before: UnitFigure | None, after: UnitFigure | None, messages: Messages) -> str:
    """前后得分 As figures; `–` where there is none."""
    return messages.text("appeal.figures", before=_figure(before), after=_figure(after))


def _figure(figure: UnitFigure | None) -> str:
    return "–" if figure is None or figure.score is None else number(figure.score)


def _same(one: Look, other: Look) -> str:
    told = one.same(other)
    return "unsure" if told is None else "same" if told else "differs"


def _now(recorded: Look, now: Look) -> str:
    """Where it takes a person to say what is there now, nothing is mended yet."""
    told = _same(recorded, now)
    asks = now.verdict is not None and now.verdict.outcome is Outcome.UNSURE
    return "unsure" if told == "differs" and asks else told


def _proofs(look: Look, messages: Messages) -> Iterator[str]:
    for proof in (look.verdict.evidence if look.verdict else ())[:_MOST_PROOFS]:
        snapshot = proof.snapshot_id or "–"
        digest = look.bodies.get(proof.snapshot_id or "", "")[:12] or "–"
        yield messages.text(
            "recheck.proof", quote=plain(proof.quote), url=plain(proof.url), snapshot=snapshot, digest=digest
        )


def _in_time(one: Appeal, messages: Messages) -> str:
    return messages.text("appeal.late" if one.said.late else "appeal.in_time")


def _cells(one: Appeal, messages: Messages) -> list[Cell]:
    said, ruled = one.said, one.ruled[1] if one.ruled else None
    applied = said.applied_at.astimezone(SHANGHAI)
    return [
        one.number, said.unit, said.finding,
        messages.text("appeal.total") if said.item == TOTAL else f"{said.item} {said.title}".strip(),
        said.reason, said.demand, said.applicant, applied.date() if said.all_day else applied, said.shown_on,
        said.last_day, _in_time(one, messages), label(messages, "appeal_state", one.state), one.due, one.ruled_by,
        one.ruled_at.astimezone(SHANGHAI).date() if one.ruled_at else None, ruled.reason if ruled else None,
        ruled.before.score if ruled and ruled.before else None, ruled.after.score if ruled and ruled.after else None,
        said.paper.name if said.paper else None, one.entry,
    ]  # fmt: skip
