"""得分表 Scores of units in rows, each with its range and its reason; and of one unit where every figure comes from."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from model import Fault, ObjectScore, Result, ScoreChange, UnitScore
from report.book import Cell, Sheet, write_book
from report.figures import minute_text
from report.messages import Messages
from report.output import write_whole
from report.scheme import step_lines
from report.sheet import csv_text
from report.text import label, number, plain

HEADS = ("group", "rank", "unit", "score", "range", "band", "rescaled", "undecided", "vetoes", "note")
OBJECT_HEADS = (
    "unit",
    "object",
    "site",
    "weight",
    "score",
    "range",
    "undecided",
    "run",
    "as_of",
    "pack",
    "entries",
)
_ENDINGS = (".csv", ".xlsx")


def in_order(scores: Iterable[UnitScore]) -> list[UnitScore]:
    """按名次 Group by group as they came, the first of each first; who has no rank last."""
    told = list(scores)
    groups = list(dict.fromkeys(one.group for one in told))
    return sorted(told, key=lambda one: (groups.index(one.group), one.rank is None, one.rank or 0))


def score_rows(scores: Iterable[UnitScore], messages: Messages) -> list[list[Cell]]:
    """得分各行 Cells of HEADS. The score is the published figure; what it may still fall to stands in its range."""
    return [
        [
            one.group or None, one.rank, one.unit, one.score, range_of(one.low, one.high, messages), one.band,
            one.rescaled, one.unverified, vetoes_of(one, messages), reason_of(one, messages),
        ]
        for one in scores
    ]  # fmt: skip


def shown(rows: Iterable[Sequence[Cell]]) -> list[list[str]]:
    """显示 The same cells for a terminal."""
    return [
        ["–" if one is None else number(one) if isinstance(one, Decimal) else str(one) for one in row]
        for row in rows
    ]


def range_of(low: Decimal | None, high: Decimal | None, messages: Messages) -> str | None:
    """区间 None where there is but one figure, or none."""
    if low is None or high is None or low == high:
        return None
    return messages.text("scores.range", low=number(low), high=number(high))


def vetoes_of(score: UnitScore, messages: Messages) -> str | None:
    """单项否决 Confirmed ones, then those nobody has confirmed."""
    join = messages.text("assess.join")
    told = [join.join(titles_of(score, score.vetoes, messages))] if score.vetoes else []
    if score.suspected:
        suspected = titles_of(score, score.suspected, messages)
        told.append(messages.text("scores.suspected", vetoes=join.join(suspected)))
    return plain(join.join(told)) or None


def titles_of(score: UnitScore, vetoes: Iterable[str], messages: Messages) -> list[str]:
    """否决名称 As the pack calls them, each with its id."""
    known = {
        veto.id: (veto.title_en if messages.language == "en" else None) or veto.title
        for one in score.objects
        if one.score
        for veto in one.score.vetoes
    }
    return [messages.text("scores.veto", title=known[one], id=one) if one in known else one for one in vetoes]


def reason_of(score: UnitScore, messages: Messages) -> str | None:
    """无分原因 Why there is no score; None when there is one."""
    return messages.text(score.why) if score.why else None


def score_text(score: UnitScore | None, messages: Messages) -> str:
    """得分 The published figure with its range, band and rank, in one phrase."""
    if score is None or score.score is None:
        told = [messages.text("scores.none")]
    else:
        spread = range_of(score.low, score.high, messages)
        told = [number(score.score) + (f" ({spread})" if spread else "")]
        told += [messages.text("frozen.rank", rank=score.rank)] if score.rank else []
    return messages.text("assess.join").join([*told, *([plain(score.band)] if score and score.band else [])])


def unit_lines(score: UnitScore, messages: Messages) -> Iterator[str]:
    """一个单位 Where each of its figures comes from: runs, steps, entries, weights."""
    figure = number(score.score) if score.score is not None else messages.text("scores.none")
    yield messages.text("scores.unit", unit=plain(score.unit), score=figure)
    if score.why:
        yield f"  {messages.text(score.why)}"
    if score.band:
        yield "  " + messages.text("scores.band", band=plain(score.band))
    if score.rank is not None:
        name = "scores.rank" if score.group else "scores.rank_alone"
        yield "  " + messages.text(name, rank=score.rank, group=plain(score.group))
    if score.rescaled is not None:
        yield "  " + messages.text("scores.rescaled", figure=number(score.rescaled))
    if score.undecided and score.low is not None:
        yield "  " + messages.text("scores.undecided", count=score.undecided, low=number(score.low))
    for name, vetoes in (("scores.vetoes", score.vetoes), ("scores.open_vetoes", score.suspected)):
        if vetoes:
            yield "  " + messages.text(
                name, vetoes=plain(messages.text("assess.join").join(titles_of(score, vetoes, messages)))
            )
    if len(score.objects) > 1 and score.score is not None:
        terms = messages.text("scores.plus").join(
            messages.text(
                "scores.term", weight=number(one.weight or Decimal(0)), figure=number(one.score.high)
            )
            for one in score.objects
            if one.score
        )
        yield "  " + messages.text("scores.mean", terms=terms, score=number(score.score))
    for one in score.objects:
        yield from (f"  {line}" for line in _object_lines(one, messages))


def _object_lines(held: ObjectScore, messages: Messages) -> Iterator[str]:
    if held.weight is None:
        yield messages.text("scores.object_whole", name=plain(held.name))
    else:
        yield messages.text("scores.object", name=plain(held.name), weight=number(held.weight))
    if held.run_id and held.as_of:
        yield "  " + messages.text(
            "scores.run", run=held.run_id, at=minute_text(held.as_of), site=plain(held.site_key or ""),
            pack=plain(held.pack_id or ""),
        )  # fmt: skip
    if held.score:
        yield from (f"  {line}" for line in step_lines(held.score, messages))
    if held.entries:
        yield "  " + messages.text("scores.entries", numbers=_numbers(held.entries, messages))


def _numbers(numbers: Iterable[int], messages: Messages) -> str:
    return messages.text("assess.join").join(str(one) for one in numbers)


def change_lines(before: Result, found: Sequence[ScoreChange], messages: Messages) -> Iterator[str]:
    """与前一版相比 A line a unit: its figures before and after, and because of which entries or runs."""
    if not found:
        yield messages.text("frozen.same", version=before.version)
        return
    yield messages.text("frozen.changed", version=before.version, count=len(found))
    for one in found:
        told = messages.text(
            "frozen.change",
            unit=plain(one.unit),
            before=score_text(one.before, messages),
            after=score_text(one.after, messages),
        )
        reasons = []
        if one.because:
            reasons.append(messages.text("frozen.because", numbers=_numbers(one.because, messages)))
        if one.runs:
            reasons.append(messages.text("frozen.runs", runs=messages.text("assess.join").join(one.runs)))
        yield f"  {told} [{messages.text('assess.join').join(reasons) or messages.text('frozen.by_others')}]"


def write_scores(scores: Sequence[UnitScore], path: Path, messages: Messages) -> None:
    """写得分表 CSV or XLSX by the ending; an XLSX has the objects on a sheet of their own. Raises Fault (exit 3) for another ending."""
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise Fault("fault.score_out", path=str(path))
    heads = [messages.text(f"assess.col.{name}") for name in HEADS]
    rows = score_rows(scores, messages)
    if ending == ".csv":
        write_whole(path, csv_text(heads, rows).encode("utf-8-sig"))
        return
    object_heads = [messages.text(f"assess.col.{name}") for name in OBJECT_HEADS]
    objects = [_object_row(one, held, messages) for one in scores for held in one.objects]
    write_book(
        [
            Sheet(messages.text("assess.col.score"), heads, rows),
            Sheet(messages.text("assess.col.objects"), object_heads, objects),
        ],
        path,
    )


def _object_row(unit: UnitScore, held: ObjectScore, messages: Messages) -> list[Cell]:
    got = held.score if held.score and held.score.priced else None
    return [
        unit.unit, held.name, held.site_key, held.weight, got.high if got else None,
        range_of(got.low, got.high, messages) if got else None, held.undecided if held.score else None, held.run_id, held.as_of, held.pack_id,
        _numbers(held.entries, messages) or None,
    ]  # fmt: skip


def kind_text(result: Result, messages: Messages) -> str:
    """结果性质"""
    return label(messages, "frozen.kind", result.kind)
