"""次夜 What the second night and those after it cost beside the first, and what they find: `./dev bench second-night`.

One portal changes from night to night. It is audited incrementally in one database, and wholly in a copy of that
database made before each night: both must find the same in the second night; later ones may find something later, by
so many nights. The clock is not waited for: what was kept is made a day older between the nights.
"""

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.auditing import ROOT, budget
from bench.changing import ChangingPortal, Served, serving
from bench.one_night import DATABASE
from bench.portal import AS_OF

FACTS = "facts.sqlite3"
_TIMES = (
    ("SELECT rowid, started_at FROM runs", "UPDATE runs SET started_at = ? WHERE rowid = ?"),
    ("SELECT rowid, fetched_at FROM snapshots", "UPDATE snapshots SET fetched_at = ? WHERE rowid = ?"),
)
Found = dict[tuple[str, str], tuple[str, str | None]]  # rule and place → outcome and measured value


class NightAudit(NamedTuple):
    """一夜之查 What one audit cost and found."""

    requests: int
    sent: int
    unmodified: int
    cpu_seconds: float
    carried: int
    full: bool
    found: Found


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench second-night", description=__doc__)
    parser.add_argument(
        "--pages", type=int, default=400, help="size of the portal (default 400, at least 100)"
    )
    parser.add_argument("--nights", type=int, default=7, help="how many nights (default 7)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another portal and other changes")
    return parser


def main(argv: list[str]) -> int:
    words = parser().parse_args(argv)
    portal = ChangingPortal(words.pages, words.seed)
    with serving(portal) as served, tempfile.TemporaryDirectory() as folder:
        return 0 if _nights(portal, served, Path(folder), words.nights) else 1


def _nights(portal: ChangingPortal, served: Served, folder: Path, nights: int) -> bool:
    own, whole = folder / "own", folder / "whole"
    own.mkdir()
    first = audited(portal, served, own, AS_OF, "full")
    print(f"\nsecond night: {portal.pages} pages; night 1 whole: {first.requests} requests, {first.sent / 1e6:.2f} MB, "
          f"{first.cpu_seconds:.1f} CPU s")  # fmt: skip
    print(
        "  night  kind         requests         bytes           CPU s      304  carried  as a whole crawl finds (later / sooner)"
    )
    right, late = True, dict[tuple[str, str], int]()
    for number in range(2, nights + 1):
        age(own, timedelta(days=1))
        portal.night()
        copy(own, whole)
        as_of = AS_OF + timedelta(days=number - 1)
        tonight = audited(portal, served, own, as_of, "again")
        all_of_it = audited(portal, served, whole, as_of, "full")
        missing, extra = unlike(tonight.found, all_of_it.found)
        for one in missing:
            late[one] = late.get(one, 0) + 1
        print(f"  {number:>5}  {'whole' if tonight.full else 'incremental':<11}" + _ratios(tonight, first)
              + f"  {tonight.unmodified:>5}  {tonight.carried:>7}  {len(all_of_it.found) - len(missing)} of {len(all_of_it.found)} ({len(missing)} / {len(extra)})"
              + f"; whole: {_shares(all_of_it, first)}")  # fmt: skip
        for word, places, found in (
            ("not found", missing, all_of_it.found),
            ("found beside", extra, tonight.found),
        ):
            for one in places[:10]:
                print(f"           {word}: {one[0]} {one[1]} {found[one]}")
        right = right and (number > 2 or not (missing or extra))
    nights_late = max(late.values(), default=0)
    print(f"  findings that came later than in a whole crawl: {len(late)}, at most by {nights_late} nights")
    return right


def audited(portal: ChangingPortal, served: Served, folder: Path, as_of: datetime, kind: str) -> NightAudit:
    """查一夜 One audit of the portal as it is, with the database in `folder`. RuntimeError when it could not be done."""
    served.asked()
    words = [sys.executable, "-m", "bench.one_night", served.home, str(folder), as_of.isoformat(), kind]
    done = subprocess.run(
        [*words, str(budget(portal.pages))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the audit ended with exit code {done.returncode}: {done.stderr[-500:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    found = {(rule, locus): (outcome, measured) for rule, locus, outcome, measured in told["found"]}
    return NightAudit(*served.asked(), told["cpu"], told["carried"], told["full"], found)


def unlike(tonight: Found, whole: Found) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """异同 What only a whole crawl finds, or finds otherwise, and what it does not find at all."""
    missing = sorted(one for one, found in whole.items() if tonight.get(one) != found)
    return missing, sorted(one for one in tonight if one not in whole)


def age(folder: Path, by: timedelta) -> None:
    """变旧 Makes all that is kept of crawls, and of facts, older, as if so much time had passed since."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for read, write in _TIMES:
            older = [
                (str(datetime.fromisoformat(at) - by), row) for row, at in connection.execute(read) if at
            ]
            connection.executemany(write, older)
    with closing(sqlite3.connect(folder / FACTS)) as connection, connection:
        connection.execute("UPDATE facts SET at = at - ?", (by // timedelta(microseconds=1),))


def copy(own: Path, whole: Path) -> None:
    """抄库 The database and its archive as they are, without the facts that were read before."""
    shutil.rmtree(whole, ignore_errors=True)
    shutil.copytree(own, whole, ignore=shutil.ignore_patterns(f"{FACTS}*", "out"))


def _ratios(one: NightAudit, first: NightAudit) -> str:
    pairs = ((one.requests, first.requests), (one.sent, first.sent), (one.cpu_seconds, first.cpu_seconds))
    (asked, _), (sent, _), (cpu, _) = pairs
    shares = [f"{now / then:4.0%}" for now, then in pairs]
    return f"  {asked:>6} {shares[0]:>6}  {sent / 1e6:>6.2f} MB {shares[1]:>6}  {cpu:>5.1f} {shares[2]:>6}"


def _shares(one: NightAudit, first: NightAudit) -> str:
    return f"{one.requests / first.requests:.0%} / {one.sent / first.sent:.0%} / {one.cpu_seconds / first.cpu_seconds:.0%}"
