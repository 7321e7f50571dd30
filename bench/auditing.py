"""整站检查 One whole `duwang audit` of the generated portal, in a process of its own, and what it cost."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from bench.portal import AS_OF, Truth, build
from bench.serving import served
from storage import open_store

ROOT = Path(__file__).parent.parent


class Cost(NamedTuple):
    """开销 Of one program: wall and CPU seconds, memory in MB, and what it printed.

    `peak_mb` is the peak of its largest process, `peaks_mb` of each, largest first, `together_mb` the most of all at one look.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    code: int
    out: str
    peaks_mb: tuple[float, ...] = ()
    together_mb: float = 0


class Asking(Protocol):
    """服务者 Whoever serves a portal and counts."""

    @property
    def home(self) -> str: ...
    def requests(self) -> int: ...


class Audited(NamedTuple):
    """一次整站检查 `dead` are accused targets with the pages named as linking to them, both site-relative."""

    cost: Cost
    snapshots: int
    crawl_seconds: float
    requests: int
    verdicts: int
    stop: str
    dead: dict[str, set[str]]


def measured(words: list[str], cwd: Path, most_seconds: float | None = None) -> Cost:
    """量开销 Run a program and wait for it, at most so long. Its CPU is that of its processes that it waited for, too."""
    # modules may be compiled, as on any machine: a program's start is measured too
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        most = str(most_seconds or threading.TIMEOUT_MAX)
        told = subprocess.run(
            [sys.executable, "-m", "bench.measuring", most, str(out), *words], cwd=cwd, capture_output=True, check=True,
            env={**env, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        )  # fmt: skip
        seconds, cpu_seconds, peak_mb, code, peaks_mb, together_mb = json.loads(told.stdout)
        text = out.read_text("utf-8", "replace")
        return Cost(seconds, cpu_seconds, peak_mb, code, text, tuple(peaks_mb), together_mb)


def audit_words(home: str, folder: Path, most_pages: int) -> list[str]:
    """检查命令 What a person would type, with the manners that would only make it wait taken off."""
    return [
        sys.executable, "-m", "cli", "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1", "--json",
        "--as-of", AS_OF.isoformat(), "--max-pages", str(most_pages), "--db", f"sqlite:///{(folder / 'bench.sqlite3').as_posix()}",
        "--out", str(folder / "out"),
    ]  # fmt: skip


def audited(server: Asking, folder: Path, most_pages: int) -> Audited:
    """整站检查 Audit what `server` serves, with a new database in `folder`. RuntimeError when the audit could not."""
    before = server.requests()
    cost = measured(audit_words(server.home, folder, most_pages), folder)
    if cost.code not in (0, 2):
        raise RuntimeError(f"the audit ended with exit code {cost.code}")
    found = json.loads(cost.out)
    run = found["run"]
    with closing(open_store(f"sqlite:///{(folder / 'bench.sqlite3').as_posix()}")) as store:
        report = store.crawl_report(run["id"])
        snapshots = sum(1 for _ in store.snapshots(run["id"]))
    if report is None:
        raise RuntimeError("the audit kept no crawl report")
    return Audited(
        cost=cost,
        snapshots=snapshots,
        crawl_seconds=(report.ended_at - report.started_at).total_seconds(),
        requests=server.requests() - before,
        verdicts=sum(run["counts"].values()),
        stop=str(report.stop),
        dead=_dead(found["findings"]),
    )


def _dead(findings: list[dict[str, Any]]) -> dict[str, set[str]]:
    verdicts = [one["verdict"] for one in findings]
    return {
        one["locus"]: {urlsplit(parent).path for parent in one["parents"]}
        for one in verdicts
        if one["check"] == "dead_link" and one["outcome"] == "fail"
    }


def audit_once(pages: int, seed: int) -> tuple[Audited, Truth]:
    """造、供、查一遍 Build the portal, serve it, audit it once."""
    with served(pages, seed) as server, tempfile.TemporaryDirectory() as folder:
        return audited(server, Path(folder), budget(pages)), build(pages, seed).truth


def budget(pages: int) -> int:
    """预算 Enough for every page, image, attachment, retry and second look."""
    return pages * 3 + 500
