"""现状 What a night has come to, gathered from the store: for people and for programs, whoever does the work."""

from collections import Counter
from datetime import datetime, timedelta

from model import (
    Errand,
    ErrandState,
    Failing,
    Interruption,
    Night,
    NightView,
    RunState,
    UnderWay,
    WorkerSign,
    WorkerState,
)
from storage import Store

OVER = timedelta(minutes=30)  # the rate is that of the last half hour
LATEST = 20  # interruptions told one by one
_GONE_TOLD = timedelta(hours=24)  # a worker that has been gone for longer is not told any more
_LEFT = (ErrandState.WAITING, ErrandState.RUNNING)


def night_view(store: Store, now: datetime, night_id: str | None = None) -> NightView:
    """现状 Of the night named, else of the latest. Runs and errands of processes that are gone are marked first.

    Raises Fault when there is no night of that name.
    """
    store.mark_dead_runs()
    store.recover_errands(now)
    night = store.night(night_id) if night_id else next(iter(store.nights(limit=1)), None)
    errands = store.errands(night.id) if night else []
    asked = store.asked_errands(open_only=True)
    signs = [one for one in store.workers() if not _long_gone(one, now)]
    names = {site.key: site.name or site.home for site in store.sites()}
    interrupted = store.interruptions(since=night.begun_at if night else None) if night else []
    rate = _per_hour(errands, night, now)
    left = sum(one.state in _LEFT for one in errands)
    expected = now + timedelta(hours=left / rate) if rate and left else None
    return NightView(
        now=now,
        night=night,
        counts=Counter(one.state for one in errands),
        asked=Counter(one.state for one in asked),
        under_way=_under_way(store, errands, asked, names, signs),
        failing=_failing(errands, names),
        workers=tuple(signs),
        per_hour=round(rate, 1),
        expected=expected,
        beyond=_beyond(night, expected, rate),
        reasons=dict(Counter(one.reason for one in interrupted).most_common()),
        interruptions=tuple(_named(one, names) for one in interrupted[:LATEST]),
    )


def _under_way(
    store: Store,
    errands: list[Errand],
    asked: list[Errand],
    names: dict[str, str],
    signs: list[WorkerSign],
) -> tuple[UnderWay, ...]:
    workers = {one.id: one.name for one in signs}
    running = [one for one in [*errands, *asked] if one.state is ErrandState.RUNNING]
    known = {one.run_id for one in running}
    alone = [run for run in store.running_runs() if run.id not in known]
    fetched = store.fetched([*filter(None, known), *(run.id for run in alone)])
    told = [
        UnderWay(
            site_key=one.site_key,
            site=names.get(one.site_key, one.site_key),
            run_id=one.run_id,
            since=one.changed_at,
            fetched=fetched.get(one.run_id or "", 0),
            worker=workers.get(one.worker or "", one.worker),
            asked=one in asked,
        )
        for one in running
    ]
    told += [
        UnderWay(
            site_key=run.site.key,
            site=run.site.name or run.site.home,
            run_id=run.id,
            since=run.started_at,
            fetched=fetched.get(run.id, 0),
            worker=(run.machine or "?").partition("/")[0],
            asked=True,
        )
        for run in alone
        if run.state is RunState.RUNNING
    ]
    return tuple(sorted(told, key=lambda one: (one.since, one.site_key)))


def _failing(errands: list[Errand], names: dict[str, str]) -> tuple[Failing, ...]:
    bad = [
        one
        for one in errands
        if one.reason
        and (one.state is ErrandState.GIVEN_UP or (one.failures and one.state is not ErrandState.DONE))
    ]
    return tuple(
        Failing(
            site_key=one.site_key,
            site=names.get(one.site_key, one.site_key),
            state=one.state,
            attempts=one.attempts,
            reason=one.reason or "",
            params=one.params,
            not_before=one.not_before,
        )
        for one in sorted(bad, key=lambda one: (one.state is not ErrandState.GIVEN_UP, one.site_key))
    )


def _per_hour(errands: list[Errand], night: Night | None, now: datetime) -> float:
    """Sites done, by the last half hour, or by as long as the night has lasted."""
    if night is None:
        return 0.0
    since = max(now - OVER, night.begun_at)
    done = sum(one.state is ErrandState.DONE and one.changed_at > since for one in errands)
    hours = (now - since).total_seconds() / 3600
    return done / hours if hours > 0 else 0.0


def _beyond(night: Night | None, expected: datetime | None, rate: float) -> int:
    if night is None or night.ends_at is None or expected is None or expected <= night.ends_at:
        return 0
    return max(1, round((expected - night.ends_at).total_seconds() / 3600 * rate))


def _long_gone(sign: WorkerSign, now: datetime) -> bool:
    return sign.state is WorkerState.GONE and sign.heard_at < now - _GONE_TOLD


def _named(one: Interruption, names: dict[str, str]) -> Interruption:
    return (
        one
        if one.site_key is None
        else one.model_copy(update={"site_key": names.get(one.site_key, one.site_key)})
    )
