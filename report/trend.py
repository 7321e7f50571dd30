"""走势 A site's scores and cases over time: a line a run, small drawings for a terminal, JSON for programs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from model import Coverage, Frozen
from report.figures import day_text, extent_text
from report.messages import Messages
from report.text import number, plain

HEADS = ("as_of", "score", "corrected", "open", "new", "fixed", "reopened", "waived", "extent", "pack")
_BARS = "▁▂▃▄▅▆▇█"


class TrendPoint(Frozen):
    """走势一点 One run of the site: its score, and the cases of its pack's rules as it left them.

    `low` to `high` None: the home page could not be seen, so there is no score. `low_after` to `high_after`: the score
    after findings were withdrawn, if any were. `breaks`: judged by another version of the pack, or scored otherwise,
    than the run before, so that the two figures do not compare. `new`, `fixed`, `reopened`: brought by this run.
    """

    run_id: str
    as_of: datetime
    pack_id: str
    pack_version: str
    pack_digest: str
    breaks: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    low_after: Decimal | None = None
    high_after: Decimal | None = None
    open: int = 0
    suspected: int = 0
    disputed: int = 0
    waived: int = 0
    new: int = 0
    fixed: int = 0
    reopened: int = 0
    coverage: Coverage | None = Field(
        default=None, exclude=True
    )  # of its crawl: a quick look does not compare


def trend_rows(points: Sequence[TrendPoint], messages: Messages) -> Iterator[tuple[str, ...]]:
    """走势表 The cells of each run, in the order of HEADS."""
    for one in points:
        yield (
            day_text(one.as_of),
            _range(one.low, one.high, messages),
            _range(one.low_after, one.high_after, messages) if one.high_after is not None else "",
            str(one.open),
            str(one.new),
            str(one.fixed),
            str(one.reopened),
            str(one.waived),
            extent_text(one.coverage, messages),
            messages.text("trend.breaks", version=plain(one.pack_version)) if one.breaks else "",
        )


def trend_lines(points: Sequence[TrendPoint], messages: Messages) -> Iterator[str]:
    """走势图 The upper end of the score and the number of open cases, each as a row of bars."""
    scores = [one.high_after if one.high_after is not None else one.high for one in points]
    told = [one for one in scores if one is not None]
    if told:
        yield messages.text(
            "trend.scores", bars=_bars(scores, points), least=number(min(told)), most=number(max(told))
        )
    counts = [Decimal(one.open) for one in points]
    if counts:
        yield messages.text(
            "trend.open", bars=_bars(counts, points), least=number(min(counts)), most=number(max(counts))
        )


def trend_json(points: Sequence[TrendPoint]) -> list[dict[str, Any]]:
    """走势 JSON"""
    return [one.model_dump(mode="json") for one in points]


def _bars(figures: Sequence[Decimal | None], points: Sequence[TrendPoint]) -> str:
    """A bar a run, `·` where there is no figure, `|` before a run that does not compare with the one before."""
    told = [one for one in figures if one is not None]
    least, span = min(told), max(told) - min(told)
    drawn = []
    for figure, point in zip(figures, points, strict=True):
        if point.breaks:
            drawn.append("|")
        if figure is None:
            drawn.append("·")
        else:
            step = int((figure - least) / span * (len(_BARS) - 1)) if span else len(_BARS) // 2
            drawn.append(_BARS[step])
    return "".join(drawn)


def _range(low: Decimal | None, high: Decimal | None, messages: Messages) -> str:
    if low is None or high is None:
        return "–"
    return number(high) if low == high else messages.text("score.range", low=number(low), high=number(high))
