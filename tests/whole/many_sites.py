"""Small sites on addresses of loopback, each a host of its own, all as slow as the test says at the moment."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sites:
    """`homes` by number; `seconds` every answer takes; `asked` what each host was asked for, in order."""

    def __init__(self) -> None:
        self.homes: list[str] = []
        self.seconds = 0.0
        self.asked: dict[str, list[str]] = {}


@contextmanager
def many_sites(count: int, pages: int = 24, first: int = 2) -> Iterator[Sites]:
    """Sites on 127.0.0.`first` and on, of so many pages each."""
    sites = Sites()
    with ExitStack() as stack:
        for number in range(count):
            sites.homes.append(stack.enter_context(_served(f"127.0.0.{first + number}", pages, sites)))
        yield sites


@contextmanager
def _served(host: str, pages: int, sites: Sites) -> Iterator[str]:
    links = "".join(
        f'<li><a href="/a/{one}.html">关于第{one}件事项的通知</a><span>2026-11-0{one % 9 + 1}</span></li>'
        for one in range(pages)
    )
    page = f"<html><head><title>通知公告</title></head><body><a href='/'>首页</a><ul>{links}</ul></body></html>".encode()
    asked = sites.asked.setdefault(host, [])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            there = self.path == "/" or self.path.startswith("/a/")
            time.sleep(sites.seconds)
            body = page if there else b""
            self.send_response(200 if there else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # its visitor was killed
                self.close_connection = True

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
