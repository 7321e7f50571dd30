"""响应头上限 A head that never ends: Twisted gathers header lines without limit, a gigabyte in a few seconds."""

from typing import Any

from twisted.web import _newclient

_LONGEST_HEAD = 256 * 1024  # bytes of status line and headers, interim answers included


class BoundedParser(_newclient.HTTPClientParser):
    """有限的响应头 Gives the answer up, as one that cannot be parsed, when its head is longer than the limit."""

    _weight = 0

    def lineReceived(self, line: bytes) -> Any:
        self._weight += len(line)
        if self._weight > _LONGEST_HEAD:
            raise _newclient.ParseError("the head of the answer is too long", line[:100])  # type: ignore[no-untyped-call]
        return super().lineReceived(line)  # type: ignore[no-untyped-call]


def bound_heads() -> None:
    """限制响应头 For every connection of this process; calling it again changes nothing."""
    _newclient.HTTPClientParser = BoundedParser  # type: ignore[misc]
