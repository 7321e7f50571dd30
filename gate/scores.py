"""计分之门 Verbs on the scores of an assessment: reckoned at a moment, and frozen as a version of the result."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AssessmentId, At, ByWhom, Db, Lang
from gate.terminal import complain, print_json, table, when
from gate.words import MESSAGES, help_of, say
from model import Fault, Frozen, ResultKind
from report.text import plain

OfUnit = Annotated[str | None, typer.Option("--unit", help=help_of("opt.assessed_unit"))]
AsAt = Annotated[str | None, typer.Option("--at", help=help_of("opt.as_at"), metavar="MOMENT")]
_AT_TERMINAL = (2, 0, 1, 3, 4, 5, 6, 7, 8, 9)  # a row begins with what it is about


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

    moment = seen_at(at)
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
        print_json(as_json_rows(found))
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
        print_json(
            result.model_dump(mode="json") | {"entry": entry.number, "changes": as_json_rows(found_changes)}
        )
        return
    print(
        say("frozen.done", version=result.version, kind=kind_text(result, MESSAGES), number=entry.number, digest=result.digest)
    )  # fmt: skip
    if before is not None:
        for line in change_lines(before, found_changes, MESSAGES):
            print(line)
    if unscored := [one.unit for one in result.scores if one.score is None]:
        print(say("frozen.unscored", units=named(unscored, MESSAGES)))


def seen_at(text: str | None) -> datetime:
    """Until when something is told: as a person says, else now."""
    return typed.moment(text) or typed.now()


def as_json_rows(nouns: Iterable[Frozen]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in nouns]
