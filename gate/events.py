"""事件之门 Verbs on grave events: entered by people, listed with how soon they were told of."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AsOf, AssessmentId, ByWhom, Db, Lang
from gate.rows import refuse, tell_read
from gate.terminal import print_json, table
from gate.words import MESSAGES, help_of, say
from model import Fault
from report.text import plain

if TYPE_CHECKING:
    from audit.desk.events import Entered

app = typer.Typer(help=help_of("event"), no_args_is_help=True)

Minute = "YYYY-MM-DDTHH:MM"


@app.command("enter", help=help_of("event.enter"))
def enter(
    by: ByWhom,
    sheet: Annotated[
        Path | None, typer.Argument(help=help_of("arg.event_sheet"), metavar="[FILE.csv|FILE.xlsx]")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("opt.event_unit"))] = None,
    title: Annotated[str | None, typer.Option("--title", help=help_of("opt.event_title"))] = None,
    happened_at: Annotated[
        str | None, typer.Option("--happened-at", help=help_of("opt.event_happened"), metavar=Minute)
    ] = None,
    first_release_at: Annotated[
        str | None, typer.Option("--first-release-at", help=help_of("opt.event_release"), metavar=Minute)
    ] = None,
    briefing_at: Annotated[
        str | None, typer.Option("--briefing-at", help=help_of("opt.event_briefing"), metavar=Minute)
    ] = None,
    release_url: Annotated[str, typer.Option("--release-url", help=help_of("opt.event_release_url"))] = "",
    briefing_url: Annotated[str, typer.Option("--briefing-url", help=help_of("opt.event_briefing_url"))] = "",
    note: Annotated[str, typer.Option("--note", help=help_of("opt.event_note"))] = "",
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.event_sheet import enter_event_sheet
    from audit.desk.events import Report, enter_events

    single = any((unit, title, happened_at, first_release_at, briefing_at, release_url, briefing_url, note))
    if bool(sheet) == single or (single and not (unit and title)):
        raise Fault("fault.event_which")
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        if sheet:
            read = enter_event_sheet(store, desk, sheet, by, typed.now())
            if not as_json:
                tell_read(read.title, read.unknown)
            if read.wrong:
                refuse(sheet, read.wrong)
            entered = read.entered
        else:
            report = Report(
                unit or "", title or "", _minute(happened_at), _minute(first_release_at), _minute(briefing_at),
                release_url, briefing_url, note,
            )  # fmt: skip
            entered = enter_events(store, desk.assessment.id, [report], by, typed.now())
    if as_json:
        print_json([one.model_dump(mode="json") for one in entered.entered])
        return
    _tell(entered)


@app.command("list", help=help_of("event.list"))
def list_events(
    unit: Annotated[list[str] | None, typer.Option("--unit", help=help_of("opt.event_units"))] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.table_out"), metavar="FILE.csv|FILE.xlsx")
    ] = None,
    as_of: AsOf = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.events import event_lines
    from report.events import event_cells, event_heads, event_json, event_rows
    from report.table import form_of, write_table

    if out:
        form_of(out)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
    units = frozenset(unit_named(desk, one) for one in unit) if unit else None
    lines = event_lines(desk, typed.moment(as_of) or typed.now(), units)
    if as_json:
        print_json(event_json(lines))
    elif out:
        count = write_table(out, say("event.sheet"), event_heads(MESSAGES), event_cells(lines, MESSAGES))
        print(say("duty.written", count=count, path=str(out)))
    else:
        table(event_heads(MESSAGES), event_rows(lines, MESSAGES), empty=say("event.none"), headed=True)
        if lines:
            print(say("event.legend"))


def _tell(entered: "Entered") -> None:
    from report.events import change_line

    print(say("event.entered", count=len(entered.entered)))
    for before, after in entered.changes:
        print(
            say("event.changed", unit=plain(after.unit), title=plain(after.title),
                changes=change_line(before, after, MESSAGES))
        )  # fmt: skip
    if entered.same:
        print(say("event.same", count=entered.same))


def _minute(text: str | None) -> datetime | None:
    from audit.desk.minutes import minute_of

    return None if text is None else minute_of(text)
