"""可恢复得分 How many points would come back to each unit if what was held against it were mended, item by item."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from model import Frozen
from report.book import Cell, Sheet, render_book
from report.messages import Messages
from report.sheet import csv_text
from report.text import label, number, plain

_MOST_IDS = 5


class MendedItem(Frozen):
    """一项 Findings of one rule with the same cost. `back`: points if all of them were mended and nothing else; `each`: if
    one of them was. Items of a unit need not add up: sections stop at their points. `open`: how many still stand today.
    """

    rule_id: str
    title: str
    title_en: str | None = None
    severity: str
    findings: tuple[str, ...]
    open: int
    back: Decimal
    each: Decimal


class MendedUnit(Frozen):
    """一个单位 `score`: as it was frozen; `whole`: if everything was mended. `why`: message id, why there is no score.

    `differs`: what is kept today no longer gives the frozen score, so that its points are of `base`.
    """

    unit: str
    group: str = ""
    score: Decimal | None = None
    whole: Decimal | None = None
    band: str | None = None
    whole_band: str | None = None
    items: tuple[MendedItem, ...] = ()
    why: str | None = None
    differs: bool = False

    @property
    def back(self) -> Decimal | None:
        return None if self.score is None or self.whole is None else self.whole - self.score


def title_in(one: MendedItem, messages: Messages) -> str:
    """指标名称 In the reader's language, where the pack has it."""
    return (one.title_en if messages.language == "en" else None) or one.title


COLUMNS = (
    "group", "unit", "score", "whole", "back_all", "rule", "title", "severity", "count", "open", "back", "each", "ids",
)  # fmt: skip


def mended_rows(units: Sequence[MendedUnit], messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """可恢复得分行 A row for each item; one for a unit that has none."""
    for unit in units:
        head: tuple[Cell, ...] = (unit.group or None, unit.unit, unit.score, unit.whole, unit.back)
        for one in unit.items:
            yield (
                *head, one.rule_id, title_in(one, messages), label(messages, "severity", one.severity), len(one.findings), one.open,
                one.back, one.each, "; ".join(one.findings),
            )  # fmt: skip
        if not unit.items:
            yield (*head, *[None] * (len(COLUMNS) - len(head)))


def mended_lines(units: Sequence[MendedUnit], messages: Messages) -> Iterator[str]:
    """可恢复得分 For a terminal: each unit, and below it its items, the one that gives back most first."""
    say = messages.text
    for unit in units:
        if unit.score is None or unit.whole is None:
            yield say("mended.none", unit=plain(unit.unit), why=say(unit.why or "mended.no_score"))
            continue
        yield say(
            "mended.unit", unit=plain(unit.unit), score=number(unit.score), whole=number(unit.whole),
            back=number(unit.back or Decimal(0)), band=unit.band or "–", whole_band=unit.whole_band or "–",
        )  # fmt: skip
        if unit.differs:
            yield f"  {say('mended.differs')}"
        for one in unit.items:
            ids = say("ranking.join").join(one.findings[:_MOST_IDS])
            rest = "…" if len(one.findings) > _MOST_IDS else ""
            yield "  " + say(
                "mended.item", title=plain(title_in(one, messages)), count=len(one.findings), open=one.open,
                back=number(one.back), each=number(one.each), ids=ids + rest,
            )  # fmt: skip


def mended_csv(units: Sequence[MendedUnit], messages: Messages) -> bytes:
    """可恢复得分 CSV"""
    return csv_text(_heads(messages), mended_rows(units, messages)).encode("utf-8-sig")


def mended_book(units: Sequence[MendedUnit], messages: Messages) -> bytes:
    """可恢复得分工作簿"""
    return render_book([Sheet(messages.text("mended.sheet"), _heads(messages), mended_rows(units, messages))])


def _heads(messages: Messages) -> list[str]:
    return [messages.text(f"mended.col.{name}") for name in COLUMNS]
