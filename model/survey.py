"""采集结果 What one crawl of one site amounts to once it is read: columns, links, coverage."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from pydantic import Field

from model.crawl import (
    Attempt,
    BrowserState,
    FetchOutcome,
    HostFacts,
    HostStop,
    LeftOver,
    Purpose,
    Rank,
    Scope,
    StopReason,
    TlsFacts,
)
from model.frozen import Frozen
from model.names import Names
from model.page import CommonLinks, Link, LinkPlace, LinkRelation, ListItem, PageFacts, PageKind
from model.profile import SiteProfile
from model.site import ColumnKind, Site, bare_name
from model.time import Moment
from model.visit import Visit

_NOT_MENU = (LinkPlace.LIST, LinkPlace.CONTENT, LinkPlace.FOOTER, LinkPlace.HIDDEN)
_INDEX = re.compile(r"/(?:index|default)\.\w+$")


class ColumnForm(StrEnum):
    """栏目形式 How a column presents itself."""

    LIST = "list"
    LANDING = "landing"  # gathers child columns
    SINGLE = "single"  # one page of text
    LINK_OUT = "link_out"  # the menu entry leads to another site
    UNKNOWN = "unknown"  # never seen: blocked, unreachable, not rendered, not fetched


class ListPage(NamedTuple):
    """列表页 One of the pages that a column's rows were read from. `first`: the order of the first row that only it, of those so far, shows."""

    first: int
    url: str
    snapshot_id: str


class Column(Frozen):
    """栏目 One column of the site. `key` is its site-relative address without index page and page number.

    `items` None: not observed (see `outcome`, `unread`); (): observed and empty. `complete`: every list page
    was read. `newest` is the greatest item date, not the first row's. `level` 1 is a column of the home
    page's navigation. `blank` is decided structurally by reading and only for observed columns.
    """

    key: str
    name: str
    url: str
    path: tuple[str, ...] = ()  # names from the top column down to this one
    kind: ColumnKind = ColumnKind.OTHER
    kind_source: str | None = None  # override, column_type, column_name, crumbs, navigation, title
    form: ColumnForm = ColumnForm.UNKNOWN
    level: int = 1
    in_disclosure: bool = False
    outcome: FetchOutcome = FetchOutcome.OK
    unread: str | None = None  # reason when not observed: blocked, not_rendered, left_over, unreachable …
    items: tuple[ListItem, ...] | None = None
    total: int | None = None
    pages_read: int = 0
    complete: bool = False
    blank: bool | None = None
    text_length: int | None = None
    page_date: date | None = None  # the date a single page shows
    rendered: bool = False
    snapshot_ids: tuple[str, ...] = ()
    list_pages: tuple[ListPage, ...] = ()  # what holds its rows, in their order
    found_on: tuple[str, ...] = ()  # pages whose menu leads here
    same_items_as: tuple[str, ...] = ()  # keys of columns with the very same rows
    elsewhere: ListItem | None = (
        None  # newest dated row of the page's other content lists (tabs, second boxes)
    )
    children: tuple[
        str, ...
    ] = ()  # keys of columns that breadcrumbs, nested menus or folders tell to lie below
    suggested: tuple[ColumnKind, ...] = ()  # kinds its name is merely like; for a person, never for a verdict
    proved_by: str | None = (
        None  # snapshot of the page whose like build shows that no script fills this blank one
    )
    proved_on: str | None = None  # its address
    bled_pages: tuple[str, ...] = ()  # further pages that showed another column's rows, and were left out
    # what a crawl that did not see the site whole left shut: names (of the columns that bear out its ColumnType),
    # address (another one of its own), page (the next of its list)
    unopened: str | None = None

    @cached_property
    def newest_item(self) -> ListItem | None:
        dated = [item for item in self.items or () if item.dated.value]
        return max(dated, key=lambda item: item.dated.value or date.min) if dated else None

    @property
    def newest(self) -> date | None:
        item = self.newest_item
        return item.dated.value if item else None

    @property
    def first_page(self) -> tuple[str, str | None]:
        """首页所见 Address and snapshot of the page that stands for the column."""
        return self.url, self.snapshot_ids[0] if self.snapshot_ids else None

    def shown_on(self, item: ListItem) -> tuple[str, str | None]:
        """条目所在 Address and snapshot of the page that shows one of the column's own rows."""
        held = self.list_pages[: bisect_right(self.list_pages, item.order, key=lambda page: page.first)]
        return (held[-1].url, held[-1].snapshot_id) if held else self.first_page

    @property
    def undated(self) -> int:
        return sum(1 for item in self.items or () if not item.dated.value)


class Row(NamedTuple):
    """条目出处 A list row and where it was read. `column` None: on a page that is no column's own list."""

    item: ListItem
    column: Column | None
    page_url: str
    snapshot_id: str | None


class Entry(NamedTuple):
    """入口 A link as one page shows it; the same words to the same address stand here once."""

    link: Link
    page: PageFacts


class MenuWord(NamedTuple):
    """菜单词 What one menu or breadcrumb says and where it leads ("": nowhere), with the first page that shows it.

    `bare`: its words without width, case and spaces.
    """

    bare: str
    words: str
    url: str
    page: PageFacts


class FoundOn(Frozen):
    """父页面 A page that carries a link, and how it shows it."""

    url: str
    snapshot_id: str
    title: str = ""
    anchor: str = ""
    place: LinkPlace = LinkPlace.OTHER
    home: bool = False


class LinkCheck(Frozen):
    """链接核验 One target, every page that links to it, and every attempt at it. Concludes nothing itself.

    `attempts` in order of time, those of earlier crawls first. `fragments`: parts of the page that links name and
    that it does not have, told only of a page that was read whole. `tls`: what its host shows, when https failed.
    """

    url: str
    relation: LinkRelation
    found_on: tuple[FoundOn, ...]
    attempts: tuple[Attempt, ...] = ()  # refined by reading: a 200 may be soft404
    fragments: tuple[str, ...] = ()
    tls: TlsFacts | None = None
    not_asked: str | None = (
        None  # why there is no attempt: max_external, asked_elsewhere, switched_off, left_over, acts
    )

    @property
    def anchor(self) -> str:
        """链接文字 The first words that any of the pages calls it by."""
        return next((parent.anchor for parent in self.found_on if parent.anchor), "")

    @property
    def on_home(self) -> bool:
        return any(parent.home for parent in self.found_on)


class Unread(Frozen):
    """无法核验 One thing that could not be checked, why, and how to mend it (`outcome.<cause>.remedy`)."""

    what: str  # column, page, link, site
    name: str
    url: str
    cause: str  # a FetchOutcome value, or left_over, no_browser, external_not_probed
    detail: str | None = None
    snapshot_id: str | None = None


class Coverage(Frozen):
    """采集覆盖 What was wanted, what was fetched, what was not and why."""

    wanted: int = 0
    fetched: int = 0
    outcomes: dict[FetchOutcome, int] = Field(default_factory=dict)
    robots_refused: tuple[str, ...] = ()
    left: tuple[LeftOver, ...] = ()
    host_stops: tuple[HostStop, ...] = ()
    stop: StopReason = StopReason.FINISHED
    unread: tuple[Unread, ...] = ()
    external_links: int = 0  # distinct external targets seen
    external_probed: int = 0  # those of them with an attempt, by this crawl or by another one the same night
    script_links: int = 0  # javascript:, # and the like, never dead links
    placeholder_links: int = 0
    browser: BrowserState = BrowserState()
    carried: int = 0  # of `fetched`, those nobody asked this time: they stand as they were seen before …
    carried_since: datetime | None = None  # … the oldest of them then
    by_head: int = 0  # of `carried`, those whose heads alone were asked for
    unmodified: int = 0  # of `fetched`, those of which the server said that they had not changed
    scope: Scope = Scope.WHOLE
    requests: int = 0  # to the site's own hosts; 0: nobody counted them …
    needed: int = 0  # … and how many had been made when the last page had come that verdicts on columns need

    @property
    def complete(self) -> bool:
        """采全 The site itself was seen whole. Targets of others have a budget of their own, and say nothing about it."""
        return self.scope is Scope.WHOLE and self.menus_complete

    @property
    def menus_complete(self) -> bool:
        """栏目采全 Nothing that the crawl set out to see was left: at least all that menus and columns lead to."""
        if self.host_stops or any(rest.rank is not Rank.EXTERNAL for rest in self.left):
            return False
        return self.stop is StopReason.FINISHED or (self.stop is StopReason.MAX_SECONDS and bool(self.left))


class Observation(Frozen):
    """采集结果 Everything a check may look at. Nothing later touches bytes."""

    site: Site
    moment: Moment
    run_id: str
    pages: tuple[PageFacts, ...] = ()
    columns: tuple[Column, ...] = ()
    links: tuple[LinkCheck, ...] = ()
    coverage: Coverage = Coverage()
    profile: SiteProfile | None = None  # what was known of the host, with what this crawl learned
    hosts: tuple[HostFacts, ...] = ()  # what was asked about the site's hosts beside their pages
    visits: tuple[Visit, ...] = ()  # availability visits kept before the moment, in order of time
    carried: tuple[str, ...] = ()  # snapshots nobody asked for this time: see Snapshot.carried
    unmodified: tuple[str, ...] = ()  # snapshots of which the server said that nothing had changed

    @cached_property
    def seen_whole(self) -> bool:
        """看全 The crawl left nothing behind, and the home page opened: a site that shows nobody anything was not seen."""
        return self.coverage.complete and self.menus_seen

    @cached_property
    def menus_seen(self) -> bool:
        """栏目看全 All that menus and columns lead to was seen, and the home page opened."""
        return self.coverage.menus_complete and self.home is not None and self.home.outcome.observed

    @cached_property
    def home(self) -> PageFacts | None:
        """首页 The home page as it was last read (the rendered one, if it was rendered)."""
        asked = [page for page in self.pages if page.purpose is Purpose.HOME]
        homes = asked or [page for page in self.pages if page.kind is PageKind.HOME]
        return homes[-1] if homes else None

    def columns_of(self, *kinds: ColumnKind) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind in kinds)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """全部条目 The rows of all columns, then those of other lists on pages that no column has."""
        found = [
            Row(item, column, *column.shown_on(item))
            for column in self.columns
            for item in column.items or ()
        ]
        known = {(row.item.url, row.item.title) for row in found}
        for page in self.pages:
            for item in (item for one in page.lists for item in one.items if page.outcome.observed):
                if (item.url, item.title) not in known:
                    known.add((item.url, item.title))
                    found.append(Row(item, None, page.final_url, page.snapshot_id))
        return tuple(found)

    def positions_in(self, keys: Iterable[str]) -> set[int]:
        """栏目条目 Positions in `rows` of what stands in these columns."""
        return {position for key in keys for position in self._rows_of.get(key, ())}

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position, row in enumerate(self.rows):
            if row.column is not None:
                found.setdefault(row.column.key, []).append(position)
        return found

    @cached_property
    def row_titles(self) -> Names:
        return Names(row.item.title for row in self.rows)

    @cached_property
    def column_names(self) -> Names:
        return Names(column.name for column in self.columns)

    @cached_property
    def page_titles(self) -> Names:
        return Names(page.title for page in self.pages)

    @cached_property
    def read_pages(self) -> tuple[PageFacts, ...]:
        """读到的页面 Those that were seen themselves."""
        return tuple(page for page in self.pages if page.outcome.observed)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """全部入口 Links with words, of all pages that were read; menus of other pages than their first are left out."""
        return self._entries_and_menus[0]

    @cached_property
    def menus(self) -> tuple[MenuWord, ...]:
        """全部菜单 What stands in menus and breadcrumbs of all pages, the same words to the same address once."""
        return self._entries_and_menus[1]

    @cached_property
    def _entries_and_menus(self) -> tuple[tuple[Entry, ...], tuple[MenuWord, ...]]:
        """Both at once: a page's links are many, and may have to be fetched from the disk to be looked at."""
        entries: dict[tuple[str, str], Entry] = {}
        menus: dict[tuple[str, str], MenuWord] = {}
        known: dict[tuple[bool, int], tuple[Link, ...]] = {}  # the very same links, which many pages share
        for page in self.pages:
            read = page.outcome.observed
            for among, links in ((True, page.navigation), *((False, run) for run in page.link_runs)):
                if (among, id(links)) in known:
                    continue
                if read and (among or isinstance(links, CommonLinks)):
                    known[among, id(links)] = links
                for link in links:
                    shown = (link.anchor, link.url)
                    if read and link.anchor and shown not in entries:
                        entries[shown] = Entry(link, page)
                    if shown not in menus and (among or link.place not in _NOT_MENU):
                        menus[shown] = MenuWord(bare_name(link.anchor), *shown, page)
            for crumb in page.crumbs:
                shown = (crumb.name, crumb.url or "")
                if shown not in menus:
                    menus[shown] = MenuWord(bare_name(crumb.name), *shown, page)
        return tuple(entries.values()), tuple(menus.values())

    @cached_property
    def entry_names(self) -> Names:
        return Names(entry.link.anchor for entry in self.entries)

    def column_at(self, url: str) -> Column | None:
        """网址的栏目 The column whose own page this is."""
        return self._column_at.get(plain_address(url))

    @cached_property
    def _column_at(self) -> dict[str, Column]:
        return {plain_address(column.url): column for column in self.columns}

    def page_at(self, url: str) -> PageFacts | None:
        """网址的页面 The page that was read at this address (the last one, if several times)."""
        return self._page_at.get(plain_address(url))

    @cached_property
    def _page_at(self) -> dict[str, PageFacts]:
        found: dict[str, PageFacts] = {}
        for page in self.pages:
            for url in (page.final_url, page.url):
                if page.outcome.observed or plain_address(url) not in found:
                    found[plain_address(url)] = page
        return found


def plain_address(url: str) -> str:
    """网址要素 An address without scheme, fragment, index page and last slash: enough to tell that two links mean one page."""
    place = url.partition("#")[0]
    return _INDEX.sub("", place.partition("://")[2]).rstrip("/") or place
