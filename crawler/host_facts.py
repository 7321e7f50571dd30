"""主机情况 What is asked about a host beside its pages: its addresses by DNS, and one look at its certificate.

One thread a host, beside the crawl and within a time box: nothing here can fail a crawl, and a crawl that lasts
longer than the box never waits for it. What could not be asked is None, never "there is none".
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from time import monotonic
from urllib.parse import urlsplit

from crawler.certificates import look
from crawler.guard import Guard
from model import CrawlPlan, HostFacts, TlsFacts

BOX = 10.0  # seconds for all that is asked about one host
_MOST = 200  # hosts: a page may link to any number whose certificates are out of order
_HTTPS = 443
_NAT64 = IPv6Network("64:ff9b::/96")
# A resolver may leave IPv6 addresses out for all names. Fact: a root server's name has had one since 2008.
_HAS_IPV6 = "a.root-servers.net"
_NO_SUCH_RECORD = {getattr(socket, name) for name in ("EAI_NODATA", "EAI_NONAME") if hasattr(socket, name)}

Resolve = Callable[[str, int], list[str]]  # name, family → addresses; raises OSError


class HostQuestions:
    """主机询问 `ask` up to 200 hosts, each is asked once; `answers` waits no longer than the time box."""

    def __init__(self, plan: CrawlPlan, guard: Guard, resolve: Resolve | None = None) -> None:
        self._guard = guard
        self._resolve = resolve or _resolved
        self._secure = {_netloc(lead.url) for lead in plan.seeds if lead.url.lower().startswith("https:")}
        self._asked: dict[str, Future[HostFacts]] = {}
        self._ports: dict[str, int] = {}
        self._until = 0.0

    def ask(self, host: str, *, secure: bool = False) -> None:
        """询问 Ask about `host` (with its port, if any) in a thread. `secure`: its own port is one for https.

        A host that was asked at another port, before that was known, is asked once more.
        """
        host = host.lower()
        name, port = _parts(host)
        if name is None or (len(self._asked) >= _MOST and host not in self._asked):
            return
        at = port if port and (secure or host in self._secure) else _HTTPS
        if host in self._ports and self._ports[host] in (at, port):
            return
        self._ports[host] = at
        future: Future[HostFacts] = Future()
        self._asked[host] = future
        until = monotonic() + BOX
        self._until = max(self._until, until)
        threading.Thread(target=self._work, args=(future, host, name, at, until), daemon=True).start()

    async def answers(self, *, wait: bool) -> tuple[HostFacts, ...]:
        """答复 What came back, in the order of asking; a host whose time ran out is left out."""
        left = self._until - monotonic()
        if wait and left > 0 and (waiting := [one for one in self._asked.values() if not one.done()]):
            _, late = await asyncio.wait([asyncio.wrap_future(one) for one in waiting], timeout=left)
            for one in late:
                one.cancel()
        return tuple(one.result() for one in self._asked.values() if one.done() and not one.cancelled())

    def _work(self, future: "Future[HostFacts]", host: str, name: str, port: int, until: float) -> None:
        asked_at = datetime.now(UTC)
        try:
            facts = self._facts(host, name, port, until, asked_at)
        except Exception:  # whatever a stranger's certificate may do to us, the crawl goes on
            facts = HostFacts(host=host, asked_at=asked_at)
        if future.set_running_or_notify_cancel():
            future.set_result(facts)

    def _facts(self, host: str, name: str, port: int, until: float, asked_at: datetime) -> HostFacts:
        ipv4: tuple[str, ...] | None
        ipv6: tuple[str, ...] | None
        if _is_address(name):
            ipv4, ipv6 = ((name,), None) if ":" not in name else (None, (name,))
        else:
            ipv4 = self._addresses(name, socket.AF_INET)
            ipv6 = self._ipv6(name, ipv4)
        return HostFacts(
            host=host,
            asked_at=asked_at,
            ipv4=ipv4,
            ipv6=ipv6,
            tls=self._tls(name, port, (*(ipv4 or ()), *(ipv6 or ())), until),
        )

    def _ipv6(self, name: str, ipv4: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """No AAAA record is believed only of a name that exists, and of a resolver that tells of such records."""
        found = self._addresses(name, socket.AF_INET6)
        if found != ():
            return found
        return () if ipv4 and self._addresses(_HAS_IPV6, socket.AF_INET6) else None

    def _addresses(self, name: str, family: int) -> tuple[str, ...] | None:
        try:
            found = self._resolve(name, family)
        except socket.gaierror as error:
            return () if error.errno in _NO_SUCH_RECORD else None
        except (OSError, UnicodeError):
            return None
        # an IPv4 address in IPv6 form (NAT64, mapped) is made up on the way, no record of the site
        return tuple(dict.fromkeys(one for one in found if not _made_up(one)))

    def _tls(self, name: str, port: int, addresses: tuple[str, ...], until: float) -> TlsFacts | None:
        allowed = [one for one in addresses if not self._guard.refuses(one, port)]
        left = until - monotonic()
        return look(name, allowed[0], port, until) if allowed and left > 0 else None


def _resolved(name: str, family: int) -> list[str]:
    return [str(one[4][0]) for one in socket.getaddrinfo(name, None, family, socket.SOCK_STREAM)]


def _made_up(address: str) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    return isinstance(found, IPv6Address) and (found.ipv4_mapped is not None or found in _NAT64)


def _netloc(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _parts(host: str) -> tuple[str | None, int | None]:
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname, parts.port
    except ValueError:
        return None, None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
