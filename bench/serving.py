"""服务 The generated portal in a process of its own, so that serving it is not measured with the audit.

`python -m bench.serving PAGES SEED [alike]` prints the address, then the number of requests so far for every line it
reads, or, where the line is "asked", what was asked since it last said so; it ends with its input.
"""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from bench.answer import NOT_FOUND, Answer
from bench.portal import build

_LONGEST_HEAD = 64 * 1024
_REASONS = {200: b"OK", 301: b"Moved Permanently", 404: b"Not Found", 410: b"Gone"}


class _Connection(asyncio.Protocol):
    """连接 Keep-alive GET and HEAD, nothing else."""

    def __init__(self, served: "_Served") -> None:
        self._served = served
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, self._waiting = self._waiting.split(b"\r\n\r\n", 1)
            method, target, *_ = head.split(b" ", 2)
            self._transport.write(self._served.answer(method, target))
        if len(self._waiting) > _LONGEST_HEAD:
            self._transport.close()


@dataclass
class Log:
    """所答 Requests by method, and the paths asked for."""

    methods: dict[str, int] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)

    def note(self, method: str, path: str) -> None:
        self.methods[method] = self.methods.get(method, 0) + 1
        self.paths.add(path)


class _Served:
    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers = answers
        self.requests = 0
        self._log = Log()

    def asked(self) -> Log:
        """所答 Since the last time this was asked."""
        told, self._log = self._log, Log()
        return told

    def answer(self, method: bytes, target: bytes) -> bytes:
        self.requests += 1
        path = target.partition(b"?")[0].decode("latin-1")
        self._log.note(method.decode("latin-1"), path)
        found = self._answers.get(path, NOT_FOUND)
        lines = [
            b"HTTP/1.1 %d %s" % (found.status, _REASONS[found.status]),
            b"Content-Length: %d" % len(found.body),
        ]
        lines.append(b"Content-Type: " + found.content_type.encode())
        lines.append(b"LinkChecker: welcome")  # without it that program asks no more than ten times a second
        if found.location:
            lines.append(b"Location: " + found.location.encode())
        return b"\r\n".join([*lines, b"", b"" if method == b"HEAD" else found.body])


class Server:
    """服务进程 `home` is its address; `requests()` how many it has answered."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.home = self._line()

    def requests(self) -> int:
        print("?", file=self._process.stdin, flush=True)
        return int(self._line())

    def asked(self) -> Log:
        """所答 Since the last time this was asked."""
        print("asked", file=self._process.stdin, flush=True)
        told = json.loads(self._line())
        return Log(told["methods"], set(told["paths"]))

    def _line(self) -> str:
        line = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not line:
            raise RuntimeError("the process that serves the portal has ended")
        return line


@contextmanager
def served(pages: int, seed: int, *, alike: bool = False) -> Iterator[Server]:
    """起服务 The portal of that size and seed on a free loopback port, for as long as the block runs."""
    words = [sys.executable, "-m", "bench.serving", str(pages), str(seed), *(["alike"] if alike else [])]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Server(process)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=10)


async def _serve(pages: int, seed: int, alike: bool) -> None:
    loop = asyncio.get_running_loop()
    shown = _Served(build(pages, seed, alike=alike).answers)
    server = await loop.create_server(lambda: _Connection(shown), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    ended = asyncio.Event()

    def tell() -> None:
        for line in sys.stdin:
            if line.strip() == "asked":
                log = shown.asked()
                print(json.dumps({"methods": log.methods, "paths": sorted(log.paths)}), flush=True)
            else:
                print(shown.requests, flush=True)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=tell, daemon=True).start()
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] == ["alike"]))
