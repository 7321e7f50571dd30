"""网站状态 What the roster says of sites against what was last seen of them: rows to be checked, never a verdict."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum

from model import FetchOutcome, Frozen
from report.book import Cell
from report.figures import minute_text
from report.messages import Messages
from report.text import cause_text, plain

HEADS = ("name", "key", "organiser", "home", "roster", "seen_at", "seen", "target", "told")


class SiteState(StrEnum):
    """状态核对 Each has a text `states.<name>`."""

    RETIRED_ANSWERS = "retired_answers"  # 停用后仍可访问
    RETIRED_REDIRECTS = "retired_redirects"  # 停用后跳转到其他网站
    GONE = "gone"  # 在用而连日未能打开
    MOVED = "moved"  # 在用而跳转到其他网站
    FAILING = "failing"  # 在用, 未能打开, 还不到天数
    RETIRED_UNSEEN = "retired_unseen"  # 停用后未再查看
    UNSEEN = "unseen"  # 在用而未曾查看
    AGREES = "agrees"  # 与名单一致

    @property
    def contradicts(self) -> bool:
        """不符 Whether a person should look."""
        return self in (self.RETIRED_ANSWERS, self.RETIRED_REDIRECTS, self.GONE, self.MOVED)


class StateLine(Frozen):
    """网站状态一行 The last look that says anything; None: there was none. `since`, `days`: of a site that does not open, the
    first and the span of the looks that say so; `opened_at`: the last time it did, if that is known.
    """

    key: str
    name: str
    organiser: str = ""
    home: str
    retired_on: date | None = None
    retired_because: str = ""
    state: SiteState
    seen_at: datetime | None = None
    outcome: FetchOutcome | None = None
    cause: str | None = None
    target: str | None = None
    since: datetime | None = None
    days: int = 0
    opened_at: datetime | None = None


def state_heads(messages: Messages) -> list[str]:
    """表头"""
    return [messages.text(f"states.col.{name}") for name in HEADS]


def state_cells(lines: Iterable[StateLine], messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """状态表 The cells of HEADS."""
    for one in lines:
        retired = one.retired_on is not None and one.state.name.startswith("RETIRED")
        yield (
            one.name,
            one.key,
            one.organiser or None,
            one.home,
            messages.text("states.retired", day=one.retired_on)
            if retired
            else messages.text("states.in_service"),
            one.seen_at,
            _seen(one, messages),
            one.target,
            told(one, messages),
        )


def state_rows(lines: Iterable[StateLine], messages: Messages) -> Iterator[tuple[str, ...]]:
    """状态 Key, name, what the roster says, and what is to be checked, for a terminal."""
    for one in lines:
        yield (one.key, plain(one.name), told(one, messages))


def told(line: StateLine, messages: Messages) -> str:
    """核对说明 One sentence."""
    return messages.text(
        f"states.{line.state}",
        day=line.retired_on,
        at=minute_text(line.seen_at) if line.seen_at else "",
        target=plain(line.target or ""),
        since=minute_text(line.since) if line.since else "",
        days=line.days,
        cause=_seen(line, messages) or "",
    )


def _seen(line: StateLine, messages: Messages) -> str | None:
    if line.outcome is None:
        return None
    return cause_text(line.cause or str(line.outcome), messages)
