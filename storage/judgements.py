"""判定之库 What the store keeps of verdicts, findings, cases and rulings: verbs of the Store."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from model import Case, CaseState, Finding, Ruling, Run, RunState, Verdict
from storage import casebook, ledger
from storage.casebook import CaseQuery
from storage.ground import Ground
from storage.rows import noun_of
from storage.tables import runs


class Judgements(Ground):
    """判定之库 Runs bring verdicts and findings when they end (`Store.finish_runs`); people change cases by `keep_case`."""

    # judgement 判定

    def run_within(self, site_key: str, pack_id: str, since: datetime, until: datetime) -> Run | None:
        """时段内最近完成的检查 The last one as of a moment from `since` to `until`, both included, by that pack."""
        query = select(*[column for column in runs.columns if column is not runs.c.report]).where(
            runs.c.site_key == site_key, runs.c.pack_id == pack_id, runs.c.state == RunState.FINISHED.value,
            runs.c.as_of >= since, runs.c.as_of <= until,
        )  # fmt: skip
        query = query.order_by(runs.c.as_of.desc(), runs.c.started_at.desc(), runs.c.id.desc()).limit(1)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return noun_of(Run, row) if row else None

    def audited(
        self, site_keys: Collection[str], since: datetime, until: datetime
    ) -> dict[str, list[datetime]]:
        """检查时刻 As of which moments from `since` to `until` each of these sites was audited; replays do not count."""
        query = (
            select(runs.c.site_key, runs.c.as_of)
            .where(
                runs.c.site_key.in_(sorted(site_keys)), runs.c.state == RunState.FINISHED.value,
                runs.c.replays.is_(None), runs.c.as_of >= since, runs.c.as_of <= until,
            )
            .order_by(runs.c.as_of)
        )  # fmt: skip
        found: dict[str, list[datetime]] = {key: [] for key in site_keys}
        with self._reading() as connection:
            for key, as_of in connection.execute(query):
                found[key].append(as_of)
        return found

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

    def newest_findings(self, fingerprints: Collection[str]) -> dict[str, Finding]:
        """最近所见 Each fingerprint's newest finding of a finished run, in the state its case has now."""
        with self._reading() as connection:
            return ledger.read_newest(connection, fingerprints)

    # ledger 台账

    def cases(self, site_key: str) -> dict[str, Case]:
        """台账 The site's cases by fingerprint, oldest first."""
        found = self.find_cases(CaseQuery(site_keys=frozenset({site_key})))
        return {one.fingerprint: one for one in found}

    def find_cases(self, asked: CaseQuery) -> list[Case]:
        """查台账 Cases of any sites with their histories, by site, then the oldest first."""
        with self._reading() as connection:
            return casebook.read_cases(connection, asked)

    def case(self, fingerprint: str) -> Case | None:
        """一个台账条目 None when nothing was filed under that fingerprint."""
        with self._reading() as connection:
            return casebook.read_case(connection, fingerprint)

    def case_named(self, prefix: str) -> Case:
        """一个台账条目 By `F-…` or the first hex digits (4 at least) of its fingerprint. Unknown or ambiguous: Fault."""
        with self._reading() as connection:
            return casebook.read_case_named(connection, prefix)

    def last_failure(self, fingerprint: str) -> Finding | None:
        """最近不合格 The newest finding that saw it fail, or suspected it; None when none is kept any more."""
        with self._reading() as connection:
            return ledger.read_last_failure(connection, fingerprint)

    def keep_case(self, case: Case, read: Case, rulings: Sequence[Ruling] = ()) -> None:
        """改台账 What a person decided, with the rulings if it was ruled on.

        Raises Fault `fault.case_overtaken` when the case is not as it was `read` any more.
        """
        with self._writing() as connection:
            casebook.write_cases(connection, [case], {read.fingerprint: read})
            for ruling in rulings:
                casebook.write_ruling(connection, ruling)

    def rulings(
        self, *, fingerprints: Collection[str] | None = None, run_ids: Collection[str] | None = None
    ) -> list[Ruling]:
        """复核决定 On these findings, about these runs; in order of time."""
        with self._reading() as connection:
            return casebook.read_rulings(connection, fingerprints, run_ids)
