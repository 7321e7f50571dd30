"""大门 The gate: verbs, flags and exit codes. No logic lives here.

Exit codes: 0 clean · 1 we could not do our work · 2 violations found · 3 bad input or configuration.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from model import (
    SHANGHAI,
    BrowserUse,
    Fault,
    Finding,
    Limits,
    Outcome,
    Pace,
    Progress,
    RunState,
    Score,
    Site,
)
from report.messages import LANGUAGES, Messages
from report.text import describe, label, number, plain, points_of, state_of, title_of

if TYPE_CHECKING:  # heavy rooms are opened only by the verbs that need them
    from audit.conclude import Result
    from model import CheckModule, Feature, ManualEntry, RulePack, Run, VetoSuspect
    from rules import PackCard
    from storage import Store

FOLDER = Path("duwang-data")
EARLIEST, LATEST = 1990, 2200  # years a website can be judged in
INTERRUPTED = 130  # what typer answers for a Ctrl-C that no room caught
log = logging.getLogger("duwang.cli")


def _language(words: Sequence[str]) -> str:
    """The language asked for anywhere on the line, else DUWANG_LANG, else Chinese."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--lang":
            return _named(following)
        if word.startswith("--lang="):
            return _named(word.removeprefix("--lang="))
    return _named(os.environ.get("DUWANG_LANG", "zh_CN"))


def _named(text: str) -> str:
    return "en" if text.lower().startswith("en") else "zh_CN"


def _known_language(text: str) -> str:
    if text.lower().replace("-", "_") not in {one.lower() for one in LANGUAGES} | {"zh"}:
        raise Fault("fault.language_unknown", text=text, known=", ".join(LANGUAGES))
    return text


MESSAGES = Messages(_language(sys.argv[1:]))
say = MESSAGES.text


def _help(message_id: str) -> str:
    return say(f"help.{message_id}")


app = typer.Typer(
    name="duwang", help=_help("duwang"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None,
)  # fmt: skip
rules_app = typer.Typer(help=_help("rules"), no_args_is_help=True)
checks_app = typer.Typer(help=_help("checks"), no_args_is_help=True)
sites_app = typer.Typer(help=_help("sites"), no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(checks_app, name="checks")
app.add_typer(sites_app, name="sites")


class Form(StrEnum):
    """导出格式"""

    CSV = "csv"
    JSONL = "jsonl"
    HTML = "html"
    LINKS = "links"
    LONG_DEAD = "long-dead"
    BLOCKED = "blocked"


Lang = Annotated[
    str,
    typer.Option("--lang", help=_help("opt.lang"), metavar="|".join(LANGUAGES), callback=_known_language),
]
Db = Annotated[str, typer.Option("--db", envvar="DUWANG_DB", help=_help("opt.db"))]
Pack = Annotated[str | None, typer.Option("--pack", help=_help("opt.pack"))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=_help("opt.as_of"))]
AsOfAgain = Annotated[str | None, typer.Option("--as-of", help=_help("opt.as_of_again"))]
Out = Annotated[Path | None, typer.Option("--out", help=_help("opt.out"))]
AsJson = Annotated[bool, typer.Option("--json", help=_help("opt.json"))]
RunId = Annotated[str | None, typer.Option("--run", help=_help("opt.run"))]
FindingId = Annotated[str, typer.Argument(help=_help("arg.finding"), metavar="FINDING")]
_LEAST_COLUMN = 18  # cells of a terminal: nine Chinese characters, three English words
DEFAULT_DB = f"sqlite:///{FOLDER.as_posix()}/duwang.sqlite3"
DEFAULT_LANG = MESSAGES.language


# --- the verbs -------------------------------------------------------------------------------------------


@app.command(help=_help("demo"))
def demo(
    out: Out = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=_help("opt.no_browser"))] = True,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.demo import served_demo, unlike_expected
    from audit.run import Request, audit
    from storage import open_store

    folder = out or Path("demo-out")
    with (
        served_demo() as portal,
        closing(open_store(f"sqlite:///{(folder / 'duwang.sqlite3').as_posix()}")) as store,
    ):
        request = Request(
            site=portal.site, as_of=portal.as_of, allow_private=True, pace=Pace(delay=0, concurrency=8, autothrottle=False),
            limits=Limits(confirm_seconds=1), browser=BrowserUse.AUTO if browser else BrowserUse.NO, external=False,
        )  # fmt: skip
        pack, checks = _pack(None)
        with _Watch(as_json) as watch:
            result = audit(request, pack, checks, store, watch)
        _tell(result, pack, folder, as_json)
        count, differences = unlike_expected(
            result.verdicts, portal.expected, result.observation.coverage.browser.path is not None
        )
    if not as_json:
        for line in differences:
            print(line)
        print(say("demo.differs" if differences else "demo.agrees", count=count, different=len(differences)))
        print(say("demo.done", folder=str(folder)))
    if differences:
        raise typer.Exit(1)


@app.command(help=_help("audit"))
def audit(
    target: Annotated[str, typer.Argument(help=_help("arg.target"), metavar="URL|SITE")],
    pack: Pack = None,
    as_of: AsOf = None,
    max_pages: Annotated[
        int, typer.Option("--max-pages", min=1, help=_help("opt.max_pages"))
    ] = Limits().max_pages,
    max_minutes: Annotated[int, typer.Option("--max-minutes", min=1, help=_help("opt.max_minutes"))] = 60,
    delay: Annotated[float, typer.Option("--delay", min=0, max=60, help=_help("opt.delay"))] = Pace().delay,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.5, max=120, help=_help("opt.timeout"))
    ] = Limits().timeout_seconds,
    confirm_after: Annotated[
        float, typer.Option("--confirm-after", min=1, max=3600, help=_help("opt.confirm_after"))
    ] = Limits().confirm_seconds,
    external: Annotated[
        bool, typer.Option("--external/--no-external", envvar="DUWANG_EXTERNAL", help=_help("opt.external"))
    ] = True,
    max_external: Annotated[
        int, typer.Option("--max-external", min=0, help=_help("opt.max_external"))
    ] = Limits().max_external,
    external_delay: Annotated[
        float, typer.Option("--external-delay", min=0, max=600, help=_help("opt.external_delay"))
    ] = 2.0,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="DUWANG_CONTACT", help=_help("opt.contact"))
    ] = None,
    out: Out = None,
    db: Db = DEFAULT_DB,
    no_browser: Annotated[bool, typer.Option("--no-browser", help=_help("opt.no_browser"))] = False,
    require_browser: Annotated[
        bool, typer.Option("--require-browser", help=_help("opt.require_browser"))
    ] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help=_help("opt.allow_private"))] = False,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.run import Request
    from audit.run import audit as run_audit
    from audit.target import target_site

    if no_browser and require_browser:
        raise Fault("fault.browser_contradiction")
    rule_pack, checks = _pack(pack)
    moment = _moment(as_of)
    if out:
        _writable(out)
    with closing(_store(db)) as store:
        request = Request(
            site=target_site(target, store.sites()),
            as_of=moment,
            limits=Limits(
                max_pages=max_pages,
                max_seconds=max_minutes * 60,
                timeout_seconds=timeout,
                confirm_seconds=confirm_after,
                max_external=max_external,
            ),
            pace=Pace(delay=delay, autothrottle=delay > 0),
            external=external,
            external_pace=Pace(delay=external_delay, concurrency=1),
            contact=contact,
            allow_private=allow_private,
            browser=BrowserUse.NO
            if no_browser
            else BrowserUse.REQUIRE
            if require_browser
            else BrowserUse.AUTO,
        )
        with _Watch(as_json) as watch:
            result = run_audit(request, rule_pack, checks, store, watch)
        _tell(result, rule_pack, out or FOLDER / "reports" / result.run.id, as_json)
    raise typer.Exit(_verdict_code(result))


@app.command(help=_help("judge"))
def judge(
    run: RunId = None,
    against: Annotated[str | None, typer.Option("--against", help=_help("opt.against"))] = None,
    pack: Pack = None,
    rule: Annotated[str | None, typer.Option("--rule", help=_help("opt.rule"))] = None,
    as_of: AsOfAgain = None,
    out: Out = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.replay import rejudge

    if against not in (None, "last") and run is None:
        run = against
    with closing(_store(db, create=False)) as store:
        record = _run(store, run)
        rule_pack, checks = _pack_again(store, record, pack)
        if rule:
            if rule not in {one.id for one in rule_pack.rules}:
                raise Fault("fault.rule_unknown", rule=rule, pack=rule_pack.id)
            only = tuple(one for one in rule_pack.rules if one.id == rule)
            rule_pack = rule_pack.model_copy(update={"rules": only, "tallies": ()})
        result = rejudge(store, record.id, rule_pack, checks, _moment(as_of))
        if rule:  # one rule is no assessment: its share of a full mark says nothing
            alone = result.run.model_copy(update={"score": None})
            result = result.model_copy(update={"run": alone})
        again = (
            f"--run {record.id}"
            + (f" --pack {pack}" if pack else "")
            + (f" --as-of {as_of}" if as_of else "")
        )
        _tell(result, rule_pack, out, as_json, only=rule, again=again)
    raise typer.Exit(_verdict_code(result))


@app.command(help=_help("compare"))
def compare(
    packs: Annotated[str, typer.Option("--packs", help=_help("opt.packs"), metavar="A,B,...")],
    run: RunId = None,
    as_of: AsOfAgain = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=_help("opt.compare_out"), metavar="FILE.csv")
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.compare import compare as compare_packs
    from report.compare import compare_lines, score_heads, score_rows, write_comparison

    loaded = [_pack(name.strip()) for name in packs.split(",") if name.strip()]
    checks = {name: check for _, found in loaded for name, check in found.items()}
    with closing(_store(db, create=False)) as store:
        record = _run(store, None if run == "last" else run)
        found = compare_packs(store, record.id, [pack for pack, _ in loaded], checks, _moment(as_of))
    if out:
        write_comparison(found, out, MESSAGES)
    if as_json:
        _print_json(found.model_dump(mode="json"))
        return
    site = plain(found.site.name or found.site.home)
    print(say("compare.head", run=found.run_id, site=site, as_of=_when(found.as_of)))
    if not found.home_seen:
        print(say("compare.home_unseen"))
    _table(score_heads(MESSAGES), score_rows(found, MESSAGES))
    for line in compare_lines(found, MESSAGES):
        print(line)
    if out:
        print(say("compare.written", path=str(out)))


@app.command(help=_help("export"))
def export(
    form: Annotated[Form, typer.Argument(help=_help("arg.form"))],
    run: RunId = None,
    out: Annotated[Path | None, typer.Option("--out", help=_help("opt.out_file"))] = None,
    days: Annotated[int, typer.Option("--days", min=1, help=_help("opt.dead_days"))] = 7,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.link_view import links_view
    from audit.replay import recall
    from audit.view import report_view
    from report.lines import write_jsonl
    from report.link_sheets import write_blocked, write_dead, write_long_dead
    from report.page import write_page
    from report.sheet import write_csv

    sheets: dict[Form, Callable[..., None]] = {
        Form.LINKS: write_dead,
        Form.LONG_DEAD: partial(write_long_dead, days=days),
        Form.BLOCKED: write_blocked,
    }
    with closing(_store(db, create=False)) as store:
        record = _run(store, run)
        path = out or Path(f"{record.id}.{form}" + (".csv" if form in sheets else ""))
        if form is Form.JSONL:
            write_jsonl(store.findings(run_id=record.id), path)
        elif form is Form.CSV:
            write_csv(
                [(record.site, finding) for finding in store.findings(run_id=record.id)], path, MESSAGES
            )
        elif form in sheets:
            sheets[form](links_view(recall(store, record.id)), path, MESSAGES)
        else:
            view = report_view(recall(store, record.id), store.pack(record.pack_digest))
            write_page(view, path, MESSAGES)
    print(say("export.done", path=str(path)))


@app.command(help=_help("runs"))
def runs(db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    with closing(_store(db, create=False)) as store:
        store.mark_dead_runs()
        found = store.runs()
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
        return
    _table(
        [say("col.run"), say("col.site"), say("col.as_of"), say("col.state"), say("col.score"), say("col.fail"), say("col.unsure")],
        [
            [
                one.id, one.site.name or one.site.home, _when(one.as_of), label(MESSAGES, "run_state", one.state),
                _score_text(one.score), str(one.counts.get(Outcome.FAIL, 0)), str(one.counts.get(Outcome.UNSURE, 0)),
            ]
            for one in found
        ],
        empty=say("runs.none"),
    )  # fmt: skip


@app.command(help=_help("findings"))
def findings(
    run: RunId = None,
    site: Annotated[str | None, typer.Option("--site", help=_help("opt.site"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    with closing(_store(db, create=False)) as store:
        record = store.last_finished_run(site) if site and not run else _run(store, run)
        if record is None:
            raise Fault("fault.no_finished_run_of", site=site)
        found = store.findings(run_id=record.id)
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
    else:
        _findings_table(found)


@app.command(help=_help("probe"))
def probe(
    targets: Annotated[
        list[str] | None, typer.Argument(help=_help("arg.probed"), metavar="[URL|SITE]...")
    ] = None,
    per_day: Annotated[int, typer.Option("--per-day", min=1, max=288, help=_help("opt.per_day"))] = 24,
    days: Annotated[
        float | None, typer.Option("--days", min=0.01, max=366, help=_help("opt.watch_days"))
    ] = None,
    hours: Annotated[
        float | None, typer.Option("--hours", min=0.01, max=9000, help=_help("opt.watch_hours"))
    ] = None,
    once: Annotated[bool, typer.Option("--once", help=_help("opt.once"))] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=15, max=120, help=_help("opt.visit_timeout"))
    ] = 15,
    control: Annotated[
        list[str] | None, typer.Option("--control", envvar="DUWANG_CONTROL", help=_help("opt.control"))
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="DUWANG_CONTACT", help=_help("opt.contact"))
    ] = None,
    pack: Pack = None,
    db: Db = DEFAULT_DB,
    allow_private: Annotated[bool, typer.Option("--allow-private", help=_help("opt.allow_private"))] = False,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.availability import sites_of
    from audit.availability_view import visits_views
    from audit.probe import Request, controls_of
    from audit.probe import probe as watch
    from report.visits import SeenVisit, verdict_lines, visit_line

    if sum((days is not None, hours is not None, once)) > 1:
        raise Fault("fault.probe_contradiction")
    span = None if once else timedelta(hours=hours) if hours else timedelta(days=days or 7)
    rule_pack, checks = _pack(pack)

    def tell(site: Site, seen: SeenVisit) -> None:
        name = site.name or site.home
        line = json.dumps(seen.model_dump(mode="json")) if as_json else visit_line(seen, MESSAGES, name)
        print(line, flush=True)

    with closing(_store(db)) as store:
        sites = sites_of(targets or [], store.sites())
        request = Request(
            sites=sites, per_day=per_day, span=span, seconds=timeout, controls=controls_of(control or ()),
            contact=contact, allow_private=allow_private,
        )  # fmt: skip

        def ready() -> None:
            until = _when(datetime.now(SHANGHAI) + span) if span else ""
            begun = "visits.begin" if span else "visits.begin_once"
            if not as_json:
                print(say(begun, sites=len(sites), per_day=per_day, until=until), flush=True)

        probed = watch(request, store, tell, ready)
        views = visits_views(store, sites, rule_pack, checks)
    suspected = [view for view in views if view.suspected]
    if not as_json:
        print(say("visits.stopped" if probed.stopped else "visits.done", count=probed.visits))
        for view in suspected:
            print("\n".join(verdict_lines(view, MESSAGES)))
        if probed.all_ours:
            print(say("visits.all_ours"))
        if probed.broken:
            print(say("visits.broken", count=probed.broken))
    raise typer.Exit(2 if suspected else 1 if probed.all_ours or probed.broken else 0)


@app.command(help=_help("visits"))
def visits(
    target: Annotated[str | None, typer.Argument(help=_help("arg.visited"), metavar="[URL|SITE]")] = None,
    days: Annotated[float, typer.Option("--days", min=0.01, max=366, help=_help("opt.window_days"))] = 7,
    out: Annotated[
        Path | None, typer.Option("--out", help=_help("opt.visits_out"), metavar="FILE.csv")
    ] = None,
    pack: Pack = None,
    as_of: AsOf = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.availability import sites_of
    from audit.availability_view import visits_views
    from report.visits import visits_lines, write_visits

    rule_pack, checks = _pack(pack)
    with closing(_store(db, create=False)) as store:
        sites = sites_of([target] if target else [], store.sites())
        views = visits_views(store, sites, rule_pack, checks, _moment(as_of), days)
    count = write_visits(views, out, MESSAGES) if out else 0
    if as_json:
        _print_json([view.model_dump(mode="json") | view.figures() for view in views])
    else:
        print("\n\n".join("\n".join(visits_lines(view, MESSAGES)) for view in views))
        if out:
            print(say("visits.written", count=count, path=str(out)))
    raise typer.Exit(2 if any(view.suspected for view in views) else 0)


@app.command(help=_help("why"))
def why(
    finding: FindingId,
    run: RunId = None,
    pack: Pack = None,
    as_of: AsOfAgain = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.evidence import explain_finding
    from audit.replay import rejudge

    with closing(_store(db, create=False)) as store:
        if pack is None and run is None and as_of is None:
            found = store.finding(finding)
        else:  # judged again, as `judge` did: nothing of it was kept
            record = _run(store, run)
            rule_pack, checks = _pack_again(store, record, pack)
            result = rejudge(store, record.id, rule_pack, checks, _moment(as_of))
            found = _of_number(result.findings, finding)
        for line in explain_finding(store, found, MESSAGES):
            print(line)


def _of_number(findings: Sequence[Finding], prefix: str) -> Finding:
    """The finding of that number among those just judged."""
    wanted = prefix if prefix.startswith("F-") else f"F-{prefix}"
    for one in findings:
        if one.id.startswith(wanted):
            return one
    raise Fault("fault.finding_unknown", finding=prefix)


@app.command(help=_help("case"))
def case(
    finding: FindingId,
    innocent: Annotated[bool, typer.Option("--pass/--fail", help=_help("opt.case_pass"))] = True,
    out: Annotated[Path, typer.Option("--out", help=_help("opt.case_out"))] = Path("fixtures/cases"),
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.evidence import write_case

    with closing(_store(db, create=False)) as store:
        path = write_case(store, store.finding(finding), Outcome.PASS if innocent else Outcome.FAIL, out)
    print(say("case.written", path=str(path)))


@app.command(help=_help("columns"))
def columns(
    run: RunId = None,
    export_to: Annotated[
        Path | None, typer.Option("--export", help=_help("opt.export"), metavar="FILE.csv")
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.column_view import columns_view
    from audit.replay import recall
    from report.columns import columns_json, columns_lines, write_map

    with closing(_store(db, create=False)) as store:
        view = columns_view(recall(store, _run(store, run).id))
    if export_to:
        count = write_map(view, export_to, MESSAGES)
        print(say("columns.exported", count=count, path=str(export_to)))
    elif as_json:
        _print_json(columns_json(view))
    else:
        print("\n".join(columns_lines(view, MESSAGES)))


@rules_app.command("list", help=_help("rules.list"))
def rules_list(pack: Pack = None, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    from rules import packs

    if pack is None:
        rows = [[one.id, _titled(one), one.document, one.version] for one in packs()]
        if as_json:
            _print_json(rows)
        else:
            _table([say("col.pack"), say("col.title"), say("col.document"), say("col.version")], rows)
        return
    rule_pack, _ = _pack(pack)
    if as_json:
        _print_json(rule_pack.model_dump(mode="json"))
        return
    _table(
        [say("col.rule"), say("col.title"), say("col.severity"), say("col.points"), say("col.check")],
        [
            [
                one.id, (one.title_en if MESSAGES.language == "en" else None) or one.title,
                label(MESSAGES, "severity", one.severity),
                number(one.points) if one.points is not None and one.verified else "–", one.check,
            ]
            for one in rule_pack.rules
        ]
        + [[one.id, _titled(one), label(MESSAGES, "severity", one.severity), "–", say("rules.manual")] for one in rule_pack.manual]
        + [[one.id, _titled(one), "–", "–", f"{say('rules.feature')} {one.command}"] for one in rule_pack.features],
    )  # fmt: skip


@rules_app.command("check", help=_help("rules.check"))
def rules_check(
    pack: Annotated[str | None, typer.Argument(help=_help("arg.pack"))] = None, lang: Lang = DEFAULT_LANG
) -> None:
    from rules import packs

    for name in [pack] if pack else [one.id for one in packs()]:
        checked, _ = _pack(name)
        print(say("rules.good", pack=checked.id, rules=len(checked.rules), digest=checked.digest[:12]))


@rules_app.command("show", help=_help("rules.show"))
def rules_show(
    rule: Annotated[str, typer.Argument(help=_help("arg.rule"))], pack: Pack = None, lang: Lang = DEFAULT_LANG
) -> None:
    from report.why import explain_entry, explain_rule
    from rules import DEFAULT_PACK, named_cases, packs, requirements

    duties = {one.id: one for one in requirements()}
    # An id names its pack well enough: without --pack every pack of ours is searched, the usual one first.
    for name in [pack] if pack else dict.fromkeys([DEFAULT_PACK, *(one.id for one in packs())]):
        rule_pack, _ = _pack(name)
        for told in rule_pack.rules:
            if told.id == rule:
                print("\n".join(explain_rule(told, rule_pack, MESSAGES, duties, named_cases())))
                return
        others: tuple[ManualEntry | Feature, ...] = (*rule_pack.manual, *rule_pack.features)
        for entry in others:
            if entry.id == rule:
                print("\n".join(explain_entry(entry, rule_pack, MESSAGES, duties)))
                return
    raise (
        Fault("fault.rule_unknown", rule=rule, pack=pack) if pack else Fault("fault.entry_unknown", rule=rule)
    )


@rules_app.command("coverage", help=_help("rules.coverage"))
def rules_coverage(lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    from report.coverage import coverage_heads, coverage_rows, fault_lines, total_heads, total_rows
    from rules import cover, named_cases, packs, requirements

    loaded = [_pack(one.id) for one in packs()]
    params = {name: check.Params for _, checks in loaded for name, check in checks.items()}
    found = cover([pack for pack, _ in loaded], requirements(), params, named_cases(), _verbs())
    if as_json:
        _print_json(found.model_dump(mode="json") | {"totals": found.totals()})
    else:
        _table(coverage_heads(MESSAGES), coverage_rows(found, MESSAGES))
        print()
        _table(total_heads(MESSAGES), total_rows(found, MESSAGES))
    for line in fault_lines(found, MESSAGES):
        _complain(line)
    if found.faults:
        _complain(say("coverage.bad", count=len(found.faults)))
        raise typer.Exit(3)
    if not as_json:
        print(say("coverage.good", count=len(found.rows)))


def _verbs() -> dict[str, frozenset[str]]:
    """Every verb as a person types it, with its options: what a feature of a pack may name."""
    from typer.main import get_command

    found: dict[str, frozenset[str]] = {}

    def walk(command: Any, words: str) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found[words] = frozenset(word for param in command.params for word in param.opts)
        for name, one in (inner or {}).items():
            walk(one, f"{words} {name}")

    walk(get_command(app), "duwang")
    return found


@checks_app.command("list", help=_help("checks.list"))
def checks_list(lang: Lang = DEFAULT_LANG) -> None:
    from checks import load_checks

    _table(
        [say("col.check"), say("col.subject"), say("col.title")],
        [[name, str(check.SUBJECT), _first_line(check)] for name, check in sorted(load_checks().items())],
    )


@checks_app.command("show", help=_help("checks.show"))
def checks_show(
    check: Annotated[str, typer.Argument(help=_help("arg.check"))], lang: Lang = DEFAULT_LANG
) -> None:
    from checks import load_checks

    found = load_checks().get(check)
    if found is None:
        raise Fault("fault.check_unknown", check=check)
    print((found.__doc__ or "").strip())
    print(json.dumps(found.Params.model_json_schema(), ensure_ascii=False, indent=2))


@sites_app.command("add", help=_help("sites.add"))
def sites_add(
    home: Annotated[str, typer.Argument(help=_help("arg.home"), metavar="URL")],
    name: Annotated[str | None, typer.Option("--name", help=_help("opt.name"))] = None,
    site_code: Annotated[str | None, typer.Option("--site-code", help=_help("opt.site_code"))] = None,
    organiser: Annotated[str | None, typer.Option("--organiser", help=_help("opt.organiser"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.roster import site_from

    with closing(_store(db)) as store:
        site = site_from({"home": home, "name": name, "site_code": site_code, "organiser": organiser})
        store.add_sites(site)
    print(say("sites.added", name=plain(site.name or site.home), key=plain(site.key)))


@sites_app.command("list", help=_help("sites.list"))
def sites_list(db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    with closing(_store(db, create=False)) as store:
        found = store.sites()
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
        return
    _table(
        [say("col.site_code"), say("col.name"), say("col.home"), say("col.organiser")],
        [[one.site_code or "–", one.name or "–", one.home, one.organiser or "–"] for one in found],
        empty=say("sites.none"),
    )


@sites_app.command("import", help=_help("sites.import"))
def sites_import(
    sheet: Annotated[Path, typer.Argument(help=_help("arg.sheet"))],
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.roster import import_sites

    with closing(_store(db)) as store:
        added, wrong = import_sites(sheet, store)
    for row, fault in wrong:
        _complain(say("sites.bad_row", row=row, reason=say(fault.message_id, **fault.params)))
    if wrong:
        raise Fault("fault.sheet_refused", path=str(sheet), count=len(wrong))
    print(say("sites.imported", count=added))


@sites_app.command("map", help=_help("sites.map"))
def sites_map(
    site: Annotated[str, typer.Argument(help=_help("arg.site"), metavar="SITE")],
    sheet: Annotated[Path, typer.Argument(help=_help("arg.map"), metavar="FILE.csv")],
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.column_map import import_map

    with closing(_store(db)) as store:
        mapped, taken, wrong = import_map(site, sheet, store)
    for row, fault in wrong:
        _complain(say("sites.bad_row", row=row, reason=say(fault.message_id, **fault.params)))
    if wrong:
        raise Fault("fault.map_refused", path=str(sheet), count=len(wrong))
    print(say("sites.mapped", name=plain(mapped.name or mapped.home), count=taken))


@sites_app.command("show", help=_help("sites.show"))
def sites_show(
    target: Annotated[str, typer.Argument(help=_help("arg.host"), metavar="HOST|SITE|URL")],
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.profiles import profile_of
    from report.profile import profile_lines

    with closing(_store(db, create=False)) as store:
        profile = profile_of(target, store)
    if as_json:
        _print_json(profile.model_dump(mode="json"))
        return
    for line in profile_lines(profile, MESSAGES):
        print(line)


@sites_app.command("pin", help=_help("sites.pin"))
def sites_pin(
    target: Annotated[str, typer.Argument(help=_help("arg.host"), metavar="HOST|SITE|URL")],
    settings: Annotated[
        list[str] | None, typer.Argument(help=_help("arg.settings"), metavar="[FIELD=VALUE]...")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help=_help("opt.note"))] = None,
    unpin: Annotated[list[str] | None, typer.Option("--unpin", help=_help("opt.unpin"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.profiles import pin
    from report.profile import profile_lines

    with closing(_store(db)) as store:
        profile = pin(target, settings or [], unpin or [], note, store)
    print(say("sites.pinned", host=plain(profile.host)))
    for line in profile_lines(profile, MESSAGES):
        print(line)


@app.command(help=_help("doctor"))
def doctor(db: Db = DEFAULT_DB, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    from audit.doctor import examine

    symptoms = examine(db)
    if as_json:
        _print_json([one.model_dump(mode="json") for one in symptoms])
    else:
        for one in symptoms:
            mark = {"good": "✓", "warning": "!", "bad": "✗"}[one.state]
            print(f"{mark} {plain(say(one.message_id, **one.params))}")
    raise typer.Exit(1 if any(one.state == "bad" for one in symptoms) else 0)


# --- what a person sees ----------------------------------------------------------------------------------


class _Watch:
    """进度 Live progress on a terminal, a plain line now and then elsewhere, nothing for machines. On stderr."""

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True)
        self._live = (
            Live(console=self._console, transient=True, auto_refresh=False)
            if self._console.is_terminal
            else None
        )
        self._quiet = quiet
        self._lines = 0

    def __enter__(self) -> "_Watch":
        if self._live and not self._quiet:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and not self._quiet:
            self._live.stop()

    def __call__(self, stage: str, state: Progress | None) -> None:
        if self._quiet:
            return
        text = say(f"stage.{stage}") if state is None else say(
            "progress", fetched=state.fetched, waiting=state.waiting, columns=state.columns, links=state.links,
            rate=f"{state.per_second:.1f}", host=plain(state.host),
        )  # fmt: skip
        if self._live:
            self._live.update(Text(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        elif state is None or state.fetched >= self._lines:
            # A log wants a line every hundred pages, not five a second.
            self._lines = (state.fetched if state else self._lines) // 100 * 100 + 100
            print(text, file=sys.stderr, flush=True)


def _tell(
    result: "Result",
    pack: "RulePack",
    folder: Path | None,
    as_json: bool,
    only: str | None = None,
    again: str = "",
) -> None:
    """Write the reports of a result and show it."""
    from audit.link_view import links_view
    from audit.view import report_view
    from report.lines import write_jsonl
    from report.links import totals_line
    from report.page import write_page
    from report.sheet import write_csv

    written: dict[str, Path] = {}
    links = None
    if folder:
        view = report_view(result, pack)
        links = view.links
        written = {form: folder / f"findings.{form}" for form in ("csv", "jsonl")} | {
            "html": folder / "report.html"
        }
        write_csv(view, written["csv"], MESSAGES)
        write_jsonl(result.findings, written["jsonl"])
        write_page(view, written["html"], MESSAGES)
    if as_json:
        _print_json(
            {
                "run": result.run.model_dump(mode="json"),
                "findings": [one.model_dump(mode="json") for one in result.findings],
                "manual": [one.model_dump(mode="json") for one in pack.manual],
                "files": {form: str(path) for form, path in written.items()},
            }
        )
        return
    run, coverage = result.run, result.observation.coverage
    _warn_if_out_of_force(pack, run)
    if not result.home_seen:
        print(say("audit.home_unseen"))
    if result.findings or result.home_seen:
        _findings_table(result.findings)
    print()
    print(
        say(
            "audit.site",
            name=plain(run.site.name or run.site.home),
            as_of=_when(run.as_of),
            pack=plain(_titled(pack)),
        )
    )
    open_ones = sum(run.counts.get(one, 0) for one in Outcome if not one.decided)
    if run.score and not run.score.priced:
        print(say("audit.unpriced", undecided=open_ones))
    elif only:
        print(say("audit.one_rule", rule=only))
    elif run.score:
        print(
            say("audit.score", score=_score_text(run.score), unscored=run.score.unscored, undecided=open_ones)
        )
    else:
        print(say("audit.no_score"))
    for veto in run.score.vetoes if run.score else ():
        key = "audit.veto_suspected" if veto.suspected else "audit.veto_possible"
        print(say(key, title=plain(_titled(veto)), low=veto.low, high=veto.high, at_least=veto.at_least))
    counts = {outcome: run.counts.get(outcome, 0) for outcome in Outcome}
    print(say("audit.counts", **{str(outcome): count for outcome, count in counts.items()}))
    print(
        say("audit.coverage", fetched=coverage.fetched, wanted=coverage.wanted, unread=len(coverage.unread))
    )
    print(totals_line(links or links_view(result), MESSAGES))
    if pack.manual:
        print(say("audit.manual", count=len(pack.manual), pack=plain(pack.id)))
    if coverage.browser.wanted and coverage.browser.path is None:
        print(
            say(
                "audit.no_browser",
                count=sum(1 for one in coverage.unread if one.cause in ("not_rendered", "no_browser")),
            )
        )
    for form, path in written.items():
        print(say("audit.file", form=form.upper(), path=str(path)))
    if again:
        print(say("audit.run_again", run=run.id, again=plain(again)))
    else:
        print(say("audit.run", run=run.id))


def _warn_if_out_of_force(pack: "RulePack", run: "Run") -> None:
    """A pack that was not in force at the moment of judging may be compared with, not accused by."""
    day = run.as_of.astimezone(SHANGHAI).date()
    if day < pack.effective_from or (pack.effective_to is not None and day > pack.effective_to):
        end = pack.effective_to.isoformat() if pack.effective_to else "…"
        print(
            say(
                "audit.expired", pack=plain(pack.id), start=pack.effective_from.isoformat(), end=end,
                as_of=day.isoformat(),
            )
        )  # fmt: skip


def _findings_table(found: Sequence[Finding]) -> None:
    if not found:
        print(say("findings.none"))
        return
    _table(
        [say("col.finding"), say("col.title"), say("col.subject_name"), say("col.description"), say("col.points"), say("col.state")],
        [
            [
                one.id, title_of(one, MESSAGES), one.verdict.subject_name or one.verdict.locus, describe(one, MESSAGES),
                points_of(one, MESSAGES), state_of(one, MESSAGES),
            ]
            for one in found
        ],
    )  # fmt: skip


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], empty: str | None = None) -> None:
    """A table on a terminal, blocks where it is too narrow for one; elsewhere one line a row, parted by tabs."""
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells and empty:
        print(empty)
        return
    console = Console()
    if not console.is_terminal:
        for row in cells:
            print("\t".join(row))
        return
    if not _fits(heads, cells, console.width):
        for first, *others in cells:
            print(first)
            for head, cell in zip(heads[1:], others, strict=True):
                if cell:
                    print(f"  {head}{say('why.colon')}{cell}")
        return
    table = Table(show_lines=False)
    for place, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=place == 0)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _fits(heads: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> bool:
    """Whether every column has room for its longest cell, or for a line of some sense."""
    columns = zip(heads, *cells, strict=True)
    wanted = [max(cell_len(cell) for cell in column) for column in columns]
    least = [wanted[0], *(min(one, _LEAST_COLUMN) for one in wanted[1:])]
    return sum(least) + 3 * len(least) + 1 <= width


def _titled(named: "RulePack | PackCard | VetoSuspect | ManualEntry | Feature") -> str:
    """A title in the reader's language, where there is one."""
    return (named.title_en if MESSAGES.language == "en" else None) or named.title


def _when(at: datetime) -> str:
    """A moment in Beijing time."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _score_text(score: Score | None) -> str:
    if score is None or not score.priced:
        return "–"
    if score.low == score.high:
        return number(score.high)
    return say("score.range", low=number(score.low), high=number(score.high))


def _first_line(check: "CheckModule") -> str:
    return (check.__doc__ or "").strip().splitlines()[0]


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True, indent=1, sort_keys=True))


# --- what a person typed ---------------------------------------------------------------------------------


def _pack(name: str | None) -> "tuple[RulePack, dict[str, CheckModule]]":
    from checks import load_checks, params_of, subjects_of
    from rules import DEFAULT_PACK, load_pack

    checks = dict(load_checks())
    return load_pack(name or DEFAULT_PACK, params_of(checks), subjects_of(checks), _verbs()), checks


def _pack_again(
    store: "Store", record: "Run", named: str | None
) -> "tuple[RulePack, dict[str, CheckModule]]":
    """The pack a person names, else the run's own: as it stands today when it is ours, else as the run kept it."""
    from rules import DEFAULT_PACK, packs

    if named or record.pack_id in {one.id for one in packs()}:
        return _pack(named or record.pack_id)
    _, checks = _pack(DEFAULT_PACK)
    return store.pack(record.pack_digest), checks


def _store(url: str, *, create: bool = True) -> "Store":
    from storage import open_store

    archive = os.environ.get("DUWANG_ARCHIVE")
    return open_store(url, Path(archive) if archive else None, create=create)


def _run(store: "Store", run_id: str | None) -> "Run":
    """The run that was named, else the last that finished."""
    found = store.run(run_id) if run_id else store.last_finished_run()
    if found is None:
        raise Fault("fault.no_finished_run")
    if found.state is RunState.RUNNING:
        raise Fault("fault.run_running", run=found.id)
    return found


def _moment(text: str | None) -> datetime | None:
    """A day (its last minute) or a moment, in Beijing time unless it says otherwise."""
    if text is None:
        return None
    try:
        day_only = len(text) == len("2026-11-21")
        found = (
            datetime.combine(date.fromisoformat(text), time(23, 59))
            if day_only
            else datetime.fromisoformat(text)
        )
    except ValueError:
        raise Fault("fault.as_of_invalid", text=text) from None
    if not EARLIEST <= found.year <= LATEST:
        raise Fault("fault.as_of_far", text=text, earliest=EARLIEST, latest=LATEST)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _writable(folder: Path) -> None:
    """Refuse a folder that cannot hold the reports before the crawl, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".duwang-{os.getpid()}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise Fault("fault.out_not_writable", path=str(folder), reason=error.strerror or str(error)) from None


def _verdict_code(result: "Result") -> int:
    if result.violated:
        return 2
    return 0 if result.home_seen else 1


# --- how it ends -----------------------------------------------------------------------------------------


def main() -> NoReturn:
    """入口 Run one verb and end with its exit code; whatever goes wrong is told in one sentence."""
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except Fault as fault:
        _complain(say(fault.message_id, **fault.params))
        code = fault.exit_code
    except typer.TyperException as error:
        _complain(_usage(error))
        code = 3
    except (KeyboardInterrupt, typer.Abort):
        _complain(say("fault.stopped"))
        code = 1
    except BrokenPipeError:
        # The reader (head, less) went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        _complain(say("fault.crashed", error=type(error).__name__, path=_crash_report()))
        code = 1
    sys.exit(code or 0)


def _usage(error: typer.TyperException) -> str:
    """A command line that cannot be read: which word is wrong, in the reader's language."""
    option = getattr(error, "option_name", None)
    if option:
        return say("fault.usage.option", option=plain(option))
    parameter = getattr(error, "param", None)
    if parameter is not None:
        name = max(parameter.opts, key=len) if parameter.opts else str(parameter.name)
        name = name if name.startswith("-") else (parameter.metavar or name).upper()
        # Only the class for a parameter that was left out has this attribute; its class is not public.
        missing = hasattr(error, "param_type")
        return say("fault.usage.missing" if missing else "fault.usage.value", name=plain(name))
    return say("fault.usage", reason=plain(error.format_message()))


def _complain(sentence: str) -> None:
    print(plain(sentence), file=sys.stderr)


def _crash_report() -> str:
    """Keep the traceback where it can be sent to us; a person at the terminal gets one sentence."""
    text = traceback.format_exc()
    for folder in (FOLDER, Path.home() / ".cache" / "duwang"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "crash.log"
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now(SHANGHAI).isoformat()} {sys.argv[1:2]}\n{text}\n")
        except OSError:
            continue
        return str(path)
    print(text, file=sys.stderr)
    return "stderr"


if __name__ == "__main__":
    main()
