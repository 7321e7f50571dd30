"""特征之门 Verbs on what is known of a site: its columns as people map them, its host as audits learn it."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, Db, Lang
from gate.terminal import complain, print_json, when
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault
from report.text import plain

Target = Annotated[str, typer.Argument(help=help_of("arg.host"), metavar="HOST|SITE|URL")]


def map_columns(
    site: Annotated[str, typer.Argument(help=help_of("arg.site"), metavar="SITE")],
    sheet: Annotated[Path, typer.Argument(help=help_of("arg.map"), metavar="FILE.csv")],
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.column_map import import_map

    with closing(typed.store(db)) as store:
        mapped, taken, wrong = import_map(site, sheet, store)
    for row, fault in wrong:
        complain(say("sites.bad_row", row=row, reason=say(fault.message_id, **fault.params)))
    if wrong:
        raise Fault("fault.map_refused", path=str(sheet), count=len(wrong))
    print(say("sites.mapped", name=plain(mapped.name or mapped.home), count=taken))


def show(target: Target, db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    from audit.arrange import who_says
    from audit.profiles import host_of
    from audit.roster import entry_of
    from audit.roster_view import listed
    from report.profile import profile_lines
    from report.roster import entry_lines

    with closing(typed.store(db, create=False)) as store:
        host = host_of(target, store)
        profile, entry = store.profile(host), entry_of(target, store)
        groups = store.groups()
        line = next((one for one in listed(store, datetime.now(SHANGHAI)) if one.entry == entry), None)
    if profile is None and line is None:
        raise Fault("fault.profile_none", host=host)
    if as_json:
        known = profile.model_dump(mode="json") if profile else {"host": host}
        print_json(known | ({"roster": line.model_dump(mode="json")} if line else {}))
        return
    if line:
        for text in entry_lines(line.entry, line.told, who_says(line.entry, groups), MESSAGES):
            print(text)
        print(
            say(
                "roster.last",
                last=when(line.last_audit) if line.last_audit else say("roster.never"),
                due=str(line.due_on) if line.due_on else say("roster.out"),
            )
        )
        print()
    if profile:
        for text in profile_lines(profile, MESSAGES):
            print(text)
    else:
        print(say("fault.profile_none", host=plain(host)))


def pin(
    target: Target,
    settings: Annotated[
        list[str] | None, typer.Argument(help=help_of("arg.settings"), metavar="[FIELD=VALUE]...")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help=help_of("opt.note"))] = None,
    unpin: Annotated[list[str] | None, typer.Option("--unpin", help=help_of("opt.unpin"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.profiles import pin as pin_profile
    from report.profile import profile_lines

    with closing(typed.store(db)) as store:
        profile = pin_profile(target, settings or [], unpin or [], note, store)
    print(say("sites.pinned", host=plain(profile.host)))
    for line in profile_lines(profile, MESSAGES):
        print(line)
