"""栏目条目 The rows of a column put together from its list pages."""

from collections.abc import Iterator
from typing import Any

from model import Column, DateSource, ItemList, ListItem, PageFacts, Snapshot
from model.frozen import made
from model.site import bare_name
from model.survey import ListPage
from reading.address import without_index
from reading.paging import written_number
from reading.shelf import Shelf

_TWIN_ROWS = 5
_FIELDS = tuple(ListItem.model_fields)
_NOT_SHOWN = (DateSource.URL, DateSource.SIGNATURE)  # told of a page, or of a text, not of its publishing


def positions(pages: list[tuple[Snapshot, PageFacts]]) -> dict[str, int]:
    """页次 The 1-based place of each page by URL: as told, else one after the page that leads on to it, else by its address."""
    before = {facts.next_url: facts for _, facts in pages if facts.next_url and facts.next_url != facts.url}
    found: dict[str, int] = {}
    for _, facts in pages:
        steps, current = 0, facts
        while current.page_number is None and steps < len(pages):
            leader = before.get(current.url) or before.get(current.final_url)
            if leader is None:
                break
            steps, current = steps + 1, leader
        start = current.page_number or (1 if steps else 1 + (written_number(current.url) or 0))
        found[facts.url] = start + steps
    return found


def in_order(observed: list[tuple[Snapshot, PageFacts]]) -> list[tuple[Snapshot, PageFacts, ItemList]]:
    """各页列表 The lists of all pages in order. Only `/a/` beside `/a/index.html` and the very same rows are one page."""
    places = positions(observed)
    lists: dict[str, tuple[Snapshot, PageFacts, ItemList]] = {}
    for snapshot, facts in sorted(observed, key=lambda pair: places[pair[1].url]):
        if facts.main_list is None:
            continue
        same = next((url for url, (*_, one) in lists.items() if one == facts.main_list), None)
        if same is not None:
            if facts.fills:  # a page that was filled shows the rows that the answer told
                lists[same] = (snapshot, facts, facts.main_list)
            continue
        if facts.fills and lists and not facts.main_list.items:
            continue  # an answer beyond the last page
        lists.setdefault(without_index(facts.url), (snapshot, facts, facts.main_list))
    return list(lists.values())


def rows_of(lists: list[ItemList]) -> tuple[ListItem, ...]:
    """Rows of all pages in order; a row that a later page shows again counts once."""
    rows = [item for new in _new_rows(lists) for item in new]
    return tuple(
        item if item.order == order else _changed(item, order=order) for order, item in enumerate(rows)
    )


def _changed(item: ListItem, **changes: Any) -> ListItem:
    """Without its `__dict__`, which would stay with it and is as large as all the rest."""
    return made(
        ListItem, {name: changes[name] if name in changes else getattr(item, name) for name in _FIELDS}
    )


def list_pages(lists: list[tuple[Snapshot, PageFacts, ItemList]], url: str) -> tuple[ListPage, ...]:
    """各条所在 Which page each row of `rows_of` is read from. What a script asked for is shown by the column's page, `url`."""
    pages, first = [], 0
    new_rows = _new_rows([found for *_, found in lists])
    for (snapshot, facts, _), new in zip(lists, new_rows, strict=True):
        if new:
            pages.append(ListPage(first, url if facts.fills else snapshot.url, snapshot.id))
        first += len(new)
    return tuple(pages)


def _new_rows(lists: list[ItemList]) -> Iterator[list[ListItem]]:
    """Of each list the rows that none before it has."""
    known: set[tuple[str, str, object]] = set()
    for found in lists:
        marks = [(item.title, item.url, item.dated.value) for item in found.items]
        yield [item for item, mark in zip(found.items, marks, strict=True) if mark not in known]
        known.update(marks)


def with_article_dates(rows: tuple[ListItem, ...], shelf: Shelf) -> tuple[ListItem, ...]:
    """Rows that show no date take the one their own article shows; a date in an address or a signature is none."""

    def dated(row: ListItem) -> ListItem:
        found = shelf.best.get(row.url)
        if row.dated.value or found is None or not found[1].outcome.observed:
            return row
        shown = found[1].dated
        if shown is None or shown.value is None or shown.source in _NOT_SHOWN:
            return row
        return _changed(row, dated=shown)

    return tuple(dated(row) for row in rows)


def is_complete(observed: list[tuple[Snapshot, PageFacts]]) -> bool:
    """是否读全 Whether every page that is told of or led on to was read with its list.

    Of a list API every row it counts, and no answer that only repeats the rows of another.
    """
    pages = [facts for _, facts in observed]
    read = [pair for pair in observed if pair[1].main_list is not None]
    wanted = max((facts.pages_total or 1 for facts in pages), default=1)
    if len(set(positions(read).values())) < wanted:
        return False
    asked = {facts.url for _, facts in read} | {facts.final_url for _, facts in read}
    if any(facts.fills for facts in pages):
        return _answered(pages, asked)
    return all(facts.next_url is None or facts.next_url in asked for facts in pages)


def _answered(pages: list[PageFacts], asked: set[str]) -> bool:
    lists = [facts.main_list for facts in pages if facts.main_list is not None]
    total = next((found.total for found in lists if found.total is not None), None)
    if total is not None and len(rows_of(lists)) >= total:
        return True
    own = [facts.main_list for facts in pages if facts.fills and facts.main_list is not None]
    told = [found.items for found in own if found.items]
    if any(told.index(items) != index for index, items in enumerate(told)):
        return False  # the same rows came twice
    if total is not None and sum(map(len, told)) < total:
        return False
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
    told = []
    for column in columns:
        mine = rows.get(column.key, [])
        twins = [
            key
            for key in (heads.get(tuple(mine[:_TWIN_ROWS]), []) if mine else [])
            if key != column.key and all(a == b for a, b in zip(rows[key], mine, strict=False))
        ]
        told.append(column.model_copy(update={"same_items_as": tuple(twins)}) if twins else column)
    return tuple(told)
