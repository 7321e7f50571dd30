"""渲染速度 List pages that a script fills, one after another in one browser: pages a second and memory, hundred by hundred.

`python -m bench.renders [RENDERS]` serves them on loopback, crawls them in a process of its own and prints JSON. Memory
is that of the browser and its driver; pages that several of its processes share count once (Pss), where Linux tells.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import crawler
from bench.words import title
from model import (
    BrowserUse,
    CrawlPlan,
    Lead,
    Limits,
    Pace,
    Purpose,
    Rank,
    Snapshot,
    Step,
)

RENDERS = 500
STEP = 100
ROWS = 20
_SHELL = """<!doctype html><meta charset=utf-8><title>通知公告</title><link rel=stylesheet href=/style.css>
<img src=/banner.png><video src=/film.mp4></video><ul id=list></ul><script>
fetch('/rows' + location.pathname).then(answer => answer.json()).then(rows => {
  for (const row of rows) list.innerHTML += `<li><a href="${row.url}">${row.title}</a><span>2026-11-20</span></li>`;
});
</script>"""
_STYLE = "@font-face{font-family:x;src:url(/font.woff2)}body{font-family:x;background:url(/ground.png)}"
_KEPT_OUT = (".png", ".mp4", ".woff2", ".ico")


class Hundred(NamedTuple):
    """一百页 How many were rendered by then, how fast the last of them, and what the browser holds."""

    renders: int
    pages_per_second: float
    memory_mb: float


class Renders(NamedTuple):
    """渲染速度 `filled`: those whose rows were all read; `kept_out`: requests for pictures, films and fonts, none wanted."""

    renders: int
    filled: int
    kept_out: int
    seconds: float
    cpu_seconds: float
    hundreds: tuple[Hundred, ...]


def renders(count: int = RENDERS) -> Renders:
    """量渲染 Raises RuntimeError when there is no browser, or the crawl fails."""
    with _served() as (home, asked):
        words = [sys.executable, "-m", "bench.renders", "crawl", home, str(count)]
        told = subprocess.run(words, capture_output=True, text=True, check=False)
        if told.returncode:
            raise RuntimeError(told.stderr[-2000:])
        found = json.loads(told.stdout)
        hundreds = tuple(Hundred(*one) for one in found.pop("hundreds"))
        kept_out = sum(path.endswith(_KEPT_OUT) for path in asked)
    return Renders(**found, kept_out=kept_out, hundreds=hundreds)


@contextmanager
def _served() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    rows = json.dumps([{"url": f"/art/{n}.html", "title": title(random.Random(n))} for n in range(ROWS)])

    class Served(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path.startswith("/rows/"):
                self._tell("application/json", rows)
            elif self.path == "/style.css":
                self._tell("text/css", _STYLE)
            elif self.path.startswith("/list/"):
                self._tell("text/html; charset=utf-8", _SHELL)
            else:
                self._tell("text/plain", "", 404)

        def _tell(self, kind: str, text: str, status: int = 200) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", asked
    finally:
        server.shutdown()
        server.server_close()


def _crawled(home: str, count: int) -> dict[str, Any]:
    hundreds: list[Hundred] = []
    began = last = time.perf_counter()
    done = filled = 0

    def keep(snapshot: Snapshot, body: bytes) -> None:
        nonlocal done, filled, last
        if not snapshot.rendered:
            return
        done += 1
        filled += body.count(b"<li>") >= ROWS
        if done % STEP == 0 or done == count:
            now = time.perf_counter()
            since = done - (hundreds[-1].renders if hundreds else 0)
            hundreds.append(Hundred(done, round(since / (now - last), 2), round(_memory_of_children(), 1)))
            last = now

    seeds = tuple(
        Lead(url=f"{home}list/{n}", purpose=Purpose.LIST, rank=Rank.LIST, render=True) for n in range(count)
    )
    plan = CrawlPlan(
        run_id="R",
        hosts=(home.split("/")[2],),
        seeds=seeds,
        limits=Limits(max_pages=count + 50, max_renders=count),
        pace=Pace(delay=0.0, autothrottle=False),
        user_agent="duwang/bench",
        allow_private=True,
        browser=BrowserUse.REQUIRE,
    )
    used = time.process_time()
    crawler.crawl(plan, lambda seen, _body: Step(outcome=seen.outcome), keep, lambda _lead: None, None)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    told = {"renders": done, "filled": filled, "seconds": round(seconds, 2), "cpu_seconds": round(used, 2)}
    return {**told, "hundreds": hundreds}


def _memory_of_children() -> float:
    """Megabytes that the processes this one has started hold, and those that they have started; 0 where nobody tells."""
    found, held = ["self"], 0
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += (task / "children").read_text().split()
            if one != "self":
                lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
                held += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:
            continue  # it has ended
    return held / 1024


def _main(words: list[str]) -> None:
    if words[:1] == ["crawl"]:
        print(json.dumps(_crawled(words[1], int(words[2]))))
        return
    found = renders(*map(int, words[:1]))
    print(json.dumps({**found._asdict(), "hundreds": [one._asdict() for one in found.hundreds]}, indent=1))


if __name__ == "__main__":
    _main(sys.argv[1:])
