"""A backup is the store as of one moment, and becomes that store again, with the real tools of both databases."""

import json
import os
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from model import CaseState, Draft, EntryKind, Errand, ErrandState, Night, Retention, RunState, body_of
from storage import Store, open_store, restore
from tests.storage import breaking, nouns
from tests.storage.conftest import SERVER, Place, server
from tests.storage.past import NOW, SITE, ago, case, crawl

SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """URLs of two new databases of the PostgreSQL server: its tools copy whole databases, not schemas."""
    names = [f"duwang_test_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with server() as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield [SERVER.rpartition("/")[0] + "/" + name for name in names]
        finally:
            for name in names:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def filled(store: Store) -> None:
    crawl(store, "R1", 20, [b"one", b"shared"], faults=["/a/"])
    filed = case("/a/", CaseState.OPEN, (20, "R1", CaseState.OPEN))
    crawl(store, "R2", 10, [b"shared", b"two"], faults=["/a/"], cases=[filed])
    store.begin_run(nouns.run("R3", started_at=ago(0)), "host:www.taijiang.example")
    store.keep([(nouns.snapshot(1, "R3"), b"under way")])
    errand = Errand(
        night_id="N1", site_key=SITE.key, lock="host:a", state=ErrandState.RUNNING, worker="w", changed_at=NOW
    )
    store.keep_night(Night(id="N1", begun_at=NOW), [errand])
    paper = store.keep_paper("自查报告.docx", bytes(range(256)), NOW)
    store.enter("assessment:a", [Draft(kind=EntryKind.FILED, at=NOW, by="王芳", body=body_of(paper))], NOW)


def told(store: Store) -> dict[str, object]:
    """All that a person could ask for, but for how far the runs have come."""
    return {
        "runs": [run.model_copy(update={"state": RunState.FINISHED, "reason": None}) for run in store.runs()],
        "bodies": {run.id: [body for _, body in store.bodies(run.id)] for run in store.runs()},
        "findings": store.findings("R2"),
        "cases": store.cases(SITE.key),
        "entries": store.entries("assessment:a"),
        "papers": [store.paper(one.body["sha256"]) for one in store.entries("assessment:a")],
    }


def assert_settled(store: Store) -> None:
    """Nobody goes on with what was under way where the backup was made."""
    r3 = store.run("R3")
    assert (r3.state, r3.reason) == (RunState.INTERRUPTED, "interruption.restored")
    (errand,) = store.errands("N1")
    assert (errand.state, errand.worker) == (ErrandState.WAITING, None)
    store.begin_run(nouns.run("R4", started_at=ago(0)), "host:www.taijiang.example")  # the lease is free


@SQLITE
def test_a_sqlite_store_comes_back_whole(store: Store, place: Place, tmp_path: Path) -> None:
    filled(store)
    before = told(store)
    made = store.back_up(tmp_path / "backup", NOW, "1")
    assert (made.copied, made.manifest.missing) == (3, ())
    store.keep([(nouns.snapshot(2, "R3"), b"after the backup")])  # the audit under way goes on
    url = f"sqlite:///{tmp_path}/new/duwang.sqlite"
    assert restore(tmp_path / "backup", url).interrupted == 1
    with open_store(url) as again:
        assert told(again) == before
        assert again.examine_archive().lost == ()
        assert_settled(again)


@pytest.mark.pg
def test_a_postgresql_store_comes_back_whole(databases: list[str], tmp_path: Path) -> None:
    with open_store(databases[0], tmp_path / "archive") as store:
        filled(store)
        before = told(store)
        made = store.back_up(tmp_path / "backup", NOW, "1")
        assert made.manifest.dialect == "postgresql"
    wrong = breaking.told(lambda: restore(tmp_path / "backup", f"sqlite:///{tmp_path}/x.sqlite"))
    assert wrong.message_id == "fault.restore_dialect"
    taken = breaking.told(lambda: restore(tmp_path / "backup", databases[0], tmp_path / "new"))
    assert taken.message_id == "fault.restore_taken"
    assert restore(tmp_path / "backup", databases[1], tmp_path / "new").interrupted == 1
    with open_store(databases[1], tmp_path / "new") as again:
        assert told(again) == before
        assert again.examine_archive().lost == ()
        assert_settled(again)


@SQLITE
def test_the_next_backup_copies_what_is_new_and_drops_what_is_gone(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    crawl(store, "R1", 900, [b"old"])
    crawl(store, "R2", 20, [b"two"])
    first = store.back_up(folder, ago(2), "1", link=True)
    assert first.copied == 2
    crawl(store, "R3", 1, [b"three"])
    store.clear(Retention(), NOW, "duwang/test")
    (folder / "archive" / "notes.txt").write_text("somebody else's")
    second = store.back_up(folder, ago(1), "1")
    assert (second.copied, second.removed) == (1, 2)  # R1's file, and the database of the day before
    assert sorted(file.name for file in folder.rglob("*")) == [
        "R2.warc.gz", "R3.warc.gz", "archive", second.manifest.database.name, "manifest.json", "notes.txt",
    ]  # fmt: skip
    third = store.back_up(folder, NOW, "1")
    assert (third.copied, third.removed) == (0, 1)


@SQLITE
def test_a_backup_that_was_changed_is_not_restored(store: Store, tmp_path: Path) -> None:
    folder, url = tmp_path / "backup", f"sqlite:///{tmp_path}/new/duwang.sqlite"
    none = breaking.told(lambda: restore(folder, url))
    assert none.message_id == "fault.backup_none"
    filled(store)
    made = store.back_up(folder, NOW, "1")
    for name in ("archive/R1.warc.gz", made.manifest.database.name):
        whole = (folder / name).read_bytes()
        for other in (whole[:-1], whole[:-1] + b"?", None):
            (folder / name).unlink() if other is None else (folder / name).write_bytes(other)
            fault = breaking.told(lambda: restore(folder, url))
            assert (fault.message_id, fault.exit_code) == ("fault.backup_damaged", 3)
            assert not (tmp_path / "new").exists()
        (folder / name).write_bytes(whole)
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in ("../R1.warc.gz", "/etc/passwd", "a/b"):
        changed = manifest | {"archive": [manifest["archive"][0] | {"name": name}]}
        (folder / "manifest.json").write_text(json.dumps(changed))
        assert breaking.told(lambda: restore(folder, url)).message_id == "fault.backup_damaged"
    (folder / "manifest.json").write_text("{")
    assert breaking.told(lambda: restore(folder, url)).message_id == "fault.backup_manifest"


@SQLITE
def test_nothing_that_is_there_is_written_over(store: Store, place: Place, tmp_path: Path) -> None:
    filled(store)
    store.back_up(tmp_path / "backup", NOW, "1")
    taken = breaking.told(lambda: restore(tmp_path / "backup", place.url, tmp_path / "new"))
    assert taken.message_id == "fault.restore_taken"
    url = f"sqlite:///{tmp_path}/new/duwang.sqlite"
    taken = breaking.told(lambda: restore(tmp_path / "backup", url, tmp_path / "backup"))
    assert taken.message_id == "fault.restore_taken"
    # what a restoring that was killed left behind is no hindrance
    (tmp_path / "new" / "archive").mkdir(parents=True)
    (tmp_path / "new" / "archive" / "R1.warc.gz.part").write_bytes(b"half")
    assert restore(tmp_path / "backup", url).interrupted == 1


@SQLITE
def test_a_file_that_is_missing_is_named_and_the_rest_is_backed_up(
    store: Store, place: Place, tmp_path: Path
) -> None:
    filled(store)
    (place.archive / "R1.warc.gz").unlink()
    made = store.back_up(tmp_path / "backup", NOW, "1")
    assert made.manifest.missing == ("R1.warc.gz",)
    assert [one.name for one in made.manifest.archive] == ["R2.warc.gz", "R3.warc.gz"]


@SQLITE
def test_a_backup_of_an_audit_under_way_ends_with_a_whole_record(
    store: Store, place: Place, tmp_path: Path
) -> None:
    filled(store)
    with (place.archive / "R3.warc.gz").open("ab") as file:
        file.write(b"bytes that no row points to yet")
    store.back_up(tmp_path / "backup", NOW, "1")
    from tests.storage.test_kill_and_full_disk import whole_members

    copy = tmp_path / "backup" / "archive" / "R3.warc.gz"
    assert whole_members(copy)[0] == copy.read_bytes()


@pytest.mark.pg
def test_no_tool_no_half_a_backup(
    databases: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(databases[0], tmp_path / "archive") as store:
        monkeypatch.setenv("PATH", os.fspath(tmp_path))
        fault = breaking.told(lambda: store.back_up(tmp_path / "backup", NOW, "1"))
        assert fault.message_id == "fault.backup_tool_missing"
        assert not (tmp_path / "backup" / "manifest.json").exists()


def test_a_copy_of_sqlite_is_one_file(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.sqlite") as store:
        crawl(store, "R1", 1, [b"one"])
        made = store.back_up(tmp_path / "backup", NOW, "1")
    file = tmp_path / "backup" / made.manifest.database.name
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()
