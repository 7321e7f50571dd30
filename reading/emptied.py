"""空白的证明 Whether a page that shows nothing holds nothing: what other pages of its site say about its scripts."""

from collections import Counter
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from model import Build, PageFacts, PageKind

_OWN, _LONG = 20, 20  # characters: of lines no other page has, and of a line that most pages do not have
_SPOKEN = 60
_SHARED = 2  # pages that show one and the same thing: the template's


class Emptiness(Enum):
    """空白与否"""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    SHOWS = (
        "shows"  # it shows something: a drawing, a film, words beside the places where words are looked for
    )


class Shown(NamedTuple):
    """所凭之页 Snapshot and address of a page that came written out."""

    snapshot_id: str
    url: str


NOWHERE = Shown("", "")


class Siblings:
    """同站页面 What pages that came with rows or words carry: scripts found there, over places found there, fill nothing.

    The same scripts on a page whose list came written out did not have to fill that list.
    """

    def __init__(self) -> None:
        self._full: dict[
            tuple[bool, frozenset[int], frozenset[int]], Shown
        ] = {}  # by what they carry: the first's snapshot
        self._shows: Counter[int] = Counter()
        self._lines: Counter[int] = Counter()
        self._pages = 0

    def add(self, page: PageFacts) -> None:
        """记入 One page of the site, as it was read."""
        if page.build is None:
            return
        self._pages += 1
        self._shows.update(page.build.shows)
        self._lines.update(page.build.lines)
        rows = page.main_list is not None and bool(page.main_list.items)
        if not page.rendered and (rows or (page.kind is PageKind.SINGLE and page.text_length >= _SPOKEN)):
            self.carry(page.build, rows, Shown(page.snapshot_id, page.final_url))

    def carry(self, build: Build, rows: bool, shown: Shown = NOWHERE) -> None:
        """记入构造 A page that came with its rows, or else its words, written out."""
        self._full.setdefault((rows, frozenset(build.scripts), frozenset(build.spots)), shown)

    def prove(self, build: Build, rows: bool) -> bool:
        """证明 Whether no script of a page could fill it; of a list without a place only pages with `rows` say so."""
        return build.proof is not None or self._prover(build, rows) is not None

    def proved_by(self, page: PageFacts) -> Shown | None:
        """凭哪一页 The page that proves it; None when the page is proof itself."""
        if page.build is None or page.build.proof is not None:
            return None
        return self._prover(page.build, page.main_list is not None)

    def _prover(self, build: Build, rows: bool) -> Shown | None:
        scripts, bare = set(build.scripts), set(build.bare)
        return next(
            (
                shown
                for (listed, known, spots), shown in self._full.items()
                if (listed or bare or not rows) and scripts <= known and bare <= spots
            ),
            None,
        )

    def of(self, page: PageFacts) -> Emptiness:
        """判定 What a page that seems to hold nothing is known to hold."""
        build = page.build
        if build is None:
            return Emptiness.UNPROVEN
        if page.main_list is None and self._speaks(build):
            return Emptiness.SHOWS
        if build.proof != "told" and any(self._shows[one] < _SHARED for one in build.shows):
            return Emptiness.SHOWS
        lists = page.main_list is not None
        if build.proof != "told" and self._may_speak(build, lists):
            return Emptiness.UNPROVEN
        return Emptiness.PROVEN if self.prove(build, lists) else Emptiness.UNPROVEN

    def _speaks(self, build: Build) -> bool:
        """Whether lines stand on the page that no other page has."""
        return sum(line & 1023 for line in build.lines if self._lines[line] == 1) >= _OWN

    def _may_speak(self, build: Build, lists: bool) -> bool:
        """Whether a long line stands on it that is not the template's: most pages lack it, and beside a list all others do."""
        long = [self._lines[line] for line in build.lines if line & 1023 >= _LONG]
        return any(count == 1 or (not lists and count * 2 < self._pages) for count in long)


def siblings_of(pages: Iterable[PageFacts]) -> Siblings:
    """同站页面之集 All pages of a site."""
    made = Siblings()
    for page in pages:
        made.add(page)
    return made
