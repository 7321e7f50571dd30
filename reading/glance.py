"""一瞥 What the crawl asks of a page while it is on, small enough to cross from one process to another and to be kept.

The live pass looks at a View: at the page itself, or at what was noted of it where it was read (`Sight`).
"""

from collections.abc import Iterable
from functools import partial
from operator import attrgetter

from model import Build, FetchOutcome, ItemList, Purpose, Snapshot, TextPrint
from model.frozen import Frozen, made
from reading.adapters.protocol import Query
from reading.address import is_own
from reading.page import Page
from reading.view import Linked, Way

NO_PRINT = TextPrint(length=0, simhash="0" * 16)


class Glance(Frozen):
    """一瞥 A View without its snapshot. What the crawl never asks of such a page is left at what is here."""

    url: str
    outcome: FetchOutcome
    is_html: bool
    is_answer: bool = False
    is_page: bool = False
    is_home: bool = False
    sends_back: bool = False
    jump: str | None = None
    title: str = ""
    lines: frozenset[str] = frozenset()  # of a home page only
    opening_size: int = 0
    text_size: int = 0
    text_print: TextPrint = NO_PRINT
    shell: str | None = None
    holds: bool = False
    tells_by_script: bool = False
    seems_empty: bool = False
    build: Build | None = None
    main_list: ItemList | None = None
    is_paged: bool = False
    next_url: str | None = None
    query: Query | None = None
    is_framed: bool = False
    following: Query | None = None
    other_query: Query | None = None
    crumb_urls: frozenset[str] = frozenset()
    every_link: tuple[Way, ...] = ()
    shown: int = 0  # of `every_link`, those at its beginning that stand in the page itself
    sheet: tuple[Way, ...] | None = None

    @property
    def shown_links(self) -> tuple[Way, ...]:
        return self.every_link[: self.shown]

    def at(self, snapshot: Snapshot) -> "Sight":
        """所见 As what came with this snapshot."""
        return made(Sight, {**self.__dict__, "snapshot": snapshot})


_looked_at = attrgetter(*Way._fields)
_way = partial(tuple.__new__, Way)  # without a step of Python's for each of fifty links
_BLANK = {name: field.default for name, field in Glance.model_fields.items()}  # what must be told is told


class Sight(Glance):
    """所见之页 A glance with the snapshot it belongs to: a View like the page itself."""

    snapshot: Snapshot


def wants_page(snapshot: Snapshot) -> bool:
    """须见原页 Whether the crawl looks at more of it than a glance tells: answers to made-up addresses are learned from."""
    return snapshot.purpose is Purpose.SIBLING


def glance_of(page: Page) -> Glance:
    """取一瞥 Pure. What the page holds is noted only as far as the crawl could ask for it."""
    outcome, is_html = page.outcome, page.is_html
    told: dict[str, object] = {"url": page.url, "outcome": outcome, "is_html": is_html}
    if page.snapshot.purpose is Purpose.CONTROL:
        return _glance(told)
    told |= {"is_answer": page.is_answer, "is_page": page.is_page}
    if outcome is FetchOutcome.OK and page.sheet is not None:
        told["sheet"] = _ways(page.sheet)
    own = is_html and is_own(page.url, page.site)
    if page.is_answer or (own and outcome is FetchOutcome.OK):
        told |= _contents(page)
    elif own:
        told |= {"jump": page.jump, "title": page.title}
    if outcome is FetchOutcome.OK:
        told["sends_back"] = page.sends_back
    return _glance(told)


def _glance(told: dict[str, object]) -> Glance:
    return made(Glance, {**_BLANK, **told})


def _contents(page: Page) -> dict[str, object]:
    return {
        "main_list": page.main_list,
        "following": page.following,
        "other_query": page.other_query,
        "every_link": _ways(page.every_link),
        "is_home": page.is_home,
        "jump": page.jump,
        "title": page.title,
        "lines": page.lines if page.snapshot.purpose is Purpose.HOME else frozenset(),
        "opening_size": page.opening_size,
        "text_size": page.text_size,
        "text_print": page.text_print,
        "shell": page.shell,
        "holds": page.holds,
        "tells_by_script": page.tells_by_script,
        "seems_empty": page.seems_empty,
        "build": page.build,
        "is_paged": page.is_paged,
        "next_url": page.next_url,
        "query": page.query,
        "is_framed": page.is_framed,
        "crumb_urls": page.crumb_urls,
        "shown": len(page.shown_links),
    }


def _ways(links: Iterable[Linked]) -> tuple[Way, ...]:
    return tuple(map(_way, map(_looked_at, links)))
