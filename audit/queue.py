"""队列 Errands as jobs that workers on many machines take: the ledger of the night decides, a job only carries.

A job is made for every errand that waits, and goes when its errand does; whatever is lost between them is made good
by `reconcile`, which any worker does every half minute. So a job may come twice, or too late: it then does nothing.

| queue | priority | one job for          |
|-------|----------|----------------------|
| asked | 10       | what a person asked  |
| night | 0        | an errand of a night |
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from audit.queue_ground import connected, lay_queue
from model import Arrangement, Errand, Frozen, Night, RosterEntry, Site, Terms
from storage import Store

TASK = "audit_site"
NIGHT, ASKED = "night", "asked"
QUEUES = (ASKED, NIGHT)
PRIORITY = {ASKED: 10, NIGHT: 0}
_BATCH = 1000

# A todo job holds back every later one of its lock, over all queues: what no errand waits for must go first.
RETIRE = """
DELETE FROM procrastinate_jobs AS job
 WHERE job.task_name = %(task)s
   AND (job.status NOT IN ('todo', 'doing')
        OR job.status = 'todo' AND NOT EXISTS (
           SELECT 1 FROM errands JOIN nights ON nights.id = errands.night_id
            WHERE errands.night_id = job.args->>'night_id' AND errands.site_key = job.args->>'site_key'
              AND (errands.state = 'waiting' OR nights.asked AND errands.state = 'running')
              AND nights.ended_at IS NULL))
"""
# Whose worker is not heard of any more, and whose errand is not being done by anybody.
STALLED = """
UPDATE procrastinate_jobs AS job SET status = 'todo', worker_id = NULL, scheduled_at = NULL
  FROM errands
 WHERE job.task_name = %(task)s AND job.status = 'doing' AND NOT job.abort_requested
   AND errands.night_id = job.args->>'night_id' AND errands.site_key = job.args->>'site_key'
   AND errands.state = 'waiting'
   AND NOT EXISTS (SELECT 1 FROM procrastinate_workers AS worker
                    WHERE worker.id = job.worker_id
                      AND worker.last_heartbeat > now() - %(stale)s * interval '1 second')
   AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs AS other
                    WHERE other.queueing_lock = job.queueing_lock AND other.status = 'todo')
RETURNING job.id
"""
ABANDONED = """
DELETE FROM procrastinate_jobs AS job
 WHERE job.task_name = %(task)s AND job.status = 'doing'
   AND NOT EXISTS (SELECT 1 FROM procrastinate_workers AS worker
                    WHERE worker.id = job.worker_id
                      AND worker.last_heartbeat > now() - %(stale)s * interval '1 second')
   AND NOT EXISTS (SELECT 1 FROM errands
                    WHERE errands.night_id = job.args->>'night_id' AND errands.site_key = job.args->>'site_key'
                      AND errands.state IN ('waiting', 'running'))
"""
# The longest row of sites behind one lock first, for it is what the night's end waits for; then whoever was audited
# longest ago, so that no window that is too short leaves out the same ones every night. NOT IN, which makes one list of
# the jobs there are: what the planner makes of NOT EXISTS takes a minute while nobody has counted the new rows.
MISSING = """
SELECT errands.night_id, errands.site_key, errands.lock
  FROM errands JOIN nights ON nights.id = errands.night_id
 WHERE errands.state = 'waiting' AND nights.ended_at IS NULL AND NOT nights.asked
   AND (errands.not_before IS NULL OR errands.not_before <= now())
   AND (nights.ends_at IS NULL OR nights.ends_at > now())
   AND (errands.night_id, errands.site_key) NOT IN (
       SELECT job.args->>'night_id', job.args->>'site_key' FROM procrastinate_jobs AS job
        WHERE job.task_name = %(task)s AND job.status IN ('todo', 'doing'))
 ORDER BY count(*) OVER (PARTITION BY errands.lock) DESC,
          (SELECT max(runs.started_at) FROM runs
            WHERE runs.site_key = errands.site_key AND runs.state = 'finished') NULLS FIRST,
          errands.site_key
"""
# What a person asked for and nobody will do any more: given up, or its job was lost with what it brought along.
SPENT = """
SELECT nights.id
  FROM errands JOIN nights ON nights.id = errands.night_id
 WHERE nights.asked AND nights.ended_at IS NULL
   AND (errands.state NOT IN ('waiting', 'running')
        OR errands.state = 'waiting' AND errands.changed_at < now() - interval '1 minute'
       AND (errands.night_id, errands.site_key) NOT IN (
            SELECT job.args->>'night_id', job.args->>'site_key' FROM procrastinate_jobs AS job
             WHERE job.task_name = %(task)s AND job.status IN ('todo', 'doing')))
"""


class Asked(Frozen):
    """所求 What became of a request: the night that holds its errand, and whether it stood in line already."""

    night_id: str
    site: Site
    already: bool = False
    running: bool = False


class Carried(Frozen):
    """随单 What a job brings along beside the errand it is for: the site, when no roster has it, and what was asked."""

    night_id: str
    site_key: str
    site: Site | None = None
    terms: Terms | None = None


def defer_night(db_url: str) -> int:
    """排夜巡 Old nights' jobs are retired, then every waiting errand gets one; returns how many were made. Raises Fault.

    Harmless when done again, and beside workers: a night whose jobs are there already gets none.
    """
    lay_queue(db_url)
    with connected(db_url) as connector:
        connector.execute_query(RETIRE, task=TASK)
        manager = JobManager(connector)
        made = 0
        for jobs in batches(connector.execute_query_all(MISSING, task=TASK)):
            try:
                made += len(manager.batch_defer_jobs(jobs))
            except AlreadyEnqueued:  # a worker was quicker with one of them
                made += sum(_deferred(manager, job) for job in jobs)
        if made:
            connector.execute_query(
                "ANALYZE procrastinate_jobs"
            )  # else the first fetches plan for an empty table
        return made


def ask(db_url: str, store: Store, site: Site, entry: RosterEntry | None, terms: Terms) -> Asked:
    """求检 Puts one audit in the line, before those of the night. One that waits there, or is being done, is enough.

    `entry` None: the site is on no roster, so the job brings it along. `terms`: what was asked otherwise than arranged.
    """
    lay_queue(db_url)
    now = datetime.now(UTC)
    with connected(db_url) as connector:
        manager = JobManager(connector)
        standing = _standing(manager, site)
        if standing:
            return standing
        night = Night(id=f"A{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}", begun_at=now, full=True, asked=True)
        known = entry or RosterEntry(site=site, arrangement=Arrangement(site_key=site.key))
        store.keep_night(
            night, [Errand(night_id=night.id, site_key=site.key, lock=known.lock, changed_at=now)]
        )
        carried = Carried(
            night_id=night.id,
            site_key=site.key,
            site=None if entry else site,
            terms=terms if terms != Terms() else None,
        )
        try:
            manager.defer_job(job_of(ASKED, known.lock, carried))
        except AlreadyEnqueued:  # somebody asked for the same at the same moment
            store.put_off(night.id, now)
            store.keep_night(night.model_copy(update={"ended_at": now}))
            return _standing(manager, site) or Asked(night_id=night.id, site=site, already=True)
    return Asked(night_id=night.id, site=site)


def job_of(queue: str, lock: str, carried: Carried) -> Job:
    """一单"""
    return Job(
        queue=queue, lock=lock, queueing_lock=f"{queue}/{carried.site_key}", task_name=TASK,
        priority=PRIORITY[queue], task_kwargs=carried.model_dump(mode="json", exclude_none=True),
    )  # fmt: skip


def batches(rows: Sequence[dict[str, Any]]) -> Iterable[list[Job]]:
    """成批 Jobs for errands without one, a thousand at a time."""
    for start in range(0, len(rows), _BATCH):
        yield [
            job_of(NIGHT, row["lock"], Carried(night_id=row["night_id"], site_key=row["site_key"]))
            for row in rows[start : start + _BATCH]
        ]


def _deferred(manager: JobManager, job: Job) -> bool:
    try:
        manager.defer_job(job)
    except AlreadyEnqueued:
        return False
    return True


def _standing(manager: JobManager, site: Site) -> Asked | None:
    for job in manager.list_jobs(queueing_lock=f"{ASKED}/{site.key}"):
        if job.status in ("todo", "doing"):
            night = str(job.task_kwargs["night_id"])
            return Asked(night_id=night, site=site, already=True, running=job.status == "doing")
    return None
