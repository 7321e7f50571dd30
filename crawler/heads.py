"""响应头上限 A head that never ends: Twisted gathers header lines without limit, a gigabyte in a few seconds."""

from scrapy.core.downloader.handlers import http11
from twisted.web._newclient import ParseError

_LONGEST_HEAD = 256 * 1024  # bytes of status line and headers, interim answers included


class BoundedParser(http11._LenientHTTPClientParser):
    """有限的响应头 Gives the answer up, as one that cannot be parsed, when its head is longer than the limit."""

    _weight = 0

    def lineReceived(self, line: bytes) -> None:
        self._weight += len(line)
        if self._weight > _LONGEST_HEAD:
            raise ParseError("the head of the answer is too long", line[:100])  # type: ignore[no-untyped-call]
        super().lineReceived(line)


def bound_heads() -> None:
    """限制响应头 For every connection of this process; calling it again changes nothing."""
    http11._LenientHTTPClientParser = BoundedParser  # type: ignore[misc]
