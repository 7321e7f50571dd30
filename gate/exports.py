"""导出之门 What was found, written to files: one run's findings, sheets of links, and one file for each organiser."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, Db, Lang, RunId
from gate.words import MESSAGES, help_of, say
from model import Fault, UnitForm


class Form(StrEnum):
    """导出格式"""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    HTML = "html"
    LINKS = "links"
    LONG_DEAD = "long-dead"
    BLOCKED = "blocked"
    UNDECIDED = "undecided"
    UNITS = "units"


def export(
    form: Annotated[Form, typer.Argument(help=help_of("arg.form"))],
    run: RunId = None,
    out: Annotated[Path | None, typer.Option("--out", help=help_of("opt.out_units"))] = None,
    days: Annotated[int, typer.Option("--days", min=1, help=help_of("opt.dead_days"))] = 7,
    unit_form: Annotated[UnitForm | None, typer.Option("--form", help=help_of("opt.unit_form"))] = None,
    since: Annotated[str | None, typer.Option("--since", help=help_of("opt.unit_since"))] = None,
    group: Annotated[str | None, typer.Option("--group", help=help_of("opt.unit_group"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    if form is Form.UNITS:
        _refuse(form, {"--run": run})
        _export_units(db, out or Path("units"), unit_form or UnitForm.XLSX, since, group)
        return
    _refuse(Form.UNITS, {"--form": unit_form, "--since": since, "--group": group}, only=True)
    _export_run(form, db, run, out, days)


def _refuse(form: Form, said: dict[str, object], *, only: bool = False) -> None:
    """Nobody is to think that an option did something where it does nothing."""
    for option, value in said.items():
        if value is not None:
            raise Fault(
                "fault.export_option" if only else "fault.export_option_not",
                option=option,
                form=f"export {form}",
            )


def _export_units(db: str, folder: Path, form: UnitForm, since: str | None, group: str | None) -> None:
    from audit.conclude import moment_of
    from audit.digest_view import Asked, Sources
    from audit.unit_view import units_of
    from report.units import write_units

    typed.writable(folder)
    moment = moment_of(datetime.now(UTC))
    with closing(typed.store(db, create=False)) as store:
        keys = Sources(store).keys(Asked(group))
        units = units_of(store, moment, keys, typed.since(since) if since else None)
        *written, index = write_units(units, folder, form, moment, MESSAGES)
    print(
        say("export.units_done", count=len(written), path=str(index)) if written else say("export.units_none")
    )


def _export_run(form: Form, db: str, run: str | None, out: Path | None, days: int) -> None:
    from audit.link_view import links_view
    from audit.replay import recall
    from audit.view import report_view
    from report.budget import write_undecided
    from report.lines import write_jsonl
    from report.link_sheets import write_blocked, write_dead, write_long_dead
    from report.page import write_page
    from report.sheet import write_csv, write_xlsx

    sheets: dict[Form, Callable[..., None]] = {
        Form.LINKS: write_dead,
        Form.LONG_DEAD: partial(write_long_dead, days=days),
        Form.BLOCKED: write_blocked,
    }
    with closing(typed.store(db, create=False)) as store:
        record = typed.run(store, run)
        path = out or Path(f"{record.id}.{form}" + (".csv" if form in (*sheets, Form.UNDECIDED) else ""))
        if form is Form.JSONL:
            write_jsonl(store.findings(run_id=record.id), path)
        elif form in (Form.CSV, Form.XLSX):
            rows = [(record.site, finding) for finding in store.findings(run_id=record.id)]
            (write_csv if form is Form.CSV else write_xlsx)(rows, path, MESSAGES)
        elif form in sheets:
            sheets[form](links_view(recall(store, record.id)), path, MESSAGES)
        else:
            view = report_view(recall(store, record.id), store.pack(record.pack_digest))
            (write_undecided if form is Form.UNDECIDED else write_page)(view, path, MESSAGES)
    print(say("export.done", path=str(path)))
