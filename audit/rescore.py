"""重新计分 The score of a finished run once some of its findings are withdrawn: from the verdicts it kept."""

from collections.abc import Collection, Mapping

from audit.conclude import judged_for_tallies, moment_of
from audit.replay import restored
from audit.score import score
from model import CaseState, CheckModule, Fault, Outcome, Run, Score, fingerprint_of
from storage import Store


def score_without(
    store: Store, run: Run, withdrawn: Collection[str], checks: Mapping[str, CheckModule]
) -> Score | None:
    """重新计分 As `run` was scored, with the findings of these fingerprints as if they had passed.

    None when the run had no score. Needs its verdicts and its pack; the stored pages only where tallies of a base
    pack count rules that an overlay changed. Raises Fault when what it needs is gone.
    """
    if run.score is None:
        return None
    pack = store.pack(run.pack_digest)
    moment = moment_of(run.as_of)
    findings = [
        one.model_copy(update={"state": CaseState.WITHDRAWN}) if one.fingerprint in withdrawn else one
        for one in store.findings(run_id=run.id)
    ]
    counts = {one.fingerprint: one.counts_as for one in findings if not one.verdict.preview}
    reckoned = []
    for verdict in store.verdicts(run.id):
        mark = fingerprint_of(verdict.rule_id, run.site.key, verdict.locus)
        if verdict.outcome is Outcome.FAIL and not verdict.preview:
            verdict = verdict.model_copy(update={"outcome": counts.get(mark, Outcome.FAIL)})
        reckoned.append(verdict)
    if sum(not verdict.preview for verdict in reckoned) != sum(run.counts.values()):
        raise Fault("fault.run_pages_gone", run=run.id)
    counted = []
    if pack.counted and pack.tallies:
        observation = restored(store, run, moment)
        if observation.home is None:  # it had one when it was scored
            raise Fault("fault.run_pages_gone", run=run.id)
        counted = judged_for_tallies(observation, pack, checks, findings)
    return score(pack, reckoned, moment.today, counted=counted)
