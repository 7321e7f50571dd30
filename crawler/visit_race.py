"""先通者 Which of a host's addresses is connected to: IPv6 first, IPv4 a moment later, as browsers do.

Fact: RFC 8305. Addresses this machine has no route to are left out: that a line has no IPv6 says nothing about the host.
"""

import errno
import selectors
import socket
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

_HEAD_START = 0.25  # seconds before the next address is tried beside those that have not answered
_MOST = 6  # addresses of one host
_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK)
_CAUSES = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.ETIMEDOUT: "timeout"}


class NoWay(Exception):
    """无法连接 No connection came about. `cause`: dns, no_route, refused, reset, timeout, network."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def race(addresses: Sequence[str], port: int, until: float) -> tuple[socket.socket, str]:
    """连接 The first connection that comes about, and its address. `until` is monotonic. Raises NoWay."""
    waiting = in_turn([one for one in addresses if has_route(one, port)])
    if not waiting:
        raise NoWay("no_route" if addresses else "dns")
    cause = "timeout"
    with selectors.DefaultSelector() as selector:
        try:
            next_at = monotonic()
            while waiting or selector.get_map():
                now = monotonic()
                if now >= until:
                    raise NoWay("timeout")
                if waiting and (now >= next_at or not selector.get_map()):
                    failed = _start(selector, waiting.pop(0), port)
                    if failed:
                        cause = failed
                        continue
                    next_at = now + _HEAD_START
                for key, _ in selector.select(
                    max(0.0, min(until, next_at if waiting else until) - monotonic())
                ):
                    connection: socket.socket = key.fileobj  # type: ignore[assignment]
                    selector.unregister(connection)
                    failed = _cause(connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
                    if not failed:
                        return connection, str(key.data)
                    connection.close()
                    cause = failed
                    next_at = now  # whoever fails makes way at once
            raise NoWay(cause)
        finally:
            for key in list(selector.get_map().values()):
                with suppress(OSError):
                    key.fileobj.close()  # type: ignore[union-attr]


def in_turn(addresses: Sequence[str]) -> list[str]:
    """次序 IPv6 and IPv4 by turns, IPv6 first, at most six."""
    six = [one for one in addresses if ":" in one]
    four = [one for one in addresses if ":" not in one]
    mixed = [one for pair in zip(six, four, strict=False) for one in pair]
    return [*mixed, *six[len(four) :], *four[len(six) :]][:_MOST]


def has_route(ip: str, port: int) -> bool:
    """有无路由 Whether this machine knows a way to an address. Nothing is sent: a datagram socket only looks it up."""
    try:
        with socket.socket(_family(ip), socket.SOCK_DGRAM) as trial:
            trial.connect((ip, port))
    except OSError:
        return False
    return True


def _start(selector: selectors.BaseSelector, ip: str, port: int) -> str | None:
    connection = socket.socket(_family(ip), socket.SOCK_STREAM)
    connection.setblocking(False)
    code = connection.connect_ex((ip, port))
    if code not in (0, *_UNDER_WAY):
        connection.close()
        return _cause(code)
    selector.register(connection, selectors.EVENT_WRITE, ip)
    return None


def _cause(code: int) -> str | None:
    return _CAUSES.get(code, "network") if code else None


def _family(ip: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in ip else socket.AF_INET
