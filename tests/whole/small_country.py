"""Small sites on addresses 127.0.0.2 and on, all served by one thread-per-request server that writes down who came when."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from typing import NamedTuple

from model import RosterEntry, Site
from model.night import Arrangement

ARTICLES = 4


class Asked(NamedTuple):
    at: float
    host: str
    path: str


class Country:
    """`asked`: every request in order. `slow`: seconds an answer of that host takes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[Asked] = []
        self.slow: dict[str, float] = {}

    def host(self, number: int) -> str:
        return f"127.0.0.{number + 2}"

    def entry(self, number: int, **arranged: object) -> RosterEntry:
        site = Site(home=f"http://{self.host(number)}:{self.port}/", name=f"网站{number}")
        return RosterEntry(
            site=site, arrangement=Arrangement.model_validate({"site_key": site.key} | arranged)
        )

    def visits(self, *numbers: int) -> list[str]:
        """Whose turn it was, of these sites: a host's name once for as long as nobody else of them was asked."""
        hosts = {self.host(number) for number in numbers}
        return [host for host, _ in groupby(one.host for one in self.asked if one.host in hosts)]


@contextmanager
def small_country() -> Iterator[Country]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers["Host"].partition(":")[0]
            country.asked.append(Asked(time.monotonic(), host, self.path))
            time.sleep(country.slow.get(host, 0.0))
            page = _page(host, self.path)
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("", 0), Handler)
    server.daemon_threads = True
    country = Country(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield country
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page(host: str, path: str) -> bytes:
    rows = "".join(
        f'<li><a href="/{n}.html">{host} 的第 {n} 条通知</a> 2026-11-{n + 1:02d}</li>'
        for n in range(ARTICLES)
    )
    if path in ("/", "/tzgg/"):
        text = f'<a href="/tzgg/">通知公告</a><ul>{rows}</ul>'
    elif path.strip("/").removesuffix(".html").isdigit():
        text = f"<h1>{host} 的通知</h1><p>发布时间：2026-11-01</p><p>{'正文。' * 20}</p>"
    else:
        return b""
    return f"<html><head><title>{host}</title></head><body>{text}</body></html>".encode()
