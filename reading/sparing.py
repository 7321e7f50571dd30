"""省采 In a crawl that is to decide columns alone: what more of a column is to be read, and when it is decided."""

from datetime import timedelta

from model import ColumnKind, ItemList, ListItem, Moment, Wants, runs_down
from model.site import bare_name

_MOST_WITNESSES = 1
_ENOUGH = 2  # pages that run down into each other: the order of one alone may have been made by hand


class Sparing:
    """省采 One for a crawl. `call` tells it what kind a menu calls a column, as far as the directory knows the name."""

    def __init__(self, wants: Wants, moment: Moment) -> None:
        self._wants, self._today = wants, moment.today
        self._kinds: dict[str, ColumnKind] = {}
        self._called: set[ColumnKind] = set()
        self._witnesses: set[str] = set()
        self._rows: dict[str, tuple[ListItem, ...]] = {}
        self._pages: dict[str, int] = {}
        self._blank: set[str] = set()

    def call(self, key: str, kind: ColumnKind | None) -> None:
        """菜单所称 The kind of which a menu says that a column is; the first one stands."""
        if kind is not None:
            self._kinds.setdefault(key, kind)
            self._called.add(kind)

    def entitle(self, key: str, kind: ColumnKind | None) -> None:
        """标题所称 The kind its own title tells. A column that neither menu nor title calls by a known name is of none."""
        self._kinds.setdefault(key, kind or ColumnKind.OTHER)

    def read(self, found: ItemList, key: str, *, first: bool) -> None:
        """读到列表 The rows of one more page of a column's list; `first`: of its first page, whatever was read before."""
        before = () if first else self._rows.get(key, ())
        self._rows[key] = (*before, *found.items)
        self._pages[key] = 1 if first else self._pages.get(key, 1) + 1

    def saw_blank(self, key: str) -> None:
        """见空 A column that shows nothing: what hangs below it is to be looked for."""
        self._blank.add(key)

    def late(self, key: str) -> bool:
        """逾期 Whether some rule would call a column late by the rows that were read of it."""
        period = self._wants.soonest(self._kinds.get(key))
        if period is None:
            return False
        tomorrow = self._today + timedelta(days=1)
        past = [
            day
            for item in self._rows.get(key, ())
            if (day := item.dated.value) is not None and day <= tomorrow
        ]
        return not past or period.after(max(past)) < self._today

    def undecided(self, key: str) -> bool:
        """未定 Whether more of a column's list is needed before anybody can say how fresh it is.

        Not when some row is in time by every rule; nor when all rows bear whole dates and run down from the newest
        over two pages, because then all that follow are older. One page's order proves nothing: see `newer_may_hide`.
        """
        if not self.late(key):
            return False
        rows = self._rows.get(key, ())
        if self.begun(key) or any(item.dated.value is None or item.dated.inferred_year for item in rows):
            return True
        return not runs_down([day for item in rows if not item.pinned and (day := item.dated.value)])

    def begun(self, key: str) -> bool:
        """方始 Whether too few pages of a column's list were read to trust their order."""
        return self._pages.get(key, 0) < _ENOUGH

    def wants_witness(self, key: str) -> bool:
        """见证页 Whether a content page of this column is to be read for its menus and its way back, as few of a site's are."""
        if key in self._witnesses or len(self._witnesses) >= _MOST_WITNESSES:
            return False
        self._witnesses.add(key)
        return True

    @property
    def misses(self) -> bool:
        """有所缺 Whether some column that a rule requires was called by no menu so far, or one that was seen is blank."""
        return bool(self._blank) or any(one.kind not in self._called for one in self._wants.columns)

    def seeks(self, words: str, kind: ColumnKind | None, key: str) -> bool:
        """所寻 Whether a link leads to a required column that no menu called so far, by its words, or below a blank one."""
        bare = bare_name(words)
        return any(key != one and key.startswith(f"{one.rstrip('/')}/") for one in self._blank) or any(
            one.kind is kind or any(bare_name(name) in bare for name in (one.name, *one.like))
            for one in self._wants.columns
            if one.kind not in self._called
        )

    def names(self, words: str) -> bool:
        """含应设栏目名 Whether words that are too many for a menu hold the very name of such a column."""
        bare = bare_name(words)
        return any(bare_name(one.name) in bare for one in self._wants.columns if one.kind not in self._called)
