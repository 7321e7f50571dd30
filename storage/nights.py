"""夜巡 Nights and their errands: who has which, and that none is done twice.

Every change is fenced by the errand's state and attempts: whoever comes too late changes nothing. A transaction
touches runs first, then leases, then errands.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, text, update

from model import Errand, ErrandState, Fault, Interruption, Night, Run, RunState
from storage import leases, workers
from storage.rows import insert_of, noun_of, parts_of, row_of
from storage.tables import errands, interruptions, nights, runs
from storage.targets import upsert

MOST_FAILURES = 3
MOST_INTERRUPTED = 10
_OPENING = 0x64757763  # key of the PostgreSQL lock that keeps two programs from opening a night at once


class Lapse(NamedTuple):
    """未成 Why an attempt came to nothing. `failures`, `interrupted`: what it counts; `wait` seconds before the next."""

    reason: str
    params: dict[str, str | int]
    failures: int = 0
    interrupted: int = 1
    wait: float = 0.0


def one_at_a_time(connection: Connection) -> None:
    """逐一 Whoever opens a night waits here for whoever does so already. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _OPENING})


def keep(connection: Connection, night: Night, added: Sequence[Errand]) -> None:
    """存夜巡 The night as it is now, and errands it did not have yet; those it has stay as they are."""
    connection.execute(upsert(connection, nights, replaced=None), [row_of(night, nights)])
    for part in parts_of(added):
        rows = [row_of(one, errands) for one in part]
        connection.execute(insert_of(connection, errands).on_conflict_do_nothing(), rows)


def read_night(connection: Connection, night_id: str) -> Night:
    row = connection.execute(select(nights).where(nights.c.id == night_id)).mappings().first()
    if row is None:
        raise Fault("fault.night_unknown", night=night_id)
    return noun_of(Night, row)


def read_nights(connection: Connection, *, open_only: bool, limit: int | None) -> list[Night]:
    """读夜巡 Rounds, not what single persons asked for; the latest first."""
    query = select(nights).where(~nights.c.asked).order_by(nights.c.begun_at.desc(), nights.c.id.desc())
    if open_only:
        query = query.where(nights.c.ended_at.is_(None))
    return [noun_of(Night, row) for row in connection.execute(query.limit(limit)).mappings()]


def read_errands(
    connection: Connection, night_id: str, states: Collection[ErrandState], site_key: str | None = None
) -> list[Errand]:
    """读差事 By site key; of all states when none is named."""
    query = select(errands).where(errands.c.night_id == night_id).order_by(errands.c.site_key)
    if states:
        query = query.where(errands.c.state.in_(sorted(one.value for one in states)))
    if site_key is not None:
        query = query.where(errands.c.site_key == site_key)
    return [noun_of(Errand, row) for row in connection.execute(query).mappings()]


def read_asked(connection: Connection, *, open_only: bool) -> list[Errand]:
    """读所求 Errands that single persons asked for, the oldest first."""
    query = select(errands).join(nights, nights.c.id == errands.c.night_id).where(nights.c.asked)
    if open_only:
        query = query.where(errands.c.state.in_((ErrandState.WAITING.value, ErrandState.RUNNING.value)))
    rows = connection.execute(query.order_by(nights.c.begun_at, errands.c.site_key)).mappings()
    return [noun_of(Errand, row) for row in rows]


def take(connection: Connection, errand: Errand, worker: str, now: datetime) -> Errand | None:
    """接差 The errand as it is once `worker` has it; None: it waits no longer, or somebody was quicker."""
    values = {"state": ErrandState.RUNNING.value, "attempts": errand.attempts + 1, "worker": worker, "run_id": None,
              "not_before": None, "changed_at": now}  # fmt: skip
    return _changed(connection, errand, ErrandState.WAITING, values)


def began(connection: Connection, errand: Errand, run_id: str) -> bool:
    """开始 Notes which run does it. False: the errand is not this attempt's any more."""
    return _changed(connection, errand, ErrandState.RUNNING, {"run_id": run_id}) is not None


def give_back(connection: Connection, errand: Errand, lapse: Lapse, now: datetime) -> Errand | None:
    """交回 The errand waits again, or is given up when it was tried often enough; its run is over. None: not ours any more."""
    failures, interrupted = errand.failures + lapse.failures, errand.interrupted + lapse.interrupted
    over = failures >= MOST_FAILURES or interrupted >= MOST_INTERRUPTED
    values = {
        "state": (ErrandState.GIVEN_UP if over else ErrandState.WAITING).value,
        "failures": failures,
        "interrupted": interrupted,
        "reason": lapse.reason,
        "params": lapse.params,
        "changed_at": now,
        "not_before": now + timedelta(seconds=lapse.wait) if lapse.wait and not over else None,
    }
    run_id = errand.run_id or connection.scalar(
        select(errands.c.run_id).where(_ours(errand) & (errands.c.attempts == errand.attempts))
    )
    if run_id:
        still = (runs.c.id == run_id) & (runs.c.state == RunState.RUNNING.value)
        state = RunState.FAILED if lapse.failures else RunState.INTERRUPTED
        ended = {"state": state.value, "reason": lapse.reason}
        connection.execute(update(runs).where(still).values(ended))
        leases.release(connection, [run_id])
    changed = _changed(connection, errand, ErrandState.RUNNING, values)
    if changed is not None:
        note(
            connection,
            Interruption(
                night_id=errand.night_id, site_key=errand.site_key, at=now, reason=lapse.reason, params=lapse.params,
                run_id=run_id, worker=errand.worker,
            ),
        )  # fmt: skip
    return changed


def forgive(connection: Connection, errand: Errand, reason: str, now: datetime) -> Errand | None:
    """不计 It turned out that the last failure was ours to bear: it counts no more, and the errand waits again."""
    values = {"state": ErrandState.WAITING.value, "failures": max(0, errand.failures - 1), "not_before": None,
              "reason": reason, "params": {}, "changed_at": now}  # fmt: skip
    return _changed(connection, errand, errand.state, values)


def done(connection: Connection, errand: Errand, run: Run) -> None:
    """已巡 The errand is done by this run. Raises Fault when it was done, or given up, before: the run then counts not."""
    values = {
        "state": ErrandState.DONE.value,
        "run_id": run.id,
        "changed_at": run.ended_at or run.started_at,
        "reason": None,
        "params": {},
    }
    if _changed(connection, errand, ErrandState.RUNNING, values) is None:
        raise Fault("fault.errand_not_running", exit_code=1, site=errand.site_key, night=errand.night_id)


def renew(connection: Connection, errand: Errand, now: datetime) -> Errand | None:
    """再办 It was over and its site is due once more: it waits as if it had never been tried. None: it changed meanwhile."""
    values: dict[str, Any] = {"state": ErrandState.WAITING.value, "failures": 0, "interrupted": 0, "run_id": None, "worker": None,
              "reason": None, "params": {}, "not_before": None, "changed_at": now}  # fmt: skip
    return _changed(connection, errand, errand.state, values)


def spare(connection: Connection, errand: Errand, now: datetime) -> Errand | None:
    """免办 Its site was audited by somebody else meanwhile: done, by that run. None: it changed meanwhile."""
    audits = (runs.c.site_key == errand.site_key) & (runs.c.state == RunState.FINISHED.value)
    last = select(runs.c.id).where(audits, runs.c.replays.is_(None)).order_by(runs.c.started_at.desc())
    values: dict[str, Any] = {"state": ErrandState.DONE.value, "run_id": connection.scalar(last.limit(1)), "reason": None,
              "params": {}, "not_before": None, "changed_at": now}  # fmt: skip
    return _changed(connection, errand, errand.state, values)


def left_behind(connection: Connection) -> list[Errand]:
    """无主差事 Errands of workers that are gone."""
    query = select(errands).where(errands.c.state == ErrandState.RUNNING.value)
    running = [noun_of(Errand, row) for row in connection.execute(query).mappings()]
    gone = workers.gone(connection, {one.worker for one in running if one.worker})
    return [one for one in running if one.worker is None or one.worker in gone]


def put_off(connection: Connection, night_id: str, reason: str, now: datetime) -> int:
    """顺延 What still waits is left for another night; returns how much that is."""
    waiting = (errands.c.night_id == night_id) & (errands.c.state == ErrandState.WAITING.value)
    values = {"state": ErrandState.PUT_OFF.value, "changed_at": now, "not_before": None}
    # a site that failed tonight keeps the reason why
    connection.execute(update(errands).where(waiting, errands.c.reason.is_(None)).values(reason=reason))
    return connection.execute(update(errands).where(waiting).values(values)).rowcount


def take_up(connection: Connection, night_id: str, now: datetime) -> int:
    """续办 What was put off waits again; returns how much that is."""
    off = (errands.c.night_id == night_id) & (errands.c.state == ErrandState.PUT_OFF.value)
    values = {"state": ErrandState.WAITING.value, "changed_at": now}
    return connection.execute(update(errands).where(off).values(values)).rowcount


def end(connection: Connection, night_id: str, now: datetime) -> bool:
    """结束 Unless something still waits, runs or was put off."""
    unfinished = (ErrandState.WAITING.value, ErrandState.RUNNING.value, ErrandState.PUT_OFF.value)
    left = select(func.count()).where(errands.c.night_id == night_id, errands.c.state.in_(unfinished))
    if connection.scalar(left):
        return False
    return close(connection, night_id, now)


def close(connection: Connection, night_id: str, now: datetime) -> bool:
    """关闭 The night is over, whatever it left."""
    still = (nights.c.id == night_id) & nights.c.ended_at.is_(None)
    return bool(connection.execute(update(nights).where(still).values(ended_at=now)).rowcount)


def note(connection: Connection, interruption: Interruption) -> None:
    """记中断"""
    connection.execute(insert(interruptions).values(row_of(interruption, interruptions)))


def read_interruptions(
    connection: Connection, since: datetime | None, limit: int | None
) -> list[Interruption]:
    """读中断 The latest first, of all nights; those of no night are of a worker as a whole."""
    query = select(interruptions).order_by(interruptions.c.at.desc(), interruptions.c.number.desc())
    if since is not None:
        query = query.where(interruptions.c.at >= since)
    return [noun_of(Interruption, row) for row in connection.execute(query.limit(limit)).mappings()]


def _ours(errand: Errand) -> Any:
    return (errands.c.night_id == errand.night_id) & (errands.c.site_key == errand.site_key)


def _changed(
    connection: Connection, errand: Errand, state: ErrandState, values: dict[str, Any]
) -> Errand | None:
    fence = _ours(errand) & (errands.c.state == state.value) & (errands.c.attempts == errand.attempts)
    row = connection.execute(update(errands).where(fence).values(values).returning(*errands.columns))
    found = row.mappings().first()
    return noun_of(Errand, found) if found else None
