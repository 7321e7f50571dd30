"""夜巡之库 What the store keeps of nights, errands, workers and leases: verbs of the Store."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, or_, select

from model import (
    CaseState,
    Deed,
    Errand,
    ErrandState,
    Interruption,
    Night,
    Outcome,
    Run,
    RunState,
    Site,
    WorkerSign,
)
from storage import leases, nights, workers
from storage.changes import by_calendar
from storage.clock import clock
from storage.ground import Ground
from storage.nights import Lapse
from storage.rows import noun_of
from storage.tables import case_events, findings, runs, snapshots


class Rounds(Ground):
    """夜巡之库 Every change of an errand is one transaction, fenced: whoever comes too late gets None and changes nothing."""

    # nights 夜巡

    def open_night(
        self,
        night: Night,
        added: Sequence[Errand],
        closed: Collection[str],
        now: datetime,
        again: Sequence[Errand] = (),
        spared: Sequence[Errand] = (),
    ) -> bool:
        """开夜 Keeps the night with errands it did not have yet; nights `closed` are over, what they left is put off.

        What `night` had put off waits again, and so do those `again` that were over; `spared` ones are done, by an audit
        of somebody else: both as they were read. False, and nothing is kept: somebody else has opened one meanwhile.
        """
        with self._writing() as connection:
            nights.one_at_a_time(connection)
            for one in nights.read_nights(connection, open_only=True, limit=None):
                if one.id != night.id and one.id not in closed:
                    return False
            for night_id in closed:
                nights.put_off(connection, night_id, "interruption.window_over", now)
                nights.close(connection, night_id, now)
            for errand in again:
                nights.renew(connection, errand, now)
            for errand in spared:
                nights.spare(connection, errand, now)
            nights.take_up(connection, night.id, now)
            nights.keep(connection, night, added)
            workers.forget(connection, None, clock(connection))
        return True

    def keep_night(self, night: Night, added: Sequence[Errand] = ()) -> None:
        """存夜巡 The night as it is now, and errands it did not have yet."""
        with self._writing() as connection:
            nights.keep(connection, night, added)

    def night(self, night_id: str) -> Night:
        """一次夜巡 Raises Fault when there is no such night."""
        with self._reading() as connection:
            return nights.read_night(connection, night_id)

    def nights(self, *, open_only: bool = False, limit: int | None = None) -> list[Night]:
        """历次夜巡 The latest first; not what single persons asked for."""
        with self._reading() as connection:
            return nights.read_nights(connection, open_only=open_only, limit=limit)

    def put_off(self, night_id: str, now: datetime, reason: str = "interruption.window_over") -> int:
        """顺延 What still waits is left for another night; returns how much that is."""
        with self._writing() as connection:
            return nights.put_off(connection, night_id, reason, now)

    def end_night(self, night_id: str, now: datetime) -> bool:
        """结束夜巡 True: nothing of it was left to do, and it is over."""
        with self._writing() as connection:
            return nights.end(connection, night_id, now)

    # errands 差事

    def errands(self, night_id: str, *states: ErrandState) -> list[Errand]:
        """差事 By site key; of all states when none is named."""
        with self._reading() as connection:
            return nights.read_errands(connection, night_id, states)

    def errand(self, night_id: str, site_key: str) -> Errand | None:
        """一件差事"""
        with self._reading() as connection:
            return next(iter(nights.read_errands(connection, night_id, (), site_key)), None)

    def asked_errands(self, *, open_only: bool) -> list[Errand]:
        """所求 Errands that single persons asked for; with `open_only` those that wait or run."""
        with self._reading() as connection:
            return nights.read_asked(connection, open_only=open_only)

    def take_errand(self, errand: Errand, worker: str, now: datetime) -> Errand | None:
        """接差 The errand as it is once `worker` has it; None: it waits no longer, or somebody was quicker."""
        with self._writing() as connection:
            return nights.take(connection, errand, worker, now)

    def began_errand(self, errand: Errand, run_id: str) -> bool:
        """开始差事 Notes which run does it. False: the errand is not this attempt's any more."""
        with self._writing() as connection:
            return nights.began(connection, errand, run_id)

    def give_back(self, errand: Errand, lapse: Lapse, now: datetime) -> Errand | None:
        """交回 The errand waits again, or is given up; its run is over and its lease free. None: not ours any more."""
        with self._writing() as connection:
            return nights.give_back(connection, errand, lapse, now)

    def forgive(self, errand: Errand, reason: str, now: datetime) -> Errand | None:
        """不计 The last failure was ours to bear: the errand waits again. None: it changed meanwhile."""
        with self._writing() as connection:
            return nights.forgive(connection, errand, reason, now)

    def recover_errands(self, now: datetime) -> list[Errand]:
        """收回 Errands of workers that are gone, as they are now: waiting again or, once too often, given up."""
        with self._reading() as connection:
            found = nights.left_behind(connection)
        recovered = []
        for one in found:
            with self._writing() as connection:
                lapse = Lapse("interruption.worker_gone", {"worker": (one.worker or "?").rpartition("/")[2]})
                changed = nights.give_back(connection, one, lapse, now)
            if changed is not None:
                recovered.append(changed)
        return recovered

    def note(self, interruption: Interruption) -> None:
        """记中断"""
        with self._writing() as connection:
            nights.note(connection, interruption)

    def interruptions(self, since: datetime | None = None, limit: int | None = None) -> list[Interruption]:
        """中断 The latest first, of all nights."""
        with self._reading() as connection:
            return nights.read_interruptions(connection, since, limit)

    # workers 工作进程

    def keep_sign(self, sign: WorkerSign) -> None:
        """存信号 The worker is heard of now, by the database's clock."""
        with self._writing() as connection:
            workers.keep(connection, sign)

    def sole_worker(self, sign: WorkerSign) -> WorkerSign | None:
        """独任 None: no other process of that name lives, and `sign` is kept. Else the one that lives."""
        with self._writing() as connection:
            return workers.sole(connection, sign)

    def workers(self) -> list[WorkerSign]:
        """工作进程 By name; one that is gone is told as gone."""
        with self._reading() as connection:
            return workers.read(connection)

    def forget_worker(self, worker_id: str) -> None:
        """除名 A worker that ended in good order."""
        with self._writing() as connection:
            workers.forget(connection, worker_id, clock(connection))

    # leases 租约

    def lock_of(self, site: Site) -> str:
        """互斥键 Of a site, by the platform its arrangement names, else by its host."""
        with self._reading() as connection:
            return leases.lock_for(connection, site)

    def renew_leases(self, run_ids: Collection[str]) -> frozenset[str]:
        """续租 Those of `run_ids` whose lease is still theirs; the others must ask their host for nothing more."""
        with self._writing() as connection:
            return leases.renew(connection, run_ids)

    # runs, as the dispatcher sees them

    def clock_gap(self) -> float:
        """时差 Seconds by which this machine's clock is ahead of the database server's; 0.0 where there is no server."""
        with self._reading() as connection:
            before = datetime.now(UTC)
            told = clock(connection)
            after = datetime.now(UTC)
        if connection.dialect.name != "postgresql":
            return 0.0
        return (before + (after - before) / 2 - told).total_seconds()

    def newest_start(self) -> datetime | None:
        """最近开始 When the run with the latest stamp began."""
        with self._reading() as connection:
            newest: datetime | None = connection.scalar(select(func.max(runs.c.started_at)))
        return newest

    def last_audits_by(self) -> dict[tuple[str, str], datetime]:
        """各体系上次检查 When the last finished crawl of a site under a pack began, by (site key, pack id)."""
        live = (runs.c.state == RunState.FINISHED.value) & runs.c.replays.is_(None)
        query = select(runs.c.site_key, runs.c.pack_id, func.max(runs.c.started_at)).where(live)
        with self._reading() as connection:
            rows = connection.execute(query.group_by(runs.c.site_key, runs.c.pack_id)).all()
        return {(key, pack): at for key, pack, at in rows}

    def runs_of(self, pid: int, machine: str) -> list[str]:
        """本进程在跑 Runs of that process that have not ended, by id."""
        mine = (runs.c.state == RunState.RUNNING.value) & (runs.c.pid == pid) & (runs.c.machine == machine)
        with self._reading() as connection:
            return list(connection.scalars(select(runs.c.id).where(mine).order_by(runs.c.id)))

    def running_runs(self) -> list[Run]:
        """在跑 Every run that has not ended, by whomever it was begun; the oldest first."""
        running = select(*[one for one in runs.columns if one is not runs.c.report])
        running = running.where(runs.c.state == RunState.RUNNING.value)
        with self._reading() as connection:
            rows = connection.execute(running.order_by(runs.c.started_at, runs.c.id)).mappings()
            return [noun_of(Run, row) for row in rows]

    def night_deeds(self, night_id: str) -> dict[tuple[Deed, CaseState], int]:
        """夜巡所立 What a night's audits, and the days that ended, did to cases: how often each deed led to each state."""
        query = select(case_events.c.deed, case_events.c.state, func.count())
        theirs = case_events.c.run_id.in_(select(runs.c.id).where(runs.c.night == night_id))
        with self._reading() as connection:
            night = nights.read_night(connection, night_id)
            query = query.where(or_(theirs, by_calendar(night.begun_at, night.ended_at)))
            rows = connection.execute(query.group_by(case_events.c.deed, case_events.c.state)).all()
        return {(Deed(deed), CaseState(state)): count for deed, state, count in rows}

    def night_accuses(self, night_id: str) -> bool:
        """夜巡有无问题 Whether an audit of the night holds anything against its site."""
        standing = [one.value for one in CaseState if one.stands]
        query = select(findings.c.run_id).join(runs, runs.c.id == findings.c.run_id)
        query = query.where(
            runs.c.night == night_id,
            findings.c.outcome == Outcome.FAIL.value,
            ~findings.c.preview,
            findings.c.state.in_(standing),
        )
        with self._reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def fetched(self, run_ids: Collection[str]) -> dict[str, int]:
        """已采 How many snapshots of each of these runs are kept."""
        query = select(snapshots.c.run_id, func.max(snapshots.c.number))
        query = query.where(snapshots.c.run_id.in_(sorted(run_ids))).group_by(snapshots.c.run_id)
        with self._reading() as connection:
            return {run_id: number for run_id, number in connection.execute(query)}
