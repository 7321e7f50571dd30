"""抽取核验 A public record drawn once more, without a database: equal, or the first thing that is not."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from audit.desk.drawing import strata_told
from audit.desk.frame import capped, hash_of, stratum_of
from audit.desk.sampling import choose, repeat_limit, sample_size
from model import Fault
from model.draw import ALGORITHM, COLUMNS, DrawRecord, RepeatReading, quarter_before


class Difference(NamedTuple):
    """不符 What the record says and what it should; each `what` has a text `draw.differs.<what>`. `place` counts from 1."""

    what: str
    told: str
    found: str
    place: int = 0


def read_record(path: Path) -> DrawRecord:
    """读抽取记录 Raises Fault (exit 3) naming the first field that is not as it must be."""
    try:
        return DrawRecord.model_validate_json(capped(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "–"
        raise Fault("fault.draw_record_bad", path=str(path), field=place, reason=first["msg"]) from None


def proof(record: DrawRecord, frame: Sequence[str] | None = None) -> Difference | None:
    """核验 None when everything comes out the same. `frame`: lines of a frame somebody made for themselves."""
    return next(_differences(record, frame), None)


def _differences(record: DrawRecord, frame: Sequence[str] | None) -> Iterator[Difference]:
    draw, lines = record.draw, list(record.frame_lines)
    yield from _unlike("algorithm", draw.algorithm, ALGORITHM)
    yield from _unlike("columns", "\t".join(record.frame_columns), "\t".join(COLUMNS))
    yield from _unlike("frame_hash", draw.frame.sha256, hash_of(lines))
    if frame is not None:
        yield from _listed("frame_line", sorted(lines), sorted(frame))
    yield from _unlike("sites", draw.frame.sites, len({line.split("\t")[0] for line in lines}))
    yield from _unlike("size", draw.size, sample_size(draw.share, len(lines)))
    yield from _unlike("limit", draw.limit, repeat_limit(draw.repeats, draw.size))
    strata_of = stratum_of(lines, draw.strata_by)
    strata = strata_told(draw.size, strata_of)
    told, reckoned = (
        [f"{one.name or '–'} {one.drawn}/{one.sites}" for one in each] for each in (draw.strata, strata)
    )
    yield from _listed("stratum", told, reckoned)
    allowed = {RepeatReading.WITHIN: 1, RepeatReading.LAST: 2, RepeatReading.BOTH: 3}[draw.reading]
    before = quarter_before(draw.quarter)
    for one in draw.earlier:
        part = {draw.quarter: 1, before: 2}.get(one.quarter, 0)
        if not part & allowed:
            yield Difference("earlier", one.id, f"{before} {draw.quarter}")
    barred = {key for one in draw.earlier for key in one.chosen}
    wanted = {one.name: one.drawn for one in strata}
    try:
        chosen = choose(strata_of, wanted, barred, draw.limit, draw.seed)
    except Fault:
        yield Difference("impossible", str(draw.size), str(len(strata_of.keys() - barred)))
        return
    yield from _listed("chosen", draw.chosen, chosen)
    yield from _listed("repeated", draw.repeated, [key for key in chosen if key in barred])


def _unlike(what: str, told: object, found: object) -> Iterator[Difference]:
    if told != found:
        yield Difference(what, str(told), str(found))


def _listed(what: str, told: Sequence[str], found: Sequence[str]) -> Iterator[Difference]:
    for place in range(max(len(told), len(found))):
        ends = [one[place] if place < len(one) else "–" for one in (told, found)]
        if ends[0] != ends[1]:
            yield Difference(what, ends[0], ends[1], place + 1)
            return
