"""抽查 A draw as people read it and as a file for machines; the draws side by side; what came of the sites, for 公示."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from model.draw import (
    COLUMNS,
    Draw,
    DrawnState,
    DrawRecord,
    DrawResult,
    Draws,
)
from report.book import Cell, Sheet, write_book
from report.figures import minute_text
from report.messages import Messages
from report.output import write_whole
from report.sheet import csv_text
from report.text import label, number, plain

LIST_HEADS = ("id", "on", "sites", "size", "strata", "within", "last", "seed")
RESULT_HEADS = (
    "number", "key", "name", "home", "organiser", "region", "result", "band", "score", "suspected", "findings", "audited_on",
    "pack", "repeated",
)  # fmt: skip
SUM_HEADS = (
    "draw",
    "sites",
    "size",
    *(f"sum.{state}" for state in DrawnState),
    "low",
    "high",
    "since",
    "until",
)
_FAMILIES = {"kind": "site_kind", "level": "level"}  # columns of a frame whose words the program knows


def record_json(record: DrawRecord) -> bytes:
    """抽取记录文件 JSON, the same bytes for the same draw."""
    told = record.model_dump(mode="json")
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write_record(record: DrawRecord, path: Path, messages: Messages) -> list[Path]:
    """写抽取记录 Beside the JSON file a text to read, the list as CSV and the frame as it was hashed. Raises Fault (exit 1)."""
    stem = path.with_suffix("")
    lines = "".join(f"{line}\n" for line in record_lines(record, messages))
    files = {
        path: record_json(record),
        stem.with_name(f"{stem.name}.txt"): lines.encode(),
        stem.with_name(f"{stem.name}.csv"): chosen_csv(record, messages),
        stem.with_name(f"{stem.name}.frame.tsv"): "".join(f"{one}\n" for one in record.frame_lines).encode(),
    }
    for file, content in files.items():
        write_whole(file, content)
    return list(files)


def record_lines(record: DrawRecord, messages: Messages) -> Iterator[str]:
    """抽取记录文本 Who, when, from which frame, by which seed, in which way, and what was drawn."""
    say, draw = messages.text, record.draw
    frame = draw.frame
    yield say("draw.record.title", id=draw.id)
    yield say("draw.record.who", by=plain(record.by), at=minute_text(record.at))
    yield say(
        "draw.record.entered", at=minute_text(record.entered_at), dossier=plain(record.dossier), entry=record.entry,
        digest=record.digest,
    )  # fmt: skip
    yield say(f"draw.record.frame.{frame.of}", on=frame.on, sites=frame.sites)
    if frame.source:
        yield say("draw.record.source", source=plain(frame.source))
    yield say("draw.record.sha256", sha256=frame.sha256)
    yield say("draw.record.size", share=number(draw.share), sites=frame.sites, size=draw.size)
    yield say(
        "draw.record.limit", repeats=number(draw.repeats), size=draw.size, limit=draw.limit,
        reading=label(messages, "reading", draw.reading),
    )  # fmt: skip
    earlier = say("draw.join").join(one.id for one in draw.earlier)
    yield say("draw.record.earlier", ids=earlier) if earlier else say("draw.record.none_earlier")
    if draw.strata_by:
        yield say(
            "draw.record.strata",
            by=label(messages, "strata_by", draw.strata_by),
            strata=_strata(draw, messages),
        )
    yield say("draw.record.seed_given" if draw.seed_given else "draw.record.seed", seed=plain(draw.seed))
    yield say("draw.record.way")
    yield say("draw.record.chosen", size=draw.size)
    cells = {
        line.split("\t")[0]: dict(zip(COLUMNS, line.split("\t"), strict=False)) for line in record.frame_lines
    }
    again = set(draw.repeated)
    for place, key in enumerate(draw.chosen, start=1):
        one = cells.get(key, {})
        words = [key, one.get("name", ""), one.get("home", "")]
        words += [say("draw.repeated")] if key in again else []
        yield f"{place:>4}  " + "  ".join(plain(word) for word in words if word)
    yield say("draw.record.repeated", count=len(again), limit=draw.limit)


def chosen_csv(record: DrawRecord, messages: Messages) -> bytes:
    """抽中网站清单 CSV: utf-8 with mark, CRLF, no formula."""
    heads = [messages.text("draw.col.number"), *(messages.text(f"draw.col.{one}") for one in COLUMNS)]
    lines = {line.split("\t")[0]: line.split("\t") for line in record.frame_lines}
    again = set(record.draw.repeated)
    rows: list[list[Cell]] = []
    for place, key in enumerate(record.draw.chosen, start=1):
        shown = dict(zip(COLUMNS, lines[key], strict=True))
        cells = [_named(column, cell, messages) for column, cell in shown.items()]
        rows.append([place, *cells, _yes(key in again, messages)])
    return csv_text([*heads, messages.text("draw.col.repeated")], rows).encode("utf-8-sig")


def list_rows(found: Draws, messages: Messages) -> Iterator[list[str]]:
    """抽取一览各行 The cells of LIST_HEADS."""
    for one in found.draws:
        draw = one.draw
        yield [
            draw.id, minute_text(one.at)[:10], str(draw.frame.sites), str(draw.size),
            label(messages, "strata_by", draw.strata_by) if draw.strata_by else "–",
            f"{len(one.within)}/{draw.limit}", f"{len(one.last)}/{draw.limit}", plain(draw.seed),
        ]  # fmt: skip


def quarter_lines(found: Draws, messages: Messages) -> Iterator[str]:
    """各季度 Whether each has its draws, and what it repeats of the one before."""
    for one in found.quarters:
        lacks = one.wanted - one.draws
        way = "enough" if lacks <= 0 else "missed" if one.over else "due"
        if not one.draws:
            way = "none" if one.over else "none_yet"
        yield messages.text(
            f"draw.quarter.{way}", quarter=one.quarter, draws=one.draws, lacks=lacks, ends=one.ends, sites=one.sites,
            repeated=one.repeated, share=_percent(one.repeated, one.sites),
        )  # fmt: skip


def never_lines(found: Draws, messages: Messages, most: int) -> Iterator[str]:
    """从未抽到的网站"""
    yield messages.text("draw.never", count=len(found.never), sites=found.frame_sites)
    for line in found.never[:most]:
        key, name, *_ = [*line.split("\t"), ""]
        yield f"  {plain(key)}  {plain(name)}".rstrip()
    if len(found.never) > most:
        yield messages.text("draw.more", count=len(found.never) - most)


def result_lines(result: DrawResult, messages: Messages) -> Iterator[str]:
    """抽查情况文本 How many failed, passed, are left open and were not looked at; and what it says of all."""
    say, draw = messages.text, result.draw
    counts = {state.value: result.count(state) for state in DrawnState}
    yield say(
        "draw.result", id=draw.id, size=draw.size, since=minute_text(result.since), until=minute_text(result.until),
        by=label(messages, "fails_by", result.fails_by), **counts,
    )  # fmt: skip
    yield say(
        "draw.interval", sites=draw.frame.sites, low=result.low, high=result.high,
        low_share=_percent(result.low, draw.frame.sites), high_share=_percent(result.high, draw.frame.sites),
    )  # fmt: skip
    if counts["undecided"] or counts["unseen"]:
        yield say("draw.interval.open", count=counts["undecided"] + counts["unseen"])
    if draw.strata_by or any(one.chosen for one in draw.earlier):
        yield say("draw.interval.near")
    unseen = [one for one in result.sites if one.state is DrawnState.UNSEEN]
    if unseen:
        names = say("draw.join").join(plain(one.cells[1] or one.cells[0]) for one in unseen)
        yield say("draw.unseen", names=names)


def write_results(results: Sequence[DrawResult], path: Path, messages: Messages) -> int:
    """写抽查情况 By the ending: .csv, one draw after the other, or .xlsx, a sheet of sums and one for each draw. Returns the rows. Raises Fault."""
    heads = [messages.text(f"draw.col.{one}") for one in RESULT_HEADS]
    if path.suffix.lower() == ".csv":
        told = [messages.text("draw.col.draw"), *heads]
        rows = [[result.draw.id, *row] for result in results for row in _result_rows(result, messages)]
        write_whole(path, csv_text(told, rows).encode("utf-8-sig"))
        return len(rows)
    sums = Sheet(
        messages.text("draw.sums"),
        [messages.text(f"draw.col.{one}") for one in SUM_HEADS],
        map(_sums, results),
    )
    sheets = [Sheet(one.draw.id, heads, list(_result_rows(one, messages))) for one in results]
    write_book([sums, *sheets], path)
    return sum(len(one.sites) for one in results)


def _sums(result: DrawResult) -> list[Cell]:
    draw = result.draw
    counts = [result.count(state) for state in DrawnState]
    return [
        draw.id,
        draw.frame.sites,
        draw.size,
        *counts,
        result.low,
        result.high,
        result.since,
        result.until,
    ]


def _result_rows(result: DrawResult, messages: Messages) -> Iterator[list[Cell]]:
    for place, one in enumerate(result.sites, start=1):
        cells = dict(zip(COLUMNS, one.cells, strict=True))
        yield [
            place, cells["key"], cells["name"], cells["home"], cells["organiser"], cells["region"],
            label(messages, "drawn", one.state), one.band, _figures(one.low, one.high, messages), "; ".join(one.suspected),
            one.findings if one.run_id else None, one.audited_on, one.pack_id, _yes(one.repeated, messages),
        ]  # fmt: skip


def _figures(low: Decimal | None, high: Decimal | None, messages: Messages) -> Cell:
    if low is None or high is None:
        return None
    return high if low == high else messages.text("score.range", low=number(low), high=number(high))


def _strata(draw: Draw, messages: Messages) -> str:
    return messages.text("draw.strata.join").join(
        messages.text(
            "draw.stratum", name=_named(draw.strata_by, one.name, messages) or messages.text("draw.no_name"),
            sites=one.sites, drawn=one.drawn,
        )
        for one in draw.strata
    )  # fmt: skip


def _named(column: str | None, value: str, messages: Messages) -> str:
    family = _FAMILIES.get(column or "")
    return label(messages, family, value) if family and value else plain(value)


def _yes(value: bool, messages: Messages) -> str:
    return messages.text("draw.yes") if value else ""


def _percent(part: int, whole: int) -> str:
    """One decimal, half up, by whole numbers."""
    tenths = (part * 2000 + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"
