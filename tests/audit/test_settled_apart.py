"""What a process of its own makes of a crawl is what this one makes of it; a child that goes takes nothing with it."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing import active_children
from pathlib import Path
from threading import Event, Thread, Timer

import pytest

from audit.account import Account
from audit.kept_facts import FILE
from audit.settled_apart import settled_apart
from audit.settling import Place
from checks import load_checks, params_of, subjects_of
from model import CheckModule, Fault, FetchOutcome, Progress, Purpose, Rank, RulePack, Run, RunState, Snapshot
from rules import DEFAULT_PACK, load_pack
from storage import Store
from tests.audit.ground import SITE, report, run

CHILD, HERE = 0, 10**9  # from how many pages on a child is asked
HOME = """<html><head><title>青禾县人民政府</title></head><body><h1>青禾县人民政府</h1>
<a href="/tz/">通知公告</a><a href="/gone.html">没有了</a><p>青禾县地处清河中游，辖八镇三乡。</p></body></html>"""
LIST = """<html><head><title>通知公告</title></head><body><div>当前位置：<a href="/">首页</a> &gt; 通知公告</div><ul>
<li><a href="/tz/t1.html">关于节水的通知</a><span>2024-10-01</span></li></ul></body></html>"""
Stages = list[tuple[str, Progress | None]]


@pytest.fixture(scope="module")
def checks() -> dict[str, CheckModule]:
    return dict(load_checks())


@pytest.fixture(scope="module")
def pack(checks: dict[str, CheckModule]) -> RulePack:
    return load_pack(DEFAULT_PACK, params_of(checks), subjects_of(checks), frozenset({"probe"}))


def look(
    number: int, path: str, outcome: FetchOutcome, body: str, cause: str | None = None
) -> tuple[Snapshot, bytes]:
    status = {FetchOutcome.OK: 200, FetchOutcome.GONE: 404}.get(outcome)
    url, data = SITE.home.rstrip("/") + path, body.encode()
    purpose = Purpose.HOME if path == "/" else Purpose.COLUMN if path.endswith("/") else Purpose.ARTICLE
    return Snapshot(
        id=f"R1/{number:06d}", run_id="R1", url=url, final_url=url, purpose=purpose, rank=Rank.HOME,
        fetched_at=datetime(2026, 10, 12, tzinfo=UTC), outcome=outcome, cause=cause, status=status,
        headers={"content-type": "text/html; charset=utf-8"}, size=len(data),
    ), data  # fmt: skip


SITE_SEEN = [
    look(1, "/", FetchOutcome.OK, HOME),
    look(2, "/tz/", FetchOutcome.OK, LIST),
    look(3, "/gone.html", FetchOutcome.GONE, ""),
]
HOME_AWAY = [look(1, "/", FetchOutcome.UNREACHABLE, "", "refused")]


def crawled(place: Path, pack: RulePack, looks: list[tuple[Snapshot, bytes]]) -> tuple[Place, Store]:
    """A run that was crawled and not yet judged."""
    there = Place(db_url=f"sqlite:///{place / 'd.sqlite3'}", archive=place / "archive")
    store = there.open()
    store.keep_pack(pack)
    record: Run = run().model_copy(
        update={"pack_id": pack.id, "pack_version": pack.version, "pack_digest": pack.digest}
    )
    store.begin_run(record)
    store.keep(looks)
    store.keep_report("R1", report())
    return there, store


def told(account: Account) -> object:
    """All but when it was told."""
    kept = account.model_dump()
    kept["view"]["run"]["ended_at"] = None
    return kept


@pytest.fixture
def ready(tmp_path: Path, pack: RulePack) -> Iterator[tuple[Place, Store]]:
    place, store = crawled(tmp_path, pack, SITE_SEEN)
    with store:
        yield place, store


def test_a_child_tells_and_keeps_what_this_process_does(
    ready: tuple[Place, Store], pack: RulePack, checks: dict[str, CheckModule], tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    accounts, stages, kept = [], [], []
    for large, (place, store) in ((CHILD, ready), (HERE, crawled(tmp_path / "here", pack, SITE_SEEN))):
        heard: Stages = []
        children: set[bool] = set()

        def tell(
            stage: str, state: Progress | None, heard: Stages = heard, seen: set[bool] = children
        ) -> None:
            heard.append((stage, state))
            seen.add(bool(active_children()))

        accounts.append(settled_apart(place, store, [pack], checks, "R1", tell, large=large))
        assert children == {large is CHILD}
        stages.append(heard)
        kept.append((store.findings(run_id="R1"), store.verdicts("R1"), store.run("R1").state))
    assert told(accounts[0]) == told(accounts[1])
    assert accounts[0].home_seen and accounts[0].violated
    assert len(accounts[0].view.verdicts) > 50, "they come in more than one part"
    assert stages == [[("read", None), ("judge", None), ("keep", None)]] * 2
    assert kept[0] == kept[1] and kept[0][2] is RunState.FINISHED
    assert not active_children()


def test_a_child_judges_by_several_packs_as_this_process_does(
    ready: tuple[Place, Store], pack: RulePack, checks: dict[str, CheckModule], tmp_path: Path
) -> None:
    county = load_pack("county/taijiang-2021", params_of(checks), subjects_of(checks))
    (tmp_path / "here").mkdir()
    kept = []
    for large, (place, store) in ((CHILD, ready), (HERE, crawled(tmp_path / "here", pack, SITE_SEEN))):
        store.keep_pack(county)
        settled_apart(place, store, [pack, county], checks, "R1", lambda _stage, _state: None, large=large)
        runs = {one.id: (one.pack_id, one.replays, one.state) for one in store.runs()}
        kept.append(
            (runs, [(name, store.verdicts(name), store.findings(run_id=name)) for name in sorted(runs)])
        )
    assert kept[0] == kept[1]
    assert kept[0][0]["R1-1"] == ("county/taijiang-2021", "R1", RunState.FINISHED)
    assert {one.rule_id.split("-")[0] for one in kept[0][1][1][1]} >= {"TJ21"}


def test_a_child_waits_for_another_program_that_writes_the_database(
    ready: tuple[Place, Store], pack: RulePack, checks: dict[str, CheckModule]
) -> None:
    place, store = ready
    other = sqlite3.connect(place.db_url.removeprefix("sqlite:///"), check_same_thread=False)
    waited: list[str] = []

    def tell(stage: str, _: Progress | None) -> None:
        waited.append(stage)
        if stage == "judge":
            other.execute("BEGIN IMMEDIATE")
            Timer(0.5, lambda: (other.rollback(), waited.append("free"), other.close())).start()

    account = settled_apart(place, store, [pack], checks, "R1", tell, large=CHILD)
    assert waited == ["read", "judge", "keep", "free"], "it was at keeping while the other wrote"
    assert account.violated and store.run("R1").state is RunState.FINISHED and store.findings(run_id="R1")


def test_a_fault_arrives_whole(tmp_path: Path, pack: RulePack, checks: dict[str, CheckModule]) -> None:
    place, store = crawled(tmp_path, pack, HOME_AWAY)
    faults = []
    with store:
        for large in (CHILD, HERE):
            with pytest.raises(Fault) as caught:
                settled_apart(place, store, [pack], checks, "R1", lambda _stage, _state: None, large=large)
            faults.append((caught.value.message_id, caught.value.params, caught.value.exit_code))
    assert faults[0] == faults[1] and faults[0][0] == "fault.home.refused"


def test_a_child_that_is_killed_leaves_the_run_to_this_process(
    ready: tuple[Place, Store], pack: RulePack, checks: dict[str, CheckModule]
) -> None:
    place, store = ready
    heard = []

    def tell(stage: str, _: Progress | None) -> None:
        heard.append(stage)
        for child in active_children():
            child.kill()
            child.join()

    account = settled_apart(place, store, [pack], checks, "R1", tell, large=CHILD)
    assert account.violated and heard[0] == "read" and heard[-3:] == ["read", "judge", "keep"]
    assert store.run("R1").state is RunState.FINISHED and not active_children()


def test_a_child_that_goes_behind_its_work_is_taken_for_one_that_has_done_it(
    ready: tuple[Place, Store], pack: RulePack, checks: dict[str, CheckModule], tmp_path: Path
) -> None:
    place, store = ready
    before = settled_apart(place, store, [pack], checks, "R1", lambda _stage, _state: None, large=HERE)
    nowhere = place.model_copy(update={"db_url": f"sqlite:///{tmp_path}"})  # a child that cannot begin
    again = settled_apart(nowhere, store, [pack], checks, "R1", lambda _stage, _state: None, large=CHILD)
    assert again.view.findings == before.view.findings and again.view.links == before.view.links
    assert again.violated == before.violated and again.run.score == before.run.score


@pytest.mark.skipif(
    sys.platform == "win32", reason="there a Ctrl-C is no signal that could be sent to one process"
)
def test_a_child_that_hears_a_ctrl_c_before_it_can_tell_goes_on_and_says_nothing(
    ready: tuple[Place, Store],
    pack: RulePack,
    checks: dict[str, CheckModule],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A terminal sends it to everybody; a child that still imports would tell at length where it was."""
    place, store = ready
    told, heard = Event(), []

    def disturb() -> None:
        while not told.wait(0.02):
            for child in active_children():
                os.kill(child.pid or 0, signal.SIGINT)

    def tell(stage: str, _: Progress | None) -> None:
        told.set()
        heard.append((stage, len(active_children())))

    disturber = Thread(target=disturb)
    disturber.start()
    try:
        settled_apart(place, store, [pack], checks, "R1", tell, large=CHILD)
    finally:
        told.set()
        disturber.join()
    assert heard == [("read", 1), ("judge", 1), ("keep", 1)] and capfd.readouterr().err == ""


def test_what_a_child_logs_does_not_reach_the_terminal(
    ready: tuple[Place, Store],
    pack: RulePack,
    checks: dict[str, CheckModule],
    capfd: pytest.CaptureFixture[str],
) -> None:
    place, store = ready
    (store.archive.folder.parent / FILE).write_bytes(b"no database" * 1000)  # said to be damaged
    account = settled_apart(place, store, [pack], checks, "R1", lambda _stage, _state: None, large=CHILD)
    assert account.violated and capfd.readouterr().err == ""


def test_who_is_stopped_ends_the_child_first(
    ready: tuple[Place, Store], pack: RulePack, checks: dict[str, CheckModule]
) -> None:
    place, store = ready

    def stop(stage: str, _: Progress | None) -> None:
        assert active_children()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        settled_apart(place, store, [pack], checks, "R1", stop, large=CHILD)
    assert not active_children()
    assert store.run("R1").state is RunState.RUNNING and not store.verdicts("R1")


def test_checks_that_somebody_hands_over_are_run_here(
    ready: tuple[Place, Store], pack: RulePack, checks: dict[str, CheckModule]
) -> None:
    place, store = ready
    seen = []

    def tell(_stage: str, _: Progress | None) -> None:
        seen.append(active_children())

    theirs = {**checks, "dead_link": checks["stale_column"]}
    alone = pack.model_copy(update={"rules": (pack.rules[0],), "tallies": ()})
    settled_apart(place, store, [alone], theirs, "R1", tell, large=CHILD)
    assert seen == [[], [], []]
