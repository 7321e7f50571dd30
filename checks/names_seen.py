"""所见名称 Every name a list may be compared with: of columns, rows, links and menus, and those that are only alike."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from checks.likeness import akin
from checks.material import Material
from checks.sight import own_entries
from model import Column, Named, Observation
from model.site import bare_name
from model.survey import plain_address

MOST_COMPARED = 100  # of longer lists nobody compares every name with every other
MOST_NAMES = 30_000  # columns come first, then rows, then links
LONGEST_NAME = (
    16  # characters: longer entries are headlines, neither names like the wanted ones nor extra ones
)


class Place(NamedTuple):
    """所在 One name on the site, where it was read and whether what bears it is surely gone."""

    name: str
    url: str
    snapshot_id: str | None
    gone: bool = False


def places_of(observation: Observation, among: str, where: Material | None) -> list[Place]:
    """所见 Every name among which the list is looked for."""
    columns = where.columns if where else observation.columns
    found: list[Place] = []
    if among in ("columns", "all"):
        for column in columns:
            snapshot = column.snapshot_ids[0] if column.snapshot_ids else None
            found.append(Place(column.name, column.url, snapshot, column.outcome.missing))
    if among in ("rows", "all"):
        rows = where.rows if where else observation.rows
        found += [Place(row.item.title, row.page_url, row.snapshot_id) for row in rows]
    if among in ("links", "all"):
        found += _links(observation, columns) if where else _every_link(observation)
    return found


def _links(observation: Observation, columns: Iterable[Column]) -> list[Place]:
    """Entries of the columns' own pages."""
    wanted = {plain_address(column.url) for column in columns}
    return [
        Place(link.anchor, page.final_url, page.snapshot_id)
        for page in observation.pages
        if page.outcome.observed and {plain_address(page.url), plain_address(page.final_url)} & wanted
        for link in own_entries(page)
        if link.anchor
    ]


def _every_link(observation: Observation) -> list[Place]:
    found = [Place(one.link.anchor, one.page.final_url, one.page.snapshot_id) for one in observation.entries]
    home = observation.home
    if home is not None and home.outcome.observed:
        found += [Place(entry.name, home.final_url, home.snapshot_id) for entry in home.menu]
    return found


def like_ones(lacking: list[Named], places: list[Place], used: set[int]) -> dict[str, Place]:
    """相近 For each lacking name a place of a name like it, or one that is gone."""
    short: dict[str, Place] = {}
    for position, place in enumerate(places):
        if (position not in used or place.gone) and len(place.name) <= 2 * LONGEST_NAME:
            bare = bare_name(place.name)
            if len(bare) <= LONGEST_NAME:
                short.setdefault(bare, place)
                if len(short) >= MOST_NAMES:
                    break
    holding: dict[str, list[str]] = {}
    for name in short:
        for character in set(name):
            holding.setdefault(character, []).append(name)
    found = {}
    for one in lacking[:MOST_COMPARED]:
        for wanted in map(bare_name, one.names):
            shared = Counter(
                name for character in dict.fromkeys(wanted) for name in holding.get(character, ())
            )
            near = (name for name, count in shared.items() if count >= min(2, len(wanted)))
            like = next((name for name in near if akin(name, wanted)), None)
            if like is not None:
                found[one.name] = short[like]
                break
    return found
