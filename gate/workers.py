"""工作之门 The verb of a worker, and an audit that is put in its queue."""

import os
from contextlib import closing
from typing import Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, Db, Lang
from gate.terminal import print_json
from gate.words import help_of, say
from model import BrowserUse, Fault, Limits, Terms
from report.text import plain


def worker(
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=100, help=help_of("opt.concurrency"))
    ] = 10,
    name: Annotated[str | None, typer.Option("--name", help=help_of("opt.worker_name"))] = None,
    recycle: Annotated[int, typer.Option("--recycle", min=0, help=help_of("opt.recycle"))] = 300,
    queues: Annotated[list[str] | None, typer.Option("--queues", help=help_of("opt.queues"))] = None,
    grace: Annotated[float, typer.Option("--grace", min=0, max=3600, help=help_of("opt.grace"))] = 20,
    contact: Annotated[
        str | None, typer.Option("--contact", envvar="DUWANG_CONTACT", help=help_of("opt.contact"))
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help=help_of("opt.no_browser"))] = False,
    require_browser: Annotated[
        bool, typer.Option("--require-browser", help=help_of("opt.require_browser"))
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help=help_of("opt.allow_private"))
    ] = False,
    delay: Annotated[
        float | None, typer.Option("--delay", min=0, max=60, help=help_of("opt.worker_delay"))
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.5, max=120, help=help_of("opt.timeout"))
    ] = Limits().timeout_seconds,
    confirm_after: Annotated[
        float, typer.Option("--confirm-after", min=1, max=3600, help=help_of("opt.confirm_after"))
    ] = Limits().confirm_seconds,
    external: Annotated[
        bool, typer.Option("--external/--no-external", envvar="DUWANG_EXTERNAL", help=help_of("opt.external"))
    ] = True,
    again_after: Annotated[
        float, typer.Option("--again-after", min=1, max=86400, help=help_of("opt.again_after"))
    ] = 900,
    control: Annotated[
        list[str] | None, typer.Option("--control", envvar="DUWANG_CONTROL", help=help_of("opt.control"))
    ] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from socket import gethostname

    from storage import conninfo, database_of

    if no_browser and require_browser:
        raise Fault("fault.browser_contradiction")
    shown, password = database_of(db)
    if conninfo(db) is None:
        raise Fault("fault.queue_needs_postgresql", database=shown)
    from audit.crew_terms import CrewTerms
    from audit.journal import keep_journal
    from audit.probe import controls_of
    from audit.queue import QUEUES
    from audit.settling import Place
    from audit.worker import Ended, WorkerTerms, begin_anew, work

    for queue in queues or ():
        if queue not in QUEUES:
            raise Fault("fault.queue_unknown", queue=queue, known=", ".join(QUEUES))
    keep_journal([password])
    terms = WorkerTerms(
        name=name or f"{gethostname()}-{os.getpid()}", concurrency=concurrency, recycle=recycle, grace=grace,
        queues=tuple(queues or QUEUES),
    )  # fmt: skip
    crew_terms = CrewTerms(
        contact=contact, allow_private=allow_private,
        browser=BrowserUse.NO if no_browser else BrowserUse.REQUIRE if require_browser else BrowserUse.AUTO,
        limits=Limits(timeout_seconds=timeout, confirm_seconds=confirm_after), delay=delay, external=external,
        again_seconds=again_after, controls=controls_of(control or ()),
    )  # fmt: skip
    if work(Place(db_url=db, archive=typed.archive()), crew_terms, terms) is Ended.OLD:
        begin_anew()


def enqueue(db: str, target: str, terms: Terms, as_json: bool) -> None:
    """排入 Puts one audit in the queue and says where to look for it."""
    from audit.target import target_site
    from storage import conninfo, database_of

    if conninfo(db) is None:
        raise Fault("fault.queue_needs_postgresql", database=database_of(db)[0])
    from audit.queue import ask

    with closing(typed.store(db)) as store:
        known = store.sites()
        site = target_site(target, known)
        entry = store.roster_entry(site.key) if site.key in {one.key for one in known} else None
        asked = ask(db, store, site, entry, terms)
    if as_json:
        print_json(asked.model_dump(mode="json"))
        return
    said = "queue.running" if asked.running else "queue.already" if asked.already else "queue.asked"
    print(say(said, site=plain(site.name or site.home), night=asked.night_id))
