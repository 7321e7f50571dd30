"""前次采集之库 What the store tells a crawl of the ones before it: the last of them, and what was found in them. Verbs of the Store."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from model import CrawlReport, Outcome, Run, RunState
from storage.ground import Ground
from storage.rows import noun_of
from storage.tables import runs, verdicts


class Rested(NamedTuple):
    """依据 A verdict's check, and the addresses that it rests on."""

    check: str
    addresses: tuple[str, ...]


class Priors(Ground):
    """前次采集之库 Read once, before a crawl begins."""

    def last_crawls(self, site_key: str, limit: int) -> list[tuple[Run, CrawlReport]]:
        """近几次采集 Finished crawls of a site with their reports, the latest first. Replays are none."""
        query = (
            select(runs)
            .where(runs.c.site_key == site_key, runs.c.state == RunState.FINISHED.value)
            .where(runs.c.replays.is_(None), runs.c.report.is_not(None))
            .order_by(runs.c.started_at.desc(), runs.c.id.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [(noun_of(Run, row), CrawlReport.model_validate(row["report"])) for row in rows]

    def rested_on(self, run_id: str) -> list[Rested]:
        """判定所依据 What each verdict of a crawl, under whichever pack, rests on, unless it is a pass."""
        return self._rested(run_id, verdicts.c.outcome != Outcome.PASS.value)

    def looked_at(self, run_id: str, checks: Collection[str]) -> list[Rested]:
        """判定所看 What the named checks looked at, however they judged it."""
        return self._rested(run_id, verdicts.c.check.in_(sorted(checks)))

    def _rested(self, run_id: str, which: ColumnElement[bool]) -> list[Rested]:
        judged = select(runs.c.id).where(or_(runs.c.id == run_id, runs.c.replays == run_id))
        query = select(verdicts.c.check, verdicts.c.url, verdicts.c.parents, verdicts.c.evidence).where(
            verdicts.c.run_id.in_(judged), which
        )
        with self._reading() as connection:
            rows: Sequence[tuple[str, str, list[str], list[dict[str, str]]]] = [
                (row.check, row.url, row.parents, row.evidence) for row in connection.execute(query)
            ]
        return [
            Rested(check, tuple(filter(None, (url, *parents, *(one.get("url", "") for one in evidence)))))
            for check, url, parents, evidence in rows
        ]
