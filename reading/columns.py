"""栏目 The columns of a site, put together from menus, breadcrumbs, metas and list pages."""

from collections import Counter
from collections.abc import Iterable

from model import (
    Column,
    ColumnDirectory,
    ColumnForm,
    ColumnKind,
    CommonLinks,
    CrawlReport,
    FetchOutcome,
    Link,
    LinkPlace,
    LinkRelation,
    ListItem,
    PageFacts,
    PageKind,
    Site,
    Snapshot,
)
from reading.address import column_key
from reading.bleed import Bleed, bleeds
from reading.column_rows import (
    in_order,
    is_complete,
    list_pages,
    positions,
    rows_of,
    with_article_dates,
    with_twins,
)
from reading.disclosure import in_disclosure
from reading.emptied import Emptiness, Siblings, siblings_of
from reading.kinds import NO_METAS, TypeMetas, kind_of, names_of, override_of, type_metas
from reading.kinship import with_kin
from reading.likeness import like_kinds
from reading.shelf import Shelf
from reading.sightings import Sighting, sightings_of
from reading.unopened import unopened_of

_FORMS = {
    PageKind.LIST: ColumnForm.LIST,
    PageKind.LANDING: ColumnForm.LANDING,
    PageKind.JUMP: ColumnForm.LANDING,
    PageKind.SINGLE: ColumnForm.SINGLE,
    PageKind.FORM: ColumnForm.SINGLE,
    PageKind.ARTICLE: ColumnForm.SINGLE,
    PageKind.OTHER: ColumnForm.SINGLE,
}
_NAME_ORDER = ("column_name", "crumbs", "navigation", "column_type", "title")
_TEMPLATE_PAGES = 3
_FILLING = (LinkRelation.IMAGE, LinkRelation.ATTACHMENT)
_NO_BLEED = Bleed()
_SHOWN = (LinkPlace.OTHER, LinkPlace.CONTENT, LinkPlace.LIST)


def columns_of(
    site: Site, shelf: Shelf, readable: list[PageFacts], report: CrawlReport, directory: ColumnDirectory
) -> tuple[Column, ...]:
    """合成栏目 All columns in order of key. Articles are no columns; dead and unread ones are."""
    sightings = sightings_of(site, shelf, readable)
    furniture, siblings = _furniture(readable), siblings_of(readable)
    bled = bleeds(sightings, site)
    types = type_metas([page for seen in sightings.values() if (page := _shown(seen))], directory)
    found_on = _FoundOn()
    made = []
    for key in sorted(sightings):
        seen, bleed = sightings[key], bled.get(key, _NO_BLEED)
        seen.pages = [pair for pair in seen.pages if pair[0].address not in bleed.pages]
        column = _column(seen, site, shelf, report, directory, furniture, found_on, types)
        if column is not None and column.blank:
            column = _proven(column, seen, siblings)
        if column is not None and bleed is not _NO_BLEED:
            column = column.model_copy(update={"bled_pages": bleed.pages, "complete": False})
        if column is not None:  # what many columns have in common stays one object
            made.append(column.model_copy(update={"found_on": found_on(seen)}))
    return with_twins(with_kin(made, {snapshot.id: facts for snapshot, facts in shelf.pairs}, site))


def _column(
    seen: Sighting,
    site: Site,
    shelf: Shelf,
    report: CrawlReport,
    directory: ColumnDirectory,
    furniture: frozenset[str],
    found_on: "_FoundOn",
    types: TypeMetas = NO_METAS,
) -> Column | None:
    anchors = tuple(seen.anchors)
    if seen.outside:
        kind, source = kind_of(seen.key, None, anchors, site, directory)
        name = anchors[0] if anchors else seen.key
        return Column(
            key=seen.key,
            name=name,
            url=seen.key,
            kind=kind,
            kind_source=source,
            form=ColumnForm.LINK_OUT,
            level=1,
            in_disclosure=in_disclosure(seen.key, *anchors),
            found_on=found_on(seen),
            suggested=like_kinds(name, directory) if kind is ColumnKind.OTHER else (),
        )
    places = positions(seen.pages)
    pages = sorted(
        seen.pages,
        key=lambda pair: (
            places[pair[1].url],
            bool(pair[1].fills),
            not pair[1].outcome.observed,
            pair[0].address,
        ),
    )
    observed = [pair for pair in pages if pair[1].outcome.observed]
    readable = observed or pages
    first = readable[0] if readable else None
    facts = first[1] if first else None
    if facts is not None and facts.outcome.observed and not _is_column(facts, seen):
        return None
    url = first[0].url if first else next(iter(seen.urls))
    shown = facts if facts is not None and facts.outcome.observed else None
    kind, source = kind_of(seen.key, shown, anchors, site, directory, types)
    names = tuple(crumb.name for crumb in shown.crumbs) if shown else ()
    override = override_of(seen.key, site)
    name = (override.name if override else None) or _name(seen.key, shown, anchors)
    outcome, unread = _state(first, url, report, shelf)
    held = in_order(observed)
    lists = [found for *_, found in held]
    form = _FORMS.get(shown.kind, ColumnForm.UNKNOWN) if shown else ColumnForm.UNKNOWN
    moved = bool(first and shown and _moved(first[0], seen.key, site))
    if moved:
        form = ColumnForm.LANDING
    items = None
    if form is ColumnForm.LIST and unread is None:
        items = with_article_dates(rows_of(lists), shelf)
    complete = is_complete(observed) if items is not None else False
    unopened = unopened_of(seen, observed, source, complete, shelf, report, site) if shown else None
    return Column(
        key=seen.key,
        name=name,
        url=url,
        path=names if names and names[-1] == name else (*names, name),
        kind=kind,
        kind_source=source,
        form=form,
        level=seen.level,
        in_disclosure=in_disclosure(seen.key, name, *names),
        outcome=outcome,
        unread=unread,
        items=items,
        total=next((found.total for found in lists if found.total is not None), None)
        if items is not None
        else None,
        pages_read=len(lists) if items is not None else int(shown is not None),
        complete=complete,
        blank=_blank(form, items, shown, moved, furniture) if unread is None else None,
        text_length=shown.text_length if shown else None,
        page_date=shown.dated.value if shown and shown.dated else None,
        rendered=bool(shown and shown.rendered),
        # what holds the rows goes first: a finding that quotes one names it
        snapshot_ids=tuple(
            pair[0].id for pair in sorted(pages, key=lambda pair: (places[pair[1].url], not pair[1].fills))
        ),
        list_pages=list_pages(held, url) if items is not None else (),
        found_on=found_on(seen),
        suggested=like_kinds(name, directory) if kind is ColumnKind.OTHER and source is None else (),
        unopened=unopened,
    )


def _shown(seen: Sighting) -> PageFacts | None:
    """The column's page whose metas count: one that was seen, not a further page of its list nor an answer."""
    pages = [facts for _, facts in seen.pages if facts.outcome.observed and not facts.fills]
    return min(pages, key=lambda facts: facts.page_number or 1, default=None)


def _name(key: str, page: PageFacts | None, anchors: tuple[str, ...]) -> str:
    told = {source: name for source, name in reversed(names_of(page, anchors))}
    names = [told[source] for source in _NAME_ORDER if told.get(source)]
    return (names or [key])[0][:80]


def _state(
    first: tuple[Snapshot, PageFacts] | None, url: str, report: CrawlReport, shelf: Shelf
) -> tuple[FetchOutcome, str | None]:
    if first is not None:
        outcome, asks = first[1].outcome, first[1].asks
        unasked = asks is not None and asks not in shelf.best and bool(report.left)
        return outcome, None if outcome.observed else "left_over" if unasked else outcome.value
    if url in report.robots_refused:
        return FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_ROBOTS.value
    return FetchOutcome.OK, "left_over"


def _moved(snapshot: Snapshot, key: str, site: Site) -> bool:
    """The server sends this address on to another column of the site, or away from it."""
    return column_key(snapshot.url, site) == key != column_key(snapshot.final_url, site)


class _FoundOn:
    """Pages whose menus lead to a column: one tuple for all columns that the same menus name."""

    def __init__(self) -> None:
        self._known: dict[frozenset[int], tuple[str, ...]] = {}

    def __call__(self, seen: Sighting) -> tuple[str, ...]:
        menus = frozenset(seen.found_on)
        if menus not in self._known:
            self._known[menus] = tuple(sorted({url for pages in seen.found_on.values() for url in pages}))
        return self._known[menus]


def _furniture(readable: list[PageFacts]) -> frozenset[str]:
    """Images that stand on several pages belong to the template, not to a page's content."""
    common: dict[int, frozenset[str]] = {}
    counts: Counter[str] = Counter()
    for facts in readable:
        images: set[str] = set()
        for run in facts.link_runs:
            if not isinstance(run, CommonLinks):
                images |= _images(run)
                continue
            if id(run) not in common:
                common[id(run)] = _images(run)
            images |= common[id(run)]
        counts.update(images)
    return frozenset(url for url, count in counts.items() if count >= _TEMPLATE_PAGES)


def _images(links: Iterable[Link]) -> frozenset[str]:
    return frozenset(link.url for link in links if link.relation is LinkRelation.IMAGE)


def _blank(
    form: ColumnForm,
    items: tuple[ListItem, ...] | None,
    page: PageFacts | None,
    moved: bool,
    furniture: frozenset[str],
) -> bool | None:
    """An empty list, or a single page without a word, an image or an attachment of its own."""
    if page is None:
        return None
    if form is ColumnForm.LIST:
        return items == ()
    if form is not ColumnForm.SINGLE or moved or page.kind is PageKind.FORM or page.text_length or page.shell:
        return False
    return not any(
        link.relation in _FILLING and link.place in _SHOWN and link.url not in furniture
        for link in page.links
    )


def _proven(column: Column, seen: Sighting, siblings: Siblings) -> Column:
    """A column that seems blank is so only when no script could fill it; else it was not read, and accuses nobody."""
    page = _shown(seen)
    if page is None or (page.asks is not None and page.main_list is not None):
        return column  # the API that fills the list said that it is empty
    told = siblings.of(page)
    if told is Emptiness.PROVEN:
        prover = siblings.proved_by(page)
        told_by = {"proved_by": prover.snapshot_id, "proved_on": prover.url} if prover else {}
        return column.model_copy(update=told_by) if told_by else column
    if told is Emptiness.SHOWS and column.form is ColumnForm.SINGLE:
        return column.model_copy(update={"blank": False})
    return column.model_copy(
        update={
            "outcome": FetchOutcome.NOT_RENDERED,
            "unread": FetchOutcome.NOT_RENDERED.value,
            "items": None,
            "total": None,
            "complete": False,
            "blank": None,
        }
    )


def _is_column(page: PageFacts, seen: Sighting) -> bool:
    """A dated single page is a column when a menu leads to it or a person says so; else it is an article."""
    if page.kind is PageKind.ARTICLE:
        return bool(seen.found_on) or seen.mapped
    return page.kind not in (PageKind.HOME, PageKind.NOT_HTML)
