"""点名 What the roster becomes row by row: which site each row is about, and what it says of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from audit.target import bare_home
from model import Arrangement, Fault, RosterEntry, Site

_SITE_FIELDS = frozenset({"home", "site_code", "name", "organiser", "kind", "level", "division"})


class Roll:
    """点名 What the roster becomes, row by row. A site is known by its code, else by its home page, else by its key."""

    def __init__(self, known: Iterable[RosterEntry], today: date) -> None:
        self.taken: dict[str, RosterEntry] = {}
        self._known = {one.arrangement.site_key: one for one in known}
        self._by_home: dict[str, RosterEntry] = {}
        self._homes_before = {bare_home(one.site.home): key for key, one in self._known.items()}
        for one in sorted(
            self._known.values(), key=lambda one: not one.retired(today)
        ):  # those in service win
            self._by_home[bare_home(one.site.home)] = one
        self._today = today
        self._rows: dict[str, int] = {}
        self._homes: dict[str, int] = {}

    def clashes(self, others_go: bool = False) -> list[tuple[int, Fault]]:
        """撞车 Rows whose home page is that of a site in service which no row is about; none when those `others_go`."""
        found: list[tuple[int, Fault]] = []
        for key, entry in () if others_go else self.taken.items():
            there = self._by_home.get(bare_home(entry.site.home))
            if there is None or there.arrangement.site_key in self.taken or there.retired(self._today):
                continue
            if not entry.retired(self._today):
                taken = Fault("fault.site_home_taken", home=entry.site.home, key=there.arrangement.site_key)
                found.append((self._rows[key], taken))
        return found

    def moved(self) -> list[tuple[int, RosterEntry, RosterEntry]]:
        """迁址 Rows that give a known site another host, or a home page that was another site's: before and after."""
        found = []
        for key, after in self.taken.items():
            before = self._known.get(key)
            if before is None or bare_home(before.site.home) == bare_home(after.site.home):
                continue
            others = self._homes_before.get(bare_home(after.site.home), key) != key
            if others or before.site.host != after.site.host:
                found.append((self._rows[key], before, after))
        return found

    def enrol(self, values: Mapping[str, Any], number: int) -> RosterEntry:
        """Takes one row. Raises Fault when the site stands in an earlier one, or its home page is another site's."""
        before = self._meant(values)
        told = {field: value for field, value in values.items() if field in _SITE_FIELDS}
        if before:
            if not told.get("site_code"):  # a code once known is no cell to be emptied
                told.pop("site_code", None)
            site = before.site.model_copy(update=told)
        else:
            site = Site(**told, part=None if told.get("site_code") else part_of(told["home"]))
        terms = {field: value for field, value in values.items() if field in Arrangement.model_fields}
        for field in ("packs", "channels"):
            if field in terms:
                terms[field] = terms[field] or ()
        arrangement = before.arrangement if before else Arrangement(site_key=site.key)
        entry = RosterEntry(site=site, arrangement=arrangement.model_copy(update=terms))
        self._once(entry, number)
        self.taken[arrangement.site_key] = entry
        return entry

    def _meant(self, values: Mapping[str, Any]) -> RosterEntry | None:
        """The entry a row is about; None for a new site."""
        code, home = values.get("site_code"), values["home"]
        if code:
            return self._known.get(code)
        there = self._by_home.get(bare_home(home))
        if there:
            return there
        return self._known.get(Site(home=home, part=part_of(home)).key) if self._known else None

    def _once(self, entry: RosterEntry, number: int) -> None:
        key, home = entry.arrangement.site_key, bare_home(entry.site.home)
        if key in self._rows:
            raise Fault("fault.site_twice", key=key, row=self._rows[key])
        if home in self._homes and not entry.retired(self._today):
            raise Fault("fault.home_twice", home=entry.site.home, row=self._homes[home])
        self._rows[key] = number
        if not entry.retired(self._today):
            self._homes[home] = number


def part_of(home: str) -> str | None:
    """子站 The folder of a home page that is not its host's, as `/zwgk`; None for the host's own."""
    _, slash, folder = bare_home(home).partition("/")
    return (slash + folder.partition("?")[0]).rstrip("/") or None
