"""系统所见 What duwang saw of units' sites day by day: audits, visits, what came to the ledger, what stood."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from audit.ledger_view import is_back, is_fixed, is_new
from checks.unreachable_site import COUNTED, Params, standing
from model import SHANGHAI, AssessedUnit, Case, Run, Seen, SeenSite, Visit
from storage import Store

_SECONDS = Params().seconds  # within which a home page must open


@dataclass(frozen=True)
class _Site:
    name: str
    runs: tuple[Run, ...]  # the latest first
    visits: tuple[Visit, ...]
    cases: tuple[Case, ...]


class Sight:
    """所见 What the store knows of sites over a span of days, read once for each site."""

    def __init__(self, store: Store, first: date, last: date) -> None:
        self._store = store
        self._since, self._until = midnight(first), end_of(last)
        self._names = {one.site.key: one.site.name for one in store.roster()}
        self._sites: dict[str, _Site] = {}

    def seen(self, unit: AssessedUnit, on: date, until: datetime | None = None) -> Seen:
        """当日所见 From the day's first moment to its end, or to `until`; a day is one of Beijing."""
        end = min(end_of(on), until) if until else end_of(on)
        sites = [(key, self._site(key)) for key in unit.site_keys]
        cases = [case for _, site in sites for case in site.cases]
        events = [event for case in cases for event in case.history if midnight(on) <= event.at <= end]
        stood = [case for case in cases if (state := case.state_at(end)) and state.stands]
        return Seen(
            until=end,
            sites=tuple(_seen(key, site, unit.pack, midnight(on), end) for key, site in sites),
            new=sum(map(is_new, events)),
            back=sum(map(is_back, events)),
            mended=sum(map(is_fixed, events)),
            standing=len(stood),
            overdue=sum((due := case.due_at(end)) is not None and on > due for case in stood),
        )

    def came_after(self, unit: AssessedUnit, on: date, moment: datetime) -> int:
        """其后所增 How many cases came up or came back on the day after that moment."""
        return sum(
            moment < event.at <= end_of(on) and (is_new(event) or is_back(event))
            for key in unit.site_keys
            for case in self._site(key).cases
            for event in case.history
        )

    def _site(self, key: str) -> _Site:
        if key not in self._sites:
            # a long audit begins on the day before the one on which it ends
            runs = tuple(self._store.finished_runs(key, since=self._since - timedelta(days=1)))
            self._sites[key] = _Site(
                name=self._names.get(key) or (runs[0].site.name if runs else None) or key,
                runs=runs,
                visits=tuple(self._store.visits(key, self._since, self._until)),
                cases=tuple(self._store.cases(key).values()),
            )
        return self._sites[key]


def midnight(day: date) -> datetime:
    """当日零时"""
    return datetime.combine(day, time(), SHANGHAI)


def end_of(day: date) -> datetime:
    """当日末 Its last microsecond."""
    return datetime.combine(day, time.max, SHANGHAI)


def _seen(key: str, site: _Site, pack: str, start: datetime, end: datetime) -> SeenSite:
    runs = [one for one in site.runs if start <= (one.ended_at or one.as_of) <= end]
    scored = next((one for one in runs if one.pack_id == pack), next(iter(runs), None))
    score = scored.score if scored and scored.score and scored.score.priced else None
    told = [standing(one, _SECONDS) for one in site.visits if start <= one.at <= end]
    return SeenSite(
        site_key=key,
        name=site.name,
        audits=sum(one.replays is None for one in runs),
        opened=scored.score is not None if scored else None,
        low=score.low if score else None,
        high=score.high if score else None,
        visits=sum(one in COUNTED for one in told),
        failed=told.count("failed"),
    )
