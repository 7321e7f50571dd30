"""分组之门 The verb on groups of sites: what they share, shown and set."""

from contextlib import closing
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, Db, Lang
from gate.terminal import print_json, table
from gate.words import MESSAGES, help_of, say
from model import Fault


def group(
    name: Annotated[str | None, typer.Argument(help=help_of("arg.group"), metavar="[NAME]")] = None,
    organiser: Annotated[str | None, typer.Option("--organiser", help=help_of("opt.group_organiser"))] = None,
    region: Annotated[str | None, typer.Option("--region", help=help_of("opt.group_region"))] = None,
    level: Annotated[str | None, typer.Option("--level", help=help_of("opt.group_level"))] = None,
    packs: Annotated[list[str] | None, typer.Option("--pack", help=help_of("opt.group_pack"))] = None,
    delay: Annotated[
        float | None, typer.Option("--delay", min=0.2, max=60, help=help_of("opt.delay"))
    ] = None,
    hours: Annotated[str | None, typer.Option("--hours", help=help_of("opt.group_hours"))] = None,
    max_pages: Annotated[
        int | None, typer.Option("--max-pages", min=1, help=help_of("opt.max_pages"))
    ] = None,
    max_minutes: Annotated[
        int | None, typer.Option("--max-minutes", min=1, help=help_of("opt.max_minutes"))
    ] = None,
    max_external: Annotated[
        int | None, typer.Option("--max-external", min=0, help=help_of("opt.max_external"))
    ] = None,
    every_days: Annotated[
        int | None, typer.Option("--every-days", min=1, max=366, help=help_of("opt.every_days"))
    ] = None,
    mend_days: Annotated[
        int | None, typer.Option("--mend-days", min=1, max=366, help=help_of("opt.mend_days"))
    ] = None,
    channels: Annotated[
        list[str] | None, typer.Option("--channel", help=help_of("opt.group_channel"))
    ] = None,
    unset: Annotated[list[str] | None, typer.Option("--unset", help=help_of("opt.unset"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.groups import all_groups, name_of, set_group
    from report.roster import group_title, terms_line

    said = {
        "packs": packs, "delay": delay, "hours": hours, "max_pages": max_pages, "max_minutes": max_minutes,
        "max_external": max_external, "every_days": every_days, "mend_days": mend_days, "channels": channels,
    }  # fmt: skip
    chosen = name_of(name, organiser=organiser, region=region, level=level)
    if chosen is None and (unset or any(value is not None for value in said.values())):
        raise Fault("fault.group_nameless")
    with closing(typed.store(db)) as store:
        if chosen is not None:
            set_group(store, chosen, said, unset or ())
        found = [(one, size) for one, size in all_groups(store) if chosen in (None, one.name)]
    if as_json:
        print_json([one.model_dump(mode="json") | {"sites": size} for one, size in found])
        return
    table(
        [say("col.group"), say("col.sites"), say("col.terms")],
        [
            [group_title(one.name, MESSAGES), str(size), terms_line(one, MESSAGES) or "–"]
            for one, size in found
        ],
        empty=say("sites.no_group"),
    )
