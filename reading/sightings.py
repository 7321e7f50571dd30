"""栏目见闻 Where menus, breadcrumbs, metas and list pages show that a column exists."""

from dataclasses import dataclass, field

from model import LinkRelation, PageFacts, PageKind, Site, Snapshot
from model.site import bare_name
from reading.address import column_key, is_article_url, is_own
from reading.content_pages import ContentPages
from reading.shelf import Shelf

PAGES = frozenset(
    {PageKind.LIST, PageKind.LANDING, PageKind.JUMP, PageKind.SINGLE, PageKind.FORM, PageKind.OTHER}
)


@dataclass(slots=True)
class Sighting:
    """见到的栏目 What menus and pages say of one key before it is judged what it is."""

    key: str
    urls: dict[str, None] = field(default_factory=dict)
    anchors: dict[str, None] = field(default_factory=dict)
    found_on: dict[int, list[str]] = field(default_factory=dict)  # pages whose menu leads here, by menu
    pages: list[tuple[Snapshot, PageFacts]] = field(default_factory=list)
    level: int = 2
    outside: bool = False
    mapped: bool = False  # a person says that it is a column
    above: bool = False  # another page's breadcrumb leads over it


def sightings_of(site: Site, shelf: Shelf, readable: list[PageFacts]) -> dict[str, Sighting]:
    """见闻 Every column key that menus, breadcrumbs, overrides or the pages themselves name, with its pages."""
    found: dict[str, Sighting] = {}
    home_key = column_key(site.home, site)
    slashed = _slashed(site, shelf)

    def at(url: str, *, outside: bool = False, mapped: bool = False) -> Sighting | None:
        if outside:
            return found.setdefault(url, Sighting(url, outside=True))
        key = column_key(url, site)
        key = slashed.get(key, key)
        if not is_own(url, site) or key in (home_key, "/") or (is_article_url(url) and not mapped):
            return None
        return found.setdefault(key, Sighting(key))

    menus: dict[
        tuple[int, bool], list[str]
    ] = {}  # pages by the menu they show: most pages show the very same
    trails: dict[int, list[Sighting]] = {}
    for facts in readable:
        home = facts.kind is PageKind.HOME
        pages = menus.get((id(facts.navigation), home))
        if pages is None:
            pages = menus[id(facts.navigation), home] = []
            for link in facts.navigation:
                outside = link.relation is LinkRelation.EXTERNAL
                if outside and not home:
                    continue
                seen = at(link.url, outside=outside)
                if seen is not None:
                    seen.urls.setdefault(link.url)
                    seen.anchors.setdefault(link.anchor)
                    seen.found_on[id(pages)] = pages
                    seen.level = 1 if home else seen.level
        pages.append(facts.url)
        steps = trails.get(id(facts.crumbs))
        if steps is None:
            steps = trails[id(facts.crumbs)] = []
            for crumb in facts.crumbs:
                seen = at(crumb.url) if crumb.url else None
                if seen is not None and crumb.url:
                    seen.urls.setdefault(crumb.url)
                    seen.anchors.setdefault(crumb.name)
                    steps.append(seen)
        if not all(seen.above for seen in steps):
            own = column_key(facts.url, site).rstrip("/")
            for seen in steps:
                seen.above |= seen.key.rstrip("/") != own
    for override in site.overrides:
        folder = column_key(override.url, site) + "/"
        slashed |= {folder[:-1]: folder} if folder in found else {}
        seen = at(override.url, mapped=True)
        if seen is not None:
            seen.mapped = True
            seen.urls.setdefault(override.url)
            if override.name:
                seen.anchors = {override.name: None, **seen.anchors}
    led_on = {facts.next_url for facts in readable if facts.main_list is not None}
    pages_first = sorted(shelf.best, key=lambda address: (bool(shelf.best[address][1].fills), address))
    for snapshot, facts in (shelf.best[address] for address in pages_first):
        if snapshot.bare or not is_own(snapshot.url, site):
            continue
        key = _key_of(snapshot, facts, site, led_on)
        key = slashed.get(key, key)
        listed = facts.outcome.observed and _names_itself(facts)
        if key not in found and listed and key != home_key and not is_article_url(snapshot.url):
            found[key] = Sighting(key)
        if key in found:
            found[key].pages.append((snapshot, facts))
            if facts.fills:
                continue
            found[key].urls.setdefault(snapshot.url)
            if snapshot.url not in led_on:
                _sent_on(snapshot, facts, key, site, found)
    held = ContentPages(site, shelf, readable)
    for seen in list(found.values()):
        if _is_content(seen, held):
            del found[seen.key]
    for seen in list(found.values()):
        _jumped(seen, slashed, site, found)
    return found


def _is_content(seen: Sighting, held: ContentPages) -> bool:
    """A page that a column holds, and that no menu, no other page's breadcrumb and no person calls a column."""
    if seen.found_on or seen.above or seen.mapped or seen.outside:
        return False
    pages = [pair for pair in seen.pages if pair[1].outcome.observed and not pair[1].fills]
    return bool(pages) and all(held.holds(seen.key, *pair) for pair in pages)


def _jumped(seen: Sighting, slashed: dict[str, str], site: Site, found: dict[str, Sighting]) -> None:
    """A stub that sends on to the list beside it: the list is what the menu's entry opens, and as high."""
    target = next((facts.jump for _, facts in seen.pages if facts.kind is PageKind.JUMP and facts.jump), None)
    if target is None or not is_own(target, site):
        return
    key = column_key(target, site)
    there = found.get(slashed.get(key, key))
    if there is None or there is seen:
        return
    names = {bare_name(name) for name in there.anchors} | {bare_name(one) for one in _own_names(there)}
    beside = seen.key.rpartition("/")[0] == there.key.rpartition("/")[0]
    if beside or names & {bare_name(name) for name in seen.anchors}:
        there.level = min(there.level, seen.level)
        there.found_on |= seen.found_on
        there.anchors = there.anchors or dict(seen.anchors)


def _own_names(seen: Sighting) -> list[str]:
    pages = (facts for _, facts in seen.pages)
    return [
        name
        for facts in pages
        for name in (facts.column_name, *(one.name for one in facts.crumbs[-1:]))
        if name
    ]


def _slashed(site: Site, shelf: Shelf) -> dict[str, str]:
    """Folders linked without their slash, which the server adds: `/a` → `/a/`, one column under two addresses."""
    made = {}
    for snapshot, _ in shelf.pairs:
        if snapshot.final_url == snapshot.url:
            continue
        key, final = column_key(snapshot.url, site), column_key(snapshot.final_url, site)
        if key != final and f"{key}/" == final:
            made[key] = final
    return made


def _sent_on(snapshot: Snapshot, facts: PageFacts, key: str, site: Site, found: dict[str, Sighting]) -> None:
    """A column that the server sends on to another: its list belongs to where it lies, under that address."""
    final = column_key(snapshot.final_url, site)
    elsewhere = final not in (key, f"{key}/", "/", column_key(site.home, site)) and is_own(
        snapshot.final_url, site
    )
    if elsewhere and facts.kind is PageKind.LIST and (facts.page_number or 1) == 1:
        there = found.setdefault(final, Sighting(final))
        there.anchors |= {anchor: None for anchor in found[key].anchors if not there.anchors}
        if not there.pages:
            there.pages.append((snapshot, facts))
            there.urls.setdefault(snapshot.final_url)


def _names_itself(facts: PageFacts) -> bool:
    """A list, or a page that is no article and tells a column's name in its meta or its breadcrumb."""
    if facts.kind is PageKind.LIST:
        return True
    return facts.kind in PAGES and bool(facts.column_name or facts.crumbs)


def _key_of(snapshot: Snapshot, facts: PageFacts, site: Site, led_on: set[str | None]) -> str:
    """Further pages of a list belong to the column they were asked for; all others to their own address.

    A page that tells no number is a further one when another page's list led on to it. An answer belongs to the
    page whose list it fills.
    """
    if facts.fills:
        return column_key(facts.fills, site)
    further = facts.page_number > 1 if facts.page_number else snapshot.url in led_on
    if snapshot.column and facts.kind is PageKind.LIST and further:
        return snapshot.column
    return column_key(snapshot.url, site)
