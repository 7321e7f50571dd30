"""kill -9 at random moments, and Ctrl-C: nothing half-done counts as done, and the next audit succeeds."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage import open_store
from tests.whole.demo_server import demo_portal
from tests.whole.gate import duwang, environment

KILLS = int(os.environ.get("DUWANG_KILLS", "3"))
pytestmark = pytest.mark.timeout(60 + 40 * KILLS)


def started(words: list[str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *words], cwd=folder, env=environment({}),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def whole_records(file: Path) -> int:
    """How many records read before the file ends or breaks off."""
    count = 0
    with file.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream):
                record.content_stream().read()
                count += 1
        except Exception:  # a torn last record may break off in any way
            return count
    return count


def test_killed_at_random_moments(tmp_path: Path) -> None:
    moments = random.Random(20)
    database = tmp_path / "duwang-data" / "duwang.sqlite3"
    with demo_portal() as (_, words):
        words += ["--max-pages", "60"]
        for number in range(KILLS):
            process = started(words, tmp_path)
            time.sleep(0.7 + 2.8 * (number + moments.random()) / KILLS)  # spread over the whole audit
            process.send_signal(signal.SIGKILL)
            process.wait(30)
            if not database.exists():
                continue
            with sqlite3.connect(database) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            connection.close()
            with open_store(f"sqlite:///{database}") as store:
                store.mark_dead_runs()
                for run in store.runs():
                    finished = run.state == "finished"
                    assert finished or run.state in ("interrupted", "failed"), run.state
                    assert finished == bool(store.verdicts(run.id)), "verdicts are there whole or not at all"
                    for snapshot, body in store.bodies(run.id):
                        assert len(body) == snapshot.size
            for file in (database.parent / "archive").glob("*.warc.gz"):
                assert whole_records(file) >= 1
        said = duwang(*words, cwd=tmp_path)
        assert said.code == 2, said
    states = [run["state"] for run in duwang("runs", "--json", cwd=tmp_path).json()]
    assert states.count("finished") >= 1 and "running" not in states


def test_ctrl_c_keeps_what_was_fetched_and_says_so(tmp_path: Path) -> None:
    with demo_portal() as (_, words):
        slow = [*words[:-4], "--delay", "0.3", *words[-2:]]
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *slow], cwd=tmp_path, env=environment({}), encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline(), "no progress was told"
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1, (out, err)
    assert "Traceback" not in err and "duwang judge --run" in err
    (run,) = duwang("runs", "--json", cwd=tmp_path).json()
    assert run["state"] == "interrupted"
    judged = duwang("judge", "--run", run["id"], "--json", cwd=tmp_path)
    assert judged.code in (0, 1, 2) and judged.json()["run"]["coverage"]["stop"] == "interrupted"
