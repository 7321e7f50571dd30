"""关停上移核对 The roster against what audits and visits last saw: retired and still there, in service and gone. No network."""

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from model import SHANGHAI, FetchOutcome, Purpose, RosterEntry, Run, Site, Visit
from report.states import SiteState, StateLine
from storage import Store

LOOK_BACK = timedelta(days=90)  # what was seen of a site in service before that says nothing of today
_GONE = (FetchOutcome.UNREACHABLE, FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.SERVER_ERROR)
_NOT_ASKED = (FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_PRIVATE)


class Look(NamedTuple):
    """一次所见 What a home page answered; `gone`: nobody could have opened it."""

    at: datetime
    outcome: FetchOutcome
    cause: str | None
    url: str | None  # where it ended

    @property
    def gone(self) -> bool:
        return self.outcome in _GONE


def site_states(store: Store, entries: Iterable[RosterEntry], now: datetime, days: int) -> list[StateLine]:
    """状态核对 One line a site, those to be checked first. `days`: so many days in a row a site in service must not have opened.

    Visits and audits alike are looks; those our own network spoilt, and what robots.txt kept us from, say nothing.
    """
    found = [_line(store, entry, now, days) for entry in entries]
    order = list(SiteState)
    return sorted(found, key=lambda one: (order.index(one.state), one.organiser, one.key))


def _line(store: Store, entry: RosterEntry, now: datetime, days: int) -> StateLine:
    site, arrangement = entry.site, entry.arrangement
    retired = entry.retired(now.astimezone(SHANGHAI).date())
    line = StateLine(
        key=site.key,
        name=site.name or site.host,
        organiser=site.organiser or "",
        home=site.home,
        retired_on=arrangement.retired_on,
        retired_because=arrangement.retired_because or "",
        state=SiteState.RETIRED_UNSEEN if retired else SiteState.UNSEEN,
    )
    since = now - LOOK_BACK
    if retired and arrangement.retired_on is not None:
        # on the day itself it may have been looked at before it was closed
        since = datetime.combine(arrangement.retired_on + timedelta(days=1), time(), SHANGHAI)
    looks = _looks(store, site, since, now)
    last = next(looks, None)
    if last is None:
        return line
    elsewhere = last.url if last.url and _host(last.url) not in _hosts(site) else None
    seen = {"seen_at": last.at, "outcome": last.outcome, "cause": last.cause}
    if not last.gone:
        redirects = SiteState.RETIRED_REDIRECTS if retired else SiteState.MOVED
        state = SiteState.RETIRED_ANSWERS if retired else SiteState.AGREES
        return line.model_copy(
            update={
                **seen,
                "state": redirects if elsewhere else state,
                "target": elsewhere,
                "opened_at": last.at,
            }
        )
    if retired:
        return line.model_copy(update={**seen, "state": SiteState.AGREES})
    first, opened_at = last, None
    for look in looks:
        if not look.gone:
            opened_at = look.at
            break
        first = look
    span = (last.at.astimezone(SHANGHAI).date() - first.at.astimezone(SHANGHAI).date()).days
    state = SiteState.GONE if span >= days else SiteState.FAILING
    return line.model_copy(
        update={**seen, "state": state, "since": first.at, "days": span, "opened_at": opened_at}
    )


def _looks(store: Store, site: Site, since: datetime, until: datetime) -> Iterator[Look]:
    """The latest first, each read only when it is asked for."""
    visits = reversed(store.visits(site.key, since.astimezone(UTC), until))
    runs = (
        one
        for one in store.finished_runs(site.key, since=since)
        if one.replays is None and one.as_of <= until
    )
    both: Iterator[Visit | Run] = heapq.merge(runs, visits, key=_moment, reverse=True)
    for one in both:
        look = _of_visit(one) if isinstance(one, Visit) else _of_run(store, one)
        if look is not None and look.outcome not in _NOT_ASKED:
            yield look


def _moment(seen: Visit | Run) -> datetime:
    return seen.at if isinstance(seen, Visit) else seen.as_of


def _of_visit(visit: Visit) -> Look | None:
    if visit.control is False:
        return None
    return Look(visit.at, visit.outcome, visit.cause, visit.final_url)


def _of_run(store: Store, run: Run) -> Look | None:
    """What became of the home page in an audit; None: its snapshots are kept no longer and it was not seen."""
    home = next((one for one in store.snapshots(run.id) if one.purpose is Purpose.HOME), None)
    if home is not None:
        return Look(run.as_of, home.outcome, home.cause, home.final_url)
    return Look(run.as_of, FetchOutcome.OK, None, None) if run.score is not None else None


def _hosts(site: Site) -> frozenset[str]:
    return frozenset({_host(site.home), *(_host(f"//{one}") for one in site.also)})


def _host(url: str) -> str:
    """Without port, `www.` and the dot at its end: those are no other site."""
    return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
