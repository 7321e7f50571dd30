"""域名 Python programs with this folder on PYTHONPATH know the names of the simulated country, and no others.

A name of the country is 127.0.0.1, addresses stay themselves, `localhost` too; every other name does not exist. So
nothing that is written on a page of the country can lead off the machine.
"""

import os
import socket
from ipaddress import ip_address
from typing import Any

ENDING = ".example"  # reserved for such use: RFC 2606
_asked = socket.getaddrinfo


def _answer(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name == "localhost" or _is_address(name):
        return _asked(host, port, *rest, **more)
    if name.lower().rstrip(".").endswith(ENDING) and _family(rest, more) != socket.AF_INET6:
        return _asked("127.0.0.1", port, *rest, **more)
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _family(rest: tuple[Any, ...], more: dict[str, Any]) -> Any:
    return rest[0] if rest else more.get("family", 0)


def _is_address(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


if os.environ.get("DUWANG_COUNTRY"):
    socket.getaddrinfo = _answer
