"""屏幕 What a person sees at a terminal: live progress, tables, moments, complaints; for programs JSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gate.words import MESSAGES, say
from model import SHANGHAI, Finding, Progress, Score
from report.text import describe, number, plain, points_of, state_of, title_of

if TYPE_CHECKING:
    from model import Feature, ManualEntry, RulePack, VetoSuspect
    from rules import PackCard

_LOGGED_EVERY = 60.0  # seconds between two lines of a progress that goes into a log
_LEAST_COLUMN = 18  # cells of a terminal: nine Chinese characters, three English words


class Watch:
    """进度 Live progress on a terminal, a plain line now and then elsewhere, nothing for machines. On stderr."""

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True)
        self._live = (
            Live(console=self._console, transient=True, auto_refresh=False)
            if self._console.is_terminal
            else None
        )
        self._quiet = quiet
        self._lines = 0
        self._next = 0.0

    def __enter__(self) -> "Watch":
        if self._live and not self._quiet:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and not self._quiet:
            self._live.stop()

    def say(self, text: str) -> None:
        """一句 In place on a terminal, at most once a minute elsewhere, not at all for machines."""
        if self._quiet:
            return
        if self._live:
            self._live.update(Text(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        elif monotonic() >= self._next:
            self._next = monotonic() + _LOGGED_EVERY
            print(text, file=sys.stderr, flush=True)

    def __call__(self, stage: str, state: Progress | None) -> None:
        if self._quiet:
            return
        text = say(f"stage.{stage}") if state is None else say(
            "progress", fetched=state.fetched, waiting=state.waiting, columns=state.columns, links=state.links,
            rate=f"{state.per_second:.1f}", host=plain(state.host),
        )  # fmt: skip
        if self._live:
            self._live.update(Text(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        elif state is None or state.fetched >= self._lines:
            # A log wants a line every hundred pages, not five a second.
            self._lines = (state.fetched if state else self._lines) // 100 * 100 + 100
            print(text, file=sys.stderr, flush=True)


def findings_table(found: Sequence[Finding]) -> None:
    if not found:
        print(say("findings.none"))
        return
    table(
        [say("col.finding"), say("col.title"), say("col.subject_name"), say("col.description"), say("col.points"), say("col.state")],
        [
            [
                one.id, title_of(one, MESSAGES), one.verdict.subject_name or one.verdict.locus, describe(one, MESSAGES),
                points_of(one, MESSAGES), state_of(one, MESSAGES),
            ]
            for one in found
        ],
    )  # fmt: skip


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], empty: str | None = None, *, headed: bool = False
) -> None:
    """A table on a terminal, blocks where it is too narrow for one; elsewhere one line a row, parted by tabs.

    `headed`: there the heads are the first line too, for rows of figures that say nothing by themselves.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells and empty:
        print(empty)
        return
    console = Console()
    if not console.is_terminal:
        for row in [list(heads), *cells] if headed else cells:
            print("\t".join(row))
        return
    if not _fits(heads, cells, console.width):
        for first, *others in cells:
            print(first)
            for head, cell in zip(heads[1:], others, strict=True):
                if cell:
                    print(f"  {head}{say('why.colon')}{cell}")
        return
    drawn = Table(show_lines=False)
    for place, head in enumerate(heads):
        drawn.add_column(head, overflow="fold", no_wrap=place == 0)
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    console.print(drawn)


def _fits(heads: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> bool:
    """Whether every column has room for its longest cell, or for a line of some sense."""
    columns = zip(heads, *cells, strict=True)
    wanted = [max(cell_len(cell) for cell in column) for column in columns]
    least = [wanted[0], *(min(one, _LEAST_COLUMN) for one in wanted[1:])]
    return sum(least) + 3 * len(least) + 1 <= width


def titled(named: "RulePack | PackCard | VetoSuspect | ManualEntry | Feature") -> str:
    """A title in the reader's language, where there is one."""
    return (named.title_en if MESSAGES.language == "en" else None) or named.title


def when(at: datetime) -> str:
    """A moment in Beijing time."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def score_text(score: Score | None) -> str:
    if score is None or not score.priced:
        return "–"
    if score.low == score.high:
        return number(score.high)
    return say("score.range", low=number(score.low), high=number(score.high))


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True, indent=1, sort_keys=True))


def complain(sentence: str) -> None:
    print(plain(sentence), file=sys.stderr)
