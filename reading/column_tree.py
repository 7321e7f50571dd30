"""栏目树 Which column lies below which, and how that is known. No column is above itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from model import Column, ColumnForm, Observation, PageFacts, Site
from model.site import bare_name
from reading.address import column_key

_MOST_STEPS = 50
_PLATFORM = re.compile("(?:政府|政务)?信息公开(?:专栏|专区|平台|网)?|政务公开(?:专栏|平台|网)?")


class Branch(NamedTuple):
    """枝 The column above one column. `told`: crumbs, menu, column_type, path, disclosure; None for a top column."""

    parent: str | None = None
    told: str | None = None


class ColumnTree:
    """栏目树 Columns by key; `branches` upward, `below` downward in the order of the site's own menus."""

    def __init__(
        self, columns: Sequence[Column], pages: Mapping[str, PageFacts], home: PageFacts | None, site: Site
    ) -> None:
        """`pages` by snapshot id; `home` the home page, when it was seen."""
        self.columns = {column.key: column for column in columns}
        self.branches = {key: Branch() for key in self.columns}
        self._site = site
        self._keys: dict[str, str | None] = {}  # menus say the same on every page
        self._names = _single_names(columns)
        self.pages = {
            key: page for key, one in self.columns.items() if (page := _page(one, pages)) is not None
        }
        self._menus = [page for page in (*([home] if home else []), *self.pages.values()) if page.menu]
        for told, found in (
            ("crumbs", self._by_crumbs()),
            ("menu", self._by_menus()),
            ("column_type", self._by_types()),
            ("path", self._by_path()),
            ("disclosure", self._by_disclosure()),
        ):
            for child, parent in found:
                self._hang(child, parent, told)
        self._order = self._ordered()

    @classmethod
    def of(cls, observation: Observation) -> "ColumnTree":
        """观察所得 The tree of one Observation."""
        pages = {page.snapshot_id: page for page in observation.pages}
        return cls(observation.columns, pages, observation.home, observation.site)

    def key_of(self, url: str) -> str | None:
        """栏目键 The key of the column at an address, when there is one."""
        if url not in self._keys:
            key = column_key(url, self._site) if url else ""
            self._keys[url] = next((one for one in (key, f"{key}/", url) if one in self.columns), None)
        return self._keys[url]

    def below(self, key: str | None) -> tuple[str, ...]:
        """下级栏目 Keys of the columns right below one; of the top columns for None."""
        return tuple(one for one in self._order if self.branches[one].parent == key)

    def _hang(self, child: str, parent: str, told: str) -> None:
        if self.branches[child].parent is not None or child == parent:
            return
        if self.columns[parent].form is ColumnForm.LINK_OUT:
            return
        above: str | None = parent
        for _ in range(_MOST_STEPS):
            if above is None:
                self.branches[child] = Branch(parent, told)
                return
            if above == child:
                return
            above = self.branches[above].parent

    def _by_crumbs(self) -> Iterator[tuple[str, str]]:
        """The last step before the column itself that is a column."""
        for key, page in self.pages.items():
            above = None
            for crumb in page.crumbs:
                step = self.key_of(crumb.url or "")
                if step == key:
                    break
                named = self._names.get(bare_name(crumb.name))
                if named == key:
                    break
                above = step or named or above
            if above is not None:
                yield key, above
        for page in self.pages.values():
            steps = [step for crumb in page.crumbs if (step := self.key_of(crumb.url or "")) is not None]
            yield from zip(steps[1:], steps, strict=False)

    def _by_menus(self) -> Iterator[tuple[str, str]]:
        for page in self._menus:
            above: list[tuple[int, str | None]] = []
            for entry in page.menu:
                key = self.key_of(entry.url)
                while above and above[-1][0] >= entry.depth:
                    above.pop()
                if key and above and above[-1][1]:
                    yield key, above[-1][1]
                above.append((entry.depth, key))

    def _by_types(self) -> Iterator[tuple[str, str]]:
        """A ColumnType that is another column's name tells the section."""
        for key, page in self.pages.items():
            above = self._names.get(bare_name(page.column_type or ""))
            if above is not None and bare_name(self.columns[key].name) != bare_name(page.column_type or ""):
                yield key, above

    def _by_path(self) -> Iterator[tuple[str, str]]:
        for key in self.columns:
            folder = key.partition("?")[0].rstrip("/")
            while key.startswith("/") and "/" in folder[1:]:
                folder = folder.rpartition("/")[0]
                if f"{folder}/" in self.columns:
                    yield key, f"{folder}/"
                    break

    def _by_disclosure(self) -> Iterator[tuple[str, str]]:
        """Blocks in the platform's own menu hang below what the site's menus call 信息公开."""
        called = (
            entry for page in self._menus for entry in page.menu if _PLATFORM.fullmatch(bare_name(entry.name))
        )
        platform = next((key for entry in called if (key := self.key_of(entry.url)) is not None), None)
        if platform is None:
            return
        for key, page in self.pages.items():
            if not self.columns[key].in_disclosure:
                continue
            for entry in page.menu:
                below = self.key_of(entry.url)
                if below is not None and self.columns[below].in_disclosure:
                    yield below, platform

    def _ordered(self) -> list[str]:
        """Menu order first (the home page's, then the others'), then by key."""
        seen = dict.fromkeys(
            key for page in self._menus for entry in page.menu if (key := self.key_of(entry.url)) is not None
        )
        return [*seen, *(key for key in sorted(self.columns) if key not in seen)]


def _page(column: Column, by_id: Mapping[str, PageFacts]) -> PageFacts | None:
    pages = (by_id[number] for number in column.snapshot_ids if number in by_id)
    return next((page for page in pages if page.outcome.observed and not page.fills), None)


def _single_names(columns: Sequence[Column]) -> dict[str, str]:
    """Names that only one column bears."""
    keys: dict[str, list[str]] = {}
    for column in columns:
        if column.form is not ColumnForm.LINK_OUT:
            keys.setdefault(bare_name(column.name), []).append(column.key)
    return {name: found[0] for name, found in keys.items() if name and len(found) == 1}
