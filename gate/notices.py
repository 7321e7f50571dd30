"""发文之门 Verbs on notices: made, sent, acknowledged, listed, and the templates they are made from."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import sendings, typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, At, ByWhom, Db, Lang
from gate.terminal import complain, print_json
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault, NoticeKind
from report.text import plain

if TYPE_CHECKING:
    from audit.desk.desk import Desk
    from audit.desk.issuing import Issue, Issued
    from audit.desk.noticing import Sources
    from report.notice.faults import UnitFaults
    from storage import Store

app = typer.Typer(help=help_of("notice"), no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--out", "-o", help=help_of("opt.notice_out"), metavar="FOLDER")]
Template = Annotated[
    Path | None, typer.Option("--template", help=help_of("opt.notice_template"), metavar="FILE.docx")
]
Pdf = Annotated[bool, typer.Option("--pdf", help=help_of("opt.notice_pdf"))]
Preview = Annotated[bool, typer.Option("--preview", help=help_of("opt.notice_preview"))]
FOLDER = Path("notices")


@app.command("make", help=help_of("notice.make"))
def make(
    by: ByWhom,
    unit: Annotated[list[str] | None, typer.Option("--unit", help=help_of("opt.notice_units"))] = None,
    everyone: Annotated[bool, typer.Option("--all", help=help_of("opt.notice_all"))] = False,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=366, help=help_of("opt.notice_days"))
    ] = None,
    out: Folder = FOLDER,
    template: Template = None,
    pdf: Pdf = False,
    preview: Preview = False,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.issuing import Issue
    from audit.desk.noticing import Sources, notice_of, unit_faults
    from report.notice.faults import mend_book, mend_text

    if everyone == bool(unit):
        raise Fault("fault.notice_whom")
    moment = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        names = {unit_named(desk, one) for one in unit or ()}
        sources = Sources(store, desk, moment)
        found = [
            unit_faults(sources, one, days) for one in desk.assessment.units if everyone or one.name in names
        ]
        issues = [
            Issue(notice_of(one), mend_text(desk.assessment, one, MESSAGES), mend_book(one, MESSAGES))
            for one in found
            if one.listed
        ]
        made = _issue(store, desk, issues, out, template, pdf, preview, moment, by)
    if as_json:
        _print_issued(made)
    else:
        _tell_issued(made, {one.unit: one for one in found})
        if clean := [one.unit for one in found if not one.listed]:
            told = plain(say("notice.join").join(clean))
            print(say("notice.nothing_to_mend", count=len(clean), units=told))
    _warn(found, sources)


@app.command("bulletin", help=help_of("notice.bulletin"))
def bulletin(
    by: ByWhom,
    since: Annotated[
        str | None, typer.Option("--since", help=help_of("opt.notice_since"), metavar="DATE")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help=help_of("opt.notice_until"), metavar="DATE")
    ] = None,
    criticise: Annotated[
        list[str] | None, typer.Option("--criticise", help=help_of("opt.notice_criticise"), metavar="UNIT")
    ] = None,
    out: Folder = FOLDER,
    template: Template = None,
    pdf: Pdf = False,
    preview: Preview = False,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.bulletins import bulletin_of, period_of
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.issuing import Issue
    from audit.desk.noticing import Sources
    from report.notice.bulletin import bulletin_book, bulletin_text

    moment = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        named = [unit_named(desk, one) for one in criticise or ()]
        ends = min(typed.moment(until) or moment, moment)
        period = period_of(
            Sources(store, desk, ends), typed.since(since or desk.assessment.starts.isoformat())
        )
        notice = bulletin_of(period, desk.assessment, _day(moment), named)
        text = bulletin_text(desk.assessment, notice, period, MESSAGES)
        issues = [Issue(notice, text, bulletin_book(period, MESSAGES))]
        made = _issue(store, desk, issues, out, template, pdf, preview, moment, by)
    if as_json:
        _print_issued(made)
        return
    _tell_issued(made)
    if unchecked := sum(one.unchecked for one in period.repeats):
        complain(say("notice.unchecked", count=unchecked))
    whole = period.whole._asdict()
    print(say("notice.bulletin_told", units=len(period.lines), repeats=len(period.repeats), **whole))


@app.command("call", help=help_of("notice.call"))
def call(
    by: ByWhom,
    out: Folder = FOLDER,
    template: Template = None,
    pdf: Pdf = False,
    preview: Preview = False,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.bulletins import call_of
    from audit.desk.desk import open_desk
    from audit.desk.issuing import Issue
    from report.notice.call import call_text

    moment = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        notice = call_of(desk.assessment, _day(moment))
        issues = [Issue(notice, call_text(desk.assessment, notice, MESSAGES))]
        made = _issue(store, desk, issues, out, template, pdf, preview, moment, by)
    if as_json:
        _print_issued(made)
        return
    _tell_issued(made)
    if notice.begins is None:
        print(say("notice.call_unplanned"))
    else:
        days = abs((notice.begins - notice.dated).days)
        told = (
            "notice.call_ahead" if not notice.late else "notice.call_late" if days else "notice.call_same_day"
        )
        print(say(told, dated=notice.dated, begins=notice.begins, days=days))


@app.command("template", help=help_of("notice.template"))
def template_of(
    kind: Annotated[NoticeKind, typer.Argument(help=help_of("arg.notice_kind"))],
    out: Annotated[
        Path, typer.Option("--out", "-o", help=help_of("opt.notice_template_out"), metavar="FILE.docx")
    ],
    lang: Lang = DEFAULT_LANG,
) -> None:
    from report.notice.content import FIELDS, GRIDS
    from report.notice.template import write_template

    if out.suffix.lower() != ".docx":
        raise Fault("fault.notice_template_name", path=str(out))
    write_template(kind, out, MESSAGES)
    names = say("notice.join").join(say(f"notice.field.{one}") for one in (*FIELDS[kind], *GRIDS[kind]))
    print(say("notice.template_done", path=str(out), names=names))


def _issue(
    store: "Store",
    desk: "Desk",
    issues: "Sequence[Issue]",
    out: Path,
    template: Path | None,
    pdf: bool,
    preview: bool,
    at: datetime,
    by: str,
) -> "list[Issued]":
    from audit.desk.issuing import Forms, issue

    typed.writable(out)
    forms = Forms(out, template, pdf=pdf, preview=preview)
    return issue(store, desk, issues, forms, at, by, typed.now(), MESSAGES)


def _tell_issued(made: "Sequence[Issued]", told: "Mapping[str, UnitFaults] | None" = None) -> None:
    for one in made:
        number = say("notice.previewed") if one.number is None else say("notice.numbered", number=one.number)
        kind = say(f"notice.kind.{one.notice.kind}")
        files = say("notice.join").join(str(path) for path in one.paths)
        if one.notice.kind is not NoticeKind.MEND:
            print(say("notice.made_all", number=number, kind=kind, units=len(one.notice.units), files=files))
            continue
        due = str(one.notice.due) if one.notice.due else say("notice.each")
        unit, count = plain(one.notice.units[0]), len(one.notice.findings)
        print(say("notice.made", number=number, kind=kind, unit=unit, count=count, due=due, files=files))
        listed = (told or {})[one.notice.units[0]].listed
        if again := [each for each in listed if each.told]:
            numbers = {before.number for each in again for before in each.told}
            print(say("notice.again", count=len(again), numbers=_numbers(numbers)))
        if drafts := {before.number for each in listed if not each.told for before in each.earlier}:
            print(say("notice.again_unsent", numbers=_numbers(drafts)))


def _numbers(found: set[int]) -> str:
    return say("notice.join").join(str(one) for one in sorted(found))


def _warn(found: "Sequence[UnitFaults]", sources: "Sources") -> None:
    """What nobody could look at, or has not for long: it may not pass for being well, or for being so still."""
    from audit.desk.noticing import estimated
    from report.notice.faults import STALE_DAYS

    join = say("notice.join").join
    if stale := [one for one in found if one.stale]:
        count, names = sum(len(one.stale) for one in stale), plain(join(one.unit for one in stale))
        complain(say("notice.stale", count=count, days=STALE_DAYS, units=names))
    if unseen := [site.name or site.host for one in found for site in one.unseen]:
        complain(say("notice.unseen_told", count=len(unseen), names=plain(join(unseen))))
    if late := {one.due for one in found if estimated(sources.moment, one.due)}:
        complain(say("notice.estimated", days=join(str(day) for day in sorted(filter(None, late)))))


def _print_issued(made: "Sequence[Issued]") -> None:
    print_json(
        [
            {"number": one.number, "files": [str(path) for path in one.paths]}
            | {"notice": one.notice.model_dump(mode="json")}
            for one in made
        ]
    )


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


app.command("list", help=help_of("notice.list"))(sendings.list_notices)
app.command("gaps", help=help_of("notice.gaps"))(sendings.gaps)
app.command("sent", help=help_of("notice.sent"))(sendings.sent)
app.command("receipt", help=help_of("notice.receipt"))(sendings.receipt)
