"""了结 What was crawled is read, judged, followed up, scored and kept; no crawler is needed for it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from audit.arrange import arranged
from audit.collector import collected_seldom
from audit.conclude import Result, conclude, moment_of
from audit.desk.sealing import seal_runs
from audit.profiles import keep_learned
from audit.replay import reread
from audit.votes import keep_findings
from model import (
    Case,
    CheckModule,
    Errand,
    Fault,
    FetchOutcome,
    Observation,
    Progress,
    RulePack,
    Run,
    Site,
)
from rules import column_directory
from storage import Store

# A day without an hour means its last minute.
SAME_DAY = timedelta(days=1)
OVERTAKEN = 5  # times a run is reckoned again when people change its cases meanwhile

Watch = Callable[
    [str, Progress | None], None
]  # stage (crawl, read, judge, keep) and, while crawling, progress


@collected_seldom()
def settle(
    store: Store,
    run_id: str,
    packs: Sequence[RulePack],
    checks: Mapping[str, CheckModule],
    watch: Watch | None = None,
    errand: Errand | None = None,
    mend_days: int | None = None,
) -> list[Result]:
    """了结 Read, judge and keep a run that was crawled; needs the store alone, so any process may do it.

    One transaction keeps all: the run under the first pack, one more run that replays it for each of the others,
    and that `errand` is done. A rule of several packs is filed by the first of them. `mend_days`: working days to mend
    a finding; None: as arranged for the site, else as the pack says. What was kept is sealed. A run judged at a moment that is not yet, or that
    the site's ledger is past, is kept and files nothing. Raises Fault when the home page never answered, or when somebody else ended the run.
    """
    tell = watch or (lambda _stage, _progress: None)
    run = store.run(run_id)
    moment = moment_of(run.as_of)
    tell("read", None)
    report = store.crawl_report(run_id)
    if report is None:
        raise Fault("fault.run_not_crawled", exit_code=1, run=run_id)
    observation = reread(store, run_id, run.site, moment, report, column_directory())
    _refuse_unreachable(observation)
    keep_findings(store, run_id, observation)
    if mend_days is None:
        mend_days = _arranged_days(store, run.site)
    filed = _may_file(store, run)
    tell("judge", None)
    for left in reversed(range(OVERTAKEN)):
        read = store.cases(run.site.key)
        results = _concluded(run, observation, packs, checks, read, mend_days)
        tell("keep", None)
        try:
            if not filed:
                results = [_unfiled(one) for one in results]
            ended = [(one.run, one.verdicts, one.findings, one.cases) for one in results]
            store.finish_runs(ended, errand, read)
            break
        except Fault as fault:  # a person changed a case while this was judged
            if fault.message_id != "fault.case_overtaken" or not left:
                raise
    keep_learned(store, observation.profile)
    seal_runs(store, run.site.key, lambda: datetime.now(UTC))
    return results


def _may_file(store: Store, run: Run) -> bool:
    """Whether the ledger goes on with this run: not at a moment that is not yet, nor at one before what it was told last."""
    now = run.started_at + SAME_DAY
    told = store.filed_until(run.site.key, now)
    return run.as_of <= now and (told is None or run.as_of >= told)


def _unfiled(result: Result) -> Result:
    return result.model_copy(update={"run": result.run.model_copy(update={"filed": False}), "cases": ()})


def _arranged_days(store: Store, site: Site) -> int | None:
    """Working days to mend a finding, by what is arranged for the site; None for a site that is on no roster."""
    try:
        entry = store.roster_entry(site.key)
    except Fault as fault:
        if fault.message_id != "fault.site_unknown":
            raise
        return None
    return arranged(entry, store.groups()).mend_days


def _concluded(
    run: Run,
    observation: Observation,
    packs: Sequence[RulePack],
    checks: Mapping[str, CheckModule],
    cases: Mapping[str, Case],
    mend_days: int | None,
) -> list[Result]:
    """Under each pack in turn, each from the cases as those before have left them."""
    results: list[Result] = []
    theirs: frozenset[str] = frozenset()
    for number, pack in enumerate(packs):
        judged = run if number == 0 else _replayed(run, pack, number)
        results.append(conclude(judged, observation, pack, checks, cases, mend_days=mend_days, theirs=theirs))
        cases = {**cases, **{one.fingerprint: one for one in results[-1].cases}}
        theirs |= {rule.id for rule in pack.rules if not rule.preview}
    return results


def _replayed(run: Run, pack: RulePack, number: int) -> Run:
    """The record of the same crawl under one more pack."""
    return run.model_copy(
        update={
            "id": f"{run.id}-{number}",
            "pack_id": pack.id,
            "pack_version": pack.version,
            "pack_digest": pack.digest,
            "replays": run.id,
        }
    )


def _refuse_unreachable(observation: Observation) -> None:
    """A home page that never answered is nothing to judge: say what happened and how to go on."""
    home = observation.home
    if home and home.outcome in (FetchOutcome.UNREACHABLE, FetchOutcome.TLS, FetchOutcome.SKIPPED_PRIVATE):
        raise Fault(
            f"fault.home.{home.outcome_reason or home.outcome}", exit_code=1, url=observation.site.home,
            host=observation.site.host,
        )  # fmt: skip
