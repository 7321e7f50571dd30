"""Children of a copy that was set aside early have what it had, end when they should, and are had without it as well."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import audit.early_copy
from audit.early_copy import begun, early_copy
from audit.orphans import end_with

PATIENCE = 60.0
linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere children are begun anew")


def work(line: Connection, word: str, parent: int) -> None:
    """Tells what it knows, then waits for a word; it answers nothing to the last one."""
    end_with(parent)
    known = getattr(audit.early_copy, "set_aside", None)
    line.send((word, known, parent == os.getppid(), os.getpid()))
    with suppress(EOFError):  # nobody is there any more
        while (said := line.recv()) != "end":
            line.send(said)


def program(body: str) -> list[str]:
    """What a small program prints, as lines: it has one thread, and no test runner around it."""
    text = "from tests.audit.test_early_copy import *\n" + body
    told = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=PATIENCE, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert told.stderr == ""
    return told.stdout.split("\n")[:-1]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_without_a_copy_a_child_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit.early_copy, "set_aside", "here", raising=False)
    child, line = begun(work, "w", name="anew", daemon=True)
    assert line.recv() == ("w", None, True, child.pid)
    line.send("end")
    child.join(PATIENCE)
    with pytest.raises(EOFError):
        line.recv()


def test_beside_threads_none_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fork", None)
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        with early_copy():
            pass
    finally:
        over.set()
        thread.join()


@linux
def test_a_child_has_what_the_copy_had_and_nothing_that_came_later() -> None:
    lines = program("""
audit.early_copy.set_aside = "then"
with early_copy():
    audit.early_copy.set_aside = "now"
    both = [begun(work, word, name=word) for word in "ab"]
    for word, (child, line) in zip("ab", both):
        print(line.recv() == (word, "then", True, child.pid), child.pid != os.getpid())
    for child, line in both:
        line.send("x" * 10**6)
        print(len(line.recv()))
    child.kill()
    child.join()
    print(is_there(child.pid), is_there(both[0][0].pid))
    child.kill()
    line = both[0][1]
    line.send("end")
    both[0][0].join()
    print(is_there(both[0][0].pid))
    child, line = begun(work, "c", name="c")
    line.recv()
print(is_there(child.pid))
child, line = begun(work, "d", name="d")
print(line.recv()[:2])
child.kill()
""")
    assert lines == [
        "True True", "True True", "1000000", "1000000", "False True", "False", "False", "('d', None)"
    ]  # fmt: skip


@linux
def test_a_join_waits_no_longer_than_it_is_told() -> None:
    lines = program("""
with early_copy():
    child, line = begun(work, "a", name="a")
    line.recv()
    child.join(0.05)
    print(is_there(child.pid))
""")
    assert lines == ["True"]


@linux
def test_where_the_copy_is_gone_children_are_begun_anew() -> None:
    lines = program("""
audit.early_copy.set_aside = "then"
with early_copy():
    first, held = begun(work, "a", name="a")
    held.recv()
    os.kill(audit.early_copy._Early.copy.pid, signal.SIGKILL)
    first.join()
    second, line = begun(work, "b", name="b")
    print(line.recv()[:3])
    second.kill()
    second.join()
""")
    assert lines == ["('b', None, True)"]


@linux
def test_what_a_child_used_is_counted_as_its_parents() -> None:
    lines = program("""
import resource
def spend(line, parent):
    while resource.getrusage(resource.RUSAGE_SELF).ru_utime < 0.3:
        pass
with early_copy():
    child, line = begun(spend, name="s")
    child.join()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime >= 0.3)
""")
    assert lines == ["True"]


@linux
def test_children_end_with_whoever_set_the_copy_aside() -> None:
    body = """
from tests.audit.test_early_copy import *
with early_copy():
    child, line = begun(work, "a", name="a")
    line.recv()
    print(child.pid, audit.early_copy._Early.copy.pid, flush=True)
    time.sleep(1000)
"""
    told = subprocess.Popen(
        [sys.executable, "-c", body], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert told.stdout is not None
    pids = [int(pid) for pid in told.stdout.readline().split()]
    for pid in (*pids, told.pid):  # a terminal tells everybody; only whoever began decides
        os.kill(pid, signal.SIGINT if pid != told.pid else signal.SIGKILL)
    told.wait()
    told.stdout.close()
    until = time.monotonic() + PATIENCE
    while any(map(is_there, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(pids) == 2 and not any(map(is_there, pids))
