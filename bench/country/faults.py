"""故障 What is done to a night while it goes on: each fault waits for its hour, does its harm, sees that it is told, and mends it.

Hours are shares of the sites that are done, so that the script is the same for sixty sites and for a thousand.
"""

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bench.country.cluster import Cluster
from bench.country.course import Course, Trouble, pause, until
from bench.country.processes import Worker
from bench.country.verbs import World, status

KILLS = 10
STOPPED_SECONDS = 60.0
_NEARLY_ALL = 0.95  # of the sites: then a worker may well have nothing in hand
_TOLD_SECONDS = (
    300.0  # a fault is to be told in `status` within; a busy machine takes its time to start a worker
)


@dataclass
class Harm:
    """故障记录 `reasons` of which one is to stand in the last `status`; `seen`: told by `status` while it lasted, where
    it has a state of its own. `skipped`: why it could not be done on this machine.
    """

    name: str
    reasons: tuple[str, ...]
    seen: bool = False
    skipped: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Scene:
    """现场 What the faults need of a run. `more` makes a further worker, not started."""

    course: Course
    cluster: Cluster
    world: World
    more: Callable[..., Worker]
    seed: int = 1
    stopped_seconds: float = STOPPED_SECONDS


def troubles(scene: Scene) -> tuple[list[Harm], list[Trouble]]:
    """全部故障 The record of each, and what does them."""
    kills = Harm("kill -9", ("interruption.worker_gone",))
    stop = Harm("PostgreSQL stopped", ("interruption.database_away",))
    full = Harm("archive disk full", ("fault.storage_full", "fault.archive_folder"))
    offline = Harm("no network", ("interruption.no_network",))
    behind = Harm("clock behind", ("interruption.wrong_clock",))
    jump = Harm("clock jumps", ("interruption.clock_moved",))
    harms = [kills, stop, full, offline, behind, jump]
    return harms, [_killing(scene, kills), _nature(scene, stop, full, offline, behind, jump)]


def _killing(scene: Scene, harm: Harm) -> Trouble:
    """Ten times, spread over the night, in the middle of work: the lasting workers in turn; never while another fault is to be told by them."""
    course, chance = scene.course, random.Random(scene.seed)
    lasting = list(course.workers)
    for number in range(KILLS):
        hour, victim = 0.04 + 0.07 * number, lasting[number % len(lasting)]
        yield from until(partial(_ripe, course, victim, hour))
        yield from pause(chance.uniform(0, 3))
        yield from until(partial(_ripe, course, victim, hour))
        course.kill(victim)
    harm.seen = True  # site by site that is looked at afterwards


def _ripe(course: Course, victim: Worker, hour: float) -> bool:
    due = course.share >= hour and not course.quiet and victim.pid is not None
    return due and (course.share > _NEARLY_ALL or _working(course, victim))


def _nature(scene: Scene, stop: Harm, full: Harm, offline: Harm, behind: Harm, jump: Harm) -> Trouble:
    course = scene.course
    yield from until(lambda: course.share >= 0.08)
    yield from _offline(scene, offline)
    yield from until(lambda: course.share >= 0.30)
    yield from _quietly(course, _stopped(scene, stop))
    yield from until(lambda: course.share >= 0.50)
    yield from _quietly(course, _full(scene, full))
    yield from until(lambda: course.share >= 0.62)
    yield from _behind(scene, behind)
    yield from until(lambda: course.share >= 0.70)
    yield from _jumping(scene, jump)


def _quietly(course: Course, trouble: Trouble) -> Trouble:
    """A fault that the lasting workers are to tell of: they must be at work, and live to tell."""
    course.quiet = True
    lasting = list(course.workers)
    yield from until(lambda: all(_working(course, one) for one in lasting if one.wanted), _TOLD_SECONDS)
    try:
        yield from trouble
    finally:
        course.quiet = False


def _working(course: Course, worker: Worker) -> bool:
    return any(
        one.state == "running" and (one.worker or "").endswith(f"/{worker.pid}")
        for one in course.books.errands()
    )


def _stopped(scene: Scene, harm: Harm) -> Trouble:
    course = scene.course
    course.database_down = True
    course.tell(f"PostgreSQL is stopped for {scene.stopped_seconds:.0f} s")
    scene.cluster.stop()
    try:
        yield from pause(scene.stopped_seconds)
    finally:
        scene.cluster.start()
        course.database_down = False
    course.tell("PostgreSQL runs again")
    harm.seen = yield from until(lambda: "interruption.database_away" in _reasons(course), _TOLD_SECONDS)
    course.tell("the database's absence " + _told(harm.seen))


def _full(scene: Scene, harm: Harm) -> Trouble:
    """The file system of the archive is made as small as what is in it, and large again."""
    course, folder = scene.course, scene.world.archive
    if not os.path.ismount(folder):
        harm.skipped = "the archive folder is no file system of its own (that needs root)"
        course.tell(f"disk full: skipped, {harm.skipped}")
        return
    before = shutil.disk_usage(folder)
    _resize(folder, before.used + 64 * 1024)
    course.tell(f"the archive's disk is full ({before.used / 2**20:.0f} MB)")
    try:
        turned = yield from until(lambda: "no_space" in _worker_states(course).values(), _TOLD_SECONDS)
        harm.seen = turned and "no_space" in _told_states(scene).values()
        course.tell("the full disk " + _told(harm.seen))
        yield from pause(10)
    finally:
        _resize(folder, before.total)
    course.tell("the archive's disk has room again")


def _offline(scene: Scene, harm: Harm) -> Trouble:
    """One worker in a network of its own that has no way out; the database it reaches by a socket in the file system."""
    course = scene.course
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode
    ):
        harm.skipped = "no network of its own can be made here (unshare)"
        course.tell(f"no network: skipped, {harm.skipped}")
        return
    worker = scene.more("offline", before=tuple(unshare), DUWANG_DB=scene.cluster.socket_url)
    yield from _beside(scene, worker, harm, "no_network", "a worker without a network begins")


def _behind(scene: Scene, harm: Harm) -> Trouble:
    faked = _faketime()
    if faked is None:
        harm.skipped = "libfaketime is not installed"
        scene.course.tell(f"clock: skipped, {harm.skipped}")
        return
    worker = scene.more("behind", LD_PRELOAD=faked, FAKETIME="-2h", DONT_FAKE_MONOTONIC="1")
    yield from _beside(scene, worker, harm, "wrong_clock", "a worker whose clock is two hours behind begins")


def _jumping(scene: Scene, harm: Harm) -> Trouble:
    faked = _faketime()
    if faked is None:
        harm.skipped = "libfaketime is not installed"
        return
    said = scene.world.folder / "clock"
    said.write_text("+0\n")
    worker = scene.more(
        "jumping",
        LD_PRELOAD=faked,
        FAKETIME_TIMESTAMP_FILE=str(said),
        FAKETIME_CACHE_DURATION="1",
        DONT_FAKE_MONOTONIC="1",
    )
    course = scene.course

    def jump() -> None:
        said.write_text("+3h\n")
        course.tell("its clock jumps three hours ahead")

    yield from _beside(
        scene,
        worker,
        harm,
        "wrong_clock",
        "a worker begins whose clock is right",
        partial(_working, course, worker),
        jump,
    )


def _beside(
    scene: Scene,
    worker: Worker,
    harm: Harm,
    state: str,
    words: str,
    ready: Callable[[], bool] | None = None,
    act: Callable[[], None] | None = None,
) -> Trouble:
    """A further worker that is started, seen in its state, and stopped as a service is."""
    course = scene.course
    worker.start()
    course.workers.append(worker)
    course.tell(f"{words} (process {worker.pid})")
    if ready and act:
        yield from until(ready, _TOLD_SECONDS)
        yield from pause(3)
        act()
    turned = yield from until(lambda: _worker_states(course).get(worker.name) == state, _TOLD_SECONDS)
    harm.seen = turned and _told_states(scene).get(worker.name) == state
    course.tell(f"its state {state} " + _told(harm.seen))
    yield from pause(5)
    code = worker.stop()
    harm.notes.append(f"{worker.name} ended with {code}")
    course.tell(f"{worker.name} is stopped and ends with {code}")


def _worker_states(course: Course) -> dict[str, str]:
    try:
        return course.books.worker_states()
    except SQLAlchemyError:
        return {}


def _told_states(scene: Scene) -> dict[str, str]:
    """As `duwang status` tells them: asked once, when the database says that it is time."""
    return {str(one["name"]): str(one["state"]) for one in status(scene.world)["workers"]}


def _reasons(course: Course) -> str:
    try:
        return " ".join(one.reason for one in course.books.interruptions())
    except SQLAlchemyError:
        return ""


def _resize(folder: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def _faketime() -> str | None:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return str(found[0]) if found else None


def _told(seen: bool) -> str:
    return "is told" if seen else "IS NOT TOLD"
