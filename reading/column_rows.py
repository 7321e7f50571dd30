"""栏目条目 The rows of a column put together from its list pages."""

from model import Column, DateSource, ItemList, ListItem, PageFacts, Snapshot
from model.site import bare_name
from reading.shelf import Shelf

_TWIN_ROWS = 5


def by_number(observed: list[tuple[Snapshot, PageFacts]]) -> dict[int, ItemList]:
    """One list a page number: `/a/` and `/a/index.html` are the same first page."""
    lists: dict[int, ItemList] = {}
    for _, facts in observed:
        if facts.main_list is not None:
            lists.setdefault(facts.page_number or 1, facts.main_list)
    return lists


def rows_of(lists: list[ItemList]) -> tuple[ListItem, ...]:
    """Rows of all pages in order; a row that a later page shows again counts once."""
    rows: list[ListItem] = []
    known: set[tuple[str, str, object]] = set()
    for found in lists:
        marks = [(item.title, item.url, item.dated.value) for item in found.items]
        rows += [item for item, mark in zip(found.items, marks, strict=True) if mark not in known]
        known.update(marks)
    return tuple(
        item if item.order == order else item.model_copy(update={"order": order})
        for order, item in enumerate(rows)
    )


def with_article_dates(rows: tuple[ListItem, ...], shelf: Shelf) -> tuple[ListItem, ...]:
    """Rows that show no date take the one their own article shows; a date in an address is none."""

    def dated(row: ListItem) -> ListItem:
        found = shelf.best.get(row.url)
        if row.dated.value or found is None or not found[1].outcome.observed:
            return row
        shown = found[1].dated
        if shown is None or shown.value is None or shown.source is DateSource.URL:
            return row
        return row.model_copy(update={"dated": shown})

    return tuple(dated(row) for row in rows)


def is_complete(pages: list[PageFacts]) -> bool:
    numbers = {facts.page_number or 1 for facts in pages}
    wanted = max((facts.pages_total or 1 for facts in pages), default=1)
    if len(numbers) < wanted:
        return False
    asked = {facts.url for facts in pages} | {facts.final_url for facts in pages}
    return all(facts.next_url is None or facts.next_url in asked for facts in pages)


def with_twins(columns: list[Column]) -> tuple[Column, ...]:
    """Columns whose rows are the very same, as far as the shorter of the two was read, know of each other."""
    rows = {
        column.key: [(bare_name(item.title), item.dated.value) for item in column.items]
        for column in columns
        if column.items and len(column.items) >= _TWIN_ROWS
    }
    heads: dict[object, list[str]] = {}
    for key, mine in rows.items():
        heads.setdefault(tuple(mine[:_TWIN_ROWS]), []).append(key)
    made = []
    for column in columns:
        mine = rows.get(column.key, [])
        twins = [
            key
            for key in (heads.get(tuple(mine[:_TWIN_ROWS]), []) if mine else [])
            if key != column.key and all(a == b for a, b in zip(rows[key], mine, strict=False))
        ]
        made.append(column.model_copy(update={"same_items_as": tuple(twins)}) if twins else column)
    return tuple(made)
