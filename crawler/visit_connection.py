"""访问连接 One GET over one connection, timed step by step, that no server can make outlast its deadline.

Names are resolved once, every address the guard refuses is dropped, and the address that was judged is the one
connected to. IPv6 is tried first and IPv4 a moment later, as browsers do; whichever answers first is used.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse, UnknownProtocol
from io import BufferedReader, RawIOBase
from threading import Thread
from time import monotonic
from typing import Any, Literal
from urllib.parse import urlsplit

from cryptography import x509

from crawler.certificates import as_browser, believing
from crawler.guard import Guard
from crawler.outcome import of_status
from crawler.visit_race import NoWay, has_route, race
from model import FetchOutcome, Timings

MOST_BYTES = 2 * 1024 * 1024  # of a page: what is longer counts as having come
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024

Resolve = Callable[[str, int], list[str]]  # name, port → addresses, best first; raises OSError


@dataclass
class Hop:
    """一跳 What one GET came to; filled as it goes, so that a failure tells how far it came. Times in seconds.

    `whole` False: it answered, and what it sent did not come to its end. `others`: addresses of the other family.
    """

    url: str
    outcome: FetchOutcome = FetchOutcome.UNREACHABLE
    cause: str | None = "failed"
    status: int | None = None
    headers: Message = field(default_factory=Message)
    size: int | None = None
    whole: bool = False
    body: bytes = b""  # as far as it was to be kept, as it came
    steps: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    ip: str | None = None
    others: tuple[str, ...] = ()
    certificate_days: int | None = None
    handshake: BaseException | None = None  # why no encrypted connection came about

    @property
    def timings(self) -> Timings:
        return Timings(**{name: round(took * 1000) for name, took in self.steps.items()})

    @property
    def family(self) -> Literal[4, 6] | None:
        return family_of(self.ip) if self.ip else None


def ask(
    url: str,
    headers: Mapping[str, str],
    *,
    guard: Guard,
    seconds: float,
    verify: bool = True,
    most: int = MOST_BYTES,
    keep: int = 0,
    resolve: Resolve | None = None,
) -> Hop:
    """访问一次 GET `url` within `seconds`; follows nothing. `verify` False: any certificate will do.

    At most `most` bytes of a body are taken and the first `keep` of them kept. Whatever a server does, nothing raises.
    """
    hop = Hop(url)
    began = monotonic()
    try:
        with _connected(hop, guard, _Clock(began, seconds), verify, resolve or resolved) as wire:
            _exchange(hop, wire, headers, most, keep)
    except TimeoutError:
        hop.outcome, hop.cause = FetchOutcome.UNREACHABLE, "timeout"
    except NoWay as error:
        private = error.cause == "private_address"
        hop.outcome = FetchOutcome.SKIPPED_PRIVATE if private else FetchOutcome.UNREACHABLE
        hop.cause = error.cause
    except ssl.SSLError as error:
        hop.outcome, hop.cause, hop.handshake = FetchOutcome.TLS, "tls", error
    except ConnectionError:
        # One who hangs up on a handshake may be a wall that knows browsers by it: that is not being down.
        broken_off = (FetchOutcome.TLS, "tls") if hop.handshake else (FetchOutcome.UNREACHABLE, "reset")
        hop.outcome, hop.cause = broken_off
    except HTTPException:
        hop.outcome, hop.cause = FetchOutcome.UNREACHABLE, "protocol"
    except ValueError:
        if (
            hop.steps
        ):  # a host was found there: whatever it is that we cannot do, it is no fault of the address
            raise
        hop.outcome, hop.cause = FetchOutcome.UNREACHABLE, "bad_url"
    except OSError:
        hop.outcome, hop.cause = FetchOutcome.UNREACHABLE, "network"
    hop.seconds = monotonic() - began
    return hop


def opens(url: str, addresses: Sequence[str], seconds: float) -> bool | None:
    """能否接通 Whether one of these addresses takes a connection for `url`, encrypted where it has to be.

    Asks for no page and judges no certificate. None: this machine has no route to any of them.
    """
    name, port, secure = _place(url)
    if not any(has_route(one, port) for one in addresses):
        return None
    clock = _Clock(monotonic(), seconds)
    try:
        with race(addresses, port, clock.until)[0] as plain:
            if secure:
                plain.settimeout(clock.left)
                believing().wrap_socket(plain, server_hostname=name).close()
    except (OSError, NoWay, ValueError):
        return False
    return True


@contextmanager
def _connected(hop: Hop, guard: Guard, clock: "_Clock", verify: bool, resolve: Resolve) -> "Iterator[_Wire]":
    name, port, secure = _place(hop.url)
    found = _addresses(hop, name, port, clock, resolve)
    allowed = [one for one in found if not guard.refuses(one, port)]
    if found and not allowed:
        raise NoWay("private_address")
    began = clock.now
    plain, hop.ip = race(allowed, port, clock.until)
    hop.others = tuple(one for one in allowed if family_of(one) != hop.family)
    hop.steps["tcp"] = clock.now - began
    with plain:
        if not secure:
            yield _Wire(plain, clock)
            return
        began = clock.now
        with _encrypted(hop, plain, name, clock, verify) as covered:
            hop.steps["tls"] = clock.now - began
            hop.certificate_days = _days_left(covered)
            yield _Wire(covered, clock)


def _place(url: str) -> tuple[str, int, bool]:
    """Host name, port, and whether the connection must be encrypted. Raises ValueError."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    return parts.hostname or "", parts.port or (443 if secure else 80), secure


def _addresses(hop: Hop, name: str, port: int, clock: "_Clock", resolve: Resolve) -> list[str]:
    """In a thread, since a look-up cannot be broken off; one that comes too late is forgotten."""
    answer: Future[list[str]] = Future()

    def work() -> None:
        try:
            answer.set_result(resolve(name, port))
        except Exception as error:
            answer.set_exception(error)

    began = clock.now
    Thread(target=work, daemon=True).start()
    try:
        found = answer.result(clock.left)
    except (OSError, UnicodeError):
        raise NoWay("dns") from None
    if not _is_address(name):
        hop.steps["dns"] = clock.now - began
    return found


def resolved(name: str, port: int) -> list[str]:
    """解析 Addresses of a name in the order the system prefers them. Raises OSError."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def family_of(ip: str) -> Literal[4, 6]:
    return 6 if ":" in ip else 4


def _encrypted(hop: Hop, plain: socket.socket, name: str, clock: "_Clock", verify: bool) -> ssl.SSLSocket:
    context = as_browser() if verify else believing()
    plain.settimeout(clock.left)
    try:
        return context.wrap_socket(plain, server_hostname=name)
    except TimeoutError:
        raise
    except OSError as error:  # a server may also just hang up on a protocol it does not want
        hop.handshake = error
        raise


def _days_left(connection: ssl.SSLSocket) -> int | None:
    try:
        shown = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
        return (shown.not_valid_after_utc - datetime.now(UTC)).days
    except ValueError:
        return None


def _exchange(hop: Hop, wire: "_Wire", headers: Mapping[str, str], most: int, keep: int) -> None:
    parts = urlsplit(hop.url)
    asking = HTTPConnection(parts.netloc.rpartition("@")[2])
    asking.sock = wire  # connected already, to the address that was judged
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asking.putrequest("GET", target, skip_accept_encoding=True)
    for header, value in headers.items():
        asking.putheader(header, value)
    sent = monotonic()
    asking.endheaders()
    response = HTTPResponse(wire, method="GET")  # type: ignore[arg-type]
    try:
        _receive(hop, response, most, keep)
    except (HTTPException, OSError) as error:
        if isinstance(error, UnknownProtocol):
            hop.status = None
        if hop.status is None:
            raise
        hop.cause = _why_not_whole(hop, error)
    finally:
        if wire.first is not None:
            hop.steps["first_byte"] = wire.first - sent
            hop.steps["complete"] = monotonic() - wire.first
        response.close()
    if hop.status is None:
        return
    outcome, cause = of_status(hop.status, hop.size or 0)
    if outcome is FetchOutcome.OK and not hop.whole:
        hop.outcome = FetchOutcome.INCOMPLETE
    else:
        hop.outcome, hop.cause = outcome, cause


def _why_not_whole(hop: Hop, error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "slow"
    return "headers_too_large" if hop.size is None and isinstance(error, HTTPException) else "cut_short"


def _receive(hop: Hop, response: HTTPResponse, most: int, keep: int) -> None:
    while True:
        try:
            response.begin()
        finally:  # heads that are too many or too long leave the status behind
            if isinstance(response.status, int) and not _interim(response.status):
                hop.status = response.status
        if not _interim(response.status):
            break
        response.headers = None  # type: ignore[assignment]  # the real answer follows
    hop.headers, hop.size = response.headers, 0
    if hop.status in REDIRECTS:  # a browser goes on as soon as it knows where to
        hop.whole, hop.cause = True, None
        return
    while hop.size < most:
        piece = response.read1(min(_CHUNK, most - hop.size))
        hop.size += len(piece)
        if len(hop.body) < keep:
            hop.body += piece[: keep - len(hop.body)]
        if not piece:
            hop.whole = not response.length  # what is left of what it promised; None: it promised nothing
            hop.cause = None if hop.whole else "cut_short"
            return
    hop.whole, hop.cause = True, None


def _interim(status: int) -> bool:
    return 100 <= status < 200 and status != 101


class _Clock:
    """期限 Time left until the deadline, in seconds."""

    def __init__(self, began: float, seconds: float) -> None:
        self.until = began + seconds

    @property
    def now(self) -> float:
        return monotonic()

    @property
    def left(self) -> float:
        left = self.until - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Wire:
    """线路 A connection as http.client wants one, whose every single read ends with the deadline."""

    def __init__(self, connection: socket.socket, clock: _Clock) -> None:
        self._connection, self._clock = connection, clock
        self.first: float | None = None  # when the first byte came

    def sendall(self, content: bytes) -> None:
        self._connection.settimeout(self._clock.left)
        self._connection.sendall(content)

    def makefile(self, *_: Any) -> BufferedReader:
        return BufferedReader(_Reader(self))

    def receive(self, into: Any) -> int:
        self._connection.settimeout(self._clock.left)
        count = self._connection.recv_into(into)
        if count and self.first is None:
            self.first = monotonic()
        return count

    def close(self) -> None:
        self._connection.close()


class _Reader(RawIOBase):
    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        return self._wire.receive(into)


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()
