"""考核通知 What the announcement of an assessment says: who is assessed, when what is due, what is asked of the units."""

from collections.abc import Sequence

from model import Assessment, Notice, NoticeKind, Window, WindowKind
from report.messages import Messages
from report.notice.content import Grid, NoticeText, clean, day_words
from report.notice.faults import letterhead
from report.text import label


def call_text(assessment: Assessment, notice: Notice, messages: Messages) -> NoticeText:
    """考核通知文字"""
    check = assessment.window(WindowKind.SELF_CHECK)
    words = letterhead(assessment, notice.dated, messages) | {
        "addressed": messages.text("notice.addressed"),
        "starts": day_words(assessment.starts, messages),
        "ends": day_words(assessment.ends, messages),
        "self_check": _asked(check, assessment, messages) if check else "",
        "appeal_days": str(assessment.appeal_workdays),
    }
    schedule = [(label(messages, "window", one.kind), _span(one, messages)) for one in assessment.windows]
    units = [
        (str(place), clean(one.name), clean(one.group), clean(messages.text("notice.join").join(held.name for held in one.objects)))
        for place, one in enumerate(assessment.units, start=1)
    ]  # fmt: skip
    grids = {
        "schedule": _grid(("stage", "days"), (3, 5), schedule, messages),
        "roster": _grid(("number", "unit", "group", "objects"), (1, 4, 3, 7), units, messages),
    }
    return NoticeText(NoticeKind.CALL, words, grids)


def _asked(check: Window, assessment: Assessment, messages: Messages) -> str:
    return messages.text(
        "notice.self_check", day=day_words(check.ends, messages), organiser=assessment.organiser
    )


def _span(window: Window, messages: Messages) -> str:
    ends = day_words(window.ends, messages)
    if window.starts is None:
        return messages.text("notice.until", ends=ends)
    if window.starts == window.ends:
        return ends
    return messages.text("notice.span", starts=day_words(window.starts, messages), ends=ends)


def _grid(
    heads: tuple[str, ...], shares: tuple[int, ...], rows: Sequence[tuple[str, ...]], messages: Messages
) -> Grid:
    return Grid(tuple(messages.text(f"notice.col.{name}") for name in heads), shares, tuple(rows))
