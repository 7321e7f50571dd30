"""考评之门 Verbs on assessments: opened, followed, amended, scored, frozen, closed, and what their dossiers tell."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import scores, typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, At, ByWhom, Db, Lang
from gate.scores import AsAt, OfUnit, as_json_rows, seen_at
from gate.terminal import complain, print_json, table, when
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault, ResultKind
from report.text import number, plain

if TYPE_CHECKING:
    from model import Assessment
    from storage import Store

app = typer.Typer(help=help_of("assess"), no_args_is_help=True)

PlanFile = Annotated[Path, typer.Argument(help=help_of("arg.plan"), metavar="FILE.yaml")]
Because = Annotated[str, typer.Option("--reason", help=help_of("opt.assess_reason"))]


@app.command("new", help=help_of("assess.new"))
def new(plan: PlanFile, by: ByWhom, at: At = None, db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG) -> None:
    from audit.desk.opening import open_assessment

    moment = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        made = _drawn_up(plan, store, moment)
        open_assessment(store, made, moment, by, typed.now())
    print(
        say("assess.opened", title=plain(made.title), id=made.id, units=len(made.units), starts=made.starts, ends=made.ends)
    )  # fmt: skip


@app.command("list", help=help_of("assess.list"))
def list_all(db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    from audit.desk.desk import assessments, open_desk
    from audit.desk.freezing import last_result, reopened, results

    with closing(typed.store(db, create=False)) as store:
        desks = [open_desk(store, one) for one in assessments(store)]
    rows = []
    for desk in desks:
        final = last_result(desk, ResultKind.FINAL) and not reopened(desk)
        rows.append(
            (desk.assessment, len(results(desk)), "closed" if desk.closed else "final" if final else "open")
        )
    if as_json:
        print_json(
            [one.model_dump(mode="json") | {"results": count, "state": state} for one, count, state in rows]
        )
        return
    table(
        [say(f"assess.col.{name}") for name in ("id", "title", "period", "units", "results", "state")],
        [
            [
                one.id, one.title, say("assess.to", first=one.starts, last=one.ends), str(len(one.units)),
                say("assess.versions", count=count), say(f"assess.state.{state}"),
            ]
            for one, count, state in rows
        ],
        empty=say("assess.none"),
    )  # fmt: skip


@app.command("status", help=help_of("assess.status"))
def status(
    at: AsAt = None,
    unit: OfUnit = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.due_days import due_items
    from audit.desk.progress import progress
    from report.assessment import (
        DUE_HEADS,
        STATUS_HEADS,
        doubt_lines,
        due_rows,
        missed_lines,
        scan_lines,
        status_rows,
    )

    moment = seen_at(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        units = progress(store, desk, moment)
        items = due_items(desk, moment, units)
        if unit is not None:
            name = unit_named(desk, unit)
            units = [one for one in units if one.unit == name]
    if as_json:
        print_json({"windows": as_json_rows(items), "units": as_json_rows(units)})
        return
    print(
        say("assess.status.title", title=plain(desk.assessment.title), id=desk.assessment.id, at=when(moment))
    )
    if unit is None:
        table([say(f"assess.col.{name}") for name in DUE_HEADS], due_rows(items, MESSAGES), headed=True)
    table([say(f"assess.col.{name}") for name in STATUS_HEADS], status_rows(units, MESSAGES), headed=True)
    whole = unit is not None
    for head, lines in (
        ("missed", list(missed_lines(units, MESSAGES, whole=whole))),
        ("doubts", list(doubt_lines(units, MESSAGES, whole=whole))),
        ("scans", list(scan_lines(units, MESSAGES, whole=whole))),
    ):
        if lines:
            print(say(f"assess.status.{head}"))
        for line in lines:
            print(f"  {line}")


@app.command("calendar", help=help_of("assess.calendar"))
def calendar(
    at: AsAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.calendar_out"), metavar="FILE.ics")
    ] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.due_days import due_items
    from audit.desk.progress import progress
    from report.assessment import DUE_HEADS, calendar_file, due_rows
    from report.output import write_whole

    if out and out.suffix.lower() != ".ics":
        raise Fault("fault.calendar_out", path=str(out))
    moment = seen_at(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        items = due_items(desk, moment, progress(store, desk, moment))
    if out:
        write_whole(out, calendar_file(items, desk.assessment, moment, MESSAGES).encode())
    if as_json:
        print_json(as_json_rows(items))
        return
    table([say(f"assess.col.{name}") for name in DUE_HEADS], due_rows(items, MESSAGES), headed=True)
    if not all(one.sure for one in items):
        print(say("assess.estimate"))
    if out:
        print(say("scores.wrote", path=plain(str(out))))


@app.command("units", help=help_of("assess.units"))
def units(
    assessment: AssessmentId = None, db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG, as_json: AsJson = False
) -> None:
    from audit.desk.desk import open_desk
    from report.assessment import UNIT_HEADS, unit_rows

    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
    if as_json:
        print_json(as_json_rows(desk.assessment.units))
        return
    table([say(f"assess.col.{name}") for name in UNIT_HEADS], unit_rows(desk.assessment, MESSAGES))


@app.command("amend", help=help_of("assess.amend"))
def amend(
    plan: PlanFile,
    by: ByWhom,
    reason: Because,
    reopen: Annotated[bool, typer.Option("--reopen", help=help_of("opt.reopen"))] = False,
    at: At = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.opening import amend as change
    from report.assessment import amendment_lines

    moment = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        to = _drawn_up(plan, store, moment)
        found = change(
            store, open_desk(store, to.id), to, _reason(reason), moment, by, typed.now(), reopen=reopen
        )
    print(say("assess.amended", count=len(found)))
    for line in amendment_lines(found, MESSAGES):
        print(f"  {line}")


app.command("score", help=help_of("assess.score"))(scores.score)
app.command("freeze", help=help_of("assess.freeze"))(scores.freeze)


@app.command("close", help=help_of("assess.close"))
def close(
    by: ByWhom,
    reason: Because = "",
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.opening import close as end

    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        end(store, desk, " ".join(reason.split()), typed.happened(at), by, typed.now())
    print(say("assess.closed", id=desk.assessment.id))


@app.command("log", help=help_of("assess.log"))
def log(
    unit: OfUnit = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from report.assessment import LOG_HEADS, log_rows

    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
    entries = list(desk.entries)
    if unit is not None:
        name = unit_named(desk, unit)
        entries = [one for one in entries if name in (one.subject, one.body.get("unit"))]
    if as_json:
        print_json(as_json_rows(entries))
        return
    table([say(f"assess.col.{name}") for name in LOG_HEADS], log_rows(entries, MESSAGES))


def _drawn_up(path: Path, store: "Store", moment: datetime) -> "Assessment":
    """The assessment a plan means, or every mistake told and nothing taken."""
    from audit.desk.plan import draw_up
    from rules.assessment import read_plan

    made = draw_up(read_plan(path), store, _packs(), moment.astimezone(SHANGHAI).date())
    for line, fault in made.wrong:
        complain(say("assess.line", line=line, reason=say(fault.message_id, **fault.params)))
    if made.assessment is None:
        raise Fault("fault.plan_refused", file=path.name, count=len(made.wrong))
    weight = made.assessment.weight_in_host
    if weight is not None and made.light:
        complain(say("assess.light", share=number(weight * 100)))
    return made.assessment


def _packs() -> Callable[[str], str]:
    """Ids of indicators by the names a plan gives them, each looked up once."""
    known: dict[str, str] = {}

    def id_of(name: str) -> str:
        if name not in known:
            known[name] = typed.pack(name)[0].id
        return known[name]

    return id_of


def _reason(text: str) -> str:
    from audit.desk.appealing import words_of

    return words_of("reason", text)
