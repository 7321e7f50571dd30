"""串栏目 Further pages of a list that show another column's rows: left out, so that no column is judged by them.

Seen on two district sites whose `/class/X/2` answers with some other column.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from model import PageFacts, PageKind, Site, Snapshot
from model.site import bare_name
from reading.address import column_key, is_own
from reading.column_rows import positions
from reading.kinds import own_name
from reading.sightings import Sighting

_FEW = 3
_LONGEST = 500
_FILE = re.compile(r"(?:/(?:19|20)\d{2}(?:[-_]?\d{1,2}){0,2}(?:/\d{1,2}){0,2})?/([^/]*)$")
_NUMBERED = re.compile(r"art_(?:\d{1,9}|[0-9a-f]{32})_")


class Bleed(NamedTuple):
    """串栏目 `pages` by address that are another column's; `doubtful` when others may be, and stay."""

    pages: tuple[str, ...] = ()
    doubtful: bool = False


def bleeds(sightings: Mapping[str, Sighting], site: Site) -> dict[str, Bleed]:
    """各栏目的串页 By column key, only columns that have such pages or doubts.

    A page is another column's when it bears that column's name and shares no folder of rows with page 1, or
    when all its rows are that column's and lie in another folder than those of page 1. A page 1 of several
    folders, or with rows that other columns show too, proves nothing: such a column gathers others.
    """
    long = [key for key, seen in sightings.items() if len(_lists(seen)) > 1]
    if not long:
        return {}
    others = _Others(sightings, site)
    found = {key: _bleed(sightings[key], others) for key in long}
    return {key: bleed for key, bleed in found.items() if bleed.pages or bleed.doubtful}


class _Others:
    """旁栏目 Whose rows and names are whose."""

    def __init__(self, sightings: Mapping[str, Sighting], site: Site) -> None:
        self.site = site
        self.keys = set(sightings)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.rows: dict[str, set[str]] = defaultdict(set)
        self.families: dict[str, set[str]] = defaultdict(set)
        for key, seen in sightings.items():
            pages = [page for _, page in _lists(seen)]
            for name in seen.anchors:
                self.names[bare_name(name)].add(key)
            if not pages:
                continue
            own = own_name(pages[0])
            if own:
                self.names[bare_name(own)].add(key)
            first = self.families_of(pages[0])
            for page in pages:
                # what may itself be another's page tells nothing of this column's rows
                if page is pages[0] or first & self.families_of(page):
                    for url in _urls(page):
                        self.rows[url].add(key)
            for family in first:
                self.families[family].add(key)

    def families_of(self, page: PageFacts) -> set[str]:
        return {_family(url) for url in _urls(page) if is_own(url, self.site)}

    def named(self, page: PageFacts, key: str) -> str | None:
        """The other column whose name and breadcrumb a page bears."""
        own = own_name(page)
        if own is None:
            return None
        url = page.crumbs[-1].url if page.crumbs and page.crumbs[-1].name == own else None
        known = {column_key(url, self.site)} & self.keys if url else self.names.get(bare_name(own), set())
        return min(known) if known and key not in known and len(known) == 1 else None

    def showing(self, page: PageFacts, key: str) -> str | None:
        """The other column that shows every row of a page."""
        urls = _urls(page)
        if len(urls) < _FEW:
            return None
        shared = set.intersection(*(self.rows.get(url, set()) for url in urls)) - {key}
        return min(shared) if shared else None

    def elsewhere(self, families: set[str], key: str) -> bool:
        """Whether rows of these folders are at home in another column, neither above nor below this one."""
        homes = set().union(*(self.families.get(one, set()) for one in families))
        return any(home != key and not _within(home, key) for home in homes)


def _bleed(seen: Sighting, others: _Others) -> Bleed:
    (_, first), *further = _lists(seen)
    steps = {bare_name(crumb.name) for crumb in first.crumbs}
    mine = others.families_of(first)
    gathers = any(others.rows.get(url, set()) - {seen.key} for url in _urls(first))
    pages: list[str] = []
    doubtful = False
    for address, page in further:
        theirs = others.families_of(page)
        apart = bool(mine and theirs) and not mine & theirs
        showing = others.showing(page, seen.key)
        named = others.named(page, seen.key)
        if named and (_within(named, seen.key) or bare_name(own_name(page) or "") in steps):
            named = None  # a section above or a part below, not another column
        single = apart and len(mine) == len(theirs) == 1 and len(_urls(first)) >= _FEW and not gathers
        if (named and (apart or showing)) or (single and showing and not _within(showing, seen.key)):
            pages.append(address)
        elif named or (single and others.elsewhere(theirs, seen.key)):
            doubtful = True
    return Bleed(tuple(pages), doubtful)


def _within(other: str, key: str) -> bool:
    """Whether one of two columns lies in the folder of the other."""
    return any(
        one.endswith("/") and two.startswith(one) and one != "/" for one, two in ((other, key), (key, other))
    )


def _lists(seen: Sighting) -> list[tuple[str, PageFacts]]:
    """The list pages of a column in order, with their addresses."""
    pairs: list[tuple[Snapshot, PageFacts]] = [
        pair for pair in seen.pages if pair[1].outcome.observed and pair[1].kind is PageKind.LIST
    ]
    if len(pairs) > 1:
        places = positions(pairs)
        pairs.sort(key=lambda pair: (places[pair[1].url], pair[0].address))
    return [(snapshot.address, facts) for snapshot, facts in pairs]


def _urls(page: PageFacts) -> list[str]:
    return [item.url for item in page.main_list.items if item.url] if page.main_list else []


def _family(url: str) -> str:
    """The folder of a content page without year, month and day; 大汉's column number where the name has it."""
    path = url[:_LONGEST].partition("?")[0]
    found = _FILE.search(path)
    if found is None:
        return path
    numbered = _NUMBERED.match(found.group(1))
    return path[: found.start()] + (f"/{numbered.group(0)}" if numbered else "")
