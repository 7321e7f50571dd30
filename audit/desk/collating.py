"""比对 What was published, a page on a website or a sheet, held against the frozen figures unit by unit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from audit.desk.desk import Desk, enter
from audit.desk.published import HEADS, ReadRow, figure_of, name_of, place_of, read_lines, read_rows
from audit.desk.published import bare as bare_text
from audit.run import user_agent
from audit.spreadsheet import content_of, lines_of
from audit.target import home_url
from audit.workbook import is_workbook
from crawler.guard import Guard
from crawler.visits import Visitor
from model import (
    Collation,
    Differing,
    Draft,
    EntryKind,
    Fault,
    FetchOutcome,
    Result,
    ToldFigure,
    UnitScore,
    body_of,
)
from reading.tables import page_tables
from storage import Store

MOST_SOURCES = 50
_NOT_HAD = {
    FetchOutcome.SKIPPED_PRIVATE: "fault.published_private",
    FetchOutcome.SKIPPED_ROBOTS: "fault.published_robots",
    FetchOutcome.GONE: "fault.published_gone",
    FetchOutcome.TOO_LARGE: "fault.published_too_large",
}
_META = "duwang-result"
_SECONDS = 30.0  # a visitor waits less; a page of results is worth waiting for


class Source(NamedTuple):
    """来源 Where it was read (address or file name) and what was there. `content_type`: as the server calls it."""

    name: str
    content: bytes
    content_type: str | None = None


def fetched(url: str, *, allow_private: bool, contact: str | None) -> Source:
    """取公布页 One page, with robots.txt obeyed. Raises Fault (exit 3) when it cannot be had, saying why."""
    guard = Guard(allow_private=allow_private)
    page = Visitor(user_agent(contact), limit=_SECONDS, guard=guard, controls=()).page(home_url(url))
    if page.body is None:
        sentence = _NOT_HAD.get(page.outcome, "fault.published_not_had")
        raise Fault(sentence, url=url, cause=page.cause or "failed")
    return Source(url, page.body, page.content_type)


def gathered(named: Sequence[str], *, allow_private: bool, contact: str | None) -> list[Source]:
    """取来源 Of addresses and files. Raises Fault (exit 3) for the first that cannot be had."""
    if len(named) > MOST_SOURCES:
        raise Fault("fault.published_many", most=MOST_SOURCES)
    return [
        fetched(one, allow_private=allow_private, contact=contact)
        if one.lower().startswith(("http://", "https://"))
        else Source(Path(one).name, content_of(Path(one)))
        for one in named
    ]


def collate(
    store: Store, result: Result, sources: Sequence[Source], column: str | None, now: datetime
) -> Collation:
    """比对 Keeps what was read as papers, and answers how it compares. Raises Fault (exit 3) when a source shows no figures."""
    units = {name_of(one.unit): one for one in result.scores}
    read: list[ReadRow] = []
    digests: list[str] = []
    for source in sources:
        rows, digest = _read(source, result, units, column)
        if not rows:
            raise Fault("fault.published_unreadable", source=source.name)
        read += rows
        digests += [digest] if digest else []
    told: dict[str, list[ReadRow]] = {}
    for row in read:
        told.setdefault(name_of(row.name), []).append(row)
    differing = [
        one
        for key, unit in units.items()
        for row in told.get(key, ())
        for one in _differing(unit, row)
    ]  # fmt: skip
    wrong = {one.unit for one in differing}
    extra = [
        rows[0].name
        for key, rows in told.items()
        if key not in units and any(figure_of(row.told[ToldFigure.SCORE]) is not None for row in rows)
    ]
    return Collation(
        version=result.version,
        frozen=result.digest,
        sources=tuple(store.keep_paper(one.name, one.content, now) for one in sources),
        compared=tuple(figure for figure in ToldFigure if any(figure in row.told for row in read)),
        equal=tuple(one.unit for key, one in units.items() if key in told and one.unit not in wrong),
        differing=tuple(dict.fromkeys(differing)),
        missing=tuple(one.unit for key, one in units.items() if key not in told),
        extra=tuple(extra),
        digest=next((one for one in digests if one != result.digest), digests[0] if digests else None),
    )


def entered(store: Store, desk: Desk, made: Collation, at: datetime, by: str, now: datetime) -> None:
    """记比对 Raises Fault (exit 3) when the assessment is closed or somebody else entered something."""
    enter(store, desk, [Draft(kind=EntryKind.COMPARED, at=at, by=by, body=body_of(made))], now)


def _read(
    source: Source, result: Result, units: Mapping[str, UnitScore], column: str | None
) -> tuple[list[ReadRow], str | None]:
    lines: Sequence[str] = ()
    digest: str | None = None
    tables: Iterable[Sequence[Sequence[str]]]
    if _is_page(source):
        page = page_tables(source.content, source.content_type)
        tables, lines = page.tables, page.lines
        digest = page.meta.get(_META, "").rpartition(" ")[2] or None
    else:
        found = lines_of(source.content, HEADS, Path(source.name))
        tables = [[cells for _, cells in numbered] for _, numbered in found]
    read = [row for table in tables for row in _table(table, result, units, column)]
    return read or (read_lines(lines, units) if column is None else []), digest


def _table(
    table: Sequence[Sequence[str]], result: Result, units: Mapping[str, UnitScore], column: str | None
) -> list[ReadRow]:
    """As it stands, or turned when its units stand side by side."""
    found = read_rows(table, result.kind, units, column)
    if found is None and any(name_of(cell) in units for row in table[:2] for cell in row):
        turned = [list(cells) for cells in zip_longest(*table, fillvalue="")]
        found = read_rows(turned, result.kind, units, column)
    return found or []


def _is_page(source: Source) -> bool:
    if is_workbook(source.content):
        return False
    told = (source.content_type or "").lower()
    return "html" in told or source.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _differing(unit: UnitScore, row: ReadRow) -> Iterator[Differing]:
    frozen = {
        ToldFigure.SCORE: (unit.score, figure_of),
        ToldFigure.RANK: (unit.rank, place_of),
        ToldFigure.BAND: (bare_text(unit.band or ""), _band_of),
    }
    for figure, text in row.told.items():
        wanted, read = frozen[figure]
        if read(text) != wanted:
            yield Differing(unit=unit.unit, figure=figure, published=text, frozen=_shown(wanted))


def _band_of(text: str) -> str:
    told = bare_text(text)
    return "" if told in ("-", "–", "—", "——", "/", "无") else told


def _shown(value: Decimal | int | str | None) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
