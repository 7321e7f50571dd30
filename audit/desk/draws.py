"""抽取一览 The draws of a dossier side by side: repeats by either reading, quarters that lack a draw, sites never drawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from audit.desk.drawing import Kept, Place, frame_at
from model import SHANGHAI, DossierEntry, Fault
from model.draw import (
    DRAWS_A_QUARTER,
    Draw,
    DrawLine,
    Draws,
    QuarterLine,
    quarter_before,
    quarter_days,
    quarter_of,
)
from storage import Store


def overview(store: Store, place: Place, at: datetime, quarter: str | None = None) -> Draws:
    """一览 Of all quarters from the first draw to that day, or of one. Raises Fault (exit 3) when there is nothing to draw from."""
    kept = place.kept
    lines = frame_at(store, place, at)
    taken = {key for _, one in kept for key in one.chosen}
    return Draws(
        draws=tuple(_line(one, kept) for one in kept if quarter in (None, one[1].quarter)),
        quarters=tuple(_quarter(one, kept, at) for one in _quarters(kept, at) if quarter in (None, one)),
        frame_sites=len(lines),
        never=tuple(line for line in lines if line.split("\t")[0] not in taken),
    )


def draw_named(place: Place, name: str) -> tuple[DossierEntry, Draw]:
    """某次抽取 By its id. Raises Fault (exit 3) naming those there are."""
    kept = place.kept
    found = next((one for one in kept if one[1].id == name), None)
    if found is None:
        raise Fault("fault.draw_unknown", id=name, known="、".join(one.id for _, one in kept) or "–")
    return found


def _line(one: Kept, kept: Sequence[Kept]) -> DrawLine:
    entry, draw = one
    within = {
        key
        for _, each in kept
        if each.quarter == draw.quarter and each.number < draw.number
        for key in each.chosen
    }
    last = _chosen(kept, quarter_before(draw.quarter))
    return DrawLine(
        draw=draw,
        at=entry.at,
        by=entry.by,
        within=tuple(key for key in draw.chosen if key in within),
        last=tuple(key for key in draw.chosen if key in last),
    )


def _quarters(kept: Sequence[Kept], at: datetime) -> list[str]:
    """From the first that was drawn to the one of that day, or the last that was drawn, those without a draw too."""
    if not kept:
        return []
    names = [one.quarter for _, one in kept]
    end = max(*names, quarter_of(at.astimezone(SHANGHAI).date()))
    found = [end]
    while found[-1] > min(names):
        found.append(quarter_before(found[-1]))
    return found[::-1]


def _quarter(name: str, kept: Sequence[Kept], at: datetime) -> QuarterLine:
    sites = _chosen(kept, name)
    after = quarter_days(name)[1]
    return QuarterLine(
        quarter=name,
        draws=sum(one.quarter == name for _, one in kept),
        wanted=DRAWS_A_QUARTER,
        ends=after - timedelta(days=1),
        over=at.astimezone(SHANGHAI).date() >= after,
        sites=len(sites),
        repeated=len(sites & _chosen(kept, quarter_before(name))),
    )


def _chosen(kept: Sequence[Kept], quarter: str) -> set[str]:
    return {key for _, one in kept if one.quarter == quarter for key in one.chosen}
