"""复核答复 What a unit is told in writing: that its application was upheld or refused, or came too late to be reviewed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from model import SHANGHAI, Appeal, AppealResult, AppealState, Assessment, Fault
from report.appeals import applied_text, figures_text, look_text, what_text
from report.messages import Messages
from report.output import write_whole
from report.text import label, plain


def answer_lines(
    appeal: Appeal, assessment: Assessment, dated: date, messages: Messages, *, marked: bool = False
) -> Iterator[str]:
    """答复正文 Paragraph by paragraph, with empty lines between its parts. `marked`: heads as Markdown.

    An answer to one that awaits its ruling says nothing: ask for it when it is ruled on, or was not admitted.
    """
    text, said = messages.text, appeal.said
    late = appeal.state is AppealState.NOT_ADMITTED
    head = text("answer.title.late" if late else "answer.title")
    yield f"# {head}" if marked else head
    yield ""
    yield text("answer.to", unit=plain(said.unit))
    yield ""
    told = {"title": plain(assessment.title), "version": said.version, "number": appeal.number}
    yield text("answer.received", applied=applied_text(said), shown=said.shown_on, **told)
    yield text("answer.what", what=what_text(said, messages))
    yield text("answer.reason", reason=plain(said.reason))
    if said.demand:
        yield text("answer.demand", demand=plain(said.demand))
    yield ""
    if late:
        basis = plain(assessment.document or assessment.title)
        days = assessment.appeal_workdays
        yield text("answer.late", basis=basis, days=days, shown=said.shown_on, last_day=said.last_day, applied=applied_text(said))  # fmt: skip
    else:
        yield from _decided(appeal, messages)
    yield ""
    yield plain(assessment.organiser)
    yield str(dated)
    if assessment.contact:
        yield text("answer.contact", contact=plain(assessment.contact))


def write_answer(appeal: Appeal, assessment: Assessment, dated: date, path: Path, messages: Messages) -> None:
    """写答复 As .txt, or as Markdown. Raises Fault when it cannot write."""
    ending = path.suffix.lower()
    if ending not in (".txt", ".md"):
        raise Fault("fault.appeal_answer_form", path=str(path))
    marked = ending == ".md"
    lines = list(answer_lines(appeal, assessment, dated, messages, marked=marked))
    write_whole(
        path, ("\n\n" if marked else "\n").join(one for one in lines if one or not marked).encode() + b"\n"
    )


def answered_on(appeal: Appeal, today: date) -> date:
    """答复日期 The day of the ruling; of one that nobody admitted, the day on which it is written."""
    return appeal.ruled_at.astimezone(SHANGHAI).date() if appeal.ruled_at else today


def _decided(appeal: Appeal, messages: Messages) -> Iterator[str]:
    text, ruled = messages.text, appeal.ruled
    if appeal.admitted is not None:
        yield text("answer.admitted", last_day=appeal.said.last_day, reason=plain(appeal.admitted[1].reason))
    for _, recheck in appeal.rechecked[-1:]:
        yield text("answer.archived", seen=look_text(recheck.archived, messages))
        if recheck.now is not None:
            yield text("answer.now", on=recheck.now.as_of.astimezone(SHANGHAI).date(), seen=look_text(recheck.now, messages))  # fmt: skip
    if ruled is None:
        return
    told = ruled[1]
    yield text(
        "answer.decided", result=label(messages, "appeal_result", told.result), reason=plain(told.reason)
    )
    kind = "finding" if appeal.said.finding else "item"
    if told.result is AppealResult.ACCEPTED:
        excluded = kind == "finding" and told.refers  # by an opinion: the ledger withdraws nothing
        yield text(f"answer.accepted.{'excluded' if excluded else kind}", finding=appeal.said.finding or "")
    else:
        yield text(f"answer.refused.{kind}", finding=appeal.said.finding or "")
    if told.before is not None and told.after is not None:
        yield text("answer.figures", figures=figures_text(told.before, told.after, messages))
