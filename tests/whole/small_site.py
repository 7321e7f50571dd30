"""A few pages served on loopback: the rest is answered as the test says."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    body: bytes
    status: int = 200
    kind: str | None = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    promised: int | None = None  # bytes it says that there are; None: as many as there are


@contextmanager
def small_site(
    pages: dict[str, Answer | str], missing: Callable[[str], Answer | str]
) -> Iterator[tuple[str, list[str]]]:
    """Serve `pages` by path, `missing(path)` for every other; yields the home page's address and what was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            asked.append(path)
            found = pages.get(path) or (Answer(b"", 404) if path == "/robots.txt" else missing(path))
            answer = found if isinstance(found, Answer) else Answer(found.encode())
            self.send_response(answer.status)
            if answer.kind:
                self.send_header("Content-Type", answer.kind)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(answer.promised or len(answer.body)))
            self.end_headers()
            self.close_connection = answer.promised is not None
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
