"""评估计分 Every unit's score at one moment: its objects' scores by their weights, and its place in its group."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from audit.desk.desk import Desk, unit_named
from audit.desk.object_score import Bench, Scored, scored
from audit.score import band_of
from audit.totals import half_up
from model import AssessedUnit, BandOn, CheckModule, Score, Scoring, UnitScore
from storage import Store

_DECIMALS = 2  # of a mean, where the scheme does not say
_HUNDRED = Fraction(100)


def unit_scores(
    store: Store, desk: Desk, at: datetime, checks: Mapping[str, CheckModule]
) -> tuple[UnitScore, ...]:
    """各单位得分 As they are at that moment, in the order of the units, ranked within their groups.

    Of each object the last finished run within the sampling window, scored again with the opinions, vetoes, ratings and
    daily records that had been entered by then and with the ledger as it stood. The score is the highest of its range:
    only what is certain costs points. Nothing seen of an object, or nobody has rated a part: no score, never the full
    mark. Raises Fault when what a run is scored from is gone.
    """
    bench = Bench(store, desk.until(at), at, checks)
    host = desk.assessment.weight_in_host
    return ranked([scored_unit(bench, unit, host) for unit in desk.assessment.units])


def unit_score(
    store: Store, desk: Desk, at: datetime, checks: Mapping[str, CheckModule], name: str
) -> UnitScore:
    """一个单位得分 As `unit_scores` has it, without its rank. Raises Fault also when it is not assessed."""
    found = unit_named(desk, name)
    unit = next(one for one in desk.assessment.units if one.name == found)
    return scored_unit(Bench(store, desk.until(at), at, checks), unit, desk.assessment.weight_in_host)


def scored_unit(bench: Bench, unit: AssessedUnit, host: Decimal | None) -> UnitScore:
    """计一个单位 Without its rank. `host`: the assessment's share in a host scheme."""
    parts = [scored(bench, unit, held) for held in unit.objects]
    told = [one.got.score for one in parts if one.got.score is not None]
    vetoes = [veto for one in told for veto in one.vetoes]
    known = UnitScore(
        unit=unit.name,
        group=unit.group,
        undecided=sum(one.got.undecided for one in parts),
        vetoes=tuple(dict.fromkeys(one.id for one in vetoes if one.confirmed)),
        suspected=tuple(dict.fromkeys(one.id for one in vetoes if one.suspected and not one.confirmed)),
        objects=tuple(one.got for one in parts),
        why=next((one.why for one in parts if one.why), None),
    )
    if len(told) < len(parts):
        return known
    scheme = next((one.scoring for one in parts if one.scoring), Scoring())
    places = scheme.decimals if scheme.decimals is not None else _DECIMALS
    exact = _ends(unit, told, scheme)
    low, high = (
        (told[0].low, told[0].high) if len(told) == 1 else tuple(half_up(end, places) for end in exact)
    )
    unpriced = any(not one.priced for one in told)
    return known.model_copy(
        update={
            "score": None if known.why else high,
            "low": None if unpriced else low,
            "high": None if unpriced else high,
            "band": _band(told, parts, scheme, exact, known),
            "rescaled": None if known.why else _rescaled(high, scheme, host),
        }
    )


def _ends(unit: AssessedUnit, told: Sequence[Score], scheme: Scoring) -> tuple[Fraction, Fraction]:
    """The range of the mean of several objects before it is rounded, out of the scheme's full mark."""
    ends = []
    for end in ("low", "high"):
        shares = (
            Fraction(held.weight or 0) * Fraction(getattr(one, end)) / Fraction(one.base)
            for held, one in zip(unit.objects, told, strict=True)
        )
        ends.append(sum(shares, Fraction(0)) * Fraction(scheme.base))
    return ends[0], ends[1]


def _band(
    told: Sequence[Score],
    parts: Sequence[Scored],
    scheme: Scoring,
    exact: tuple[Fraction, Fraction],
    unit: UnitScore,
) -> str | None:
    """A veto of one object is one of the unit; else the band that holds both ends, while no veto is suspected."""
    if len(told) == 1:
        return told[0].band
    if unit.vetoes:
        return band_of(scheme, Decimal(0))
    if unit.why or any(one.vetoes for one in told):
        return None
    places = scheme.decimals if scheme.decimals is not None else _DECIMALS
    to = (
        0 if scheme.band_on is BandOn.INTEGER else places
    )  # 89.496 is graded as 89, though it is shown as 89.5
    bands = {band_of(scheme, half_up(end, to)) for end in exact}
    return next(iter(bands)) if len(bands) == 1 else None


def _rescaled(figure: Decimal, scheme: Scoring, host: Decimal | None) -> Decimal | None:
    """按比例计入 Out of the host scheme's points: as the pack says, else the assessment's share in a host scheme of a hundred."""
    to = Fraction(scheme.rescale_to) if scheme.rescale_to is not None else Fraction(host or 0) * _HUNDRED
    return half_up(Fraction(figure) * to / Fraction(scheme.base), 4) if to else None


def ranked(scores: Sequence[UnitScore]) -> tuple[UnitScore, ...]:
    """排名 Within each group, the highest first; equals share a rank, and the next one counts them all.

    Who has a confirmed veto comes after all who have none. Who has no score has no rank.
    """

    def place(one: UnitScore) -> tuple[bool, Decimal]:
        return bool(one.vetoes), -(one.score or Decimal(0))

    return tuple(
        one.model_copy(
            update={
                "rank": None
                if one.score is None
                else 1
                + sum(
                    other.score is not None and other.group == one.group and place(other) < place(one)
                    for other in scores
                )
            }
        )
        for one in scores
    )
