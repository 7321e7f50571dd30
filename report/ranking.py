"""排名 The frozen figures of an assessment group by group: for a terminal, a published page, CSV and XLSX."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from model import Frozen, ObjectScore, ResultKind, UnitScore
from report.book import Cell, Sheet, render_book
from report.messages import Messages
from report.sheet import csv_text
from report.text import number


class RankedUnit(Frozen):
    """排名一行 `vetoes`, `suspected`: titles. `first`: its figures as they were put up for 公示, in a final result.

    `last`: its figures in an earlier assessment. `apart`: message id, why these two do not compare.
    """

    now: UnitScore
    vetoes: tuple[str, ...] = ()
    suspected: tuple[str, ...] = ()
    first: UnitScore | None = None
    last: UnitScore | None = None
    apart: str | None = None

    @property
    def graded(self) -> Decimal | None:
        """定等分数 The whole points its grade was read with, where the scheme rounds for that (塔城2020: 89.5 counts as 90)."""
        one = self.now.objects[0].score if len(self.now.objects) == 1 else None
        return one.graded_high if one else None

    @property
    def changed(self) -> bool:
        """公示后有变"""
        first = self.first
        return first is not None and (first.score, first.band, first.rank) != (
            self.now.score,
            self.now.band,
            self.now.rank,
        )

    @property
    def moved(self) -> Decimal | None:
        """较上期 Points more or less than last time; None: nothing to compare."""
        if self.apart or self.last is None or self.last.score is None or self.now.score is None:
            return None
        return self.now.score - self.last.score

    @property
    def climbed(self) -> int | None:
        """位次升降 Places gained within the same group; None: nothing to compare."""
        if self.apart or self.last is None or self.last.group != self.now.group:
            return None
        if self.last.rank is None or self.now.rank is None:
            return None
        return self.last.rank - self.now.rank


class RankedGroup(Frozen):
    """一组 Units that are ranked together, best first, those without a score at the end."""

    name: str
    rows: tuple[RankedUnit, ...]


class Ranking(Frozen):
    """排名 One version of a frozen result. `first_version`: the one that was put up for 公示. `against`: title of the earlier assessment."""

    assessment: str
    title: str
    version: int
    kind: ResultKind
    as_of: datetime
    digest: str
    groups: tuple[RankedGroup, ...]
    first_version: int | None = None
    against: str | None = None

    @property
    def rows(self) -> tuple[RankedUnit, ...]:
        return tuple(row for group in self.groups for row in group.rows)


def score_range(low: Decimal | None, high: Decimal | None, messages: Messages) -> str:
    """得分区间 "" when it is no range."""
    if low is None or high is None or low == high:
        return ""
    return messages.text("score.range", low=number(low), high=number(high))


def figure(value: Decimal | int | None) -> str:
    """数字 "" when there is none."""
    return "" if value is None else number(Decimal(value))


def moved_text(value: Decimal | int | None, messages: Messages) -> str:
    """升降 +1.5, −2, or a word when nothing moved."""
    if value is None:
        return ""
    if value == 0:
        return messages.text("ranking.same")
    return ("+" if value > 0 else "−") + number(abs(Decimal(value)))


def veto_text(row: RankedUnit, messages: Messages) -> str:
    """否决 Confirmed by their titles; what nobody confirmed is named as suspected."""
    told = list(row.vetoes)
    if row.suspected:
        told.append(messages.text("ranking.suspected", vetoes=_joined(row.suspected, messages)))
    return _joined(told, messages)


def note_text(row: RankedUnit, messages: Messages) -> str:
    """说明 Why it has no score, or why it does not compare with last time."""
    return _joined([messages.text(one) for one in (row.now.why, row.apart) if one], messages)


def _joined(texts: Iterable[str], messages: Messages) -> str:
    return messages.text("ranking.join").join(texts)


Shown = Callable[[RankedUnit, Messages], str]
_TABLE: dict[str, Shown] = {
    "rank": lambda row, _: figure(row.now.rank) or "–",
    "unit": lambda row, _: row.now.unit,
    "first_score": lambda row, _: figure(row.first.score) if row.first else "",
    "first_rank": lambda row, _: figure(row.first.rank) if row.first else "",
    "score": lambda row, _: figure(row.now.score) or "–",
    "graded": lambda row, _: figure(row.graded),
    "range": lambda row, messages: score_range(row.now.low, row.now.high, messages),
    "rescaled": lambda row, _: figure(row.now.rescaled),
    "band": lambda row, _: row.now.band or "",
    "undecided": lambda row, _: figure(row.now.unverified) or "–",
    "veto": veto_text,
    "last_score": lambda row, _: figure(row.last.score) if row.last and not row.apart else "",
    "moved": lambda row, messages: moved_text(row.moved, messages),
    "climbed": lambda row, messages: moved_text(row.climbed, messages),
    "note": note_text,
}
_ALWAYS = frozenset({"rank", "unit", "score", "undecided"})


def ranking_table(ranking: Ranking, messages: Messages) -> tuple[list[str], dict[str, list[list[str]]]]:
    """排名表 Heads, and the rows of each group. Columns in which no unit has anything are left out."""
    shown = [
        name
        for name, tell in _TABLE.items()
        if name in _ALWAYS or any(tell(row, messages) for row in ranking.rows)
    ]
    final = ranking.first_version is not None
    heads = [
        messages.text("ranking.col.final" if name == "score" and final else f"ranking.col.{name}")
        for name in shown
    ]
    return heads, {
        group.name: [[_TABLE[name](row, messages) for name in shown] for row in group.rows]
        for group in ranking.groups
    }


COLUMNS = (
    "group", "rank", "unit", "score", "low", "high", "graded", "rescaled", "band", "undecided", "veto", "suspected",
    "first_score", "first_rank", "last_score", "moved", "climbed", "note",
)  # fmt: skip
_NEED_NOT_BE = frozenset(
    {"graded", "rescaled", "suspected", "first_score", "first_rank", "last_score", "moved", "climbed", "note"}
)


def ranking_rows(ranking: Ranking, messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """排名行 The cells of COLUMNS for every unit: figures are figures."""
    for row in ranking.rows:
        now = row.now
        yield (
            now.group or None, now.rank, now.unit, now.score, now.low, now.high, row.graded, now.rescaled, now.band, now.unverified,
            _joined(row.vetoes, messages) or None, _joined(row.suspected, messages) or None,
            row.first.score if row.first else None, row.first.rank if row.first else None,
            row.last.score if row.last and not row.apart else None, row.moved, row.climbed,
            note_text(row, messages) or None,
        )  # fmt: skip


ITEM_COLUMNS = (
    "group", "unit", "object", "weight", "object_score", "section", "full", "lost", "lost_most", "pack", "run", "as_of",
)  # fmt: skip


def item_rows(ranking: Ranking, messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """分项行 The cells of ITEM_COLUMNS: a row for each section of each object of each unit, with the run it comes from."""
    for row in ranking.rows:
        for one in row.now.objects:
            head: tuple[Cell, ...] = (
                row.now.group or None, row.now.unit, one.name, one.weight, one.score.high if one.score else None,
            )  # fmt: skip
            tail: tuple[Cell, ...] = (one.pack_id, one.run_id, one.as_of)
            yield from ((*head, *section, *tail) for section in _sections(one, messages))


def _sections(one: ObjectScore, messages: Messages) -> Sequence[tuple[Cell, ...]]:
    if one.score is None or not one.score.sections:
        return [(None, None, None, None)]
    return [
        (
            (section.title_en if messages.language == "en" else None) or section.title,
            section.points, section.lost_low, section.lost_high,
        )
        for section in one.score.sections
    ]  # fmt: skip


def ranking_csv(ranking: Ranking, messages: Messages) -> bytes:
    """排名 CSV With a mark, so that Excel and WPS know it for UTF-8."""
    sheet = _ranking_sheet(ranking, messages)
    return csv_text(sheet.heads, sheet.rows).encode("utf-8-sig")


def ranking_book(ranking: Ranking, messages: Messages) -> bytes:
    """排名工作簿 The ranking on the first sheet, the items it comes from on the second."""
    return render_book(
        [
            _ranking_sheet(ranking, messages),
            Sheet(messages.text("ranking.sheet.items"), _heads(ITEM_COLUMNS, messages), item_rows(ranking, messages)),
        ]
    )  # fmt: skip


def _ranking_sheet(ranking: Ranking, messages: Messages) -> Sheet:
    """Without columns that hold nothing, where they tell of what need not be."""
    rows = list(ranking_rows(ranking, messages))
    shown = [
        place
        for place, name in enumerate(COLUMNS)
        if name not in _NEED_NOT_BE or any(row[place] is not None for row in rows)
    ]
    heads = _heads([COLUMNS[place] for place in shown], messages)
    return Sheet(messages.text("ranking.sheet"), heads, [[row[place] for place in shown] for row in rows])


def _heads(columns: Iterable[str], messages: Messages) -> list[str]:
    return [messages.text(f"ranking.col.{name}") for name in columns]
