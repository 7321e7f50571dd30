"""安排 How a site is to be audited when everything is told: its own terms, else its groups', else the usual."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from model import Arrangement, Group, Limits, Pace, RosterEntry, Site, Terms
from rules import DEFAULT_PACK
from storage import Store

SELECTORS = ("organiser", "region", "level")  # what sites may be grouped by besides a group of their own
EVERY_DAYS = 1
USUAL = Terms(
    packs=(DEFAULT_PACK,), delay=Pace().delay, max_pages=Limits().max_pages, max_minutes=Limits().max_seconds // 60,
    max_external=Limits().max_external, every_days=EVERY_DAYS,
)  # fmt: skip


def arranged(entry: RosterEntry, groups: Mapping[str, Group] | Iterable[Group]) -> Arrangement:
    """定下安排 The arrangement with every term told, whoever said it. The entry's own win, then its groups' in their order.

    None stays where nobody has a default: `hours` (any), `mend_days` (no due date), `channels` (nobody is written to).
    """
    said = [terms for _, terms in _said(entry, groups)]
    return entry.arrangement.model_copy(update={field: _first(said, field) for field in Terms.model_fields})


def overlaid(arrangement: Arrangement, terms: Terms | None) -> Arrangement:
    """另有所求 What was asked for once, over what is arranged for always."""
    if terms is None:
        return arrangement
    said = {
        field: value for field in Terms.model_fields if (value := getattr(terms, field)) not in (None, ())
    }
    return arrangement.model_copy(update=said)


def asked_for(site: Site, terms: Terms, store: Store) -> Arrangement:
    """当场所求 As a person asks for one audit now: what was typed, else what is arranged for the site, else the usual."""
    known = {one.key for one in store.sites()}
    bare = RosterEntry(site=site, arrangement=Arrangement(site_key=site.key))
    entry = store.roster_entry(site.key) if site.key in known else bare
    return overlaid(arranged(entry, store.groups()), terms)


def who_says(entry: RosterEntry, groups: Mapping[str, Group] | Iterable[Group]) -> dict[str, str]:
    """谁说的 For each term that somebody said: `own`, the name of a group, or `usual`."""
    found: dict[str, str] = {}
    for name, terms in _said(entry, groups):
        for field in Terms.model_fields:
            if getattr(terms, field) not in (None, ()):
                found.setdefault(field, name)
    return found


def groups_of(entry: RosterEntry) -> tuple[str, ...]:
    """所属分组 The names of the groups whose terms a site takes, the nearest first."""
    told = {
        "organiser": entry.site.organiser,
        "region": entry.arrangement.region,
        "level": entry.site.level,
    }
    selected = tuple(selected_name(by, value) for by, value in told.items() if value)
    return ((entry.arrangement.group,) if entry.arrangement.group else ()) + selected


def selected_name(by: str, value: str) -> str:
    """选组名 The name of the group of all sites of one organiser, region or level. No group of people's own has an `=`."""
    return f"{by}={value}"


def _said(entry: RosterEntry, groups: Mapping[str, Group] | Iterable[Group]) -> Iterator[tuple[str, Terms]]:
    """Whoever says anything of an entry, the one that counts most first."""
    known = groups if isinstance(groups, Mapping) else {group.name: group for group in groups}
    yield "own", entry.arrangement
    yield "own", Terms(max_pages=entry.site.max_pages)
    yield from ((name, known[name]) for name in groups_of(entry) if name in known)
    yield "usual", USUAL


def _first(said: Iterable[Terms], field: str) -> Any:
    values = [getattr(terms, field) for terms in said]
    return next((value for value in values if value not in (None, ())), values[-1])
