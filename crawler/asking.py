"""发问 A request put on a connection of the pool; what is the same for all requests to a host is worked out once.

For each request Scrapy escapes the address, Twisted takes it apart, puts it together again and makes an endpoint for it, and
both clean every header. Addresses as nearly all are need none of that; any other goes the usual way.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from scrapy.core.downloader.handlers import http11
from scrapy.http import Request
from twisted.internet.defer import Deferred
from twisted.web.client import URI
from twisted.web.http_headers import Headers, _nameEncoder

# of such an address nothing has to be escaped, and nothing is lost when it is taken apart
_PLAIN = re.compile(
    r"(https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[1-9][0-9]{0,3}|:[1-5][0-9]{4})?)"
    r"((?=/)(?:/[A-Za-z0-9._~%=&-]+)*/?(?:\?[A-Za-z0-9._~%/=&-]+)?)"
)
_MOST_PLACES = 500


class PlainRequest(Request):
    """请求 Scrapy's own, of which a plain address is taken as it is."""

    __slots__ = ()

    def _set_url(self, url: str) -> None:
        if _PLAIN.fullmatch(url):
            self._url = url
        else:
            super()._set_url(url)


class Place(NamedTuple):
    """去处 What requests to one host and port have in common."""

    key: tuple[Any, ...]
    endpoint: Any
    uri: URI
    host: bytes


class Asker(http11._BindAddressAgent):
    """发问者 Scrapy's own agent; `ask` sends the very bytes that its `request` would."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places: dict[str, Place] = {}

    def ask(
        self, method: bytes, url: str, headers: Mapping[bytes, list[bytes]], body: Any
    ) -> "Deferred[Any]":
        """发出 The head of the answer, or one of Twisted's errors."""
        plain = _PLAIN.fullmatch(url)
        if plain is None:
            asked: Deferred[Any] = self.request(method, url.encode("ascii"), Headers(headers), body)
            return asked
        origin, path = plain.groups()
        key, endpoint, uri, host = self._places.get(origin) or self._place(origin)
        told: Deferred[Any] = self._requestWithEndpoint(
            key, endpoint, method, uri, sent(headers, host), body, path.encode()
        )
        return told

    def _place(self, origin: str) -> Place:
        uri = URI.fromBytes(origin.encode())  # type: ignore[no-untyped-call]
        if len(self._places) >= _MOST_PLACES:
            self._places.clear()
        found = self._places[origin] = Place(
            (uri.scheme, uri.host, uri.port),
            _Unmade(self._endpointFactory.endpointForURI, uri),
            uri,
            self._computeHostValue(uri.scheme, uri.host, uri.port),  # type: ignore[no-untyped-call]
        )
        return found

    def _getEndpoint(self, uri: URI) -> "_Unmade":
        return _Unmade(self._endpointFactory.endpointForURI, uri)


class _Unmade:
    """An endpoint that is made when a connection is: of a hundred requests one may need it, and its name costs a lot to read."""

    def __init__(self, make: Any, uri: URI) -> None:
        self._make, self._uri = make, uri

    def connect(self, factory: Any) -> Any:
        return self._make(self._uri).connect(factory)


def sent(headers: Mapping[bytes, list[bytes]], host: bytes) -> Headers:
    """所发之头 As Twisted sends them, each on one line whatever it holds, the host last."""
    told = Headers()
    lines = told._rawHeaders
    for name, values in headers.items():
        lines[_nameEncoder.encode(name)] = [
            value if value.isascii() and value.decode().isprintable() else b" ".join(value.splitlines())
            for value in values
        ]
    if not told.hasHeader(b"Host"):
        lines[b"Host"] = [host]
    return told
