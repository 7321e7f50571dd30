"""源站 The generated portal as an origin for speed: served by nginx where that is installed, else by the generator's own server.

Either gives the same status, type, place and bytes at every address, and tells by its own log what was asked of it.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from bench.answer import HTML, NOT_FOUND, Answer
from bench.portal import Truth, build
from bench.serving import Log, served

_FLUSH_MS = 100
_STARTS = 20  # seconds
_CONFIG = """daemon off; worker_processes 1; pid {place}/nginx.pid; error_log {place}/error.log crit; {user}
worker_rlimit_nofile 8192; events {{ worker_connections 4096; }}
http {{
 types {{ text/html html; application/pdf pdf; image/jpeg jpg; text/plain txt; }} default_type text/html; charset off; gzip off;
 sendfile on; tcp_nopush on; keepalive_timeout 65; keepalive_requests 1000000; server_tokens off; absolute_redirect off;
 etag off; if_modified_since off; max_ranges 0; add_header Last-Modified ""; add_header LinkChecker welcome always;
 client_body_temp_path {place}/t1; proxy_temp_path {place}/t2; fastcgi_temp_path {place}/t3; uwsgi_temp_path {place}/t4; scgi_temp_path {place}/t5;
 log_format asked "$request_method $request_uri"; access_log {place}/access.log asked buffer=64k flush={flush}ms;
 map_hash_max_size 262144; map_hash_bucket_size 256;
 map $uri $moved {{ default ""; include {place}/moved.map; }}
 map $uri $gone {{ default ""; include {place}/gone.map; }}
 server {{
  listen 127.0.0.1:{port} backlog=4096; root {place}/www; index {index}; error_page 404 410 /{missing};
  location / {{ if ($moved) {{ return 301 $moved; }} if ($gone) {{ return 410; }} }}
  location = /{missing} {{ internal; }}
 }}
}}
"""
_INDEX, _MISSING = "_index", "_missing"


class Origin(NamedTuple):
    """源站 `server`: who answers; `truth`: what is dead; `answers`: by path."""

    home: str
    server: str
    truth: Truth
    answers: dict[str, Answer]
    log: "_Asked"

    def asked(self) -> "Asked":
        """所问 Since this was last asked: requests by method, and how many of the portal's pages were among them."""
        told = self.log.asked()
        pages = sum(1 for path in told.paths if self.is_page(path))
        return Asked(told.methods, pages)

    def requests(self) -> int:
        """请求数 Since `asked` was last asked."""
        return self.log.requests()

    def is_page(self, path: str) -> bool:
        """是否网页 One of the portal's HTML pages that are there."""
        found = self.answers.get(path)
        return (
            found is not None
            and found.status == 200
            and found.content_type == HTML
            and path not in self.truth.dead
        )


class Asked(NamedTuple):
    """所问"""

    methods: dict[str, int]
    pages: int

    @property
    def requests(self) -> int:
        return sum(self.methods.values())


class _Asked(Protocol):
    def asked(self) -> Log: ...
    def requests(self) -> int: ...


class _AccessLog:
    """访问日志 What nginx wrote since it was last read."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0

    def asked(self) -> Log:
        told = Log()
        for line in self._lines():
            method, _, path = line.partition(" ")
            told.note(method, path.partition("?")[0])
        self._read = self._path.stat().st_size
        return told

    def requests(self) -> int:
        return len(self._lines())

    def _lines(self) -> list[str]:
        time.sleep(_FLUSH_MS / 1000 * 3)
        with self._path.open("rb") as log:
            log.seek(self._read)
            return log.read().decode("latin-1").splitlines()


@contextmanager
def origin(pages: int, seed: int, program: str | None = None, *, own: bool = False) -> Iterator[Origin]:
    """起源站 For as long as the block runs. `program`: nginx by another name; `own`: the generator's server in any case."""
    portal = build(pages, seed, alike=True)
    nginx = None if own else shutil.which(program or "nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None:
        with served(pages, seed, alike=True) as server:
            yield Origin(server.home, "generator", portal.truth, portal.answers, server)
        return
    with tempfile.TemporaryDirectory(prefix="duwang-origin-") as folder:
        place, port = Path(folder), _free_port()
        _write(place, portal.answers, port)
        words = [nginx, "-p", folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
            try:
                _await(port, process, place)
                yield Origin(
                    f"http://127.0.0.1:{port}/",
                    f"nginx {_version(nginx)}",
                    portal.truth,
                    portal.answers,
                    _AccessLog(place / "access.log"),
                )
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()


def _write(place: Path, answers: dict[str, Answer], port: int) -> None:
    """Every answer as a file; what is no 200 stands in a map."""
    root = place / "www"
    root.mkdir()
    (root / _MISSING).write_bytes(NOT_FOUND.body)
    folders = {root}
    for path, answer in answers.items():
        if answer.status == 200:
            file = root / (path.lstrip("/") + (_INDEX if path.endswith("/") else ""))
            if file.parent not in folders:
                file.parent.mkdir(parents=True, exist_ok=True)
                folders.add(file.parent)
            file.write_bytes(answer.body)
    (place / "moved.map").write_text(
        "".join(f"{path} {answer.location};\n" for path, answer in answers.items() if answer.location)
    )
    (place / "gone.map").write_text(
        "".join(f"{path} 1;\n" for path, answer in answers.items() if answer.status == 410)
    )
    root_user = (
        hasattr(os, "geteuid") and os.geteuid() == 0
    )  # its workers would be nobody, who may not read the folder
    (place / "nginx.conf").write_text(
        _CONFIG.format(place=place, port=port, flush=_FLUSH_MS, index=_INDEX, missing=_MISSING,
                       user="user root;" if root_user else "")
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _await(port: int, process: "subprocess.Popen[bytes]", place: Path) -> None:
    until = time.monotonic() + _STARTS
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start: {(place / 'error.log').read_text('utf-8', 'replace')[-300:]}")


def _version(nginx: str) -> str:
    told = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False).stderr
    return told.strip().rpartition("/")[2] or "?"
