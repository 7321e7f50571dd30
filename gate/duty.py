"""值班之门 Verbs on duty reading: signed, shown, missed."""

import calendar
import re
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AsOf, AssessmentId, At, Db, Lang
from gate.rows import refuse, tell_read
from gate.terminal import print_json, table
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault
from report.text import plain

if TYPE_CHECKING:
    from audit.desk.desk import Desk
    from audit.desk.duty import Signed

app = typer.Typer(help=help_of("duty"), no_args_is_help=True)

Units = Annotated[list[str] | None, typer.Option("--unit", help=help_of("opt.duty_units"))]
Workdays = Annotated[bool, typer.Option("--workdays", help=help_of("opt.duty_workdays"))]
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


@app.command("sign", help=help_of("duty.sign"))
def sign(
    by: Annotated[str, typer.Option("--by", envvar="DUWANG_BY", help=help_of("opt.duty_by"))],
    sheet: Annotated[
        Path | None, typer.Argument(help=help_of("arg.duty_sheet"), metavar="[FILE.csv|FILE.xlsx]")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("opt.duty_unit"))] = None,
    note: Annotated[str, typer.Option("--note", help=help_of("opt.duty_note"))] = "",
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.duty import Asked
    from audit.desk.duty import sign as enter
    from audit.desk.duty_sheet import sign_sheet

    if (sheet is None) == (unit is None) or (sheet and (note or at)):
        raise Fault("fault.duty_which")
    now = typed.now()
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        if sheet:
            read = sign_sheet(store, desk, sheet, by, now)
            if not as_json:
                tell_read(read.title, read.unknown)
            if read.wrong:
                refuse(sheet, read.wrong)
            signed, blank = read.signed, read.blank
        else:
            moment = typed.happened(at).astimezone(SHANGHAI) if at else now
            hour = None if at and len(at) == len("2021-11-02") else moment
            asked = Asked(unit or "", moment.date(), by, hour, note)
            signed, blank = enter(store, desk.assessment.id, [asked], by, now), 0
    if as_json:
        print_json([one.model_dump(mode="json") for one in signed.entered])
        return
    _tell(signed, blank)


@app.command("show", help=help_of("duty.show"))
def show(
    unit: Units = None,
    month: Annotated[
        str | None, typer.Option("--month", help=help_of("opt.duty_month"), metavar="YYYY-MM")
    ] = None,
    workdays: Workdays = False,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.table_out"), metavar="FILE.csv|FILE.xlsx")
    ] = None,
    as_of: AsOf = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.duty import duty_days, duty_log
    from report.duty import duty_cells, duty_heads, duty_rows
    from report.table import form_of, write_table

    if out:
        form_of(out)
    now = typed.moment(as_of) or typed.now()
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        today = now.astimezone(SHANGHAI).date()
        days = _month(month) if month else _month_of(min(today, duty_days(desk.assessment)[1]))
        lines = duty_log(store, desk, days, now, _named(desk, unit), workdays=workdays)
    if as_json:
        print_json([one.model_dump(mode="json") for one in lines])
    elif out:
        count = write_table(out, say("duty.sheet"), duty_heads(MESSAGES), duty_cells(lines, MESSAGES))
        print(say("duty.written", count=count, path=str(out)))
    else:
        table(duty_heads(MESSAGES), duty_rows(lines, MESSAGES), empty=say("duty.none"))


@app.command("missed", help=help_of("duty.missed"))
def missed(
    unit: Units = None,
    month: Annotated[
        str | None, typer.Option("--month", help=help_of("opt.duty_missed_month"), metavar="YYYY-MM")
    ] = None,
    workdays: Workdays = False,
    as_of: AsOf = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.duty import duty_days, duty_tallies
    from report.duty import TALLY_HEADS, tally_json, tally_rows

    now = typed.moment(as_of) or typed.now()
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
    days = _month(month) if month else duty_days(desk.assessment)
    tallies = duty_tallies(desk, days, now, _named(desk, unit), workdays=workdays)
    if as_json:
        print_json(tally_json(tallies))
        return
    heads = [say(f"duty.col.{name}") for name in TALLY_HEADS]
    table(heads, tally_rows(tallies, MESSAGES), headed=True)
    late, on_time = sum(one.late for one in tallies), sum(one.signed for one in tallies)
    gone = sum(len(one.missed) for one in tallies)
    print(say("duty.count", asked=late + on_time + gone, signed=on_time, late=late, missed=gone))


def _tell(signed: "Signed", blank: int) -> None:
    from audit.desk.duty import is_late
    from model import Signature, told_in
    from report.duty import DutyLine, DutyState, seen_text

    told = [(entry, told_in(entry, Signature)) for entry in signed.entered]
    if len(told) == 1:
        one = told[0][1]
        line = DutyLine(on=one.on, unit=one.unit, state=DutyState.SIGNED, seen=one.seen)
        print(
            say("duty.signed.one", unit=plain(one.unit), day=one.on, signer=plain(one.signer),
                seen=seen_text(line, MESSAGES), standing=one.seen.standing)
        )  # fmt: skip
    else:
        print(say("duty.signed", count=len(told)))
    for message_id, count in (
        ("duty.signed.late", sum(is_late(*one) for one in told)),
        ("duty.signed.same", signed.same),
        ("duty.signed.blank", blank),
    ):
        if count:
            print(say(message_id, count=count))


def _named(desk: "Desk", units: list[str] | None) -> frozenset[str] | None:
    from audit.desk.desk import unit_named

    return frozenset(unit_named(desk, one) for one in units) if units else None


def _month(text: str) -> tuple[date, date]:
    """The first and the last day of a month as a person writes it."""
    found = _MONTH.fullmatch(text.strip())
    try:
        if found:
            return _month_of(date(int(found[1]), int(found[2]), 1))
    except ValueError:
        pass
    raise Fault("fault.month_invalid", text=text)


def _month_of(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
