"""A home page that sends the visitor on to another host: the site is read there, not found empty."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.whole.gate import duwang

ROW = '<li><a href="/tzgg/202610/t202610{day:02}_1.html">关于第{day}项工作的通知</a><span>2026-10-{day:02}</span></li>'
MENU = '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/tzgg/">通知公告</a></li></ul></div>'
PAGES = {
    "/": f"<html><title>青禾县</title><body>{MENU}<ul>{''.join(ROW.format(day=day) for day in range(1, 9))}</ul></body></html>",
    "/tzgg/": f"<html><title>通知公告</title><body>{MENU}<ul>{''.join(ROW.format(day=day) for day in range(1, 12))}</ul></body></html>",
}


@contextmanager
def serving(send_on_to: str | None) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if send_on_to:
                self.send_response(302)
                self.send_header("Location", send_on_to)
                self.end_headers()
                return
            body = PAGES.get(
                self.path, "<html><title>通知</title><body>发布时间：2026-10-01 内容</body></html>"
            ).encode()
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("again", ["audit", "judge"])
def test_the_site_is_read_where_its_home_page_is(tmp_path: Path, again: str) -> None:
    with serving(None) as there, serving(f"http://127.0.0.1:{there}/") as here:
        said = duwang(
            "audit", f"http://127.0.0.1:{here}/", "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
            "--as-of", "2026-10-12", "--json", cwd=tmp_path,
        )  # fmt: skip
    if again == "judge":
        said = duwang("judge", "--json", cwd=tmp_path)
    run = said.json()["run"]
    assert run["coverage"]["fetched"] >= 12
    stale = [
        one for one in said.json()["findings"] if one["verdict"]["check"] in ("stale_column", "dead_link")
    ]
    assert stale == []
