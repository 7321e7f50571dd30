"""A chat robot's end of a webhook on loopback: it takes, refuses, dawdles, hangs up or sends elsewhere, as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Robot(ThreadingHTTPServer):
    """`answers` one after the other, the last one again and again: (status, body, headers), or the name of a trick."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked: list[Asked] = []
        self.answers: list[tuple[int, bytes, dict[str, str]] | str] = [ok()]
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/cgi-bin/webhook/send?key=SECRET-KEY"


def ok(errcode: int = 0) -> tuple[int, bytes, dict[str, str]]:
    said = {"errcode": errcode, "errmsg": "ok" if not errcode else "key SECRET-KEY is not welcome"}
    return 200, json.dumps(said).encode(), {"Content-Type": "application/json"}


class _Answering(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.asked.append(Asked(self.path, dict(self.headers), body))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer == "hang up":
            self.connection.close()
        elif answer == "dawdle":
            self.server.over.wait(10)
        elif isinstance(answer, tuple):
            status, content, headers = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def do_GET(self) -> None:  # what a followed redirect would do
        self.server.asked.append(Asked(self.path, dict(self.headers), b"GET"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def robot() -> Iterator[Robot]:
    server = Robot()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
