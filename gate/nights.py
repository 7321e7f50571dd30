"""夜巡之门 Verbs of the night: work through the roster, and see how far it has come."""

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.digests import tell_posted
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, Db, Lang
from gate.terminal import Watch, print_json, table
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, BrowserUse, ErrandState, Fault, Hours, Limits
from report.text import plain

if TYPE_CHECKING:
    from audit.nightly import NightEnd, Order
    from storage import Store


def nightly(
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=64, help=help_of("opt.workers"))
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=100, help=help_of("opt.concurrency"))
    ] = 4,
    window: Annotated[
        str | None, typer.Option("--window", help=help_of("opt.window"), metavar="HH:MM-HH:MM")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help=help_of("opt.until"), metavar="HH:MM")] = None,
    full: Annotated[bool, typer.Option("--full", help=help_of("opt.night_full"))] = False,
    group: Annotated[list[str] | None, typer.Option("--group", help=help_of("opt.night_group"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("opt.night_dry_run"))] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help=help_of("opt.no_wait"))] = False,
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
    trust_clock: Annotated[bool, typer.Option("--trust-clock", help=help_of("opt.trust_clock"))] = False,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.crew_terms import CrewTerms
    from audit.nightly import Order, due_now
    from audit.nightly import nightly as work_through
    from audit.pool import PoolTerms
    from audit.probe import controls_of
    from audit.settling import Place
    from storage import conninfo

    if no_browser and require_browser:
        raise Fault("fault.browser_contradiction")
    now = datetime.now(UTC)
    order = Order(
        window=hours(window, until, now),
        full=full,
        groups=tuple(group or ()),
        trust_clock=trust_clock,
        pool=PoolTerms(workers=workers or os.cpu_count() or 1, concurrency=concurrency),
        crew=CrewTerms(
            contact=contact, allow_private=allow_private,
            browser=BrowserUse.NO if no_browser else BrowserUse.REQUIRE if require_browser else BrowserUse.AUTO,
            limits=Limits(timeout_seconds=timeout, confirm_seconds=confirm_after), delay=delay, external=external,
            again_seconds=again_after, controls=controls_of(control or ()),
        ),
    )  # fmt: skip
    with closing(typed.store(db)) as store:
        if dry_run:
            _tell_due(
                [[one.site.key, plain(one.site.name or one.site.home)] for one in due_now(order, store, now)],
                as_json,
            )
            return
        if conninfo(db) is not None:
            ended = _in_queue(order, store, db, no_wait, as_json)
        else:
            with Watch(as_json) as watch:
                place = Place(db_url=db, archive=typed.archive())
                ended = work_through(order, place, store, progress(watch))
            if ended.night is not None and ended.stopped != "interruption.stopped":
                _deliver(store, ended.night.id, as_json)
        if ended is None:
            return
        _tell_end(ended, as_json)
    raise typer.Exit(ended.exit_code)


def status(
    night: Annotated[str | None, typer.Option("--night", help=help_of("opt.night"))] = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.status import night_view
    from report.status import (
        failing_rows,
        interruption_rows,
        reason_rows,
        status_lines,
        under_way_rows,
        worker_rows,
    )

    with closing(typed.store(db, create=False)) as store:
        view = night_view(store, datetime.now(UTC), night)
    if as_json:
        print_json(view.model_dump(mode="json"))
        return
    for line in status_lines(view, MESSAGES):
        print(line)
    for name, rows_of in (
        ("under_way", under_way_rows),
        ("failing", failing_rows),
        ("workers", worker_rows),
        ("reasons", reason_rows),
        ("interruptions", interruption_rows),
    ):
        heads, rows = rows_of(view, MESSAGES)
        if rows:
            print()
            print(say(f"status.head.{name}", count=len(rows)))
            table(heads, rows)


def hours(window: str | None, until: str | None, now: datetime) -> Hours | None:
    """时段 From `20:00-06:00`, or from now until `06:00`. Raises Fault."""
    from audit.roster_row import hours_of

    if window and until:
        raise Fault("fault.window_contradiction")
    if until:
        return hours_of(f"{now.astimezone(SHANGHAI):%H:%M}-{until}")
    return hours_of(window) if window else None


def progress(watch: Watch) -> Callable[[int, int, int], None]:
    """进度 How many sites wait, are under way, and were handled."""

    def tell(waiting: int, running: int, handled: int) -> None:
        watch.say(say("nightly.progress", waiting=waiting, running=running, handled=handled))

    return tell


def _tell_due(rows: list[list[str]], as_json: bool) -> None:
    if as_json:
        print_json([key for key, _ in rows])
        return
    print(say("nightly.due", count=len(rows)))
    table([say("col.site_code"), say("col.name")], rows)


def _tell_end(ended: "NightEnd", as_json: bool) -> None:
    from report.status import reason_text

    if as_json:
        print_json(ended.model_dump(mode="json"))
        return
    if ended.night is None:
        print(say("nightly.nothing_due"))
        return
    counts = ended.counts
    print(
        say(
            "nightly.done", night=ended.night.id, done=counts.get(ErrandState.DONE, 0),
            asked=sum(counts.values()), new=ended.new, reopened=ended.reopened, fixed=ended.fixed,
        )
    )  # fmt: skip
    if ended.stopped:
        left = sum(counts.get(one, 0) for one in (ErrandState.WAITING, ErrandState.PUT_OFF))
        print(say(f"nightly.{ended.stopped}", count=left))
    for one in ended.given_up:
        print(
            say(
                "nightly.given_up", site=plain(one.site), reason=reason_text(one.reason, one.params, MESSAGES)
            )
        )


def _in_queue(order: "Order", store: "Store", db: str, no_wait: bool, as_json: bool) -> "NightEnd | None":
    """On PostgreSQL the workers do it: errands are put in the queue, and watched until they are done. None: not watched."""
    import time as clock

    from audit.night import chosen, open_night
    from audit.nightly import NightEnd, check, end_of
    from audit.queue import defer_night

    now = datetime.now(UTC)
    check(order, store, now)
    night = open_night(store, chosen(store.roster(), order.groups), now, order.window, order.full)
    if night is None:
        return NightEnd()
    made = defer_night(db)
    if not as_json:
        print(say("nightly.deferred", night=night.id, count=made), flush=True)
    if no_wait:
        return None
    with Watch(as_json) as watch:
        tell = progress(watch)
        while True:
            states = [one.state for one in store.errands(night.id)]
            waiting, running = states.count(ErrandState.WAITING), states.count(ErrandState.RUNNING)
            tell(waiting, running, len(states) - waiting - running)
            if not waiting and not running:
                break
            if night.ends_at and datetime.now(UTC) > night.ends_at + timedelta(minutes=30):
                break
            clock.sleep(2)
    if store.end_night(night.id, datetime.now(UTC)):  # else a worker ended it, and told the channels
        _deliver(store, night.id, as_json)
    return end_of(store, night)


def _deliver(store: "Store", night_id: str, as_json: bool) -> None:
    """What channels are told of the night; whatever goes wrong there is told here, and ends nothing."""
    from audit.delivery import deliver_night

    posted = deliver_night(store, night_id, lambda: datetime.now(UTC))
    tell_posted(posted, quiet=as_json or not (posted.deliveries or posted.already))
