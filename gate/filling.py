"""填报之门 Verbs of what people put in: sheets to fill in, sheets that were filled in, and papers."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, At, ByWhom, Db, Lang
from gate.terminal import complain, print_json, table
from gate.words import MESSAGES, help_of, say
from model import Fault
from report.text import plain

if TYPE_CHECKING:
    from audit.desk.entering import Taken

app = typer.Typer(help=help_of("enter"), no_args_is_help=True)

KINDS = ("opinions", "vetoes", "self-scores", "scores", "adjustments", "scans")
Filled = Annotated[Path, typer.Argument(help=help_of("arg.filled"), metavar="FILE.xlsx|FILE.csv")]
Replace = Annotated[bool, typer.Option("--replace", help=help_of("opt.form_replace"))]
Because = Annotated[str | None, typer.Option("--reason", help=help_of("opt.form_reason"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=help_of("opt.form_dry"))]
_MOST_NAMED = 50  # rows told one by one


def form(
    kind: Annotated[str, typer.Argument(help=help_of("arg.form_kind"), metavar="|".join(KINDS))],
    out: Annotated[Path | None, typer.Option("--out", "-o", help=help_of("opt.form_out"))] = None,
    unit: Annotated[list[str] | None, typer.Option("--unit", help=help_of("opt.form_unit"))] = None,
    certain: Annotated[bool, typer.Option("--all", help=help_of("opt.form_all"))] = False,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.form_rows import form_rows, item_rows
    from audit.desk.forms import LAYOUTS, FormKind
    from audit.desk.seen import Seen
    from report.form_sheet import write_form

    if kind not in KINDS:
        raise Fault("fault.form_kind", kind=kind, known="、".join(KINDS))
    asked = FormKind(kind)
    if certain and asked is not FormKind.OPINIONS:
        raise Fault("fault.form_all")
    moment = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        seen = Seen(store, desk, moment, [unit_named(desk, one) for one in unit or ()])
        rows = form_rows(asked, seen, MESSAGES, certain=certain)
        items = item_rows(seen, MESSAGES) if asked is FormKind.ADJUSTMENTS else ()
    path = out or Path(f"{desk.assessment.id}-{kind}.xlsx")
    if path.exists():  # somebody may have filled it in already
        raise Fault("fault.form_exists", path=str(path))
    name = say(f"form.kind.{kind}")
    layout = LAYOUTS[asked]
    write_form(name, layout.columns, rows, path, MESSAGES, choices=layout.choices, items=items)
    print(say("form.written" if rows else "form.written_empty", name=name, count=len(rows), path=str(path)))


def _verb(kind: str) -> Callable[..., None]:
    def enter(
        sheet: Filled,
        by: ByWhom,
        at: At = None,
        replace: Replace = False,
        reason: Because = None,
        dry_run: DryRun = False,
        assessment: AssessmentId = None,
        db: Db = DEFAULT_DB,
        lang: Lang = DEFAULT_LANG,
        as_json: AsJson = False,
    ) -> None:
        from audit.desk.appealing import words_of
        from audit.desk.desk import open_desk
        from audit.desk.entering import enter_sheet
        from audit.desk.forms import FormKind
        from audit.desk.seen import Seen

        why = words_of("reason", reason or "", needed=False)
        if replace != bool(why):
            raise Fault("fault.form_replace_reason")
        moment = typed.happened(at)
        with closing(typed.store(db, create=False)) as store:
            seen = Seen(store, open_desk(store, assessment), moment)
            taken = enter_sheet(
                store, seen, FormKind(kind), sheet, by=by, at=moment, now=typed.now(), replace=why or None, dry_run=dry_run
            )  # fmt: skip
            ours = {} if taken.refused else _ours(seen, taken)
        if as_json:
            print_json(_as_json(taken, ours, dry_run=dry_run))
        else:
            _tell(taken, ours, dry_run=dry_run)
        _refuse(taken, sheet)

    return enter


def paper(
    file: Annotated[Path, typer.Argument(help=help_of("arg.paper"), metavar="FILE")],
    unit: Annotated[str, typer.Option("--unit", help=help_of("opt.paper_unit"))],
    purpose: Annotated[str, typer.Option("--purpose", help=help_of("opt.paper_purpose"))],
    by: ByWhom,
    item: Annotated[str | None, typer.Option("--item", help=help_of("opt.paper_item"))] = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.papers import file_paper
    from audit.desk.seen import Seen

    moment = typed.happened(at)
    with closing(typed.store(db, create=False)) as store:
        seen = Seen(store, open_desk(store, assessment), moment)
        done = file_paper(
            store, seen, file, unit=unit, purpose=purpose, item=item, by=by, at=moment, now=typed.now()
        )
    told = done.filed
    if as_json:
        extra = {"entry": done.entry.number, "new": done.new, "late": done.late}
        print_json(told.model_dump(mode="json") | extra)
        return
    print(
        say(
            "paper.filed" if done.new else "paper.known", unit=plain(told.unit), purpose=plain(told.purpose),
            name=plain(told.paper.name), sha256=told.paper.sha256, size=told.paper.size, entry=done.entry.number,
        )
    )  # fmt: skip
    if done.earlier:
        print(say("paper.earlier", count=done.earlier))
    if done.late:
        print(say("form.late", count=1, units=plain(told.unit)))


def papers(
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("opt.papers_unit"))] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=help_of("opt.papers_out"))] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.papers import handed_in, paper_files
    from report.output import write_whole

    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        found = handed_in(desk, unit_named(desk, unit) if unit else None)
        if out is not None:
            for name, content in paper_files(store, [one for _, one in found]):
                write_whole(out / name, content)
    if as_json:
        print_json(
            [one.model_dump(mode="json") | {"entry": entry.number, "by": entry.by} for entry, one in found]
        )
        return
    heads = ("entry", "unit", "purpose", "item", "on", "name", "size", "sha256")
    rows = [
        [
            str(entry.number), one.unit, one.purpose, one.rule_id or "–", str(one.on), one.paper.name,
            str(one.paper.size), one.paper.sha256,
        ]
        for entry, one in found
    ]  # fmt: skip
    table([say(f"paper.{head}") for head in heads], rows, empty=say("paper.none"), headed=True)
    if out is not None and found:
        print(say("paper.written", path=str(out)))


for one in KINDS:
    app.command(one, help=help_of(f"enter.{one}"))(_verb(one))
app.command("paper", help=help_of("enter.paper"))(paper)


def _ours(seen: Any, taken: "Taken") -> dict[int, list[str]]:
    from audit.desk.entering import scans_seen

    return {row: ids for row, _, ids in scans_seen(seen, taken)}


def _tell(taken: "Taken", ours: dict[int, list[str]], *, dry_run: bool) -> None:
    from report.said import about, said

    if taken.title is not None:
        print(say("sites.read_sheet", name=plain(taken.title)))
    if taken.unknown:
        print(say("sites.unknown_heads", heads=plain(say("roster.join").join(taken.unknown))))
    for row, head, fault in taken.wrong[:_MOST_NAMED]:
        reason = say(fault.message_id, **fault.params)
        where = (
            {"message_id": "sites.bad_cell", "head": plain(head)} if head else {"message_id": "sites.bad_row"}
        )
        complain(say(**where, row=row, reason=reason))
    for one in taken.conflicts[:_MOST_NAMED]:
        told = say(
            "form.conflict", row=one.row, what=about(one.before, MESSAGES), entry=one.entry.number,
            before=said(one.before, MESSAGES), after=said(one.after, MESSAGES),
        )  # fmt: skip
        complain(told) if taken.refused else print(told)
    for count in (len(taken.wrong), len(taken.conflicts)):
        if count > _MOST_NAMED:
            complain(say("form.more", count=count - _MOST_NAMED))
    if taken.refused:
        return
    for row, first in taken.twice[:_MOST_NAMED]:
        print(say("form.twice", row=row, first=first))
    if dry_run:
        for row, noun in taken.new[:_MOST_NAMED]:
            print(say("form.would", row=row, what=about(noun, MESSAGES), said=said(noun, MESSAGES)))
    print(say("form.would_enter" if dry_run else "form.entered", count=len(taken.new)))
    print(
        say("form.came", same=taken.same, beside=taken.beside, replaced=len(taken.conflicts), blank=taken.blank, twice=len(taken.twice))
    )  # fmt: skip
    for row, ids in ours.items():
        print(say("form.also_seen", row=row, findings=say("roster.join").join(ids)))
    if taken.late:
        print(say("form.late", count=len(taken.late), units=plain("、".join(taken.late))))
    if taken.idle:
        print(say("form.idle", units=plain("、".join(taken.idle))))


def _refuse(taken: "Taken", sheet: Path) -> None:
    from audit.desk.forms import LAYOUTS

    if taken.lacking:
        raise Fault(
            "fault.form_columns",
            path=str(sheet),
            lacking=_heads(taken.lacking),
            expected=_heads(LAYOUTS[taken.kind].columns),
        )
    if taken.wrong:
        raise Fault("fault.form_refused", path=str(sheet), count=len({one.row for one in taken.wrong}))
    if taken.refused:
        raise Fault("fault.form_conflicts", path=str(sheet), count=len(taken.conflicts))


def _heads(columns: Sequence[str]) -> str:
    return say("roster.join").join(say(f"form.{one}") for one in columns)


def _as_json(taken: "Taken", ours: dict[int, list[str]], *, dry_run: bool) -> dict[str, Any]:
    return {
        "kind": taken.kind,
        "entered": [] if dry_run else [{"row": row, **noun.model_dump(mode="json")} for row, noun in taken.new],
        "would_enter": [{"row": row, **noun.model_dump(mode="json")} for row, noun in taken.new] if dry_run else [],
        "same": taken.same,
        "beside": taken.beside,
        "blank": taken.blank,
        "twice": [{"row": row, "first": first} for row, first in taken.twice],
        "wrong": [
            {"row": one.row, "column": one.head, "message": say(one.fault.message_id, **one.fault.params), "id": one.fault.message_id}
            for one in taken.wrong
        ],
        "conflicts": [
            {
                "row": one.row, "entry": one.entry.number, "entered_by": one.entry.by,
                "before": one.before.model_dump(mode="json"), "after": one.after.model_dump(mode="json"),
            }
            for one in taken.conflicts
        ],
        "replaced": taken.replaced and not taken.refused,
        "lacking": list(taken.lacking),
        "unknown": list(taken.unknown),
        "also_seen": ours,
        "late": list(taken.late),
        "idle": list(taken.idle),
    }  # fmt: skip
