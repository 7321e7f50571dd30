"""链接清单 Dead links, long-dead links and what could not be checked, as CSV in the columns vendors' sheets have.

Mark, line ends and cells are those of every sheet of ours: no cell is ever a formula.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from report.links import LinkRow, LinksView, fault_text, refusal_text, whitelist_text
from report.messages import Messages
from report.output import write_whole
from report.sheet import cell_text
from report.text import label

DEAD = (
    "number", "time", "dead_url", "level", "link_title", "parent_url", "parent_title", "resource", "fault", "days",
    "snapshot",
)  # fmt: skip
LONG_DEAD = ("number", "dead_url", "link_title", "resource", "scope", "days")
BLOCKED = ("number", "host", "example", "cause", "count", "agent", "whitelist")
LONG_DAYS = 7  # as the national pack asks

Cell = str | int | Decimal | None


def write_dead(view: LinksView, path: Path, messages: Messages) -> None:
    """写不可用链接清单 One row a dead link and page that carries it. Raises Fault when it cannot write."""
    _write(path, DEAD, dead_rows(view, messages), messages)


def write_long_dead(view: LinksView, path: Path, messages: Messages, days: int = LONG_DAYS) -> None:
    """写长期不可用链接清单 Targets that have been dead for `days` days in a row or more, the longest first."""
    _write(path, LONG_DEAD, long_dead_rows(view, messages, days), messages)


def write_blocked(view: LinksView, path: Path, messages: Messages) -> None:
    """写无法核验清单 One row a host and cause, with what its operator must let pass."""
    _write(path, BLOCKED, blocked_rows(view, messages), messages)


def dead_rows(view: LinksView, messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """不可用链接各行 Without the number of the row."""
    for row in view.dead:
        for parent in row.parents or (None,):
            yield (
                row.at,
                row.url,
                label(messages, "link_level", row.level),
                (parent.anchor if parent else "") or row.anchor,
                parent.url if parent else "",
                parent.title if parent else "",
                _resource(row, messages),
                fault_text(row, messages),
                row.days,
                row.snapshot,
            )


def long_dead_rows(view: LinksView, messages: Messages, days: int) -> Iterator[tuple[Cell, ...]]:
    """长期不可用链接各行"""
    for row in sorted(view.dead, key=lambda one: (-one.days, one.url)):
        if row.days >= days:
            scope = label(messages, "link_scope", row.scope)
            yield row.url, row.anchor, _resource(row, messages), scope, row.days


def blocked_rows(view: LinksView, messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """无法核验各行"""
    for one in view.refusals:
        yield (
            one.host,
            one.examples[0] if one.examples else "",
            refusal_text(one, messages),
            one.count,
            view.agent,
            whitelist_text(one, view, messages),
        )


def _resource(row: LinkRow, messages: Messages) -> str:
    return label(messages, "link_resource", row.relation)


def _write(path: Path, heads: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], messages: Messages) -> None:
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow([messages.text(f"link_sheet.{head}") for head in heads])
    for number, row in enumerate(rows, start=1):
        sheet.writerow([cell_text(value) for value in (number, *row)])
    write_whole(path, text.getvalue().encode("utf-8-sig"))
