"""Another project's cases of links that live, die or hide behind a wall: each judged as it should be, or argued.

The outer web of the cases (example.invalid) is one loopback address a case; their own files lie below one folder a
case on one site, which is audited once. Counts of the cases include the page that was checked, and so do ours.
"""

import json
import mimetypes
import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest

from audit.conclude import moment_of
from audit.replay import restored
from bench.labels import saved_sites
from model import LinkCheck, Outcome, Verdict
from storage import open_store
from tests.whole.gate import duwang

pytestmark = [pytest.mark.real_sites, pytest.mark.timeout(150)]
SITE = "127.0.1.1"
PACK = """
id: county/all-links
title: 全部链接
version: "1"
document: 青府办〔2026〕8号
level: county
effective_from: "2026-01-01"
sections:
  - {id: LINKS, title: 链接}
rules:
  - id: AL-LINKS-01
    section: LINKS
    title: 死链
    basis: [{document: 青府办〔2026〕8号, clause: 第一条, grade: M}]
    check: dead_link
    applies_to: {relations: [internal, external, platform, attachment, image, style, malformed]}
    severity: advise
"""
# Every target of every case by name: `./x` lies beside the page, `/x` on the outer web.
FINE = "pass"
DEAD = "check.dead_link.missing"
WALL = "verdict.blocked.link_refused"
CSS = (
    "bg-inline.jpg bg1.png bg2.png border.png bullet.svg container-bg.jpg container-bg2.jpg cursor.cur div-bg.jpg filter.svg "
    "header-bg.png icon.svg import-from-external.css import-from-external2.css import-from-external3.css imported.css "
    "imported2.css layer1.png layer2.png layer3.png mask-webkit.svg mask.svg regular-link sprite.svg"
)
SAID: dict[str, dict[str, str]] = {
    "basic": {"/": FINE},
    "twice": {"/": FINE},
    "broke": {"/": DEAD},
    "999": {"/": WALL},
    "cf403": {"/": WALL},
    "fetch-exception": {"/": "check.dead_link.suspected"},
    "malformed": {"//////": "check.dead_link.malformed"},
    "relative": {"./ohai.html": FINE, "./nested/": FINE, "./nested/nested.html": FINE},
    "image": {"./boo.jpg": FINE, "./missing.png": DEAD, "./missing.jpg": DEAD},
    "recurse": {"./": FINE, "./first.html": FINE, "./second.html": FINE, "/": FINE},
    "norecurse": {"./first.html": FINE},
    "scripts": {"./script.js": FINE},
    "protocols": {},
    "picture": {"./image.webp": FINE, "./image.jpeg": FINE},
    "head405": {"/": FINE},
    "head403": {"/": FINE},
    "prefetch": {"/site.css": FINE},
    "srcset": {"./_site/foo.html": FINE, "./_site/bar.html": FINE},
    "metarefresh": {"/redirected": FINE, "/delayed": FINE, "/uppercase": FINE},
    "twittercard": {},
    "alternate": {},
    "urlpatterns": {"./funky%2Bpath.html": FINE},
    "css": {"./styles.css": FINE, "./relative-image.jpg": DEAD, **{f"/{one}": FINE for one in CSS.split()}},
    "repeat": {"/broken123": DEAD, "/broken456": DEAD},
    "redir301": {"/r": FINE},
    "redir302": {"/r": FINE},
    "redir307": {"/r": FINE},
    "redir308": {"/r": FINE},
    "redir20": {"/r": FINE},
    "redir21": {"/r": "check.dead_link.redirect"},
    "redir-nolocation": {"/r": "check.dead_link.redirect"},
    "429retry": {"/1": FINE, "/3": FINE, "./subpage.html": FINE},
}
# What the suite calls broken at once, and one night can only suspect.
SUSPECTED = {
    "fetch-exception": "a connection that is reset may come back",
    "malformed": 'href="//////" names no host at all: a person is shown how it is written',
    "redir21": "a browser gives up as well, but the page may be there",
}
# Where we count otherwise than the suite does.
DIFFERENT = {
    "protocols": "irc:, mailto: and data: are no web targets: nothing to list, to ask or to skip",
    "picture": "a picture written into the page itself (data:) is no target",
    "twittercard": "what og: metas name is for other programs: no visitor sees it or clicks it",
    "alternate": "a link of the head that names the same page in another language is for programs: nobody clicks it",
    "css": "the style sheet is read as well, and the picture it asks for beside itself is truly missing",
}


def suite() -> Path:
    folder = saved_sites()
    place = folder.parent / "suites" / "links" if folder else None
    if place is None or not (place / "linkinator-verdicts.json").is_file():
        pytest.skip("the suite of verdicts is not beside the saved real sites (DUWANG_REAL_SITES)")
    return place


def cases() -> dict[str, dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((suite() / "linkinator-verdicts.json").read_text("utf-8"))
    return {case["id"]: case for case in read}


class Told(NamedTuple):
    status: int  # 0: the connection is reset
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""
    kind: str = "text/html"


OK = b"<html><head><title>another castle</title></head><body><p>all is well in this other castle</p></body></html>"


class Web:
    """The site with all cases, and the outer web of each of them."""

    def __init__(self, folder: Path, known: dict[str, dict[str, Any]]) -> None:
        self.folder = folder
        self.cases = known
        self.outer = {name: f"127.0.2.{number}" for number, name in enumerate(known, start=1)}
        self.names = {host: name for name, host in self.outer.items()}
        self.port = 0
        self.retried: dict[str, int] = {}

    def answer(self, host: str, method: str, target: str) -> Told:
        path = unquote(urlsplit(target).path)
        if path == "/robots.txt":
            return Told(404)
        if host == SITE:
            return self.own(path)
        name = self.names[host]
        if name == "linkinator-429retry":
            return self.busy(path)
        outer = self.cases[name]["outer"]
        return self.route(outer["route"], path) if "route" in outer else self.stubbed(outer, method, path)

    def own(self, path: str) -> Told:
        if path == "/":
            pages = [f"/{name}/{self.start(name)}" for name in self.cases] + ["/linkinator-repeat/pageB.html"]
            links = "".join(f'<li><a href="{page}">{page}</a></li>' for page in pages)
            return Told(200, body=f"<html><title>cases</title><body><ul>{links}</ul></body></html>".encode())
        name, _, inner = path[1:].partition("/")
        case = self.cases.get(name)
        if case is None:
            return Told(404)
        if not case["path"]:
            return Told(
                200,
                body=self.shown(name, b'<html><body><a href="http://example.invalid/r">go</a></body></html>'),
            )
        root = self.folder / "linkinator-fixtures" / Path(case["path"]).parts[0]
        file = (root / inner / "index.html") if inner == "" else root / inner
        if not file.resolve().is_relative_to(root) or not file.is_file():
            return Told(404)
        body = file.read_bytes()
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if file.suffix in (".html", ".css", ".js"):
            body = self.shown(name, body)
        return Told(200, body=body or b"-", kind=kind)

    def start(self, name: str) -> str:
        path = self.cases[name]["path"]
        return path.partition("/")[2] if path else "index.html"

    def shown(self, name: str, body: bytes) -> bytes:
        """A file of the case as it stands in its folder of the site, with its own outer web."""
        body = body.replace(b"http://example.invalid", f"http://{self.outer[name]}:{self.port}".encode())
        return re.sub(rb"""(href=['"])/(?!/)""", rb"\1/" + name.encode() + b"/", body)

    def stubbed(self, outer: dict[str, Any], method: str, path: str) -> Told:
        """What the case says of the URL by method; a GET that it does not name answers as the HEAD does."""
        told = outer.get(f"http://example.invalid{path}", {"HEAD": 200})
        status = told.get(method, told["HEAD"])
        return Told(
            0 if status == "reset" else status, told.get("headers", {}), OK if status == 200 else b"no"
        )

    def route(self, route: Any, path: str) -> Told:
        if isinstance(route, str):
            left = int(route.partition(":")[2]) if path == "/r" else int(path.rpartition("/")[2])
            return Told(302, {"Location": f"/hop/{left - 1}"}) if left else Told(200, body=OK)
        status, place = route[path]
        if status == 200:
            return Told(200, body=OK)
        return Told(status, {"Location": place} if place else {})

    def busy(self, path: str) -> Told:
        """429 once to each URL, with a wait in one of the ways it is written in the wild."""
        times = self.retried[path] = self.retried.get(path, 0) + 1
        soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
        wait = {"/1": "1", "/2": "1s", "/3": soon}[path]
        return Told(429, {"Retry-After": wait}, b"slow down") if times == 1 else Told(200, body=OK)


@contextmanager
def served(web: Web) -> Iterator[None]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            told = web.answer(self.connection.getsockname()[0], self.command, self.path)
            if told.status == 0:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(told.status, "as told")
            self.send_header("Content-Type", told.kind)
            self.send_header("Content-Length", str(len(told.body)))
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(told.body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

        def finish(self) -> None:
            if not self.wfile.closed and self.connection.fileno() != -1:
                super().finish()

    server = ThreadingHTTPServer(("", 0), Answer)
    server.daemon_threads = True
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Judged(NamedTuple):
    web: Web
    links: tuple[LinkCheck, ...]
    verdicts: dict[str, Verdict]

    def targets(self, name: str) -> dict[str, Verdict | None]:
        """Targets of the case by URL, the page itself among them, as the suite counts: of that page alone, or of all."""
        base = f"http://{SITE}:{self.web.port}/{name}/"
        page = base + self.web.start(name)
        whole = self.web.cases[name]["recurse"]
        found: dict[str, Verdict | None] = {without_index(page): None}
        for link in self.links:
            parents = {parent.url for parent in link.found_on}
            if any(
                one.startswith(base) if whole else without_index(one) == without_index(page)
                for one in parents
            ):
                found[without_index(link.url)] = self.verdicts.get(link.url)
        return found

    def said(self, name: str) -> dict[str, str]:
        """The targets beside the page itself, as SAID names them, and what was said of each."""
        base, outer = (
            f"http://{SITE}:{self.web.port}/{name}/",
            f"http://{self.web.outer[name]}:{self.web.port}/",
        )
        return {
            url.replace(base, "./").replace(outer, "/"): told(one)
            for url, one in self.targets(name).items()
            if one is not None
        }


def told(one: Verdict) -> str:
    return FINE if one.outcome is Outcome.PASS else one.message_id


def without_index(url: str) -> str:
    return url.removesuffix("index.html")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("verdicts")
    (folder / "links.yaml").write_text(PACK, "utf-8")
    web = Web(suite(), cases())
    with served(web):
        said = duwang(
            "audit", f"http://{SITE}:{web.port}/", "--external", "--external-delay", "0", "--allow-private", "--no-browser",
            "--delay", "0", "--confirm-after", "1", "--pack", "links.yaml", cwd=folder, seconds=140,
        )  # fmt: skip
    assert said.code in (0, 2), said
    with closing(open_store(f"sqlite:///{folder}/duwang-data/duwang.sqlite3", create=False)) as store:
        run = store.last_finished_run()
        assert run is not None
        links = restored(store, run, moment_of(run.as_of)).links
        return Judged(web, links, {one.url: one for one in store.verdicts(run.id)})


@pytest.mark.parametrize("short", SAID)
def test_a_case_is_judged_as_it_should_be(judged: Judged, short: str) -> None:
    name = f"linkinator-{short}"
    said, expect = judged.said(name), judged.web.cases[name]["expect"]
    assert said == SAID[short]
    if short in DIFFERENT:
        return
    for url in judged.web.cases[name].get("must_find", ()):
        assert url.removeprefix("http://example.invalid") in said
    words = list(said.values())
    if expect["broken"] is not None:
        dead = words.count(DEAD)
        assert (dead, len(words) - dead - words.count(FINE) - words.count(WALL)) == (
            (0, expect["broken"]) if short in SUSPECTED else (expect["broken"], 0)
        )
    if expect["skipped"] is not None:
        assert words.count(WALL) == expect["skipped"]
    if expect["total"] is not None:
        assert len(judged.targets(name)) == expect["total"]
    if expect["ok"] is not None:  # the page itself is one of them
        assert words.count(FINE) + 1 == expect["ok"]


def test_every_case_of_the_suite_is_here(judged: Judged) -> None:
    assert judged.web.cases.keys() == {f"linkinator-{short}" for short in SAID}
    assert len(SAID) == 32


def test_a_dead_link_names_each_page_that_carries_it_once(judged: Judged) -> None:
    outer = judged.web.outer["linkinator-repeat"]
    both = {"/linkinator-repeat/pageA.html", "/linkinator-repeat/pageB.html"}
    expected = {"/broken123": both, "/broken456": both - {"/linkinator-repeat/pageB.html"},
                "/broken789": both - {"/linkinator-repeat/pageA.html"}}  # fmt: skip
    for path, pages in expected.items():
        verdict = judged.verdicts[f"http://{outer}:{judged.web.port}{path}"]
        assert (verdict.outcome, len(verdict.parents)) == (Outcome.FAIL, len(pages))
        assert {urlsplit(one).path for one in verdict.parents} == pages


def test_every_way_to_ask_for_a_pause_is_waited_for_and_asked_again(judged: Judged) -> None:
    """Retry-After as seconds, as a date, and in words nobody can read: 429 first, fine afterwards."""
    web = judged.web
    for path in ("/1", "/2", "/3"):
        assert told(judged.verdicts[f"http://{web.outer['linkinator-429retry']}:{web.port}{path}"]) == FINE
        assert web.retried[path] >= 2
