"""Which run counts within a span, and as of which moments sites were audited: by site, pack and moment, never a run that did not finish."""

from datetime import timedelta

from model import Run
from storage import Store
from tests.storage.nouns import NOW, PACK, SITE, run

DAY = timedelta(days=1)


def finished(store: Store, run_id: str, days: int, **more: object) -> Run:
    record = run(run_id, started_at=NOW + days * DAY).model_copy(update={"as_of": NOW + days * DAY, **more})
    store.begin_run(record)
    store.finish_run(record, [], [], [])
    return store.run(run_id)


def test_the_last_finished_run_within_a_span(store: Store) -> None:
    first, last = finished(store, "R1", 0), finished(store, "R2", 2)
    finished(store, "R3", 2, pack_id=PACK.id)
    store.begin_run(run("R4", started_at=NOW).model_copy(update={"as_of": NOW + DAY}))
    pack = first.pack_id
    assert store.run_within(SITE.key, pack, NOW, NOW + 2 * DAY) == last
    assert store.run_within(SITE.key, pack, NOW, NOW + 2 * DAY - timedelta(microseconds=1)) == first
    assert store.run_within(SITE.key, pack, NOW + timedelta(microseconds=1), NOW + DAY) is None
    assert store.run_within("elsewhere", pack, NOW, NOW + 2 * DAY) is None


def test_moments_of_audits_without_replays_and_unfinished_runs(store: Store) -> None:
    finished(store, "R1", 1)
    finished(store, "R2", 0)
    finished(store, "R3", 0, replays="R2", pack_id=PACK.id)
    store.begin_run(run("R4", started_at=NOW))
    assert store.audited([SITE.key, "none"], NOW, NOW + DAY) == {SITE.key: [NOW, NOW + DAY], "none": []}
    assert store.audited([SITE.key], NOW, NOW) == {SITE.key: [NOW]}
    assert store.audited([], NOW, NOW) == {}
