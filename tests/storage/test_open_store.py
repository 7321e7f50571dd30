"""Opening: up to date in one step, or one sentence that says what is wrong and how to mend it."""

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from model import RunState
from storage import describe, engine, open_store
from storage.migrations import HEAD
from tests.storage import nouns
from tests.storage.breaking import as_ordinary_user, open_folder, told
from tests.storage.conftest import SERVER, Place

pytestmark = pytest.mark.usefixtures("migrated")


@pytest.fixture
def reused_url(pg_url: str) -> str:
    """How the tables come there is the matter: each test begins with none."""
    return pg_url


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def filled(folder: Path) -> Path:
    """A SQLite store with a finished run, closed."""
    with open_store(url_of(folder / "duwang.sqlite")) as store:
        run = store.begin_run(nouns.run())
        store.keep([(nouns.snapshot(number), b"page %d" % number) for number in range(300)])
        store.finish_run(run, [nouns.verdict(f"/{number}/") for number in range(300)], [], [])
    return folder / "duwang.sqlite"


# what must work


def test_a_new_sqlite_store_makes_its_folders_and_stands_ready(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "数据 1" / "duwang.sqlite"
    with open_store(url_of(file)) as store:
        store.begin_run(nouns.run())
        assert store.archive.folder == file.parent / "archive"
        assert store.archive.folder.is_dir()
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_sqlite_checks_foreign_keys_and_waits_for_others(tmp_path: Path) -> None:
    with open_store(url_of(tmp_path / "duwang.sqlite")) as store, store._reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "busy_timeout", "synchronous", "journal_mode")
        }
    assert found == {"foreign_keys": 1, "busy_timeout": 5000, "synchronous": 1, "journal_mode": "wal"}


def test_what_was_kept_is_there_after_opening_again(place: Place) -> None:
    with place.again() as store:
        store.begin_run(nouns.run())
    with place.again() as store:
        assert store.run("R1").state is RunState.RUNNING


def test_many_programs_may_open_a_new_database_at_once(place: Place) -> None:
    errors: list[BaseException] = []
    start = threading.Barrier(6)

    def program(number: int) -> None:
        try:
            start.wait(20)
            with open_store(place.url, place.archive) as store:
                store.begin_run(nouns.run(f"R{number}"))
        except BaseException as error:
            errors.append(error)

    programs = [threading.Thread(target=program, args=(number,)) for number in range(6)]
    for thread in programs:
        thread.start()
    for thread in programs:
        thread.join(60)
    assert errors == []
    assert sorted(run.id for run in place.again().runs()) == [f"R{number}" for number in range(6)]


def test_a_new_database_that_another_program_is_writing_is_waited_for(tmp_path: Path) -> None:
    """Before a database has its journal of its own, SQLite turns the second program away without waiting."""
    file = tmp_path / "duwang.sqlite"
    with sqlite3.connect(file, isolation_level=None, check_same_thread=False) as writer:
        writer.execute("BEGIN IMMEDIATE")
        end = threading.Timer(0.4, lambda: writer.execute("COMMIT"))
        began = time.monotonic()
        end.start()
        with open_store(url_of(file)) as store:
            assert time.monotonic() - began >= 0.4
            store.begin_run(nouns.run())
    end.join()
    writer.close()


def test_crawls_that_meet_the_same_bodies_do_not_hinder_each_other(place: Place) -> None:
    errors: list[BaseException] = []
    bodies = [b"error page %d" % number for number in range(60)]
    stores = [place.again() for _ in range(3)]

    def crawl(number: int) -> None:
        run_id = f"R{number}"
        own = bodies if number % 2 else bodies[::-1]
        try:
            stores[number].begin_run(nouns.run(run_id))
            for start in range(0, 60, 20):
                batch = enumerate(own[start : start + 20], start)
                stores[number].keep([(nouns.snapshot(index, run_id), body) for index, body in batch])
        except BaseException as error:
            errors.append(error)

    crawls = [threading.Thread(target=crawl, args=(number,)) for number in range(3)]
    for thread in crawls:
        thread.start()
    for thread in crawls:
        thread.join(60)
    assert errors == []
    for number in range(3):
        assert sorted(body for _, body in stores[0].bodies(f"R{number}")) == sorted(bodies)


@pytest.mark.pg
def test_bodies_are_written_in_one_order_so_that_crawls_never_deadlock(pg_url: str, tmp_path: Path) -> None:
    (low, small), (high, large) = sorted(
        (hashlib.sha256(body).hexdigest(), body) for body in (b"one", b"two")
    )
    insert = "INSERT INTO bodies VALUES (%s, 'other.warc.gz', 0, 1)"
    with open_store(pg_url, tmp_path) as store, psycopg.connect(pg_url) as other:
        store.begin_run(nouns.run())
        other.execute(insert, [low])
        keeping = threading.Thread(
            target=store.keep, args=([(nouns.snapshot(1), large), (nouns.snapshot(2), small)],)
        )
        keeping.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        deadline = time.monotonic() + 20
        while other.execute(waiting).fetchone() == (0,) and time.monotonic() < deadline:
            time.sleep(0.02)
        other.execute(insert, [high])  # a deadlock, had the store written this one first
        other.commit()
        keeping.join(20)
        assert [found.sha256 for found in store.snapshots("R1")] == [high, low]


def test_the_archive_of_a_server_lies_in_the_working_folder(
    pg_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(pg_url) as store:
        store.begin_run(nouns.run())
    assert (tmp_path / "duwang-data" / "archive").is_dir()


# describe


def test_describe_tells_what_stands_there(place: Place) -> None:
    before = describe(place.url)
    assert before.revision is None
    place.again()
    found = describe(place.url)
    assert found.exists
    assert found.revision == found.head
    assert found.size > 10_000
    assert found.dialect in place.url
    assert found.version


def test_describe_makes_nothing(tmp_path: Path) -> None:
    found = describe(url_of(tmp_path / "none" / "duwang.sqlite"))
    assert (found.exists, found.revision, found.size) == (False, None, 0)
    assert list(tmp_path.iterdir()) == []


# bad addresses


@pytest.mark.parametrize(
    ("url", "message_id", "shown"),
    [
        ("duwang.sqlite", "fault.database_url", "duwang.sqlite"),
        ("", "fault.database_url", ""),
        ("sqlite://", "fault.database_url", "sqlite://"),
        ("sqlite:///:memory:", "fault.database_url", "sqlite:///:memory:"),
        ("postgresql://u:s3cret@h:port/x", "fault.database_url", "postgresql://u:***@h:port/x"),
        ("mysql://u:s3cret@h/x", "fault.database_dialect", "mysql"),
        ("postgres://u:s3cret@h/x", "fault.database_dialect", "postgres"),
        ("postgresql+psycopg2://u:s3cret@h/x", "fault.database_dialect", "postgresql+psycopg2"),
    ],
)
def test_a_bad_address_is_told_without_its_password(url: str, message_id: str, shown: str) -> None:
    for fault in (told(lambda: open_store(url)), told(lambda: describe(url))):
        assert (fault.message_id, fault.exit_code) == (message_id, 3)
        assert list(fault.params.values()) == [shown]


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    fault = told(lambda: open_store("postgresql://u:s3cret@127.0.0.1/x"))
    assert (fault.message_id, fault.exit_code) == ("fault.database_driver", 3)
    assert fault.params == {"url": "postgresql://u:***@127.0.0.1/x"}


def test_a_missing_database_is_not_made_when_only_reading(tmp_path: Path) -> None:
    fault = told(lambda: open_store(url_of(tmp_path / "duwang.sqlite"), create=False))
    assert (fault.message_id, fault.exit_code) == ("fault.database_missing", 3)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    for fault in (told(lambda: open_store(url_of(tmp_path))), told(lambda: describe(url_of(tmp_path)))):
        assert (fault.message_id, fault.exit_code) == ("fault.database_is_folder", 3)


# folders and files that cannot be written


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, where nothing can be made")
def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    fault = told(lambda: open_store("sqlite:////proc/duwang/duwang.sqlite"))
    assert (fault.message_id, fault.exit_code, fault.params["folder"]) == (
        "fault.database_folder",
        3,
        "/proc/duwang",
    )
    with open_store(url_of(tmp_path / "duwang.sqlite"), Path("/proc/duwang")) as store:
        fault = told(lambda: store.begin_run(nouns.run()))
        assert (fault.message_id, fault.exit_code) == ("fault.archive_folder", 3)
        assert store.runs() == []


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    fault = told(lambda: open_store(url_of(tmp_path / "file" / "duwang.sqlite")))
    assert (fault.message_id, fault.exit_code) == ("fault.database_folder", 3)


def test_an_ordinary_user_is_told_of_folders_and_files_that_are_read_only() -> None:
    with open_folder() as folder:
        closed, data, pages = folder / "closed", folder / "data", folder / "pages"
        for one in (closed, data, pages):
            one.mkdir()
        file = filled(data)
        shutil.copy(file, closed / "duwang.sqlite")
        for one in (data, pages, *data.iterdir()):
            one.chmod(0o777)
        closed.chmod(0o555)
        pages.chmod(0o555)

        found = as_ordinary_user(lambda: open_store(url_of(closed / "new.sqlite")).close())
        assert found == ("fault.database_folder", 3, {"folder": str(closed), "reason": "Permission denied"})
        found = as_ordinary_user(lambda: open_store(url_of(closed / "sub" / "new.sqlite")).close())
        assert found == (
            "fault.database_folder",
            3,
            {"folder": str(closed / "sub"), "reason": "Permission denied"},
        )
        (closed / "duwang.sqlite").chmod(0o666)
        found = as_ordinary_user(lambda: open_store(url_of(closed / "duwang.sqlite")).close())
        assert found == ("fault.database_folder", 3, {"folder": str(closed), "reason": "Permission denied"})
        found = as_ordinary_user(lambda: begin(url_of(file), pages))
        assert found == ("fault.archive_folder", 3, {"folder": str(pages), "reason": "Permission denied"})
        file.chmod(0o444)
        found = as_ordinary_user(lambda: open_store(url_of(file)).close())
        assert found == ("fault.database_read_only", 3, {"database": str(file)})
        file.chmod(0o666)
        assert as_ordinary_user(lambda: begin(url_of(file), folder / "new-archive")) is None


def begin(url: str, archive: Path) -> None:
    with open_store(url, archive) as store:
        store.begin_run(nouns.run("R2"))


# files that are damaged or of another kind


@pytest.mark.parametrize("content", [b"hello\n", b"PK\x03\x04" + bytes(4000), os.urandom(8192)])
def test_a_file_of_another_kind_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.xlsx").write_bytes(content)
    for fault in (
        told(lambda: open_store(url_of(tmp_path / "report.xlsx"))),
        told(lambda: describe(url_of(tmp_path / "report.xlsx"))),
    ):
        assert (fault.message_id, fault.exit_code) == ("fault.database_foreign_file", 3)
    assert (tmp_path / "report.xlsx").read_bytes() == content


def test_a_damaged_header_is_told(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with file.open("r+b") as stream:
        stream.write(bytes(100))
    assert told(lambda: open_store(url_of(file))).message_id == "fault.database_foreign_file"


def test_damaged_pages_are_told_wherever_they_are_met(tmp_path: Path) -> None:
    file = filled(tmp_path)
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\x5a" * (size - 4096))

    def use() -> None:
        with open_store(url_of(file)) as store:
            list(store.snapshots("R1"))
            store.verdicts("R1")

    fault = told(use)
    assert (fault.message_id, fault.exit_code) == ("fault.database_corrupt", 3)
    assert fault.params == {"database": str(file)}


def test_a_database_that_was_cut_off_is_told(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)

    def use() -> None:
        with open_store(url_of(file)) as store:
            store.verdicts("R1")
            list(store.snapshots("R1"))

    assert told(use).message_id == "fault.database_corrupt"


def execute(place: Place, statement: str) -> None:
    if place.url.startswith("sqlite"):
        with sqlite3.connect(place.url.removeprefix("sqlite:///")) as file:
            file.execute(statement)
        file.close()
    else:
        with psycopg.connect(place.url) as server:
            server.execute(statement)


def test_a_newer_schema_is_refused_and_left_alone(place: Place) -> None:
    place.again().close()
    execute(place, "UPDATE duwang_version SET version_num = '9999'")
    fault = told(place.again)
    assert (fault.message_id, fault.exit_code) == ("fault.database_newer", 3)
    assert (fault.params["found"], fault.params["known"]) == ("9999", HEAD)
    assert describe(place.url).revision == "9999"


def test_tables_of_another_program_are_left_alone(place: Place) -> None:
    execute(place, "CREATE TABLE sites (anything integer)")
    fault = told(place.again)
    assert (fault.message_id, fault.exit_code, fault.params["tables"]) == ("fault.database_taken", 3, "sites")
    assert describe(place.url).revision is None


# a database in use


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process that has the SQLite file for itself."""
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.communicate(timeout=20)


def test_a_locked_database_is_told_after_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 300)
    file = filled(tmp_path)
    with open_store(url_of(file)) as store:
        store.begin_run(nouns.run("R2"))
        with held(file):
            assert store.run("R1").state is RunState.FINISHED  # readers are not held up
            for action in (
                lambda: store.keep([(nouns.snapshot(1, "R2"), b"new page")]),
                lambda: store.begin_run(nouns.run("R3")),
                lambda: store.add_sites(nouns.SITE),
            ):
                fault = told(action)
                assert (fault.message_id, fault.exit_code) == ("fault.database_locked", 1)
        store.keep([(nouns.snapshot(1, "R2"), b"new page")])
        assert [body for _, body in store.bodies("R2")] == [b"new page"]


def test_a_locked_new_database_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 300)
    with held(tmp_path / "duwang.sqlite"):
        fault = told(lambda: open_store(url_of(tmp_path / "duwang.sqlite")))
    assert (fault.message_id, fault.exit_code) == ("fault.database_locked", 1)


@pytest.mark.pg
def test_a_server_table_that_stays_locked_is_told(
    pg_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 300)
    with open_store(pg_url, tmp_path) as store, psycopg.connect(pg_url) as other:
        other.execute("LOCK TABLE runs")
        fault = told(lambda: store.begin_run(nouns.run()))
        assert (fault.message_id, fault.exit_code) == ("fault.database_locked", 1)


# servers


def test_no_server_there_is_told_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for fault in (
        told(lambda: open_store(f"postgresql://u:s3cret@127.0.0.1:{port}/x")),
        told(lambda: describe(f"postgresql://u:s3cret@127.0.0.1:{port}/x")),
    ):
        assert (fault.message_id, fault.exit_code) == ("fault.database_unreachable", 1)
        assert "s3cret" not in str(fault)
        assert fault.params["database"] == f"postgresql://u:***@127.0.0.1:{port}/x"


def test_a_server_that_says_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        fault = told(lambda: open_store(f"postgresql://u:s3cret@127.0.0.1:{port}/x"))
    assert (fault.message_id, fault.exit_code) == ("fault.database_unreachable", 1)


@pytest.mark.pg
def test_an_unknown_database_on_the_server_is_told(pg_url: str) -> None:
    wrong = SERVER.rpartition("/")[0] + "/duwang_no_such_database"
    fault = told(lambda: open_store(wrong))
    assert (fault.message_id, fault.exit_code) == ("fault.database_refused", 3)
    assert "duwang_no_such_database" in fault.params["reason"]


@pytest.mark.pg
def test_an_old_server_is_told(pg_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.schema.OLDEST_POSTGRES", (99,))
    fault = told(lambda: open_store(pg_url))
    assert (fault.message_id, fault.exit_code, fault.params["needed"]) == ("fault.database_too_old", 3, "99")


@pytest.mark.pg
def test_a_server_that_cuts_the_connection_is_used_again(pg_url: str, tmp_path: Path) -> None:
    name = pg_url.rpartition("%3D")[2]
    with open_store(f"{pg_url}&application_name={name}", tmp_path) as store:
        store.begin_run(nouns.run())
        with psycopg.connect(SERVER, autocommit=True) as other:
            ended = other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [name]
            ).fetchall()
        assert ended == [(True,)]
        assert store.run("R1").id == "R1"
