"""名单之门 Verbs on the roster of sites: added, listed, imported, exported, taken out of service."""

from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from gate import groups, hosts, states, typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, Db, Lang
from gate.terminal import complain, print_json, table, when
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault
from report.text import plain

app = typer.Typer(help=help_of("sites"), no_args_is_help=True)

InGroup = Annotated[str | None, typer.Option("--group", help=help_of("opt.in_group"))]
AtLevel = Annotated[str | None, typer.Option("--level", help=help_of("opt.at_level"))]
OfOrganiser = Annotated[str | None, typer.Option("--organiser", help=help_of("opt.of_organiser"))]
Retired = Annotated[bool, typer.Option("--retired", help=help_of("opt.retired"))]
Because = Annotated[str | None, typer.Option("--reason", help=help_of("opt.retired_because"))]
Move = Annotated[bool, typer.Option("--move-sites", help=help_of("opt.move_sites"))]
_MOST_NAMED = 20  # sites, or wrong cells, named one by one


@app.command("add", help=help_of("sites.add"))
def add(
    home: Annotated[str, typer.Argument(help=help_of("arg.home"), metavar="URL")],
    name: Annotated[str | None, typer.Option("--name", help=help_of("opt.name"))] = None,
    site_code: Annotated[str | None, typer.Option("--site-code", help=help_of("opt.site_code"))] = None,
    organiser: Annotated[str | None, typer.Option("--organiser", help=help_of("opt.organiser"))] = None,
    group: Annotated[str | None, typer.Option("--group", help=help_of("opt.its_group"))] = None,
    move: Move = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.roster import add_site

    with closing(typed.store(db)) as store:
        cells = {"home": home, "name": name, "site_code": site_code, "organiser": organiser, "group": group}
        entry = add_site(store, _today(), move=move, **cells)
    site = entry.site
    print(say("sites.added", name=plain(site.name or site.home), key=plain(site.key)))
    if entry.retired(_today()):
        print(say("sites.resting", count=1, keys=plain(site.key)))


@app.command("list", help=help_of("sites.list"))
def list_sites(
    group: InGroup = None,
    level: AtLevel = None,
    organiser: OfOrganiser = None,
    retired: Retired = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.roster import chosen
    from audit.roster_view import listed

    with closing(typed.store(db, create=False)) as store:
        lines = {one.entry.site.key: one for one in listed(store, datetime.now(SHANGHAI))}
    wanted = chosen((one.entry for one in lines.values()), group, _level(level), organiser)
    found = [lines[entry.site.key] for entry in wanted]
    shown = [one for one in found if one.retired == retired]
    if as_json:
        outer = ("told", "retired", "last_audit", "due_on")
        print_json(
            [
                one.entry.site.model_dump(mode="json")
                | {"key": one.entry.site.key, "arrangement": one.entry.arrangement.model_dump(mode="json")}
                | one.model_dump(mode="json", include=set(outer))
                for one in shown
            ]
        )
        return
    table(
        [say("col.key"), say("col.name"), say("col.group"), say("col.last_audit"), say("col.due" if not retired else "col.retired")],
        [
            [
                one.entry.site.key, one.entry.site.name or one.entry.site.home, one.entry.arrangement.group or "–",
                when(one.last_audit)[:10] if one.last_audit else say("roster.never"),
                str(one.entry.arrangement.retired_on if retired else one.due_on),
            ]
            for one in shown
        ],
        empty=say("sites.none" if not lines else "sites.none_such"),
    )  # fmt: skip
    if len(found) > len(shown):
        print(
            say("sites.more_in_service" if retired else "sites.more_retired", count=len(found) - len(shown))
        )


@app.command("import", help=help_of("sites.import"))
def import_sheet(
    sheet: Annotated[Path, typer.Argument(help=help_of("arg.sheet"))],
    retire_missing: Annotated[
        bool, typer.Option("--retire-missing", help=help_of("opt.retire_missing"))
    ] = False,
    reason: Because = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("opt.import_dry"))] = False,
    move: Move = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.roster import import_roster
    from report.roster import change_line

    with closing(typed.store(db)) as store:
        done = import_roster(
            sheet, store, _today(), retire_missing=retire_missing, reason=reason, dry_run=dry_run, move=move
        )
    if done.title is not None:
        print(say("sites.read_sheet", name=plain(done.title)))
    if done.unknown:
        print(say("sites.unknown_heads", heads=plain(say("roster.join").join(done.unknown))))
    for row, head, fault in done.wrong:
        sentence = say(fault.message_id, **fault.params)
        where = (
            {"message_id": "sites.bad_cell", "head": plain(head)} if head else {"message_id": "sites.bad_row"}
        )
        complain(say(**where, row=row, reason=sentence))
    if done.wrong:
        raise Fault("fault.sheet_refused", path=str(sheet), count=len({row for row, _, _ in done.wrong}))
    taken = len(done.added) + len(done.changed) + len(done.same)
    print(say("sites.would_import" if dry_run else "sites.imported", count=taken))
    print(
        say("sites.came", added=len(done.added), changed=len(done.changed), same=len(done.same), retired=len(done.retired))
    )  # fmt: skip
    for before, after in done.changes:
        print(change_line(before, after, MESSAGES))
    for message_id, keys in (("sites.missing", done.missing), ("sites.resting", done.resting)):
        if keys:
            print(say(message_id, count=len(keys), keys=_named(keys)))


@app.command("export", help=help_of("sites.export"))
def export(
    sheet: Annotated[Path, typer.Argument(help=help_of("arg.roster_out"), metavar="FILE.csv|FILE.xlsx")],
    group: InGroup = None,
    level: AtLevel = None,
    organiser: OfOrganiser = None,
    retired: Retired = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.roster import chosen
    from report.roster import write_roster

    with closing(typed.store(db, create=False)) as store:
        entries = chosen(store.roster(), group, _level(level), organiser)
    today = _today()
    count = write_roster([one for one in entries if not retired or one.retired(today)], sheet, MESSAGES)
    print(say("sites.exported", count=count, path=str(sheet)))


@app.command("retire", help=help_of("sites.retire"))
def retire(
    target: Annotated[str, typer.Argument(help=help_of("arg.site"), metavar="SITE")],
    on: Annotated[str | None, typer.Option("--on", help=help_of("opt.retire_on"), metavar="DATE")] = None,
    reason: Because = None,
    undo: Annotated[bool, typer.Option("--undo", help=help_of("opt.retire_undo"))] = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.roster import retire as put_out
    from audit.roster import take_back

    moment = typed.moment(on)
    day = moment.astimezone(SHANGHAI).date() if moment else _today()
    with closing(typed.store(db, create=False)) as store:
        entry = take_back(target, store) if undo else put_out(target, store, day, reason)
    name = plain(entry.site.name or entry.site.home)
    print(say("sites.taken_back", name=name) if undo else say("sites.retired", name=name, day=str(day)))


app.command("group", help=help_of("sites.group"))(groups.group)
app.command("show", help=help_of("sites.show"))(hosts.show)
app.command("map", help=help_of("sites.map"))(hosts.map_columns)
app.command("pin", help=help_of("sites.pin"))(hosts.pin)
app.command("states", help=help_of("sites.states"))(states.states)


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def _level(text: str | None) -> str | None:
    from audit.roster_row import level_of

    return level_of(text) if text else None


def _named(keys: tuple[str, ...]) -> str:
    rest = ["…"] if len(keys) > _MOST_NAMED else []
    return say("roster.join").join([*(plain(key) for key in keys[:_MOST_NAMED]), *rest])
