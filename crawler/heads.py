"""响应头 Heads that never end, given up in time; heads that are merely odd, read as browsers read them.

Twisted gathers header lines without limit, a gigabyte in a few seconds, and gives up on lengths and encodings that
every browser shrugs at.
"""

from typing import Any

from scrapy.core.downloader.handlers import http11
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, ParseError

_LONGEST_HEAD = (
    256 * 1024
)  # bytes of status line and headers, interim answers included; Chromium stops there too


class HeadTooLong(ParseError):
    """响应头过长 The server answered, and its head is longer than the limit. `status`: what it answered, if that was told."""

    def __init__(self, status: int | None, line: bytes) -> None:
        super().__init__("the head of the answer is too long", line)  # type: ignore[no-untyped-call]
        self.status = status


class HeadUnfinished(Exception):
    """响应头未完 The connection ended, or was given up, in the middle of the head."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class BoundedParser(http11._LenientHTTPClientParser):
    """有限的响应头 Raises HeadTooLong; takes a length that is no number for none. Two that differ are no answer, as for browsers."""

    MAX_LENGTH = _LONGEST_HEAD
    _weight = 0

    def lineReceived(self, line: bytes) -> None:
        self._weight += len(line)
        if self._weight > _LONGEST_HEAD:
            raise HeadTooLong(self._status(), line[:100])
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        raise HeadTooLong(self._status(), line[:100])

    def allHeadersReceived(self) -> None:
        said = b",".join(self.connHeaders.getRawHeaders(b"content-length") or []).split(b",")
        if not all(one.strip().isdigit() for one in said):
            self.connHeaders.removeHeader(b"content-length")
        packed = self.connHeaders.getRawHeaders(b"transfer-encoding") or []
        if packed and packed[0].strip().lower() == b"identity":
            self.connHeaders.removeHeader(b"transfer-encoding")
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Any = None) -> None:
        status = self._status()
        began = self.state == HEADER and status is not None and reason is not None
        if began and not isinstance(reason.value, HeadTooLong):
            unfinished = HeadUnfinished(status or 0)
            unfinished.__cause__ = reason.value
            reason = Failure(unfinished)  # type: ignore[no-untyped-call]
        super().connectionLost(reason)

    def _status(self) -> int | None:
        status: int | None = getattr(getattr(self, "response", None), "code", None)
        return None if status is not None and status < 200 else status  # an interim answer is none
