"""未见之处 Why something of a topic may be on the site although nobody has seen it: one standard of care for all checks."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from checks.freshness import newer_may_hide
from checks.likeness import alike
from checks.material import Material, column_evidence, entries_of, trusted_day
from checks.sight import MIN_NAVIGATION, much_unread
from model import (
    Column,
    ColumnForm,
    ColumnKind,
    Entry,
    Evidence,
    FetchOutcome,
    LinkRelation,
    Observation,
)
from model.site import bare_name
from model.survey import plain_address

LONGEST_MENU_NAME = 12
GONE = frozenset({FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.REDIRECTED_HOME})


class Blind(NamedTuple):
    """盲区 A reason (`hidden_by.<reason>` in the catalogues) and what shows it, in words and as evidence."""

    reason: str
    seen: str
    evidence: tuple[Evidence, ...] = ()


def hidden(observation: Observation, material: Material, since: date | None = None) -> Blind | None:
    """盲区判断 None only when everything was read that could hold (more of) the material.

    `since`: only what is dated on or after that day matters, so lists need be read back no further.
    """
    home = observation.home
    if home is None or not home.outcome.observed:
        return Blind("home_unread", observation.site.home)
    if not observation.coverage.complete:
        left = [url for one in observation.coverage.left for url in one.examples]
        return Blind("left_over", left[0] if left else observation.site.home)
    places = tuple(f"{plain_address(column.url)}/" for column in material.columns)
    refused = [url for url in observation.coverage.robots_refused if plain_address(url).startswith(places)]
    if refused:
        return Blind("robots_refused", refused[0])
    if material.near:
        return Blind("elsewhere", material.near[0].quote.split(" http")[0], material.near[:5])
    own = material.columns
    for reason, columns in (
        ("link_out", [column for column in own if column.form is ColumnForm.LINK_OUT]),
        ("entry_dead", [column for column in own if column.outcome in GONE]),
        ("topic_unread", [column for column in own if _unread(column)]),
        ("topic_unclear", [] if material.amount else [column for column in own if _unclear(column)]),
    ):
        if columns:
            return _columns(reason, columns)
    if sum(column.level == 1 for column in observation.columns) < MIN_NAVIGATION:
        return Blind("few_columns", "、".join(one.name for one in observation.columns) or home.final_url)
    return (
        _entry(observation, material)
        or _others(observation, material)
        or _unfinished(observation, material, since)
    )


def read_back(column: Column, since: date | None, today: date) -> bool:
    """读到此日 Whether all rows of a list that are dated on or after that day were read."""
    if column.items is None or newer_may_hide(column):
        return False
    if column.complete:
        return True
    days = [trusted_day(item.dated, today) for item in column.items if not item.pinned]
    known = [day for day in days if day is not None]
    return since is not None and bool(known) and min(known) < since


def menu_seen(observation: Observation) -> tuple[Evidence, ...]:
    """所见栏目 What was read instead: the names of the site's main columns."""
    home = observation.home
    if home is None:
        return ()
    names = [column.name for column in observation.columns if column.level == 1 or column.in_disclosure]
    return (
        Evidence(
            snapshot_id=home.snapshot_id, url=home.final_url, quote=" ".join(names[:40]), shows="navigation"
        ),
    )


def dead_urls(observation: Observation) -> set[str]:
    """打不开的网址 Addresses that were tried and lead nowhere, however they were tried."""
    pages = {url for page in observation.pages if page.outcome in GONE for url in (page.url, page.final_url)}
    links = {
        link.url
        for link in observation.links
        if link.attempts and all(attempt.outcome in GONE for attempt in link.attempts)
    }
    return pages | links | {column.url for column in observation.columns if column.outcome in GONE}


def _entry(observation: Observation, material: Material) -> Blind | None:
    """A link by that name which did not become one of the columns, rows and pages of the material."""
    urls = [column.url for column in material.columns if not _unread(column)]
    urls += [row.item.url for row in material.rows]
    urls += [url for page in material.pages for url in (page.url, page.final_url)]
    known = set(map(plain_address, urls))
    found = [
        entry
        for entry in entries_of(observation, material.topic, LONGEST_MENU_NAME)
        if plain_address(entry.link.url) not in known and entry.link.relation is not LinkRelation.COMMENTED
    ]
    if not found:
        return None
    outside = [entry for entry in found if entry.link.relation is LinkRelation.EXTERNAL]
    if outside:
        return _entries("link_out", outside)
    dead = dead_urls(observation)
    alive = [entry for entry in found if entry.link.url not in dead]
    return _entries("entry_seen", alive) if alive else _entries("entry_dead", found)


def _others(observation: Observation, material: Material) -> Blind | None:
    """Columns of another name: like it, or never read."""
    if not material.columns:
        topic = material.topic
        names = (topic.name, *topic.columns)
        like = [
            column
            for column in observation.columns
            if any(kind in topic.kinds for kind in column.suggested)
            or (column.kind is ColumnKind.OTHER and any(alike(column.name, name) for name in names))
        ]
        barred = [bare_name(word) for word in topic.without]
        like = [one for one in like if not any(word in bare_name(one.name) for word in barred)]
        if like:
            return _columns("renamed", like)
    unread = [column for column in observation.columns if _may_hold(column, not _placed(material))]
    unread = unread or much_unread(observation)
    return _columns("unread_columns", unread) if unread else None


def _unfinished(observation: Observation, material: Material, since: date | None) -> Blind | None:
    """Lists that could hold more, and were not read back far enough."""
    today = observation.moment.today
    lists = material.columns if _placed(material) else observation.columns
    short = [
        column
        for column in lists
        if column.form is ColumnForm.LIST and column.items and not read_back(column, since, today)
    ]
    return _columns("not_to_end", short) if short else None


def _unread(column: Column) -> bool:
    return column.unread is not None or not column.outcome.observed or column.form is ColumnForm.UNKNOWN


def _unclear(column: Column) -> bool:
    """No rows were made out on its page, and nothing proves that it is empty."""
    gathers = column.form is ColumnForm.LANDING and bool(column.children)
    return not column.items and not column.blank and not gathers


def _placed(material: Material) -> bool:
    """Whether the topic has columns of its own; else its titles may stand in any list."""
    topic = material.topic
    return not topic.titles or bool(material.columns and (topic.columns or topic.kinds))


def _may_hold(column: Column, anywhere: bool) -> bool:
    """A place that was not read and could be, or contain, anything; `anywhere`: any list could."""
    if not _unread(column) or column.outcome.missing:
        return False
    if anywhere or column.kind is ColumnKind.DISCLOSURE:
        return True
    return column.kind is ColumnKind.OTHER and (column.level == 1 or column.in_disclosure)


def _columns(reason: str, columns: Iterable[Column]) -> Blind:
    some = list(columns)[:5]
    return Blind(reason, "、".join(one.name for one in some), tuple(column_evidence(one) for one in some))


def _entries(reason: str, entries: Iterable[Entry]) -> Blind:
    some = list(entries)[:5]
    evidence = tuple(
        Evidence(
            snapshot_id=entry.page.snapshot_id,
            url=entry.page.final_url,
            quote=f"{entry.link.anchor} {entry.link.url}",
            shows="material_entry",
        )
        for entry in some
    )
    return Blind(reason, some[0].link.anchor, evidence)
