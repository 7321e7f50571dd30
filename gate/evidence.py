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


def evidence(
    findings: Annotated[
        list[str] | None, typer.Argument(help=help_of("arg.evidence"), metavar="[FINDING]…")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("opt.evidence_unit"))] = None,
    assessment: AssessmentId = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=help_of("opt.evidence_out"), metavar="FILE.zip")
    ] = None,
    pictures: Annotated[
        int, typer.Option("--pictures", min=0, max=5000, help=help_of("opt.evidence_pictures"))
    ] = 50,
    browser: Annotated[str | None, typer.Option("--browser", help=help_of("opt.evidence_browser"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.conclude import moment_of
    from audit.desk import concerned
    from audit.desk.desk import open_desk
    from audit.desk.proof import pack_evidence
    from report.units import file_name

    if bool(findings and unit) or not (findings or unit or assessment):
        raise Fault("fault.evidence_what")
    with typed.store(db, create=False) as store:
        desk = open_desk(store, assessment) if assessment else None
        if findings:
            wanted = concerned.named(store, findings)
        elif desk:
            wanted = concerned.of_assessment(store, desk, unit)
        else:
            wanted = concerned.of_unit(store, unit or "", moment_of(typed.now()))
        told = [one for one in (desk.assessment.title if desk else "", unit or "") if one] or [
            one.id for one in wanted
        ]
        what = "、".join(told[:5]) + ("…" if len(told) > 5 else "")
        short = unit or (desk.assessment.id if desk else wanted[0].id)
        path = out or Path(f"{file_name(say('evidence.file', name=short), set())}.zip")
        done = pack_evidence(
            store,
            wanted,
            plain(what),
            path,
            MESSAGES,
            desk=desk,
            unit=unit,
            pictures=pictures,
            browser=browser,
        )
    counts = {
        "findings": done.findings,
        "records": done.records,
        "pictures": done.pictures,
        "size": done.size,
    }
    bad = [one for one in done.flaws if not one.note]
    if as_json:
        print_json(
            counts
            | {"path": str(path), "sha256": done.digest, "flaws": [_as_json(one) for one in done.flaws]}
        )
    else:
        for flaw in done.flaws:
            print(f"{'!' if flaw.note else '✗'} {flaw_text(flaw)}")
        print(say("evidence.done", path=str(path), **counts))
        print(say("evidence.digest", digest=done.digest))
    raise typer.Exit(1 if bad else 0)


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
    if file:
        _tell_zip(file, as_json)
    if assessment is None:
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


def _tell_zip(file: Path, as_json: bool) -> None:
    """The very program that lies in the zip, with the sentences of the catalogue. An assessment's id may stand in the environment."""
    from model.seal import Flaw
    from report.evidence_verify import Looked, summary
    from report.evidence_verify import verify as verify_zip

    if not file.exists():
        raise Fault("fault.verify_none", path=str(file))
    looked = Looked()
    flaws = [
        Flaw(message_id=f"proof.{name}", params=dict(params), note=name.startswith("note_"))
        for name, params in verify_zip(file, looked)
    ]
    count = sum(not one.note for one in flaws)
    told = list(summary(file, looked))
    counts = dict(told)["looked"]
    digest = dict(told).get("digest", {}).get("digest")
    if as_json:
        print_json(
            {name: int(value) for name, value in counts.items()}
            | {"sha256": digest, "sound": not count, "flaws": [_as_json(one) for one in flaws]}
        )
    else:
        for flaw in flaws:
            print(f"{'!' if flaw.note else '✗'} {flaw_text(flaw)}")
        for name, params in told:
            print(say(f"proof.{name}", **params))
        end = "bad" if count else "done_partly" if flaws else "done"
        print(say(f"proof.{end}", count=count))
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
