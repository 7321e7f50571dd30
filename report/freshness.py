"""更新情况 How old each column's newest item is, against the period it is allowed: the rows of the chart."""

from dataclasses import dataclass
from datetime import date
from math import log1p

from model import Column, ColumnForm, Outcome, Period, Verdict
from report.view import Allowance, ReportView

_TICKS = (("days", 7, 7), ("months", 1, 30), ("months", 6, 183), ("years", 1, 365), ("years", 3, 1096),
          ("years", 10, 3652), ("years", 20, 7305))  # fmt: skip
_KNEE_DAYS = 7  # below it the axis is nearly linear, above it logarithmic


@dataclass(frozen=True)
class Bar:
    """条形 One column with a date. `at` and `limit_at` are percent of the axis; `overdue_days` only when it failed."""

    column: Column
    newest: date
    days: int
    period: Period
    outcome: Outcome | None
    overdue_days: int | None
    at: float
    limit_at: float


@dataclass(frozen=True)
class Tick:
    """刻度 One mark of the axis: `unit` days, months or years."""

    unit: str
    number: int
    at: float


@dataclass(frozen=True)
class Freshness:
    """更新情况 Bars (worst first), and the columns with a period that no bar can be drawn for."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    undated: tuple[Column, ...]
    unseen: tuple[Column, ...]


def freshness(view: ReportView) -> Freshness:
    """图表数据 The verdicts decide what is overdue; the dates only draw."""
    verdicts = {(verdict.rule_id, verdict.locus): verdict for verdict in view.verdicts}
    demands = strictest(view, verdicts)
    bound = [column for column in view.columns if column.key in demands]
    # A landing page or a single page has no list of its own: there is nothing to draw and nothing lacks.
    lists = [column for column in bound if column.form in (ColumnForm.LIST, ColumnForm.UNKNOWN)]
    dated = [(column, column.newest) for column in bound if column.newest]
    ages = [view.moment.days_since(newest) for _, newest in dated]
    limits = [demands[column.key].period.about_days for column, _ in dated]
    longest = _axis_end(max([*ages, *limits, 30]))
    bars = []
    for column, newest in dated:
        allowance = demands[column.key]
        verdict = verdicts.get((allowance.rule_id, column.key))
        days = view.moment.days_since(newest)
        bars.append(
            Bar(
                column=column,
                newest=newest,
                days=days,
                period=allowance.period,
                outcome=verdict.outcome if verdict else None,
                overdue_days=verdict.overdue_days if verdict and verdict.outcome is Outcome.FAIL else None,
                at=_place(days, longest),
                limit_at=_place((allowance.period.after(newest) - newest).days, longest),
            )
        )
    return Freshness(
        bars=tuple(sorted(bars, key=lambda bar: (_worst(bar.outcome), -bar.days, bar.column.key))),
        ticks=tuple(
            Tick(unit, number, _place(days, longest)) for unit, number, days in _TICKS if days <= longest
        ),
        undated=tuple(column for column in lists if column.items is not None and not column.newest),
        unseen=tuple(column for column in lists if column.items is None),
    )


def strictest(view: ReportView, verdicts: dict[tuple[str, str], Verdict]) -> dict[str, Allowance]:
    """最严期限 For each column the demand to show: one it fails before one it meets, a shorter one before a longer."""
    chosen: dict[str, Allowance] = {}
    for allowance in sorted(
        view.allowances,
        key=lambda found: (
            _worst(_outcome(verdicts.get((found.rule_id, found.column)))),
            found.period.about_days,
            found.rule_id,
        ),
    ):
        chosen.setdefault(allowance.column, allowance)
    return chosen


def _outcome(verdict: Verdict | None) -> Outcome | None:
    return verdict.outcome if verdict else None


def _worst(outcome: Outcome | None) -> int:
    order = (Outcome.FAIL, Outcome.UNSURE, Outcome.PASS)
    return order.index(outcome) if outcome in order else len(order)


def _axis_end(days: int) -> int:
    return next((end for _, _, end in _TICKS if end >= days), days)


def _place(days: int, longest: int) -> float:
    """The percentage of the axis: symlog, so that 14 days and 11 years can both be read."""
    return round(100 * log1p(max(0, days) / _KNEE_DAYS) / log1p(longest / _KNEE_DAYS), 2)
