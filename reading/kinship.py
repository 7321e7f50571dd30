"""栏目之间 What columns know of each other: rows beside a list, and the columns below a column."""

from collections.abc import Sequence
from datetime import date

from model import Column, ColumnForm, ItemList, ListItem, PageFacts, PageKind, Site
from model.site import bare_name
from reading.address import column_key
from reading.column_tree import ColumnTree

_BELOW = ("menu", "path")  # where breadcrumbs are silent, menus that nest and folders tell what is below


def with_kin(columns: Sequence[Column], facts: dict[str, PageFacts], site: Site) -> list[Column]:
    """补栏目关系 `elsewhere` and `children` of every column. `facts` by snapshot id."""
    keys = {column.key for column in columns}
    pages = {column.key: page for column in columns if (page := _first(column, facts)) is not None}
    below: dict[str, set[str]] = {}
    for key, page in pages.items():
        for parent in _parents(key, page, keys, site):
            below.setdefault(parent, set()).add(key)
    home = next((page for page in facts.values() if page.kind is PageKind.HOME), None)
    for key, branch in ColumnTree(columns, facts, home, site).branches.items():
        if branch.parent is not None and branch.told in _BELOW:
            below.setdefault(branch.parent, set()).add(key)
    made = []
    for column in columns:
        shown = pages.get(column.key)
        children = below.get(column.key, set())
        beside = _beside(column, shown, keys - children, site) if shown is not None else None
        changes = {"elsewhere": beside, "children": tuple(sorted(children))}
        made.append(column.model_copy(update=changes) if beside or children else column)
    return made


def _first(column: Column, facts: dict[str, PageFacts]) -> PageFacts | None:
    pages = (facts[number] for number in column.snapshot_ids if not facts[number].fills)
    return next((page for page in pages if page.outcome.observed), None)


def _parents(key: str, page: PageFacts, keys: set[str], site: Site) -> set[str]:
    """The columns that the breadcrumb names before this one."""
    found: set[str] = set()
    for crumb in page.crumbs:
        above = _known(crumb.url, keys, site) if crumb.url else None
        if above == key:
            break
        if above is not None:
            found.add(above)
    return found


def _known(url: str, keys: set[str], site: Site) -> str | None:
    key = column_key(url, site)
    return next((one for one in (key, f"{key}/") if one in keys), None)


def _beside(column: Column, page: PageFacts, others: set[str], site: Site) -> ListItem | None:
    """The newest dated row of the page's other lists, when it is newer than all rows of the column's own.

    A year that was only inferred counts when the column's own newest row has no better. Boxes named after
    another column that the page leads to are that column's.
    """
    if column.form is not ColumnForm.LIST or column.items is None or page.main_list is None:
        return None
    own = column.newest_item
    inferred = own is not None and own.dated.inferred_year
    rows = [
        item
        for found in page.lists
        if found.items != page.main_list.items and not _foreign(found, column, page, others, site)
        for item in found.items
        if item.dated.value and (inferred or not item.dated.inferred_year)
    ]
    newest = max(rows, key=lambda item: item.dated.value or date.min, default=None)
    if newest is None or (
        own is not None and (own.dated.value or date.min) >= (newest.dated.value or date.min)
    ):
        return None
    return newest


def _foreign(found: ItemList, column: Column, page: PageFacts, others: set[str], site: Site) -> bool:
    name = bare_name(found.heading or "")
    if not name or name == bare_name(column.name):
        return False
    folder = column.key if column.key.endswith("/") else column.key + "/"
    leads = {column_key(link.url, site) for link in page.links if link.url and bare_name(link.anchor) == name}
    return any(key in others and key != column.key and not key.startswith(folder) for key in leads)
