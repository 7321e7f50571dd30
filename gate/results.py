"""结果之门 Verbs on frozen results: shown, published, held against what a website shows, told in summaries and a report."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, At, ByWhom, Db, Lang
from gate.terminal import print_json, table, when
from gate.words import MESSAGES, help_of, say
from model import Fault
from report.text import label, plain

app = typer.Typer(help=help_of("results"), no_args_is_help=True)

Version = Annotated[int | None, typer.Option("--version", min=1, help=help_of("opt.result_version"))]
Against = Annotated[str | None, typer.Option("--against", help=help_of("opt.results_against"), metavar="ID")]
Folder = Annotated[Path, typer.Option("--out", "-o", help=help_of("opt.publish_folder"), metavar="FOLDER")]

Write = Callable[..., Any]


@app.command("show", help=help_of("results.show"))
def show(
    version: Version = None,
    against: Against = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=help_of("opt.ranking_out"), metavar="FILE.csv|FILE.xlsx"),
    ] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.ranking import frozen, ranking
    from report.output import write_whole
    from report.ranking import ranking_book, ranking_csv, ranking_table

    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        found = ranking(desk, frozen(desk, version), open_desk(store, against) if against else None)
    if out:
        write_whole(out, _form(out, {".csv": ranking_csv, ".xlsx": ranking_book})(found, MESSAGES))
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    told = {"kind": label(MESSAGES, "result_kind", found.kind), "as_of": when(found.as_of)}
    print(say("ranking.title", title=plain(found.title), version=found.version, **told))
    print(say("ranking.digest", digest=found.digest))
    if found.against:
        print(say("ranking.compared", against=plain(found.against)))
    heads, groups = ranking_table(found, MESSAGES)
    for group, rows in groups.items():
        if group:
            print(say("ranking.group", group=plain(group)))
        table(heads, rows, headed=True)
    if out:
        print(say("ranking.written", path=str(out)))


@app.command("publish", help=help_of("results.publish"))
def publish(
    out: Folder,
    by: ByWhom,
    version: Version = None,
    starts: Annotated[
        str | None, typer.Option("--from", help=help_of("opt.publish_from"), metavar="DATE")
    ] = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.publishing import publication, publicity
    from audit.desk.publishing import publish as enter
    from audit.desk.ranking import frozen
    from model import Published
    from report.output import write_whole
    from report.publicity import render_publicity
    from report.ranking import ranking_book, ranking_csv

    happened = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        result = frozen(desk, version)
        view = publicity(store, desk, result, typed.day(starts) if starts else None, happened)
        name = f"{desk.assessment.id}-v{result.version}"
        files = {
            f"{name}.html": render_publicity(view, MESSAGES),
            f"{name}.csv": ranking_csv(view.ranking, MESSAGES),
            f"{name}.xlsx": ranking_book(view.ranking, MESSAGES),
        }
        typed.writable(out)
        for file, content in files.items():
            write_whole(out / file, content)
        record = publication(Published.RESULTS, result, view.on, view.until, files)
        enter(store, desk, record, happened, by, typed.now())
    print(say(f"publish.done.{result.kind}", version=result.version, folder=str(out), on=view.on, until=view.until))  # fmt: skip
    if view.estimated and view.until:
        print(say("publish.estimated", year=view.until.year))
    for paper in record.files:
        print(say("publish.file", sha256=paper.sha256, name=paper.name))


@app.command("compare", help=help_of("results.compare"))
def compare(
    sources: Annotated[
        list[str], typer.Argument(help=help_of("arg.published"), metavar="URL|FILE...", show_default=False)
    ],
    by: ByWhom,
    version: Version = None,
    column: Annotated[str | None, typer.Option("--column", help=help_of("opt.score_column"))] = None,
    at: At = None,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="DUWANG_CONTACT", help=help_of("opt.contact"))
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help=help_of("opt.allow_private"))
    ] = False,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.collating import collate, entered, gathered
    from audit.desk.desk import open_desk
    from audit.desk.ranking import frozen
    from report.collation import collation_lines

    happened = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        result = frozen(desk, version)
        found = gathered(sources, allow_private=allow_private, contact=contact)
        made = collate(store, result, found, column, typed.now())
        entered(store, desk, made, happened, by, typed.now())
    if as_json:
        print_json(made.model_dump(mode="json") | {"agrees": made.agrees})
    else:
        print("\n".join(collation_lines(made, MESSAGES)))
    raise typer.Exit(0 if made.agrees else 2)


@app.command("typical", help=help_of("results.typical"))
def typical(
    version: Version = None,
    against: Against = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=help_of("opt.typical_out"), metavar="FILE.md|FILE.csv|FILE.xlsx"),
    ] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.ranking import frozen
    from audit.desk.typical import typical as gathered
    from report.document import as_text
    from report.output import write_whole
    from report.typical import typical_blocks, typical_book, typical_csv, typical_markdown, typical_title

    _, checks = typed.pack(None)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        before = open_desk(store, against) if against else None
        found = gathered(store, desk, frozen(desk, version), checks, before)
    if out:
        forms = {".md": typical_markdown, ".csv": typical_csv, ".xlsx": typical_book}
        write_whole(out, _form(out, forms)(found, MESSAGES))
    if as_json:
        print_json(found.model_dump(mode="json"))
    elif out:
        print(say("results.written", path=str(out)))
    else:
        print(typical_title(found, MESSAGES))
        print("\n".join(as_text(typical_blocks(found, MESSAGES))))


@app.command("mended", help=help_of("results.mended"))
def mended(
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("opt.mended_unit"))] = None,
    version: Version = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=help_of("opt.mended_out"), metavar="FILE.csv|FILE.xlsx"),
    ] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.mended import mended as gathered
    from audit.desk.ranking import frozen
    from report.mended import mended_book, mended_csv, mended_lines
    from report.output import write_whole

    _, checks = typed.pack(None)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        only = unit_named(desk, unit) if unit else None
        found = gathered(store, desk, frozen(desk, version), checks, only)
    if out:
        write_whole(out, _form(out, {".csv": mended_csv, ".xlsx": mended_book})(found, MESSAGES))
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    elif out:
        print(say("results.written", path=str(out)))
    else:
        print("\n".join(mended_lines(found, MESSAGES)))


@app.command("report", help=help_of("results.report"))
def report(
    out: Folder,
    by: ByWhom,
    version: Version = None,
    against: Against = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.assessment_report import report_content
    from audit.desk.desk import open_desk
    from audit.desk.publishing import publication
    from audit.desk.publishing import publish as enter
    from audit.desk.ranking import frozen
    from model import SHANGHAI, Published
    from report.assessment_report import report_files
    from report.output import write_whole

    happened = typed.happened(at)
    _, checks = typed.pack(None)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        result = frozen(desk, version)
        before = open_desk(store, against) if against else None
        content = report_content(store, desk, result, checks, happened, before)
        name = f"{desk.assessment.id}-v{result.version}-report"
        files = {f"{name}{form}": made for form, made in report_files(content, MESSAGES).items()}
        typed.writable(out)
        for file, made in files.items():
            write_whole(out / file, made)
        day = happened.astimezone(SHANGHAI).date()
        record = publication(Published.REPORT, result, day, None, files)
        enter(store, desk, record, happened, by, typed.now())
    print(say("report.written_to", version=result.version, folder=str(out)))
    for paper in record.files:
        print(say("publish.file", sha256=paper.sha256, name=paper.name))


def _form(path: Path, forms: Mapping[str, Write]) -> Write:
    """What writes a file of that ending."""
    if (write := forms.get(path.suffix.lower())) is None:
        raise Fault("fault.results_ending", path=str(path), known="、".join(forms))
    return write
