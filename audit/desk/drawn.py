"""抽查情况 What became of the sites of a draw: failed, passed, left open, or not looked at. Only what was seen can have passed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from audit.desk.desk import Desk
from audit.desk.drawing import Kept, Place
from audit.desk.frame import cells_of, lines_in
from audit.desk.interval import failing
from audit.desk.sampled import span_at
from audit.desk.scoring import unit_score
from audit.rescore import reckoned
from audit.same_evidence import evidence_digest
from model import (
    SHANGHAI,
    Band,
    Case,
    CaseState,
    CheckModule,
    Fault,
    Finding,
    Run,
    Score,
    UnitScore,
)
from model.draw import DrawnSite, DrawnState, DrawResult, FailsBy, quarter_days
from report.text import plain
from storage import Span, Store

Checks = Mapping[str, CheckModule]


def period_of(place: Place, kept: Kept, at: datetime) -> tuple[datetime, datetime]:
    """检查期 From the draw to the end of its quarter, in Beijing time; in an assessment what is sampled at that moment."""
    entry, draw = kept
    if place.desk is not None:
        return span_at(place.desk.assessment, at)
    after = datetime.combine(quarter_days(draw.quarter)[1], time(0), SHANGHAI)
    return entry.at, after - timedelta(microseconds=1)


def result_of(
    store: Store, place: Place, kept: Kept, span: tuple[datetime, datetime], fails_by: FailsBy, checks: Checks
) -> DrawResult:
    """抽查情况 Each drawn site by its last audit begun within the span, with what rulings and waivers have changed since; each
    drawn unit as its assessment scores it. And how many of the whole frame fail (95 %; whatever is left open or was not
    looked at may have failed or not).
    """
    draw = kept[1]
    lines = {line.split("\t")[0]: line for line in lines_in(store.paper(draw.frame.sha256))}
    if place.desk is not None:
        told = {key: _of_unit(store, place.desk, key, span[1], fails_by, checks) for key in draw.chosen}
    else:
        audits = store.audits_within(Span(*span, site_keys=frozenset(draw.chosen)))
        told = {
            key: _of_site(store, audits[key][0], fails_by, checks) for key in draw.chosen if key in audits
        }
    repeated = set(draw.repeated)
    unseen = {"state": DrawnState.UNSEEN}
    sites = [
        DrawnSite(cells=cells_of(lines[key]), repeated=key in repeated, **(told.get(key) or unseen))
        for key in draw.chosen
    ]
    failed = sum(one.state is DrawnState.FAILED for one in sites)
    passed = sum(one.state is DrawnState.PASSED for one in sites)
    low, high = failing(draw.frame.sites, draw.size, failed, draw.size - failed - passed)
    return DrawResult(
        draw=draw, since=span[0], until=span[1], fails_by=fails_by, sites=tuple(sites), low=low, high=high
    )


def _of_site(store: Store, run: Run, fails_by: FailsBy, checks: Checks) -> dict[str, Any]:
    """The fields of a DrawnSite by its run; none when nothing could be seen of it."""
    if not any(count for outcome, count in run.counts.items() if outcome.decided):
        return {}
    score, settled = _score_now(store, run, checks)
    held = _held(store, run)
    band = score.band if score and settled else None
    vetoes = score.vetoes if score else ()
    if fails_by is FailsBy.FINDINGS:
        state = _by_findings(held, sum(_open(store, run)))
    else:
        bands = store.pack(run.pack_digest).scoring.bands if band else ()
        state = _by_grade(any(one.confirmed for one in vetoes), band, bands)
    figures = score if score and score.priced else None
    return {
        "state": state, "run_id": run.id, "audited_on": run.started_at.astimezone(SHANGHAI).date(),
        "pack_id": run.pack_id, "low": figures and figures.low, "high": figures and figures.high, "band": band,
        "suspected": tuple(one.title for one in vetoes if one.suspected and not one.confirmed), "findings": held,
    }  # fmt: skip


def _of_unit(
    store: Store, desk: Desk, key: str, at: datetime, fails_by: FailsBy, checks: Checks
) -> dict[str, Any]:
    """The fields of a DrawnSite by what the assessment makes of the unit; none when anything of it was not looked at."""
    name = next((one.name for one in desk.assessment.units if plain(one.name) == key), None)
    got = unit_score(store, desk, at, checks, name) if name else UnitScore(unit=key)
    if any(one.score is None for one in got.objects) or not got.objects:
        return {}
    runs = [store.run(one.run_id) for one in got.objects if one.run_id]
    held = sum(_held(store, one) for one in runs)
    if fails_by is FailsBy.FINDINGS:
        state = _by_findings(held, got.undecided)
    else:
        bands = store.pack(runs[0].pack_digest).scoring.bands if runs else ()
        state = _by_grade(bool(got.vetoes), got.band, bands)
    titles = {veto.id: veto.title for one in got.objects if one.score for veto in one.score.vetoes}
    return {
        "state": state, "run_id": runs[0].id if runs else None,
        "audited_on": max((one.started_at.astimezone(SHANGHAI).date() for one in runs), default=None),
        "pack_id": runs[0].pack_id if runs else None, "low": got.low, "high": got.high, "band": got.band,
        "suspected": tuple(titles.get(one, one) for one in got.suspected), "findings": held,
    }  # fmt: skip


def _by_findings(held: int, undecided: int) -> DrawnState:
    if held:
        return DrawnState.FAILED
    return DrawnState.UNDECIDED if undecided else DrawnState.PASSED


def _by_grade(vetoed: bool, band: str | None, bands: Sequence[Band]) -> DrawnState:
    if vetoed:
        return DrawnState.FAILED
    if band is None or not bands:
        return DrawnState.UNDECIDED
    return DrawnState.FAILED if band == min(bands, key=lambda one: one.at_least).name else DrawnState.PASSED


def _open(store: Store, run: Run) -> list[bool]:
    return [not (one.preview or one.set_aside or one.outcome.decided) for one in store.verdicts(run.id)]


def _held(store: Store, run: Run) -> int:
    """How many findings are held against the site, as people have decided since."""
    cases = store.cases(run.site.key)
    return sum(
        one.model_copy(update={"state": _state_now(one, cases.get(one.fingerprint))}).accuses
        for one in store.findings(run.id)
    )


def _score_now(store: Store, run: Run, checks: Checks) -> tuple[Score | None, bool]:
    """The run's score as people have decided since, and whether it could be reckoned."""
    cases = store.cases(run.site.key)

    def state_of(finding: Finding) -> CaseState:
        return _state_now(finding, cases.get(finding.fingerprint))

    if run.score is None or all(state_of(one) is one.state for one in store.findings(run.id)):
        return run.score, True
    try:
        return reckoned(store, run, checks, state_of).score(), True
    except Fault:  # what it was scored from is gone
        return run.score, False


def _state_now(finding: Finding, case: Case | None) -> CaseState:
    """What people decided about the very same evidence after the run, else as the run filed it."""
    if case is not None:
        seen = evidence_digest(finding.verdict)
        if seen in case.withdrawn:
            return CaseState.WITHDRAWN
        if case.waiver and case.waiver.holds(finding.last_seen.astimezone(SHANGHAI).date(), seen):
            return CaseState.WAIVED
    return finding.state
