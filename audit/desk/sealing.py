"""封存检查 Every finished run is sealed at the end of the dossier of runs; a run nobody could seal is sealed by the next."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from model import RUNS, Draft, EntryKind, Fault, Retention, Run, body_of
from model.seal import PARTS, Clearing, Seal, leaf_of, part_of
from storage import Store

log = logging.getLogger("duwang.audit")

MOST = 8  # runs of one site sealed at once: its own, those of further packs, and a few that were missed
_TRIES = 3  # each tries anew by itself when somebody else was quicker
BY = "duwang"


def seal_of(store: Store, run: Run) -> Seal:
    """封存内容 What the rows of a finished run are now."""
    return Seal(
        run_id=run.id, site_key=run.site.key, as_of=run.as_of, started_at=run.started_at, ended_at=run.ended_at,
        pack_id=run.pack_id, pack_digest=run.pack_digest, replays=run.replays,
        low=run.score.low if run.score else None, high=run.score.high if run.score else None,
        parts={
            part: part_of((number, leaf_of(row)) for number, row in store.sealed_rows(run.id, part)) for part in PARTS
        },
    )  # fmt: skip


def seal_runs(store: Store, site_key: str, now: Callable[[], datetime]) -> None:
    """封存 The site's finished runs that are not sealed yet, the latest few. Never raises: the next audit tries again."""
    try:
        _patiently(partial(_seal, store, site_key, now))
    except Exception as error:
        log.info("runs of %s are not sealed yet: %s", site_key, error)


def note_clearing(store: Store, terms: Retention, now: datetime) -> None:
    """记下清理 Entered before anything is cleared away, so that what is gone is told apart from what was taken."""
    body = body_of(Clearing(before=now - timedelta(days=terms.keep_days), keep_days=terms.keep_days))
    _patiently(lambda: store.enter(RUNS, [Draft(kind=EntryKind.CLEARED, at=now, by=BY, body=body)], now))


def _seal(store: Store, site_key: str, now: Callable[[], datetime]) -> None:
    ids = reversed(store.unsealed(site_key, MOST))
    drafts = [_draft(store, run_id) for run_id in ids]
    if drafts:
        store.enter(RUNS, drafts, now())


def _draft(store: Store, run_id: str) -> Draft:
    run = store.run(run_id)
    return Draft(
        kind=EntryKind.SEALED, at=run.ended_at or run.started_at, by=BY, subject=run.id, body=body_of(seal_of(store, run))
    )  # fmt: skip


def _patiently(action: Callable[[], object]) -> None:
    for left in reversed(range(_TRIES)):
        try:
            action()
            return
        except Fault as fault:
            if fault.message_id != "fault.dossier_overtaken" or not left:
                raise
