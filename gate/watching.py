"""监测之门 Verbs on availability: visits made, visits told."""

import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from gate import typed
from gate.options import (
    DEFAULT_DB,
    DEFAULT_LANG,
    AsJson,
    AsOf,
    Db,
    Lang,
    Pack,
)
from gate.terminal import print_json, when
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, Fault, Site


def probe(
    targets: Annotated[
        list[str] | None, typer.Argument(help=help_of("arg.probed"), metavar="[URL|SITE]...")
    ] = None,
    per_day: Annotated[int, typer.Option("--per-day", min=1, max=288, help=help_of("opt.per_day"))] = 24,
    days: Annotated[
        float | None, typer.Option("--days", min=0.01, max=366, help=help_of("opt.watch_days"))
    ] = None,
    hours: Annotated[
        float | None, typer.Option("--hours", min=0.01, max=9000, help=help_of("opt.watch_hours"))
    ] = None,
    once: Annotated[bool, typer.Option("--once", help=help_of("opt.once"))] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=15, max=120, help=help_of("opt.visit_timeout"))
    ] = 15,
    control: Annotated[
        list[str] | None, typer.Option("--control", envvar="DUWANG_CONTROL", help=help_of("opt.control"))
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="DUWANG_CONTACT", help=help_of("opt.contact"))
    ] = None,
    pack: Pack = None,
    db: Db = DEFAULT_DB,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help=help_of("opt.allow_private"))
    ] = False,
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
    rule_pack, checks = typed.pack(pack)

    def tell(site: Site, seen: SeenVisit) -> None:
        name = site.name or site.home
        line = json.dumps(seen.model_dump(mode="json")) if as_json else visit_line(seen, MESSAGES, name)
        print(line, flush=True)

    with closing(typed.store(db)) as store:
        today = datetime.now(SHANGHAI).date()
        served = [one.site for one in store.roster() if targets or not one.retired(today)]
        sites = sites_of(targets or [], served)
        request = Request(
            sites=sites, per_day=per_day, span=span, seconds=timeout, controls=controls_of(control or ()),
            contact=contact, allow_private=allow_private,
        )  # fmt: skip

        def ready() -> None:
            until = when(datetime.now(SHANGHAI) + span) if span else ""
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


def visits(
    target: Annotated[str | None, typer.Argument(help=help_of("arg.visited"), metavar="[URL|SITE]")] = None,
    days: Annotated[float, typer.Option("--days", min=0.01, max=366, help=help_of("opt.window_days"))] = 7,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.visits_out"), metavar="FILE.csv")
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

    rule_pack, checks = typed.pack(pack)
    with closing(typed.store(db, create=False)) as store:
        sites = sites_of([target] if target else [], store.sites())
        views = visits_views(store, sites, rule_pack, checks, typed.moment(as_of), days)
    count = write_visits(views, out, MESSAGES) if out else 0
    if as_json:
        print_json([view.model_dump(mode="json") | view.figures() for view in views])
    else:
        print("\n\n".join("\n".join(visits_lines(view, MESSAGES)) for view in views))
        if out:
            print(say("visits.written", count=count, path=str(out)))
    raise typer.Exit(2 if any(view.suspected for view in views) else 0)
