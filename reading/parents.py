"""父页面簿 Which pages link to which targets, in few bytes: a large site has half a million of such pairs, and of most nobody asks.

A parent of a target is one number: that of the page, and that of how it shows the link. They become FoundOn when somebody
asks for the parents of a target.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from model import FoundOn, Link, LinkPlace, LinkRelation, PageFacts, PageKind
from model.frozen import made
from model.lying import ANCHOR, ON_HOME
from reading.address import folder_of

MOST_PARENTS = (
    200  # kept of a target that is there: a footer stands on every page of a site, and accuses nobody
)
_MOST_TITLE = 200  # characters
_BITS = 32  # of how a page shows a link; above them stands the page
_SHOWN = (1 << _BITS) - 1


class Page(NamedTuple):
    """页 One that carries links, while they are entered. `key`: `/a/` and `/a/index.html` are one page, counted once."""

    key: str
    home: bool
    number: int


class Book:
    """簿 Pages and ways to show a link, by number."""

    def __init__(self) -> None:
        self._pages: list[PageFacts] = []
        self._shown: list[tuple[str, LinkPlace]] = []
        self._numbers: dict[tuple[str, LinkPlace], int] = {}

    def page(self, facts: PageFacts) -> Page:
        """记一页"""
        self._pages.append(facts)
        return Page(folder_of(facts.url), is_home(facts), len(self._pages) - 1)

    def entry(self, link: Link, page: Page) -> int:
        """记一处 The number that stands for this link on this page."""
        shown = (link.anchor[:_MOST_TITLE], link.place)
        number = self._numbers.get(shown)
        if number is None:
            number = self._numbers[shown] = len(self._shown)
            self._shown.append(shown)
        return page.number << _BITS | number

    def close(self) -> None:
        """记毕 Nothing more is entered."""
        self._numbers.clear()

    def on_home(self, entry: int) -> bool:
        return is_home(self._pages[entry >> _BITS])

    def anchor_of(self, entry: int) -> str:
        return self._shown[entry & _SHOWN][0]

    def place_of(self, entry: int) -> LinkPlace:
        return self._shown[entry & _SHOWN][1]

    def found_on(self, entry: int) -> FoundOn:
        """展开"""
        page, (anchor, place) = self._pages[entry >> _BITS], self._shown[entry & _SHOWN]
        told = {
            "url": page.url,
            "snapshot_id": page.snapshot_id,
            "title": page.title[:_MOST_TITLE],
            "anchor": anchor,
            "place": place,
            "home": is_home(page),
        }
        return made(FoundOn, told)


def is_home(page: PageFacts) -> bool:
    """是否首页"""
    return page.kind is PageKind.HOME


class Shown:
    """所在 Whom a LinkCheck asks for its parents."""

    __slots__ = ("_book", "_entries")

    def __init__(self, book: Book, parents: Mapping[str, int]) -> None:
        self._book = book
        self._entries = array("Q", (entry for _, entry in sorted(parents.items()))).tobytes()

    def __getitem__(self, name: str) -> Any:
        book, entries = self._book, array("Q", self._entries)
        if name == ANCHOR:
            return next((anchor for one in entries if (anchor := book.anchor_of(one))), "")
        if name == ON_HOME:
            return any(book.on_home(one) for one in entries)
        return tuple(map(book.found_on, entries))


class Parents:
    """父页面 Targets with what they are and the pages that carry them, each once, as it shows them best."""

    def __init__(self, is_there: Callable[[str], bool], book: Book) -> None:
        self.relations: dict[str, LinkRelation] = {}
        self.pages: dict[str, dict[str, int]] = {}  # entries of the book by the page's key
        self.followed: set[str] = set()  # those that something else than a form leads to
        self._is_there, self._book = is_there, book

    def add(self, link: Link, page: Page) -> None:
        self.relations.setdefault(link.url, link.relation)
        if link.tag != "form":
            self.followed.add(link.url)
        known = self.pages.setdefault(link.url, {})
        before = known.get(page.key)
        if before is not None:
            if self._book.place_of(before) is not LinkPlace.HIDDEN or link.place is LinkPlace.HIDDEN:
                return
        elif not page.home and self._enough(link.url, known):
            return
        known[page.key] = self._book.entry(link, page)

    def settled(self, url: str, page: Page) -> bool:
        """已满 Whether a page that is no home page, and that was not looked at before, adds nothing any more."""
        known = self.pages.get(url, {})
        return page.key not in known and self._enough(url, known)

    def lend(self, sheets: Iterable[str]) -> None:
        """转至父页 What stands in a style sheet stands on every page that uses the sheet."""
        for sheet in sheets:
            users = self.pages.get(sheet, {})
            page = folder_of(sheet)
            for url, known in self.pages.items() if users else ():
                if page in known and url != sheet and not self._enough(url, known):
                    known.update((user, found) for user, found in users.items() if user not in known)

    def _enough(self, url: str, known: Mapping[str, int]) -> bool:
        return len(known) >= MOST_PARENTS and self._is_there(url)
