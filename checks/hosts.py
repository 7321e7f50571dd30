"""主机名 What the checks of hosts share: which host a site stands on, and what was asked about it."""

import ipaddress
from urllib.parse import urlsplit

from model import HostFacts, Observation

_LOCAL = ("localhost", ".localhost", ".local", ".internal")


def name_of(url: str) -> str:
    """主机名 The host of an address without its port, lower case; "" when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def home_url(observation: Observation) -> str:
    """首页网址 Where the home page really stands, redirects followed; else where it was asked for."""
    home = observation.home
    return home.final_url if home is not None and home.outcome.observed else observation.site.home


def address_of(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """地址 The IP address that a host name is, or None when it is a name."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def is_private(name: str) -> bool:
    """是否内网 Whether a host is this machine or stands in a network of one's own, where nothing public is judged."""
    address = address_of(name)
    if address is not None:
        return not address.is_global
    return "." not in name or name in _LOCAL or name.endswith(_LOCAL[1:])


def facts_of(observation: Observation) -> HostFacts | None:
    """主机情况 What was asked about the host of the home page; None when nobody asked."""
    name = name_of(home_url(observation))
    return next((one for one in observation.hosts if name_of(f"//{one.host}") == name), None)
