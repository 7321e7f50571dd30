"""问题之门 Verbs on what was found: lists, reasons, cases, columns."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AsOfAgain, Db, FindingId, Lang, Pack, RunId
from gate.terminal import findings_table, print_json, score_text, table, when
from gate.words import MESSAGES, help_of, say
from model import Fault, Finding, Outcome
from report.figures import extent_text
from report.text import run_state_of


def runs(db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    with closing(typed.store(db, create=False)) as store:
        store.mark_dead_runs()
        found = store.runs()
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    table(
        [say("col.run"), say("col.site"), say("col.as_of"), say("col.state"), say("col.score"), say("col.fail"), say("col.unsure"), say("unit.extent")],
        [
            [
                one.id, one.site.name or one.site.home, when(one.as_of), run_state_of(one, MESSAGES),
                score_text(one.score), str(one.counts.get(Outcome.FAIL, 0)), str(one.counts.get(Outcome.UNSURE, 0)),
                extent_text(one.coverage, MESSAGES),
            ]
            for one in found
        ],
        empty=say("runs.none"),
    )  # fmt: skip


def findings(
    run: RunId = None,
    site: Annotated[str | None, typer.Option("--site", help=help_of("opt.site"))] = None,
    group: Annotated[str | None, typer.Option("--group", help=help_of("opt.ledger_group"))] = None,
    new: Annotated[bool, typer.Option("--new", help=help_of("opt.ledger_new"))] = False,
    fixed: Annotated[bool, typer.Option("--fixed", help=help_of("opt.ledger_fixed"))] = False,
    reopened: Annotated[bool, typer.Option("--reopened", help=help_of("opt.ledger_reopened"))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=help_of("opt.ledger_overdue"))] = False,
    disputed: Annotated[bool, typer.Option("--disputed", help=help_of("opt.ledger_disputed"))] = False,
    state: Annotated[list[str] | None, typer.Option("--state", help=help_of("opt.ledger_state"))] = None,
    since: Annotated[str | None, typer.Option("--since", help=help_of("opt.ledger_since"))] = None,
    until: Annotated[str | None, typer.Option("--until", help=help_of("opt.ledger_until"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    asked = {
        "--group": group, "--new": new, "--fixed": fixed, "--reopened": reopened, "--overdue": overdue,
        "--disputed": disputed, "--state": state, "--since": since, "--until": until,
    }  # fmt: skip
    about_ledger = [name for name, value in asked.items() if value]
    if about_ledger:
        if run:
            raise Fault("fault.findings_run_or_ledger", option=about_ledger[0])
        _ledger(
            db,
            as_json,
            site,
            group,
            state or [],
            since,
            until,
            new=new,
            fixed=fixed,
            reopened=reopened,
            overdue=overdue,
            disputed=disputed,
        )
        return
    with closing(typed.store(db, create=False)) as store:
        record = store.last_finished_run(site) if site and not run else typed.run(store, run)
        if record is None:
            raise Fault("fault.no_finished_run_of", site=site)
        found = store.findings(run_id=record.id)
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        findings_table(found)


def _ledger(
    db: str,
    as_json: bool,
    site: str | None,
    group: str | None,
    states: list[str],
    since: str | None,
    until: str | None,
    **kinds: bool,
) -> None:
    """Cases of all sites, or of those asked for, instead of the findings of one run."""
    from audit.ledger_view import LedgerAsk, keys_in_group, ledger_rows
    from report.ledger import HEADS, ledger_json
    from report.ledger import ledger_rows as cells

    with closing(typed.store(db, create=False)) as store:
        keys = keys_in_group(store, group) if group else None
        if site:
            key = typed.site_key(store, site)
            keys = frozenset({key}) if keys is None else keys & {key}
        ask = LedgerAsk(
            site_keys=keys, states=typed.case_states(states), since=typed.changed_since(store, since),
            until=typed.changed_until(store, until), **kinds,
        )  # fmt: skip
        rows = ledger_rows(store, ask, typed.now())
    if as_json:
        print_json(ledger_json(rows))
        return
    table([say(f"ledger.col.{name}") for name in HEADS], cells(rows, MESSAGES), empty=say("ledger.none"))
    if rows:
        print(say("ledger.count", count=len(rows)))


def why(
    finding: FindingId,
    run: RunId = None,
    pack: Pack = None,
    as_of: AsOfAgain = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.evidence import explain_finding, explain_forgotten
    from audit.replay import rejudge

    with closing(typed.store(db, create=False)) as store:
        if pack is None and run is None and as_of is None:
            try:
                found = store.finding(finding)
            except Fault as fault:
                if fault.message_id != "fault.finding_unknown":
                    raise
                for line in explain_forgotten(store, finding, MESSAGES):
                    print(line)
                return
        else:  # judged again, as `judge` did: nothing of it was kept
            record = typed.run(store, run)
            rule_pack, checks = typed.pack_again(store, record, pack)
            result = rejudge(store, record.id, rule_pack, checks, typed.moment(as_of))
            found = _of_number(result.findings, finding)
        for line in explain_finding(store, found, MESSAGES, typed.now().date()):
            print(line)


def _of_number(findings: Sequence[Finding], prefix: str) -> Finding:
    """The finding of that number among those just judged."""
    wanted = prefix if prefix.startswith("F-") else f"F-{prefix}"
    for one in findings:
        if one.id.startswith(wanted):
            return one
    raise Fault("fault.finding_unknown", finding=prefix)


def case(
    finding: FindingId,
    innocent: Annotated[bool, typer.Option("--pass/--fail", help=help_of("opt.case_pass"))] = True,
    out: Annotated[Path, typer.Option("--out", help=help_of("opt.case_out"))] = Path("fixtures/cases"),
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.evidence import write_case

    with closing(typed.store(db, create=False)) as store:
        path = write_case(store, store.finding(finding), Outcome.PASS if innocent else Outcome.FAIL, out)
    print(say("case.written", path=str(path)))


def columns(
    run: RunId = None,
    export_to: Annotated[
        Path | None, typer.Option("--export", help=help_of("opt.export"), metavar="FILE.csv")
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.column_view import columns_view
    from audit.replay import recall
    from report.columns import columns_json, columns_lines, write_map

    with closing(typed.store(db, create=False)) as store:
        view = columns_view(recall(store, typed.run(store, run).id))
    if export_to:
        count = write_map(view, export_to, MESSAGES)
        print(say("columns.exported", count=count, path=str(export_to)))
    elif as_json:
        print_json(columns_json(view))
    else:
        print("\n".join(columns_lines(view, MESSAGES)))
