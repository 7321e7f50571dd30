"""阅读速度 Pages a second turned into facts, from saved pages or from the generated portal."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bench import labels
from bench.portal import AS_OF, build
from model import FetchOutcome, Moment, PageKind, Period, Purpose, Rank, Site, Snapshot
from reading import Guide, read
from reading.page import Page
from reading.tree import is_refused
from rules import column_directory

HOME = "http://bench.example/"
_SUFFIXES = (".html", ".htm", ".shtml")
_AT = datetime(2026, 11, 20, tzinfo=UTC)
_MIRROR_HOME = "http://mirror.example/"


class Stored(NamedTuple):
    """存下的一页 One page as a run keeps it."""

    snapshot: Snapshot
    body: bytes
    site: Site


class Share(NamedTuple):
    """一类页面 Pages of one kind and the CPU seconds their facts took."""

    pages: int
    seconds: float


_WARMING = 30


class ReadingSpeed(NamedTuple):
    """阅读速度 CPU seconds for all pages: the facts of each, and the light pass a crawl makes over each.

    `kinds` by page kind. `repaired` names the pages that lxml refused whole, so that BeautifulSoup mended them.
    """

    pages: int
    megabytes: float
    facts_seconds: float
    guide_seconds: float
    kinds: dict[PageKind, Share]
    repaired: tuple[str, ...]


def reading_speed(pages: list[Stored]) -> ReadingSpeed:
    """量阅读 Every page is read once, as an audit does: what one page taught about addresses serves the next.

    A few pages are read before the clock starts, so that tables loaded once a process count for no page.
    """
    directory = column_directory()
    for snapshot, body, site in pages[:_WARMING]:
        read(snapshot, body, site, directory)
    kinds: dict[PageKind, Share] = {}
    for snapshot, body, site in pages:
        began = time.process_time()
        facts = read(snapshot, body, site, directory)
        spent = time.process_time() - began
        before = kinds.get(facts.kind, Share(0, 0.0))
        kinds[facts.kind] = Share(before.pages + 1, before.seconds + spent)
    guides = {
        page.site.home: Guide(page.site, directory, Moment(as_of=AS_OF), Period(months=12)) for page in pages
    }
    began = time.process_time()
    for snapshot, body, site in pages:
        guides[site.home].step(snapshot, body)
    guide_seconds = time.process_time() - began
    return ReadingSpeed(
        pages=len(pages),
        megabytes=sum(len(page.body) for page in pages) / 1e6,
        facts_seconds=sum(share.seconds for share in kinds.values()),
        guide_seconds=guide_seconds,
        kinds=kinds,
        repaired=tuple(page.snapshot.url for page in pages if is_refused(Page(*page).source)),
    )


def generated_pages(pages: int, seed: int) -> list[tuple[str, bytes]]:
    """生成的页面 Every HTML page of the generated portal that is there."""
    return [
        (HOME.rstrip("/") + path, answer.body)
        for path, answer in build(pages, seed).answers.items()
        if answer.status == 200 and answer.content_type == "text/html"
    ]


def folder_pages(folder: Path, most: int) -> list[tuple[str, bytes]]:
    """文件夹里的页面 At most `most` HTML files under `folder`, in order of path."""
    return [
        (HOME + path.relative_to(folder).as_posix(), path.read_bytes())
        for path in islice(_html(folder), most)
    ]


def stored(pages: list[tuple[str, bytes]]) -> list[Stored]:
    """当作存下的页面 `pages` are (address, body), all of one site."""
    site = Site(home=HOME)
    return [Stored(_snapshot(number, url, body), body, site) for number, (url, body) in enumerate(pages)]


def real_pages(folder: Path) -> list[Stored]:
    """真实页面 The saved single pages and every page of the saved whole sites."""
    made = [Stored(label.snapshot, label.body, label.site) for label in labels.saved_pages(folder)]
    site = Site(home=_MIRROR_HOME)
    for root in sorted((folder / "mirrors").glob("*/site")):
        for path in _html(root):
            url = _MIRROR_HOME + path.relative_to(root).as_posix().removesuffix("index.html")
            body = path.read_bytes()
            made.append(Stored(_snapshot(len(made), url, body), body, site))
    return made


def _html(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES and path.is_file())


def _snapshot(number: int, url: str, body: bytes) -> Snapshot:
    return Snapshot(
        id=f"bench/{number:06d}", run_id="bench", url=url, final_url=url, purpose=Purpose.COLUMN, rank=Rank.COLUMN,
        fetched_at=_AT, outcome=FetchOutcome.OK, status=200, headers={"content-type": "text/html"}, size=len(body),
    )  # fmt: skip
