"""阅读速度 Pages a second turned into facts, from a folder of saved pages or from the generated portal."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.portal import AS_OF, build
from model import FetchOutcome, Moment, Period, Purpose, Rank, Site, Snapshot
from reading import Guide, read
from rules import column_directory

HOME = "http://bench.example/"
_SUFFIXES = (".html", ".htm", ".shtml")
_AT = datetime(2026, 11, 20, tzinfo=UTC)


class ReadingSpeed(NamedTuple):
    """阅读速度 Seconds for all pages: the facts of each, and the light pass a crawl makes over each."""

    pages: int
    megabytes: float
    facts_seconds: float
    guide_seconds: float


def reading_speed(pages: list[tuple[str, bytes]]) -> ReadingSpeed:
    """量阅读 `pages` are (address, body)."""
    site, directory = Site(home=HOME), column_directory()
    stored = [(_snapshot(number, url, body), body) for number, (url, body) in enumerate(pages)]
    began = time.perf_counter()
    for snapshot, body in stored:
        read(snapshot, body, site, directory)
    facts_seconds = time.perf_counter() - began
    guide = Guide(site, directory, Moment(as_of=AS_OF), Period(months=12))
    began = time.perf_counter()
    for snapshot, body in stored:
        guide.step(snapshot, body)
    guide_seconds = time.perf_counter() - began
    return ReadingSpeed(len(stored), sum(len(body) for _, body in stored) / 1e6, facts_seconds, guide_seconds)


def generated_pages(pages: int, seed: int) -> list[tuple[str, bytes]]:
    """生成的页面 Every HTML page of the generated portal that is there."""
    return [
        (HOME.rstrip("/") + path, answer.body)
        for path, answer in build(pages, seed).answers.items()
        if answer.status == 200 and answer.content_type == "text/html"
    ]


def saved_pages(folder: Path, most: int) -> list[tuple[str, bytes]]:
    """存下的页面 At most `most` HTML files under `folder`, in order of path."""
    files: Iterator[Path] = (
        path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES and path.is_file()
    )
    return [
        (HOME + path.relative_to(folder).as_posix(), path.read_bytes())
        for path, _ in zip(files, range(most), strict=False)
    ]


def _snapshot(number: int, url: str, body: bytes) -> Snapshot:
    return Snapshot(
        id=f"bench/{number:06d}", run_id="bench", url=url, final_url=url, purpose=Purpose.COLUMN, rank=Rank.COLUMN,
        fetched_at=_AT, outcome=FetchOutcome.OK, status=200, headers={"content-type": "text/html"}, size=len(body),
    )  # fmt: skip
