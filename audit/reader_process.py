"""阅读进程 A child that reads pages while the crawl is on: of each first what the crawl asks, then its facts, kept in the cache.

It is handed snapshots with their bodies over a pipe and answers with glances. It may end at any time: what it has not
answered is read by whoever asked, and what it has not kept is read when the crawl is over. One that answers nothing for
too long is ended.
"""

import gc
import logging
import queue
import signal
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from audit.early_copy import SIGNALS, begun
from audit.kept_facts import KeptFacts, Read
from audit.look import Look
from audit.orphans import end_with
from model import Body, ColumnDirectory, Site, Snapshot

log = logging.getLogger("duwang.audit")

_HEAD = struct.Struct(">QI")  # number of the page, length of its snapshot as JSON
_NUMBER = struct.Struct(">Q")
_READY, _END = b"ready", b""
_BATCH = 25
_YOUNG = (
    20_000  # things made before the newest are looked through for rings: a page leaves nearly none behind
)
_IDLE = 0.5  # seconds without a page after which what was read is kept
_LAST = 60.0  # seconds for what is still to be read when the crawl is over
SILENCE = 10.0  # seconds without an answer, and …
_A_MEGABYTE = 5.0  # … for each megabyte of the page it is at, after which nobody waits any more

Answer = Callable[[bytes | None], None]  # a glance as bytes; None: it could not be had


def work(line: Connection, archive: Path, site: Site, directory: ColumnDirectory, parent: int) -> None:
    """上工 The whole life of such a process: until it is told to end, or nobody is there any more."""
    for number in SIGNALS:  # a terminal sends them to everybody; the parent decides
        signal.signal(number, signal.SIG_IGN)
    end_with(parent)
    gc.freeze()  # what was imported is not looked through again
    gc.set_threshold(_YOUNG)
    read: list[Read] = []
    with KeptFacts(archive, site, directory) as kept, suppress(EOFError, OSError):
        line.send_bytes(_READY)
        while True:
            if read and (len(read) >= _BATCH or not line.poll(_IDLE)):
                kept.keep(read)
                read.clear()
            message = line.recv_bytes()
            if message == _END:
                break
            look = _look_at(message, site)
            with suppress(Exception):  # whoever asked stumbles over it as well, and says so
                look.glance()
            line.send_bytes(message[: _NUMBER.size] + (look.told or b""))
            read.append(look.read())
        kept.keep(read)


def _look_at(message: bytes, site: Site) -> Look:
    _, length = _HEAD.unpack_from(message)
    told = message[_HEAD.size : _HEAD.size + length]
    return Look(Snapshot.model_validate_json(told), message[_HEAD.size + length :], site)


class Reader:
    """读者 One such process, seen from the crawl's: `give` it pages; threads wait for the pipe, so that the crawl need not."""

    def __init__(
        self, archive: Path, site: Site, directory: ColumnDirectory, *, silence: float = SILENCE
    ) -> None:
        self._silence = silence
        self._process, self._line = begun(work, archive, site, directory, name="duwang-reader", daemon=True)
        self.ready = False
        self._gone, self._over = False, threading.Event()
        self._asked: dict[int, tuple[Answer, int]] = {}  # with the size of the page, in order
        self._changing = threading.Lock()
        self._number = 0
        self._outbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        for task in (self._send, self._listen, self._watch):
            threading.Thread(target=task, name="duwang-reader", daemon=True).start()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def waiting(self) -> int:
        """在读 Pages it has not answered yet."""
        return len(self._asked)

    def give(self, snapshot: Snapshot, body: Body, answer: Answer) -> bool:
        """交读 `answer` hears of the page once, from another thread. False: it is not to be had, and hears nothing."""
        told = snapshot.model_dump_json(exclude_defaults=True).encode()
        with self._changing:
            if not self.ready or self._gone:
                return False
            self._number += 1
            self._asked[self._number] = answer, len(body)
        self._outbox.put(_HEAD.pack(self._number, len(told)) + told + body)
        return True

    def close(self, *, wait: bool) -> None:
        """收工 `wait`: until all that it was given is read and kept."""
        self._outbox.put(_END)
        if wait and not self._gone:
            self._process.join(_LAST)
        self._process.kill()
        self._process.join()

    def _send(self) -> None:
        with suppress(OSError, ValueError):  # nobody there: `_listen` hears of it
            while True:
                message = self._outbox.get()
                self._line.send_bytes(message)
                if message == _END:
                    return

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                message = self._line.recv_bytes()
                if message == _READY:
                    self.ready = True
                    continue
                (number,) = _NUMBER.unpack_from(message)
                with self._changing:
                    answer, _ = self._asked.pop(number)
                answer(message[_NUMBER.size :] or None)
        with self._changing:
            self._gone, left = True, [answer for answer, _ in self._asked.values()]
            self._asked.clear()
        self._over.set()
        if left:
            log.warning("a reader is gone with %d pages: they are read here", len(left))
        for answer in left:
            answer(None)

    def _watch(self) -> None:
        """Turns are counted, not seconds: while this process is stopped itself, it waits for nobody."""
        turn, waited, at = self._silence / 10, 0.0, 0
        while not self._over.wait(turn):
            with self._changing:
                number, (_, size) = next(iter(self._asked.items()), (0, (None, 0)))
            waited = waited + turn if number and number == at else 0.0
            at = number
            if waited > self._silence + _A_MEGABYTE * size / 1024**2:
                log.warning("a reader has said nothing for %.0f seconds: it is ended", waited)
                self._process.kill()
                return
