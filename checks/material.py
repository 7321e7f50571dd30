"""材料 What a site shows on a topic, and why something of it may still be where nobody has looked.

Of the topic are:
- columns whose own name holds one of `columns`, or whose kind is one of `kinds`, and every column below them;
- without `titles`: all rows of these columns, and those of them that are one page of text;
- with `titles`: the rows of these columns whose title holds one of them, and whole columns of theirs named after one
  (部门决算 below 财政预决算); rows and pages of such a title elsewhere are only near;
- `titles` alone: rows and pages of such a title anywhere, and whole columns named after one of them.
What holds one of `without` in its own name is never of the topic. Names are compared without width, case and spaces.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from checks.freshness import doubt_of, is_future
from checks.topic_columns import bears, is_namesake, topic_columns, with_those_below
from model import (
    Column,
    ColumnForm,
    Dated,
    Entry,
    Evidence,
    Observation,
    PageFacts,
    PageKind,
    Row,
    Topic,
)
from model.site import bare_name
from model.survey import plain_address

TELLING = frozenset({PageKind.ARTICLE, PageKind.SINGLE})
PERHAPS = frozenset({PageKind.OTHER, PageKind.NOT_HTML, PageKind.FORM})


class Material(NamedTuple):
    """材料 All that was read on a topic. `columns` read or not; `rows`, `singles` and `pages` do not repeat each other.

    `singles`: columns that are one page of text; `pages`: others, known by title only; `near`: rows and pages that
    bear the title, but not in a column of the topic or, undated, in some box of a page.
    """

    topic: Topic
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    singles: tuple[Column, ...]
    pages: tuple[PageFacts, ...]
    near: tuple[Evidence, ...]

    @property
    def amount(self) -> int:
        return len(self.rows) + len(self.singles) + len(self.pages)

    @property
    def words(self) -> str:
        """What was looked for: the first ten names of columns and titles."""
        return "、".join((*self.topic.columns, *self.topic.titles)[:10]) or self.topic.name


def find(observation: Observation, topic: Topic) -> Material:
    """查找 The material on a topic, as the head of this module tells."""
    columns = topic_columns(observation, topic)
    places = bool(topic.columns or topic.kinds)
    named = [column for column in (columns if places else observation.columns) if is_namesake(column, topic)]
    if not places:
        columns = with_those_below(observation, named)
    whole = {one.key for one in (with_those_below(observation, named) if topic.titles else columns)}
    inside = {column.key for column in columns}
    rows, near = _rows(observation, topic, whole, inside if places else None)
    singles = [
        column
        for column in columns
        if _is_text(column) and (column.key in whole or bears(column.name, topic.titles))
    ]
    known = {id(observation.page_at(url)) for url in _addresses(rows, singles)}
    pages = []
    for page in _titled_pages(observation, topic):
        if id(page) in known:
            continue
        known.add(id(page))
        if page.kind in TELLING and (not places or _stands_in(page, topic, columns)):
            pages.append(page)
        else:
            near.append(page_evidence(page))
    return Material(topic, tuple(columns), tuple(rows), tuple(singles), tuple(pages), tuple(near))


def readings(observation: Observation, material: Material) -> Iterator[PageFacts]:
    """已读页面 The pages of the material that were read, single pages first."""
    seen: set[int] = set()
    urls = _addresses((), material.singles), _addresses(material.rows, ())
    singles, rows = ([observation.page_at(url) for url in found] for found in urls)
    for page in (*singles, *material.pages, *rows):
        if page is not None and page.outcome.observed and id(page) not in seen:
            seen.add(id(page))
            yield page


def date_of(observation: Observation, row: Row, today: date) -> Dated:
    """条目日期 The row's date; when that is no proof, the one its own page shows, if it is one."""
    dated = row.item.dated
    if dated.value is None or doubt_of(dated, today) is not None:
        page = observation.page_at(row.item.url)
        shown = page.dated if page is not None and page.outcome.observed else None
        if shown is not None and shown.value is not None and doubt_of(shown, today) is None:
            return shown
    return dated


def trusted_day(dated: Dated | None, today: date) -> date | None:
    """可信日期 The day when it can carry an accusation, else None."""
    if dated is None or dated.value is None or doubt_of(dated, today) or is_future(dated.value, today):
        return None
    return dated.value


def row_seen(row: Row, dated: Dated | None = None) -> Evidence:
    """条目证据 A row of the material as it was read."""
    raw = (dated or row.item.dated).raw
    quote = " ".join(part for part in (row.item.title, raw, row.item.url) if part)
    return Evidence(snapshot_id=row.snapshot_id, url=row.page_url, quote=quote, shows="material_row")


def leads(url: str) -> bool:
    """可作地址 Whether an address tells its row from others: one that a script answers does not."""
    return url.startswith(("http://", "https://"))


def column_evidence(column: Column) -> Evidence:
    """栏目证据 A column by its name and address."""
    snapshot = column.snapshot_ids[0] if column.snapshot_ids else None
    return Evidence(snapshot_id=snapshot, url=column.url, quote=column.name, shows="column")


def page_evidence(page: PageFacts) -> Evidence:
    """页面证据 A page by its title."""
    quote = " ".join(part for part in (page.title, page.dated.raw if page.dated else "") if part)
    return Evidence(snapshot_id=page.snapshot_id, url=page.final_url, quote=quote, shows="material_page")


def gathered(
    observation: Observation, material: Material, today: date, most: int = 8
) -> tuple[Evidence, ...]:
    """所见 What a person is shown: columns, then the newest rows, then pages."""
    rows = sorted(
        material.rows,
        key=lambda row: date_of(observation, row, today).value or date.min,
        reverse=True,
    )
    found = [column_evidence(column) for column in material.columns[:3]]
    found += [row_seen(row, date_of(observation, row, today)) for row in rows[:most]]
    found += [page_evidence(page) for page in material.pages[:most]]
    return (*found, *material.near)[:most]


def entries_of(observation: Observation, topic: Topic, longest: int) -> list[Entry]:
    """入口 Links whose words hold a name of the topic (at most `longest` characters for names of columns)."""
    names = observation.entry_names
    found = names.holding(topic.titles)
    found |= {
        position
        for position in names.holding((*topic.columns, topic.name))
        if len(bare_name(observation.entries[position].link.anchor)) <= longest
    }
    return [observation.entries[position] for position in sorted(found - names.holding(topic.without))]


def _rows(
    observation: Observation, topic: Topic, whole: set[str], inside: set[str] | None
) -> tuple[list[Row], list[Evidence]]:
    """Rows of the topic, and those that are only near. `inside` None: titles count wherever they stand."""
    rows: list[Row] = []
    near: list[tuple[str, Row]] = []
    seen: set[str] = set()
    titled = observation.row_titles.holding(topic.titles)
    barred = observation.row_titles.holding(topic.without)
    places = titled | observation.positions_in(whole)
    for position in sorted(places - barred):
        row = observation.rows[position]
        column, target = row.column, observation.column_at(row.item.url)
        at = f"{row.item.title} {row.item.url if leads(row.item.url) else row.item.dated.raw}"
        if target not in (None, column) and target.form is not ColumnForm.SINGLE:
            sure = False  # a way to a column, which counts by what stands in it
        elif column is None:
            sure = inside is None and row.item.dated.value is not None
        else:
            sure = column.key in whole or inside is None or column.key in inside
        if at in seen:
            continue
        if sure:
            seen.add(at)
            rows.append(row)
        else:
            near.append((at, row))
    return rows, [row_seen(row) for at, row in near if at not in seen]


def _titled_pages(observation: Observation, topic: Topic) -> Iterator[PageFacts]:
    names = observation.page_titles
    for position in sorted(names.holding(topic.titles) - names.holding(topic.without)):
        page = observation.pages[position]
        if page.outcome.observed and page.kind in TELLING | PERHAPS:
            yield page


def _stands_in(page: PageFacts, topic: Topic, columns: Iterable[Column]) -> bool:
    """Whether crumbs or folder place a page in a column of the topic."""
    place = plain_address(page.final_url)
    return any(bears(crumb.name, topic.columns) for crumb in page.crumbs) or any(
        place.startswith(f"{plain_address(column.url)}/") for column in columns
    )


def _is_text(column: Column) -> bool:
    written = bool(column.text_length) and not column.blank
    return column.form is ColumnForm.SINGLE and written and column.outcome.observed


def _addresses(rows: Iterable[Row], singles: Iterable[Column]) -> list[str]:
    return [column.url for column in singles] + [row.item.url for row in rows]
