"""Loopback origins that misbehave in every way, and a crawl of them in a process of its own."""

import gzip
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

RUNNER = Path(__file__).parent / "crawl_runner.py"
ROOT = Path(__file__).parents[2]


@dataclass
class Seen:
    """One request as the origin saw it."""

    method: str
    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Origin:
    """A loopback server. `pages` maps paths to text, bytes or a function of the handler."""

    pages: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"
    address: str = "127.0.0.1"

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}{path}"

    def paths(self, method: str | None = None) -> list[str]:
        return [one.path for one in self.seen if one.path != "/robots.txt" and method in (None, one.method)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body leave in two pieces: the second would wait 40 ms
    origin: Origin

    def handle_one_request(self) -> None:
        with suppress(OSError):
            super().handle_one_request()

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.posted = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.origin.seen.append(Seen(self.command, self.path, headers, time.monotonic()))
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        page = self.origin.pages.get(parts.path)
        if page is None:
            first = "/" + parts.path.split("/")[1] + "/"
            page = self.origin.pages.get(first) or BEHAVIOURS.get(first) or BEHAVIOURS.get(parts.path)
        if callable(page):
            page(self)
        elif page is None:
            self.answer(404, b"no such page")
        else:
            body = page.encode() if isinstance(page, str) else page
            self.answer(200, body, Content_Type="text/html; charset=utf-8")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = serve


def _reset(handler: Handler) -> None:
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def _cut(handler: Handler, promised: int, after: Callable[[Handler], None] | None = None) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(promised))
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True
    if after:
        time.sleep(0.05)
        after(handler)


def _chunks(handler: Handler, size: int) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    block = b"x" * 65536
    with suppress(OSError):
        for _ in range(size // len(block)):
            handler.wfile.write(b"%x\r\n" % len(block) + block + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")


def _hang(handler: Handler) -> None:
    time.sleep(8)
    handler.close_connection = True


def _cookie_wall(handler: Handler) -> None:
    """Sends a visitor back to the same address until the cookie comes with it."""
    if "pass=yes" in handler.headers.get("Cookie", ""):
        handler.answer(200, b"behind the wall")
    else:
        handler.answer(302, Location=handler.path, Set_Cookie="pass=yes; Path=/; Domain=127.0.0.1")


def _head_refused(handler: Handler) -> None:
    if handler.command == "HEAD":
        handler.answer(405)
    else:
        handler.answer(200, b"but GET is served")


def _raw(text: bytes) -> Callable[[Handler], None]:
    def send(handler: Handler) -> None:
        handler.wfile.write(text)
        handler.close_connection = True

    return send


BEHAVIOURS: dict[str, Callable[[Handler], None]] = {
    "/status/": lambda h: h.answer(int(h.path.split("/")[2].partition("?")[0]), b"answer " + h.path.encode()),
    "/empty/": lambda h: h.answer(int(h.path.split("/")[2])),
    "/ok/": lambda h: h.answer(200, b"fine " + h.path.encode(), Content_Type="text/html"),
    "/slow/": lambda h: (time.sleep(float(h.path.split("/")[2])), h.answer(200, b"slow " + h.path.encode())),
    "/hang": _hang,
    "/reset": _reset,
    "/cut": lambda h: _cut(h, 4000),
    "/reset-midway": lambda h: _cut(h, 4000, _reset),
    "/big": lambda h: h.answer(200, b"x" * 400_000),
    "/big-chunks": lambda h: _chunks(h, 3_000_000),
    "/gzip": lambda h: h.answer(200, gzip.compress("压缩的正文".encode()), Content_Encoding="gzip"),
    "/bomb": lambda h: h.answer(200, gzip.compress(b"\0" * 60_000_000), Content_Encoding="gzip"),
    "/badly-packed": lambda h: h.answer(200, b"this is no gzip at all", Content_Encoding="gzip"),
    "/huge-header": lambda h: h.answer(200, b"ok", X_Huge="y" * 300_000),
    "/long-header": lambda h: h.answer(200, b"ok", X_Long="y" * 9000, Set_Cookie="JSESSIONID=secret; Path=/"),
    "/many-headers": lambda h: h.answer(200, b"ok", **{f"X_{n}": "v" for n in range(80)}, ETag='"e"'),
    "/interim": _raw(b"HTTP/1.1 100 Continue\r\nX-A: b\r\n"),
    "/interim-long": _raw(b"HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n" * 8000),
    "/garbage": _raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n"),
    "/loop": lambda h: h.answer(302, Location="/loop"),
    "/to": lambda h: h.answer(int(h.query.get("s", 302)), Location=h.query["u"]),
    "/to-mail": lambda h: h.answer(302, Location="mailto:someone@example.org"),
    "/cookie-wall": _cookie_wall,
    "/no-head": _head_refused,
    "/post": lambda h: h.answer(200, b"posted " + h.posted + h.headers.get("Content-Type", "").encode()),
}


def _serve(origin: Origin, context: ssl.SSLContext | None) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer((origin.address, 0), type("OneHandler", (Handler,), {"origin": origin}))
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        origin.scheme = "https"
    origin.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@pytest.fixture
def origin_of() -> Iterator[Callable[..., Origin]]:
    """Start origins: `origin_of({path: page}, context)`; `robots` is text of their robots.txt.

    `address`: another one of loopback, for a host that is not the site's.
    """
    servers = []

    def start(
        pages: dict[str, Any] | None = None,
        *,
        context: ssl.SSLContext | None = None,
        robots: Any = "",
        address: str = "127.0.0.1",
    ) -> Origin:
        origin = Origin({"/robots.txt": robots, **(pages or {})}, address=address)
        servers.append(_serve(origin, context))
        return origin

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its key that nobody vouches for, expired as well."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "elsewhere.example")])
    then = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(then)
        .not_valid_after(then + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


@dataclass
class Crawled:
    """What came of a crawl."""

    report: dict[str, Any]
    snapshots: list[dict[str, Any]]
    fault: dict[str, Any] | None
    followed: list[str]
    progress: list[dict[str, Any]]
    seconds: float
    stderr: str
    turns: list[tuple[float, str, float]] = field(default_factory=list)  # when, which host, what was answered

    def of(self, url: str) -> dict[str, Any]:
        found = [one for one in self.snapshots if one["url"] == url]
        assert len(found) == 1, (url, [one["url"] for one in self.snapshots])
        return found[0]

    def outcome(self, url: str) -> tuple[str, str | None]:
        one = self.of(url)
        return one["outcome"], one["cause"]

    def left(self) -> dict[tuple[int, str], int]:
        return {(one["rank"], one["reason"]): one["count"] for one in self.report["left"]}


def lead(url: str, rank: int = 5, purpose: str = "article", **more: Any) -> dict[str, Any]:
    return {"url": url, "rank": rank, "purpose": purpose, **more}


def task_of(seeds: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    task = {
        name: more.pop(name)
        for name in (
            "exempt",
            "confirm",
            "known",
            "bodies",
            "sink_fails_at",
            "turns",
            "back_off",
            "reads_in_threads",
        )
        if name in more
    }
    plan = {
        "run_id": "r1",
        "hosts": more.pop("hosts", ["127.0.0.1"]),
        "seeds": seeds,
        "limits": {"timeout_seconds": 2, "confirm_seconds": 1, **more.pop("limits", {})},
        "pace": {"delay": 0, "autothrottle": False, "concurrency": 2, **more.pop("pace", {})},
        "user_agent": "duwang/0.1 (+https://example.org/contact)",
        "allow_private": "exempt" not in task,
        "browser": "no",
        **more,
    }
    return {"plan": plan, **task}


class Nest:
    """The process that crawls are forked from, and the crawl that is under way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, str(RUNNER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdin and self._process.stdout
        self._orders, self._news = self._process.stdin, self._process.stdout
        self.pid = 0

    def start(self, task: dict[str, Any], env: dict[str, str] | None = None) -> int:
        order = {"task": task, "env": env or {}, "folder": str(self._folder)}
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()
        self.pid = int(self._news.readline())
        return self.pid

    def end(self) -> Crawled:
        code = self._news.readline().strip()
        err = (self._folder / "err").read_text()
        assert code == "0", (code, err)
        return Crawled(**json.loads((self._folder / "out").read_text()), stderr=err)

    def close(self) -> None:
        self._orders.close()
        self._process.wait(30)


@pytest.fixture(scope="session")
def nest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nest]:
    nest = Nest(tmp_path_factory.mktemp("crawls"))
    yield nest
    nest.close()


@pytest.fixture
def crawl_of(nest: Nest) -> Callable[..., Crawled]:
    """Crawl to the end: `crawl_of([lead(url)], limits={…})`."""

    def crawl(seeds: list[dict[str, Any]], env: dict[str, str] | None = None, **more: Any) -> Crawled:
        nest.start(task_of(seeds, **more), env)
        return nest.end()

    return crawl


@pytest.fixture
def tools() -> Any:
    """The functions above, for tests that need them singly."""
    return sys.modules[__name__]
