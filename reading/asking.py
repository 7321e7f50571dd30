"""询问 Questions put to a list API, or to a frame, for the page whose list its answers fill."""

from typing import NamedTuple

from model import ItemList, Lead, Purpose, Rank, Snapshot
from reading.adapters import Query
from reading.view import View

_MOST = 40  # answers of one list
_MOST_EMPTY = 6  # answers in a row, from the first on, that hold none of the column's rows

Rows = frozenset[tuple[str, str]]


class Asking(NamedTuple):
    """询问 One question. `shell` is the page that asks, at `page`; `rows` are those of the answer before.

    `varied`: the other way to ask has been tried. `framed`: the answer is a page of its own, in a frame.
    """

    shell: Snapshot
    page: str
    query: Query
    number: int = 1
    rows: Rows = frozenset()
    varied: bool = False
    framed: bool = False

    def lead(self, rank: Rank, column: str) -> Lead:
        """线索 The request itself: nothing is sent but what the page's own script sends."""
        query = self.query
        return Lead(
            url=query.url,
            purpose=Purpose.LIST,
            rank=rank,
            column=column,
            found_on=self.page,
            method=query.method,
            body=query.body.encode("utf-8", "replace") if query.method == "POST" else None,
            headers=(*query.headers, ("Referer", self.page.partition("#")[0])),
        )

    def next(self, answer: View, found: ItemList) -> "Asking | None":
        """下一问 The question for the next page; None when there is none, or no sense in going on.

        An answer that repeats the rows before it is asked for once in the other way the system knows.
        """
        rows = rows_of(found)
        query, varied = answer.following, self.varied
        if rows and rows == self.rows:
            query = None if varied else answer.other_query
            varied = True
        most = _MOST if rows or self.rows else _MOST_EMPTY
        if query is None or self.number >= most:
            return None
        return self._replace(query=query, number=self.number + 1, rows=rows or self.rows, varied=varied)


def first_asked(page: View, query: Query) -> Asking:
    """首问 What a shell asks for."""
    return Asking(page.snapshot, page.url, query, framed=page.is_framed)


def rows_of(found: ItemList) -> Rows:
    """条目集 What tells the rows of one answer from those of another."""
    return frozenset((item.title, item.url) for item in found.items)
