"""状态之门 The verb that holds the roster against what was last seen of its sites."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AsOf, Db, Lang
from gate.terminal import print_json, table
from gate.words import MESSAGES, help_of, say


def states(
    group: Annotated[str | None, typer.Option("--group", help=help_of("opt.in_group"))] = None,
    organiser: Annotated[str | None, typer.Option("--organiser", help=help_of("opt.of_organiser"))] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=90, help=help_of("opt.states_days"))] = 7,
    every: Annotated[bool, typer.Option("--all", help=help_of("opt.states_all"))] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.table_out"), metavar="FILE.csv|FILE.xlsx")
    ] = None,
    as_of: AsOf = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.roster import chosen
    from audit.site_states import site_states
    from report.states import SiteState, state_cells, state_heads, state_rows
    from report.table import form_of, write_table

    if out:
        form_of(out)
    now = typed.moment(as_of) or typed.now()
    with closing(typed.store(db, create=False)) as store:
        lines = site_states(store, chosen(store.roster(), group, None, organiser), now, days)
    shown = [one for one in lines if every or one.state.contradicts]
    if as_json:
        print_json([one.model_dump(mode="json") for one in shown])
        return
    if out:
        count = write_table(out, say("states.sheet"), state_heads(MESSAGES), state_cells(shown, MESSAGES))
        print(say("duty.written", count=count, path=str(out)))
    else:
        heads = [say(f"states.col.{name}") for name in ("key", "name", "told")]
        table(heads, state_rows(shown, MESSAGES), empty=say("states.none"))
    kinds = Counter(one.state for one in lines)
    if contradicting := sum(count for state, count in kinds.items() if state.contradicts):
        print(say("states.count", count=contradicting))
    if not every and len(shown) < len(lines):
        print(
            say("states.rest", agrees=kinds[SiteState.AGREES], failing=kinds[SiteState.FAILING], days=days,
                retired=kinds[SiteState.RETIRED_UNSEEN], unseen=kinds[SiteState.UNSEEN])
        )  # fmt: skip
