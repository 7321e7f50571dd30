"""考评之门 Verbs on assessments: opened, followed, amended, scored, frozen, closed, and what their dossiers tell."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, At, ByWhom, Db, Lang
from gate.terminal import complain, print_json, table, when
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault, Frozen, ResultKind
from report.text import number, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from model import Assessment
    from storage import Store

app = typer.Typer(help=help_of("assess"), no_args_is_help=True)

PlanFile = Annotated[Path, typer.Argument(help=help_of("arg.plan"), metavar="FILE.yaml")]
OfUnit = Annotated[str | None, typer.Option("--unit", help=help_of("opt.assessed_unit"))]
AsAt = Annotated[str | None, typer.Option("--at", help=help_of("opt.as_at"), metavar="MOMENT")]
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
    from report.assessment import DUE_HEADS, STATUS_HEADS, doubt_lines, due_rows, missed_lines, status_rows

    moment = _seen_at(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        units = progress(store, desk, moment)
        items = due_items(desk, moment, units)
        if unit is not None:
            name = unit_named(desk, unit)
            units = [one for one in units if one.unit == name]
    if as_json:
        print_json({"windows": _plain(items), "units": _plain(units)})
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
    moment = _seen_at(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        items = due_items(desk, moment, progress(store, desk, moment))
    if out:
        write_whole(out, calendar_file(items, desk.assessment, moment, MESSAGES).encode())
    if as_json:
        print_json(_plain(items))
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
        print_json(_plain(desk.assessment.units))
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


@app.command("score", help=help_of("assess.score"))
def score(
    at: AsAt = None,
    unit: OfUnit = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.score_out"), metavar="FILE.csv|FILE.xlsx")
    ] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.scoring import unit_scores
    from checks import load_checks
    from report.unit_scores import HEADS, in_order, score_rows, shown, unit_lines, write_scores

    moment = _seen_at(at)
    checks = dict(load_checks())
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        found = in_order(unit_scores(store, desk, moment, checks))
    if unit is not None:
        name = unit_named(desk, unit)
        found = [one for one in found if one.unit == name]
    if out:
        write_scores(found, out, MESSAGES)
    if as_json:
        print_json(_plain(found))
        return
    if unit is not None:
        for line in unit_lines(found[0], MESSAGES):
            print(line)
    else:
        print(say("scores.title", title=plain(desk.assessment.title), at=when(moment)))
        rows = [[row[place] for place in _AT_TERMINAL] for row in score_rows(found, MESSAGES)]
        table([say(f"assess.col.{HEADS[place]}") for place in _AT_TERMINAL], shown(rows), headed=True)
    if out:
        print(say("scores.wrote", path=plain(str(out))))


_AT_TERMINAL = (2, 0, 1, 3, 4, 5, 6, 7, 8, 9)  # a row begins with what it is about


@app.command("freeze", help=help_of("assess.freeze"))
def freeze(
    by: ByWhom,
    final: Annotated[bool | None, typer.Option("--final/--draft", help=help_of("opt.freeze_kind"))] = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.freezing import changes, hindrances, last_result
    from audit.desk.freezing import freeze as fix
    from audit.desk.scoring import unit_scores
    from checks import load_checks
    from report.assessment import named
    from report.unit_scores import change_lines, kind_text

    if final is None:
        raise Fault("fault.freeze_kind")
    kind = ResultKind.FINAL if final else ResultKind.DRAFT
    moment = typed.happened(at)
    checks = dict(load_checks())
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        try:
            entry, result = fix(store, desk, kind, moment, by, typed.now(), checks)
        except Fault as fault:
            if fault.message_id == "fault.freeze_hindered":
                for one in hindrances(desk, kind, unit_scores(store, desk, moment, checks), moment):
                    complain(say(one.message_id, **one.params))
            raise
    before = last_result(desk)
    found_changes = changes(desk, before, result)
    if as_json:
        print_json(result.model_dump(mode="json") | {"entry": entry.number, "changes": _plain(found_changes)})
        return
    print(
        say("frozen.done", version=result.version, kind=kind_text(result, MESSAGES), number=entry.number, digest=result.digest)
    )  # fmt: skip
    if before is not None:
        for line in change_lines(before, found_changes, MESSAGES):
            print(line)
    if unscored := [one.unit for one in result.scores if one.score is None]:
        print(say("frozen.unscored", units=named(unscored, MESSAGES)))


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
        print_json(_plain(entries))
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


def _seen_at(text: str | None) -> datetime:
    return typed.moment(text) or typed.now()


def _reason(text: str) -> str:
    told = " ".join(text.split())
    if not told:
        raise Fault("fault.case_text_empty", option="--reason")
    return told


def _plain(nouns: "Iterable[Frozen]") -> list[object]:
    return [one.model_dump(mode="json") for one in nouns]
