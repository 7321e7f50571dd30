"""库 The store: what the rest of the house may ask to be kept and read, in the field's own words."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from model import (
    Attempt,
    Case,
    Coverage,
    CrawlReport,
    Errand,
    Fault,
    Finding,
    Group,
    RosterEntry,
    RulePack,
    Run,
    RunState,
    Site,
    SiteProfile,
    Snapshot,
    Verdict,
    Visit,
)
from storage import evidence, leases, ledger, nights, roster, targets, visits, votes
from storage.archive import Archive, ArchiveWriter
from storage.breakdown import told
from storage.dossiers import Dossiers
from storage.engine import Address
from storage.judgements import Judgements
from storage.post import Post
from storage.priors import Priors
from storage.process import is_gone, this_machine
from storage.rounds import Rounds
from storage.rows import insert_of, noun_of, row_of, run_row, site_row
from storage.seals import Seals
from storage.tables import packs, profiles, runs, sites
from storage.upkeep import Upkeep

Judged = tuple[Run, Sequence[Verdict], Sequence[Finding], Sequence[Case]]  # a run and what it found
_RUNS = select(*[column for column in runs.columns if column is not runs.c.report])  # reports may be long


class Store(Judgements, Rounds, Post, Priors, Dossiers, Seals, Upkeep):
    """库 Keeps and reads back the nouns; may be used from several threads. Made by `open_store`.

    Every method raises Fault when the database or the archive cannot do its part (locked, full, damaged,
    unreachable), and leaves nothing half-written.
    """

    def __init__(self, address: Address, engine: Engine, archive: Path) -> None:
        super().__init__(address, engine)
        self.archive = Archive(archive)
        self._writers: dict[str, ArchiveWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def folders(self) -> tuple[Path, ...]:
        """所占目录 Where this machine must have room for what is kept: the archive's, and that of a SQLite file."""
        file = self._address.file
        return (self.archive.folder, file.parent) if file else (self.archive.folder,)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        self._engine.dispose()

    # runs 检查

    def begin_run(self, run: Run, lock: str | None = None) -> Run:
        """开始检查 Keeps a new run and returns it; if no process or this one is named, with its marks of life.

        With `lock` it holds that lease until it ends. Raises Fault when the archive folder cannot be written, and
        when another run has the lease: then nothing is kept.
        """
        if run.replays is None:
            self.archive.prepare()
        begun = run.model_copy(update={"state": RunState.RUNNING})
        if run.pid in (None, os.getpid()):
            begun = begun.model_copy(update={"pid": os.getpid(), "machine": this_machine()})
        with self._writing() as connection:
            connection.execute(insert(runs).values(run_row(begun, runs)))
            holder = leases.take(connection, lock, begun.id) if lock else None
            if lock and holder is not None:
                raise holder.refusal(lock)
        return begun

    def finish_run(
        self, run: Run, verdicts: Sequence[Verdict], findings: Sequence[Finding], cases: Sequence[Case]
    ) -> None:
        """完成检查 One transaction keeps the finished run, its verdicts, its findings and the cases they touch."""
        self.finish_runs([(run, verdicts, findings, cases)])

    def finish_runs(
        self,
        ended: Sequence[Judged],
        errand: Errand | None = None,
        read: Mapping[str, Case] | None = None,
    ) -> None:
        """完成检查 One transaction keeps the finished run, what replays it under other packs, and that `errand` is done.

        The first of `ended` is the run that was begun. Raises Fault when somebody ended it, or did its errand, before;
        `fault.case_overtaken` when one of the cases is not as it was `read` any more: reckon again from what it is now.
        """
        first = ended[0][0]
        with self._writing() as connection:
            row = run_row(first, runs) | {"state": RunState.FINISHED.value}
            for mark in ("id", "pid", "machine"):  # as they were begun
                del row[mark]
            self._end(connection, first.id, row)
            for number, (run, verdicts, findings, cases) in enumerate(ended):
                if number:
                    connection.execute(insert(runs).values(run_row(run, runs)))
                ledger.write_judgement(connection, run, verdicts, findings, cases, read)
            if errand is not None:
                nights.done(connection, errand, first)
        self._release(first.id)

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
                leases.release(connection, dead)
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

    def filed_until(self, site_key: str, now: datetime) -> datetime | None:
        """入账至 The latest moment, none after `now` counted, at which the ledger of a site was told anything by a run."""
        filed = (runs.c.site_key == site_key) & (runs.c.state == RunState.FINISHED.value) & runs.c.filed
        filed &= runs.c.as_of <= now  # one stamped by a clock that ran ahead stops nobody
        with self._reading() as connection:
            until: datetime | None = connection.scalar(select(func.max(runs.c.as_of)).where(filed))
        return until

    def last_finished_run(self, site_key: str | None = None) -> Run | None:
        """最近完成的检查 Of one site or of all; a replay counts too (`replays` names the crawl it read)."""
        found = self._runs(site_key, RunState.FINISHED, 1)
        return found[0] if found else None

    def finished_runs(
        self, site_key: str | None = None, *, since: datetime | None = None, limit: int | None = None
    ) -> list[Run]:
        """完成的检查 The latest first, those begun at or after `since`; each pack of a crawl has a run of its own."""
        return self._runs(site_key, RunState.FINISHED, limit, since)

    def keep_pack(self, pack: RulePack) -> None:
        """存指标体系 Once per digest: what a run was judged by stays, whatever becomes of the file."""
        with self._reading() as connection:
            known = connection.scalar(select(packs.c.digest).where(packs.c.digest == pack.digest))
        if known is None:
            row = {"digest": pack.digest, "pack": pack.model_dump(mode="json")}
            with self._writing() as connection:  # another program may have been quicker
                connection.execute(insert_of(connection, packs).values(row).on_conflict_do_nothing())

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
                writer = self._writer(batch[0][0].run_id)
                try:
                    evidence.keep(self._engine, writer, batch, self.archive)
                except (
                    IntegrityError
                ):  # a body that was kept before has just been cleared away: it is kept again
                    evidence.keep(self._engine, writer, batch, self.archive)

    def snapshot(self, snapshot_id: str) -> Snapshot:
        """一张快照 Raises Fault when there is no such snapshot."""
        with told(self._address):
            return evidence.read_snapshot(self._engine, snapshot_id)

    def snapshots(self, run_id: str, *, passing: bool = False) -> Iterator[Snapshot]:
        """全部快照 In id order, a page of rows at a time. `passing`: the caller holds none of them for long."""
        with told(self._address):
            for page in evidence.read_snapshots(self._engine, run_id, passing=passing):
                yield from page

    def body(self, snapshot: Snapshot) -> bytes:
        """正文 Read from the archive and checked against its SHA-256; b"" when the fetch brought none."""
        with told(self._address):
            return evidence.read_body(self._engine, self.archive, snapshot)

    def record(self, snapshot: Snapshot) -> bytes:
        """存档记录 The WARC record that holds its body, as it lies in the archive (one gzip member); b"" when there is none.

        Raises Fault when the file is not here. Whether the record is sound is for whoever reads it.
        """
        with told(self._address):
            return evidence.read_record(self._engine, self.archive, snapshot)

    def bodies(self, run_id: str) -> Iterator[tuple[Snapshot, bytes]]:
        """快照与正文 Like `snapshots`, each with its body; every archive file is opened once a page."""
        with told(self._address):
            yield from evidence.read_bodies(
                self._engine, self.archive, evidence.read_snapshots(self._engine, run_id)
            )

    # sites 网站

    def add_sites(self, *added: Site) -> None:
        """登记网站 All of them or, when something fails, none; a site with the same key is replaced."""
        if added:
            with self._writing() as connection:
                rows = [site_row(site, sites) for site in added]
                connection.execute(targets.upsert(connection, sites, replaced=None), rows)

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

    def keep_roster(self, entries: Sequence[RosterEntry]) -> None:
        """存名单 Sites with their arrangements: all of them or, when something fails, none. Others are left alone."""
        with self._writing() as connection:
            roster.keep(connection, entries)

    def roster(self) -> list[RosterEntry]:
        """名单 Every registered site, retired ones too, by key, each with its own arrangement (see audit.arrange)."""
        with self._reading() as connection:
            return roster.read(connection)

    def roster_entry(self, key: str) -> RosterEntry:
        """名单条目 Raises Fault when no site has this key."""
        site = self.site(key)
        with self._reading() as connection:
            return roster.read_entry(connection, site)

    def keep_group(self, group: Group) -> None:
        """存分组 What a group shares replaces what it shared; one that shares nothing is gone."""
        with self._writing() as connection:
            roster.keep_group(connection, group)

    def groups(self) -> list[Group]:
        """分组 By name."""
        with self._reading() as connection:
            return roster.read_groups(connection)

    def last_audits(self) -> dict[str, datetime]:
        """上次检查 When each site's last finished audit began, by site key."""
        with self._reading() as connection:
            return roster.last_audits(connection)

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

    def _runs(
        self, site_key: str | None, state: RunState | None, limit: int | None, since: datetime | None = None
    ) -> list[Run]:
        query = _RUNS.order_by(runs.c.started_at.desc(), runs.c.id.desc())
        if since is not None:
            query = query.where(runs.c.started_at >= since)
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
        leases.release(connection, [run_id])

    def _writer(self, run_id: str) -> ArchiveWriter:
        if run_id not in self._writers:
            software = f"duwang/{self.run(run_id).version}"
            self._writers[run_id] = ArchiveWriter(self.archive.folder, run_id, software)
        return self._writers[run_id]

    def _release(self, run_id: str) -> None:
        writer = self._writers.pop(run_id, None)
        if writer:
            writer.close()
