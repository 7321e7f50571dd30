"""栏目 The columns of a site, put together from menus, breadcrumbs, metas and list pages."""

from dataclasses import dataclass, field

from model import (
    Column,
    ColumnDirectory,
    ColumnForm,
    CrawlReport,
    FetchOutcome,
    ItemList,
    LinkRelation,
    ListItem,
    PageFacts,
    PageKind,
    Site,
    Snapshot,
)
from reading.address import column_key, is_article_url, is_own
from reading.disclosure import in_disclosure
from reading.kinds import kind_of, names_of
from reading.shelf import Shelf

_FORMS = {
    PageKind.LIST: ColumnForm.LIST,
    PageKind.LANDING: ColumnForm.LANDING,
    PageKind.JUMP: ColumnForm.LANDING,
    PageKind.SINGLE: ColumnForm.SINGLE,
    PageKind.FORM: ColumnForm.SINGLE,
    PageKind.OTHER: ColumnForm.SINGLE,
}
_BLANK_TEXT = 0


@dataclass(slots=True)
class Sighting:
    """见到的栏目 What menus and pages say of one key before it is judged what it is."""

    key: str
    urls: dict[str, None] = field(default_factory=dict)
    anchors: dict[str, None] = field(default_factory=dict)
    found_on: set[str] = field(default_factory=set)
    pages: list[tuple[Snapshot, PageFacts]] = field(default_factory=list)
    level: int = 2
    outside: bool = False


def columns_of(
    site: Site, shelf: Shelf, readable: list[PageFacts], report: CrawlReport, directory: ColumnDirectory
) -> tuple[Column, ...]:
    """合成栏目 All columns in order of key. Articles are no columns; dead and unread ones are."""
    sightings = _sight(site, shelf, readable)
    made = []
    for key in sorted(sightings):
        column = _column(sightings[key], site, shelf, report, directory)
        if column is not None:
            made.append(column)
    return _with_twins(made)


def _sight(site: Site, shelf: Shelf, readable: list[PageFacts]) -> dict[str, Sighting]:
    found: dict[str, Sighting] = {}
    home_key = column_key(site.home, site)

    def at(url: str, *, outside: bool = False) -> Sighting | None:
        if outside:
            return found.setdefault(url, Sighting(url, outside=True))
        key = column_key(url, site)
        if not is_own(url, site) or key in (home_key, "/") or is_article_url(url):
            return None
        return found.setdefault(key, Sighting(key))

    for facts in readable:
        home = facts.kind is PageKind.HOME
        for link in facts.navigation:
            outside = link.relation is LinkRelation.EXTERNAL
            if outside and not home:
                continue
            seen = at(link.url, outside=outside)
            if seen is not None:
                seen.urls.setdefault(link.url)
                seen.anchors.setdefault(link.anchor)
                seen.found_on.add(facts.url)
                seen.level = 1 if home else seen.level
        for crumb in facts.crumbs:
            seen = at(crumb.url) if crumb.url else None
            if seen is not None and crumb.url:
                seen.urls.setdefault(crumb.url)
                seen.anchors.setdefault(crumb.name)
    for override in site.overrides:
        seen = at(override.url)
        if seen is not None:
            seen.urls.setdefault(override.url)
            if override.name:
                seen.anchors = {override.name: None, **seen.anchors}
    for snapshot, facts in (shelf.best[url] for url in sorted(shelf.best)):
        if snapshot.method == "HEAD" or not is_own(snapshot.url, site):
            continue
        key = _key_of(snapshot, facts, site)
        listed = facts.kind is PageKind.LIST or bool(
            facts.outcome.observed and facts.column_name and facts.kind in _FORMS
        )
        if key not in found and listed and key != home_key and not is_article_url(snapshot.url):
            found[key] = Sighting(key)
        if key in found:
            found[key].pages.append((snapshot, facts))
            found[key].urls.setdefault(snapshot.url)
    return found


def _key_of(snapshot: Snapshot, facts: PageFacts, site: Site) -> str:
    """Further pages of a list belong to the column they were asked for; all others to their own address."""
    if snapshot.column and facts.kind is PageKind.LIST and (facts.page_number or 1) > 1:
        return snapshot.column
    return column_key(snapshot.url, site)


def _column(
    seen: Sighting, site: Site, shelf: Shelf, report: CrawlReport, directory: ColumnDirectory
) -> Column | None:
    anchors = tuple(seen.anchors)
    if seen.outside:
        kind, source = kind_of(seen.key, None, anchors, site, directory)
        return Column(
            key=seen.key,
            name=anchors[0] if anchors else seen.key,
            url=seen.key,
            kind=kind,
            kind_source=source,
            form=ColumnForm.LINK_OUT,
            level=1,
            in_disclosure=in_disclosure(seen.key, *anchors),
            found_on=tuple(sorted(seen.found_on)),
        )
    pages = sorted(
        seen.pages, key=lambda pair: (pair[1].page_number or 1, not pair[1].outcome.observed, pair[0].url)
    )
    observed = [pair for pair in pages if pair[1].outcome.observed]
    first = (observed or pages or [None])[0]
    facts = first[1] if first else None
    if (
        facts is not None
        and facts.outcome.observed
        and facts.kind in (PageKind.ARTICLE, PageKind.HOME, PageKind.NOT_HTML)
    ):
        return None
    url = first[0].url if first else next(iter(seen.urls))
    shown = facts if facts is not None and facts.outcome.observed else None
    kind, source = kind_of(seen.key, shown, anchors, site, directory)
    names = tuple(crumb.name for crumb in shown.crumbs) if shown else ()
    name = _name(seen.key, shown, anchors)
    outcome, unread = _state(first, url, report)
    lists = [pair[1].main_list for pair in observed if pair[1].main_list is not None]
    form = _FORMS.get(shown.kind, ColumnForm.UNKNOWN) if shown else ColumnForm.UNKNOWN
    moved = bool(first and shown and _moved(first[0], site))
    if moved and form is not ColumnForm.LIST:
        form = ColumnForm.LANDING
    items = _items(lists) if form is ColumnForm.LIST and unread is None else None
    complete = _complete([pair[1] for pair in observed]) if items is not None else False
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
        blank=_blank(form, items, shown, moved) if unread is None else None,
        text_length=shown.text_length if shown else None,
        page_date=shown.dated.value if shown and shown.dated else None,
        rendered=bool(shown and shown.rendered),
        snapshot_ids=tuple(pair[0].id for pair in pages),
        found_on=tuple(sorted(seen.found_on)),
    )


def _name(key: str, page: PageFacts | None, anchors: tuple[str, ...]) -> str:
    if anchors:
        return anchors[0]
    preferred = {source: name for source, name in reversed(names_of(page, ()))}
    for source in ("column_name", "crumbs", "column_type", "title"):
        if preferred.get(source):
            return preferred[source][:80]
    return key


def _state(
    first: tuple[Snapshot, PageFacts] | None, url: str, report: CrawlReport
) -> tuple[FetchOutcome, str | None]:
    if first is not None:
        outcome = first[1].outcome
        return outcome, None if outcome.observed else outcome.value
    if url in report.robots_refused:
        return FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_ROBOTS.value
    return FetchOutcome.OK, "left_over"


def _moved(snapshot: Snapshot, site: Site) -> bool:
    return column_key(snapshot.final_url, site) != column_key(snapshot.url, site)


def _items(lists: list[ItemList]) -> tuple[ListItem, ...]:
    rows: dict[tuple[str, str, object], ListItem] = {}
    for found in lists:
        for item in found.items:
            rows.setdefault((item.title, item.url, item.dated.value), item)
    return tuple(item.model_copy(update={"order": order}) for order, item in enumerate(rows.values()))


def _complete(pages: list[PageFacts]) -> bool:
    numbers = {facts.page_number or 1 for facts in pages}
    wanted = max((facts.pages_total or 1 for facts in pages), default=1)
    if len(numbers) < wanted:
        return False
    asked = {facts.url for facts in pages} | {facts.final_url for facts in pages}
    return all(facts.next_url is None or facts.next_url in asked for facts in pages)


def _blank(
    form: ColumnForm, items: tuple[ListItem, ...] | None, page: PageFacts | None, moved: bool
) -> bool | None:
    if page is None:
        return None
    if form is ColumnForm.LIST:
        return items == ()
    if form is ColumnForm.SINGLE and not moved:
        return page.text_length <= _BLANK_TEXT
    return False


def _with_twins(columns: list[Column]) -> tuple[Column, ...]:
    """Columns with the very same rows know of each other."""
    rows: dict[tuple[tuple[str, str], ...], list[str]] = {}
    prints: dict[str, tuple[tuple[str, str], ...]] = {}
    for column in columns:
        if column.items and len(column.items) >= 2:
            mark = tuple((item.title, str(item.dated.value)) for item in column.items)
            prints[column.key] = mark
            rows.setdefault(mark, []).append(column.key)
    made = []
    for column in columns:
        twins = tuple(key for key in rows.get(prints.get(column.key, ()), ()) if key != column.key)
        made.append(column.model_copy(update={"same_items_as": twins}) if twins else column)
    return tuple(made)
