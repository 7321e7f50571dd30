"""走势 A site's finished runs under one pack, with what each brought to the ledger."""

from collections import Counter
from datetime import datetime

from audit.ledger_view import is_back, is_fixed, is_new
from model import CLOCK, Case, CaseEvent, CaseState, Fault, RulePack, Ruling, RulingResult, Run
from report.trend import TrendPoint
from storage import Store


def trend(store: Store, site_key: str, since: datetime, pack_id: str | None = None) -> list[TrendPoint]:
    """走势 The runs begun since then, oldest first; `pack_id` None: the pack the newest crawl was scored by.

    Figures of two versions of a pack, or of two ways of scoring, are told one after another and marked. Raises Fault
    `fault.no_finished_run_of` when there is no such run.
    """
    runs = [run for run in reversed(store.finished_runs(site_key, since=since))]
    first = [run for run in runs if run.replays is None]
    wanted = pack_id or (first[-1].pack_id if first else None)
    series = [run for run in runs if run.pack_id == wanted]
    if not series:
        raise Fault("fault.no_finished_run_of", site=site_key)
    cases = list(store.cases(site_key).values())
    rulings = store.rulings(run_ids=[run.id for run in series])
    packs = {run.pack_digest: store.pack(run.pack_digest) for run in series}
    points: list[TrendPoint] = []
    for number, run in enumerate(series):
        before = series[number - 1] if number else None
        rules = {rule.id for rule in packs[run.pack_digest].rules}
        ours = [case for case in cases if case.rule_id in rules]
        breaks = before is not None and _breaks(before, run, packs)
        since = before.as_of if before else run.as_of
        points.append(_point(run, since, breaks, ours, [one for one in rulings if one.run_id == run.id]))
    return points


def _breaks(before: Run, run: Run, packs: dict[str, RulePack]) -> bool:
    """Whether two runs were judged by other demands or scored another way."""
    if before.pack_digest == run.pack_digest:
        return False
    old, new = packs[before.pack_digest], packs[run.pack_digest]
    return old.version != new.version or old.scoring != new.scoring or old.rules != new.rules


def _brought(event: CaseEvent, run: Run, since: datetime) -> bool:
    """Whether the run brought it to the ledger, or the calendar since the run before."""
    if event.run_id is None:
        return event.by == CLOCK and since < event.at <= run.as_of
    crawl = run.replays or run.id
    return event.run_id == crawl or event.run_id.startswith(f"{crawl}-")


def _point(run: Run, since: datetime, breaks: bool, cases: list[Case], rulings: list[Ruling]) -> TrendPoint:
    brought = [event for case in cases for event in case.history if _brought(event, run, since)]
    standing = Counter(case.state_at(run.as_of) for case in cases)
    withdrawn = [
        one for one in rulings if one.result is RulingResult.WITHDRAWN and one.high_after is not None
    ]
    score = run.score
    return TrendPoint(
        run_id=run.id, as_of=run.as_of, pack_id=run.pack_id, pack_version=run.pack_version, pack_digest=run.pack_digest,
        breaks=breaks, low=score.low if score else None, high=score.high if score else None,
        low_after=withdrawn[-1].low_after if withdrawn else None,
        high_after=withdrawn[-1].high_after if withdrawn else None,
        open=sum(count for state, count in standing.items() if state is not None and state.stands),
        suspected=standing[CaseState.SUSPECTED], disputed=standing[CaseState.DISPUTED],
        waived=standing[CaseState.WAIVED], new=sum(map(is_new, brought)), fixed=sum(map(is_fixed, brought)),
        reopened=sum(map(is_back, brought)), coverage=run.coverage,
    )  # fmt: skip
