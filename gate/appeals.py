"""复核之门 Verbs on applications for review: entered, listed, looked at again, ruled on, answered."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, At, ByWhom, Db, Lang
from gate.rows import refuse, tell_read
from gate.terminal import Watch, print_json, table
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Appeal, AppealResult, AppealState, BrowserUse, Fault
from report.text import label, plain

if TYPE_CHECKING:
    from audit.desk.appealing import Applied

app = typer.Typer(help=help_of("appeal"), no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1, help=help_of("arg.appeal_number"), metavar="N")]


@app.command("enter", help=help_of("appeal.enter"))
def enter(
    by: ByWhom,
    sheet: Annotated[
        Path | None, typer.Argument(help=help_of("arg.appeal_sheet"), metavar="[FILE.xlsx|FILE.csv]")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("opt.appeal_unit"))] = None,
    finding: Annotated[str | None, typer.Option("--finding", help=help_of("opt.appeal_finding"))] = None,
    item: Annotated[str | None, typer.Option("--item", help=help_of("opt.appeal_item"))] = None,
    reason: Annotated[str | None, typer.Option("--reason", help=help_of("opt.appeal_reason"))] = None,
    demand: Annotated[str | None, typer.Option("--demand", help=help_of("opt.appeal_demand"))] = None,
    applicant: Annotated[
        str | None, typer.Option("--applicant", help=help_of("opt.appeal_applicant"))
    ] = None,
    paper: Annotated[Path | None, typer.Option("--paper", help=help_of("opt.appeal_paper"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("opt.appeal_dry"))] = False,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.appeal_sheet import Claim, paper_at
    from audit.desk.appealing import apply_one, apply_sheet
    from audit.desk.desk import open_desk

    happened = typed.happened(at)
    all_day = at is not None and len(at) == len("2021-12-20")
    told = {
        "--unit": unit, "--finding": finding, "--item": item, "--reason": reason, "--demand": demand,
        "--applicant": applicant, "--paper": paper,
    }  # fmt: skip
    given = [option for option, value in told.items() if value is not None]
    if sheet is not None and given:
        raise Fault("fault.appeal_sheet_or_one", option=given[0])
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        if sheet is not None:
            done = apply_sheet(
                store, desk, sheet, by=by, at=happened, all_day=all_day, now=typed.now(), dry=dry_run
            )
        elif unit is None or reason is None or (finding is None) == (item is None):
            raise Fault("fault.appeal_what")
        else:
            claim = Claim(
                unit, reason, happened, all_day, finding=finding, item=item, demand=demand or "",
                applicant=applicant or "", paper=paper_at(paper) if paper else None,
            )  # fmt: skip
            done = apply_one(store, desk, claim, by=by, now=typed.now(), dry=dry_run)
    if sheet is not None and done.wrong:
        refuse(sheet, done.wrong)
    if as_json:
        _print_json(done.taken)
        return
    _tell(done, dry=dry_run)
    plan = desk.assessment
    print(say("appeal.rule", days=plan.appeal_workdays, basis=plain(plan.document or plan.title)))
    if done.estimated:
        print(say("appeal.estimated"))


@app.command("list", help=help_of("appeal.list"))
def list_appeals(
    waiting: Annotated[bool, typer.Option("--open", help=help_of("opt.appeal_open"))] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=help_of("opt.appeal_out"), metavar="FILE.csv|FILE.xlsx")
    ] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.appeals import appeals, undecided
    from audit.desk.desk import open_desk
    from report.appeals import HEADS, appeal_rows, write_appeals

    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
    found = undecided(desk) if waiting else appeals(desk)
    if out:
        write_appeals(found, out, MESSAGES)
    if as_json:
        _print_json(found)
        return
    heads = [say(f"appeal.col.{name}") for name in HEADS]
    table(heads, appeal_rows(found, MESSAGES), empty=say("appeal.none_open" if waiting else "appeal.none"))
    if out:
        print(say("appeal.written", path=str(out)))


@app.command("recheck", help=help_of("appeal.recheck"))
def recheck(
    number: Number,
    by: ByWhom,
    network: Annotated[
        bool, typer.Option("--network/--no-network", help=help_of("opt.appeal_network"))
    ] = True,
    whole: Annotated[bool, typer.Option("--whole", help=help_of("opt.appeal_whole"))] = False,
    at: At = None,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="DUWANG_CONTACT", help=help_of("opt.contact"))
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help=help_of("opt.no_browser"))] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help=help_of("opt.allow_private"))
    ] = False,
    confirm_after: Annotated[
        float, typer.Option("--confirm-after", min=1, max=3600, help=help_of("opt.confirm_after"))
    ] = 30,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.rechecking import Means
    from audit.desk.rechecking import recheck as look_again
    from checks import load_checks
    from report.appeals import recheck_lines, what_text

    happened = typed.happened(at) if at else None
    means = Means(
        contact=contact, allow_private=allow_private, browser=BrowserUse.NO if no_browser else BrowserUse.AUTO,
        confirm_seconds=confirm_after, as_of=happened, whole=whole,
    )  # fmt: skip
    with closing(typed.store(db, create=False)) as store, Watch(as_json) as watch:
        found = look_again(
            store, open_desk(store, assessment), number, by=by, at=happened, clock=typed.now, checks=dict(load_checks()),
            means=means if network else None, watch=watch,
        )  # fmt: skip
    if as_json:
        _print_json([found])
        return
    told = {"number": found.number, "unit": plain(found.said.unit), "what": what_text(found.said, MESSAGES)}
    print(say("recheck.head", **told))
    for line in recheck_lines(found.rechecked[-1][1], MESSAGES):
        print(line)
    print(say("recheck.note"))


@app.command("rule", help=help_of("appeal.rule"))
def rule(
    number: Number,
    by: ByWhom,
    reason: Annotated[str, typer.Option("--reason", help=help_of("opt.appeal_ruling_reason"))],
    accepted: Annotated[
        bool | None, typer.Option("--accepted/--refused", help=help_of("opt.appeal_accepted"))
    ] = None,
    admit: Annotated[bool, typer.Option("--admit", help=help_of("opt.appeal_admit"))] = False,
    refers: Annotated[
        list[int] | None, typer.Option("--refers", min=1, help=help_of("opt.appeal_refers"), metavar="ENTRY")
    ] = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.appeal_ruling import admit as let_in
    from audit.desk.appeal_ruling import rule as decide
    from audit.desk.desk import open_desk
    from checks import load_checks

    if admit == (accepted is not None):
        raise Fault("fault.appeal_which")
    happened = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        if admit:
            found = let_in(store, desk, number, by=by, reason=reason, at=happened, now=typed.now())
        else:
            result = AppealResult.ACCEPTED if accepted else AppealResult.REFUSED
            found = decide(
                store, desk, number, result, by=by, reason=reason, at=happened, now=typed.now(),
                checks=dict(load_checks()), refers=refers or (),
            )  # fmt: skip
    if as_json:
        _print_json([found])
    elif admit:
        print(say("appeal.admitted", number=number, due=found.due))
    else:
        _tell_ruling(found)


@app.command("answer", help=help_of("appeal.answer"))
def answer(
    number: Number,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help=help_of("opt.appeal_answer_out"), metavar="FILE.docx|FILE.txt|FILE.md"
        ),
    ] = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.appeals import appeal_numbered
    from audit.desk.desk import open_desk
    from report.appeal_answer import answer_lines, answered_on, write_answer

    today = typed.happened(at).astimezone(SHANGHAI).date()
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
    found = appeal_numbered(desk, number)
    if found.state is not AppealState.NOT_ADMITTED and found.ruled is None:
        raise Fault("fault.appeal_not_ruled", number=number)
    dated = answered_on(found, today)
    if out:
        write_answer(found, desk.assessment, dated, out, MESSAGES)
        print(say("appeal.written", path=str(out)))
        return
    for line in answer_lines(found, desk.assessment, dated, MESSAGES):
        print(line)


def _tell(done: "Applied", *, dry: bool) -> None:
    from report.appeals import what_text

    tell_read(done.title, done.unknown)
    for row, number in done.known:
        print(say("appeal.known", row=row, number=number))
    for one in done.taken:
        timely = say("appeal.late" if one.said.late else "appeal.in_time")
        print(say("appeal.entered", number=one.number, unit=plain(one.said.unit), what=what_text(one.said, MESSAGES), last_day=one.said.last_day, in_time=timely))  # fmt: skip
    print(say("appeal.would_enter" if dry else "appeal.entered_count", count=len(done.taken)))


def _tell_ruling(found: Appeal) -> None:
    from report.appeals import figures_text

    assert found.ruled is not None  # noqa: S101 - it has just been ruled on
    told = found.ruled[1]
    figures = figures_text(told.before, told.after, MESSAGES)
    state = label(MESSAGES, "appeal_state", found.state)
    print(say("appeal.ruled", number=found.number, state=state, unit=plain(found.said.unit), figures=figures))
    if told.unscored:
        print(say("appeal.ruled_unscored", why=say(told.unscored)))
    print(say("appeal.frozen_stays"))


def _print_json(found: Sequence[Appeal]) -> None:
    from report.appeals import appeals_json

    print_json(appeals_json(found))
