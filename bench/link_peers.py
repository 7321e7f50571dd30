"""同类工具 Other link checkers, where they are installed: how each is asked, and how its answer is read."""

import argparse
import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from bench.auditing import Cost, measured
from bench.link_scores import Said
from bench.planted_process import PlantedProcess

LONGEST = 900.0  # seconds a program may take
AT_ONCE = "16"  # requests at a time, where a program can be told
_BLC = re.compile(r"BROKEN─+ (.+?) \([A-Z0-9_ ]+\)\s*$", re.M)
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")


class Peer(NamedTuple):
    """工具 `without`: kinds of links at which its run ends, or hangs, before it has told all; they are not planted for it."""

    name: str
    version: str
    words: Callable[[str, Path], list[str]]  # home, folder → command
    read: Callable[[str], list[str]]  # what it printed → addresses it calls broken
    without: tuple[str, ...] = ()


class Ran(NamedTuple):
    """一次运行 `failed`: why there is nothing to score, or None."""

    said: Said
    cost: Cost
    requests: dict[str, int]
    failed: str | None = None


def peers(linkchecker: str | None, modules: Path | None) -> Iterator[Peer]:
    """装了的工具 `linkchecker` is its program, `modules` a node_modules folder; without them PATH is searched."""
    if program := linkchecker or shutil.which("linkchecker"):
        yield Peer(
            "LinkChecker",
            _told(program),
            lambda home, folder: _linkchecker(program, home, folder),
            _valid_column,
        )
    if linkinator := _node("linkinator", modules):
        yield Peer(
            "linkinator",
            _told(linkinator),
            lambda home, _: [
                linkinator,
                home,
                "--recurse",
                "--format",
                "json",
                "--retry",
                "--check-css",
                "--concurrency",
                AT_ONCE,
            ],
            _states,
            ("wrongly_packed", "cut_short", "chunk_cut"),
        )
    if blc := _node("broken-link-checker", modules):
        yield Peer(
            "broken-link-checker",
            _told(blc),
            lambda home, _: [
                blc,
                home,
                "-r",
                "--filter-level",
                "3",
                "--requests",
                AT_ONCE,
                "--host-requests",
                AT_ONCE,
            ],
            _BLC.findall,
            ("wrongly_packed", "cut_short", "chunk_cut"),
        )
    yield Peer(
        "Scrapy, status ≥ 400",
        version("scrapy"),
        lambda home, _: [sys.executable, "-m", "bench.status_spider", home],
        lambda out: list(json.loads(out)["broken"]),
    )


def ran(peer: Peer, server: PlantedProcess, folder: Path) -> Ran:
    """跑一遍"""
    server.reset()
    cost = measured(peer.words(server.home, folder), folder, LONGEST)
    requests = server.requests()
    try:
        broken = peer.read(cost.out)
    except (ValueError, KeyError) as error:
        return Ran(Said(()), cost, requests, f"exit code {cost.code}: {error}")
    failed = f"stopped after {LONGEST:.0f} s" if cost.seconds >= LONGEST else None
    return Ran(Said(tuple(broken)), cost, requests, failed)


def _linkchecker(program: str, home: str, folder: Path) -> list[str]:
    """As root it goes on as nobody, who must be able to read its settings. Mail addresses are not asked after: their domains are made up."""
    folder.chmod(0o755)
    settings = folder / "linkcheckerrc"
    settings.write_text("[checking]\nmaxrequestspersecond=100000\n", "utf-8")
    return [
        program,
        "-f",
        str(settings),
        "--check-extern",
        "--ignore-url",
        "^mailto:",
        "-t",
        AT_ONCE,
        "--no-status",
        "--no-warnings",
        "-o",
        "csv/utf-8",
        home,
    ]


def _valid_column(out: str) -> list[str]:
    """Of LinkChecker's CSV, which tells only what is not valid."""
    lines = [line for line in out.splitlines(keepends=True) if not line.startswith("#")]
    return [
        row["url"] or row["urlname"]
        for row in csv.DictReader(lines, delimiter=";")
        if row["valid"] == "False"
    ]


def _states(out: str) -> list[str]:
    return [link["url"] for link in json.loads(out)["links"] if link["state"] == "BROKEN"]


def _node(name: str, modules: Path | None) -> str | None:
    if modules is not None and (modules / ".bin" / name).exists():
        return str(modules / ".bin" / name)
    return shutil.which(name)


def _told(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)
    found = _VERSION.search(said.stdout)
    return found[0] if found else "?"


def peer_options(made: argparse.ArgumentParser) -> None:
    """其他工具的选项 Where other programs lie, and whether the tables go into the docs."""
    made.add_argument("--linkchecker", help="program of LinkChecker; default: the one on PATH")
    made.add_argument(
        "--node-modules",
        type=Path,
        help="folder that holds linkinator and broken-link-checker; default: PATH",
    )
    made.add_argument(
        "--write", action="store_true", help="write the tables into docs/accuracy.md and its Chinese twin"
    )
