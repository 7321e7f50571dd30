"""屡犯之门 The verb that tells whose findings come back, or stay overdue."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, Db, Lang
from gate.terminal import print_json, table
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault

_SPAN = timedelta(days=183)


def repeaters(
    since: Annotated[
        str | None, typer.Option("--since", help=help_of("opt.repeat_since"), metavar="YYYY-MM-DD")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help=help_of("opt.repeat_until"), metavar="YYYY-MM-DD")
    ] = None,
    every: Annotated[
        str, typer.Option("--every", help=help_of("opt.repeat_every"), metavar="week|month|quarter")
    ] = "month",
    least: Annotated[int, typer.Option("--periods", min=1, max=120, help=help_of("opt.repeat_periods"))] = 2,
    group: Annotated[str | None, typer.Option("--group", help=help_of("opt.ledger_group"))] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.table_out"), metavar="FILE.csv|FILE.xlsx")
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.ledger_view import keys_in_group
    from audit.repeaters import every_of, repeats
    from report.repeaters import PERIOD_HEADS, UNIT_HEADS, period_rows, repeats_json, unit_rows, write_repeats
    from report.table import form_of

    if out:
        form_of(out)
    today = typed.now().astimezone(SHANGHAI).date()
    last = typed.day(until) if until else today
    if last > today:  # nothing is overdue on a day that is yet to come
        raise Fault("fault.repeat_future", until=last, today=today)
    first = typed.day(since) if since else last - _SPAN
    with closing(typed.store(db, create=False)) as store:
        keys = keys_in_group(store, group) if group else None
        found = repeats(store, first, last, every_of(every), keys, least)
    if as_json:
        print_json(repeats_json(found))
        return
    if out:
        print(say("duty.written", count=write_repeats(found, out, MESSAGES), path=str(out)))
        return
    heads = [say(f"repeat.col.{name}") for name in PERIOD_HEADS]
    table(heads, period_rows(found.periods, MESSAGES), headed=True)
    print()
    heads = [say(f"repeat.col.{name}") for name in UNIT_HEADS]
    table(heads, unit_rows(found.lines, MESSAGES), empty=say("repeat.none"), headed=True)
    if found.lines:
        print(say("repeat.count", units=len({one.unit for one in found.lines}), count=len(found.lines)))
