"""准确度 Of all that was labelled, how much reading gets right: one Measure for each kind of fact."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bench.labels import EARLY, Label
from bench.mark_looks import MARKS, looks, same
from model import CrawlReport, FetchOutcome, Moment, PageFacts, PageKind, StopReason
from reading import decode, observe, read
from rules import column_directory

Read = list[tuple[Label, PageFacts]]
_STALE = timedelta(days=180)
_REPORT = CrawlReport(started_at=EARLY, ended_at=EARLY, stop=StopReason.FINISHED)


@dataclass(frozen=True)
class Miss:
    """不符 One labelled thing that was read otherwise."""

    name: str
    expected: Any
    got: Any


@dataclass
class Measure:
    """一项准确度 `labelled` things, `right` of them read as a person reads them, and those that were not."""

    key: str
    labelled: int = 0
    right: int = 0
    misses: list[Miss] = field(default_factory=list)

    def count(self, name: str, expected: Any, got: Any, *, right: bool | None = None) -> None:
        self.labelled += 1
        if expected == got if right is None else right:
            self.right += 1
        else:
            self.misses.append(Miss(name, expected, got))


def facts_of(labels: Iterable[Label]) -> Read:
    """读标注页 The facts of every labelled page."""
    return [(label, read(label.snapshot, label.body, label.site, column_directory())) for label in labels]


def measured(pages: Read, *, look: bool = False) -> list[Measure]:
    """量准确度 Every measure that has labels among `pages`; `look`: marks are held against plain searches of the source."""
    made = [_measure(key, pages) for key in _READERS]
    made += [_column_kinds(pages), *_marks(pages, look)]
    return [one for one in made if one.labelled]


def _measure(key: str, pages: Read) -> Measure:
    measure = Measure(key)
    for label, facts in pages:
        _READERS[key](measure, label, facts)
    return measure


def _lists(measure: Measure, label: Label, facts: PageFacts) -> None:
    if "list" in label.expect:
        rows, newest = label.expect["list"]
        got = rows_of(facts)[:2] if facts.main_list else _first_rows(facts)
        # a label without a day is a list that shows none, or months and days only
        inferred = newest is None and got[0] == rows and _inferred(facts)
        measure.count(label.name, [rows, newest], got, right=True if inferred else None)


def _first_rows(facts: PageFacts) -> list[Any]:
    """A page that gathers several lists has none of its own; a person who counts its rows counts the first list's."""
    if facts.kind is not PageKind.LANDING or not facts.lists:
        return [None, None]
    first = facts.lists[0]
    return [len(first.items), str(first.newest.dated.value) if first.newest else None]


def _inferred(facts: PageFacts) -> bool:
    found = facts.main_list or next(iter(facts.lists), None)
    return bool(found and all(item.dated.inferred_year for item in found.items))


def rows_of(facts: PageFacts) -> list[Any]:
    """列表所见 Rows of the page's own list, newest and oldest date, None for what it has not."""
    found = facts.main_list
    if found is None:
        return [None, None, None]
    days = (item.dated.value if item else None for item in (found.newest, found.oldest))
    return [len(found.items), *(str(day) if day else None for day in days)]


def _is_empty(facts: PageFacts) -> bool:
    return facts.outcome is FetchOutcome.OK and facts.main_list is not None and not facts.main_list.items


def _empty(measure: Measure, label: Label, facts: PageFacts) -> None:
    if label.expect.get("empty") is True:
        measure.count(label.name, "empty", "empty" if _is_empty(facts) else "not empty")


def _filled(measure: Measure, label: Label, facts: PageFacts) -> None:
    if label.expect.get("empty") is False:
        measure.count(label.name, "not empty", "empty" if _is_empty(facts) else "not empty")


def _dates(measure: Measure, label: Label, facts: PageFacts) -> None:
    if label.expect.get("date"):
        measure.count(label.name, label.expect["date"], _date_of(facts))


def _dateless(measure: Measure, label: Label, facts: PageFacts) -> None:
    if label.expect.get("date", "") is None:
        measure.count(label.name, None, _date_of(facts))


def _date_of(facts: PageFacts) -> str | None:
    return str(facts.dated.value) if facts.dated and facts.dated.value else None


def _charset(measure: Measure, label: Label, facts: PageFacts) -> None:
    expected = label.expect.get("charset")
    if expected:
        got = {"actual": facts.charset.actual, "mismatch": facts.charset.mismatch}
        got = {key: got[key] for key in expected if key in got}
        if word := expected.get("word"):
            text, _ = decode(
                label.body, label.snapshot.headers.get("content-type", "").partition("charset=")[2] or None
            )
            got["word"] = word if word in text else None
        measure.count(label.name, expected, got)


def _kind(measure: Measure, label: Label, facts: PageFacts) -> None:
    if "kind" in label.expect:
        allowed = label.expect["kind"]
        measure.count(label.name, "|".join(allowed), facts.kind.value, right=facts.kind.value in allowed)


def _columns(measure: Measure, label: Label, facts: PageFacts) -> None:
    if expected := label.expect.get("column"):
        got = rows_of(facts)
        measure.count(label.name, [*expected, _stale(expected[1])], [*got, _stale(got[1])])


def _stale(newest: str | None) -> bool | None:
    return EARLY.date() - date.fromisoformat(newest) > _STALE if newest else None


def _outcome(measure: Measure, label: Label, facts: PageFacts) -> None:
    if expected := label.expect.get("outcome"):
        got = facts.outcome.value
        measure.count(label.name, expected, "gone" if expected == "gone" and facts.outcome.missing else got)


_READERS: dict[str, Callable[[Measure, Label, PageFacts], None]] = {
    "lists": _lists,
    "empty": _empty,
    "filled": _filled,
    "dates": _dates,
    "dateless": _dateless,
    "charset": _charset,
    "kind": _kind,
    "columns": _columns,
    "outcome": _outcome,
}


def _column_kinds(pages: Read) -> Measure:
    """Each site's labelled pages are put together as a crawl would; the columns that come out bear the kinds."""
    measure = Measure("column_kind")
    groups: dict[str, Read] = {}
    for label, facts in pages:
        groups.setdefault(label.group, []).append((label, facts))
    for group, members in groups.items():
        expected = {
            path: kind for label, _ in members for path, kind in label.expect.get("columns", {}).items()
        }
        if not expected:
            continue
        site = members[0][0].site
        pairs = [(label.snapshot, facts) for label, facts in members]
        seen = observe(site, Moment(as_of=EARLY), "r", pairs, _REPORT, column_directory())
        found = {column.key: column.kind.value for column in seen.columns}
        for path, kind in expected.items():
            measure.count(f"{group} {path}", kind, found.get(path))
    return measure


def _marks(pages: Read, look: bool) -> list[Measure]:
    """One measure for each mark a page bears, one for all the marks a page does not bear."""
    made = {name: Measure(f"mark_{name}") for name in MARKS}
    absent = Measure("mark_absent")
    for label, facts in pages:
        expected = looks(label.body, facts.charset.actual) if look else label.expect.get("marks")
        if expected is None or (look and "kind" not in label.expect):
            continue
        for name, value in expected.items():
            mark = getattr(facts.marks, name)
            got = mark.value if mark else None
            if value is None:
                absent.count(f"{label.name} {name}", None, got)
            else:
                made[name].count(label.name, value, got, right=got is not None and same(name, value, got))
    return [*made.values(), absent]
