"""抽取 Draws kept in a dossier: made in their order, each in sight of the ones before, none that breaks its limits."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from audit.desk.desk import Desk, enter, open_desk
from audit.desk.frame import hash_of, lines_in, roster_lines, stratum_of, text_of, unit_lines
from audit.desk.sampling import allocate, choose, repeat_limit, sample_size
from model import SHANGHAI, DossierEntry, Draft, EntryKind, Fault, body_of, told_in
from model.draw import (
    COLUMNS,
    DRAWS,
    USUAL_REPEATS,
    USUAL_SHARE,
    Draw,
    DrawRecord,
    EarlierDraw,
    Frame,
    FrameOf,
    RepeatReading,
    StrataBy,
    Stratum,
    quarter_before,
    quarter_of,
)
from storage import Store

Kept = tuple[DossierEntry, Draw]


class Asked(NamedTuple):
    """所求抽取 What a person asks for. `seed_given`: they chose the seed themselves."""

    quarter: str
    at: datetime
    by: str
    seed: str
    seed_given: bool = False
    share: Decimal = USUAL_SHARE
    repeats: Decimal = USUAL_REPEATS
    reading: RepeatReading = RepeatReading.BOTH
    strata_by: StrataBy | None = None
    source: str | None = None


class Place(NamedTuple):
    """抽取之处 The dossier draws are kept in, its entries when it was looked at, and the desk when it is an assessment's."""

    dossier: str
    entries: Sequence[DossierEntry]
    desk: Desk | None = None

    @property
    def kept(self) -> list[Kept]:
        """各次抽取 In the order they were made."""
        return [(one, told_in(one, Draw)) for one in self.entries if one.kind is EntryKind.DRAWN]


def draws_at(store: Store, assessment_id: str | None = None) -> Place:
    """打开抽取卷宗 That of an assessment, or the one of draws that belong to none. Raises Fault (exit 3) for an unknown one."""
    if assessment_id is None:
        return Place(DRAWS, store.entries(DRAWS))
    desk = open_desk(store, assessment_id)
    return Place(desk.assessment.dossier, desk.entries, desk)


def frame_at(store: Store, place: Place, at: datetime) -> list[str]:
    """当日抽样框 Its lines. Raises Fault (exit 3) when there is nothing to draw from, or a key stands twice."""
    if place.desk is not None:
        lines = unit_lines(place.desk.assessment)
    else:
        lines = roster_lines(store, at.astimezone(SHANGHAI).date())
    if not lines:
        raise Fault("fault.draw_no_sites")
    keys = [line.split("\t")[0] for line in lines]
    if twice := next((key for key, after in pairwise(keys) if key == after), None):
        raise Fault("fault.draw_key_twice", key=twice)
    return lines


def counted_against(quarter: str, reading: RepeatReading, kept: Sequence[Kept]) -> tuple[EarlierDraw, ...]:
    """重复的参照 The draws that a new one of that quarter may not repeat."""
    quarters = {
        RepeatReading.WITHIN: (quarter,),
        RepeatReading.LAST: (quarter_before(quarter),),
        RepeatReading.BOTH: (quarter_before(quarter), quarter),
    }[reading]
    return tuple(
        EarlierDraw(id=one.id, quarter=one.quarter, chosen=one.chosen)
        for _, one in kept
        if one.quarter in quarters
    )


def drawn(asked: Asked, lines: Sequence[str], place: Place) -> Draw:
    """抽取 The draw itself; nothing is kept. Raises Fault (exit 3) when it cannot be within its limits."""
    kept = place.kept
    if later := next((one for _, one in kept if one.quarter > asked.quarter), None):
        raise Fault("fault.draw_out_of_order", quarter=asked.quarter, later=later.id)
    if same := next((one for _, one in kept if one.seed == asked.seed), None):
        raise Fault("fault.draw_seed_used", seed=asked.seed, id=same.id)
    day = asked.at.astimezone(SHANGHAI).date()
    if quarter_of(day) not in (asked.quarter, quarter_before(asked.quarter)):
        # 2206Q2 for 2026Q2 would bar every quarter before it for good
        raise Fault("fault.draw_other_quarter", quarter=asked.quarter, day=day)
    earlier = counted_against(asked.quarter, asked.reading, kept)
    size = sample_size(asked.share, len(lines))
    limit = repeat_limit(asked.repeats, size)
    strata_of = stratum_of(lines, asked.strata_by)
    barred = {key for one in earlier for key in one.chosen}
    strata = strata_told(size, strata_of)
    if asked.strata_by and [one.name for one in strata] == [""]:
        raise Fault("fault.draw_no_strata", by=asked.strata_by)
    chosen = choose(strata_of, {one.name: one.drawn for one in strata}, barred, limit, asked.seed)
    number = 1 + sum(one.quarter == asked.quarter for _, one in kept)
    return Draw(
        id=f"{asked.quarter}-{number}", quarter=asked.quarter, number=number,
        assessment=place.desk.assessment.id if place.desk else None,
        frame=Frame(
            of=FrameOf.UNITS if place.desk else FrameOf.ROSTER, on=asked.at.astimezone(SHANGHAI).date(), sites=len(lines),
            sha256=hash_of(lines), source=asked.source,
        ),
        share=asked.share, size=size, repeats=asked.repeats, limit=limit, reading=asked.reading, earlier=earlier,
        strata_by=asked.strata_by, strata=strata, seed=asked.seed, seed_given=asked.seed_given, chosen=tuple(chosen),
        repeated=tuple(key for key in chosen if key in barred),
    )  # fmt: skip


def outlooks(
    quarter: str, lines: Sequence[str], kept: Sequence[Kept], share: Decimal, repeats: Decimal
) -> list[tuple[RepeatReading, int, bool]]:
    """眼下可否 By each reading: how many sites of the frame no draw counted against has taken, and whether one more of that
    quarter, not stratified, is possible.
    """
    size = sample_size(share, len(lines))
    limit = repeat_limit(repeats, size)
    keys = {line.split("\t")[0] for line in lines}
    found = []
    for reading in RepeatReading:
        barred = {key for one in counted_against(quarter, reading, kept) for key in one.chosen}
        fresh = len(keys - barred)
        found.append((reading, fresh, size - fresh <= limit))
    return found


def strata_told(size: int, strata_of: dict[str, str]) -> tuple[Stratum, ...]:
    """各层 With their numbers of sites and how many of them are drawn."""
    sites: dict[str, int] = {}
    for name in strata_of.values():
        sites[name] = sites.get(name, 0) + 1
    return tuple(
        Stratum(name=name, sites=sites[name], drawn=count) for name, count in allocate(size, sites).items()
    )


def draw(store: Store, asked: Asked, assessment_id: str | None, now: datetime) -> DrawRecord:
    """抽取并记入 Drawn, and entered in its dossier with its frame. Raises Fault (exit 3), and then nothing is kept of it."""
    place = draws_at(store, assessment_id)
    if place.desk is not None and place.desk.closed:
        raise Fault("fault.assessment_closed", id=place.desk.assessment.id)
    lines = frame_at(store, place, asked.at)
    made = drawn(asked, lines, place)
    store.keep_paper(f"{made.id}.frame.tsv", text_of(lines), now)
    draft = Draft(kind=EntryKind.DRAWN, at=asked.at, by=asked.by, subject=made.id, body=body_of(made))
    if place.desk is not None:
        entries = enter(store, place.desk, [draft], now)
    else:
        last = place.entries[-1].number if place.entries else 0
        entries = store.enter(place.dossier, [draft], now, after=last)
    return record_of(store, entries[0])


def record_of(store: Store, entry: DossierEntry) -> DrawRecord:
    """抽取记录 What is made public of a draw that was kept."""
    made = told_in(entry, Draw)
    return DrawRecord(
        draw=made, by=entry.by, at=entry.at.astimezone(SHANGHAI), entered_at=entry.entered_at.astimezone(SHANGHAI), dossier=entry.dossier, entry=entry.number,
        digest=entry.digest, frame_columns=COLUMNS, frame_lines=tuple(lines_in(store.paper(made.frame.sha256))),
    )  # fmt: skip
