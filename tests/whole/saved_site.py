"""A saved real site, served on loopback as its server once did: a placeholder for what was not kept, 404 for the rest."""

import mimetypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from bench.labels import saved_sites

# The smallest bodies that are what their names say they are.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082".replace(" ", "")
)


def real_sites() -> Path:
    """The folder of saved real sites, or a skip that says where it was looked for."""
    folder = saved_sites()
    if folder is None:
        pytest.skip("saved real sites are not here (set DUWANG_REAL_SITES to their folder)")
    return folder


class SavedSite:
    """One saved site; `deleted` paths answer 404, `requests` lists what was asked for."""

    def __init__(self, folder: Path, deleted: frozenset[str] = frozenset()) -> None:
        self.root = folder / "site"
        lines = (folder / "_tree.txt").read_text("utf-8").splitlines()
        self.tree = {line.split("\t", 1)[1] for line in lines if "\t" in line} - deleted
        self.deleted = deleted
        self.requests: list[str] = []

    def answer(self, target: str) -> tuple[int, str, bytes]:
        path = unquote(urlsplit(target).path).lstrip("/")
        self.requests.append(path)
        if path == "" or path.endswith("/"):
            path += "index.html"
        if path in self.deleted:
            return 404, "text/html", b"<html><title>404 Not Found</title></html>"
        file = self.root / path
        if path in self.tree and file.is_file():
            return 200, mimetypes.guess_type(path)[0] or "text/html", file.read_bytes()
        if path in self.tree:
            return 200, mimetypes.guess_type(path)[0] or "application/octet-stream", PNG
        return 404, "text/html", b"<html><title>404 Not Found</title></html>"


# What a visitor's browser takes or follows without a click, as plain patterns: not with our reader.
_TAKEN_IN = (
    r"""<input\b(?=[^>]*\btype\s*=\s*["']image)[^>]*?\bsrc\s*=\s*["']([^"']+)""",
    r"""<video\b[^>]*?\bsrc\s*=\s*["']([^"']+)""",
    r"""(?i)<meta\b[^>]*http-equiv\s*=\s*["']refresh["'][^>]*?url=([^"']+)""",
)


def not_copied(folder: Path) -> dict[str, set[str]]:
    """Pictures of buttons, films and targets of refreshes that the saved site does not have, and the pages that want them.

    Whoever saved these sites followed anchors and pictures only; a visitor of the copy finds these missing.
    """
    site, found = SavedSite(folder), dict[str, set[str]]()
    for file in sorted((folder / "site").rglob("*.*htm*")):
        page = "/" + file.relative_to(folder / "site").as_posix()
        text = re.sub(r"(?s)<!--.*?-->", "", file.read_text("utf-8", "replace"))
        for raw in (raw for pattern in _TAKEN_IN for raw in re.findall(pattern, text)):
            url = urlsplit(urljoin(f"http://site{page}", raw.strip()))
            if url.netloc == "site" and site.answer(url.path)[0] == 404:
                found.setdefault(url.path, set()).add(page)
    return found


@contextmanager
def served(site: SavedSite) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body leave in two pieces: the second would wait 40 ms

        def do_GET(self) -> None:
            status, kind, body = site.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
