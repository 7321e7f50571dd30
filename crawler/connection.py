"""连接 A connection to a host: what is asked leaves at once, what comes is read without a pause where nobody needs one.

Twisted has the system watch for room in the connection before anything is written, and stops and starts reading between
the head of an answer and its body: six system calls and a turn of the loop for every page.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from twisted.internet.tcp import Client
from twisted.web._newclient import HTTP11ClientProtocol, TransportProxyProducer
from twisted.web.client import _HTTP11ClientFactory

from crawler.heads import BoundedParser


class Connection(HTTP11ClientProtocol):
    """连接 Twisted's own, with heads that are bounded. An answer has `ip`, the address at the other end."""

    _ip: IPv4Address | IPv6Address | None = None
    _whole = False  # all that is asked is written in one go

    def connectionMade(self) -> None:
        super().connectionMade()
        transport: Any = self.transport
        self._ip = _address(transport.getPeer().host)
        plain = isinstance(transport, Client)  # what is encrypted is written by the layer above it
        if plain:
            self._when_there_is_room: Callable[[], None] = transport.startWriting
            transport.startWriting = self._write

    def request(self, request: Any) -> Any:
        self._whole = request.bodyProducer is None
        told = super().request(request)
        parser: Any = self._parser
        if parser is not None:
            # Twisted makes both itself; neither kind of ours has anything to set up
            parser.__class__ = _Parser
            parser.ip = self._ip
            parser.transport.__class__ = _Unhurried
        return told

    def _write(self) -> None:
        """At once. What there is no room for, or what ends the connection, is left to the reactor, which finds the same."""
        transport: Any = self.transport
        # whoever ends the connection calls this too, with nothing to write
        at_once = self._whole and not transport.disconnecting
        if at_once and transport._tempDataBuffer and not transport.dataBuffer:
            transport.doWrite()
            if not (transport.dataBuffer or transport._tempDataBuffer):
                return
        self._when_there_is_room()


class Connections(_HTTP11ClientFactory):
    """连接工厂 What a pool of connections makes them by."""

    noisy = False

    def buildProtocol(self, addr: Any) -> HTTP11ClientProtocol:
        return Connection(partial(_keep, self._quiescentCallback))  # type: ignore[no-untyped-call]


def _keep(told: Callable[[Any], None], connection: Any) -> None:
    """Back to the pool, unless it was ended here while the answer came: of a file only the beginning is taken."""
    if not getattr(connection.transport, "disconnecting", False):
        told(connection)


class _Parser(BoundedParser):
    ip: IPv4Address | IPv6Address | None = None

    def allHeadersReceived(self) -> None:
        transport: Any = self.transport
        self.response.ip = self.ip
        transport.tell(super().allHeadersReceived)


class _Unhurried(TransportProxyProducer):
    """Pauses only once the head has been told: mostly somebody takes the body by then."""

    _telling = _paused = False

    def tell(self, told: Callable[[], None]) -> None:
        """Calls `told`; pauses after it, if that was wanted and still is."""
        self._telling, self._paused = True, False
        try:
            told()
        finally:
            self._telling = False
            if self._paused:
                super().pauseProducing()  # type: ignore[no-untyped-call]

    def pauseProducing(self) -> None:
        if self._telling:
            self._paused = True
        else:
            super().pauseProducing()  # type: ignore[no-untyped-call]

    def resumeProducing(self) -> None:
        if self._telling and self._paused:
            self._paused = False
        else:
            super().resumeProducing()  # type: ignore[no-untyped-call]


@lru_cache(1024)
def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
