"""Workers as they are started on machines: killed, stopped, grown old, and left alone by their database."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

pytest.importorskip("procrastinate")

from audit.queue import defer_night
from model import Errand, Night, RosterEntry
from storage import Store, open_store
from tests.audit.queued import SERVER, database
from tests.whole.gate import duwang, environment
from tests.whole.small_country import Country, small_country

pytestmark = [pytest.mark.pg, pytest.mark.timeout(400)]  # two cores may be shared by many
ROOT = Path(__file__).parents[2]


class Rig:
    """A database with a store, and programs that are ended with the test."""

    def __init__(self, url: str, folder: Path, country: Country) -> None:
        self.url, self.folder, self.country = url, folder, country
        self.store: Store = open_store(url, folder / "archive")
        self.programs: list[subprocess.Popen[Any]] = []
        self.mother: subprocess.Popen[str] | None = None
        self.born: list[int] = []

    def night(self, *entries: RosterEntry) -> None:
        now = datetime.now(UTC)
        self.store.keep_roster(list(entries))
        errands = [
            Errand(night_id="N1", site_key=one.site.key, lock=one.lock, changed_at=now) for one in entries
        ]
        self.store.keep_night(Night(id="N1", begun_at=now, full=True), errands)
        assert defer_night(self.url) == len(entries)

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("wb")
        env = environment({"DUWANG_ARCHIVE": str(self.folder / "archive")})
        program = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=env, stderr=log, stdout=log)
        self.programs.append(program)
        return program

    def quick(self, name: str) -> int:
        """The number of a worker that was born of one that has imported everything."""
        if self.mother is None:
            control = f"http://127.0.0.1:{self.country.port}/"
            words = [
                sys.executable,
                "-m",
                "tests.whole.a_worker",
                self.url,
                str(self.folder / "archive"),
                control,
            ]
            self.mother = subprocess.Popen(
                words, cwd=ROOT, env=environment({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self.programs.append(self.mother)
        assert self.mother.stdin
        assert self.mother.stdout
        self.mother.stdin.write(f"{name} {self.folder / name}.log\n")
        self.mother.stdin.flush()
        self.born.append(int(self.mother.stdout.readline()))
        return self.born[-1]

    def gone(self, number: int) -> bool:
        return not Path(f"/proc/{number}").exists()

    def log(self, name: str) -> list[dict[str, Any]]:
        """Every line is JSON: nothing else is ever written by a worker."""
        return [json.loads(line) for line in (self.folder / f"{name}.log").read_text("utf-8").splitlines()]

    def jobs(self) -> list[tuple[str, str]]:
        with psycopg.connect(self.url) as sql:
            return sql.execute("SELECT status::text, lock FROM procrastinate_jobs").fetchall()

    def states(self) -> list[str]:
        return [one.state.value for one in self.store.errands("N1")]

    def until(self, met: Callable[[], bool], seconds: float = 200) -> None:
        end = time.monotonic() + seconds
        while not met():
            said = {path.name: path.read_text("utf-8") for path in self.folder.glob("*.log")}
            assert time.monotonic() < end, (self.states(), said)
            time.sleep(0.05)

    def close(self) -> None:
        for number in self.born:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        for program in self.programs:
            program.kill()
            program.wait()
        self.store.close()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with database() as url, small_country() as country:
        rig = Rig(url, tmp_path, country)
        try:
            yield rig
        finally:
            rig.close()


@contextmanager
def shut_database(url: str) -> Iterator[None]:
    """As when its server stops: every line is cut, and nobody gets a new one."""
    name = url.rpartition("/")[2]
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_two_workers_one_killed_and_a_database_that_goes_away(rig: Rig) -> None:
    country = rig.country
    shared = [country.entry(number, platform="云") for number in (0, 1)]
    country.slow = dict.fromkeys(map(country.host, range(5)), 0.15)
    rig.night(*shared, *(country.entry(number) for number in range(2, 5)))
    first = rig.quick("first")
    rig.until(lambda: rig.states().count("running") == 3)
    os.kill(first, signal.SIGKILL)
    rig.until(lambda: rig.gone(first))
    left = [one.site_key for one in rig.store.errands("N1") if one.state.value == "running"]
    second = rig.quick("second")
    rig.until(lambda: "done" in rig.states())
    with shut_database(rig.url):
        time.sleep(1.5)
    rig.until(lambda: rig.jobs() == [])
    os.kill(second, signal.SIGTERM)
    rig.until(lambda: rig.gone(second))

    errands = rig.store.errands("N1")
    finished = [run.site.key for run in rig.store.runs() if run.state.value == "finished"]
    assert sorted(finished) == sorted(one.site_key for one in errands)  # every site once
    gone = [one for one in rig.store.interruptions() if one.reason == "interruption.worker_gone"]
    assert sorted(one.site_key or "" for one in gone) == sorted(left)
    attempts = sum(one.attempts for one in errands if one.lock == "platform:云")
    assert len(country.visits(0, 1)) <= attempts  # one after the other, never in turns
    assert [line["event"] for line in rig.log("second")][-1] == "worker ended"
    assert set(rig.states()) == {"done"}
    assert rig.store.night("N1").ended_at is not None
    with psycopg.connect(rig.url) as sql:
        assert sql.execute("SELECT count(*) FROM leases").fetchone() == (0,)


def test_a_worker_grows_old_and_is_told_to_stop(rig: Rig) -> None:
    country = rig.country
    due, asked = country.entry(0), country.entry(1)
    country.slow[country.host(0)] = 1.0
    rig.night(due)
    there = {"DUWANG_DB": rig.url, "DUWANG_ARCHIVE": str(rig.folder / "archive")}
    words = ("audit", asked.site.home, "--queue", "--lang", "en")
    first, again = duwang(*words, cwd=rig.folder, **there), duwang(*words, cwd=rig.folder, **there)
    assert (first.code, again.code) == (0, 0)
    assert "stands in the queue already" in again.out
    assert first.out.split("--night ")[1] == again.out.split("--night ")[1]

    control = f"http://127.0.0.1:{country.port}/"
    program = rig.start(
        "old", "cli", "worker", "--db", rig.url, "--concurrency", "1", "--recycle", "1", "--grace", "0", "--name", "old",
        "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1", "--no-external", "--control", control,
    )  # fmt: skip
    rig.until(lambda: bool(country.visits(0)))
    program.send_signal(signal.SIGTERM)
    assert program.wait(60) == 0

    assert country.visits(0, 1) == [country.host(1), country.host(0)]  # what was asked for came first
    lines = rig.log("old")
    begun = [line["pid"] for line in lines if line["event"] == "worker begins"]
    assert begun == [program.pid] * 2
    audited = {line["site"]: line["state"] for line in lines if line["event"] == "audited"}
    assert audited == {asked.site.key: "done"}
    assert rig.jobs() == [("todo", due.lock)]
    assert rig.states() == ["waiting"]
    assert [one.reason for one in rig.store.interruptions()] == ["interruption.stopped"]
    assert not [sign for sign in rig.store.workers() if sign.state.value == "working"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("worker",), "The queue needs a PostgreSQL database, and duwang-data/duwang.sqlite3 is none"),
        (
            ("worker", "--queues", "day", "--db", "postgresql://127.0.0.1:1/x"),
            'There is no queue "day"; there are asked, night',
        ),
        (("audit", "http://a.example/", "--queue"), "The queue needs a PostgreSQL database"),
        (("audit", "http://a.example/", "--queue", "--out", "x"), "--out cannot be used with --queue"),
        (("audit", "http://a.example/", "--queue", "--pack", "none"), "none"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    said = duwang(*words, "--lang", "en", cwd=tmp_path)
    assert (said.code, sentence in said.err, said.err.count("\n")) == (3, True, 1), said
    assert not list(tmp_path.iterdir())
