"""However many cores read, the facts are the same; a page our reader fails on is held against nobody."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

import audit.facts
import audit.look
from audit.facts import facts_of
from model import Fault, FetchOutcome, Purpose, Rank, Run, Snapshot
from rules import column_directory
from storage import open_store
from tests.audit.ground import SITE, run

PAGE = "<html><head><title>第{n}页</title></head><body><ul>{rows}</ul></body></html>"


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}") as opened:
        record: Run = run()
        opened.begin_run(record)
        opened.keep([(snapshot(number), body(number)) for number in range(1, 121)])
        yield opened


def body(number: int) -> bytes:
    rows = "".join(
        f'<li><a href="/a/t202610{day:02}_{number}.html">关于第{day}项工作的通知</a><span>2026-10-{day:02}</span></li>'
        for day in range(1, 12)
    )
    return PAGE.format(n=number, rows=rows).encode()


def snapshot(number: int) -> Snapshot:
    url = f"{SITE.home}c{number}/"
    return Snapshot(
        id=f"R1/{number:06d}", run_id="R1", url=url, final_url=url, purpose=Purpose.LIST, rank=Rank.LIST,
        fetched_at=datetime(2026, 10, 12, tzinfo=UTC), outcome=FetchOutcome.OK, status=200,
        headers={"content-type": "text/html"}, size=len(body(number)),
    )  # fmt: skip


def test_many_cores_read_what_one_reads(store, monkeypatch) -> None:
    directory = column_directory()
    alone = facts_of(store, "R1", SITE, directory)
    monkeypatch.setattr(audit.facts, "WORTH_A_SECOND_CORE", 10)
    monkeypatch.setattr(audit.facts, "free_cores", lambda: 2)
    assert facts_of(store, "R1", SITE, directory) == alone
    assert [one.id for one, _ in alone] == [f"R1/{number:06d}" for number in range(1, 121)]
    assert len(alone[0][1].main_list.items) == 11


def test_a_page_our_reader_fails_on_is_unread_and_logged(store, monkeypatch, caplog) -> None:
    def stumble(page):
        if page.snapshot.id == "R1/000007":
            raise RecursionError
        return original(page)

    original = audit.look.read_page
    monkeypatch.setattr(audit.look, "read_page", stumble)
    found = {one.id: facts for one, facts in facts_of(store, "R1", SITE, column_directory())}
    assert (found["R1/000007"].outcome, found["R1/000007"].outcome_reason) == (
        FetchOutcome.NOT_RENDERED,
        "reader_crashed",
    )
    assert found["R1/000008"].outcome is FetchOutcome.OK
    assert "reading failed on http://www.qinghe.example/c7/" in caplog.text


def test_a_fault_of_a_worker_arrives_whole() -> None:
    fault = pickle.loads(pickle.dumps(Fault("fault.archive_missing", exit_code=1, file="a", offset=3)))  # noqa: S301
    assert (fault.message_id, fault.exit_code, fault.params) == (
        "fault.archive_missing",
        1,
        {"file": "a", "offset": 3},
    )
