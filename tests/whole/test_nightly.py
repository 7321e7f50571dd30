"""A night on one machine that everything happens to: killed workers, Ctrl-C, a killed parent, a reboot, hours that end.

Afterwards the next nightly finishes every site exactly once, and status tells of every interruption.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from model import Arrangement, ErrandState, Night, RosterEntry, RunState, Site
from storage import Store, open_store, this_machine
from tests.storage import nouns
from tests.whole.gate import duwang, environment
from tests.whole.many_sites import Sites, many_sites

pytestmark = pytest.mark.timeout(600)
WORDS = (
    "--workers",
    "1",
    "--concurrency",
    "2",
    "--allow-private",
    "--no-browser",
    "--delay",
    "0",
    "--confirm-after",
    "1",
)


@contextmanager
def roster_of(folder: Path, sites: Sites) -> Iterator[Store]:
    with open_store(f"sqlite:///{folder}/duwang-data/duwang.sqlite3") as store:
        known = [Site(home=home, name=f"站{number}") for number, home in enumerate(sites.homes)]
        store.keep_roster([RosterEntry(site=one, arrangement=Arrangement(site_key=one.key)) for one in known])
        yield store


def started(folder: Path) -> "subprocess.Popen[str]":
    """`duwang nightly` as the leader of a process group, as a terminal would start it."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "nightly", *WORDS], cwd=folder, env=environment({}), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def until(what: Callable[[], bool], why: str, seconds: float = 150) -> None:
    over = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < over, why
        time.sleep(0.05)


def the_night(store: Store) -> Night:
    (night,) = store.nights()
    return night


def at_work(store: Store) -> set[int]:
    """Process numbers of those that crawl: they have fetched something."""
    running = store.running_runs()
    fetched = store.fetched([one.id for one in running])
    return {one.pid for one in running if one.pid and fetched.get(one.id)}


def states(store: Store) -> Counter[ErrandState]:
    return Counter(one.state for one in store.errands(the_night(store).id))


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"


def reboot(store: Store) -> None:
    """What stands in the database after the power failed: an errand of a process of an earlier boot."""
    host, _, start = this_machine().split("/")
    machine = f"{host}/00000000-0000-0000-0000-000000000000/{start}"
    night = the_night(store)
    errand = next(one for one in store.errands(night.id) if one.state is ErrandState.WAITING)
    taken = store.take_errand(errand, f"{machine}/{os.getpid()}", night.begun_at)
    site = store.site(errand.site_key)
    store.begin_run(nouns.run("R-before", site=site, night=night.id, pid=1, machine=machine), errand.lock)
    assert taken is not None and store.began_errand(taken, "R-before")


def test_a_night_of_kills_signals_and_a_reboot(tmp_path: Path) -> None:
    with many_sites(4) as sites, roster_of(tmp_path, sites) as store:
        assert duwang("status", "--lang", "en", cwd=tmp_path).out.startswith("No night yet")
        sites.seconds = 1.0
        process = started(tmp_path)
        until(lambda: len(store.nights()) == 1 and len(at_work(store)) == 1, "nobody crawls")
        again = duwang("nightly", *WORDS, "--lang", "en", cwd=tmp_path)
        assert (again.code, "Another duwang nightly" in again.err) == (3, True), again
        busy = store.running_runs()[0]
        refused = duwang("audit", busy.site.home, "--allow-private", "--lang", "en", cwd=tmp_path)
        assert refused.code == 1 and busy.id in refused.err, refused
        (worker,) = at_work(store)
        os.kill(worker, signal.SIGKILL)
        until(lambda: at_work(store) not in (set(), {worker}), "the worker was not replaced")
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to everybody
        told, _ = process.communicate(timeout=60)
        assert process.returncode in (1, 2) and "Traceback" not in told, told
        assert states(store)[ErrandState.RUNNING] == 0 and not store.running_runs()
        assert the_night(store).ended_at is None

        process = started(tmp_path)
        until(lambda: len(at_work(store)) == 1, "the night did not go on")
        (worker,) = at_work(store)
        process.kill()
        process.communicate(timeout=30)
        until(lambda: gone(worker), "a worker outlived its parent")
        assert not store.running_runs()

        sites.seconds = 0.0
        reboot(store)
        said = duwang("nightly", *WORDS, cwd=tmp_path)
        assert said.code in (0, 2), said
        night = the_night(store)
        assert night.ended_at is not None and states(store) == {ErrandState.DONE: 4}
        finished = [one.site.home for one in store.runs() if one.state is RunState.FINISHED]
        assert sorted(finished) == sorted(sites.homes), "each exactly once"
        assert all(one.state in (RunState.FINISHED, RunState.INTERRUPTED) for one in store.runs())
        with sqlite3.connect(tmp_path / "duwang-data" / "duwang.sqlite3") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM leases").fetchone() == (0,)
        connection.close()
        status = duwang("status", "--json", cwd=tmp_path).json()
        assert status["counts"] == {"done": 4} and status["under_way"] == []
        assert (
            status["reasons"]["interruption.worker_gone"] >= 2
            and status["reasons"]["interruption.stopped"] >= 2
        )
        shown = duwang("status", "--lang", "en", cwd=tmp_path)
        assert "4 done" in shown.out and "told to stop" in shown.out and "R-before" not in shown.out
        assert duwang("nightly", *WORDS, "--dry-run", "--json", cwd=tmp_path).json() == []
        assert max(Counter(path for path in sites.asked["127.0.0.2"]).values()) < 20


WINDOW = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from audit.crew_terms import CrewTerms
from audit.nightly import Order, nightly
from audit.pool import PoolTerms
from audit.settling import Place
from model import BrowserUse, Hours, Limits, SHANGHAI
from storage import open_store

def main():
    url, seconds = sys.argv[1], float(sys.argv[2])
    real = datetime.now(SHANGHAI)
    # a clock that says 05:59:5x tomorrow: the hours end in a few seconds
    ahead = (real + timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(seconds=seconds) - real
    with open_store(url) as store:
        order = Order(
            window=Hours.model_validate({"starts": "20:00", "ends": "06:00"}),
            pool=PoolTerms(workers=1, concurrency=1, overtime=timedelta(seconds=0)),
            crew=CrewTerms(allow_private=True, browser=BrowserUse.NO, delay=0, external=False),
        )
        ended = nightly(order, Place(db_url=url), store, now=lambda: datetime.now(SHANGHAI) + ahead)
    print(ended.stopped, ended.exit_code)

if __name__ == "__main__":
    main()
"""


def test_when_the_hours_end_the_rest_is_put_off(tmp_path: Path) -> None:
    script = tmp_path / "window.py"
    script.write_text(WINDOW, "utf-8")
    with many_sites(3, first=12) as sites, roster_of(tmp_path, sites) as store:
        sites.seconds = 2.5  # one after the other they need longer than is left, however idle the machine is
        seconds = min(8.0 + 4 * os.getloadavg()[0], 20.0)
        done = subprocess.run(
            [sys.executable, str(script), f"sqlite:///{tmp_path}/duwang-data/duwang.sqlite3", str(seconds)],
            cwd=tmp_path, env=environment({}), capture_output=True, text=True, timeout=200,
        )  # fmt: skip
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
        night = the_night(store)
        counts = states(store)
        assert counts[ErrandState.WAITING] == counts[ErrandState.RUNNING] == 0 and not store.running_runs()
        assert counts[ErrandState.PUT_OFF] >= 1 and night.ended_at is None
        assert done.stdout.startswith("interruption.window_over"), done.stdout
        off = [one for one in store.errands(night.id) if one.state is ErrandState.PUT_OFF]
        assert {one.reason for one in off} == {"interruption.window_over"}
