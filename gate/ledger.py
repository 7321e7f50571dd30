"""台账之门 Verbs of what people decide about a finding, and of a site over time."""

from contextlib import closing
from datetime import timedelta
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, Db, FindingId, Lang
from gate.terminal import print_json, table
from gate.words import MESSAGES, help_of, say
from model import Fault, RulingResult
from report.text import plain

By = Annotated[str, typer.Option("--by", help=help_of("opt.case_by"))]
Reason = Annotated[str, typer.Option("--reason", help=help_of("opt.case_reason"))]
LONGEST_TREND = 3660


def waive(
    finding: FindingId,
    by: By,
    reason: Reason,
    until: Annotated[str, typer.Option("--until", help=help_of("opt.waive_until"), metavar="YYYY-MM-DD")],
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.rulings import waive as decide

    day = typed.day(until)
    with closing(typed.store(db, create=False)) as store:
        case = decide(store, finding, by=by, reason=reason, until=day, at=typed.now())
    print(say("waive.done", finding=case.id, until=day))


def dispute(
    finding: FindingId, by: By, reason: Reason, db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG
) -> None:
    from audit.rulings import dispute as decide

    with closing(typed.store(db, create=False)) as store:
        case = decide(store, finding, by=by, reason=reason, at=typed.now())
    assert case.dispute is not None  # noqa: S101 - it has just been filed
    print(say("dispute.done", finding=case.id, due=case.dispute.due))


def resolve(
    finding: FindingId,
    upheld: Annotated[bool, typer.Option("--upheld/--withdrawn", help=help_of("opt.upheld"))],
    by: By,
    reason: Reason,
    extend: Annotated[
        int | None, typer.Option("--extend", min=1, max=366, help=help_of("opt.extend"))
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.rulings import resolve as decide
    from report.ledger import ruling_text, state_text

    if extend is not None and not upheld:
        raise Fault("fault.extend_withdrawn")
    result = RulingResult.UPHELD if upheld else RulingResult.WITHDRAWN
    _, checks = typed.pack(None)
    with closing(typed.store(db, create=False)) as store:
        case, rulings = decide(
            store, finding, result, by=by, reason=reason, at=typed.now(), checks=checks, extend=extend
        )
    kept = not upheld and case.state.stands
    told = "resolve.upheld" if upheld else "resolve.kept" if kept else "resolve.withdrawn"
    print(say(told, finding=case.id, state=state_text(case, MESSAGES)))
    for ruling in rulings:
        print(plain(ruling_text(ruling, MESSAGES)))


def trend(
    site: Annotated[str, typer.Argument(help=help_of("opt.site"), metavar="SITE")],
    days: Annotated[
        int, typer.Option("--days", min=1, max=LONGEST_TREND, help=help_of("opt.trend_days"))
    ] = 90,
    pack: Annotated[str | None, typer.Option("--pack", help=help_of("opt.trend_pack"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.trend import trend as series
    from report.trend import HEADS, trend_json, trend_lines, trend_rows

    with closing(typed.store(db, create=False)) as store:
        key = typed.site_key(store, site)
        points = series(store, key, typed.now() - timedelta(days=days), pack)
    if as_json:
        print_json(trend_json(points))
        return
    print(say("trend.title", site=plain(key), pack=plain(points[-1].pack_id), count=len(points)))
    for line in trend_lines(points, MESSAGES):
        print(line)
    table([say(f"trend.col.{name}") for name in HEADS], trend_rows(points, MESSAGES), headed=True)
    if any(one.breaks or one.high is None for one in points):
        print(say("trend.legend"))
