"""A process that has imported what the program imports and forks for each run: a process, its output, its exit code.

A run starts in some hundredths of a second. The gate reads its language while it is imported, so there is one for
each language, and a child takes its own. What must be measured or started truly alone is not born here.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import typer.main

import storage
from tests.storage.laid import lay_down

ROOT = Path(__file__).parents[2]
ROOMS = ("model", "reading", "rules", "checks", "storage", "report", "audit", "crawler")
THEIRS = (
    "rich.live",
    "rich.table",
    "scrapy.crawler",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
    "warcio",
)


class Nursery:
    """One such process; it ends with whoever started it."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.whole.nursery", str(theirs.fileno())], cwd=ROOT, pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        atexit.register(self._end)

    def _end(self) -> None:
        self._line.close()
        self._process.wait(20)

    def run(
        self, words: tuple[str, ...], cwd: Path, env: dict[str, str], seconds: int, stop_at: str | None = None
    ) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of `python -m cli WORDS`. Raises TimeoutError, having killed it.

        `stop_at`: as soon as it has said that, it is stopped as by Ctrl-C.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            asked = json.dumps([words, str(cwd), env]).encode()
            socket.send_fds(self._line, [b"%10d" % len(asked)], [out.fileno(), err.fileno()])
            self._line.sendall(asked)
            child = int(_read(self._line, 10))
            if stop_at is not None and self._says(out.fileno(), stop_at.encode(), seconds):
                os.kill(child, signal.SIGINT)
            if not select.select([self._line], [], [], seconds)[0]:
                os.kill(child, signal.SIGKILL)
                _read(self._line, 10)
                raise TimeoutError(f"duwang {' '.join(words)} took more than {seconds} s")
            code = int(_read(self._line, 10))
            told = []
            for file in (out, err):
                file.seek(0)
                told.append(file.read().decode("utf-8"))
        return code, told[0], told[1]

    def _says(self, out: int, words: bytes, seconds: int) -> bool:
        """Waits for words in what is being written; False: it ended without them, or the time was over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if words in os.pread(out, 100_000, 0):  # the place where it writes must not be moved
                return True
            if select.select([self._line], [], [], 0.02)[0]:
                break
        return False


def _read(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        piece = line.recv(size - len(got))
        if not piece:
            raise EOFError("the other end is gone")
        got += piece
    return got


def _serve(line: socket.socket) -> None:
    """Fork for each run asked for and tell its pid, then its exit code. Returns in the child only."""
    while True:
        head, fds, _, _ = socket.recv_fds(line, 10, 2)
        if not head:
            os._exit(0)
        words, cwd, env = json.loads(_read(line, int(head)))
        child = os.fork()
        if child == 0:
            line.close()
            for fd, place in zip(fds, (1, 2), strict=True):
                os.dup2(fd, place)
                os.close(fd)
            os.chdir(cwd)
            os.environ.clear()
            os.environ.update(env)
            signal.signal(
                signal.SIGINT, signal.default_int_handler
            )  # also where the tests run in the background
            sys.argv = ["cli.py", *words]
            return
        for fd in fds:
            os.close(fd)
        line.sendall(b"%10d" % child)
        _, status = os.waitpid(child, 0)
        line.sendall(b"%10d" % os.waitstatus_to_exitcode(status))


def _import_everything() -> dict[str, dict[str, ModuleType]]:
    """All rooms, a first database, and a gate for each language with its commands made."""
    for name in THEIRS:
        importlib.import_module(name)
    for room in ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not found.name.startswith("storage.migrations"):
                importlib.import_module(found.name)
    lay_down()
    with tempfile.TemporaryDirectory() as folder:
        storage.open_store(f"sqlite:///{folder}/first.sqlite").close()
    typer.main.get_command = functools.cache(typer.main.get_command)
    gates = {language: _gate(language) for language in ("zh_CN", "en")}
    assert "twisted.internet.reactor" not in sys.modules, "a reactor cannot be shared between processes"
    assert threading.active_count() == 1, "a thread does not survive a fork"
    gc.freeze()
    return gates


def _gate(language: str) -> dict[str, ModuleType]:
    """The modules of a gate imported for a language, and for no other."""
    sys.argv = ["cli.py", "--lang", language]
    typer.main.get_command(importlib.import_module("cli").app)
    names = [name for name in sys.modules if name in {"cli", "gate"} or name.startswith("gate.")]
    return {name: sys.modules.pop(name) for name in names}


def _run(gates: dict[str, dict[str, ModuleType]]) -> NoReturn:
    """What the program does from here on; it ends as an interpreter ends, but takes down nothing that ends anyhow."""
    language = gates["zh_CN"]["gate.words"]._language(sys.argv[1:])
    sys.modules.update(gates[language])
    code = 1
    try:
        sys.modules["cli"].main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    threading._shutdown()
    atexit._run_exitfuncs()
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    parent = socket.socket(fileno=int(sys.argv[1]))
    all_gates = _import_everything()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _serve(parent)
    _run(all_gates)
