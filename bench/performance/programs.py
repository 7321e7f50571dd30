"""参赛程序 The programs that are run in turn: an audit of ours, steps of it, and other programs where they are installed."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from bench.auditing import audit_words, budget
from bench.origin import Origin

AT_ONCE = "16"  # requests at a time, where a program can be told; an audit of ours makes two
SCRIPTS = Path(__file__).parent.parent / "peer_programs"
AUDIT, LIVE, BARE, STOCK, FLOOR, LIST = "audit", "crawl", "machinery", "Scrapy", "floor", "lychee"
_BLC = re.compile(r"BROKEN─+ (.+?) \([A-Z0-9_ ]+\)\s*$", re.M)
_ALONE = re.compile(r"^(http://\S+)$", re.M)
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")


class Program(NamedTuple):
    """参赛程序 `broken`: what it printed and its folder → addresses it calls broken. `slow`: takes minutes at the large portal. `whole`: it is heard to its end there
    all the same, being the one whose speed over all of it counts. `told`: what else it tells."""

    name: str
    version: str
    words: Callable[[Origin, Path], list[str]]
    broken: Callable[[str, Path], Iterable[str]]
    own: bool = False
    slow: bool = False
    whole: bool = False
    told: Callable[[str], dict[str, Any]] = lambda _out: {}
    right: tuple[int, ...] = (0,)


def programs(peers: Path | None, names: str | None = None) -> list[Program]:
    """各程序 Ours first. `peers`: a folder laid out as docs/performance.md tells; without it PATH is searched for programs.

    `names`: only these, with commas between.
    """
    found = [*_ours(), *_others(peers)]
    return [one for one in found if names is None or one.name in names.split(",")]


def _ours() -> Iterator[Program]:
    def step(kind: str) -> Callable[[Origin, Path], list[str]]:
        return lambda origin, folder: [
            sys.executable, "-m", "bench.crawl_step", origin.home, str(folder), str(origin.truth.pages), kind,
        ]  # fmt: skip

    yield Program(
        AUDIT, "", lambda origin, folder: audit_words(origin.home, folder, budget(origin.truth.pages)), _accused, own=True,
        told=lambda out: {"verdicts": sum(json.loads(out)["run"]["counts"].values())}, right=(0, 2),
    )  # fmt: skip
    yield Program(LIVE, "", step("live"), _listed, own=True, told=_crawled)
    yield Program(BARE, "", step("bare"), _listed, own=True, told=_crawled)


def _others(peers: Path | None) -> Iterator[Program]:
    yield Program(
        STOCK,
        version("scrapy"),
        lambda origin, _: [sys.executable, "-m", "bench.stock", origin.home],
        lambda out, _: json.loads(out)["dead"],
        own=True,
        slow=True,
    )
    if python := _python(peers, "floor"):
        yield _script(FLOOR, _packaged(python, "aiohttp", "selectolax"), python, "floor.py")
    if python := _python(peers, "lychpy"):
        yield _lychee(python)
    if program := shutil.which("wget"):
        yield _wget(program)
    if python := _python(peers, "crawlee"):
        yield _script("crawlee", _packaged(python, "crawlee"), python, "crawlee_site.py", slow=True)
    if python := _python(peers, "advertools"):
        yield _script("advertools", _packaged(python, "advertools"), python, "advertools_site.py", slow=True)
    if program := _program(peers, "linkchecker/bin", "linkchecker"):
        yield _linkchecker(program)
    if program := _program(peers, "node/node_modules/.bin", "linkinator"):
        yield _linkinator(program)
    if program := _program(peers, "node/node_modules/.bin", "broken-link-checker"):
        yield _blc(program)


def _lychee(python: str) -> Program:
    def words(origin: Origin, folder: Path) -> list[str]:
        return [python, str(SCRIPTS / "lychee_list.py"), _list(origin, folder)]

    return Program(LIST, _packaged(python, "lychpy"), words, _listed)


def _wget(program: str) -> Program:
    def words(origin: Origin, folder: Path) -> list[str]:
        return [
            program, "--recursive", "--level=inf", "--page-requisites", "--spider", "--no-verbose", "--tries=1",
            "--output-file", str(folder / "wget.log"), origin.home,
        ]  # fmt: skip

    def broken(_out: str, folder: Path) -> list[str]:
        """The list at the end of what it wrote."""
        log = (folder / "wget.log").read_text("utf-8", "replace")
        return _ALONE.findall(log.rpartition("broken link")[2])

    return Program("wget", _said(program), words, broken, right=(0, 8))


def _linkchecker(program: str) -> Program:
    def words(origin: Origin, folder: Path) -> list[str]:
        """As root it goes on as nobody, who must be able to read its settings."""
        folder.chmod(0o755)
        settings = folder / "linkcheckerrc"
        settings.write_text("[checking]\nmaxrequestspersecond=100000\n", "utf-8")
        return [
            program, "-f", str(settings), "--ignore-url", "^mailto:", "-t", AT_ONCE, "--no-status", "--no-warnings",
            "-o", "csv/utf-8", origin.home,
        ]  # fmt: skip

    return Program("LinkChecker", _said(program), words, _invalid, slow=True, right=(0, 1))


def _linkinator(program: str) -> Program:
    def words(origin: Origin, _folder: Path) -> list[str]:
        return [program, origin.home, "--recurse", "--format", "json", "--concurrency", AT_ONCE]

    def broken(out: str, _folder: Path) -> list[str]:
        return [link["url"] for link in json.loads(out)["links"] if link["state"] == "BROKEN"]

    return Program("linkinator", _said(program), words, broken, slow=True, whole=True, right=(0, 1))


def _blc(program: str) -> Program:
    def words(origin: Origin, _folder: Path) -> list[str]:
        return [
            program, origin.home, "-r", "--filter-level", "3", "--requests", AT_ONCE, "--host-requests", AT_ONCE,
        ]  # fmt: skip

    def broken(out: str, _folder: Path) -> list[str]:
        return _BLC.findall(out)

    return Program("broken-link-checker", _said(program), words, broken, slow=True, right=(0, 1))


def _script(name: str, told: str, python: str, script: str, *, slow: bool = False) -> Program:
    return Program(
        name,
        told,
        lambda origin, folder: [python, str(SCRIPTS / script), origin.home, str(folder)],
        _listed,
        slow=slow,
    )


def _accused(out: str, _: Path) -> list[str]:
    found = (one["verdict"] for one in json.loads(out)["findings"])
    return [one["locus"] for one in found if one["check"] == "dead_link" and one["outcome"] == "fail"]


def _listed(out: str, _: Path) -> list[str]:
    told: list[str] = json.loads(out)["broken"]
    return told


def _crawled(out: str) -> dict[str, Any]:
    told = json.loads(out)
    return {name: told[name] for name in ("snapshots", "seconds", "stop")}


def _list(origin: Origin, folder: Path) -> str:
    """Every address of the portal, as whoever has no crawl of its own must be told."""
    path = folder / "addresses.txt"
    path.write_text("\n".join(origin.home.rstrip("/") + one for one in origin.answers), "utf-8")
    return str(path)


def _invalid(out: str, _: Path) -> list[str]:
    """Of LinkChecker's CSV, which tells only what is not valid."""
    lines = [line for line in out.splitlines(keepends=True) if not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter=";")
    return [row["url"] or row["urlname"] for row in rows if row["valid"] == "False"]


def _python(peers: Path | None, name: str) -> str | None:
    found = peers / name / "bin" / "python" if peers else None
    return str(found.absolute()) if found and found.exists() else None


def _program(peers: Path | None, place: str, name: str) -> str | None:
    found = peers / place / name if peers else None
    return str(found.absolute()) if found and found.exists() else shutil.which(name)


def _packaged(python: str, *names: str) -> str:
    ask = "try:\n from importlib.metadata import version\nexcept ImportError:\n from pkg_resources import get_distribution\n version = lambda name: get_distribution(name).version\nimport sys\n"
    words = [python, "-c", f"{ask}print(' + '.join(map(version, sys.argv[1:])))", *names]
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    return told.stdout.strip() or "?"


def _said(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)
    found = _VERSION.search(told.stdout)
    return found[0] if found else "?"
