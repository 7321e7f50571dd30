"""早留分身 Children that need not import anything: they begin as copies of a copy of this process, made while it was small.

A child that is begun anew imports for a second what this process has long had, and one that is copied from a process
with threads and open databases is not safe. So a copy is set aside before there are any; it does nothing but copy itself
when it is asked. Where there is none (another system, threads already there), children are begun anew.
"""

import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from struct import Struct
from types import ModuleType
from typing import Any, Protocol

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_WORD = Struct("cI")  # what is asked of the copy, and of which child
_ANSWER = Struct("I")
_BEGIN, _OVER = b"b", b"o"
_LOOK = 0.01  # seconds between two looks whether a child is over

Work = Callable[..., None]  # (line, *arguments, parent): the whole life of a child


class Child(Protocol):
    """子进程 As multiprocessing has it."""

    @property
    def pid(self) -> int | None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...


def begun(work: Work, *told: Any, name: str, daemon: bool = False) -> tuple[Child, Connection]:
    """开工 A child at `work`, and the line to it. Raises OSError when none is to be had. It hears no signal before it minds them."""
    if _Early.copy is not None:
        with suppress(OSError, EOFError):  # it is gone: then as if there had been none
            return _Early.copy.begun(work, told)
    spawn = get_context("spawn")  # this process may have threads and a network loop
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # else it is started on the way, and lets the signals in again
    line, theirs = spawn.Pipe()
    child = spawn.Process(target=work, args=(theirs, *told, os.getpid()), name=name, daemon=daemon)
    try:
        with theirs, _deaf(), _as_nobody():
            child.start()
    except BaseException:
        line.close()
        if child.pid is not None:
            child.kill()
        raise
    return child, line


@contextmanager
def early_copy() -> Iterator[None]:
    """早留分身 Meanwhile children begin as copies of what this process is now: all that they need should be imported."""
    if sys.platform != "linux" or threading.active_count() > 1 or _Early.copy is not None:
        yield
        return
    _Early.copy = copy = _Copy()
    try:
        yield
    finally:
        _Early.copy = None
        copy.end()


class _Early:
    copy: "_Copy | None" = None


class _Copy:
    """分身 Seen from the process that it is a copy of."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._line, theirs = socket.socketpair()
        with theirs, _deaf():
            self.pid = os.fork()
            if not self.pid:
                _wait_on(theirs, self._line)

    def begun(self, work: Work, told: tuple[Any, ...]) -> tuple[Child, Connection]:
        ours, theirs = get_context("spawn").Pipe()
        with theirs:
            pid = self._asked(_BEGIN, 0, theirs.fileno())
        if not pid:
            raise OSError("the copy cannot be copied")
        try:
            ours.send((work, told))
        except BaseException:
            ours.close()
            _Copied(self, pid).kill()
            raise
        return _Copied(self, pid), ours

    def is_over(self, pid: int) -> bool:
        """已了 Whether a child has ended. Only then can its number become another process's."""
        try:
            return self._asked(_OVER, pid) == pid
        except (OSError, EOFError):
            return True  # the copy is gone, and its children end with it

    def end(self) -> None:
        """收起 It ends whatever children it still has, and is waited for: what they used is counted as this process's."""
        self._line.close()
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _asked(self, word: bytes, pid: int, *handed: int) -> int:
        with self._asking:
            socket.send_fds(self._line, [_WORD.pack(word, pid)], handed)
            answer = self._line.recv(_ANSWER.size)
        if not answer:
            raise EOFError
        (number,) = _ANSWER.unpack(answer)
        return int(number)


class _Copied:
    """A child of the copy's. It is killed under its number only while that is its own."""

    def __init__(self, copy: _Copy, pid: int) -> None:
        self._copy, self.pid = copy, pid
        self._over, self._changing = False, threading.Lock()

    def kill(self) -> None:
        with self._changing, suppress(ProcessLookupError):
            if not self._over:
                os.kill(self.pid, signal.SIGKILL)

    def join(self, timeout: float | None = None) -> None:
        until = None if timeout is None else time.monotonic() + timeout
        while not self._is_over() and (until is None or time.monotonic() < until):
            time.sleep(_LOOK)

    def _is_over(self) -> bool:
        with self._changing:
            self._over = self._over or self._copy.is_over(self.pid)
        return self._over


def _wait_on(line: socket.socket, others: socket.socket) -> None:
    """The whole life of the copy: until whoever made it is gone, or closes the line. It does not return."""
    children: set[int] = set()
    try:
        others.close()
        for number in SIGNALS:  # a terminal sends them to everybody; the parent decides
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        gc.freeze()  # what is never looked through again stays shared
        while True:
            asked, handed, _, _ = socket.recv_fds(line, _WORD.size, 1)
            if not asked:
                break
            word, pid = _WORD.unpack(asked)
            if word == _BEGIN:
                pid = _forked(handed[0], line)
                children |= {pid} - {0}
            else:
                pid, _ = os.waitpid(pid, os.WNOHANG)
                children.discard(pid)
            line.send(_ANSWER.pack(pid))
    finally:
        with suppress(OSError):
            for pid in children:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        os._exit(0)


def _forked(handed: int, line: socket.socket) -> int:
    """The number of a new child, which lives in here; 0 when there can be none."""
    try:
        pid = os.fork()
    except OSError:
        pid = -1
    if not pid:
        line.close()
        _live(handed)
    os.close(handed)
    return max(0, pid)


def _live(handed: int) -> None:
    """The whole life of a child. It does not return."""
    try:
        line = Connection(handed)
        work, told = line.recv()
        work(line, *told, os.getppid())
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """A child that is started meanwhile does not import what this program began with, the gate and all of its verbs."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started meanwhile hears no signal; this process hears them a moment later.

    A terminal sends a Ctrl-C to everybody, and Python would tell at length where in its imports a child was.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
