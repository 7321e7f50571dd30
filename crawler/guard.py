"""内网防护 The private-address guard: which addresses a crawl may connect to.

A page of a stranger must not be able to send us to our own machine or network. Names are never judged,
only the address a connection is really made to, so a name that changes its address between two look-ups
gains nothing. Fact: address blocks of the IANA special-purpose registries, as the standard library holds them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddress(Exception):
    """内网地址 The host resolves to private, loopback, link-local, reserved or shared addresses only."""


@dataclass(frozen=True)
class Guard:
    """门卫 One crawl's answer to "may we connect there?". `exempt` holds single `ip:port` pairs."""

    allow_private: bool = False
    exempt: frozenset[str] = frozenset()

    def refuses(self, ip: str, port: int) -> bool:
        """是否拒绝 True when a connection to this address must not be made; what is no address is refused."""
        if self.allow_private or f"{ip}:{port}" in self.exempt:
            return False
        try:
            address = ip_address(ip.partition("%")[0])
        except ValueError:
            return True
        return any(not one.is_global or one.is_multicast or one.is_reserved for one in _meant(address))


def _meant(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The address itself, or the IPv4 address that an IPv6 form carries to the same machine."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            yield inner
            return
    yield address
