"""重放 From stored snapshots to one Observation: the only way facts ever reach a check.

A live run is a crawl followed by this; `duwang judge` is this alone. There is no second path.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice

from audit.collector import collected_seldom
from audit.conclude import Result, conclude, moment_of
from audit.facts import facts_of
from audit.votes import votes_for
from model import (
    CheckModule,
    ColumnDirectory,
    CrawlReport,
    Moment,
    Observation,
    RulePack,
    Run,
    Site,
    StopReason,
    Visit,
)
from reading import READER_VERSION, observe, settled, with_votes
from rules import column_directory
from storage import Store

WATCHED = timedelta(days=31)  # visits further back than that say nothing of today
FIRST = 20  # snapshots among which the home page's own is: it is asked for before all others


def reread(
    store: Store, run_id: str, site: Site, moment: Moment, report: CrawlReport, directory: ColumnDirectory
) -> Observation:
    """重读 Read every stored snapshot of a run and put the facts together. Needs no network.

    What other runs saw of the same targets, and visits to the site, are told as they were known when the crawl ended.
    """
    for snapshot in islice(store.snapshots(run_id), FIRST):
        site = settled(site, snapshot)
    seen = observe(site, moment, run_id, facts_of(store, run_id, site, directory), report, directory)
    voted = with_votes(seen, votes_for(store, run_id, seen, report))
    return voted.model_copy(update={"visits": _visits(store, store.run(run_id), moment, report)})


def _visits(store: Store, run: Run, moment: Moment, report: CrawlReport) -> tuple[Visit, ...]:
    """The key is that of the site as it was asked for: visits know nothing of where its home page leads."""
    if report.votes_until is None:
        return ()
    since = moment.as_of - WATCHED
    return tuple(store.visits(run.site.key, since, moment.as_of, kept_until=report.votes_until))


@collected_seldom()
def restored(store: Store, run: Run, moment: Moment) -> Observation:
    """复原 The observation of a stored run as it would be judged at `moment`; of the crawl it replays, if it does."""
    source = run.replays or run.id
    return reread(store, source, run.site, moment, _report(store, source), column_directory())


def rejudge(
    store: Store,
    run_id: str,
    pack: RulePack,
    checks: Mapping[str, CheckModule],
    as_of: datetime | None = None,
) -> Result:
    """重新判定 Judge a stored crawl again, by any pack and at any moment, without a network.

    Writes nothing. Ledger dates come from what the run itself recorded, so judging the same run by the same
    pack at the same moment gives the very same findings.
    """
    return next(rejudged(store, run_id, [pack], checks, as_of))


def rejudged(
    store: Store,
    run_id: str,
    packs: Iterable[RulePack],
    checks: Mapping[str, CheckModule],
    as_of: datetime | None = None,
) -> Iterator[Result]:
    """逐一重新判定 `rejudge` by each pack in turn: what was stored is read once, and each gives what it gives alone."""
    run = store.run(run_id)
    moment = moment_of(as_of or run.as_of)
    observation = restored(store, run, moment)
    recorded = store.findings(run_id=run_id)
    for pack in packs:
        again = run.model_copy(
            update={
                "pack_id": pack.id,
                "pack_version": pack.version,
                "pack_digest": pack.digest,
                "as_of": moment.as_of.astimezone(UTC),
                "replays": run.id,
                "reader": READER_VERSION,
            }
        )
        yield conclude(again, observation, pack, checks, {}, recorded=recorded)


def recall(store: Store, run_id: str) -> Result:
    """调阅 A finished run as it was recorded, its verdicts untouched; only the facts are read again."""
    run = store.run(run_id)
    return Result(
        run=run,
        observation=restored(store, run, moment_of(run.as_of)),
        verdicts=tuple(store.verdicts(run_id)),
        findings=tuple(store.findings(run_id=run_id)),
    )


def _report(store: Store, run_id: str) -> CrawlReport:
    """A run killed while it crawled left no report: what was fetched can still be judged, as cut short."""
    report = store.crawl_report(run_id)
    if report:
        return report
    run = store.run(run_id)
    return CrawlReport(
        started_at=run.started_at, ended_at=run.ended_at or run.started_at, stop=StopReason.INTERRUPTED
    )
