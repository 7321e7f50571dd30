"""Runs, findings and cases: what counts as finished, what is asked for, what cannot be half-written."""

import subprocess
import sys
from datetime import timedelta

import pytest

from model import CaseState, Fault, Outcome, RunState, Site
from storage import Store, this_machine
from storage.process import is_gone
from tests.storage import nouns
from tests.storage.nouns import NOW

OTHER = Site(home="http://www.shibing.example:8080/")


def finish(store: Store, run_id: str, days: int, *loci: str, state: CaseState = CaseState.OPEN) -> None:
    """A finished run with one finding and one case per locus."""
    run = store.begin_run(nouns.run(run_id, started_at=NOW + timedelta(days=days)))
    verdicts = [nouns.verdict(locus) for locus in loci]
    findings = [nouns.finding(verdict, run_id, state=state) for verdict in verdicts]
    store.finish_run(run, verdicts, findings, [nouns.case(finding, state=state) for finding in findings])


def loci(store: Store, **asked: object) -> list[tuple[str, str, CaseState]]:
    return [(one.run_id, one.verdict.locus, one.state) for one in store.findings(**asked)]  # type: ignore[arg-type]


def test_only_a_finished_run_is_the_last_finished(store: Store) -> None:
    assert store.last_finished_run() is None
    finish(store, "R1", 0)
    store.begin_run(nouns.run("R2", started_at=NOW + timedelta(days=1)))
    store.begin_run(nouns.run("R3", started_at=NOW + timedelta(days=2)))
    store.interrupt_run("R3", reason="Ctrl-C", ended_at=NOW + timedelta(days=2))
    store.begin_run(nouns.run("R4", started_at=NOW + timedelta(days=3)))
    store.fail_run("R4", "fault.home.dns")
    last = store.last_finished_run()
    assert last is not None
    assert last.id == "R1"
    assert [(run.id, run.state.value, run.reason) for run in store.runs()] == [
        ("R4", "failed", "fault.home.dns"),
        ("R3", "interrupted", "Ctrl-C"),
        ("R2", "running", None),
        ("R1", "finished", None),
    ]


def test_runs_are_asked_for_by_site_and_number(store: Store) -> None:
    finish(store, "R1", 0)
    store.begin_run(nouns.run("R2", site=OTHER, started_at=NOW + timedelta(days=1)))
    finish(store, "R3", 2)
    assert [run.id for run in store.runs("www.taijiang.example")] == ["R3", "R1"]
    assert [run.id for run in store.runs(limit=2)] == ["R3", "R2"]
    assert store.last_finished_run(OTHER.key) is None


def test_a_replay_counts_as_a_finished_run_of_its_own(store: Store) -> None:
    finish(store, "R1", 0)
    replay = store.begin_run(nouns.run("R2", replays="R1", started_at=NOW + timedelta(days=1)))
    store.finish_run(replay, [], [], [])
    last = store.last_finished_run()
    assert last is not None
    assert (last.id, last.replays) == ("R2", "R1")


def test_a_run_that_is_over_cannot_be_finished(store: Store) -> None:
    run = store.begin_run(nouns.run())
    store.interrupt_run(run.id)
    verdict = nouns.verdict()
    with pytest.raises(Fault) as told:
        store.finish_run(run, [verdict], [nouns.finding(verdict)], [])
    assert told.value.message_id == "fault.run_not_running"
    assert store.verdicts(run.id) == []
    assert store.run(run.id).state is RunState.INTERRUPTED


def test_finishing_keeps_all_or_nothing(store: Store) -> None:
    run = store.begin_run(nouns.run())
    finding = nouns.finding(nouns.verdict())
    case = nouns.case(finding)
    with pytest.raises(Fault) as told:  # somebody had read a case that is not there any more
        store.finish_runs([(run, [nouns.verdict()], [finding], [case])], read={case.fingerprint: case})
    assert told.value.message_id == "fault.case_overtaken"
    assert store.run(run.id).state is RunState.RUNNING
    assert store.verdicts(run.id) == []
    assert store.findings() == []
    assert store.cases(nouns.SITE.key) == {}


def test_verdicts_and_findings_keep_their_order(store: Store) -> None:
    finish(store, "R1", 0, "/z/", "/a/", "/m/")
    assert [verdict.locus for verdict in store.verdicts("R1")] == ["/z/", "/a/", "/m/"]
    assert [locus for _, locus, _ in loci(store, run_id="R1")] == ["/z/", "/a/", "/m/"]


def test_findings_without_a_run_are_the_newest_of_each_fingerprint_as_their_case_stands(store: Store) -> None:
    finish(store, "R1", 0, "/a/", "/b/")
    finish(store, "R2", 1, "/b/")
    fixed = nouns.case(nouns.finding(nouns.verdict("/a/"), "R1"), state=CaseState.FIXED)
    store.finish_run(store.begin_run(nouns.run("R3", started_at=NOW + timedelta(days=2))), [], [], [fixed])
    assert loci(store) == [("R2", "/b/", CaseState.OPEN), ("R1", "/a/", CaseState.FIXED)]
    assert loci(store, states=[CaseState.OPEN, CaseState.REOPENED]) == [("R2", "/b/", CaseState.OPEN)]
    assert loci(store, states=[]) == []
    assert loci(store, site_key="www.elsewhere.example") == []
    # what a run filed stays as it was filed
    assert loci(store, run_id="R1") == [("R1", "/a/", CaseState.OPEN), ("R1", "/b/", CaseState.OPEN)]
    assert loci(store, run_id="R1", states=[CaseState.FIXED]) == []


def test_a_finding_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    finish(store, "R1", 0, "/a/", "/b/")
    wanted = store.findings()[0]
    for prefix in (
        wanted.id,
        wanted.id[2:],
        wanted.id.upper(),
        wanted.id[:6],
        wanted.fingerprint,
        f" {wanted.id} ",
    ):
        assert store.finding(prefix) == wanted


@pytest.mark.parametrize("prefix", ["F-0000000000", "F-12", "", "%", "F-____", "'; DROP TABLE findings; --"])
def test_an_unknown_finding_is_a_fault(store: Store, prefix: str) -> None:
    finish(store, "R1", 0, "/a/")
    with pytest.raises(Fault) as told:
        store.finding(prefix)
    assert (told.value.message_id, told.value.params) == ("fault.finding_unknown", {"finding": prefix})


def test_an_ambiguous_finding_names_the_candidates(store: Store) -> None:
    run = store.begin_run(nouns.run())
    twins = [
        nouns.finding(nouns.verdict(locus)).model_copy(update={"fingerprint": "abcdef0123" + digit * 54})
        for locus, digit in (("/a/", "1"), ("/b/", "2"))
    ]
    store.finish_run(run, [], twins, [])
    with pytest.raises(Fault) as told:
        store.finding("F-abcdef")
    assert told.value.message_id == "fault.finding_ambiguous"
    assert told.value.params["candidates"] == "F-abcdef0123111111, F-abcdef0123222222"
    assert store.finding("F-abcdef01231").verdict.locus == "/a/"


def test_a_case_is_replaced_with_its_whole_history(store: Store) -> None:
    finish(store, "R1", 0, "/a/")
    run = store.begin_run(nouns.run("R2", started_at=NOW + timedelta(days=1)))
    before = next(iter(store.cases(nouns.SITE.key).values()))
    event = before.history[0].model_copy(update={"run_id": "R2", "state": CaseState.FIXED, "note": "已更新"})
    after = before.model_copy(update={"state": CaseState.FIXED, "history": (*before.history, event)})
    store.finish_run(run, [nouns.verdict("/a/", Outcome.PASS)], [], [after])
    assert store.cases(nouns.SITE.key) == {after.fingerprint: after}


@pytest.mark.parametrize(
    ("ask", "message_id"),
    [
        (lambda store: store.run("R9"), "fault.run_unknown"),
        (lambda store: store.crawl_report("R9"), "fault.run_unknown"),
        (lambda store: store.snapshot("R9/1"), "fault.snapshot_unknown"),
        (lambda store: store.site("www.nowhere.example"), "fault.site_unknown"),
    ],
)
def test_what_is_not_there_is_a_fault(store: Store, ask, message_id: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Fault) as told:
        ask(store)
    assert (told.value.message_id, told.value.exit_code) == (message_id, 3)


def test_a_site_added_twice_stands_once(store: Store) -> None:
    store.add_sites(nouns.SITE)
    renamed = nouns.SITE.model_copy(update={"name": "台江县人民政府门户网站"})
    store.add_sites(renamed)
    store.add_sites(OTHER)
    assert store.sites() == [OTHER, renamed]


# dead runs


def spent_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    return child.pid


def test_runs_of_dead_processes_become_interrupted(store: Store) -> None:
    host, boot, start = this_machine().split("/")
    pid = spent_process()
    for run_id, more in {
        "own": {},
        "dead": {"pid": pid, "machine": this_machine()},
        "dead-by-host-name": {"pid": pid, "machine": host},
        "elsewhere": {"pid": pid, "machine": f"not-{host}/{boot}/{start}"},
        "unmarked": {"pid": pid, "machine": None},
        "dead-and-done": {"pid": pid, "machine": this_machine()},
    }.items():
        store.begin_run(nouns.run(run_id, **more))
    store.fail_run("dead-and-done", "known")
    assert sorted(store.mark_dead_runs()) == ["dead", "dead-by-host-name"]
    assert {run.id: run.state.value for run in store.runs()} == {
        "own": "running",
        "dead": "interrupted",
        "dead-by-host-name": "interrupted",
        "elsewhere": "running",
        "unmarked": "running",
        "dead-and-done": "failed",
    }
    assert store.mark_dead_runs() == ()


def test_a_process_number_that_came_back_is_not_the_old_process() -> None:
    import os

    host, boot, start = this_machine().split("/")
    assert not is_gone(os.getpid(), this_machine())
    assert is_gone(os.getpid(), f"{host}/{boot}/{int(start) - 1}")
    assert is_gone(os.getpid(), f"{host}/00000000-0000-0000-0000-000000000000/{start}")
    assert not is_gone(os.getpid(), host)


def test_a_killed_process_that_nobody_waited_for_is_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    assert not is_gone(child.pid, this_machine().split("/")[0])
    child.kill()
    assert child.poll() is None or child.returncode
    # until `wait`, the process table still lists it as a zombie
    for _ in range(1000):
        if is_gone(child.pid, this_machine().split("/")[0]):
            break
    else:
        pytest.fail("a zombie counts as living")
    child.wait()


def test_a_pack_is_kept_once_as_it_was(store: Store) -> None:
    pack = nouns.PACK
    store.keep_pack(pack)
    store.keep_pack(pack)
    assert store.pack(pack.digest) == pack
    with pytest.raises(Fault) as told:
        store.pack("f" * 64)
    assert told.value.message_id == "fault.pack_not_kept"
