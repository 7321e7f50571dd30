"""检查之门 Verbs of one audit: the demo, an audit, a judgement again, a comparison of packs."""

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gate import options, typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AsOf, AsOfAgain, Db, Lang, Out, Pack, Packs, RunId
from gate.telling import tell, told, verdict_code
from gate.terminal import Watch, print_json, score_text, table, when
from gate.words import MESSAGES, help_of, say
from gate.workers import enqueue
from model import BrowserUse, Fault, Limits, Outcome, Pace, Scope, Terms
from report.text import plain


def demo(
    out: Out = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=help_of("opt.no_browser"))] = True,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.account import account_of
    from audit.demo import served_demo, unlike_expected
    from audit.early_copy import early_copy
    from audit.run import Request, audit
    from storage import open_store

    folder = out or Path("demo-out")
    with (
        early_copy(),
        served_demo() as portal,
        closing(open_store(f"sqlite:///{(folder / 'duwang.sqlite3').as_posix()}")) as store,
    ):
        request = Request(
            site=portal.site, as_of=portal.as_of, allow_private=True, pace=Pace(delay=0, concurrency=8, autothrottle=False),
            limits=Limits(confirm_seconds=1), browser=BrowserUse.AUTO if browser else BrowserUse.NO, external=False,
        )  # fmt: skip
        pack, checks = typed.pack(None)
        with Watch(as_json) as watch:
            result = audit(request, [pack], checks, store, watch)
        tell(account_of(result, pack), pack, folder, as_json)
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


def audit(
    target: Annotated[str, typer.Argument(help=help_of("arg.target"), metavar="URL|SITE")],
    pack: Pack = None,
    as_of: AsOf = None,
    max_pages: Annotated[
        int | None, typer.Option("--budget", "--max-pages", min=1, help=help_of("opt.max_pages"))
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help=help_of("opt.quick"))] = False,
    max_minutes: Annotated[
        int | None, typer.Option("--max-minutes", min=1, help=help_of("opt.max_minutes"))
    ] = None,
    delay: Annotated[float | None, typer.Option("--delay", min=0, max=60, help=help_of("opt.delay"))] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.5, max=120, help=help_of("opt.timeout"))
    ] = Limits().timeout_seconds,
    confirm_after: Annotated[
        float, typer.Option("--confirm-after", min=1, max=3600, help=help_of("opt.confirm_after"))
    ] = Limits().confirm_seconds,
    external: Annotated[
        bool, typer.Option("--external/--no-external", envvar="DUWANG_EXTERNAL", help=help_of("opt.external"))
    ] = True,
    max_external: Annotated[
        int | None, typer.Option("--max-external", min=0, help=help_of("opt.max_external"))
    ] = None,
    external_delay: Annotated[
        float, typer.Option("--external-delay", min=0, max=600, help=help_of("opt.external_delay"))
    ] = 2.0,
    full: Annotated[bool, typer.Option("--full/--incremental", help=help_of("opt.incremental"))] = True,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="DUWANG_CONTACT", help=help_of("opt.contact"))
    ] = None,
    out: Out = None,
    db: Db = DEFAULT_DB,
    no_browser: Annotated[bool, typer.Option("--no-browser", help=help_of("opt.no_browser"))] = False,
    require_browser: Annotated[
        bool, typer.Option("--require-browser", help=help_of("opt.require_browser"))
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help=help_of("opt.allow_private"))
    ] = False,
    queue: Annotated[bool, typer.Option("--queue", help=help_of("opt.queue"))] = False,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.arrange import asked_for
    from audit.early_copy import early_copy
    from audit.run import Request, audited
    from audit.settled_apart import settled_apart
    from audit.settling import Place
    from audit.target import target_site

    if no_browser and require_browser:
        raise Fault("fault.browser_contradiction")
    asked = Terms(
        packs=(pack,) if pack else (), max_pages=max_pages, max_minutes=max_minutes, delay=delay, max_external=max_external,
    )  # fmt: skip
    if queue:
        for option, given in (("--as-of", as_of), ("--out", out), ("--quick", quick or None)):
            if given is not None:
                raise Fault("fault.queue_option", option=option)
        if pack:
            typed.pack(pack)  # a name that is none is told here, not by a worker
        enqueue(db, target, asked, as_json)
        return
    if pack:
        typed.pack(pack)  # told before a database is made
    moment = typed.moment(as_of)
    if out:
        typed.writable(out)
    with early_copy(), closing(typed.store(db)) as store:
        site = target_site(target, store.sites())
        terms = asked_for(site, asked, store)
        loaded = [typed.pack(name) for name in terms.packs]
        rule_pack = loaded[0][0]
        request = Request(
            site=site.model_copy(update={"max_pages": terms.max_pages}),
            as_of=moment,
            limits=Limits(
                max_seconds=(terms.max_minutes or 60) * 60,
                timeout_seconds=timeout,
                confirm_seconds=confirm_after,
                max_external=terms.max_external if terms.max_external is not None else Limits().max_external,
            ),
            pace=Pace(delay=terms.delay or 0, autothrottle=bool(terms.delay)),
            external=external,
            external_pace=Pace(delay=external_delay, concurrency=1),
            scope=Scope.COLUMNS if quick else Scope.WHOLE,
            full=full,
            contact=contact,
            allow_private=allow_private,
            browser=BrowserUse.NO
            if no_browser
            else BrowserUse.REQUIRE
            if require_browser
            else BrowserUse.AUTO,
        )
        checks = {name: check for _, found in loaded for name, check in found.items()}
        with Watch(as_json) as watch:
            asked_packs = [one for one, _ in loaded]
            place = Place(db_url=db, archive=store.archive.folder)
            finish = partial(settled_apart, place, store, asked_packs, checks)
            account = audited(request, asked_packs, store, finish, watch)
        tell(account, rule_pack, out or options.FOLDER / "reports" / account.run.id, as_json)
        others = [one for one in store.runs(site.key, limit=len(loaded)) if one.replays == account.run.id]
        for one in others if not as_json else ():
            print(say("audit.also_judged", pack=plain(one.pack_id), score=score_text(one.score), run=one.id))
    violated = any(one.counts.get(Outcome.FAIL) for one in others)
    raise typer.Exit(2 if violated else verdict_code(account))


def judge(
    run: RunId = None,
    against: Annotated[str | None, typer.Option("--against", help=help_of("opt.against"))] = None,
    pack: Packs = None,
    rule: Annotated[str | None, typer.Option("--rule", help=help_of("opt.rule"))] = None,
    as_of: AsOfAgain = None,
    out: Out = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.account import account_of
    from audit.collector import collected_seldom
    from audit.replay import rejudged

    if against not in (None, "last") and run is None:
        run = against
    codes: list[int] = []
    said: list[object] = []
    with closing(typed.store(db, create=False)) as store, collected_seldom():
        record = typed.run(store, run)
        asked = typed.packs_again(store, record, pack or [], rule)
        checks = {name: check for one in asked for name, check in one.checks.items()}
        results = rejudged(store, record.id, [one.pack for one in asked], checks, typed.moment(as_of))
        for one, result in zip(asked, results, strict=True):
            if rule:  # one rule is no assessment: its share of a full mark says nothing
                alone = result.run.model_copy(update={"score": None})
                result = result.model_copy(update={"run": alone})
            again = (
                f"--run {record.id}"
                + (f" --pack {one.named}" if one.named else "")
                + (f" --as-of {as_of}" if as_of else "")
            )
            place = out / one.folder if out and len(asked) > 1 else out
            if codes and not as_json:
                print()
            account = account_of(result, one.pack)
            said.append(told(account, one.pack, place, as_json, rule, again))
            codes.append(verdict_code(account))
    if as_json:
        print_json(said if len(asked) > 1 else said[0])
    raise typer.Exit(2 if 2 in codes else max(codes))


def compare(
    packs: Annotated[str, typer.Option("--packs", help=help_of("opt.packs"), metavar="A,B,...")],
    run: RunId = None,
    as_of: AsOfAgain = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.compare_out"), metavar="FILE.csv")
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.compare import compare as compare_packs
    from report.compare import compare_lines, score_heads, score_rows, write_comparison

    loaded = [typed.pack(name.strip()) for name in packs.split(",") if name.strip()]
    checks = {name: check for _, found in loaded for name, check in found.items()}
    with closing(typed.store(db, create=False)) as store:
        record = typed.run(store, None if run == "last" else run)
        found = compare_packs(store, record.id, [pack for pack, _ in loaded], checks, typed.moment(as_of))
    if out:
        write_comparison(found, out, MESSAGES)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    site = plain(found.site.name or found.site.home)
    print(say("compare.head", run=found.run_id, site=site, as_of=when(found.as_of)))
    if not found.home_seen:
        print(say("compare.home_unseen"))
    table(score_heads(MESSAGES), score_rows(found, MESSAGES))
    for line in compare_lines(found, MESSAGES):
        print(line)
    if out:
        print(say("compare.written", path=str(out)))
