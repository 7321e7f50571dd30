"""浏览器出口 The only way out of the browser: a proxy on loopback that connects to allowed addresses alone.

Looking at each request inside the browser would miss redirects, sockets and a name that changes its address
between the look and the connection; here the address that was judged is the one connected to.
"""

import asyncio
import socket
from collections.abc import Coroutine
from contextlib import suppress
from urllib.parse import urlsplit

from crawler.guard import Guard

_SECONDS = 10.0
_CHUNK = 64 * 1024
_TLS = b"\x16"  # Fact: how a TLS handshake begins (RFC 8446, 5.1)


class Gateway:
    """出口 `open` gives the port; `refused` collects the (host, port) pairs that were turned away."""

    def __init__(self, guard: Guard) -> None:
        self.refused: set[tuple[str, int]] = set()
        self._guard = guard
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        """打开 Listens on 127.0.0.1; returns the port. Calling it again returns the same port."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """关闭 Stops listening and cuts what is still open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in tuple(self._tasks):
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a stream callback is always one
        self._tasks.add(task)
        upstream: asyncio.StreamWriter | None = None
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _SECONDS)
            host, port, first = _wanted(head)
            answer, upstream = await self._connect(host, port)
            if first:
                upstream.write(first)
            else:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                hello = await asyncio.wait_for(reader.readexactly(1), _SECONDS)
                if hello != _TLS:
                    raise ValueError(
                        "only TLS goes through a tunnel; a socket would go on without a word to us"
                    )
                upstream.write(hello)
            await _join(_pour(reader, upstream), _pour(answer, writer))
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the browser sees a connection that closes without an answer
        finally:
            self._tasks.discard(task)
            for one in (upstream, writer):
                if one is not None:
                    with suppress(Exception):
                        one.close()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        allowed = [ip for ip in addresses if not self._guard.refuses(ip, port)]
        if addresses and not allowed:
            self.refused.add((host.lower(), port))
        for ip in allowed:
            with suppress(OSError, TimeoutError):
                return await asyncio.wait_for(asyncio.open_connection(ip, port), _SECONDS)
        raise OSError(f"no way to {host}")


def _wanted(head: bytes) -> tuple[str, int, bytes]:
    """Host, port and what to send first: the request in origin form, or nothing for a tunnel."""
    line, _, rest = head.partition(b"\r\n")
    method, target, version = line.split(b" ")
    if method == b"CONNECT":
        parts = urlsplit("//" + target.decode("ascii"))
        return parts.hostname or "", parts.port or 443, b""
    parts = urlsplit(target.decode("ascii"))
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("only web addresses pass")
    path = target.split(b"/", 3)[3:] or [b""]
    kept = [
        one for one in rest.split(b"\r\n") if one and not one.lower().startswith((b"proxy-", b"connection:"))
    ]
    first = [method + b" /" + path[0] + b" " + version, *kept, b"Connection: close", b"", b""]
    return parts.hostname, parts.port or 80, b"\r\n".join(first)


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(_CHUNK):
            into.write(chunk)
            await into.drain()


async def _join(*ways: Coroutine[None, None, None]) -> None:
    """Both directions until either ends."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
