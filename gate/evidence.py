"""取证之门 Verbs of evidence that leaves the house, and of verifying that nothing was altered."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, Db, Lang
from gate.terminal import print_json
from gate.words import MESSAGES, help_of, say
from model import Fault
from report.text import label, plain

if TYPE_CHECKING:
    from audit.desk.verifying import Verified
    from model.seal import Flaw

_HEAD = re.compile(r"(\d{1,12}):([0-9a-f]{16,64})")


def verify(
    file: Annotated[Path | None, typer.Argument(help=help_of("arg.verify"), metavar="[FILE.zip]")] = None,
    runs: Annotated[bool, typer.Option("--runs", help=help_of("opt.verify_runs"))] = False,
    assessment: AssessmentId = None,
    site: Annotated[str | None, typer.Option("--site", help=help_of("opt.verify_site"))] = None,
    bodies: Annotated[bool, typer.Option("--bodies/--no-bodies", help=help_of("opt.verify_bodies"))] = True,
    noted: Annotated[
        str | None, typer.Option("--noted", help=help_of("opt.verify_noted"), metavar="NUMBER:DIGEST")
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.verifying import verify_assessment, verify_runs

    if runs:
        if file:
            raise Fault("fault.verify_one")
        head = _HEAD.fullmatch(noted) if noted else None
        if noted and head is None:
            raise Fault("fault.verify_noted", text=noted)
        with typed.store(db, create=False) as store:
            key = typed.site_key(store, site) if site else None
            done = verify_runs(
                store, site_key=key, bodies=bodies, noted=(int(head[1]), head[2]) if head else None
            )
        _tell(done, "verify.runs_done", as_json)
    for option, given in (("--site", site), ("--noted", noted), ("--no-bodies", not bodies or None)):
        if given is not None:
            raise Fault("fault.verify_option", option=option)
    if file is None and assessment is None:
        raise Fault("fault.verify_one")
    with typed.store(db, create=False) as store:
        _tell(verify_assessment(store, assessment), "verify.assessment_done", as_json)


def _tell(done: "Verified", summary: str, as_json: bool) -> None:
    counts = {
        "entries": done.entries,
        "runs": done.runs,
        "cleared": done.cleared,
        "bodies": done.bodies,
        "papers": done.papers,
    }
    if as_json:
        print_json(
            counts | {"head": done.head, "sound": done.sound, "flaws": [_as_json(one) for one in done.flaws]}
        )
        raise typer.Exit(0 if done.sound else 2)
    for flaw in done.flaws:
        print(f"{'!' if flaw.note else '✗'} {flaw_text(flaw)}")
    print(say(summary, **counts))
    if done.head:
        number, _, digest = done.head.partition(":")
        print(say("verify.head", head=f"{number}:{digest[:32]}"))
    count = sum(not one.note for one in done.flaws)
    print(say("verify.unsound", count=count) if count else say("verify.sound"))
    raise typer.Exit(2 if count else 0)


def flaw_text(flaw: "Flaw") -> str:
    """One sentence in the reader's language; what strangers wrote in it is harmless."""
    params = {name: plain(str(value)) for name, value in flaw.params.items()}
    for name, family in (("kind", "entry"), ("part", "verify.part")):
        if name in params:
            params[name] = label(MESSAGES, family, params[name])
    return plain(say(flaw.message_id, **params))


def _as_json(flaw: "Flaw") -> dict[str, object]:
    return flaw.model_dump(mode="json") | {"text": flaw_text(flaw)}
