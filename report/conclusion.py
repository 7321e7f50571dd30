"""结论 What the top of a report says: suspected veto before possible veto before a grade."""

from dataclasses import dataclass

from model import RunState, VetoSuspect
from report.view import ReportView


@dataclass(frozen=True)
class Conclusion:
    """结论 `name` is one of confirmed, suspected, unfinished, possible, band, unpriced, undecided, unscored; `n` how many vetoes it speaks of."""

    name: str
    n: int
    vetoes: tuple[VetoSuspect, ...]
    other_vetoes: int


def conclude(view: ReportView) -> Conclusion:
    """得出结论 Nothing here is final: a veto is only suspected until a person confirms it."""
    if view.score is None:
        return Conclusion("unscored", 0, (), 0)
    near = [veto for veto in view.score.vetoes if veto.high >= veto.at_least]
    near.sort(key=lambda veto: (not veto.suspected, veto.id))
    others = len(view.score.vetoes) - len(near)
    settled = sum(veto.confirmed for veto in near)
    if settled:
        return Conclusion("confirmed", settled, tuple(near), others)
    certain = sum(veto.suspected for veto in near)
    if certain:
        return Conclusion("suspected", certain, tuple(near), others)
    if view.run.state is not RunState.FINISHED:
        return Conclusion("unfinished", 0, tuple(near), others)
    if near:
        return Conclusion("possible", len(near), tuple(near), others)
    if not view.score.priced:
        return Conclusion("unpriced", 0, (), others)
    return Conclusion("band" if view.score.band else "undecided", 0, (), others)
