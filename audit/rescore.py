"""重新计分 The score of a finished run once more from the verdicts it kept, as people have decided on its findings since."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from audit.conclude import judged_for_tallies, moment_of
from audit.replay import restored
from audit.score import score
from model import (
    CaseState,
    CheckModule,
    Fault,
    Finding,
    Moment,
    Outcome,
    RulePack,
    Run,
    Score,
    Verdict,
    fingerprint_of,
)
from storage import Store


class Reckoned(NamedTuple):
    """所计 What a run is scored from: `verdicts` as they count, and those of `pack.counted`."""

    pack: RulePack
    moment: Moment
    verdicts: list[Verdict]
    counted: list[tuple[Verdict, ...]]

    def score(self) -> Score:
        """计分 By nothing but this."""
        return score(self.pack, self.verdicts, self.moment.today, counted=self.counted)


def reckoned(
    store: Store, run: Run, checks: Mapping[str, CheckModule], state_of: Callable[[Finding], CaseState]
) -> Reckoned:
    """所计 As the run kept them, each finding in the state that `state_of` gives it: waived ones as if they were not there,
    withdrawn ones as if they had passed.

    Needs its verdicts and its pack; the stored pages only where tallies of a base pack count rules that an overlay
    changed. Raises Fault when what it needs is gone.
    """
    pack = store.pack(run.pack_digest)
    moment = moment_of(run.as_of)
    findings = [
        one.model_copy(update={"state": state_of(one)}) if one.verdict.outcome is Outcome.FAIL else one
        for one in store.findings(run_id=run.id)
    ]
    counts = {one.fingerprint: one.counts_as for one in findings if not one.verdict.preview}
    verdicts = []
    for verdict in store.verdicts(run.id):
        mark = fingerprint_of(verdict.rule_id, run.site.key, verdict.locus)
        if verdict.outcome is Outcome.FAIL and not verdict.preview:
            verdict = verdict.model_copy(update={"outcome": counts.get(mark, Outcome.FAIL)})
        verdicts.append(verdict)
    if sum(not verdict.preview for verdict in verdicts) != sum(run.counts.values()):
        raise Fault("fault.run_pages_gone", run=run.id)
    counted = []
    if pack.counted and pack.tallies:
        observation = restored(store, run, moment)
        if observation.home is None:  # it had one when it was scored
            raise Fault("fault.run_pages_gone", run=run.id)
        counted = judged_for_tallies(observation, pack, checks, findings)
    return Reckoned(pack, moment, verdicts, counted)


def score_without(
    store: Store, run: Run, withdrawn: Collection[str], checks: Mapping[str, CheckModule]
) -> Score | None:
    """重新计分 As `run` was scored, with the findings of these fingerprints as if they had passed.

    None when the run had no score. Raises Fault as `reckoned` does.
    """
    if run.score is None:
        return None

    def state_of(finding: Finding) -> CaseState:
        return CaseState.WITHDRAWN if finding.fingerprint in withdrawn else finding.state

    return reckoned(store, run, checks, state_of).score()
