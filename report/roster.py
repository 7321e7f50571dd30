"""名单表 The roster as the sheet it may be imported from again, CSV or XLSX; one entry in words. No cell is ever a formula."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from model import Arrangement, Fault, RosterEntry, Terms
from report.book import Cell, Sheet, write_book
from report.messages import Messages
from report.output import write_whole
from report.sheet import csv_text
from report.text import label, plain

FIELDS = (
    "site_code", "name", "home", "organiser", "kind", "level", "division", "region", "group", "platform", "packs",
    "delay", "hours", "max_pages", "max_minutes", "max_external", "every_days", "mend_days", "channels", "retired_on",
    "retired_because", "note",
)  # fmt: skip


def write_roster(entries: Iterable[RosterEntry], path: Path, messages: Messages) -> int:
    """写名单 By the ending: .csv (utf-8 with mark, CRLF) or .xlsx. Returns the rows. Raises Fault when it cannot write."""
    heads = [messages.text(f"roster.{field}") for field in FIELDS]
    rows = [cells_of(entry, messages) for entry in entries]
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise Fault("fault.roster_form", path=str(path))
    if ending == ".csv":
        write_whole(path, csv_text(heads, rows).encode("utf-8-sig"))
    else:
        write_book([Sheet(messages.text("roster.sheet"), heads, rows)], path)
    return len(rows)


def cells_of(entry: RosterEntry, messages: Messages) -> list[Cell]:
    """一行 The cells of one entry in the order of FIELDS, as an import reads them."""
    site, own = entry.site, entry.arrangement
    labels = {
        "kind": label(messages, "site_kind", site.kind) if site.kind else None,
        "level": label(messages, "level", site.level) if site.level else None,
        "max_pages": own.max_pages if own.max_pages is not None else site.max_pages,
    }
    told = {
        **site.model_dump(include=set(FIELDS)),
        **own.model_dump(include=set(FIELDS)),
        **labels,
        "hours": own.hours,
    }
    return [_cell(told[field]) for field in FIELDS]


def change_line(before: RosterEntry, after: RosterEntry, messages: Messages) -> str:
    """改动一行 A changed site with every cell that is another now: what it was → what it is."""
    pairs = zip(FIELDS, cells_of(before, messages), cells_of(after, messages), strict=True)
    told = [
        messages.text(
            "roster.change.cell", field=messages.text(f"roster.{field}"), old=_shown(old, messages), new=_shown(new, messages)
        )
        for field, old, new in pairs
        if (old or None) != (new or None)
    ]  # fmt: skip
    return messages.text(
        "roster.change",
        name=plain(before.site.name or before.site.home),
        key=plain(before.arrangement.site_key),
        cells=messages.text("roster.change.join").join(told) or messages.text("roster.change.form"),
    )


def _shown(cell: Cell, messages: Messages) -> str:
    return messages.text("roster.change.empty") if cell in (None, "") else plain(str(cell))


def entry_lines(
    entry: RosterEntry, told: Arrangement, says: Mapping[str, str], messages: Messages
) -> Iterator[str]:
    """逐行说明 What the roster says of a site: what it is, then every term of its audits and who said it."""
    say = messages.text
    yield say("roster.entry", name=plain(entry.site.name or entry.site.home), key=plain(entry.site.key))
    full = entry.model_copy(update={"arrangement": told})
    for field, cell in zip(FIELDS, cells_of(full, messages), strict=True):
        if cell in (None, "") or field in ("name", "retired_because"):
            continue
        value = plain(str(cell))
        if field == "retired_on" and told.retired_because:
            value = say("roster.because", day=value, reason=plain(told.retired_because))
        if field in Terms.model_fields:
            value = say("roster.said", value=value, who=said_by(says.get(field, "usual"), messages))
        yield "  " + say("profile.line", field=say(f"roster.{field}"), value=value)


def said_by(who: str, messages: Messages) -> str:
    """谁说的 The site's own cell, the program's usual, or a group."""
    if who in ("own", "usual"):
        return messages.text(f"roster.said.{who}")
    return messages.text("roster.said.group", group=group_title(who, messages))


def group_title(name: str, messages: Messages) -> str:
    """组名 As people read it: those of an organiser, a region or a level say so."""
    by, equals, value = name.partition("=")
    if not equals:
        return plain(name)
    shown = label(messages, "level", value) if by == "level" else plain(value)
    return messages.text("roster.selected", by=messages.text(f"roster.{by}"), value=shown)


def terms_line(terms: Terms, messages: Messages) -> str:
    """安排一行 What a group shares, told in one line."""
    said = []
    for field in Terms.model_fields:
        value = getattr(terms, field)
        if value not in (None, ()):
            shown = plain(str(_cell(value)))
            said.append(messages.text("profile.line", field=messages.text(f"roster.{field}"), value=shown))
    return messages.text("roster.join").join(said)


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        return Decimal(f"{value:g}")
    if isinstance(value, tuple):
        return "; ".join(value)
    return value if value is None or isinstance(value, int | date) else str(value)
