"""维护之门 Verbs that keep the machine fit."""

import os
from pathlib import Path
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, Db, Lang
from gate.terminal import print_json
from gate.words import MESSAGES, help_of, say
from model import Retention
from model.retention import LEAST_DAYS
from report.text import plain

_TERMS = Retention()
_DAYS = {"min": LEAST_DAYS, "max": 36500}
BackupFolder = Annotated[Path, typer.Argument(help=help_of("arg.backup"), metavar="FOLDER")]


def doctor(
    archive: Annotated[bool, typer.Option("--archive", help=help_of("opt.doctor_archive"))] = False,
    sample: Annotated[int | None, typer.Option("--sample", min=1, help=help_of("opt.doctor_sample"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.doctor import examine
    from audit.retention import examine_archive

    symptoms = examine(db)
    if archive:
        with typed.store(db, create=False) as store:
            symptoms += examine_archive(store, sample)
    if as_json:
        print_json([one.model_dump(mode="json") for one in symptoms])
    else:
        for one in symptoms:
            mark = {"good": "✓", "warning": "!", "bad": "✗"}[one.state]
            print(f"{mark} {plain(say(one.message_id, **one.params))}")
    raise typer.Exit(1 if any(one.state == "bad" for one in symptoms) else 0)


def gc(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("opt.gc_dry"))] = False,
    keep_days: Annotated[
        int, typer.Option("--keep-days", **_DAYS, help=help_of("opt.keep_days"))
    ] = _TERMS.keep_days,
    keep_evidence_days: Annotated[
        int, typer.Option("--keep-evidence-days", **_DAYS, help=help_of("opt.keep_evidence_days"))
    ] = _TERMS.keep_evidence_days,
    keep_visits_days: Annotated[
        int, typer.Option("--keep-visits-days", **_DAYS, help=help_of("opt.keep_visits_days"))
    ] = _TERMS.keep_visits_days,
    keep_votes_days: Annotated[
        int, typer.Option("--keep-votes-days", **_DAYS, help=help_of("opt.keep_votes_days"))
    ] = _TERMS.keep_votes_days,
    compact_at: Annotated[
        float, typer.Option("--compact-at", min=0.01, max=1, help=help_of("opt.compact_at"))
    ] = _TERMS.compact_at,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.retention import clear
    from report.upkeep import clearance_lines

    terms = Retention(
        keep_days=keep_days, keep_evidence_days=keep_evidence_days, keep_visits_days=keep_visits_days,
        keep_votes_days=keep_votes_days, compact_at=compact_at,
    )  # fmt: skip
    with typed.store(db, create=False) as store:
        done = clear(store, terms, dry=dry_run)
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        for line in clearance_lines(done, MESSAGES):
            _tell(line)
    raise typer.Exit(1 if done.archive.missing or done.archive.damaged else 0)


def backup(
    folder: BackupFolder,
    link: Annotated[bool, typer.Option("--link", help=help_of("opt.backup_link"))] = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.retention import back_up
    from report.upkeep import backed_lines

    with typed.store(db, create=False) as store:
        done = back_up(store, folder, link=link)
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        for line in backed_lines(done, MESSAGES):
            _tell(line)
    raise typer.Exit(1 if done.manifest.missing else 0)


def restore(
    folder: BackupFolder,
    archive: Annotated[Path | None, typer.Option("--archive", help=help_of("opt.restore_archive"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from report.upkeep import restored_lines
    from storage import restore as restore_store

    named = os.environ.get("DUWANG_ARCHIVE")
    done = restore_store(folder, db, archive or (Path(named) if named else None))
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        for line in restored_lines(done, MESSAGES):
            _tell(line)


def _tell(line: str) -> None:
    """One line, indented as it came."""
    print(line[: len(line) - len(line.lstrip())] + plain(line))
