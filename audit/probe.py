"""监测任务 What a person asks a watch to do, and how it ends: by itself, or when it is told to."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from audit.availability import PER_DAY, watch
from audit.run import user_agent
from audit.target import home_url
from checks.unreachable_site import standing
from crawler.guard import Guard
from crawler.visits import CONTROL, LIMIT, Visitor
from model import Frozen, Site, Visit
from reading.front_page import opened_as
from report.visits import SeenVisit
from storage import Store


class Request(Frozen):
    """委托 `span`: how long to go on; None: one visit each, now. `seconds`: how long a visitor waits."""

    sites: tuple[Site, ...]
    per_day: int = PER_DAY
    span: timedelta | None = None
    seconds: float = LIMIT
    controls: tuple[str, ...] = (CONTROL,)
    contact: str | None = None
    allow_private: bool = False


class Probed(Frozen):
    """经过 How many visits were made, how many of them our own network may have spoilt, and how it ended.

    `broken`: visits that broke off by a fault of ours.
    """

    visits: int = 0
    ours: int = 0
    broken: int = 0
    stopped: bool = False

    @property
    def all_ours(self) -> bool:
        return 0 < self.visits == self.ours


def controls_of(named: Sequence[str]) -> tuple[str, ...]:
    """对照网址 What a person named, else the usual one. Raises Fault when it is no web address."""
    return tuple(home_url(one) for one in named) or (CONTROL,)


def probe(
    request: Request, store: Store, tell: Callable[[Site, SeenVisit], None], ready: Callable[[], None]
) -> Probed:
    """监测 Visits the sites until the time is over, or SIGINT or SIGTERM comes. Main thread. Raises Fault.

    `ready` is called once a signal would end the watch well.
    """
    visitor = Visitor(
        user_agent(request.contact),
        limit=request.seconds,
        guard=Guard(allow_private=request.allow_private),
        controls=request.controls,
    )
    made: list[str] = []
    broken: list[str] = []

    def visiting(site: Site) -> Visit:
        try:
            # What a wall, an empty answer or a page that says it is none sends must not pass for the home page.
            return visitor.visit(site.key, site.home, partial(opened_as, site=site))
        except Exception:
            broken.append(site.key)
            raise

    def ended(site: Site, visit: Visit) -> None:
        seen = SeenVisit(visit=visit, standing=standing(visit, int(request.seconds)))
        made.append(seen.standing)
        tell(site, seen)

    with _stops_heard() as stops, suppress(KeyboardInterrupt):
        ready()
        watch(
            request.sites,
            visiting,
            store,
            until=None if request.span is None else datetime.now(UTC) + request.span,
            per_day=request.per_day,
            tell=ended,
            stopped=lambda: bool(stops),
        )
    return Probed(visits=len(made), ours=made.count("control"), broken=len(broken), stopped=bool(stops))


@contextmanager
def _stops_heard() -> Iterator[list[int]]:
    """The signals that came. A service is stopped as a person stops; whoever presses twice wants it to end at once.

    The first one raises nothing: what is raised while Python runs a finalizer is printed and lost.
    """
    heard: list[int] = []

    def hear(number: int, _frame: object) -> None:
        heard.append(number)
        if len(heard) > 1:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
