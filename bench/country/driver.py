"""驱动 ./dev bench country: a night over the whole country with worker processes on PostgreSQL, and what it proves.

With --faults it is troubled on the way: workers are killed ten times, PostgreSQL stops for a minute, the archive's disk
is full, one worker has no network, two have wrong clocks. Everything it starts it ends; nothing leaves loopback.
"""

import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.country import logbook, proof, telling
from bench.country.books import Books, unreadable
from bench.country.census import CONTROL, Robots, Temper, Town, town
from bench.country.cluster import own_cluster, shared_database
from bench.country.course import Course, Trouble
from bench.country.faults import Harm, Scene, troubles
from bench.country.processes import Meter, Worker, command, survivors
from bench.country.proof import Demand
from bench.country.roster_sheet import write_roster
from bench.country.server import served
from bench.country.telling import Outcome
from bench.country.truth import accuracy
from bench.country.verbs import World, called, status, words

_ARCHIVE_SIZE = (
    "4g"  # of the file system the archive lies on while its disk is to be full; only what is used is taken
)
# A country on loopback; and what is waited for where a real night has time.
_HASTE = ("--allow-private", "--no-browser", "--confirm-after", "10", "--again-after", "60")
_CHINA = ZoneInfo("Asia/Shanghai")


def main(given: list[str]) -> int:
    options = parser().parse_args(given)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop, it ends what it started
    signal.signal(signal.SIGINT, signal.default_int_handler)
    today = datetime.now(_CHINA).date()
    with ExitStack() as open_ones:
        folder = open_ones.enter_context(_folder(options.keep))
        towns = [town(number, options.seed) for number in range(options.sites)]
        first = folder / ("faults" if options.faults else "postgresql")
        outcome = _night(options, towns, today, first, sqlite=False)
        if options.compare:
            chosen = _sample(towns, options.compare)
            other = _night(options, chosen, today, folder / "sqlite", sqlite=True)
            same = proof.alike(outcome.filed, other.filed, [one.code for one in chosen])
            outcome.demands.append(same)
            outcome.beside = other
        for line in telling.lines(outcome):
            print(line)
        if options.report:
            options.report.write_text(
                json.dumps(telling.figures(outcome), ensure_ascii=False, indent=1), "utf-8"
            )
    return 0 if outcome.kept else 1


def parser() -> argparse.ArgumentParser:
    """选项"""
    words = argparse.ArgumentParser(prog="./dev bench country", description=__doc__)
    words.add_argument(
        "--sites", type=int, default=60, help="size of the country (default 60; the proof has 1,000)"
    )
    words.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")
    words.add_argument("--concurrency", type=int, default=10, help="sites at a time in each (default 10)")
    words.add_argument(
        "--delay", type=float, default=0.2, help="seconds between two requests to a host (default 0.2)"
    )
    words.add_argument("--seed", type=int, default=1, help="another seed, another country")
    words.add_argument(
        "--faults", action="store_true", help="trouble it on the way, with a PostgreSQL of its own"
    )
    words.add_argument(
        "--stopped", type=float, default=60.0, help="seconds PostgreSQL stays stopped (default 60)"
    )
    words.add_argument(
        "--compare",
        type=int,
        default=0,
        help="so many sites are audited once more by one process on SQLite, and compared",
    )
    words.add_argument("--hours", type=float, default=4.0, help="give up after so many hours (default 4)")
    words.add_argument(
        "--keep", type=Path, help="an empty folder for databases, archives and logs, kept afterwards"
    )
    words.add_argument("--report", type=Path, help="write the figures as JSON")
    return words


def _night(
    options: argparse.Namespace, towns: list[Town], today: date, folder: Path, *, sqlite: bool
) -> Outcome:
    """One night over those sites, in a folder of its own."""
    folder.mkdir(mode=0o755, parents=True)
    log = folder / "country.tsv"
    mark = secrets.token_hex(8)
    with ExitStack() as open_ones:
        server = open_ones.enter_context(served(options.sites, options.seed, today, log))
        cluster = None
        if sqlite:
            database = f"sqlite:///{(folder / 'duwang.sqlite3').as_posix()}"
        elif options.faults:
            cluster = open_ones.enter_context(own_cluster(folder / "postgresql"))
            database = cluster.url
        else:
            database = open_ones.enter_context(shared_database())
        archive = folder / "archive"
        archive.mkdir()
        if options.faults and not sqlite:
            open_ones.enter_context(_own_disk(archive))
        world = World(mark, database, archive, f"http://{CONTROL}:{server.port}/", folder)
        write_roster(towns, server.port, options.delay, folder / "roster.csv")
        called(world, "sites", "import", str(folder / "roster.csv"))
        books = Books(database)
        open_ones.callback(books.close)
        workers = _workers(world, options, sqlite=sqlite)
        if not sqlite:
            called(world, "nightly", "--no-wait", codes=(0, 1, 2))
        course = Course(books, list(workers), Meter(mark), len(towns))
        open_ones.callback(_end_all, course)
        for worker in workers:
            worker.start()
            worker.wanted = not sqlite  # a night on SQLite ends by itself
        harms: list[Harm] = []
        going: list[Trouble] = []
        if cluster:
            more = lambda name, before=(), **told: Worker(  # noqa: E731
                name, _worker_words(options, name), world, told, before
            )
            harms, going = troubles(Scene(course, cluster, world, more, options.seed, options.stopped))
        finished = course.run(going, options.hours * 3600)
        for worker in course.workers:
            code = worker.stop() if not sqlite else (worker.process.wait(120) if worker.process else None)
            course.tell(f"{worker.name} ended with {code}")
        left = survivors(mark, 20)
        return _judged(options, towns, world, course, harms, log, server.port, finished, left, sqlite=sqlite)


def _judged(
    options: argparse.Namespace, towns: list[Town], world: World, course: Course, harms: list[Harm], log: Path, port: int,
    finished: bool, left: list[int], *, sqlite: bool,
) -> Outcome:  # fmt: skip
    books = course.books
    runs, errands, interruptions = books.runs(), books.errands(), books.interruptions()
    hosts = logbook.by_host(logbook.read_log(log))
    filed = books.findings(port)
    told = status(world)
    (world.folder / "status.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    apart_from = {"behind", "jumping"}  # their stamps say nothing
    bodies, broken = unreadable(world.database, world.archive, most=len(runs))
    truth = accuracy(towns, filed)
    demands = [
        Demand("the night came to its end", f"{course.seconds:.0f} s", [] if finished else ["it did not, in the time it had"]),
        proof.once(runs, errands, towns),
        proof.apart(runs, errands, course.deaths, hosts, towns),
        proof.paced(hosts, towns, options.delay),
        proof.within(hosts, runs, towns, course.deaths, apart_from),
        Demand("nothing lost or doubled in the tables", f"{len(runs)} runs", books.untidy()),
        Demand("every kept body readable", f"{bodies} bodies", broken),
        Demand(
            "findings as planted", f"{truth.found} of {truth.planted} accused, {truth.doubted} in doubt, {len(truth.extra)} accused wrongly",
            [f"missed: {one}" for one in truth.missed] + [f"accused wrongly: {one}" for one in truth.extra],
        ),
        Demand("no process left behind", f"{len(left)}", [f"process {pid}: {command(pid)}" for pid in left]),
    ]  # fmt: skip
    if options.faults and not sqlite:
        demands.append(proof.visible(course.deaths, runs, interruptions, told))
        demands += [proof.told_of(harm, told) for harm in harms]
    else:
        demands.append(proof.steady(course.meter.samples))
    return Outcome(
        name=world.folder.name, sites=len(towns), options=vars(options), course=course, demands=demands, harms=harms, filed=filed,
        requests=sum(map(len, hosts.values())), sent=sum(one.sent for known in hosts.values() for one in known),
        snapshots=books.snapshots(), reasons=proof.reasons(interruptions), runs=len(runs),
        lasted=[(one.ended - one.started).total_seconds() for one in runs if one.ended and one.state == "finished" and not one.replays],
    )  # fmt: skip


def _workers(world: World, options: argparse.Namespace, *, sqlite: bool) -> list[Worker]:
    if sqlite:
        verb = words("nightly", "--workers", "1", "--concurrency", str(options.concurrency), *_HASTE)
        return [Worker("single", verb, world)]
    names = [f"w{number}" for number in range(1, options.workers + 1)]
    return [Worker(name, _worker_words(options, name), world) for name in names]


def _worker_words(options: argparse.Namespace, name: str) -> list[str]:
    return words("worker", "--name", name, "--concurrency", str(options.concurrency), *_HASTE)


def _sample(towns: list[Town], most: int) -> list[Town]:
    """Every site that is out of the ordinary, and as many others as there is room for."""
    odd = [
        one
        for one in towns
        if one.temper is not Temper.QUICK or one.robots in (Robots.PART, Robots.UNHURRIED)
    ]
    rest = [one for one in towns if one not in odd]
    return sorted((odd + rest)[:most], key=lambda one: one.number)


def _end_all(course: Course) -> None:
    """Whatever was started and is still there ends here, after an error too."""
    for worker in course.workers:
        worker.wanted = False
        if worker.pid is not None:
            worker.stop(10)
    for pid in survivors(course.meter.mark):
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            continue


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        if any(kept.iterdir()):
            sys.exit(f"{kept} is not empty")
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="duwang-country-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        yield Path(folder)


@contextmanager
def _own_disk(folder: Path) -> Iterator[None]:
    """A file system of its own in memory, where that may be made; else the folder as it is."""
    made = os.geteuid() == 0 and shutil.which("mount") and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_ARCHIVE_SIZE}", "tmpfs", str(folder)], check=False, capture_output=True
    ).returncode  # fmt: skip
    try:
        yield
    finally:
        if made:
            subprocess.run(["umount", "-l", str(folder)], check=False)
