"""轮流跑 Programs in turn over one portal, round by round; each run is told and kept before the next begins."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bench.auditing import measured
from bench.origin import Origin, origin
from bench.performance.kept import Kept, Ran, costing
from bench.performance.programs import Program

LONGEST = 900.0  # seconds a program may take
_NAMED = 5  # addresses that are named


def race(
    kept: Kept,
    part: str,
    pages: int,
    seed: int,
    rounds: int,
    programs: Sequence[Program],
    longest: float = LONGEST,
    cut: float | None = None,
) -> list[Ran]:
    """跑 So many rounds; a run that is kept already is not made again, and a program that failed is not asked again.

    `cut`: seconds after which a slow program is stopped, unless the whole of it counts; it is told by what it has asked for until then.
    """
    found: list[Ran] = []
    missing = [
        (number, one)
        for number in range(rounds)
        for one in programs
        if not kept.has(part, pages, seed, number, one.name)
    ]
    if not missing:
        return [
            ran
            for number in range(rounds)
            for one in programs
            if (ran := kept.has(part, pages, seed, number, one.name))
        ]
    with origin(pages, seed) as served:
        print(
            f"\n{part}: {served.truth.pages} pages, {len(served.truth.dead)} dead, {len(served.answers)} addresses, {served.server}",
            flush=True,
        )
        for number in range(rounds):
            for program in programs:
                before = kept.has(part, pages, seed, number, program.name)
                if before is None and any(one.failed for one in found if one.program == program.name):
                    continue
                stop = cut if program.slow and not program.whole else None
                ran = before or kept.add(once(served, part, pages, seed, number, program, longest, stop))
                found.append(ran)
                print(line(ran), flush=True)
    return found


def once(
    served: Origin,
    part: str,
    pages: int,
    seed: int,
    number: int,
    program: Program,
    longest: float,
    cut: float | None = None,
) -> Ran:
    """跑一次"""
    dead = set(served.truth.dead)
    silent = sum(1 for path in dead if served.answers[path].status == 200)
    ran = Ran(
        part, pages, seed, number, program.name, program.version, there=served.truth.pages, planted=len(dead), silent=silent,
        origin=served.server,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="duwang-bench-") as name:
        folder = Path(name)
        served.asked()
        # what others import must not be ours
        words = program.words(served, folder)
        cost = measured(words if program.own else ["env", "-u", "PYTHONPATH", *words], folder, cut or longest)
        asked = served.asked()
        fields = costing(cost) | {"requests": asked.requests, "got": asked.pages}
        if cut is not None and cost.seconds >= cut:
            return _with(ran, fields | {"cut": cut, "told": {"methods": asked.methods}})
        if cost.seconds >= longest:
            return _with(ran, fields | {"failed": f"stopped after {longest:.0f} s"})
        if cost.code not in program.right:
            return _with(ran, fields | {"failed": f"exit code {cost.code}"})
        try:
            broken = {_path(one) for one in program.broken(cost.out, folder)}
            told = program.told(cost.out)
        except (ValueError, KeyError, OSError) as error:
            return _with(
                ran, fields | {"failed": f"told nothing that can be read: {type(error).__name__} {error}"}
            )
    marked = {
        "found": len(broken & dead),
        "wrong": tuple(sorted(broken - dead)),
        "missed": tuple(sorted(dead - broken)),
    }
    return _with(ran, fields | marked | {"told": told | {"methods": asked.methods}})


def line(ran: Ran) -> str:
    """一行结果"""
    head = f"  round {ran.round + 1}  {ran.program:<20}"
    if ran.failed:
        return f"{head} {ran.failed} ({ran.seconds:.0f} s, {ran.got} of {ran.there} pages)"
    called = f"{ran.found} of {ran.planted} dead found, {len(ran.wrong)} called dead wrongly"
    if ran.cut:
        called = f"stopped after {ran.cut:.0f} s"
    named = "".join(f"\n      wrongly: {one}" for one in ran.wrong[:_NAMED])
    if ran.missed and ran.program == "audit":
        named += "".join(f"\n      not found: {one}" for one in ran.missed[:_NAMED])
    return (
        f"{head} {ran.pages_per_second:7.1f} pages/s {ran.seconds:7.1f} s  {ran.cpu_seconds / max(ran.got, 1) * 1000:6.2f} CPU s/1,000  "
        f"{ran.peak_mb:5.0f} MB largest, {ran.together_mb:5.0f} MB together  {ran.requests:6} requests, {ran.got} of {ran.there} pages  {called}{named}"
    )


def _with(ran: Ran, fields: dict[str, object]) -> Ran:
    return replace(ran, **fields)  # type: ignore[arg-type] # by name


def _path(url: str) -> str:
    return urlsplit(url).path if "://" in url else url
