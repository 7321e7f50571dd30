"""Targets that no anchor leads to, on a server that first only sets a cookie: each found dead with the pages that want it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.whole.gate import duwang

ROW = '<li><a href="/tzgg/202610/t202610{day:02}_1.html">关于第{day}项工作的通知</a><span>2026-10-{day:02}</span></li>'
ROWS = "".join(ROW.format(day=day) for day in range(1, 9))
MENU = '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/tzgg/">通知公告</a></li></ul></div>'
HOME = f"""<html><head><title>青禾县</title><link rel="stylesheet" href="/css/site.css"></head><body>{MENU}<ul>{ROWS}</ul>
<table><tr><td onclick="window.open('/gone/click.html')">旧专题</td><td ondblclick="openUrl('/there/click.html')">专题</td></tr></table>
<select onchange="location.href=this.value"><option value="/gone/option.html">往年</option><option value="/there/option.html">今年</option></select>
<script>function old(){{window.open('/gone/never-called.html')}} var menu=[{{name:'简介',url:'/gone/menu.html'}}]; $.get('/gone/api.html?'+x);</script>
<form action="/gone/search.html"><input name="q"></form><form method="post" action="/gone/letter.html"><input name="t"></form>
</body></html>"""  # fmt: skip
CSS = "body{background:url(/gone/back.png)} .a{background:url('/there/a.png')} /* url(/gone/comment.png) */"
MAP = "<?xml version='1.0'?><urlset><url><loc>{0}gone/map.html</loc></url><url><loc>{0}there/map.html</loc></url></urlset>"
GONE = {"click.html", "option.html", "menu.html", "search.html", "back.png", "map.html"}


@contextmanager
def served(asked: list[tuple[str, str]]) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            asked.append((self.command, path))
            kind, status, cookie = "text/html; charset=utf-8", 200, False
            if path == "/":
                cookie = "seen=1" not in (self.headers.get("Cookie") or "")
                body = (
                    '<html><head><meta http-equiv="refresh" content="0;url=/"></head></html>'
                    if cookie
                    else HOME
                )
            elif path == "/css/site.css":
                kind, body = "text/css", CSS
            elif path == "/sitemap.xml":
                kind, body = "text/xml", MAP.format(f"http://127.0.0.1:{self.server.server_address[1]}/")
            elif path.startswith("/gone/") or path == "/robots.txt" or path.count("/") > 3:
                status, body = 404, "<title>404</title>"
            elif path.endswith(".png"):
                kind, body = "image/png", "\x89PNG"
            elif path == "/tzgg/":
                body = f"<html><title>通知公告</title><body>{MENU}<ul>{ROWS}</ul></body></html>"
            else:
                status = 200 if path.startswith(("/there/", "/tzgg/202610/t")) else 404
                body = f"<html><title>关于工作的通知</title><body>{MENU}<p>发布时间：2026-10-01 各单位：现将有关事项通知如下。</p></body></html>"
            sent = body.encode("latin-1" if kind == "image/png" else "utf-8")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(sent)))
            if cookie:
                self.send_header("Set-Cookie", "seen=1; Path=/")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(sent)

        do_HEAD = do_GET

        def do_POST(self) -> None:
            asked.append((self.command, self.path))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_what_a_visitor_can_reach_without_an_anchor_is_looked_at(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    with served(asked) as home:
        said = duwang(
            "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
            "--as-of", "2026-10-12", "--json", cwd=tmp_path,
        )  # fmt: skip
    assert said.code in (0, 2), said
    found = json.loads(said.out)
    dead = {
        one["verdict"]["locus"].rpartition("/")[2]: {
            urlsplit(parent).path for parent in one["verdict"]["parents"]
        }
        for one in found["findings"]
        if one["verdict"]["check"] == "dead_link" and one["verdict"]["outcome"] == "fail"
    }
    assert set(dead) == GONE
    assert dead["click.html"] == dead["menu.html"] == dead["option.html"] == {"/"}
    assert dead["back.png"] == {"/css/site.css", "/"}
    assert dead["map.html"] == {"/sitemap.xml"}
    paths = {path for _, path in asked}
    assert {"/there/click.html", "/there/option.html", "/there/map.html", "/there/a.png"} <= paths
    assert paths.isdisjoint(
        {"/gone/never-called.html", "/gone/api.html", "/gone/letter.html", "/gone/comment.png"}
    )
    assert "POST" not in {method for method, _ in asked}
