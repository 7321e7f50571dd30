"""域名解析 Name resolving for both IP families that drops every address the crawl's guard refuses.

The resolver belongs to the whole process, the guard to one crawl: the download handler names the guard in
`asking` just before it connects. Without one, private addresses are refused.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.guard import Guard


class Asking:
    """一次连接 The guard of one connection, whether it was asked at all, and whether it turned an address away."""

    __slots__ = ("consulted", "guard", "refused")

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.consulted = False
        self.refused = False


asking: ContextVar[Asking | None] = ContextVar("asking", default=None)


class GuardedResolver(CachingHostnameResolver):
    """有门卫的解析器 IP literals in any notation pass through here too, since the system resolves them as well."""

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        watched: Any = _Watched(resolutionReceiver, portNumber, asking.get() or Asking(Guard()))
        return super().resolveHostName(watched, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Watched:
    def __init__(self, receiver: Any, port: int, asked: Asking) -> None:
        self._receiver = receiver
        self._port = port
        self._asked = asked
        asked.consulted = True

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if self._asked.guard.refuses(address.host, self._port):
            self._asked.refused = True
        else:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


def install_resolver(reactor: Any) -> None:
    """装上解析器 Put the guarded resolver on a reactor, once; for crawls that share a running loop."""
    if not getattr(reactor, "duwang_guarded", False):
        GuardedResolver(reactor, 10_000).install_on_reactor()
        reactor.duwang_guarded = True
