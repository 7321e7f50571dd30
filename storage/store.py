"""库 The store: what the rest of the house may ask to be kept and read, in the field's own words."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, delete, insert, select, update

from model import (
    Attempt,
    Case,
    CaseState,
    Coverage,
    CrawlReport,
    Fault,
    Finding,
    RulePack,
    Run,
    RunState,
    Site,
    SiteProfile,
    Snapshot,
    Verdict,
    Visit,
)
from storage import evidence, ledger, targets, visits, votes
from storage.archive import Archive, ArchiveWriter
from storage.breakdown import told
from storage.engine import Address
from storage.process import is_gone, this_machine
from storage.rows import noun_of, row_of, run_row, site_row
from storage.tables import packs, profiles, runs, sites

_RUNS = select(*[column for column in runs.columns if column is not runs.c.report])  # reports may be long


class Store:
    """库 Keeps and reads back the nouns; may be used from several threads. Made by `open_store`.

    Every method raises Fault when the database or the archive cannot do its part (locked, full, damaged,
    unreachable), and leaves nothing half-written.
    """

    def __init__(self, address: Address, engine: Engine, archive: Path) -> None:
        self._address = address
        self._engine = engine
        self.archive = Archive(archive)
        self._writers: dict[str, ArchiveWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        self._engine.dispose()

    # runs 检查

    def begin_run(self, run: Run) -> Run:
        """开始检查 Keeps a new run and returns it; if no process or this one is named, with its marks of life.

        Raises Fault when the archive folder cannot be written.
        """
        if run.replays is None:
            self.archive.prepare()
        begun = run.model_copy(update={"state": RunState.RUNNING})
        if run.pid in (None, os.getpid()):
            begun = begun.model_copy(update={"pid": os.getpid(), "machine": this_machine()})
        with self._writing() as connection:
            connection.execute(insert(runs).values(run_row(begun, runs)))
        return begun

    def finish_run(
        self, run: Run, verdicts: Sequence[Verdict], findings: Sequence[Finding], cases: Sequence[Case]
    ) -> None:
        """完成检查 One transaction keeps the finished run, its verdicts, its findings and the cases they touch."""
        with self._writing() as connection:
            ended = run_row(run, runs) | {"state": RunState.FINISHED.value}
            for mark in ("id", "pid", "machine"):  # as they were begun
                del ended[mark]
            self._end(connection, run.id, ended)
            ledger.write_judgement(connection, run, verdicts, findings, cases)
        self._release(run.id)

    def interrupt_run(
        self,
        run_id: str,
        *,
        reason: str | None = None,
        ended_at: datetime | None = None,
        coverage: Coverage | None = None,
    ) -> None:
        """中断检查 What was fetched stays; the run never counts as finished."""
        ended: dict[str, Any] = {"state": RunState.INTERRUPTED.value, "reason": reason, "ended_at": ended_at}
        if coverage is not None:
            ended["coverage"] = coverage.model_dump(mode="json")
        with self._writing() as connection:
            self._end(connection, run_id, ended)
        self._release(run_id)

    def fail_run(self, run_id: str, reason: str, *, ended_at: datetime | None = None) -> None:
        """检查失败 The run could not be done; `reason` says why."""
        with self._writing() as connection:
            ended = {"state": RunState.FAILED.value, "reason": reason, "ended_at": ended_at}
            self._end(connection, run_id, ended)
        self._release(run_id)

    def mark_dead_runs(self) -> tuple[str, ...]:
        """清点中断 Runs of this machine whose process is gone become interrupted; returns their ids.

        Their end stays unknown (`ended_at` None). A run begun on another machine is left alone.
        """
        query = select(runs.c.id, runs.c.pid, runs.c.machine).where(runs.c.state == RunState.RUNNING.value)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(runs.c.started_at, runs.c.id)).all()
        dead = tuple(row.id for row in rows if is_gone(row.pid, row.machine))
        if dead:
            still = runs.c.id.in_(dead) & (runs.c.state == RunState.RUNNING.value)
            with self._writing() as connection:
                connection.execute(update(runs).where(still).values(state=RunState.INTERRUPTED.value))
        return dead

    def run(self, run_id: str) -> Run:
        """一次检查 Raises Fault when there is no such run."""
        with self._reading() as connection:
            row = connection.execute(_RUNS.where(runs.c.id == run_id)).mappings().first()
        if row is None:
            raise Fault("fault.run_unknown", run=run_id)
        return noun_of(Run, row)

    def runs(self, site_key: str | None = None, limit: int | None = None) -> list[Run]:
        """历次检查 The latest first."""
        return self._runs(site_key, None, limit)

    def last_finished_run(self, site_key: str | None = None) -> Run | None:
        """最近完成的检查 Of one site or of all; a replay counts too (`replays` names the crawl it read)."""
        found = self._runs(site_key, RunState.FINISHED, 1)
        return found[0] if found else None

    def keep_pack(self, pack: RulePack) -> None:
        """存指标体系 Once per digest: what a run was judged by stays, whatever becomes of the file."""
        with self._writing() as connection:
            known = connection.scalar(select(packs.c.digest).where(packs.c.digest == pack.digest))
            if known is None:
                connection.execute(
                    insert(packs).values(digest=pack.digest, pack=pack.model_dump(mode="json"))
                )

    def pack(self, digest: str) -> RulePack:
        """指标体系 As some run used it. Raises Fault when no run kept it."""
        with self._reading() as connection:
            row = connection.execute(select(packs.c.pack).where(packs.c.digest == digest)).first()
        if row is None:
            raise Fault("fault.pack_not_kept", digest=digest[:12])
        return RulePack.model_validate(row.pack)

    def keep_report(self, run_id: str, report: CrawlReport) -> None:
        """存采集记录"""
        with self._writing() as connection:
            changed = connection.execute(
                update(runs).where(runs.c.id == run_id).values(report=report.model_dump(mode="json"))
            )
        if not changed.rowcount:
            raise Fault("fault.run_unknown", run=run_id)

    def crawl_report(self, run_id: str) -> CrawlReport | None:
        """采集记录 None when the crawl never came to its end."""
        with self._reading() as connection:
            row = connection.execute(select(runs.c.report).where(runs.c.id == run_id)).first()
        if row is None:
            raise Fault("fault.run_unknown", run=run_id)
        return None if row.report is None else CrawlReport.model_validate(row.report)

    # snapshots 快照

    def keep(self, batch: Sequence[tuple[Snapshot, bytes]]) -> None:
        """存快照 Snapshots of one run with their bodies (b"" when there is none): the bytes first, then the rows.

        A body already kept, by whatever run, is not written again. A snapshot without `sha256` gets it here.
        """
        if batch:
            with told(self._address):
                evidence.keep(self._engine, self._writer(batch[0][0].run_id), batch)

    def snapshot(self, snapshot_id: str) -> Snapshot:
        """一张快照 Raises Fault when there is no such snapshot."""
        with told(self._address):
            return evidence.read_snapshot(self._engine, snapshot_id)

    def snapshots(self, run_id: str) -> Iterator[Snapshot]:
        """全部快照 In id order, a page of rows at a time."""
        with told(self._address):
            for page in evidence.read_snapshots(self._engine, run_id):
                yield from page

    def body(self, snapshot: Snapshot) -> bytes:
        """正文 Read from the archive and checked against its SHA-256; b"" when the fetch brought none."""
        with told(self._address):
            place = evidence.place_of(self._engine, snapshot)
        return self.archive.read(*place) if place else b""

    def bodies(self, run_id: str) -> Iterator[tuple[Snapshot, bytes]]:
        """快照与正文 Like `snapshots`, each with its body; every archive file is opened once a page."""
        with told(self._address):
            yield from evidence.read_bodies(self.archive, evidence.read_snapshots(self._engine, run_id))

    # judgement 判定

    def verdicts(self, run_id: str) -> list[Verdict]:
        """判定 In the order they were judged."""
        with self._reading() as connection:
            return ledger.read_verdicts(connection, run_id)

    def findings(
        self,
        run_id: str | None = None,
        site_key: str | None = None,
        states: Collection[CaseState] | None = None,
    ) -> list[Finding]:
        """问题 With `run_id`: as that run filed them, in its order. Without: each fingerprint's newest finding of a
        finished run, in the state its case has now, by site, the latest run's first.
        """
        with self._reading() as connection:
            return ledger.read_findings(connection, run_id, site_key, states)

    def finding(self, prefix: str) -> Finding:
        """一条问题 By `F-…` or the first hex digits (4 at least) of its fingerprint. Unknown or ambiguous: Fault."""
        with self._reading() as connection:
            return ledger.read_finding(connection, prefix)

    def cases(self, site_key: str) -> dict[str, Case]:
        """台账 The site's cases by fingerprint, oldest first."""
        with self._reading() as connection:
            return ledger.read_cases(connection, site_key)

    # sites 网站

    def add_sites(self, *added: Site) -> None:
        """登记网站 All of them or, when something fails, none; a site with the same key is replaced."""
        with self._writing() as connection:
            connection.execute(delete(sites).where(sites.c.key.in_([site.key for site in added])))
            connection.execute(insert(sites), [site_row(site, sites) for site in added])

    def sites(self) -> list[Site]:
        """网站名录 By key."""
        with self._reading() as connection:
            return [
                noun_of(Site, row)
                for row in connection.execute(select(sites).order_by(sites.c.key)).mappings()
            ]

    def site(self, key: str) -> Site:
        """一个网站 Raises Fault when it is not registered."""
        with self._reading() as connection:
            row = connection.execute(select(sites).where(sites.c.key == key)).mappings().first()
        if row is None:
            raise Fault("fault.site_unknown", site=key)
        return noun_of(Site, row)

    # profiles 网站特征

    def keep_profile(self, profile: SiteProfile) -> None:
        """存特征 What is known of a host replaces what was."""
        with self._writing() as connection:
            connection.execute(delete(profiles).where(profiles.c.host == profile.host))
            connection.execute(insert(profiles).values(row_of(profile, profiles)))

    def profile(self, host: str) -> SiteProfile | None:
        """取特征 What is known of a host (with its port, lower case), None when it was never learned."""
        with self._reading() as connection:
            row = connection.execute(select(profiles).where(profiles.c.host == host)).mappings().first()
        return noun_of(SiteProfile, row) if row else None

    # targets and votes 目标与票: over all runs, all sites and all programs that share the database

    def claim(self, urls: Collection[str], run_id: str, now: datetime) -> frozenset[str]:
        """认领 Those of `urls` that this run is to ask for, and no other one meanwhile.

        Not those that somebody answered for lately, nor pages that another site's run has just fetched well: their
        answers are among the votes. A claim is void when its run ends, its process dies, or nobody renews it.
        """
        with self._reading() as connection:
            open_ones = set(urls) - targets.taken(connection, urls, now)
        if not open_ones:
            return frozenset()
        with self._writing() as connection:
            won = targets.claim(connection, open_ones, run_id, now)
            return frozenset(won - votes.seen_by_others(connection, won, run_id, now))

    def renew_claims(self, run_id: str, now: datetime) -> None:
        """续期 To be done from time to time (`CLAIM_MINUTES`) while a run still asks."""
        with self._writing() as connection:
            targets.renew(connection, run_id, now)

    def release_claims(self, run_id: str, now: datetime) -> None:
        """放弃认领 What a run claimed and did not come to ask is anybody's."""
        with self._writing() as connection:
            targets.release(connection, run_id, now)

    def turn(self, host: str, delay: float, now: datetime) -> float:
        """轮到 0.0: this caller may ask the host now, and nobody for `delay` seconds after; else seconds to wait."""
        with self._writing() as connection:
            return targets.turn(connection, host, delay, now)

    def keep_votes(self, run_id: str, kept: Sequence[tuple[str, Attempt]]) -> None:
        """投票 What a run saw of targets. One kept again says what was found out later; the first stays for replays."""
        if kept:
            with self._writing() as connection:
                votes.keep(connection, run_id, kept)

    def close_votes(self) -> datetime:
        """封票 The moment up to which all votes are in: what is kept from now on lies behind it."""
        with self._writing() as connection:
            return votes.close(connection)

    def votes(
        self, urls: Collection[str], *, until: datetime, except_run: str | None = None
    ) -> dict[str, tuple[Attempt, ...]]:
        """计票 All votes on these targets that were kept up to `until`, in order of time."""
        with self._reading() as connection:
            return votes.read(connection, urls, until=until, except_run=except_run)

    def prune_votes(self, before: datetime) -> int:
        """清旧票 Votes of looks before then go; returns how many. Nothing does this by itself; replays of old runs change."""
        with self._writing() as connection:
            return votes.prune(connection, before)

    # visits 可用性访问

    def keep_visits(self, kept: Sequence[Visit]) -> None:
        """存访问 A visit to a site at a moment is kept once."""
        if kept:
            with self._writing() as connection:
                visits.keep(connection, kept)

    def visits(
        self, site_key: str, since: datetime, until: datetime, *, kept_until: datetime | None = None
    ) -> list[Visit]:
        """访问 Those from `since` to `until` (both included), in order of time; `kept_until`: as known by then."""
        with self._reading() as connection:
            return visits.read(connection, site_key, since, until, kept_until)

    # inside

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self._address), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with told(self._address), self._engine.execution_options(writes=True).begin() as connection:
            yield connection

    def _runs(self, site_key: str | None, state: RunState | None, limit: int | None) -> list[Run]:
        query = _RUNS.order_by(runs.c.started_at.desc(), runs.c.id.desc())
        if site_key is not None:
            query = query.where(runs.c.site_key == site_key)
        if state is not None:
            query = query.where(runs.c.state == state.value)
        if limit is not None:
            query = query.limit(limit)
        with self._reading() as connection:
            return [noun_of(Run, row) for row in connection.execute(query).mappings()]

    def _end(self, connection: Connection, run_id: str, ended: dict[str, Any]) -> None:
        running = (runs.c.id == run_id) & (runs.c.state == RunState.RUNNING.value)
        if not connection.execute(update(runs).where(running).values(ended)).rowcount:
            raise Fault("fault.run_not_running", exit_code=1, run=run_id)

    def _writer(self, run_id: str) -> ArchiveWriter:
        if run_id not in self._writers:
            software = f"duwang/{self.run(run_id).version}"
            self._writers[run_id] = ArchiveWriter(self.archive.folder, run_id, software)
        return self._writers[run_id]

    def _release(self, run_id: str) -> None:
        writer = self._writers.pop(run_id, None)
        if writer:
            writer.close()
