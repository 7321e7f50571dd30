"""服务 The whole country in one process: name-based virtual hosts on one loopback port, and a log of every request.

`python -m bench.country.server SITES SEED TODAY LOG [SCALE]` prints its port; it ends with its input. One line of the
log is a request: when it came and when it was answered (monotonic seconds), wall clock of the former, number of the
connection, host, path, status, bytes, and who asked (the contact in its User-Agent).
"""

import asyncio
import re
import subprocess
import sys
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import md5
from pathlib import Path
from typing import IO, NamedTuple, cast

from bench.answer import NOT_FOUND, Answer
from bench.country.census import CONTROL, OUTSIDE, Town, outside_host, town
from bench.country.pages import outside_pages, pages
from bench.country.temper import RETRY_AFTER, Manner, Moods

_LONGEST_HEAD = 64 * 1024
_KEPT = 400  # sites whose pages stay in memory
_REASONS = {200: b"OK", 304: b"Not Modified", 404: b"Not Found", 429: b"Too Many Requests",
            500: b"Internal Server Error", 503: b"Service Unavailable"}  # fmt: skip
_CONTACT = re.compile(rb"; contact ([^)]*)\)")
_FLUSH = 0.5


class _Page(NamedTuple):
    head: bytes
    body: bytes
    status: int
    etag: bytes


class _Country:
    def __init__(self, sites: int, seed: int, today: date, log: IO[str], scale: float) -> None:
        self.log = log
        self.port = 0
        self.connections = 0
        self._seed, self._today = seed, today
        self._towns = {one.host: one for one in (town(number, seed) for number in range(sites))}
        self._outside = {CONTROL, *(outside_host(number) for number in range(OUTSIDE))}
        self._moods = Moods(seed, scale)
        self._kept: OrderedDict[str, dict[str, _Page]] = OrderedDict()

    def manner(self, host: str, path: str) -> Manner:
        return self._moods.manner(self._towns.get(host), path)

    def page(self, host: str, path: str) -> _Page | None:
        """None: there is no such host here."""
        if host not in self._kept:
            found = self._towns.get(host)
            if found is None and host not in self._outside:
                return None
            drawn = pages(found, self._today, self.port, self._seed) if found else outside_pages(host)
            self._kept[host] = {
                one: _made(answer, found) for one, answer in (*drawn.items(), ("", NOT_FOUND))
            }
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        known = self._kept[host]
        return known.get(path) or known[""]


def _made(answer: Answer, found: Town | None) -> _Page:
    body, lines = answer.body, [b"Content-Type: " + answer.content_type.encode()]
    if found and found.packed and answer.content_type == "text/html":
        packer = zlib.compressobj(6, wbits=31)
        body = packer.compress(body) + packer.flush()
        lines.append(b"Content-Encoding: gzip")
    etag = b""
    if found and found.validators and answer.status == 200:
        etag = b'"' + md5(answer.body, usedforsecurity=False).hexdigest().encode() + b'"'
        lines.append(b"ETag: " + etag)
    return _Page(b"\r\n".join(lines), body, answer.status, etag)


class _Connection(asyncio.Protocol):
    """连接 Keep-alive GET and HEAD, one after the other."""

    def __init__(self, country: _Country) -> None:
        self._country = country
        self._waiting = b""
        self._queue: list[bytes] = []
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._country.connections += 1
        self._number = self._country.connections

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, self._waiting = self._waiting.split(b"\r\n\r\n", 1)
            self._queue.append(head)
        if len(self._waiting) > _LONGEST_HEAD:
            self._transport.abort()
        elif not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = bool(self._queue)
        if not self._queue:
            return
        came, wall = time.monotonic(), time.time()
        head = self._queue.pop(0)
        method, target, *_ = head.split(b" ", 2)
        host = _header(head, b"\r\nhost:").partition(b":")[0].decode("latin-1").lower()
        path = target.partition(b"?")[0].decode("latin-1")
        manner = self._country.manner(host, path)

        def answer() -> None:
            status, sent = self._answer(manner, method, host, path, _header(head, b"\r\nif-none-match:"))
            who = _CONTACT.search(head)
            self._country.log.write(
                f"{came:.4f}\t{time.monotonic():.4f}\t{wall:.3f}\t{self._number}\t{host}\t{path}\t{status}\t{sent}\t"
                f"{who[1].decode('latin-1') if who else '-'}\n"
            )
            self._next()

        asyncio.get_running_loop().call_later(manner.wait, answer)

    def _answer(self, manner: Manner, method: bytes, host: str, path: str, known: bytes) -> tuple[int, int]:
        if self._transport.is_closing():
            return -1, 0
        if manner.status == 0:
            self._transport.abort()
            return 0, 0
        page = self._country.page(host, path)
        if page is None:
            self._transport.abort()
            return 421, 0
        if manner.status != 200:
            extra = b"Retry-After: %d\r\n" % RETRY_AFTER if manner.status == 429 else b""
            return manner.status, self._write(
                manner.status, extra + b"Content-Type: text/plain", b"busy\n", method
            )
        if page.etag and known == page.etag:
            return 304, self._write(304, page.head, b"", b"HEAD")
        return page.status, self._write(page.status, page.head, page.body, method)

    def _write(self, status: int, head: bytes, body: bytes, method: bytes) -> int:
        shown = b"" if method == b"HEAD" else body
        self._transport.write(
            b"HTTP/1.1 %d %s\r\n%s\r\nContent-Length: %d\r\n\r\n%s"
            % (status, _REASONS[status], head, len(body), shown)
        )
        return len(shown)


def _header(head: bytes, name: bytes) -> bytes:
    at = head.lower().find(name)
    return head[at + len(name) :].partition(b"\r\n")[0].strip() if at >= 0 else b""


class Server(NamedTuple):
    """服务进程"""

    port: int
    pid: int


@contextmanager
def served(sites: int, seed: int, today: date, log: Path, scale: float = 1.0) -> Iterator[Server]:
    """起服务 The country for as long as the block runs; `scale` of its latencies (0: it answers at once)."""
    words = [
        sys.executable,
        "-m",
        "bench.country.server",
        str(sites),
        str(seed),
        today.isoformat(),
        str(log),
        str(scale),
    ]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline().strip() if process.stdout else ""
            if not line:
                raise RuntimeError("the process that serves the country has ended")
            yield Server(int(line), process.pid)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=10)


async def _serve(sites: int, seed: int, today: date, log: IO[str], scale: float) -> None:
    loop = asyncio.get_running_loop()
    country = _Country(sites, seed, today, log, scale)
    server = await loop.create_server(lambda: _Connection(country), "127.0.0.1", 0, backlog=1024)
    country.port = server.sockets[0].getsockname()[1]
    print(country.port, flush=True)
    ended = asyncio.Event()

    def wait() -> None:
        for _ in sys.stdin:
            pass
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    while not ended.is_set():
        log.flush()
        try:
            await asyncio.wait_for(ended.wait(), _FLUSH)
        except TimeoutError:
            continue
    server.close()


if __name__ == "__main__":
    with Path(sys.argv[4]).open("a", encoding="utf-8", buffering=1 << 20) as kept:
        asyncio.run(
            _serve(
                int(sys.argv[1]), int(sys.argv[2]), date.fromisoformat(sys.argv[3]), kept, float(sys.argv[5])
            )
        )
