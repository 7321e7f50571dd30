"""复核答复 What a unit is told in writing: that its application was upheld or refused, or came too late to be reviewed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from model import SHANGHAI, Appeal, Appealed, AppealResult, AppealRuled, AppealState, Assessment, Fault
from report.appeals import look_text, what_text
from report.document import Block, Heading, Line, as_markdown, as_text, as_word
from report.figures import minute_text
from report.messages import Messages
from report.output import write_whole
from report.publicity import day_words
from report.text import label, number, plain


def answer_lines(appeal: Appeal, assessment: Assessment, dated: date, messages: Messages) -> Iterator[str]:
    """答复全文 Its title, then line by line."""
    yield _title(appeal, messages)
    yield ""
    yield from as_text(_blocks(appeal, assessment, dated, messages))


def write_answer(appeal: Appeal, assessment: Assessment, dated: date, path: Path, messages: Messages) -> None:
    """写答复 As .docx, .txt, or Markdown. Raises Fault when it cannot write."""
    ending = path.suffix.lower()
    if ending not in (".docx", ".txt", ".md"):
        raise Fault("fault.appeal_answer_form", path=str(path))
    if ending == ".txt":
        content = "\n".join(answer_lines(appeal, assessment, dated, messages)).encode() + b"\n"
    else:
        blocks = _blocks(appeal, assessment, dated, messages)
        title = _title(appeal, messages)
        content = as_word(title, blocks) if ending == ".docx" else as_markdown(title, blocks).encode()
    write_whole(path, content)


def answered_on(appeal: Appeal, today: date) -> date:
    """答复日期 The day of the ruling; of one that nobody admitted, the day on which it is written."""
    return appeal.ruled_at.astimezone(SHANGHAI).date() if appeal.ruled_at else today


def _title(appeal: Appeal, messages: Messages) -> str:
    late = appeal.state is AppealState.NOT_ADMITTED
    return messages.text("answer.title.late" if late else "answer.title")


def _blocks(appeal: Appeal, assessment: Assessment, dated: date, messages: Messages) -> Iterator[Block]:
    """An answer to one that awaits its ruling says nothing: ask for it when it is ruled on, or was not admitted."""
    text, said = messages.text, appeal.said
    yield Line(text("answer.to", unit=plain(said.unit)))
    told = {"title": plain(assessment.title), "version": said.version, "number": appeal.number}
    shown = day_words(messages, said.shown_on)
    yield Line(text("answer.received", applied=_applied(said, messages), shown=shown, **told))
    parts = [("what", list(_asked(appeal, messages)))]
    if appeal.state is AppealState.NOT_ADMITTED:
        parts.append(("late", list(_late(said, assessment, messages))))
    else:
        parts.append(("seen", list(_seen(appeal, messages))))
        parts.append(("ruling", list(_decided(appeal, messages))))
    for place, (part, lines) in enumerate((one for one in parts if one[1]), start=1):
        yield Heading(2, text(f"answer.place.{place}") + text(f"answer.part.{part}"))
        yield from map(Line, lines)
    yield Line("")
    yield Line(plain(assessment.organiser))
    yield Line(day_words(messages, dated))
    if assessment.contact:
        yield Line(text("answer.contact", contact=plain(assessment.contact)))


def _asked(appeal: Appeal, messages: Messages) -> Iterator[str]:
    text, said = messages.text, appeal.said
    yield text("answer.what", what=what_text(said, messages))
    yield text("answer.reason", reason=_stopped(said.reason))
    if said.demand:
        yield text("answer.demand", demand=_stopped(said.demand))


def _late(said: Appealed, assessment: Assessment, messages: Messages) -> Iterator[str]:
    """The term in working days only where it is that which the last day was reckoned by."""
    text = messages.text
    basis = plain(assessment.document or "") or text("answer.basis", title=plain(assessment.title))
    rule = "answer.term" if said.workdays is None else "answer.term_days"
    yield text(rule, basis=basis, **({} if said.workdays is None else {"days": said.workdays}))
    yield text(
        "answer.late", shown=day_words(messages, said.shown_on), last_day=day_words(messages, said.last_day),
        applied=_applied(said, messages),
    )  # fmt: skip


def _seen(appeal: Appeal, messages: Messages) -> Iterator[str]:
    text = messages.text
    if appeal.admitted is not None:
        last_day = day_words(messages, appeal.said.last_day)
        yield text("answer.admitted", last_day=last_day, reason=_stopped(appeal.admitted[1].reason))
    for _, recheck in appeal.rechecked[-1:]:
        yield text("answer.archived", seen=look_text(recheck.archived, messages))
        if recheck.now is not None:
            on = day_words(messages, recheck.now.as_of.astimezone(SHANGHAI).date())
            yield text("answer.now", on=on, seen=look_text(recheck.now, messages))


def _decided(appeal: Appeal, messages: Messages) -> Iterator[str]:
    if appeal.ruled is None:
        return
    text, told = messages.text, appeal.ruled[1]
    result = label(messages, "appeal_result", told.result)
    yield text("answer.decided", result=result, reason=_stopped(told.reason))
    kind = "finding" if appeal.said.finding else "item"
    if told.result is AppealResult.ACCEPTED:
        excluded = kind == "finding" and told.refers  # by an opinion: the ledger withdraws nothing
        yield text(f"answer.accepted.{'excluded' if excluded else kind}", finding=appeal.said.finding or "")
    else:
        yield text(f"answer.refused.{kind}", finding=appeal.said.finding or "")
    yield from _figures(told, messages)


def _figures(told: AppealRuled, messages: Messages) -> Iterator[str]:
    before = told.before.score if told.before else None
    after = told.after.score if told.after else None
    if before is None or after is None:
        return
    if before == after:
        yield messages.text("answer.figure", after=number(after))
    else:
        yield messages.text("answer.figures", before=number(before), after=number(after))


def _applied(said: Appealed, messages: Messages) -> str:
    """The day in words, with the minute where it is known."""
    day = day_words(messages, said.applied_at.astimezone(SHANGHAI).date())
    return (
        day
        if said.all_day
        else messages.text("answer.minute", day=day, minute=minute_text(said.applied_at)[11:])
    )


def _stopped(words: str) -> str:
    """Without its full stop: the sentence it comes to stand in has one."""
    return plain(words).rstrip("。.")
