"""域名 The name in an address that somebody answers for, without port and without www."""

from reading.address import host_of
from reading.hidden import registrable


def host_name(url: str) -> str:
    """主机名 The host of a URL without its port, lower case; "" when it has none."""
    host = host_of(url)
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


def domain_of(url: str) -> str:
    """注册域名 What somebody registered of the URL's host; an address stays itself."""
    return registrable(host_name(url))


def bare_name(url: str) -> str:
    """去 www 的主机名 The host's name as people say it."""
    return host_name(url).removeprefix("www.")
