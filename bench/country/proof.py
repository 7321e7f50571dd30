"""证明 What a night over the country must have been like, each demand with what was found of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from bench.country import logbook
from bench.country.books import ErrandRow, Filed, InterruptionRow, RunRow, doubled, overlapping
from bench.country.census import CLOSED, CONTROL, SLOWEST_ROBOTS, Robots, Temper, Town
from bench.country.course import Death
from bench.country.faults import Harm
from bench.country.logbook import Asked
from bench.country.processes import Sample
from bench.country.temper import RETRY_AFTER

_EXTERNAL_DELAY = 2.0
_SLACK = 0.5  # seconds for what was on its way when a host said that it is busy
_WARM = 180.0  # seconds of a life in which it loads what it works with
_GROWTH = 1.10  # memory at the end of a worker's life against that after its first sites


class Demand(NamedTuple):
    """要求 `told` in one line; `wrong` names every case against it."""

    name: str
    told: str
    wrong: list[str]

    @property
    def kept(self) -> bool:
        return not self.wrong


def once(runs: list[RunRow], errands: list[ErrandRow], towns: list[Town]) -> Demand:
    """一次 Every site finished, once."""
    wrong = doubled(runs, {one.code for one in towns})
    wrong += [f"{one.site_key}: {one.state}, {one.reason}" for one in errands if one.state != "done"]
    finished = sum(one.state == "finished" and one.replays is None for one in runs)
    tries = Counter(one.state for one in runs if one.replays is None)
    return Demand(
        "every site finished once", f"{finished} finished crawls of {len(towns)} sites ({dict(tries)})", wrong
    )


def apart(
    runs: list[RunRow],
    errands: list[ErrandRow],
    deaths: Iterable[Death],
    hosts: Mapping[str, list[Asked]],
    towns: list[Town],
) -> Demand:
    """不并行 No two crawls of one host or platform at a time: by the runs in the database and by the country's log."""
    died = {(death.pid, site): death.at for death in deaths for site in death.sites}
    killed = {one.id: at for one in runs if one.pid and (at := died.get((one.pid, one.site_key)))}
    lock = {one.site_key: one.lock for one in errands}
    wrong = overlapping(runs, lock, killed)
    tries = Counter(one.site_key for one in runs if one.replays is None)
    for town in towns:
        visitors = {one.who for one in hosts.get(town.host, ())}
        if tries[town.code] == 1 and len(visitors) > 1:
            wrong.append(f"{town.host}: asked by {' and '.join(sorted(visitors))}, and crawled but once")
        most = logbook.most_at_once(hosts.get(town.host, ()))
        if most > logbook.MOST_AT_ONCE:
            wrong.append(f"{town.host}: {most} requests at once")
    return Demand("no host with two crawls", f"{len(set(lock.values()))} hosts and platforms", wrong)


def paced(hosts: Mapping[str, list[Asked]], towns: list[Town], delay: float) -> Demand:
    """节奏 No host asked faster than its pace, a host that asks for more rest gets it, one that says it is busy is left alone."""
    pace = {
        one.host: max(delay, SLOWEST_ROBOTS if one.robots is Robots.UNHURRIED else 0.0) * (1 - logbook.JITTER)
        for one in towns
    }
    hasty = logbook.hasty(hosts, pace)
    wrong = [f"{one.host}: {one.early:.2f} s early at {one.at:.1f}" for one in hasty]
    known = {one.host for one in towns}
    outside = {host: _EXTERNAL_DELAY for host in hosts if host not in known and host != CONTROL}
    wrong += [
        f"{one.host} (on no roster): {one.early:.2f} s early at {one.at:.1f}"
        for one in logbook.hasty(hosts, outside)
    ]
    for town in towns:
        if town.temper is Temper.THROTTLING:
            unheeded = logbook.unheeded(hosts.get(town.host, ()), RETRY_AFTER, _SLACK)
            wrong += [f"{one.host}: asked for {one.path} although it had asked to wait" for one in unheeded]
        if town.robots is Robots.PART:
            wrong += [f"{one.host}: asked for {one.path}, which its robots.txt closes" for one in hosts.get(town.host, ())
                      if one.path.startswith(CLOSED)]  # fmt: skip
    gaps = [after.came - before.came for one in towns for before, after in _pairs(hosts.get(one.host, ()))]
    told = (
        f"{sum(map(len, hosts.values()))} requests at {len(hosts)} hosts, median gap {median(gaps):.2f} s"
        if gaps
        else "no request"
    )
    return Demand("no host faster than its pace", told, wrong)


def within(
    hosts: Mapping[str, list[Asked]],
    runs: list[RunRow],
    towns: list[Town],
    deaths: Iterable[Death],
    apart_from: set[str],
) -> Demand:
    """有据 Every request lies inside a run of its site, or within what a killed or stopped one may have done."""
    spans: dict[str, list[tuple[float, float]]] = {}
    ends = {(death.pid, site): death.at for death in deaths for site in death.sites}
    slack = timedelta(seconds=2)
    for run in runs:
        if run.replays is None:
            end = run.ended or ends.get((run.pid or 0, run.site_key)) or run.started + timedelta(hours=1)
            spans.setdefault(run.site_key, []).append(
                ((run.started - slack).timestamp(), (end + slack).timestamp())
            )
    wrong = []
    count = 0
    for town in towns:
        for one in hosts.get(town.host, ()):
            if one.who in apart_from:
                continue
            count += 1
            if not any(begins <= one.wall <= ends_at for begins, ends_at in spans.get(town.code, ())):
                wrong.append(f"{one.host}{one.path} asked by {one.who} at {one.wall:.1f} outside every run")
    return Demand("every request belongs to a run", f"{count} requests", wrong)


def steady(samples: list[Sample]) -> Demand:
    """内存平 Of each worker process that lived long: once it is warm, its memory in the last third against that in the second."""
    wrong, told = [], []
    lives: dict[tuple[str, int], list[Sample]] = {}
    for one in samples:
        lives.setdefault((one.name, one.pid), []).append(one)
    for (name, pid), life in lives.items():
        life = [one for one in life if one.at - life[0].at > _WARM]
        if len(life) < 24:  # two minutes say nothing
            continue
        third = len(life) // 3
        middle, last = (
            median(one.memory for one in part) / 2**20
            for part in (life[third : 2 * third], life[2 * third :])
        )
        most = max(one.memory for one in life) / 2**20
        told.append(f"{name} {middle:.0f} → {last:.0f} MB (most {most:.0f})")
        if last > middle * _GROWTH:
            wrong.append(f"{name} (process {pid}) grew from {middle:.0f} to {last:.0f} MB")
    return Demand("worker memory flat", "; ".join(told) or "no worker lived long enough to tell", wrong)


def alike(one: Mapping[str, list[Filed]], other: Mapping[str, list[Filed]], sites: Iterable[str]) -> Demand:
    """同果 Findings of the same sites in two databases."""
    wrong, count, known = [], 0, list(sites)
    for site in known:
        here, there = Counter(one.get(site, ())), Counter(other.get(site, ()))
        count += sum(there.values())
        wrong += [f"only here: {' '.join(filed)}" for filed in (here - there).elements()]
        wrong += [f"only there: {' '.join(filed)}" for filed in (there - here).elements()]
    return Demand(
        "findings equal to those of a single SQLite run",
        f"{count} findings of {len(known)} sites compared",
        wrong,
    )


def visible(
    deaths: list[Death], runs: list[RunRow], interruptions: list[InterruptionRow], told: Mapping[str, Any]
) -> Demand:
    """看得见 Each site that a killed worker had in hand is told as interrupted, unless its run had ended just before.

    `told`: the last `duwang status --json`, which must count every interruption that is kept.
    """
    wrong = []
    ended = {(one.pid, one.site_key): one.ended for one in runs if one.state == "finished" and one.ended}
    noted = Counter(one.site_key for one in interruptions if one.reason == "interruption.worker_gone")
    held: Counter[str] = Counter()
    for death in deaths:
        for site in death.sites:
            end = ended.get((death.pid, site))
            if end is None or end > death.at + timedelta(seconds=2):
                held[site] += 1
    for site, count in held.items():
        if noted[site] < count:
            wrong.append(
                f"{site} was in hand of {count} workers when they were killed, and {noted[site]} interruptions say so"
            )
    kept = reasons(interruptions)
    for reason in kept.keys() | told.get("reasons", {}).keys():
        if kept[reason] != told.get("reasons", {}).get(reason, 0):
            wrong.append(
                f"{reason}: {kept[reason]} kept, {told.get('reasons', {}).get(reason, 0)} told by status"
            )
    return Demand(
        "every interruption visible in status",
        f"{sum(held.values())} sites in hand of {len(deaths)} killed workers, {sum(kept.values())} interruptions", wrong
    )  # fmt: skip


def told_of(harm: Harm, told: Mapping[str, Any]) -> Demand:
    """故障可见 Seen in `status` while it lasted, and told by it at the end."""
    name = f"fault told: {harm.name}"
    if harm.skipped:
        return Demand(name, f"not done: {harm.skipped}", [])
    counted = {one: told.get("reasons", {}).get(one, 0) for one in harm.reasons}
    wrong = [] if harm.seen else ["status did not tell of it while it lasted"]
    if not any(counted.values()):
        wrong.append(f"the last status has none of {', '.join(harm.reasons)}")
    shown = [f"{reason} {count}" for reason, count in counted.items() if count]
    return Demand(name, "; ".join([*shown, *harm.notes]), wrong)


def _pairs(asked: Iterable[Asked]) -> Iterable[tuple[Asked, Asked]]:
    return pairwise(asked)


def reasons(interruptions: Iterable[InterruptionRow]) -> Counter[str]:
    """中断原因"""
    return Counter(one.reason for one in interruptions)
